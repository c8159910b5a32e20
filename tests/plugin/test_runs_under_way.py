"""Reports that are made while an Action runs: its run has begun, and not ended."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.plugin.test_report import read

ASKS = """
exports.onExecutePostUserRegistration = async (event, api) => {
  console.log('asks');
  api.cache.set('state', 'asked');
  await fetch('https://api.example.com/');
};
"""


@pytest.fixture
def asking(project: pytest.Pytester) -> pytest.Pytester:
    """A project with an Action that asks a server."""
    Path(project.path / "asks.js").write_text(ASKS, encoding="utf-8")
    return project


ARGUMENTS = pytest.mark.parametrize("arguments", [[], ["-n", "1"]], ids=["alone", "xdist"])


@pytest.mark.slow
@ARGUMENTS
@pytest.mark.parametrize("fails", [True, False])
def test_a_run_in_a_thread_that_goes_on_is_told_as_interrupted(
    asking: pytest.Pytester, arguments: list[str], fails: bool
) -> None:
    asking.makepyfile(
        f"""
        import contextlib
        import threading

        import httpx
        import pytest

        @pytest.fixture
        def released():
            released = threading.Event()
            yield released
            released.set()

        @pytest.mark.respx(assert_all_called=False)
        def test_goes_on(released, load_action, http_mock, api):
            asked = threading.Event()

            def answer(request):
                asked.set()
                released.wait(30)
                return httpx.Response(204)

            def run():
                with contextlib.suppress(BaseException):  # whatever the end of the test does to it
                    action.run()

            http_mock.get("https://api.example.com/").mock(side_effect=answer)
            action = load_action("asks.js")
            thread = threading.Thread(target=run, daemon=True)
            thread.start()
            assert asked.wait(30)
            assert not {fails}, "while it runs"

        def test_next(load_action, api):
            load_action("actions/provision/code.js").run()
            assert api.cache.get("token").value == "none"
        """
    )
    result = asking.runpytest_subprocess("-p", "respx", "--auth0-report=page.html", *arguments)
    result.assert_outcomes(passed=1 + (not fails), failed=int(fails))
    if fails:
        result.stdout.fnmatch_lines(
            [
                "E*AssertionError: while it runs",
                "*run asks.js*",
                "*log: asks*",
                "*cache.set('state'*",
            ]
        )
    first, second = read(asking.path / "page.html")["tests"]
    (run,) = (event for event in first["events"] if event["kind"] == "run")
    assert run["outcome"] == "interrupted"
    assert run["end_ms"] == run["at_ms"]
    (run,) = (event for event in second["events"] if event["kind"] == "run")
    assert run["outcome"] == "done"


@pytest.mark.parametrize(
    "body", ["await ask(true);", "await ask(false); for (let i = 0; i < 1e9; i++) { (i * 7) % 3; }"]
)
def test_a_thread_that_outlives_its_test_is_told_so(project: pytest.Pytester, body: str) -> None:
    """It is not told of the clock, or of Node.js, which end with the test."""
    code = f"exports.onExecutePostLogin = async (event, api) => {{ {body} api.access.deny('x'); }};"
    code = f"const {{ ask }} = require('api');\n{code}"
    (project.path / "code.js").write_text(code, encoding="utf-8")
    project.makepyfile(
        """
        import threading

        caught, released = [], threading.Event()

        def test_goes_on(load_action):
            begun = threading.Event()

            def ask(waits):
                begun.set()
                if waits:
                    released.wait(30)

            def run():
                try:
                    action.run()
                except Exception as error:
                    caught.append(str(error))

            action = load_action("code.js", packages={"api": {"ask": ask}})
            thread = threading.Thread(target=run)
            thread.start()
            caught.append(thread)
            assert begun.wait(30)

        def test_next():
            released.set()
            thread, *_ = caught
            thread.join(30)
            assert caught[1:] == [
                "[A423] The test is over, and its Action is still running.\\n"
                "Given: a run in a thread that outlives its test.\\n"
                "Wait for the thread before the test ends, with its join()."
            ]
        """
    )
    project.runpytest_subprocess().assert_outcomes(passed=2)


@pytest.mark.slow
@ARGUMENTS
def test_a_subtest_may_fail_while_an_action_runs(
    asking: pytest.Pytester, arguments: list[str]
) -> None:
    asking.makepyfile(
        test_it="""
        import httpx

        def test_it(subtests, load_action, http_mock):
            def answer(request):
                with subtests.test("within"):
                    assert request.method == "POST"
                return httpx.Response(204)

            http_mock.get("https://api.example.com/").mock(side_effect=answer)
            execution = load_action("asks.js").run()
            assert execution.requests[0].status == 204
            with subtests.test("after"):
                assert execution.logs == ""
        """
    )
    result = asking.runpytest_subprocess("-p", "respx", "--auth0-report=page.html", *arguments)
    result.stdout.fnmatch_lines(
        [
            "E*AssertionError: assert 'GET' == 'POST'*",
            "*run asks.js*",
            "*log: asks*",
            "*the test failed at test_it.py:6: *assert 'GET' == 'POST'*",
            "E*AssertionError: assert 'asks*' == ''",
            "*GET https://api.example.com/*204*",
        ]
    )
    result.stdout.no_fnmatch_line("*INTERNALERROR*")
    (test,) = read(asking.path / "page.html")["tests"]
    assert test["outcome"] == "failed"
    (run,) = (event for event in test["events"] if event["kind"] == "run")
    assert run["outcome"] == "done"
