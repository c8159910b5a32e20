"""Plugins that decide when, where and how often tests run, in environments of their own."""

from __future__ import annotations

import pytest

from tests.compat.conftest import LOOPS, Run

pytestmark = pytest.mark.slow

TESTS = """
import time

import pytest

@pytest.mark.parametrize("number", range(4))
def test_token(load_action, api, clock, number):
    action = load_action("code.js")
    assert action.run(user={"email": "a@example.com"}).logs == "miss\\n"
    clock.tick(seconds=60)
    assert action.run().logs == "hit a@example.com\\n"
    clock.tick(milliseconds=1)
    assert action.run().logs == "miss\\n"
    assert time.time() == clock.now.timestamp() == 1_735_689_660.001

def test_real_time():
    assert time.gmtime().tm_year > 2025
"""


def test_none(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyfile(test_a=TESTS)
    for environment in ("pytest 9", "pytest 8"):
        run(environment).assert_outcomes(passed=5)


@pytest.mark.parametrize("distribution", ["load", "loadfile", "each"])
def test_xdist(pytester: pytest.Pytester, run: Run, distribution: str) -> None:
    pytester.makepyfile(test_a=TESTS, test_b=TESTS, test_c=TESTS)
    result = run(
        "pytest 9", "-n2", f"--dist={distribution}", "--auth0-report=page.html", plugins=("xdist",)
    )
    result.assert_outcomes(passed=30 if distribution == "each" else 15)
    assert (pytester.path / "page.html").read_text(encoding="ascii").count("</html>") == 1


def test_randomly(pytester: pytest.Pytester, run: Run) -> None:
    """The order of the tests changes, and nothing else."""
    pytester.makepyfile(test_a=TESTS, test_b=TESTS)
    shown = []
    for seed in (1, 2, 2):
        result = run("pytest 9", "-v", f"--randomly-seed={seed}", plugins=("pytest_randomly",))
        result.assert_outcomes(passed=10)
        shown.append([line.split()[0] for line in result.outlines if "PASSED" in line])
    assert shown[0] != shown[1] == shown[2]
    assert sorted(shown[0]) == sorted(shown[1])


def test_rerunfailures(pytester: pytest.Pytester, run: Run) -> None:
    """A test that runs again starts afresh: its clock, its cache, its process."""
    pytester.makepyfile(
        TESTS
        + """
RUNS = []

def test_flaky(load_action, clock, api):
    RUNS.append(clock.now_ms)
    assert load_action("code.js").run().logs == "miss\\n"
    clock.tick(hours=1)
    assert len(RUNS) == 3, RUNS
    assert len(set(RUNS)) == 1

def test_broken(load_action, api):
    api.cache.get("nothing")
    assert load_action("code.js").run().logs == "hit\\n"
"""
    )
    result = run(
        "pytest 9", "--reruns=2", "--auth0-report=page.html", plugins=("pytest_rerunfailures",)
    )
    counts = result.parseoutcomes()
    assert (counts["passed"], counts["failed"], counts["rerun"]) == (6, 1, 4)
    result.stdout.fnmatch_lines(
        ["*Auth0 timeline*", "*cache.get('nothing') -> *", "  run code.js*"]
    )


HANGS = """
import threading

import pytest

@pytest.fixture
def action(load_action):
    action = load_action("code.js")
    action.run(user={"email": "x"})
    return action

@pytest.mark.timeout(1, func_only=True)
def test_in_python(clock, action):
    clock.tick(days=1)
    threading.Event().wait(60)

@pytest.mark.timeout(1, func_only=True)
def test_in_an_action(action, load_action):
    load_action("loop.js").run()

@pytest.mark.timeout(60)
def test_next(action, clock):
    clock.tick(days=1)
    assert action.run().logs == "miss\\n"
"""
LOOP = "exports.onExecutePostUserRegistration = async () => { while (true); };"


class TestTimeout:
    """It counts in real time, whatever the clock shows."""

    @pytest.fixture(autouse=True)
    def files(self, pytester: pytest.Pytester) -> None:
        pytester.makepyfile(HANGS)
        (pytester.path / "loop.js").write_text(LOOP, encoding="utf-8")

    def test_by_signal(self, run: Run) -> None:
        """The tests after it go on, with a Node.js of their own."""
        result = run("pytest 9", "--timeout-method=signal", plugins=("pytest_timeout",))
        result.assert_outcomes(passed=1, failed=2)
        result.stdout.fnmatch_lines(["*Failed: Timeout*1.0s*", "*Failed: Timeout*1.0s*"])

    @pytest.mark.parametrize("name", ["test_in_python", "test_in_an_action"])
    def test_by_thread(self, run: Run, name: str) -> None:
        """It ends the process of pytest, and shows where each thread was."""
        result = run(
            "pytest 9", "--timeout-method=thread", f"-k{name}", plugins=("pytest_timeout",)
        )
        assert result.ret == 1
        shown = f"{result.stdout}\n{result.stderr}"
        assert "Timeout" in shown
        assert f", in {name}" in shown


def test_subtests(pytester: pytest.Pytester, run: Run) -> None:
    """Those of the plugin; pytest 9 has its own."""
    pytester.makepyfile(
        """
        def test_it(subtests, load_action, clock):
            action = load_action("code.js")
            for logs in ("miss\\n", "hit ada.lovelace@example.com\\n", "something else"):
                with subtests.test(logs):
                    clock.tick(seconds=1)
                    assert action.run(user={"email": "ada.lovelace@example.com"}).logs == logs
            with subtests.test("later"):
                clock.tick(minutes=1)
                assert action.run().logs == "miss\\n"
        """
    )
    for environment, plugins in (("pytest 8", ("subtests",)), ("pytest 9", ())):
        result = run(environment, "--auth0-report=page.html", plugins=plugins)
        assert result.parseoutcomes()["failed"] in (1, 2)
        result.stdout.fnmatch_lines(["E *something else*", "*Auth0 timeline*"])
        result.stdout.no_fnmatch_line("*INTERNALERROR*")


def test_forked(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyfile(test_a=TESTS, test_b=TESTS)
    # It leaves files open itself.
    ignored = ["-Wignore::ResourceWarning", "-Wignore::pytest.PytestUnraisableExceptionWarning"]
    result = run("pytest 8", "--forked", *ignored, plugins=("pytest_forked",))
    result.assert_outcomes(passed=10)


def test_all_of_them(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyfile(test_a=TESTS, test_b=TESTS)
    result = run("pytest 9", "-n2", "--timeout=60", "--reruns=1", LOOPS, autoload=True)
    result.assert_outcomes(passed=10)
