"""Asks the user for a factor, or to enroll one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from pytest_auth0_actions.auth0.context import Context, State
from pytest_auth0_actions.auth0.events.model import nearest
from pytest_auth0_actions.auth0.javascript import as_json, fields_of
from pytest_auth0_actions.auth0.method import method
from pytest_auth0_actions.auth0.namespace import ApiT, Namespace
from pytest_auth0_actions.auth0.namespaces.access import ask_user
from pytest_auth0_actions.auth0.outcome import Outcome, owned
from pytest_auth0_actions.errors import MultifactorProviderWarning
from pytest_auth0_actions.values import UNDEFINED

ENROLLED: Final = (
    "otp",
    "phone",
    "push",
    "push-notification",
    "recovery-code",
    "webauthn-platform",
    "webauthn-roaming",
)
"""The types of factors that a user can enroll."""

CHALLENGED: Final = ("email", *ENROLLED)
"""The types of factors that a user can be asked for."""


@dataclass(frozen=True, slots=True, repr=False)
class Challenge(Outcome):
    """The factors of which the user is asked for one, or to enroll one.

    A run ends there. In a flow, `Transaction.pass_challenge` goes on.

    Attributes:
        factors: as the Action gave them, such as ``{"type": "otp"}``; the first one is shown,
            unless the user is given the choice.
    """

    factors: tuple[dict[str, Any], ...]


@dataclass(slots=True)
class FactorRequest:
    """What an Action has asked for.

    Attributes:
        factors: the factors.
        is_choice: whether the user chooses one first.
    """

    factors: list[dict[str, Any]]
    is_choice: bool


@dataclass(slots=True)
class FactorRequests:
    """The last request of each kind; None where there was none."""

    challenge: FactorRequest | None = None
    enrollment: FactorRequest | None = None


def challenge_outcome(state: State) -> Challenge | None:
    """Return the factors that the user is asked for; None for none."""
    return _outcome(state.of(FactorRequests).challenge)


def enrollment_outcome(state: State) -> Challenge | None:
    """Return the factors that the user is asked to enroll; None for none."""
    return _outcome(state.of(FactorRequests).enrollment)


def _outcome(request: FactorRequest | None) -> Challenge | None:
    return None if request is None else Challenge(tuple(map(owned, request.factors)))


def factors_with(factor: object, options: object) -> list[Any]:
    """Return a factor, and behind it the others that will do."""
    others = fields_of(options).get("additionalFactors")
    return [factor, *(others if isinstance(others, list) else [])]


def request_of(
    context: Context, factors: object, known: Sequence[str], *, is_choice: bool
) -> FactorRequest:
    """Return the request for one of some factors; what is no factor is left out.

    Args:
        context: what the methods of the api share; it is warned of what Auth0 does not know.
        factors: as the Action gave them.
        known: the types that Auth0 knows.
        is_choice: whether the user chooses one first.

    >>> request_of(Context(lambda: 0), [{"type": "otp"}, None], CHALLENGED, is_choice=True).factors
    [{'type': 'otp'}]
    """
    kept = []
    for factor in factors if isinstance(factors, list) else [factors]:
        if isinstance(factor, Mapping):
            kept.append(as_json(factor))
            context.warn_of_text(fields_of(factor.get("options")), "otpFallback")
            kind = factor.get("type", UNDEFINED)
            if kind in known:
                continue
            what = "without a type" if kind is UNDEFINED else f"of the type {_shown(kind)}"
            happened = f"[A704] Auth0 knows no factor {what} here."
        else:
            kind = factor
            happened = f"[A705] A factor must be an object, so {_shown(factor)} is left out."
        meant = (nearest(kind, known, 0.6) if isinstance(kind, str) else None) or "otp"
        context.warn(
            MultifactorProviderWarning,
            f"{happened} Pass one such as {{ type: {meant!r} }}; the types are {', '.join(known)}.",
        )
    return FactorRequest(kept, is_choice)


def _shown(value: object) -> str:
    return "null" if value is None else repr(value)


class _ChallengeAPI(Namespace[ApiT]):
    path = "authentication"
    challenged: ClassVar[Sequence[str]] = CHALLENGED  # the types of factors that Auth0 knows

    def _challenge(self, factors: object, *, is_choice: bool = False) -> None:
        request = request_of(self.context, factors, self.challenged, is_choice=is_choice)
        self.context.state.of(FactorRequests).challenge = request
        ask_user(self.context, "no factor is asked for")

    @method(returns="nothing")
    def challengeWith(
        self, factor: Mapping[str, Any], options: Mapping[str, Any] | None = None
    ) -> None:
        """Ask the user for a factor when the Action has ended.

        Args:
            factor: the one that is shown, such as ``{"type": "otp"}``.
            options: `additionalFactors`, a list of others that will do.

        >>> from pytest_auth0_actions import CacheStore, PostLoginAPI
        >>> PostLoginAPI(CacheStore(lambda: 0)).authentication.challengeWith({"type": "otp"})

        Source: https://auth0.com/docs/actions/reference/post-login/post-login-api-object
        """
        self._challenge(factors_with(factor, options))

    @method(returns="nothing")
    def challengeWithAny(self, factors: Sequence[Mapping[str, Any]]) -> None:
        """Ask the user for one of some factors, of their choice, when the Action has ended.

        Args:
            factors: such as ``[{"type": "otp"}, {"type": "phone"}]``.

        >>> from pytest_auth0_actions import CacheStore, PostLoginAPI
        >>> api = PostLoginAPI(CacheStore(lambda: 0))
        >>> api.authentication.challengeWithAny([{"type": "otp"}, {"type": "email"}])

        Source: https://auth0.com/docs/actions/reference/post-login/post-login-api-object
        """
        self._challenge(factors, is_choice=True)


class PasswordResetAuthenticationAPI(_ChallengeAPI[ApiT]):
    """`api.authentication` in password-reset-post-challenge.

    Source: https://auth0.com/docs/actions/reference/password-reset-post-challenge/password-reset-post-challenge-api-object
    """

    challenged = (*CHALLENGED, "sms")  # which a sample on that page has
