"""Plays what happens in a test, so that a journal has it as in a real one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from pytest_auth0_actions.auth0.namespaces.cache import CacheAPI, CacheRules, CacheStore
from pytest_auth0_actions.reporting.timeline import render_timeline
from pytest_auth0_actions.values import ApiCall
from pytest_auth0_actions.world.journal import Journal

START_MS = 1_735_689_600_000
SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000


class Story:
    """A clock, a cache and a journal, without Node.js."""

    def __init__(self, rules: CacheRules | None = None) -> None:
        self.now_ms = START_MS
        self.journal = Journal(lambda: self.now_ms)
        self.store = CacheStore(lambda: self.now_ms, rules or CacheRules.documented(), self.journal)
        self.api = CacheAPI(self.store)

    def tick(self, ms: int) -> None:
        self.now_ms += ms

    def wait(self, ms: int) -> None:
        """Let an Action wait for a timer."""
        self.now_ms += ms
        self.journal.look(by="timer")

    @contextmanager
    def run(self, action: str = "code.js", outcome: str = "done") -> Iterator[None]:
        entry = self.journal.add("run", action=action, outcome=outcome)
        self.journal.running = True
        yield
        entry.details["end_ms"] = self.journal.look()
        self.journal.running = False

    def get(self, key: Any) -> None:
        self.called("cache.get", (key,), self.api.get(key))

    def set(self, key: str, value: str, options: Mapping[str, Any] | None = None) -> None:
        args = (key, value) if options is None else (key, value, options)
        self.called("cache.set", args, self.api.set(*args))

    def delete(self, key: str) -> None:
        self.called("cache.delete", (key,), self.api.delete(key))

    def called(self, path: str, args: tuple[Any, ...], result: Any) -> None:
        """Note down a call of an Action's; one of the test's own has been."""
        if self.journal.running:
            self.journal.add("call", call=ApiCall(path, args, result, self.now_ms), by="action")

    def http(
        self, url: str, status: int | None = 200, error: str | None = None, takes_ms: float = 0
    ) -> None:
        entry = self.journal.add("http", method="POST", url=url, status=status)
        entry.details |= {"end_ms": self.now_ms + takes_ms, "error": error}

    def log(self, text: str, kind: str = "log") -> None:
        self.journal.add(kind, text=text)

    def told(self, **options: Any) -> list[str]:
        """Return the timeline, without the instants."""
        self.journal.look()
        shown: dict[str, Any] = {"width": 100, "rules": self.store.rules, **options}
        lines = render_timeline(self.journal.entries, start_ms=START_MS, **shown)
        return [line.split("  2025-")[0] for line in lines]

    def reason(self, **options: Any) -> str:
        """Return what the timeline says of the last call."""
        return self.told(**options)[-1].partition(" -> ")[2]
