from __future__ import annotations

import datetime as dt
import re

from hypothesis import given
from hypothesis import strategies as st

from pytest_auth0_actions.reporting.durations import apart, duration, instant, offset

# As far as JavaScript counts, on either side.
MILLISECONDS = st.one_of(
    st.integers(-(2**53), 2**53),
    st.integers(-100_000_000, 100_000_000),
    st.integers(-100_000, 100_000).map(lambda seconds: seconds * 1_000),
)
INSTANTS = st.integers(-62_135_596_800_000, 253_402_300_799_999)  # the years 1 to 9999
UNITS_MS = {"d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1_000}


def read(text: str) -> int:
    """Return the milliseconds that a duration tells, added up from its words alone."""
    sign, words = (-1, text[1:]) if text.startswith("-") else (1, text.removeprefix("+"))
    total = 0
    for word in words.split(" "):
        match = re.fullmatch(r"(\d+)(?:\.(\d{1,3}))?([dhms])", word)
        assert match is not None, text
        whole, part, unit = match.groups()
        assert part is None or unit == "s"
        total += int(whole) * UNITS_MS[unit] + int((part or "").ljust(3, "0"))
    return sign * total


@given(MILLISECONDS)
def test_a_duration_is_exact_to_the_millisecond(ms: int) -> None:
    assert read(duration(ms)) == ms
    assert read(offset(ms)) == ms


@given(MILLISECONDS)
def test_a_duration_has_each_unit_once_the_largest_first_and_none_that_is_full(ms: int) -> None:
    words = duration(abs(ms)).split(" ")
    units = [word[-1] for word in words]
    assert units == [unit for unit in UNITS_MS if unit in units]
    assert words == ["0s"] or all(float(word[:-1]) > 0 for word in words)
    full = {"h": 24, "m": 60, "s": 60}
    assert all(float(word[:-1]) < full[word[-1]] for word in words if word[-1] in full)
    assert not any(re.search(r"\.\d*0s$|\.s$", word) for word in words)


@given(MILLISECONDS)
def test_signs(ms: int) -> None:
    assert duration(ms).startswith("-") == (ms < 0)
    assert offset(ms).startswith("-" if ms < 0 else "+")
    assert duration(-abs(ms)).removeprefix("-") == duration(abs(ms))


def test_durations_read_well() -> None:
    told = {
        0: "0s",
        1: "0.001s",
        100: "0.1s",
        999: "0.999s",
        1_000: "1s",
        10_000: "10s",
        59_999: "59.999s",
        60_000: "1m",
        900_001: "15m 0.001s",
        3_540_000: "59m",
        85_500_000: "23h 45m",
        86_400_000: "1d",
        86_400_001: "1d 0.001s",
        90_061_001: "1d 1h 1m 1.001s",
    }
    assert {ms: duration(ms) for ms in told} == told
    assert offset(900_001) == "+15m 0.001s"
    assert offset(0) == "+0s"
    assert offset(-900_001) == "-15m 0.001s"


@given(MILLISECONDS, MILLISECONDS)
def test_apart_tells_by_how_much_and_which_way(left: int, right: int) -> None:
    if left == right:
        assert apart(left, right) == "at the same time"
    else:
        amount, _, word = apart(left, right).rpartition(" ")
        assert word == ("earlier" if left < right else "later")
        assert read(amount) == abs(left - right)


def test_two_instants_a_day_less_a_quarter_apart() -> None:
    assert apart(900_000, 86_400_000) == "23h 45m earlier"
    assert apart(86_400_000, 900_000) == "23h 45m later"
    assert apart(5, 5) == "at the same time"


@given(INSTANTS)
def test_an_instant_is_exact_to_the_millisecond(ms: int) -> None:
    read_back = dt.datetime.fromisoformat(instant(ms).removesuffix("Z"))
    assert (read_back - dt.datetime(1970, 1, 1)) // dt.timedelta(milliseconds=1) == ms


def test_instants_read_well_and_those_that_no_calendar_has_are_numbers() -> None:
    assert instant(1_735_689_600_000) == "2025-01-01T00:00:00Z"
    assert instant(1_735_689_600_001) == "2025-01-01T00:00:00.001Z"
    assert instant(-1) == "1969-12-31T23:59:59.999Z"
    assert instant(2**53 - 1) == "9,007,199,254,740,991 ms"
    assert instant(-62_135_596_800_001) == "-62,135,596,800,001 ms"
