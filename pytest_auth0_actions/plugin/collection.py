"""Looks at the tests that pytest collects: which load Actions, and where the clock is set up."""

from __future__ import annotations

from collections.abc import Generator, Iterable

import pytest

from pytest_auth0_actions.plugin import chaos
from pytest_auth0_actions.plugin.fixtures import (
    NODE_FIXTURE,
    TENANTS_FIXTURE,
    TESTBED,
    TESTBED_FIXTURE,
)
from pytest_auth0_actions.plugin.session import expect_node, hand_over_coverage, has_node


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Have each test that loads an Action run once more for each kind of bad luck."""
    config = metafunc.config
    if not loads_actions(metafunc.fixturenames):
        return
    is_certain = NODE_FIXTURE in metafunc.fixturenames
    if is_certain and not has_node(config) and not config.option.collectonly:
        expect_node(config, files=1)  # so that it starts while pytest collects the rest
    if config.option.auth0_chaos:
        chaos.parametrize(metafunc)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Say how many test files need a Node.js."""
    if has_node(session.config):
        files = {item.path for item in session.items if NODE_FIXTURE in fixtures_of(item)}
        expect_node(session.config, files=len(files))


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtestloop(session: pytest.Session) -> Generator[None, object, object]:
    """Hand over what was run in Node.js before pytest-cov looks at what was measured."""
    try:
        return (yield)
    finally:
        hand_over_coverage(session.config, between_tests=TESTBED not in session.config.stash)


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[object], request: pytest.FixtureRequest
) -> None:
    """Set the clock up before any other function-scoped fixture of a test that has one."""
    if (
        fixturedef.scope == "function"
        and fixturedef.argname != TESTBED_FIXTURE
        and TESTBED_FIXTURE in request.fixturenames
    ):
        request.getfixturevalue(TESTBED_FIXTURE)


def loads_actions(fixtures: Iterable[str]) -> bool:
    """Return whether a test with those fixtures may load an Action."""
    return NODE_FIXTURE in fixtures or TENANTS_FIXTURE in fixtures


def fixtures_of(item: pytest.Item) -> list[str]:
    """Return the names of the fixtures that a test uses."""
    names: list[str] = getattr(item, "fixturenames", [])
    return names
