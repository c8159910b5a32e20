"""The failures of the world: each client throws what it really does, without real waiting.

`real_failures.json` is what each client threw against a real server or resolver that failed so:
the error and what caused it, the same with Node.js 20 and 22, and by HTTP and HTTPS. It was
recorded with the Actions of this folder.
"""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import respx

from pytest_auth0_actions import ActionTimeoutError, Clock, LoadAction
from tests.conftest import WriteAction

REAL: dict[str, dict[str, list[str] | None]] = json.loads(
    Path(__file__).with_name("real_failures.json").read_text(encoding="utf-8")
)
HOST = "api.example.com"
URL = f"https://{HOST}/things"
TIMEOUT_MS = 300
# got waits for a timer of its own afterwards, and undici counts in half seconds.
ROUNDED_MS = {"got-esm": 1, "undici-request": 1_000 - TIMEOUT_MS}

SideEffect = Any


def body(
    headers: dict[str, str], error: Exception, size: int = 100
) -> Callable[[httpx.Request], httpx.Response]:
    """Return a side effect: the start of a body, and then *error*."""

    def chunks() -> Iterator[bytes]:
        yield b"x" * size
        raise error

    return lambda request: httpx.Response(200, headers=headers, content=chunks())


SIZED = {"content-type": "text/plain", "content-length": "1000"}
CHUNKED = {"content-type": "text/plain"}
SIDE_EFFECTS: dict[str, SideEffect] = {
    "connect-refused": httpx.ConnectError,
    "connect-timeout": httpx.ConnectTimeout,
    "no-such-name": socket.gaierror(socket.EAI_NONAME, "Name or service not known"),
    "certificate-expired": ssl.SSLCertVerificationError,
    "no-answer": httpx.ReadTimeout,
    "reset": httpx.ReadError,
    "closed": httpx.RemoteProtocolError,
    "reset-in-sized-body": body(SIZED, httpx.ReadError("reset")),
    "reset-in-chunked-body": body(CHUNKED, httpx.ReadError("reset")),
    "closed-in-sized-body": body(SIZED, httpx.RemoteProtocolError("closed")),
    "closed-in-chunked-body": body(CHUNKED, httpx.RemoteProtocolError("closed")),
    "no-rest-of-body": body(SIZED, httpx.ReadTimeout("silent")),
}
WAITS = {"no-answer", "no-rest-of-body"}
CASES = [(client, failure) for client, failures in REAL.items() for failure in failures]
PLAIN_CASES = [case for case in CASES if not case[0].startswith("auth0")]
AUTH0_CASES = [case for case in CASES if case[0].startswith("auth0")]


def chain(error: dict[str, Any] | None, url: str) -> Iterator[str]:
    """Yield an error and its causes, as they stand in the record."""
    while error is not None:
        code = "" if error["code"] is None else f" [{error['code']}]"
        told = f"{error['name']}{code}: {error['message']}"
        port = httpx.URL(url).port or (443 if url.startswith("https:") else 80)
        yield (
            told.replace(url, "{url}")
            .replace(f"{HOST}:{port}", "{address}")
            .replace(HOST, "{host}")
        )
        error = error["cause"]


@pytest.mark.parametrize(("client", "failure"), PLAIN_CASES)
def test_a_client_throws_what_it_really_does(
    load_action: LoadAction,
    clients: Path,
    http_mock: respx.MockRouter,
    clock: Clock,
    client: str,
    failure: str,
) -> None:
    url = URL.replace("https", "http") if client == "http" else URL
    http_mock.route(url=url).mock(side_effect=SIDE_EFFECTS[failure])
    case: dict[str, Any] = {"url": url, "text": "for Slack"}
    if failure in WAITS:
        case["timeout_ms"] = TIMEOUT_MS
    action = load_action(clients / f"{client}.js")
    start_ms = clock.now_ms
    expected = REAL[client][failure]
    if expected is None:  # the client has a bug: it waits for what is already lost
        with pytest.raises(ActionTimeoutError):
            action.run({"case": case})
        return
    execution = action.run({"case": case})
    assert list(chain(execution.event["seen"]["error"], url)) == expected
    least_ms = TIMEOUT_MS if failure in WAITS else 0
    more_ms = execution.duration_ms - least_ms
    assert 0 <= more_ms <= (ROUNDED_MS.get(client, 0) if failure in WAITS else 0)
    assert clock.now_ms - start_ms == execution.duration_ms


