"""`--auth0-inspect`: breakpoints hold in the user's own files, and time stands still meanwhile."""

from __future__ import annotations

import re
import socket

import pytest

from tests.plugin.conftest import add_to_ini
from tests.plugin.debugged import debugged

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


@pytest.fixture
def plans(project: pytest.Pytester) -> pytest.Pytester:
    """A project with an Action and a helper, and a watchdog that waits for nothing."""
    add_to_ini(project, "auth0_watchdog = 0.001")
    write(project, "code.js", ACTION)
    write(project, "plans.js", HELPER)
    project.makepyfile(test_plan=TEST)
    return project


def write(project: pytest.Pytester, name: str, source: str) -> None:
    path = project.path / "actions/plan" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(source, encoding="utf-8")


def url_of(project: pytest.Pytester, name: str) -> str:
    return (project.path / "actions/plan" / name).as_uri()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


# --- breakpoints ----------------------------------------------------------------------------------


def test_a_breakpoint_holds_in_the_action_and_in_what_it_requires(plans: pytest.Pytester) -> None:
    action, helper = url_of(plans, "code.js"), url_of(plans, "plans.js")
    with debugged(plans) as session:
        debugger = session.attach()
        debugger.start((action, 6), (helper, 3))
        stop = debugger.stop()
        assert (stop.url, stop.line) == (helper, 3)
        assert stop.evaluate("plan") == "gold"
        stop.go_on()
        stop = debugger.stop()
        assert (stop.url, stop.line) == (action, 6)
        assert stop.evaluate("[plan, event.user.app_metadata.plan, Date.now()]") == [
            "gold", "gold", 1735689600000,
        ]  # fmt: skip
        stop.go_on()
        assert "1 passed" in session.end()


def test_a_breakpoint_holds_in_es_modules_and_actions_modules(plans: pytest.Pytester) -> None:
    write(
        plans,
        "code.js",
        """\
        const { name } = require('actions:names');
        exports.onExecutePostLogin = async (event) => {
          const { greet } = await import('./greet.mjs');
          greet(name(event.user));
        };
        """,
    )
    write(plans, "greet.mjs", "export const greet = (name) => {\n  console.log(name);\n};\n")
    write(plans, "names.js", "exports.name = (user) => {\n  return user.name;\n};\n")
    plans.makepyfile(
        test_plan="""
        def test_it(load_action):
            action = load_action(
                "actions/../actions/plan/code.js", modules={"names": "actions/plan/names.js"}
            )
            action.run()
        """
    )
    places = [
        (url_of(plans, name), line)
        for name, line in [("code.js", 3), ("names.js", 2), ("greet.mjs", 2)]
    ]
    with debugged(plans) as session:
        debugger = session.attach()
        debugger.start(*places)
        for place in places:
            stop = debugger.stop()
            assert (stop.url, stop.line) == place
            stop.go_on()
        assert "1 passed" in session.end()


def test_with_brk_it_stops_at_the_first_line_of_the_action(plans: pytest.Pytester) -> None:
    plans.makepyfile(test_plan=f"{TEST}\n\n{TEST.replace('test_plan', 'test_other')}")
    with debugged(plans, "--auth0-inspect-brk=0") as session:
        debugger = session.attach()
        debugger.start()
        stop = debugger.stop()
        assert (stop.url, stop.line) == (url_of(plans, "code.js"), 2)
        stop.go_on()
        assert "2 passed" in session.end()


@pytest.mark.parametrize(
    "head",
    [
        pytest.param("'use strict';\n", id="directive"),
        pytest.param("/* A comment. */\n", id="comment"),
        pytest.param("", id="nothing"),
    ],
)
def test_with_brk_the_first_line_is_one_that_is_evaluated_on_load(
    plans: pytest.Pytester, head: str
) -> None:
    function = "function of(user) {\n  return user.app_metadata.plan;\n}\n"
    write(plans, "code.js", head + function + ACTION.replace("plans.of", "of"))
    with debugged(plans, "--auth0-inspect-brk=0") as session:
        debugger = session.attach()
        debugger.start()
        stop = debugger.stop()
        assert stop.evaluate("this === module.exports")
        assert stop.evaluate("exports.onExecutePostLogin === undefined")
        stop.go_on()
        assert "1 passed" in session.end()
