"""What is imported or reloaded while the clock runs, and before and after it."""

from __future__ import annotations

import datetime as dt
import importlib
import importlib.util
import sys
import textwrap
import threading
import time
import uuid
from collections.abc import Sequence
from importlib.machinery import ExtensionFileLoader, ModuleSpec, SourceFileLoader
from types import ModuleType
from typing import Any

import pytest
from freezegun import freeze_time

from pytest_auth0_actions import Clock
from pytest_auth0_actions.world.clock import Patches
from pytest_auth0_actions.world.imports import ImportHook
from tests.world.modules import (
    GATE,
    HOLDER,
    REAL,
    SLOW_HOLDER,
    START_S,
    Write,
    is_real,
    sees_the_clock,
)


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
            spec = hook.find_spec("json")
            assert spec is not None
            assert spec.name == "json"
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


def test_a_module_that_is_gone_when_another_is_reloaded_is_made_real(write_module: Write) -> None:
    gone: Any = importlib.import_module(write_module())
    other = importlib.import_module(write_module(name="other_holder"))
    with Clock():
        assert sees_the_clock(gone)
        del sys.modules["holder_of_time"]
        importlib.reload(other)
    assert is_real(gone)
