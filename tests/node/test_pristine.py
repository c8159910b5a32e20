"""After which Actions a Node.js serves the next test, and after which another takes its place."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_auth0_actions import Auth0ActionsError, LoadAction
from pytest_auth0_actions.auth0.triggers.post_user_registration import POST_USER_REGISTRATION
from pytest_auth0_actions.node import process as node_process
from pytest_auth0_actions.node.action import Action
from pytest_auth0_actions.node.find import find_node
from pytest_auth0_actions.node.pool import NodePool
from pytest_auth0_actions.node.runtime import NodeRuntime
from tests.conftest import WriteAction

# Some of them start one, and mean to.
pytestmark = pytest.mark.filterwarnings("ignore::pytest_auth0_actions.ChildProcessWarning")

CHANGES = [
    # Globals and what belongs to the language.
    "globalThis.leaked = 1;",
    "delete globalThis.URL;",
    "globalThis.JSON = { ...JSON };",
    "Object.defineProperty(globalThis, 'crypto', { value: {} });",
    "Object.defineProperty(globalThis, 'leaked', { value: 1 });",
    "Object.prototype.leaked = 1;",
    "Object.defineProperty(Object.prototype, 'toString', { writable: false });",
    "Object.defineProperty(Object.prototype, '__proto__', { get() { return 5; } });",
    "const { get } = Object.getOwnPropertyDescriptor(URL.prototype, 'href');"
    "Object.defineProperty(URL.prototype, 'href', { get, set() {} });",
    "Object.getOwnPropertyDescriptor(URL.prototype, 'href').set.leaked = 1;",
    "Object.getPrototypeOf(function* () {}).leaked = 1;",
    "Object.getPrototypeOf(async function* () {}).leaked = 1;",
    "Object.freeze(Object.prototype);",
    "Object.preventExtensions(Array.prototype);",
    "Object.setPrototypeOf(Array.prototype, { leaked: 1 });",
    "Array.prototype.map = null;",
    "const { log } = console; console.__defineGetter__('log', () => log);",
    "Array.prototype[Symbol.for('leaked')] = 1;",
    "delete Map.prototype.size;",
    "const { log } = console; delete console.log; console.log = log;",
    "delete TypeError.prototype.message;",
    "delete globalThis.Headers;",
    "Error.captureStackTrace(Array.prototype);",
    "Array.prototype[Symbol.iterator] = Array.prototype.keys;",
    "const { at } = Array.prototype; delete Array.prototype.at; Array.prototype.at = at;",
    "Object.getPrototypeOf([].values()).next = () => ({ done: true });",
    "Object.getPrototypeOf(function* () {}).prototype.next = () => ({ done: true });",
    "Object.getPrototypeOf(async function () {}).leaked = 1;",
    "Object.getPrototypeOf(Uint8Array).prototype.fill = () => 5;",
    "Function.prototype.call = () => 5;",
    "String.prototype.trim = () => 'mine';",
    "BigInt.prototype.toJSON = () => 5;",
    "Symbol.prototype.leaked = 1;",
    "TypeError.prototype.name = 'Mine';",
    "WeakMap.prototype.get = () => 5;",
    "Intl.NumberFormat.prototype.format2 = () => 5;",
    "Math.random = () => 0.5;",
    "Date.now = () => 0;",
    "Error.stackTraceLimit = 0;",
    "Error.prepareStackTrace = () => 'mine';",
    # What Node.js adds.
    "URL.prototype.toJSON = () => 'mine';",
    "AbortController.prototype.abort = () => 5;",
    "Buffer.concat = () => 5;",
    "Buffer.prototype.toString = () => 'mine';",
    "console.log = null;",
    "console.count();",
    "console.time();",
    "performance.now = () => 5;",
    "process.nextTick = () => {};",
    "process.abort = null;",
    "process.exitCode = 3;",
    "process.env.LEAKED = '1';",
    "process.chdir('/');",
    "process.stdout.write = () => true;",
    "process.stderr.write = () => true;",
    "process.on('exit', () => {});",
    "process.on('beforeExit', () => {});",
    "process.on('uncaughtException', () => {});",
    "process.removeAllListeners('warning');",
    # Its modules, those that are there and those that an Action is the first to require.
    "require('fs').readFileSync = () => 'mine';",
    "require('fs').promises.readFile = () => 'mine';",
    "require('timers').setTimeout = () => 5;",
    "require('timers/promises').setTimeout = () => 5;",
    "require('events').prototype.on = () => 5;",
    "require('util').inspect = () => 'mine';",
    "require('util').inspect.defaultOptions.depth = 0;",
    "require('async_hooks').AsyncLocalStorage.prototype.run = () => 5;",
    "require('https').request = () => 'mine';",
    "require('crypto').randomUUID = () => 'mine';",
    "require('crypto').Hash.prototype.digest = () => 'mine';",
    "require('module').prototype.require = () => 5;",
    "require('module')._extensions['.txt'] = () => 5;",
    # What Node.js defines when it is first looked at.
    "Response.prototype.json = async () => ({});",
    "Response.json = () => 5;",
    "Headers.prototype.get = () => 'mine';",
    "globalThis.fetch = async () => 5;",
    "globalThis.FormData = class {};",
    "(await fetch('data:,')).constructor.prototype.text = async () => 'mine';",
    "new Blob([]).constructor.prototype.text = async () => 'mine';",
    "crypto.subtle.constructor.prototype.digest = async () => 5;",
    "require('https').globalAgent.options.rejectUnauthorized = false;",
    "require('http').globalAgent.maxSockets = 1;",
    "require('http').globalAgent = new (require('http').Agent)();",
    "globalThis[Symbol.for('app.state')] = 1;",
    "(await import('node:crypto')).default.randomUUID = () => 'mine';",
    "require('stream').Readable.prototype.on = () => 5;",
    "require('url').URL.prototype.toString = () => 'mine';",
    # What goes on.
    "setImmediate(function spin() { setImmediate(spin); });",
    "require('http').createServer().listen(0);",
    "new (require('worker_threads').Worker)('setInterval(() => {}, 1e6)', { eval: true });",
    "require('child_process').spawn('sleep', ['2']);",
]

LEAVES = [
    "",
    "throw new Error('mine');",
    "await new Promise(() => {});",
    "await require('timers/promises').setTimeout(25000);",
    "setInterval(() => {}, 10); setTimeout(() => {}, 5);",
    "await require('timers/promises').setTimeout(5); AbortSignal.timeout(1000);",
    "for await (const _ of require('timers/promises').setInterval(5)) break;",
    "require('https'); require('crypto').randomUUID(); require('zlib'); require('url');",
    "require('child_process'); require('readline'); require('assert'); require('http2');",
    "require('fs/promises'); require('stream/promises'); require('dns').promises; require('os');",
    "require('v8'); require('inspector'); require('vm').runInNewContext('1');",
    "await import('node:crypto'); (await import('node:fs')).default.constants;",
    "console.table([1]); console.error(new Error('x')); console.dir({}); console.trace('here');",
    "console.time('t'); console.timeEnd('t'); console.count('c'); console.countReset('c');",
    "console.group(); console.group('two');",
    "process.emitWarning('mine'); await 1;",
    "process.stdout.write('out'); process.stderr.write('err');",
    "process.memoryUsage(); process.hrtime(); process.uptime(); process.cwd(); process.umask();",
    "const f = () => {}; process.once('exit', f); process.removeListener('exit', f);",
    "new Intl.NumberFormat('de').format(5); new Date().toLocaleString('de');",
    "structuredClone({}); new Headers(); new Blob([]); new FormData(); btoa('a');",
    "new TextDecoder('latin1').decode(new Uint8Array(5)); new URLSearchParams('a=b');",
    "performance.mark('a'); performance.measure('b', 'a'); performance.clearMarks();",
    "crypto.randomUUID(); await crypto.subtle.digest('SHA-256', new Uint8Array(3));",
    "require('crypto').createHash('sha256').update('a').digest();",
    "await require('fs').promises.readFile(__filename);",
    "require('tls').createSecureContext();",
    "try { null.x; } catch {} Error.captureStackTrace({});",
    "await new Promise((r) => require('child_process').exec('true', r)); await sleep(50);",
    "globalThis.mine = 1; delete globalThis.mine;",
    "const { promisify } = require('util'); for (const [module, name] of [['stream', 'pipeline'], "
    "['stream', 'finished'], ['fs', 'exists'], ['fs', 'read'], ['child_process', 'exec'], "
    "['timers', 'setTimeout'], ['dns', 'lookup']]) promisify(require(module)[name]);",
    "require('util').promisify(setImmediate); require('util').promisify(setTimeout);",
    "for (let i = 0; i < 50; i++) console.log('x'.repeat(100000));",
]


PidsAfter = Callable[[str], tuple[int, int]]


@pytest.fixture
def pids_after(
    load_action: LoadAction, write_handler: WriteAction, _auth0_node_runtime: NodeRuntime
) -> PidsAfter:
    """Run a handler of the given body; return the processes of its test and of the next."""

    def pids_after(body: str) -> tuple[int, int]:
        action = load_action(
            write_handler(f"const sleep = require('timers/promises').setTimeout;\n{body}")
        )
        before = _auth0_node_runtime.process()._process.pid
        with contextlib.suppress(Auth0ActionsError):
            action.run({})
        _auth0_node_runtime.end_test()
        assert load_action(write_handler("console.log(1)", "next.js")).run({}).logs == "1\n"
        return before, _auth0_node_runtime.process()._process.pid

    return pids_after


@pytest.mark.parametrize("body", CHANGES)
def test_a_change_that_the_next_test_would_meet_ends_the_process(
    pids_after: PidsAfter, body: str
) -> None:
    before, after = pids_after(body)
    assert before != after


@pytest.mark.parametrize("body", LEAVES)
def test_what_leaves_nothing_leaves_the_process(pids_after: PidsAfter, body: str) -> None:
    """To start another one for each test would take long."""
    before, after = pids_after(body)
    assert before == after


def test_an_action_that_was_compiled_before_goes_to_the_other_process_as_well(
    load_action: LoadAction, write_handler: WriteAction, _auth0_node_runtime: NodeRuntime
) -> None:
    path = write_handler("console.log(typeof leaked); globalThis.leaked = 1;")
    for _ in range(3):
        action = load_action(path)
        assert [action.run().logs, action.run().logs] == ["undefined\n", "number\n"]
        _auth0_node_runtime.end_test()


@pytest.mark.parametrize("left", ["", "globalThis.leaked = 1;"])
def test_the_process_of_the_next_file_starts_while_this_one_runs(
    load_action: LoadAction, write_handler: WriteAction, tmp_path: Path, left: str
) -> None:
    """And it is never this one's, whatever was left there or not."""
    action = load_action(write_handler(left))
    pool = NodePool(lambda: find_node(None), tmp_path, heap_mb=50)
    runtime = NodeRuntime(pool, watchdog_s=10)
    pool.expect(2)
    Action(runtime, action.loaded.testbed, POST_USER_REGISTRATION, action.loaded.file, {}).run()
    mine = runtime.process()
    spare = pool._spare
    assert spare not in {None, mine}
    runtime.end_test()
    assert pool._spare is spare
    runtime.close()
    assert pool.take(for_new_file=True) is spare
    assert spare is not None
    spare.close()
    pool.close()


