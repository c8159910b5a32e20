"""What is said of an Action's path that is right from another folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_auth0_actions.errors import ActionLoadError
from pytest_auth0_actions.project.action_file import read_file

PATH = "actions/plan/code.js"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "actions/plan").mkdir(parents=True)
    (tmp_path / PATH).touch()
    (tmp_path / "tests/more").mkdir(parents=True)
    return tmp_path


def advice(path: str, root: Path) -> str:
    with pytest.raises(ActionLoadError) as caught:
        read_file("The Action", path, root, {})
    return caught.value.what_to_do.partition("; a relative one starts at ")[0]


@pytest.mark.parametrize("root", ["tests", "tests/more"])
def test_a_folder_above_has_it(folder: Path, root: str) -> None:
    """As where pytest is run in the folder of the tests, and there are no settings."""
    assert advice(PATH, folder / root) == (
        f"It is there from {folder}: run pytest in that folder, or put an empty pytest.ini into "
        "it. If another is meant, check the path"
    )


def test_the_folder_where_paths_start_is_named_in_the_path_too(folder: Path) -> None:
    """As with ini auth0_actions_root = actions."""
    right = "Did you mean 'plan/code.js'? If not, check the path"
    assert advice(PATH, folder / "actions") == right


@pytest.mark.parametrize("path", ["../../actions/plan/code.js", "actions/other.js", "/nowhere.js"])
def test_other_paths_are_not_looked_for_above(folder: Path, path: str) -> None:
    assert advice(path, folder / "tests/more/deep").startswith("Check the path")
