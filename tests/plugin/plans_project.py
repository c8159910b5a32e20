"""A project whose Action is debugged."""

from __future__ import annotations

import contextlib
import socket

import pytest

from tests.plugin.conftest import add_to_ini

ACTION = """\
// Says which plan a user has.
const plans = require('./plans.js');

exports.onExecutePostLogin = async (event, api) => {
  const plan = plans.of(event.user);
  api.idToken.setCustomClaim('https://shop.example/plan', plan);
};
"""
HELPER = """\
exports.of = (user) => {
  const { plan } = user.app_metadata;
  return plan ?? 'free';
};
"""
TEST = """
def test_plan(load_action, clock):
    run = load_action("actions/plan/code.js").run(user={"app_metadata": {"plan": "gold"}})
    assert run.outcome.id_token.claims == {"https://shop.example/plan": "gold"}
    assert run.duration_ms == 0
    assert clock.now_ms == 1735689600000
"""


def write_plans(project: pytest.Pytester) -> None:
    """Write an Action, a helper and a test, and have the watchdog wait for nothing."""
    add_to_ini(project, "auth0_watchdog = 0.001")
    write(project, "code.js", ACTION)
    write(project, "plans.js", HELPER)
    project.makepyfile(test_plan=TEST)


def write(project: pytest.Pytester, name: str, source: str) -> None:
    path = project.path / "actions/plan" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(source, encoding="utf-8")


def url_of(project: pytest.Pytester, name: str) -> str:
    return (project.path / "actions/plan" / name).as_uri()


def free_port(count: int = 1) -> int:
    """Return the first of so many ports in a row that nobody uses."""
    while True:
        with contextlib.ExitStack() as probes:
            first = 0
            try:
                for number in range(count):
                    probe = probes.enter_context(socket.socket())
                    probe.bind(("127.0.0.1", first + number if first else 0))
                    first = first or probe.getsockname()[1]
            except OSError:
                continue
            return first
