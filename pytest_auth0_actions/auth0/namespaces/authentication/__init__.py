"""`api.authentication`: who the user is, and how that is proved."""

from pytest_auth0_actions.auth0.namespaces.authentication.credentials import (
    CredentialValidationAuthenticationAPI,
)
from pytest_auth0_actions.auth0.namespaces.authentication.exchange import (
    ExchangeAuthenticationAPI,
    ExchangeChoice,
    ExchangeUser,
    exchange_user,
)
from pytest_auth0_actions.auth0.namespaces.authentication.factors import (
    Challenge,
    FactorRequests,
    PasswordResetAuthenticationAPI,
    challenge_outcome,
    enrollment_outcome,
)
from pytest_auth0_actions.auth0.namespaces.authentication.login import (
    LoginAuthenticationAPI,
    RecordedMethods,
)

__all__ = [
    "Challenge",
    "CredentialValidationAuthenticationAPI",
    "ExchangeAuthenticationAPI",
    "ExchangeChoice",
    "ExchangeUser",
    "FactorRequests",
    "LoginAuthenticationAPI",
    "PasswordResetAuthenticationAPI",
    "RecordedMethods",
    "challenge_outcome",
    "enrollment_outcome",
    "exchange_user",
]
