"""Writes tenants to disk, and reads them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pytest_auth0_actions.project.tenant.model import TenantAction, TenantFolder, TenantModule
from pytest_auth0_actions.project.tenant.read import read_tenant

LOGIN = "exports.onExecutePostLogin = async (event, api) => {};\n"


def write(folder: Path, files: Mapping[str, Any]) -> Path:
    """Write files into a folder, by their paths; what is no text is written as JSON."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = content if isinstance(content, str) else json.dumps(content)
        path.write_text(text, encoding="utf-8")
    return folder


def manifest(name: str, trigger: str = "post-login", **more: Any) -> dict[str, Any]:
    """Return the manifest of an Action, as the Deploy CLI writes it."""
    return {
        "name": name,
        "code": f"./actions/{name}/code.js",
        "runtime": "node22",
        "status": "built",
        "dependencies": [],
        "secrets": [],
        "supported_triggers": [{"id": trigger, "version": "v3"}],
        "deployed": True,
        **more,
    }


def directory(*actions: Mapping[str, Any], code: str = LOGIN, **files: Any) -> dict[str, Any]:
    """Return the files of a directory with Actions, all with the same code."""
    made: dict[str, Any] = {"actions/.keep": ""}
    for each in actions:
        made[f"actions/{each['name']}.json"] = dict(each)
        made[f"actions/{each['name']}/code.js"] = code
    return made | files


def read(folder: Path, **more: Any) -> TenantFolder:
    """Return the tenant of a folder."""
    given: dict[str, Any] = {"base": folder, "environment": {}, **more}
    return read_tenant(folder, **given)


def found(tenant: TenantFolder) -> list[str]:
    """Return what is wrong with a tenant."""
    return [f"{'error' if each.is_error else 'warning'}: {each}" for each in tenant.findings]


def facts(tenant: TenantFolder) -> dict[str, Any]:
    """Return what is the same for one tenant in each form."""

    def of_unit(unit: TenantModule) -> tuple[Any, ...]:
        source = (unit.source or "").strip()
        return unit.name, dict(unit.dependencies), unit.secret_names, source

    def of_action(action: TenantAction) -> tuple[Any, ...]:
        return (
            *of_unit(action),
            action.trigger,
            action.runtime,
            action.deployed,
            action.modules,
        )

    return {
        "actions": [of_action(each) for each in tenant.actions],
        "modules": [of_unit(each) for each in tenant.modules],
        "bindings": {
            trigger: [each.action for each in bound] for trigger, bound in tenant.bindings.items()
        },
        "findings": [each.what for each in tenant.findings],
    }
