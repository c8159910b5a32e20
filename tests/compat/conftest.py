"""Environments that are not the tests' own: other plugins, on other versions of pytest."""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from pytest_auth0_actions.node.find import find_node

ROOT: Final = Path(__file__).parents[2]

# What goes together shares an environment; a run switches on the plugins that it names.
ENVIRONMENTS: Final = {
    "pytest 9": [
        "pytest>=9",
        *("anyio", "trio", "hypothesis", "pandas", "polars", "syrupy"),
        *("pytest-asyncio", "pytest-bdd", "pytest-cov", "pytest-mock", "pytest-randomly"),
        *("pytest-rerunfailures", "pytest-timeout", "pytest-xdist"),
    ],
    "type checkers": ["pytest>=9", "mypy", "pyright[nodejs]"],
    "pytest 8": ["pytest>=8,<9", "pytest-forked", "pytest-subtests"],
}

ACTION = """
exports.onExecutePostUserRegistration = async (event, api) => {
  const hit = api.cache.get('token');
  console.log(hit ? `hit ${hit.value}` : 'miss');
  if (!hit) api.cache.set('token', event.user.email, { ttl: 60_000 });
};
"""

LOOPS = "--override-ini=asyncio_default_fixture_loop_scope=function"

Run = Callable[..., pytest.RunResult]


@pytest.fixture
def run(
    pytester: pytest.Pytester, pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch
) -> Run:
    """Run pytest with our plugin and those that are named, and no others.

    In its folder is the Action `code.js`, which keeps a token for a minute. Warnings are errors.
    """
    for name in [each for each in os.environ if each.startswith(("PYTHON", "PYTEST", "COVERAGE"))]:
        monkeypatch.delenv(name)
    pytester.makeini("[pytest]\nfilterwarnings = error")
    (pytester.path / "code.js").write_text(ACTION, encoding="utf-8")
    node = find_node(pytestconfig.getoption("--auth0-node") or None).path

    def run(
        environment: str,
        *arguments: str,
        plugins: tuple[str, ...] = (),
        autoload: bool = False,
    ) -> pytest.RunResult:
        named = [part for plugin in ("auth0_actions", *plugins) for part in ("-p", plugin)]
        if autoload:
            named = []
        else:
            monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        python = python_of(environment, pytestconfig)
        return pytester.run(
            python, "-m", "pytest", f"--auth0-node={node}", *named, *arguments, timeout=120
        )

    return run


def python_of(environment: str, config: pytest.Config) -> Path:
    """Return the interpreter of an environment, which is made once for its requirements."""
    requirements = ENVIRONMENTS[environment]
    what = "\n".join([sys.version, str(ROOT), *requirements, _dependencies()])
    assert config.cache is not None
    folder = config.cache.mkdir(f"compat-{hashlib.sha256(what.encode()).hexdigest()[:12]}")
    with (folder / "lock").open("w") as lock_file:
        fcntl.flock(lock_file, fcntl.LOCK_EX)  # for another worker may be about it
        python = folder / "bin/python"
        if not (folder / "installed").exists():
            for command in (
                [sys.executable, "-m", "venv", str(folder)],
                [str(python), "-m", "pip", "install", "-q", "-e", str(ROOT), *requirements],
            ):
                ended = subprocess.run(command, check=False, capture_output=True, text=True)
                assert ended.returncode == 0, ended.stderr
            (folder / "installed").touch()
    return python


def _dependencies() -> str:
    """Return what decides which packages our own brings along."""
    return (ROOT / "pyproject.toml").read_text(encoding="utf-8")
