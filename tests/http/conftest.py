"""The npm packages that the Actions of this folder use, installed from a lock file."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import trustme  # noqa: F401 - a pytester forgets what it loads, which cryptography can't bear

from pytest_auth0_actions import UnansweredRequestError
from pytest_auth0_actions.node.find import find_node
from pytest_auth0_actions.world.testbed import Testbed

Refused = Callable[[Callable[[], Any]], UnansweredRequestError]

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def clients(pytestconfig: pytest.Config) -> Path:
    """Return a folder with an Action for each client; packages are installed once for a lock."""
    lock = (HERE / "npm/package-lock.json").read_bytes()
    assert pytestconfig.cache is not None
    folder = pytestconfig.cache.mkdir(f"http-clients-{hashlib.sha256(lock).hexdigest()[:12]}")
    with (folder / "lock").open("w") as lock_file:
        fcntl.flock(lock_file, fcntl.LOCK_EX)  # for another worker may be about it
        failed = folder / f"failed-{os.environ.get('PYTEST_XDIST_TESTRUNUID', os.getpid())}"
        if failed.exists():
            pytest.skip("npm could not install the clients: see the one test that failed for it")
        if not (folder / "installed").exists():
            why = _install(folder)
            if why is not None:
                failed.touch()
                pytest.fail(f"npm could not install the clients of tests/http/npm: {why}", False)
            (folder / "installed").touch()
        shutil.copytree(HERE / "clients", folder / "clients", dirs_exist_ok=True)
    return Path(folder / "clients")


def _install(folder: Path) -> str | None:
    """Install the packages; return what npm says if it can't."""
    shutil.copytree(HERE / "npm", folder, dirs_exist_ok=True)
    node = Path(find_node(None).path).resolve()
    npm = node.parent.parent / "lib/node_modules/npm/bin/npm-cli.js"
    command = [str(node), str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    ended = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)
    return None if ended.returncode == 0 else ended.stderr.strip()


@pytest.fixture
def refused(_auth0_testbed: Testbed) -> Refused:
    """Return the error of a run that asks in vain; the test, which knows, does not fail for it."""

    def refused(run: Callable[[], Any]) -> UnansweredRequestError:
        with pytest.raises(UnansweredRequestError) as caught:
            run()
        network = _auth0_testbed.network
        network._refused.clear()
        network._told = 0
        return caught.value

    return refused
