"""Which of the factors that an Action asks for Auth0 can ask the user for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pytest_auth0_actions.auth0.namespaces.authentication.factors import CHALLENGED

_SAME: Final = {"push": "push-notification", "sms": "phone"}
KNOWN_FACTORS: Final = (*CHALLENGED, "sms", "duo")
"""The types of factors that a tenant can enable."""

_OF_PROVIDER: Final = {
    "any": CHALLENGED,
    "duo": ("duo",),
    "google-authenticator": ("otp",),
    "guardian": ("push-notification", "phone", "otp"),
}


@dataclass(slots=True)
class PassedFactors:
    """The types of the factors that the user has passed in this transaction."""

    types: list[str] = field(default_factory=list)


def type_of(factor: object) -> str:
    """Return the type of a factor, by the one name that Auth0's pages use for it.

    >>> type_of({"type": "push"}), type_of("otp")
    ('push-notification', 'otp')
    """
    given = factor.get("type") if isinstance(factor, Mapping) else factor
    return _SAME.get(str(given), str(given))


def enrolled_factors(event: Mapping[str, Any]) -> list[str] | None:
    """Return the types of the factors that the user has enrolled; None if the event has no say.

    >>> enrolled_factors({"user": {"enrolledFactors": [{"type": "otp"}]}})
    ['otp']
    """
    user = event.get("user")
    enrolled = user.get("enrolledFactors") if isinstance(user, Mapping) else None
    return list(map(type_of, enrolled)) if isinstance(enrolled, list) else None


@dataclass(frozen=True, slots=True)
class Offer:
    """What is left of the factors that an Action asks for.

    Attributes:
        factors: those of which the user is asked for one.
        is_satisfied: whether there is none because the user has passed one of them.
    """

    factors: list[dict[str, Any]]
    is_satisfied: bool


def offer_of(
    asked: Sequence[dict[str, Any]],
    *,
    passed: Collection[str],
    enabled: Collection[str] | None,
    enrolled: Collection[str] | None,
    to_enroll: bool,
) -> Offer:
    """Return what is left of the factors that an Action asks for.

    Args:
        asked: the factors, in order.
        passed: the types that the user has passed in this transaction.
        enabled: the types that the tenant has enabled; None for all.
        enrolled: the types that the user has enrolled; None where that is not known, and nothing
            drops out for it.
        to_enroll: whether the user is asked to enroll one, and not for one that is enrolled.

    >>> factors = [{"type": "otp"}, {"type": "phone"}]
    >>> offer_of(factors, passed=(), enabled=None, enrolled=["phone"], to_enroll=False).factors
    [{'type': 'phone'}]
    >>> offer_of(factors, passed=(), enabled=None, enrolled=["phone"], to_enroll=True).factors
    [{'type': 'otp'}]
    """
    left = [
        each
        for each in asked
        if type_of(each) in KNOWN_FACTORS  # no tenant can enable another one
        and type_of(each) not in passed
        and (enabled is None or type_of(each) in enabled)
        and (enrolled is None or (type_of(each) in enrolled) is not to_enroll)
    ]
    return Offer(left, not left and any(type_of(each) in passed for each in asked))


def types_of_provider(
    provider: str, *, enabled: Collection[str] | None, enrolled: Collection[str] | None
) -> list[str] | None:
    """Return the factors that `api.multifactor.enable` offers; None for an unknown provider.

    Where the user has enrolled none of them, Auth0 has one enrolled on the way.

    >>> types_of_provider("guardian", enabled=["otp", "email"], enrolled=None)
    ['otp']
    """
    types = _OF_PROVIDER.get(provider)
    if types is None:
        return None
    offered = [
        each for each in dict.fromkeys(map(type_of, types)) if enabled is None or each in enabled
    ]
    return [each for each in offered if enrolled is None or each in enrolled] or offered
