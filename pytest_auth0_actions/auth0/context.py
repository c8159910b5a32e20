"""What the methods of an api share: the clock, the event, and what came of the calls so far."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

from pytest_auth0_actions.errors import (
    ApiThrow,
    ArgumentsWarning,
    Auth0ActionsWarning,
    hides_our_frames,
)
from pytest_auth0_actions.values import UNDEFINED, ApiCall

if TYPE_CHECKING:
    from pytest_auth0_actions.auth0.method import Method
    from pytest_auth0_actions.auth0.namespace import Namespace

__tracebackhide__ = hides_our_frames

Advice: TypeAlias = "tuple[type[Auth0ActionsWarning], str]"
Record: TypeAlias = "Callable[[Namespace[Any], ApiCall, Sequence[Advice]], None]"

_NO: Final = frozenset({"false", "no", "off", "0"})

_T = TypeVar("_T")


class State:
    """What the calls of a transaction have come to: one object for each kind, made when needed.

    >>> from dataclasses import dataclass
    >>> @dataclass
    ... class Counter:
    ...     count: int = 0
    >>> state = State()
    >>> state.of(Counter).count += 1
    >>> state.copy().of(Counter)
    Counter(count=1)
    """

    def __init__(self) -> None:
        self._parts: dict[type, Any] = {}

    def of(self, kind: Callable[[], _T]) -> _T:
        """Return the part of the class *kind*."""
        part: _T = self._parts.get(kind)  # type: ignore[call-overload]
        if part is None:
            part = self._parts[kind] = kind()  # type: ignore[index]
        return part

    def put(self, part: object) -> None:
        """Have *part* be the part of its class."""
        self._parts[type(part)] = part

    def copy(self) -> State:
        """Return a state that can go on without changing this one."""
        copied = State()
        copied._parts = copy.deepcopy(self._parts)
        return copied


class ActionEvent:
    """The event that an Action was given, as the methods of its api read and change it.

    Attributes:
        fields: the event.
        edits: what methods have changed since the last call of `take_edits`: paths, and what is
            there now; `UNDEFINED` for nothing.

    >>> event = ActionEvent({"session": {"metadata": {"plan": "free"}}})
    >>> event.set("session.metadata", {"plan": "gold"})
    >>> event.get("session.metadata.plan"), event.get("user.email")
    ('gold', undefined)
    """

    def __init__(self, fields: dict[str, Any]) -> None:
        self.fields = fields
        self.edits: list[tuple[str, Any]] = []

    def get(self, path: str) -> Any:
        """Return what is at a dotted *path*; `UNDEFINED` for nothing."""
        found: Any = self.fields
        for name in path.split("."):
            if not isinstance(found, Mapping) or name not in found:
                return UNDEFINED
            found = found[name]
        return found

    def set(self, path: str, value: Any) -> None:
        """Put *value* at *path*, in objects that are made where there are none."""
        *outer, last = path.split(".")
        place = self.fields
        for name in outer:
            if not isinstance(place.get(name), dict):
                place[name] = {}
            place = place[name]
        if value is UNDEFINED:
            place.pop(last, None)
        else:
            place[last] = value
        self.edits.append((path, value))

    def take_edits(self) -> list[tuple[str, Any]]:
        """Return what was changed since the last time."""
        taken, self.edits = self.edits, []
        return taken


@dataclass(frozen=True, slots=True)
class Answers:
    """What the test answers where Auth0 would look things up.

    Attributes:
        groups: the user's groups.
        roles: the user's roles.
        rules: the ids of the rules that have run.
    """

    groups: Sequence[Any] = ()
    roles: Sequence[Any] = ()
    rules: Sequence[str] = ()


NO_ANSWERS: Final = Answers()


def forget(namespace: Namespace[Any], call: ApiCall, advice: Sequence[Advice]) -> None:
    """Record nothing."""


class Turn:
    """Whose calls are made: those of one run, or the test's own.

    Args:
        record: is given each call when it is complete, and what to warn about.
        make_event: makes the event that the calls are about, when one asks for it.
        handler: the handler that runs; empty for the test's own calls.
        state: what the calls of this transaction have come to.
        answers: what the test answers where Auth0 would look things up.
        action: the name of the Action that runs; empty for the test's own calls.

    Attributes:
        in_run: what the calls of this run alone have come to.
        abort: the text with which Auth0 ends the run when the handler has returned; None if it
            does not.
    """

    def __init__(
        self,
        record: Record = forget,
        make_event: Callable[[], dict[str, Any]] = dict,
        handler: str = "",
        state: State | None = None,
        answers: Answers = NO_ANSWERS,
        action: str = "",
    ) -> None:
        self.record = record
        self.handler = handler
        self.state = State() if state is None else state
        self.answers = answers
        self.action = action
        self.in_run = State()
        self.abort: str | None = None
        self._make_event = make_event

    @cached_property
    def event(self) -> ActionEvent:
        """The event that the calls are about."""
        return ActionEvent(self._make_event())


class Context:
    """What the methods of one api share.

    Args:
        now_ms: the clock, in milliseconds since the epoch; asked once for each call.
        own: the test's own turn.

    Attributes:
        now_ms: the same.
        own: the same.
        turn: whose calls are made now.
        api: the api itself, for chains.
        at_ms: when the present call was made, in milliseconds since the epoch.
        path: what it calls, such as ``"cache.set"``.
        parameters: the names of what that takes.
        count: how many calls were made.
    """

    def __init__(self, now_ms: Callable[[], int], own: Turn | None = None) -> None:
        self.now_ms = now_ms
        self.own = self.turn = Turn() if own is None else own
        self.api: Any = None
        self.at_ms = 0
        self.path = ""
        self.parameters: tuple[str, ...] = ()
        self.count = 0
        self._advice: list[Advice] = []

    @property
    def event(self) -> ActionEvent:
        """The event that the calls are about."""
        return self.turn.event

    def take_edits(self) -> list[tuple[str, Any]]:
        """Return what was changed in the event since the last time."""
        return self.event.take_edits() if "event" in vars(self.turn) else []

    @property
    def state(self) -> State:
        """What the calls of this transaction have come to."""
        return self.turn.state

    @property
    def in_run(self) -> State:
        """What the calls of this run alone have come to."""
        return self.turn.in_run

    def abort(self, text: str) -> None:
        """Have Auth0 end the run with *text* when the handler has returned; the first counts."""
        if self.turn.abort is None:
            self.turn.abort = text

    @contextmanager
    def during(self, turn: Turn) -> Iterator[None]:
        """Have the calls until then be those of *turn*."""
        before, self.turn = self.turn, turn
        try:
            yield
        finally:
            self.turn = before

    def warn(self, category: type[Auth0ActionsWarning], text: str) -> None:
        """Note down what is odd about the present call, for its line."""
        self._advice.append((category, text))

    def warn_of_arguments(self, how: str, so: str) -> None:
        """Warn of arguments of the present call that Auth0 takes without a word.

        Args:
            how: how it was called.
            so: what comes of it, and what to do.
        """
        signature = f"api.{self.path}({', '.join(self.parameters)})"
        self.warn(ArgumentsWarning, f"[A742] {signature} was called {how}: {so}")

    def warn_of_options(self, options: object, *known: str) -> None:
        """Warn of options of the present call that Auth0 does not know, and ignores."""
        for name in options if isinstance(options, Mapping) else ():
            if name not in known:
                self.warn_of_arguments(
                    f"with the option {name!r}",
                    f"Auth0 ignores that. What it knows: {', '.join(known)}.",
                )

    def warn_of_text(self, options: Mapping[str, Any], flag: str) -> None:
        """Warn of an option that is to be a boolean, where it is a text such as `'false'`."""
        value = options.get(flag)
        if isinstance(value, str) and value.lower() in _NO:
            self.warn_of_arguments(
                f"with the text {value!r} for {flag}", "a text is not false. Pass false."
            )

    def call(self, namespace: Namespace[Any], method: Method, args: tuple[Any, ...]) -> ApiCall:
        """Make a call, record it, and return it; what the method throws is the call's result."""
        self.at_ms = self.now_ms()
        self.path = path = f"{namespace.path}.{method.name}"
        self.parameters = method.parameters
        result: Any
        try:
            result = method.call(namespace, args)
        except ApiThrow as thrown:
            result = thrown
        else:
            if method.returns in {"api", "nothing"}:
                result = UNDEFINED
            if self.turn is not self.own:  # Python itself refuses a wrong number
                miscounted = method.miscounted(args)
                if miscounted is not None:
                    self.warn_of_arguments(*miscounted)
        return self.made(namespace, ApiCall(path, args, result, self.at_ms))

    def made(self, namespace: Namespace[Any], call: ApiCall) -> ApiCall:
        """Record a call that was made."""
        self.count += 1
        advice, self._advice = self._advice, []
        self.turn.record(namespace, call, advice)
        return call
