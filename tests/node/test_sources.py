"""The lines of an Action's source that something is laid to."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_auth0_actions.node.changes import line_of_change, line_of_handler
from pytest_auth0_actions.node.starts import line_of_request


def write(folder: Path, source: str, name: str = "code.js") -> str:
    """Return the path of a file with that source."""
    path = folder / name
    path.write_text(source)
    return str(path)


@pytest.mark.parametrize(
    ("source", "line"),
    [
        pytest.param("const a = require('axios');\n\na.post(url);", 3, id="a method"),
        pytest.param("const { get } = require('axios');\nget(url);", 2, id="a part"),
        pytest.param("const { get: ask } = await import('got');\nask(url);", 2, id="renamed"),
        pytest.param(
            "const { Hook } = require('@slack/webhook');\nconst hook = new Hook(url);\n"
            "hook.send({});",
            3,
            id="an instance",
        ),
        pytest.param(
            "const a = require('axios');\nlet b;\nb = a.create();\nb.get(url);", 4, id="made"
        ),
        pytest.param(
            "const a = require('axios');\nawait a.get('https://b.example/1');\n// a.get(url)\n"
            "a.get('https://b.example/2').catch(() => {});",
            4,
            id="the only one that is not waited for",
        ),
        pytest.param(
            "const a = require('axios');\na.get('https://b.example/1');\n"
            "a.get('https://b.example/2');",
            3,
            id="the one with the path",
        ),
        pytest.param("const a = require('axios');\na.get(one);\na.get(two);", None, id="either"),
        pytest.param("import a from 'axios';\n\na.post(url);", 3, id="imported"),
        pytest.param(
            "import a, {\n  get as ask,\n  type T,\n} from 'got';\nask(url);",
            5,
            id="imported by name",
        ),
        pytest.param("import * as a from 'got';\na.get(url);", 2, id="imported as one"),
        pytest.param("import a from './axios';\na.get(url);", None, id="imported from a file"),
        pytest.param("const a = require('./axios');\na.get(url);", None, id="a file of the user's"),
        pytest.param("fetch(url);", None, id="no package"),
    ],
)
def test_the_line_that_asks(tmp_path: Path, source: str, line: int | None) -> None:
    """It calls what a package gives, and does not wait; of several, the one that names the URL."""
    file = write(tmp_path, source)
    found = line_of_request("https://b.example/2", [file])
    assert found == (None if line is None else (file, line))


def test_a_change_in_another_file(tmp_path: Path) -> None:
    """All files of the user's are looked at."""
    files = [
        write(tmp_path, "if (event.seen === 1) return;"),
        write(tmp_path, "\nexports.mark = (event) => {\n  event.seen = 1;\n};", "lib.js"),
    ]
    assert line_of_change(("event", "seen"), files) == (files[1], 3)


@pytest.mark.parametrize(
    "source", ["const name = event.user.name;", "event.user.names = 1;", "event.name == 1", ""]
)
def test_a_change_that_no_line_makes(tmp_path: Path, source: str) -> None:
    """A package may have made it."""
    assert line_of_change(("event", "user", "name"), [write(tmp_path, source)]) is None


def test_the_line_of_a_handler(tmp_path: Path) -> None:
    """The first one, where it can't be seen."""
    file = write(tmp_path, "// onIt\nexports.onIt = async () => {};")
    assert line_of_handler("onIt", file) == (file, 2)
    assert line_of_handler("onOther", file) == (file, 1)
    assert line_of_handler("onIt", str(tmp_path / "gone.js")) == (str(tmp_path / "gone.js"), 1)
