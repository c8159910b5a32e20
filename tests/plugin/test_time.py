"""When time is frozen, for whom, and that it is real again."""

from __future__ import annotations

import pytest


def test_the_clock_is_set_before_any_other_fixture_of_the_function(
    project: pytest.Pytester,
) -> None:
    """And after those of wider scopes, which outlive it and see real time."""
    project.makepyfile(
        """
        import datetime
        import pytest

        @pytest.fixture(scope="session")
        def of_session():
            return datetime.datetime.now().year

        @pytest.fixture(scope="module", autouse=True)
        def of_module():
            return datetime.datetime.now().year

        @pytest.fixture(scope="class")
        def of_class():
            return datetime.datetime.now().year

        @pytest.fixture(autouse=True)
        def first():
            year = datetime.datetime.now().year
            yield year
            assert datetime.datetime.now().year == 2025

        @pytest.fixture
        def early():
            return datetime.datetime.now().year

        def test_it(early, of_session, of_module, of_class, first, clock):
            assert (early, first) == (2025, 2025)
            assert min(of_session, of_module, of_class) > 2025

        class TestXunit:
            def setup_method(self):
                self.year = datetime.datetime.now().year

            @pytest.mark.usefixtures("api")
            def test_it(self):
                assert self.year == 2025

        @pytest.mark.parametrize("number", [1, 2])
        def test_parametrized(number, early, make_event):
            assert early == 2025
        """
    )
    project.runpytest().assert_outcomes(passed=4)


def test_the_clock_is_set_first_whatever_of_ours_a_project_hides(project: pytest.Pytester) -> None:
    """By another of ours, or by ours behind theirs; not at all, if the test has none of ours."""
    project.makeconftest(
        """
        import datetime
        import pytest

        @pytest.fixture(autouse=True)
        def year():
            return datetime.datetime.now().year

        @pytest.fixture
        def clock(early, clock):
            assert early == 2025
            return clock

        @pytest.fixture
        def early():
            return datetime.datetime.now().year

        @pytest.fixture
        def api():
            return "theirs"
        """
    )
    project.makepyfile(
        """
        import pytest

        def test_ours_behind_theirs(clock, year):
            assert year == 2025

        def test_another_of_ours(clock, year, make_event):
            assert make_event()["user"]["created_at"] == "2025-01-01T00:00:00.000Z"
            assert year == 2025

        def test_theirs_alone(api, year):
            assert api == "theirs"
            assert year > 2025

        def test_theirs_and_ours(api, cache_store, year):
            assert api == "theirs"
            assert year == 2025

        @pytest.mark.parametrize("clock", [5])
        def test_a_parameter_of_that_name(clock, year):
            assert clock == 5
            assert year > 2025
        """
    )
    project.runpytest().assert_outcomes(passed=5)


def test_the_clock_comes_before_what_other_plugins_put_first(project: pytest.Pytester) -> None:
    """Whichever of the two plugins was registered first."""
    project.makepyfile(
        early="""
        import datetime
        import pytest

        @pytest.fixture
        def put_first():
            assert datetime.datetime.now().year == 2025

        def pytest_collection_modifyitems(items):
            for item in items:
                item.fixturenames.insert(0, "put_first")
        """,
        test_it="def test_it(clock): pass",
    )
    project.syspathinsert()
    project.runpytest("-p", "early").assert_outcomes(passed=1)


def test_a_test_without_the_clock_sees_real_time(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import datetime
        import time
        import types

        REAL = types.SimpleNamespace(datetime=datetime.datetime, time=time.time)

        def test_frozen(clock):
            assert datetime.datetime is not REAL.datetime

        def test_real():
            assert datetime.datetime is REAL.datetime
            assert time.time is REAL.time
            assert datetime.datetime.now().year > 2025

        def test_frozen_again(clock):
            clock.tick(days=1)

        def test_fails_frozen(clock):
            assert False

        def test_real_again():
            assert datetime.datetime is REAL.datetime
        """
    )
    project.runpytest().assert_outcomes(passed=4, failed=1)


def test_a_tests_own_freezing_moves_the_api(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import pytest
        from freezegun import freeze_time

        @freeze_time("2030-01-01")
        def test_decorator(api, clock):
            assert clock.now.year == 2030
            assert api.cache.set("k", "v").record.expires_at == 1_893_456_900_000

        def test_with(api, clock, load_action):
            api.cache.set("k", "v")
            with freeze_time("2025-01-01T00:15:00.001Z") as frozen:
                assert api.cache.get("k") is None
                frozen.move_to("2025-01-01T00:15:00Z")
                assert load_action("actions/provision/code.js").run().started_at_ms == clock.now_ms
                assert api.cache.get("k").value == "v"
            assert clock.now_ms == 1_735_689_600_000

        def test_freezer(freezer, api, clock):
            assert clock.now.isoformat() == "2025-01-01T00:00:00+00:00"
            api.cache.set("k", "v", ttl=1_000)
            freezer.tick(1.001)
            assert api.cache.get("k") is None

        @pytest.mark.freeze_time("2031-01-01")
        def test_freezers_marker(api, clock):
            assert clock.now.year == 2031
        """
    )
    project.runpytest("-p", "freezer").assert_outcomes(passed=4)


