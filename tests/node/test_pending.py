"""Work that a handler did not wait for: told at the line that started it."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import httpx
import pytest
import respx

from pytest_auth0_actions import (
    Action,
    Execution,
    LoadAction,
    PendingWorkWarning,
    UnansweredRequestError,
)
from tests.conftest import WriteAction

URL = "https://crm.example.com/lead"

LATE = (
    f"[A727] GET {URL} was still under way when the handler returned: at Auth0 it may or may not "
    "be sent. Await the promise that the request gives, or those of several with `await "
    "Promise.all([...])`."
)


@pytest.fixture
def crm(http_mock: respx.MockRouter) -> respx.MockRouter:
    """Answers the requests."""
    http_mock.route(host="crm.example.com").respond(200, json={})
    return http_mock


def warned(run: Any, *args: Any) -> tuple[Execution, list[tuple[int, str]]]:
    """Return what a run did, and the lines and texts of its warnings of work."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        execution = run(*args)
    return execution, [
        (each.lineno, str(each.message)) for each in caught if each.category is PendingWorkWarning
    ]


@pytest.mark.usefixtures("crm")
@pytest.mark.parametrize(
    "source",
    [
        f"fetch('{URL}');",
        f"void fetch('{URL}').then((response) => response.json());",
        f"require('node:https').get('{URL}');",
        f"Promise.resolve().then(() => fetch('{URL}'));",
        f"setImmediate(() => fetch('{URL}'));",
        f"require('node:fs').readFile(__filename, () => fetch('{URL}'));",
        f"require('node:crypto').scrypt('a', 'b', 8, {{ N: 2 }}, () => fetch('{URL}'));",
        f"require('node:zlib').gzip('a', () => fetch('{URL}'));",
    ],
)
def test_a_request_that_nobody_waits_for(
    load_action: LoadAction, write_handler: WriteAction, source: str
) -> None:
    """It reaches the test, and there is a warning at the line that started it."""
    execution, told = warned(load_action(write_handler(f"\n\n{source}\n")).run)
    assert told == [(line_of(write_handler, source), LATE)]
    assert [(each.url, each.status) for each in execution.requests] == [(URL, 200)]


def line_of(write_handler: WriteAction, source: str) -> int:
    """Return where *source* stands in what `write_handler` has written."""
    lines = Path(write_handler(f"\n\n{source}\n")).read_text().splitlines()
    return next(number for number, line in enumerate(lines, 1) if source in line)


def test_an_unanswered_host_fails_the_test(
    load_action: LoadAction, write_handler: WriteAction, _auth0_testbed: Any
) -> None:
    """Without a route, silence is no answer."""
    action = load_action(write_handler(f"fetch('{URL}').catch(() => {{}});"))
    with (
        pytest.raises(UnansweredRequestError, match=f"GET {URL}"),
        pytest.warns(PendingWorkWarning, match=URL),
    ):
        action.run()
    _auth0_testbed.network._refused.clear()


@pytest.mark.parametrize(
    "source",
    [
        "Promise.resolve().then(() => api.cache.set('k', 'v'));",
        "Promise.resolve().then(() => 1).then(() => 2).then(() => api.cache.set('k', 'v'));",
        "(async () => { await null; await null; api.cache.set('k', 'v'); })();",
        "setImmediate(() => api.cache.set('k', 'v'));",
        "require('node:fs').promises.readFile(__filename).then(() => api.cache.set('k', 'v'));",
    ],
)
@pytest.mark.parametrize("end", ["", "return 1;", "await 1; throw new Error('x');"])
def test_an_api_call_that_comes_after_the_return(
    load_action: LoadAction, write_handler: WriteAction, source: str, end: str
) -> None:
    """It is made, and told at its line; where the handler threw, its error goes before."""
    action = load_action(write_handler(f"try {{ {end} }} catch {{}}\n{source}"))
    execution, told = warned(action.run)
    assert [text for _, text in told] == [
        "[A725] The Action called api.cache.set() after its handler had returned: at Auth0 that "
        "may or may not be done. Await what leads to the call before the handler returns."
    ] * (end != "return 1;")
    assert len(execution.calls) == (end != "return 1;")


