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
from pytest_auth0_actions.auth0.triggers.model import Trigger
from pytest_auth0_actions.auth0.triggers.post_user_registration import POST_USER_REGISTRATION
from pytest_auth0_actions.errors import UsageError, hides_our_frames

__tracebackhide__ = hides_our_frames

__all__ = [
    "HANDLERS",
    "POST_USER_REGISTRATION",
    "TRIGGERS",
    "Trigger",
    "argument_units",
    "trigger_of",
]

TRIGGERS: Final = {trigger.id: trigger for trigger in (POST_USER_REGISTRATION,)}

# Every handler name of Auth0's, with its trigger: an Action of a trigger that is not in TRIGGERS
# is told so by name.
HANDLERS: Final = {
    "onContinuePostChallenge": "password-reset-post-challenge",
    "onContinuePostLogin": "post-login",
    "onContinuePreUserRegistration": "pre-user-registration",
    "onExecuteCredentialsExchange": "credentials-exchange",
    "onExecuteCustomEmailProvider": "custom-email-provider",
    "onExecuteCustomPhoneProvider": "custom-phone-provider",
    "onExecuteCustomTokenExchange": "custom-token-exchange",
    "onExecuteEventStream": "event-stream",
    "onExecutePostChallenge": "password-reset-post-challenge",
    "onExecutePostChangePassword": "post-change-password",
    "onExecutePostLogin": "post-login",
    "onExecutePostUserRegistration": "post-user-registration",
    "onExecutePreUserRegistration": "pre-user-registration",
    "onExecuteSendPhoneMessage": "send-phone-message",
}


def trigger_of(trigger_id: str) -> Trigger:
    """Return the trigger of that name.

    Raises:
        UsageError: there is none.

    >>> trigger_of("post-user-registration").handlers
    ('onExecutePostUserRegistration',)
    """
    found = TRIGGERS.get(trigger_id)
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
