"""Actions that do what they should not, and how their run ends."""

from __future__ import annotations

from dataclasses import dataclass

# One that is well-behaved: it reports all that another may have spoiled. In a test of its own it
# is always told the same.
WELL_BEHAVED = """
const { promises: fs } = require('fs');
const net = require('net');
const sleep = require('timers/promises').setTimeout;
let runs = 0;
exports.onExecutePostUserRegistration = async (event, api) => {
  const started = Date.now();
  runs += 1;
  const seen = (event.seen = {});
  seen.runs = runs;
  seen.globals = Object.keys(globalThis).filter((key) => !/^[a-z]/.test(key) || key === 'leaked');
  seen.now = [started, new Date().toISOString(), Date(), performance.now()];
  seen.json = JSON.stringify(JSON.parse('{"a":[1,{"b":null}]}'));
  seen.object = [Object.keys({ a: 1 }), ({}).leaked, String({}), 'x' in {}, { toJSON: 1 }.toJSON];
  for (const key in {}) seen.object.push(key);
  seen.array = [1, 2, 3].map((n) => n * 2).concat([...'ab'], Array.from(new Set([1, 1])));
  seen.map = [...new Map([['k', 'v']])].flat();
  seen.text = ' a,b '.trim().split(',').join('-').replace(/b/, 'c');
  seen.bytes = Buffer.concat([Buffer.from('ab'), Buffer.alloc(1)]).toString('hex');
  seen.number = Math.max(1, ...[2, 3]) + Number('4') + parseInt('5', 10);
  seen.random = Math.random() !== Math.random();
  seen.url = new URL('/b?c=d', 'https://a.example').href;
  seen.error = new TypeError('t').stack.split('\\n').length > 1;
  seen.promise = await Promise.all([1, Promise.resolve(2), sleep(7, 3)]);
  seen.settled = (await Promise.allSettled([Promise.reject(1)])).map(({ status }) => status);
  seen.wrote = [process.stdout.write('out'), process.stderr.write('err')];
  seen.env = [process.env.LEAKED, typeof process.env.PATH, process.cwd() === event.cwd];
  seen.file = (await fs.readFile(__filename, 'utf8')).length;
  seen.uuid = require('crypto').randomUUID() !== require('crypto').randomUUID();
  seen.hash = require('crypto').createHash('sha256').update('a').digest('hex').slice(0, 8);
  seen.listeners = ['beforeExit', 'exit', 'uncaughtException', 'unhandledRejection', 'warning']
    .map((name) => process.listenerCount(name));
  seen.sockets = typeof net.connect;
  seen.timers = [typeof setTimeout(() => {}, 1).ref, setImmediate.name, setInterval.name];
  seen.waited = Date.now() - started;
  seen.set = api.cache.set('k', 'v', { ttl: 5 }).type;
  await sleep(5);
  seen.get = api.cache.get('k');
  await sleep(1);
  seen.gone = api.cache.get('k') === undefined;
  event.rss = process.memoryUsage().rss;
  console.log('well', { behaved: true });
  console.count('runs');
  console.countReset('runs');
};
"""


@dataclass(frozen=True)
class Hostile:
    """A hostile Action.

    Attributes:
        body: of its handler.
        outcome: the class of the error that its run ends in; None if it ends well.
        says: a pattern that is in the error.
        heavy: whether it takes long, or much memory.
    """

    body: str
    outcome: str | None = None
    says: str = ""
    heavy: bool = False


def crashed(body: str, says: str, heavy: bool = False) -> Hostile:
    return Hostile(body, "ActionCrashedError", says, heavy)


def threw(body: str, says: str) -> Hostile:
    return Hostile(body, "ActionError", says)


def timed_out(body: str, says: str) -> Hostile:
    return Hostile(body, "ActionTimeoutError", says)


SLEEP = "const sleep = require('timers/promises').setTimeout; "
THROWS = "() => { throw new Error('mine'); }"