@pytest.mark.parametrize("has_processor", [True, False])
@pytest.mark.parametrize(
    ("body", "restarts"),
    [
        ("Response.prototype.json = null;", ["changed Response.prototype.json"]),
        ("await Promise.resolve(1);", []),
    ],
)
def test_what_was_left_is_found_with_and_without_a_processor_to_spare(
    load_action: LoadAction,
    write_handler: WriteAction,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    has_processor: bool,
    body: str,
    restarts: list[str],
) -> None:
    """Without one, nothing is compared ahead, which would take the processor from Python."""
    monkeypatch.setattr(node_process, "_has_processors_to_spare", lambda: has_processor)
    action = load_action(write_handler(body))
    pool = NodePool(lambda: find_node(None), tmp_path, heap_mb=50)
    runtime = NodeRuntime(pool, watchdog_s=10)
    for _ in range(2):
        Action(runtime, action.loaded.testbed, POST_USER_REGISTRATION, action.loaded.file, {}).run()
        runtime.end_test()
    Action(runtime, action.loaded.testbed, POST_USER_REGISTRATION, action.loaded.file, {}).run()
    assert [each.left for each in runtime.restarts] == restarts * 2
    runtime.close()


@pytest.mark.parametrize(
    ("body", "left"),
    [
        ("Response.prototype.json = async () => ({});", "changed Response.prototype.json"),
        ("globalThis[Symbol.for('app.state')] = 1;", "changed globalThis[Symbol(app.state)]"),
        (
            "require('https').globalAgent.options.rejectUnauthorized = false;",
            "changed https.globalAgent.options.rejectUnauthorized",
        ),
        ("Array.prototype.last = function () {};", "changed Array.prototype.last"),
        ("globalThis.leaked = 1;", "changed globalThis.leaked"),
        ("require('crypto').randomBytes = () => 5;", "changed crypto.randomBytes"),
        (
            "Object.defineProperty(Map.prototype, 'size', { get() { return 5; } });",
            "changed Map.prototype.size",
        ),
        (
            "Object.defineProperty(Set.prototype, 'size', { get() { return 5; } });",
            "changed Set.prototype.size",
        ),
        (
            "Object.getOwnPropertyDescriptor(Object.prototype, '__proto__').get.leaked = 1;",
            "changed Object.prototype.__proto__ (get).leaked",
        ),
        (
            "Object.getOwnPropertyDescriptor(Object.prototype, '__proto__').set.leaked = 1;",
            "changed Object.prototype.__proto__ (set).leaked",
        ),
        (
            "require('util').inspect.defaultOptions.depth = 9;",
            "changed util.inspect.defaultOptions.depth",
        ),
        ("process.env.LEAKED = '1';", "changed process.env.LEAKED"),
        ("setImmediate(function spin() { setImmediate(spin); });", "left an Immediate under way"),
    ],
)
def test_it_is_told_what_was_left(
    pids_after: PidsAfter, _auth0_node_runtime: NodeRuntime, body: str, left: str
) -> None:
    before, after = pids_after(body)
    assert before != after
    assert _auth0_node_runtime.restarts[-1].left == left


