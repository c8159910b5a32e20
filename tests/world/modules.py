"""Modules that hold on to what tells the time, for tests of the clock."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from typing import Any

# In a tuple, where nothing is replaced.
REAL = (dt.datetime, dt.date, time.time, time.monotonic)

START_S = 1_735_689_600.0

# All the ways to hold on to what tells the time.
HOLDER = """
    import datetime as module_datetime
    import time as module_time
    from datetime import date, datetime
    from time import monotonic, time

    FOUND = (datetime, date, time, monotonic)
    TABLE = {datetime: "an instant", date: "a day"}
    NOW = (datetime.now(), time(), module_datetime.datetime.now(), module_time.time())

    class Later(datetime):
        clock = staticmethod(time)

    def since(now=time):
        return now()
"""

GATE = """
    import threading

    ENTERED, LEAVE = threading.Event(), threading.Event()
"""

SLOW_HOLDER = f"""
    from gate import ENTERED, LEAVE

    ENTERED.set()
    LEAVE.wait(10)
    {HOLDER}
"""

Write = Callable[..., str]


def sees_the_clock(module: Any, at_s: float = START_S) -> bool:
    """Tell whether each name of a module that was written shows the clock's time."""
    shown = {
        module.datetime.now(dt.timezone.utc).timestamp(),
        module.module_datetime.datetime.now(dt.timezone.utc).timestamp(),
        module.time(),
        module.module_time.time(),
        module.monotonic(),
    }
    return shown == {at_s} and module.date.today() == REAL[0].fromtimestamp(at_s).date()


def is_real(module: Any) -> bool:
    return (module.datetime, module.date, module.time, module.monotonic) == REAL
