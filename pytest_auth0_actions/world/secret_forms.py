"""Knows a secret's value in whatever form a text has it: escaped, encoded, wrapped or cut."""

from __future__ import annotations

import base64
import functools
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from json import dumps
from typing import Final
from urllib.parse import quote

from pytest_auth0_actions.world.reading import Reading, canonical
from pytest_auth0_actions.world.secret_urls import basic_credentials, url_forms, url_parts

__all__ = ["Forms", "Reading", "forms_of", "is_strong"]

STRONG_CHARACTERS: Final = 8
_SHORTEST_FORM: Final = 4  # in characters; of what a canonical form leaves less, it is not used
_SHORTEST_CUT: Final = 6  # in characters; what is left of a value that was cut
_CUT: Final = re.compile(r"\.\.\.|…|\[\d+ chars\]")
_BESIDE_CUT: Final = 8  # characters that may be between a cut and what is left: `'`, or half of `é`

_SEPARATORS: Final = re.compile(r"[\s._/:@#?&=+,~-]+")
_WORD_LETTERS: Final = 15
_CAMEL_CASE: Final = re.compile(r"[A-Z]?[a-z]{2,}(?:[A-Z][a-z]{2,})*")
_NUMBER: Final = re.compile(r"\d{1,9}")
_SHORT_MIX: Final = re.compile(r"[A-Za-z]{1,4}\d{1,3}|\d{1,4}[A-Za-z]{1,3}|\d\dT\d\d")  # v2, auth0
_MOST_SHORT_MIXES: Final = 2
_PHRASE: Final = re.compile(r"[^\W\d_]+(?:[ _-]+[^\W\d_]+){3,}")
_PEM_LINE: Final = re.compile(r"-----[A-Z ]+-----")


def is_strong(value: str) -> bool:
    """Return whether *value* is hidden wherever it stands, and not in an Action's values alone.

    Weak is what has fewer than 8 characters, and what is plain words as anyone writes them: names,
    file names, hosts, addresses, dates. A phrase of four words or more is strong.

    >>> is_strong("sk_live_51H8xk2"), is_strong("correct horse battery staple")
    (True, True)
    >>> [is_strong(each) for each in ("s3cr3t", "production", "code.js", "https://api.example.com")]
    [False, False, False, False]
    """
    value = value.strip()
    if len(value) < STRONG_CHARACTERS:
        return False
    return _PHRASE.fullmatch(value) is not None or any(True for _ in _odd_pieces(value))


def _odd_pieces(value: str) -> Iterator[tuple[int, int]]:
    """Yield where the pieces of *value* are that are no plain words."""
    start, mixes = 0, 0
    for separator in [*_SEPARATORS.finditer(value), None]:
        end = separator.start() if separator is not None else len(value)
        piece = value[start:end]
        is_mix = not (_is_word(piece) or _NUMBER.fullmatch(piece)) and piece != ""
        mixes += is_mix
        if is_mix and (mixes > _MOST_SHORT_MIXES or not _SHORT_MIX.fullmatch(piece)):
            yield start, end
        start = separator.end() if separator is not None else end


def _is_word(piece: str) -> bool:
    if _CAMEL_CASE.fullmatch(piece):
        return all(len(word) <= _WORD_LETTERS for word in re.findall("[A-Z]?[a-z]+", piece))
    is_one_case = piece in {piece.lower(), piece.upper(), piece.capitalize()}
    return piece.isalpha() and is_one_case and len(piece) <= _WORD_LETTERS


@dataclass(frozen=True)
class Forms:
    """The forms of one value.

    Attributes:
        raw: as they may stand in a text.
        canonical: as they may stand in a `Reading` of it.
        is_strong: whether the value is hidden wherever it stands.
        cut: what may be left of the value where it was cut.
    """

    raw: tuple[str, ...]
    canonical: tuple[str, ...]
    is_strong: bool
    cut: Callable[[], _Cut]

    def found_in(self, reading: Reading) -> Iterator[tuple[int, int]]:
        """Yield the places of the value in a text; they may overlap."""
        text = reading.canonical
        for form in [form for form in self.canonical if form in text]:
            for start, end in _places(form, text):
                yield reading.place(start, end)
        if reading.is_edited:  # for what is before a value may have spoiled how it is read
            for form in self.raw:
                yield from _places(form, reading.text)
            if self.is_strong:
                yield from self._beside_cuts(reading.text)
        if self.is_strong:
            for start, end in self._beside_cuts(text):
                yield reading.place(start, end)

    def _beside_cuts(self, text: str) -> Iterator[tuple[int, int]]:
        for cut in _CUT.finditer(text):
            yield from self.cut().beside(text, *cut.span())


