"""Timers on the test's clock: when each fires, and what a wait does to a test."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator

import httpx
import pytest
import respx

from pytest_auth0_actions import (
    ActionCrashedError,
    ActionTimeoutError,
    ApiCall,
    CacheStore,
    Clock,
    Execution,
    HttpRequest,
    LoadAction,
    PostUserRegistrationAPI,
)
from pytest_auth0_actions.node.runtime import NodeRuntime
from pytest_auth0_actions.world.elapsed import real_monotonic_s
from tests.conftest import WriteAction

NOW_MS = 1_735_689_600_000
AT = "const at = (what) => console.log(what, Date.now() - 1735689600000);\n"

Run = Callable[[str], Execution]


@pytest.fixture
def run(load_action: LoadAction, write_handler: WriteAction) -> Run:
    """Run a handler of the given body, in which `at('x')` logs x and the time since the start."""
    return lambda body: load_action(write_handler(AT + body)).run({})


WAITS = {
    "setTimeout": "await new Promise((resolve) => setTimeout(resolve, 5000));",
    "node:timers": "await new Promise((r) => require('node:timers').setTimeout(r, 5000));",
    "timers": "await new Promise((resolve) => require('timers').setTimeout(resolve, 5000));",
    "an interval": "await new Promise((resolve) => { const i = setInterval(() => "
    "{ clearInterval(i); resolve(); }, 5000); });",
    "node:timers/promises": "await require('node:timers/promises').setTimeout(5000);",
    "timers.promises": "await require('timers').promises.setTimeout(5000);",
    "promisify": "await require('util').promisify(setTimeout)(5000);",
    "scheduler": "await require('timers/promises').scheduler.wait(5000);",
    "an iteration": "for await (const _ of require('timers/promises').setInterval(5000)) break;",
    "AbortSignal": "await new Promise((resolve) => "
    "AbortSignal.timeout(5000).addEventListener('abort', resolve));",
    "unref": "await new Promise((resolve) => setTimeout(resolve, 5000).unref());",
    "in parts": "for (let i = 0; i < 5; i++) await new Promise((r) => setTimeout(r, 1000));",
    "in parallel": "const sleep = require('util').promisify(setTimeout);"
    " await Promise.all([sleep(5000), sleep(1000), sleep(5000)]);",
    "import": "const { setTimeout: sleep } = await import('node:timers/promises');"
    " await sleep(5000);",
}


class TestWaiting:
    @pytest.mark.parametrize("how", WAITS)
    def test_a_wait_takes_no_real_time_and_exactly_its_own(
        self, run: Run, clock: Clock, how: str
    ) -> None:
        started_s = real_monotonic_s()
        execution = run(
            "const before = Date.now();\n"
            f"{WAITS[how]}\n"
            "event.waited = [Date.now() - before, new Date() - before];"
        )
        assert execution.event["waited"] == [5_000, 5_000]
        assert execution.duration_ms == 5_000
        assert clock.now_ms == NOW_MS + 5_000
        assert real_monotonic_s() - started_s < 4

    def test_a_record_that_ends_meanwhile_is_gone(
        self, run: Run, api: PostUserRegistrationAPI
    ) -> None:
        execution = run(
            """
            const sleep = require('timers/promises').setTimeout;
            api.cache.set('short', 'v', { ttl: 1000 });
            api.cache.set('long', 'v', { ttl: 9000 });
            await sleep(1000);
            at(api.cache.get('short')?.value);
            await sleep(1);
            at(api.cache.get('short'));
            """
        )
        assert execution.logs == "v 1000\nundefined 1001\n"
        assert [call.at_ms - NOW_MS for call in execution.calls] == [0, 0, 1_000, 1_001]
        assert api.cache.get("short") is None
        assert api.cache.get("long") is not None

    def test_the_clock_stands_still_while_code_runs(self, run: Run) -> None:
        execution = run(
            """
            const before = performance.now();
            let sum = 0;
            for (let i = 0; i < 1e6; i++) sum += Math.sqrt(i);
            await require('fs').promises.readFile(__filename);
            require('crypto').pbkdf2Sync('a', 'b', 10_000, 32, 'sha256');
            await new Promise((r) => require('crypto').pbkdf2('a', 'b', 1000, 32, 'sha256', r));
            await new Promise((resolve) => setImmediate(resolve));
            event.took = performance.now() - before;
            """
        )
        assert execution.event["took"] == 0
        assert execution.duration_ms == 0

    def test_real_work_comes_before_any_timer(self, run: Run) -> None:
        """Where a real Node.js would let the faster one win."""
        execution = run(
            """
            const read = require('fs').promises.readFile(__filename).then(() => 'read');
            const sleep = require('timers/promises').setTimeout(1, 'slept');
            at(await Promise.race([read, sleep]));
            at(await sleep);
            """
        )
        assert execution.logs == "read 0\nslept 1\n"

    @pytest.mark.filterwarnings("ignore::pytest_auth0_actions.ChildProcessWarning")
    def test_beside_a_server_or_another_process_a_timer_takes_the_time_that_it_says(
        self, run: Run
    ) -> None:
        """They keep the event loop busy, and there is no telling whether they are waited for."""
        started_s = real_monotonic_s()
        execution = run(
            """
            const sleep = require('timers/promises').setTimeout;
            const server = require('http').createServer().listen(0, '127.0.0.1');
            await new Promise((resolve) => server.on('listening', resolve));
            await sleep(30);
            at('beside a server');
            await new Promise((resolve) => server.close(resolve));
            const { spawn } = require('child_process');
            const child = spawn('cat', { stdio: ['pipe', 'ignore', 'ignore'] });
            const ended = new Promise((resolve) => child.on('exit', resolve));
            await sleep(30);
            child.stdin.end();
            await ended;
            at('beside a process');
            const { Worker } = require('worker_threads');
            const worker = new Worker('setInterval(() => {}, 1000)', { eval: true });
            await new Promise((resolve) => worker.on('online', resolve));
            await sleep(30);
            at('beside a thread');
            await worker.terminate();
            await sleep(9000);
            at('alone');
            """
        )
        assert execution.logs == (
            "beside a server 30\nbeside a process 60\nbeside a thread 90\nalone 9090\n"
        )
        assert 0.09 <= real_monotonic_s() - started_s < 5

    def test_an_instant_between_two_milliseconds_is_kept(self, run: Run, clock: Clock) -> None:
        clock.tick(milliseconds=0.75)
        execution = run("await new Promise((resolve) => setTimeout(resolve, 5));")
        assert execution.duration_ms == 5
        assert clock.now.microsecond == 5_750

    def test_a_test_may_move_the_clock_between_two_runs(
        self, load_action: LoadAction, write_handler: WriteAction, clock: Clock
    ) -> None:
        action = load_action(
            write_handler(AT + "await require('timers/promises').setTimeout(100); at('ran');")
        )
        first = action.run({})
        clock.tick(hours=1)
        second = action.run({})
        clock.move_to(NOW_MS)
        third = action.run({})
        assert (first.logs, second.logs, third.logs) == (
            "ran 100\n",
            "ran 3600200\n",
            "ran 100\n",
        )
        assert [each.duration_ms for each in (first, second, third)] == [100, 100, 100]
        assert second.started_at_ms == NOW_MS + 3_600_100

    @pytest.mark.parametrize(
        ("delay", "waited"),
        [("0", 1), ("-5", 1), ("NaN", 1), ("1.999", 1), ("'20'", 20), ("2 ** 31", 1), ("[7]", 7)],
    )
    def test_an_odd_delay_is_what_node_makes_of_it(self, run: Run, delay: str, waited: int) -> None:
        assert run(f"await new Promise((r) => setTimeout(r, {delay}));").duration_ms == waited

    def test_what_measures_time_agrees_with_the_clock(self, run: Run) -> None:
        execution = run(
            """
            const measures = () => [
              performance.now(), performance.timeOrigin, process.uptime(), process.hrtime(),
              String(process.hrtime.bigint()), performance.mark('m').startTime,
            ];
            const since = process.hrtime();
            console.time('label');
            performance.mark('start');
            event.before = measures();
            await require('timers/promises').setTimeout(1234);
            event.after = measures();
            event.since = process.hrtime(since);
            event.span = performance.measure('span', 'start').duration;
            event.fromStart = performance.measure('all').duration;
            console.timeEnd('label');
            """
        )
        event = execution.event
        assert event["before"] == [
            NOW_MS, 0, NOW_MS / 1_000, [NOW_MS // 1_000, 0], f"{NOW_MS}000000", NOW_MS
        ]  # fmt: skip
        after_ms = NOW_MS + 1_234
        assert event["after"] == [
            after_ms, 0, after_ms / 1_000, [after_ms // 1_000, 234_000_000], f"{after_ms}000000",
            after_ms,
        ]  # fmt: skip
        assert (event["since"], event["span"]) == ([1, 234_000_000], 1_234)
        assert event["fromStart"] == after_ms
        assert execution.logs == "label: 1.234s\n"


class TestInstants:
    """What fires when; the order alone is compared with a real Node.js elsewhere."""

    @pytest.mark.parametrize(
        ("body", "logs"),
        [
            (
                "setTimeout(at, 30, 'c'); setTimeout(at, 10, 'a'); setTimeout(at, 20, 'b');",
                "a 10, b 20, c 30",
            ),
            (
                "const late = () => { at('b'); setTimeout(at, 0, 'c'); };"
                " setTimeout(() => { at('a'); setTimeout(late, 7); }, 5);",
                "a 5, b 12, c 13",
            ),
            (
                "let n = 0;"
                " const i = setInterval(() => { at('i'); if (++n === 3) clearInterval(i); }, 25);",
                "i 25, i 50, i 75",
            ),
            (
                "const t = setTimeout(at, 30, 't'); setTimeout(() => t.refresh(), 20);",
                "t 50",
            ),
            (
                "const t = setTimeout(at, 10, 't'); setTimeout(() => t.refresh(), 40);",
                "t 10, t 50",
            ),
            (
                "const o = []; setTimeout(() => o[0].refresh(), 10);"
                " o.push(setTimeout(at, 10, 'o'));",
                "o 20",
            ),
            (
                "let n = 0; const i = setInterval(() => { at('i'); n++; i.refresh();"
                " if (n === 2) i.close(); }, 10);",
                "i 10, i 20",
            ),
            (
                "const slow = async () => { at('a'); await 0; at('on'); setTimeout(at, 1, 'b'); };"
                " setTimeout(slow, 9); setTimeout(at, 10, 'beside');",
                "a 9, on 9, beside 10, b 10",
            ),
            (
                "let done = false; setTimeout(() => { done = true; }, 10);"
                " while (!done) await new Promise((r) => setImmediate(r)); at('polled');",
                "polled 10",
            ),
            (
                "const end = Date.now() + 3; const turn = () => new Promise(setImmediate);"
                " while (Date.now() < end) await turn(); at('polled');",
                "polled 3",
            ),
            (
                "const c = new AbortController(); setTimeout(() => c.abort(), 10);"
                " await require('timers/promises').setTimeout(50, 0, { signal: c.signal })"
                ".catch((e) => at(e.code));",
                "ABORT_ERR 10",
            ),
            (
                "const t = require('timers/promises'); let n = 0;"
                " for await (const v of t.setInterval(10, 'i')) {"
                " at(v); if (n === 0) await t.setTimeout(35); if (++n === 5) break; }",
                "i 10, i 45, i 45, i 45, i 50",
            ),
        ],
    )
    def test_each_timer_fires_at_its_instant(self, run: Run, body: str, logs: str) -> None:
        execution = run(f"{body}\nawait require('timers/promises').setTimeout(100);")
        assert execution.logs.strip().replace("\n", ", ") == logs

    def test_ten_thousand_timers_are_no_burden(self, run: Run) -> None:
        execution = run(
            """
            const sleep = require('timers/promises').setTimeout;
            const woken = [];
            await Promise.all(Array.from({ length: 10_000 }, (_, i) =>
              sleep(1 + (i * 7919) % 100).then(() => woken.push(Date.now()))));
            event.sorted = woken.every((ms, i) => i === 0 || woken[i - 1] <= ms);
            event.count = woken.length;
            """
        )
        assert execution.event["sorted"] is True
        assert execution.event["count"] == 10_000
        assert execution.duration_ms == 100

    def test_the_thousandth_immediate_moves_its_own_run_or_none(
        self, load_action: LoadAction, write_action: WriteAction
    ) -> None:
        action = load_action(
            write_action(
                """
                exports.onExecutePostUserRegistration = async (event) => {
                  for (let i = 0; i < event.immediates; i++) setImmediate(() => {});
                  if (event.wait) await new Promise((resolve) => setImmediate(resolve));
                  if (event.late) setImmediate(() => setImmediate(() => {}));
                };
                """
            )
        )
        assert action.run({"immediates": 1_000, "wait": True}).duration_ms == 1
        assert action.run({"immediates": 1_000}).duration_ms == 0
        assert action.run({"immediates": 998, "late": True}).duration_ms == 0
        assert action.run({"immediates": 5}).duration_ms == 0

    def test_polls_are_counted_for_each_run(
        self, load_action: LoadAction, write_handler: WriteAction
    ) -> None:
        action = load_action(
            write_handler(
                "for (let i = 0; i < 700; i++) await new Promise((r) => setImmediate(r));"
            )
        )
        assert [action.run().duration_ms for _ in range(4)] == [0, 0, 0, 0]


class TestLeftOver:
    """What a run leaves behind, in a container that stays warm."""

    LATE = """
    let runs = 0;
    exports.onExecutePostUserRegistration = async (event, api) => {
      runs += 1;
      event.fired = globalThis.fired ??= [];
      if (runs === 1) setTimeout(() => globalThis.fired.push(Date.now()), 1000);
      await 1;
      event.fired = [...globalThis.fired];
      if (event.wait) await new Promise((resolve) => setTimeout(resolve, event.wait));
    };
    """

    def test_a_run_does_not_wait_for_a_timer_that_nobody_awaits(
        self, load_action: LoadAction, write_action: WriteAction, clock: Clock
    ) -> None:
        execution = load_action(write_action(self.LATE)).run({})
        assert execution.duration_ms == 0
        assert clock.now_ms == NOW_MS

    def test_it_fires_in_a_later_run_that_waits_long_enough(
        self, load_action: LoadAction, write_action: WriteAction
    ) -> None:
        action = load_action(write_action(self.LATE))
        action.run({})
        assert action.run({"wait": 999}).event["fired"] == []
        assert action.run({"wait": 1}).event["fired"] == []
        assert action.run({}).event["fired"] == [NOW_MS + 1_000]

    def test_it_fires_in_the_next_run_if_the_test_has_moved_the_clock(
        self, load_action: LoadAction, write_action: WriteAction, clock: Clock
    ) -> None:
        """Overdue, after the handler's first steps: a container thaws when a request is there."""
        action = load_action(write_action(self.LATE))
        action.run({})
        clock.tick(hours=1)
        assert action.run({}).event["fired"] == []
        assert action.run({}).event["fired"] == [NOW_MS + 3_600_000]

    def test_an_overdue_interval_fires_once_and_counts_from_there(
        self, load_action: LoadAction, write_action: WriteAction, clock: Clock
    ) -> None:
        action = load_action(
            write_action(
                """
                let timer;
                exports.onExecutePostUserRegistration = async (event) => {
                  event.fired = [];
                  globalThis.note = () => event.fired.push(Date.now() - 1735689600000);
                  timer ??= setInterval(() => globalThis.note(), 1000);
                  if (event.wait) await new Promise((resolve) => setTimeout(resolve, event.wait));
                };
                """
            )
        )
        action.run({})
        clock.tick(milliseconds=3_500)
        assert action.run({"wait": 2_001}).event["fired"] == [3_500, 4_500, 5_500]

    def test_an_error_of_an_overdue_timer_is_a_crash_of_the_run_that_it_meets(
        self, load_action: LoadAction, write_action: WriteAction, clock: Clock
    ) -> None:
        action = load_action(
            write_action(
                """
                exports.onExecutePostUserRegistration = async (event) => {
                  if (event.first) setTimeout(() => { throw new Error('overdue'); }, 1000);
                };
                """
            )
        )
        action.run({"first": True})
        clock.tick(milliseconds=999)
        action.run({})
        clock.tick(milliseconds=1)
        with pytest.raises(
            ActionCrashedError, match=r"left over from an earlier run, ended .*: Error: overdue"
        ):
            action.run({})
        assert action.run({}).duration_ms == 0

    def test_a_timer_of_one_test_never_fires_in_the_next(
        self,
        load_action: LoadAction,
        write_handler: WriteAction,
        clock: Clock,
        _auth0_node_runtime: NodeRuntime,
    ) -> None:
        left = """
        globalThis.pid = process.pid;
        setTimeout(() => process.exit(9), 10);
        setInterval(() => process.exit(9), 20);
        require('timers/promises').setTimeout(30).then(() => process.exit(9));
        AbortSignal.timeout(40).addEventListener('abort', () => process.exit(9));
        setTimeout(() => process.exit(9), 5).unref();
        delete globalThis.pid;
        console.log(process.pid);
        """
        pid = load_action(write_handler(left)).run().logs
        _auth0_node_runtime.end_test()
        clock.tick(hours=1)
        waits = "await new Promise((r) => setTimeout(r, 10000)); console.log(process.pid);"
        assert load_action(write_handler(waits)).run().logs == pid

    def test_a_test_that_ended_in_the_middle_of_a_wait_leaves_nothing(
        self,
        load_action: LoadAction,
        write_handler: WriteAction,
        _auth0_node_runtime: NodeRuntime,
    ) -> None:
        waits = "console.log(process.pid); await new Promise((r) => setTimeout(r, 25000));"
        with pytest.raises(ActionTimeoutError) as caught:
            load_action(write_handler(waits)).run()
        _auth0_node_runtime.end_test()
        good = "await new Promise((r) => setTimeout(r, 15000)); console.log(process.pid);"
        assert load_action(write_handler(good)).run().logs == caught.value.execution.logs


