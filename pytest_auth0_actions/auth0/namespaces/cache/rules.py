"""The limits of a cache, and when its records end."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, TypeGuard

from pytest_auth0_actions.auth0.namespaces.cache.results import CacheError, CacheRecord
from pytest_auth0_actions.calls import called_as
from pytest_auth0_actions.values import UNDEFINED

MAX_SAFE_INTEGER: Final = 2**53 - 1
_OWN: Final = "Rules of your own: CacheRules(max_entries=2); the others are as documented."


@called_as("CacheRules(max_entries=2)")
@dataclass(frozen=True, slots=True)
class CacheRules:
    """The limits of a cache, and the two points on which Auth0's own sources differ.

    A limit that is None is off. What Auth0 documents and what its published test runtime does
    is not the same: `documented()` and `runtime()` give either. A rule that is not named is the
    documented one.

    Attributes:
        max_key_bytes: the size of a key in UTF-8.
        max_value_bytes: the size of a value in UTF-8.
        max_total_bytes: the size of all keys and values together.
        max_entries: the number of records.
        max_lifetime_ms: the longest life of a record; a longer one is shortened to it.
        default_ttl_ms: the life of a record that was set without `ttl` and `expires_at`.
        counts_replaced_record: whether a record that is being replaced still takes its room.
        keeps_expired_records: whether a record past its end takes room until it is replaced or
            deleted.

    >>> CacheRules(max_entries=2) == CacheRules.documented()
    False

    Source: https://auth0.com/docs/customize/actions/limitations
    """

    max_key_bytes: int | None = 64
    max_value_bytes: int | None = 4_096
    max_total_bytes: int | None = 8_192
    max_entries: int | None = 20
    max_lifetime_ms: int | None = 24 * 60 * 60 * 1_000
    default_ttl_ms: int = 15 * 60 * 1_000
    counts_replaced_record: bool = False
    keeps_expired_records: bool = False

    @classmethod
    @called_as("CacheRules.documented()", _OWN)
    def documented(cls) -> CacheRules:
        """Return the rules of Auth0's documentation.

        >>> CacheRules.documented().max_total_bytes
        8192

        Source: https://auth0.com/docs/customize/actions/limitations
        """
        return _DOCUMENTED

    @classmethod
    @called_as("CacheRules.runtime()", _OWN)
    def runtime(cls) -> CacheRules:
        """Return the rules of Auth0's published test runtime.

        >>> CacheRules.runtime().max_total_bytes
        16640

        Source: https://github.com/auth0/auth0-actions (src/_shared, the cache)
        """
        return _RUNTIME


_DOCUMENTED: Final = CacheRules()
_RUNTIME: Final = CacheRules(
    max_total_bytes=16 * 1_024 + 256,
    max_entries=None,
    max_lifetime_ms=None,
    counts_replaced_record=True,
    keeps_expired_records=True,
)


def is_live(record: CacheRecord, now_ms: int) -> bool:
    """Return whether *record* is there at *now_ms*: up to its very end, and not after.

    >>> is_live(CacheRecord("abc", expires_at=1_000), now_ms=1_000)
    True
    """
    return now_ms <= record.expires_at


def expires_at_ms(
    now_ms: int, ttl: object, expires_at: object, rules: CacheRules
) -> int | CacheError:
    """Return when a record set at *now_ms* ends, or why it can't be stored."""
    if ttl is UNDEFINED and expires_at is UNDEFINED:
        return now_ms + rules.default_ttl_ms
    end_ms = MAX_SAFE_INTEGER + 1
    if ttl is not UNDEFINED:
        if not _is_finite_number(ttl):
            return CacheError("InvalidExpiry")
        end_ms = now_ms + math.floor(ttl)
    if expires_at is not UNDEFINED:
        if not _is_finite_number(expires_at):
            return CacheError("InvalidExpiry")
        end_ms = min(end_ms, math.floor(expires_at))
    if end_ms <= now_ms:
        return CacheError("ItemAlreadyExpired")
    if end_ms > MAX_SAFE_INTEGER:
        return CacheError("InvalidExpiry")
    if rules.max_lifetime_ms is not None:
        end_ms = min(end_ms, now_ms + rules.max_lifetime_ms)
    return end_ms


def _is_finite_number(given: object) -> TypeGuard[float]:
    """Return whether JavaScript would take *given* for a finite number; a bool is none there."""
    if isinstance(given, bool):
        return False
    return isinstance(given, int) or (isinstance(given, float) and math.isfinite(given))