@pytest.mark.respx(assert_all_called=False)
@pytest.mark.usefixtures("crm")
@pytest.mark.parametrize(
    "source",
    [
        f"await fetch('{URL}');",
        f"await (await fetch('{URL}')).text();",
        f"await Promise.all([fetch('{URL}'), fetch('{URL}'), fetch('{URL}')]);",
        f"return fetch('{URL}');",
        f"const sent = fetch('{URL}'); await 1; await sent;",
        "await Promise.resolve().then(() => api.cache.set('k', 'v'));",
        "return Promise.resolve().then(() => api.cache.set('k', 'v'));",
        f"await new Promise((done) => require('https').get('{URL}',"
        " (response) => response.resume().on('end', done)));",
        f"await fetch('{URL}', {{ signal: AbortSignal.timeout(5) }}).catch(() => 1);",
        f"setTimeout(() => fetch('{URL}'), 1);",
        "setTimeout(() => api.cache.set('k', 'v'), 1); setInterval(() => {}, 5);",
    ],
)
def test_what_is_waited_for_is_not_told(
    load_action: LoadAction, write_handler: WriteAction, source: str
) -> None:
    """Nor are bare timers, in a first run and in the next one."""
    action = load_action(write_handler(source))
    assert [warned(action.run)[1] for _ in range(2)] == [[], []]


@pytest.mark.parametrize(
    "source",
    [
        "await Promise.race([request(), wait(200)]);",
        "try { await Promise.race([request(), wait(200).then(() => { throw 1; })]); } catch {}",
        "await Promise.any([request(), fetch('https://fast.example.com/')]);",
        "await Promise.race([request({ signal: AbortSignal.timeout(100) }), wait(200)])"
        ".catch(() => {});",
        "get(URL).on('error', () => {}); await wait(1);",
    ],
)
@pytest.mark.respx(assert_all_called=False)
def test_a_request_during_which_time_has_passed(
    load_action: LoadAction, write_handler: WriteAction, http_mock: respx.MockRouter, source: str
) -> None:
    """It was sent for certain."""
    http_mock.get(URL).respond(200, extensions={"delay_ms": 500})
    fast = http_mock.get("https://fast.example.com/").respond(200, extensions={"delay_ms": 5})
    action = load_action(
        write_handler(
            f"const URL = '{URL}';\nconst {{ get }} = require('https');\n"
            "const request = (options) => fetch(URL, options);\n"
            f"const wait = (ms) => new Promise((done) => setTimeout(done, ms));\n{source}"
        )
    )
    execution, told = warned(action.run)
    assert told == []
    assert [each.url for each in execution.requests][:1] == [URL]
    assert fast.called is ("fast" in source)


@pytest.mark.usefixtures("crm")
@pytest.mark.respx(assert_all_called=False)
@pytest.mark.parametrize(
    ("source", "code"),
    [
        (f"await wait(5); fetch('{URL}');", "A727"),
        (
            f"const post = require('https').request('{URL}', {{ method: 'POST' }});\n"
            "post.on('error', () => {}).write('a'); await wait(5);",
            "A728",
        ),
    ],
)
def test_a_request_that_time_alone_does_not_send(
    load_action: LoadAction,
    write_handler: WriteAction,
    source: str,
    code: str,
) -> None:
    """It began when the handler returned, or was never sent to its end."""
    wait = "const wait = (ms) => new Promise((done) => setTimeout(done, ms));"
    [(_, text)] = warned(load_action(write_handler(f"{wait}\n{source}")).run)[1]
    assert code in text


@pytest.mark.usefixtures("crm")
@pytest.mark.parametrize(
    "source",
    [
        "fetch(url);",
        "require('https').get(url);",
        "require('https').request(url).end();",
        "require('http').get(plain);",
        "require('http').request(plain).end();",
        "require('net').connect(80, host).write(`GET / HTTP/1.1\\r\\nhost: ${host}\\r\\n\\r\\n`);",
    ],
)
def test_the_line_is_known_where_nothing_in_it_looks_like_the_request(
    load_action: LoadAction, write_handler: WriteAction, source: str
) -> None:
    path = write_handler(
        "const host = ['crm', 'example', 'com'].join('.');\n"
        "const url = `https://${host}/lead`;\n"
        "const plain = `http://${host}/lead`;\n\n"
        f"{source}"
    )
    assert [line for line, _ in warned(load_action(path).run)[1]] == [6]


@pytest.mark.usefixtures("crm")
@pytest.mark.parametrize("module", ["http", "https"])
def test_the_second_request_on_a_connection_has_its_own_line(
    load_action: LoadAction, write_handler: WriteAction, module: str
) -> None:
    path = write_handler(
        f"const {{ Agent, get }} = require('{module}');\n"
        "const options = { host: 'crm.example.com', agent: new Agent({ keepAlive: true }) };\n"
        "await new Promise((done) => get(options, (found) => found.resume().on('end', done)));\n"
        "await new Promise((done) => setTimeout(done, 5));\n"
        "get(options);"
    )
    assert [line for line, _ in warned(load_action(path).run)[1]] == [6]


