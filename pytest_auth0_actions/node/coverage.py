"""Takes what of the user's files was run in Node.js, and hands it over to coverage.py."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import coverage

    from pytest_auth0_actions.node.typescript import Compiled
    from pytest_auth0_actions.project.javascript.counted import CountedFile

PLUGIN_MODULE: Final = "pytest_auth0_actions.coverage"
PLUGIN: Final = f"{PLUGIN_MODULE}.JavaScriptPlugin"


class Recording:
    """What one process writes down: a line of JSON each time.

    Args:
        take: is called with each line.
    """

    def __init__(self, take: Callable[[bytes], None]) -> None:
        self._take = take
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed in close()
        self._read_to = 0

    def fileno(self) -> int:
        """Return the number of the file that the process writes to."""
        return self._file.fileno()

    def read(self) -> None:
        """Take what has been written down since; a line that has no end yet is left."""
        if self._file.closed:
            return
        written = os.fstat(self.fileno()).st_size
        lines = os.pread(self.fileno(), written - self._read_to, self._read_to)
        for line in lines.splitlines(keepends=True):
            if line.endswith(b"\n"):
                self._read_to += len(line)
                self._take(line)

    def close(self) -> None:
        """Take the rest; the process has ended."""
        self.read()
        self._file.close()


class Coverage:
    """What was run in all processes of a session.

    Attributes:
        run_as: returns what was made of a file of TypeScript, by the hash of that; None for others.
    """

    def __init__(self) -> None:
        self._files: dict[tuple[str, str | None], CountedFile | None] = {}
        self._filled: dict[tuple[str, str | None], tuple[str, str]] = {}
        self.run_as: Callable[[str, str | None], Compiled | None] = lambda path, source_hash: None

    def record(self) -> Recording:
        """Return where a new process writes down what is run in it."""
        return Recording(self._take)

    def expect(self, path: str, source: str) -> None:
        """Take note of code that will run, if values stand there for keywords of its file."""
        from pytest_auth0_actions.project.javascript.code import read_code
        from pytest_auth0_actions.project.javascript.counted import hash_of

        try:
            written = read_code(Path(path))
        except (OSError, UnicodeDecodeError):
            return
        if written != source:
            self._filled[path, hash_of(source)] = (written, source)

    def _take(self, line: bytes) -> None:
        for found in json.loads(line):
            # JSON has no `undefined`, which the source of a file is that Node.js itself has read.
            key = found["file"], found.get("source", "")
            if key not in self._files:
                self._files[key] = _counted(*key, self.run_as(*key), self._filled.get(key))
            counted = self._files[key]
            if counted is not None:
                counted.add(found["ranges"])

    def hand_over(self, measuring: coverage.Coverage, root: Path) -> None:
        """Add all of it to what coverage.py has measured, whose relative paths start at *root*."""
        from coverage import CoverageData
        from coverage.files import relative_filename

        from pytest_auth0_actions.project.javascript.scope import Scope

        scope = Scope(measuring.get_option, root)
        is_relative = bool(measuring.get_option("run:relative_files"))
        lines: dict[str, set[int]] = {}
        arcs: dict[str, set[tuple[int, int]]] = {}

        def add(path: Path, run: set[int], gone: set[tuple[int, int]]) -> None:
            name = relative_filename(str(path)) if is_relative else str(path)
            lines.setdefault(name, set()).update(run)
            arcs.setdefault(name, set()).update(gone, ((-1, line) for line in run))

        for path in scope.files():
            add(path, set(), set())
        for counted in filter(None, self._files.values()):
            for path, run, gone in counted.results():
                if scope.has(path):
                    add(path, run, gone)
        if not lines:
            return
        data = CoverageData(no_disk=True)
        if measuring.get_option("run:branch"):
            data.add_arcs(arcs)
        else:
            data.add_lines(lines)
        data.touch_files(lines, PLUGIN)
        # What coverage.py warns of is no error of the tests; and there is data now.
        with warnings.catch_warnings():
            warnings.simplefilter("default")
            warnings.filterwarnings("ignore", "No data was collected")
            measured = measuring.get_data()
        measured.update(data)


def _counted(
    file: str,
    source_hash: str | None,
    made: Compiled | None,
    filled: tuple[str, str] | None,
) -> CountedFile | None:
    """Return what counts in a file; None if it no longer says what was run.

    Args:
        file: the file.
        source_hash: tells what was run.
        made: what was made of a file of TypeScript.
        filled: what a file with keywords said, and what was run.
    """
    from pytest_auth0_actions.project.javascript.code import read_code
    from pytest_auth0_actions.project.javascript.counted import CountedFile, count_lines, hash_of

    path = Path(file).resolve()
    try:
        source = read_code(path)
    except (OSError, UnicodeDecodeError):
        return None
    if made is not None:
        in_place = source if made.is_in_place else None
        return CountedFile(path, made.code, in_place=in_place, head_units=made.head_units)
    if filled is not None and filled[0] == source and count_lines(filled[1]) == count_lines(source):
        return CountedFile(path, filled[1], template=source)
    if source_hash not in {"", hash_of(source)}:
        return None
    return CountedFile(path, source)


def measuring() -> coverage.Coverage | None:
    """Return the coverage.py that measures at present, if our plugin is among its own."""
    library: Any = sys.modules.get("coverage")
    current: coverage.Coverage | None = library and library.Coverage.current()
    if current is None:
        return None
    plugins: Any = current.get_option("run:plugins")
    return current if PLUGIN_MODULE in plugins else None
