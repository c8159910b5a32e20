"""Places in messages of Node.js, where a file was compiled and where it was not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pytest_auth0_actions.node.originals import Originals
from pytest_auth0_actions.node.typescript import Compiled
from tests.project.javascript.test_source_map import mappings


@pytest.fixture
def originals(tmp_path: Path) -> Originals:
    told = {"version": 3, "sources": ["a.ts"], "mappings": mappings([(1, 4, 0, 8, 2)])}
    (tmp_path / "a.ts").write_text("", encoding="utf-8")
    (tmp_path / "a.js.map").write_text(json.dumps(told), encoding="utf-8")
    (tmp_path / "a.js").write_text("\n\n//# sourceMappingURL=a.js.map\n", encoding="utf-8")
    (tmp_path / "plain.js").write_text("", encoding="utf-8")
    (tmp_path / "binary.js").write_bytes(b"\xff")
    return Originals(lambda path: Compiled("", 0, is_in_place=True))


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (("a.js", 2, 5), ("a.ts", 9, 3)),
        (("a.js", 2, 50), ("a.ts", 9, 3)),
        (("a.js", 2, None), ("a.ts", 9, 3)),
        (("a.js", 2, 4), ("a.js", 2, 4)),
        (("a.js", 1, 5), ("a.js", 1, 5)),
        (("plain.js", 2, 5), ("plain.js", 2, 5)),
        (("binary.js", 2, 5), ("binary.js", 2, 5)),
        (("gone.js", 2, 5), ("gone.js", 2, 5)),
        (("a.json", 2, 5), ("a.json", 2, 5)),
        (("stripped.ts", 2, 5), ("stripped.ts", 2, 5)),
        (("node_modules/a.js", 2, 5), ("node_modules/a.js", 2, 5)),
    ],
)
def test_a_place(
    originals: Originals,
    tmp_path: Path,
    place: tuple[str, int, int | None],
    expected: tuple[str, int, int | None],
) -> None:
    file, line, column = place
    found = originals.place(str(tmp_path / file), line, column)
    assert found == (str(tmp_path / expected[0]), *expected[1:])


def test_all_places_of_a_message_are_turned(originals: Originals, tmp_path: Path) -> None:
    made, source = str(tmp_path / "a.js"), str(tmp_path / "a.ts")
    url = (tmp_path / "a.js").as_uri()
    stack = f"Error: at {made}:2:5\n    at f ({made}:2:5)\n    at {url}:2:7"
    turned = f"Error: at {made}:2:5\n    at f ({source}:9:3)\n    at {source}:9:3"
    message = {
        "place": [made, 2, 5],
        "stack": stack,
        "threw": {"stack": f"{made}:2\n  code\n\nSyntaxError"},
        "uncaught": {"stack": stack},
        "places": [[0, [made, 2, 5]], [1, None]],
        "notices": [["kind", "what", [made, 2, 5]], ["kind", "what", None]],
    }
    assert originals.message(message) == {
        "place": [source, 9],
        "stack": turned,
        "threw": {"stack": f"{source}:9\n  code\n\nSyntaxError"},
        "uncaught": {"stack": turned},
        "places": [[0, [source, 9]], [1, None]],
        "notices": [["kind", "what", [source, 9]], ["kind", "what", None]],
    }


def test_files_are_what_they_were_made_of(originals: Originals, tmp_path: Path) -> None:
    files = [str(tmp_path / name) for name in ("a.js", "plain.js", "a.ts", "stripped.ts")]
    assert originals.files(files) == [files[2], files[1], files[3]]


def test_a_handler_is_where_the_source_exports_it(originals: Originals, tmp_path: Path) -> None:
    made, source = str(tmp_path / "a.js"), tmp_path / "a.ts"
    assert originals.line_of_handler("onExecutePostLogin", made) == (made, 1)
    source.write_text("\nexport const onExecutePostLogin = 1;", encoding="utf-8")
    assert originals.line_of_handler("onExecutePostLogin", made) == (str(source), 2)
