"""Asks the user for a factor, or to enroll one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pytest_auth0_actions.auth0.context import State
from pytest_auth0_actions.auth0.javascript import as_json, fields_of
from pytest_auth0_actions.auth0.method import method
from pytest_auth0_actions.auth0.namespace import ApiT, Namespace
from pytest_auth0_actions.auth0.outcome import Outcome, owned


@dataclass(frozen=True, slots=True)
class Challenge(Outcome):
    """The factors of which the user is asked for one, or to enroll one.

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


def request_with(factor: object, options: object) -> FactorRequest:
    """Return the request for a factor, with others that will do."""
    others = fields_of(options).get("additionalFactors")
    return request_with_any(
        [factor, *(others if isinstance(others, list) else [])], is_choice=False
    )


def request_with_any(factors: object, *, is_choice: bool = True) -> FactorRequest:
    """Return the request for one of some factors; what is no factor is left out.

    >>> request_with_any([{"type": "otp"}, None]).factors
    [{'type': 'otp'}]
    """
    given = factors if isinstance(factors, list) else []
    return FactorRequest([as_json(each) for each in given if isinstance(each, Mapping)], is_choice)


class _ChallengeAPI(Namespace[ApiT]):
    path = "authentication"

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
        self.context.state.of(FactorRequests).challenge = request_with(factor, options)

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
        self.context.state.of(FactorRequests).challenge = request_with_any(factors)


class PasswordResetAuthenticationAPI(_ChallengeAPI[ApiT]):
    """`api.authentication` in password-reset-post-challenge.

    Source: https://auth0.com/docs/actions/reference/password-reset-post-challenge/password-reset-post-challenge-api-object
    """
