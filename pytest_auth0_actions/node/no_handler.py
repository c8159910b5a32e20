"""Says why an Action has no handler to run, and what to do about it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import Final

from pytest_auth0_actions.auth0.handlers import HANDLERS_OF
from pytest_auth0_actions.auth0.triggers import HANDLERS, UNSUPPORTED, Trigger
from pytest_auth0_actions.errors import ActionLoadError
from pytest_auth0_actions.project.action_file import ActionFile
from pytest_auth0_actions.project.forerunners import advice_on_parameters
from pytest_auth0_actions.project.handlers import without_comments

_OLD_ASYNC: Final = re.compile(r"\b(?:__awaiter|__async|_asyncToGenerator|_async_to_generator)\b")


def no_handler(
    file: ActionFile,
    trigger: Trigger,
    handler: str,
    kind: str,
    exports: Mapping[str, str],
    run_sources: Iterable[str],
    *,
    has_trigger: bool,
) -> ActionLoadError:
    """Return the error for exports without a handler that Auth0 would call.

    Args:
        file: the Action.
        trigger: whose Action it was run as.
        handler: the handler that was looked for.
        kind: what its exports are, such as ``"object"``.
        exports: of what type each of them is, if they are an object.
        run_sources: what was run of the Action and of the files that it requires.
        has_trigger: whether anything says that the Action is for that trigger.
    """
    signature = f"exports.{handler} = async (event, api) => {{ ... }}"
    exported = kind
    if kind == "object":
        if handler in exports and any(map(_OLD_ASYNC.search, run_sources)):
            return ActionLoadError(
                "[A301] The Action's handler is not an async function: it was compiled for a "
                "target below ES2017, which has none.",
                f"Given: {file.shown}, whose {handler} is of type {exports[handler]}.",
                'Auth0 calls async functions only; compile with "target": "ES2022" in '
                "tsconfig.json, or --target=es2022 of esbuild.",
            )
        if handler in exports:
            advice = advice_on_parameters(without_comments(file.source))
            was_rule = f"\n{advice}" if advice else ""
            return ActionLoadError(
                "[A301] The Action's handler is not an async function.",
                f"Given: {file.shown}, whose {handler} is of type {exports[handler]}.",
                f"Auth0 calls async functions only; write {signature}{was_rule}",
            )
        other = of_other_trigger(file, trigger, exports)
        if other is not None:
            return other
        exported = f"an object with {', '.join(exports)}" if exports else "an empty object"
    if not has_trigger:
        handler = "handler"
        names = ", ".join(each[0] for each in HANDLERS_OF.values())
        advice = (
            "Export the handler of its trigger, such as exports.onExecutePostLogin = "
            f"async (event, api) => {{ ... }} for post-login. The handlers are {names}."
        )
    else:
        nearest = difflib.get_close_matches(handler, exports, n=1, cutoff=0.8)
        functions = [
            name
            for name, its_kind in exports.items()
            if "function" in its_kind and name not in HANDLERS
        ]
        advice = f"Export the handler: {signature}"
        if nearest:
            advice = f"Rename {nearest[0]} to {handler}."
        elif len(functions) == 1:
            advice = f"{advice} If that is {functions[0]}, rename it to {handler}."
    return ActionLoadError(
        f"[A302] The Action exports no {handler}.",
        f"Given: {file.shown}, which exports {exported}.",
        advice,
    )


def of_other_trigger(
    file: ActionFile, trigger: Trigger, exports: Iterable[str]
) -> ActionLoadError | None:
    """Return the error if all handlers among *exports* are another trigger's."""
    handlers = [name for name in exports if name in HANDLERS]
    if not handlers or set(handlers) & set(trigger.handlers):
        return None
    other = HANDLERS[handlers[0]]
    choose = (
        f"Export {trigger.handlers[0]}, or correct its trigger in the tenant."
        if file.is_tenants
        else f"Pass load_action(..., trigger={other!r})."
    )
    return ActionLoadError(
        f"[A305] The Action is for another trigger: {other}.",
        f"Given: {file.shown}, which exports {', '.join(exports)}.",
        UNSUPPORTED.get(other) or choose,
    )
