"""What is imported or reloaded while the clock runs, and before and after it."""

from __future__ import annotations

import asyncio
import copyreg
import datetime as dt
import importlib
import importlib.util
import pickle
import queue
import socketserver
import subprocess
import sys
import textwrap
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from importlib.machinery import ExtensionFileLoader, ModuleSpec, SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from freezegun import freeze_time
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_auth0_actions import Clock
from pytest_auth0_actions.world.clock import Patches
from pytest_auth0_actions.world.imports import ImportHook

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


@pytest.fixture
def write_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Write]:
    """Write a module that can be imported, and return its name; it goes after the test."""
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)

    def write(source: str = HOLDER, name: str = "holder_of_time") -> str:
        path = tmp_path.joinpath(*name.split(".")).with_suffix(".py")
        path.parent.mkdir(exist_ok=True)
        path.write_text(textwrap.dedent(source), encoding="utf-8")
        importlib.invalidate_caches()
        return name

    yield write
    for name in set(sys.modules) - before:
        del sys.modules[name]


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


class TestAModuleThatIsImportedUnderTheClock:
    def test_is_as_one_that_was_imported_before(self, write_module: Write) -> None:
        """It sees the clock by its names, and holds the real things everywhere else."""
        name = write_module()
        with Clock() as clock:
            module: Any = importlib.import_module(name)
            assert sees_the_clock(module)
            clock.tick(seconds=1)
            assert sees_the_clock(module, START_S + 1)
            assert module.FOUND == REAL
        assert is_real(module)
        assert {REAL[0]: "an instant", REAL[1]: "a day"} == module.TABLE
        assert module.Later.__mro__[1] is REAL[0]
        assert module.Later.now().year > 2025
        assert module.Later.clock is module.since.__defaults__[0] is REAL[2]

    def test_sees_the_next_clock_too(self, write_module: Write) -> None:
        name = write_module()
        patches = Patches()
        for start_s in (START_S, 0.0, 86_400.0):
            patches.resume()
            with Clock(int(start_s * 1_000)):
                module = importlib.import_module(name)
                assert sees_the_clock(module, start_s)
            patches.pause()
            assert is_real(module)

    @pytest.mark.parametrize("by", ["statement", "import_module", "spec"])
    def test_is_found_however_it_is_imported(self, write_module: Write, by: str) -> None:
        name = write_module()
        with Clock():
            if by == "statement":
                import holder_of_time as module  # type: ignore[import-not-found]
            elif by == "import_module":
                module = importlib.import_module(name)
            else:
                spec = importlib.util.find_spec(name)
                assert spec is not None
                assert spec.loader is not None
                assert name not in sys.modules
                module = sys.modules[name] = importlib.util.module_from_spec(spec)
                spec.loader.exec_module(module)
            assert module.FOUND == REAL
            assert sees_the_clock(module)
        assert is_real(module)

    def test_may_import_others(self, write_module: Write) -> None:
        """At its top, and later on; what it takes from another module is real then, too."""
        write_module(name="holders.one")
        write_module("from holders.one import datetime\nFOUND = (datetime,)", "holders.two")
        name = write_module(
            """
            from holders.one import datetime, time
            from holders import two

            FOUND = (datetime, time)

            def later():
                import holders.three
                return holders.three
            """,
            "holders.zero",
        )
        write_module(name="holders.three")
        with Clock():
            zero: Any = importlib.import_module(name)
            assert (REAL[0], REAL[2]) == zero.FOUND
            assert (REAL[0],) == zero.two.FOUND
            assert sees_the_clock(zero.later())
            assert sees_the_clock(sys.modules["holders.one"])
            assert zero.time() == START_S
            assert zero.two.datetime.now().year == 2025
        assert is_real(zero.later())
        assert is_real(sys.modules["holders.one"])
        assert (zero.datetime, zero.time) == (REAL[0], REAL[2])

    @pytest.mark.parametrize(
        "error", ["1 / 0", "import no_such_module_anywhere", "raise SystemExit"]
    )
    def test_may_fail(self, write_module: Write, error: str) -> None:
        name = write_module(f"from time import time\n{error}", "fails_at_once")
        with Clock():
            with pytest.raises((ZeroDivisionError, ImportError, SystemExit)):
                importlib.import_module(name)
            assert time.time() == START_S
            assert name not in sys.modules
        assert time.time is REAL[2]

    def test_keeps_its_own_loader(self, write_module: Write) -> None:
        """`inspect`, `importlib.resources` and others ask for it."""
        name = write_module()
        with Clock():
            found = importlib.util.find_spec(name)
            assert found is not None
            assert "TABLE" in found.loader.get_source(name)  # type: ignore[union-attr]
            module: Any = importlib.import_module(name)
        assert type(module.__loader__) is type(module.__spec__.loader) is SourceFileLoader

    def test_may_be_imported_in_threads(self, write_module: Write) -> None:
        """Time stays real until the last of them has ended its import, and is frozen then."""
        write_module(
            "import threading\nENTERED, LEAVE = threading.Event(), threading.Event()", "gate"
        )
        slow = write_module(
            "from gate import ENTERED, LEAVE\nENTERED.set()\nLEAVE.wait(10)\n"
            + textwrap.dedent(HOLDER),
            "slow_holder",
        )
        quick = write_module()
        with Clock():
            gate: Any = importlib.import_module("gate")
            thread = threading.Thread(target=importlib.import_module, args=(slow,))
            thread.start()
            assert gate.ENTERED.wait(10)
            assert importlib.import_module(quick).FOUND == REAL
            gate.LEAVE.set()
            thread.join()
            assert sys.modules[slow].FOUND == REAL
            assert sees_the_clock(sys.modules[slow])
            assert sees_the_clock(sys.modules[quick])
        assert is_real(sys.modules[slow])

    def test_may_end_its_import_after_the_clock(self, write_module: Write) -> None:
        write_module(
            "import threading\nENTERED, LEAVE = threading.Event(), threading.Event()", "gate"
        )
        slow = write_module(
            "from gate import ENTERED, LEAVE\nENTERED.set()\nLEAVE.wait(10)\n"
            + textwrap.dedent(HOLDER),
            "slow_holder",
        )
        gate: Any = importlib.import_module("gate")
        with Clock():
            thread = threading.Thread(target=importlib.import_module, args=(slow,))
            thread.start()
            assert gate.ENTERED.wait(10)
        gate.LEAVE.set()
        thread.join()
        assert is_real(sys.modules[slow])
        assert (dt.datetime, time.time) == (REAL[0], REAL[2])

    def test_may_be_written_in_c(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Some of these run when they are made, others when they are run."""
        found: list[tuple[str, bool]] = []

        class Loader(ExtensionFileLoader):
            def create_module(self, spec: ModuleSpec) -> ModuleType:
                found.append(("create", dt.datetime is REAL[0] and time.time is REAL[2]))
                return ModuleType(spec.name)

            def exec_module(self, module: ModuleType) -> None:
                found.append(("exec", dt.datetime is REAL[0] and time.time is REAL[2]))

        class Finder:
            def find_spec(
                self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
            ) -> ModuleSpec | None:
                ours = name == "written_in_c"
                return ModuleSpec(name, Loader(name, "written_in_c.so")) if ours else None

        monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, Finder()])
        monkeypatch.delitem(sys.modules, "written_in_c", raising=False)
        with Clock():
            module = importlib.import_module("written_in_c")
            importlib.reload(module)
            assert time.time() == START_S
        monkeypatch.delitem(sys.modules, "written_in_c")
        assert found == [("create", True), ("exec", True), ("exec", True)]

    def test_inside_of_another_freeze_is_real_when_that_ends(self, write_module: Write) -> None:
        name = write_module()
        with freeze_time("2030-01-01"):
            with Clock():
                module: Any = importlib.import_module(name)
                assert module.FOUND == REAL
                assert sees_the_clock(module)
            assert module.datetime.now().year == dt.datetime.now().year == 2030
        assert is_real(module)
        assert (dt.datetime, time.time) == (REAL[0], REAL[2])

    def test_where_nothing_is_found_is_an_import_error(self) -> None:
        with Clock(), pytest.raises(ModuleNotFoundError, match="no_such_module_anywhere"):
            importlib.import_module("no_such_module_anywhere")

    def test_by_finders_of_an_older_kind(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Whatever else is in `sys.meta_path`, or was when the clock ended."""
        monkeypatch.setattr(sys, "meta_path", [object(), *sys.meta_path])
        before = list(sys.meta_path)
        with Clock():
            assert [type(finder) for finder in sys.meta_path].count(ImportHook) >= 1
            hook = next(each for each in sys.meta_path if isinstance(each, ImportHook))
            sys.meta_path[:] = before
            assert hook.find_spec("json") is None or hook in before
        assert sys.meta_path == before


class TestAModuleThatIsReloadedUnderTheClock:
    def test_sees_the_clock_at_its_top_and_later(self, write_module: Write) -> None:
        module: Any = importlib.import_module(write_module())
        assert module.NOW[0].year > 2025
        with Clock():
            importlib.reload(module)
            assert [each if isinstance(each, float) else each.year for each in module.NOW] == [
                *(2025, START_S),
                *(2025, START_S),
            ]
            assert sees_the_clock(module)
        assert is_real(module)

    def test_may_have_got_names(self, write_module: Write) -> None:
        name = write_module("import time")
        module: Any = importlib.import_module(name)
        patches = Patches()
        patches.resume()
        write_module()
        importlib.reload(module)
        with Clock():
            assert sees_the_clock(module)
        patches.pause()
        assert is_real(module)
        patches.resume()
        with Clock(0):
            assert sees_the_clock(module, 0.0)
        patches.pause()

    @pytest.mark.parametrize("name", ["datetime", "_datetime", "time", "calendar", "uuid"])
    def test_may_be_one_that_tells_the_time(self, name: str) -> None:
        with Clock() as clock:
            importlib.reload(sys.modules[name])
            for _ in range(2):
                assert dt.datetime.now(dt.timezone.utc) == clock.now
                assert dt.date.today() == clock.now.date()
                assert time.time() == clock.now.timestamp()
                assert time.gmtime()[:6] == clock.now.timetuple()[:6]
                clock.tick(days=1)
        assert (dt.datetime, dt.date, time.time, time.monotonic) == REAL
        assert uuid.uuid1().time // 10**7 > 13_900_000_000  # after 2023; counted from 1582


def test_a_second_copy_of_datetime_sees_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    with Clock() as clock:
        for name in ("datetime", "_datetime"):
            monkeypatch.delitem(sys.modules, name)
        copy = importlib.import_module("datetime")
        assert copy is not dt
        assert copy.datetime.now(dt.timezone.utc) == clock.now
    assert copy.datetime is REAL[0]


def test_a_name_of_a_fake_itself_is_left_alone(write_module: Write) -> None:
    name = write_module("from freezegun.api import FakeDatetime, fake_time\nNOW = fake_time")
    module: Any = importlib.import_module(name)
    with Clock():
        assert module.FakeDatetime is dt.datetime
    assert issubclass(module.FakeDatetime, REAL[0])
    assert module.FakeDatetime is not REAL[0]
    assert module.fake_time is not REAL[2]
    assert module.NOW is REAL[2]  # as if the clock had put it there


class TestBetweenTwoClocks:
    def test_an_import_may_end_that_had_begun_before_the_first(self, write_module: Write) -> None:
        write_module(GATE, "gate")
        slow = write_module(SLOW_HOLDER, "slow_holder")
        gate: Any = importlib.import_module("gate")
        thread = threading.Thread(target=importlib.import_module, args=(slow,))
        thread.start()
        assert gate.ENTERED.wait(10)
        patches = Patches()
        patches.resume()
        patches.pause()
        gate.LEAVE.set()
        thread.join()
        patches.resume()
        with Clock():
            assert sees_the_clock(sys.modules[slow])
        patches.pause()
        assert is_real(sys.modules[slow])

    def test_a_module_may_be_imported(self, write_module: Write) -> None:
        patches = Patches()
        patches.resume()
        patches.pause()
        module: Any = importlib.import_module(write_module())
        assert is_real(module)
        patches.resume()
        with Clock():
            assert sees_the_clock(module)
        patches.pause()
        assert is_real(module)

    def test_a_module_may_be_imported_anew(self, write_module: Write) -> None:
        """There are as many modules then, and the last has the same name."""
        name = write_module("")
        importlib.import_module(name)
        patches = Patches()
        patches.resume()
        patches.pause()
        del sys.modules[name]
        module = ModuleType(name)
        exec(textwrap.dedent(HOLDER), module.__dict__)
        sys.modules[name] = module
        patches.resume()
        with Clock():
            assert sees_the_clock(module)
        patches.pause()
        assert is_real(module)


def test_a_clock_inside_of_another_freeze_leaves_the_next_one_frozen(write_module: Write) -> None:
    module: Any = importlib.import_module(write_module())
    patches = Patches()
    with freeze_time("2030-01-01"):
        patches.resume()
        with Clock():
            assert sees_the_clock(module)
        patches.pause()
        assert module.datetime.now().year == 2030
    assert is_real(module)
    patches.resume()
    with Clock():
        assert sees_the_clock(module)
    patches.pause()
    assert is_real(module)


def test_what_took_the_place_of_a_patch_under_the_clock_stays(write_module: Write) -> None:
    module: Any = importlib.import_module(write_module())
    with Clock():
        assert module.datetime.now().year == 2025
        module.datetime = "mine"
    assert module.datetime == "mine"


class TestPickles:
    @pytest.mark.parametrize("value", [dt.date(2025, 1, 2), dt.datetime(2025, 1, 2, 3)])
    def test_are_of_the_real_classes_after_the_clock(self, value: Any) -> None:
        with Clock():
            pickle.dumps(value)
        assert type(pickle.loads(pickle.dumps(value))) is type(value)
        assert type(pickle.loads(pickle.dumps(value))) in REAL

    def test_are_made_as_before_the_clock(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def as_text(value: dt.date) -> Any:
            return REAL[1].fromisoformat, (value.isoformat(),)

        monkeypatch.setitem(copyreg.dispatch_table, dt.date, as_text)
        with Clock():
            assert copyreg.dispatch_table[REAL[1]] is not as_text
        assert copyreg.dispatch_table[REAL[1]] is as_text
        assert REAL[0] not in copyreg.dispatch_table


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "America/St_Johns", "Europe/Berlin"])
def test_a_naive_datetime_is_in_utc_wherever_the_machine_stands(
    monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        with Clock(REAL[0](2025, 7, 1, 12)) as clock:
            assert clock.now_ms == 1_751_371_200_000
            clock.move_to(dt.datetime(2025, 7, 1, 13))
            assert clock.now_ms == 1_751_374_800_000
            clock.move_to(dt.datetime.now() + dt.timedelta(hours=1))
            assert clock.now_ms == 1_751_378_400_000
            assert time.time() == 1_751_378_400.0
    finally:
        monkeypatch.undo()
        time.tzset()


class TestWhoSeesTheClock:
    def test_threads_do(self) -> None:
        """Those of `threading`, of an executor, and of the event loop."""
        seen: list[float] = []

        def look() -> None:
            seen.extend([time.time(), time.monotonic(), dt.datetime.now().timestamp()])

        async def in_loop() -> None:
            await asyncio.to_thread(look)

        with Clock():
            threads = [threading.Thread(target=look), threading.Timer(0, look)]
            for thread in threads:
                thread.start()
                thread.join()
            asyncio.run(in_loop())
        assert seen == [START_S] * 9

    @pytest.mark.parametrize("name", ["gifts", "queues_of_ours", "threading_of_ours"])
    def test_modules_do_whose_names_begin_as_those_that_do_not(
        self, write_module: Write, name: str
    ) -> None:
        """By their own names, and in what they call."""
        write_module(
            textwrap.dedent(HOLDER) + "\ndef now():\n    return module_time.time()\n", name
        )
        module: Any = importlib.import_module(name)
        with Clock():
            assert sees_the_clock(module)
            assert module.now() == START_S

    def test_those_that_wait_do_not(self) -> None:
        """Or they would wait for ever."""
        with Clock():
            with pytest.raises(subprocess.TimeoutExpired):
                subprocess.run(
                    [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, timeout=0.01
                )
            with pytest.raises(queue.Empty):
                queue.Queue[int]().get(timeout=0.01)
            condition = threading.Condition()
            with condition:
                assert not condition.wait_for(lambda: False, timeout=0.01)
            with socketserver.TCPServer(
                ("127.0.0.1", 0), socketserver.BaseRequestHandler
            ) as server:
                server.timeout = 0.01
                server.handle_request()

    def test_those_that_measure_do_not(self) -> None:
        """A test does not take as long as it moves the clock."""

        @settings(deadline=200, max_examples=5, database=None)
        @given(hours=st.integers(1, 5))
        def move(hours: int) -> None:
            before = clock.now
            clock.tick(hours=hours)
            assert time.perf_counter() == time.time() == clock.now.timestamp()
            assert clock.now - before == dt.timedelta(hours=hours)

        with Clock() as clock:
            move()

    def test_parts_of_modules_that_are_loaded_late_are_not_loaded(self) -> None:
        class Late(ModuleType):
            def __getattr__(self, name: str) -> Any:
                raise AssertionError(name)

            def __dir__(self) -> list[str]:
                raise AssertionError("looked at")

        class SaysThatItIsOne:
            __class__ = ModuleType  # type: ignore[assignment]

            def __getattr__(self, name: str) -> Any:
                raise AssertionError(name)

        late = Late("late")
        late.__dict__["now"] = time.time
        sys.modules["late"] = late
        sys.modules["says_so"] = SaysThatItIsOne()  # type: ignore[assignment]
        try:
            with Clock():
                assert vars(late)["now"]() == START_S
        finally:
            del sys.modules["late"], sys.modules["says_so"]
        assert vars(late)["now"] is REAL[2]


def test_cryptography_is_not_spoilt_for_the_tests_after_the_clock() -> None:
    """It keeps the class `datetime` that it meets first, for good; so it may be a new process."""
    source = """
        from pytest_auth0_actions import Clock
        with Clock() as clock:
            from cryptography import x509
            x509.InvalidityDate(clock.now.replace(tzinfo=None)).public_bytes()
        from datetime import datetime
        x509.InvalidityDate(datetime(2025, 1, 1)).public_bytes()
        print("done")
    """
    python = [sys.executable, "-c", textwrap.dedent(source)]
    assert subprocess.run(python, check=True, stdout=subprocess.PIPE).stdout == b"done\n"


def test_a_module_that_is_gone_when_another_is_reloaded_is_made_real(write_module: Write) -> None:
    gone: Any = importlib.import_module(write_module())
    other = importlib.import_module(write_module(name="other_holder"))
    with Clock():
        assert sees_the_clock(gone)
        del sys.modules["holder_of_time"]
        importlib.reload(other)
    assert is_real(gone)


def test_a_uuid_of_the_clock_does_not_hold_later_ones_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def minted_at_ms(made: uuid.UUID) -> int:
        return (made.time - 0x01B21DD213814000) // 10_000

    with Clock("2040-01-01") as clock:
        assert minted_at_ms(uuid.uuid1()) == clock.now_ms
    with Clock() as clock:
        assert minted_at_ms(uuid.uuid1()) == clock.now_ms
    monkeypatch.setattr(uuid, "_last_timestamp", 2**59)  # as Python has it that mints them itself
    with Clock() as clock:
        assert minted_at_ms(uuid.uuid1()) == clock.now_ms
    assert minted_at_ms(uuid.uuid1()) // 60_000 == int(REAL[2]() // 60)
