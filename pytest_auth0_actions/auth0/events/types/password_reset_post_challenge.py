"""The type of the event of password-reset-post-challenge, for annotations.

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


class _Authentication(TypedDict):
    methods: list[shared.Method]


class Authentication(_Authentication, total=False):
    """`event.authentication`; it may hold other fields too."""

    riskAssessment: AuthenticationRiskAssessment


class Authorization(TypedDict):
    """`event.authorization`."""

    roles: list[str]


class Client(shared.Client, total=False):
    """`event.client`."""

    external_client_id: Any
    external_metadata_type: Any


class Request(shared.Request):
    """`event.request`."""

    body: dict[str, Any]
    query: dict[str, Any]


class Stats(TypedDict):
    """`event.stats`."""

    logins_count: float


class Tenant(TypedDict):
    """`event.tenant`."""

    id: str


class _Transaction(TypedDict):
    locale: str
    ui_locales: list[str]


class Transaction(_Transaction, total=False):
    """`event.transaction`; it may hold other fields too."""

    correlation_id: str
    login_hint: str
    state: str
    acr_values: Any
    requested_scopes: Any
    protocol: Any
    redirect_uri: Any
    prompt: Any
    response_mode: Any
    response_type: Any
    requested_authorization_details: Any
    linking_id: Any


class UserIdentitiesItem(TypedDict, total=False):
    """`event.user.identities[]`; it may hold other fields too."""

    connection: str
    isSocial: bool
    profileData: dict[str, Any]
    provider: str
    user_id: str


class _User(shared.Profile):
    identities: list[UserIdentitiesItem]


class User(_User, total=False):
    """`event.user`; it may hold other fields too."""

    enrolledFactors: list[shared.EnrolledFactor]


class _PasswordResetPostChallengeEvent(TypedDict):
    authentication: Authentication
    authorization: Authorization
    client: Client
    connection: shared.Connection
    request: Request
    secrets: dict[str, Any]
    stats: Stats
    tenant: Tenant
    transaction: Transaction
    user: User


class PasswordResetPostChallengeEvent(_PasswordResetPostChallengeEvent, total=False):
    """The event of password-reset-post-challenge."""

    custom_domain: shared.CustomDomain
    organization: shared.Organization
    prompt: shared.Prompt
    configuration: Any
