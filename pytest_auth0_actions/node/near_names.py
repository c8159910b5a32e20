"""Sees whether a name that is not there is probably one that is, in other letters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

from pytest_auth0_actions.node.changes import code_lines

_HUMP: Final = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORD: Final = re.compile(r"[^\W\d_]+|\d+|[^\w-]")
_SHORTEST: Final = 5  # of the words in which a letter may be a slip

_PAIRS: Final = """
action/auction addition/addiction carries/carriers casual/causal cause/clause cites/cities
compete/complete competed/completed complaint/compliant contact/contract contacts/contracts
counties/countries county/country failed/filed field/filed filed/filled files/flies forms/forums
guess/guests later/latter layer/lawyer layers/lawyers makers/markers manages/managers
marital/martial modes/models party/partly patent/patient patents/patients place/palace
plans/planes plans/plants plants/planets posed/posted price/prince produces/producers
provides/providers reminder/remainder sales/scales serves/servers signing/singing sorts/sports
spots/sports stated/started states/stats stats/status stores/stories tales/tables tends/trends
tiles/titles traced/tracked trail/trial trails/trials votes/voters words/worlds
"""
_DIFFERENT: Final = frozenset(frozenset(pair.split("/")) for pair in _PAIRS.split())
"""Words that differ by as little as a slip, and are none."""


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


def is_read(name: str, files: Sequence[str]) -> bool:
    """Return whether the code of some files has a name as that of a field, and no mere variable."""
    word = rf"{re.escape(name)}(?![\w$])"
    field = re.compile(
        rf"\.{word}|(['\"`]){word}\1|^\s*{word}\s*(?:[,:}}]|$)|[{{,]\s*{word}\s*(?:[,:=}}]|$)"
    )
    return any(field.search(line) for file in files for line in code_lines(file))


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
    if len(short) < _SHORTEST or not long.isalpha() or {short, long} in _DIFFERENT:
        return False
    inside = range(1, len(long) - 1)
    if len(short) < len(long):
        is_at_an_end = short in long
        return not is_at_an_end and any(long[:at] + long[at + 1 :] == short for at in inside)
    return any(
        long[:at] + long[next_] + long[at] + long[next_ + 1 :] == short
        for at, next_ in pairwise(inside)
    )
