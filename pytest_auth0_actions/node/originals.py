"""Turns places in files that were compiled into places in the files that these were made of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from pytest_auth0_actions.node.changes import code_lines, line_of_handler
from pytest_auth0_actions.node.typescript import Compiled
from pytest_auth0_actions.project.action_file import TYPESCRIPT

_IN_STACK: Final = re.compile(
    r"(?P<before>^ +at (?:.*\()?)(?P<file>(?:file://)?/[^()\n]+?):(?P<line>\d+):(?P<column>\d+)(?=\)?$)",
    re.MULTILINE,
)
_AT_TOP: Final = re.compile(
    r"\A(?P<before>)(?P<file>/[^\n]+?):(?P<line>\d+)(?P<column>)$", re.MULTILINE
)


class Originals:
    """Finds what was compiled.

    Args:
        compiled: returns what was last made of a file of TypeScript; None if nothing was.
    """

    def __init__(self, compiled: Callable[[str], Compiled | None]) -> None:
        self._compiled = compiled
        self._sources: dict[str, str | None] = {}

    def place(self, file: str, line: int, column: int | None = None) -> tuple[str, int, int | None]:
        """Return the place that one was made of: the same, if its file was not compiled."""
        source = self._run(file)
        if source is None:
            return file, line, column
        from pytest_auth0_actions.project.javascript.source_map import place_in_original

        found = place_in_original(Path(file), source, line, column)
        return (file, line, column) if found is None else (str(found[0]), *found[1:])

    def message(self, message: dict[str, Any]) -> dict[str, Any]:
        """Return a message of Node.js with the places and the stacks in it turned."""
        if message.get("place"):
            message["place"] = self._told(message["place"])
        if "stack" in message:
            message["stack"] = self.stack(message["stack"])
        for name in ("threw", "uncaught"):
            if name in message:
                message[name]["stack"] = self.stack(message[name]["stack"])
        if "places" in message:
            message["places"] = [[number, self._told(each)] for number, each in message["places"]]
        if message.get("notices"):
            message["notices"] = [
                [kind, what, self._told(place)] for kind, what, place in message["notices"]
            ]
        return message

    def _told(self, place: Any) -> list[Any] | None:
        return None if place is None else [*self.place(*place)[:2]]

    def stack(self, stack: str) -> str:
        """Return a stack of JavaScript with the places in it turned."""
        return _AT_TOP.sub(self._replaced, _IN_STACK.sub(self._replaced, stack))

    def _replaced(self, found: re.Match[str]) -> str:
        url = found["file"]
        file = unquote(urlsplit(url).path) if url.startswith("file:") else url
        column = int(found["column"]) if found["column"] else None
        place = self.place(file, int(found["line"]), column)
        if place == (file, int(found["line"]), column):
            return found[0]
        where, line, original_column = place
        behind = f":{original_column}" if column is not None else ""
        return f"{found['before']}{where}:{line}{behind}"

    def files(self, files: Iterable[str]) -> list[str]:
        """Return files, with those that were compiled replaced by what they were made of."""
        found: list[str] = []
        for file in files:
            of_file = self._sources_of(file)
            found += map(str, of_file) if of_file else [file]
        return list(dict.fromkeys(found))

    def _sources_of(self, file: str) -> list[Path]:
        if self._run(file) is None or file.endswith(TYPESCRIPT):
            return []
        from pytest_auth0_actions.project.javascript.source_map import sources_of

        return sources_of(Path(file))

    def line_of_handler(self, handler: str, file: str) -> tuple[str, int]:
        """Return where a handler is exported; the first line of *file*, if that can't be seen."""
        known = re.compile(rf"\b{handler}\b")
        for each in self.files([file]):
            if any(map(known.search, code_lines(each))):
                return line_of_handler(handler, each)
        return file, 1

    def _run(self, file: str) -> str | None:
        """Return what was run of a file, if that has a source map."""
        if file not in self._sources:
            self._sources[file] = self._read(file)
        return self._sources[file]

    def _read(self, file: str) -> str | None:
        if file.endswith(TYPESCRIPT):
            made = self._compiled(file)
            return None if made is None or made.is_in_place else made.code
        if not file.endswith((".js", ".cjs", ".mjs")) or "/node_modules/" in file:
            return None
        try:
            source = Path(file).read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError):
            return None
        return source if "sourceMappingURL" in source else None
