"""The trigger custom-token-exchange: it chooses whose tokens a token is exchanged for.

Sources:
https://auth0.com/docs/actions/reference/custom-token-exchange/custom-token-exchange-event-object
https://auth0.com/docs/actions/reference/custom-token-exchange/custom-token-exchange-api-object
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pytest_auth0_actions.auth0.context import Advice, Context, State
from pytest_auth0_actions.auth0.events import event_model
from pytest_auth0_actions.auth0.handlers import HANDLERS_OF
from pytest_auth0_actions.auth0.namespace import Api
from pytest_auth0_actions.auth0.namespaces.access import Access, ExchangeAccessAPI, ExchangeDenial
from pytest_auth0_actions.auth0.namespaces.authentication import (
    ExchangeAuthenticationAPI,
    ExchangeChoice,
    ExchangeUser,
    exchange_user,
)
from pytest_auth0_actions.auth0.namespaces.cache import CacheAPI, CacheStore
from pytest_auth0_actions.auth0.namespaces.transaction import (
    ExchangeTransactionAPI,
    transaction_metadata,
)
from pytest_auth0_actions.auth0.namespaces.user import ExchangeUserAPI
from pytest_auth0_actions.auth0.outcome import Outcome, owned
from pytest_auth0_actions.auth0.triggers.model import Trigger
from pytest_auth0_actions.errors import NoUserWarning


class CustomTokenExchangeAPI(Api):
    """The `api` of a custom-token-exchange Action.

    >>> api = CustomTokenExchangeAPI(CacheStore(lambda: 0))
    >>> api.authentication.setUserById("auth0|1")

    Source: https://auth0.com/docs/actions/reference/custom-token-exchange/custom-token-exchange-api-object
    """

    trigger_id = "custom-token-exchange"

    def __init__(self, store: CacheStore, context: Context | None = None) -> None:
        context = context or Context(store.now_ms)
        super().__init__(context)
        self.access: ExchangeAccessAPI[CustomTokenExchangeAPI] = ExchangeAccessAPI(context)
        self.authentication: ExchangeAuthenticationAPI[CustomTokenExchangeAPI] = (
            ExchangeAuthenticationAPI(context)
        )
        self.cache = CacheAPI(store, context)
        self.transaction: ExchangeTransactionAPI[CustomTokenExchangeAPI] = ExchangeTransactionAPI(
            context
        )
        self.user: ExchangeUserAPI[CustomTokenExchangeAPI] = ExchangeUserAPI(context)


@dataclass(frozen=True, slots=True, repr=False)
class CustomTokenExchangeOutcome(Outcome):
    """The result of a custom token exchange.

    Attributes:
        denied: who denied it, and why; None if nobody did.
        user: the user that the tokens are for; None if none was chosen.
        organization: the id or name of the organization; None for none.
        actor: who acts for the user; None for nobody.
        transaction_metadata: what the Actions of post-login find in their event.
    """

    denied: ExchangeDenial | None = None
    user: ExchangeUser | None = None
    organization: str | None = None
    actor: dict[str, Any] | None = None
    transaction_metadata: dict[str, Any] = field(default_factory=dict)


def _outcome(state: State, event: Mapping[str, Any]) -> CustomTokenExchangeOutcome:
    choice = state.of(ExchangeChoice)
    return CustomTokenExchangeOutcome(
        denied=state.of(Access).denial,
        user=exchange_user(state, event),
        organization=choice.organization,
        actor=owned(choice.actor),
        transaction_metadata=transaction_metadata(event),
    )


def _advise(state: State) -> Sequence[Advice]:
    users = state.of(ExchangeChoice).users
    if state.of(Access).denial is not None or users == 1:
        return ()
    chosen = "No user was chosen" if users == 0 else f"A user was chosen {users} times"
    text = (
        f"[A724] {chosen}, and the exchange would fail at Auth0. Call either "
        "api.authentication.setUserById() or setUserByConnection() once, or deny access."
    )
    return [(NoUserWarning, text)]


CUSTOM_TOKEN_EXCHANGE = Trigger(
    id=CustomTokenExchangeAPI.trigger_id,
    handlers=HANDLERS_OF[CustomTokenExchangeAPI.trigger_id],
    event=event_model(CustomTokenExchangeAPI.trigger_id),
    api=CustomTokenExchangeAPI,
    outcome=_outcome,
    advise=_advise,
)
