"""The type of the event of custom-token-exchange, for annotations.

Made by ``python -m tests.auth0.events.event_types`` from `data`: to change a field, edit that.
"""

from __future__ import annotations

from typing import Any, TypedDict

from pytest_auth0_actions.auth0.events.types import shared


class Client(shared.Client, total=False):
    """`event.client`."""

    authentication: Any
    external_client_id: Any
    external_metadata_type: Any


class Request(shared.Request):
    """`event.request`."""

    body: dict[str, Any]


class ResourceServer(TypedDict):
    """`event.resource_server`."""

    identifier: str


class Tenant(TypedDict):
    """`event.tenant`."""

    id: str


class _TransactionActorTokenUser(shared.Profile):
    identities: list[shared.Identity]


class TransactionActorTokenUser(_TransactionActorTokenUser, total=False):
    """`event.transaction.actor_token_user`; it may hold other fields too."""

    enrolledFactors: list[shared.EnrolledFactor]
    multifactor: list[str]


class _Transaction(TypedDict):
    requested_scopes: list[str]
    requested_token_type: str | None
    subject_token: str
    subject_token_type: str


class Transaction(_Transaction, total=False):
    """`event.transaction`."""

    actor_token: str
    actor_token_type: str
    actor_token_user: TransactionActorTokenUser
    metadata: dict[str, Any]


class _CustomTokenExchangeEvent(TypedDict):
    client: Client
    request: Request
    resource_server: ResourceServer
    secrets: dict[str, Any]
    tenant: Tenant
    transaction: Transaction


class CustomTokenExchangeEvent(_CustomTokenExchangeEvent, total=False):
    """The event of custom-token-exchange."""

    organization: shared.Organization
    configuration: Any
    custom_domain: Any
