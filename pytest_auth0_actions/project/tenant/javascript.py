"""Cuts JavaScript into tokens, as far as it takes to say what code requires and reads."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Final, NamedTuple, cast

_TOKEN: Final = re.compile(
    r"(?:\s+|//[^\n\r\u2028\u2029]*|/\*(?s:.*?)\*/|\A#![^\n]*)*"  # what is skipped
    r"(?:(?P<word>[\w$\u0080-\uffff]+)"
    r"|(?P<text>'(?:\\(?s:.)|[^'\\\n])*'|\"(?:\\(?s:.)|[^\"\\\n])*\")"
    r"|(?P<template>`)"
    r"|(?P<slash>/)"
    r"|(?P<mark>=>|\?\.(?!\d)|\?\?|\.\.\.|===?|!==?|&&|\|\||\+\+|--|.)"
    r"|\Z)"
)
_REGEX: Final = re.compile(r"/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\[\n])+/\w*")
_TEMPLATE: Final = re.compile(r"(?:\\(?s:.)|\$(?!\{)|[^`\\$])*(`|\$\{)")
# After these words an expression begins, so that a slash begins a regular expression.
_BEFORE_EXPRESSION: Final = frozenset(
    {"return", "typeof", "instanceof", "in", "of", "new", "delete", "void", "throw", "case", "do"}
    | {"else", "await", "yield"}
)
_NEWLINES: Final = re.compile(r"[\r\n]+")
_LINE_ENDS: Final = str.maketrans({"\r": None, "\n": "\\n"})


class Token(NamedTuple):
    """A token.

    Attributes:
        kind: ``"word"``, ``"text"``, ``"template"`` (a piece of one), ``"regex"`` or ``"mark"``.
        text: what it is; of a text, what is between the quotes.
        start: where it starts in the source.
    """

    kind: str
    text: str
    start: int


@dataclass(frozen=True)
class Tokens:
    """The tokens of a source.

    Attributes:
        all: the tokens.
        are_certain: whether the source could be cut up to its end.
        open_template: where a template begins that does not end; None if there is none.
    """

    all: tuple[Token, ...]
    are_certain: bool
    open_template: int | None = None


def tokens_of(source: str) -> Tokens:
    """Return the tokens of a source.

    >>> [each.text for each in tokens_of("f(/[/]'/, `a${b}`) // c").all]
    ['f', '(', "/[/]'/", ',', 'a', 'b', '', ')']
    """
    found: list[Token] = []
    braces: list[int] = []  # of each that is open: where its template begins; -1 for none
    at, end, is_certain = 0, len(source), True
    while at < end:
        match = cast("re.Match[str]", _TOKEN.match(source, at))  # which takes any character
        if match.lastgroup is None:
            break
        kind, text = match.lastgroup, match[match.lastgroup]
        start, at = match.start(kind), match.end()
        if kind == "word":
            found.append(Token(kind, text, start))
            continue
        if kind == "slash":
            regex = _REGEX.match(source, start) if _may_begin_regex(found) else None
            if regex is not None:
                found.append(Token("regex", regex[0], start))
                at = regex.end()
                continue
            kind = "mark"
        if kind == "text":
            found.append(Token("text", text[1:-1], start))
            continue
        begin = start if kind == "template" else -1
        if kind == "mark" and text == "}" and braces:
            begin = braces.pop()
        if begin >= 0:
            piece = _TEMPLATE.match(source, at)
            if piece is None:
                return Tokens(tuple(found), are_certain=False, open_template=begin)
            ends = piece[1] == "`"
            found.append(Token("template", source[at : piece.start(1)], start))
            at = piece.end()
            if not ends:
                braces.append(begin)
            continue
        if kind == "mark" and text == "{":
            braces.append(-1)
        if kind == "mark" and text in "'\"":
            is_certain = False  # a text that does not end on its line
        found.append(Token(kind, text, start))
    return Tokens(tuple(found), is_certain and not braces)


def _may_begin_regex(before: list[Token]) -> bool:
    if not before:
        return True
    last = before[-1]
    if last.kind == "word":
        return last.text in _BEFORE_EXPRESSION
    return last.kind == "mark" and last.text not in {")", "]", "}", "++", "--"}


def in_place(source: str, start: int, value: str) -> str:
    r"""Return a keyword's value as it is put into code.

    In a template literal a line break is written as an escape, and in JSON as a space, which mean
    the same: so lines of the code keep their numbers.

    Args:
        source: the code, with the keyword.
        start: where the keyword is.
        value: what it stands for.

    >>> in_place("const a = `##A##`;", 11, "1\n2")
    '1\\n2'
    """
    if "\n" not in value:
        return value
    for token in tokens_of(source).all:
        if token.kind == "template" and token.start < start <= token.start + len(token.text):
            return value.replace("\r\n", "\n").translate(_LINE_ENDS)
    try:
        json.loads(value)
    except (ValueError, RecursionError):
        return value
    return _NEWLINES.sub(" ", value)


def line_of(source: str, start: int) -> int:
    """Return the line of a place in a source, from 1."""
    return source.count("\n", 0, start) + 1
