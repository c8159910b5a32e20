"""Follows the source map of a compiled file to the files that it was made of."""

from __future__ import annotations

import base64
import binascii
import bisect
import functools
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, unquote_to_bytes, urlsplit

_COMMENT: Final = re.compile(r"^[ \t]*//[#@] sourceMappingURL=(\S+)[ \t]*$", re.MULTILINE)
_LINE_END: Final = re.compile(r"\r\n|\n|\r")
_DIGITS: Final = {
    sign: value
    for value, sign in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
}
_HIGHEST: Final = 4  # folders above a map in which the files of a bundler are looked for


@dataclass(frozen=True)
class Original:
    """A file that another one was made of.

    Attributes:
        path: where it is.
        places: where lines and columns of it went in the other one, in order. All are counted from
            0, columns in units of UTF-16.
    """

    path: Path
    places: list[tuple[int, int, int, int]]

    def place_of(self, line: int, column: int) -> tuple[int, int] | None:
        """Return line and column of what was made of a place; None if nothing was."""
        at = bisect.bisect_left(self.places, (line, column, 0, 0))
        if at < len(self.places) and self.places[at][:2] == (line, column):
            return self.places[at][2:]
        return None


def originals_of(path: Path, source: str) -> list[Original]:
    """Return the files that a file was made of; none if it has no source map that can be followed.

    Args:
        path: where it is.
        source: what it says.
    """
    read = _read(path, source)
    if read is None:
        return []
    given, folder = read
    try:
        contents = given.get("sourcesContent") or []
        places: dict[int, list[tuple[int, int, int, int]]] = {}
        for made_line, made_column, index, line, column in _decoded(str(given["mappings"])):
            places.setdefault(index, []).append((line, column, made_line, made_column))
        found_files = _files(given, folder)
    except (AttributeError, KeyError, TypeError, ValueError):
        return []
    return [
        Original(file, sorted(places.get(index, [])))
        for index, file in enumerate(found_files)
        if file is not None and _is_as(file, contents[index : index + 1])
    ]


@functools.lru_cache(maxsize=64)
def place_in_original(
    path: Path, source: str, line: int, column: int | None
) -> tuple[Path, int, int] | None:
    """Return the file, the line and the column that a place was made of; None if it is not known.

    Args:
        path: where the file is that was made.
        source: what it says.
        line: the line, from 1.
        column: the column, from 1, in units of UTF-16; None for the first that is known.
    """
    places = _made_places(path, source).get(line - 1, [])
    at = bisect.bisect_right(places, column - 1, key=lambda each: each[0]) if column else 1
    if not places[:at]:
        return None
    _, original, original_line, original_column = places[at - 1]
    return None if original is None else (original, original_line + 1, original_column + 1)


@functools.lru_cache(maxsize=16)
def _made_places(path: Path, source: str) -> dict[int, list[tuple[int, Path | None, int, int]]]:
    """Return of each line that was made the columns, and what they were made of."""
    read = _read(path, source)
    try:
        given, folder = read or ({"mappings": "", "sources": []}, path)
        contents = given.get("sourcesContent") or []
        files = [
            file if file is not None and _is_as(file, contents[index : index + 1]) else None
            for index, file in enumerate(_files(given, folder))
        ]
        places: dict[int, list[tuple[int, Path | None, int, int]]] = {}
        for made_line, made_column, index, line, column in _decoded(str(given["mappings"])):
            places.setdefault(made_line, []).append((made_column, files[index], line, column))
    except (AttributeError, IndexError, KeyError, OSError, TypeError, ValueError):
        return {}
    return places


def sources_of(path: Path) -> list[Path]:
    """Return the files that the file at *path* was made of, even if they have changed since."""
    try:
        read = _read(path, path.read_text(encoding="utf-8"))
        return [] if read is None else [file for file in _files(*read) if file is not None]
    except (AttributeError, KeyError, OSError, TypeError, ValueError):
        return []


def _files(given: Mapping[str, Any], folder: Path) -> list[Path | None]:
    """Return the files that a source map names; None for each that is not there."""
    root = given.get("sourceRoot") or ""
    if root and not root.endswith("/"):
        root += "/"
    names = given["sources"]
    return [None if name is None else _find(f"{root}{name}", folder) for name in names]


def _read(path: Path, source: str) -> tuple[Mapping[str, Any], Path] | None:
    """Return the source map of a file, and the folder that its names start at."""
    found = _COMMENT.findall(source)
    if not found:
        return None
    url = found[-1]
    try:
        if url.startswith("data:"):
            head, _, body = url.partition(",")
            text = base64.b64decode(body) if head.endswith(";base64") else unquote_to_bytes(body)
            folder = path.parent
        else:
            file = path.parent / unquote(url)
            text, folder = file.read_bytes(), file.parent
        given = json.loads(text.removeprefix(b")]}'"))
    except (OSError, ValueError, binascii.Error):
        return None
    return (given, folder) if isinstance(given, Mapping) else None


def _find(name: str, folder: Path) -> Path | None:
    """Return the file that a source map names; None if it is not there."""
    parts = urlsplit(name)
    if parts.scheme == "file":
        candidates = [Path(unquote(parts.path))]
    elif parts.scheme:  # webpack://project/./src/code.ts
        inside = unquote(parts.path).lstrip("/")
        candidates = [above / inside for above in [folder, *folder.parents][:_HIGHEST]]
    else:
        candidates = [folder / name]
    return next((each.resolve() for each in candidates if each.is_file()), None)


def _is_as(file: Path, contents: list[str | None]) -> bool:
    """Return whether a file is still what was compiled, as far as that is known."""
    if not contents or contents[0] is None:
        return True
    return _LINE_END.split(contents[0]) == _LINE_END.split(file.read_text(encoding="utf-8"))


def _decoded(mappings: str) -> Iterator[tuple[int, int, int, int, int]]:
    """Yield line and column, the number of a source, and line and column there."""
    source = line = column = 0
    for made_line, segments in enumerate(mappings.split(";")):
        made_column = 0
        for segment in filter(None, segments.split(",")):
            numbers = list(_numbers(segment))
            made_column += numbers[0]
            if len(numbers) >= 4:
                source += numbers[1]
                line += numbers[2]
                column += numbers[3]
                yield made_line, made_column, source, line, column


def _numbers(segment: str) -> Iterator[int]:
    value = shift = 0
    for sign in segment:
        digit = _DIGITS[sign]
        value |= (digit & 31) << shift
        shift += 5
        if digit < 32:
            yield -(value >> 1) if value & 1 else value >> 1
            value = shift = 0
