"""The type of the event of post-change-password, for annotations.

Made by ``python -m tests.auth0.events.event_types`` from `data`: to change a field, edit that.
"""

from __future__ import annotations

from typing import Any, TypedDict

from pytest_auth0_actions.auth0.events.types import shared


class AuthenticationRiskAssessmentSupplemental(TypedDict, total=False):
    """`event.authentication.riskAssessment.supplemental`."""

    akamai: shared.Akamai


class AuthenticationRiskAssessment(TypedDict, total=False):
    """`event.authentication.riskAssessment`."""

    supplemental: AuthenticationRiskAssessmentSupplemental


class Authentication(TypedDict, total=False):
    """`event.authentication`."""

    riskAssessment: AuthenticationRiskAssessment


class Tenant(TypedDict):
    """`event.tenant`."""

    id: str


class Transaction(TypedDict, total=False):
    """`event.transaction`."""

    correlation_id: str


class User(TypedDict, total=False):
    """`event.user`."""

    email: str
    email_verified: bool
    last_password_reset: str
    phone_number: str
    phone_verified: bool
    user_id: str
    username: str
    id: Any


class _PostChangePasswordEvent(TypedDict):
    connection: shared.Connection
    request: shared.Request
    secrets: dict[str, Any]
    tenant: Tenant
    user: User


class PostChangePasswordEvent(_PostChangePasswordEvent, total=False):
    """The event of post-change-password; it may hold other fields too."""

    authentication: Authentication
    custom_domain: shared.CustomDomain
    transaction: Transaction
    configuration: Any
