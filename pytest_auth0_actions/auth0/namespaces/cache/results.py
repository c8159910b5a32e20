"""What `api.cache` answers with: plain, frozen values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NoReturn

from pytest_auth0_actions.values import INSTANT_MS, Value

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
class CacheRecord(Value):
    """A cached value and its end.

    Attributes:
        value: what was stored.
        expires_at: the last instant at which it is there, in milliseconds since the epoch.

    >>> CacheRecord("abc", expires_at=1_735_690_500_000).value
    'abc'

    Source: https://auth0.com/docs/actions/reference/post-user-registration/post-user-registration-api-object
    """

    value: str
    expires_at: int = field(metadata=INSTANT_MS)


@dataclass(frozen=True, slots=True)
class CacheSetSuccess(Value):
    """What `api.cache.set` answers when it stored the record.

    >>> CacheSetSuccess(CacheRecord("abc", expires_at=1_000)).type
    'success'
    """

    type: Literal["success"] = field(default="success", kw_only=True)
    record: CacheRecord


@dataclass(frozen=True, slots=True)
class CacheDeleteSuccess(Value):
    """What `api.cache.delete` answers when it removed a record.

    >>> CacheDeleteSuccess()
    CacheDeleteSuccess(type='success')
    """

    type: Literal["success"] = field(default="success", kw_only=True)


@dataclass(frozen=True, slots=True)
class CacheError(Value):
    """What a cache write answers when it was refused; nothing has changed then.

    Attributes:
        code: Auth0's word for the reason, such as ``"CacheKeySizeExceeded"``.

    >>> CacheError("CacheKeySizeExceeded").type
    'error'
    """

    type: Literal["error"] = field(default="error", kw_only=True)
    code: CacheErrorCode

    if not TYPE_CHECKING:  # a type checker would take any name for one of ours

        def __getattr__(self, name: str) -> NoReturn:
            __tracebackhide__ = True
            raise AttributeError(
                f"[A209] The write was refused with {self.code!r}, so its answer has no {name!r}.",
                name=name,
                obj=self,
            )
