from __future__ import annotations

import asyncio
import datetime as dt
import random
import sys
import threading
import time
from datetime import datetime, timedelta, timezone
from types import ModuleType
from typing import Any

import pytest
from freezegun import freeze_time
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_auth0_actions import Clock, UsageError
from pytest_auth0_actions.world.clock import Patches
from pytest_auth0_actions.world.elapsed import real_monotonic_s

# In a tuple, where freezegun does not replace it.
REAL = (dt.datetime, time.time)


def test_the_clock_stands_still_until_it_is_moved() -> None:
    with Clock() as clock:
        assert clock.now_ms == 1_735_689_600_000
        assert clock.now == datetime(2025, 1, 1, tzinfo=timezone.utc)
        clock.tick(minutes=15)
        assert clock.now_ms == 1_735_690_500_000


def test_a_clock_shows_its_time() -> None:
    with Clock() as clock:
        assert repr(clock) == "Clock(2025-01-01T00:00:00+00:00)"
    assert repr(clock) == "Clock(not running)"


def test_python_agrees_with_the_clock() -> None:
    with Clock("2025-06-01T12:00:00.250Z") as clock:
        assert datetime.now(timezone.utc) == clock.now
        assert time.time() == 1_748_779_200.25
        assert dt.date.today() == dt.date(2025, 6, 1)
        clock.tick(seconds=1)
        assert time.time() == 1_748_779_201.25
        assert time.gmtime()[:6] == (2025, 6, 1, 12, 0, 1)


def test_time_is_real_again_afterwards() -> None:
    before = REAL[0].now()
    with Clock("2001-01-01"):
        assert dt.datetime is not REAL[0]
        assert datetime is not REAL[0]
    assert dt.datetime is REAL[0]
    assert datetime is REAL[0]
    assert datetime.now() >= before


@pytest.mark.parametrize(
    ("instant", "now_ms"),
    [
        ("2025-01-01T00:00:00Z", 1_735_689_600_000),
        ("2025-01-01T00:00:00z", 1_735_689_600_000),
        ("2025-01-01T02:00:00+02:00", 1_735_689_600_000),
        ("2025-01-01T00:00:00", 1_735_689_600_000),
        ("2025-01-01", 1_735_689_600_000),
        ("2025-01-01T00:00:00.001Z", 1_735_689_600_001),
        (1_735_689_600_000, 1_735_689_600_000),
        (0, 0),
        (-1, -1),
        (datetime(2025, 1, 1), 1_735_689_600_000),
        (datetime(2025, 1, 1, tzinfo=timezone.utc), 1_735_689_600_000),
        (datetime(2025, 1, 1, 2, tzinfo=timezone(timedelta(hours=2))), 1_735_689_600_000),
        (datetime(2025, 1, 1, 0, 0, 0, 999), 1_735_689_600_000),
        (datetime(1969, 12, 31, 23, 59, 59, 999_999), -1),
    ],
)
def test_an_instant_is_a_datetime_iso_text_or_milliseconds(instant: Any, now_ms: int) -> None:
    with Clock(instant) as clock:
        assert clock.now_ms == now_ms
        clock.move_to("2030-01-01")
        clock.move_to(instant)
        assert clock.now_ms == now_ms


def test_a_datetime_made_under_the_clock_moves_it() -> None:
    with Clock() as clock:
        clock.move_to(datetime.now() + timedelta(hours=1))
        assert clock.now_ms == 1_735_693_200_000
        clock.move_to(datetime.now(timezone(timedelta(hours=5))) + timedelta(hours=1))
        assert clock.now_ms == 1_735_696_800_000


@pytest.mark.parametrize(
    "instant", ["tomorrow", "", None, 1.5, True, 10**20, dt.date(2025, 1, 1), [2025]]
)
def test_anything_else_is_no_instant(instant: Any) -> None:
    with pytest.raises(UsageError) as caught:
        Clock(instant)
    assert str(caught.value) == (
        "[A221] The clock can't be set to that.\n"
        f"Given: {instant!r}.\n"
        "Pass a datetime, ISO 8601 text such as '2025-01-01T00:00:00Z', or whole milliseconds "
        "since the epoch."
    )


