"""What one use of the clock leaves to the next, and to what comes between the two."""

from __future__ import annotations

import asyncio
import copyreg
import datetime as dt
import gc
import importlib
import pickle
import sys
import time
import uuid
import weakref
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from freezegun import freeze_time

from pytest_auth0_actions import Clock, UsageError
from pytest_auth0_actions.world.clock import Patches

# In a tuple, where freezegun does not replace them.
REAL = (dt.datetime, dt.date, time.time, time.monotonic, time.time_ns)
REAL_LOOP_TIME = asyncio.BaseEventLoop.time
START_MS = 1_735_689_600_000

USERS = """
import datetime
import time
from datetime import date, datetime as moment
from time import monotonic as ticks, time as seconds
"""


@pytest.fixture
def import_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Import a module that nobody has imported yet."""
    monkeypatch.syspath_prepend(tmp_path)
    imported = []

    def import_(name: str) -> Any:
        (tmp_path / f"{name}.py").write_text(USERS, encoding="utf-8")
        importlib.invalidate_caches()
        imported.append(name)
        return importlib.import_module(name)

    yield import_
    for name in imported:
        sys.modules.pop(name, None)


def names_of(module: Any) -> list[Any]:
    return [module.moment, module.date, module.seconds, module.ticks, module.datetime.datetime]


REAL_NAMES = [REAL[0], REAL[1], REAL[2], REAL[3], REAL[0]]


def assert_frozen(module: Any, now_ms: int) -> None:
    assert module.moment.now(dt.timezone.utc).timestamp() * 1_000 == now_ms
    assert module.date.today() == REAL[0].fromtimestamp(now_ms / 1_000, dt.timezone.utc).date()
    assert module.seconds() * 1_000 == now_ms
    assert module.ticks() == module.ticks()


def assert_real(module: Any) -> None:
    assert names_of(module) == REAL_NAMES
    assert abs(module.seconds() - REAL[2]()) < 60
    assert abs(module.moment.now() - REAL[0].now()) < dt.timedelta(minutes=1)


class Use:
    """Uses of the clock, one after the other, as the tests of a session have them."""

    def __init__(self) -> None:
        self._patches = Patches()

    def __enter__(self) -> Clock:
        self._patches.resume()
        self._clock = Clock()
        return self._clock.__enter__()

    def __exit__(self, *exc_info: Any) -> None:
        try:
            self._clock.__exit__(*exc_info)
        finally:
            self._patches.pause()


@pytest.fixture
def use() -> Iterator[Use]:
    yield Use()
    assert (dt.datetime, dt.date, time.time, time.monotonic, time.time_ns) == REAL
    assert asyncio.BaseEventLoop.time is REAL_LOOP_TIME


@pytest.mark.parametrize("first", [0, 1, 2])
def test_a_module_that_is_imported_between_two_uses_is_frozen_from_the_next(
    use: Use, import_new: Any, first: int
) -> None:
    """However often the clock was used before."""
    for _ in range(first):
        with use:
            pass
    module = import_new("imported_between")
    assert_real(module)
    for days in (1, 2):
        with use as clock:
            clock.tick(days=days)
            assert_frozen(module, START_MS + days * 86_400_000)
        assert_real(module)


def test_a_module_that_took_the_place_of_another_is_frozen(use: Use, import_new: Any) -> None:
    """A test may drop a module, for it to be imported anew: there are as many as before."""
    older = import_new("dropped")
    with use as clock:
        assert_frozen(older, clock.now_ms)
    del sys.modules["dropped"]
    newer = import_new("dropped_for")
    with use as clock:
        assert_frozen(newer, clock.now_ms)
    assert_real(newer)
    assert_real(older)


def test_several_modules_between_several_uses(use: Use, import_new: Any) -> None:
    modules = []
    for number in range(3):
        modules.append(import_new(f"one_of_several_{number}"))
        with use as clock:
            clock.tick(minutes=number)
            for module in modules:
                assert_frozen(module, START_MS + number * 60_000)
        for module in modules:
            assert_real(module)


def test_a_module_that_is_imported_during_a_use_is_real_after_it(use: Use, import_new: Any) -> None:
    with use:
        module = import_new("imported_during")
    assert_real(module)
    with use as clock:
        assert_frozen(module, clock.now_ms)
    assert_real(module)


def test_a_module_that_is_made_during_a_use_is_real_after_it(
    use: Use, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without an import, as templates and `runpy` make them."""
    module: Any = ModuleType("made_during")
    with use as clock:
        exec(USERS, vars(module))
        monkeypatch.setitem(sys.modules, "made_during", module)
        assert_frozen(module, clock.now_ms)
    assert_real(module)
    with use as clock:
        assert_frozen(module, clock.now_ms)
    assert_real(module)


