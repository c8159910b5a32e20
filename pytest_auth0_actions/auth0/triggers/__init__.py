"""The triggers: what their Actions export, what their api has, what their event holds.

A trigger is one module of this package and one entry in `TRIGGERS`.
"""

from __future__ import annotations

import difflib
import functools
from collections.abc import Mapping
from typing import Final

from pytest_auth0_actions.auth0.context import Context
from pytest_auth0_actions.auth0.namespace import namespaces
from pytest_auth0_actions.auth0.namespaces.cache import CacheStore
from pytest_auth0_actions.auth0.triggers.credentials_exchange import CREDENTIALS_EXCHANGE
from pytest_auth0_actions.auth0.triggers.custom_email_provider import CUSTOM_EMAIL_PROVIDER
from pytest_auth0_actions.auth0.triggers.custom_phone_provider import CUSTOM_PHONE_PROVIDER
from pytest_auth0_actions.auth0.triggers.custom_token_exchange import CUSTOM_TOKEN_EXCHANGE
from pytest_auth0_actions.auth0.triggers.event_stream import EVENT_STREAM
from pytest_auth0_actions.auth0.triggers.model import Trigger
from pytest_auth0_actions.auth0.triggers.password_reset_post_challenge import (
    PASSWORD_RESET_POST_CHALLENGE,
)
from pytest_auth0_actions.auth0.triggers.post_change_password import POST_CHANGE_PASSWORD
from pytest_auth0_actions.auth0.triggers.post_credential_validation import (
    POST_CREDENTIAL_VALIDATION,
)
from pytest_auth0_actions.auth0.triggers.post_login import POST_LOGIN
from pytest_auth0_actions.auth0.triggers.post_user_registration import POST_USER_REGISTRATION
from pytest_auth0_actions.auth0.triggers.pre_user_registration import PRE_USER_REGISTRATION
from pytest_auth0_actions.auth0.triggers.send_phone_message import SEND_PHONE_MESSAGE
from pytest_auth0_actions.errors import UsageError, hides_our_frames

__tracebackhide__ = hides_our_frames

__all__ = [
    "HANDLERS",
    "POST_USER_REGISTRATION",
    "TRIGGERS",
    "UNSUPPORTED",
    "Trigger",
    "argument_units",
    "trigger_of",
]

TRIGGERS: Final = {
    trigger.id: trigger
    for trigger in (
        CREDENTIALS_EXCHANGE,
        CUSTOM_EMAIL_PROVIDER,
        CUSTOM_PHONE_PROVIDER,
        CUSTOM_TOKEN_EXCHANGE,
        EVENT_STREAM,
        PASSWORD_RESET_POST_CHALLENGE,
        POST_CHANGE_PASSWORD,
        POST_CREDENTIAL_VALIDATION,
        POST_LOGIN,
        POST_USER_REGISTRATION,
        PRE_USER_REGISTRATION,
        SEND_PHONE_MESSAGE,
    )
}

HANDLERS: Final = {
    **{handler: trigger.id for trigger in TRIGGERS.values() for handler in trigger.handlers},
    # Auth0's own runtime knows it; no page describes it.
    "onContinuePreUserRegistration": "pre-user-registration",
    # Seen in Actions that are public; no page or declaration describes it.
    "onExecutePostIdentifier": "login-post-identifier",
}
"""Every handler name of Auth0's, with its trigger; those that are not in `TRIGGERS` are refused."""

UNSUPPORTED: Final = {
    "login-post-identifier": (
        "It is of limited release, and Auth0 has not published what its event and its api hold."
    ),
    "password-hash-migration": (
        "It is of limited release, and Auth0 has published nothing but its name."
    ),
    "signup-post-identifier": (
        "It is of limited release, and Auth0 has not published what its handler is called."
    ),
}
"""The triggers of limited release that can't be run, and why."""


def trigger_of(trigger_id: str) -> Trigger:
    """Return the trigger of that name.

    Raises:
        UsageError: there is none.

    >>> trigger_of("post-user-registration").handlers
    ('onExecutePostUserRegistration',)
    """
    found = TRIGGERS.get(trigger_id)
    if trigger_id in UNSUPPORTED:
        raise UsageError(
            f"Actions of {trigger_id} can't be run.",
            f"Given: {trigger_id!r}.",
            f"{UNSUPPORTED[trigger_id]} Triggers that can be run: {', '.join(TRIGGERS)}.",
        )
    if found is None:
        nearest = difflib.get_close_matches(str(trigger_id), TRIGGERS, n=1, cutoff=0.5)
        raise UsageError(
            "There is no such trigger.",
            f"Given: {trigger_id!r}.",
            f"Did you mean {nearest[0]!r}?" if nearest else f"Use one of {', '.join(TRIGGERS)}.",
        )
    return found


@functools.cache
def argument_units() -> Mapping[str, str]:
    """Return the units of fields in arguments of api methods, by the fields' names.

    >>> argument_units()["ttl"]
    'duration_ms'
    """
    found: dict[str, str] = {}
    for trigger in TRIGGERS.values():
        api = trigger.api(CacheStore(lambda: 0), Context(lambda: 0))
        for namespace in namespaces(api).values():
            found |= namespace.units
    return found
