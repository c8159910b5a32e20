"""The trigger password-reset-post-challenge: it runs before a user gives a new password.

Sources:
https://auth0.com/docs/actions/reference/password-reset-post-challenge/password-reset-post-challenge-event-object
https://auth0.com/docs/actions/reference/password-reset-post-challenge/password-reset-post-challenge-api-object
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pytest_auth0_actions.auth0.context import Context, State
from pytest_auth0_actions.auth0.ending import Ending
from pytest_auth0_actions.auth0.events import event_model
from pytest_auth0_actions.auth0.handlers import HANDLERS_OF
from pytest_auth0_actions.auth0.namespace import Api
from pytest_auth0_actions.auth0.namespaces.access import Access, Denial, PasswordResetAccessAPI
from pytest_auth0_actions.auth0.namespaces.authentication import (
    Challenge,
    PasswordResetAuthenticationAPI,
    challenge_outcome,
)
from pytest_auth0_actions.auth0.namespaces.cache import CacheAPI, CacheStore
from pytest_auth0_actions.auth0.namespaces.prompt import Prompt, PromptAPI, prompt_outcome
from pytest_auth0_actions.auth0.namespaces.redirect import (
    PasswordResetRedirectAPI,
    Redirect,
    redirect_outcome,
)
from pytest_auth0_actions.auth0.namespaces.transaction import (
    PasswordResetTransactionAPI,
    ResultUrl,
)
from pytest_auth0_actions.auth0.outcome import Outcome
from pytest_auth0_actions.auth0.triggers.model import Trigger


class PasswordResetPostChallengeAPI(Api):
    """The `api` of a password-reset-post-challenge Action.

    >>> api = PasswordResetPostChallengeAPI(CacheStore(lambda: 0))
    >>> api.access.deny("Ask the help desk")

    Source: https://auth0.com/docs/actions/reference/password-reset-post-challenge/password-reset-post-challenge-api-object
    """

    trigger_id = "password-reset-post-challenge"

    def __init__(self, store: CacheStore, context: Context | None = None) -> None:
        context = context or Context(store.now_ms)
        super().__init__(context)
        self.access: PasswordResetAccessAPI[PasswordResetPostChallengeAPI] = PasswordResetAccessAPI(
            context
        )
        self.authentication: PasswordResetAuthenticationAPI[PasswordResetPostChallengeAPI] = (
            PasswordResetAuthenticationAPI(context)
        )
        self.cache = CacheAPI(store, context)
        self.prompt: PromptAPI[PasswordResetPostChallengeAPI] = PromptAPI(context)
        self.redirect: PasswordResetRedirectAPI[PasswordResetPostChallengeAPI] = (
            PasswordResetRedirectAPI(context)
        )
        self.transaction: PasswordResetTransactionAPI[PasswordResetPostChallengeAPI] = (
            PasswordResetTransactionAPI(context)
        )


@dataclass(frozen=True, slots=True, repr=False)
class PasswordResetPostChallengeOutcome(Outcome):
    """The result of a password reset.

    Attributes:
        denied: why it was denied; None if it was not.
        redirect: where the browser is sent; None if nowhere, as in a reset that fails. So are the
            next two.
        prompt: the form that is shown; None for none.
        challenge: the factors that the user is asked for; None for none.
        result_url: where the user goes after the reset; None for Auth0's own page.
    """

    denied: Denial | None = None
    redirect: Redirect | None = None
    prompt: Prompt | None = None
    challenge: Challenge | None = None
    result_url: str | None = None


def _outcome(state: State, event: Mapping[str, Any]) -> PasswordResetPostChallengeOutcome:
    denied = state.of(Access).denial
    # A reset that fails is over: the user has nothing more to do.
    fails = denied is not None or state.of(Ending).error is not None
    asked = State() if fails else state
    return PasswordResetPostChallengeOutcome(
        denied=denied,
        redirect=redirect_outcome(asked),
        prompt=prompt_outcome(asked),
        challenge=challenge_outcome(asked),
        result_url=state.of(ResultUrl).url,
    )


PASSWORD_RESET_POST_CHALLENGE = Trigger(
    id=PasswordResetPostChallengeAPI.trigger_id,
    handlers=HANDLERS_OF[PasswordResetPostChallengeAPI.trigger_id],
    event=event_model(PasswordResetPostChallengeAPI.trigger_id),
    api=PasswordResetPostChallengeAPI,
    outcome=_outcome,
)
