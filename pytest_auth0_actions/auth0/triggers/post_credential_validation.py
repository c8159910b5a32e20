"""The trigger post-credential-validation, of limited release: it runs when a password was checked.

Source: https://auth0.com/docs/customize/actions/explore-triggers/post-credential-validation
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pytest_auth0_actions.auth0.context import Context, State
from pytest_auth0_actions.auth0.events import event_model
from pytest_auth0_actions.auth0.handlers import HANDLERS_OF
from pytest_auth0_actions.auth0.namespace import Api
from pytest_auth0_actions.auth0.namespaces.access import Access, Denial
from pytest_auth0_actions.auth0.namespaces.authentication import (
    CredentialValidationAuthenticationAPI,
)
from pytest_auth0_actions.auth0.namespaces.cache import CacheAPI, CacheStore
from pytest_auth0_actions.auth0.namespaces.transaction import (
    MetadataTransactionAPI,
    transaction_metadata,
)
from pytest_auth0_actions.auth0.outcome import Outcome
from pytest_auth0_actions.auth0.triggers.model import Trigger


class PostCredentialValidationAPI(Api):
    """The `api` of a post-credential-validation Action.

    >>> api = PostCredentialValidationAPI(CacheStore(lambda: 0))
    >>> api.authentication.deny({"reason": "The account is locked"})

    Source: https://auth0.com/docs/customize/actions/explore-triggers/post-credential-validation
    """

    trigger_id = "post-credential-validation"

    def __init__(self, store: CacheStore, context: Context | None = None) -> None:
        context = context or Context(store.now_ms)
        super().__init__(context)
        self.authentication: CredentialValidationAuthenticationAPI[PostCredentialValidationAPI] = (
            CredentialValidationAuthenticationAPI(context)
        )
        self.cache = CacheAPI(store, context)
        self.transaction: MetadataTransactionAPI[PostCredentialValidationAPI] = (
            MetadataTransactionAPI(context)
        )


@dataclass(frozen=True, slots=True, repr=False)
class PostCredentialValidationOutcome(Outcome):
    """The result of a check of credentials.

    Attributes:
        denied: why the login fails as if they were wrong; None if it does not.
        transaction_metadata: what the Actions of post-login find in their event.
    """

    denied: Denial | None = None
    transaction_metadata: dict[str, Any] = field(default_factory=dict)


def _outcome(state: State, event: Mapping[str, Any]) -> PostCredentialValidationOutcome:
    return PostCredentialValidationOutcome(state.of(Access).denial, transaction_metadata(event))


POST_CREDENTIAL_VALIDATION = Trigger(
    id=PostCredentialValidationAPI.trigger_id,
    handlers=HANDLERS_OF[PostCredentialValidationAPI.trigger_id],
    event=event_model(PostCredentialValidationAPI.trigger_id),
    api=PostCredentialValidationAPI,
    outcome=_outcome,
)
