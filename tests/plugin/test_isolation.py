"""What one test, or one test file, can't do to another; and that no process is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from tests.processes import processes_in

HOSTILE = """
globalThis.leaked = (globalThis.leaked ?? 0) + 1;
Array.prototype.leaked = 1;
require('dep').count += 1;
exports.onExecutePostUserRegistration = async (event) => {
  event.seen = [globalThis.leaked, require('dep').count];
  Date.now = () => 0;
};
"""
INNOCENT = """
exports.onExecutePostUserRegistration = async (event) => {
  const { count } = require('dep');
  event.seen = [typeof globalThis.leaked, [].leaked === undefined, count, Date.now()];
};
"""


def test_nothing_that_an_action_does_reaches_another_file(project: pytest.Pytester) -> None:
    for name, source in {
        "hostile.js": HOSTILE,
        "innocent.js": INNOCENT,
        "node_modules/dep/index.js": "exports.count = 0;",
    }.items():
        path = project.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")
    project.makepyfile(
        test_a="""
        def test_it(load_action):
            assert load_action("hostile.js").run({}).event["seen"] == [1, 1]
            assert load_action("hostile.js").run({}).event["seen"] == [2, 2]
        """,
        test_b="""
        def test_it(load_action, clock):
            seen = load_action("innocent.js").run({}).event["seen"]
            assert seen == ["undefined", True, 0, clock.now_ms]
        """,
    )
    project.runpytest().assert_outcomes(passed=2)


def test_a_pytest_inside_of_a_fixture_changes_nothing_outside(project: pytest.Pytester) -> None:
    (project.path / "inside.py").write_text(
        """
import pytest

@pytest.mark.auth0(now="2031-01-01T00:00:00Z")
def test_inside(clock, load_action):
    load_action("actions/provision/code.js").run()
    assert clock.now.year == 2031
""",
        encoding="utf-8",
    )
    project.makepyfile(
        """
        import pytest

        def run_inside():
            return pytest.main(["-q", "-p", "no:cacheprovider", "inside.py"])

        @pytest.fixture(scope="module")
        def of_a_module():
            return run_inside()

        @pytest.fixture
        def of_a_test():
            return run_inside()

        @pytest.mark.auth0(now="2032-01-01T00:00:00Z")
        def test_fixtures(of_a_module, of_a_test, clock, load_action):
            assert (of_a_module, of_a_test) == (0, 0)
            assert clock.now.year == 2032
            load_action("actions/provision/code.js").run()

        @pytest.mark.auth0(now="2033-01-01T00:00:00Z")
        def test_by_itself(clock, load_action, request):
            assert run_inside() == 0
            assert clock.now.year == 2033
            assert request.getfixturevalue("api").cache.get("no-such-key") is None
        """
    )
    project.runpytest().assert_outcomes(passed=2)


@pytest.mark.parametrize(
    ("left_behind", "check"),
    [
        ("globalThis.leaked = 1;", "typeof globalThis.leaked === 'undefined'"),
        ("delete globalThis.URL;", "typeof URL === 'function'"),
        ("globalThis.fetch = async () => 'mine';", "globalThis.fetch.name === 'fetch'"),
        ("Object.prototype.leaked = 1;", "({}).leaked === undefined"),
        ("Array.prototype.map = null;", "[1].map((x) => x + 1)[0] === 2"),
        ("JSON.stringify = () => 'mine';", "JSON.stringify({}) === '{}'"),
        ("Math.random = () => 0.5;", "Math.random() !== Math.random()"),
        ("Date.now = () => 0;", "Date.now() > 0"),
        ("console.log = null;", "typeof console.log === 'function'"),
        ("Error.prepareStackTrace = () => 'mine';", "new Error('x').stack !== 'mine'"),
        ("process.on('exit', () => {});", "process.listenerCount('exit') === 0"),
        ("process.abort = null;", "typeof process.abort === 'function'"),
        (
            "setInterval(() => { throw new Error('late'); }, 20);",
            "await new Promise((resolve) => setTimeout(resolve, 40, true))",
        ),
        (
            "setTimeout(() => process.exit(3), 20);",
            "await new Promise((resolve) => setTimeout(resolve, 40, true))",
        ),
    ],
)
def test_what_an_action_leaves_behind_ends_with_its_test(
    project: pytest.Pytester, left_behind: str, check: str
) -> None:
    for name, body in {"leaves.js": left_behind, "checks.js": f"e.fine = {check};"}.items():
        source = f"exports.onExecutePostUserRegistration = async (e) => {{ {body} }};"
        (project.path / name).write_text(source, encoding="utf-8")
    project.makepyfile(
        """
        def test_leaves(load_action):
            load_action("leaves.js").run()

        def test_checks(load_action):
            assert load_action("checks.js").run({}).event["fine"] is True
        """
    )
    project.runpytest().assert_outcomes(passed=2)


@pytest.mark.parametrize(
    "body",
    [
        "require('https'); require('node:crypto').randomUUID();",
        "require('./own.js'); require('./own.json');",
        "require('dep');",
        "await fetch('data:text/plain,x');",
    ],
)
def test_each_test_file_has_a_process_of_its_own(project: pytest.Pytester, body: str) -> None:
    """Which serves all of its tests."""
    test = """
        import contextlib
        import os
        import pathlib
        from pytest_auth0_actions import Auth0ActionsError

        def see(load_action):
            pid = load_action("pid.js").run({}).event["pid"]
            with pathlib.Path("pids.txt").open("a", encoding="utf-8") as file:
                file.write(f"{pid}\\n")
        """
    project.makepyfile(
        test_a=f"""{test}
        def test_one(load_action):
            see(load_action)

        def test_two(load_action):
            see(load_action)
            with contextlib.suppress(Auth0ActionsError):
                load_action("body.js").run({{}})
        """,
        test_b=f"""{test}
        def test_three(load_action):
            see(load_action)
        """,
    )
    for name, source in {
        "pid.js": "exports.onExecutePostUserRegistration = async (e) => { e.pid = process.pid; };",
        "body.js": f"exports.onExecutePostUserRegistration = async () => {{ {body} }};",
        "own.js": "exports.own = 1;",
        "own.json": "{}",
        "node_modules/dep/index.js": "exports.count = 0;",
    }.items():
        path = project.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")
    project.runpytest("-W", "ignore").assert_outcomes(passed=3)
    first, second, other = (project.path / "pids.txt").read_text(encoding="utf-8").split()
    assert first == second
    assert other != first
    assert processes_in(project.path) == []


@pytest.mark.parametrize(
    "asks", ["fetch('http://a.test/');", "require('node:http').get('http://a.test/');"]
)
def test_a_request_that_fails_after_its_test_fails_no_other_test(
    project: pytest.Pytester, asks: str
) -> None:
    """Nothing awaits it, and it ends the process, perhaps while that reads the next Action."""
    handler = "exports.onExecutePostUserRegistration = async () => {{ {} }};\n"
    sources = {"asks.js": asks, "next.js": "console.log('next');"}
    for name, body in sources.items():
        (project.path / name).write_text(handler.format(body), encoding="utf-8")
    project.makepyfile(
        """
        import httpx
        import pytest

        @pytest.mark.filterwarnings("ignore:.A727")
        def test_asks(load_action, http_mock):
            late = httpx.Response(200, extensions={"delay_ms": 100_000_000})
            http_mock.get("http://a.test/").mock(return_value=late)
            load_action("asks.js").run()

        def test_next(load_action):
            assert load_action("next.js").run().logs == "next\\n"
        """
    )
    project.runpytest().assert_outcomes(passed=2)


def test_what_a_test_held_goes_with_it(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import gc
        import weakref

        held = []

        def test_holds(load_action, make_event, api, clock, cache_store):
            gc.collect()
            gc.disable()
            load_action("actions/provision/code.js").run(make_event())
            api.cache.set("token", "t0ken", ttl=60_000)
            clock.tick(minutes=1)
            held.extend(map(weakref.ref, (load_action, make_event, api, clock, cache_store)))

        def test_sees_nothing_of_it():
            gc.enable()
            assert [each() for each in held] == [None] * 5
        """
    )
    project.runpytest_subprocess().assert_outcomes(passed=2)


