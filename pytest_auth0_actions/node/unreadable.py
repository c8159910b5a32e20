"""Words what is wrong with source that can't be parsed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from pytest_auth0_actions.errors import ActionLoadError
from pytest_auth0_actions.node.stacks import indented, source_of
from pytest_auth0_actions.project.action_file import TYPESCRIPT, ActionFile
from pytest_auth0_actions.project.typescript import is_typescript
from pytest_auth0_actions.project.unclosed import unclosed_in

# What V8, SWC, esbuild and TypeScript say there.
_AT_END: Final = re.compile(r"end of (?:input|file)|<eof>|^'[)\]}]' expected")
_AT: Final = re.compile(r"/.+:(\d+)")


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
    place = _AT.fullmatch(at)
    line = int(place[1]) if place is not None else 0
    return syntax_error(problem["message"], given, wrong.source, line)


def syntax_error(message: str, given: str, source: str, line: int) -> ActionLoadError:
    """Return the error for code that no parser takes.

    Args:
        message: what the parser said.
        given: where, and what is there.
        source: the code.
        line: the line where the parser stopped, from 1.
    """
    advice = "Correct it there."
    if message.startswith("await is only valid"):
        advice = "Write async before the function around it, or move it into the handler."
    # Where the file ends it is not wrong: something before that has no end.
    is_at_end = line > source.rstrip().count("\n") and _AT_END.search(message)
    left_open = unclosed_in(source) if is_at_end else None
    if left_open is not None:
        given += indented([f"The file ends there, and line {left_open.line} is still open:"])
        given += indented([f"  {left_open.text.strip()}"])
        advice = f"Close the {left_open.mark} of line {left_open.line}."
    return ActionLoadError(f"[A314] The Action has a syntax error: {message}", given, advice)


def unreadable_required(threw: Mapping[str, Any], file: ActionFile) -> ActionLoadError | None:
    """Return the error for a file of the user's that can't be parsed; None for anything else.

    Args:
        threw: what the Action threw, which has required the file.
        file: the Action.
    """
    at, *shown = str(threw["stack"]).split("\n\n")[0].split("\n")
    path = at.rpartition(":")[0]
    source = source_of(path) if threw["name"] == "SyntaxError" and _AT.fullmatch(at) else ""
    if not source:
        return None
    problem = {"at": at, "shown": shown, "message": threw["message"], "is_module": False}
    return unreadable(problem, ActionFile(path, file.shown_place(path), source, {}), {})
