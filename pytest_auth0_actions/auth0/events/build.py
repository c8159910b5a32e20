"""Builds an event: a trigger's own, with the test's overrides laid over it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from pytest_auth0_actions.auth0.events.fields import Field
from pytest_auth0_actions.auth0.events.merge import is_undefined, merge
from pytest_auth0_actions.auth0.events.model import (
    SLIP_RATIO,
    EventModel,
    nearest,
    triggers_with,
)
from pytest_auth0_actions.errors import UsageError, hides_our_frames

__tracebackhide__ = hides_our_frames


_OF_MARKER: Final = frozenset({"allow_hosts", "cache_rules", "fresh_node", "now"})
_OF_LOAD_ACTION: Final = frozenset({"modules", "packages", "time_limit_s", "trigger"})
_SECRETS: Final = "secrets"
_PASSED: Final = {"string": "text", "number": "a number", "boolean": "True or False"}


def build_event(
    model: EventModel, now_iso: str, overrides: Mapping[str, Any], *, variant: str | None = None
) -> dict[str, Any]:
    """Return a fresh event: the model's at *now_iso*, with *overrides* merged deeply.

    Objects merge, all else replaces, and `UNDEFINED` removes a field.

    Args:
        model: what the event holds.
        now_iso: the clock's time, as JavaScript's `toISOString()` writes it.
        overrides: what differs.
        variant: one of the model's variants; None stands for the default event.

    Raises:
        UsageError: an override names a field that the event doesn't have, or there is no such
            variant.

    >>> fields = {"user": {"email?": "string", "created_at": "string"}}
    >>> event = {"user": {"email": "a@example.com", "created_at": "{now}"}}
    >>> model = EventModel("post-login", {"fields": fields, "event": event})
    >>> build_event(model, "2025-01-01T00:00:00.000Z", {"user": {"email": "b@example.com"}})
    {'user': {'email': 'b@example.com', 'created_at': '2025-01-01T00:00:00.000Z'}}
    """
    event: dict[str, Any] = json.loads(model.json_at(now_iso, variant))
    override_event(model, event, overrides)
    return event


def override_event(model: EventModel, event: dict[str, Any], overrides: Mapping[str, Any]) -> None:
    """Lay *overrides* over an event of the model; see `build_event`."""
    if not overrides:
        return
    try:
        _check(overrides, model, model.fields, "")
        merge(event, overrides)
    except RecursionError:
        raise UsageError(
            "[A201] An override contains itself, or is nested too deeply.",
            f"Given: overrides of {', '.join(overrides)}.",
            "Pass plain data: dicts, lists, text, numbers, booleans and None.",
        ) from None


def _check(value: Any, model: EventModel, field: Field, at: str) -> None:
    """Refuse what can't stand at a place: fields that it doesn't have, a scalar for an object."""
    if value is None or is_undefined(value) or not field.documented or field.type == "any":
        return
    values = field.values
    if field.type == "object" or values is not None:
        if not isinstance(value, Mapping):
            raise UsageError(
                f"[A202] event.{at} must be an object.",
                f"Given: {_shown(value, at)}.",
                f"Pass a dict, or None. {_set(value, at)}"
                if values is not None
                else f"Pass a dict of its fields ({', '.join(field.names)}), or None.",
            )
        for name, inner in value.items():
            known = field.fields.get(name)
            path = f"{at}.{name}" if at else str(name)
            if values is not None:
                _check_type(inner, values, at, name)
            elif known is None:
                _refuse_slip(name, inner, path, at, model, field)
            else:
                _check(inner, model, known, path)
    elif field.item is not None:
        if not isinstance(value, list | tuple):
            raise UsageError(
                f"[A203] event.{at} must be a list.", f"Given: {value!r}.", "Pass a list, or None."
            )
        for index, inner in enumerate(value):
            _check(inner, model, field.item, f"{at}[{index}]")
    else:
        _check_type(value, field, at)


def _check_type(value: Any, field: Field, at: str, *names: object) -> None:
    """Refuse a value of a type that a field does not have.

    Args:
        value: the value.
        field: what it may be.
        at: where it is, or what it lies in.
        names: its name, where that may have a dot.
    """
    types = field.types
    if field.type != "any" and _type_of(value) not in {*types, None}:
        raise UsageError(
            f"[A226] event.{'.'.join([at, *map(str, names)])} must be a {' or a '.join(types)}.",
            f"Given: {_shown(value, at)}.",
            f"Pass {' or '.join(_PASSED[each] for each in types)}. {_set(value, at, *names)}",
        )


def _type_of(value: object) -> str | None:
    """Return what JavaScript makes of plain data; None for what is none."""
    types = {
        bool: "boolean",
        int | float: "number",
        str: "string",
        Mapping: "object",
        list | tuple: "list",
    }
    return next((name for each, name in types.items() if isinstance(value, each)), None)


def _shown(value: object, at: str) -> str:
    """Return what was given; of what may be a secret, its type."""
    return f"a value of type {type(value).__name__}" if _is_secret(at) else repr(value)


def _set(value: object, at: str, *names: object) -> str:
    """Return how to try what Auth0 does not send."""
    shown = "VALUE" if _is_secret(at) else repr(value)
    return f"For another type, set it on the finished event: {_written(at, *names)} = {shown}."


def _is_secret(at: str) -> bool:
    return at.partition(".")[0] == _SECRETS


def _written(path: str, *names: object) -> str:
    """Return how a test writes a place of an event, such as ``event["user"]["email"]``.

    Args:
        path: the place, or what it lies in.
        names: what follows, where a name may have a dot.
    """
    steps = [each.partition("[") for each in path.split(".") if each]
    found = "".join(f'["{name}"]{opens}{rest}' for name, opens, rest in steps)
    return "event" + found + "".join(f'["{name}"]' for name in names)


def _refuse_slip(
    name: object, value: object, path: str, at: str, model: EventModel, field: Field
) -> None:
    """Raise for an unknown *name*, unless the place is open and the name is no slip."""
    set_it = f"{_written(at, name)} = VALUE"
    place = f"event.{at}" if at else "event"
    near = nearest(name, field.names, SLIP_RATIO)
    longer, elsewhere = _longer(str(name), field) if at else [], ""
    likes = longer if near in longer else [near] if near is not None else []
    if not likes:
        elsewhere = _elsewhere(str(name), model, at) if at in {"", *model.fields.names} else ""
        # Nothing is no value for a field of one's own, but for one that a user may lack.
        if elsewhere or not field.open or value is None or is_undefined(value):
            likes = longer
        if field.open and not elsewhere and not likes:
            return
    if likes:
        meant = " or ".join(f"{place}.{each}" for each in likes)
        advice = f"Did you mean {meant}? If not, set it on the finished event: {set_it}."
    else:
        names = ", ".join(field.names)
        others = f"others can be set on the finished event: {set_it}."
        advice = f"{elsewhere}Its fields are {names}; {others}"
    owner = place if at else f"The event of {model.trigger_id}"
    raise UsageError(f"[A204] {owner} has no field {name!r}.", f"Given: {path}.", advice)


def _longer(name: str, field: Field) -> list[str]:
    """Return the fields whose names begin or end with a name, as `phone_number` with `phone`."""
    return [
        each for each in field.names if each.startswith(f"{name}_") or each.endswith(f"_{name}")
    ]


def _elsewhere(name: str, model: EventModel, at: str) -> str:
    """Return where there is a field of that name: in a part of the event, or in another trigger's.

    The user's comes first, and then what is in each event.

    Args:
        name: the name.
        model: what the event holds.
        at: the part in which there is none; empty for the event itself.
    """
    parts = model.fields.fields
    owners = [each for each, field in parts.items() if name in field.names]
    if owners:
        owner = min(owners, key=lambda each: (each != "user", parts[each].optional))
        return f"There is event.{owner}.{name}: pass {owner}={{{name!r}: ...}}. "
    if at:
        return ""
    if name in _OF_LOAD_ACTION:
        first = " make_event() takes it first, without a name." if name == "trigger" else ""
        return f"It is an argument of load_action(..., {name}=...).{first} "
    if name in _OF_MARKER:
        return f"It is a keyword of the marker: @pytest.mark.auth0({name}=...). "
    triggers = triggers_with(name)
    if not triggers:
        return ""
    other = "post-login" if "post-login" in triggers else triggers[0]
    return f"That of {other} has: if the Action is for that trigger, use action.make_event(...). "


def find_unjson(value: object, path: str, inside: tuple[object, ...] = ()) -> tuple[str, object]:
    """Return the first place in *value* that JSON can't represent, and what is there.

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