HOSTILE = {
    # Ends of the process.
    "exit": crashed("process.exit(3);", r"ended its process with process\.exit\(3\)"),
    "exit later": crashed(
        f"{SLEEP} setTimeout(() => process.exit(), 5); await sleep(9);", r"process\.exit\(\)"
    ),
    "reallyExit": crashed("process.reallyExit(1);", r"process\.reallyExit\(1\)"),
    "abort": crashed("process.abort();", r"process\.abort\(\)"),
    "SIGKILL": crashed("process.kill(process.pid, 'SIGKILL'); for (;;);", "killed by SIGKILL"),
    "SIGTERM": crashed("process.kill(process.pid, 'SIGTERM'); for (;;);", "killed by SIGTERM"),
    "SIGSEGV": crashed("process.kill(process.pid, 'SIGSEGV'); for (;;);", "killed by SIGSEGV"),
    "out of memory": crashed(
        "const all = []; for (;;) all.push(new Array(131072).fill(1.5));", "ran out of memory", True
    ),
    "closes every file": crashed(
        "for (let i = 3; i < 64; i++) try { require('fs').closeSync(i); } catch {}",
        "The Action's process (was killed|ended with)",
    ),
    "takes our listeners away": crashed(
        "process.removeAllListeners(); await new Promise(() => {});",
        "ended with exit code 0(.|\n)*process.removeAllListeners",
    ),
    "takes our listener of errors away": crashed(
        "process.removeAllListeners('uncaughtException'); Promise.reject(new Error('mine'));",
        r"ended with exit code 1(.|\n)*Error: mine",
    ),
    # Errors that nobody handles.
    "throws": threw("throw new Error('mine');", "Error: mine"),
    "throws nothing": threw("throw undefined;", "The Action threw undefined"),
    "throws a trap": threw(
        "throw new Proxy({}, { get() { throw 1; }, getPrototypeOf() { throw 2; } });", r"threw \{\}"
    ),
    "stack overflow": threw("const f = () => f() + 1; f();", "Maximum call stack size exceeded"),
    "unhandled rejection": crashed("Promise.reject(new Error('mine'));", "Error: mine"),
    "throws in a timer": crashed(
        f"{SLEEP} setTimeout({THROWS}, 5); await sleep(9);", "nothing handled ended .*: Error: mine"
    ),
    "throws too late": Hostile(f"setTimeout({THROWS}, 100);"),
    "throws in a listener": crashed(
        f"process.once('beforeExit', {THROWS}); await new Promise(() => {{}});", "Error: mine"
    ),
    # Never ends.
    "waits 25 s": timed_out(f"{SLEEP} await sleep(25000);", "did not settle within 20 s"),
    "never settles": timed_out("await new Promise(() => {});", "never settles"),
    "never stops": timed_out(
        f"{SLEEP} const i = setInterval(() => {{}}, 500); for (;;) await sleep(400);",
        "did not settle within 20 s",
    ),
    "loops": timed_out("for (;;);", "of real time"),
    "loops in promises": timed_out("for (;;) await null;", "of real time"),
    "loops in calls": timed_out("for (;;) api.cache.get('k');", "of real time"),
    # Leaves something running.
    "leaves timers": Hostile(
        f"setInterval({THROWS}, 10); setTimeout({THROWS}, 5).unref();"
        f" {SLEEP} sleep(9).then({THROWS});"
    ),
    "leaves immediates": Hostile("const spin = () => setImmediate(spin); spin();"),
    "leaves a server": Hostile("require('http').createServer().listen(0);"),
    "leaves a listener": Hostile(f"process.on('exit', {THROWS}); process.on('warning', {THROWS});"),
    "leaves another listener": Hostile(f"process.on('beforeExit', {THROWS});"),
    "leaves a reader": Hostile("process.stdin.on('data', () => {});"),
    # Too much.
    "5 MB of logs": Hostile("for (let i = 0; i < 50; i++) console.log('x'.repeat(100000));"),
    "20 MB on stdout": Hostile(
        "for (let i = 0; i < 20; i++) process.stdout.write('x'.repeat(1 << 20));"
    ),
    "50 MB for the api": Hostile(
        "if (api.cache.set('k', 'v'.repeat(50e6)).type === 'success') throw 1;", heavy=True
    ),
    "a circle for the api": threw(
        "const o = {}; o.o = o; api.cache.set('k', o);", "Received an instance of Object"
    ),
    "a circle in the event": Hostile("event.event = event;"),
    "a deep event": Hostile("for (let i = 0; i < 1e5; i++) event.o = { o: event.o };"),
    "100 MB beside the heap": Hostile("globalThis.leaked = Buffer.alloc(100e6, 1);", heavy=True),
    # Poison.
    "Object.prototype": Hostile(
        f"Object.prototype.leaked = 1; Object.prototype.toJSON = {THROWS}; "
        "Object.prototype.now_ms = 5; Object.prototype.log = 'x'; Object.prototype.body = 'x'; "
        "api.cache.get('k'); console.log('a');"
    ),
    "setters on Object.prototype": Hostile(
        "for (const name of ['thrown', 'event', 'done', 'action', 'value'])"
        " Object.defineProperty(Object.prototype, name,"
        f" {{ __proto__: null, get() {{}}, set: {THROWS} }});"
        " api.cache.get('k'); console.log('a');"
    ),
    "frozen": Hostile("Object.freeze(Object.prototype); Object.freeze(globalThis);"),
    "sealed": Hostile("Object.preventExtensions(Array.prototype); Object.seal(Date);"),
    "another prototype": Hostile("Object.setPrototypeOf(Array.prototype, { leaked: 1 });"),
    "JSON": Hostile(f"JSON.parse = JSON.stringify = {THROWS}; api.cache.get('k');"),
    "no JSON": Hostile("globalThis.JSON = undefined; api.cache.get('k');"),
    "Date": Hostile("Date.now = () => 0; Date.prototype.toISOString = () => 'mine';"),
    "no Date": Hostile("globalThis.Date = class {}; api.cache.get('k');"),
    "process.stdout.write": Hostile(
        f"process.stdout.write = process.stderr.write = {THROWS}; console.log('a');"
    ),
    "console": Hostile(
        f"console.count('runs'); console.group(); console.time(); console.log = {THROWS};"
    ),
    "Array.prototype": Hostile(
        f"for (const n of ['push', 'every', 'at', 'filter']) Array.prototype[n] = {THROWS};"
        " api.cache.get('k'); await null;"
    ),
    "what Node.js itself needs": crashed(
        f"Array.prototype.pop = Function.prototype.apply = {THROWS}; await null;", "Error: mine"
    ),
    "iteration": Hostile(
        f"Object.getPrototypeOf([].values()).next = {THROWS}; Map.prototype.entries = {THROWS};"
    ),
    "Map": Hostile(f"Map.prototype.keys = Map.prototype.forEach = {THROWS}; api.cache.get('k');"),
    "Map.get": threw(
        f"Map.prototype.get = {THROWS}; await fetch('https://a.example/');", "Error: mine"
    ),
    "Promise": Hostile(f"{SLEEP} Promise.prototype.then = Promise.all = {THROWS}; await sleep(5);"),
    "no Promise": Hostile("globalThis.Promise = class {}; await null; api.cache.get('k');"),
    "Function.prototype": Hostile(
        f"for (const n of ['call', 'bind', 'toString']) Function.prototype[n] = {THROWS};"
        " api.cache.get('k');"
    ),
    "what would tell": Hostile(
        "Object.is = () => true; Array.prototype.every = () => true; Reflect.ownKeys = () => [];"
        "Object.getOwnPropertyDescriptor = () => ({}); globalThis.leaked = 1;"
        "process.getActiveResourcesInfo = () => [];"
    ),
    "String and RegExp": Hostile(
        f"String.prototype.split = String.prototype.trim = RegExp.prototype.exec = {THROWS};"
    ),
    "Buffer": Hostile(
        f"Buffer.from = Buffer.concat = {THROWS}; Buffer.prototype.toString = () => 'mine';"
        "Buffer.prototype.indexOf = () => -1; api.cache.get('k');"
    ),
    "Error": Hostile("Error.prepareStackTrace = () => 'mine'; Error.stackTraceLimit = 0;"),
    "fs": Hostile(
        f"const fs = require('fs'); fs.writeSync = fs.readSync = fs.readFileSync = {THROWS};"
        f" fs.promises.readFile = {THROWS}; api.cache.get('k');"
    ),
    "crypto": Hostile("require('crypto').randomUUID = () => 'mine';"),
    "timers": Hostile(
        "globalThis.setTimeout = () => {}; require('timers').setInterval = () => {};"
        "require('timers/promises').setTimeout = async () => {};"
    ),
    "setImmediate": Hostile(f"globalThis.setImmediate = {THROWS}; await 1;"),
    "AsyncLocalStorage": threw(
        f"require('async_hooks').AsyncLocalStorage.prototype.getStore = {THROWS};"
        " console.log('a'); throw new Error('mine');",
        "Error: mine",
    ),
    "performance": Hostile("performance.now = () => 5; process.hrtime.bigint = () => 5n;"),
    "process": Hostile(
        f"process.nextTick = {THROWS}; process.cwd = {THROWS}; process.exitCode = 9;"
    ),
    "surroundings": Hostile(
        "process.chdir('/'); process.env.LEAKED = '1'; delete process.env.PATH;"
    ),
    "require": Hostile(f"require('module').prototype.require = {THROWS};"),
    "fetch": Hostile("globalThis.fetch = async () => 'mine'; globalThis.URL = class {};"),
    "no globals": Hostile(
        "for (const key of Object.keys(globalThis)) delete globalThis[key]; globalThis.leaked = 1;"
    ),
}
