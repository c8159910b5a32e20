"""`--auth0-affected`: picks the tests that loaded a file when they were last run."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final

import pytest

from pytest_auth0_actions.plugin import chaos
from pytest_auth0_actions.plugin.collection import fixtures_of, loads_actions

if TYPE_CHECKING:
    from pytest_auth0_actions.world.testbed import Testbed

_CACHE_KEY: Final = "auth0/loaded"


def add_loaded(report: Any, item: pytest.Item, testbed: Testbed) -> None:
    """Add to the last report of a test which files its Actions have loaded."""
    if testbed.loaded:
        root = str(item.config.rootpath)
        files = sorted(_recorded(path, root) for path in testbed.loaded)
        report.auth0_loaded = (chaos.stable_id(item), files)


@functools.lru_cache(maxsize=1024)
def _recorded(path: str, root: str) -> str:
    """Return how a file is recorded: relative to rootdir, if it lies there."""
    real, real_root = os.path.realpath(path), os.path.realpath(root)
    inside = real.startswith(real_root + os.sep)
    return Path(real[len(real_root) + 1 :] if inside else real).as_posix()


class LoadedFiles:
    """A plugin that records in pytest's cache which files each test has loaded.

    Args:
        config: of a session, but of no worker's.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._passed: set[str] = set()  # ids of tests as they are reported
        self._found: dict[str, set[str]] = {}
        self._incomplete: set[str] = set()  # which may have ended before they loaded all

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take note of what a test has loaded, and whether it has come to its end."""
        if report.when == "call" and report.passed:
            self._passed.add(report.nodeid)
        test, files = getattr(report, "auth0_loaded", (None, ()))
        if test is not None:
            self._found.setdefault(test, set()).update(files)
            if report.nodeid not in self._passed:
                self._incomplete.add(test)

    def pytest_sessionfinish(self) -> None:
        """Write the record."""
        cache = getattr(self._config, "cache", None)
        if cache is None or not self._found:
            return
        old = read_record(cache)
        new = {test: old[test] for test in old if self._still_there(test)}
        for test, files in self._found.items():
            kept = old.get(test, ()) if test in self._incomplete else ()
            new[test] = sorted({*files, *kept})
        if new != old:
            cache.set(_CACHE_KEY, new)

    def _still_there(self, test: str) -> bool:
        return (self._config.rootpath / test.partition("::")[0]).exists()


def read_record(cache: pytest.Cache) -> dict[str, list[str]]:
    """Return the files that each test loaded, as they are recorded."""
    record: dict[str, list[str]] = cache.get(_CACHE_KEY, {})
    return record


class AffectedTests:
    """A plugin that leaves out the tests which none of the given files can affect.

    Args:
        config: of a session, or of a worker.

    Raises:
        pytest.UsageError: there is no cache.
    """

    def __init__(self, config: pytest.Config) -> None:
        cache = getattr(config, "cache", None)
        if cache is None:
            raise pytest.UsageError(
                "[A115] --auth0-affected needs pytest's cache, which says what each test loaded.\n"
                "Given: -p no:cacheprovider.\n"
                "Leave out -p no:cacheprovider."
            )
        root = str(config.rootpath)
        self._record = read_record(cache)
        self._paths: list[str] = config.option.auth0_affected
        self._files = {_recorded(path, root) for path in self._paths}
        known = {file for files in self._record.values() for file in files}
        # Of what a test has loaded, all that was made of a given file counts as that file.
        for file in known - self._files:
            if _is_javascript(file) and self._files & set(_sources(config.rootpath / file, root)):
                self._files.add(file)
        self._loaded = self._unknown = 0

    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Leave out what is not affected."""
        kept: list[pytest.Item] = []
        left_out: list[pytest.Item] = []
        for item in items:
            (kept if self._is_affected(item) else left_out).append(item)
        items[:] = kept
        config.hook.pytest_deselected(items=left_out)

    def _is_affected(self, item: pytest.Item) -> bool:
        own = _recorded(str(item.path), str(item.config.rootpath))
        if any(self._is_reached_by(file, own, item.config) for file in self._files):
            self._loaded += 1
            return True
        if not loads_actions(fixtures_of(item)):
            return False
        files = self._record.get(chaos.stable_id(item))
        if files is None:
            self._unknown += 1
            return True
        is_loaded = not self._files.isdisjoint(files)
        self._loaded += is_loaded
        return is_loaded

    def _is_reached_by(self, file: str, test_file: str, config: pytest.Config) -> bool:
        """Return whether a test may use a file in Python; what it imports is not recorded."""
        path = PurePosixPath(file)
        if file == test_file:
            return True
        if path.name == "conftest.py":
            return path.parent in PurePosixPath(test_file).parents
        patterns: list[str] = config.getini("python_files")
        return path.suffix == ".py" and not any(path.match(each) for each in patterns)

    def pytest_report_collectionfinish(self) -> str:
        """Say how many tests were picked, and why."""
        names = ", ".join(
            os.path.relpath(path) + ("" if os.path.exists(path) else " (which is not there)")
            for path in self._paths
        )
        line = f"auth0: {_tests(self._loaded)} affected by {names}"
        if self._unknown:
            line += f"; {_tests(self._unknown)} without a record of what is loaded"
        return line


def _tests(count: int) -> str:
    return f"{count} test{'' if count == 1 else 's'}"


def _is_javascript(file: str) -> bool:
    return file.endswith((".js", ".cjs", ".mjs"))


def _sources(file: Path, root: str) -> Iterable[str]:
    """Return the sources of a file that was compiled, as files are recorded."""
    from pytest_auth0_actions.project.javascript.source_map import sources_of

    return [_recorded(str(source), root) for source in sources_of(file)]
