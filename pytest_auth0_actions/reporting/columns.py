"""Fits text into the columns of a terminal."""

from __future__ import annotations

import unicodedata
from typing import Final

_ELLIPSIS: Final = "…"


def columns(text: str) -> int:
    """Return how many columns printable *text* takes.

    >>> columns("abc"), columns("日本"), columns("e" + chr(0x301))
    (3, 4, 1)
    """
    return len(text) if text.isascii() else sum(map(_columns, text))


def cut(text: str, room: int) -> str:
    """Return *text* as it is if it takes up to *room* columns, or else its start and `…`.

    >>> cut("abcdef", 6), cut("abcdef", 5), cut("日本語", 4)
    ('abcdef', 'abcd…', '日…')
    """
    if columns(text) <= room:
        return text
    end, left = 0, room - 1 - _columns(text[0])
    while left >= 0:
        end += 1
        left -= _columns(text[end])
    return text[:end] + _ELLIPSIS


def shortened(text: str, most: int) -> str:
    """Return *text*, or its first *most* characters and how many more there are.

    >>> shortened("abcdef", 6), shortened("a" * 1_239, 5)
    ('abcdef', 'aaaaa… +1,234 characters')
    """
    left_out = len(text) - most
    return f"{text[:most]}{_counted(left_out)}" if left_out > 0 else text


def _counted(left_out: int) -> str:
    return f"{_ELLIPSIS} +{left_out:,} character{'' if left_out == 1 else 's'}"


def wrap(text: str, room: int, most_lines: int) -> list[str]:
    """Return *text* in up to *most_lines* lines of *room* columns each; the last may be cut.

    >>> wrap("the quick brown fox", 10, 3), wrap("the quick brown fox", 10, 1)
    (['the quick', 'brown fox'], ['the quick…'])
    """
    lines: list[str] = []
    words = text.split(" ")
    while words and len(lines) < most_lines - 1:
        count = 1
        while count < len(words) and columns(" ".join(words[: count + 1])) <= room:
            count += 1
        lines.append(cut(" ".join(words[:count]), room))
        words = words[count:]
    return [*lines, cut(" ".join(words), room)] if words else lines


def _columns(char: str) -> int:
    if unicodedata.category(char) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1
