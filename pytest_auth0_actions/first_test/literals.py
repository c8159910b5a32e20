"""Writes values as Python."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

WIDTH: Final = 100
_STEP: Final = 4


class Removed:
    """Stands for a field that is taken out of an event."""

    def __repr__(self) -> str:
        return "UNDEFINED"


def literal(value: Any) -> str:
    """Return a value as an expression of Python, with double quotes where that is possible.

    >>> print(literal({"a": [1, None], "b": ("it's", True)}))
    {"a": [1, None], "b": ("it's", True)}
    >>> print(literal(Removed()))
    UNDEFINED
    """
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False) if value.isprintable() else repr(value)
    if isinstance(value, dict | list | tuple):
        opening, closing = _brackets(value)
        only = "," if isinstance(value, tuple) and len(value) == 1 else ""
        return f"{opening}{', '.join(_items(value, literal))}{only}{closing}"
    return repr(value)


def laid_out(value: Any, column: int, used: int) -> str:
    """Return a value as Python, over several lines if it is long.

    Args:
        value: what to write.
        column: how far the line is indented that it starts on.
        used: how many characters of that line are taken, before and after it.

    >>> print(laid_out({"a": "b" * 20, "c": [1]}, 0, 80))
    {
        "a": "bbbbbbbbbbbbbbbbbbbb",
        "c": [1],
    }
    """
    text = literal(value)
    if used + len(text) <= WIDTH or not isinstance(value, dict | list | tuple) or not value:
        return text
    inner = column + _STEP
    opening, closing = _brackets(value)
    items = _items(value, lambda each: laid_out(each, inner, inner + 20))
    lines = "".join(f"{' ' * inner}{each},\n" for each in items)
    return f"{opening}\n{lines}{' ' * column}{closing}"


def _brackets(value: object) -> tuple[str, str]:
    if isinstance(value, dict):
        return "{", "}"
    return ("[", "]") if isinstance(value, list) else ("(", ")")


def _items(value: Any, write: Any) -> Iterable[str]:
    if isinstance(value, dict):
        return [f"{literal(name)}: {write(each)}" for name, each in value.items()]
    return [write(each) for each in value]
