"""Finds exports whose names are almost those of handlers; nothing is run for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from pytest_auth0_actions.auth0.events.model import nearest
from pytest_auth0_actions.auth0.handlers import HANDLERS, HANDLERS_OF
from pytest_auth0_actions.project.tenant.code_facts import Used, code_facts

# What has digits, or begins in another way, is a name of its own.
_LONG_NAME: Final = re.compile(r"\bon[a-z_]{9,}\b", re.IGNORECASE)
_ALIKE: Final = 0.85  # of 1: so are names with two slips


def near_handlers(source: str, trigger: str) -> Iterator[tuple[Used, str]]:
    """Yield each export that Auth0 does not call, and the handler that it seems to be.

    A longer name, such as that of a helper, is no slip; nor is one beside the handler itself.

    Args:
        source: the code of an Action.
        trigger: what the Action is for.

    >>> code = "exports.onExecutePostLogin = f; exports.onContinuePostlogin = g;"
    >>> [(used.name, handler) for used, handler in near_handlers(code, "post-login")]
    [('onContinuePostlogin', 'onContinuePostLogin')]
    """
    handlers = HANDLERS_OF.get(trigger, ())
    names = {*_LONG_NAME.findall(source)} - HANDLERS.keys()
    near = {name: _near(name, handlers) for name in names}
    if not any(near.values()):  # to take the code apart costs more
        return
    exported = code_facts(source, "event").exported
    there = {each.name for each in exported}
    for each in exported:
        handler = near.get(each.name)
        if handler is not None and handler not in there:
            yield each, handler


def _near(name: str, handlers: Sequence[str]) -> str | None:
    like = nearest(name, handlers, _ALIKE)
    is_longer = like is not None and name.startswith(like) and len(name) > len(like) + 1
    return None if is_longer else like