def test_asyncio_works_in_a_test_with_the_clock(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import asyncio
        import pytest

        @pytest.mark.asyncio
        async def test_pytest_asyncio(api, clock):
            api.cache.set("k", "v")
            await asyncio.sleep(0.001)
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(asyncio.Event().wait(), 0.001)
            assert api.cache.get("k").expires_at == clock.now_ms + 900_000

        @pytest.mark.anyio
        async def test_anyio(api, anyio_backend, clock):
            await asyncio.sleep(0.001)

        @pytest.fixture
        def anyio_backend():
            return "asyncio"
        """
    )
    plugins = ("-p", "pytest_asyncio.plugin", "-p", "anyio.pytest_plugin")
    scope = ("-o", "asyncio_default_fixture_loop_scope=function")  # there is a warning without it
    project.runpytest_subprocess(*plugins, *scope).assert_outcomes(passed=2)


def test_pytest_still_measures_how_long_a_test_took(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        def test_it(clock):
            clock.tick(days=400)
        """
    )
    # Without pytest-freezer, which alters what freezegun ignores.
    result = project.runpytest_subprocess("--durations=0", "-vv")
    result.assert_outcomes(passed=1)
    result.stdout.re_match_lines([r"0\.\d\ds call .*test_it"])


def test_a_freeze_that_a_test_leaves_running_is_an_error_of_that_test(
    project: pytest.Pytester,
) -> None:
    project.makepyfile(
        """
        import datetime
        from freezegun import freeze_time

        def test_leaves(clock):
            freeze_time("2030-01-01").start()

        def test_real():
            assert datetime.datetime.now().year not in (2025, 2030)
        """
    )
    result = project.runpytest()
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(
        ["*UsageError: ?A218? A freeze of time was started while the clock ran*"]
    )


def test_a_fixture_asked_for_in_the_test_freezes_from_there(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import datetime

        def test_it(request):
            assert datetime.datetime.now().year > 2025
            request.getfixturevalue("clock")
            assert datetime.datetime.now().year == 2025
        """
    )
    project.runpytest().assert_outcomes(passed=1)


def test_doctests_and_other_items_are_left_alone(project: pytest.Pytester) -> None:
    project.makepyfile(
        '''
        def double(x):
            """
            >>> double(2)
            4
            """
            return 2 * x
        '''
    )
    project.runpytest("--doctest-modules").assert_outcomes(passed=1)


READS = """
import datetime
import time

import pytest

REAL = (datetime.datetime, datetime.date, time.time, time.monotonic)  # freezegun keeps off tuples

def reads_real_time():
    before, before_s = REAL[0].now(), (REAL[2](), REAL[3]())
    assert before <= datetime.datetime.now() <= REAL[0].now()
    assert abs(datetime.datetime.now(datetime.timezone.utc).timestamp() - before_s[0]) < 600
    assert datetime.date.today() in (before.date(), REAL[1].today())
    assert before_s[0] <= time.time() <= REAL[2]()
    assert before_s[1] <= time.monotonic() <= REAL[3]()

def surrounds(scope, autouse):
    @pytest.fixture(scope=scope, autouse=autouse, name=f"of_{scope}_{autouse}")
    def surround():
        reads_real_time()
        yield
        reads_real_time()

    return surround
"""
OF_SCOPES = """
from reads import surrounds

for scope in ("session", "package", "module", "class"):
    for autouse in (True, False):
        globals()[f"of_{scope}_{autouse}"] = surrounds(scope, autouse)
"""
NEIGHBOURS = """
import pytest
from reads import reads_real_time, surrounds

of_function_False = surrounds("function", False)
ASKED = [f"of_{scope}_False" for scope in ("session", "package", "module", "class")]

@pytest.fixture(scope="module", params=[1, 2])
def of_param(request):
    reads_real_time()
    yield request.param
    reads_real_time()

def test_clock_first(clock):
    clock.tick(days=1)

@pytest.mark.usefixtures(*ASKED)
def test_clock_after_set_ups(clock):
    clock.tick(days=1)

def test_clock_fails(clock):
    clock.tick(days=1)
    assert False

def test_real_after_failure(of_function_False):
    reads_real_time()

def test_clock_after_real(clock):
    clock.tick(days=-1)

def test_clock_with_param(clock, of_param):
    clock.tick(days=1)

def test_real_with_param(of_function_False, of_param):
    reads_real_time()

class TestOne:
    def test_clock(self, clock):
        clock.tick(days=1)

class TestTwo:
    def setup_class(self):
        reads_real_time()

    def teardown_class(self):
        reads_real_time()

    @pytest.mark.usefixtures(*ASKED)
    def test_clock(self, clock):
        clock.tick(days=1)

class TestThree:
    def test_clock(self, clock):
        clock.tick(days=1)

def setup_module():
    reads_real_time()

def teardown_module():
    reads_real_time()
"""


@pytest.mark.parametrize("seed", range(4))
def test_all_that_is_not_of_a_test_with_the_clock_sees_real_time(
    project: pytest.Pytester, seed: int
) -> None:
    """Fixtures of each scope, set up and torn down between tests of any kind, in any order."""
    project.makepyfile(
        **{
            "reads": READS,
            "conftest": OF_SCOPES
            + f"""
import random
from reads import reads_real_time

def pytest_collection_modifyitems(items):
    if {seed}:
        random.Random({seed}).shuffle(items)

def pytest_runtest_logfinish():
    reads_real_time()
""",
            "one/__init__": "",
            "one/test_a": NEIGHBOURS,
            "one/test_b": NEIGHBOURS,
            "two/__init__": "",
            "two/test_c": NEIGHBOURS,
        }
    )
    project.syspathinsert()
    project.runpytest().assert_outcomes(passed=33, failed=3)
