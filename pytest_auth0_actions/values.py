"""What api calls and runs answer with: plain, frozen values."""

from __future__ import annotations

import dataclasses
import difflib
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic, NoReturn

from pytest_auth0_actions.bodies import (
    HttpHeaders,
    form_of_body,
    json_of_body,
    shortened_url,
    text_of_body,
)

INSTANT_MS: Final[Mapping[str, str]] = {"unit": "instant_ms"}
"""Metadata of a field that is an instant, in milliseconds since the epoch."""

DURATION_MS: Final[Mapping[str, str]] = {"unit": "duration_ms"}
"""Metadata of a field that is a length of time, in milliseconds."""

SNAPSHOT: Final = "snapshot"
"""The name of metadata of a field: whether it is in snapshots."""

IN_NO_SNAPSHOT: Final[Mapping[str, bool]] = {SNAPSHOT: False}
"""Metadata of a field that changes with what a test is not about."""


# The types of the result of a run, and of its event; they follow from its trigger.
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
    _meant: ClassVar[Mapping[str, str]] = types.MappingProxyType({})  # by the names of others

    if not TYPE_CHECKING:  # a type checker would take any name for one of ours

        def __getattr__(self, name: str) -> NoReturn:
            __tracebackhide__ = True
            raise no_attribute(self, name, type(self).__name__, self._meant)

        def __getitem__(self, key: object) -> NoReturn:
            __tracebackhide__ = True
            what, names = type(self).__name__, [each for each in dir(self) if each[0] != "_"]
            advice = f"Write .{key}" if key in names else f"They are {', '.join(names)}."
            raise TypeError(f"[A225] {what} has no {[key]!r}: it has attributes. {advice}")

        __iter__ = None  # or Python would ask for [0]


def places_of(name: str, value: Any, path: str = "") -> Iterator[str]:
    """Yield where in the parts of a value there is a field of that name, as dotted paths."""
    for each in dataclasses.fields(value):
        part = getattr(value, each.name)
        if isinstance(part, Value) and dataclasses.is_dataclass(part):
            if name in {inner.name for inner in dataclasses.fields(part)}:
                yield f"{path}{each.name}.{name}"
            yield from places_of(name, part, f"{path}{each.name}.")


OF_TRANSACTION: Final = frozenset(
    {"fail_challenge", "pass_challenge", "resume", "sign", "status", "submit"}
)
"""What a transaction has, and a run has not."""

_OF_CALL: Final = {
    **dict.fromkeys(("function", "member", "method", "name"), "path"),
    **dict.fromkeys(("arguments", "kwargs", "parameters", "params"), "args"),
    **dict.fromkeys(("response", "return_value", "returned", "value"), "result"),
    **dict.fromkeys(("at", "time", "timestamp"), "at_ms"),
}
_OF_REQUEST: Final = {
    **dict.fromkeys(("body", "data", "payload"), "json(), form() or text"),
    **dict.fromkeys(("host", "params", "path", "query"), "url"),
    **dict.fromkeys(("response", "response_body", "response_json"), "status or response_text"),
    **dict.fromkeys(("at", "time", "timestamp"), "at_ms"),
}


def no_attribute(
    value: object, name: str, what: str, meant: Mapping[str, str] = types.MappingProxyType({})
) -> AttributeError:
    """Return the error for a name that a value lacks, with where it is.

    Args:
        value: what was asked.
        name: the name.
        what: what *value* is, such as ``"A run"``.
        meant: what is meant by names that others use for the same.
    """
    message = f"[A225] {what} has no {name!r}."
    if name.startswith("_"):  # asked for by Python itself, perhaps of what is not made yet
        return AttributeError(message, name=name, obj=value)
    places = [*places_of(name, value)] if dataclasses.is_dataclass(value) else []
    if not places and name in Execution.__slots__ and "executions" in dir(value):
        places = [f"executions[-1].{name}"]
    near = difflib.get_close_matches(name, [each for each in dir(value) if each[0] != "_"], n=1)
    if name in meant:
        message += f" Did you mean {meant[name]}?"
    elif places:
        message += f" Did you mean {' or '.join(places)}?"
    elif name in Execution.__slots__ and not dataclasses.is_dataclass(value):
        message += f" A run has one: action.run().{name}"
    elif name in OF_TRANSACTION:
        message += f" A transaction has one: flow(action).run().{name}, with the fixture flow."
    elif near:
        message += f" Did you mean {near[0]!r}?"
    return AttributeError(message, name=name, obj=value)


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
        __tracebackhide__ = True
        why = self.why_absent(name)
        names = [str(each) for each in self]
        near = [each for each in names if each.endswith(f"/{name}")]  # without its namespace
        near = near or difflib.get_close_matches(str(name), names, n=1)
        if near and not why:
            why = f"did you mean {near[0]!r}?"
        raise KeyError(f"{name}: {why}" if why else name)


