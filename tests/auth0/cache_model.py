"""The cache in other words: a list of what happened, searched from its end for each question.

It shares no code with the package, so that the two can be compared.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

LIMITS: dict[str, dict[str, Any]] = {
    "documented": {"total": 8192, "entries": 20, "life": 86_400_000, "remembers": False},
    "runtime": {"total": 16640, "entries": 10**9, "life": 10**30, "remembers": True},
}


@dataclass
class CacheModel:
    """What must be answered under the rules *profile*."""

    profile: str
    now_ms: int
    history: list[tuple[str, str | None, int]] = field(default_factory=list)

    def last(self, key: str) -> tuple[str, int] | None:
        for past_key, value, end_ms in reversed(self.history):
            if past_key == key:
                return None if value is None else (value, end_ms)
        return None

    def in_the_way(self) -> dict[str, tuple[str, int]]:
        found = {}
        for key in {past_key for past_key, _, _ in self.history}:
            last = self.last(key)
            if last and (LIMITS[self.profile]["remembers"] or last[1] >= self.now_ms):
                found[key] = last
        return found

    def get(self, key: str) -> tuple[str, int] | None:
        last = self.last(key)
        return last if last and not last[1] < self.now_ms else None

    def delete(self, key: str) -> str:
        if key not in self.in_the_way():
            return "CacheKeyDoesNotExist"
        self.forget(key)
        return "success"

    def forget(self, key: str) -> None:
        self.history.append((key, None, 0))

    def set(self, key: str, value: str, options: dict[str, Any]) -> str | int:
        limits = LIMITS[self.profile]
        if len(key.encode("utf-8")) > 64:
            return "CacheKeySizeExceeded"
        if len(value.encode("utf-8")) > 4096:
            return "CacheValueSizeExceeded"
        there = self.in_the_way()
        texts = [key, value]
        for other, (other_value, _) in there.items():
            if other != key or limits["remembers"]:
                texts += [other, other_value]
        if len("".join(texts).encode("utf-8")) > limits["total"]:
            return "CacheSizeExceeded"
        if len({*there, key}) > limits["entries"]:
            return "CacheSizeExceeded"
        candidates = []
        for name in ("ttl", "expires_at"):
            if name in options:
                amount = options[name]
                if type(amount) not in (int, float) or amount - amount != 0:
                    return "InvalidExpiry"
                whole = Fraction(amount).__floor__()
                candidates.append(whole + self.now_ms if name == "ttl" else whole)
        end_ms = sorted(candidates)[0] if candidates else self.now_ms + 15 * 60_000
        if not end_ms > self.now_ms:
            return "ItemAlreadyExpired"
        if end_ms >= 2**53:
            return "InvalidExpiry"
        end_ms = self.now_ms + min(int(limits["life"]), end_ms - self.now_ms)
        self.history.append((key, value, end_ms))
        return end_ms
