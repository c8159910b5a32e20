"""The one place that reads or moves time, and the only one that imports freezegun."""

from __future__ import annotations

import copyreg
import datetime as dt
import functools
import sys
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from freezegun import api as freezegun_api
from freezegun import freeze_time

from pytest_auth0_actions.errors import UsageError, hides_our_frames

if TYPE_CHECKING:
    from types import TracebackType

__tracebackhide__ = hides_our_frames

Instant: TypeAlias = "dt.datetime | str | int"

DEFAULT_START: Final = "2025-01-01T00:00:00Z"

_EPOCH = freezegun_api.real_datetime(1970, 1, 1)

# pytest times its own phases; those times must stay real while a test's are not. Leaving the
# module alone is enough: it holds the functions that it imported.
_STAYS_REAL = ["_pytest.timing"]

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
        UsageError: *start* is none of these.

    >>> with Clock("2025-01-01T00:00:00Z") as clock:
    ...     clock.tick(minutes=15)
    ...     clock.now_ms
    1735690500000
    """

    def __init__(self, start: Instant = DEFAULT_START) -> None:
        self._freezer = _freezer(_naive_utc(start))
        self._factory: Any = None
        self._last: dt.datetime | None = None
        self._last_ms = 0

    def __repr__(self) -> str:
        running = self._factory in _FACTORIES
        return f"Clock({self.now.isoformat() if running else 'not running'})"

    def __enter__(self) -> Clock:
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
        if left_running and exc is None:
            raise UsageError(
                "A freeze of time was started while the clock ran, and never stopped.",
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
            # In whole numbers throughout: a float of seconds is 1 ms short at every third instant.
            since_epoch = now - _EPOCH
            self._last_ms = (
                since_epoch.days * 86_400_000
                + since_epoch.seconds * 1_000
                + since_epoch.microseconds // 1_000
            )
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
        """Move the clock on, by *delta* or by the sum of the units.

        A negative amount moves it back.

        Raises:
            UsageError: nothing, something of another type, or both kinds were given; or the clock
                would leave the years 1 to 9999.

        >>> with Clock(0) as clock:
        ...     clock.tick(minutes=1, milliseconds=1)
        ...     clock.now_ms
        60001
        """
        units = {
            "milliseconds": milliseconds,
            "seconds": seconds,
            "minutes": minutes,
            "hours": hours,
            "days": days,
        }
        given = {unit: amount for unit, amount in units.items() if amount is not None}
        if (delta is None) is not bool(given):
            raise UsageError(
                "clock.tick() takes either a timedelta or units.",
                f"Given: {_listed(given) or 'nothing'}"
                + (f", and {delta!r}." if delta is not None else "."),
                "Say how far, as in clock.tick(minutes=15).",
            )
        if delta is None:
            delta = _timedelta(given)
        elif not isinstance(delta, dt.timedelta):
            raise UsageError(
                "clock.tick() can't tell the unit of that.",
                f"Given: {delta!r}.",
                "Name it, as in clock.tick(minutes=15), or pass a datetime.timedelta.",
            )
        stands_still, factory = self._stands_still, self._innermost()
        now = factory()
        try:
            if stands_still:
                factory.tick(delta)
            else:  # others take a delta of nothing for a step of their own
                factory.move_to(now + delta)
        except OverflowError:
            raise UsageError(
                "clock.tick() can't leave the years 1 to 9999.",
                f"Given: {delta!r}, from {now.isoformat()}Z.",
                "Move by less.",
            ) from None

    def move_to(self, instant: Instant) -> None:
        """Set the clock to *instant*, forwards or back.

        Args:
            instant: a datetime (UTC if it is naive), ISO 8601 text, or milliseconds since the
                epoch.

        Raises:
            UsageError: *instant* is none of these.

        >>> with Clock() as clock:
        ...     clock.move_to("2025-06-01T12:00:00+02:00")
        ...     clock.now.isoformat()
        '2025-06-01T10:00:00+00:00'
        """
        self._innermost().move_to(_naive_utc(instant))

    def _innermost(self) -> Any:
        if self._factory not in _FACTORIES:
            raise UsageError(
                "This clock is not running.",
                "Given: a Clock outside of its `with` block, or after its test.",
                "Use the `clock` fixture, or `with Clock(...) as clock:`.",
            )
        return _FACTORIES[-1]

    def _now(self) -> dt.datetime:
        now: dt.datetime = self._innermost()()
        return now


class Patches:
    """freezegun's patches of all modules, taken back and put in place again.

    A first freeze looks through every module, which takes milliseconds. These are looked for once,
    and again when modules were imported; a freeze that starts inside of them takes no time.

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
        self._freezer: Any = freeze_time(_EPOCH, ignore=_STAYS_REAL, real_asyncio=True)
        self._entries: tuple[Any, ...] = ()
        # What is changed: an owner, what it has, a name of that, the real one, the fake.
        self._changes: list[tuple[Any, Mapping[str, Any], str, Any, Any]] = []
        self._modules: set[str] = set()
        self._imported = _imported()

    def resume(self) -> None:
        """Put the patches in place, and have the next freeze start inside."""
        if _FACTORIES:
            self._freezer.start()  # inside of somebody else's, who has put them there
        elif self._entries and _imported() == self._imported:
            self._repeat()
        else:
            self._search()

    def pause(self) -> None:
        """Take the patches back; time is as it was before."""
        inside_another = len(_FACTORIES) > 1
        if inside_another:
            self._freezer.stop()
        elif _imported() == self._imported:
            self._take_back()
        else:
            self._search_again()

    def _search(self) -> None:
        owners = (dt, time, uuid)
        before = [(owner, name, real) for owner in owners for name, real in vars(owner).items()]
        self._freezer.start()
        self._entries = tuple(stack[-1] for stack in _FREEZE_STACKS)
        self._modules, self._imported = set(sys.modules), _imported()
        self._changes = [
            (owner, vars(owner), name, real, vars(owner)[name])
            for owner, name, real in (*before, *self._freezer.undo_changes)
            if vars(owner)[name] is not real
        ]

    def _repeat(self) -> None:
        for stack, entry in zip(_FREEZE_STACKS, self._entries, strict=True):
            stack.append(entry)
        for owner, names, name, real, fake in self._changes:
            if names.get(name) is not real:
                continue  # somebody else has put something there
            if type(owner) is ModuleType:
                names[name] = fake  # type: ignore[index]
            else:
                setattr(owner, name, fake)
        copyreg.dispatch_table[freezegun_api.real_datetime] = freezegun_api.pickle_fake_datetime
        copyreg.dispatch_table[freezegun_api.real_date] = freezegun_api.pickle_fake_date

    def _search_again(self) -> None:
        """Have freezegun stop, who looks through the modules that were imported meanwhile."""
        self._freezer.undo_changes = [
            (owner, name, real)
            for owner, names, name, real, fake in self._changes
            if names.get(name) is fake
        ]
        self._freezer.modules_at_start = set(self._modules)
        self._freezer.stop()

    def _take_back(self) -> None:
        """Do as freezegun's stop() does, but look for no module that was imported meanwhile."""
        for stack in _FREEZE_STACKS:
            stack.pop()
        for owner, names, name, real, fake in self._changes:
            if names.get(name) is not fake:
                continue
            if type(owner) is ModuleType:
                names[name] = real  # type: ignore[index]
            else:
                setattr(owner, name, real)
        del copyreg.dispatch_table[freezegun_api.real_datetime]
        del copyreg.dispatch_table[freezegun_api.real_date]
        uuid._last_timestamp = None  # type: ignore[attr-defined]


