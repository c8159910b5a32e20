"""The trigger custom-email-provider: its Action sends an email.

Sources:
https://auth0.com/docs/actions/reference/custom-email-provider/custom-email-provider-event-object
https://auth0.com/docs/actions/reference/custom-email-provider/custom-email-provider-api-object
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
from pytest_auth0_actions.auth0.namespaces.notification import (
    Delivery,
    Notification,
    NotificationAPI,
)
from pytest_auth0_actions.auth0.outcome import Outcome
from pytest_auth0_actions.auth0.triggers.model import Trigger


class CustomEmailProviderAPI(Api):
    """The `api` of a custom-email-provider Action.

    >>> CustomEmailProviderAPI(CacheStore(lambda: 0)).notification.retry("Busy")

    Source: https://auth0.com/docs/actions/reference/custom-email-provider/custom-email-provider-api-object
    """

    trigger_id = "custom-email-provider"

    def __init__(self, store: CacheStore, context: Context | None = None) -> None:
        context = context or Context(store.now_ms)
        super().__init__(context)
        self.cache = CacheAPI(store, context)
        self.notification: NotificationAPI[CustomEmailProviderAPI] = NotificationAPI(context)


@dataclass(frozen=True, slots=True, repr=False)
class CustomEmailProviderOutcome(Outcome):
    """What becomes of a message.

    Attributes:
        notification: whether it is dropped or sent again, and why; None if it was delivered.
    """

    notification: Notification | None = None


def _outcome(state: State, event: Mapping[str, Any]) -> CustomEmailProviderOutcome:
    return CustomEmailProviderOutcome(state.of(Delivery).last)


CUSTOM_EMAIL_PROVIDER = Trigger(
    id=CustomEmailProviderAPI.trigger_id,
    handlers=HANDLERS_OF[CustomEmailProviderAPI.trigger_id],
    event=event_model(CustomEmailProviderAPI.trigger_id),
    api=CustomEmailProviderAPI,
    outcome=_outcome,
)
