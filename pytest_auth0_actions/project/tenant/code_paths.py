"""Finds the code that a manifest of the Deploy CLI names; never outside of the tenant's folder."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath
from typing import Final

from pytest_auth0_actions.project.tenant.findings import Reading
from pytest_auth0_actions.project.tenant.model import Place

_FOLDERS: Final = ("actions", "action-modules")


def find_code(reading: Reading, code: str, place: Place, owner: str) -> Path | None:
    """Return the file that *code* names; None, and an error is written down, if there is none.

    It is a path from the tenant's folder, or from where the export ran, as older versions wrote it.

    Args:
        reading: the tenant.
        code: the path, as the manifest has it.
        place: where that is said.
        owner: whose code it is.
    """
    path = PurePosixPath(code.replace("\\", "/").lstrip("/"))
    named = [reading.folder / path, *_from_elsewhere(reading.folder, path)]
    candidates = [Path(os.path.normpath(each)) for each in named]
    inside = [each for each in candidates if _stays(reading.folder, each)]
    there = [each for each in inside if os.path.isfile(each)]
    if not inside:
        reading.error(
            place,
            f"[A824] The code {code!r} is outside of the tenant's folder.",
            f"Move the file into {reading.shown(reading.folder)}, and name it from there.",
            owner,
        )
        return None
    if not there:
        reading.error(
            place,
            f"[A825] The code {code!r} is not there: {reading.shown(inside[0])} is not a file.",
            "Export again, or correct the path.",
            owner,
        )
        return None
    found = there[0]
    if not reading.holds(found):
        reading.error(
            place,
            f"[A826] The code {code!r} is a link to a file outside of the tenant's folder.",
            "Put the file itself there.",
            owner,
        )
        return None
    return found


def _stays(folder: Path, path: Path) -> bool:
    return str(path).startswith(f"{folder}{os.sep}")


def _from_elsewhere(folder: Path, path: PurePosixPath) -> list[Path]:
    """Return where a file is if the path leads there from another folder."""
    return [
        folder.joinpath(*path.parts[number:])
        for number, part in enumerate(path.parts)
        if part in _FOLDERS and number > 0
    ]
