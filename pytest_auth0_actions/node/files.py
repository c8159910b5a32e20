"""Reads an Action's file from disk, or says why not."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

from pytest_auth0_actions.errors import ActionLoadError, UsageError, hides_our_frames
from pytest_auth0_actions.node.runtime import ActionFile

__tracebackhide__ = hides_our_frames

PathLike: TypeAlias = "str | Path"
ModuleSpec: TypeAlias = "PathLike | tuple[PathLike, Mapping[str, str]]"


def read_action(path: PathLike, root: Path, secrets: Mapping[str, str] | None) -> ActionFile:
    """Return the Action at *path*, which starts at *root* if it is relative.

    Raises:
        ActionLoadError: there is no readable file.
        UsageError: *secrets* is no mapping of names to text.
    """
    full = root / path
    if full.is_dir():
        raise ActionLoadError(
            "An Action is a file, and this is a directory.",
            f"Given: {str(path)!r}, which is {full}.",
            "Name the file in it, such as 'code.js'.",
        )
    try:
        source = full.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ActionLoadError(
            "The Action's file is not UTF-8.",
            f"Given: {str(path)!r}, byte {error.object[error.start]:#04x} at {error.start}.",
            "Save it as UTF-8.",
        ) from None
    except OSError as error:
        raise ActionLoadError(
            f"The Action's file can't be read: {error.strerror}.",
            f"Given: {str(path)!r}, looked for at {full}.",
            f"Check the path; a relative one starts at {root} (ini auth0_actions_root).",
        ) from None
    return ActionFile(full, str(path), source, _checked_secrets(secrets or {}))


def read_modules(modules: Mapping[str, ModuleSpec] | None, root: Path) -> dict[str, ActionFile]:
    """Return the files behind `require('actions:NAME')`, by name.

    Raises:
        ActionLoadError: one is not readable.
        UsageError: the secrets of one are no mapping of names to text.
    """
    files = {}
    for name, spec in (modules or {}).items():
        path, secrets = spec if isinstance(spec, tuple) else (spec, {})
        files[name] = read_action(path, root, secrets)
    return files


def _checked_secrets(secrets: Mapping[str, str]) -> Mapping[str, str]:
    for name, value in secrets.items():
        if not isinstance(value, str):
            raise UsageError(
                "A secret is text.",
                f"Given: {name}, of type {type(value).__name__}.",
                "Pass a str, as Auth0 stores it.",
            )
    return secrets
