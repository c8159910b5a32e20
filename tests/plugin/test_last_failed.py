"""`--last-failed` and `--stepwise` go on from a test that failed with bad luck."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.slow  # each test is a session of its own, or several

ACTION = """\
let stored;
exports.onExecutePostLogin = async (event, api) => {
  if (stored) api.cache.get('token').value;
  if (!stored) stored = api.cache.set('token', 't0ken').type === 'success';
};
"""
TEST = """
import pytest

@pytest.mark.parametrize("user", ["ada", "chaos-bob"])
def test_trusts(load_action, user):
    action = load_action("code.js")
    for _ in range(30):
        action.run()

def test_careful(load_action):
    load_action("fine.js").run()
"""
SEED = re.compile(r"auth0: chaos, seed (\d+)")


@pytest.fixture
def trusting(project: pytest.Pytester) -> pytest.Pytester:
    """A project with a test that fails if records are evicted."""
    (project.path / "code.js").write_text(ACTION, encoding="utf-8")
    (project.path / "fine.js").write_text(
        "exports.onExecutePostLogin = async () => {};\n", encoding="utf-8"
    )
    project.makepyfile(test_it=TEST)
    return project


def ids(result: pytest.RunResult, outcome: str) -> set[str]:
    """Return the tests with that outcome, of pytest's verbose output."""
    lines = "\n".join(result.outlines)
    found = re.findall(rf"^(?:\[gw\d\].*? {outcome} )?test_it\.py::(\S+)(.*)", lines, re.M)
    return {
        name
        for name, rest in found
        if rest.startswith(f" {outcome}") or f" {outcome} test_it.py::{name}" in lines
    }


@pytest.mark.parametrize("arguments", [[], ["-n2"]])
def test_last_failed_runs_what_failed_with_the_same_bad_luck(
    trusting: pytest.Pytester, arguments: list[str]
) -> None:
    first = trusting.runpytest_subprocess("--auth0-chaos", "-v", *arguments)
    failed = ids(first, "FAILED")
    assert len(failed) >= 2
    assert all("chaos-" in name for name in failed)
    again = trusting.runpytest_subprocess("--auth0-chaos", "-v", "--lf", *arguments)
    assert ids(again, "FAILED") == failed
    assert ids(again, "PASSED") == set()
    assert SEED.findall(again.stdout.str()) == SEED.findall(first.stdout.str())
    (trusting.path / "code.js").write_text(ACTION.replace(").value", ")"), encoding="utf-8")
    cured = trusting.runpytest_subprocess("--auth0-chaos", "-v", "--lf", *arguments)
    assert ids(cured, "PASSED") == failed


@pytest.mark.parametrize("option", ["--failed-first", "--stepwise"])
def test_other_ways_to_go_on_keep_the_bad_luck(trusting: pytest.Pytester, option: str) -> None:
    first = trusting.runpytest_subprocess("--auth0-chaos", "--auth0-chaos-seed=5")
    assert SEED.findall(first.stdout.str()) == ["5"]
    trusting.runpytest_subprocess("--auth0-chaos", "--collect-only")  # draws one, and runs nothing
    again = trusting.runpytest_subprocess("--auth0-chaos", option)
    assert SEED.findall(again.stdout.str()) == ["5"]
    given = trusting.runpytest_subprocess("--auth0-chaos", option, "--auth0-chaos-seed=6")
    assert SEED.findall(given.stdout.str()) == ["6"]


def test_without_a_last_run_the_seed_is_drawn(trusting: pytest.Pytester) -> None:
    result = trusting.runpytest_subprocess("--auth0-chaos", "--lf", "-k", "careful")
    assert len(SEED.findall(result.stdout.str())) == 1
    result = trusting.runpytest_subprocess("--auth0-chaos", "-p", "no:cacheprovider")
    assert len(SEED.findall(result.stdout.str())) == 1


def test_stepwise_goes_on_from_the_failure(trusting: pytest.Pytester) -> None:
    options = ["--auth0-chaos", "-v", "--stepwise"]
    first = trusting.runpytest_subprocess(*options)
    (failed,) = ids(first, "FAILED")
    passed = ids(first, "PASSED")
    assert passed
    (trusting.path / "code.js").write_text(ACTION.replace(").value", ")"), encoding="utf-8")
    second = trusting.runpytest_subprocess(*options)
    assert second.parseoutcomes()["deselected"] == len(passed)
    assert failed in ids(second, "PASSED")
    assert not ids(second, "PASSED") & passed


def test_without_chaos_a_line_says_that_it_is_needed(trusting: pytest.Pytester) -> None:
    first = trusting.runpytest_subprocess("--auth0-chaos", "-v")
    failures = len(ids(first, "FAILED"))
    result = trusting.runpytest_subprocess("--lf")
    result.stdout.fnmatch_lines(
        [
            f"auth0: {failures} of the last failures were with bad luck, and --auth0-chaos is "
            "needed to run them again"
        ]
    )  # fmt: skip


def test_a_failure_without_bad_luck_is_none_of_chaos(trusting: pytest.Pytester) -> None:
    """Whatever its parameters are called."""
    trusting.makepyfile(
        test_it="import pytest\n"
        "@pytest.mark.parametrize('name', ['chaos-bob', 'chaos-evicted'])\n"
        "def test_it(name):\n    assert 0\n"
    )
    trusting.runpytest_subprocess().assert_outcomes(failed=2)
    result = trusting.runpytest_subprocess("--lf")
    result.assert_outcomes(failed=2)
    result.stdout.no_fnmatch_line("*bad luck*")
