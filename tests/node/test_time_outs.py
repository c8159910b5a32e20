"""Which timers an Action was still to wait for when its time was over."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_auth0_actions import ActionTimeoutError, LoadAction
from tests.conftest import WriteAction

NEVER = "await new Promise(() => {});"


def given(load_action: LoadAction, path: Path) -> str:
    with pytest.raises(ActionTimeoutError, match="A411") as caught:
        load_action(path).run()
    return caught.value.what_was_given.replace(str(path), "code.js")


@pytest.mark.parametrize(
    ("body", "places"),
    [
        ("await new Promise((done) => setTimeout(done, 60000));", "code.js:2"),
        (
            "const wait = (ms) =>\n  new Promise((go) => setTimeout(go, ms));\nawait wait(60000);",
            "code.js:3",
        ),
        ("while (true) {\n  await new Promise((done) => setTimeout(done, 1000));\n}", "code.js:3"),
        ("await require('timers/promises').setTimeout(60000);", "code.js:2"),
        (f"setInterval(() => {{}}, 1000);\n{NEVER}", "code.js:2"),
        (f"setTimeout(() => {{}}, 70000); setTimeout(() => {{}}, 60000);\n{NEVER}", "code.js:2"),
        (
            "setTimeout(() => {}, 70000);\n" * 4 + NEVER,
            "code.js:2, code.js:3, code.js:4 and others",
        ),
        (f"AbortSignal.timeout(60000);\n{NEVER}", "code.js:2"),
    ],
)
def test_the_lines_that_set_them_are_named(
    load_action: LoadAction, write_handler: WriteAction, body: str, places: str
) -> None:
    assert given(load_action, write_handler(body)) == (
        f"Given: code.js. Still to come were timers set at {places}. Its api calls until then: "
        "none."
    )


def test_one_of_a_file_that_it_requires(
    load_action: LoadAction, write_handler: WriteAction
) -> None:
    wait = "module.exports = () => new Promise((done) => setTimeout(done, 60000));"
    path = write_handler("await require('./wait.js')();")
    (path.parent / "wait.js").write_text(f"\n{wait}\n", encoding="utf-8")
    assert f"timers set at {path.parent / 'wait.js'}:2." in given(load_action, path)


def test_those_of_node_js_itself_are_not(
    load_action: LoadAction, write_handler: WriteAction
) -> None:
    """It may set some for what an Action calls, such as for the event of a server."""
    body = "const { EventEmitter } = require('events');\n"
    body += "new EventEmitter().on('x', setTimeout).emit('x', () => {}, 60000);\n" + NEVER
    assert given(load_action, write_handler(body)) == (
        "Given: code.js. Its api calls until then: none."
    )
