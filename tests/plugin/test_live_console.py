"""With `-s`, the Action's console appears as it is written."""

from __future__ import annotations

import pytest

from tests.conftest import STRICT_INI
from tests.plugin.debugged import on_terminal

pytestmark = pytest.mark.slow  # each test is a session of its own, or several

ACTION = """\
exports.onExecutePostLogin = async (event, api) => {
  console.log('first', { a: 1 });
  console.error(`key: ${event.secrets.API_KEY}\\nmore`);
  api.cache.get('x');
  console.log();
};
"""
TEST = """
def test_it(load_action, api):
    from unittest import mock

    def look(key):
        print("in Python")

    action = load_action("actions/greet/code.js", secrets={"API_KEY": "k3y-0f-2025"})
    with mock.patch.object(api.cache, "get", side_effect=look):
        assert action.run().logs == "first { a: 1 }\\nkey: k3y-0f-2025\\nmore\\n\\n"

def test_other(load_action):
    load_action("actions/greet/code.js", secrets={"API_KEY": "k3y-0f-2025"}).run()
"""
LINES = [
    "[greet] first { a: 1 }",
    "[greet] key: ***API_KEY***",
    "[greet] more",
    "in Python",
    "[greet] ",
]


@pytest.fixture
def greets(project: pytest.Pytester) -> pytest.Pytester:
    folder = project.path / "actions/greet"
    folder.mkdir()
    (folder / "code.js").write_text(ACTION, encoding="utf-8")
    project.makepyfile(test_it=TEST)
    ignored = "    ignore::pytest_auth0_actions.PrintedSecretWarning\n"
    project.makeini(STRICT_INI.replace("    error\n", f"    error\n{ignored}"))
    return project


def test_with_s_it_appears_as_it_is_written(greets: pytest.Pytester) -> None:
    """Before what the test's Python writes after it, and on lines of its own."""
    lines = greets.runpytest_subprocess("-s").outlines
    start = lines.index("test_it.py ")
    assert lines[start + 1 : start + 6] == LINES
    again = [line for line in LINES if line != "in Python"]
    assert lines[start + 6 : start + 12] == [".", "test_it.py ", *again]


def test_with_q_it_is_on_lines_of_its_own_too(greets: pytest.Pytester) -> None:
    lines = greets.runpytest_subprocess("-s", "-q").outlines
    assert lines[:5] == LINES
    assert lines[5:10] == [".", *(line for line in LINES if line != "in Python")]


@pytest.mark.parametrize("arguments", [[], ["--capture=sys"], ["-s", "-n1"], ["--capture=tee-sys"]])
def test_without_s_it_does_not(greets: pytest.Pytester, arguments: list[str]) -> None:
    result = greets.runpytest_subprocess(*arguments)
    result.assert_outcomes(passed=2)
    result.stdout.no_fnmatch_line("*first { a: 1 }*")


def test_secrets_show_if_that_is_asked_for(greets: pytest.Pytester) -> None:
    result = greets.runpytest_subprocess("-s", "--auth0-show-secrets")
    result.stdout.fnmatch_lines(["[[]greet[]] key: k3y-0f-2025"])


def test_it_is_colored_on_a_terminal(greets: pytest.Pytester) -> None:
    with on_terminal(greets, "-s", "-k", "other") as terminal:
        output = terminal.end()
    assert "\x1b[36m[greet] \x1b[0mfirst { a: 1 }\r\n" in output
    assert "\x1b[36m[greet] \x1b[0m\x1b[33mkey: ***API_KEY***\x1b[0m\r\n" in output


def test_what_auth0_cuts_is_cut(greets: pytest.Pytester) -> None:
    (greets.path / "actions/greet/code.js").write_text(
        "exports.onExecutePostLogin = async () => {\n"
        "  console.log('x'.repeat(300000));\n  console.log('never');\n};\n",
        encoding="utf-8",
    )
    result = greets.runpytest_subprocess("-s", "-k", "other")
    result.stdout.fnmatch_lines(["[[]greet[]] ... cut after 262,144 bytes, as at Auth0"])
    result.stdout.no_fnmatch_line("*never*")


def test_actions_of_a_flow_go_by_their_names(greets: pytest.Pytester) -> None:
    for name in ("one", "two"):
        (greets.path / f"{name}.js").write_text(
            "exports.onExecutePostLogin = async () => console.log('here');", encoding="utf-8"
        )
    greets.makepyfile(
        test_it="def test_it(flow, load_action):\n"
        "    assert flow(load_action('one.js'), load_action('two.js')).run()\n"
    )
    lines = greets.runpytest_subprocess("-s").outlines
    start = lines.index("[one] here")
    assert lines[start + 1] == "[two] here"
