"""Finds what code leaves open, whose end a parser only misses where the file ends."""

from __future__ import annotations

from typing import Final, NamedTuple

from pytest_auth0_actions.project.tenant.javascript import line_of, tokens_of

_OPENED_BY: Final = {")": "(", "]": "[", "}": "{"}


class Unclosed(NamedTuple):
    """What is left open.

    Attributes:
        mark: a bracket, or the backtick of a template.
        line: the line that opens it, from 1.
        text: what that line says.
    """

    mark: str
    line: int
    text: str


def unclosed_in(source: str) -> Unclosed | None:
    r"""Return what code seems to leave open; None if nothing is.

    A bracket that closes one of a line further in has most often lost its own partner's: then the
    line further in is meant.

    >>> unclosed_in("f = () => {\n  if (a) {\n    b();\n};")
    Unclosed(mark='{', line=2, text='  if (a) {')
    """
    tokens = tokens_of(source)
    if tokens.open_template is not None:
        return _at(source, "`", tokens.open_template)
    opened: list[tuple[str, int]] = []
    crossed: tuple[str, int] | None = None
    for token in tokens.all:
        if token.kind != "mark":
            continue
        if token.text in _OPENED_BY.values():
            opened.append((token.text, token.start))
        elif opened and opened[-1][0] == _OPENED_BY.get(token.text):
            begin = opened.pop()
            if crossed is None and _is_further_in(source, begin[1], token.start):
                crossed = begin
    if not opened:
        return None
    return _at(source, *(crossed or opened[-1]))


def _is_further_in(source: str, start: int, end: int) -> bool:
    """Return whether the line of *start* is further in than that of *end*, which begins there."""
    before = source[source.rfind("\n", 0, end) + 1 : end]
    return not before.strip() and len(before) < _indentation(_line(source, start))


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip())


def _line(source: str, at: int) -> str:
    return source[source.rfind("\n", 0, at) + 1 :].split("\n", 1)[0].rstrip()


def _at(source: str, mark: str, start: int) -> Unclosed:
    return Unclosed(mark, line_of(source, start), _line(source, start))
