"""Says what came of each api call, and why: what a journal has told before it is the reason."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pytest_auth0_actions.auth0.durations import duration, offset
from pytest_auth0_actions.auth0.namespaces.cache import CacheRules, is_live
from pytest_auth0_actions.reporting.columns import cut, printable
from pytest_auth0_actions.values import (
    ApiCall,
    CacheDeleteSuccess,
    CacheError,
    CacheRecord,
    CacheSetSuccess,
)
from pytest_auth0_actions.world.journal import Entry, describe_result

_VALUE_COLUMNS: Final = 24
_UNKNOWN: Final = CacheRules(
    max_key_bytes=None, max_value_bytes=None, max_total_bytes=None, max_entries=None
)


@dataclass(frozen=True, slots=True)
class _Fate:
    """What last happened to a key: it was set, or `what` came instead."""

    at_ms: int
    what: str
    record: CacheRecord | None = None


class Reasons:
    """What is known of the cache's records, in words; it is told of each entry, in order.

    Args:
        start_ms: where the test's clock started.
        rules: the limits of the cache, if they are known.
        mask: hides secrets.
    """

    def __init__(self, start_ms: int, rules: CacheRules | None, mask: Callable[[str], str]) -> None:
        self._start_ms = start_ms
        self._rules = rules or _UNKNOWN
        self._mask = mask
        self._fates: dict[str, _Fate] = {}

    def of_call(self, call: ApiCall) -> str:
        """Return what *call* gave back, and why, as far as that can be told."""
        result = call.result
        key: Any = call.args[0] if call.args else None  # a str, if something came of it
        if isinstance(result, CacheSetSuccess):
            self._fates[key] = _Fate(call.at_ms, "set", result.record)
            return self._lifetime(call, result.record)
        if isinstance(result, CacheRecord):
            value = cut(printable(self._mask(repr(result.value))), _VALUE_COLUMNS)
            return f"hit: {value}, until {offset(result.expires_at - self._start_ms)}"
        if isinstance(result, CacheError):
            why = self._refusal(call, result)
            if call.path == "cache.set" and not self._has(key, call.at_ms):
                self._fates[key] = _Fate(call.at_ms, f"its write was refused ({result.code})")
            return f"refused: {result.code}" + (f": {why}" if why else "")
        if call.path == "cache.get" and result is None:
            why = self._absence(key, call.at_ms)
            return f"miss: {why}" if why else "miss"
        if isinstance(result, CacheDeleteSuccess):
            self._fates[key] = _Fate(call.at_ms, "deleted")
        return printable(self._mask(describe_result(call)))

    def of_eviction(self, entry: Entry) -> str:
        """Return how a record was evicted, and how long it would have lived."""
        key, why = entry.details["key"], entry.details["why"]
        how = {"clear": " with the whole cache", "chaos": " by chaos"}.get(why, "")
        fate = self._fates.get(key)
        left = ""
        if fate is not None and fate.record is not None:
            left = f", {duration(fate.record.expires_at - entry.at_ms)} before its end"
        self._fates[key] = _Fate(entry.at_ms, f"evicted{how}")
        return f"{how}{left}"

    def _has(self, key: str, now_ms: int) -> bool:
        fate = self._fates.get(key)
        return fate is not None and fate.record is not None and is_live(fate.record, now_ms)

    def _lifetime(self, call: ApiCall, record: CacheRecord) -> str:
        end_ms = record.expires_at
        text = f"lives {duration(end_ms - call.at_ms)}, until {offset(end_ms - self._start_ms)}"
        asked_ms = min(_asked_ends_ms(call), default=end_ms)
        if asked_ms > end_ms:
            text += f"; {duration(asked_ms - call.at_ms)} asked for"
        return text

    def _refusal(self, call: ApiCall, error: CacheError) -> str:
        """Return why a write was refused, beyond the code."""
        rules = self._rules
        if error.code == "CacheKeySizeExceeded":
            return f"the key has {_of(_size(call.args[0]), 'bytes', rules.max_key_bytes)}"
        if error.code == "CacheValueSizeExceeded":
            return f"the value has {_of(_size(call.args[1]), 'bytes', rules.max_value_bytes)}"
        if error.code == "CacheSizeExceeded":
            return self._room(call.at_ms)
        if error.code == "CacheKeyDoesNotExist":
            return self._absence(call.args[0], call.at_ms)
        if error.code == "ItemAlreadyExpired":
            ended_ms = min(_asked_ends_ms(call), default=call.at_ms)
            return f"it would have ended {_ago(call.at_ms - ended_ms)}"
        return ""

    def _room(self, now_ms: int) -> str:
        rules = self._rules
        there = {
            key: fate.record
            for key, fate in self._fates.items()
            if fate.record is not None
            and (rules.keeps_expired_records or is_live(fate.record, now_ms))
        }
        size = sum(_size(key) + _size(record.value) for key, record in there.items())
        return (
            f"it held {_of(len(there), 'records', rules.max_entries)}; "
            f"{_of(size, 'bytes', rules.max_total_bytes)}"
        )

    def _absence(self, key: object, now_ms: int) -> str:
        """Return why there is no record under *key*, or nothing where it can't be told."""
        if not isinstance(key, str):
            return "the key is no string"
        fate = self._fates.get(key)
        if fate is None:
            return "never set"
        if fate.record is None:
            return f"{fate.what} {_ago(now_ms - fate.at_ms)}".rstrip()
        if is_live(fate.record, now_ms):
            return ""  # it had ended, was dropped for it, and the clock went back
        end_ms = fate.record.expires_at
        return f"expired {_ago(now_ms - end_ms)}, having lived {duration(end_ms - fate.at_ms)}"


def _asked_ends_ms(call: ApiCall) -> Iterator[int]:
    """Yield when the record of a `cache.set` was asked to end."""
    options = call.args[2] if len(call.args) > 2 else None
    if isinstance(options, Mapping):
        for name, counted_from_ms in (("ttl", call.at_ms), ("expires_at", 0)):
            given: Any = options.get(name)
            if isinstance(given, int | float) and math.isfinite(given):
                yield counted_from_ms + math.floor(given)


def _ago(ms: int) -> str:
    """Return how long ago something was; nothing if the clock went back since."""
    if ms < 0:
        return ""
    return f"{duration(ms)} ago" if ms else "just now"


def _of(amount: int, unit: str, limit: int | None) -> str:
    counted = f"{amount:,} {unit if amount != 1 else unit.removesuffix('s')}"
    return counted + (f", at most {limit:,}" if limit is not None else "")


def _size(text: object) -> int:
    """Return the bytes of a text in UTF-8."""
    return len(str(text).encode("utf-8", "surrogatepass"))
