"""Fits text into the columns of a terminal.

The widths follow the rules of the package wcwidth, which terminals agree with best, by the tables
of Python's own `unicodedata`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import accumulate
from typing import Final

_ELLIPSIS: Final = "…"
_NO_COLUMN: Final = frozenset({"Mn", "Me", "Cf", "Zl", "Zp"})
_EMOJI: Final = "\ufe0f"  # has the character before it drawn as an emoji
_SKIN_TONES: Final = range(0x1F3FB, 0x1F400)
# Vowels and final consonants, which are drawn into the syllable before them, and fillers.
_OF_SYLLABLE: Final = (range(0x1160, 0x1200), range(0xD7B0, 0xD800), (0x3164, 0xFFA0))


def columns(text: str) -> int:
    """Return how many columns printable *text* takes.

    >>> columns("abc"), columns("日本"), columns("e" + chr(0x301)), columns("❤" + chr(0xFE0F))
    (3, 4, 1, 2)
    """
    return len(text) if text.isascii() else sum(_columns(text))


def cut(text: str, room: int) -> str:
    """Return *text* as it is if it takes up to *room* columns, or else its start and `…`.

    >>> cut("abcdef", 6), cut("abcdef", 5), cut("日本語", 4)
    ('abcdef', 'abcd…', '日…')
    """
    return text if columns(text) <= room else _start(text, room - 1) + _ELLIPSIS


def cut_counted(text: str, room: int) -> str:
    """Return *text*, or its start and how many characters more there are.

    What says so takes up to a third of the room: it is shorter where that is little.

    >>> cut_counted("a" * 1_000, 60)
    'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa… +959 characters'
    >>> cut_counted("a" * 1_000, 24), cut_counted("abcdef", 5)
    ('aaaaaaaaaaaaaaaa… +984', 'abcd…')
    """
    if columns(text) <= room:
        return text
    for counted in (_in_words, "{} +{:,}".format):
        most = len(counted(_ELLIPSIS, len(text)))
        if 3 * most <= room:
            start = _start(text, room - most)
            return start + counted(_ELLIPSIS, len(text) - len(start))
    return cut(text, room)


def shortened(text: str, most: int) -> str:
    """Return *text*, or its first *most* characters and how many more there are.

    >>> shortened("abcdef", 6), shortened("a" * 1_239, 5)
    ('abcdef', 'aaaaa… +1,234 characters')
    """
    left_out = len(text) - most
    return f"{text[:most]}{_in_words(_ELLIPSIS, left_out)}" if left_out > 0 else text


def _in_words(ellipsis: str, left_out: int) -> str:
    return f"{ellipsis} +{left_out:,} character{'' if left_out == 1 else 's'}"


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


def _start(text: str, room: int) -> str:
    """Return as much of the start of *text* as fits."""
    ends = [end for end, taken in enumerate(accumulate(_columns(text)), 1) if taken <= room]
    return text[: ends[-1]] if ends else ""


def _columns(text: str) -> Iterator[int]:
    """Yield the columns of each character."""
    before, taken = "", 0
    for char in text:
        if char == _EMOJI and taken == 1 and not before.isalpha():
            added = 1
        elif _is_drawn_over(char, taken):
            added = 0
        else:
            added = 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1
        if added:
            before, taken = char, added
        yield added


def _is_drawn_over(char: str, taken: int) -> bool:
    """Return whether a character takes none after one that has *taken* so many columns."""
    number = ord(char)
    if number in _SKIN_TONES:
        return taken == 2
    return unicodedata.category(char) in _NO_COLUMN or any(number in each for each in _OF_SYLLABLE)
