"""The npm packages that tests use, installed once for a lock file."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from pytest_auth0_actions.node.find import find_node

NPM = Path(__file__).parent / "http/npm"


def installed(config: pytest.Config) -> Path:
    """Return the folder whose `node_modules` has the packages of tests/http/npm."""
    lock = (NPM / "package-lock.json").read_bytes()
    assert config.cache is not None
    folder = config.cache.mkdir(f"http-clients-{hashlib.sha256(lock).hexdigest()[:12]}")
    with (folder / "lock").open("w") as lock_file:
        fcntl.flock(lock_file, fcntl.LOCK_EX)  # for another worker may be about it
        failed = folder / f"failed-{os.environ.get('PYTEST_XDIST_TESTRUNUID', os.getpid())}"
        if failed.exists():
            pytest.skip("npm could not install the packages: see the one test that failed for it")
        if not (folder / "installed").exists():
            why = _install(folder)
            if why is not None:
                failed.touch()
                pytest.fail(f"npm could not install the packages of tests/http/npm: {why}", False)
            (folder / "installed").touch()
    return Path(folder)


def _install(folder: Path) -> str | None:
    """Install the packages; return what npm says if it can't."""
    shutil.copytree(NPM, folder, dirs_exist_ok=True)
    node = Path(find_node(None).path).resolve()
    npm = node.parent.parent / "lib/node_modules/npm/bin/npm-cli.js"
    command = [str(node), str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    ended = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)
    return None if ended.returncode == 0 else ended.stderr.strip()
