"""The type of the event of custom-phone-provider, for annotations.

Made by ``python -m tests.auth0.events.event_types`` from `data`: to change a field, edit that.
"""

from __future__ import annotations

from typing import Any, Literal, TypedDict

from pytest_auth0_actions.auth0.events.types import shared


class Client(shared.Client, total=False):
    """`event.client`."""

    external_client_id: Any
    external_metadata_type: Any


_NotificationOptional = TypedDict("_NotificationOptional", {"from": str}, total=False)


class _Notification(_NotificationOptional):
    as_text: str
    as_voice: str
    delivery_method: Literal["text", "voice"]
    message_type: Literal[
        "otp_verify",
        "otp_enroll",
        "blocked_account",
        "change_password",
        "password_breach",
    ]
    recipient: str


class Notification(_Notification, total=False):
    """`event.notification`."""

    code: str
    locale: str


class Transaction(TypedDict, total=False):
    """`event.transaction`."""

    correlation_id: str


class User(shared.Profile, total=False):
    """`event.user`; it may hold other fields too."""

    identities: list[shared.Identity]


class _CustomPhoneProviderEvent(TypedDict):
    client: Client
    notification: Notification
    request: shared.Request
    secrets: dict[str, Any]
    tenant: shared.Tenant
    user: User


class CustomPhoneProviderEvent(_CustomPhoneProviderEvent, total=False):
    """The event of custom-phone-provider."""

    connection: shared.Connection
    custom_domain: shared.CustomDomain
    organization: shared.Organization
    transaction: Transaction
    configuration: Any
