"""The same script on a real Node.js with short real timers, and on ours: one order of events."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pytest_auth0_actions import Action, LoadAction
from pytest_auth0_actions.node.process import find_node
from tests.conftest import WriteAction

PROGRAMS = Path(__file__).with_name("timer_programs.js")
GAP_MS = 15
EXAMPLES = 80
ATTEMPTS = 5  # a busy machine may fire a real timer too late, and never too early

# Each is the body of an async function that says in which order it does things. What is due at
# different times is at least a GAP apart where real time decides.
SCRIPTS = {
    "by due time and not by creation": """
        setTimeout(say, 3 * GAP, 'third');
        setTimeout(say, GAP, 'first');
        setTimeout(say, 2 * GAP, 'second');
        await sleep(4 * GAP);
    """,
    "same due time in order of creation": """
        for (const name of ['a', 'b', 'c', 'd']) setTimeout(say, GAP, name);
        await sleep(2 * GAP);
    """,
    "no delay is a delay of one": """
        setTimeout(say, 1, 'one'); setTimeout(say, 0, 'zero'); setTimeout(say, undefined, 'none');
        setTimeout(say, -5, 'negative'); setTimeout(say, NaN, 'no number');
        setTimeout(say, 2 ** 31, 'too long'); setTimeout(say, 1.9, 'a fraction');
        await sleep(GAP);
    """,
    "promises and ticks between timers": """
        for (const name of ['a', 'b']) {
          setTimeout(() => {
            say(name);
            Promise.resolve().then(() => say(name + ' micro')).then(() => say(name + ' more'));
            process.nextTick(() => { say(name + ' tick'); queueMicrotask(() => say(name + ' q')); });
          }, GAP);
        }
        await sleep(2 * GAP);
    """,
    "immediates after all timers that are due": """
        for (const name of ['a', 'b']) {
          setTimeout(() => {
            setImmediate(say, name + ' immediate');
            setTimeout(say, 0, name + ' timeout');
            say(name);
          }, GAP);
        }
        await sleep(2 * GAP);
    """,
    "immediates before a timer of their callback": """
        setImmediate(() => {
          setTimeout(say, 0, 'timeout');
          setImmediate(() => { say('inner'); setImmediate(say, 'innermost'); });
          process.nextTick(say, 'tick');
          say('outer');
        });
        await sleep(GAP);
    """,
    "an immediate can be cleared, and clears others": """
        const late = [];
        const first = setImmediate(() => { say('first'); clearImmediate(late[0]); });
        late.push(setImmediate(say, 'never'));
        const never = setImmediate(say, 'never either');
        clearImmediate(never);
        say(first.hasRef());
        await sleep(GAP);
    """,
    "clearTimeout in time and too late": """
        const cleared = setTimeout(say, 2 * GAP, 'cleared');
        const late = setTimeout(say, GAP, 'late');
        setTimeout(() => { clearTimeout(cleared); clearTimeout(late); say('clears'); }, GAP);
        clearTimeout(undefined); clearTimeout(null); clearTimeout({}); clearTimeout(987654321);
        await sleep(3 * GAP);
    """,
    "a timer clears one that is due with it": """
        let second;
        setTimeout(() => { say('first'); clearTimeout(second); }, GAP);
        second = setTimeout(say, GAP, 'second');
        setTimeout(say, GAP, 'third');
        await sleep(2 * GAP);
    """,
    "an interval that clears itself": """
        let count = 0;
        const timer = setInterval(() => {
          say(count += 1);
          if (count === 3) clearInterval(timer);
        }, GAP);
        await sleep(6 * GAP);
    """,
    "an interval closes itself through this, and through clearTimeout": """
        let first = 0, second = 0;
        setInterval(function () { say('this'); if (first++) this.close(); }, GAP);
        const timer = setInterval(() => { say('clear'); if (second++) clearTimeout(timer); }, GAP);
        await sleep(5 * GAP);
    """,
    "two intervals beside each other": """
        let fast = 0, slow = 0;
        const a = setInterval(() => { say('fast'); if (++fast === 4) clearInterval(a); }, 2 * GAP);
        const b = setInterval(() => { say('slow'); if (++slow === 2) clearInterval(b); }, 3 * GAP + 8);
        await sleep(10 * GAP);
    """,
    "nesting": """
        setTimeout(() => {
          say('one');
          setTimeout(() => {
            say('two');
            setTimeout(say, GAP, 'three');
            setTimeout(say, 0, 'two and a bit');
          }, GAP);
        }, GAP);
        setTimeout(say, 2 * GAP + GAP / 2, 'between');
        await sleep(5 * GAP);
    """,
    "refresh counts from now": """
        const timer = setTimeout(say, 3 * GAP, 'refreshed');
        setTimeout(() => { say('refreshes'); timer.refresh(); }, 2 * GAP);
        setTimeout(say, 4 * GAP, 'between');
        await sleep(6 * GAP);
    """,
    "refresh wakes what has fired, and not what was cleared": """
        const fired = setTimeout(say, GAP, 'again');
        const cleared = setTimeout(say, GAP, 'never');
        clearTimeout(cleared);
        say(cleared.refresh() === cleared);
        setTimeout(() => fired.refresh(), 2 * GAP);
        await sleep(4 * GAP);
    """,
    "refresh in a callback": """
        let count = 0;
        const timer = setTimeout(() => { say(count += 1); if (count < 3) timer.refresh(); }, GAP);
        let ticks = 0;
        const other = setInterval(() => {
          say('tick'); ticks += 1; other.refresh();
          if (ticks === 2) clearInterval(other);
        }, GAP + GAP / 2);
        await sleep(6 * GAP);
    """,
    "a timer can be unreferenced and referenced": """
        const timer = setTimeout(say, GAP, 'fired');
        say(timer.hasRef()); say(timer.unref() === timer); say(timer.hasRef());
        say(timer.ref() === timer); say(timer.hasRef()); timer.unref();
        await new Promise((resolve) => setTimeout(resolve, 2 * GAP));
    """,
    "a timer is a number to those who want one": """
        const timer = setTimeout(say, GAP, 'never');
        const number = +timer;
        say(typeof number); say(number === Number(`${timer}`));
        clearTimeout(number);
        const other = setTimeout(say, GAP, 'never either');
        clearTimeout(String(+other));
        const interval = setInterval(say, GAP, 'nor this');
        clearInterval(+interval);
        await sleep(2 * GAP);
    """,
    "a number is forgotten with its timer": """
        const timer = setTimeout(say, GAP, 'fired');
        const number = +timer;
        await sleep(2 * GAP);
        timer.refresh();
        clearTimeout(number);
        await sleep(2 * GAP);
    """,
    "a timer can be disposed of": """
        const timer = setTimeout(say, GAP, 'never');
        const interval = setInterval(say, GAP, 'nor this');
        if (Symbol.dispose) { timer[Symbol.dispose](); interval[Symbol.dispose](); }
        else { clearTimeout(timer); clearInterval(interval); }
        say(timer.constructor.name);
        await sleep(2 * GAP);
        say('end');
    """,
    "arguments and this": """
        const timer = setTimeout(function (...args) { say(args.join()); say(this === timer); }, GAP, 1, 2, 3);
        const every = setInterval(function (...args) {
          say(args.join()); say(this === every); clearInterval(this);
        }, GAP, 4, 5);
        setImmediate((...args) => say(args.join()), 6, 7);
        await sleep(2 * GAP);
    """,
    "what can't be a timer": """
        const attempt = (act) => { try { act(); say('fine'); } catch (error) { say(told(error)); } };
        for (const callback of [undefined, null, 'text', 5, {}]) {
          attempt(() => setTimeout(callback, GAP));
          attempt(() => setInterval(callback, GAP));
          attempt(() => setImmediate(callback));
        }
        attempt(() => setTimeout(() => {}, Symbol('s')));
        attempt(() => setTimeout(() => {}, 5n));
        for (const delay of [-1, NaN, 1.5, '5', undefined, null, 2 ** 32]) {
          attempt(() => AbortSignal.timeout(delay));
        }
        for (const delay of ['5', null, [2], true, {}]) setTimeout(say, delay, String(delay));
        await sleep(GAP);
    """,
    "what is warned of": """
        process.on('warning', (warning) => say(told(warning)));
        clearTimeout(setTimeout(() => {}, 2 ** 31));
        clearInterval(setInterval(() => {}, Infinity));
        clearTimeout(setTimeout(() => {}, 2 ** 31 - 1));
        await sleep(GAP);
        process.removeAllListeners('warning');
    """,
    "sleeps as promises": """
        say(await sleep(GAP, 'value'));
        const all = [3, 1, 2].map((steps) => sleep(steps * GAP, steps).then(say));
        await Promise.all(all);
        say(await promised.setImmediate('immediate'));
        say(await Promise.race([sleep(GAP, 'short'), sleep(3 * GAP, 'long')]));
        await promised.scheduler.wait(GAP);
        say(await promised.scheduler.yield());
        say(util.promisify(setTimeout) === promised.setTimeout);
        say(await util.promisify(setTimeout)(GAP, 'promisified'));
        say(await util.promisify(setImmediate)('promisified too'));
    """,
    "what sleeps can't take": """
        const attempts = [
          ['5'], [null], [GAP, 1, null], [GAP, 1, 5], [GAP, 1, { signal: 5 }], [GAP, 1, { ref: 5 }],
          [undefined, 'undefined'], [NaN, 'NaN'], [-1, 'negative'], [GAP, 'unref', { ref: false }],
        ];
        for (const given of attempts) await sleep(...given).then(say, (e) => say(told(e)));
        for (const options of [null, 5, { signal: 5 }, { ref: 5 }, { ref: true }]) {
          await promised.setImmediate('v', options).then(say, (e) => say(told(e)));
        }
        for (const given of attempts.slice(0, 6)) {
          const iterator = promised.setInterval(...given);
          say('lazy');
          await iterator.next().then(say, (e) => say(told(e)));
        }
    """,
    "a sleep that is aborted": """
        const controller = new AbortController();
        setTimeout(() => { say('aborts'); controller.abort(new Error('why')); }, GAP);
        const { signal } = controller;
        const ends = [sleep(3 * GAP, 1, { signal }), promised.scheduler.wait(3 * GAP, { signal })];
        for (const end of ends) await end.catch((error) => say(told(error) + error.cause.message));
        await sleep(1, 1, { signal }).catch((error) => say(told(error)));
        await promised.setImmediate(1, { signal }).catch((error) => say(told(error)));
        const other = new AbortController();
        const immediate = promised.setImmediate('never', { signal: other.signal });
        other.abort();
        await immediate.then(say, (error) => say(told(error) + error.cause.name));
        say(await sleep(GAP, 'in time', { signal: new AbortController().signal }));
    """,
    "the order of a sleep with a signal": """
        const { signal } = new AbortController();
        sleep(GAP, 'with', { signal }).then(say);
        sleep(GAP, 'without').then(say);
        setTimeout(() => {
          let micros = Promise.resolve();
          for (let i = 0; i < 6; i++) micros = micros.then(() => say(i));
        }, GAP);
        await sleep(2 * GAP);
    """,
    "an interval to iterate over": """
        let count = 0;
        for await (const value of promised.setInterval(GAP, 'value')) {
          say(value + count);
          if ((count += 1) === 3) break;
        }
        for await (const value of promised.setInterval(GAP)) { say(value); break; }
        await sleep(2 * GAP);
    """,
    "an interval to iterate over slowly": """
        let count = 0;
        setTimeout(say, 3 * GAP + GAP / 2, 'meanwhile');
        for await (const value of promised.setInterval(GAP, 'value')) {
          say(value);
          if (count === 0) await sleep(4 * GAP);
          if ((count += 1) === 3) break;
        }
    """,
    "an iteration that is aborted": """
        const controller = new AbortController();
        setTimeout(() => controller.abort(), 2 * GAP + GAP / 2);
        try {
          const options = { signal: controller.signal, ref: false };
          for await (const value of promised.setInterval(GAP, 'value', options)) say(value);
        } catch (error) { say(told(error)); }
        const early = promised.setInterval(GAP, 'never', { signal: controller.signal });
        await early.next().catch((error) => say(told(error)));
        const busy = new AbortController();
        try {
          for await (const value of promised.setInterval(GAP, 'tick', { signal: busy.signal })) {
            say(value);
            await sleep(2 * GAP + GAP / 2);
            busy.abort();
            await sleep(2 * GAP);
          }
        } catch (error) { say(told(error)); }
    """,
    "AbortSignal.timeout": """
        const signal = AbortSignal.timeout(2 * GAP);
        say(signal instanceof AbortSignal); say(signal.aborted);
        setTimeout(() => say(signal.aborted), GAP);
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        say(signal.aborted); say(told(signal.reason)); say(signal.reason instanceof DOMException);
        await sleep(GAP, 1, { signal: AbortSignal.timeout(2 * GAP) }).then(say);
        await sleep(3 * GAP, 1, { signal: AbortSignal.timeout(GAP) }).catch(
          (error) => say(told(error) + error.cause.name));
        const any = AbortSignal.any?.([AbortSignal.timeout(3 * GAP), AbortSignal.timeout(GAP)]);
        if (any) await new Promise((resolve) => any.addEventListener('abort', resolve));
        say(any?.reason.code ?? 23);
    """,
    "polling with immediates": """
        let ready = false;
        setTimeout(() => { ready = true; }, GAP);
        let polls = 0;
        while (!ready) { polls += 1; await new Promise((resolve) => setImmediate(resolve)); }
        say(polls > 1000);
        const started = Date.now();
        while (Date.now() < started + 3) await promised.setImmediate();
        say(Date.now() - started < 3 + GAP);
    """,
    "an async callback, and one that waits for another": """
        let release;
        const gate = new Promise((resolve) => { release = resolve; });
        setTimeout(async () => { say('waits'); await gate; say('released'); }, GAP);
        setTimeout(async () => { say('sleeps'); await sleep(2 * GAP); say('releases'); release(); }, GAP);
        await gate;
        say('end');
    """,
    "what measures time": """
        const before = [Date.now(), performance.now(), process.hrtime(), process.hrtime.bigint(), process.uptime()];
        performance.mark('start');
        await sleep(4 * GAP);
        const [seconds, nanoseconds] = process.hrtime(before[2]);
        const measured = [
          Date.now() - before[0], performance.now() - before[1], seconds * 1e3 + nanoseconds / 1e6,
          Number(process.hrtime.bigint() - before[3]) / 1e6, (process.uptime() - before[4]) * 1e3,
          performance.measure('a', 'start').duration, performance.mark('end').startTime - before[1],
          performance.measure('b', 'start', 'end').duration,
          performance.measure('c', { start: 'start' }).duration,
        ];
        for (const ms of measured) say(ms > 3 * GAP && ms < 1000);
        say(performance.measure('d', { start: 5, duration: 7 }).duration);
        say(performance.measure('e').startTime);
        say(Math.abs(performance.timeOrigin + performance.now() - Date.now()) < 50);
        performance.clearMarks(); performance.clearMeasures();
    """,
    "a context is carried along": """
        const { AsyncLocalStorage } = require('node:async_hooks');
        const storage = new AsyncLocalStorage();
        storage.run('inner', () => {
          setTimeout(() => say(storage.getStore()), GAP);
          const timer = setInterval(() => { say(storage.getStore()); clearInterval(timer); }, 2 * GAP);
          sleep(3 * GAP).then(() => say(storage.getStore()));
          setImmediate(() => say(storage.getStore()));
        });
        storage.run('outer', () => setTimeout(() => say(storage.getStore()), GAP));
        await sleep(4 * GAP);
        say(storage.getStore() === undefined);
    """,
}

PRELUDE = f"""
const util = require('node:util');
const promised = require('node:timers/promises');
const GAP = {GAP_MS};
const sleep = promised.setTimeout;
const told = (error) => `${{error.constructor.name}} ${{error.name}} ${{error.code}} ${{error.message}} `;
const scripts = {{
{",".join(f"{json.dumps(name)}: async (say) => {{{body}}}" for name, body in SCRIPTS.items())}
}};
async function follow(name) {{
  const said = [];
  await scripts[name]((what) => said.push(String(what)));
  return said;
}}
"""


def really(source: str, folder: Path, given: object = None) -> Any:
    """Run a script on a Node.js that nobody has touched, and return what it prints."""
    script = folder / "real.js"
    script.write_text(source, encoding="utf-8")
    ended = subprocess.run(
        [find_node(None).path, "--no-warnings", str(script)],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(ended.stdout)


def until_equal(expected: object, attempt: Callable[[], object]) -> object:
    """Return what an attempt gives, the first that is *expected* if there is one."""
    for _ in range(ATTEMPTS - 1):
        got = attempt()
        if got == expected:
            return got
    return attempt()


# Something keeps the process alive, as a server does at Auth0.
FOLLOW_ALL = """
const server = setInterval(() => {}, 1000);
(async () => {
  const all = {};
  for (const name of JSON.parse(require('fs').readFileSync(0))) all[name] = await follow(name);
  console.log(JSON.stringify(all));
  clearInterval(server);
})();
"""


@pytest.fixture(scope="module")
def real_orders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What each script says on a real Node.js."""
    folder = tmp_path_factory.mktemp("real")
    orders: dict[str, list[str]] = really(PRELUDE + FOLLOW_ALL, folder, list(SCRIPTS))
    return orders


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_says_the_same_as_on_a_real_node(
    name: str,
    real_orders: dict[str, list[str]],
    load_action: LoadAction,
    write_action: WriteAction,
    tmp_path: Path,
) -> None:
    action = load_action(
        write_action(
            f"{PRELUDE}\nexports.onExecutePostUserRegistration = async (event) => {{\n"
            f"  event.said = await follow({json.dumps(name)});\n}};\n"
        )
    )
    ours = action.run({}).event["said"]
    assert len(ours) >= 2
    theirs: object = real_orders[name]
    if ours != theirs:
        theirs = until_equal(ours, lambda: really(PRELUDE + FOLLOW_ALL, tmp_path, [name])[name])
    assert ours == theirs