@pytest.mark.parametrize(
    ("units", "by_ms"),
    [
        ({"milliseconds": 1}, 1),
        ({"milliseconds": 0}, 0),
        ({"seconds": 1.5}, 1_500),
        ({"minutes": 1, "seconds": 1, "milliseconds": 1}, 61_001),
        ({"hours": 1}, 3_600_000),
        ({"days": 1}, 86_400_000),
        ({"days": -1}, -86_400_000),
        ({"delta": timedelta(minutes=2)}, 120_000),
        ({"delta": timedelta(0)}, 0),
    ],
)
def test_tick_moves_by_the_amount(units: dict[str, Any], by_ms: int) -> None:
    with Clock() as clock:
        start_ms = clock.now_ms
        clock.tick(**units)
        assert clock.now_ms - start_ms == by_ms


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {},
            "[A222] clock.tick() takes either a timedelta or units.\n"
            "Given: nothing.\n"
            "Say how far, as in clock.tick(minutes=15).",
        ),
        (
            {"delta": timedelta(1), "hours": 2},
            "[A222] clock.tick() takes either a timedelta or units.\n"
            "Given: hours=2, and datetime.timedelta(days=1).\n"
            "Say how far, as in clock.tick(minutes=15).",
        ),
        (
            {"delta": 15},
            "[A223] clock.tick() can't tell the unit of that.\n"
            "Given: 15.\n"
            "Name it, as in clock.tick(minutes=15), or pass a datetime.timedelta.",
        ),
        (
            {"minutes": "15"},
            "[A224] clock.tick() takes finite numbers, and stays within the years 1 to 9999.\n"
            "Given: minutes='15'.\n"
            "Pass an amount such as minutes=15.",
        ),
        (
            {"days": float("nan")},
            "[A224] clock.tick() takes finite numbers, and stays within the years 1 to 9999.\n"
            "Given: days=nan.\n"
            "Pass an amount such as minutes=15.",
        ),
        (
            {"days": 1e300},
            "[A224] clock.tick() takes finite numbers, and stays within the years 1 to 9999.\n"
            "Given: days=1e+300.\n"
            "Pass an amount such as minutes=15.",
        ),
        (
            {"days": 4_000_000},
            "[A219] clock.tick() can't leave the years 1 to 9999.\n"
            "Given: datetime.timedelta(days=4000000), from 2025-01-01T00:00:00Z.\n"
            "Move by less.",
        ),
    ],
)
def test_tick_refuses_what_it_can_not_do(arguments: dict[str, Any], message: str) -> None:
    with Clock() as clock:
        with pytest.raises(UsageError) as caught:
            clock.tick(**arguments)
        assert str(caught.value) == message
        assert clock.now_ms == 1_735_689_600_000


def test_the_innermost_freeze_is_the_time() -> None:
    with Clock() as clock:
        with freeze_time("2030-01-01T00:00:00", tz_offset=-4) as inner:
            assert clock.now.isoformat() == "2030-01-01T00:00:00+00:00"
            clock.tick(seconds=1)
            assert inner().isoformat() == "2030-01-01T00:00:01"
            inner.tick(1)
            assert clock.now.isoformat() == "2030-01-01T00:00:02+00:00"
        assert clock.now.isoformat() == "2025-01-01T00:00:00+00:00"


def test_a_freeze_around_the_clock_returns_after_it() -> None:
    with freeze_time("2030-01-01"):
        with Clock() as clock:
            assert clock.now.year == 2025
        assert datetime.now().year == 2030


