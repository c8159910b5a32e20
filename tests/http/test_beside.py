"""What an Action starts beside itself: threads, whose tries are told, and child processes."""

from __future__ import annotations

import warnings

import pytest

from pytest_auth0_actions import ChildProcessWarning, LoadAction
from pytest_auth0_actions.world.elapsed import real_monotonic_s
from tests.conftest import WriteAction
from tests.http.conftest import Refused

THREAD = "const { Worker } = require('worker_threads');\n"
TRIES = {
    "at once": "fetch('https://a.test').catch(() => {})",
    "after a while": "setTimeout(() => fetch('https://a.test').catch(() => {}), 50)",
    "in a thread of its own": "new (require('worker_threads').Worker)("
    "\"fetch('https://a.test').catch(() => {})\", { eval: true })",
    "and fails": "require('net').connect(443, 'a.test')",
    "and goes on": "fetch('https://a.test').catch(() => {}); setInterval(() => {}, 1000)",
}


@pytest.mark.parametrize("unref", ["", ".unref()"])
@pytest.mark.parametrize("tries", TRIES)
def test_what_a_thread_tries_after_the_handler_has_returned_is_told(
    load_action: LoadAction,
    write_handler: WriteAction,
    refused: Refused,
    tries: str,
    unref: str,
) -> None:
    source = f"{THREAD}new Worker(`{TRIES[tries]}`, {{ eval: true }}).on('error', () => {{}})"
    error = refused(load_action(write_handler(f"{source}{unref};")).run)
    assert "a worker thread's connection to a.test:443" in error.what_happened


def test_a_thread_that_goes_on_is_waited_for_once(
    load_action: LoadAction, write_action: WriteAction
) -> None:
    path = write_action(
        f"{THREAD}let pool;\n"
        "exports.onExecutePostUserRegistration = async () => {\n"
        "  pool ??= new Worker(\"const { parentPort } = require('worker_threads');"
        "parentPort.on('message', (n) => parentPort.postMessage(n + 1));\", { eval: true });\n"
        "  console.log(await new Promise((resolve) => {\n"
        "    pool.once('message', resolve); pool.postMessage(1);\n"
        "  }));\n"
        "};\n"
    )
    action = load_action(path)
    assert action.run().logs == "2\n"
    before_s = real_monotonic_s()
    assert [action.run().logs for _ in range(5)] == ["2\n"] * 5
    assert real_monotonic_s() - before_s < 5  # and not one second for each


CHILDREN = {
    "spawn": ("await over(cp.spawn('true'));", "true"),
    "spawn with a shell": ("await over(cp.spawn('true', { shell: true }));", "/bin/sh"),
    "exec": ("await over(cp.exec('true'));", "/bin/sh"),
    "promises of exec": ("await require('util').promisify(cp.exec)('true');", "/bin/sh"),
    "execFile": ("await over(cp.execFile('true'));", "true"),
    "fork": ("await over(cp.fork('/dev/null', { silent: true }));", None),
    "spawnSync": ("cp.spawnSync('true');", "true"),
    "execSync": ("cp.execSync('true');", "true"),
    "execFileSync": ("cp.execFileSync('true');", "true"),
    "no such file": ("await over(cp.spawn('/no/such/file'));", "/no/such/file"),
    "an ES import": (
        "const { spawnSync } = await import('node:child_process'); spawnSync('true');",
        "true",
    ),
}


@pytest.mark.parametrize("how", CHILDREN)
def test_a_child_process_is_warned_of_at_its_line(
    load_action: LoadAction, write_handler: WriteAction, how: str
) -> None:
    start, file = CHILDREN[how]
    path = write_handler(
        "const cp = require('child_process');\n"
        "const over = (child) => new Promise((r) => child.on('error', r).on('close', r));\n"
        f"{start}\n"
    )
    with pytest.warns(ChildProcessWarning) as caught:
        load_action(path).run()
    [warning] = caught
    assert (warning.filename, warning.lineno) == (str(path), 4)
    if file is not None:
        assert str(warning.message) == (
            f"[A731] The Action started a child process, {file}, which leaves the test's clock and "
            "network: it runs in real time, reaches what the machine reaches, and none of it is "
            "seen here. Do its work in the Action itself."
        )


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("spawn(5)", "ERR_INVALID_ARG_TYPE"),
        ("spawnSync()", "ERR_INVALID_ARG_TYPE"),
        ("execSync('exit 3')", None),
    ],
)
def test_errors_are_those_of_node_js(
    load_action: LoadAction, write_handler: WriteAction, source: str, code: str | None
) -> None:
    path = write_handler(
        f"try {{ require('child_process').{source}; }}\n"
        "catch ({ code, status }) { event.seen = [code, status]; }"
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ChildProcessWarning)
        seen = load_action(path).run({}).event["seen"]
    assert seen[0] == code or seen[1] == 3


def test_no_child_process_no_warning(load_action: LoadAction, write_handler: WriteAction) -> None:
    load_action(write_handler("require('child_process'); require('cluster');")).run()
