"""The npm packages that the Actions of this folder use, installed from a lock file."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import trustme  # noqa: F401 - a pytester forgets what it loads, which cryptography can't bear

from pytest_auth0_actions import UnansweredRequestError
from pytest_auth0_actions.world.testbed import Testbed
from tests.npm_packages import installed

Refused = Callable[[Callable[[], Any]], UnansweredRequestError]

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def clients(pytestconfig: pytest.Config) -> Path:
    """Return a folder with an Action for each client; packages are installed once for a lock."""
    folder = installed(pytestconfig)
    with (folder / "lock").open("w") as lock_file:
        fcntl.flock(lock_file, fcntl.LOCK_EX)
        shutil.copytree(HERE / "clients", folder / "clients", dirs_exist_ok=True)
    return folder / "clients"


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
