"""Slow servers: the clock moves by as much as they take, and nobody really waits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import respx

from pytest_auth0_actions import (
    ActionTimeoutError,
    Clock,
    Execution,
    LoadAction,
    PostUserRegistrationAPI,
)
from pytest_auth0_actions.world.testbed import Testbed
from tests.conftest import WriteAction

URL = "https://api.example.com/slow"
DELAY_MS = 3_000


@pytest.fixture
def slow(http_mock: respx.MockRouter) -> respx.Route:
    return http_mock.get(URL).respond(json={"ok": True}, extensions={"delay_ms": DELAY_MS})


def run(load_action: LoadAction, path: Path, **event: Any) -> Execution:
    return load_action(path).run({"url": URL} | event)


@pytest.mark.usefixtures("slow")
def test_the_clock_moves_by_exactly_as_much(
    load_action: LoadAction, write_handler: WriteAction, clock: Clock
) -> None:
    start_ms = clock.now_ms
    path = write_handler(
        """
        const before = Date.now();
        const response = await fetch(event.url);
        event.seen = [Date.now() - before, response.status];
        event.seen.push((await response.json()).ok, Date.now() - before);
        """
    )
    execution = run(load_action, path)
    assert execution.event["seen"] == [DELAY_MS, 200, True, DELAY_MS]
    assert clock.now_ms - start_ms == execution.duration_ms == DELAY_MS
    [request] = execution.requests
    assert request.at_ms == start_ms


# As each client has it; what it throws is in test_failures.
TIMEOUTS = {
    "a race": """
        const late = new Promise((_, reject) => setTimeout(reject, ms, new Error('late')));
        await Promise.race([fetch(url), late]);
    """,
    "AbortSignal.timeout": "await fetch(url, { signal: AbortSignal.timeout(ms) });",
    "AbortController": """
        const controller = new AbortController();
        setTimeout(() => controller.abort(), ms);
        await fetch(url, { signal: controller.signal });
    """,
    "axios": "await require('axios').get(url, { timeout: ms });",
    "got": "await require('got')(url, { timeout: ms, retry: 0 });",
    "node-fetch": "await require('node-fetch')(url, { timeout: ms });",
    "https": """
        await new Promise((resolve, reject) => {
          const request = require('https').get(url, { timeout: ms }, resolve);
          request.on('timeout', () => request.destroy(new Error('late')));
          request.on('error', reject);
        });
    """,
    "a socket": """
        await new Promise((resolve, reject) => {
          const request = require('https').get(url, resolve).on('error', reject);
          request.on('socket', (socket) => socket.setTimeout(ms, () => request.destroy()));
        });
    """,
}


# The one that loses the race is not waited for.
LOST = pytest.mark.filterwarnings("ignore::pytest_auth0_actions.PendingWorkWarning")


@pytest.mark.usefixtures("slow")
@pytest.mark.parametrize(
    "client",
    [pytest.param(name, marks=[LOST] if name == "a race" else []) for name in TIMEOUTS],
)
@pytest.mark.parametrize(("timeout_ms", "is_late"), [(DELAY_MS - 1, True), (DELAY_MS + 1, False)])
def test_a_timeout_strikes_when_it_is_due(
    load_action: LoadAction,
    clients: Path,
    clock: Clock,
    client: str,
    timeout_ms: int,
    is_late: bool,
) -> None:
    path = clients / "timeout.js"
    path.write_text(
        "exports.onExecutePostUserRegistration = async (event) => {"
        "  const { url, ms } = event;"
        f" try {{ {TIMEOUTS[client]} event.seen = 'answered'; }} catch {{ event.seen = 'late'; }}"
        "};",
        encoding="utf-8",
    )
    start_ms = clock.now_ms
    seen = run(load_action, path, ms=timeout_ms).event["seen"]
    assert seen == ("late" if is_late else "answered")
    assert clock.now_ms - start_ms == min(timeout_ms, DELAY_MS)


@pytest.mark.usefixtures("slow")
def test_no_phase_of_a_connection_takes_time(
    load_action: LoadAction, clients: Path, clock: Clock
) -> None:
    """Got can limit each; only the response is late."""
    path = clients / "phases.js"
    path.write_text(
        """
        exports.onExecutePostUserRegistration = async (event) => {
          const brief = { lookup: 100, connect: 100, secureConnect: 100, send: 100 };
          const timeout = { ...brief, socket: 4000, response: 4000, request: 4000 };
          const { timings } = await require('got')(event.url, { timeout, retry: 0 });
          event.phases = timings.phases;
        };
        """,
        encoding="utf-8",
    )
    phases = run(load_action, path).event["phases"]
    assert phases == {
        "wait": 0, "dns": 0, "tcp": 0, "tls": 0, "request": 0,
        "firstByte": DELAY_MS, "download": 0, "total": DELAY_MS,
    }  # fmt: skip


@pytest.mark.usefixtures("slow")
def test_a_response_that_nobody_waits_for_any_more(
    load_action: LoadAction, write_handler: WriteAction
) -> None:
    path = write_handler(
        """
        const signal = AbortSignal.timeout(1000);
        event.seen = await fetch(event.url, { signal }).catch(({ name }) => name);
        await new Promise((resolve) => setTimeout(resolve, 5000));
        event.seen += (await fetch(event.url)).status;
        """
    )
    execution = run(load_action, path)
    assert execution.event["seen"] == "TimeoutError200"
    assert execution.duration_ms == 1_000 + 5_000 + DELAY_MS


def test_requests_at_once_wait_at_once(
    load_action: LoadAction, write_handler: WriteAction, http_mock: respx.MockRouter
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        delay_ms = float(request.url.params["ms"])
        return httpx.Response(200, extensions={"delay_ms": delay_ms})

    http_mock.get(URL).mock(side_effect=answer)
    path = write_handler(
        """
        const seen = [];
        const start = Date.now();
        await Promise.all([3000, 1000, 2000.5].map(async (ms) => {
          await fetch(`${event.url}?ms=${ms}`);
          seen.push([ms, Date.now() - start]);
        }));
        event.seen = seen;
        """
    )
    execution = run(load_action, path)
    assert execution.event["seen"] == [[1000, 1000], [2000.5, 2000], [3000, 3000]]
    assert execution.duration_ms == DELAY_MS


@pytest.mark.parametrize(
    ("limit_s", "seen"), [(20, "timed out"), (3, [200, 3_000]), (2.999, "timed out")]
)
def test_a_response_that_is_too_late_for_auth0(
    load_action: LoadAction,
    write_handler: WriteAction,
    http_mock: respx.MockRouter,
    clock: Clock,
    limit_s: float,
    seen: Any,
) -> None:
    delay_ms = 20_001 if limit_s == 20 else DELAY_MS
    http_mock.get(URL).respond(extensions={"delay_ms": delay_ms})
    path = write_handler(
        """
        const before = Date.now();
        const { status } = await fetch(event.url);
        event.seen = [status, Date.now() - before];
        """
    )
    start_ms = clock.now_ms
    action = load_action(path, time_limit_s=limit_s)
    if seen == "timed out":
        with pytest.raises(ActionTimeoutError) as caught:
            action.run({"url": URL})
        assert f"It waited for GET {URL}." in str(caught.value)
        assert clock.now_ms - start_ms == limit_s * 1_000
        [request] = caught.value.execution.requests
        assert request.url == URL
    else:
        assert action.run({"url": URL}).event["seen"] == seen


@pytest.mark.respx(assert_all_called=False)
def test_what_the_action_does_when_auth0_stops_it_does_not_count(
    load_action: LoadAction,
    write_handler: WriteAction,
    http_mock: respx.MockRouter,
    api: PostUserRegistrationAPI,
) -> None:
    """The request that it waits for ends with it, and its own handling of that has no effect."""
    http_mock.get(URL).mock(side_effect=httpx.ReadTimeout)
    late = http_mock.get(f"{URL}/late").respond(200)
    path = write_handler(
        """
        try {
          await fetch(event.url);
        } catch (error) {
          console.log('ended');
          api.cache.set('k', 'v');
          await fetch(`${event.url}/late`);
        }
        """
    )
    with pytest.raises(ActionTimeoutError) as caught:
        run(load_action, path)
    execution = caught.value.execution
    assert (execution.calls, execution.logs, len(execution.requests)) == ((), "", 1)
    assert (api.cache.get("k"), late.called) == (None, False)


AWAITS = [
    "axios", "fetch", "got", "http", "https", "node-fetch", "slack", "superagent", "undici-fetch",
    "undici-request",
]  # fmt: skip


@pytest.mark.filterwarnings("error::pytest_auth0_actions.PendingWorkWarning")
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("client", AWAITS)
def test_no_client_that_has_given_up_leaves_work_behind(
    load_action: LoadAction, clients: Path, http_mock: respx.MockRouter, client: str, method: str
) -> None:
    """All was awaited, whether the answer would come late or never."""
    url = URL.replace("https", "http") if client == "http" else URL
    http_mock.route(url=url).mock(
        side_effect=[
            httpx.Response(200, json={}, extensions={"delay_ms": 9_000}),
            httpx.ReadTimeout,
            httpx.Response(200, json={}, extensions={"delay_ms": 2_500}),
        ]
    )
    case = {"url": url, "method": method, "text": "x", "timeout_ms": 1_000}
    action = load_action(clients / f"{client}.js")
    for _ in range(3):
        execution = action.run({"case": case if method == "POST" else {**case, "text": None}})
        assert [request.status for request in execution.requests] == [None]


def moving(
    clock: Clock, *, seconds: float, delay_ms: int = 0
) -> Callable[[httpx.Request], httpx.Response]:
    """Return a side effect that moves the clock before it answers."""

    def answer(request: httpx.Request) -> httpx.Response:
        clock.tick(seconds=seconds)
        return httpx.Response(200, extensions={"delay_ms": delay_ms})

    return answer


class TestTheTestMovesTheClockWhileItAnswers:
    def test_the_action_sees_it(
        self,
        load_action: LoadAction,
        write_handler: WriteAction,
        http_mock: respx.MockRouter,
        clock: Clock,
    ) -> None:
        http_mock.get(URL).mock(side_effect=moving(clock, seconds=5))
        path = write_handler(
            """
            const before = Date.now();
            await fetch(event.url);
            event.seen = Date.now() - before;
            """
        )
        start_ms = clock.now_ms
        execution = run(load_action, path)
        assert execution.event["seen"] == clock.now_ms - start_ms == execution.duration_ms == 5_000
        assert execution.requests[0].at_ms == start_ms

    def test_timers_that_were_due_before_the_answer_go_first(
        self,
        load_action: LoadAction,
        write_handler: WriteAction,
        http_mock: respx.MockRouter,
        clock: Clock,
    ) -> None:
        http_mock.get(URL).mock(side_effect=moving(clock, seconds=5))
        path = write_handler(
            """
            event.seen = [];
            for (const ms of [4999, 5000, 5001]) setTimeout(() => event.seen.push(ms), ms);
            await fetch(event.url);
            event.seen.push('answer');
            """
        )
        assert run(load_action, path).event["seen"] == [4999, 5000, "answer"]

    def test_a_timeout_that_is_passed_so_strikes(
        self,
        load_action: LoadAction,
        clients: Path,
        http_mock: respx.MockRouter,
        clock: Clock,
    ) -> None:
        http_mock.get(URL).mock(side_effect=moving(clock, seconds=5))
        case = {"url": URL, "timeout_ms": 4_000}
        seen = run(load_action, clients / "fetch.js", case=case).event["seen"]
        assert seen["error"]["name"] == "TimeoutError"

    def test_beyond_auth0s_limit(
        self,
        load_action: LoadAction,
        write_handler: WriteAction,
        http_mock: respx.MockRouter,
        clock: Clock,
    ) -> None:
        http_mock.get(URL).mock(side_effect=moving(clock, seconds=20.001))
        with pytest.raises(ActionTimeoutError) as caught:
            run(load_action, write_handler("await fetch(event.url);"))
        assert caught.value.execution.duration_ms == 20_001

    def test_beyond_the_limit_in_two_steps(
        self,
        load_action: LoadAction,
        write_handler: WriteAction,
        http_mock: respx.MockRouter,
        clock: Clock,
        api: PostUserRegistrationAPI,
    ) -> None:
        """What the Action does after its time is over does not count: at Auth0 it is gone."""
        route = http_mock.get(URL).mock(side_effect=moving(clock, seconds=15))
        path = write_handler(
            """
            const ask = () => fetch(event.url, { signal: AbortSignal.timeout(3000) });
            for (let turn = 0; turn < 3; turn += 1) {
              try {
                await ask();
              } catch (error) {
                console.log('slow');
                api.cache.set(`turn ${turn}`, 'slow');
                await new Promise((resolve) => setTimeout(resolve, 200));
              }
            }
            """
        )
        start_ms = clock.now_ms
        with pytest.raises(ActionTimeoutError) as caught:
            run(load_action, path)
        assert str(caught.value).splitlines() == [
            "[A411] The Action did not settle within 20 s, and Auth0 would stop it there.",
            f"Given: {path}. It waited for GET {URL}. Its api calls until then: cache.set.",
            "    it logged:",
            "      slow",
            "Give what it waits for a shorter time-out. The test moved the clock while it "
            'answered; to have just the answer come late, use extensions={"delay_ms": ...}.',
        ]
        execution = caught.value.execution
        assert (route.call_count, len(execution.requests), execution.logs) == (2, 2, "slow\n")
        assert [call.args[0] for call in execution.calls] == ["turn 0"]
        assert api.cache.get("turn 1") is None
        assert clock.now_ms - start_ms == execution.duration_ms == 30_200

    @pytest.mark.parametrize(
        "then",
        [
            "return;",
            "throw new Error('too late');",
            "process.exitCode = 0;",
            "api.cache.get('k');",
            "await fetch(`${event.url}/late`);",
        ],
    )
    def test_an_end_that_comes_too_late_is_none(
        self,
        load_action: LoadAction,
        write_handler: WriteAction,
        http_mock: respx.MockRouter,
        clock: Clock,
        then: str,
    ) -> None:
        route = http_mock.get(url__startswith=URL).mock(side_effect=moving(clock, seconds=21))
        path = write_handler(
            "const signal = AbortSignal.timeout(9);\n"
            f"await fetch(event.url, {{ signal }}).catch(() => {{}});\n{then}"
        )
        with pytest.raises(ActionTimeoutError) as caught:
            run(load_action, path)
        assert caught.value.execution.calls == ()
        assert (route.call_count, len(caught.value.execution.requests)) == (1, 1)

    def test_it_may_end_at_the_limit(
        self,
        load_action: LoadAction,
        write_handler: WriteAction,
        http_mock: respx.MockRouter,
        clock: Clock,
    ) -> None:
        http_mock.get(URL).mock(side_effect=moving(clock, seconds=10))
        path = write_handler("for (const _ of [1, 2]) await fetch(event.url); console.log('ok');")
        execution = run(load_action, path)
        assert (execution.logs, execution.duration_ms) == ("ok\n", 20_000)

    def test_no_time_runs_backwards_in_the_timeline(
        self,
        load_action: LoadAction,
        write_handler: WriteAction,
        http_mock: respx.MockRouter,
        clock: Clock,
        _auth0_testbed: Testbed,
    ) -> None:
        http_mock.get(URL).mock(side_effect=moving(clock, seconds=5, delay_ms=500))
        path = write_handler(
            """
            await fetch(event.url);
            await fetch(event.url, { signal: AbortSignal.timeout(100) }).catch(() => {});
            """
        )
        execution = run(load_action, path)
        assert [request.status for request in execution.requests] == [200, None]
        asked = [each for each in _auth0_testbed.journal.entries if each.kind == "http"]
        assert [each.details["end_ms"] - each.at_ms for each in asked] == [500, 0]


@pytest.mark.parametrize(
    ("acts", "expected"),
    [
        ("", [1_000]),
        ("setTimeout(() => s.write('GET /late HTTP/1.1\\r\\n\\r\\n'), 900);", [1_900]),
        ("s.write('GET /900 HTTP/1.1\\r\\n\\r\\n');", [1_900]),
        ("s.setTimeout(500);", [500]),
        ("s.setTimeout(0);", []),
        ("s.setTimeout(0, seen);", []),
        ("s.setTimeout(0, seen); s.setTimeout(700);", []),
        ("setTimeout(() => s.destroy(), 999);", []),
        ("s.destroy(); s.setTimeout(500, seen);", []),
    ],
)
def test_idle_sockets(
    load_action: LoadAction,
    write_handler: WriteAction,
    http_mock: respx.MockRouter,
    acts: str,
    expected: list[int],
) -> None:
    """What is sent and what comes back, each starts their time-out anew."""

    @http_mock.route(host="api.test", path__regex=".*")
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/late":
            raise httpx.ReadTimeout("never")
        return httpx.Response(200, extensions={"delay_ms": float(request.url.path[1:] or 0)})

    path = write_handler(
        f"""
        event.seen = [];
        // A server that speaks HTTP may be kept waiting; any other would be refused.
        await new Promise((resolve) => require('http').get('http://api.test/0', resolve));
        const start = Date.now();
        const seen = () => event.seen.push(Date.now() - start);
        const s = require('net').connect(80, 'api.test');
        await new Promise((resolve) => s.on('connect', resolve));
        s.resume().setTimeout(1000, seen);
        {acts}
        await new Promise((resolve) => setTimeout(resolve, 3000));
        s.destroy();
        """
    )
    assert run(load_action, path).event["seen"] == expected


def test_a_connection_that_is_kept_too_long_is_made_anew(
    load_action: LoadAction, write_handler: WriteAction, http_mock: respx.MockRouter, clock: Clock
) -> None:
    """Idle sockets have time-outs too, and those are on the same clock."""
    http_mock.get(URL).respond(200)
    path = write_handler(
        """
        const https = require('https');
        globalThis.agent ??= new https.Agent({ keepAlive: true, timeout: 60000 });
        await new Promise(setImmediate); // as it takes some time to get a run going
        const [request] = await new Promise((resolve, reject) => {
          const request = https.get(event.url, { agent }, (response) => {
            response.on('end', () => resolve([request])).resume();
          }).on('error', reject);
        });
        event.reused = request.reusedSocket;
        """
    )
    action = load_action(path)
    reused = []
    for seconds in (0, 59, 61):
        clock.tick(seconds=seconds)
        reused.append(action.run({"url": URL}).event["reused"])
    assert reused == [False, True, False]