def test_a_ticking_freeze_is_moved_from_where_it_has_got_to() -> None:
    with Clock() as clock, freeze_time("2030-01-01", tick=True):
        clock.tick(hours=1)
        before_ms = clock.now_ms
        clock.tick(hours=1)
        assert clock.now_ms >= before_ms + 3_600_000


def test_a_freeze_that_was_left_running_is_ended_and_reported() -> None:
    def leave_running() -> None:
        with Clock():
            freeze_time("2030-01-01").start()

    with pytest.raises(UsageError) as caught:
        leave_running()
    assert str(caught.value) == (
        "[A218] A freeze of time was started while the clock ran, and never stopped.\n"
        "Left running: 1.\n"
        "Use freeze_time as a decorator or in a `with` block, or call its stop()."
    )
    assert dt.datetime is REAL[0]


def test_a_freeze_that_was_left_running_hides_no_other_error() -> None:
    def fail() -> None:
        with Clock():
            freeze_time("2030-01-01").start()
            raise KeyError("the test's own")

    with pytest.raises(KeyError):
        fail()
    assert dt.datetime is REAL[0]


def test_a_clock_that_does_not_run_says_so() -> None:
    clock = Clock()
    for use in (lambda: clock.now_ms, lambda: clock.now, lambda: clock.tick(days=1)):
        with pytest.raises(UsageError) as caught:
            use()
        assert str(caught.value) == (
            "[A220] This clock is not running.\n"
            "Given: a Clock outside of its `with` block, or after its test.\n"
            "Use the `clock` fixture, or `with Clock(...) as clock:`. What our fixtures give "
            "ends with its test: ask for them in each test, or in a fixture without a scope."
        )


def test_asyncio_works_while_time_is_frozen() -> None:
    async def wait() -> str:
        await asyncio.sleep(0.001)
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(asyncio.Event().wait(), timeout=0.001)
        return "done"

    with Clock() as clock:
        assert asyncio.run(wait()) == "done"
        assert clock.now_ms == 1_735_689_600_000


def test_the_clock_is_the_same_in_another_thread() -> None:
    seen = []
    with Clock() as clock:
        thread = threading.Thread(target=lambda: seen.append(clock.now_ms))
        thread.start()
        thread.join()
    assert seen == [1_735_689_600_000]


# From 1970 to 2100.
LAST_MICROSECOND = 4_133_980_799_999_999
MICROSECONDS = st.integers(0, LAST_MICROSECOND)


def test_the_clock_is_exact(clock: Clock) -> None:
    """Whole milliseconds, rounded down, wherever and however it was moved."""

    @settings(deadline=None)
    @given(at_us=MICROSECONDS, by_us=st.integers(-(10**12), 10**12))
    def check(at_us: int, by_us: int) -> None:
        assert_exact(at_us, by_us)

    check()


def assert_exact(at_us: int, by_us: int) -> None:
    with Clock() as clock:
        clock.move_to(datetime(1970, 1, 1) + timedelta(microseconds=at_us))
        assert clock.now_ms == at_us // 1_000
        clock.tick(timedelta(microseconds=by_us))
        assert clock.now_ms == (at_us + by_us) // 1_000
        at_ms = at_us // 1_000
        if not 946_684_800 <= at_ms <= 4_102_444_800:  # which looks like seconds
            clock.move_to(at_ms)
            assert clock.now_ms == at_ms


@pytest.mark.parametrize(
    ("at", "in_ms", "in_1970"),
    [
        (1_767_225_600, 1_767_225_600_000, "1970-01-21T10:53:45.600Z"),
        (946_684_800, 946_684_800_000, "1970-01-11T22:58:04.800Z"),
        (4_102_444_800, 4_102_444_800_000, "1970-02-17T11:34:04.800Z"),
    ],
)
def test_a_number_that_looks_like_seconds_is_refused(at: int, in_ms: int, in_1970: str) -> None:
    with Clock() as clock:
        with pytest.raises(UsageError) as caught:
            clock.move_to(at)
        assert str(caught.value) == (
            "[A221] The clock can't be set to that: it looks like seconds, and a number is "
            f"milliseconds since the epoch.\nGiven: {at}.\n"
            f"Multiply by 1000: {in_ms}. For that time in 1970, write '{in_1970}'."
        )
        clock.move_to(in_ms)
        clock.move_to(in_1970)
        assert clock.now_ms == at
        for near in (946_684_799, 4_102_444_801):
            clock.move_to(near)
            assert clock.now_ms == near


