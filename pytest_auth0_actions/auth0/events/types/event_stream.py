"""The type of the event of event-stream, for annotations.

Made by ``python -m tests.auth0.events.event_types`` from `data`: to change a field, edit that.
"""

from __future__ import annotations

from typing import Any, TypedDict


class _Message(TypedDict):
    id: str
    type: str
    source: str
    specversion: str
    a0tenant: str


class Message(_Message, total=False):
    """`event.message`."""

    data: dict[str, Any] | None
    time: str | None
    a0stream: str
    a0purpose: str


class _EventStreamEvent(TypedDict):
    message: Message
    secrets: dict[str, Any]


class EventStreamEvent(_EventStreamEvent, total=False):
    """The event of event-stream."""

    configuration: Any
