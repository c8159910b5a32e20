"""The rules of the metadata of sessions and of refresh tokens, which are the same."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from pytest_auth0_actions.auth0.javascript import is_finite, is_truthy, text_of, utf16_units
from pytest_auth0_actions.errors import ApiThrow, hides_our_frames
from pytest_auth0_actions.values import UNDEFINED

__tracebackhide__ = hides_our_frames

MAX_ENTRIES: Final = 25
MAX_KEY_UNITS: Final = 255
MAX_VALUE_UNITS: Final = 255

_KEY: Final = re.compile(r"[A-Za-z0-9_-]+")


def with_entry(metadata: object, key: object, value: object, what: str) -> dict[str, Any]:
    """Return metadata with an entry set, or without it if *value* is None.

    Args:
        metadata: what is there; `UNDEFINED` for nothing.
        key: the entry's key.
        value: the entry's value.
        what: whose metadata it is, for the text of a refusal.

    Raises:
        ApiThrow: the entry is of a wrong type, or the metadata would not keep to the limits.

    >>> with_entry({"plan": "free"}, "seats", "5", "session")
    {'plan': 'free', 'seats': '5'}
    """
    prefix = f"Failed to set {what} metadata: Invalid metadata: "
    if not isinstance(key, str):
        raise ApiThrow(f"{prefix}Metadata key must be a string")
    if value is not None and not isinstance(value, str):
        raise ApiThrow(f"{prefix}Metadata value must be a string")
    if isinstance(metadata, list):
        raise ApiThrow(f"{prefix}Metadata must be an object")
    changed = dict(metadata) if isinstance(metadata, Mapping) else {}
    if value is None:
        changed.pop(key, None)
        return changed
    changed[key] = value
    refusal = _refusal(changed)
    if refusal is not None:
        raise ApiThrow(prefix + refusal)
    return changed


def _refusal(metadata: Mapping[str, Any]) -> str | None:
    """Return what is wrong with metadata, as a whole; None if nothing is."""
    if len(metadata) > MAX_ENTRIES:
        return f"Metadata must not contain more than {MAX_ENTRIES} entries"
    for key, value in metadata.items():
        if utf16_units(key) > MAX_KEY_UNITS:
            return f"All metadata keys must be at most {MAX_KEY_UNITS} characters long"
        if "\0" in key:
            return "Metadata keys must not contain null bytes (\0)"
        if not _KEY.fullmatch(key):
            return "Metadata keys may only include letters, numbers, underscores, or hyphens"
        text = value if isinstance(value, str) else text_of(value)
        if utf16_units(text) > MAX_VALUE_UNITS:
            return f"All metadata values must be at most {MAX_VALUE_UNITS} characters long"
        if "\0" in text:
            return "Metadata values must not contain null bytes (\0)"
    return None


def checked_end_ms(end_ms: object, name: str) -> int | float:
    """Return when something is to end, in milliseconds since the epoch.

    Raises:
        ApiThrow: it is nothing, or no finite number.

    >>> checked_end_ms(1_700_000_000_000, "absolute")
    1700000000000
    """
    if not is_truthy(end_ms):
        raise ApiThrow("Either inactivity or absolute expiration time must be provided")
    if not is_finite(end_ms):
        raise ApiThrow(f"{name} must be number")
    return end_ms


def earlier(one: float | None, other: float) -> float:
    """Return the earlier of two ends, of which the first may not be set yet."""
    return other if one is None else min(one, other)


def without_entry(metadata: object, key: object) -> dict[str, Any] | None:
    """Return metadata without an entry; None if there is no such entry.

    >>> without_entry({"5": "x", "plan": "free"}, 5)
    {'plan': 'free'}
    """
    name = text_of(key)
    if not isinstance(metadata, Mapping) or name not in metadata:
        return None
    return {each: value for each, value in metadata.items() if each != name}


def is_there(value: object) -> bool:
    """Return whether an event has a session or a refresh token there."""
    return value is not UNDEFINED and value is not None
