"""The trigger custom-phone-provider: its Action sends a message to a phone.

Sources:
https://auth0.com/docs/actions/reference/custom-phone-provider/custom-phone-provider-event-object
https://auth0.com/docs/actions/reference/custom-phone-provider/custom-phone-provider-api-object
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


class CustomPhoneProviderAPI(Api):
    """The `api` of a custom-phone-provider Action.

    >>> CustomPhoneProviderAPI(CacheStore(lambda: 0)).notification.retry("Busy")

    Source: https://auth0.com/docs/actions/reference/custom-phone-provider/custom-phone-provider-api-object
    """

    trigger_id = "custom-phone-provider"

    def __init__(self, store: CacheStore, context: Context | None = None) -> None:
        context = context or Context(store.now_ms)
        super().__init__(context)
        self.cache = CacheAPI(store, context)
        self.notification: NotificationAPI[CustomPhoneProviderAPI] = NotificationAPI(context)


@dataclass(frozen=True, slots=True, repr=False)
class CustomPhoneProviderOutcome(Outcome):
    """What becomes of a message.

    Attributes:
        notification: whether it is dropped or sent again, and why; None if it was delivered.
    """

    notification: Notification | None = None


def _outcome(state: State, event: Mapping[str, Any]) -> CustomPhoneProviderOutcome:
    return CustomPhoneProviderOutcome(state.of(Delivery).last)


CUSTOM_PHONE_PROVIDER = Trigger(
    id=CustomPhoneProviderAPI.trigger_id,
    handlers=HANDLERS_OF[CustomPhoneProviderAPI.trigger_id],
    event=event_model(CustomPhoneProviderAPI.trigger_id),
    api=CustomPhoneProviderAPI,
    outcome=_outcome,
)
