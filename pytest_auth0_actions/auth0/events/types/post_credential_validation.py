"""The type of the event of post-credential-validation, for annotations.

Made by ``python -m tests.auth0.events.event_types`` from `data`: to change a field, edit that.
"""

from __future__ import annotations

from typing import Any, TypedDict

from pytest_auth0_actions.auth0.events.types import shared


class Authentication(TypedDict):
    """`event.authentication`; it may hold other fields too."""

    methods: list[shared.Method]


class _Connection(TypedDict):
    id: str
    name: str


class Connection(_Connection, total=False):
    """`event.connection`; it may hold other fields too."""

    metadata: dict[str, Any]
    strategy: str


class _Credential(TypedDict):
    valid: bool


class Credential(_Credential, total=False):
    """`event.credential`."""

    identifier: str


class _Request(TypedDict):
    ip: str


class Request(_Request, total=False):
    """`event.request`; it may hold other fields too."""

    geoip: shared.Geoip
    hostname: str
    language: str
    method: str
    user_agent: str


class User(shared.Profile, total=False):
    """`event.user`; it may hold other fields too."""

    identities: list[shared.Identity]


class _PostCredentialValidationEvent(TypedDict):
    connection: Connection
    credential: Credential
    request: Request
    secrets: dict[str, Any]


class PostCredentialValidationEvent(_PostCredentialValidationEvent, total=False):
    """The event of post-credential-validation."""

    authentication: Authentication
    user: User
    client: Any
    configuration: Any
    custom_domain: Any
    organization: Any
    security_context: Any
    session: Any
    tenant: Any
    transaction: Any
