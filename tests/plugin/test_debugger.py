"""`--auth0-inspect`: breakpoints hold in the user's own files, and time stands still meanwhile."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path

import httpx
import pytest

from pytest_auth0_actions.plugin.debugging import debugger_of
from tests.compilers import COMPILERS, add_compiler, can_strip
from tests.markdown import blocks
from tests.plugin.conftest import add_to_ini
from tests.plugin.debugged import debugged, on_terminal
from tests.plugin.plans_project import ACTION, TEST, free_port, url_of, write, write_plans

pytestmark = pytest.mark.slow  # each test is a session of its own, or several


@pytest.fixture
def plans(project: pytest.Pytester) -> pytest.Pytester:
    write_plans(project)
    return project


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


TYPED = """\
import type { Event } from './types';
import { of } from './plans';

interface Claims { plan: string }
LEVELS
export const onExecutePostLogin = async (event: Event, api: any): Promise<void> => {
  const claims: Claims = { plan: of(event.user as any) };
  api.idToken.setCustomClaim('https://shop.example/plan', claims.plan);
};
"""
PLANS = """\
LEVELS
export const of = (user: { app_metadata: { plan?: string } }): string => {
  const { plan } = user.app_metadata;
  return plan ?? 'free';
};
"""
ACTION_TEST = TEST.replace("code.js", "code.ts")


@pytest.mark.skipif(not can_strip(), reason="this Node.js takes no types out")
def test_a_breakpoint_holds_in_typescript(plans: pytest.Pytester) -> None:
    write(plans, "code.ts", TYPED.replace("LEVELS", ""))
    write(plans, "plans.ts", PLANS.replace("LEVELS", ""))
    plans.makepyfile(test_plan=ACTION_TEST)
    action, helper = url_of(plans, "code.ts"), url_of(plans, "plans.ts")
    with debugged(plans) as session:
        debugger = session.attach()
        debugger.start((action, 8), (helper, 4))
        stop = debugger.stop()
        assert (stop.url, stop.line) == (helper, 4)
        assert stop.evaluate("plan") == "gold"
        stop.go_on()
        stop = debugger.stop()
        assert (stop.url, stop.line) == (action, 8)
        assert stop.evaluate("claims.plan") == "gold"
        stop.go_on()
        assert "1 passed" in session.end()


@pytest.mark.parametrize("compiler", COMPILERS)
def test_a_debugger_is_told_what_was_compiled(
    plans: pytest.Pytester, npm_packages: Path, compiler: str
) -> None:
    """It finds the lines of the file in a source map that comes with the script."""
    add_compiler(plans.path, npm_packages, compiler)
    write(plans, "code.ts", TYPED.replace("LEVELS", "enum Level { Low }"))
    write(plans, "plans.ts", PLANS.replace("LEVELS", "enum Level { Low }"))
    plans.makepyfile(test_plan=ACTION_TEST)
    with debugged(plans, "--auth0-inspect-brk=0") as session:
        debugger = session.attach()
        debugger.start()
        stop = debugger.stop()
        map_url = debugger.source_maps[url_of(plans, "code.ts")]
        given = json.loads(base64.b64decode(map_url.partition("base64,")[2]))
        assert given["sources"] == ["code.ts"]
        assert given["sourcesContent"] == [TYPED.replace("LEVELS", "enum Level { Low }")]
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


# --- time -----------------------------------------------------------------------------------------


def test_timers_wait_on_the_tests_clock_as_ever(plans: pytest.Pytester) -> None:
    """The code is stopped both before and after the timer, for longer than the watchdog waits."""
    write(
        plans,
        "code.js",
        """\
        exports.onExecutePostLogin = async () => {
          const start = Date.now();
          await new Promise((done) => setTimeout(done, 15000));
          console.log(Date.now() - start);
        };
        """,
    )
    plans.makepyfile(
        test_plan="""
        def test_it(load_action):
            run = load_action("actions/plan/code.js").run()
            assert (run.logs, run.duration_ms) == ("15000\\n", 15_000)
        """
    )
    action = url_of(plans, "code.js")
    with debugged(plans) as session:
        debugger = session.attach()
        debugger.start((action, 3), (action, 4))
        for line in (3, 4):
            stop = debugger.stop()
            assert stop.line == line
            stop.go_on()
        assert "1 passed" in session.end()


def test_the_console_shows_in_the_debugger_too(plans: pytest.Pytester) -> None:
    write(plans, "code.js", "exports.onExecutePostLogin = async () => console.log('a', { b: 1 });")
    plans.makepyfile(
        test_plan="""
        def test_it(load_action):
            assert load_action("actions/plan/code.js").run().logs == "a { b: 1 }\\n"
        """
    )
    with debugged(plans) as session:
        debugger = session.attach()
        debugger.start()
        shown = debugger.wait_for("Runtime.consoleAPICalled")["args"]
        assert [each["value"] for each in shown] == ["a { b: 1 }"]
        assert "1 passed" in session.end()


# --- processes ------------------------------------------------------------------------------------


def test_each_process_waits_on_the_same_port(plans: pytest.Pytester) -> None:
    """Another test file has another; so has a test after one that ended its own, or left a lot."""
    write(plans, "exits.js", "exports.onExecutePostLogin = async () => process.exit(3);\n")
    write(plans, "leaves.js", "exports.onExecutePostLogin = async () => { globalThis.x = 1; };\n")
    plans.makepyfile(
        test_plan=f"""
{TEST}