def test_a_group_that_was_left_open_is_closed_with_its_test(
    load_action: LoadAction, write_handler: WriteAction, _auth0_node_runtime: NodeRuntime
) -> None:
    load_action(write_handler("for (let i = 0; i < 3; i++) console.group();")).run()
    _auth0_node_runtime.end_test()
    assert load_action(write_handler("console.log('left');")).run().logs == "left\n"


@pytest.mark.auth0(fresh_node=True)
@pytest.mark.parametrize(
    ("body", "left"),
    [
        ("require('helpers');", None),
        ("require('helpers'); globalThis.known.inside = 2;", None),  # the package's own state
        ("globalThis.mine = 1; require('helpers');", "changed globalThis.mine"),
        ("require('helpers'); globalThis.known = 2;", "changed known"),
        ("require('helpers').addLater();", "changed globalThis.later"),
        ("require('helpers'); delete globalThis.known;", "changed known"),
        ("try { require('broken'); } catch {}", "changed globalThis.known"),
        ("require('changes');", "changed Array.prototype.last"),
    ],
)
def test_what_a_package_adds_to_the_global_object_while_it_is_loaded_stays_with_it(
    load_action: LoadAction,
    write_handler: WriteAction,
    write_action: WriteAction,
    _auth0_node_runtime: NodeRuntime,
    body: str,
    left: str | None,
) -> None:
    """A compiler's helpers, for instance: a new Node.js for each test would take long."""
    for name, source in {
        "helpers": "globalThis.known = { inside: 1 }; Object.defineProperty(globalThis, 'asked', "
        "{ get: () => 1, configurable: true }); globalThis[Symbol('own')] = 1; "
        "exports.addLater = () => { globalThis.later = 1; };",
        "broken": "globalThis.known = 1; throw new Error('no');",
        "changes": "Array.prototype.last = function () { return this.at(-1); };",
    }.items():
        write_action(source, f"node_modules/{name}/index.js")
    path = write_handler(body)
    restarts = len(_auth0_node_runtime.restarts)
    for _ in range(2):
        load_action(path).run()
        _auth0_node_runtime.end_test()
    load_action(write_handler("", "next.js")).run()
    found = [each.left for each in _auth0_node_runtime.restarts[restarts:]]
    assert found == ([] if left is None else [left] * 2)
