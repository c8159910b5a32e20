"""Sees whether code provides for the absence of what it reads: by a check, or by a default.

It looks at the statement that reads it, and at the first one that uses the variable it is put into.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_LONGEST_LINE: Final = 500  # of code that somebody has written
_MOST_LINES: Final = 60  # of a statement, before the line and behind it
_COMMENT: Final = re.compile(r"^\s*(?://|/?\*).*|\s//\s.*$")
_BEFORE: Final = re.compile(
    r"(?:!|\btypeof\b|[!=]==?|&&|\?\?=|\|\|=|\b(?:if|while|switch)\s*\("
    r"|\b(?:Boolean|assert|ok|test|has|includes|isEmpty|isNil)\()[\s(]*\Z"
)
_BEHIND: Final = re.compile(
    # perhaps as a number, or as an index
    r"(?:\s*,\s*\d+)?[\s)\]]*(?:\|\||&&|\?|[!=]==?|\b(?:in|instanceof)\b)"
    r"|(?:[^;]*[\])])?\s*\.\s*(?:filter|every|some|find)\("
)
_ASKED_BEFORE: Final = re.compile(r"\btypeof[\s(]*\Z")
_ASKED_BEHIND: Final = re.compile(r"\s*(?:\|\||\?\?|[!=]==?\s*(?:undefined|null)\b)")
_GOES_ON: Final = re.compile(r"\s*(?:[?:.]|\|\||&&)")
_ENDS_LATER: Final = re.compile(r"(?:\|\||&&|[?:=])\s*\Z")
_OF_OBJECT: Final = re.compile(r"(?:[=(\[,:?]|&&|\|\||\.\.\.|\b(?:const|let|return|var))\s*\Z")
_VARIABLE: Final = re.compile(r"(?:\b(?:const|let|var)\s+|^\s*)([\w$.]+)(?:\s*:[^=]+)?\s*=(?![=>])")


def lines_of_code(source: str) -> list[str]:
    """Return all lines of a source, without the comments that are lines, or end them."""
    return [_COMMENT.sub("", line) for line in source.splitlines()]


def is_guarded(lines: Sequence[str], line: int, name: str, like: str | None = None) -> bool:
    """Return whether the code at a line, which reads *name*, may do without it.

    Args:
        lines: the code, without comments.
        line: the line, from 1.
        name: what is read, such as a secret.
        like: what may be meant instead; then the statement must read that too.

    >>> is_guarded(["const key = event.secrets.KEY;", "if (!key) return;"], 1, "KEY")
    True
    >>> is_guarded(["const key = event.secrets.KEY;", "send(key);"], 1, "KEY")
    False
    """
    if not 0 < line <= len(lines) or len(lines[line - 1]) > _LONGEST_LINE:
        return False
    begin, end = _statement(lines, line - 1)
    text, word = "\n".join(lines[begin:end]), _word(name)
    if like is not None and not re.search(_word(like), text):
        return False
    named = rf"\.\s*{word}(?!['\"`])|[{{,]\s*{word}|[\w$\])](?:\?\.)?\[\s*['\"`]{word}"
    if not re.search(named, text):  # it is computed, or a text; or a package reads it
        return re.search(rf"[\w$\])](?:\?\.)?\[|['\"`][^'\"`]*{word}", text) is not None
    if _is_optional(lines, text, name) or _is_looked_at(name, text):
        return True
    variables = [*_VARIABLE.findall(text), *re.findall(rf"{word}\s*:\s*([\w$]+)", text)]
    if re.search(rf"[{{,]\s*{word}\s*[,}}]", text):
        variables.append(name)
    return any(_is_first_looked_at(each, lines[end:]) for each in variables)


def is_optional(lines: Sequence[str], line: int, name: str, other: str) -> bool:
    """Return whether the code at a line may well mean *name*, which is like another name.

    It does if it asks whether that is there, has a default for it, or reads the other one, too. To
    look at the value, as by an `if`, is not enough.

    Args:
        lines: the code, without comments.
        line: the line, from 1.
        name: what is read.
        other: the name that it is like.

    >>> is_optional(["const name = event.user.nick ?? 'you';"], 1, "nick", "nickname")
    True
    """
    begin, end = _statement(lines, line - 1)
    text = "\n".join(lines[begin:end])
    return _is_optional(lines, text, name) or re.search(_word(other), text) is not None


def _is_optional(lines: Sequence[str], text: str, name: str) -> bool:
    word = _word(name)
    asked = rf"['\"`]{word}['\"`]\s+in\b|hasOwn\w*\([^()]*['\"`]{word}"
    default = rf"{word}(?:\s*:\s*[\w$]+)?\s*=(?![=>])"
    return (
        re.search(asked, "\n".join(lines)) is not None
        or re.search(default, text) is not None
        or _is_looked_at(name, text, _ASKED_BEFORE, _ASKED_BEHIND)
    )


def _word(name: str) -> str:
    return rf"(?<![\w$]){re.escape(name)}(?![\w$])"


def _is_looked_at(
    name: str,
    text: str,
    before: re.Pattern[str] = _BEFORE,
    behind: re.Pattern[str] = _BEHIND,
) -> bool:
    """Return whether a statement checks a value, by what stands before it or behind."""
    path = r"(?<![\w$])(?:[\w$]+\s*\??\.\s*|[\w$]+\s*(?:\?\.\s*)?\[\s*['\"`])*"
    return any(
        before.search(text[: found.start()]) or behind.match(text[found.end() :])
        for found in re.finditer(rf"{path}{_word(name)}(?:['\"`]\s*\])?", text)
    )


def _is_first_looked_at(variable: str, lines: Sequence[str]) -> bool:
    word = _word(variable)
    at = next((at for at, line in enumerate(lines) if re.search(word, line)), None)
    if at is None:
        return False
    begin, end = _statement(lines, at)
    return _is_looked_at(variable, "\n".join(lines[begin:end]))


def _statement(lines: Sequence[str], at: int) -> tuple[int, int]:
    """Return the first line of the statement that a line is in, and the one behind its last."""
    first, last = max(0, at - _MOST_LINES), min(len(lines), at + _MOST_LINES)
    begin, end = at, at + 1
    while begin > first and (
        _is_inside(lines[first:begin])
        or _GOES_ON.match(lines[begin])
        or _ENDS_LATER.search(lines[begin - 1])
    ):
        begin -= 1
    while end < last and (_depth(lines[begin:end]) > 0 or _GOES_ON.match(lines[end])):
        end += 1
    return begin, end


def _depth(lines: Sequence[str]) -> int:
    """Return how many brackets are left open."""
    text = "".join(lines)
    return sum(text.count(each) for each in "([{") - sum(text.count(each) for each in ")]}")


def _is_inside(before: Sequence[str]) -> bool:
    """Return whether what follows some lines is in a bracket of theirs that opens no block."""
    text = "\n".join(before)
    depth = 0
    for place in range(len(text) - 1, -1, -1):
        if text[place] in ")]}":
            depth += 1
        elif text[place] in "([{":
            if depth == 0:
                return text[place] != "{" or _OF_OBJECT.search(text[:place]) is not None
            depth -= 1
    return False
