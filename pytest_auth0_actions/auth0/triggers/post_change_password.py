"""The trigger post-change-password: it runs after a password was changed, and blocks nothing.

Sources:
https://auth0.com/docs/actions/reference/post-change-password/post-change-password-event-object
https://auth0.com/docs/actions/reference/post-change-password/post-change-password-api-object
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


class PostChangePasswordAPI(Api):
    """The `api` of a post-change-password Action: `api.cache`, and nothing else.

    >>> PostChangePasswordAPI(CacheStore(lambda: 0)).cache.get("token") is None
    True

    Source: https://auth0.com/docs/actions/reference/post-change-password/post-change-password-api-object
    """

    trigger_id = "post-change-password"

    def __init__(self, store: CacheStore, context: Context | None = None) -> None:
        context = context or Context(store.now_ms)
        super().__init__(context)
        self.cache = CacheAPI(store, context)


@dataclass(frozen=True, slots=True, repr=False)
class PostChangePasswordOutcome(Outcome):
    """The result of the run: nothing, as an Action of this trigger can change nothing."""


def _outcome(state: State, event: Mapping[str, Any]) -> PostChangePasswordOutcome:
    return PostChangePasswordOutcome()


POST_CHANGE_PASSWORD = Trigger(
    id=PostChangePasswordAPI.trigger_id,
    handlers=HANDLERS_OF[PostChangePasswordAPI.trigger_id],
    event=event_model(PostChangePasswordAPI.trigger_id),
    api=PostChangePasswordAPI,
    outcome=_outcome,
)
