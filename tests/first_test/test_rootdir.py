"""Where a project is, and that the paths in a written test start where pytest starts them."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_auth0_actions.first_test.command import main
from pytest_auth0_actions.first_test.probe import Project, project_of
from tests.first_test.test_command import outcome_of, write

LOGIN = "exports.onExecutePostLogin = async (event, api) => { api.access.deny('No'); };\n"


def test_a_project_is_where_its_settings_are(tmp_path: Path) -> None:
    inner = tmp_path / "a/b"
    inner.mkdir(parents=True)
    assert project_of(inner) == Project(inner, None, inner)
    (tmp_path / "pyproject.toml").write_text("[project]\n", encoding="utf-8")
    assert project_of(inner) == Project(inner, None, tmp_path)
    config = write(tmp_path / "a/setup.cfg", "[tool:pytest]\n")
    assert project_of(inner) == Project(tmp_path / "a", config, tmp_path / "a")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "text", "path"),
    [
        pytest.param(None, "", "actions/code.js", id="nothing"),
        pytest.param("pyproject.toml", "[project]\n", "auth0/actions/code.js", id="pyproject"),
        pytest.param("setup.py", "", "auth0/actions/code.js", id="setup.py"),
        pytest.param("auth0/pytest.ini", "", "actions/code.js", id="empty pytest.ini"),
        pytest.param("setup.cfg", "[metadata]\n", "actions/code.js", id="no settings of pytest"),
        pytest.param(
            "auth0/pytest.ini", "[pytest]\nauth0_actions_root = actions\n", "code.js", id="root"
        ),
    ],
)
def test_plain_pytest_passes_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str | None, text: str, path: str
) -> None:
    """The command is run in the folder `auth0`, and pytest there too."""
    folder = tmp_path / "auth0"
    write(folder / "actions/code.js", LOGIN)
    if file is not None:
        write(tmp_path / file, text)
    monkeypatch.chdir(folder)
    assert main(["new", "actions/code.js"]) == 0
    written = (folder / "tests/test_actions.py").read_text(encoding="utf-8")
    assert f'load_action("{path}")' in written
    code, output = outcome_of(folder)
    assert (code, "1 passed" in output) == (0, True)
