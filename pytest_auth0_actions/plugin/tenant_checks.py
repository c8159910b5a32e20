"""Checks what a test gives to the fixtures of a tenant, and the files that it loads."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from pytest_auth0_actions.auth0.events.model import nearest
from pytest_auth0_actions.auth0.triggers import Trigger
from pytest_auth0_actions.errors import (
    NearMissWarning,
    TenantWarning,
    UsageError,
    hides_our_frames,
)
from pytest_auth0_actions.project.action_file import ActionFile
from pytest_auth0_actions.project.near_handlers import near_handlers
from pytest_auth0_actions.project.tenant.findings import Finding
from pytest_auth0_actions.project.tenant.keywords import markers_in
from pytest_auth0_actions.project.tenant.model import TenantModule
from pytest_auth0_actions.world.testbed import Testbed, warn_in_test

__tracebackhide__ = hides_our_frames


def named(
    units: Iterable[Any],
    name: str,
    what: str,
    whose: str,
    others: Iterable[Any] = (),
    findings: Iterable[Finding] = (),
) -> Any:
    """Return what has a name.

    Args:
        units: what there is.
        name: the name.
        what: what they are, such as ``"Action"``.
        whose: where they are.
        others: what is elsewhere in the tenant.
        findings: why it may not be there.

    Raises:
        UsageError: nothing has.
    """
    by_name = {each.name: each for each in units}
    if isinstance(name, str) and name in by_name:
        return by_name[name]
    listed = ", ".join(map(repr, by_name)) or "none"
    owner = next((each.name for each in by_name.values() if name in each.secret_names), None)
    of_path = next((each.name for each in by_name.values() if name == each.code_shown), None)
    if any(name == each.name for each in others):
        advice = f"The tenant has it, and binds it elsewhere or nowhere. Here are {listed}."
    elif of_path is not None:
        advice = f"That is the code of {of_path!r}: use this name."
    elif owner is not None:
        advice = f"It is a secret of {owner!r}: give it as {{{owner!r}: {{{name!r}: '...'}}}}."
    else:
        advice = meant(name, by_name)
    reasons = "" if advice else listed_below(findings)
    raise UsageError(
        f"[A801] There is no such {what} in {whose}.",
        f"Given: {name!r}.{reasons}",
        advice or f"It has {listed}.",
    )


def listed_below(findings: Iterable[Finding]) -> str:
    """Return findings, each as a line of its own below what is said."""
    return "".join(f"\n  {each}" for each in findings)


def meant(name: object, known: Iterable[str]) -> str:
    """Return a question after the nearest of the names that are known; empty if none is near."""
    near = nearest(name, known, 0.5)
    return f"Did you mean {near!r}?" if near else ""


def warn_of_keywords(testbed: Testbed, file: ActionFile) -> None:
    """Warn of the Deploy CLI's keywords in a file that is loaded without its tenant.

    Raises:
        TenantWarning: the user's filters turn it into an error.
    """
    keyword, at = next(markers_in(file.source), ("", 0))
    if not keyword:
        return
    place = f"{file.shown}:{file.source.count(chr(10), 0, at) + 1}"
    text = (
        f"[A875] {place} has the keyword {keyword}, and runs with it as it is: what replaces it "
        "belongs to the tenant. Name its folder in ini auth0_tenant, and load the Action by "
        "tenant.action(...)."
    )
    warn_in_test(testbed.journal, testbed.mask, (TenantWarning, text))


def warn_of_near_handlers(testbed: Testbed, file: ActionFile, trigger: Trigger) -> None:
    """Warn of exports that seem to be handlers to go on with; a run names those to begin with.

    Raises:
        NearMissWarning: the user's filters turn it into an error.
    """
    for used, handler in near_handlers(file.source, trigger.id):
        if handler != trigger.handlers[0]:
            text = (
                f"[A341] The Action {file.shown}:{used.line} exports {used.name}, which Auth0 does "
                f"not call. If it is meant as the handler {handler}, rename it."
            )
            warn_in_test(testbed.journal, testbed.mask, (NearMissWarning, text))


def checked_mapping(
    argument: str, given: Mapping[str, Any] | None, example: str
) -> Mapping[str, Any]:
    """Return a mapping that the test gives, or gives not.

    Raises:
        UsageError: it is none.
    """
    if given is not None and not isinstance(given, Mapping):
        raise UsageError(
            f"[A802] {argument} must be a mapping.",
            f"Given: an object of type {type(given).__name__}.",
            f"Pass {example}.",
        )
    return {} if given is None else given


def checked_variables(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the values of Terraform's variables, in the types of JSON.

    Raises:
        UsageError: one has none.
    """
    made: dict[str, Any] = {}
    for name, value in given.items():
        try:
            made[name] = json.loads(json.dumps(value))
        except (TypeError, ValueError, RecursionError):
            raise UsageError(
                "[A803] The value of a variable can't be one of Terraform's.",
                f"Given: {name}, of type {type(value).__name__}.",
                "Pass text, a number, a boolean, None, a list or a dict.",
            ) from None
    return made


def check_secret(unit: TenantModule, name: str, modules: Iterable[TenantModule]) -> None:
    """Check that an Action or a module declares a secret.

    Args:
        unit: the Action or module.
        name: the secret's name.
        modules: its own modules, which may declare it.

    Raises:
        UsageError: it does not.
    """
    if name in unit.secret_names:
        return
    owner = next((each.name for each in modules if name in each.secret_names), None)
    if owner is not None:
        advice = f"Its module does: module_secrets={{{owner!r}: {{{name!r}: '...'}}}}."
    else:
        advice = meant(name, unit.secret_names) or f"Declare it at {unit.place}, or drop it."
    raise UsageError(
        f"[A804] {unit.name!r} declares no such secret, and would not have it at Auth0.",
        f"Given: {name!r}; it declares {', '.join(unit.secret_names) or 'none'}.",
        advice,
    )