def test_exits(load_action):
    import pytest
    from pytest_auth0_actions import ActionCrashedError
    with pytest.raises(ActionCrashedError, match=r"process\\.exit\\(3\\)"):
        load_action("actions/plan/exits.js").run()

def test_leaves(load_action):
    load_action("actions/plan/leaves.js").run()
    assert load_action("actions/plan/code.js").run(user={{"app_metadata": {{}}}})

{TEST.replace("test_plan", "test_last")}
""",
        test_second=TEST,
    )
    port = free_port()
    tests = [
        "plan.py::test_plan",
        "plan.py::test_leaves",
        "plan.py::test_last",
        "second.py::test_plan",
    ]
    with debugged(plans, f"--auth0-inspect={port}") as session:
        for test in tests:
            session.read_until(f"waits for a debugger. Test: test_{test}")
            debugger = session.attach()
            debugger.start((url_of(plans, "plans.js"), 3))
            debugger.stop().go_on()
        assert "5 passed" in session.end()
    assert session.output.count(f"  ws://127.0.0.1:{port}/") == 4
    assert session.output.count("VS Code:") == 1


def test_an_action_that_is_run_during_a_run_waits_on_the_next_port(plans: pytest.Pytester) -> None:
    write(plans, "outer.js", "exports.onExecutePostLogin = async (event, api) => {\n"
          "  api.cache.get('x');\n};\n")  # fmt: skip
    plans.makepyfile(
        test_plan="""
        from unittest import mock

        def test_it(load_action, api):
            inner = load_action("actions/plan/code.js")
            outer = load_action("actions/plan/outer.js")
            def run(key):
                assert inner.run(user={"app_metadata": {}}).outcome.id_token.claims
            with mock.patch.object(api.cache, "get", side_effect=run):
                outer.run()
        """
    )
    port = free_port(2)
    with debugged(plans, f"--auth0-inspect={port}") as session:
        outer = session.attach()
        outer.start((url_of(plans, "outer.js"), 2))
        outer.stop().go_on()
        inner = session.attach()
        assert session.output.rpartition("ws://")[2].startswith(f"127.0.0.1:{port + 1}/")
        inner.start((url_of(plans, "plans.js"), 3))
        stop = inner.stop()
        assert stop.evaluate("plan ?? 'none'") == "none"
        stop.go_on()
        assert "1 passed" in session.end()


def test_ctrl_c_ends_a_session_that_waits(plans: pytest.Pytester) -> None:
    with debugged(plans) as session:
        session.read_until("Ctrl-C ends the session.")
        session.interrupt()
        output = session.end()
    assert "KeyboardInterrupt" in output
    assert "no tests ran" in output
    assert session.returncode == pytest.ExitCode.INTERRUPTED


# --- as debuggers do it ---------------------------------------------------------------------------


def test_the_launch_configuration_of_the_docs_works(plans: pytest.Pytester) -> None:
    """VS Code asks the port for the address, and names files by patterns."""
    page = Path(__file__).parents[2] / "docs/debug.md"
    (block,) = [each for each in blocks(page) if each.language == "json"]
    (configuration,) = json.loads(block.text.partition("\n")[2])["configurations"]
    assert (configuration["type"], configuration["request"]) == ("node", "attach")
    assert configuration["port"] == 9229  # that of --auth0-inspect alone, by the next test
    port = free_port()
    with debugged(plans, f"--auth0-inspect={port}") as session:
        session.read_until("ws://")
        address = f"http://{configuration['address']}:{port}/json/list"
        (target,) = httpx.get(address, trust_env=False).json()
        assert target["type"] == "node"
        debugger = session.attach_to(target["webSocketDebuggerUrl"])
        skipped = [re.compile(_regex(each)) for each in configuration["skipFiles"]]
        debugger.start((rf"file://{plans.path}/actions/plan/plans\.js", 3), url_of="urlRegex")
        stop = debugger.stop()
        assert stop.url == url_of(plans, "plans.js")
        ours = {each for each in stop.urls if "/plan/" not in each}
        assert ours
        assert all(any(each.search(url) for each in skipped) for url in ours)
        stop.go_on()
        assert "1 passed" in session.end()


def _regex(glob: str) -> str:
    """Return what matches as VS Code does."""
    return glob.replace("<node_internals>/**", "^node:").replace("**", ".*")


def test_the_port_is_the_one_that_debuggers_know(plans: pytest.Pytester) -> None:
    config = plans.parseconfigure("--auth0-inspect")
    debugger = debugger_of(config)
    assert debugger is not None
    assert (debugger.port, debugger.breaks_at_start) == (9229, False)
    config = plans.parseconfigure("--auth0-inspect=1", "--auth0-inspect-brk")
    debugger = debugger_of(config)
    assert debugger is not None
    assert (debugger.port, debugger.breaks_at_start) == (9229, True)
    assert debugger_of(plans.parseconfigure()) is None


@pytest.mark.parametrize("arguments", [["-s"], []])
def test_breakpoint_stops_in_a_side_effect(project: pytest.Pytester, arguments: list[str]) -> None:
    """On a terminal: the debugger of Python asks there, and the Action waits for the answer."""
    add_to_ini(project, "auth0_watchdog = 0.5")
    (project.path / "code.js").write_text(
        "exports.onExecutePostLogin = async () => {\n"
        "  console.log(await (await fetch('https://api.example/x')).text());\n};\n",
        encoding="utf-8",
    )
    project.makepyfile(
        """
        import httpx

        def answer(request):
            text = "unchanged"
            breakpoint()
            return httpx.Response(200, text=text)

        def test_it(load_action, http_mock, clock):
            http_mock.get("https://api.example/x").mock(side_effect=answer)
            run = load_action("code.js").run()
            assert run.logs == "changed\\n"
            assert run.duration_ms == 0
        """
    )
    with on_terminal(project, *arguments) as terminal:
        terminal.read_until(r"\(Pdb\) ")
        terminal.type("str(request.url)\n")
        terminal.read_until(r"'https://api\.example/x'\r\n\(Pdb\) ")
        terminal.type("text = 'changed'\n")
        terminal.read_until(r"\(Pdb\) ")
        terminal.type("continue\n")
        assert "1 passed" in terminal.end()
