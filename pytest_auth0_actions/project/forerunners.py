"""Knows Rules and Hooks, in whose place Auth0 runs Actions, by their code."""

from __future__ import annotations

import re
from typing import Final

from pytest_auth0_actions.errors import ActionLoadError
from pytest_auth0_actions.project.action_file import ActionFile

_FUNCTION: Final = re.compile(
    r"^[ \t]*(?P<exported>(?:module\s*\.\s*)?exports(?:\s*\.\s*default)?\s*=\s*)?"
    r"(?:async\s+)?(?:function\b\s*\w*\s*)?"
    r"\((?P<parameters>(?:\s*\w+\s*,)+\s*context\s*,\s*(?:callback|cb|done|next)\s*)\)",
    re.MULTILINE,
)
_HANDLERS: Final = {
    "client": "onExecuteCredentialsExchange",
    "recipient": "onExecuteSendPhoneMessage",
    "user": "onExecutePreUserRegistration, onExecutePostUserRegistration or "
    "onExecutePostChangePassword",
}
"""The handlers of the Actions that have replaced Hooks, by the first parameter of the Hook."""


def forerunner_error(file: ActionFile, code: str) -> ActionLoadError | None:
    """Return the error for a Rule or a Hook; None for what is neither.

    Args:
        file: what is loaded as an Action, and exports no handler.
        code: what it says, without its comments.

    >>> code = "function (user, context, callback) { callback(null, user, context); }"
    >>> error = forerunner_error(ActionFile("/rule.js", "rule.js", code, {}), code)
    >>> error.what_happened
    '[A302] The Action exports no handler: the file is a Rule.'
    """
    found = _FUNCTION.search(code)
    if found is None:
        return None
    first, *more = (each.strip() for each in found["parameters"].split(","))
    kind, handler = "Rule", "onExecutePostLogin"
    if found["exported"]:
        kind, handler = "Hook", _HANDLERS.get(first, _HANDLERS["user"])
    return ActionLoadError(
        f"[A302] The Action exports no handler: the file is a {kind}.",
        f"Given: {file.shown}, with a function of ({', '.join([first, *more])}).",
        f"Auth0 runs Actions in place of {kind}s. Make it one: export {handler}, an async function "
        "of (event, api). What the function was given is in the event, and what it gave to the "
        "callback is a call of the api, such as api.access.deny.",
    )
