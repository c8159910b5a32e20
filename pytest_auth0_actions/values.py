"""What api calls and runs answer with: plain, frozen values."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Literal, NoReturn

CacheErrorCode = Literal[
    "CacheKeyDoesNotExist",
    "CacheKeySizeExceeded",
    "CacheSizeExceeded",
    "CacheValueSizeExceeded",
    "FailedToDeleteCacheRecord",
    "FailedToSetCacheRecord",
    "InvalidExpiry",
    "ItemAlreadyExpired",
    "MaxSideEffectsExceeded",
]


@dataclass(frozen=True, slots=True)
class JSValue:
    """A JavaScript value that has no Python twin: `undefined`, a function, a Date, a Map.

    Two of them are equal when they would print alike.

    Attributes:
        type: what `typeof` says, such as ``"function"``.
        text: what `util.inspect` shows, such as ``"[Function: retry]"``.
        received: how Node.js names it in a TypeError, such as ``"function retry"``.

    >>> UNDEFINED
    undefined
    """

    type: str
    text: str
    received: str

    def __repr__(self) -> str:
        return self.text


UNDEFINED = JSValue("undefined", "undefined", "undefined")


class JSObject(dict[str, Any]):
    """An instance of a JavaScript class: the dict of its own fields.

    >>> JSObject(ttl=5) == {"ttl": 5}
    True

    Attributes:
        received: how Node.js names it in a TypeError, such as ``"an instance of Token"``.
    """

    received: str = ""


@dataclass(frozen=True, slots=True)
class CacheRecord:
    """A cached value and its end.

    Attributes:
        value: what was stored.
        expires_at: the last instant at which it is there, in milliseconds since the epoch.

    >>> CacheRecord("abc", expires_at=1_735_690_500_000).value
    'abc'

    Source: https://auth0.com/docs/actions/reference/post-user-registration/post-user-registration-api-object
    """

    value: str
    expires_at: int


@dataclass(frozen=True, slots=True)
class CacheSetSuccess:
    """What `api.cache.set` answers when it stored the record.

    >>> CacheSetSuccess(CacheRecord("abc", expires_at=1_000)).type
    'success'
    """

    type: Literal["success"] = field(default="success", kw_only=True)
    record: CacheRecord


@dataclass(frozen=True, slots=True)
class CacheDeleteSuccess:
    """What `api.cache.delete` answers when it removed a record.

    >>> CacheDeleteSuccess()
    CacheDeleteSuccess(type='success')
    """

    type: Literal["success"] = field(default="success", kw_only=True)


@dataclass(frozen=True, slots=True)
class CacheError:
    """What a cache write answers when it was refused; nothing has changed then.

    Attributes:
        code: Auth0's word for the reason, such as ``"CacheKeySizeExceeded"``.

    >>> CacheError("CacheKeySizeExceeded").type
    'error'
    """

    type: Literal["error"] = field(default="error", kw_only=True)
    code: CacheErrorCode

    def __getattr__(self, name: str) -> NoReturn:
        __tracebackhide__ = True
        raise AttributeError(
            f"The write was refused with {self.code!r}, so its answer has no {name!r}.",
            name=name,
            obj=self,
        )


@dataclass(frozen=True, slots=True)
class ApiCall:
    """One call that an Action made on its api.

    Attributes:
        path: the method, as in ``"cache.set"``.
        args: what the Action passed, in order.
        result: what the call gave back; the exception, if it threw.
        at_ms: the test's clock at the call, in milliseconds since the epoch.

    >>> ApiCall("cache.set", ("token", "abc", {"ttl": 0}), CacheError("ItemAlreadyExpired"), 0)
    cache.set('token', 'abc', {'ttl': 0}) -> CacheError(type='error', code='ItemAlreadyExpired')
    """

    path: str
    args: tuple[Any, ...]
    result: Any
    at_ms: int

    def __repr__(self) -> str:
        return f"{self.path}({', '.join(map(repr, self.args))}) -> {self.result!r}"


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One request that an Action sent.

    Attributes:
        method: such as ``"POST"``.
        url: in full.
        status: of the response; None if there was none.
        at_ms: the test's clock at the request, in milliseconds since the epoch.

    >>> HttpRequest("GET", "https://example.com/", 200, at_ms=0).status
    200
    """

    method: str
    url: str
    status: int | None
    at_ms: int

    def __repr__(self) -> str:
        return f"{self.method} {self.url} -> {self.status or 'no response'}"


class _HasEvent:
    """Parses the event of an `Execution` when it is first asked for; most tests never do."""

    __slots__ = ("_event_json",)

    def _parse_later(self, event_json: bytes) -> None:
        object.__setattr__(self, "_event_json", event_json)
        object.__delattr__(self, "event")

    def __getattr__(self, name: str) -> Any:
        if name != "event":
            raise AttributeError(
                f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self
            )
        event = json.loads(self._event_json)
        object.__setattr__(self, "event", event)
        return event


@dataclass(frozen=True, slots=True)
class Execution(_HasEvent):
    r"""One run of an Action, for the test to read.

    Attributes:
        calls: every call of the api, in order.
        requests: every HTTP request, in order.
        logs: what the run wrote with `console`, as text; each entry ends in a newline. After
            256 kB it is cut, and says so.
        event: the event as the Action left it.
        started_at_ms: the test's clock at the start, in milliseconds since the epoch.
        duration_ms: how far the test's clock moved while the Action ran: as long as it waited for
            timers and late answers.

    Example::

        def test_a_token_is_stored(load_action, clock):
            execution = load_action("actions/provision/code.js").run()
            get, set_ = execution.calls
            assert get.result is None
            assert set_.args == ("token", "abc", {"ttl": 3_600_000})
            assert set_.result.record.expires_at == clock.now_ms + 3_600_000
            assert execution.logs == "stored\n"
    """

    calls: tuple[ApiCall, ...]
    requests: tuple[HttpRequest, ...]
    logs: str
    event: dict[str, Any] = field(repr=False)
    started_at_ms: int = field(repr=False)
    duration_ms: int = field(repr=False)
