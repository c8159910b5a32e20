"""The file that a first test is written to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from pytest_auth0_actions.errors import UsageError, hides_our_frames
from pytest_auth0_actions.first_test.probe import Project
from pytest_auth0_actions.project.action_file import ActionFile

__tracebackhide__ = hides_our_frames

_NO_NAME: Final = re.compile(r"\W+")


def output_of(given: str | None, project: Project, testpaths: Sequence[str], name: str) -> Path:
    """Return the file to write.

    Args:
        given: what `--output` says; None for nothing.
        project: the project.
        testpaths: the folders of its tests.
        name: the Action's name.
    """
    if given is not None:
        return Path.cwd() / given
    folders = [project.root / each for each in testpaths]
    folder = next((each for each in folders if each.is_dir()), project.root / "tests")
    stem = _stem(name)
    # pytest does not take two files of one name from two folders that are no packages.
    others = [path for each in (project.root, *folders) for path in each.glob(f"{stem}.py")]
    if any(path.parent != folder for path in others):
        stem += "_action"
    return folder / f"{stem}.py"


def _stem(name: str) -> str:
    return f"test_{_NO_NAME.sub('_', name).strip('_').lower() or 'action'}"


def refuse_to_overwrite(path: Path, file: ActionFile, name: str) -> None:
    """Refuse a file that is named for a test, and can't be written.

    Args:
        path: the file.
        file: the Action's.
        name: the Action's name.

    Raises:
        UsageError: it is there already, or is no file of Python.
    """
    if path.suffix != ".py":
        named = f"{_stem(path.stem.removeprefix('test_'))}.py"
        other = path / f"{_stem(name)}.py" if path.is_dir() else path.with_name(named)
        raise UsageError(
            "[A907] A test is a file of Python.",
            f"Given: --output {as_typed(path)}.",
            "Name a file that ends in .py, and begins with test_ for pytest to find it, such as "
            f"{as_typed(other)}.",
        )
    if path.exists():
        raise is_there(path, file)


def is_there(path: Path, file: ActionFile) -> UsageError:
    """Return the error for a test that would overwrite a file."""
    other = path.with_stem(f"{path.stem}_2")
    return UsageError(
        "[A902] There is a file already, and none is overwritten.",
        f"Given: {as_typed(path)}, for {file.shown}.",
        f"Name another, as with --output {as_typed(other)}, or move that one away.",
    )


def as_typed(path: Path) -> Path:
    """Return a path as one types it here."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