BUSY = """
const sleep = require('timers/promises').setTimeout;
const shown = (...what) => console.log(...what, Date.now() - 1735689600000, performance.now());
const worker = async (name, delay) => {
  for (let i = 0; i < 4; i++) {
    await sleep(delay);
    api.cache.set(name, String(i), { ttl: 60 });
    shown(name, i);
    await new Promise((resolve) => setImmediate(resolve));
    api.cache.get(i % 3 ? 'a' : name);
  }
};
const ask = async (path) => {
  const response = await fetch(`http://api.example${path}`, { signal: AbortSignal.timeout(30) })
    .catch((error) => error.name);
  shown(path, await response.text?.() ?? response);
  api.cache.set(path, 'v');
};
console.time('all');
let ticks = 0;
const interval = setInterval(() => { ticks += 1; api.cache.get('tick'); }, 7);
const polls = (async () => {
  const end = Date.now() + 2;
  while (Date.now() < end) await new Promise((resolve) => setImmediate(resolve));
  api.cache.delete('a');
})();
await Promise.all([
  worker('a', 10), worker('b', 15), worker('c', 10), polls,
  ask('/at-once'), ask('/late'), ask('/too-late'),
]);
await require('fs').promises.readFile(__filename);
await Promise.race([sleep(40), sleep(39)]);
await new Promise((r) => require('crypto').pbkdf2('a', 'b', 1000, 32, 'sha256', r));
clearInterval(interval);
console.timeEnd('all');
api.cache.set('ticks', String(ticks));
"""


