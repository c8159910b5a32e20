"""Code that no parser takes: where it is wrong, and what to do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pytest_auth0_actions import ActionLoadError, LoadAction
from tests.conftest import WriteAction

HANDLER = "exports.onExecutePostLogin = async (event, api) => {\n"
AT_END = "The file ends there, and line 2 is still open:\n"


def refused(load_action: LoadAction, path: Path) -> str:
    with pytest.raises(ActionLoadError) as caught:
        load_action(path).run()
    return str(caught.value)


@pytest.mark.parametrize(
    ("body", "line", "closed"),
    [
        ("  if (event.user.email) {\n    api.access.deny('x');\n};\n", 5, "{"),
        ("  api.access.deny(`no);\n};\n", 4, "`"),
        ("  const denied = [\n    'x',\n", 4, "["),
    ],
)
def test_what_is_open_to_the_end_is_named(
    load_action: LoadAction, write_action: WriteAction, body: str, line: int, closed: str
) -> None:
    path = write_action(HANDLER + body)
    opens = body.splitlines()[0]
    assert refused(load_action, path) == (
        "[A314] The Action has a syntax error: Unexpected end of input\n"
        f"Given: {path}:{line}\n"
        f"    {AT_END}"
        f"    {opens}\n"
        f"Close the {closed} of line 2."
    )


def test_the_advice_to_close_a_brace_works(
    load_action: LoadAction, write_action: WriteAction
) -> None:
    lines = f"{HANDLER}  if (event.user) {{\n    api.access.deny('x');\n}};\n".splitlines()
    advice = refused(load_action, write_action("\n".join(lines))).splitlines()[-1]
    found = re.fullmatch(r"Close the \{ of line (\d+)\.", advice)
    assert found is not None
    lines.insert(int(found[1]) + 1, "  }")
    path = write_action("\n".join(lines), "closed.js")
    assert load_action(path).run().outcome.denied is not None


def test_an_open_brace_in_typescript(load_action: LoadAction, write_action: WriteAction) -> None:
    source = "export const onExecutePostLogin = async (event: object) => {\n  if (event) {\n};\n"
    message = refused(load_action, write_action(source, "code.ts"))
    assert f"    {AT_END}      if (event) {{\nClose the {{ of line 2." in message


@pytest.mark.parametrize(
    "source",
    [
        "exports.onExecutePostLogin = (event, api) => {\n  await fetch('https://a.b');\n};\n",
        f"await fetch('https://a.b');\n{HANDLER}}};\n",
    ],
)
def test_await_outside_of_an_async_function(
    load_action: LoadAction, write_action: WriteAction, source: str
) -> None:
    assert refused(load_action, write_action(source)).endswith(
        "\nWrite async before the function around it, or move it into the handler."
    )


def test_the_end_comes_too_soon_and_nothing_is_open(
    load_action: LoadAction, write_action: WriteAction
) -> None:
    assert refused(load_action, write_action("const a =\n")).endswith("\nCorrect it there.")


def test_a_file_that_the_action_requires(
    load_action: LoadAction, write_action: WriteAction
) -> None:
    helper = write_action("exports.a = () => {\n  if (b) {\n    c();\n};\n", "helper.js")
    path = write_action(f"const a = require('./helper');\n{HANDLER}}};\n")
    assert refused(load_action, path) == (
        "[A314] The Action has a syntax error: Unexpected end of input\n"
        f"Given: {helper}:5\n"
        f"    {AT_END}"
        "      if (b) {\n"
        "Close the { of line 2."
    )


def test_a_file_with_types_that_the_action_requires(
    load_action: LoadAction, write_action: WriteAction
) -> None:
    write_action("exports.limit = (n: number): number => n;\n", "helper.js")
    path = write_action(f"const a = require('./helper');\n{HANDLER}}};\n")
    assert refused(load_action, path).startswith("[A312] The Action is written in TypeScript.\n")
