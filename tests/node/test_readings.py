"""All that tells the time in an Action tells the test's."""

from __future__ import annotations

import json
import subprocess

import pytest

from pytest_auth0_actions import Clock, LoadAction
from pytest_auth0_actions.node.runtime import NodeRuntime
from tests.conftest import WriteAction

NOW_MS = 1_735_689_600_000
SLEEP = "await new Promise((resolve) => setTimeout(resolve, 1500));"
VM = "const vm = require('vm');"

# Each gives milliseconds since the epoch, at the time that it is read at.
READINGS = {
    "Date.now": "Date.now()",
    "new Date": "new Date().getTime()",
    "Date as a function": "Date.parse(Date())",
    "a class of dates": "new (class Day extends Date {})().getTime()",
    "a date made by Reflect": "Reflect.construct(Date, []).getTime()",
    "the constructor of a date": "new (new Date(0).constructor)().getTime()",
    "Intl": "Date.parse(new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium', "
    "timeZone: 'UTC' }).format() + ' UTC')",
    "parts of Intl": "Number(new Intl.DateTimeFormat('en', { minute: 'numeric' })"
    ".formatToParts().find(({ type }) => type === 'minute').value) * 60000 + 1735689600000",
    "performance": "performance.now()",
    "performance with its origin": "performance.timeOrigin + performance.now()",
    "a mark": "performance.mark('a').startTime",
    "a mark with details": "performance.mark('a', { detail: 1 }).startTime",
    "a measure": "(performance.mark('a'), performance.measure('b', 'a').startTime)",
    "hrtime": "process.hrtime()[0] * 1000 + process.hrtime()[1] / 1e6",
    "hrtime as one number": "Number(process.hrtime.bigint() / 1000000n)",
    "process.uptime": "process.uptime() * 1000",
    "os.uptime": "require('os').uptime() * 1000",
    "os.uptime as a number": "+require('os').uptime * 1000",
    "File": "new File([''], 'a').lastModified",
    "File with options": "new File([''], 'a', { type: 'text/plain' }).lastModified",
    "File without options": "new File([''], 'a', null).lastModified",
    "a class of files": "new (class Letter extends File {})([''], 'a').lastModified",
    "File of node:buffer": "new (require('buffer').File)([''], 'a').lastModified",
    "an event": "new Event('x').timeStamp",
    "a custom event": "new CustomEvent('x').timeStamp",
    "an event that is heard": "await new Promise((resolve) => { const target = new EventTarget();"
    "target.addEventListener('x', (e) => resolve(e.timeStamp)); target.dispatchEvent(new Event('x')"
    "); })",
    "the event of a signal": "await new Promise((resolve) => { const c = new AbortController();"
    "c.signal.addEventListener('abort', (e) => resolve(e.timeStamp)); c.abort(); })",
    "a timer": "setTimeout(() => {}, 5)._idleStart",
    "vm": "require('vm').runInNewContext('Date.now()')",
    "new Date of vm": "Number(require('vm').runInNewContext('new Date()'))",
    "Date of vm as a function": "Date.parse(require('vm').runInNewContext('Date()'))",
    "a context": "(() => { const vm = require('vm'); const c = vm.createContext({ a: 1 });"
    "return vm.runInContext('new Date().getTime()', c); })()",
    "a script in a new context": "new (require('vm').Script)('Date.now()').runInNewContext()",
    "Intl of vm": "Date.parse(require('vm').runInNewContext(\"new Intl.DateTimeFormat('en', { "
    "dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' }).format()\") + ' UTC')",
    "a context that brings its Date": "require('vm').runInNewContext('Date.now()', { Date })",
    "a context made before": "require('vm').runInContext('Date.now()', context)",
    "an ES import": "(await import('node:perf_hooks')).performance.now()",
    "a copy": "structuredClone(new Date()).getTime()",
}


@pytest.mark.parametrize("how", READINGS)
def test_it_is_the_tests_clock(
    load_action: LoadAction, write_handler: WriteAction, clock: Clock, how: str
) -> None:
    """At the start, after a wait, after the test has moved it back, and to the millisecond."""
    read = f"event.seen.push({READINGS[how]});"
    action = load_action(
        write_handler(
            "event.seen = []; const context = require('vm').createContext({});\n"
            f"{read}\n{SLEEP}\n{read}"
        )
    )
    coarse = 60_000 if "parts" in how else 1_000 if "function" in how or "Intl" in how else 1

    def seen(at_ms: int) -> None:
        clock.move_to(at_ms)
        found = action.run({}).event["seen"]
        assert found == [each - each % coarse for each in (at_ms, at_ms + 1_500)]

    seen(NOW_MS)
    seen(NOW_MS + 120_007)
    seen(NOW_MS + 60_123)


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        # What was made before keeps its time.
        ("const e = new Event('x'); SLEEP event.seen = e.timeStamp - Date.now();", -1_500),
        ("const f = new File([], 'a'); SLEEP event.seen = f.lastModified - Date.now();", -1_500),
        ("event.seen = new File([], 'a', { lastModified: 5 }).lastModified;", 5),
        ("event.seen = new File([], 'a', { lastModified: undefined }).lastModified;", NOW_MS),
        ("event.seen = new Date(5).getTime();", 5),
        ("event.seen = new Date(undefined).getTime() || 'none';", "none"),
        ("event.seen = new Intl.DateTimeFormat('en', { year: 'numeric' }).format(5);", "1970"),
        (
            "event.seen = new Intl.DateTimeFormat('en', { year: 'numeric' }).formatToParts(5)"
            ".map(({ value }) => value).join();",
            "1970",
        ),
        (
            "const start = performance.now(); SLEEP"
            "event.seen = performance.measure('m', { start }).duration;",
            1_500,
        ),
        ("event.seen = performance.measure('m', { start: 5, end: 8 }).duration;", 3),
        ("const t = process.hrtime(); SLEEP event.seen = process.hrtime(t);", [1, 500_000_000]),
        ("const p = performance.now(); SLEEP event.seen = performance.now() - p;", 1_500),
        (
            "performance.mark('a'); SLEEP event.seen = performance.measure('m', 'a').duration;",
            1_500,
        ),
        ("const o = { a: 1 }; require('vm').createContext(o); event.seen = Object.keys(o);", ["a"]),
        (
            "const o = { Date, Math }; require('vm').createContext(o);"
            "event.seen = [o.Date === Date, o.Math === Math, new Date() instanceof Date];",
            [True, True, True],
        ),
        ("const o = require('vm').createContext(); event.seen = require('vm').isContext(o);", True),
        (
            "const vm = require('vm'); const o = vm.createContext({});"
            "event.seen = [vm.createContext(o) === o, vm.runInNewContext('a = 1', o), o.a];",
            [True, 1, 1],
        ),
        (
            "event.seen = require('vm').runInNewContext('new Date() instanceof Date && "
            "Date.prototype.constructor === Date && Date.length', Object.freeze({}));",
            7,
        ),
    ],
)
def test_what_it_comes_to(
    load_action: LoadAction, write_handler: WriteAction, source: str, seen: object
) -> None:
    assert load_action(write_handler(source.replace("SLEEP", SLEEP))).run({}).event["seen"] == seen


