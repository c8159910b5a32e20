"""What all outcomes have in common: values that say what Auth0 would do."""

from __future__ import annotations

import dataclasses
import difflib
from typing import Any, NoReturn, TypeVar

from pytest_auth0_actions.errors import hides_our_frames
from pytest_auth0_actions.values import Value

__tracebackhide__ = hides_our_frames

_T = TypeVar("_T")


class Outcome(Value):
    """The base of what a run comes to, and of its parts: frozen dataclasses.

    >>> @dataclasses.dataclass(frozen=True, slots=True)
    ... class Example(Outcome):
    ...     denied: bool = False
    >>> Example().denide
    Traceback (most recent call last):
    AttributeError: Example has no 'denide'. Did you mean 'denied'?
    """

    __slots__ = ()

    def __getattr__(self, name: str) -> NoReturn:
        __tracebackhide__ = True
        names = [each.name for each in dataclasses.fields(self)]  # type: ignore[arg-type]
        text = f"{type(self).__name__} has no {name!r}."
        nearest = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
        if nearest:
            text += f" Did you mean {nearest[0]!r}?"
        elif names:
            text += f" It has {', '.join(names)}."
        raise AttributeError(text, name=name, obj=self)


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
