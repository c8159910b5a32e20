"""Names likely mistakes in a call of `api.cache`."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Final, TypeGuard

from pytest_auth0_actions.auth0.context import Advice
from pytest_auth0_actions.errors import (
    CacheLifetimeWarning,
    CacheOptionsWarning,
    TtlUnitWarning,
)
from pytest_auth0_actions.values import UNDEFINED

# 5, 10, 15, 30 minutes; 1, 2, 4, 8, 10, 12, 24 hours; 2 and 7 days.
_USUAL_SECONDS: Final = frozenset(
    {300, 600, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 36_000, 43_200, 86_400, 172_800, 604_800}
)
_MARGIN_SECONDS: Final = 60  # that many ask for a token a minute before it ends
_OPTIONS: Final = frozenset({"ttl", "expires_at"})
_EPOCH_SECONDS: Final = (1_000_000_000, 10_000_000_000)  # the years 2001 to 2286


def diagnose_set(
    options: object, ttl: object, expires_at: object, longest_ms: int | None, now_ms: int
) -> list[Advice]:
    """Return what is odd about the lifetime of an `api.cache.set`.

    >>> [advice] = diagnose_set({"ttl": 3600}, 3600, UNDEFINED, None, now_ms=0)
    >>> advice[1]
    '[A709] ttl is 3,600 ms: that looks like 1 h in seconds. Multiply by 1000.'
    """
    advice: list[Advice] = []
    for ignored, known in _ignored(options):
        text = f"[A707] api.cache.set() ignores {ignored}. Pass {known} in milliseconds."
        advice.append((CacheOptionsWarning, text))
    if ttl is not UNDEFINED and expires_at is not UNDEFINED:
        text = (
            "[A708] api.cache.set() was given both ttl and expires_at, which Auth0 asks not to do; "
            "the earlier end counts. Pass one of them."
        )
        advice.append((CacheOptionsWarning, text))
    life_ms = math.inf
    if _is_number(ttl):
        life_ms = ttl
        advice += _in_seconds("ttl", ttl, "Multiply by 1000.")
    if _is_number(expires_at):
        left_ms = expires_at - now_ms
        life_ms = min(life_ms, left_ms)
        how = f"Multiply them by 1000: Date.now() + {left_ms:.0f} * 1000."
        advice += _in_seconds("expires_at", left_ms, how, since=" from now")
        if _EPOCH_SECONDS[0] <= expires_at < _EPOCH_SECONDS[1]:
            text = (
                f"[A710] expires_at is {expires_at:,.0f} ms, in 1970: that looks like a time in "
                "seconds. Multiply by 1000."
            )
            advice.append((TtlUnitWarning, text))
    if longest_ms is not None and longest_ms < life_ms < math.inf:
        text = (
            f"[A711] api.cache.set() was asked for a lifetime over {longest_ms / 3_600_000:g} h, "
            "which is shortened to that. Ask for less."
        )
        advice.append((CacheLifetimeWarning, text))
    return advice


def _ignored(options: object) -> Iterator[tuple[str, str]]:
    """Yield what counts for nothing in options, and what would count."""
    if isinstance(options, Mapping):
        for name in options:
            if name not in _OPTIONS:
                yield f"the option {name!r}", "{ ttl: ... } or { expires_at: ... },"
    elif options is not None and options is not UNDEFINED:
        yield f"options that are not an object: {options!r}", "{ ttl: ... }"


def _is_number(value: object) -> TypeGuard[float]:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and math.isfinite(value)  # type: ignore[arg-type]


def _in_seconds(name: str, life_ms: float, how: str, *, since: str = "") -> Iterator[Advice]:
    """Yield what to say of a life that is a usual number of seconds, if it is one."""
    if {life_ms, life_ms + _MARGIN_SECONDS} & _USUAL_SECONDS:
        shown = _usual(int(life_ms))
        text = (
            f"[A709] {name} is {life_ms:,.0f} ms{since}: that looks like {shown} in seconds. {how}"
        )
        yield TtlUnitWarning, text


def _usual(seconds: int) -> str:
    if seconds % 86_400 == 0:
        return f"{seconds // 86_400} d"
    if seconds % 3_600 == 0:
        return f"{seconds // 3_600} h"
    return f"{seconds // 60} min"
