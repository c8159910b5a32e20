"""`api.cache`: its methods."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final

from pytest_auth0_actions.auth0.context import Context
from pytest_auth0_actions.auth0.explanation import Explanation, Trace
from pytest_auth0_actions.auth0.javascript import shown_number
from pytest_auth0_actions.auth0.method import method
from pytest_auth0_actions.auth0.namespace import Namespace
from pytest_auth0_actions.auth0.namespaces.cache.advice import diagnose_set
from pytest_auth0_actions.auth0.namespaces.cache.explanation import explain
from pytest_auth0_actions.auth0.namespaces.cache.records import or_endless
from pytest_auth0_actions.auth0.namespaces.cache.results import (
    CacheDeleteSuccess,
    CacheError,
    CacheRecord,
    CacheSetSuccess,
)
from pytest_auth0_actions.auth0.namespaces.cache.rules import expires_at_ms
from pytest_auth0_actions.auth0.namespaces.cache.store import CacheStore
from pytest_auth0_actions.errors import ApiTypeThrow, hides_our_frames
from pytest_auth0_actions.values import UNDEFINED, ApiCall, JSObject, JSValue

__tracebackhide__ = hides_our_frames

_BYTES_OF_OTHER_TYPES: Final = " or an instance of Buffer or ArrayBuffer"


class CacheAPI(Namespace[Any]):
    """`api.cache` as an Action sees it.

    Args:
        store: where the records are.
        context: what it shares with the rest of its api; None for one of its own.

    >>> CacheAPI(CacheStore(lambda: 1_000)).set("token", "abc").record.expires_at
    901000

    Source: https://auth0.com/docs/actions/reference/post-user-registration/post-user-registration-api-object
    """

    path = "cache"
    units: ClassVar[Mapping[str, str]] = {"ttl": "duration_ms", "expires_at": "instant_ms"}

    def __init__(self, store: CacheStore, context: Context | None = None) -> None:
        super().__init__(Context(store.now_ms) if context is None else context)
        self._store = store

    @method(returns="value")
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
        return self._store.held.find(key, self.context.at_ms)

    @method(returns="value", reads=["type", "code", "record"])
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
        if isinstance(options, Mapping):
            ttl = options.get("ttl", UNDEFINED)
            expires_at = options.get("expires_at", UNDEFINED)
        if options is not None:
            longest_ms = self._store.rules.max_lifetime_ms
            for advice in diagnose_set(options, ttl, expires_at, longest_ms, self.context.at_ms):
                self.context.warn(*advice)
        result = self._set(key, value, ttl, expires_at)
        if isinstance(result, CacheError):
            self._store.held.refused(key, self.context.at_ms, result.code)
        return result

    def _set(
        self, key: str, value: str, ttl: object, expires_at: object
    ) -> CacheSetSuccess | CacheError:
        held, rules, now_ms = self._store.held, self._store.rules, self.context.at_ms
        failures = held.failures["set"]
        failure = failures.pop(0) if failures else None
        key_bytes, value_bytes = _utf8_bytes(key), _utf8_bytes(value)
        if failure is not None:
            return CacheError(failure)
        if key_bytes > or_endless(rules.max_key_bytes):
            return CacheError("CacheKeySizeExceeded")
        if value_bytes > or_endless(rules.max_value_bytes):
            return CacheError("CacheValueSizeExceeded")
        held.purge(now_ms)
        size_bytes = key_bytes + value_bytes
        if not held.has_room_for(key, size_bytes):
            return CacheError("CacheSizeExceeded")
        end_ms = expires_at_ms(now_ms, ttl, expires_at, rules)
        if isinstance(end_ms, CacheError):
            return end_ms
        record = CacheRecord(value, end_ms)
        held.put(key, record, size_bytes, now_ms)
        return CacheSetSuccess(record)

    @method(returns="value", reads=["type", "code"])
    def delete(self, key: object) -> CacheDeleteSuccess | CacheError:
        """Remove the record under *key*; answer with a code where there is none.

        A key that is no string is not found.

        >>> CacheAPI(CacheStore(lambda: 0)).delete("token")
        CacheError(type='error', code='CacheKeyDoesNotExist')

        Source: https://auth0.com/docs/actions/reference/post-user-registration/post-user-registration-api-object
        """
        held, now_ms = self._store.held, self.context.at_ms
        if held.failures["delete"]:
            return CacheError(held.failures["delete"].pop(0))
        held.purge(now_ms)
        if not isinstance(key, str) or key not in held:
            return CacheError("CacheKeyDoesNotExist")
        held.remove(key, now_ms, "deleted")
        return CacheDeleteSuccess()

    def explain_call(self, call: ApiCall) -> Explanation:
        """Return what a call gave back, and why."""
        return explain(call, self._store.held)

    def trace_call(self, call: ApiCall) -> Trace:
        """Return which record a call was about."""
        result = call.result
        record = result.record if isinstance(result, CacheSetSuccess) else result
        key = call.args[0] if call.args else None
        return Trace(
            lane=key if isinstance(key, str) else None,
            ends_at_ms=record.expires_at if isinstance(record, CacheRecord) else None,
            hit=isinstance(result, CacheRecord) if call.path == "cache.get" else None,
        )

    def is_refusal(self, result: Any) -> bool:
        """Return whether a write was refused; to delete nothing does no harm.

        >>> CacheAPI(CacheStore(lambda: 0)).is_refusal(CacheError("CacheKeyDoesNotExist"))
        False
        """
        return isinstance(result, CacheError) and result.code != "CacheKeyDoesNotExist"

    def lose_some(self, strikes: Callable[[], bool]) -> None:
        """Evict each record if *strikes()*."""
        for key in self._store.records:
            if strikes():
                self._store.drop(key, "chaos")

    def refuse_next(self, name: str, strikes: Callable[[], bool]) -> None:
        """Have the platform refuse the write that is about to come, if *strikes()*."""
        if self._store.held.failures.get(name) == [] and strikes():
            self._store.fail_next(name)  # type: ignore[arg-type]


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
        return f"type number ({shown_number(value)})"
    js_class = {"dict": "Object", "list": "Array", "bytes": "Buffer"}
    name = type(value).__name__
    return f"an instance of {js_class.get(name, name)}"

