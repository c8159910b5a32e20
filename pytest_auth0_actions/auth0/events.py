"""Builds an event: a complete one of the trigger's, with the test's overrides laid over it."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from pytest_auth0_actions.errors import UsageError, hides_our_frames

__tracebackhide__ = hides_our_frames

# How alike a name must be to a documented one to be taken for a slip of it: "emial" and
# "emailVerified" are, "department" is not.
_SLIP_RATIO: Final = 0.8

NOW: Final = "\x00now"
"""Stands for the clock's time in an example event."""

_NOW_AS_JSON: Final = json.dumps(NOW)


@dataclass(frozen=True)
class EventModel:
    """What a trigger's event holds.

    Attributes:
        example: a complete event; `NOW` in it becomes the clock's time in ISO 8601.
        anything: the places, as dotted paths, that take any field: metadata, secrets and the like.
        extensible: the places that have documented fields and may have others.
        undocumented: fields that were seen at Auth0 and stand on no page.
    """

    example: Mapping[str, Any]
    anything: frozenset[str] = field(default_factory=frozenset)
    extensible: frozenset[str] = field(default_factory=frozenset)
    undocumented: frozenset[str] = field(default_factory=frozenset)

    @cached_property
    def _example_as_json(self) -> str:
        return json.dumps(self.example, separators=(",", ":"))

    def json_at(self, now_iso: str) -> str:
        """Return the example as JSON; to parse it is the quickest way to make a copy.

        >>> EventModel({"user": {"created_at": NOW}}).json_at("2025-01-01T00:00:00.000Z")
        '{"user":{"created_at":"2025-01-01T00:00:00.000Z"}}'
        """
        return self._example_as_json.replace(_NOW_AS_JSON, json.dumps(now_iso))


def build_event(model: EventModel, now_iso: str, overrides: Mapping[str, Any]) -> dict[str, Any]:
    """Return a fresh event: the model's example at *now_iso*, with *overrides* merged deeply.

    Raises:
        UsageError: an override names a field that the event doesn't have.

    >>> model = EventModel({"user": {"email": "a@example.com", "created_at": NOW}})
    >>> build_event(model, "2025-01-01T00:00:00.000Z", {"user": {"email": "b@example.com"}})
    {'user': {'email': 'b@example.com', 'created_at': '2025-01-01T00:00:00.000Z'}}
    """
    event: dict[str, Any] = json.loads(model.json_at(now_iso))
    _merge(event, overrides, "", model, free=False)
    return event


def _copied(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _copied(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_copied(inner) for inner in value]
    return value


def _merge(
    into: dict[str, Any], overrides: Mapping[str, Any], at: str, model: EventModel, *, free: bool
) -> None:
    """Lay *overrides* over *into*, which is the place *at*; *free* places take any field."""
    for name, value in overrides.items():
        path = f"{at}.{name}" if at else name
        present = into.get(name)
        if name not in into:
            if not free and path not in model.undocumented:
                _refuse_slip(name, path, at, into, model)
        elif isinstance(present, dict):
            inside_free = free or path in model.anything
            if isinstance(value, Mapping):
                _merge(present, value, path, model, free=inside_free)
                continue
            if value is not None and not inside_free:
                raise UsageError(
                    f"event.{path} is an object.",
                    f"Given: {value!r}.",
                    f"Pass a dict of its fields ({', '.join(present)}), or None.",
                )
        into[name] = _copied(value)


def _refuse_slip(
    name: str, path: str, at: str, fields: Mapping[str, Any], model: EventModel
) -> None:
    place = f"event.{at}" if at else "event"
    extensible = at in model.extensible
    nearest = difflib.get_close_matches(name.lower(), fields, n=1, cutoff=_SLIP_RATIO)
    if extensible and not nearest:
        return
    if nearest:
        advice = f"Did you mean {place}.{nearest[0]}? If not, set it on the finished event."
    else:
        advice = f"Its fields are {', '.join(fields)}; others can be set on the finished event."
    raise UsageError(f"{place} has no field {name!r}.", f"Given: {path}.", advice)


def find_unjson(value: object, path: str, inside: tuple[object, ...] = ()) -> tuple[str, object]:
    """Return the first place in *value* that JSON has no word for, and what is there.

    Args:
        value: what `json.dumps` refused.
        path: the name of the place where *value* is.
        inside: what *value* lies in.

    >>> find_unjson({"user": {"tags": {"a"}}}, "event")
    ('event.user.tags', {'a'})
    """
    if any(value is outer for outer in inside):
        return path, value
    places: Iterable[tuple[str, object]] = ()
    if isinstance(value, Mapping):
        places = ((f"{path}.{key}", inner) for key, inner in value.items())
    elif isinstance(value, list | tuple):
        places = ((f"{path}[{index}]", inner) for index, inner in enumerate(value))
    for place, inner in places:
        try:
            json.dumps(inner, allow_nan=False)
        except (TypeError, ValueError):
            return find_unjson(inner, place, (*inside, value))
    return path, value
