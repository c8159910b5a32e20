"""What the code of an Action requires, reads and exports, as far as that is certain."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pytest_auth0_actions.auth0.handlers import HANDLERS
from pytest_auth0_actions.project.tenant.javascript import Token, line_of, tokens_of
from pytest_auth0_actions.project.tenant.keywords import markers_in

_ESCAPE: Final = "\\"
_NAME: Final = re.compile(r"[A-Za-z_$][\w$]*")
_DECLARES: Final = frozenset({"const", "let", "var", "function", "class"})
_ASSIGNS: Final = "="
_REQUIRES: Final = frozenset({"require", "import"})
_BEFORE_BLOCK: Final = frozenset({"if", "while", "for", "switch", "with", "catch"})


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
        exported: what it exports by name.
        keywords: the keywords that are left in it, as they are written.
    """

    required: tuple[Used, ...]
    secrets: tuple[Used, ...]
    are_secrets_all: bool
    exported: tuple[Used, ...]
    keywords: tuple[Used, ...]

    @property
    def handlers(self) -> tuple[Used, ...]:
        """The handlers of Auth0's that it exports."""
        return tuple(each for each in self.exported if each.name in HANDLERS)


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
        _first(source, _exported(words)),
        _first(source, _keywords(source, words)),
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
        word.text == "require" and _text(words, at - 1) in _DECLARES
        for at, word in enumerate(words)
    )
    blocks: list[bool] = []  # of each open brace: whether it is that of a try
    for at, word in enumerate(words):
        if word.text == "{" and word.kind == "mark":
            blocks.append(_text(words, at - 1) == "try")
        elif word.text == "}" and word.kind == "mark" and blocks:
            blocks.pop()
        if word.text not in _REQUIRES or word.kind != "word" or own or any(blocks):
            continue
        if _text(words, at - 1) in {".", "?."} or _text(words, at + 1) != "(":
            continue
        name = _literal(words, at + 2)
        if name is not None and _text(words, at + 3) == ")" and not _is_caught(words, at + 4):
            yield name, word.start


def _is_caught(words: Sequence[Token], at: int) -> bool:
    """Return whether a promise that ends there has a `.catch()`, or a `.then()` with two."""
    while _text(words, at) in {".", "?."} and _text(words, at + 2) == "(":
        if _text(words, at + 1) == "catch":
            return True
        takes_errors = _text(words, at + 1) == "then"
        at, depth = at + 3, 1
        while at < len(words) and depth:
            mark = _text(words, at)
            if takes_errors and depth == 1 and mark == ",":
                return True
            depth += (mark in {"{", "(", "["}) - (mark in {"}", ")", "]"})
            at += 1
    return False


def _secrets(words: Sequence[Token], owner: str) -> tuple[list[tuple[str, int]], bool]:
    """Return the secrets that are read, and whether there are no others."""
    found: list[tuple[str, int]] = []
    are_all = True
    for at, word in enumerate(words):
        if word.text != "secrets" and word.text != owner:
            continue
        if word.kind in {"text", "template"} and word.text == "secrets":
            are_all = False
        if word.kind != "word":
            continue
        is_owner = word.text == owner and _text(words, at - 1) not in {".", "?."}
        if is_owner and _text(words, at + 1) not in {".", "?.", ",", ")", "=>"}:
            are_all = False  # passed on as a whole, or taken apart
        begin = _function_of(words, at) if is_owner else None
        if is_owner and _text(words, at + 1) in {",", ")"} and begin is None:
            are_all = False
        if is_owner and _is_another(words, at, begin):
            return [], False
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
    uses_handlers = owner == "actions" or any(
        word.text == owner and _function_of(words, at) is not None for at, word in enumerate(words)
    )
    return found, are_all and uses_handlers


def _function_of(words: Sequence[Token], at: int) -> int | None:
    """Return where the function begins that a word is a parameter of; None if it is none."""
    begin = end = at
    if _text(words, at + 1) != "=>":
        while _is_listed(words, begin - 1):
            begin -= 1
        while _is_listed(words, end + 1):
            end += 1
        begin -= 1
        is_list = _text(words, begin) == "(" and _text(words, end + 1) == ")"
        if not is_list or _text(words, end + 2) not in {"=>", "{"}:
            return None
        if _text(words, begin - 1) in _BEFORE_BLOCK:
            return None
    while begin > 0 and words[begin - 1].kind == "word":  # async, function, its name
        begin -= 1
    return begin


def _is_listed(words: Sequence[Token], at: int) -> bool:
    return 0 <= at < len(words) and (words[at].kind == "word" or words[at].text == ",")


def _ends_value(word: Token) -> bool:
    return word.kind == "word" or word.text in {")", "]"}


def _is_another(words: Sequence[Token], at: int, begin: int | None) -> bool:
    """Return whether a name may be another thing there than what Auth0 gives.

    Args:
        words: the code.
        at: where the name is.
        begin: where the function begins that it is a parameter of; None if it is none.
    """
    if begin is not None:
        is_call = _text(words, begin - 1) == "(" and begin > 1 and _ends_value(words[begin - 2])
        return is_call or _text(words, begin - 1) == ","  # what a callback is given
    return _text(words, at - 1) in _DECLARES or _text(words, at - 2) == "catch"


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


def _exported(words: Sequence[Token]) -> Iterator[tuple[str, int]]:
    """Yield the names that are assigned to an export, or declared as one."""
    for at, word in enumerate(words):
        if word.kind != "word" or word.text not in {"exports", "export"}:
            continue
        if word.text == "export":
            yield from _declared(words, at + 1)
            continue
        name, after = _member(words, at + 1)
        if name is not None and _text(words, after) == _ASSIGNS:
            yield name, word.start
        elif _text(words, at + 1) == _ASSIGNS and _text(words, at + 2) == "{":
            yield from _exported_names(words, at + 2)


def _declared(words: Sequence[Token], at: int) -> Iterator[tuple[str, int]]:
    """Yield what `export const a = 1` and `export async function a()` declare."""
    at += _text(words, at) == "async"
    if _text(words, at) in _DECLARES and at + 1 < len(words) and words[at + 1].kind == "word":
        yield words[at + 1].text, words[at + 1].start


def _exported_names(words: Sequence[Token], at: int) -> Iterator[tuple[str, int]]:
    """Yield the keys of the object that begins there, as in `module.exports = { a, b: 1 }`."""
    depth = 0
    for each in range(at, len(words)):
        mark = _text(words, each)
        depth += (mark in {"{", "(", "["}) - (mark in {"}", ")", "]"})
        if depth == 0:
            return
        before = _text(words, each - 1 - (_text(words, each - 1) == "async"))
        is_key = depth == 1 and words[each].kind in {"word", "text"} and before in {"{", ","}
        if is_key and _text(words, each + 1) in {":", ",", "}", "("}:
            yield words[each].text, words[each].start


def _keywords(source: str, words: Sequence[Token]) -> Iterator[tuple[str, int]]:
    """Yield the keywords that are not in a comment."""
    if not any(markers_in(source)):
        return
    for word in words:
        if word.kind in {"text", "template"}:
            yield from ((each, word.start + 1 + start) for each, start in markers_in(word.text))
        elif word.kind == "word":
            start, end = max(word.start - 2, 0), word.start + len(word.text) + 2
            yield from ((each, start) for each, _ in markers_in(source[start:end]))
