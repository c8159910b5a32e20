"""The trigger post-user-registration: it runs after a user was created, and blocks nothing.

Sources:
https://auth0.com/docs/actions/reference/post-user-registration/post-user-registration-event-object
https://auth0.com/docs/actions/reference/post-user-registration/post-user-registration-api-object
https://github.com/auth0/auth0-actions (src/post-user-registration/v2)
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


class PostUserRegistrationAPI(Api):
    """The `api` of a post-user-registration Action: `api.cache`, and nothing else.

    Attributes:
        cache: what the Action knows as `api.cache`.

    >>> PostUserRegistrationAPI(CacheStore(lambda: 0)).cache.get("token") is None
    True

    Source: https://auth0.com/docs/actions/reference/post-user-registration/post-user-registration-api-object
    """

    trigger_id = "post-user-registration"

    def __init__(self, store: CacheStore, context: Context | None = None) -> None:
        context = context or Context(store.now_ms)
        super().__init__(context)
        self.cache = CacheAPI(store, context)


@dataclass(frozen=True, slots=True, repr=False)
class PostUserRegistrationOutcome(Outcome):
    """The result of the run: nothing, as an Action of this trigger can change nothing."""


def _outcome(state: State, event: Mapping[str, Any]) -> PostUserRegistrationOutcome:
    return PostUserRegistrationOutcome()


POST_USER_REGISTRATION = Trigger(
    id=PostUserRegistrationAPI.trigger_id,
    handlers=HANDLERS_OF[PostUserRegistrationAPI.trigger_id],
    event=event_model(PostUserRegistrationAPI.trigger_id),
    api=PostUserRegistrationAPI,
    outcome=_outcome,
)
