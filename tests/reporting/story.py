"""Plays what happens in a test, so that a journal has it as in a real one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from pytest_auth0_actions.auth0.context import Advice, Context, Turn
from pytest_auth0_actions.auth0.explanation import Explanation
from pytest_auth0_actions.auth0.namespace import Namespace, call_member
from pytest_auth0_actions.auth0.namespaces.cache import CacheRules, CacheStore
from pytest_auth0_actions.auth0.triggers.post_user_registration import PostUserRegistrationAPI
from pytest_auth0_actions.reporting.timeline import render_timeline
from pytest_auth0_actions.values import ApiCall, HttpRequest
from pytest_auth0_actions.world.journal import Journal
from pytest_auth0_actions.world.testbed import record_call

START_MS = 1_735_689_600_000
SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000


class Story:
    """A clock, a cache and a journal, without Node.js."""

    def __init__(self, rules: CacheRules | None = None) -> None:
        self.now_ms = START_MS
        self.journal = Journal(lambda: self.now_ms)
        self.by = "test"
        self.store = CacheStore(lambda: self.now_ms, rules or CacheRules.documented(), self.evicted)
        context = Context(lambda: self.now_ms, Turn(self.record))
        self.root = PostUserRegistrationAPI(self.store, context)
        self.api = self.root.cache

    def record(self, namespace: Namespace[Any], call: ApiCall, advice: Sequence[Advice]) -> None:
        record_call(self.journal, namespace, call, self.by)

    def evicted(self, key: str, why: str, explanation: Explanation) -> None:
        self.journal.add("evict", key=key, why=why, explanation=explanation)

    def tick(self, ms: int) -> None:
        self.now_ms += ms

    def wait(self, ms: int) -> None:
        """Let an Action wait for a timer."""
        self.now_ms += ms
        self.journal.record_clock(by="timer")

    @contextmanager
    def run(self, action: str = "code.js", outcome: str = "done") -> Iterator[None]:
        self.journal.add("run", action=action)
        self.by = "action"
        yield
        self.by = "test"
        self.journal.add("end", outcome=outcome)

    def get(self, key: Any) -> None:
        self.api.get(key)

    def set(self, key: str, value: str, options: Mapping[str, Any] | None = None) -> None:
        self.api.set(key, value, options)

    def delete(self, key: str) -> None:
        self.api.delete(key)

    def throw(self, method: str, args: tuple[Any, ...]) -> None:
        """Call as an Action can, with arguments that no type checker would take."""
        result = call_member(self.root, f"cache.{method}", args).result
        if isinstance(result, Exception):
            raise result

    def called(self, path: str, args: tuple[Any, ...], result: Any) -> None:
        """Write down a call that came out as no call of ours would."""
        record_call(self.journal, self.api, ApiCall(path, args, result, self.now_ms), self.by)

    def http(
        self, url: str, status: int | None = 200, error: str | None = None, takes_ms: float = 0
    ) -> None:
        end_ms = self.now_ms + takes_ms
        request = HttpRequest("POST", url, status, self.now_ms)
        self.journal.add(
            "http",
            method="POST",
            url=url,
            status=status,
            end_ms=end_ms,
            error=error,
            request=request,
            place=None,
        )

    def log(self, text: str, kind: str = "log") -> None:
        place = ("code.js", 3) if kind == "warning" else None
        self.journal.add(kind, text=text, place=place)

    def told(self, **options: Any) -> list[str]:
        """Return the timeline, without the instants."""
        self.journal.record_clock()
        shown: dict[str, Any] = {"width": 100, **options}
        lines = render_timeline(self.journal.entries, start_ms=START_MS, **shown)
        times = [line.split("  2025-") for line in lines]
        return [time.rstrip() if rest else time for time, *rest in times]

    def reason(self, **options: Any) -> str:
        """Return what the timeline says of the last call."""
        return self.told(**options)[-1].partition(" -> ")[2]
