"""What a test holds of a cache: it looks at the records, drops them, and has writes refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal, NoReturn

from pytest_auth0_actions.auth0.explanation import Explanation, Took
from pytest_auth0_actions.auth0.namespaces.cache.records import Records
from pytest_auth0_actions.auth0.namespaces.cache.results import CacheErrorCode, CacheRecord
from pytest_auth0_actions.auth0.namespaces.cache.rules import CacheRules
from pytest_auth0_actions.calls import called_as
from pytest_auth0_actions.errors import UsageError, hides_our_frames
from pytest_auth0_actions.values import no_attribute

__tracebackhide__ = hides_our_frames

PLATFORM_CODES: Final[dict[str, tuple[CacheErrorCode, ...]]] = {
    "set": ("FailedToSetCacheRecord", "MaxSideEffectsExceeded"),
    "delete": ("FailedToDeleteCacheRecord", "MaxSideEffectsExceeded"),
}

# What others call the same.
_MEANT: Final = {
    **dict.fromkeys(("get", "items", "keys", "values"), "records, a dict, or api.cache.get(key)"),
    **dict.fromkeys(("add", "put", "set"), "api.cache.set(key, value)"),
    **dict.fromkeys(("delete", "expire", "pop", "remove"), "evict(key)"),
    **dict.fromkeys(("empty", "flush", "reset"), "clear()"),
}

RecordEviction = Callable[[str, str, Explanation], None]


class CacheStore:
    """The records behind an `api.cache`, and the test's hold on them.

    Args:
        now_ms: the time, in milliseconds since the epoch; asked once per call.
        rules: the limits that writes are held to.
        record_eviction: is given each record that is dropped before its end: its key, why
            (``"evict"``, ``"clear"`` or ``"chaos"``), and what to say about it.
        of: finds the store of another trigger in the same test.

    Attributes:
        now_ms: the same.
        rules: the same.
        held: the records themselves, as `api.cache` works on them.

    >>> from pytest_auth0_actions import CacheAPI
    >>> store = CacheStore(lambda: 0)
    >>> CacheAPI(store).set("token", "abc", ttl=1_000).type
    'success'
    >>> store.evict("token")
    >>> CacheAPI(store).get("token") is None
    True
    """

    @called_as("CacheStore(lambda: 0)", "In a test, use the fixture cache_store.")
    def __init__(
        self,
        now_ms: Callable[[], int],
        rules: CacheRules = CacheRules.documented(),  # noqa: B008
        record_eviction: RecordEviction = lambda key, why, explanation: None,
        of: Callable[[str], CacheStore] | None = None,
    ) -> None:
        self.now_ms = now_ms
        self.rules: Final = rules
        self.held: Final = Records(rules)
        self._record_eviction = record_eviction
        self._of = of

    def __repr__(self) -> str:
        return f"CacheStore({dict(self.records)!r})"

    if not TYPE_CHECKING:  # a type checker would take any name for one of ours

        def __getattr__(self, name: str) -> NoReturn:
            __tracebackhide__ = True
            raise no_attribute(self, name, "A cache store", _MEANT)

        def __getitem__(self, key: object) -> NoReturn:
            __tracebackhide__ = True
            what = "A cache store"
            raise TypeError(f"[A225] {what} has no {[key]!r}. Write records[{key!r}].")

        __iter__ = None  # or Python would ask for [0]

    @property
    def records(self) -> Mapping[str, CacheRecord]:
        """The records that are there now, by key, in the order of their first setting; read-only.

        >>> from pytest_auth0_actions import CacheAPI
        >>> store = CacheStore(lambda: 0)
        >>> CacheAPI(store).set("token", "abc", ttl=1_000).type
        'success'
        >>> dict(store.records)
        {'token': CacheRecord(value='abc', expires_at=1000)}
        """
        return MappingProxyType(self.held.live(self.now_ms()))

    @called_as("cache_store.of('post-login')")
    def of(self, trigger_id: str) -> CacheStore:
        """Return the store of another trigger, whose Actions have a cache of their own.

        Args:
            trigger_id: Auth0's name of the trigger, such as ``"post-login"``.

        Raises:
            UsageError: there is no such trigger, or this store is not that of a test.

        Example::

            def test_each_trigger_has_its_own_cache(load_action, cache_store):
                load_action("actions/provision/code.js").run()
                assert "token" in cache_store.records
                assert not cache_store.of("post-login").records
        """
        if self._of is None:
            raise UsageError(
                "[A210] Only the fixture cache_store knows the stores of other triggers.",
                f"Given: {trigger_id!r}, and a CacheStore that the test has made.",
                "Use the fixture, or make a CacheStore for each.",
            )
        return self._of(trigger_id)

    @called_as("cache_store.evict('token')")
    def evict(self, key: str) -> None:
        """Drop one record, as Auth0 may at any time before its end.

        Raises:
            UsageError: there is no such record.

        >>> CacheStore(lambda: 0).evict("token")
        Traceback (most recent call last):
            ...
        pytest_auth0_actions.errors.UsageError: [A211] No record to evict.
        Given: 'token'; the cache holds nothing.
        Set it first, or use clear() to empty the cache whatever it holds.

        Source: https://auth0.com/docs/customize/actions/limitations
        """
        live = self.records
        if key not in live:
            raise UsageError(
                "[A211] No record to evict.",
                f"Given: {key!r}; the cache holds {', '.join(map(repr, live)) or 'nothing'}.",
                "Set it first, or use clear() to empty the cache whatever it holds.",
            )
        self.drop(key, "evict")

    @called_as("cache_store.clear()", "To drop one record, use evict(key).")
    def clear(self) -> None:
        """Drop every record, as after a long pause or a move to another container.

        >>> store = CacheStore(lambda: 0)
        >>> store.clear()
        >>> len(store.records)
        0
        """
        live = self.records
        for key in list(self.held):
            if key in live:
                self.drop(key, "clear")
            else:  # past its end, and not missed
                self.held.remove(key, self.now_ms(), "evicted with the whole cache")

    def drop(self, key: str, why: Literal["evict", "clear", "chaos"]) -> None:
        """Drop a record that is there, and say why in the timeline."""
        now_ms = self.now_ms()
        how = {"clear": " with the whole cache", "chaos": " by chaos", "evict": ""}[why]
        left_ms = self.records[key].expires_at - now_ms
        self.held.remove(key, now_ms, f"evicted{how}")
        self._record_eviction(key, why, (f"{how}, ", Took(left_ms), " before its end"))

    @called_as("cache_store.fail_next('set')", "For several writes, call it as often.")
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

        >>> from pytest_auth0_actions import CacheAPI
        >>> store = CacheStore(lambda: 0)
        >>> store.fail_next("set")
        >>> CacheAPI(store).set("token", "abc")
        CacheError(type='error', code='FailedToSetCacheRecord')
        >>> CacheAPI(store).set("token", "abc").type
        'success'

        Source: https://github.com/auth0/auth0-actions (the declared codes)
        """
        codes = PLATFORM_CODES.get(operation) if isinstance(operation, str) else None
        if codes is None or (code is not None and code not in codes):
            calls = (f"fail_next{(op, code)}" for op, of in PLATFORM_CODES.items() for code in of)
            raise UsageError(
                "[A212] fail_next() takes a write and a code that only the platform answers with.",
                f"Given: {operation!r}, {code!r}.",
                f"Write {' or '.join(calls)}.",
            )
        self.held.failures[operation].append(code or codes[0])
