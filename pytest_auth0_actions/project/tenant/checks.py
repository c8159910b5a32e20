"""Checks a tenant: what keeps it from being used, and what would go wrong at Auth0."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from pytest_auth0_actions.auth0.events.model import nearest
from pytest_auth0_actions.auth0.handlers import HANDLERS, HANDLERS_OF, MOST_ACTIONS, UNSUPPORTED
from pytest_auth0_actions.project.near_handlers import near_handlers
from pytest_auth0_actions.project.tenant.code_facts import CodeFacts, Used, code_facts
from pytest_auth0_actions.project.tenant.findings import Reading
from pytest_auth0_actions.project.tenant.model import (
    Place,
    TenantAction,
    TenantFolder,
    TenantModule,
)
from pytest_auth0_actions.project.tenant.packages import is_builtin, package_of

# https://auth0.com/docs/customize/actions/modules
MOST_MODULES: Final = 3
RUNTIME: Final = re.compile(r"node(\d+)(?:-\w+)?")
# What only a slip keeps from being one: "22", "Node22", "nodejs22.x", "node-22".
_LIKE_RUNTIME: Final = re.compile(r"(?:node)?(?:\.?js)?[ _.-]*v?(\d+)(?:\.[\dx.]+)?", re.IGNORECASE)
_PREFIX: Final = "actions:"
_ALONE: Final = "custom-email-provider"
_ALIKE: Final = 0.6


def check(reading: Reading, tenant: TenantFolder) -> TenantFolder:
    """Return the tenant with all findings."""
    _check_names(reading, tenant.actions, "Action")
    _check_names(reading, tenant.modules, "module")
    _check_bindings(reading, tenant)
    _check_alone(reading, tenant.actions)
    modules = [each.name for each in tenant.modules]
    for action in tenant.actions:
        facts = facts_of(action)
        _check_trigger(reading, action, facts, tenant)
        _warn_of_near_handlers(reading, action)
        _warn_of_runtime(reading, action)
        _check_modules(reading, action, facts, modules)
        _warn_of_code(reading, action, facts, "event")
    for module in tenant.modules:
        facts = facts_of(module)
        for used in facts.required:
            if used.name.startswith(_PREFIX):
                reading.error(
                    _in_code(module, used),
                    f"[A808] The module {module.name!r} requires {used.name}, and a module can't "
                    "require a module.",
                    "Move what it needs into it, or require both from the Action.",
                    module.name,
                )
        _warn_of_code(reading, module, facts, "actions")
    _warn_of_undeployed(reading, tenant)
    return replace(tenant, findings=tuple(reading.findings))


def facts_of(unit: TenantModule) -> CodeFacts:
    """Return what is certain about the code of an Action or a module."""
    owner = "event" if isinstance(unit, TenantAction) else "actions"
    return code_facts(unit.source or "", owner)


def _meant(name: str, names: Iterable[str]) -> str:
    """Return a question after the nearest name; empty if none is near."""
    near = nearest(name, names, _ALIKE)
    return f"Did you mean {near!r}? " if near else ""


def _in_code(unit: TenantModule, used: Used) -> Place:
    return Place(unit.path, unit.code_shown, used.line, unit.place.address)


def _check_names(reading: Reading, units: Sequence[TenantModule], what: str) -> None:
    first: dict[str, TenantModule] = {}
    for unit in sorted(units, key=lambda each: (each.name, each.place.shown, each.place.line)):
        if unit.name in first:
            reading.error(
                unit.place,
                f"[A809] The {what} {unit.name!r} is there twice: also at "
                f"{first[unit.name].place}.",
                "Remove one, or rename it.",
                unit.name,
            )
        else:
            first[unit.name] = unit


def _check_bindings(reading: Reading, tenant: TenantFolder) -> None:
    actions = {each.name: each for each in tenant.actions}
    for trigger, bindings in tenant.bindings.items():
        if not _is_known(trigger):
            reading.warn(
                bindings[0].place,
                f"[A810] The trigger {trigger!r} is not known here.",
                f"{_meant(trigger, HANDLERS_OF)}Its Actions can't be run.",
            )
        for binding in bindings:
            action = actions.get(binding.action)
            if action is None:
                reading.error(
                    binding.place,
                    f"[A811] The trigger {trigger!r} binds {binding.action!r}, and there is no "
                    "such Action.",
                    _meant(binding.action, actions)
                    + (
                        "Add its auth0_action, or remove the binding."
                        if binding.place.address
                        else "Export its Actions too, or remove the binding. The Deploy CLI "
                        "exports none of the Marketplace: for one, test a copy without the binding."
                    ),
                )
            elif action.trigger and action.trigger != trigger:
                reading.error(
                    binding.place,
                    f"[A812] The trigger {trigger!r} binds {binding.action!r}, an Action for "
                    f"{action.trigger!r}.",
                    _advice_for_binding(trigger, action),
                    action.name,
                )


def _advice_for_binding(trigger: str, action: TenantAction) -> str:
    """Return what to do about a binding to an Action of another trigger."""
    exported = _triggers_in(facts_of(action))
    ways = []
    if _is_known(action.trigger) and exported != {trigger}:
        ways.append(f"bind it to {action.trigger!r}.")
    if _is_known(trigger) and exported != {action.trigger}:
        ways.append(_correct_trigger(trigger, action))
    return _either(*ways) if ways else "Correct the names of both."


def _either(*ways: str) -> str:
    """Return ways to go on as sentences."""
    text = " Or ".join(ways)
    return text[:1].upper() + text[1:]


def _correct_trigger(trigger: str, action: TenantAction) -> str:
    return f"write {trigger!r} as the id in its supported_triggers, at {action.place}."


def _is_known(trigger: str) -> bool:
    return trigger in HANDLERS_OF or trigger in UNSUPPORTED


def _triggers_in(facts: CodeFacts) -> set[str]:
    """Return the triggers of the handlers that code exports."""
    return {HANDLERS[each.name] for each in facts.handlers}


def _check_alone(reading: Reading, actions: Sequence[TenantAction]) -> None:
    of_email = [each for each in actions if each.trigger == _ALONE]
    if len({each.name for each in of_email}) > MOST_ACTIONS[_ALONE]:
        names = ", ".join(repr(each.name) for each in of_email)
        reading.error(
            of_email[1].place,
            f"[A813] There is more than one Action for {_ALONE}: {names}.",
            "Keep one: Auth0 takes no second.",
            of_email[1].name,
        )


def _check_trigger(
    reading: Reading, action: TenantAction, facts: CodeFacts, tenant: TenantFolder
) -> None:
    triggers = _triggers_in(facts)
    if not action.trigger or not triggers or action.trigger in triggers:
        return
    if action.trigger in UNSUPPORTED and not UNSUPPORTED.keys().isdisjoint(triggers):
        return  # Auth0 has not published which handlers those have
    exported = facts.handlers[0]
    right = HANDLERS[exported.name]
    ways = [_correct_trigger(right, action)]
    is_bound_there = any(each.action == action.name for each in tenant.bindings.get(right, ()))
    if action.trigger in HANDLERS_OF and not is_bound_there:
        ways.insert(0, f"export {HANDLERS_OF[action.trigger][0]}.")
    elif not _meant(action.trigger, [right]) and not is_bound_there:
        ways = ["correct one of the two."]
    reading.error(
        _in_code(action, exported),
        f"[A814] The Action {action.name!r} is for {action.trigger!r}, and its code exports "
        f"{exported.name}, which is for {right!r}.",
        _either(*ways),
        action.name,
    )


def _warn_of_near_handlers(reading: Reading, action: TenantAction) -> None:
    for used, handler in near_handlers(action.source or "", action.trigger):
        reading.warn(
            _in_code(action, used),
            f"[A341] The Action {action.name!r} exports {used.name}, which Auth0 does not call.",
            f"If it is meant as the handler {handler}, rename it.",
            action.name,
        )


def _warn_of_runtime(reading: Reading, action: TenantAction) -> None:
    runtime = action.runtime or ""
    like = _LIKE_RUNTIME.fullmatch(runtime)
    if like is not None and RUNTIME.fullmatch(runtime) is None:
        reading.warn(
            action.place,
            f"[A877] The runtime of {action.name!r} is {runtime}: it can't be deployed like that.",
            f'Write "node{like[1]}".',
            action.name,
        )


def _check_modules(
    reading: Reading, action: TenantAction, facts: CodeFacts, modules: Sequence[str]
) -> None:
    for name in action.modules:
        if name not in modules:
            reading.error(
                action.place,
                f"[A815] The Action {action.name!r} declares the module {name!r}, and there is "
                "none.",
                f"{_meant(name, modules)}{_have_module(action)}, or remove it.",
                action.name,
            )
    required = [each for each in facts.required if each.name.startswith(_PREFIX)]
    for used in required:
        name = used.name.removeprefix(_PREFIX)
        if name not in modules:
            reading.error(
                _in_code(action, used),
                f"[A816] The Action {action.name!r} requires {used.name}, and there is no such "
                "module.",
                f"{_meant(name, modules)}{_have_module(action)}, or correct the name.",
                action.name,
            )
        elif name not in action.modules:
            reading.warn(
                _in_code(action, used),
                f"[A817] The Action {action.name!r} requires {used.name}, and does not declare it: "
                "it fails at Auth0.",
                _declare_module(action, name),
                action.name,
            )
    count = max(len(set(action.modules)), len(required))
    if count > MOST_MODULES:
        reading.error(
            action.place,
            f"[A818] The Action {action.name!r} has {count} modules.",
            f"Auth0 takes {MOST_MODULES} at most: put some together.",
            action.name,
        )


def _have_module(action: TenantAction) -> str:
    return (
        "Add its auth0_action_module" if action.place.address else "Export the Actions Modules too"
    )


def _declare_module(action: TenantAction, name: str) -> str:
    if action.place.address:
        return f"Add `modules` with its module_id and module_version_id, at {action.place}."
    reference = json.dumps({"module_name": name, "module_version_number": 1}, ensure_ascii=False)
    return f"Add {reference} to its `modules`, at {action.place}."


def _warn_of_code(reading: Reading, unit: TenantModule, facts: CodeFacts, owner: str) -> None:
    """Write down what would go wrong at Auth0 with code and what is declared for it."""
    what = f"The {'Action' if isinstance(unit, TenantAction) else 'module'} {unit.name!r}"
    for used in facts.keywords:
        reading.warn_of_keyword(_in_code(unit, used), used.name, unit.name)
    if unit.are_secrets_known:
        for used in facts.secrets:
            if used.name not in unit.secret_names:
                reading.warn(
                    _in_code(unit, used),
                    f"[A819] {what} reads {owner}.secrets.{used.name}, which it does not declare: "
                    "at Auth0 it is undefined.",
                    f"{_meant(used.name, unit.secret_names)}Add the secret at {unit.place}, or "
                    "correct the name.",
                    unit.name,
                )
        read = {each.name for each in facts.secrets}
        for name in unit.secret_names if facts.are_secrets_all else ():
            if name not in read:
                reading.warn(
                    unit.place,
                    f"[A820] {what} declares the secret {name!r}, and never reads it.",
                    f"{_meant(name, read)}Remove it, or read it.",
                    unit.name,
                )
    for used in facts.required:
        _warn_of_required(reading, unit, used, what)


def _warn_of_required(reading: Reading, unit: TenantModule, used: Used, what: str) -> None:
    if used.name.startswith((".", "/")):
        reading.warn(
            _in_code(unit, used),
            f"[A821] {what} requires the file {used.name!r}: it fails at Auth0, which has no "
            "files.",
            "Put the code of that file into the Action, or into an Actions Module."
            if isinstance(unit, TenantAction)
            else "Put the code of that file into the module.",
            unit.name,
        )
        return
    package = package_of(used.name)
    if package is None or is_builtin(used.name) or package in unit.dependencies:
        return
    reading.warn(
        _in_code(unit, used),
        f"[A822] {what} requires {used.name!r}, and does not declare {package!r}: it fails at "
        "Auth0, installed here or not.",
        f"{_meant(package, unit.dependencies)}Add {package} to the dependencies at {unit.place}.",
        unit.name,
    )


def _warn_of_undeployed(reading: Reading, tenant: TenantFolder) -> None:
    bound = {each.action: each for bindings in tenant.bindings.values() for each in bindings}
    for action in tenant.actions:
        if action.name in bound and not action.deployed:
            setting = "deploy" if action.place.address else "deployed"
            reading.warn(
                action.place,
                f"[A823] The Action {action.name!r} is bound, and not deployed: Auth0 does not run "
                "this code.",
                f"Set `{setting}` to true, or remove the binding at {bound[action.name].place}.",
                action.name,
            )
