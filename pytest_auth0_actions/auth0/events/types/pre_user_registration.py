"""The type of the event of pre-user-registration, for annotations.

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


class Client(shared.Client, total=False):
    """`event.client`."""

    external_client_id: Any
    external_metadata_type: Any


class Request(shared.Request):
    """`event.request`."""

    body: dict[str, Any]


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
    correlation_id: str


class User(TypedDict, total=False):
    """`event.user`."""

    app_metadata: dict[str, Any]
    email: str
    family_name: str
    given_name: str
    name: str
    nickname: str
    phone_number: str
    picture: str
    user_metadata: dict[str, Any]
    username: str


class _PreUserRegistrationEvent(TypedDict):
    connection: shared.Connection
    request: Request
    secrets: dict[str, Any]
    tenant: Tenant
    user: User


class PreUserRegistrationEvent(_PreUserRegistrationEvent, total=False):
    """The event of pre-user-registration; it may hold other fields too."""

    authentication: Authentication
    client: Client
    custom_domain: shared.CustomDomain
    security_context: shared.SecurityContext
    transaction: Transaction
    configuration: Any
    anonymous_session: Any
    experiment: Any
