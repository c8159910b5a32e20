"""Tells coverage.py which lines of a file can run, and which ways lead on from line to line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from coverage import FileReporter
from coverage.exceptions import NoSource
from coverage.plugin import CodeRegion

from pytest_auth0_actions.project.action_file import TYPESCRIPT
from pytest_auth0_actions.project.javascript.code import Arc, Code, code_of, read_code

_KINDS: Final = {"comment": "com", "string": "str", "key": "key", "name": "nam", "number": "num"}
_KEYWORDS: Final = (
    "async|await|break|case|catch|class|const|continue|default|delete|do|else|export|extends|false"
    "|finally|for|from|function|if|import|in|instanceof|let|new|null|of|return|super|switch|this"
    "|throw|true|try|typeof|undefined|var|void|while|yield"
)
_TOKEN: Final = re.compile(
    r"(?P<comment>//.*|/\*.*?(?:\*/|$)|^\s*\*(?!\w).*)"
    r"|(?P<string>'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|`(?:\\.|[^`\\])*`)"
    rf"|(?P<key>\b(?:{_KEYWORDS})\b)"
    r"|(?P<name>[A-Za-z_$][\w$]*)|(?P<number>\d[\w.]*)|(?P<other>\s+|.)"
)


class JavaScriptReporter(FileReporter):
    """What coverage.py asks of a file of JavaScript or TypeScript."""

    def __init__(self, filename: str) -> None:
        super().__init__(filename)
        self._read: Code | None = None

    @property
    def _code(self) -> Code:
        if self._read is None:
            self._read = code_of(self.source(), typescript=self.filename.endswith(TYPESCRIPT))
        return self._read

    def source(self) -> str:
        """Return what the file says.

        Raises:
            NoSource: it can't be read.
        """
        try:
            return read_code(Path(self.filename))
        except (OSError, UnicodeDecodeError) as error:
            raise NoSource(f"No source for code: {self.filename!r}: {error}") from None

    def lines(self) -> set[int]:
        """Return the lines that can run, and count."""
        return set(self._code.lines) - self._code.ignored

    def excluded_lines(self) -> set[int]:
        """Return the lines that comments take out."""
        return set(self._code.lines) & self._code.ignored

    def arcs(self) -> set[Arc]:
        """Return the ways on from lines that decide something."""
        ignored = self._code.ignored
        return {(start, end) for start, end in self._code.ways if not {start, end} & ignored}

    def exit_counts(self) -> dict[int, int]:
        """Return how many ways lead on from those lines."""
        return dict(Counter(start for start, _ in self.arcs()))

    def missing_arc_description(
        self, start: int, end: int, executed_arcs: Iterable[Arc] | None = None
    ) -> str:
        """Return a sentence on a way that no run went."""
        way = self._code.ways[start, end]
        if end > 0:
            return f"line {start} didn't jump to line {end} because {way.missing}"
        column = self._code.column_of(way.at) + 1
        return f"line {start}, column {column}: {way.missing}"

    def arc_description(self, start: int, end: int) -> str:
        """Return what a way does."""
        return f"jump to line {end}" if end > 0 else "go on within the line"

    def source_token_lines(self) -> Iterator[list[tuple[str, str]]]:
        """Yield the words of each line, for the colors of the page."""
        for line in self._code.source_lines:
            yield [
                (_KINDS.get(str(found.lastgroup), "txt"), found[0])
                for found in _TOKEN.finditer(line)
            ]

    def code_regions(self) -> list[CodeRegion]:
        """Return the functions that have lines of their own."""
        owners: dict[int, int] = {}
        functions = [each for each in self._code.functions if each.first < each.last]
        functions.sort(key=lambda each: (each.first, -each.last))
        for index, function in enumerate(functions):
            owners.update(dict.fromkeys(range(function.first + 1, function.last + 1), index))
        regions: list[set[int]] = [set() for _ in functions]
        for line, index in owners.items():
            regions[index].add(line)
        return [
            CodeRegion("function", function.name, function.first, lines)
            for function, lines in zip(functions, regions, strict=True)
            if lines
        ]

    def code_region_kinds(self) -> list[tuple[str, str]]:
        """Return what those regions are called."""
        return [("function", "functions")]
