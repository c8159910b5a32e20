"""The one place that reads or moves time, and the only one that imports freezegun."""

from __future__ import annotations

import asyncio
import contextlib
import copyreg
import datetime as dt
import functools
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NoReturn

from freezegun import api as freezegun_api
from freezegun import freeze_time

from pytest_auth0_actions.calls import called_as
from pytest_auth0_actions.errors import UsageError, hides_our_frames
from pytest_auth0_actions.values import no_attribute
from pytest_auth0_actions.world.elapsed import real_monotonic_s
from pytest_auth0_actions.world.exempt import is_exempt
from pytest_auth0_actions.world.imports import FIRST_USES, ImportHook
from pytest_auth0_actions.world.instants import EPOCH, Instant, epoch_ms, naive_utc, span
from pytest_auth0_actions.world.other_clocks import OF_OTHER_CLOCKS
from pytest_auth0_actions.world.replacements import Change, Fakes, Replacements

if TYPE_CHECKING:
    from types import TracebackType

__tracebackhide__ = hides_our_frames

DEFAULT_START: Final = "2025-01-01T00:00:00Z"

# The stacks that freezegun pushes and pops together, one entry per running freeze.
_FACTORIES: list[Any] = freezegun_api.freeze_factories
_FREEZE_STACKS: tuple[list[Any], ...] = (
    _FACTORIES,
    freezegun_api.ignore_lists,
    freezegun_api.tick_flags,
    freezegun_api.tz_offsets,
)


class Clock:
    """The time of a test: it stands still until the test moves it.

    While a `Clock` runs, `datetime.now()`, `time.time()` and the like agree with it. It reads and
    moves the innermost freeze, so a test's own use of freezegun inside it is seen too.

    Args:
        start: where it starts: a datetime (UTC if it is naive), ISO 8601 text, or milliseconds
            since the epoch.

    Raises:
        UsageError: *start* is none of these, or seconds since the epoch, by its size.

    >>> with Clock("2025-01-01T00:00:00Z") as clock:
    ...     clock.tick(minutes=15)
    ...     clock.now_ms
    1735690500000
    """

    @called_as(f"Clock({DEFAULT_START!r})")
    def __init__(self, start: Instant = DEFAULT_START) -> None:
        self._freezer = _freezer(naive_utc(start))
        self._factory: Any = None
        self._patches: Patches | None = None
        self._last: dt.datetime | None = None
        self._last_ms = 0

    def __repr__(self) -> str:
        running = self._factory in _FACTORIES
        return f"Clock({self.now.isoformat() if running else 'not running'})"

    if not TYPE_CHECKING:  # a type checker would take any name for one of ours

        def __getattr__(self, name: str) -> NoReturn:
            __tracebackhide__ = True
            raise no_attribute(self, name, "A clock", OF_OTHER_CLOCKS)

    def __enter__(self) -> Clock:
        if not any(type(finder) is ImportHook for finder in sys.meta_path):
            self._patches = Patches()
            self._patches.resume()
        self._factory = self._freezer.start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        left_running = len(_FACTORIES) - 1 - _FACTORIES.index(self._factory)
        for stack in _FREEZE_STACKS:
            del stack[len(stack) - left_running :]
        self._freezer.stop()
        if self._patches is not None:
            self._patches.pause()
            self._patches = None
        if left_running and exc is None:
            raise UsageError(
                "[A218] A freeze of time was started while the clock ran, and never stopped.",
                f"Left running: {left_running}.",
                "Use freeze_time as a decorator or in a `with` block, or call its stop().",
            )

    @property
    def now_ms(self) -> int:
        """The instant that everything in the test sees, in whole milliseconds since the epoch.

        A fraction of a millisecond is rounded down, as JavaScript's `Date.now()` does.

        Raises:
            UsageError: the clock is not running.

        >>> with Clock("1970-01-01T00:00:01Z") as clock:
        ...     clock.now_ms
        1000
        """
        now = _FACTORIES[-1]() if self._factory in _FACTORIES else self._now()
        if now is not self._last:
            self._last_ms = epoch_ms(now)
            self._last = now
        return self._last_ms

    @property
    def now(self) -> dt.datetime:
        """The same instant as an aware datetime in UTC, to the microsecond.

        Raises:
            UsageError: the clock is not running.

        >>> with Clock(0) as clock:
        ...     clock.now.isoformat()
        '1970-01-01T00:00:00+00:00'
        """
        return self._now().replace(tzinfo=dt.timezone.utc)

    @property
    def _stands_still(self) -> bool:
        """Whether only the test moves the clock; a freeze inside of it may tick by itself.

        Raises:
            UsageError: the clock is not running.

        >>> with Clock() as clock, freeze_time("2030-01-01", tick=True):
        ...     clock._stands_still
        False
        """
        return type(self._innermost()) is freezegun_api.FrozenDateTimeFactory

    @called_as("clock.tick(minutes=15)")
    def tick(
        self,
        delta: dt.timedelta | None = None,
        *,
        milliseconds: float | None = None,
        seconds: float | None = None,
        minutes: float | None = None,
        hours: float | None = None,
        days: float | None = None,
    ) -> None:
        """Move the clock on, by *delta* or the sum of the units; a negative amount moves it back.

        Raises:
            UsageError: nothing, something of another type, or both kinds were given; or the clock
                would leave the years 1 to 9999.

        >>> with Clock(0) as clock:
        ...     clock.tick(minutes=1, milliseconds=1)
        ...     clock.now_ms
        60001
        """
        units = {"milliseconds": milliseconds, "seconds": seconds, "minutes": minutes}
        delta = span(delta, {**units, "hours": hours, "days": days})
        stands_still, factory = self._stands_still, self._innermost()
        now = factory()
        try:
            if stands_still:
                factory.tick(delta)
            else:  # others take a delta of nothing for a step of their own
                factory.move_to(now + delta)
        except OverflowError:
            raise UsageError(
                "[A219] clock.tick() can't leave the years 1 to 9999.",
                f"Given: {delta!r}, from {now.isoformat()}Z.",
                "Move by less.",
            ) from None

    @called_as("clock.move_to('2025-06-01T12:00:00Z')")
    def move_to(self, instant: Instant) -> None:
        """Set the clock to *instant*, forwards or back.

        Args:
            instant: a datetime (UTC if it is naive), ISO 8601 text, or milliseconds since the
                epoch.

        Raises:
            UsageError: *instant* is none of these, or seconds since the epoch, by its size.

        >>> with Clock() as clock:
        ...     clock.move_to("2025-06-01T12:00:00+02:00")
        ...     clock.now.isoformat()
        '2025-06-01T10:00:00+00:00'
        """
        self._innermost().move_to(naive_utc(instant))

    def _innermost(self) -> Any:
        if self._factory not in _FACTORIES:
            raise UsageError(
                "[A220] This clock is not running.",
                "Given: a Clock outside of its `with` block, or after its test.",
                "Use the `clock` fixture, or `with Clock(...) as clock:`. What our fixtures give "
                "ends with its test: ask for them in each test, or in a fixture without a scope.",
            )
        return _FACTORIES[-1]

    def _now(self) -> dt.datetime:
        now: dt.datetime = self._innermost()()
        return now


