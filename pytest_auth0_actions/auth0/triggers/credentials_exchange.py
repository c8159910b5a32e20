"""The trigger credentials-exchange: it runs before a machine gets its token.

Sources:
https://auth0.com/docs/actions/reference/credentials-exchange/credentials-exchange-event-object
https://auth0.com/docs/actions/reference/credentials-exchange/credentials-exchange-api-object
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
    CredentialsAccessAPI,
    CredentialsDenial,
)
from pytest_auth0_actions.auth0.namespaces.cache import CacheAPI, CacheStore
from pytest_auth0_actions.auth0.namespaces.claims import (
    AccessTokenClaims,
    CredentialsAccessTokenAPI,
    DroppedClaim,
    dropped_claims,
    is_issued,
    kept_claims,
    no_claims,
)
from pytest_auth0_actions.auth0.namespaces.transaction import (
    CredentialsTransactionAPI,
    target_scopes,
)
from pytest_auth0_actions.auth0.outcome import Outcome
from pytest_auth0_actions.auth0.triggers.model import Trigger


class CredentialsExchangeAPI(Api):
    """The `api` of a credentials-exchange Action.

    >>> api = CredentialsExchangeAPI(CacheStore(lambda: 0))
    >>> api.accessToken.setCustomClaim("https://shop.example/tier", "gold") is api
    True

    Source: https://auth0.com/docs/actions/reference/credentials-exchange/credentials-exchange-api-object
    """

    trigger_id = "credentials-exchange"

    def __init__(self, store: CacheStore, context: Context | None = None) -> None:
        context = context or Context(store.now_ms)
        super().__init__(context)
        self.access: CredentialsAccessAPI[CredentialsExchangeAPI] = CredentialsAccessAPI(context)
        self.accessToken: CredentialsAccessTokenAPI[CredentialsExchangeAPI] = (
            CredentialsAccessTokenAPI(context)
        )
        self.cache = CacheAPI(store, context)
        self.transaction: CredentialsTransactionAPI[CredentialsExchangeAPI] = (
            CredentialsTransactionAPI(context)
        )


@dataclass(frozen=True, slots=True, repr=False)
class CredentialsToken(Outcome):
    """An access token of a machine; it is true if it is issued.

    Attributes:
        claims: the custom claims in it.
        target_scopes: the scopes that are asked of the grant, which alone can give them.
    """

    claims: dict[str, Any] = field(default_factory=dict)
    target_scopes: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return is_issued(self.claims)


@dataclass(frozen=True, slots=True, repr=False)
class CredentialsExchangeOutcome(Outcome):
    """The result of an exchange of credentials.

    Attributes:
        denied: why it was denied; None if it was not.
        access_token: its custom claims and scopes; none if it is not issued.
        dropped_claims: the claims that Auth0 leaves out.
    """

    denied: CredentialsDenial | None = None
    access_token: CredentialsToken = field(default_factory=CredentialsToken)
    dropped_claims: tuple[DroppedClaim, ...] = ()


def _outcome(state: State, event: Mapping[str, Any]) -> CredentialsExchangeOutcome:
    denied = state.of(Access).denial
    if denied is not None:
        token = CredentialsToken(no_claims("the exchange is denied by access.deny"))
        return CredentialsExchangeOutcome(denied, token, ())
    claims = kept_claims(state, event, AccessTokenClaims)
    token = CredentialsToken(claims, target_scopes(event))
    return CredentialsExchangeOutcome(None, token, dropped_claims(claims))


CREDENTIALS_EXCHANGE = Trigger(
    id=CredentialsExchangeAPI.trigger_id,
    handlers=HANDLERS_OF[CredentialsExchangeAPI.trigger_id],
    event=event_model(CredentialsExchangeAPI.trigger_id),
    api=CredentialsExchangeAPI,
    outcome=_outcome,
)
