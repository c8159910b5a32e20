"""What all outcomes have in common: values that say what Auth0 would do."""

from __future__ import annotations

import dataclasses
import difflib
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVar

from pytest_auth0_actions.errors import hides_our_frames
from pytest_auth0_actions.values import OF_TRANSACTION, Execution, Value, places_of

__tracebackhide__ = hides_our_frames

_T = TypeVar("_T")

_ONWARD: Final = {
    "challenged": "pass_challenge()",
    "enrolled": "pass_challenge()",
    "prompted": "submit(fields={...})",
    "redirected": "resume(query={...})",
}
"""How a transaction goes on, by what it waits for."""

_IN_FLOW: Final = "flow(action).run().{}, with the fixture flow."


class Outcome(Value):
    """The base of the result of a run, and of its parts: frozen dataclasses.

    Fields that are as if the Action had asked for nothing are left out where one is printed.

    >>> @dataclasses.dataclass(frozen=True, slots=True, repr=False)
    ... class Example(Outcome):
    ...     denied: bool = False
    >>> Example(), Example(denied=True)
    (Example(), Example(denied=True))
    >>> Example().denide
    Traceback (most recent call last):
    AttributeError: [A213] Example has no 'denide'. Did you mean 'denied'?
    """

    __slots__ = ()

    def __repr__(self) -> str:
        shown = [f"{name}={value!r}" for name, value in asked_for(self).items()]
        return f"{type(self).__name__}({', '.join(shown)})"

    if not TYPE_CHECKING:  # a type checker would take any name for one of ours

        def __getattr__(self, name: str) -> NoReturn:
            __tracebackhide__ = True
            names = [each.name for each in dataclasses.fields(self)]  # type: ignore[arg-type]
            text = f"[A213] {type(self).__name__} has no {name!r}."
            nearest = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
            deeper = [*places_of(name, self)]
            if deeper:
                text += f" Did you mean {' or '.join(deeper)}?"
            elif name in Execution.__slots__:
                text += f" It is the run's own: run.{name}"
            elif name in OF_TRANSACTION:
                text += f" A transaction has one: {_IN_FLOW.format(name)}"
            elif nearest:
                text += f" Did you mean {nearest[0]!r}?"
                if name in _ONWARD:
                    text += f" To go on, use {_IN_FLOW.format(_ONWARD[name])}"
            elif names:
                text += f" It has {', '.join(names)}."
            raise AttributeError(text, name=name, obj=self)


def asked_for(outcome: Outcome) -> dict[str, Any]:
    """Return the fields that are not as if the Action had asked for nothing."""
    fields: tuple[dataclasses.Field[Any], ...] = dataclasses.fields(outcome)  # type: ignore[arg-type]
    values = [(each, getattr(outcome, each.name)) for each in fields]
    return {each.name: value for each, value in values if value != _default(each)}


def _default(field: dataclasses.Field[Any]) -> Any:
    """Return what a field has if it is not given; what equals nothing if it has to be."""
    made = field.default_factory
    return field.default if made is dataclasses.MISSING else made()


def owned(value: _T) -> _T:
    """Return a copy of a value's dicts and lists, so that no later change reaches an outcome.

    >>> owned({"a": [1]})
    {'a': [1]}
    """
    copied: Any = value
    if isinstance(value, dict):
        copied = {name: owned(inner) for name, inner in value.items()}
    elif isinstance(value, list):
        copied = [owned(inner) for inner in value]
    return copied  # type: ignore[no-any-return]