def _places(form: str, text: str) -> Iterator[tuple[int, int]]:
    start = text.find(form)
    while start >= 0:
        yield start, start + len(form)
        start = text.find(form, start + len(form))


class _Cut:
    """Knows what is left of a value that was cut: its start, its end, or something between.

    Args:
        plain: canonical forms to read.
        encoded: canonical forms that are not.
    """

    def __init__(self, plain: tuple[str, ...], encoded: tuple[str, ...]) -> None:
        self._all = "\0".join((*plain, *encoded))
        # What is left of `https://hooks.example.com/T0K3N` must have some of what is secret in it.
        self._odd: list[tuple[int, int]] = []
        at = 0
        for form in plain:
            pieces = [(0, len(form))] if _PHRASE.fullmatch(form) else _odd_pieces(form)
            self._odd += [(at + start, at + end) for start, end in pieces]
            at += len(form) + 1
        self._odd.append((at, len(self._all)))
        last = len(self._all) - _SHORTEST_CUT
        self._grams = frozenset(self._all[at : at + _SHORTEST_CUT] for at in range(last + 1))

    def beside(self, text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield what is left before *start* and after *end*, between which *text* was cut."""
        room = len(self._all)
        for last in range(start, max(start - _BESIDE_CUT, _SHORTEST_CUT) - 1, -1):
            if text[last - _SHORTEST_CUT : last] in self._grams:
                left = self._longest(text[max(0, last - room) : last], lambda text, n: text[-n:])
                if self._is_odd(left):
                    yield last - len(left), last
                break
        for first in range(end, end + _BESIDE_CUT + 1):
            if text[first : first + _SHORTEST_CUT] in self._grams:
                left = self._longest(text[first : first + room], lambda text, n: text[:n])
                if self._is_odd(left):
                    yield first, first + len(left)
                break

    def _longest(self, text: str, part: Callable[[str, int], str]) -> str:
        """Return the longest part of *text* that is the value's; a part of such a part is one."""
        low, high = _SHORTEST_CUT, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if part(text, middle) in self._all else (low, middle - 1)
        return part(text, low)

    def _is_odd(self, part: str) -> bool:
        return any(
            first < end and start < last
            for start, end in _places(part, self._all)
            for first, last in self._odd
        )


@functools.lru_cache(maxsize=1024)  # the tests of a suite share their secrets
def forms_of(value: str) -> Forms:
    """Return the forms of *value*."""
    strong, stripped = is_strong(value), value.strip()
    plain = [stripped]
    if strong:
        parts = [*url_forms(stripped), *url_parts(stripped), *map(str.strip, value.splitlines())]
        plain += [part for part in parts if is_strong(part) and not _PEM_LINE.fullmatch(part)]
    else:
        plain += url_forms(stripped)
    encoded = [*_base64(stripped), *_hex(stripped)]
    for credentials in basic_credentials(stripped):
        encoded += _base64(credentials)
    shortest = STRONG_CHARACTERS if strong else _SHORTEST_FORM
    read, decoded = _canonical(plain, shortest), _canonical(encoded, shortest)
    return Forms(
        raw=tuple(dict.fromkeys(_raw(value))),
        canonical=(*read, *decoded),
        is_strong=strong,
        cut=functools.cache(lambda: _Cut(read, decoded)),
    )


def _canonical(forms: Iterable[str], shortest: int) -> tuple[str, ...]:
    """Return canonical forms without those of which too little is left."""
    made = map(canonical, forms)
    return tuple(dict.fromkeys(form for form in made if form.strip() and len(form) >= shortest))


def _raw(value: str) -> Iterator[str]:
    """Yield what value looks like as it is, in Python, in JSON and in URLs."""
    yield value
    yield f"{value!r}"[1:-1]  # not repr(), which inline-snapshot replaces
    yield dumps(value)[1:-1]
    yield dumps(value, ensure_ascii=False)[1:-1]
    yield quote(value, safe="", errors="surrogatepass")


def _base64(value: str) -> Iterator[str]:
    """Yield what of *value* is always there in the base64 of a text that has it somewhere."""
    data = value.encode("utf-8", "surrogatepass")
    for before in range(3):  # bytes of a group of three
        encoded = base64.b64encode(bytes(before) + data).decode()
        whole = encoded[(before * 8 + 5) // 6 : (before + len(data)) * 8 // 6]
        yield whole
        yield whole.translate(str.maketrans("+/", "-_"))


def _hex(value: str) -> Iterator[str]:
    """Yield *value* in hex, as `Buffer.toString('hex')` and as `util.inspect` write it."""
    data = value.encode("utf-8", "surrogatepass")
    yield data.hex()
    yield data.hex().upper()
    yield data.hex(" ")
