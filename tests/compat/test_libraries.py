"""Plugins and libraries that tests are written with, in an environment of their own."""

from __future__ import annotations

import pytest

from tests.compat.conftest import LOOPS, Run

pytestmark = pytest.mark.slow


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
