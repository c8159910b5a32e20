"""The trigger pre-user-registration: it runs before a user is created.

Sources:
https://auth0.com/docs/actions/reference/pre-user-registration/pre-user-registration-event-object
https://auth0.com/docs/actions/reference/pre-user-registration/pre-user-registration-api-object
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pytest_auth0_actions.auth0.context import Context, State
from pytest_auth0_actions.auth0.events import event_model
from pytest_auth0_actions.auth0.handlers import HANDLERS_OF
from pytest_auth0_actions.auth0.namespace import Api
from pytest_auth0_actions.auth0.namespaces.access import (
    Access,
    RegistrationAccessAPI,
    RegistrationDenial,
)
from pytest_auth0_actions.auth0.namespaces.cache import CacheAPI, CacheStore
from pytest_auth0_actions.auth0.namespaces.user import (
    NewUser,
    RegistrationUserAPI,
    UserChanges,
    saved_metadata,
)
from pytest_auth0_actions.auth0.namespaces.validation import (
    RegistrationValidationAPI,
    Validation,
    ValidationError,
)
from pytest_auth0_actions.auth0.outcome import Outcome
from pytest_auth0_actions.auth0.triggers.model import Trigger


class PreUserRegistrationAPI(Api):
    """The `api` of a pre-user-registration Action.

    >>> api = PreUserRegistrationAPI(CacheStore(lambda: 0))
    >>> api.user.setUserMetadata("theme", "dark").user.setAppMetadata("plan", "free") is api
    True

    Source: https://auth0.com/docs/actions/reference/pre-user-registration/pre-user-registration-api-object
    """

    trigger_id = "pre-user-registration"

    def __init__(self, store: CacheStore, context: Context | None = None) -> None:
        context = context or Context(store.now_ms)
        super().__init__(context)
        self.access: RegistrationAccessAPI[PreUserRegistrationAPI] = RegistrationAccessAPI(context)
        self.cache = CacheAPI(store, context)
        self.user: RegistrationUserAPI[PreUserRegistrationAPI] = RegistrationUserAPI(context)
        self.validation: RegistrationValidationAPI[PreUserRegistrationAPI] = (
            RegistrationValidationAPI(context)
        )


@dataclass(frozen=True, slots=True, repr=False)
class PreUserRegistrationOutcome(Outcome):
    """The result of a registration.

    Attributes:
        denied: why `api.access.deny` denied it; None if it did not.
        validation_errors: what the user has to put right.
        user: the user that is created, or would have been.
        user_is_created: whether it is: not if it was denied, nor with validation errors.
    """

    denied: RegistrationDenial | None = None
    validation_errors: tuple[ValidationError, ...] = ()
    user: NewUser = field(default_factory=NewUser)
    user_is_created: bool = True


def _outcome(state: State, event: Mapping[str, Any]) -> PreUserRegistrationOutcome:
    denied, errors = state.of(Access).denial, tuple(state.of(Validation).errors)
    return PreUserRegistrationOutcome(
        denied=denied,
        validation_errors=errors,
        user=NewUser(
            saved_metadata(state, event, "user_metadata"),
            saved_metadata(state, event, "app_metadata"),
            state.of(UserChanges).user_id,
        ),
        user_is_created=denied is None and not errors,
    )


PRE_USER_REGISTRATION = Trigger(
    id=PreUserRegistrationAPI.trigger_id,
    handlers=HANDLERS_OF[PreUserRegistrationAPI.trigger_id],
    event=event_model(PreUserRegistrationAPI.trigger_id),
    api=PreUserRegistrationAPI,
    outcome=_outcome,
)
