"""Words what is wrong with source that can't be parsed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_auth0_actions.errors import ActionLoadError
from pytest_auth0_actions.node.stacks import indented
from pytest_auth0_actions.project.action_file import TYPESCRIPT, ActionFile
from pytest_auth0_actions.project.typescript import is_typescript


def unreadable(
    problem: Mapping[str, Any], file: ActionFile, modules: Mapping[str, ActionFile]
) -> ActionLoadError:
    """Return the error for source that can't be parsed."""
    shown = problem["at"] or file.shown
    for known in (file, *modules.values()):
        shown = shown.replace(known.path, known.shown)
    given = f"Given: {shown}" + indented(problem["shown"])
    at = str(problem["at"])
    wrong = next((each for each in modules.values() if at.startswith(f"{each.path}:")), file)
    has_types = wrong.path.endswith(TYPESCRIPT)  # which are gone by now
    if not has_types and is_typescript(wrong.source):
        return ActionLoadError(
            "[A312] The Action is written in TypeScript.",
            given,
            "Let its name end in .ts, as TypeScript, or load the JavaScript it is compiled to.",
        )
    if problem["is_module"] and not has_types:
        return ActionLoadError(
            "[A313] The Action is written as an ES module.",
            given,
            "Auth0 runs CommonJS: use require(...) for import, and exports.name = for export.",
        )
    return ActionLoadError(
        f"[A314] The Action has a syntax error: {problem['message']}",
        given,
        "Correct it there.",
    )
