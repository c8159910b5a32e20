"""Sees whether a name that is not there is probably one that is, in other letters."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Final

_HUMP: Final = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORD: Final = re.compile(r"[^\W\d_]+|\d+|[^\w-]")
_SHORTEST: Final = 5  # of the words in which a letter may be a slip


def same_name(name: str, names: Iterable[str]) -> str | None:
    """Return which of some names is probably the same one, in other letters.

    Either they differ in nothing but case, `_` and `-`; or in a letter that one of them lacks, or
    two that have changed places, inside of a word. Other letters or digits make another name.

    >>> same_name("isBlocked", ["tier", "is_blocked"]), same_name("subscripton", ["subscription"])
    ('is_blocked', 'subscription')
    >>> same_name("plans", ["plan"]), same_name("terms_v2", ["terms_v1"])
    (None, None)
    """
    return next(
        (each for each in names if _letters(each) == _letters(name) or _is_slip(name, each)), None
    )


def _letters(name: str) -> str:
    return re.sub("[_-]", "", name).lower()


def _is_slip(one: str, other: str) -> bool:
    words, others = _words(one), _words(other)
    if len(words) != len(others):
        return False
    differing = [pair for pair in zip(words, others, strict=True) if pair[0] != pair[1]]
    return len(differing) == 1 and _is_slip_of_word(*differing[0])


def _words(name: str) -> list[str]:
    """Return the words and the numbers of a name.

    >>> _words("isHTTPBlocked"), _words("e-mail_2nd")
    (['is', 'http', 'blocked'], ['e', 'mail', '2', 'nd'])
    """
    return _WORD.findall(_HUMP.sub("_", name).lower())


def _is_slip_of_word(one: str, other: str) -> bool:
    """Return whether two words differ inside, by one letter more or two that changed places."""
    short, long = sorted((one, other), key=len)
    if len(short) < _SHORTEST or not long.isalpha():
        return False
    inside = range(1, len(long) - 1)
    if len(short) < len(long):
        is_at_an_end = short in long
        return not is_at_an_end and any(long[:at] + long[at + 1 :] == short for at in inside)
    return any(
        long[:at] + long[next_] + long[at] + long[next_ + 1 :] == short
        for at, next_ in pairwise(inside)
    )
