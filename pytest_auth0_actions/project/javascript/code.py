"""Which lines of a file can run, and which ways lead on from those that decide something."""

from __future__ import annotations

import bisect
import functools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from pytest_auth0_actions.project.action_file import TYPESCRIPT
from pytest_auth0_actions.project.javascript.ignored import ignored_lines
from pytest_auth0_actions.project.javascript.parser import parse
from pytest_auth0_actions.project.javascript.parts import Limit, Loop, Parts, Way, When

Arc: TypeAlias = "tuple[int, int]"
CountAt: TypeAlias = Callable[[int], int | None]
"""Returns how often what stands at an offset was run; None if it stands nowhere in what was run."""

ENDINGS: Final = (".js", ".cjs", ".mjs", *TYPESCRIPT)
_DECLARATIONS: Final = (".d.ts", ".d.cts", ".d.mts")

LINE_END: Final = re.compile(r"\r\n|\n|\r")
_WORD: Final = re.compile(r"\w")


def is_code(path: str) -> bool:
    """Return whether a file is JavaScript or TypeScript that can run, by its name."""
    return path.endswith(ENDINGS) and not path.endswith(_DECLARATIONS)


@dataclass(frozen=True)
class FunctionLines:
    """A function, and its first and last line."""

    name: str
    first: int
    last: int


class Code:
    """A file of JavaScript or TypeScript, as far as coverage goes.

    A way that leads to no line of its own has a negative number in place of a line.

    Args:
        source: what the file says.
        typescript: whether it is TypeScript.

    Attributes:
        source_lines: its lines.
        lines: the numbers of those that can run, in order.
        ignored: the numbers of lines that comments take out.
        ways: what leads on from a line to another, from each that decides something.
        functions: the functions in it.
        loops: the loops that V8 takes too long.
    """

    def __init__(self, source: str, *, typescript: bool = False) -> None:
        self._starts = [0, *(end.end() for end in LINE_END.finditer(source))]
        self.source_lines = LINE_END.split(source)
        self.ignored = ignored_lines(self.source_lines)
        self._probes: dict[int, list[int]] = {}  # what tells whether a line was run
        self.ways: dict[Arc, Way] = {}
        self.functions: list[FunctionLines] = []
        self._limits: dict[int, Limit] = {}
        self.loops: list[Loop] = []
        parts = parse(source, typescript=typescript)
        if parts is None:
            self._take_each_line()
        else:
            self._take(parts)
        self.lines = sorted(self._probes)

    def _take_each_line(self) -> None:
        """Have each line with a word in it count, for want of something better."""
        for number, line in enumerate(self.source_lines, 1):
            found = _WORD.search(line)
            if found and not line.lstrip().startswith(("//", "*", "/*")):
                self._probes[number] = [self._starts[number - 1] + found.start()]

    def _take(self, parts: Parts) -> None:
        self._limits, self.loops = parts.limits, parts.loops
        for at in parts.statements:
            self._probes.setdefault(self.line_of(at), []).append(at)
        branches = [
            branch
            for branch in parts.branches
            if not branch.if_inline or self._is_on_line_of(branch.at, branch.ways[-1].target)
        ]
        for number in {self.line_of(branch.at) for branch in branches} - self._probes.keys():
            self._probes[number] = [self._first_on(number)]
        of_operands: dict[int, list[int]] = {}
        for at in parts.operands:
            of_operands.setdefault(self.line_of(at), []).append(at)
        self._probes = of_operands | self._probes
        for branch in sorted(branches, key=lambda branch: branch.at):
            start = self.line_of(branch.at)
            for way in branch.ways:
                target = 0 if way.target is None else self.line_of(way.target)
                if target in {0, start} or (start, target) in self.ways:
                    target = -1 - sum(1 for origin, _ in self.ways if origin == start)
                self.ways[start, target] = way
        self.functions = [
            FunctionLines(each.name, self.line_of(each.start), self.line_of(each.end))
            for each in parts.functions
        ]

    def _is_on_line_of(self, at: int, target: int | None) -> bool:
        return target is not None and self.line_of(at) == self.line_of(target)

    def _first_on(self, number: int) -> int:
        line = self.source_lines[number - 1]
        return self._starts[number - 1] + len(line) - len(line.lstrip())

    def line_of(self, offset: int) -> int:
        """Return the number of the line that *offset* lies in."""
        return bisect.bisect_right(self._starts, offset)

    def column_of(self, offset: int) -> int:
        """Return how many characters of its line are before *offset*."""
        return offset - self._starts[self.line_of(offset) - 1]

    def probes(self) -> Iterator[int]:
        """Yield the offsets at which to count."""
        for probes in self._probes.values():
            yield from probes
        for at, limit in self._limits.items():
            yield from (at, limit.at, *limit.left_by)
        for way in self.ways.values():
            if way.when is not When.LINE:
                yield way.at
                yield from way.instead
                if way.origin is not None:
                    yield way.origin

    def run(self, count_at: CountAt) -> tuple[set[int], set[Arc]]:
        """Return the numbers of the lines that were run, and the ways on that were gone."""

        @functools.cache
        def limited(at: int) -> int | None:
            count, limit = count_at(at), self._limits.get(at)
            if count is None or limit is None:
                return count
            most = limited(limit.at)
            if most is None or (most > 0 and not limit.is_count):
                return count
            most -= sum(limited(each) or 0 for each in limit.left_by)
            return max(0, min(count, most))

        for at in sorted(self._limits):  # outer and earlier ones first, so that none goes deep
            limited(at)
        lines = {number for number, probes in self._probes.items() if any(map(limited, probes))}
        ways = {arc for arc, way in self.ways.items() if arc[0] in lines and _is_gone(way, limited)}
        return lines, ways


def _is_gone(way: Way, count_at: CountAt) -> bool:
    if way.when is When.LINE:
        return True
    count = count_at(way.at)
    if way.when is When.RUNS:
        return bool(count)
    if count is None and way.origin is not None:  # a source map leads to statements
        count = count_at(way.origin)
    return (count or 0) > sum(count_at(at) or 0 for at in way.instead)


@functools.lru_cache(maxsize=256)
def code_of(source: str, *, typescript: bool) -> Code:
    """Return what a file consists of."""
    return Code(source, typescript=typescript)


def read_code(path: Path) -> str:
    """Return what a file says, without a byte order mark.

    Raises:
        OSError: it can't be read.
        UnicodeDecodeError: it is not UTF-8.
    """
    return path.read_bytes().decode().removeprefix("\ufeff")
