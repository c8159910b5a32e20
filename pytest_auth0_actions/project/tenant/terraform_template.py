"""Fills in templates of Terraform's: heredocs, and the files of `templatefile`.

Source: https://developer.hashicorp.com/terraform/language/expressions/strings
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pytest_auth0_actions.project.tenant.hcl import HclError, parse_expression
from pytest_auth0_actions.project.tenant.terraform_values import Unknown, as_text

_MARK: Final = re.compile(r"\$\$\{|%%\{|\$\{|%\{")
_INSIDE: Final = re.compile(r"[\"{}]")
_AFTER: Final = re.compile(r"\A[^\S\n]*\n?")
_BEFORE: Final = re.compile(r"(?:[^\S\n]*\n|[^\S\n]+)\Z")
_FOR: Final = re.compile(r"for\s+(\w+)(?:\s*,\s*(\w+))?\s+in\s+(.+)", re.DOTALL)
_IN_QUOTES: Final = re.compile(r"\\.|\$\{|\"", re.DOTALL)

if TYPE_CHECKING:
    from pytest_auth0_actions.project.tenant.terraform_expressions import Scope


def heredoc(token: str, path: Path, line: int, scope: Scope) -> str | Unknown:
    """Return the text of a heredoc.

    Args:
        token: all of it, with its marks.
        path: the file.
        line: the line of its first text.
        scope: where expressions are worked out.
    """
    first, _, rest = token.partition("\n")
    text = rest.rstrip("\r\n")
    text = text[: max(text.rfind("\n"), -1) + 1]  # without the mark at the end
    if first.startswith("<<-"):
        text = _flush(text)
    return fill(text, path, line, scope)


def _flush(text: str) -> str:
    """Return text without the indentation that all its lines have."""
    lines = text.split("\n")
    depth = min((_indentation(each) for each in lines[:-1] if each.strip()), default=0)
    return "\n".join(each[min(depth, _indentation(each)) :] for each in lines)


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def fill(text: str, path: Path, line: int, scope: Scope) -> str | Unknown:
    """Return a template with its expressions worked out, and its directives followed.

    Args:
        text: the template.
        path: the file.
        line: the line where it starts.
        scope: where expressions are worked out.
    """
    if "${" not in text and "%{" not in text:
        return text
    try:
        pieces = _pieces(text, path, line)
        made, rest = _rendered(pieces, scope, ())
    except _NotKnownError as error:
        return error.unknown
    return made if not rest else Unknown(f"the directive {rest[0].text!r} of a template")


class _NotKnownError(Exception):
    """What a template needs is not known."""

    def __init__(self, unknown: Unknown) -> None:
        super().__init__(unknown)
        self.unknown = unknown


class _Piece(NamedTuple):
    """A piece of a template: its kind, ``"text"``, ``"${"`` or ``"%{"``; what it says; the line."""

    kind: str
    text: str
    path: Path
    line: int

    def value(self, text: str, scope: Scope) -> Any:
        """Return the value of an expression in it."""
        try:
            value = scope.value(parse_expression(text, self.path, self.line))
        except HclError:
            at = f"{self.path.name}:{self.line}"
            raise _NotKnownError(Unknown(f"a template that can't be read at {at}")) from None
        if isinstance(value, Unknown):
            raise _NotKnownError(value)
        return value


def _pieces(text: str, path: Path, line: int) -> list[_Piece]:
    """Cut a template into pieces; white space goes where `~` says so, up to the line's end."""
    pieces: list[_Piece] = []
    seen, strips = 0, False
    while (found := _MARK.search(text, seen)) is not None:
        at = line + text.count("\n", 0, found.start())
        before = text[seen : found.start()]
        pieces.append(
            _Piece("text", _AFTER.sub("", before, count=1) if strips else before, path, at)
        )
        strips = False
        if len(found[0]) == 3:  # an escape
            pieces.append(_Piece("text", found[0][1:], path, at))
            seen = found.end()
            continue
        end = _end(text, found.end())
        if end is None:
            raise _NotKnownError(Unknown(f"a template without an end at {path.name}:{at}"))
        inside = text[found.end() : end]
        if inside.startswith("~"):
            pieces[-1] = pieces[-1]._replace(text=_BEFORE.sub("", pieces[-1].text))
        strips = inside.endswith("~")
        pieces.append(_Piece(found[0], inside.strip("~").strip(), path, at))
        seen = end + 1
    rest = text[seen:]
    pieces.append(_Piece("text", _AFTER.sub("", rest, count=1) if strips else rest, path, line))
    return pieces


def _rendered(
    pieces: list[_Piece], scope: Scope, ends: tuple[str, ...]
) -> tuple[str, list[_Piece]]:
    """Return the text of pieces up to one of *ends*, and the pieces from there."""
    made: list[str] = []
    while pieces:
        piece, *rest = pieces
        word = piece.text.partition(" ")[0]
        if piece.kind == "%{" and word in ends:
            break
        pieces = rest
        if piece.kind == "text":
            made.append(piece.text)
        elif piece.kind == "${":
            text = as_text(piece.value(piece.text, scope))
            if isinstance(text, Unknown):
                raise _NotKnownError(text)
            made.append(text)
        elif word == "if":
            text, pieces = _if(piece, pieces, scope)
            made.append(text)
        elif word == "for":
            text, pieces = _for(piece, pieces, scope)
            made.append(text)
        else:
            raise _NotKnownError(Unknown(f"the directive {piece.text!r} of a template"))
    return "".join(made), pieces


def _if(piece: _Piece, pieces: list[_Piece], scope: Scope) -> tuple[str, list[_Piece]]:
    holds = piece.value(piece.text.removeprefix("if"), scope) in (True, "true")
    # What is not chosen is not worked out, for it may not be known.
    then, rest = _chosen(pieces, scope, ("else", "endif"), holds)
    otherwise = ""
    if rest and rest[0].text == "else":
        otherwise, rest = _chosen(rest[1:], scope, ("endif",), not holds)
    return then if holds else otherwise, rest[1:]


def _chosen(
    pieces: list[_Piece], scope: Scope, ends: tuple[str, ...], is_chosen: bool
) -> tuple[str, list[_Piece]]:
    if is_chosen:
        return _rendered(pieces, scope, ends)
    depth = 0
    for number, each in enumerate(pieces):
        word = each.text.partition(" ")[0] if each.kind == "%{" else ""
        if depth == 0 and word in ends:
            return "", pieces[number:]
        depth += (word in {"if", "for"}) - (word in {"endif", "endfor"})
    return "", []


def _for(piece: _Piece, pieces: list[_Piece], scope: Scope) -> tuple[str, list[_Piece]]:
    found = _FOR.fullmatch(piece.text)
    if found is None:
        raise _NotKnownError(Unknown(f"the directive {piece.text!r} of a template"))
    over = piece.value(found[3], scope)
    if not isinstance(over, list | dict):
        raise _NotKnownError(Unknown(f"what {found[3]} goes over"))
    made = ""
    for key, value in over.items() if isinstance(over, dict) else enumerate(over):
        names = {found[1]: value} if found[2] is None else {found[1]: key, found[2]: value}
        text, _ = _rendered(pieces, scope.with_names(**names), ("endfor",))
        made += text
    return made, _chosen(pieces, scope, ("endfor",), False)[1][1:]


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
