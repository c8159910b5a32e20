"""Lays one event over another: what a variant changes, and what a test overrides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_auth0_actions.values import UNDEFINED, JSValue


class Whole(dict[str, Any]):
    """An object that replaces what is there, where a plain one would be merged with it."""


def is_undefined(value: object) -> bool:
    """Return whether a value stands for a field that is not there."""
    return isinstance(value, JSValue) and value == UNDEFINED


def merge(into: dict[str, Any], overrides: Mapping[str, Any]) -> None:
    """Lay *overrides* over *into*: objects merge, all else replaces, `UNDEFINED` removes.

    >>> event = {"user": {"name": "Ada", "tags": ["a", "b"]}, "stats": {}}
    >>> merge(event, {"user": {"tags": ["c"]}, "stats": UNDEFINED})
    >>> event
    {'user': {'name': 'Ada', 'tags': ['c']}}
    """
    for name, value in overrides.items():
        present = into.get(name)
        if is_undefined(value):
            into.pop(name, None)
        elif (
            isinstance(value, Mapping)
            and not isinstance(value, Whole)
            and isinstance(present, dict)
        ):
            merge(present, value)
        else:
            into[name] = copied(value)


def copied(value: Any) -> Any:
    """Return a copy of plain data, without the fields that are `UNDEFINED`."""
    if isinstance(value, Mapping):
        return {key: copied(inner) for key, inner in value.items() if not is_undefined(inner)}
    if isinstance(value, list | tuple):
        return [copied(inner) for inner in value]
    return value
