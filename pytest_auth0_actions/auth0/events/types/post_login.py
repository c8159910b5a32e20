"""The type of the event of post-login, for annotations.

Made by ``python -m tests.auth0.events.event_types`` from `data`: to change a field, edit that.
"""

from __future__ import annotations

from typing import Any, Literal, TypedDict

from pytest_auth0_actions.auth0.events.types import shared


class Agent(TypedDict):
    """`event.agent`."""

    agent_id: str
    agent_metadata: dict[str, Any]
    name: str


class _Authentication(TypedDict):
    methods: list[shared.Method]


class Authentication(_Authentication, total=False):
    """`event.authentication`."""

    riskAssessment: shared.RiskAssessment


class Authorization(TypedDict):
    """`event.authorization`."""

    roles: list[str]


class ClientRefreshTokenPoliciesItem(TypedDict, total=False):
    """`event.client.refresh_token.policies[]`."""

    audience: str
    scope: list[str]


class ClientRefreshToken(TypedDict, total=False):
    """`event.client.refresh_token`."""

    policies: list[ClientRefreshTokenPoliciesItem]


class Client(shared.Client, total=False):
    """`event.client`."""

    refresh_token: ClientRefreshToken
    authentication: Any
    external_client_id: Any
    external_metadata_type: Any


class RefreshTokenResourceServersItem(TypedDict):
    """`event.refresh_token.resource_servers[]`."""

    audience: str
    scopes: str


class RefreshTokenSessionTransferParentRefreshToken(TypedDict, total=False):
    """`event.refresh_token.session_transfer.parent_refresh_token`."""

    id: str


class RefreshTokenSessionTransfer(TypedDict, total=False):
    """`event.refresh_token.session_transfer`."""

    parent_refresh_token: RefreshTokenSessionTransferParentRefreshToken


class _RefreshToken(TypedDict):
    id: str
    created_at: str


class RefreshToken(_RefreshToken, total=False):
    """`event.refresh_token`."""

    client_id: str
    device: shared.Device
    expires_at: str
    idle_expires_at: str
    last_exchanged_at: str
    metadata: dict[str, Any]
    resource_servers: list[RefreshTokenResourceServersItem]
    rotating: bool
    session_id: str
    session_transfer: RefreshTokenSessionTransfer
    user_id: str
    access: Any


class _Request(shared.Request):
    body: dict[str, Any]
    query: dict[str, Any]


class Request(_Request, total=False):
    """`event.request`."""

    asn: str


class ResourceServer(TypedDict):
    """`event.resource_server`."""

    identifier: str


class SessionActor(TypedDict):
    """`event.session.actor`; it may hold other fields too."""

    sub: str


class SessionClientsItem(TypedDict):
    """`event.session.clients[]`."""

    client_id: str


class SessionCookie(TypedDict):
    """`event.session.cookie`."""

    mode: Literal["persistent", "non-persistent"]


class SessionSessionTransferParentRefreshToken(TypedDict, total=False):
    """`event.session.session_transfer.parent_refresh_token`."""

    id: str
    metadata: dict[str, Any]


class SessionSessionTransfer(TypedDict, total=False):
    """`event.session.session_transfer`."""

    parent_refresh_token: SessionSessionTransferParentRefreshToken


class _Session(TypedDict):
    id: str


class Session(_Session, total=False):
    """`event.session`."""

    actor: SessionActor
    authenticated_at: str
    clients: list[SessionClientsItem]
    cookie: SessionCookie
    created_at: str
    device: shared.Device
    expires_at: str
    idle_expires_at: str
    last_interacted_at: str
    metadata: dict[str, Any]
    session_transfer: SessionSessionTransfer
    updated_at: str
    user_id: str


class _SessionTransferTokenRequest(TypedDict):
    ip: str


class SessionTransferTokenRequest(_SessionTransferTokenRequest, total=False):
    """`event.session_transfer_token.request`."""

    asn: str
    geoip: shared.Geoip
    user_agent: str


class SessionTransferToken(TypedDict):
    """`event.session_transfer_token`."""

    client_id: str
    request: SessionTransferTokenRequest
    scope: list[str]


class Stats(TypedDict):
    """`event.stats`."""

    logins_count: float


class Tenant(TypedDict):
    """`event.tenant`."""

    id: str


class TransactionRequestedAuthorizationDetailsItem(TypedDict):
    """`event.transaction.requested_authorization_details[]`; it may hold other fields too."""

    type: str


class _TransactionActor(TypedDict):
    sub: str


class TransactionActor(_TransactionActor, total=False):
    """`event.transaction.actor`; it may hold other fields too."""

    act: TransactionActor


class _Transaction(TypedDict):
    metadata: dict[str, Any]


class Transaction(_Transaction, total=False):
    """`event.transaction`; it may hold other fields too."""

    id: str
    acr_values: list[str]
    linking_id: str
    locale: str
    login_hint: str
    prompt: list[str]
    protocol: shared.Protocol
    redirect_uri: str
    requested_authorization_details: list[TransactionRequestedAuthorizationDetailsItem]
    requested_scopes: list[str]
    response_mode: Literal["query", "fragment", "form_post", "web_message"]
    response_type: list[Literal["code", "token", "id_token"]]
    state: str
    ui_locales: list[str]
    actor: TransactionActor
    actor_token_type: str
    correlation_id: str
    subject_token_type: str
    target_scopes: Any


class _User(shared.Profile):
    identities: list[shared.Identity]


class User(_User, total=False):
    """`event.user`; it may hold other fields too."""

    enrolledFactors: list[shared.EnrolledFactor]
    multifactor: list[str]


class _PostLoginEvent(TypedDict):
    client: Client
    connection: shared.Connection
    request: Request
    secrets: dict[str, Any]
    stats: Stats
    tenant: Tenant
    user: User


class PostLoginEvent(_PostLoginEvent, total=False):
    """The event of post-login."""

    agent: Agent
    authentication: Authentication
    authorization: Authorization
    custom_domain: shared.CustomDomain
    organization: shared.Organization
    prompt: shared.Prompt
    refresh_token: RefreshToken
    resource_server: ResourceServer
    security_context: shared.SecurityContext
    session: Session
    session_transfer_token: SessionTransferToken
    transaction: Transaction
    configuration: Any
    anonymous_session: Any
    experiment: Any
