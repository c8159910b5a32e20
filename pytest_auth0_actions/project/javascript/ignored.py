"""Reads the comments that take lines out of coverage, as c8 does."""

from __future__ import annotations

import re
from typing import Final

_NEXT: Final = re.compile(r"/\* (?:[cv]8|node:coverage) ignore next\b(?: (?P<count>\d+))?")
_START: Final = re.compile(r"/\* (?:[cv]8 ignore start|node:coverage disable)\b")
_STOP: Final = re.compile(r"/\* (?:[cv]8 ignore stop|node:coverage enable)\b")
_BEFORE: Final = re.compile(r"\W*")


def ignored_lines(source_lines: list[str]) -> set[int]:
    """Return the numbers of the lines that comments say to ignore.

    `ignore next` means the line behind the comment, or the comment's own where code is before it.

    >>> sorted(ignored_lines(["/* c8 ignore next */", "rare();", "usual();"]))
    [1, 2]

    Source: https://github.com/bcoe/c8#ignoring-uncovered-lines-functions-and-blocks
    """
    ignored: set[int] = set()
    following, is_between = 0, False
    for number, line in enumerate(source_lines, 1):
        if following > 0 or is_between:
            ignored.add(number)
            following = max(0, following - 1)
        if found := _NEXT.search(line):
            ignored.add(number)
            is_alone = _BEFORE.match(line, 0, found.start() + 1)
            if is_alone is not None and is_alone.end() > found.start():
                following = int(found["count"] or 1)
        elif _START.search(line) or _STOP.search(line):
            ignored.add(number)
            is_between, following = _START.search(line) is not None, 0
    return ignored