# ---------------------------------------------------------------- generated programs

PLAY_ALL = f"""
const play = require({json.dumps(str(PROGRAMS))});
const programs = JSON.parse(require('fs').readFileSync(0));
const started = (program) => new Promise((resolve) => {{
  setImmediate(() => resolve(play(program, {GAP_MS})));
}});
Promise.all(programs.map(started)).then((orders) => console.log(JSON.stringify(orders)));
"""
LAST_STEP = 14

Node = dict[str, Any]


@st.composite
def programs(draw: st.DrawFn) -> Node:
    """Draw a program in which no two timers of different callbacks are due at the same step."""
    free = set(range(1, LAST_STEP + 1))
    labels = iter(range(1_000))
    timers: list[str] = []

    def due_after(now: int) -> int | None:
        later = sorted(step for step in free if step > now)
        if not later:
            return None
        step = draw(st.sampled_from(later[:6]))
        free.discard(step)
        return step

    def actions(now: int, depth: int) -> list[Node]:
        kinds = ["timeout", "twins", "interval", "sleep", "immediate", "tick", "micro", "clear"]
        chosen = draw(st.lists(st.sampled_from(kinds), min_size=depth == 0, max_size=4 - depth))
        return [made for kind in chosen for made in action(kind, now, depth)]

    def action(kind: str, now: int, depth: int) -> list[Node]:
        label = f"{kind}{next(labels)}"
        if kind == "clear":
            target = draw(st.sampled_from(timers)) if timers else label
            return [{"kind": kind, "label": label, "target": target}]
        if kind in {"immediate", "tick", "micro"}:
            then = actions(now, depth + 1) if depth < 3 else []
            return [{"kind": kind, "label": label, "then": then}]
        step = due_after(now)
        if step is None:
            return []
        made: Node = {"kind": kind, "label": label, "steps": step - now}
        if kind == "sleep":
            return [made | {"then": actions(step, depth + 1) if depth < 3 else []}]
        timers.append(label)
        if kind == "twins":
            twin = made | {"kind": "timeout", "label": f"{label}b"}
            return [made | {"kind": "timeout"}, twin]
        if kind == "interval":
            period, times = step - now, 1
            while times < 3 and step + period in free:
                step += period
                times += 1
                free.discard(step)
            return [made | {"times": times}]
        return [made | {"then": actions(step, depth + 1) if depth < 3 else []}]

    return {"actions": actions(0, 0), "steps": LAST_STEP + 1}


@pytest.fixture
def play(load_action: LoadAction, write_action: WriteAction) -> Action:
    return load_action(
        write_action(
            f"const play = require({json.dumps(str(PROGRAMS))});\n"
            "exports.onExecutePostUserRegistration = async (event) => {\n"
            f"  event.order = await play(event.program, {GAP_MS});\n"
            "};\n"
        )
    )


def test_generated_programs_have_the_order_that_they_have_on_a_real_node(
    play: Action, tmp_path: Path
) -> None:
    drawn: list[Node] = []

    @settings(
        max_examples=EXAMPLES,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(programs())
    def draw(program: Node) -> None:
        drawn.append(program)

    draw()
    assert len(drawn) >= EXAMPLES // 2
    ours = [play.run({"program": program}).event["order"] for program in drawn]
    theirs = really(PLAY_ALL, tmp_path, drawn)
    for program, our_order, their_order in zip(drawn, ours, theirs, strict=True):
        if our_order != their_order:
            again = until_equal(
                our_order,
                lambda: really(PLAY_ALL, tmp_path, [program])[0],  # noqa: B023
            )
            assert our_order == again, json.dumps(program)
    assert sum(map(len, ours)) > EXAMPLES
