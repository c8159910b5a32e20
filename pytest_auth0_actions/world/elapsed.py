"""Real elapsed time, which no test freezes; it costs no import of freezegun."""

from __future__ import annotations

import time


def real_monotonic_s() -> float:
    """Return real elapsed time in seconds, whatever is frozen.

    freezegun fakes `time.monotonic`, and not this clock of Linux and macOS.

    >>> real_monotonic_s() <= real_monotonic_s()
    True
    """
    return time.clock_gettime(time.CLOCK_MONOTONIC)
