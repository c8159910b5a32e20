"""What the code of an Action requires, reads and exports, as far as that is certain."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pytest_auth0_actions.auth0.handlers import HANDLERS
from pytest_auth0_actions.project.tenant.javascript import Token, line_of, tokens_of
from pytest_auth0_actions.project.tenant.keywords import left_in

_ESCAPE: Final = "\\"
_NAME: Final = re.compile(r"[A-Za-z_$][\w$]*")
_DECLARES: Final = frozenset({"const", "let", "var", "function", "class"})
_ASSIGNS: Final = "="


@dataclass(frozen=True)
class Used:
    """A name that the code uses.

    Attributes:
        name: the name.
        line: the line where it does so first, from 1.
    """

    name: str
    line: int


@dataclass(frozen=True)
class CodeFacts:
    """What is certain about code.

    Attributes:
        required: what it requires, and would fail without.
        secrets: the names of secrets that it reads.
        are_secrets_all: whether it reads no others.
        handlers: the handlers of Auth0's that it exports.
        keywords: the keywords that are left in it, as they are written.
    """

    required: tuple[Used, ...]
    secrets: tuple[Used, ...]
    are_secrets_all: bool
    handlers: tuple[Used, ...]
    keywords: tuple[Used, ...]


@functools.lru_cache(maxsize=4096)
def code_facts(source: str, owner: str) -> CodeFacts:
    """Return what is certain about code.

    Args:
        source: the code.
        owner: what secrets are a field of: ``"event"`` in an Action, ``"actions"`` in a module.

    >>> code = "exports.onExecutePostLogin = async (event) => event.secrets.A;"
    >>> facts = code_facts(code, "event")
    >>> [each.name for each in (*facts.secrets, *facts.handlers)]
    ['A', 'onExecutePostLogin']
    """
    tokens = tokens_of(source)
    if not tokens.are_certain:
        return CodeFacts((), (), False, (), ())
    words = tokens.all
    secrets, are_all = _secrets(words, owner)
    return CodeFacts(
        _first(source, _required(words)),
        _first(source, secrets),
        are_all,
        _first(source, _handlers(words)),
        _first(source, _keywords(words)),
    )


def _first(source: str, found: Iterable[tuple[str, int]]) -> tuple[Used, ...]:
    starts: dict[str, int] = {}
    for name, start in found:
        starts.setdefault(name, start)
    return tuple(Used(name, line_of(source, start)) for name, start in starts.items())


def _text(words: Sequence[Token], at: int) -> str:
    return words[at].text if 0 <= at < len(words) and words[at].kind in {"word", "mark"} else ""


def _literal(words: Sequence[Token], at: int) -> str | None:
    """Return the text at a place; None if there is none, or it would have to be computed."""
    if at >= len(words) or words[at].kind not in {"text", "template"}:
        return None
    token = words[at]
    if _ESCAPE in token.text:
        return None
    if token.kind == "template":
        is_whole = at + 1 >= len(words) or words[at + 1].kind in {"mark"}
        return token.text if is_whole and _text(words, at + 1) in {")", "]"} else None
    return token.text


def _required(words: Sequence[Token]) -> Iterator[tuple[str, int]]:
    """Yield what is required, outside of `try` and not by a `require` of the code's own."""
    own = any(
        _text(words, at) in _DECLARES and _text(words, at + 1) == "require"
        for at in range(len(words))
    )
    blocks: list[bool] = []  # of each open brace: whether it is that of a try
    for at, word in enumerate(words):
        if word.kind == "mark" and word.text == "{":
            blocks.append(_text(words, at - 1) == "try")
        elif word.kind == "mark" and word.text == "}" and blocks:
            blocks.pop()
        if own or any(blocks) or word.kind != "word" or word.text not in {"require", "import"}:
            continue
        if _text(words, at - 1) in {".", "?."} or _text(words, at + 1) != "(":
            continue
        name = _literal(words, at + 2)
        if name is not None and _text(words, at + 3) == ")":
            yield name, word.start


