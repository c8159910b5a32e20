"""Knows Rules and Hooks, in whose place Auth0 runs Actions, by their code."""

from __future__ import annotations

import re
from typing import Final

from pytest_auth0_actions.errors import ActionLoadError
from pytest_auth0_actions.project.action_file import ActionFile

_FUNCTION: Final = re.compile(
    r"^[ \t]*(?P<exported>(?:module\s*\.\s*)?exports\s*(?:\.\s*(?P<name>\w+)\s*)?=\s*)?"
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

_GIVEN: Final = (
    "What the function was given is in the event, and what it gave to the callback is a call of "
    "the api, such as api.access.deny."
)
# A callback that is no function may be a parameter of any function.
_NOT_THERE: Final = re.compile(r"(\w+) is not defined|(callback) is not a function")
_OF_RULES: Final = {
    "user": "An Action has event.user for the user of a Rule.",
    "context": "An Action has event for the context of a Rule.",
    "configuration": "An Action has event.secrets for the configuration of a Rule.",
    "callback": "An Action has no callback: it returns, or calls api.access.deny('why') first.",
    "UnauthorizedError": "An Action calls api.access.deny('why') where a Rule gave its callback "
    "an UnauthorizedError.",
}
"""What there is in Actions for the names that Rules had."""


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
    if found["exported"] and found["name"] in {None, "default"}:
        kind, handler = "Hook", _HANDLERS.get(first, _HANDLERS["user"])
    return ActionLoadError(
        f"[A302] The Action exports no handler: the file is a {kind}.",
        f"Given: {file.shown}, with a function of ({', '.join([first, *more])}).",
        f"Auth0 runs Actions in place of {kind}s. Make it one: export {handler}, an async function "
        f"of (event, api). {_GIVEN}",
    )


def advice_on_parameters(code: str) -> str:
    """Return what to do about a handler that was a Rule, by its parameters; empty if it was none.

    >>> advice_on_parameters("exports.onExecutePostLogin = (event, api) => {};")
    ''
    """
    found = _FUNCTION.search(code)
    return f"A function of ({found['parameters'].strip()}) was a Rule. {_GIVEN}" if found else ""


def advice_on_names(message: str, *, in_handler: bool) -> str | None:
    """Return what to do about a name that only Rules had; None if an error is about none.

    Args:
        message: the error's.
        in_handler: whether the handler itself threw it.

    >>> advice_on_names("configuration is not defined", in_handler=False)
    'An Action has event.secrets for the configuration of a Rule.'
    """
    found = _NOT_THERE.fullmatch(message)
    if found is None or (found[2] and not in_handler):
        return None
    return _OF_RULES.get(found[1] or found[2])