@dataclass(frozen=True, slots=True)
class ApiCall(Value):
    """One call that an Action made on its api, or of a function that stands for a package's.

    Attributes:
        path: the method, as in ``"cache.set"``; of a package, as in ``"stripe.charges.create"``.
        args: what the Action passed, in order.
        result: what the call gave back; the exception, if it threw.
        at_ms: the test's clock at the call, in milliseconds since the epoch.
        is_of_package: whether it is a package's, which may have the name of a namespace.

    Raises:
        TypeError: it is compared with its path, a text.

    >>> ApiCall("cache.get", ("token",), None, at_ms=0)
    cache.get('token') -> None
    """

    _meant: ClassVar[Mapping[str, str]] = _OF_CALL

    path: str
    args: tuple[Any, ...]
    result: Any
    at_ms: int = field(metadata={**INSTANT_MS, **IN_NO_SNAPSHOT})
    is_of_package: bool = field(default=False, repr=False, metadata=IN_NO_SNAPSHOT)

    def __eq__(self, other: object) -> bool:
        __tracebackhide__ = True
        if isinstance(other, str) and other.removeprefix("api.") == self.path:
            raise TypeError(
                "[A230] A call is not a text, so it does not equal its path.\n"
                f"Given: {other!r}.\n"
                f"Look at the paths: {self.path!r} in [call.path for call in run.calls]."
            )
        if not isinstance(other, ApiCall):
            return NotImplemented
        names = [each.name for each in dataclasses.fields(self)]
        return all(getattr(self, name) == getattr(other, name) for name in names)

    def __repr__(self) -> str:
        result = "" if self.result is UNDEFINED else f" -> {self.result!r}"
        return f"{self.path}({', '.join(map(repr, self.args))}){result}"


@dataclass(frozen=True, slots=True)
class HttpRequest(Value):
    """One request that an Action sent.

    Two are equal when the method, the URL, the status and the instant are.

    Attributes:
        method: such as ``"POST"``.
        url: in full.
        status: of the response; None if none reached the Action.
        at_ms: the test's clock at the request, in milliseconds since the epoch.
        headers: what was sent, by name; a name is found in any case.
        content: the body, as bytes.
        response_headers: those of the response; empty if none reached the Action.
        response_content: its body, as bytes, likewise.

    >>> body = b'{"grant_type":"client_credentials"}'
    >>> HttpRequest("POST", "https://example.com/", 200, at_ms=0, content=body).json()
    {'grant_type': 'client_credentials'}
    """

    _meant: ClassVar[Mapping[str, str]] = _OF_REQUEST

    method: str
    url: str
    status: int | None
    at_ms: int = field(metadata={**INSTANT_MS, **IN_NO_SNAPSHOT})
    headers: HttpHeaders = field(default_factory=HttpHeaders, repr=False, compare=False)
    content: bytes = field(default=b"", repr=False, compare=False)
    response_headers: HttpHeaders = field(default_factory=HttpHeaders, repr=False, compare=False)
    response_content: bytes = field(default=b"", repr=False, compare=False)

    @property
    def text(self) -> str:
        """The body as text."""
        return text_of_body(self.headers, self.content)

    @property
    def response_text(self) -> str:
        """The body of the response as text; empty if none reached the Action."""
        return text_of_body(self.response_headers, self.response_content)

    def json(self) -> Any:
        """Return what the body says as JSON.

        Raises:
            ValueError: it is no JSON.
        """
        __tracebackhide__ = True
        return json_of_body(self, self.headers, self.content)

    def form(self) -> dict[str, Any]:
        """Return the fields of a form, urlencoded or multipart: text by name.

        A file is bytes, and a name that comes several times has a list.

        Raises:
            ValueError: by its `content-type`, the body is no form.

        >>> headers = HttpHeaders([("content-type", "application/x-www-form-urlencoded")])
        >>> body = b"grant_type=password&scope=a&scope=b"
        >>> HttpRequest("POST", "https://example.com/", 200, 0, headers, body).form()
        {'grant_type': 'password', 'scope': ['a', 'b']}
        """
        __tracebackhide__ = True
        return form_of_body(self, self.headers, self.content)

    def __repr__(self) -> str:
        return f"{self.method} {shortened_url(self.url)} -> {self.status or 'no response'}"


@dataclass(frozen=True, slots=True)
class Execution(Value, OfTrigger[OutcomeT, EventT]):
    r"""One run of an Action, for the test to read.

    Attributes:
        calls: every call of the api, and of the test's functions in `packages`, in order.
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
    event: EventT = field(repr=False, metadata=IN_NO_SNAPSHOT)
    started_at_ms: int = field(repr=False, metadata={**INSTANT_MS, **IN_NO_SNAPSHOT})
    duration_ms: int = field(repr=False, metadata={**DURATION_MS, **IN_NO_SNAPSHOT})
    outcome: OutcomeT = field(default=None, repr=False)  # type: ignore[assignment]
    action: str = field(default="", repr=False)

    if not TYPE_CHECKING:  # a type checker would take any name for one of ours

        def __getattr__(self, name: str) -> NoReturn:
            __tracebackhide__ = True
            raise no_attribute(self, name, "A run")