class Patches:
    """freezegun's fakes, put in the place of the real classes and functions, and taken away again.

    What is imported while they are in place is imported as if it had been before: it finds the real
    things, and then gets the fakes into its names, as others have. Modules that are written in C
    need the real classes, or crash; all would keep fakes where nobody takes them away again.

    >>> patches = Patches()
    >>> for _ in range(2):
    ...     patches.resume()
    ...     with Clock(0) as clock:
    ...         clock.now_ms
    ...     patches.pause()
    0
    0
    """

    def __init__(self) -> None:
        freezer, factory = _freezer(EPOCH), freezegun_api.FrozenDateTimeFactory(EPOCH)
        self._entries = (factory, freezer.ignore, freezer.tick, freezer.tz_offset)

        def fakes_for(module: str) -> Fakes:
            if module.startswith("freezegun."):
                return _NO_FAKES
            return _FOR_EXEMPT if is_exempt(module) or module.startswith(freezer.ignore) else _FAKES

        self._names = Replacements(fakes_for, _OF_UUID)
        self._hook = ImportHook(self._importing, self._reloading)
        self._lock = threading.RLock()
        self._unused = set(FIRST_USES)
        self._imports = 0  # under way, in all threads
        self._is_running = False
        self._is_inside_another = False  # a freeze of somebody else's
        self._pickled: dict[type, Any] = {}
        self._loop_time: Any = None

    def resume(self) -> None:
        """Put the fakes in place, and have the next freeze start inside."""
        self._is_inside_another = bool(_FACTORIES)
        for stack, entry in zip(_FREEZE_STACKS, self._entries, strict=True):
            stack.append(entry)
        with self._lock:
            self._is_running = True
            if not self._is_inside_another:
                self._names.update()
                self._show_real_classes()
                self._names.put_in_place()
                table = copyreg.dispatch_table
                self._pickled = {real: table.get(real) for real in _PICKLERS}
                table.update(_PICKLERS)
                _forget_last_uuid()
        self._loop_time = asyncio.BaseEventLoop.time
        asyncio.BaseEventLoop.time = _loop_time  # type: ignore[assignment, method-assign]
        sys.meta_path.insert(0, self._hook)

    def pause(self) -> None:
        """Take the fakes away; time is as it was before."""
        with contextlib.suppress(ValueError):  # somebody may have put back an older list
            sys.meta_path.remove(self._hook)
        asyncio.BaseEventLoop.time = self._loop_time  # type: ignore[method-assign]
        for stack in _FREEZE_STACKS:
            stack.pop()
        with self._lock:
            self._is_running = False
            if self._is_inside_another:
                self._names.forget()  # who has put them in place takes them away
                return
            self._names.take_away()  # also from modules that are gone by now
            if self._names.update():
                self._names.take_away()
        for real, pickler in self._pickled.items():
            if pickler is None:
                del copyreg.dispatch_table[real]
            else:
                copyreg.dispatch_table[real] = pickler
        _forget_last_uuid()

    @contextmanager
    def _importing(self) -> Iterator[None]:
        """Have time be real while a module is imported, and fake it in its names after that."""
        with self._lock:
            self._imports += 1
            if self._imports == 1 and self._is_running:
                if self._is_inside_another:
                    self._names.search()  # for what others have put in place
                self._names.take_away()
        try:
            yield
        finally:
            with self._lock:
                self._imports -= 1
                if not self._imports:
                    self._show_real_classes()
                    self._fake_new_names()

    @contextmanager
    def _reloading(self, name: str) -> Iterator[None]:
        """Have a module see the clock while it is reloaded, as that is what tests do so for."""
        try:
            yield
        finally:
            with self._lock:
                self._names.forget(name)
                self._fake_new_names()

    def _show_real_classes(self) -> None:
        """Use libraries once, if they keep the class that they meet when they are first used."""
        for name in self._unused & sys.modules.keys():
            self._unused.remove(name)
            with contextlib.suppress(Exception):  # of a release that has changed, say
                FIRST_USES[name](sys.modules[name])

    def _fake_new_names(self) -> None:
        if self._is_running:
            self._names.take_away()  # also from modules that are gone, and no longer found
            self._names.search()
            self._names.put_in_place()


