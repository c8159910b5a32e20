"""Replaces keywords as the Deploy CLI does: `##KEY##` by text, `@@KEY@@` by JSON.

Source: https://github.com/auth0/auth0-deploy-cli/blob/master/docs/keyword-replacement.md
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

_MARKER: Final = re.compile(r"##([A-Za-z_]\w*)##|@@([A-Za-z_]\w*)@@")
_WHOLE: Final = re.compile(r"(?:##|@@)[A-Za-z_]\w*(?:##|@@)")
# One that stands for a whole value, which the parser of a manifest can't read without quotes.
_BARE: Final = re.compile(
    r"((?:^|[:\[,{]|^[ \t]*-)[ \t]*)(@@[A-Za-z_]\w*@@)(?=[ \t]*(?:[,\]}]|\r?$))", re.MULTILINE
)
_NEWLINE: Final = re.compile(r"\r\n?|\n")


@dataclass(frozen=True)
class Replaced:
    """Text with its keywords replaced.

    Attributes:
        text: the text.
        lines: the line of the file that each of its lines is from; None if they are the same.
    """

    text: str
    lines: tuple[int, ...] | None = None

    def line(self, number: int) -> int:
        r"""Return the line of the file for a line of the text, both from 1.

        >>> Keywords({"A": "1\n2"}).replace("x\n##A##\ny").line(4)
        3
        """
        if self.lines is None or not self.lines:
            return number
        return self.lines[min(max(number, 1), len(self.lines)) - 1]


@dataclass(frozen=True)
class Keywords:
    """What keywords stand for.

    Attributes:
        values: the value of each; any JSON.
    """

    values: Mapping[str, Any] = field(default_factory=dict)

    def replace(
        self, text: str, in_place: Callable[[str, int, str], str] | None = None
    ) -> Replaced:
        """Return *text* with all keywords replaced that have a value; the others stay.

        Args:
            text: what a file says.
            in_place: takes the text, where a keyword is in it, and its value, and returns what
                to put there.

        >>> Keywords({"ENV": "dev", "URLS": ["a", "b"]}).replace('##ENV##, "@@URLS@@"').text
        'dev, ["a","b"]'
        """
        if "##" not in text and "@@" not in text:
            return Replaced(text)
        result = Replaced(text)
        for key, value in self.values.items():
            if f"@@{key}@@" in result.text:
                marker = re.escape(f"@@{key}@@")
                result = _put(result, rf"'{marker}'|\"{marker}\"|{marker}", as_json(value), None)
        for key, value in self.values.items():
            if f"##{key}##" in result.text:
                result = _put(result, re.escape(f"##{key}##"), as_text(value), in_place)
        return result


def _put(
    old: Replaced, pattern: str, value: str, in_place: Callable[[str, int, str], str] | None
) -> Replaced:
    pieces: list[str] = []
    lines: list[int] = []
    seen = 0
    for found in re.finditer(pattern, old.text):
        put = value if in_place is None else in_place(old.text, found.start(), value)
        pieces += [old.text[seen : found.start()], put]
        added = len(_NEWLINE.findall(put))
        if added and not lines:
            count = len(_NEWLINE.findall(old.text)) + 1
            lines = [*range(1, count + 1)] if old.lines is None else [*old.lines]
        if added:
            at = len(_NEWLINE.findall("".join(pieces[:-1])))
            lines[at + 1 : at + 1] = [lines[at]] * added
        seen = found.end()
    pieces.append(old.text[seen:])
    return Replaced("".join(pieces), tuple(lines) if lines else old.lines)


def as_json(value: Any) -> str:
    """Return a value as `JSON.stringify` writes it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def as_text(value: Any) -> str:
    """Return a value as JavaScript's `String()` gives it.

    >>> [as_text(each) for each in ("a", 1, 2.0, True, None, ["a", 1], {})]
    ['a', '1', '2', 'true', 'null', 'a,1', '[object Object]']
    """
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ",".join("" if each is None else as_text(each) for each in value)
    if isinstance(value, dict):
        return "[object Object]"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return as_json(value)


def markers_in(text: str) -> Iterator[tuple[str, int]]:
    """Yield the keywords that are in a text, as they are written, and where each starts.

    >>> list(markers_in("a ##KEY##"))
    [('##KEY##', 2)]
    """
    return ((found[0], found.start()) for found in _MARKER.finditer(text))


def broken_by(text: str, replaced: Replaced, lines: Iterable[int]) -> str:
    """Return what to do if a value that was put in may be why a manifest can't be parsed.

    Args:
        text: what the file says.
        replaced: the same with its keywords replaced.
        lines: the lines, of the replaced text, where parsing failed.
    """
    written = text.splitlines()
    for line in sorted({replaced.line(each) for each in lines}):
        for keyword, _ in markers_in("".join(written[line - 1 : line])):
            if keyword.startswith("##") and keyword not in replaced.text:
                key = keyword.strip("#")
                return f"Correct the value of {keyword}, or write @@{key}@@, which puts in JSON."
    return ""


def left_in(value: Any) -> Iterator[str]:
    """Yield the keywords that are still in the texts of a value, as they are written."""
    waiting, seen = [value], set[int]()
    for each in waiting:  # which grows meanwhile
        if isinstance(each, dict | list) and id(each) in seen:
            continue  # an alias of YAML
        seen.add(id(each))
        if isinstance(each, str):
            yield from (marker for marker, _ in markers_in(each))
        elif isinstance(each, dict):
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each


def is_keyword(text: str) -> bool:
    """Return whether text is a keyword and nothing else.

    >>> is_keyword("##API_KEY##"), is_keyword("key-##ENV##")
    (True, False)
    """
    return _WHOLE.fullmatch(text) is not None


def quoted(text: str) -> str:
    """Return a manifest in which keywords that stand for a value are texts.

    >>> quoted('{"urls": @@URLS@@}')
    '{"urls": "@@URLS@@"}'
    """
    return _BARE.sub(r'\1"\2"', text)
