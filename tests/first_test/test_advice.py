"""What the command advises where it can't do what was asked for: followed, it can."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_auth0_actions.first_test.command import main
from tests.first_test.test_command import INI, LOGIN, write


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a project, in which the command runs."""
    write(tmp_path / "pytest.ini", INI)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("output", "advised"),
    [
        ("tests/test_b.js", "tests/test_b.py"),
        ("tests/b", "tests/test_b.py"),
        ("tests/", "tests/test_a.py"),
        (".", "test_a.py"),
    ],
)
def test_the_name_that_is_advised_for_a_test_can_be_used(
    folder: Path, capsys: pytest.CaptureFixture[str], output: str, advised: str
) -> None:
    (folder / "tests").mkdir()
    write(folder / "a.js", LOGIN)
    assert main(["new", "a.js", "--output", output]) == 2
    assert capsys.readouterr().err.splitlines()[1:] == [
        f"Given: --output {output.rstrip('/')}.",
        "Name a file that ends in .py, and begins with test_ for pytest to find it, such as "
        f"{advised}.",
    ]
    assert main(["new", "a.js", "--output", advised]) == 0


@pytest.mark.parametrize(
    ("given", "advised"),
    [
        ("actions/grete/code.js", "actions/greet/code.js"),
        ("action/greet/code.js", "actions/greet/code.js"),
        ("helpers", "helpers/a.ts"),
        ("tests/test_greet.py", "actions/NAME/code.js"),
        ("empty", "actions/NAME/code.js"),
    ],
)
def test_an_action_that_is_near_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str], given: str, advised: str
) -> None:
    write(folder / "actions/greet/code.js", LOGIN)
    write(folder / "helpers/a.ts", LOGIN)
    write(folder / "helpers/node_modules/0/code.js", LOGIN)
    write(folder / "tests/test_greet.py", "")
    (folder / "empty").mkdir()
    assert main(["new", given]) == 2
    advice = capsys.readouterr().err.splitlines()[2]
    assert advice in {
        f"Did you mean {advised!r}? If not, check the path; for an Action's name, set ini "
        "auth0_tenant to the tenant's folder.",
        f"Name the code of one Action, such as {advised!r}.",
    }
