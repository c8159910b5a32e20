"""Auth0's `api.cache`: its rules, its records, and what an Action sees of them.

Nothing here knows pytest, freezegun or Node.js; time comes in as a function.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Literal, TypeGuard

from pytest_auth0_actions.errors import ApiTypeThrow, UsageError, hides_our_frames
from pytest_auth0_actions.values import (
    UNDEFINED,
    CacheDeleteSuccess,
    CacheError,
    CacheErrorCode,
    CacheRecord,
    CacheSetSuccess,
    JSObject,
    JSValue,
)
from pytest_auth0_actions.world.journal import Journal
from pytest_auth0_actions.world.warn import Advice, diagnose_set

__tracebackhide__ = hides_our_frames

_MAX_SAFE_INTEGER: Final = 2**53 - 1
_PLATFORM_CODES: Final[dict[str, tuple[CacheErrorCode, ...]]] = {
    "set": ("FailedToSetCacheRecord", "MaxSideEffectsExceeded"),
    "delete": ("FailedToDeleteCacheRecord", "MaxSideEffectsExceeded"),
}
_BYTES_OF_OTHER_TYPES: Final = " or an instance of Buffer or ArrayBuffer"


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
    def documented(cls) -> CacheRules:
        """Return the rules of Auth0's documentation.

        >>> CacheRules.documented().max_total_bytes
        8192

        Source: https://auth0.com/docs/customize/actions/limitations
        """
        return _DOCUMENTED

    @classmethod
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


class CacheStore:
    """The records behind an `api.cache`, and the test's hold on them.

    Args:
        now_ms: the time, in milliseconds since the epoch; asked once per call.
        rules: the limits that writes are held to.
        journal: where calls and evictions are noted down; None for nowhere.
        advise: is told of likely mistakes.

    >>> store = CacheStore(lambda: 0)
    >>> CacheAPI(store).set("token", "abc", ttl=1_000).type
    'success'
    >>> store.evict("token")
    >>> CacheAPI(store).get("token") is None
    True
    """

    def __init__(
        self,
        now_ms: Callable[[], int],
        rules: CacheRules = CacheRules.documented(),  # noqa: B008
        journal: Journal | None = None,
        advise: Callable[[Advice], None] | None = None,
    ) -> None:
        self.now_ms = now_ms
        self.rules: Final = rules
        self._note = _forget if journal is None else journal.call
        self._journal = journal
        self._advise = advise
        self._max_key_bytes = _or_endless(rules.max_key_bytes)
        self._max_value_bytes = _or_endless(rules.max_value_bytes)
        self._max_total_bytes = _or_endless(rules.max_total_bytes)
        self._max_entries = _or_endless(rules.max_entries)
        self._records: dict[str, CacheRecord] = {}
        self._sizes: dict[str, int] = {}  # of keys and values, in bytes
        self._total_bytes = 0
        self._first_end_ms = _MAX_SAFE_INTEGER  # before which no record ends
        self._failures: dict[str, list[CacheErrorCode]] = {"delete": [], "set": []}

    def __repr__(self) -> str:
        return f"CacheStore({dict(self.records)!r})"

    @property
    def records(self) -> Mapping[str, CacheRecord]:
        """The records that are there now, by key, in the order of their first setting; read-only.

        >>> store = CacheStore(lambda: 0)
        >>> CacheAPI(store).set("token", "abc", ttl=1_000).type
        'success'
        >>> dict(store.records)
        {'token': CacheRecord(value='abc', expires_at=1000)}
        """
        now_ms = self.now_ms()
        return MappingProxyType(
            {key: record for key, record in self._records.items() if is_live(record, now_ms)}
        )

    def evict(self, key: str) -> None:
        """Drop one record, as Auth0 may at any time before its end.

        Raises:
            UsageError: there is no such record.

        >>> CacheStore(lambda: 0).evict("token")
        Traceback (most recent call last):
            ...
        pytest_auth0_actions.errors.UsageError: No record to evict.
        Given: 'token'; the cache holds nothing.
        Set it first, or use clear() to empty the cache whatever it holds.

        Source: https://auth0.com/docs/customize/actions/limitations
        """
        live = self.records
        if key not in live:
            raise UsageError(
                "No record to evict.",
                f"Given: {key!r}; the cache holds {', '.join(map(repr, live)) or 'nothing'}.",
                "Set it first, or use clear() to empty the cache whatever it holds.",
            )
        self._drop(key, "evict")

    def clear(self) -> None:
        """Drop every record, as after a long pause or a move to another container.

        >>> store = CacheStore(lambda: 0)
        >>> store.clear()
        >>> len(store.records)
        0
        """
        for key in self.records:
            self._drop(key, "clear")
        for key in list(self._records):  # past their ends, and nobody's to miss
            self._remove(key)

    def _drop(self, key: str, why: str) -> None:
        self._remove(key)
        if self._journal is not None:
            self._journal.add("evict", key=key, why=why)

    def fail_next(
        self, operation: Literal["delete", "set"], code: CacheErrorCode | None = None
    ) -> None:
        """Have the platform refuse the next write, and change nothing.

        Asked for several times, it refuses as many writes.

        Args:
            operation: ``"set"`` or ``"delete"``.
            code: ``"FailedToSetCacheRecord"`` (for a set, and its default),
                ``"FailedToDeleteCacheRecord"`` (for a delete, and its default) or
                ``"MaxSideEffectsExceeded"``. The other codes have rules: break those instead.

        Raises:
            UsageError: *operation* or *code* is none of these.

        >>> store = CacheStore(lambda: 0)
        >>> store.fail_next("set")
        >>> CacheAPI(store).set("token", "abc")
        CacheError(type='error', code='FailedToSetCacheRecord')
        >>> CacheAPI(store).set("token", "abc").type
        'success'

        Source: https://github.com/auth0/auth0-actions (the declared codes)
        """
        codes = _PLATFORM_CODES.get(operation)
        if codes is None or (code is not None and code not in codes):
            raise UsageError(
                "fail_next() takes a write and a code that only the platform answers with.",
                f"Given: {operation!r}, {code!r}.",
                f"Pass one of {_PLATFORM_CODES}.",
            )
        self._failures[operation].append(code or codes[0])

    def _put(self, key: str, record: CacheRecord, size_bytes: int) -> None:
        self._total_bytes += size_bytes - self._sizes.get(key, 0)
        self._sizes[key] = size_bytes
        self._records[key] = record
        if record.expires_at < self._first_end_ms:
            self._first_end_ms = record.expires_at

    def _remove(self, key: str) -> None:
        del self._records[key]
        self._total_bytes -= self._sizes.pop(key)

    def _purge(self, now_ms: int) -> None:
        """Drop the records that no longer take room."""
        if not self.rules.keeps_expired_records:
            for key in [key for key, r in self._records.items() if not is_live(r, now_ms)]:
                self._remove(key)
            ends_ms = (record.expires_at for record in self._records.values())
            self._first_end_ms = min(ends_ms, default=_MAX_SAFE_INTEGER)


class CacheAPI:
    """`api.cache` as an Action sees it.

    Args:
        store: where the records are.

    >>> CacheAPI(CacheStore(lambda: 1_000)).set("token", "abc").record.expires_at
    901000

    Source: https://auth0.com/docs/actions/reference/post-user-registration/post-user-registration-api-object
    """

    def __init__(self, store: CacheStore) -> None:
        self._store = store

    def get(self, key: object) -> CacheRecord | None:
        """Return the record under *key*, or None where there is none or its end has passed.

        A record is still there at the very millisecond of its `expires_at`. A key that is no
        string is not found. An Action gets `undefined` for None.

        >>> cache = CacheAPI(CacheStore(lambda: 0))
        >>> cache.set("token", "abc").type
        'success'
        >>> cache.get("token").value
        'abc'
        >>> cache.get("other") is None
        True
        """
        store = self._store
        now_ms = store.now_ms()
        found = store._records.get(key) if isinstance(key, str) else None
        if found is not None and not is_live(found, now_ms):
            found = None
        store._note("cache.get", (key,), found, now_ms)
        return found

    def set(
        self,
        key: str,
        value: str,
        options: Mapping[str, Any] | object = None,
        *,
        ttl: Any = UNDEFINED,
        expires_at: Any = UNDEFINED,
    ) -> CacheSetSuccess | CacheError:
        """Store *value* under *key*; answer with the record, or with a code and change nothing.

        Of two lifetimes the earlier end counts; with neither, it is 15 minutes. Fractions of a
        millisecond are dropped. The limits are checked in the order key, value, total, number
        of records, lifetime.

        Args:
            key: up to 64 bytes.
            value: up to 4,096 bytes.
            options: `{"ttl": ..., "expires_at": ...}`, as in JavaScript; what is no mapping is
                ignored.
            ttl: the record's life, in milliseconds. None is JavaScript's null.
            expires_at: its end, in milliseconds since the epoch. None is JavaScript's null.

        Raises:
            TypeError: *key* or *value* is no string, with Node.js's own text.
            UsageError: both *options* and a keyword were given.

        >>> cache = CacheAPI(CacheStore(lambda: 0))
        >>> cache.set("token", "abc", ttl=60_000, expires_at=31_000).record.expires_at
        31000
        >>> cache.set("token", "abc", {"ttl": 0})
        CacheError(type='error', code='ItemAlreadyExpired')

        Source: https://auth0.com/docs/actions/reference/post-user-registration/post-user-registration-api-object
        """
        if ttl is not UNDEFINED or expires_at is not UNDEFINED:
            if options is not None:
                raise UsageError(
                    "api.cache.set() takes options or keywords, not both.",
                    f"Given: {options!r} and ttl= or expires_at=.",
                    "Put both into the options, or both into keywords.",
                )
        elif options is not None and isinstance(options, Mapping):
            ttl = options.get("ttl", UNDEFINED)
            expires_at = options.get("expires_at", UNDEFINED)
        store = self._store
        now_ms = store.now_ms()
        result = self._set(key, value, ttl, expires_at, now_ms)
        if options is None and ttl is UNDEFINED and expires_at is UNDEFINED:
            store._note("cache.set", (key, value), result, now_ms)
            return result
        if store._advise is not None:
            longest_ms = store.rules.max_lifetime_ms
            for advice in diagnose_set(options, ttl, expires_at, longest_ms, now_ms):
                store._advise(advice)
        given = {}
        if ttl is not UNDEFINED:
            given["ttl"] = ttl
        if expires_at is not UNDEFINED:
            given["expires_at"] = expires_at
        store._note("cache.set", (key, value, given) if given else (key, value), result, now_ms)
        return result

    def _set(
        self, key: str, value: str, ttl: object, expires_at: object, now_ms: int
    ) -> CacheSetSuccess | CacheError:
        store, rules = self._store, self._store.rules
        failures = store._failures["set"]
        failure = failures.pop(0) if failures else None
        key_bytes, value_bytes = _utf8_bytes(key), _utf8_bytes(value)
        if failure is not None:
            return CacheError(failure)
        if key_bytes > store._max_key_bytes:
            return CacheError("CacheKeySizeExceeded")
        if value_bytes > store._max_value_bytes:
            return CacheError("CacheValueSizeExceeded")

        if store._first_end_ms < now_ms:
            store._purge(now_ms)
        size_bytes = key_bytes + value_bytes
        total_bytes = store._total_bytes + size_bytes
        if not rules.counts_replaced_record:
            total_bytes -= store._sizes.get(key, 0)
        if total_bytes > store._max_total_bytes:
            return CacheError("CacheSizeExceeded")
        if len(store._records) >= store._max_entries and key not in store._records:
            return CacheError("CacheSizeExceeded")

        end_ms = _expires_at_ms(now_ms, ttl, expires_at, rules)
        if isinstance(end_ms, CacheError):
            return end_ms
        record = CacheRecord(value, end_ms)
        store._put(key, record, size_bytes)
        return CacheSetSuccess(record)

    def delete(self, key: object) -> CacheDeleteSuccess | CacheError:
        """Remove the record under *key*; answer with a code where there is none.

        A key that is no string is not found.

        >>> CacheAPI(CacheStore(lambda: 0)).delete("token")
        CacheError(type='error', code='CacheKeyDoesNotExist')

        Source: https://auth0.com/docs/actions/reference/post-user-registration/post-user-registration-api-object
        """
        now_ms = self._store.now_ms()
        result = self._delete(key, now_ms)
        self._store._note("cache.delete", (key,), result, now_ms)
        return result

    def _delete(self, key: object, now_ms: int) -> CacheDeleteSuccess | CacheError:
        if self._store._failures["delete"]:
            return CacheError(self._store._failures["delete"].pop(0))
        self._store._purge(now_ms)
        if not isinstance(key, str) or key not in self._store._records:
            return CacheError("CacheKeyDoesNotExist")
        self._store._remove(key)
        return CacheDeleteSuccess()


def is_live(record: CacheRecord, now_ms: int) -> bool:
    """Return whether *record* is there at *now_ms*: up to its very end, and not after.

    >>> is_live(CacheRecord("abc", expires_at=1_000), now_ms=1_000)
    True
    """
    return now_ms <= record.expires_at


def _forget(path: str, args: tuple[object, ...], result: object, now_ms: int) -> None:
    """Note nothing down."""


def _or_endless(limit: int | None) -> float:
    return math.inf if limit is None else limit


def _expires_at_ms(
    now_ms: int, ttl: object, expires_at: object, rules: CacheRules
) -> int | CacheError:
    """Return when a record set at *now_ms* ends, or why it can't be stored."""
    if ttl is UNDEFINED and expires_at is UNDEFINED:
        return now_ms + rules.default_ttl_ms
    end_ms = _MAX_SAFE_INTEGER + 1
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
    if end_ms > _MAX_SAFE_INTEGER:
        return CacheError("InvalidExpiry")
    if rules.max_lifetime_ms is not None:
        end_ms = min(end_ms, now_ms + rules.max_lifetime_ms)
    return end_ms


