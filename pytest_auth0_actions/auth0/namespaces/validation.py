"""`api.validation`: refuses what a user has typed."""

from __future__ import annotations

from dataclasses import dataclass, field

from pytest_auth0_actions.auth0.checks import Fields, Text, check_arguments
from pytest_auth0_actions.auth0.method import method
from pytest_auth0_actions.auth0.namespace import ApiT, Namespace
from pytest_auth0_actions.auth0.outcome import Outcome
from pytest_auth0_actions.errors import hides_our_frames

__tracebackhide__ = hides_our_frames


@dataclass(frozen=True, slots=True, repr=False)
class ValidationError(Outcome):
    """Something that a user has to put right.

    Attributes:
        code: for the tenant's log.
        message: what the user sees.
    """

    code: str
    message: str


@dataclass(slots=True)
class Validation:
    """The errors so far."""

    errors: list[ValidationError] = field(default_factory=list)


_ERROR = Fields(
    {"errorCode": Text(most=100), "errorMessage": Text(most=100)},
    required=("errorCode", "errorMessage"),
)


class ValidationAPI(Namespace[ApiT]):
    """`api.validation` in post-login.

    Source: https://auth0.com/docs/actions/reference/post-login/post-login-api-object
    """

    path = "validation"
    prefix = ""

    @method(returns="api")
    def error(
        self,
        errorCode: str,
        errorMessage: str,
    ) -> ApiT:
        """Fail the transaction, as what the user gave is not valid; returns the api.

        Args:
            errorCode: for the tenant's log: up to 100 characters.
            errorMessage: what the user sees: up to 100 characters.

        Raises:
            ApiThrow: one of them is missing, no string, or too long.

        >>> from pytest_auth0_actions import CacheStore, PostLoginAPI
        >>> api = PostLoginAPI(CacheStore(lambda: 0))
        >>> api.validation.error("no_phone", "Please give a phone number") is api
        True

        Source: https://auth0.com/docs/actions/reference/post-login/post-login-api-object
        """
        check_arguments(_ERROR, self.prefix, errorCode=errorCode, errorMessage=errorMessage)
        self.context.state.of(Validation).errors.append(ValidationError(errorCode, errorMessage))
        return self.own_api


class RegistrationValidationAPI(ValidationAPI[ApiT]):
    """`api.validation` in pre-user-registration: with an error, no user is created.

    Source: https://auth0.com/docs/actions/reference/pre-user-registration/pre-user-registration-api-object
    """

    prefix = "Failed to add validation error"
