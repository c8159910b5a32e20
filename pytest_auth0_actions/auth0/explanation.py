"""What to say about an api call, as parts that `reporting` puts into words.

A rule knows why a call came out as it did; how a value is shortened, masked or a time is shown is
no matter of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from pytest_auth0_actions.values import UNDEFINED, ApiCall


@dataclass(frozen=True, slots=True)
class Shown:
    """A value, which may have to be cut or masked."""

    value: Any


@dataclass(frozen=True, slots=True)
class At:
    """An instant, in milliseconds since the epoch; shown as the time since the test began."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class Took:
    """A time of *ms* milliseconds."""

    ms: int


Part: TypeAlias = "str | Shown | At | Took"
Explanation: TypeAlias = "tuple[Part, ...]"


@dataclass(frozen=True, slots=True)
class Trace:
    """What a call did to something that lasts, which the report draws as a bar.

    Attributes:
        lane: what it is about, such as the key of a cache record.
        ends_at_ms: until when what was stored or found lasts, in milliseconds since the epoch.
        hit: whether something was found; None where nothing was looked for.
    """

    lane: str | None
    ends_at_ms: int | None = None
    hit: bool | None = None


def explain_plainly(call: ApiCall) -> Explanation:
    """Return what a call gave back, if anything, and what it threw.

    >>> explain_plainly(ApiCall("rules.wasExecuted", ("rul_1",), True, at_ms=0))
    (Shown(value=True),)
    """
    if call.result is UNDEFINED:
        return ()
    if isinstance(call.result, Exception):
        return (f"threw: {call.result}",)
    return (Shown(call.result),)


def ago(ms: int) -> Explanation:
    """Return how long ago something was; nothing if the clock went back since.

    >>> ago(5), ago(0), ago(-1)
    ((Took(ms=5), ' ago'), ('just now',), ())
    """
    if ms < 0:
        return ()
    return (Took(ms), " ago") if ms else ("just now",)