@pytest.mark.parametrize(("client", "failure"), AUTH0_CASES)
def test_the_sdk_throws_what_it_really_does(
    load_action: LoadAction, clients: Path, http_mock: respx.MockRouter, client: str, failure: str
) -> None:
    which, _, failure_of_it = failure.partition("-")
    token = http_mock.post(host=HOST, path="/oauth/token")
    effect = SIDE_EFFECTS[failure_of_it]
    if which == "token":
        token.mock(side_effect=effect)
    else:
        token.respond(json={"access_token": "t", "expires_in": 86400, "token_type": "Bearer"})
        http_mock.get(host=HOST, path__startswith="/api/v2/users/").mock(side_effect=effect)
    secrets = {"DOMAIN": HOST, "CLIENT_ID": "an-id", "CLIENT_SECRET": "a-secret"}
    case: dict[str, Any] = {"app_metadata": {}}
    if failure_of_it in WAITS:
        case["timeout_ms"] = TIMEOUT_MS
    action = load_action(clients / f"{client}.js", secrets=secrets)
    seen = action.run({"case": case, "user": {"user_id": "auth0|1"}}).event["seen"]
    assert list(chain(seen["error"], f"https://{HOST}/")) == REAL[client][failure]


@pytest.mark.parametrize(
    ("url", "side_effect", "expected"),
    [
        (
            "http://127.0.0.1:9/",
            httpx.ConnectError,
            {
                "message": "connect ECONNREFUSED 127.0.0.1:9",
                "errno": -111,
                "code": "ECONNREFUSED",
                "syscall": "connect",
                "address": "127.0.0.1",
                "port": 9,
            },
        ),
        (
            "http://[::1]:9/",
            httpx.ConnectError,
            {
                "message": "connect ECONNREFUSED ::1:9",
                "errno": -111,
                "code": "ECONNREFUSED",
                "syscall": "connect",
                "address": "::1",
                "port": 9,
            },
        ),
        (
            "http://no-such-host.invalid/",
            socket.gaierror,
            {
                "message": "getaddrinfo ENOTFOUND no-such-host.invalid",
                "errno": -3008,
                "code": "ENOTFOUND",
                "syscall": "getaddrinfo",
                "hostname": "no-such-host.invalid",
            },
        ),
        (
            "http://busy.example.com/",
            socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution"),
            {
                "message": "getaddrinfo EAI_AGAIN busy.example.com",
                "errno": -3001,
                "code": "EAI_AGAIN",
                "syscall": "getaddrinfo",
                "hostname": "busy.example.com",
            },
        ),
        (
            URL,
            httpx.WriteError,
            {
                "message": "read ECONNRESET",
                "errno": -104,
                "code": "ECONNRESET",
                "syscall": "read",
            },
        ),
        (URL, httpx.RemoteProtocolError, {"message": "socket hang up", "code": "ECONNRESET"}),
        (
            URL,
            ssl.SSLCertVerificationError,
            {"message": "certificate has expired", "code": "CERT_HAS_EXPIRED"},
        ),
    ],
)
def test_what_an_error_tells_besides(
    load_action: LoadAction,
    write_handler: WriteAction,
    http_mock: respx.MockRouter,
    url: str,
    side_effect: SideEffect,
    expected: dict[str, Any],
) -> None:
    """As recorded with Node.js 22 on Linux."""
    http_mock.get(url).mock(side_effect=side_effect)
    path = write_handler(
        """
        const { get } = event.url.startsWith('https') ? require('https') : require('http');
        const error = await new Promise((resolve) => get(event.url).on('error', resolve));
        event.error = { message: error.message, ...error };
        """
    )
    assert load_action(path).run({"url": url}).event["error"] == expected


def test_a_handshake_that_fails(
    load_action: LoadAction, write_handler: WriteAction, http_mock: respx.MockRouter
) -> None:
    """The whole text has an address of memory and a line of OpenSSL's in it."""
    http_mock.get(URL).mock(side_effect=ssl.SSLError)
    path = write_handler(
        """
        const error = await new Promise((r) => require('https').get(event.url).on('error', r));
        event.error = [error.code, error.errno, error.syscall, error.message];
        """
    )
    code, errno, syscall, message = load_action(path).run({"url": URL}).event["error"]
    assert (code, errno, syscall) == ("EPROTO", -71, "write")
    assert message.startswith("write EPROTO ")
    assert "alert handshake failure" in message


@pytest.mark.parametrize("failure", sorted(WAITS))
def test_without_a_timeout_of_its_own_the_action_runs_into_auth0s(
    load_action: LoadAction,
    clients: Path,
    http_mock: respx.MockRouter,
    clock: Clock,
    failure: str,
) -> None:
    http_mock.get(URL).mock(side_effect=SIDE_EFFECTS[failure])
    start_ms = clock.now_ms
    with pytest.raises(ActionTimeoutError) as caught:
        load_action(clients / "fetch.js").run({"case": {"url": URL}})
    assert clock.now_ms - start_ms == 20_000
    assert caught.value.what_happened == (
        "[A411] The Action did not settle within 20 s, and Auth0 would stop it there."
    )
    assert f"It waited for GET {URL}." in caught.value.what_was_given
    [request] = caught.value.execution.requests
    assert request.status == (None if failure == "no-answer" else 200)


