"""Which files coverage.py is set to measure."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from coverage.files import GlobMatcher, prep_patterns

from pytest_auth0_actions.project.javascript.code import read_code
from pytest_auth0_actions.project.javascript.counted import is_own
from pytest_auth0_actions.project.javascript.source_map import originals_of

_LIBRARIES: Final = ("site-packages", "dist-packages")
_NO_SOURCES: Final = ("node_modules", "__pycache__")
_REPORT: Final = "coverage_html"  # what the pages of coverage.py bring along


class Scope:
    """Which files are measured.

    Without `source` and `include`, they are those below *root* that were run.

    Args:
        option: gives what coverage.py is set to, such as ``"run:source"``.
        root: where relative paths start.
    """

    def __init__(self, option: Callable[[str], Any], root: Path) -> None:
        self._sources = [
            folder
            for name in ("run:source", "run:source_dirs", "run:source_pkgs")
            for source in option(name) or ()
            for folder in _folders(source, root)
        ]
        self._has_source = any(
            option(name) for name in ("run:source", "run:source_dirs", "run:source_pkgs")
        )
        self._include = _matcher(option("run:include"), root)
        self._has_include = bool(option("run:include")) and not self._has_source
        self._omit = _matcher(option("run:omit"), root)
        self._has_omit = bool(option("run:omit"))
        self._root = root

    def has(self, path: Path) -> bool:
        """Return whether a file that was run should be measured."""
        if not is_own(path) or (self._has_omit and self._omit.match(str(path))):
            return False
        if self._has_include:
            return self._include.match(str(path))
        folders = self._sources if self._has_source else [self._root]
        return any(_is_below(path, folder) for folder in folders)

    def files(self) -> Iterator[Path]:
        """Yield the files to be measured whether they were run or not."""
        found = {path for folder in self._sources for path in _files_below(folder)}
        for path in sorted(found):
            if self.has(path) and not _is_made(path):
                yield path


def _matcher(patterns: Iterable[str] | None, root: Path) -> GlobMatcher:
    absolute = [
        each if each.startswith(("*", "?")) else str(root / each) for each in patterns or ()
    ]
    return GlobMatcher(prep_patterns(absolute))


def _is_below(path: Path, folder: Path) -> bool:
    return path.is_relative_to(folder) and not set(_LIBRARIES) & set(path.relative_to(folder).parts)


def _folders(source: str, root: Path) -> Iterable[Path]:
    """Return the folders of a source, which is a folder or the name of a package."""
    folder = root / source
    if folder.is_dir():
        return [folder.resolve()]
    try:
        spec = importlib.util.find_spec(source)
    except (ImportError, ValueError):
        return []
    places = spec.submodule_search_locations if spec is not None else None
    return [Path(place).resolve() for place in places or ()]


def _files_below(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        if "pyvenv.cfg" in names:
            folders.clear()
            continue
        folders[:] = [
            each for each in folders if not each.startswith(".") and each not in _NO_SOURCES
        ]
        yield from (Path(place, name) for name in names if not name.startswith(_REPORT))


def _is_made(path: Path) -> bool:
    """Return whether a file was made of others, which are measured in its place."""
    try:
        return bool(originals_of(path, read_code(path)))
    except (OSError, UnicodeDecodeError):
        return False
