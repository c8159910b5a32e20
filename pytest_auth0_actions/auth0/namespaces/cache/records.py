"""The records of one cache: what there is, how much room it takes, and what became of the rest."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pytest_auth0_actions.auth0.namespaces.cache.results import CacheErrorCode, CacheRecord
from pytest_auth0_actions.auth0.namespaces.cache.rules import (
    MAX_SAFE_INTEGER,
    CacheRules,
    is_live,
)


@dataclass(frozen=True, slots=True)
class Fate:
    """What last happened to a key.

    Attributes:
        at_ms: when, in milliseconds since the epoch.
        what: what happened, such as ``"set"`` or ``"deleted"``.
        record: the record that it was set to; None if it is gone.
    """

    at_ms: int
    what: str
    record: CacheRecord | None = None


class Records:
    """The records that the calls of `api.cache` work on.

    Args:
        rules: the limits that writes are held to.

    Attributes:
        rules: the same.
        total_bytes: the size of all keys and values in UTF-8.
        fates: what last happened to each key that was ever written.
        failures: the codes that the platform is going to refuse the next writes with.
    """

    def __init__(self, rules: CacheRules) -> None:
        self.rules: Final = rules
        self.total_bytes = 0
        self.fates: dict[str, Fate] = {}
        self.failures: dict[str, list[CacheErrorCode]] = {"delete": [], "set": []}
        self._records: dict[str, CacheRecord] = {}
        self._sizes_bytes: dict[str, int] = {}
        self._first_end_ms = MAX_SAFE_INTEGER  # no record ends before that

    def __len__(self) -> int:
        return len(self._records)

    def __contains__(self, key: object) -> bool:
        return key in self._records

    def __iter__(self) -> Iterator[str]:
        return iter(self._records)

    def find(self, key: object, now_ms: int) -> CacheRecord | None:
        """Return the live record under *key*; a key that is no string is not found."""
        found = self._records.get(key) if isinstance(key, str) else None
        return found if found is not None and is_live(found, now_ms) else None

    def live(self, now_ms: int) -> dict[str, CacheRecord]:
        """Return what is there at *now_ms*, by key, in the order of the first setting."""
        return {key: each for key, each in self._records.items() if is_live(each, now_ms)}

    def total_bytes_with(self, key: str, size_bytes: int) -> int:
        """Return the size of everything, once *key* holds a record of *size_bytes*."""
        replaced_bytes = self._sizes_bytes.get(key, 0)
        if self.rules.counts_replaced_record:
            replaced_bytes = 0
        return self.total_bytes + size_bytes - replaced_bytes

    def has_room_for(self, key: str, size_bytes: int) -> bool:
        """Return whether a record of *size_bytes* fits under *key*."""
        rules = self.rules
        if self.total_bytes_with(key, size_bytes) > or_endless(rules.max_total_bytes):
            return False
        return key in self._records or len(self._records) < or_endless(rules.max_entries)

    def put(self, key: str, record: CacheRecord, size_bytes: int, now_ms: int) -> None:
        """Store a record."""
        self.total_bytes += size_bytes - self._sizes_bytes.get(key, 0)
        self._sizes_bytes[key] = size_bytes
        self._records[key] = record
        self._first_end_ms = min(self._first_end_ms, record.expires_at)
        self.fates[key] = Fate(now_ms, "set", record)

    def remove(self, key: str, now_ms: int, why: str) -> None:
        """Drop a record; *why* says what happened to it."""
        self._forget(key)
        self.fates[key] = Fate(now_ms, why)

    def refused(self, key: str, now_ms: int, code: CacheErrorCode) -> None:
        """Remember that a write was refused, unless a record is there all the same."""
        if self.find(key, now_ms) is None:
            self.fates[key] = Fate(now_ms, f"its write was refused ({code})")

    def purge(self, now_ms: int) -> None:
        """Drop the records that no longer take room."""
        if self._first_end_ms >= now_ms or self.rules.keeps_expired_records:
            return
        for key in [key for key, each in self._records.items() if not is_live(each, now_ms)]:
            self._forget(key)
        ends_ms = (record.expires_at for record in self._records.values())
        self._first_end_ms = min(ends_ms, default=MAX_SAFE_INTEGER)

    def _forget(self, key: str) -> None:
        del self._records[key]
        self.total_bytes -= self._sizes_bytes.pop(key)


def or_endless(limit: int | None) -> float:
    """Return a limit; infinity if there is none."""
    return math.inf if limit is None else limit
