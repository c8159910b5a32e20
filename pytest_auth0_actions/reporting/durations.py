"""Words times for people: exact to the millisecond, and never rounded."""

from __future__ import annotations

import datetime as dt
from typing import Final

_UNITS: Final = (("d", 86_400_000), ("h", 3_600_000), ("m", 60_000))
_EPOCH: Final = dt.datetime(1970, 1, 1)


def duration(ms: int) -> str:
    """Return how long *ms* milliseconds are; one that is negative has a minus.

    >>> duration(900_001)
    '15m 0.001s'
    >>> duration(85_500_000), duration(3_600), duration(0), duration(-60_000)
    ('23h 45m', '3.6s', '0s', '-1m')
    """
    left = abs(ms)
    parts = []
    for unit, size in _UNITS:
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count}{unit}")
    if left or not parts:
        parts.append(f"{left // 1_000}.{left % 1_000:03}".rstrip("0").rstrip(".") + "s")
    return ("-" if ms < 0 else "") + " ".join(parts)


def offset(ms: int) -> str:
    """Return where *ms* is, counted from a start at 0.

    >>> offset(900_001), offset(0), offset(-60_000)
    ('+15m 0.001s', '+0s', '-1m')
    """
    return duration(ms) if ms < 0 else f"+{duration(ms)}"


def apart(left_ms: int, right_ms: int) -> str:
    """Return by how much the left instant is earlier or later than the right one.

    >>> apart(900_000, 86_400_000), apart(1, 0), apart(0, 0)
    ('23h 45m earlier', '0.001s later', 'at the same time')
    """
    if left_ms == right_ms:
        return "at the same time"
    return f"{duration(abs(left_ms - right_ms))} {'earlier' if left_ms < right_ms else 'later'}"


def instant(ms: int) -> str:
    """Return the instant *ms* after the epoch, in UTC; past the year 9999, just the number.

    >>> instant(1_735_689_600_000), instant(1_735_689_603_600)
    ('2025-01-01T00:00:00Z', '2025-01-01T00:00:03.600Z')
    >>> instant(2**53 - 1)
    '9,007,199,254,740,991 ms'
    """
    try:
        moment = _EPOCH + dt.timedelta(milliseconds=ms)
    except OverflowError:
        return f"{ms:,} ms"
    return moment.isoformat(timespec="milliseconds").removesuffix(".000") + "Z"
