"""Builds events: each trigger's fields, its default event and its variants are data."""

from __future__ import annotations

from pytest_auth0_actions.auth0.events.build import (
    build_event,
    find_unjson,
    override_event,
)
from pytest_auth0_actions.auth0.events.model import (
    EventModel,
    event_model,
    event_variants,
    triggers_with,
)
from pytest_auth0_actions.auth0.events.own import likely_mistakes

__all__ = [
    "EventModel",
    "build_event",
    "event_model",
    "event_variants",
    "find_unjson",
    "likely_mistakes",
    "override_event",
    "triggers_with",
]