@functools.lru_cache(maxsize=16)  # most tests of a suite start at the same instant
def _freezer(start: dt.datetime) -> Any:
    return freeze_time(start, ignore=_STAYS_REAL, real_asyncio=True)


def _imported() -> tuple[int, str]:
    """Return what differs after an import: there can be thousands of modules to compare."""
    return len(sys.modules), next(reversed(sys.modules))


def iso_at(at_ms: int) -> str:
    """Return an instant, in milliseconds since the epoch, as JavaScript's `toISOString()` does.

    >>> iso_at(1_735_689_600_001)
    '2025-01-01T00:00:00.001Z'
    """
    at = _EPOCH + dt.timedelta(milliseconds=at_ms)
    return f"{at.isoformat(timespec='milliseconds')}Z"


def real_now() -> dt.datetime:
    """Return the real time in UTC, whatever is frozen.

    >>> with Clock(0):
    ...     real_now().year > 1970
    True
    """
    now: dt.datetime = freezegun_api.real_datetime.now(dt.timezone.utc)
    return now


@contextmanager
def real_datetime() -> Iterator[None]:
    """Undo for a moment what freezes `datetime.datetime`, for code that keeps the class it meets.

    >>> with Clock(0), real_datetime():
    ...     dt.datetime.now().year > 1970
    True
    """
    frozen = dt.datetime
    dt.datetime = freezegun_api.real_datetime  # type: ignore[misc]
    try:
        yield
    finally:
        dt.datetime = frozen  # type: ignore[misc]


def _timedelta(units: dict[str, float]) -> dt.timedelta:
    try:
        return dt.timedelta(**units)
    except (TypeError, ValueError, OverflowError):
        raise UsageError(
            "clock.tick() takes finite numbers, and stays within the years 1 to 9999.",
            f"Given: {_listed(units)}.",
            "Pass an amount such as minutes=15.",
        ) from None


def _listed(units: dict[str, float]) -> str:
    return ", ".join(f"{unit}={amount!r}" for unit, amount in units.items())


def _naive_utc(instant: Instant) -> dt.datetime:
    """Return *instant* as a naive datetime in UTC, which is what freezegun counts in."""
    try:
        if isinstance(instant, str):
            # Python 3.10 does not read the Z.
            text = instant[:-1] + "+00:00" if instant[-1:] in {"Z", "z"} else instant
            instant = freezegun_api.real_datetime.fromisoformat(text)
        if isinstance(instant, dt.datetime):
            if instant.tzinfo is not None:
                instant = instant.astimezone(dt.timezone.utc)
            return freezegun_api.real_datetime.combine(instant.date(), instant.time())
        if isinstance(instant, int) and not isinstance(instant, bool):
            return _EPOCH + dt.timedelta(milliseconds=instant)
    except (ValueError, OverflowError):
        pass
    raise UsageError(
        "That is no instant that the clock can be set to.",
        f"Given: {instant!r}.",
        "Pass a datetime, ISO 8601 text such as '2025-01-01T00:00:00Z', or whole milliseconds "
        "since the epoch.",
    )
