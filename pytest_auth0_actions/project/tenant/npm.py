"""Writes down for npm which packages the Actions of a tenant declare, each for itself."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Final

from pytest_auth0_actions.project.tenant.model import TenantFolder
from pytest_auth0_actions.project.tenant.use import packages_folder, safe_name

_KINDS: Final = ("actions", "modules")
_LATEST: Final = "latest"


def write_workspaces(tenant: TenantFolder, folder: Path) -> int:
    """Write what npm is to install into a folder, and return for how many Actions and modules.

    Each has a workspace, so that two may have a package in two versions; all have one lock file.

    Args:
        tenant: whose packages.
        folder: where to.
    """
    units = [each for each in (*tenant.actions, *tenant.modules) if each.dependencies]
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / ".gitignore", "node_modules/\n")
    workspaces = [f"{kind}/*" for kind in _KINDS]
    _write_json(folder / "package.json", {"private": True, "workspaces": workspaces})
    wanted = {packages_folder(folder, each) for each in units}
    for kind in _KINDS:
        for old in (folder / kind).glob("*"):
            if old not in wanted and (old / "package.json").is_file():
                shutil.rmtree(old)
    for unit in units:
        own = packages_folder(folder, unit)
        own.mkdir(parents=True, exist_ok=True)
        _write_json(
            own / "package.json",
            {
                "name": f"{own.parent.name}-{safe_name(unit.name)}",
                "version": "0.0.0",
                "dependencies": {
                    name: version or _LATEST for name, version in sorted(unit.dependencies.items())
                },
            },
        )
    return len(units)


def packages_in(output: str, tenant: TenantFolder) -> list[str]:
    """Return the declared packages that npm's output names, each with where it is declared.

    Args:
        output: such as ``"'no-such@1.0.0' is not in this registry"``.
        tenant: whose packages.
    """
    declared = [
        (f"{name}@{version or _LATEST}", f"{name} {version}".strip() + f" at {unit.place}")
        for unit in (*tenant.actions, *tenant.modules)
        for name, version in unit.dependencies.items()
    ]
    exact = [shown for spec, shown in declared if _names(output, spec)]
    return exact or [
        shown for spec, shown in declared if _names(output, f"{spec.rpartition('@')[0]}@")
    ]


def _names(output: str, start: str) -> bool:
    """Return whether a package is named that begins like that."""
    return re.search(rf"(?<![\w@/.-]){re.escape(start)}", output) is not None


def _write_json(path: Path, data: dict[str, object]) -> None:
    _write(path, json.dumps(data, indent=2, ensure_ascii=False) + "\n")


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