@pytest.mark.slow
def test_xdist_runs_the_tests(project: pytest.Pytester) -> None:
    for name in ("a", "b"):
        project.makepyfile(
            **{
                f"test_{name}": """
                import pytest

                @pytest.mark.parametrize("number", range(4))
                def test_it(number, load_action, clock):
                    action = load_action("actions/provision/code.js")
                    assert action.run().logs == "cache miss\\n"
                    clock.tick(minutes=15)
                    assert action.run().logs == "cache hit\\n"

                def test_fails(load_action):
                    load_action("actions/missing.js")
                """
            }
        )
    result = project.runpytest_subprocess("-n", "2")
    result.assert_outcomes(passed=8, failed=2)
    result.stdout.fnmatch_lines(["*ActionLoadError: ?A321? The Action can't be read*"])
    assert processes_in(project.path) == []


def test_after_a_failed_collection_no_process_is_left(project: pytest.Pytester) -> None:
    project.makepyfile(
        test_a="def test_it(load_action): load_action('actions/provision/code.js').run()",
        test_b="raise RuntimeError('at import')",
    )
    result = project.runpytest_subprocess("--continue-on-collection-errors")
    result.assert_outcomes(passed=1, errors=1)
    assert processes_in(project.path) == []
    project.runpytest_subprocess().assert_outcomes(errors=1)
    assert processes_in(project.path) == []


@pytest.mark.parametrize("to", ["process", "group"])
def test_after_an_interrupt_no_process_is_left(project: pytest.Pytester, to: str) -> None:
    """Ctrl-C at a terminal goes to the group: to pytest and to Node.js."""
    (project.path / "loop.js").write_text(
        "exports.onExecutePostUserRegistration = async (event, api) => {"
        " require('fs').writeFileSync('started', ''); for (;;); };",
        encoding="utf-8",
    )
    project.makepyfile("def test_it(load_action): load_action('loop.js').run()")
    with subprocess.Popen(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"],
        cwd=project.path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        # A shell in the background has its children ignore Ctrl-C; this one must not.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as child:
        assert child.stdout is not None
        while not (project.path / "started").exists():
            assert child.poll() is None
        assert len(processes_in(project.path, of=(b"harness.js",))) == 1
        (os.kill if to == "process" else os.killpg)(child.pid, signal.SIGINT)
        output = child.stdout.read().decode()
    assert child.returncode == pytest.ExitCode.INTERRUPTED, output
    assert "KeyboardInterrupt" in output
    assert processes_in(project.path) == []
