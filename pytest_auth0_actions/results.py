"""What api calls and runs answer with: plain, frozen values."""

from __future__ import annotations

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
    """

    value: str
    expires_at: int


@dataclass(frozen=True, slots=True)
class CacheSetSuccess:
    """What `api.cache.set` answers when it stored the record."""

    type: Literal["success"] = field(default="success", kw_only=True)
    record: CacheRecord


@dataclass(frozen=True, slots=True)
class CacheDeleteSuccess:
    """What `api.cache.delete` answers when it removed a record."""

    type: Literal["success"] = field(default="success", kw_only=True)


@dataclass(frozen=True, slots=True)
class CacheError:
    """What a cache write answers when it was refused; nothing has changed then.

    Attributes:
        code: Auth0's word for the reason, such as ``"CacheKeySizeExceeded"``.
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
    """

    path: str
    args: tuple[Any, ...]
    result: Any
    at_ms: int

    def __repr__(self) -> str:
        return f"{self.path}({', '.join(map(repr, self.args))}) -> {self.result!r}"


@dataclass(frozen=True, slots=True)
class Execution:
    """One run of an Action, for the test to read.

    Attributes:
        calls: every call of the api, in order.
        logs: all that the run wrote with `console`, as text; each entry ends in a newline.
        event: the event as the Action left it.
        started_at_ms: the test's clock at the start, in milliseconds since the epoch.
        duration_ms: how far the test's clock moved while the Action ran; 0 while time is frozen.
    """

    calls: tuple[ApiCall, ...]
    logs: str
    event: dict[str, Any] = field(repr=False)
    started_at_ms: int = field(repr=False)
    duration_ms: int = field(repr=False)