def _secrets(words: Sequence[Token], owner: str) -> tuple[list[tuple[str, int]], bool]:
    """Return the secrets that are read, and whether there are no others."""
    found: list[tuple[str, int]] = []
    are_all = True
    for at, word in enumerate(words):
        if word.kind in {"text", "template"} and word.text == "secrets":
            are_all = False
        if word.kind != "word":
            continue
        is_owner = word.text == owner and _text(words, at - 1) not in {".", "?."}
        if is_owner and _text(words, at + 1) not in {".", "?.", ",", ")", "=>"}:
            are_all = False  # passed on as a whole, or taken apart
        if is_owner and _text(words, at + 1) in {",", ")"} and not _is_parameter(words, at):
            are_all = False
        if word.text != "secrets":
            continue
        reached = _text(words, at - 1) in {".", "?."} and _text(words, at - 2) == owner
        if not reached or _text(words, at - 3) in {".", "?."}:
            are_all = False
            continue
        name, after = _member(words, at + 1)
        if name is None:
            names = _taken_apart(words, at)
            are_all = are_all and names is not None
            found += [(each.text, each.start) for each in names or ()]
        elif _text(words, after) != _ASSIGNS:
            found.append((name, word.start))
    uses_handlers = owner == "actions" or any(_is_parameter(words, at) for at in range(len(words)))
    return found, are_all and uses_handlers


def _is_parameter(words: Sequence[Token], at: int) -> bool:
    """Return whether `event` is the first parameter of a function: `async (event, api) =>`."""
    if words[at].kind != "word" or words[at].text != "event" or _text(words, at - 1) != "(":
        return False
    before = _text(words, at - 2)
    if before == "function" or _text(words, at - 3) == "function":
        return True
    end = at + 1
    while end < len(words) and (words[end].kind == "word" or _text(words, end) == ","):
        end += 1
    return _text(words, end) == ")" and _text(words, end + 1) in {"=>", "{"}


def _member(words: Sequence[Token], at: int) -> tuple[str | None, int]:
    """Return the member that is read there, and where the code goes on."""
    mark = _text(words, at)
    if mark in {".", "?."} and at + 1 < len(words) and words[at + 1].kind == "word":
        return words[at + 1].text, at + 2
    if mark == "?.":
        at += 1
    if _text(words, at) == "[" and _text(words, at + 2) == "]":
        return _literal(words, at + 1), at + 3
    return None, at


def _taken_apart(words: Sequence[Token], at: int) -> list[Token] | None:
    """Return the names of `const { A, B: b, C = 1 } = event.secrets`; None if it is no such."""
    end = at - 3  # the mark before `event`
    if _text(words, end) != "=" or _text(words, end - 1) != "}":
        return None
    if _text(words, at + 1) not in {";", ""} and words[at + 1].kind != "word":
        return None
    names: list[Token] = []
    begin = end - 2
    while begin >= 0 and _text(words, begin) != "{":
        if _text(words, begin) in {"...", "}", "[", "]", "(", ")"}:
            return None
        begin -= 1
    for each in range(begin + 1, end - 1):
        if _text(words, each - 1) in {"{", ","} and words[each].kind == "word":
            names.append(words[each])
    return names


def _handlers(words: Sequence[Token]) -> Iterator[tuple[str, int]]:
    """Yield the handlers that are assigned to an export."""
    for at, word in enumerate(words):
        if word.kind != "word" or word.text != "exports":
            continue
        name, after = _member(words, at + 1)
        if name in HANDLERS and _text(words, after) == _ASSIGNS:
            yield str(name), word.start


def _keywords(words: Sequence[Token]) -> Iterator[tuple[str, int]]:
    for word in words:
        if word.kind in {"text", "template"}:
            yield from ((each, word.start) for each in left_in(word.text))
