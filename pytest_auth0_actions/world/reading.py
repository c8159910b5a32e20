"""Reads a text without its escapes and line wraps, and knows where each character stood."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import Final

_Edit = tuple[int, int, str]  # from where to where, and what is read there

# A long text that pprint or util.inspect has written as several in quotes, one a line.
_WRAP: Final = re.compile(r"""['"`](?: \+)?\n(?:E(?=[ \t]))?[ \t]*b?['"`]""")
_SPECIAL: Final = re.compile(r"[\\%&\n]")
_PERCENT: Final = re.compile(
    r"(?P<bytes>(?:%(?:25)*[0-9A-Fa-f]{2})+)|&(?P<entity>amp|lt|gt|quot|apos|#39|#x27|#34|#x22);"
)
_ENTITIES: Final = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "#34": '"', "#x22": '"'}
_ESCAPE: Final = re.compile(
    r"(?P<bytes>(?:\\+x[0-9A-Fa-f]{2})+)|(?P<units>(?:\\+u[0-9A-Fa-f]{4})+)"
    r"|\\+U(?P<point>00(?:0[0-9A-Fa-f]|10)[0-9A-Fa-f]{4})|\\+(?P<control>[nrtbfv])|\\+"
)
_CONTROLS: Final = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "v": "\v"}
# A line's end, with how pytest and diffs begin the next line.
_NEWLINE: Final = re.compile(r"[ \t\r]*\n(?:E(?=[ \t]))?[ \t]*(?:[-+?>|][ \t]+)?")
_HEX: Final = re.compile(r"%(?:25)*([0-9A-Fa-f]{2})|\\+[xu]([0-9A-Fa-f]{2,4})")


def canonical(text: str) -> str:
    r"""Return *text* so that all its escaped forms give the same.

    >>> {canonical(each) for each in ("a/é\n", r"a\/\u00e9\n", "a%2F%C3%A9%0A", r"a/\xc3\xa9\\n")}
    {'a/é\n'}
    """
    return Reading(text, wrapped=False).canonical


class Reading:
    """One text, as it is and in its canonical form.

    Backslashes are left out of that, and a plus is read as a space.

    Args:
        text: as it is.
        wrapped: whether texts in it may be broken into several in quotes, one a line.

    Attributes:
        text: as it is.
        canonical: without escapes.
    """

    def __init__(self, text: str, *, wrapped: bool = True) -> None:
        self.text = text
        self._layers: list[_Layer] = []
        if wrapped and "\n" in text:
            text = self._read(text, _WRAP, _unwrapped)
        text = text.replace("+", " ")
        if _SPECIAL.search(text):
            text = self._read(text, _PERCENT, _unquoted).replace("+", " ")
            text = self._read(text, _ESCAPE, _unescaped)
            text = self._read(text, _NEWLINE, _one_newline)
        self.canonical = text

    @property
    def is_edited(self) -> bool:
        """Whether the canonical form is another text."""
        return self.canonical != self.text

    def _read(
        self, text: str, pattern: re.Pattern[str], edits: Callable[[re.Match[str]], Iterator[_Edit]]
    ) -> str:
        layer = _Layer(text, pattern, edits)
        if layer.is_edited:
            self._layers.append(layer)
        return layer.text

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Return where in the text that is which is at *start* to *end* in the canonical form."""
        for layer in reversed(self._layers):
            start, end = layer.before(start, end)
        return start, end


class _Layer:
    """A text after edits of one kind, and where things were before."""

    def __init__(
        self, text: str, pattern: re.Pattern[str], edits: Callable[[re.Match[str]], Iterator[_Edit]]
    ) -> None:
        parts: list[str] = []
        self._starts: list[int] = []  # of each edit, in the edited text
        self._edits: list[tuple[int, int, int]] = []  # its end there, and its start and end before
        size = kept_until = 0
        for match in pattern.finditer(text):
            for start, end, read in edits(match):
                parts += (text[kept_until:start], read)
                size += start - kept_until
                self._starts.append(size)
                size += len(read)
                self._edits.append((size, start, end))
                kept_until = end
        self.is_edited = bool(parts)
        self.text = "".join([*parts, text[kept_until:]]) if parts else text

    def before(self, start: int, end: int) -> tuple[int, int]:
        """Return where it was before the edits; what is in an edit counts as all of it."""
        return self._before(start)[0], self._before(end - 1)[1]

    def _before(self, at: int) -> tuple[int, int]:
        index = bisect_right(self._starts, at) - 1
        if index < 0:
            return at, at + 1
        edited_end, start, end = self._edits[index]
        if at < edited_end:
            return start, end
        return at - edited_end + end, at - edited_end + end + 1


def _unwrapped(match: re.Match[str]) -> Iterator[_Edit]:
    yield match.start(), match.end(), ""


def _unquoted(match: re.Match[str]) -> Iterator[_Edit]:
    if match["bytes"] is not None:
        yield from _from_utf8(match)
    else:
        yield match.start(), match.end(), _ENTITIES.get(match["entity"], "'")


def _unescaped(match: re.Match[str]) -> Iterator[_Edit]:
    if match["bytes"] is not None:
        yield from _from_utf8(match)
    elif match["units"] is not None:
        yield from _from_utf16(match)
    elif match["point"] is not None:
        yield match.start(), match.end(), chr(int(match["point"], 16))
    else:
        yield match.start(), match.end(), _CONTROLS.get(match["control"], "")


def _from_utf8(match: re.Match[str]) -> Iterator[_Edit]:
    """Yield the characters of escaped bytes; bytes that are no UTF-8 stand for themselves."""
    found = list(_HEX.finditer(match.string, *match.span()))
    data = bytes(int(each[1] or each[2], 16) for each in found)
    at = 0
    while at < len(data):
        size = next((size for size in (1, 2, 3, 4) if _is_character(data[at : at + size])), 0)
        read = data[at : at + size].decode() if size else chr(data[at])
        last = at + max(size, 1) - 1
        yield found[at].start(), found[last].end(), read
        at = last + 1


def _is_character(data: bytes) -> bool:
    try:
        return len(data.decode()) == 1
    except UnicodeDecodeError:
        return False


def _from_utf16(match: re.Match[str]) -> Iterator[_Edit]:
    """Yield the characters of escaped UTF-16, of which two units may be one."""
    found = list(_HEX.finditer(match.string, *match.span()))
    units = [int(each[2], 16) for each in found]
    at = 0
    while at < len(units):
        pair = units[at : at + 2]
        if len(pair) == 2 and 0xD800 <= pair[0] < 0xDC00 <= pair[1] < 0xE000:
            point = 0x10000 + ((pair[0] & 0x3FF) << 10) + (pair[1] & 0x3FF)
            yield found[at].start(), found[at + 1].end(), chr(point)
            at += 2
        else:
            yield found[at].start(), found[at].end(), chr(units[at])
            at += 1


def _one_newline(match: re.Match[str]) -> Iterator[_Edit]:
    if match[0] != "\n":
        yield match.start(), match.end(), "\n"
