"""Which handlers the Actions of each trigger export: known without importing the triggers."""

from __future__ import annotations

from typing import Final

HANDLERS_OF: Final[dict[str, tuple[str, ...]]] = {
    "credentials-exchange": ("onExecuteCredentialsExchange",),
    "custom-email-provider": ("onExecuteCustomEmailProvider",),
    "custom-phone-provider": ("onExecuteCustomPhoneProvider",),
    "custom-token-exchange": ("onExecuteCustomTokenExchange",),
    "event-stream": ("onExecuteEventStream",),
    "password-reset-post-challenge": (
        "onExecutePostChallenge",
        "onContinuePostChallenge",
    ),
    "post-change-password": ("onExecutePostChangePassword",),
    "post-credential-validation": ("onExecutePostCredentialValidation",),
    "post-login": (
        "onExecutePostLogin",
        "onContinuePostLogin",
    ),
    "post-user-registration": ("onExecutePostUserRegistration",),
    "pre-user-registration": ("onExecutePreUserRegistration",),
    "send-phone-message": ("onExecuteSendPhoneMessage",),
}
"""The handlers of each trigger: to execute the Action, and if there is one, to continue it."""

MOST_ACTIONS: Final = {
    "custom-email-provider": 1,
    "custom-token-exchange": 1,
    "password-reset-post-challenge": 4,
}
"""How many Actions Auth0 runs for a trigger; any number where nothing is said."""

HANDLERS: Final = {
    **{handler: trigger for trigger, handlers in HANDLERS_OF.items() for handler in handlers},
    # Auth0's own runtime knows it; no page describes it.
    "onContinuePreUserRegistration": "pre-user-registration",
    # Seen in Actions that are public; no page or declaration describes it.
    "onExecutePostIdentifier": "login-post-identifier",
}
"""Every handler name of Auth0's, with its trigger; some triggers can't be run."""

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
