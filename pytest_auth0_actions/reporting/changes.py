"""Says what an Action has changed in the outcome of its flow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from pytest_auth0_actions.auth0.outcome import Outcome, asked_for

# What the lines of the calls say already, or what follows from the rest.
_SAID: Final = {"changed", "challenge", "denied", "enrollment", "prompt", "redirect"}


class Change(NamedTuple):
    """A part of an outcome that is another than before; values are as Python writes them.

    Attributes:
        path: such as ``"user.user_metadata.consent"``.
        after: what it is now; None if it is gone.
        before: what it was; None if it was not there.
    """

    path: str
    after: str | None
    before: str | None

    def __str__(self) -> str:
        was = "" if self.before is None else f" (was {self.before})"
        return f"{self.path} = {'nothing' if self.after is None else self.after}{was}"


def changes(before: object, after: object) -> list[Change]:
    """Return the parts in which two outcomes differ.

    >>> from pytest_auth0_actions.auth0.namespaces.user import LoginUser
    >>> print(*changes(LoginUser({"theme": "dark"}), LoginUser({"theme": "light"})))
    user_metadata.theme = 'light' (was 'dark')
    """
    old, new = dict(_leaves("", before)), dict(_leaves("", after))
    return [
        Change(path, new.get(path), old.get(path))
        for path in dict.fromkeys([*old, *new])
        if old.get(path) != new.get(path)
    ]


def _leaves(path: str, value: Any) -> Iterator[tuple[str, str]]:
    """Yield each part of a value that something has asked for, with its path."""
    if isinstance(value, Outcome):
        for name, inner in asked_for(value).items():
            if name not in _SAID:
                yield from _leaves(f"{path}.{name}", inner)
    elif isinstance(value, Mapping) and value:
        for name, inner in value.items():
            yield from _leaves(f"{path}.{name}", inner)
    else:
        yield path.removeprefix("."), repr(value)
