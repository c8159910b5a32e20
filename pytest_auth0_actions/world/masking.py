"""Keeps secrets out of what we print."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote, quote_plus

MIN_SECRET_CHARACTERS: Final = 4
MIN_LINE_CHARACTERS: Final = 8  # of a key in many lines, say, which are printed one by one


class Mask:
    """Replaces the values of secrets by their names.

    A value of fewer than 4 characters stays: it would be found everywhere, and hides nothing.

    >>> mask = Mask()
    >>> mask.add({"API_KEY": "s3cr3t"})
    >>> mask("Authorization: Bearer s3cr3t")
    'Authorization: Bearer ***API_KEY***'
    """

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._pattern: re.Pattern[str] | None = None

    def add(self, secrets: Mapping[str, str]) -> None:
        """Hide the values of *secrets* from now on."""
        for name, value in secrets.items():
            if len(value) >= MIN_SECRET_CHARACTERS:
                for shown in _shown(value):
                    self._names.setdefault(shown, name)
        longest_first = sorted(self._names, key=len, reverse=True)
        found = "|".join(map(re.escape, longest_first))
        self._pattern = re.compile(found) if found else None

    def __bool__(self) -> bool:
        """Whether there is anything to hide."""
        return self._pattern is not None

    def names_in(self, text: str) -> list[str]:
        """Return the names of the secrets of 8 characters and more that *text* holds."""
        return list({
            self._names[match[0]]: None
            for match in (self._pattern.finditer(text) if self._pattern else ())
            if len(match[0]) >= MIN_LINE_CHARACTERS
        })

    def __call__(self, text: str) -> str:
        """Return *text* with `***NAME***` in place of each value."""
        if self._pattern is None:
            return text
        return self._pattern.sub(lambda match: f"***{self._names[match[0]]}***", text)


def _shown(value: str) -> Iterator[str]:
    """Yield what a value looks like as it is, in Python, in JSON, in URLs and line by line."""
    yield value
    yield repr(value)[1:-1]
    yield json.dumps(value)[1:-1]
    yield json.dumps(value, ensure_ascii=False)[1:-1]
    yield quote(value, safe="")
    yield quote(value, safe="!*'()")  # encodeURIComponent
    yield quote(value, safe="!$%&'()*+,/:;=@[]^|\\")  # in the path of a URL
    yield quote(value, safe="!$%&()*+,/:;=?@[]^`{|}\\")  # in the query of one
    yield quote_plus(value, safe="*").replace("~", "%7E")  # URLSearchParams
    lines = (line.strip() for line in value.splitlines())
    yield from (line for line in lines if len(line) >= MIN_LINE_CHARACTERS)


def mask_report(report: Any, mask: Mask) -> None:
    """Hide secrets in a pytest report: its sections, its reason, every text of its failure."""
    report.sections = [(title, mask(text)) for title, text in report.sections]
    if hasattr(report, "wasxfail"):
        report.wasxfail = mask(report.wasxfail)
    report.longrepr = _masked(report.longrepr, mask)


def _mask_texts(part: Any, mask: Mask) -> None:
    """Hide secrets in what pytest made of an exception: objects of objects, lists and text."""
    for name, value in list(getattr(part, "__dict__", {}).items()):
        if isinstance(value, str):
            setattr(part, name, mask(value))
        elif isinstance(value, list):
            setattr(part, name, [_masked(item, mask) for item in value])
        else:
            _mask_texts(value, mask)


def _masked(item: Any, mask: Mask) -> Any:
    if isinstance(item, str):
        return mask(item)
    if isinstance(item, tuple):
        return tuple(_masked(each, mask) for each in item)
    _mask_texts(item, mask)
    return item