@pytest.fixture
def load_on_the_machine() -> Iterator[None]:
    """Keep each processor busy with something else."""
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(2)]
    yield
    for process in busy:
        process.kill()
        process.wait()


@pytest.mark.slow
def test_a_hundred_repetitions_have_the_same_journal(
    load_action: LoadAction,
    write_handler: WriteAction,
    clock: Clock,
    cache_store: CacheStore,
    http_mock: respx.MockRouter,
    request: pytest.FixtureRequest,
) -> None:
    """Calls with their instants, and logs: on an idle machine and on one that is busy."""
    for path, delay_ms in {"/at-once": 0, "/late": 21, "/too-late": 31}.items():
        late = httpx.Response(200, text="answer", extensions={"delay_ms": delay_ms})
        http_mock.get(f"http://api.example{path}").mock(return_value=late)
    action = load_action(write_handler(BUSY))

    def journal() -> tuple[tuple[ApiCall, ...], list[HttpRequest], str, int]:
        clock.move_to(NOW_MS)
        cache_store.clear()
        action.restart()
        execution = action.run({})
        return execution.calls, list(execution.requests), execution.logs, execution.duration_ms

    first = journal()
    calls, requests, logs, duration_ms = first
    assert len(calls) > 40
    assert [each.status for each in requests] == [200, 200, None]
    assert "/late answer 21" in logs
    assert "/too-late TimeoutError 30" in logs
    assert duration_ms == 60 + 39
    for repetition in range(99):
        if repetition == 70:
            request.getfixturevalue("load_on_the_machine")
        assert journal() == first