def test_a_fake_that_a_module_has_by_its_own_name_is_left_alone(
    use: Use, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Code that asks whether time is frozen has imported the fakes themselves."""
    module: Any = ModuleType("asks_for_fakes")
    exec("from freezegun.api import FakeDate, FakeDatetime, fake_time", vars(module))
    before = dict(vars(module))
    monkeypatch.setitem(sys.modules, "asks_for_fakes", module)
    for _ in range(2):
        with use:
            assert isinstance(dt.datetime.now(), module.FakeDatetime)
            assert vars(module) == before
        assert vars(module) == before


@pytest.mark.parametrize("first", [0, 1])
def test_after_a_use_inside_of_another_freeze_the_next_is_frozen(
    use: Use, import_new: Any, first: int
) -> None:
    module = import_new("frozen_by_another")
    for _ in range(first):
        with use:
            pass
    with freeze_time("2030-05-05"):
        with use as clock:
            assert_frozen(module, clock.now_ms)
        assert module.moment.now().year == 2030
    assert_real(module)
    for _ in range(2):
        with use as clock:
            clock.tick(hours=1)
            assert_frozen(module, START_MS + 3_600_000)
        assert_real(module)
    with freeze_time("2031-05-05"):
        assert module.moment.now().year == 2031
    assert_real(module)


def test_a_module_that_is_imported_inside_of_another_freeze(use: Use, import_new: Any) -> None:
    with freeze_time("2030-05-05"):
        with use:
            pass
        module = import_new("imported_inside")
        with use as clock:
            assert module.datetime.datetime.now(dt.timezone.utc) == clock.now
        assert module.datetime.datetime.now().year == 2030
    with use as clock:
        assert module.datetime.datetime.now(dt.timezone.utc) == clock.now
    assert module.datetime.datetime is REAL[0]


@pytest.mark.parametrize("uses", [1, 2])
def test_real_dates_are_pickled_as_real_ones_after_a_use(use: Use, uses: int) -> None:
    dates = [REAL[1](2025, 5, 5), REAL[0](2025, 5, 5, 12), REAL[0].now(dt.timezone.utc)]
    before = [pickle.dumps(each) for each in dates]
    table = dict(copyreg.dispatch_table)
    for _ in range(uses):
        with use:
            during = [pickle.loads(pickle.dumps(each)) for each in dates]
            assert during == dates
    assert copyreg.dispatch_table == table
    after = [pickle.dumps(each) for each in dates]
    assert after == before
    assert not any(b"freezegun" in each for each in after)
    assert [type(pickle.loads(each)) for each in after] == [REAL[1], REAL[0], REAL[0]]


def uuid_ms(made: uuid.UUID) -> int:
    """Return the time in a UUID of version 1, in milliseconds since the epoch."""
    return (made.time - 0x01B21DD213814000) // 10_000


def test_uuids_have_the_time_of_the_clock_and_real_time_after_it(use: Use) -> None:
    """Each may be older than the last: the clock of a test starts where it did before."""
    for _ in range(2):
        with use as clock:
            assert uuid_ms(uuid.uuid1()) == clock.now_ms
            clock.tick(days=1)
            assert uuid_ms(uuid.uuid1()) == clock.now_ms
        assert abs(uuid_ms(uuid.uuid1()) - REAL[2]() * 1_000) < 60_000


def test_a_date_that_was_pickled_during_a_use_is_a_date_after_it(use: Use) -> None:
    with use:
        pickled = pickle.dumps([dt.date.today(), dt.datetime.now()])
    assert pickle.loads(pickled) == [REAL[1](2025, 1, 1), REAL[0](2025, 1, 1)]


@pytest.mark.parametrize("imports", [False, True])
@pytest.mark.parametrize("uses", [1, 2])
def test_what_a_test_puts_in_the_place_of_a_patch_is_there_after_it(
    use: Use, import_new: Any, monkeypatch: pytest.MonkeyPatch, uses: int, imports: bool
) -> None:
    """As a `monkeypatch` of a wider scope does; no other name of the module is kept frozen."""
    module = import_new("replaced_during")

    def mine() -> float:
        return 5.0

    for _ in range(uses - 1):
        with use:
            pass
    with use as clock:
        assert_frozen(module, clock.now_ms)
        monkeypatch.setattr(module, "seconds", mine)
        monkeypatch.setattr(time, "time_ns", mine)
        if imports:
            assert_frozen(import_new("imported_after_that"), clock.now_ms)
    assert (module.seconds, time.time_ns) == (mine, mine)
    assert (module.moment, module.ticks, time.time) == (REAL[0], REAL[3], REAL[2])
    with use as clock:
        assert (module.seconds, time.time_ns) == (mine, mine)
        assert module.moment.now(dt.timezone.utc) == clock.now
    assert (module.seconds, time.time_ns) == (mine, mine)
    monkeypatch.undo()
    module.seconds, time.time_ns = REAL[2], REAL[4]  # undo has put back the fakes
    with use as clock:
        assert_frozen(module, clock.now_ms)
    assert_real(module)


def test_a_name_that_is_gone_meanwhile_does_not_come_back(use: Use, import_new: Any) -> None:
    module = import_new("deleted_during")
    with use:
        del module.seconds
    with use:
        assert not hasattr(module, "seconds")
        assert module.ticks is not REAL[3]
    assert not hasattr(module, "seconds")
    assert module.ticks is REAL[3]


@pytest.mark.parametrize("imports", [False, True])
@pytest.mark.parametrize("uses", [1, 2])
def test_a_module_that_is_gone_meanwhile_is_frozen_to_the_end_and_then_real(
    use: Use, import_new: Any, uses: int, imports: bool
) -> None:
    """Its functions are still there for those that hold them."""
    module = import_new("removed_during")
    for _ in range(uses - 1):
        with use:
            pass
    with use as clock:
        del sys.modules["removed_during"]
        if imports:
            newer = import_new("removed_during")
            import_new("imported_besides")
            assert newer is not module
            assert_frozen(newer, clock.now_ms)
        assert_frozen(module, clock.now_ms)
    assert_real(module)
    with use:
        pass
    assert_real(module)


def test_a_module_that_is_gone_is_not_kept(use: Use, import_new: Any) -> None:
    module = weakref.ref(import_new("dropped_for_good"))
    with use:
        del sys.modules["dropped_for_good"]
        import_new("imported_meanwhile")
    import_new("imported_later")
    with use:
        pass
    gc.collect()
    assert module() is None


@pytest.fixture(params=["America/New_York", "Asia/Kathmandu", "UTC"])
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have the machine in a time zone of its own."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("zone")
@pytest.mark.parametrize(
    "instant",
    [
        dt.datetime(2025, 7, 1, 12),
        dt.datetime(2025, 7, 1, 12, tzinfo=dt.timezone.utc),
        dt.datetime(2025, 7, 1, 6, tzinfo=dt.timezone(dt.timedelta(hours=-6))),
        "2025-07-01T12:00:00",
        "2025-07-01 12:00:00",
        "2025-07-01T12:00:00Z",
        "2025-07-01T17:30:00+05:30",
        1_751_371_200_000,
    ],
    ids=repr,
)
def test_an_instant_is_the_same_wherever_the_machine_is(instant: Any) -> None:
    """One without a zone is in UTC, as Auth0's are."""
    with Clock(instant) as clock:
        assert clock.now_ms == 1_751_371_200_000
        clock.move_to(0)
        assert clock.now_ms == 0
        clock.move_to(instant)
        assert clock.now_ms == 1_751_371_200_000
        assert clock.now.isoformat() == "2025-07-01T12:00:00+00:00"
        assert time.time() == 1_751_371_200
        clock.move_to(dt.datetime.now())
        assert clock.now_ms == 1_751_371_200_000


def test_a_use_that_fails_leaves_nothing_to_the_next(use: Use, import_new: Any) -> None:
    module = import_new("failed_during")
    with pytest.raises(KeyError), use:
        raise KeyError("the test's own")
    assert_real(module)
    with pytest.raises(UsageError, match="never stopped"), use:
        freeze_time("2030-01-01").start()
    assert_real(module)
    with use as clock:
        assert_frozen(module, clock.now_ms)
        assert clock.now_ms == START_MS
    assert_real(module)