# In a list, where freezegun itself replaces nothing.
_PAIRS: Final = [
    (freezegun_api.real_date, freezegun_api.FakeDate),
    (freezegun_api.real_datetime, freezegun_api.FakeDatetime),
    (freezegun_api.real_gmtime, freezegun_api.fake_gmtime),
    (freezegun_api.real_localtime, freezegun_api.fake_localtime),
    (freezegun_api.real_monotonic, freezegun_api.fake_monotonic),
    (freezegun_api.real_monotonic_ns, freezegun_api.fake_monotonic_ns),
    (freezegun_api.real_perf_counter, freezegun_api.fake_perf_counter),
    (freezegun_api.real_perf_counter_ns, freezegun_api.fake_perf_counter_ns),
    (freezegun_api.real_strftime, freezegun_api.fake_strftime),
    (freezegun_api.real_time, freezegun_api.fake_time),
    (freezegun_api.real_time_ns, freezegun_api.fake_time_ns),
]
_FAKES: Final = Fakes(_PAIRS)
_NO_FAKES: Final = Fakes([])
_FOR_EXEMPT: Final = Fakes([(time, _FAKES.real_copy(time))])
_PICKLERS: Final[dict[type, Any]] = {
    freezegun_api.real_date: freezegun_api.pickle_fake_date,
    freezegun_api.real_datetime: freezegun_api.pickle_fake_datetime,
}
# These ask the system for the time. Without them, uuid1() asks Python.
_OF_UUID: Final[list[Change]] = [
    (uuid, vars(uuid), name, vars(uuid)[name], None)
    for name in ("_generate_time_safe", "_UuidCreate")
    if vars(uuid).get(name) is not None
]


@functools.lru_cache(maxsize=16)  # most tests of a suite start at the same instant
def _freezer(start: dt.datetime) -> Any:
    """Return what starts a freeze at *start*, inside of the patches."""
    freezer: Any = freeze_time(start)
    # Whom freezegun tells by the last few callers: all threads that a test starts, and modules of
    # a user that only begin as these do.
    others = (name for name in freezer.ignore if name not in {"gi", "queue", "threading"})
    freezer.ignore = ("gi.", *others)
    return freezer


def _loop_time(loop: asyncio.BaseEventLoop) -> float:
    """Return real time for `loop.time()`: if it stood still, no sleeper would wake up."""
    return real_monotonic_s()


def _forget_last_uuid() -> None:
    """Let the next one be from before the last."""
    for name in ("_last_timestamp", "_last_timestamp_v6", "_last_timestamp_v7"):
        if name in vars(uuid):
            setattr(uuid, name, None)
