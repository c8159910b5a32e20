"""The trigger send-phone-message: its Action sends the message of a second factor.

Sources:
https://auth0.com/docs/actions/reference/send-phone-message/send-phone-message-event-object
https://auth0.com/docs/actions/reference/send-phone-message/send-phone-message-api-object
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


class SendPhoneMessageAPI(Api):
    """The `api` of a send-phone-message Action: `api.cache`, and nothing else.

    >>> SendPhoneMessageAPI(CacheStore(lambda: 0)).cache.get("token") is None
    True

    Source: https://auth0.com/docs/actions/reference/send-phone-message/send-phone-message-api-object
    """

    trigger_id = "send-phone-message"

    def __init__(self, store: CacheStore, context: Context | None = None) -> None:
        context = context or Context(store.now_ms)
        super().__init__(context)
        self.cache = CacheAPI(store, context)


@dataclass(frozen=True, slots=True, repr=False)
class SendPhoneMessageOutcome(Outcome):
    """The result of the run: nothing; the message is sent unless the Action throws."""


def _outcome(state: State, event: Mapping[str, Any]) -> SendPhoneMessageOutcome:
    return SendPhoneMessageOutcome()


SEND_PHONE_MESSAGE = Trigger(
    id=SendPhoneMessageAPI.trigger_id,
    handlers=HANDLERS_OF[SendPhoneMessageAPI.trigger_id],
    event=event_model(SendPhoneMessageAPI.trigger_id),
    api=SendPhoneMessageAPI,
    outcome=_outcome,
)
