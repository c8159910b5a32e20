"""`api.access`: denies what the transaction is about."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, Literal

from pytest_auth0_actions.auth0.checks import Fields, Text, check_arguments
from pytest_auth0_actions.auth0.context import Context
from pytest_auth0_actions.auth0.explanation import Explanation, Shown
from pytest_auth0_actions.auth0.javascript import text_of
from pytest_auth0_actions.auth0.method import MISSING, method
from pytest_auth0_actions.auth0.namespace import ApiT, Namespace
from pytest_auth0_actions.auth0.outcome import Outcome
from pytest_auth0_actions.errors import AfterDenialWarning, hides_our_frames
from pytest_auth0_actions.values import UNDEFINED, ApiCall

__tracebackhide__ = hides_our_frames


@dataclass(frozen=True, slots=True, repr=False)
class Denial(Outcome):
    """Access was denied.

    Attributes:
        reason: why; None if the Action did not say.
    """

    reason: str | None


@dataclass(frozen=True, slots=True, repr=False)
class LoginDenial(Outcome):
    """A login was denied.

    Attributes:
        reason: why; None if the Action did not say.
        by: the method that denied it.
    """

    reason: str | None
    by: Literal["access.deny", "session.revoke", "refreshToken.revoke"]


@dataclass(frozen=True, slots=True, repr=False)
class RegistrationDenial(Outcome):
    """A registration was denied.

    Attributes:
        reason: what the tenant's log says; None if the Action did not say.
        user_message: what the user sees; None if the Action did not say.
    """

    reason: str | None
    user_message: str | None


@dataclass(frozen=True, slots=True, repr=False)
class CredentialsDenial(Outcome):
    """An exchange of credentials was denied.

    Attributes:
        code: the error's code, such as ``"invalid_scope"``; None if the Action did not say.
        reason: its description; None if the Action did not say.
    """

    code: str | None
    reason: str | None


@dataclass(frozen=True, slots=True, repr=False)
class ExchangeDenial(Outcome):
    """A custom token exchange was denied.

    Attributes:
        code: the error's code.
        reason: its description.
        by: the method that denied it.
    """

    code: str
    reason: str
    by: Literal["access.deny", "access.rejectInvalidSubjectToken"]


@dataclass(slots=True)
class Access:
    """What became of access.

    Attributes:
        denial: the first denial of the transaction; None if there was none.
    """

    denial: Any = None


@dataclass(slots=True)
class Steps:
    """What the user was to do before access is granted, and does not if it is denied.

    Attributes:
        without: what does not happen then, such as ``"no form is shown"``, and what asked for it.
    """

    without: dict[str, str] = field(default_factory=dict)


def deny(context: Context, denial: Outcome, what: str | None = None) -> None:
    """Deny access; of several denials the first one counts.

    Args:
        context: what the methods of the api share.
        denial: by which method, and why.
        what: what happens in any case; None for nothing.
    """
    access = context.state.of(Access)
    if access.denial is None:
        access.denial = denial
        for without, asked_by in context.in_run.of(Steps).without.items():
            context.warn(
                AfterDenialWarning,
                f"[A701] Access is denied, so {without}: api.{asked_by}() was called for nothing. "
                "Call it only where access is not denied.",
            )
    elif what is None:
        context.warn(
            AfterDenialWarning,
            "[A702] Access was denied before, and the first denial counts. Return after denying.",
        )
    else:
        warn_after_denial(context, what)


def warn_after_denial(context: Context, what: str) -> None:
    """Warn of a call that has an effect although access is denied.

    Args:
        context: what the methods of the api share.
        what: what happens all the same.
    """
    if context.state.of(Access).denial is not None:
        context.warn(
            AfterDenialWarning,
            f"[A703] Access is denied, and {what} all the same. Return after denying, if not "
            "meant.",
        )


def ask_user(context: Context, without: str) -> None:
    """Note that a call has the user do something, and warn if access is denied already.

    Args:
        context: what the methods of the api share.
        without: what does not happen when access is denied.
    """
    if context.state.of(Access).denial is None:
        context.in_run.of(Steps).without[without] = context.path
    else:
        context.warn(
            AfterDenialWarning, f"[A701] Access is denied, so {without}. Return after denying."
        )


def text_or_none(value: object) -> str | None:
    """Return a text that an Action may leave out.

    >>> text_or_none(UNDEFINED), text_or_none(5)
    (None, '5')
    """
    return None if value is None or value is UNDEFINED else text_of(value)


class _AccessAPI(Namespace[ApiT]):
    path = "access"

    def explain_call(self, call: ApiCall) -> Explanation:
        """Return the result of the denial."""
        if isinstance(call.result, Exception):
            return super().explain_call(call)
        denial = self.context.state.of(Access).denial
        reason = getattr(denial, "reason", None)
        return ("denied", *((": ", Shown(reason)) if reason is not None else ()))


class LoginAccessAPI(_AccessAPI[ApiT]):
    """`api.access` in post-login.

    Source: https://auth0.com/docs/actions/reference/post-login/post-login-api-object
    """

    @method(returns="api")
    def deny(self, reason: str) -> ApiT:
        """Deny the login; returns the api.

        What the Action has asked for besides, such as metadata, is done all the same, the rest of
        its code runs, and no later Action does.

        Args:
            reason: why, for the application.

        >>> from pytest_auth0_actions import CacheStore, PostLoginAPI
        >>> PostLoginAPI(CacheStore(lambda: 0)).access.deny("Not on a weekend").trigger_id
        'post-login'

        Source: https://auth0.com/docs/actions/reference/post-login/post-login-api-object
        """
        deny(self.context, LoginDenial(text_or_none(reason), "access.deny"))
        return self.own_api


class PasswordResetAccessAPI(_AccessAPI[ApiT]):
    """`api.access` in password-reset-post-challenge.

    Source: https://auth0.com/docs/actions/reference/password-reset-post-challenge/password-reset-post-challenge-api-object
    """

    @method(returns="nothing")
    def deny(self, reason: str) -> None:
        """Deny the reset of the password.

        Args:
            reason: why.

        >>> from pytest_auth0_actions import CacheStore, PasswordResetPostChallengeAPI
        >>> PasswordResetPostChallengeAPI(CacheStore(lambda: 0)).access.deny("Ask the help desk")

        Source: https://auth0.com/docs/actions/reference/password-reset-post-challenge/password-reset-post-challenge-api-object
        """
        deny(self.context, Denial(text_or_none(reason)))


class RegistrationAccessAPI(_AccessAPI[ApiT]):
    """`api.access` in pre-user-registration.

    Source: https://auth0.com/docs/actions/reference/pre-user-registration/pre-user-registration-api-object
    """

    @method(returns="api")
    def deny(
        self,
        reason: str,
        userMessage: str,
    ) -> ApiT:
        """Have no user created; returns the api.

        Args:
            reason: why, for the tenant's log.
            userMessage: what the user sees.

        >>> from pytest_auth0_actions import CacheStore, PreUserRegistrationAPI
        >>> api = PreUserRegistrationAPI(CacheStore(lambda: 0))
        >>> api.access.deny("blocked domain", "Use your address at work") is api
        True

        Source: https://auth0.com/docs/actions/reference/pre-user-registration/pre-user-registration-api-object
        """
        denial = RegistrationDenial(text_or_none(reason), text_or_none(userMessage))
        deny(self.context, denial)
        return self.own_api


CREDENTIALS_CODES: Final = ("invalid_scope", "invalid_request", "server_error")


class CredentialsAccessAPI(_AccessAPI[ApiT]):
    """`api.access` in credentials-exchange.

    Source: https://auth0.com/docs/actions/reference/credentials-exchange/credentials-exchange-api-object
    """

    @method(returns="api")
    def deny(
        self,
        code: str,
        reason: str = MISSING,
    ) -> ApiT:
        """Have no token issued; returns the api.

        Args:
            code: ``"invalid_scope"``, ``"invalid_request"`` or ``"server_error"``.
            reason: why.

        >>> from pytest_auth0_actions import CacheStore, CredentialsExchangeAPI
        >>> api = CredentialsExchangeAPI(CacheStore(lambda: 0))
        >>> api.access.deny("invalid_scope", "Not for this client") is api
        True

        Source: https://auth0.com/docs/actions/reference/credentials-exchange/credentials-exchange-api-object
        """
        if reason is MISSING and text_or_none(code) not in {None, *CREDENTIALS_CODES}:
            self.context.warn_of_arguments(
                "without reason",
                f"{code!r} is taken for the code, which is one of {', '.join(CREDENTIALS_CODES)}. "
                "Pass both.",
            )
        deny(self.context, CredentialsDenial(text_or_none(code), text_or_none(reason)))
        return self.own_api


_REASON = Text(most=4096, least=1)
_DENY = Fields({"code": Text(most=1024, least=1), "reason": _REASON}, required=("code", "reason"))
_REJECT = Fields({"reason": _REASON}, required=("reason",))


class ExchangeAccessAPI(_AccessAPI[ApiT]):
    """`api.access` in custom-token-exchange.

    Source: https://auth0.com/docs/actions/reference/custom-token-exchange/custom-token-exchange-api-object
    """

    @method(returns="nothing")
    def deny(
        self,
        code: str,
        reason: str,
    ) -> None:
        """Have no token issued.

        Args:
            code: the error's code: 1 to 1,024 characters.
            reason: its description: 1 to 4,096 characters.

        Raises:
            ApiThrow: one of them is missing, no string, or not of that length.

        >>> from pytest_auth0_actions import CacheStore, CustomTokenExchangeAPI
        >>> CustomTokenExchangeAPI(CacheStore(lambda: 0)).access.deny("forbidden", "Not for you")

        Source: https://auth0.com/docs/actions/reference/custom-token-exchange/custom-token-exchange-api-object
        """
        check_arguments(_DENY, "Invalid deny arguments", code=code, reason=reason)
        deny(self.context, ExchangeDenial(code, reason, "access.deny"))

    @method(returns="nothing")
    def rejectInvalidSubjectToken(
        self,
        reason: str,
    ) -> None:
        """Have no token issued, as the subject token is a forged one: it counts as an attack.

        Auth0 blocks an IP address for a time after ten of them.

        Args:
            reason: what is wrong with it: 1 to 4,096 characters.

        Raises:
            ApiThrow: it is missing, no string, or not of that length.

        >>> from pytest_auth0_actions import CacheStore, CustomTokenExchangeAPI
        >>> api = CustomTokenExchangeAPI(CacheStore(lambda: 0))
        >>> api.access.rejectInvalidSubjectToken("The signature is wrong")

        Source: https://auth0.com/docs/actions/reference/custom-token-exchange/custom-token-exchange-api-object
        """
        check_arguments(_REJECT, "Invalid rejectInvalidSubjectToken arguments", reason=reason)
        by: Literal["access.rejectInvalidSubjectToken"] = "access.rejectInvalidSubjectToken"
        deny(self.context, ExchangeDenial("invalid_request", reason, by))
