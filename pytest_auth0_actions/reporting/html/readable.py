"""Writes values and bodies as someone reads them best: as JSON in several lines."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from pytest_auth0_actions.bodies import HttpHeaders
from pytest_auth0_actions.reporting.columns import shortened
from pytest_auth0_actions.values import JSValue

_TEXT_CHARACTERS: Final = 2_000  # of one body or value
_MOST_INDENTED: Final = 100_000  # characters: more takes its time, and is cut anyway
_MOST_DEPTH: Final = 20  # what lies deeper stands on one line, and a loop comes to an end
_MaskText = Callable[[str], str]


def readable(value: Any, mask: _MaskText, depth: int = 0) -> str:
    """Return a value of an Action's, without secrets, as JSON in several lines.

    What JSON has no words for stands as Node.js shows it.

    >>> print(readable({"ttl": 60, "of": []}, str))
    {
      "ttl": 60,
      "of": []
    }
    """
    if dataclasses.is_dataclass(value) and not isinstance(value, JSValue | type):
        value = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping) and value and depth < _MOST_DEPTH:
        lines = [
            f"{json.dumps(mask(str(key)), ensure_ascii=False)}: {readable(each, mask, depth + 1)}"
            for key, each in value.items()
        ]
        return _in_lines("{", lines, "}", depth)
    if isinstance(value, list | tuple) and value and depth < _MOST_DEPTH:
        return _in_lines("[", [readable(each, mask, depth + 1) for each in value], "]", depth)
    if isinstance(value, str):
        return json.dumps(mask(value), ensure_ascii=False)
    if value is None or isinstance(value, bool | int | float):
        return json.dumps(value)
    return mask(repr(value))


def _in_lines(start: str, lines: Sequence[str], end: str, depth: int) -> str:
    indent = "  " * depth
    inner = f",\n{indent}  ".join(lines)
    return f"{start}\n{indent}  {inner}\n{indent}{end}"


def has_parts(value: Any) -> bool:
    """Return whether a value is more than a text or a number."""
    is_plain = value is None or isinstance(value, bool | int | float | str | JSValue | Exception)
    return not is_plain


def readable_body(text: str, content: bytes, mask: _MaskText) -> str:
    """Return a body without secrets, shortened if it is long; JSON in several lines.

    Args:
        text: the body as text.
        content: the same as bytes.
        mask: hides secrets.
    """
    if "\ufffd" in text or "\0" in text:
        return f"{len(content):,} bytes that are no text"
    masked = mask(text)  # as it was sent; and below, as JSON is written here
    if len(text) > _MOST_INDENTED:
        return cut_text(masked)
    try:
        return cut_text(mask(readable(json.loads(masked), str)))
    except (ValueError, RecursionError):
        return cut_text(masked)


def readable_headers(headers: HttpHeaders, mask: _MaskText) -> str:
    """Return headers without secrets, one a line."""
    return cut_text(mask("\n".join(f"{name}: {value}" for name, value in headers.items())))


def cut_text(text: str) -> str:
    """Return a text of 2,000 characters at most, and how many more there are."""
    return shortened(text, _TEXT_CHARACTERS)
