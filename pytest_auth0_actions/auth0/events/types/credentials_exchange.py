"""The type of the event of credentials-exchange, for annotations.

Made by ``python -m tests.auth0.events.event_types`` from `data`: to change a field, edit that.
"""

from __future__ import annotations

from typing import Any, TypedDict

from pytest_auth0_actions.auth0.events.types import shared


class AccessToken(TypedDict):
    """`event.accessToken`."""

    customClaims: dict[str, Any]
    scope: list[str]


class Agent(TypedDict):
    """`event.agent`."""

    agent_id: str
    agent_metadata: dict[str, Any]
    name: str


class Client(shared.Client, total=False):
    """`event.client`."""

    authentication: Any


class Request(shared.Request):
    """`event.request`."""

    body: dict[str, Any]


class ResourceServer(TypedDict):
    """`event.resource_server`."""

    identifier: str


class Tenant(TypedDict):
    """`event.tenant`."""

    id: str


class _Transaction(TypedDict):
    requested_scopes: list[str]


class Transaction(_Transaction, total=False):
    """`event.transaction`."""

    correlation_id: str
    target_scopes: list[str]


class _CredentialsExchangeEvent(TypedDict):
    accessToken: AccessToken
    client: Client
    request: Request
    resource_server: ResourceServer
    secrets: dict[str, Any]
    tenant: Tenant
    transaction: Transaction


class CredentialsExchangeEvent(_CredentialsExchangeEvent, total=False):
    """The event of credentials-exchange."""

    agent: Agent
    custom_domain: shared.CustomDomain
    organization: shared.Organization
    configuration: Any
