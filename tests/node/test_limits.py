"""What ends a run: Auth0's time on the test's clock, real time, memory, and too much output."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pytest_auth0_actions import (
    UNDEFINED,
    Action,
    ActionCrashedError,
    ActionError,
    ActionTimeoutError,
    CacheError,
    Clock,
    JSValue,
    LoadAction,
    PostUserRegistrationAPI,
    UsageError,
)
from pytest_auth0_actions.auth0.triggers.post_user_registration import POST_USER_REGISTRATION
from pytest_auth0_actions.node.find import find_node
from pytest_auth0_actions.node.pool import NodePool
from pytest_auth0_actions.node.runtime import LOG_BYTES, NodeRuntime
from pytest_auth0_actions.world.elapsed import real_monotonic_s
from tests.conftest import WriteAction

NOW_MS = 1_735_689_600_000
SLEEP = "const sleep = require('timers/promises').setTimeout;\n"


@pytest.fixture(autouse=True)
def the_next_test_works(
    load_action: LoadAction, write_handler: WriteAction, _auth0_node_runtime: NodeRuntime
) -> Iterator[None]:
    """Have each test end with a well-behaved run, as the next test would have it."""
    yield
    _auth0_node_runtime.end_test()
    well = write_handler(f"{SLEEP}await sleep(9); console.log('well', [1].at(-1));", "well.js")
    execution = load_action(well).run()
    assert (execution.logs, execution.duration_ms) == ("well 1\n", 9)


class TestTimeLimit:
    def test_a_wait_beyond_it_fails_at_once_with_the_journal_up_to_there(
        self, load_action: LoadAction, write_handler: WriteAction, clock: Clock
    ) -> None:
        path = write_handler(
            f"{SLEEP}"
            "api.cache.set('k', 'v', { ttl: 15000 });\n"
            "await sleep(15000);\n"
            "console.log('15 s');\n"
            "api.cache.get('k');\n"
            "setTimeout(() => api.cache.get('k'), 5000);\n"
            "setTimeout(() => api.cache.get('never'), 5001);\n"
            "await sleep(10000);\n"
            "console.log('25 s');\n"
        )
        started_s = real_monotonic_s()
        with pytest.raises(ActionTimeoutError) as caught:
            load_action(path).run()
        assert str(caught.value) == (
            "[A411] The Action did not settle within 20 s, and Auth0 would stop it there.\n"
            f"Given: {path}. Still to come were timers set at {path}:8, {path}:9. "
            "Its api calls until then: cache.set, cache.get, cache.get.\n"
            "    it logged:\n"
            "      15 s\n"
            "Give what it waits for a shorter time-out."
        )
        execution = caught.value.execution
        assert execution.logs == "15 s\n"
        assert [call.at_ms - NOW_MS for call in execution.calls] == [0, 15_000, 20_000]
        assert execution.calls[1].result is not None
        assert execution.calls[2].result is None
        assert execution.duration_ms == 20_000
        assert clock.now_ms == NOW_MS + 20_000
        assert real_monotonic_s() - started_s < 5

    @pytest.mark.parametrize(
        "body",
        [
            "await sleep(25000);",
            "await sleep(20001);",
            "await sleep(2 ** 31 - 1);",
            "for (;;) await sleep(300);",
            "for await (const _ of require('timers/promises').setInterval(700));",
            "setInterval(() => {}, 10); await new Promise(() => {});",
            "const again = () => setTimeout(again, 50); again(); await new Promise(() => {});",
            "await Promise.all([sleep(1), sleep(25000)]);",
            "await sleep(25000).catch(() => {}); await sleep(25000);",
            "setTimeout(() => {}, 60000).unref(); await new Promise(() => {});",
        ],
    )
    def test_all_ways_to_wait_too_long(
        self, load_action: LoadAction, write_handler: WriteAction, body: str
    ) -> None:
        with pytest.raises(ActionTimeoutError, match="did not settle within 20 s") as caught:
            load_action(write_handler(SLEEP + body)).run()
        assert caught.value.execution.duration_ms == 20_000

    def test_the_last_millisecond_counts(
        self, load_action: LoadAction, write_handler: WriteAction
    ) -> None:
        path = write_handler(f"{SLEEP}await sleep(20000); console.log('just');")
        execution = load_action(path).run()
        assert (execution.logs, execution.duration_ms) == ("just\n", 20_000)

    @pytest.mark.parametrize(
        ("limit_s", "waited_ms", "shown"),
        [(3, 3_000, "3"), (0.5, 500, "0.5"), (0.0015, 2, "0.0015"), (60, 60_000, "60")],
    )
    def test_it_can_be_set_for_each_load(
        self,
        load_action: LoadAction,
        write_handler: WriteAction,
        limit_s: float,
        waited_ms: int,
        shown: str,
    ) -> None:
        path = write_handler(f"{SLEEP}await sleep(event.wait);")
        action = load_action(path, time_limit_s=limit_s)
        assert action.run({"wait": waited_ms}).duration_ms == waited_ms
        with pytest.raises(ActionTimeoutError, match=f"did not settle within {shown} s,") as caught:
            action.run({"wait": waited_ms + 1})
        assert caught.value.execution.duration_ms == waited_ms
        assert load_action(path).run({"wait": 20_000}).duration_ms == 20_000

    @pytest.mark.parametrize("limit_s", [0, -1, float("nan"), float("inf"), "20", None, True])
    def test_what_is_no_limit(
        self, load_action: LoadAction, write_handler: WriteAction, limit_s: Any
    ) -> None:
        with pytest.raises(UsageError) as caught:
            load_action(write_handler(""), time_limit_s=limit_s)
        assert str(caught.value) == (
            "[A402] time_limit_s must be a number of seconds.\n"
            f"Given: {limit_s!r}.\n"
            "Pass one above 0, or leave it out for Auth0's 20."
        )

    def test_each_run_has_its_own(
        self, load_action: LoadAction, write_handler: WriteAction, clock: Clock
    ) -> None:
        action = load_action(write_handler(f"{SLEEP}await sleep(15000);"))
        for _ in range(3):
            action.run()
        assert clock.now_ms == NOW_MS + 45_000

    @pytest.mark.parametrize("how", ["await sleep(25000);", "await new Promise(() => {});"])
    def test_after_it_the_container_is_cold_and_the_cache_is_kept(
        self,
        load_action: LoadAction,
        write_action: WriteAction,
        api: PostUserRegistrationAPI,
        how: str,
    ) -> None:
        action = load_action(
            write_action(
                f"{SLEEP}let runs = 0;\n"
                "exports.onExecutePostUserRegistration = async (event, api) => {\n"
                "  event.runs = runs += 1;\n"
                "  event.stamp = new Event('x').timeStamp - Date.now();\n"
                "  if (event.late) setTimeout(() => { globalThis.left = 1; }, 30000);\n"
                "  api.cache.set('k', 'v', { ttl: 60000 });\n"
                f"  if (event.late) {{ {how} }}\n"
                "  await sleep(event.wait);\n"
                "  event.left = typeof left;\n"
                "};\n"
            )
        )
        assert [action.run({"wait": 0}).event["runs"] for _ in range(2)] == [1, 2]
        with pytest.raises(ActionTimeoutError) as caught:
            action.run({"late": True, "wait": 0})
        assert caught.value.execution.duration_ms == 20_000
        assert api.cache.get("k") is not None
        execution = action.run({"wait": 19_000})
        assert execution.event["runs"] == 1
        assert (execution.event["left"], execution.event["stamp"]) == ("undefined", 0)

    def test_a_promise_that_never_settles_takes_all_of_it(
        self, load_action: LoadAction, write_handler: WriteAction, clock: Clock
    ) -> None:
        """At Auth0 it would; that nothing is left to wait for is known at once all the same."""
        path = write_handler(
            f"{SLEEP}api.cache.set('k', 'v', {{ ttl: 19999 }});\n"
            "setTimeout(() => console.log('still'), 3000);\n"
            "await new Promise(() => {});"
        )
        started_s = real_monotonic_s()
        with pytest.raises(ActionTimeoutError) as caught:
            load_action(path, time_limit_s=30).run()
        assert str(caught.value) == (
            "[A410] The Action's handler never settles: nothing is left that could settle its "
            "promise.\n"
            f"Given: {path}. Its api calls until then: cache.set.\n"
            "    it logged:\n"
            "      still\n"
            "See that each promise it awaits is resolved or rejected; Auth0 would stop it after 30 "
            "s."
        )
        assert caught.value.execution.duration_ms == 30_000
        assert clock.now_ms == NOW_MS + 30_000
        assert real_monotonic_s() - started_s < 5


class TestWatchdog:
    @pytest.mark.parametrize(
        "body",
        [
            "for (;;);",
            "for (;;) await null;",
            "const spin = () => process.nextTick(spin); spin(); await new Promise(() => {});",
            "const spin = () => setImmediate(spin); spin(); await new Promise(() => {});",
            "const end = Date.now() + 1; while (Date.now() < end);",
            "setTimeout(() => { for (;;); }, 5); await sleep(10);",
            "/^(a+)+$/.test('a'.repeat(60) + 'b');",
            "for (;;) api.cache.get('k');",
            "for (;;) console.log('x');",
            "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);",
            "require('http').createServer().listen(0); await new Promise(() => {});",
        ],
    )
    def test_what_never_yields_is_ended_in_real_time(
        self,
        load_action: LoadAction,
        write_handler: WriteAction,
        monkeypatch: pytest.MonkeyPatch,
        _auth0_node_runtime: NodeRuntime,
        body: str,
    ) -> None:
        action = load_action(write_handler(SLEEP + body))
        monkeypatch.setattr(_auth0_node_runtime, "watchdog_s", 0.3)
        started_s = real_monotonic_s()
        with pytest.raises(
            ActionTimeoutError, match=r"did not come to an end within 0\.3 s of real time"
        ) as caught:
            action.run()
        assert real_monotonic_s() - started_s < 3
        assert caught.value.execution.duration_ms < 20_000

    def test_at_the_top_level_too(
        self,
        load_action: LoadAction,
        write_action: WriteAction,
        monkeypatch: pytest.MonkeyPatch,
        _auth0_node_runtime: NodeRuntime,
    ) -> None:
        action = load_action(write_action("console.log('top'); for (;;);"))
        monkeypatch.setattr(_auth0_node_runtime, "watchdog_s", 0.3)
        for _ in range(2):
            with pytest.raises(ActionTimeoutError, match="of real time") as caught:
                action.run()
            assert caught.value.execution.logs == "top\n"

    def test_waiting_on_the_tests_clock_does_not_wake_it(
        self,
        load_action: LoadAction,
        write_handler: WriteAction,
        monkeypatch: pytest.MonkeyPatch,
        _auth0_node_runtime: NodeRuntime,
    ) -> None:
        action = load_action(write_handler(f"{SLEEP}await sleep(19000);"))
        monkeypatch.setattr(_auth0_node_runtime, "watchdog_s", 2)
        assert action.run().duration_ms == 19_000


class TestMemory:
    def test_the_heap_has_a_limit(
        self,
        load_action: LoadAction,
        write_handler: WriteAction,
        tmp_path: Path,
    ) -> None:
        takes = write_handler(
            "api.cache.get('k'); console.log('takes');\n"
            "const all = []; while (all.length < 100) all.push(new Array(131072).fill(1.5));"
        )
        action = load_action(takes)
        action.run()
        small = NodePool(lambda: find_node(None), tmp_path, heap_mb=50)
        runtime = NodeRuntime(small, watchdog_s=10)
        with pytest.raises(ActionCrashedError) as caught:
            Action(
                runtime, action.loaded.testbed, POST_USER_REGISTRATION, action.loaded.file, {}
            ).run()
        assert str(caught.value) == (
            "[A407] The Action ran out of memory: its heap may take 50 MB.\n"
            f"Given: {takes}. Its api calls until then: cache.get.\n"
            "    it logged:\n"
            "      takes\n"
            "Look for what grows without end, or set ini auth0_heap_mb to more."
        )

    @pytest.mark.parametrize(
        "body",
        [
            "const f = () => f() + 1; f();",
            "const o = {}; o.toJSON = () => JSON.stringify(o); JSON.stringify(o);",
        ],
    )
    def test_a_stack_overflow_is_an_error_like_another(
        self, load_action: LoadAction, write_handler: WriteAction, body: str
    ) -> None:
        path = write_handler(f"api.cache.get('k');\n{body}")
        with pytest.raises(ActionError) as caught:
            load_action(path).run()
        assert caught.value.name == "RangeError"
        assert caught.value.message == "Maximum call stack size exceeded"
        assert caught.value.what_was_given.startswith(f"Given: {path}:3:")
        assert [call.path for call in caught.value.execution.calls] == ["cache.get"]

    def test_a_stack_overflow_of_async_functions_is_told_too(
        self, load_action: LoadAction, write_handler: WriteAction
    ) -> None:
        """It may happen inside of Node.js, which then ends the process."""
        path = write_handler("const f = async () => { await f(); }; await f();")
        with pytest.raises((ActionError, ActionCrashedError)) as caught:
            load_action(path).run()
        assert "RangeError: Maximum call stack size exceeded" in str(caught.value)
        assert f"{path}:2" in str(caught.value)

    def test_a_stack_overflow_can_be_caught(
        self, load_action: LoadAction, write_handler: WriteAction
    ) -> None:
        path = write_handler("const f = () => f() + 1; try { f(); } catch { console.log('on'); }")
        assert load_action(path).run().logs == "on\n"


class TestLogs:
    MARK = "\n... cut after 262,144 bytes, as at Auth0\n"

    def test_megabytes_are_cut_and_marked_once(
        self, load_action: LoadAction, write_handler: WriteAction
    ) -> None:
        path = write_handler(
            "for (let i = 0; i < 50; i++) console[i % 2 ? 'log' : 'error']('x'.repeat(99999));\n"
            "api.cache.get('k');\n"
            "console.log('end');"
        )
        action = load_action(path)
        for _ in range(2):  # each run has its own room
            execution = action.run()
            line = "x" * 99_999 + "\n"
            assert execution.logs == line * 2 + "x" * (LOG_BYTES - 200_000) + self.MARK
            assert [call.path for call in execution.calls] == ["cache.get"]

    @pytest.mark.parametrize(("size", "cut"), [(LOG_BYTES - 1, False), (LOG_BYTES, True)])
    def test_what_fits_is_not_cut(
        self, load_action: LoadAction, write_handler: WriteAction, size: int, cut: bool
    ) -> None:
        logs = load_action(write_handler(f"console.log('x'.repeat({size}));")).run().logs
        assert logs == ("x" * size + self.MARK if cut else "x" * size + "\n")

    def test_what_fills_it_to_the_last_byte_leaves_no_room_and_no_mark_until_there_is_more(
        self, load_action: LoadAction, write_handler: WriteAction
    ) -> None:
        body = f"console.log('x'.repeat({LOG_BYTES - 1}));"
        full = "x" * (LOG_BYTES - 1) + "\n"
        assert load_action(write_handler(body)).run().logs == full
        assert load_action(write_handler(f"{body} console.log();")).run().logs == full + self.MARK

    def test_half_a_character_is_not_kept(
        self, load_action: LoadAction, write_handler: WriteAction
    ) -> None:
        logs = load_action(write_handler("console.log('é'.repeat(200000));")).run().logs
        assert logs == "é" * (LOG_BYTES // 2) + self.MARK
        logs = load_action(write_handler("console.log('x' + 'é'.repeat(200000));")).run().logs
        assert logs == "x" + "é" * (LOG_BYTES // 2 - 1) + "\ufffd" + self.MARK

    def test_of_a_failed_run_the_last_lines_that_were_kept_are_shown(
        self, load_action: LoadAction, write_handler: WriteAction
    ) -> None:
        path = write_handler(
            "for (let i = 0; i < 30000; i++) console.log(`line ${i}`);\nthrow new Error('full');"
        )
        with pytest.raises(ActionError, match="Error: full") as caught:
            load_action(path).run()
        shown = caught.value.what_was_given.splitlines()
        assert shown[-1].strip() == "... cut after 262,144 bytes, as at Auth0"
        assert [line.strip() for line in shown[-11:-8]] == ["...", "line 24833", "line 24834"]


class TestValues:
    """What is handed to the api or left in the event, of any size and shape."""

    def test_a_circular_object_is_no_string(
        self, load_action: LoadAction, write_handler: WriteAction
    ) -> None:
        path = write_handler("const o = {}; o.o = [o]; api.cache.set('k', o);")
        with pytest.raises(ActionError, match="Received an instance of Object") as caught:
            load_action(path).run()
        assert (caught.value.name, caught.value.code) == ("TypeError", "ERR_INVALID_ARG_TYPE")
        [call] = caught.value.execution.calls
        assert repr(call.args[1]) == "{'o': [[Circular]]}"

    @pytest.mark.filterwarnings("ignore:.A707")
    def test_a_circular_object_is_options_like_others(
        self, load_action: LoadAction, write_handler: WriteAction
    ) -> None:
        path = write_handler(
            "const o = { ttl: 5 }; o.o = o; api.cache.set('k', 'v', o); event.o = o;"
        )
        execution = load_action(path).run({})
        assert execution.calls[0].result.record.expires_at == NOW_MS + 5
        assert repr(execution.event["o"]) == "{'ttl': 5, 'o': [Circular]}"

    def test_fifty_megabytes_come_through_and_are_refused(
        self, load_action: LoadAction, write_handler: WriteAction
    ) -> None:
        path = write_handler(
            "console.log(api.cache.set('k', 'v'.repeat(50e6)).code);\n"
            "console.log(api.cache.delete('k'.repeat(1e6)).code);\n"
            "event.big = 'x'.repeat(5e6);"
        )
        execution = load_action(path).run({})
        assert execution.logs == "CacheValueSizeExceeded\nCacheKeyDoesNotExist\n"
        value = execution.calls[0].args[1]
        assert value == "v" * 50_000_000
        assert execution.calls[0].result == CacheError("CacheValueSizeExceeded")
        assert execution.event["big"] == "x" * 5_000_000

    @pytest.mark.filterwarnings("ignore:.A707")
    def test_what_lies_too_deep_is_left_out(
        self, load_action: LoadAction, write_handler: WriteAction
    ) -> None:
        path = write_handler(
            "let o = { ttl: 7 }, list = [];\n"
            "for (let i = 0; i < 1e5; i++) { o = { ttl: i, o }; list = [list]; }\n"
            "console.log(api.cache.set('k', 'v', o).record.expires_at - Date.now());\n"
            "api.cache.get(list); event.o = o; event.list = list;"
        )
        execution = load_action(path).run({})
        assert execution.logs == "99999\n"
        too_deep = JSValue("object", "[Too deep]", "an instance of Object")
        for value in (execution.calls[0].args[2], execution.event["o"]):
            depth = 0
            while isinstance(value, dict):
                value, depth = value["o"], depth + 1
            assert value == too_deep
            assert depth in {99, 100}
        assert repr(execution.calls[1].args[0]) == "[" * 100 + "[Too deep]" + "]" * 100

    def test_what_is_too_wide_is_cut(
        self, load_action: LoadAction, write_handler: WriteAction
    ) -> None:
        path = write_handler("api.cache.get(Array.from({ length: 150000 }, (_, i) => ({ i })));")
        [call] = load_action(path).run().calls
        items = call.args[0]
        assert items[10] == {"i": 10}
        assert repr(items[-1]) == "[Too large]"
        assert call.result is None

    @pytest.mark.filterwarnings("ignore:.A742")
    def test_what_throws_when_it_is_looked_at_is_left_out(
        self, load_action: LoadAction, write_handler: WriteAction
    ) -> None:
        path = write_handler(
            "const bad = new Proxy({}, { get() { throw 1; }, ownKeys() { throw 2; } });\n"
            "api.cache.get('k', { get a() { throw 3; }, b: 4 });\n"
            "try { api.cache.get(bad); } catch (error) { console.log('threw', error); }"
        )
        execution = load_action(path).run()
        assert repr(execution.calls[0].args[1]) == "{'a': [Threw], 'b': 4}"
        assert execution.calls[0].args[1]["a"] is not UNDEFINED


class TestErrors:
    """What is thrown where nobody catches it."""

    @pytest.mark.parametrize(
        ("body", "happened"),
        [
            ("Promise.reject(new Error('nobody'));", "Error: nobody"),
            ("Promise.reject(new Error('nobody')); await sleep(9);", "Error: nobody"),
            ("(async () => { await sleep(5); throw new Error('nobody'); })(); await sleep(9);",
             "Error: nobody"),
            ("Promise.reject('text');", 'reason "text"'),
            ("setTimeout(() => { throw new Error('in a timer'); }, 5); await sleep(9);",
             "Error: in a timer"),
            ("setImmediate(() => { throw new RangeError('soon'); });", "RangeError: soon"),
            ("process.nextTick(() => { throw new Error('tick'); });", "Error: tick"),
            ("queueMicrotask(() => { throw new Error('micro'); });", "Error: micro"),
            ("require('events').prototype.emit.call(process, 'error', new Error('e'));",
             "Error: e"),
        ],
    )  # fmt: skip
    def test_it_ends_the_process_and_is_told(
        self, load_action: LoadAction, write_handler: WriteAction, body: str, happened: str
    ) -> None:
        path = write_handler(f"{SLEEP}api.cache.get('k'); console.log('before');\n{body}")
        with pytest.raises((ActionCrashedError, ActionError)) as caught:
            load_action(path).run()
        assert happened in caught.value.what_happened
        assert [call.path for call in caught.value.execution.calls] == ["cache.get"]
        assert caught.value.execution.logs == "before\n"

    def test_a_late_one_is_found_by_the_run_that_it_ends(
        self, load_action: LoadAction, write_action: WriteAction
    ) -> None:
        action = load_action(
            write_action(
                f"{SLEEP}"
                "exports.onExecutePostUserRegistration = async (event) => {\n"
                "  if (event.first) setTimeout(() => { throw new Error('late'); }, 100);\n"
                "  else await sleep(100);\n"
                "};"
            )
        )
        assert action.run({"first": True}).duration_ms == 0
        with pytest.raises(ActionCrashedError) as caught:
            action.run({})
        assert caught.value.what_happened == (
            "[A405] An error that nothing handled, left over from an earlier run, ended the "
            "Action's process: Error: late"
        )
        assert caught.value.execution.duration_ms == 100
