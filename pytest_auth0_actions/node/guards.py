"""Sees whether an Action reads a secret only to find out whether it is there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pytest_auth0_actions.node.changes import code_lines

# What stands before a value that is checked, and what behind one, with or without a default.
_BEFORE: Final = r"(?:!\s*|\btypeof\s*\(?\s*|\bBoolean\(\s*)"
_BEHIND: Final = r"\s*(?:\|\||&&|\?|[!=]==?)"
_CONDITION: Final = r"(?:\b(?:if|while)\s*\(|&&)\s*"
_LONGEST_LINE: Final = 500  # of code that somebody has written


def is_guarded(file: str, line: int, name: str) -> bool:
    """Return whether a line reads the secret *name* and provides for its absence.

    It does by an `if`, a comparison or a default, there or where the variable that it is read into
    is used first.
    """
    lines = code_lines(file)[line - 1 :]
    if not lines or len(lines[0]) > _LONGEST_LINE:
        return False
    word = rf"{re.escape(name)}\b"
    read = rf"(?:[\w$]+\s*\??\.\s*)*[\w$]+\s*\??\.?\s*(?:\.\s*{word}|\[\s*['\"`]{word}['\"`]\s*\])"
    if _checks(read).search(lines[0]) or re.search(
        rf"[{{,]\s*{word}[^,]*=[^=>].*\}}\s*=", lines[0]
    ):
        return True
    variable = _variable(lines[0], read, word)
    return variable is not None and _is_checked_first(variable, lines)


def _checks(value: str) -> re.Pattern[str]:
    return re.compile(
        rf"{_BEFORE}(?P<a>{value})|{_CONDITION}(?P<b>{value})\s*\)|(?P<c>{value}){_BEHIND}"
    )


def _variable(line: str, read: str, word: str) -> str | None:
    """Return the variable that a line reads the secret into; None if that can't be told."""
    found = re.search(
        rf"\b(?:const|let|var)\s+(?:([\w$]+)\s*=\s*{read}\s*;?\s*$"
        rf"|\{{(?:[^}}]*,)?\s*({word})\s*(?::\s*([\w$]+)\s*)?[,}}].*=)",
        line,
    )
    return None if found is None else found[1] or found[3] or found[2]


def _is_checked_first(variable: str, lines: Sequence[str]) -> bool:
    rest = "\n".join(lines[1:])
    name = rf"(?<![\w$.]){re.escape(variable)}(?![\w$])"
    used, checked = re.search(name, rest), _checks(name).search(rest)
    if used is None or checked is None:
        return False
    return used.start() == max(checked.start(group) for group in "abc")