@pytest.mark.usefixtures("crm")
@pytest.mark.parametrize("module", ["http", "https"])
def test_a_request_that_waits_for_its_turn_has_its_own_line(
    load_action: LoadAction, write_handler: WriteAction, module: str
) -> None:
    path = write_handler(
        f"const {{ Agent, get }} = require('{module}');\n"
        "const agent = new Agent({ keepAlive: true, maxSockets: 1 });\n"
        "const options = () => ({ host: ['crm', 'example', 'com'].join('.'), agent });\n"
        "get(options(), (found) => found.resume());\n"
        "get(options(), (found) => found.resume());"
    )
    assert [line for line, _ in warned(load_action(path).run)[1]] == [5, 6]


@pytest.mark.parametrize("error", [httpx.ConnectError("no"), httpx.ReadError("no")])
def test_a_late_request_that_fails_was_under_way_too(
    load_action: LoadAction,
    write_handler: WriteAction,
    http_mock: respx.MockRouter,
    error: httpx.TransportError,
) -> None:
    """It is not the Action that has given it up."""
    http_mock.get(URL).mock(side_effect=error)
    path = write_handler(f"fetch('{URL}').catch(() => {{}});")
    assert warned(load_action(path).run)[1] == [(2, LATE)]


@pytest.fixture
def leaves(load_action: LoadAction, write_action: WriteAction) -> Action:
    """An Action whose first run leaves work behind that its second one wakes."""
    return load_action(
        write_action(
            f"""
            exports.onExecutePostUserRegistration = async (event, api) => {{
              if (!event.waits) setTimeout(async () => {{
                console.log('left');
                api.cache.set('k', 'v');
                await fetch('{URL}');
                console.log('left');
              }}, 100);
              else await new Promise((done) => setTimeout(done, 200));
            }};
            """
        )
    )


def test_what_a_run_leaves_is_not_of_the_next_one(leaves: Action, crm: respx.MockRouter) -> None:
    """It is in none of its records, but told, and its request reaches the test."""
    assert warned(leaves.run)[1] == []
    execution, told = warned(leaves.run, {"waits": True})
    assert (execution.calls, execution.logs, execution.requests) == ((), "", ())
    assert [text for _, text in told] == [
        "[A726] An earlier run of the Action had left code behind that called api.cache.set() "
        "during this one, and nothing was done. Await what leads to the call before the handler "
        "returns.",
        f"[A729] An earlier run of the Action had left code behind that asked for GET {URL} during "
        "this one: at Auth0 it may or may not be sent. Await the promise that the request gives, "
        "or those of several with `await Promise.all([...])`.",
    ]
    assert crm.routes[0].call_count == 1


def test_a_warning_that_is_an_error_says_the_same(
    load_action: LoadAction, write_handler: WriteAction, crm: respx.MockRouter
) -> None:
    """With the place at its end."""
    path = write_handler(f"fetch('{URL}');")
    with pytest.raises(PendingWorkWarning) as caught:
        load_action(path).run()
    assert str(caught.value).splitlines()[0] == LATE
    assert str(caught.value).splitlines()[1].startswith(f"Given: {path}:")


@pytest.mark.parametrize(
    ("call", "warns"),
    [
        ("api.idToken.setCustomClaim('https://a.example/role', role())", True),
        ("api.user.setAppMetadata('role', { of: [role()] })", True),
        ("api.access.deny(await role())", False),
        ("api.user.setAppMetadata('role', { of: [await role()] })", False),
    ],
)
def test_a_promise_that_is_passed_to_the_api_is_a_warning(
    load_action: LoadAction, write_action: WriteAction, call: str, warns: bool
) -> None:
    path = write_action(
        "const role = async () => 'admin';\n"
        f"exports.onExecutePostLogin = async (event, api) => {{\n  {call};\n}};\n"
    )
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        load_action(path).run()
    said = [(each.category, str(each.message)) for each in caught]
    method = call.partition("(")[0].removeprefix("api.")
    assert ((PendingWorkWarning, PROMISED.format(method)) in said) is warns
    assert [each.lineno for each in caught if "[A739]" in str(each.message)] == [3] * warns


PROMISED = "[A739] The Action passed a promise to api.{}(), which takes a value: await it first."
