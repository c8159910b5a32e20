"""What a trigger's event holds: its fields, its default event, its variants."""

from __future__ import annotations

import datetime as dt
import difflib
import functools
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from pytest_auth0_actions.auth0.events.data import (
    default_event,
    read_data,
    read_shared,
    variant_event,
)
from pytest_auth0_actions.auth0.events.fields import Field, read_field
from pytest_auth0_actions.auth0.handlers import HANDLERS_OF
from pytest_auth0_actions.calls import called_as
from pytest_auth0_actions.errors import UsageError, hides_our_frames

__tracebackhide__ = hides_our_frames

EVENT_TRIGGERS: Final = tuple(HANDLERS_OF)
"""The triggers whose events can be built; each has a file in `data`."""

# How alike a name must be to a documented one to be taken for a slip of it: "emial" and
# "emailVerified" are, "department" is not.
SLIP_RATIO: Final = 0.8

_TIME: Final = re.compile(r'"\{now(?:([+-]\d+)(ms|s|m|h|d))?\}"')
_UNIT_MS: Final = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}


class EventModel:
    """What a trigger's event holds.

    Nothing is read before it is asked for.

    Args:
        trigger_id: Auth0's name of the trigger.
        data: its fields, event and variants, in the notation of `data` and `fields`; None stands
            for the trigger's own file.

    Attributes:
        trigger_id: Auth0's name of the trigger.
    """

    def __init__(self, trigger_id: str, data: Mapping[str, Any] | None = None) -> None:
        self.trigger_id = trigger_id
        self._given = data
        self._templates: dict[str | None, _Template] = {}

    @functools.cached_property
    def _data(self) -> Mapping[str, Any]:
        return read_data(self.trigger_id) if self._given is None else self._given

    @functools.cached_property
    def fields(self) -> Field:
        """The event as one object, with the fields that it may have."""
        return read_field(self._data["fields"], read_shared()["fields"])

    def field_at(self, path: Iterable[str]) -> Field | None:
        """Return what may stand at a place; None if nothing is known of it.

        >>> EventModel("post-login").field_at(["client", "metadata", "plan"]).type
        'string'
        """
        found = self.fields
        for name in path:
            inner = found.values or found.item or found.fields.get(name)
            if inner is None:
                return None
            found = inner
        return found

    @property
    def variants(self) -> tuple[str, ...]:
        """The names of its variants."""
        return tuple(self._data.get("variants", {}))

    def json_at(self, now_iso: str, variant: str | None = None) -> str:
        """Return the default event, or a variant of it, as JSON: the clock is at *now_iso*.

        To parse it is the quickest way to make a copy.

        Raises:
            UsageError: there is no such variant.

        >>> data = {"fields": {}, "event": {"user": {"created_at": "{now-1d}"}}}
        >>> EventModel("post-login", data).json_at("2025-01-01T00:00:00.000Z")
        '{"user":{"created_at":"2024-12-31T00:00:00.000Z"}}'
        """
        if variant is not None and variant not in self.variants:
            raise UsageError(
                f"[A205] The event of {self.trigger_id} has no variant {variant!r}.",
                f"Given: variant={variant!r}.",
                _nearest_or_all(variant, self.variants, "Its variants are"),
            )
        template = self._templates.get(variant)
        if template is None:
            template = self._templates[variant] = _Template(self._event(variant))
        return template.at(now_iso)

    def _event(self, variant: str | None) -> dict[str, Any]:
        shared = read_shared()["values"]
        if variant is None:
            return default_event(self._data, shared)
        return variant_event(self._data, shared, self.fields, variant)


class _Template:
    """The JSON of an event, cut at the times that depend on the clock."""

    def __init__(self, event: Mapping[str, Any]) -> None:
        text = json.dumps(event, separators=(",", ":"))
        first, *rest = _TIME.split(text)
        self._first = first
        self._rest = [
            (int(amount or 0) * _UNIT_MS[unit or "ms"], after)
            for amount, unit, after in zip(*[iter(rest)] * 3, strict=True)
        ]
        self._offsets_ms = sorted({offset_ms for offset_ms, _ in self._rest})
        self._last: tuple[str | None, str] = (None, "")

    def at(self, now_iso: str) -> str:
        """Return the JSON with its times; the last one is kept, as most tests start alike."""
        last_iso, text = self._last
        if last_iso != now_iso:
            times = {each: f'"{_moved(now_iso, each)}"' for each in self._offsets_ms}
            text = self._first + "".join(times[each] + after for each, after in self._rest)
            self._last = (now_iso, text)
        return text


def _moved(now_iso: str, offset_ms: int) -> str:
    if not offset_ms:
        return now_iso
    now = dt.datetime.fromisoformat(now_iso.removesuffix("Z"))
    try:
        then = now + dt.timedelta(milliseconds=offset_ms)
    except OverflowError:  # the clock stands at the first or the last of all dates
        then = dt.datetime.min if offset_ms < 0 else dt.datetime.max
    return f"{then.isoformat(timespec='milliseconds')}Z"


def event_model(trigger_id: str) -> EventModel:
    """Return what the event of a trigger holds; the same object each time.

    Raises:
        UsageError: there is no such trigger.

    >>> event_model("event-stream").fields.fields["message"].names[:3]
    ('a0purpose', 'a0stream', 'a0tenant')
    """
    if trigger_id not in EVENT_TRIGGERS:
        raise UsageError(
            f"[A206] There is no trigger {trigger_id!r}.",
            f"Given: {trigger_id!r}.",
            _nearest_or_all(trigger_id, EVENT_TRIGGERS, "The triggers are"),
        )
    return _model(trigger_id)


_model = functools.cache(EventModel)


def triggers_with(name: str) -> list[str]:
    """Return the triggers whose events have a field of that name.

    >>> triggers_with("stats")
    ['password-reset-post-challenge', 'post-login']
    """
    return [each for each in EVENT_TRIGGERS if name in event_model(each).fields.names]


@called_as("event_variants('post-login')")
def event_variants(trigger: str) -> tuple[str, ...]:
    """Return the names of the variants that a trigger's event has.

    Each can be given as ``variant=`` where an event is made; without one it is the default event.

    Raises:
        UsageError: there is no such trigger.

    >>> "refresh-token" in event_variants("post-login")
    True

    Example::

        @pytest.mark.parametrize("variant", event_variants("post-login"))
        def test_every_login_gets_a_plan(load_action, variant):
            load_action("actions/plan/code.js").run(variant=variant)

    Source: https://auth0.com/docs/customize/actions/explore-triggers
    """
    return event_model(trigger).variants


def nearest(name: object, known: Iterable[str], cutoff: float) -> str | None:
    """Return the known name that is most like *name*, whatever its case; None if none is.

    >>> nearest("Email", ["email", "email_verified"], 0.8)
    'email'
    """
    by_lower = {each.lower(): each for each in known}
    found = difflib.get_close_matches(str(name).lower(), by_lower, n=1, cutoff=cutoff)
    return by_lower[found[0]] if found else None


def _nearest_or_all(name: object, known: tuple[str, ...], these_are: str) -> str:
    like = nearest(name, known, 0.6)
    return f"Did you mean {like!r}?" if like else f"{these_are} {', '.join(known)}."
