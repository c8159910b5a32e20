"""Each plugin that our users have beside ours, in an environment without our tests' packages."""

from __future__ import annotations

import pytest

from tests.compat.conftest import Run

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


LOOPS = "--override-ini=asyncio_default_fixture_loop_scope=function"


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


def test_asyncio(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyfile(
        """
        import asyncio
        import time

        import pytest
        import pytest_asyncio

        pytestmark = pytest.mark.asyncio

        @pytest_asyncio.fixture
        async def waited(clock):
            await asyncio.sleep(0.01)
            yield clock.now_ms
            await asyncio.sleep(0.01)

        async def test_it(waited, load_action, clock):
            action = load_action("code.js")
            await asyncio.sleep(0.01)
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(asyncio.Event().wait(), 0.01)
            assert action.run().logs == "miss\\n"
            assert (await asyncio.to_thread(action.run)).logs.startswith("hit")
            assert waited == clock.now_ms == await asyncio.to_thread(lambda: clock.now_ms)
            assert await asyncio.to_thread(time.time) == clock.now.timestamp()

        async def test_real_time():
            await asyncio.sleep(0.01)
            assert time.gmtime().tm_year > 2025
        """
    )
    run("pytest 9", LOOPS, plugins=("pytest_asyncio.plugin",)).assert_outcomes(passed=2)


def test_anyio(pytester: pytest.Pytester, run: Run) -> None:
    """On asyncio and on trio; imported before the clock runs, or while it does."""
    pytester.makepyfile(
        """
        import time

        import pytest

        @pytest.fixture(params=["asyncio", "trio"])
        def anyio_backend(request):
            return request.param

        @pytest.mark.anyio
        async def test_it(load_action, clock):
            import anyio

            await anyio.sleep(0.01)
            with anyio.move_on_after(0.01) as scope:
                await anyio.sleep_forever()
            assert scope.cancelled_caught
            action = load_action("code.js")
            assert action.run().logs == "miss\\n"
            assert (await anyio.to_thread.run_sync(action.run)).logs.startswith("hit")
            assert time.time() == clock.now.timestamp() == 1_735_689_600

        @pytest.mark.anyio
        async def test_real_time():
            import anyio

            await anyio.sleep(0.01)
            assert time.gmtime().tm_year > 2025

        def test_imported_under_the_clock(clock):
            import trio

            async def wait():
                await trio.sleep(0.01)
                return time.time()

            assert trio.run(wait) == clock.now.timestamp()
        """
    )
    for names, passed in (
        (["test_it", "test_real_time"], 4),
        (["test_imported_under_the_clock"], 1),
    ):
        result = run(
            "pytest 9",
            *(f"test_anyio.py::{name}" for name in names),
            plugins=("anyio.pytest_plugin",),
        )
        result.assert_outcomes(passed=passed)


def test_bdd(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makefile(
        ".feature",
        token="""
        Feature: A token is kept for a minute
          Scenario Outline: The second run
            Given a run of the Action
            When <seconds> seconds have passed
            Then the next run logs <logs>

            Examples:
              | seconds | logs |
              | 60      | hit  |
              | 61      | miss |
        """,
    )
    pytester.makepyfile(
        """
        from pytest_bdd import given, parsers, scenarios, then, when

        scenarios("token.feature")

        @given("a run of the Action", target_fixture="action")
        def _(load_action):
            action = load_action("code.js")
            assert action.run().logs == "miss\\n"
            return action

        @when(parsers.parse("{seconds:d} seconds have passed"))
        def _(clock, seconds):
            clock.tick(seconds=seconds)

        @then(parsers.parse("the next run logs {logs}"))
        def _(action, logs):
            assert action.run().logs.startswith(logs)
        """
    )
    run("pytest 9", plugins=("pytest-bdd",)).assert_outcomes(passed=2)


def test_hypothesis(pytester: pytest.Pytester, run: Run) -> None:
    """An example that fails is shown as small as it gets."""
    pytester.makepyfile(
        """
        from hypothesis import HealthCheck, given, settings
        from hypothesis import strategies as st

        ours = settings(
            max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture],
            derandomize=True, database=None,
        )

        @ours
        @given(seconds=st.integers(0, 120))
        def test_holds(load_action, cache_store, clock, seconds):
            cache_store.clear()
            action = load_action("code.js")
            action.run()
            clock.tick(seconds=seconds)
            assert action.run().logs.startswith("hit" if seconds <= 60 else "miss")

        @ours
        @given(seconds=st.integers(0, 120))
        def test_fails(load_action, cache_store, clock, seconds):
            cache_store.clear()
            action = load_action("code.js")
            action.run()
            clock.tick(seconds=seconds)
            assert action.run().logs.startswith("hit")
        """
    )
    result = run("pytest 9", plugins=("hypothesispytest",))
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*seconds=61,*"])


def test_cov(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyfile(
        helpers="""
        import datetime

        def year():
            return datetime.date.today().year

        def unused():
            return 1
        """,
        test_it="""
        from helpers import year

        def test_it(load_action, clock):
            assert load_action("code.js").run().logs == "miss\\n"
            assert year() == 2025
        """,
    )
    result = run("pytest 9", "--cov=helpers", "--cov-report=term-missing", plugins=("pytest_cov",))
    result.assert_outcomes(passed=1)
    result.stdout.re_match_lines([r"helpers.py +5 +1 +80% +7"])


def test_mock(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyfile(
        """
        import pytest

        from pytest_auth0_actions import ActionError, CacheRecord

        def test_spy(mocker, api, load_action):
            get = mocker.spy(api.cache, "get")
            set_ = mocker.spy(api.cache, "set")
            execution = load_action("code.js").run(user={"email": "a@example.com"})
            get.assert_called_once_with("token")
            set_.assert_called_once_with("token", "a@example.com", {"ttl": 60_000})
            assert [call.path for call in execution.calls] == ["cache.get", "cache.set"]
            assert get.spy_return is None

        def test_patch(mocker, api, load_action):
            mocker.patch.object(api.cache, "get", return_value=CacheRecord("mine", 0))
            assert load_action("code.js").run().logs == "hit mine\\n"

        def test_raises(mocker, api, load_action):
            mocker.patch.object(api.cache, "get", side_effect=OSError("down"))
            with pytest.raises(ActionError, match="down"):
                load_action("code.js").run()

        def test_not_patched(api, load_action):
            assert load_action("code.js").run().logs == "miss\\n"
        """
    )
    run("pytest 9", plugins=("pytest_mock",)).assert_outcomes(passed=4)


def test_syrupy(pytester: pytest.Pytester, run: Run) -> None:
    """What a run gives back is the same each time."""
    pytester.makepyfile(
        """
        def test_it(snapshot, load_action, make_event):
            execution = load_action("code.js").run()
            assert execution.calls == snapshot
            assert execution.logs == snapshot
            assert execution.event == snapshot
            assert make_event("post-login") == snapshot
        """
    )
    created = run("pytest 9", "--snapshot-update", plugins=("syrupy",))
    created.assert_outcomes(passed=1)
    created.stdout.fnmatch_lines(["*4 snapshots generated*"])
    again = run("pytest 9", plugins=("syrupy",))
    again.assert_outcomes(passed=1)
    again.stdout.fnmatch_lines(["*4 snapshots passed*"])


FRAMES = """
import datetime as dt

def column():
    import LIBRARY

    return LIBRARY.DataFrame({"at": [dt.datetime.now(), dt.datetime(2025, 1, 1)]})["at"]

def days():
    import LIBRARY

    return LIBRARY.Series([dt.date.today()])[0]

def test_under_the_clock(clock):
    at = column()
    assert str(at.dtype).lower().startswith("datetime")
    assert at[0] == dt.datetime.now() == at[1]
    assert (at[0] + dt.timedelta(days=1)).isoformat() == "2025-01-02T00:00:00"
    assert days() == dt.date(2025, 1, 1)

def test_real_time():
    at = column()
    assert str(at.dtype).lower().startswith("datetime")
    assert at[0] > dt.datetime(2025, 6, 1)
    assert days() == dt.date.today()

def test_again(clock):
    assert column()[0].year == 2025
"""


@pytest.mark.parametrize("library", ["pandas", "polars"])
@pytest.mark.parametrize("first", ["test_under_the_clock", "test_real_time"])
def test_libraries_that_are_not_written_in_python(
    pytester: pytest.Pytester, run: Run, library: str, first: str
) -> None:
    """They may be imported at any time, and used in any order."""
    pytester.makepyfile(test_frames=FRAMES.replace("LIBRARY", library))
    names = [first, *sorted({"test_under_the_clock", "test_real_time"} - {first}), "test_again"]
    result = run("pytest 9", *(f"test_frames.py::{name}" for name in names))
    result.assert_outcomes(passed=3)


def test_all_of_them(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyfile(test_a=TESTS, test_b=TESTS)
    result = run("pytest 9", "-n2", "--timeout=60", "--reruns=1", LOOPS, autoload=True)
    result.assert_outcomes(passed=10)