@pytest.mark.parametrize("headers", [SIZED, CHUNKED])
@pytest.mark.parametrize(
    ("error", "message"),
    [(httpx.ReadError, "read ECONNRESET"), (httpx.RemoteProtocolError, "aborted")],
)
def test_a_body_that_fails_at_its_first_byte(
    load_action: LoadAction,
    write_handler: WriteAction,
    http_mock: respx.MockRouter,
    headers: dict[str, str],
    error: type[httpx.TransportError],
    message: str,
) -> None:
    """The status and the headers are there before."""
    path = write_handler(
        """
        event.seen = await new Promise((resolve) => {
          const request = require('http').get(event.url, ({ statusCode, headers }) => {
            event.status = [statusCode, headers['content-type']];
          });
          request.on('response', (response) => {
            response.on('error', (error) => resolve(error.message)).resume();
          });
          request.on('error', (error) => resolve(error.message));
        });
        """
    )
    url = URL.replace("https", "http")
    http_mock.get(url).mock(side_effect=body(headers, error("lost"), size=0))
    event = load_action(path).run({"url": url}).event
    assert event["status"] == [200, "text/plain"]
    assert event["seen"] == message


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_what_came_before_a_reset_is_there(
    load_action: LoadAction, write_handler: WriteAction, http_mock: respx.MockRouter, scheme: str
) -> None:
    url = URL.replace("https", scheme)
    http_mock.get(url).mock(side_effect=body(SIZED, httpx.ReadError("reset")))
    path = write_handler(
        """
        event.size = 0;
        const { body } = await fetch(event.url);
        try {
          for await (const chunk of body) event.size += chunk.length;
        } catch (error) {
          event.error = error.cause.code;
        }
        """
    )
    event = load_action(path).run({"url": url}).event
    assert (event["size"], event["error"]) == (100, "ECONNRESET")


@pytest.mark.parametrize("port", [80, 443, 8443])
def test_a_client_that_connects_again_at_once(
    load_action: LoadAction, clients: Path, http_mock: respx.MockRouter, port: int
) -> None:
    """As Node.js's fetch does after a time-out, whether or not it has another request."""
    url = f"http{'' if port == 80 else 's'}://{HOST}:{port}/"
    http_mock.get(url).mock(side_effect=body(SIZED, httpx.ReadTimeout("silent")))
    action = load_action(clients / "fetch.js")
    for _ in range(3):
        seen = action.run({"case": {"url": url, "timeout_ms": TIMEOUT_MS}}).event["seen"]
        assert seen["error"]["name"] == "TimeoutError"


def test_a_connection_that_is_given_up_is_free_again(
    load_action: LoadAction, write_handler: WriteAction, http_mock: respx.MockRouter
) -> None:
    """An agent that outlives the run, as a package's does, would wait for it for good."""
    http_mock.get(URL).mock(side_effect=[httpx.ReadTimeout("silent"), httpx.Response(200)])
    path = write_handler(
        """
        const https = require('https');
        globalThis.agent ??= new https.Agent({ keepAlive: true, maxSockets: 1 });
        event.status = await new Promise((resolve, reject) => {
          const done = ({ statusCode }) => resolve(statusCode);
          https.get(event.url, { agent }, done).on('error', reject);
        });
        """
    )
    action = load_action(path)
    with pytest.raises(ActionTimeoutError):
        action.run({"url": URL})
    assert action.run({"url": URL}).event["status"] == 200


def test_after_a_failure_the_next_request_is_answered(
    load_action: LoadAction, clients: Path, http_mock: respx.MockRouter
) -> None:
    """As a client meets it that tries again."""
    outage: SideEffect = [
        httpx.ConnectError,
        httpx.ReadError,
        httpx.RemoteProtocolError,
        body(SIZED, httpx.ReadError("reset")),
        httpx.Response(200, text="at last"),
    ]
    http_mock.get(URL).mock(side_effect=outage)
    execution = load_action(clients / "axios.js").run({"case": {"url": URL, "repeat": 5}})
    *failed, answered = execution.event["seen"]
    assert [seen["error"]["code"] for seen in failed] == [
        "ECONNREFUSED", "ECONNRESET", "ECONNRESET", "ECONNRESET",
    ]  # fmt: skip
    assert answered["text"] == "at last"
    assert [request.status for request in execution.requests] == [None, None, None, 200, 200]


def test_one_failure_leaves_the_requests_beside_it_alone(
    load_action: LoadAction, clients: Path, http_mock: respx.MockRouter
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.params["n"] == "2":
            raise httpx.ReadError("reset")
        return httpx.Response(200, text=request.url.params["n"])

    http_mock.get(URL).mock(side_effect=answer)
    seen = (
        load_action(clients / "fetch.js").run({"case": {"url": URL, "parallel": 5}}).event["seen"]
    )
    assert [each.get("text", "failed") for each in seen] == ["0", "1", "failed", "3", "4"]
