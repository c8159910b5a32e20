"""Instants and spans of time in the forms that a test writes them, without freezing anything."""

from __future__ import annotations

import datetime as dt
from typing import Final, TypeAlias

from pytest_auth0_actions.errors import UsageError, hides_our_frames

__tracebackhide__ = hides_our_frames

Instant: TypeAlias = "dt.datetime | str | int"

# The real class, even where this is first imported while freezegun's stands in its place; in a
# list, where freezegun does not replace it.
_NAME: Final = ("datetime", "datetime")
_REAL: Final[list[type[dt.datetime]]] = [
    each for each in dt.datetime.__mro__ if (each.__module__, each.__name__) == _NAME
]

EPOCH: Final[dt.datetime] = _REAL[0](1970, 1, 1)
_LIKELY_SECONDS: Final = (946_684_800, 4_102_444_800)  # of the years 2000 to 2099


def naive_utc(instant: Instant) -> dt.datetime:
    """Return *instant* as a naive datetime in UTC, which is what freezegun counts in.

    Raises:
        UsageError: it is none, or seconds since the epoch, by its size.

    >>> naive_utc("2025-06-01T12:00:00+02:00").isoformat()
    '2025-06-01T10:00:00'
    """
    real: type[dt.datetime] = _REAL[0]
    if isinstance(instant, int) and _LIKELY_SECONDS[0] <= instant <= _LIKELY_SECONDS[1]:
        raise UsageError(
            "[A221] The clock can't be set to that: it looks like seconds, and a number is "
            "milliseconds since the epoch.",
            f"Given: {instant!r}.",
            f"Multiply by 1000: {instant * 1_000}. For that time in 1970, write "
            f"{iso_at(instant)!r}.",
        )
    try:
        if isinstance(instant, str):
            # Python 3.10 does not read the Z.
            text = instant[:-1] + "+00:00" if instant[-1:] in {"Z", "z"} else instant
            instant = real.fromisoformat(text)
        if isinstance(instant, dt.datetime):
            if instant.tzinfo is not None:
                instant = instant.astimezone(dt.timezone.utc)
            return real.combine(instant.date(), instant.time())
        if isinstance(instant, int) and not isinstance(instant, bool):
            return EPOCH + dt.timedelta(milliseconds=instant)
    except (ValueError, OverflowError):
        pass
    meant_ms = _meant_ms(instant)
    raise UsageError(
        "[A221] The clock can't be set to that.",
        f"Given: {instant!r}.",
        "Pass a datetime, ISO 8601 text such as '2025-01-01T00:00:00Z', or whole milliseconds "
        "since the epoch."
        if meant_ms is None
        else f"Pass whole milliseconds: {meant_ms}, which is {iso_at(meant_ms)}; or a datetime, or "
        "ISO 8601 text.",
    )


def _meant_ms(instant: object) -> int | None:
    """Return what a number of another unit, or in a text, is in milliseconds since the epoch.

    Which unit it is shows by its size, for the instants of these years.

    >>> _meant_ms(1_735_689_600.5), _meant_ms("1735689600000"), _meant_ms("today")
    (1735689600500, 1735689600000, None)
    """
    try:
        number = float(instant)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None
    for per_ms in (1_000, 1, 1 / 1_000, 1 / 1_000_000):  # s, ms, µs, ns
        if _LIKELY_SECONDS[0] <= number * per_ms / 1_000 <= _LIKELY_SECONDS[1]:
            return round(number * per_ms)
    return None


def epoch_ms(naive: dt.datetime) -> int:
    """Return a naive datetime in UTC as whole milliseconds since the epoch, rounded down.

    >>> epoch_ms(naive_utc("1970-01-01T00:00:01.0009"))
    1000
    """
    # In whole numbers throughout: a float of seconds is 1 ms short at every third instant.
    since_epoch = naive - EPOCH
    return (
        since_epoch.days * 86_400_000
        + since_epoch.seconds * 1_000
        + since_epoch.microseconds // 1_000
    )


def iso_at(at_ms: int) -> str:
    """Return an instant, in milliseconds since the epoch, as JavaScript's `toISOString()` does.

    >>> iso_at(1_735_689_600_001)
    '2025-01-01T00:00:00.001Z'
    """
    at = EPOCH + dt.timedelta(milliseconds=at_ms)
    return f"{at.isoformat(timespec='milliseconds')}Z"


def real_now() -> dt.datetime:
    """Return the real time in UTC, whatever is frozen.

    >>> from pytest_auth0_actions import Clock
    >>> with Clock(0):
    ...     real_now().year > 1970
    True
    """
    now: dt.datetime = _REAL[0].now(dt.timezone.utc)
    return now


def span(delta: dt.timedelta | None, units: dict[str, float | None]) -> dt.timedelta:
    """Return how far `clock.tick` is asked to move.

    Args:
        delta: how far, if it was given as a whole.
        units: amounts by the name of their unit; None where one was not given.

    Raises:
        UsageError: nothing, something of another type, or both kinds were given.

    >>> span(None, {"minutes": 1, "seconds": None})
    datetime.timedelta(seconds=60)
    """
    given = {unit: amount for unit, amount in units.items() if amount is not None}
    if (delta is None) is not bool(given):
        raise UsageError(
            "[A222] clock.tick() takes either a timedelta or units.",
            f"Given: {_listed(given) or 'nothing'}"
            + (f", and {delta!r}." if delta is not None else "."),
            "Say how far, as in clock.tick(minutes=15).",
        )
    if delta is None:
        return _sum(given)
    if not isinstance(delta, dt.timedelta):
        raise UsageError(
            "[A223] clock.tick() can't tell the unit of that.",
            f"Given: {delta!r}.",
            "Name it, as in clock.tick(minutes=15), or pass a datetime.timedelta.",
        )
    return delta


def _sum(units: dict[str, float]) -> dt.timedelta:
    try:
        return dt.timedelta(**units)
    except (TypeError, ValueError, OverflowError):
        raise UsageError(
            "[A224] clock.tick() takes finite numbers, and stays within the years 1 to 9999.",
            f"Given: {_listed(units)}.",
            "Pass an amount such as minutes=15.",
        ) from None


def _listed(units: dict[str, float]) -> str:
    return ", ".join(f"{unit}={amount!r}" for unit, amount in units.items())
