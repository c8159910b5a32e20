"""Says why a call of `api.cache` came out as it did."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from pytest_auth0_actions.auth0.explanation import (
    At,
    Explanation,
    Shown,
    Took,
    ago,
    explain_plainly,
)
from pytest_auth0_actions.auth0.namespaces.cache.records import Records
from pytest_auth0_actions.auth0.namespaces.cache.results import (
    CacheDeleteSuccess,
    CacheError,
    CacheRecord,
    CacheSetSuccess,
)
from pytest_auth0_actions.auth0.namespaces.cache.rules import is_live
from pytest_auth0_actions.values import UNDEFINED, ApiCall


def explain(call: ApiCall, held: Records) -> Explanation:
    """Return what a call gave back, and why, as far as that can be known.

    It is asked for right after the call: *held* is as the call has left it.
    """
    result = call.result
    if isinstance(result, CacheSetSuccess):
        return _lifetime(call, result.record)
    if isinstance(result, CacheRecord):
        return ("hit: ", Shown(result.value), ", until ", At(result.expires_at))
    if isinstance(result, CacheDeleteSuccess):
        return ("success",)
    if isinstance(result, CacheError):
        why = _refusal(call, result, held)
        return (f"refused: {result.code}", *((": ", *why) if why else ()))
    if call.path == "cache.get" and result in (None, UNDEFINED):
        why = _absence(call.args[0] if call.args else UNDEFINED, call.at_ms, held)
        return ("miss: ", *why) if why else ("miss",)
    return explain_plainly(call)


def _lifetime(call: ApiCall, record: CacheRecord) -> Explanation:
    end_ms = record.expires_at
    asked_ms = min(_asked_ends_ms(call), default=end_ms)
    shortened = ("; ", Took(asked_ms - call.at_ms), " asked for") if asked_ms > end_ms else ()
    return ("lives ", Took(end_ms - call.at_ms), ", until ", At(end_ms), *shortened)


def _refusal(call: ApiCall, error: CacheError, held: Records) -> Explanation:
    """Return why a write was refused, beyond the code."""
    rules = held.rules
    if error.code == "CacheKeySizeExceeded":
        return (f"the key has {_of(_size(call.args[0]), 'bytes', rules.max_key_bytes)}",)
    if error.code == "CacheValueSizeExceeded":
        return (f"the value has {_of(_size(call.args[1]), 'bytes', rules.max_value_bytes)}",)
    if error.code == "CacheSizeExceeded":
        records = _of(len(held), "records", rules.max_entries)
        return (f"it held {records}; {_of(held.total_bytes, 'bytes', rules.max_total_bytes)}",)
    if error.code == "CacheKeyDoesNotExist":
        return _absence(call.args[0] if call.args else UNDEFINED, call.at_ms, held)
    if error.code == "ItemAlreadyExpired":
        ended_ms = min(_asked_ends_ms(call), default=call.at_ms)
        return ("it would have ended ", *ago(call.at_ms - ended_ms))
    return ()


def _absence(key: object, now_ms: int, held: Records) -> Explanation:
    """Return why there is no record under *key*, or nothing where it can't be known."""
    if not isinstance(key, str):
        return ("the key is no string",)
    fate = held.fates.get(key)
    if fate is None:
        return ("never set",)
    if fate.record is None:
        since = ago(now_ms - fate.at_ms)
        return (fate.what, *((" ", *since) if since else ()))
    if is_live(fate.record, now_ms):
        return ()  # it had ended, was dropped for it, and the clock went back
    end_ms = fate.record.expires_at
    return ("expired ", *ago(now_ms - end_ms), ", having lived ", Took(end_ms - fate.at_ms))


def _asked_ends_ms(call: ApiCall) -> Iterator[int]:
    """Yield when the record of a `cache.set` was asked to end, in milliseconds since the epoch."""
    options = call.args[2] if len(call.args) > 2 else None
    if isinstance(options, Mapping):
        for name, counted_from_ms in (("ttl", call.at_ms), ("expires_at", 0)):
            given: Any = options.get(name)
            if isinstance(given, int | float) and math.isfinite(given):
                yield counted_from_ms + math.floor(given)


def _of(amount: int, unit: str, limit: int | None) -> str:
    counted = f"{amount:,} {unit if amount != 1 else unit.removesuffix('s')}"
    return counted + (f", at most {limit:,}" if limit is not None else "")


def _size(text: object) -> int:
    """Return the bytes of a text in UTF-8."""
    return len(str(text).encode("utf-8", "surrogatepass"))
