"""What happened in a test, in order: runs, calls, requests, logs, and how time passed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pytest_auth0_actions.values import ApiCall, CacheError, CacheRecord, CacheSetSuccess


@dataclass(slots=True)
class Entry:
    """One thing that happened.

    Attributes:
        kind: ``"clock"``, ``"run"``, ``"call"``, ``"evict"``, ``"http"``, ``"log"`` or
            ``"warning"``.
        at_ms: the test's clock, in milliseconds since the epoch.
        details: what there is to know, by name.
    """

    kind: str
    at_ms: int
    details: dict[str, Any]


class Journal:
    """The entries of one test.

    Args:
        now_ms: the test's clock.

    Attributes:
        start_ms: where the clock was at first, in milliseconds since the epoch.
        last_ms: where it was when we last looked.
        running: whether an Action runs.

    >>> now_ms = 0
    >>> journal = Journal(lambda: now_ms)
    >>> now_ms = 60_000
    >>> _ = journal.add("log", text="a minute later")
    >>> [entry.kind for entry in journal.entries]
    ['clock', 'log']
    """

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._entries: list[Entry] = []
        # What ApiCall takes, call after call, of those that are no entries yet: an object of
        # each would cost the garbage collector more than the call has cost.
        self._calls: list[Any] = []
        self.running = False
        self._now_ms = now_ms
        self.start_ms = self.last_ms = now_ms()

    @property
    def entries(self) -> list[Entry]:
        """What happened, in order."""
        if self._calls:
            fields = iter(self._calls)
            calls = [ApiCall(*call) for call in zip(*[fields] * 4, strict=True)]
            self._calls.clear()
            self._entries += [
                Entry("call", call.at_ms, {"call": call, "by": "test"}) for call in calls
            ]
        return self._entries

    def add(self, kind: str, **details: Any) -> Entry:
        """Note down that something happens now; that the test has moved the clock, too."""
        now_ms = self.look()
        entry = Entry(kind, now_ms, details)
        self.entries.append(entry)
        return entry

    def look(self, by: str = "test") -> int:
        """Note down if the clock has moved, and return where it is."""
        return self._look(self._now_ms(), by)

    def _look(self, now_ms: int, by: str = "test") -> int:
        if now_ms != self.last_ms:
            self.entries.append(Entry("clock", self.last_ms, {"to_ms": now_ms, "by": by}))
            self.last_ms = now_ms
        return now_ms

    def call(self, path: str, args: tuple[Any, ...], result: Any, at_ms: int) -> None:
        """Note down a call of the test's own; those of an Action come with their run."""
        if self.running:
            return
        if at_ms != self.last_ms:
            self._look(at_ms)
        self._calls += (path, args, result, at_ms)

    def as_dicts(self, mask: Callable[[str], str]) -> list[dict[str, Any]]:
        """Return the entries as JSON has them, without secrets."""
        return [_as_dict(entry, mask) for entry in self.entries]


def _as_dict(entry: Entry, mask: Callable[[str], str]) -> dict[str, Any]:
    made: dict[str, Any] = {"kind": entry.kind, "at_ms": entry.at_ms}
    details = dict(entry.details)
    call = details.pop("call", None)
    if call is not None:
        details |= _call_details(call)
    for name, value in details.items():
        made[name] = mask(value) if isinstance(value, str) else value
    return made


def _call_details(call: ApiCall) -> dict[str, Any]:
    result = call.result
    record = result.record if isinstance(result, CacheSetSuccess) else result
    expires_at = record.expires_at if isinstance(record, CacheRecord) else None
    is_get = call.path == "cache.get"
    ok = not isinstance(result, CacheError | Exception)
    return {
        "path": call.path,
        "args": ", ".join(map(repr, call.args)),
        "result": describe_result(call),
        "ok": ok,
        "key": call.args[0] if call.args and isinstance(call.args[0], str) else None,
        "expires_at": expires_at,
        "hit": isinstance(result, CacheRecord) if is_get else None,
    }


def describe_result(call: ApiCall) -> str:
    """Return in a few words what a call gave back.

    >>> describe_result(ApiCall("cache.get", ("token",), None, at_ms=0))
    'miss'
    """
    result = call.result
    if isinstance(result, CacheRecord):
        return f"hit: {result.value!r}"
    if isinstance(result, CacheError):
        return f"refused: {result.code}"
    if isinstance(result, Exception):
        return f"threw: {result}"
    if result is None:
        return "miss" if call.path == "cache.get" else "undefined"
    return str(getattr(result, "type", result))