@pytest.mark.parametrize(
    "call",
    [
        "process.hrtime('a')",
        "process.hrtime([1])",
        "performance.mark()",
        "performance.mark('a', 5)",
        "performance.now.call({})",
        "performance.measure('a', 'missing')",
        "File()",
        "new File()",
        "new File([], 'a', 5)",
        "Object.getOwnPropertyDescriptor(Event.prototype, 'timeStamp').get.call({})",
        "Object.getOwnPropertyDescriptor(Intl.DateTimeFormat.prototype, 'format').get.call({})",
        "Intl.DateTimeFormat.prototype.formatToParts.call({})",
        "require('vm').createContext(5)",
        "require('vm').createContext(null)",
        "require('vm').createContext({}, { name: 5 })",
        "require('vm').createContext({}, 5)",
        "require('vm').runInNewContext('a b')",
        "require('vm').runInNewContext('a', 5)",
        "require('vm').runInNewContext('throw new Error(5)', {}, 'own.js')",
        "const strings = false; require('vm').runInNewContext('eval(1)', {}, "
        "{ contextCodeGeneration: { strings } })",
        "require('vm').runInNewContext('1', {}, { contextName: 5 })",
        "new (require('vm').Script)('1').runInNewContext({}, { microtaskMode: 5 })",
        "Function.prototype.toString.call(5)",
        "setTimeout()",
        "setImmediate(5)",
    ],
)
def test_errors_are_node_js_own(
    load_action: LoadAction,
    write_handler: WriteAction,
    _auth0_node: NodeRuntime,
    call: str,
) -> None:
    told = f"try {{ {call}; }} catch (e) {{ event.seen = [e.name, e.code ?? null, e.message]; }}"
    code = f"const event = {{}}; {told}; console.log(JSON.stringify(event.seen))"
    node = _auth0_node.process().node.path
    real = json.loads(subprocess.run([node, "-e", code], stdout=-1, check=True).stdout)
    assert len(real) == 3
    assert load_action(write_handler(told)).run({}).event["seen"] == real


class TestOnlyWhatIsWaitedForMovesTheClock:
    def test_a_timer_without_delay_that_nobody_waits_for(
        self, load_action: LoadAction, write_handler: WriteAction
    ) -> None:
        """As clients of HTTP have, to look after connections; others take 1 ms, as in Node.js."""
        source = """
        const start = Date.now();
        const after = async (act) => {
          await new Promise(act);
          event.took.push(Date.now() - start);
        };
        event.took = [];
        await after((resolve) => setTimeout(resolve, 0).unref());
        await after((resolve) => setTimeout(resolve).unref());
        await after((resolve) => setTimeout(resolve, 0));
        await after((resolve) => setTimeout(resolve, 1).unref());
        await after((resolve) => setInterval(resolve, 0).unref().refresh());
        """
        assert load_action(write_handler(source)).run({}).event["took"] == [0, 0, 1, 2, 3]

    def test_a_promise_without_delay_that_nobody_waits_for(
        self, load_action: LoadAction, write_handler: WriteAction
    ) -> None:
        source = """
        const { setTimeout } = require('timers/promises');
        const start = Date.now();
        event.took = [];
        for (const options of [{ ref: false }, { ref: true }, {}, undefined, { ref: false }]) {
          await setTimeout(0, 'value', options);
          event.took.push(Date.now() - start);
        }
        """
        assert load_action(write_handler(source)).run({}).event["took"] == [0, 1, 2, 3, 3]

    def test_one_that_is_cleared_or_started_again(
        self, load_action: LoadAction, write_handler: WriteAction
    ) -> None:
        source = """
        const order = [];
        clearTimeout(setTimeout(() => order.push('cleared'), 0).unref());
        const again = setTimeout(() => order.push('again'), 0).unref();
        again.refresh();
        setTimeout(() => order.push('first'), 0).unref();
        setTimeout(() => order.push('twice'), 0).unref().unref();
        await new Promise((resolve) => setTimeout(resolve, 5));
        event.order = order;
        """
        order = load_action(write_handler(source)).run({}).event["order"]
        assert order == ["first", "twice", "again"]
