"""What several test folders share."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_auth0_actions.node.runtime import NodeRuntime
from pytest_auth0_actions.plugin.session import node_runtime
from tests.npm_packages import installed
from tests.shown_output import PLUGINS


def pytest_xdist_auto_num_workers() -> int:
    """Have four workers at least: a test waits for Node.js a quarter of its time."""
    return max(4, os.cpu_count() or 1)


WriteAction = Callable[..., Path]

# For projects in which every warning is an error; but Actions there write into their event.
STRICT_INI = """\
[pytest]
filterwarnings =
    error
    ignore::pytest_auth0_actions.ChangedEventWarning
"""


@pytest.fixture
def pytester(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """Give a project whose pytest loads our plugin, xdist, and what a test names by `-p`.

    To load all that is installed takes 0.5 s each time; tests/compat does that.
    """
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST_ADDOPTS", PLUGINS)
    return pytester


@pytest.fixture
def _auth0_node_runtime(request: pytest.FixtureRequest) -> NodeRuntime:
    """Give what runs the Actions of the test's file."""
    return node_runtime(request.node)


@pytest.fixture(scope="session")
def npm_packages(pytestconfig: pytest.Config) -> Path:
    """Return the folder whose `node_modules` has the packages of tests/http/npm."""
    return installed(pytestconfig)


@pytest.fixture
def write_action(tmp_path: Path) -> WriteAction:
    """Write JavaScript to a file of the test's folder, and return its path."""

    def write(source: str, name: str = "code.js") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(source), encoding="utf-8")
        return path

    return write


@pytest.fixture
def write_handler(write_action: WriteAction) -> WriteAction:
    """Write an Action whose handler has the given body, which starts on line 2, column 3."""

    def write(body: str, name: str = "code.js") -> Path:
        lines = textwrap.dedent(body).strip().splitlines()
        inside = "\n".join(f"  {line}" if line else "" for line in lines)
        return write_action(
            f"exports.onExecutePostUserRegistration = async (event, api) => {{\n{inside}\n}};\n",
            name,
        )

    return write
