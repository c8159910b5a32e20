"""What happened in a test, in order: runs, calls, requests, logs, and how time passed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened.

    Attributes:
        kind: ``"clock"``, ``"flow"``, ``"flow_end"`` (it is over, or waits), ``"run"``, ``"end"``
            (of a run), ``"state"`` (what a run has changed in its flow), ``"call"``, ``"evict"``,
            ``"http"``, ``"log"`` or ``"warning"``.
        at_ms: the test's clock, in milliseconds since the epoch.
        details: what to know, by name; ``place`` is the file and the line of the user's that did
            it, or None.
    """

    kind: str
    at_ms: int
    details: dict[str, Any]


class Journal:
    """The entries of one test; each is written once, and complete when its run is over.

    Args:
        now_ms: the test's clock.

    Attributes:
        entries: what happened, in order.
        start_ms: where the clock was at first, in milliseconds since the epoch.
        last_ms: where it was at the last entry.

    >>> now_ms = 0
    >>> journal = Journal(lambda: now_ms)
    >>> now_ms = 60_000
    >>> journal.add("log", text="a minute later")
    >>> [entry.kind for entry in journal.entries]
    ['clock', 'log']
    """

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self.entries: list[Entry] = []
        self._now_ms = now_ms
        self._step: dict[str, Any] | None = None  # the details of a wait that may go on
        self.start_ms = self.last_ms = now_ms()

    def add(self, kind: str, **details: Any) -> None:
        """Write an entry for what happens now; and one more if the test has moved the clock."""
        self.add_at(self._now_ms(), kind, details)

    def add_at(self, at_ms: int, kind: str, details: dict[str, Any]) -> None:
        """Write an entry, where the clock was read already."""
        self._move(at_ms, "test")
        self.entries.append(Entry(kind, at_ms, details))

    def record_clock(self, by: str = "test") -> int:
        """Write an entry if the clock has moved, and return where it is."""
        return self._move(self._now_ms(), by)

    def record_wait(self, *, is_step: bool) -> int:
        """Write an entry for the time that an Action waits, and return where the clock is.

        Args:
            is_step: whether nobody waits for just this, so that it is a step of a longer wait.
        """
        last = self.entries[-1] if self.entries else None
        now_ms = self._now_ms()
        if last is not None and last.details is self._step:
            last.details["to_ms"] = self.last_ms = now_ms
        else:
            self._move(now_ms, "timer")
        self._step = self.entries[-1].details if is_step else None
        return now_ms

    def _move(self, now_ms: int, by: str) -> int:
        if now_ms != self.last_ms:
            self.entries.append(Entry("clock", self.last_ms, {"to_ms": now_ms, "by": by}))
            self.last_ms = now_ms
        return now_ms
