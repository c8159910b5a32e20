"""The trigger event-stream: it runs for each event of a stream, and blocks nothing.

Sources:
https://auth0.com/docs/actions/reference/event-stream/event-stream-event-object
https://auth0.com/docs/actions/reference/event-stream/event-stream-api-object
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pytest_auth0_actions.auth0.context import Context, State
from pytest_auth0_actions.auth0.events import event_model
from pytest_auth0_actions.auth0.handlers import HANDLERS_OF
from pytest_auth0_actions.auth0.namespace import Api
from pytest_auth0_actions.auth0.namespaces.cache import CacheAPI, CacheStore
from pytest_auth0_actions.auth0.outcome import Outcome
from pytest_auth0_actions.auth0.triggers.model import Trigger


class EventStreamAPI(Api):
    """The `api` of a event-stream Action: `api.cache`, and nothing else.

    >>> EventStreamAPI(CacheStore(lambda: 0)).cache.get("token") is None
    True

    Source: https://auth0.com/docs/actions/reference/event-stream/event-stream-api-object
    """

    trigger_id = "event-stream"

    def __init__(self, store: CacheStore, context: Context | None = None) -> None:
        context = context or Context(store.now_ms)
        super().__init__(context)
        self.cache = CacheAPI(store, context)


@dataclass(frozen=True, slots=True, repr=False)
class EventStreamOutcome(Outcome):
    """The result of the run: nothing, as an Action of this trigger can change nothing."""


def _outcome(state: State, event: Mapping[str, Any]) -> EventStreamOutcome:
    return EventStreamOutcome()


EVENT_STREAM = Trigger(
    id=EventStreamAPI.trigger_id,
    handlers=HANDLERS_OF[EventStreamAPI.trigger_id],
    event=event_model(EventStreamAPI.trigger_id),
    api=EventStreamAPI,
    outcome=_outcome,
)
