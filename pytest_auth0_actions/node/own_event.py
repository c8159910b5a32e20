"""Writes the call that has the fields of a test's own event laid over a complete one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pytest_auth0_actions.auth0.events import build_event, likely_mistakes
from pytest_auth0_actions.auth0.events.merge import merge
from pytest_auth0_actions.auth0.events.model import EventModel
from pytest_auth0_actions.errors import NearMissWarning, UsageError
from pytest_auth0_actions.values import Event
from pytest_auth0_actions.world.masking import Mask
from pytest_auth0_actions.world.warn import warn_caller

NOW: Final = "2025-01-01T00:00:00.000Z"
"""Any instant: what is refused does not depend on it."""
_LONGEST: Final = 240  # in characters


class _Open:
    def __repr__(self) -> str:
        return "..."


OPEN: Final = _Open()
"""What stands in a call for a value that the test has to think of."""


def refusal(model: EventModel, fields: Mapping[str, Any]) -> UsageError | None:
    """Return why an event can't be made of some fields; None if it can.

    >>> refusal(EventModel("post-login"), {"user": {"email": OPEN}}) is None
    True
    """
    try:
        build_event(model, NOW, _filled(fields))
    except UsageError as error:
        return error
    return None


def run_by_name(
    model: EventModel, own: Mapping[str, Any], more: Mapping[str, Any], call: str = "action.run"
) -> str | None:
    """Return the call that passes an event by its fields; None if it would be refused.

    Args:
        model: what an event of the trigger holds.
        own: the event that the test has made itself.
        more: what is laid over that.
        call: what the test has called.

    >>> own = {"user": {"email_verified": False}}
    >>> run_by_name(EventModel("post-login"), own, {"stats": {"logins_count": OPEN}})
    "action.run(user={'email_verified': False}, stats={'logins_count': ...})"
    """
    fields: dict[str, Any] = {}
    try:
        merge(fields, own)
        merge(fields, more)
        if refusal(model, fields) is not None:
            return None
        shown = ", ".join(f"{name}={value!r}" for name, value in fields.items())
    except RecursionError:
        return None
    if len(shown) > _LONGEST:
        if own.keys() & more.keys():
            return None
        shown = ", ".join(["**event", *(f"{name}={value!r}" for name, value in more.items())])
    return f"{call}({shown})"


def event_and_fields(
    model: EventModel,
    event: Mapping[str, Any],
    variant: str | None,
    overrides: Mapping[str, Any],
    call: str,
    mask: Mask,
) -> UsageError:
    """Return the error for an event, and fields to make one from, in one call.

    Args:
        model: what an event of the trigger holds.
        event: the event.
        variant: which of the trigger's events the fields are for.
        overrides: the fields.
        call: what the test has called.
        mask: hides secrets.
    """
    given = [*overrides, *(["variant"] if variant is not None else [])]
    by_name = None
    if not isinstance(event, Event) and variant is None:
        by_name = run_by_name(model, event, overrides, call)
    return UsageError(
        "[A414] A run takes an event, or fields to make one from, but not both.",
        f"Given: an event, and {', '.join(given)}.",
        "Put them into make_event(...), or leave the event out."
        if by_name is None
        else f"Pass all fields by name, and the rest is as usual: {mask.from_action(by_name)}.",
    )


def warn_of_own(model: EventModel, event: Mapping[str, Any]) -> None:
    """Warn of likely mistakes in an event that the test has made itself.

    Args:
        model: what an event of the trigger holds.
        event: the event.
    """
    for mistake in likely_mistakes(model, event):
        warn_caller((NearMissWarning, f"[A744] The test's own dict looks wrong: {mistake}"))


def _filled(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _filled(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner) for inner in value]
    return None if value is OPEN else value