def test_the_clock_is_exact_where_floats_are_not() -> None:
    """The instants at which time.time_ns() // 10**6 falls 1 ms short are exact here."""
    chance = random.Random(5)
    short = 0
    with Clock() as clock:
        for _ in range(500):
            clock.tick(milliseconds=chance.randrange(10**9))
            since = clock.now - datetime(1970, 1, 1, tzinfo=timezone.utc)
            assert clock.now_ms == since // timedelta(milliseconds=1)
            short += time.time_ns() // 10**6 != clock.now_ms
    assert short > 0


def test_patches_are_put_in_place_again_for_each_clock() -> None:
    patches = Patches()
    for _ in range(2):
        patches.resume()
        with Clock() as clock:
            assert datetime.now(timezone.utc) == clock.now
        patches.pause()
        assert dt.datetime is REAL[0]
        assert datetime is REAL[0]
        assert_time_is_real()


def test_what_took_the_place_of_a_patch_between_two_clocks_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    patches = Patches()
    patches.resume()
    patches.pause()
    monkeypatch.setitem(globals(), "datetime", "mine")
    patches.resume()
    assert globals()["datetime"] == "mine"
    assert dt.datetime is not REAL[0]
    patches.pause()
    assert globals()["datetime"] == "mine"
    assert dt.datetime is REAL[0]


def test_patches_inside_of_another_freeze_give_its_time_back() -> None:
    patches = Patches()
    with freeze_time("2030-01-01"):
        patches.resume()
        with Clock() as clock:
            assert clock.now.year == datetime.now().year == 2025
        patches.pause()
        assert datetime.now().year == 2030
    assert dt.datetime is REAL[0]
    assert_time_is_real()


@pytest.mark.parametrize(
    ("options", "stands_still"),
    [({}, True), ({"tick": True}, False), ({"auto_tick_seconds": 1}, False)],
)
def test_a_freeze_inside_may_move_by_itself(options: dict[str, Any], stands_still: bool) -> None:
    with Clock() as clock:
        assert clock._stands_still
        with freeze_time("2030-01-01", **options):
            assert clock._stands_still is stands_still
            clock.tick(days=1)
            assert clock.now.day == 2
    with pytest.raises(UsageError, match="not running"):
        _ = clock._stands_still


def test_to_move_by_nothing_takes_a_step_back_that_reading_the_time_took() -> None:
    with Clock() as clock, freeze_time("2030-01-01", auto_tick_seconds=86_400):
        clock.tick(timedelta(0))
        assert clock.now.day == 1


def test_a_module_that_minds_its_attributes_is_asked() -> None:
    """Some modules are of a class of their own, to load parts of them late."""

    class Minding(ModuleType):
        minded: list[str]

        def __setattr__(self, name: str, value: object) -> None:
            super().__setattr__(name, value)
            self.minded.append(name)

    module = Minding("minding")
    module.__dict__["minded"] = []
    module.__dict__["now"] = time.time
    sys.modules["minding"] = module
    try:
        patches = Patches()
        for _ in range(2):
            patches.resume()
            assert module.now is time.time is not REAL[1]
            patches.pause()
            assert module.now is time.time is REAL[1]
        assert module.minded == ["now"] * 4
    finally:
        del sys.modules["minding"]


def assert_time_is_real() -> None:
    before = REAL[0].now()
    assert before <= datetime.now() <= REAL[0].now()
    before_s = real_monotonic_s()
    assert before_s <= time.monotonic() <= real_monotonic_s()
