"""Who sees the clock, who does not, and what it leaves behind."""

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
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_auth0_actions import Clock
from tests.world.modules import (
    HOLDER,
    REAL,
    START_S,
    Write,
    sees_the_clock,
)


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
                subprocess.run(["sleep", "60"], timeout=0.01)
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


def test_cryptography_is_not_spoiled_for_the_tests_after_the_clock() -> None:
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
