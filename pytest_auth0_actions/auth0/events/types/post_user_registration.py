"""The type of the event of post-user-registration, for annotations.

Made by ``python -m tests.auth0.events.event_types`` from `data`: to change a field, edit that.
"""

from __future__ import annotations

from typing import Any, Literal, TypedDict

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


class _Transaction(TypedDict):
    acr_values: list[str]
    locale: str
    requested_scopes: list[str]
    ui_locales: list[str]


class Transaction(_Transaction, total=False):
    """`event.transaction`; it may hold other fields too."""

    login_hint: str
    prompt: list[str]
    protocol: shared.Protocol
    redirect_uri: str
    response_mode: Literal["query", "fragment", "form_post", "web_message"]
    response_type: list[Literal["code", "token", "id_token"]]
    state: str
    id: Any
    correlation_id: Any


class User(shared.Profile, total=False):
    """`event.user`; it may hold other fields too."""

    tenant: Any
    phoneNumber: Any


class _PostUserRegistrationEvent(TypedDict):
    connection: shared.Connection
    secrets: dict[str, Any]
    tenant: Tenant
    user: User


class PostUserRegistrationEvent(_PostUserRegistrationEvent, total=False):
    """The event of post-user-registration; it may hold other fields too."""

    authentication: Authentication
    custom_domain: shared.CustomDomain
    request: shared.Request
    security_context: shared.SecurityContext
    transaction: Transaction
    configuration: Any
    experiment: Any
