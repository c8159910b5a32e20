"""What api calls and runs answer with: plain, frozen values."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Generic

INSTANT_MS: Final[Mapping[str, str]] = {"unit": "instant_ms"}
"""Metadata of a field that is an instant, in milliseconds since the epoch."""

DURATION_MS: Final[Mapping[str, str]] = {"unit": "duration_ms"}
"""Metadata of a field that is a length of time, in milliseconds."""


# The types of what a run of an Action comes to, and of its event; they follow from its trigger.
if TYPE_CHECKING:
    from typing_extensions import TypeVar

    OutcomeT = TypeVar("OutcomeT", covariant=True, default=Any)
    EventT = TypeVar("EventT", covariant=True, default=Any)

    class OfTrigger(Generic[OutcomeT, EventT]):
        """The base of what is typed by its trigger."""

else:
    OutcomeT = typing.TypeVar("OutcomeT", covariant=True)
    EventT = typing.TypeVar("EventT", covariant=True)

    class OfTrigger:
        """The base of what is typed by its trigger."""

        __slots__ = ()
        __class_getitem__ = classmethod(types.GenericAlias)  # one type or both, in any Python


class Value:
    """The base of our values, by which a failed comparison knows them."""

    __slots__ = ()


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

    def __deepcopy__(self, memo: object) -> JSValue:
        return self  # nothing in it can change, and `UNDEFINED` is asked for with `is`


UNDEFINED = JSValue("undefined", "undefined", "undefined")


class JSObject(dict[str, Any]):
    """An instance of a JavaScript class: the dict of its own fields.

    >>> JSObject(ttl=5) == {"ttl": 5}
    True

    Attributes:
        received: how Node.js names it in a TypeError, such as ``"an instance of Token"``.
    """

    received: str = ""


class Event(dict[str, Any]):
    """An event that was made for a trigger: a dict that knows which.

    Attributes:
        trigger_id: Auth0's name of the trigger.

    >>> Event("post-login", {"user": {}}) == {"user": {}}
    True
    """

    def __init__(self, trigger_id: str, fields: Mapping[str, Any]) -> None:
        super().__init__(fields)
        self.trigger_id = trigger_id


class Claims(dict[str, Any]):
    """The custom claims of a token: a dict that knows why a claim is not in it.

    Attributes:
        dropped: why claims were left out, by their names.
        why_none: why there is none at all, such as that no token is issued; empty if there may be.

    >>> Claims({"https://shop.example/plan": "gold"}, {"roles": "restricted"})
    {'https://shop.example/plan': 'gold'}
    """

    def __init__(
        self, claims: Mapping[str, Any], dropped: Mapping[str, str], why_none: str = ""
    ) -> None:
        super().__init__(claims)
        self.dropped = dropped
        self.why_none = why_none

    def why_absent(self, name: object) -> str:
        """Return why there is no claim of that name; empty if it was not set.

        >>> Claims({}, {"roles": "restricted"}).why_absent("roles")
        "claim 'roles' was dropped: restricted"
        """
        if name in self:
            return ""
        if self.why_none:
            return self.why_none
        reason = self.dropped.get(str(name))
        return f"claim {name!r} was dropped: {reason}" if reason is not None else ""

    def __missing__(self, name: str) -> Any:
        why = self.why_absent(name)
        raise KeyError(f"{name}: {why}" if why else name)


@dataclass(frozen=True, slots=True)
class ApiCall(Value):
    """One call that an Action made on its api.

    Attributes:
        path: the method, as in ``"cache.set"``.
        args: what the Action passed, in order.
        result: what the call gave back; the exception, if it threw.
        at_ms: the test's clock at the call, in milliseconds since the epoch.

    >>> ApiCall("cache.get", ("token",), None, at_ms=0)
    cache.get('token') -> None
    """

    path: str
    args: tuple[Any, ...]
    result: Any
    at_ms: int = field(metadata=INSTANT_MS)

    def __repr__(self) -> str:
        result = "" if self.result is UNDEFINED else f" -> {self.result!r}"
        return f"{self.path}({', '.join(map(repr, self.args))}){result}"


@dataclass(frozen=True, slots=True)
class HttpRequest(Value):
    """One request that an Action sent.

    Attributes:
        method: such as ``"POST"``.
        url: in full.
        status: of the response; None if none reached the Action.
        at_ms: the test's clock at the request, in milliseconds since the epoch.

    >>> HttpRequest("GET", "https://example.com/", 200, at_ms=0).status
    200
    """

    method: str
    url: str
    status: int | None
    at_ms: int = field(metadata=INSTANT_MS)

    def __repr__(self) -> str:
        return f"{self.method} {self.url} -> {self.status or 'no response'}"


@dataclass(frozen=True, slots=True)
class Execution(Value, OfTrigger[OutcomeT, EventT]):
    r"""One run of an Action, for the test to read.

    Attributes:
        calls: every call of the api, in order.
        requests: every HTTP request, in order.
        logs: what the run wrote with `console`, as text; each entry ends in a newline. After
            256 kB it is cut, and says so.
        event: the event as the Action left it, with the type of its trigger's events, such as
            `PostLoginEvent`.
        started_at_ms: the test's clock at the start, in milliseconds since the epoch.
        duration_ms: how far the test's clock moved while the Action ran: as long as it waited for
            timers and late answers.
        outcome: what Auth0 would do, as the outcome of the Action's trigger, such as
            `PostLoginOutcome`.
        action: the Action's name.

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
    event: EventT = field(repr=False)
    started_at_ms: int = field(repr=False, metadata=INSTANT_MS)
    duration_ms: int = field(repr=False, metadata=DURATION_MS)
    outcome: OutcomeT = field(default=None, repr=False)  # type: ignore[assignment]
    action: str = field(default="", repr=False)
