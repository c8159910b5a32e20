"""The type of the event of send-phone-message, for annotations.

Made by ``python -m tests.auth0.events.event_types`` from `data`: to change a field, edit that.
"""

from __future__ import annotations

from typing import Any, Literal, TypedDict

from pytest_auth0_actions.auth0.events.types import shared


class MessageOptions(TypedDict):
    """`event.message_options`."""

    action: Literal["enrollment", "second-factor-authentication"]
    code: str
    message_type: Literal["sms", "voice"]
    recipient: str
    text: str


class Tenant(TypedDict):
    """`event.tenant`."""

    id: str


class Transaction(TypedDict, total=False):
    """`event.transaction`."""

    correlation_id: str


class User(shared.Profile, total=False):
    """`event.user`; it may hold other fields too."""

    identities: list[shared.Identity]
    multifactor: Any


class _SendPhoneMessageEvent(TypedDict):
    message_options: MessageOptions
    request: shared.Request
    secrets: dict[str, Any]
    tenant: Tenant
    user: User


class SendPhoneMessageEvent(_SendPhoneMessageEvent, total=False):
    """The event of send-phone-message."""

    client: shared.Client
    custom_domain: shared.CustomDomain
    security_context: shared.SecurityContext
    transaction: Transaction
    configuration: Any
