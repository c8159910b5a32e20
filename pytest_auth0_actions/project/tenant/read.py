"""Reads a tenant, in whichever form it is there."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from pytest_auth0_actions.auth0.events.model import nearest
from pytest_auth0_actions.errors import TenantError, hides_our_frames, printable
from pytest_auth0_actions.project.tenant.checks import check
from pytest_auth0_actions.project.tenant.deploy_directory import (
    is_directory_export,
    read_directory,
)
from pytest_auth0_actions.project.tenant.deploy_yaml import read_yaml
from pytest_auth0_actions.project.tenant.findings import Reading
from pytest_auth0_actions.project.tenant.keywords import Keywords
from pytest_auth0_actions.project.tenant.manifest import sorted_by_name
from pytest_auth0_actions.project.tenant.model import (
    Binding,
    TenantAction,
    TenantFolder,
    TenantModule,
)
from pytest_auth0_actions.project.tenant.terraform import read_terraform
from pytest_auth0_actions.project.tenant.terraform_show import is_shown, read_shown

__tracebackhide__ = hides_our_frames

_YAML_ENDINGS = (".yaml", ".yml")
_TERRAFORM = "a Terraform folder"
_MAPPINGS = "AUTH0_KEYWORD_REPLACE_MAPPINGS"
# The folders of a Deploy CLI directory.
_PARTS = ("actions", "action-modules", "triggers")
_ALIKE = 0.6
_FORMS = (
    "Name a directory that `a0deploy export --format=directory` wrote, a tenant.yaml, a folder "
    "with *.tf, or what `terraform show -json` wrote."
)


def read_tenant(
    path: Path,
    *,
    base: Path,
    environment: Mapping[str, str],
    keywords: Mapping[str, Any] | None = None,
    variables: Mapping[str, Any] | None = None,
) -> TenantFolder:
    """Return the tenant at *path*; what is wrong with it is in its findings.

    Args:
        path: a folder or a file.
        base: where the paths start that people see.
        environment: the environment variables, which replace keywords by their names.
        keywords: what replaces keywords before all else.
        variables: those of Terraform.

    Raises:
        TenantError: there is no tenant.
    """
    path = Path(os.path.abspath(path))
    shown = printable(os.fspath(path).removeprefix(f"{base}{os.sep}"))
    folder = path if path.is_dir() else path.parent
    reading = Reading(folder, base, None, variables)
    if not path.exists():
        raise TenantError(
            "[A856] The tenant is not there.",
            f"Given: {shown}, which is {printable(str(path))}.",
            f"{_near(path)}{_FORMS}",
        )
    form = _form(path, environment)
    if form is None:
        raise TenantError(
            "[A857] That is not a tenant.",
            f"Given: {shown}, {_content(path)}.",
            f"{_around(path)}{_FORMS}",
        )
    if form.has_keywords:
        values = {**_configured(reading, base), **environment, **(keywords or {})}
        reading.keywords = Keywords(values)
    if variables and form.name != _TERRAFORM:
        reading.error(
            reading.place(path),
            f"[A858] The test gives variables, and {form.name} has none.",
            "Leave them out; the values of secrets go to tenant.action(name, secrets={...}).",
        )
    actions, modules, bindings = form.read(reading)
    tenant = TenantFolder(
        path,
        shown,
        form.name,
        sorted_by_name(actions),
        sorted_by_name(modules),
        bindings,
        (),
    )
    return check(reading, tenant)


Units: TypeAlias = tuple[list[TenantAction], list[TenantModule], dict[str, tuple[Binding, ...]]]
Read: TypeAlias = Callable[[Reading], Units]


class _Form(NamedTuple):
    """What a tenant may be.

    Attributes:
        name: what it is, for people.
        read: reads it.
        has_keywords: whether keywords are replaced in it.
    """

    name: str
    read: Read
    has_keywords: bool


def _form(path: Path, environment: Mapping[str, str]) -> _Form | None:
    """Return what a tenant is; None if it is none."""
    if path.is_file():
        if path.suffix in _YAML_ENDINGS:
            return _Form("a Deploy CLI YAML file", lambda reading: read_yaml(reading, path), True)
        if path.suffix == ".json":
            return _Form("a JSON file", lambda reading: _read_json(reading, path), False)
        return None
    for ending in _YAML_ENDINGS:
        if (path / f"tenant{ending}").is_file():
            return _form(path / f"tenant{ending}", environment)
    if any(path.glob("*.tf")):
        return _Form(_TERRAFORM, lambda reading: read_terraform(reading, environment), False)
    if is_directory_export(path):
        return _Form("a Deploy CLI directory", read_directory, True)
    return None


def _read_json(reading: Reading, path: Path) -> Units:
    """Return what is in the file that `terraform show -json` has written."""
    text = reading.text(path, "The file")
    try:
        data = None if text is None else json.loads(text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 0)
        reading.error(reading.place(path, line), "[A859] It is not JSON.", _FORMS)
        return [], [], {}
    if text is not None and not is_shown(data):
        reading.error(
            reading.place(path),
            "[A860] It is JSON, but not what `terraform show -json` writes.",
            _FORMS,
        )
        data = None
    return ([], [], {}) if data is None else read_shown(reading, path, data)


def _near(path: Path) -> str:
    """Return a question after what is there with almost that name; empty if nothing is."""
    try:
        name = nearest(path.name, os.listdir(path.parent), _ALIKE)
    except (OSError, ValueError):  # a path that can't be
        return ""
    return f"Did you mean {printable(name)!r}? " if name is not None else ""


def _around(path: Path) -> str:
    """Return a question after the tenant that a folder is in, or that is in it; empty if none."""
    if path.name in _PARTS:
        return "Did you mean the folder that it is in? "
    inside = sorted(os.listdir(path)) if path.is_dir() else []
    for name in inside:
        if (path / name).is_dir() and _form(path / name, {}) is not None:
            return f"Did you mean {printable(name)!r} in it? "
    return ""


def _content(path: Path) -> str:
    """Return what is at a path, for people."""
    if not path.is_dir():
        return "a file"
    names = sorted(os.listdir(path))
    if not names:
        return "an empty folder"
    more = ", ..." if len(names) > 5 else ""
    return f"a folder with {', '.join(map(printable, names[:5]))}{more}"


def _configured(reading: Reading, base: Path) -> dict[str, Any]:
    """Return what config.json says of keywords: the folder's own, or the next one above it."""
    path = reading.folder / "config.json"
    if path.is_file():
        text = reading.text(path, "The configuration")
        try:
            config = None if text is None else json.loads(text)
        except (ValueError, RecursionError) as error:
            line = getattr(error, "lineno", 0)
            reading.error(
                reading.place(path, line),
                "[A861] The configuration of the Deploy CLI is not JSON.",
                "Correct it, or leave it out.",
            )
            return {}
        return _mappings(reading, path, config)
    folders = [base]
    if base in reading.folder.parents:
        folders = [each for each in reading.folder.parents if each.is_relative_to(base)]
    for folder in folders:
        path = folder / "config.json"
        try:
            config = json.loads(path.read_bytes())
        except (OSError, ValueError, RecursionError):  # there is none, or it is another tool's
            continue
        if isinstance(config, dict) and _MAPPINGS in config:
            return _mappings(reading, path, config)
    return {}


def _mappings(reading: Reading, path: Path, config: Any) -> dict[str, Any]:
    """Return the keywords of a configuration; none, and an error is written down, if wrong."""
    mappings = config.get(_MAPPINGS) if isinstance(config, dict) else None
    if mappings is None or isinstance(mappings, dict):
        return mappings or {}
    reading.error(
        reading.place(path),
        f"[A862] Its {_MAPPINGS} are not an object.",
        'Write {"KEY": "value"}, or leave it out.',
    )
    return {}