def _is_finite_number(given: object) -> TypeGuard[float]:
    """Return whether JavaScript would take *given* for a finite number; a bool is none there."""
    if isinstance(given, bool):
        return False
    return isinstance(given, int) or (isinstance(given, float) and math.isfinite(given))


def _utf8_bytes(text: object) -> int:
    """Return the size of a string in UTF-8, as `Buffer.byteLength` counts it.

    Raises:
        ApiTypeThrow: *text* is no string.
    """
    if not isinstance(text, str):
        received = _received(text)
        # Node.js would count a Buffer's bytes; Auth0 documents strings only.
        others = "" if received == "an instance of Buffer" else _BYTES_OF_OTHER_TYPES
        raise ApiTypeThrow(
            f'The "string" argument must be of type string{others}. Received {received}',
            code="ERR_INVALID_ARG_TYPE",
        )
    if text.isascii():
        return len(text)
    try:
        return len(text.encode())
    except UnicodeEncodeError:
        # JavaScript strings may hold half a surrogate pair, which counts as U+FFFD, 3 bytes.
        utf16 = text.encode("utf-16-le", "surrogatepass")
        return len(utf16.decode("utf-16-le", "replace").encode())


def _received(value: object) -> str:
    """Return how Node.js would name *value* in a TypeError."""
    if isinstance(value, JSValue | JSObject):
        return value.received
    if value is None:
        return "null"
    if isinstance(value, bool):
        return f"type boolean ({str(value).lower()})"
    if isinstance(value, int | float):
        return f"type number ({_js_number(value)})"
    js_class = {"dict": "Object", "list": "Array", "bytes": "Buffer"}
    name = type(value).__name__
    return f"an instance of {js_class.get(name, name)}"


def _js_number(value: float) -> str:
    if isinstance(value, float):
        if not math.isfinite(value):
            return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
        if value.is_integer() and value != 0:
            return str(int(value))
        return "-0" if value == 0 and math.copysign(1, value) < 0 else f"{value:g}"
    return str(value)
