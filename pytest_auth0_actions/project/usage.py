"""What an Action reads of its event, and what it compares that with; nothing is run for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from pytest_auth0_actions.auth0.handlers import HANDLERS
from pytest_auth0_actions.project.tenant.code_facts import code_facts
from pytest_auth0_actions.project.tenant.javascript import Token, line_of, tokens_of

Literal: TypeAlias = "str | int | float | bool"

_EVENT: Final = "event"
_API: Final = "api"
_DOTS: Final = frozenset({".", "?."})
_EQUALS: Final = frozenset({"===", "!==", "==", "!="})
_ORDERS: Final = frozenset({"<", ">"})  # with `=`, two tokens
_BEFORE_SIGN: Final = frozenset({"=", "(", ",", ":", "?", "return", "??", "||", "&&", "<", ">"})
_TAKEN_FOR: Final = {
    **dict.fromkeys(("Number", "parseInt", "parseFloat", "BigInt"), "number"),
    **dict.fromkeys(("fetch", "URL"), "url"),
    "parse": "json",
}
_DECLARES: Final = frozenset({"const", "let", "var"})
_NUMBER: Final = re.compile(r"\d+\Z")
_WORDS: Final = {"true": True, "false": False}
_OF_TEXT: Final = frozenset({"endsWith", "startsWith", "includes", "indexOf"})
_OF_LISTS: Final = frozenset({"includes", "indexOf", "has"})
_NO_FIELDS: Final = frozenset({"length", "secrets", "constructor"})


@dataclass
class FieldUse:
    """A field of the event that the code reads.

    Attributes:
        path: where it is in the event, such as ``("user", "email_verified")``.
        literals: what it is compared with.
        parts: what a text or a list is asked to contain, with the method's name.
        line: where it is first read, from 1; 0 if that is not from the event itself.
    """

    path: tuple[str, ...]
    literals: list[Literal] = field(default_factory=list)
    parts: list[tuple[str, str]] = field(default_factory=list)
    line: int = 0


@dataclass(frozen=True)
class ApiUse:
    """A call of the api in the code.

    Attributes:
        path: which, such as ``"access.deny"``.
        line: the line where it is, from 1.
    """

    path: str
    line: int


@dataclass(frozen=True)
class ActionUse:
    """What the code of an Action uses.

    Attributes:
        secrets: the names of its secrets, each with what the code takes its text for:
            ``"number"``, ``"json"``, ``"url"``, or nothing in particular.
        modules: the Actions Modules that it requires.
        packages: the npm packages and files that it requires.
        fields: what it reads of the event, apart from secrets.
        calls: where it calls the api.
    """

    secrets: Mapping[str, str]
    modules: tuple[str, ...]
    packages: tuple[str, ...]
    fields: tuple[FieldUse, ...]
    calls: tuple[ApiUse, ...]


def action_use(source: str) -> ActionUse:
    """Return what the code of an Action uses, as far as it shows.

    >>> use = action_use("if (event.client.name === 'Shop') api.access.deny(event.secrets.WHY);")
    >>> use.fields[0].path, use.fields[0].literals, use.secrets, use.calls[0].path
    (('client', 'name'), ['Shop'], {'WHY': ''}, 'access.deny')
    """
    facts = code_facts(source, _EVENT)
    words = tokens_of(source).all
    constants = _constants(words)
    aliases: dict[str, tuple[str, ...]] = {_EVENT: (), **_parameters(words)}
    fields: dict[tuple[str, ...], FieldUse] = {}
    secrets = dict.fromkeys((each.name for each in facts.secrets), "")
    calls: list[ApiUse] = []
    for at, word in enumerate(words):
        if word.kind != "word" or _text(words, at - 1) in _DOTS:
            continue
        if word.text == _API:
            members, after = _members(words, at + 1)
            if len(members) > 1 and _text(words, after) == "(":
                calls.append(ApiUse(".".join(members[:2]), line_of(source, word.start)))
        elif word.text in aliases and _text(words, at + 1) not in {":", "=>"}:
            members, after = _members(words, at + 1)
            path = (*aliases[word.text], *members)
            if path[:1] == ("secrets",):
                for name in path[1:2]:
                    secrets[name] = secrets.get(name) or _taken_for(words, at, after)
                _declare(words, at, after, path, aliases, fields)
                continue
            known = len(fields)
            _declare(words, at, after, path, aliases, fields)
            _use(words, at, after, path, fields, constants)
            if not aliases[word.text]:
                for each in [*fields.values()][known:]:
                    each.line = line_of(source, word.start)
    names = [each.name for each in facts.required]
    return ActionUse(
        secrets,
        tuple(each.removeprefix("actions:") for each in names if each.startswith("actions:")),
        tuple(each for each in names if not each.startswith("actions:")),
        tuple(fields.values()),
        tuple(calls),
    )


def _taken_for(words: Sequence[Token], at: int, after: int) -> str:
    """Return what the code takes the text between two places for, as `Number(...)` does."""
    if at and words[at - 1].kind == "template" and not words[at - 1].text:
        at -= 1  # it is where a text such as `${event.secrets.URL}/path` starts
    before, opens = _text(words, at - 2), _text(words, at - 1) == "("
    if opens and (before != "parse" or _text(words, at - 4) == "JSON"):
        return _TAKEN_FOR.get(before, "")
    is_alone = before in _BEFORE_SIGN and _text(words, at - 1) == "+"
    is_compared = {_text(words, at - 1), _text(words, after)} & _ORDERS
    return "number" if is_alone or is_compared else ""


def _text(words: Sequence[Token], at: int) -> str:
    return words[at].text if 0 <= at < len(words) and words[at].kind in {"word", "mark"} else ""


def _members(words: Sequence[Token], at: int) -> tuple[tuple[str, ...], int]:
    """Return the names in `.a?.b['c']`, and where the code goes on."""
    names: list[str] = []
    while True:
        mark = _text(words, at)
        if mark in _DOTS and at + 1 < len(words) and words[at + 1].kind == "word":
            names.append(words[at + 1].text)
            at += 2
            continue
        opens = at + (mark == "?.")
        is_text = opens + 1 < len(words) and words[opens + 1].kind == "text"
        if _text(words, opens) == "[" and is_text and _text(words, opens + 2) == "]":
            names.append(words[opens + 1].text)
            at = opens + 3
            continue
        return tuple(names), at


def _parameters(words: Sequence[Token]) -> dict[str, tuple[str, ...]]:
    """Return what handlers call the event, or its fields: `async (e, api)`, `async ({ user })`."""
    found: dict[str, tuple[str, ...]] = {}
    for at, word in enumerate(words):
        is_handler = word.text == "async" and _text(words, at - 2) in HANDLERS
        begin = at + 1 + (_text(words, at + 1) == "function")
        if not is_handler or _text(words, begin) != "(" or begin + 1 >= len(words):
            continue
        if words[begin + 1].kind == "word":
            found[words[begin + 1].text] = ()
        end = begin + 2
        while end < len(words) and _text(words, end) not in {"}", ")"}:
            end += 1
        if _text(words, begin + 1) == "{":
            found |= {alias: (name,) for name, alias in _taken_apart(words, end - 1)}
    return found


def _declare(
    words: Sequence[Token],
    at: int,
    after: int,
    path: tuple[str, ...],
    aliases: dict[str, tuple[str, ...]],
    fields: dict[tuple[str, ...], FieldUse],
) -> None:
    """Take note of names for parts of the event: `const a = event.b`, `const { c } = event`."""
    if _text(words, at - 1) != "=" or _text(words, after) in {"(", "&&", "||", "??", "?"}:
        return
    if at > 2 and words[at - 2].kind == "word" and _text(words, at - 3) in _DECLARES:
        aliases[words[at - 2].text] = path
    elif _text(words, at - 2) == "}":
        for name, alias in _taken_apart(words, at - 3):
            aliases[alias] = (*path, name)
            if path and (*path, name)[0] != "secrets":
                fields.setdefault((*path, name), FieldUse((*path, name)))


def _taken_apart(words: Sequence[Token], at: int) -> Iterator[tuple[str, str]]:
    """Yield the names of a pattern that ends before *at*, each with what it is called from then."""
    begin = at
    while begin >= 0 and _text(words, begin) not in {"{", "}", "[", "]"}:
        begin -= 1
    for each in range(begin + 1, at + 1):
        if words[each].kind == "word" and _text(words, each - 1) in {"{", ","}:
            is_renamed = _text(words, each + 1) == ":" and each + 2 <= at
            yield words[each].text, words[each + 2 if is_renamed else each].text


def _use(
    words: Sequence[Token],
    at: int,
    after: int,
    path: tuple[str, ...],
    fields: dict[tuple[str, ...], FieldUse],
    constants: Mapping[str, Sequence[Literal]],
) -> None:
    """Take note of a field, and of what it is compared with or asked for."""
    method = path[-1] if path and _text(words, after) == "(" else ""
    if method:
        path = path[:-1]
    while path and path[-1] in _NO_FIELDS:
        path = path[:-1]
    if not path:
        return
    use = fields.setdefault(path, FieldUse(path))
    if method in _OF_TEXT:
        asked = _literals(words, after + 1, constants)
        use.parts += [(method, each) for each in asked[:1] if isinstance(each, str)]
    if _text(words, at - 1) == "typeof":
        return
    compared: list[Literal] = []
    if _text(words, after) in _EQUALS:
        compared += _literals(words, after + 1, constants)
    if _text(words, at - 1) in _EQUALS:
        compared += _literals(words, at - 2, constants)
    if _text(words, at - 1) == "(" and _text(words, at - 2) in _OF_LISTS:  # LIST.includes(field)
        compared += _literals(words, at - 4, constants)[:1]
    if _text(words, after) in _ORDERS:
        bound = _literals(words, after + 1 + (_text(words, after + 1) == "="), constants)
        if bound and isinstance(bound[0], int):
            compared += [bound[0] - 1, bound[0], bound[0] + 1]
    use.literals += [each for each in compared if each not in use.literals]


def _constants(words: Sequence[Token]) -> dict[str, list[Literal]]:
    """Return the names that stand for a literal, or for a list of some."""
    found: dict[str, list[Literal]] = {}
    for at, word in enumerate(words):
        if word.text != "=" or _text(words, at - 2) not in _DECLARES:
            continue
        values = _literals(words, at + 1, {})
        if _text(words, at + 1) == "[":
            end = at + 2
            while end < len(words) and (_text(words, end) == "," or _literals(words, end, {})):
                values += _literals(words, end, {})
                end += 1
            values = values if _text(words, end) == "]" else []
        if values:
            found[words[at - 1].text] = values
    return found


def _literals(
    words: Sequence[Token], at: int, constants: Mapping[str, Sequence[Literal]]
) -> list[Literal]:
    """Return the values that stand there, literally or by the name of a constant."""
    if not 0 <= at < len(words):
        return []
    token = words[at]
    if token.kind == "text":
        return [] if "\\" in token.text else [token.text]
    if token.kind != "word":
        return []
    if _NUMBER.match(token.text):
        return [int(token.text)]
    if token.text in _WORDS:
        return [_WORDS[token.text]]
    return list(constants.get(token.text, ()))
