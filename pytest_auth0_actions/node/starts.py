"""Finds the line that has started a request by way of an npm package, which no stack shows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import urlsplit

from pytest_auth0_actions.node.changes import code_lines

# What a package exports, or some of it, and what is made of that.
_REQUIRED: Final = re.compile(
    r"\b(?:const|let|var)\s+(\w+|\{[^}]*\})\s*=\s*(?:await\s+)?(?:require|import)\(\s*['\"`](?!\.)"
    r"|^\s*import\s+([^'\"`;]+?)\s*\bfrom\s*['\"`](?!\.)",
    re.MULTILINE,
)
_AS: Final = re.compile(r"^.*\bas\s+|^type\s+")
_MADE: Final = r"(?:\b(?:const|let|var)\s+)?\b(\w+)\s*=\s*(?:await\s+)?(?:new\s+)?{names}\b[\w.]*\("
_WAITED_FOR: Final = re.compile(r"\b(?:await|return|yield)\b|\brequire\(")


def line_of_request(url: str, files: Sequence[str]) -> tuple[str, int] | None:
    """Return the file and the line that seem to have asked for *url* and not to have waited.

    None if there is none, or if it may be one of several.
    """
    found = [each for file in files for each in _candidates(file)]
    parts = urlsplit(url)
    for word in (url, parts.path if len(parts.path) > 1 else url, parts.netloc, ""):
        for may_be_client in (False, True):  # what is assigned may be a client, and no request
            named = [each for each in found if word in each[2] and each[3] <= may_be_client]
            if len(named) == 1:
                return named[0][:2]
    return None


def _candidates(file: str) -> Iterator[tuple[str, int, str, bool]]:
    """Yield the lines of *file* that call what a package gives, and do not wait for it.

    With each, whether the result is assigned.
    """
    lines = code_lines(file)
    names = _names("\n".join(lines))
    if not names:
        return
    call = re.compile(rf"(?<![\w.$]){_any_of(names)}\??(?:\.\w+|\(\))*\(")
    made = re.compile(_MADE.format(names=_any_of(names)))
    for number, line in enumerate(lines, 1):
        if call.search(line) and not _WAITED_FOR.search(line) and not re.search(r"\bnew\b", line):
            yield file, number, line, made.search(line) is not None


def _names(source: str) -> set[str]:
    """Return the variables of *source* that hold what packages give, or what is made of that."""
    names: set[str] = set()
    for required, imported in _REQUIRED.findall(source):
        names.update(
            part.rpartition(":")[2].partition("=")[0].strip()
            for part in required.strip("{}").split(",")
        )
        parts = imported.replace("{", ",").replace("}", ",").split(",")
        names.update(_AS.sub("", part.strip()) for part in parts)
    names.discard("")
    while names:
        made = set(re.findall(_MADE.format(names=_any_of(names)), source)) - names
        if not made:
            break
        names |= made
    return names


def _any_of(names: set[str]) -> str:
    return f"(?:{'|'.join(map(re.escape, sorted(names)))})"
