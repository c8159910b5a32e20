"""Turns V8's counts of what was run into lines, and ways from line to line."""

from __future__ import annotations

import bisect
import functools
import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Final

from pytest_auth0_actions.project.action_file import TYPESCRIPT
from pytest_auth0_actions.project.javascript.code import (
    LINE_END,
    Arc,
    Code,
    code_of,
    is_code,
    read_code,
)
from pytest_auth0_actions.project.javascript.source_map import Original, originals_of

_EXPORT: Final = re.compile(r"export[ \t]+(?:default[ \t]+)?")
_OF_PACKAGES: Final = "node_modules"


def is_own(path: Path) -> bool:
    """Return whether a file is the user's own code, by its path."""
    return is_code(path.name) and _OF_PACKAGES not in path.parts


def count_lines(source: str) -> int:
    """Return how many lines a file has."""
    return len(LINE_END.split(source))


def hash_of(source: str) -> str:
    """Return what tells whether two sources are the same."""
    return hashlib.sha1(source.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()


class Part:
    """A file, all or part of which went into a file that was run.

    Args:
        path: where it is.
        source: what it says.
        place: where in the file that was run an offset of this one is; None if it is not there.

    Attributes:
        path: where it is.
        code: what it consists of.
    """

    def __init__(self, path: Path, source: str, place: Callable[[Code, int], int | None]) -> None:
        self.path = path
        self.code = code_of(source, typescript=path.name.endswith(TYPESCRIPT))
        self._places = {at: place(self.code, at) for at in set(self.code.probes())}

    def places(self) -> Iterable[int]:
        """Return where to count in the file that was run."""
        return (place for place in self._places.values() if place is not None)

    def count_at(self, counts: Mapping[int, int], at: int) -> int | None:
        """Return how often what stands at an offset of this file was run, if it stands anywhere."""
        place = self._places[at]
        return None if place is None else counts[place]


class CountedFile:
    """A file that was run, with what V8 has counted in it.

    Args:
        path: where it is.
        source: what was run.
        in_place: what the file says, where that has other columns than what was run, on the same
            lines; None where it is the same, or a source map leads to it.
        head_units: how much of what was run stands before that, on its first line.
        template: what the file says, where what was run has values in place of its keywords.
    """

    def __init__(
        self,
        path: Path,
        source: str,
        *,
        in_place: str | None = None,
        head_units: int = 0,
        template: str | None = None,
    ) -> None:
        units = _Units(source)
        is_typed = in_place is None and path.name.endswith(TYPESCRIPT)
        run = code_of(source, typescript=is_typed)
        self._loops = [(units.of(loop.body), units.of(loop.end)) for loop in run.loops]
        mapped = [original for original in originals_of(path, source) if is_own(original.path)]
        if template is not None:
            self._parts = [Part(path, template, _Filled(units, run.source_lines))]
        elif in_place is not None:
            self._parts = [Part(path, in_place, _InPlace(units, head_units))]
        elif mapped:
            self._parts = [
                Part(each.path, read_code(each.path), _Mapped(each, units)) for each in mapped
            ]
        else:
            self._parts = [Part(path, source, lambda code, at: units.of(at))]
        self._places = sorted({place for part in self._parts for place in part.places()})
        self._counts = [0] * len(self._places)

    def add(self, ranges: Sequence[int]) -> None:
        """Add counts: start, end and count of each range, outer ones before inner ones."""
        counts = [0] * len(self._places)
        for at in range(0, len(ranges), 3):
            start, end, count = ranges[at : at + 3]
            for body, loop_end in self._loops:
                if body <= start < loop_end < end:
                    end = loop_end
            first = bisect.bisect_left(self._places, start)
            last = bisect.bisect_left(self._places, end)
            counts[first:last] = [count] * (last - first)
        self._counts = [known + more for known, more in zip(self._counts, counts, strict=True)]

    def results(self) -> Iterable[tuple[Path, set[int], set[Arc]]]:
        """Yield files, the lines that were run in each, and the ways that were gone."""
        counts = dict(zip(self._places, self._counts, strict=True))
        for part in self._parts:
            count_at = functools.partial(part.count_at, counts)
            yield part.path, *part.code.run(count_at)


class _Units:
    """Where characters are in units of UTF-16, in which V8 counts."""

    def __init__(self, source: str) -> None:
        self._wide = [at for at, char in enumerate(source) if ord(char) > 0xFFFF]
        ends = (end.end() for end in LINE_END.finditer(source))
        self._starts = [0, *map(self.of, ends)]

    def of(self, at: int) -> int:
        """Return where a character is."""
        return at + bisect.bisect_left(self._wide, at)

    def of_place(self, line: int, column: int) -> int:
        """Return where a line and a column are, which count from 0."""
        return self._starts[min(line, len(self._starts) - 1)] + column


class _InPlace:
    """Finds places of a file in what was made of it line by line."""

    def __init__(self, made: _Units, head_units: int) -> None:
        self._made = made
        self._head_units = head_units

    def __call__(self, code: Code, at: int) -> int:
        line = code.line_of(at) - 1
        return self._made.of_place(
            line, _units_before(code, at) + (0 if line else self._head_units)
        )


class _Filled:
    """Finds places of a template in what was made of it, which has as many lines."""

    def __init__(self, made: _Units, lines: Sequence[str]) -> None:
        self._made = made
        self._lines = lines

    def __call__(self, code: Code, at: int) -> int:
        line, column = code.line_of(at) - 1, code.column_of(at)
        written, filled = code.source_lines[line], self._lines[line]
        if written != filled:
            column = _column_in(written, filled, column)
        return self._made.of_place(line, _count_units(filled[:column]))


def _column_in(written: str, filled: str, column: int) -> int:
    """Return which column of a line is one of the line that it was made of.

    >>> written, filled = "f('##A##', b)", "f('a longer value', b)"
    >>> filled[_column_in(written, filled, written.index("b")) :]
    'b)'
    """
    matcher = SequenceMatcher(None, written, filled, autojunk=False)
    before = [block for block in matcher.get_matching_blocks() if block.a <= column]
    return before[-1].b + min(column - before[-1].a, before[-1].size) if before else 0


class _Mapped:
    """Finds places of an original in what was made of it."""

    def __init__(self, original: Original, made: _Units) -> None:
        self._original = original
        self._made = made

    def __call__(self, code: Code, at: int) -> int | None:
        line, column = code.line_of(at) - 1, _units_before(code, at)
        place = self._original.place_of(line, column)
        if place is None:  # compilers write exports in another way, and map what is exported
            exported = _EXPORT.match(code.source_lines[line], code.column_of(at))
            if exported is not None:
                place = self._original.place_of(line, column + len(exported[0]))
        return None if place is None else self._made.of_place(*place)


def _units_before(code: Code, at: int) -> int:
    """Return how many units of UTF-16 stand before an offset in its line."""
    return _count_units(code.source_lines[code.line_of(at) - 1][: code.column_of(at)])


def _count_units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
