from __future__ import annotations

import os
from pathlib import Path

import pytest

from pytest_auth0_actions.reporting.paths import shown_path

START = Path("/home/ada/shop/tests")


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/home/ada/shop/tests/test_it.py", "test_it.py"),
        ("/home/ada/shop/actions/code.js", "../actions/code.js"),
        ("/tmp/code.js", "/tmp/code.js"),
    ],
)
def test_a_path_starts_where_pytest_was_started_if_that_is_shorter(path: str, shown: str) -> None:
    assert shown_path(START)(path) == shown


def test_a_path_on_another_drive_is_shown_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between drives of Windows there is no way."""

    def relpath(path: str, start: Path) -> str:
        raise ValueError("path is on mount 'D:', start on mount 'C:'")

    monkeypatch.setattr(os.path, "relpath", relpath)
    assert shown_path(START)("D:/shop/code.js") == "D:/shop/code.js"
