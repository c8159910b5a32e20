"""The type of the event of custom-email-provider, for annotations.

Made by ``python -m tests.auth0.events.event_types`` from `data`: to change a field, edit that.
"""

from __future__ import annotations

from typing import Any, Literal, TypedDict

from pytest_auth0_actions.auth0.events.types import shared


class Client(shared.Client, total=False):
    """`event.client`."""

    external_client_id: Any
    external_metadata_type: Any


_NotificationRequired = TypedDict("_NotificationRequired", {"from": str})


class Notification(_NotificationRequired):
    """`event.notification`."""

    html: str
    locale: str
    message_type: Literal[
        "verify_email",
        "verify_email_by_code",
        "reset_email",
        "reset_email_by_code",
        "welcome_email",
        "verification_code",
        "mfa_oob_code",
        "enrollment_email",
        "blocked_account",
        "stolen_credentials",
        "try_provider_configuration_email",
        "organization_invitation",
    ]
    subject: str
    text: str
    to: str


class Request(TypedDict, total=False):
    """`event.request`."""

    geoip: shared.Geoip
    hostname: str
    ip: str
    query: dict[str, Any]
    user_agent: str


class Transaction(TypedDict, total=False):
    """`event.transaction`."""

    correlation_id: str


class _User(TypedDict):
    app_metadata: dict[str, Any]
    email_verified: bool
    user_id: str
    user_metadata: dict[str, Any]


class User(_User, total=False):
    """`event.user`; it may hold other fields too."""

    email: str
    family_name: str
    given_name: str
    name: str
    nickname: str
    picture: str
    username: str
    profile_id: Any


class _CustomEmailProviderEvent(TypedDict):
    client: Client
    notification: Notification
    request: Request
    secrets: dict[str, Any]
    tenant: shared.Tenant
    user: User


class CustomEmailProviderEvent(_CustomEmailProviderEvent, total=False):
    """The event of custom-email-provider."""

    connection: shared.Connection
    custom_domain: shared.CustomDomain
    organization: shared.Organization
    transaction: Transaction
    configuration: Any
