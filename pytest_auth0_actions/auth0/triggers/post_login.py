"""The trigger post-login: it runs when a user has logged in, before tokens are issued.

Sources:
https://auth0.com/docs/actions/reference/post-login/post-login-event-object
https://auth0.com/docs/actions/reference/post-login/post-login-api-object
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pytest_auth0_actions.auth0.context import Context, State
from pytest_auth0_actions.auth0.ending import Ending
from pytest_auth0_actions.auth0.events import event_model
from pytest_auth0_actions.auth0.handlers import HANDLERS_OF
from pytest_auth0_actions.auth0.namespace import Api
from pytest_auth0_actions.auth0.namespaces.access import Access, LoginAccessAPI, LoginDenial
from pytest_auth0_actions.auth0.namespaces.authentication import (
    Challenge,
    LoginAuthenticationAPI,
    RecordedMethods,
    challenge_outcome,
    enrollment_outcome,
)
from pytest_auth0_actions.auth0.namespaces.cache import CacheAPI, CacheStore
from pytest_auth0_actions.auth0.namespaces.claims import (
    AccessToken,
    AccessTokenAPI,
    AccessTokenClaims,
    DroppedClaim,
    IdTokenAPI,
    IdTokenClaims,
    Scopes,
    Token,
    dropped_claims,
    kept_claims,
    no_claims,
    scopes,
)
from pytest_auth0_actions.auth0.namespaces.groups import GroupsAPI
from pytest_auth0_actions.auth0.namespaces.multifactor import (
    Multifactor,
    MultifactorAPI,
    MultifactorRequest,
)
from pytest_auth0_actions.auth0.namespaces.prompt import Prompt, PromptAPI, prompt_outcome
from pytest_auth0_actions.auth0.namespaces.redirect import (
    LoginRedirectAPI,
    Redirect,
    redirect_outcome,
)
from pytest_auth0_actions.auth0.namespaces.refresh_token import (
    RefreshToken,
    RefreshTokenAPI,
    refresh_token_outcome,
)
from pytest_auth0_actions.auth0.namespaces.roles import RolesAPI
from pytest_auth0_actions.auth0.namespaces.rules import RulesAPI
from pytest_auth0_actions.auth0.namespaces.saml_response import (
    SamlResponse,
    SamlResponseAPI,
    saml_outcome,
)
from pytest_auth0_actions.auth0.namespaces.session import Session, SessionAPI, session_outcome
from pytest_auth0_actions.auth0.namespaces.transaction import (
    LoginTransactionAPI,
    transaction_metadata,
)
from pytest_auth0_actions.auth0.namespaces.user import (
    LoginUser,
    LoginUserAPI,
    UserChanges,
    is_changed,
    saved_metadata,
)
from pytest_auth0_actions.auth0.namespaces.validation import (
    Validation,
    ValidationAPI,
    ValidationError,
)
from pytest_auth0_actions.auth0.outcome import Outcome
from pytest_auth0_actions.auth0.triggers.model import Trigger


class PostLoginAPI(Api):
    """The `api` of a post-login Action.

    >>> api = PostLoginAPI(CacheStore(lambda: 0))
    >>> api.idToken.setCustomClaim("https://shop.example/plan", "gold").access.deny("No") is api
    True

    Source: https://auth0.com/docs/actions/reference/post-login/post-login-api-object
    """

    trigger_id = "post-login"

    def __init__(self, store: CacheStore, context: Context | None = None) -> None:
        context = context or Context(store.now_ms)
        super().__init__(context)
        self.access: LoginAccessAPI[PostLoginAPI] = LoginAccessAPI(context)
        self.accessToken: AccessTokenAPI[PostLoginAPI] = AccessTokenAPI(context)
        self.authentication: LoginAuthenticationAPI[PostLoginAPI] = LoginAuthenticationAPI(context)
        self.cache = CacheAPI(store, context)
        self.groups: GroupsAPI[PostLoginAPI] = GroupsAPI(context)
        self.idToken: IdTokenAPI[PostLoginAPI] = IdTokenAPI(context)
        self.multifactor: MultifactorAPI[PostLoginAPI] = MultifactorAPI(context)
        self.prompt: PromptAPI[PostLoginAPI] = PromptAPI(context)
        self.redirect: LoginRedirectAPI[PostLoginAPI] = LoginRedirectAPI(context)
        self.refreshToken: RefreshTokenAPI[PostLoginAPI] = RefreshTokenAPI(context)
        self.roles: RolesAPI[PostLoginAPI] = RolesAPI(context)
        self.rules: RulesAPI[PostLoginAPI] = RulesAPI(context)
        self.samlResponse: SamlResponseAPI[PostLoginAPI] = SamlResponseAPI(context)
        self.session: SessionAPI[PostLoginAPI] = SessionAPI(context)
        self.transaction: LoginTransactionAPI[PostLoginAPI] = LoginTransactionAPI(context)
        self.user: LoginUserAPI[PostLoginAPI] = LoginUserAPI(context)
        self.validation: ValidationAPI[PostLoginAPI] = ValidationAPI(context)


@dataclass(frozen=True, slots=True, repr=False)
class PostLoginOutcome(Outcome):
    """The result of a login.

    Attributes:
        denied: who denied it, and why; None if nobody did.
        id_token: its custom claims; none where the login fails and no token is issued.
        access_token: its custom claims, and how its scopes change; likewise.
        dropped_claims: the claims that Auth0 leaves out.
        user: the user's metadata, and whom it is linked to.
        redirect: where the browser is sent; None if nowhere, as in a login that fails. So are the
            next four.
        prompt: the form that is shown; None for none.
        challenge: the factors that the user is asked for; None for none.
        enrollment: the factors that the user is asked to enroll; None for none.
        multifactor: the factor that is asked for at the end; None for none.
        session: what becomes of the session.
        refresh_token: what becomes of the refresh token.
        saml_response: what was set of the SAML response.
        transaction_metadata: what Actions have stored for the rest of the transaction.
        recorded_methods: the URLs that later logins find among the methods of authentication.
        validation_errors: what the user has to put right; with any, the login fails.
    """

    denied: LoginDenial | None = None
    id_token: Token = field(default_factory=Token)
    access_token: AccessToken = field(default_factory=AccessToken)
    dropped_claims: tuple[DroppedClaim, ...] = ()
    user: LoginUser = field(default_factory=LoginUser)
    redirect: Redirect | None = None
    prompt: Prompt | None = None
    challenge: Challenge | None = None
    enrollment: Challenge | None = None
    multifactor: Multifactor | None = None
    session: Session = field(default_factory=Session)
    refresh_token: RefreshToken = field(default_factory=RefreshToken)
    saml_response: SamlResponse = field(default_factory=SamlResponse)
    transaction_metadata: dict[str, Any] = field(default_factory=dict)
    recorded_methods: tuple[str, ...] = ()
    validation_errors: tuple[ValidationError, ...] = ()


def _outcome(state: State, event: Mapping[str, Any]) -> PostLoginOutcome:
    denied, errors = state.of(Access).denial, tuple(state.of(Validation).errors)
    error = state.of(Ending).error
    why = "validation.error was called" if denied is None else f"the login is denied by {denied.by}"
    if error is not None:
        why = f"the login has failed with {error.code}"
    id_claims = access_claims = no_claims(why)
    access_scopes = Scopes()
    asked = State()  # a login that fails is over: the user has nothing more to do
    fails = denied is not None or bool(errors) or error is not None
    if not fails:  # otherwise no token is issued
        asked = state
        id_claims = (
            kept_claims(state, event, IdTokenClaims)
            if _is_id_token_asked_for(event)
            else no_claims("the scope openid was not requested")
        )
        access_claims = kept_claims(state, event, AccessTokenClaims)
        access_scopes = scopes(state)
    return PostLoginOutcome(
        denied=denied,
        id_token=Token(id_claims),
        access_token=AccessToken(access_claims, access_scopes),
        dropped_claims=dropped_claims(id_claims, access_claims),
        user=LoginUser(
            saved_metadata(state, event, "user_metadata"),
            saved_metadata(state, event, "app_metadata"),
            is_changed(state, event),
            state.of(UserChanges).primary_user,
        ),
        redirect=redirect_outcome(asked),
        prompt=prompt_outcome(asked),
        challenge=challenge_outcome(asked),
        enrollment=enrollment_outcome(asked),
        multifactor=asked.of(MultifactorRequest).last,
        session=session_outcome(state, event),
        refresh_token=refresh_token_outcome(state, event),
        saml_response=saml_outcome(state),
        transaction_metadata=transaction_metadata(event),
        recorded_methods=tuple(state.of(RecordedMethods).urls),
        validation_errors=errors,
    )


def _is_id_token_asked_for(event: Mapping[str, Any]) -> bool:
    """Return whether a login comes to an ID token, if it succeeds.

    It is asked for by its scope where the application speaks OpenID Connect. In other protocols
    claims reach what stands for it, such as an assertion of SAML.
    """
    transaction = event.get("transaction")
    if not isinstance(transaction, Mapping):
        return True
    requested = transaction.get("requested_scopes")
    is_oidc = str(transaction.get("protocol")).startswith("oidc-")
    return not is_oidc or not isinstance(requested, list) or "openid" in requested


POST_LOGIN = Trigger(
    id=PostLoginAPI.trigger_id,
    handlers=HANDLERS_OF[PostLoginAPI.trigger_id],
    event=event_model(PostLoginAPI.trigger_id),
    api=PostLoginAPI,
    outcome=_outcome,
)
