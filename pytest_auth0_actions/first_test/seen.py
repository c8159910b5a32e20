"""Tells what a run of an Action came to, as JSON: called from within a run of pytest."""

from __future__ import annotations

import contextlib
import json
import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from pytest_auth0_actions.auth0.context import State
from pytest_auth0_actions.auth0.outcome import Outcome, asked_for
from pytest_auth0_actions.auth0.triggers import TRIGGERS
from pytest_auth0_actions.errors import ActionError, Auth0ActionsError, MissingSecretWarning
from pytest_auth0_actions.project.tenant.model import TenantAction, TenantModule
from pytest_auth0_actions.project.tenant.use import modules_of

_MADE_BY_EVENT: Final = frozenset({"user_metadata", "app_metadata"})
_SECRET: Final = re.compile(r"event\.secrets\.(\w+)")
_TOKEN_IN: Final = re.compile(r"\beyJ[\w-]+\.eyJ[\w-]+\.")  # of JWT: it says nothing to a reader
_PLAIN: Final = (str, int, float, bool, type(None))
TUPLE: Final = "$tuple"
TOKEN: Final = {"access_token": "an-access-token", "token_type": "Bearer", "expires_in": 3600}


def answers_json(url: str) -> Any:
    """Return what a server answers with, by its URL: a token where one is asked for."""
    return TOKEN if url.partition("?")[0].rstrip("/").endswith("token") else {}


def write_settings(path: Path, config: Any, tenant: Callable[[], Any]) -> None:
    """Write down what pytest is set to, and what the tenant says of its Actions.

    Args:
        path: the file to write.
        config: pytest's.
        tenant: returns the project's tenant.
    """
    settings: dict[str, Any] = {
        "testpaths": list(config.getini("testpaths")),
        "actions_root": str(config.getini("auth0_actions_root")),
        "actions": [],
    }
    if config.getini("auth0_tenant"):
        with contextlib.suppress(Auth0ActionsError):  # then a file is all there is
            read = tenant()
            settings["actions"] = [_of_tenant(each, read.modules) for each in read.actions]
    path.write_text(json.dumps(settings), encoding="utf-8")


def _of_tenant(action: TenantAction, modules: Sequence[TenantModule]) -> dict[str, Any]:
    return {
        "name": action.name,
        "path": str(action.path.resolve()),
        "trigger": action.trigger,
        "source": action.source or "",
        "secrets": _not_shown(action),
        "module_secrets": {
            each.name: _not_shown(each) for each in modules_of(action, modules) if _not_shown(each)
        },
    }


def _not_shown(unit: TenantModule) -> list[str]:
    return [name for name in unit.secret_names if unit.secrets.get(name) is None]


def write_seen(
    path: Path, load: Callable[[], Any], run: Callable[[Any], Any], router: Any, status: int
) -> None:
    """Run an Action, and write down what that came to.

    Args:
        path: the file to write.
        load: loads the Action.
        run: runs it.
        router: `http_mock`; None where there is none.
        status: what each server answers.
    """
    if router is not None:
        import httpx

        def answer(request: httpx.Request) -> httpx.Response:
            if status != 200:
                return httpx.Response(status)
            return httpx.Response(status, json=answers_json(str(request.url)))

        router.route().mock(side_effect=answer)
    seen: dict[str, Any] = {"error": None, "is_fatal": False, "facts": []}
    execution: Any = None
    try:
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            action = load()
            execution = run(action)
    except Auth0ActionsError as error:
        execution = getattr(error, "execution", None)
        seen["error"] = [type(error).__name__, str(error), getattr(error, "message", "")]
        seen["is_fatal"] = execution is None
        seen["is_thrown"] = isinstance(error, ActionError)
    missing = [each for each in warned if issubclass(each.category, MissingSecretWarning)]
    names = (_SECRET.search(str(each.message)) for each in missing)
    seen["missing"] = [name[1] for name in names if name]
    if execution is not None:
        seen["calls"] = [
            [call.path, _plain_text(call.args), _plain_args(call.args)] for call in execution.calls
        ]
        seen["logs"] = execution.logs
        seen["requests"] = [[each.method, each.url] for each in execution.requests]
        if seen["error"] is None:
            usual = TRIGGERS[action.trigger].outcome(State(), execution.event)
            known = dict(_facts(usual))
            facts = dict(_facts(execution.outcome))
            seen["facts"] = [
                [each, facts[each]] for each in facts if facts[each] != known.get(each)
            ]
    path.write_text(json.dumps(seen), encoding="utf-8")


def _plain_args(args: tuple[Any, ...]) -> list[Any] | None:
    """Return arguments as they are; None if they are no plain data, or hold a signed token."""
    is_plain = all(map(_is_plain, args)) and not _TOKEN_IN.search(repr(args))
    return [_plain(each) for each in args] if is_plain else None


def _plain_text(args: tuple[Any, ...]) -> list[str]:
    return [each for each in args if isinstance(each, str)]


def _facts(outcome: Outcome, name: str = "outcome") -> Iterator[tuple[str, Any]]:
    """Yield what can be said of an outcome: an expression, and its value."""
    for each, value in asked_for(outcome).items():
        is_of_event = each in _MADE_BY_EVENT and not getattr(outcome, "changed", True)
        if is_of_event or each == "changed":
            continue
        if isinstance(value, Outcome):
            yield from _facts(value, f"{name}.{each}")
        elif isinstance(value, tuple) and value and isinstance(value[0], Outcome):
            yield f"len({name}.{each})", len(value)
            for number, one in enumerate(value):
                yield from _facts(one, f"{name}.{each}[{number}]")
        elif isinstance(value, str) and _TOKEN_IN.search(value.partition("?")[2]):
            yield f'{name}.{each}.partition("?")[0]', value.partition("?")[0]
        elif _is_plain(value) and not _TOKEN_IN.search(repr(value)):
            yield f"{name}.{each}", _plain(value)


def _is_plain(value: Any) -> bool:
    if isinstance(value, dict):
        return all(isinstance(name, str) and _is_plain(each) for name, each in value.items())
    if isinstance(value, list | tuple):
        return type(value) in {list, tuple} and all(map(_is_plain, value))
    return isinstance(value, _PLAIN)


def _plain(value: Any) -> Any:
    """Return a value as JSON has it, but for tuples."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return {TUPLE: list(value)} if isinstance(value, tuple) else value
