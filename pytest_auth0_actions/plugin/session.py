"""What a session keeps between tests: freezegun's patches, certificates, and Node.js."""

from __future__ import annotations

import contextlib
import functools
import sys
from typing import TYPE_CHECKING

import pytest

from pytest_auth0_actions.errors import UsageError, hides_our_frames
from pytest_auth0_actions.plugin.debugging import debugger_of
from pytest_auth0_actions.plugin.settings import number

if TYPE_CHECKING:
    from pytest_auth0_actions.node.pool import NodePool
    from pytest_auth0_actions.node.runtime import NodeRuntime
    from pytest_auth0_actions.world.certificates import Authority
    from pytest_auth0_actions.world.clock import Clock, Patches
    from pytest_auth0_actions.world.testbed import Testbed

__tracebackhide__ = hides_our_frames

_AUTHORITY: pytest.StashKey[Authority] = pytest.StashKey()
_NODE_POOL: pytest.StashKey[NodePool] = pytest.StashKey()
_NODE_RUNTIME: pytest.StashKey[NodeRuntime] = pytest.StashKey()
_PATCHES: pytest.StashKey[Patches] = pytest.StashKey()


def has_node(config: pytest.Config) -> bool:
    """Return whether a Node.js was started, or is going to be."""
    return _NODE_POOL in config.stash


def expect_node(config: pytest.Config, files: int) -> None:
    """Start a Node.js ahead, the first for as many test files."""
    with contextlib.suppress(UsageError):  # which the first test raises
        node_pool(config).expect(files)


def node_pool(config: pytest.Config) -> NodePool:
    """Return what starts the session's processes."""
    from pytest_auth0_actions.node.coverage import Coverage, measuring
    from pytest_auth0_actions.node.find import find_node
    from pytest_auth0_actions.node.pool import NodePool
    from pytest_auth0_actions.node.process import HEAP_MB

    pool = config.stash.get(_NODE_POOL, None)
    if pool is None:
        configured = config.getoption("--auth0-node") or config.getini("auth0_node")
        heap_mb = round(number(config, "auth0_heap_mb", HEAP_MB, "megabytes"))
        coverage = Coverage() if measuring() is not None else None
        debugger = debugger_of(config)
        pool = NodePool(lambda: find_node(configured), config.rootpath, heap_mb, coverage, debugger)
        config.stash[_NODE_POOL] = pool
        config.add_cleanup(pool.close)
    return pool


def hand_over_coverage(config: pytest.Config, *, between_tests: bool) -> None:
    """Add what was run in Node.js to what coverage.py has measured, if it is asked for that."""
    if "coverage" not in sys.modules:
        return
    from pytest_auth0_actions.node.coverage import Coverage, measuring

    current = measuring()
    if current is None:
        return
    pool = config.stash.get(_NODE_POOL, None)
    if pool is not None:
        pool.end_measuring(between_tests=between_tests)
    measured = pool.coverage if pool is not None else None
    (measured or Coverage()).hand_over(current, config.invocation_params.dir)


def node_runtime(item: pytest.Item) -> NodeRuntime:
    """Return what runs the Actions of the test's file."""
    file = item.getparent(pytest.File) or item.session  # type: ignore[type-abstract]
    runtime = file.stash.get(_NODE_RUNTIME, None)
    if runtime is None or runtime.is_abandoned:
        from pytest_auth0_actions.node.runtime import NodeRuntime

        watchdog_s = number(item.config, "auth0_watchdog", 10, "seconds")
        renewed = NodeRuntime(node_pool(item.config), watchdog_s)
        if runtime is None:
            file.addfinalizer(lambda: _end_node_runtime(file))
        runtime = file.stash[_NODE_RUNTIME] = renewed
    return runtime


def _end_node_runtime(file: pytest.Collector) -> None:
    file.stash[_NODE_RUNTIME].close()
    del file.stash[_NODE_RUNTIME]


def patches_of(config: pytest.Config) -> Patches:
    """Return freezegun's patches, which are searched for once."""
    patches = config.stash.get(_PATCHES, None)
    if patches is None:
        from pytest_auth0_actions.world.clock import Patches

        patches = config.stash[_PATCHES] = Patches()
    return patches


def authority_of(config: pytest.Config) -> Authority:
    """Return what makes certificates."""
    authority = config.stash.get(_AUTHORITY, None)
    if authority is None:
        from pytest_auth0_actions.world.certificates import Authority

        authority = config.stash[_AUTHORITY] = Authority()
    return authority


@functools.cache
def testbed_parts(with_node: bool) -> tuple[str, type[Clock], type[Testbed]]:
    """Import what a testbed is made of, once: to import again takes its time, too."""
    # What is needed soon is imported as well: after each import the next test has all modules
    # looked through anew.
    import pytest_auth0_actions.reporting.sections

    if with_node:
        import pytest_auth0_actions.auth0.events
        import pytest_auth0_actions.node.action
        import pytest_auth0_actions.node.runtime
        import pytest_auth0_actions.world.certificates
        import pytest_auth0_actions.world.network  # noqa: F401
    from pytest_auth0_actions.world.clock import DEFAULT_START, Clock
    from pytest_auth0_actions.world.testbed import Testbed

    return DEFAULT_START, Clock, Testbed
