"""Fills in templates of Terraform's: heredocs, and the files of `templatefile`.

Source: https://developer.hashicorp.com/terraform/language/expressions/strings
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from pytest_auth0_actions.project.tenant.hcl import Expression, HclError, parse_expression
from pytest_auth0_actions.project.tenant.terraform_values import Unknown, as_text

_MARK: Final = re.compile(r"\$\$\{|%%\{|\$\{|%\{")
_INSIDE: Final = re.compile(r"[\"{}]")
_IN_QUOTES: Final = re.compile(r"\\.|\$\{|\"", re.DOTALL)

Evaluate = Callable[[Expression], Any]


def heredoc(token: str, path: Path, line: int, value: Evaluate) -> str | Unknown:
    """Return the text of a heredoc.

    Args:
        token: all of it, with its marks.
        path: the file.
        line: the line of its first text.
        value: works an expression out.
    """
    first, _, rest = token.partition("\n")
    text = rest.rstrip("\r\n")
    text = text[: max(text.rfind("\n"), -1) + 1]  # without the mark at the end
    if first.startswith("<<-"):
        text = _flush(text)
    return fill(text, path, line, value)


def _flush(text: str) -> str:
    """Return text without the indentation that all its lines have."""
    lines = text.split("\n")
    depths = [len(each) - len(each.lstrip(" ")) for each in lines[:-1] if each.strip()]
    depth = min(depths, default=0)
    return "\n".join(each[min(depth, len(each) - len(each.lstrip(" "))) :] for each in lines)


def fill(text: str, path: Path, line: int, value: Evaluate) -> str | Unknown:
    """Return a template with its expressions worked out.

    Args:
        text: the template.
        path: the file.
        line: the line where it starts.
        value: works an expression out.
    """
    if "${" not in text and "%{" not in text:
        return text
    pieces: list[str] = []
    seen = 0
    while (found := _MARK.search(text, seen)) is not None:
        pieces.append(text[seen : found.start()])
        if len(found[0]) == 3:  # an escape
            pieces.append(found[0][1:])
            seen = found.end()
            continue
        at = line + text.count("\n", 0, found.start())
        if found[0] == "%{":
            return Unknown(f"the directive of a template at {path.name}:{at}")
        end = _end(text, found.end())
        if end is None:
            return Unknown(f"a template without an end at {path.name}:{at}")
        try:
            expression = parse_expression(text[found.end() : end].strip("~ \t"), path, at)
        except HclError:
            return Unknown(f"a template that can't be read at {path.name}:{at}")
        piece = as_text(value(expression))
        if isinstance(piece, Unknown):
            return piece
        pieces.append(piece)
        seen = end + 1
    pieces.append(text[seen:])
    return "".join(pieces)


def _end(text: str, start: int) -> int | None:
    """Return where the brace is that closes an expression."""
    depth, at = 0, start
    while (found := _INSIDE.search(text, at)) is not None:
        at = found.end()
        if found[0] == '"':
            after = _end_of_quotes(text, at)
            if after is None:
                return None
            at = after
        elif found[0] == "{":
            depth += 1
        elif depth == 0:
            return found.start()
        else:
            depth -= 1
    return None


def _end_of_quotes(text: str, start: int) -> int | None:
    at = start
    while (found := _IN_QUOTES.search(text, at)) is not None:
        at = found.end()
        if found[0] == '"':
            return at
        if found[0] == "${":
            end = _end(text, at)
            if end is None:
                return None
            at = end + 1
    return None
