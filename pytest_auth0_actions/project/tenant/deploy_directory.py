"""Reads a directory that the Deploy CLI exports.

Source: https://github.com/auth0/auth0-deploy-cli/tree/master/examples/directory
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, TypeVar

from pytest_auth0_actions.project.tenant.findings import Reading
from pytest_auth0_actions.project.tenant.keywords import broken_by, markers_in, quoted
from pytest_auth0_actions.project.tenant.manifest import read_action, read_bindings, read_module
from pytest_auth0_actions.project.tenant.model import Binding, Place, TenantAction, TenantModule

_SIGNS: Final = ("actions", "action-modules", "triggers", "tenant.json")
UnitT = TypeVar("UnitT")


def is_directory_export(folder: Path) -> bool:
    """Return whether a folder seems to be an export of that form."""
    return any((folder / name).exists() for name in _SIGNS)


def read_directory(
    reading: Reading,
) -> tuple[list[TenantAction], list[TenantModule], dict[str, tuple[Binding, ...]]]:
    """Return the Actions, the modules, and the bindings of each trigger."""
    actions = list(_units(reading, "actions", read_action))
    modules = list(_units(reading, "action-modules", read_module))
    bindings: dict[str, tuple[Binding, ...]] = {}
    paths = _manifests(reading, "triggers")
    for path in paths[1:]:
        reading.warn(
            reading.place(path),
            f"[A827] It is not read: the Deploy CLI reads {paths[0].name} only, the first file "
            "there.",
            "Put them together.",
        )
    for path in paths[:1]:
        data = load_json(reading, path)
        bindings = read_bindings(reading, data, reading.place(path), {})
    return actions, modules, bindings


def _units(
    reading: Reading, name: str, read: Callable[[Reading, Any, Place], UnitT | None]
) -> Iterator[UnitT]:
    for path in _manifests(reading, name):
        findings = len(reading.findings)
        data = load_json(reading, path)
        if len(reading.findings) > findings:
            continue
        unit = read(reading, data, reading.place(path))
        if unit is not None:
            yield unit


def _manifests(reading: Reading, name: str) -> list[Path]:
    """Return the manifests in a folder of the tenant's."""
    folder = reading.folder / name
    if not folder.exists():
        return []
    if not reading.holds(folder):
        reading.error(
            reading.place(folder),
            "[A828] It is a link to a folder outside of the tenant's.",
            "Put the folder itself there.",
        )
        return []
    try:
        names = sorted(os.listdir(folder))
    except NotADirectoryError as error:
        reading.error(
            reading.place(folder),
            f"[A829] It is not a folder: {error.strerror}.",
            "Export the tenant again.",
        )
        return []
    except OSError as error:
        reading.unreadable(reading.place(folder), "The folder", error)
        return []
    return [folder / each for each in names if each.endswith(".json") and (folder / each).is_file()]


def load_json(reading: Reading, path: Path) -> Any:
    """Return what a manifest says; None, and an error is written down, if it is no JSON."""
    text = reading.text(path, "The manifest")
    if text is None:
        return None
    replaced = reading.replaced(text)
    try:
        return json.loads(replaced.text)
    except json.JSONDecodeError as error:
        try:
            return json.loads(quoted(replaced.text))
        except (ValueError, RecursionError):
            reading.error(
                reading.place(path, replaced.line(error.lineno)),
                f"[A830] It is not JSON: {error.msg}.",
                broken_by(text, replaced, [error.lineno])
                or _about_keyword(error)
                or "Correct it, or export the tenant again.",
            )
    except (ValueError, RecursionError) as error:
        what = "it has a number that is too long"
        if isinstance(error, RecursionError):
            what = "it is nested too deeply"
        reading.error(
            reading.place(path),
            f"[A831] It is JSON that can't be a manifest: {what}.",
            "Correct it, or export the tenant again.",
        )
    return None


def _about_keyword(error: json.JSONDecodeError) -> str:
    """Return what to do about a keyword without a value that no quotes are around."""
    keyword, at = next(markers_in(error.doc[error.pos :]), ("", 0))
    if not keyword or at:
        return ""
    return f"Put {keyword} in quotes, or give {keyword.strip('#@')} a value in ini auth0_keywords."
