"""What a request is to the routes, down to its bytes."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
import respx

from pytest_auth0_actions import LoadAction
from tests.conftest import WriteAction

# `raw(text)` writes to a socket, and gives what comes back, until the other side is done.
RAW = """
const net = require('net');
const raw = (bytes, host = 'api.test', port = 80) => new Promise((resolve, reject) => {
  let told = '';
  const socket = net.connect(port, host).on('error', reject);
  socket.on('data', (chunk) => { told += chunk.toString('latin1'); });
  socket.on('close', () => resolve(told));
  socket.write(bytes, 'latin1');
});
"""


@pytest.fixture
def last(http_mock: respx.MockRouter) -> Any:
    """Return what gives the one request that was sent; every request is answered."""
    http_mock.route().respond(200, text="ok")

    def last() -> httpx.Request:
        [call] = http_mock.calls
        request: httpx.Request = call.request
        return request

    return last


@pytest.mark.parametrize(
    ("url", "host_header"),
    [
        ("http://api.test/", "api.test"),
        ("http://api.test:80/", "api.test"),
        ("http://api.test:443/", "api.test:443"),
        ("https://api.test:443/", "api.test"),
        ("https://api.test:80/", "api.test:80"),
        ("https://api.test:8443/a/../b?x=1&x=2#here", "api.test:8443"),
        ("http://127.0.0.1:8080/", "127.0.0.1:8080"),
        ("https://10.0.0.7/", "10.0.0.7"),
        ("http://[::1]/", "[::1]"),
        ("https://[2001:db8::7]:8443/", "[2001:db8::7]:8443"),
        ("https://localhost/", "localhost"),
        ("https://münchen.example/", "xn--mnchen-3ya.example"),
        ("https://API.Test/UPPER", "api.test"),
        ("https://my_shop.example.com/", "my_shop.example.com"),
        ("https://" + "a" * 63 + "." + "b" * 63 + ".example.com/", None),
        ("https://api.test./", "api.test."),
        ("https://user:pass%3A@api.test/", "api.test"),
        ("https://api.test/%E2%98%83?q=%2B+%20", "api.test"),
    ],
)
@pytest.mark.parametrize("client", ["https", "got"])
def test_urls(
    load_action: LoadAction,
    write_handler: WriteAction,
    clients: Any,
    last: Any,
    url: str,
    host_header: str | None,
    client: str,
) -> None:
    if client == "got":
        path = clients / "got.js"
    else:
        path = write_handler(
            """
            const { url } = event.case;
            const { get } = require(url.startsWith('https:') ? 'https' : 'http');
            event.seen = await new Promise((resolve, reject) => {
              const done = ({ statusCode: status }) => resolve({ status });
              get(url, done).on('error', reject);
            });
            """
        )
    execution = load_action(path).run({"case": {"url": url}})
    assert execution.event["seen"]["status"] == 200
    expected = httpx.URL(url).copy_with(fragment=None, username=None, password=None)
    assert last().url == httpx.URL(str(expected).replace("/a/../b", "/b"))
    assert execution.requests[0].url == str(last().url).replace(
        expected.host, expected.raw_host.decode()
    )
    if host_header is not None:
        assert last().headers["host"] == host_header


def test_the_host_header_is_the_clients(
    load_action: LoadAction, write_handler: WriteAction, last: Any
) -> None:
    """A virtual host: routes match where the request went, as in httpx."""
    path = write_handler(
        """
        const http = require('http');
        const options = { host: '10.0.0.7', headers: { host: 'shop.test' } };
        await new Promise((resolve, reject) => http.get(options, resolve).on('error', reject));
        """
    )
    load_action(path).run()
    assert str(last().url) == "http://10.0.0.7/"
    assert last().headers["host"] == "shop.test"


@pytest.mark.parametrize(
    ("line", "url"),
    [
        ("GET /a?b=c HTTP/1.1", "http://api.test/a?b=c"),
        ("GET http://other.test/a?b=c HTTP/1.1", "http://other.test/a?b=c"),
        ("OPTIONS * HTTP/1.1", "http://api.test/*"),
        ("GET /a HTTP/1.0", "http://api.test/a"),
        ("GET //twice//a HTTP/1.1", "http://api.test//twice//a"),
    ],
)
def test_request_lines(
    load_action: LoadAction, write_handler: WriteAction, last: Any, line: str, url: str
) -> None:
    path = write_handler(RAW + "event.told = await raw(`${event.line}\\r\\n${event.rest}`);")
    rest = "Host: api.test\r\nConnection: close\r\n\r\n"
    told = load_action(path).run({"line": line, "rest": rest}).event["told"]
    assert told.startswith("HTTP/1.1 200 OK\r\n")
    assert told.endswith("ok")
    assert (last().method, str(last().url)) == (line.split()[0], url)


def test_headers_are_as_they_were_sent(
    load_action: LoadAction, write_handler: WriteAction, last: Any
) -> None:
    """No host need be there, headers may come twice, and bytes are bytes."""
    path = write_handler(RAW + "await raw(event.text);")
    text = (
        "POST / HTTP/1.1\r\nX-Twice: one\r\nx-twice: two\r\nX-Latin: caf\xe9\r\nX-Empty:\r\n"
        "Content-Length: 3\r\nConnection: close\r\n\r\n\xff\x00\xfe"
    )
    load_action(path).run({"text": text})
    request = last()
    assert request.headers.raw == [
        (b"X-Twice", b"one"),
        (b"x-twice", b"two"),
        (b"X-Latin", b"caf\xe9"),
        (b"X-Empty", b""),
        (b"Content-Length", b"3"),
        (b"Connection", b"close"),
    ]
    assert request.content == b"\xff\x00\xfe"


def test_long_and_many_headers(
    load_action: LoadAction, write_handler: WriteAction, last: Any
) -> None:
    path = write_handler(
        """
        const headers = { long: 'x'.repeat(100000) };
        for (let i = 0; i < 3000; i++) headers[`many-${i}`] = String(i);
        await new Promise((resolve, reject) => {
          require('https').get('https://api.test/', { headers }, resolve).on('error', reject);
        });
        """
    )
    load_action(path).run()
    assert len(last().headers["long"]) == 100_000
    assert last().headers["many-2999"] == "2999"


def test_a_long_url(load_action: LoadAction, write_handler: WriteAction, last: Any) -> None:
    path = write_handler("event.ok = (await fetch(`http://api.test/?q=${'x'.repeat(60000)}`)).ok;")
    assert load_action(path).run({}).event["ok"] is True
    assert len(last().url.params["q"]) == 60_000


def test_trailers_are_left_out(
    load_action: LoadAction, write_handler: WriteAction, last: Any
) -> None:
    path = write_handler(
        """
        const headers = { trailer: 'X-Sum', 'transfer-encoding': 'chunked' };
        await new Promise((resolve, reject) => {
          const options = { method: 'POST', headers };
          const request = require('http').request('http://api.test/', options, resolve);
          request.on('error', reject);
          request.write('one');
          request.write('two');
          request.addTrailers({ 'X-Sum': '6' });
          request.end();
        });
        """
    )
    load_action(path).run()
    assert last().content == b"onetwo"
    assert "x-sum" not in last().headers


@pytest.mark.parametrize(
    ("expect", "continues"), [("100-continue", True), ("something-else", False)]
)
def test_expectations(
    load_action: LoadAction,
    write_handler: WriteAction,
    last: Any,
    expect: str,
    continues: bool,
) -> None:
    path = write_handler(
        """
        const headers = { expect: event.expect, 'content-length': 4 };
        event.continued = false;
        event.status = await new Promise((resolve, reject) => {
          const options = { method: 'PUT', headers };
          const done = ({ statusCode }) => resolve(statusCode);
          const request = require('http').request('http://api.test/', options, done);
          request.on('error', reject);
          request.on('continue', () => { event.continued = true; request.end('body'); });
          if (event.expect === '100-continue') request.flushHeaders();
          else request.end('body');
        });
        """
    )
    event = load_action(path).run({"expect": expect}).event
    assert (event["status"], event["continued"]) == (200, continues)
    assert last().content == b"body"


def test_an_upgrade_is_answered_as_any_request(
    load_action: LoadAction, write_handler: WriteAction, last: Any
) -> None:
    path = write_handler(
        """
        const headers = { connection: 'Upgrade', upgrade: 'websocket' };
        event.status = await new Promise((resolve, reject) => {
          const done = ({ statusCode }) => resolve(statusCode);
          require('https').get('https://api.test/', { headers }, done).on('error', reject);
        });
        """
    )
    assert load_action(path).run({}).event["status"] == 200
    assert last().headers["upgrade"] == "websocket"


def test_a_socket_connects_as_node_js_has_it(
    load_action: LoadAction, write_handler: WriteAction, last: Any
) -> None:
    """Its listener is called once, in a later turn; what was written before that goes out then."""
    path = write_handler(
        """
        const socket = require('net').connect(80, 'api.test', () => event.seen.push('listener'));
        event.seen = [socket.connecting, socket.readyState];
        socket.on('connect', () => event.seen.push(socket.connecting, socket.readyState));
        socket.end('GET / HTTP/1.0\\r\\n\\r\\n');
        event.seen.push(socket.connecting, socket.readyState);
        await new Promise((resolve) => socket.resume().on('close', resolve));
        """
    )
    assert load_action(path).run({}).event["seen"] == [
        True,
        "opening",
        True,
        "opening",
        "listener",
        False,
        "readOnly",
    ]
    assert last().url == "http://api.test/"


def test_a_hundred_requests_at_once(
    load_action: LoadAction, write_handler: WriteAction, http_mock: respx.MockRouter
) -> None:
    """More than connections are kept; while each is asked something, none is closed."""
    http_mock.route().respond(200, extensions={"delay_ms": 1_000})
    path = write_handler(
        """
        const get = (_, index) => new Promise((resolve, reject) => {
          const url = `https://api.test/${index}`;
          require('https').get(url, ({ statusCode }) => resolve(statusCode)).on('error', reject);
        });
        event.statuses = await Promise.all(Array.from({ length: 100 }, get));
        """
    )
    assert load_action(path).run({}).event["statuses"] == [200] * 100


def test_requests_that_are_piped_are_answered_in_order(
    load_action: LoadAction, write_handler: WriteAction, http_mock: respx.MockRouter
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        delay_ms = 500 if request.url.path == "/1" else 0
        return httpx.Response(200, text=request.url.path, extensions={"delay_ms": delay_ms})

    http_mock.route().mock(side_effect=answer)
    path = write_handler(RAW + "event.told = await raw(event.text);")
    lines = ["GET /1 HTTP/1.1\r\n\r\n", "GET /2 HTTP/1.1\r\nConnection: close\r\n\r\n"]
    told = load_action(path).run({"text": "".join(lines)}).event["told"]
    assert told.index("/1") < told.index("/2")


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_connection_is_kept(
    load_action: LoadAction, write_handler: WriteAction, http_mock: respx.MockRouter, scheme: str
) -> None:
    http_mock.route().respond(200, text="ok")
    path = write_handler(
        """
        const client = require(event.scheme);
        const agent = new client.Agent({ keepAlive: true, maxSockets: 1 });
        const get = () => new Promise((resolve, reject) => {
          const request = client.get(`${event.scheme}://api.test/`, { agent }, (response) => {
            response.resume().on('end', () => setImmediate(resolve, request));
          }).on('error', reject);
        });
        const requests = [await get(), await get(), await get()];
        event.reused = requests.map(({ reusedSocket }) => reusedSocket);
        event.sockets = new Set(requests.map(({ socket }) => socket)).size;
        event.address = requests[0].socket.remoteAddress;
        """
    )
    event = load_action(path).run({"scheme": scheme}).event
    assert event["reused"] == [False, True, True]
    assert event["sockets"] == 1
    assert event["address"] == "192.0.2.1"


@pytest.mark.respx(assert_all_called=False)
@pytest.mark.parametrize("client", ["fetch", "https", "net"])
def test_a_request_can_be_given_up_at_any_time(
    load_action: LoadAction, write_handler: WriteAction, http_mock: respx.MockRouter, client: str
) -> None:
    """Before there is a connection, in the middle of a handshake, or while it is answered."""
    http_mock.get(host="api.test").respond(text="x" * 100_000)
    path = write_handler(
        """
        const clients = {
          async fetch(signal) {
            await (await fetch('https://api.test/', { signal })).text();
          },
          https: (signal) => new Promise((resolve, reject) => {
            const options = { signal, agent: new (require('https').Agent)() };
            require('https').get('https://api.test/', options, (response) => {
              response.on('error', reject).on('end', resolve).resume();
            }).on('error', reject);
          }),
          net: (signal) => new Promise((resolve, reject) => {
            const socket = require('net').connect(80, 'api.test').on('error', reject);
            socket.on('close', resolve).resume();
            signal.addEventListener('abort', () => socket.destroy());
            socket.write('GET / HTTP/1.1\\r\\nConnection: close\\r\\n\\r\\n');
          }),
        };
        event.given_up = 0;
        for (let turns = 0; turns < 40; turns += 1) {
          const controller = new AbortController();
          const asked = clients[event.by](controller.signal).catch(() => event.given_up += 1);
          for (let turn = 0; turn < turns; turn += 1) await new Promise(setImmediate);
          controller.abort();
          await asked;
        }
        await clients[event.by](new AbortController().signal);
        """
    )
    event = load_action(path).run({"by": client}).event
    assert client == "net" or 1 < event["given_up"] < 40


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_an_agent_can_limit_the_time_of_its_sockets(
    load_action: LoadAction, write_handler: WriteAction, http_mock: respx.MockRouter, scheme: str
) -> None:
    http_mock.route().respond(200, extensions={"delay_ms": 3_000})
    path = write_handler(
        """
        const client = require(event.scheme);
        const agent = new client.Agent({ timeout: 1000 });
        const start = Date.now();
        event.seen = await new Promise((resolve) => {
          const request = client.get(`${event.scheme}://api.test/`, { agent }, resolve);
          request.on('timeout', () => request.destroy());
          request.on('error', () => resolve(Date.now() - start));
        });
        """
    )
    assert load_action(path).run({"scheme": scheme}).event["seen"] == 1_000


@pytest.mark.respx(assert_all_called=False)
@pytest.mark.parametrize(
    ("options", "seen"),
    [
        ("{}", [True, False, "DNS:api.test"]),
        ("{ servername: 'other.test' }", "ERR_TLS_CERT_ALTNAME_INVALID"),
        ("{ host: '10.0.0.7' }", [True, False, "IP Address:10.0.0.7"]),
        ("{ checkServerIdentity: () => new Error('pinned') }", "pinned"),
        (
            "{ checkServerIdentity: (_, cert) => tls.checkServerIdentity('other.test', cert) }",
            "ERR_TLS_CERT_ALTNAME_INVALID",
        ),
        ("{ minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' }", [True, False, "DNS:api.test"]),
        ("{ ALPNProtocols: ['h2', 'http/1.1'] }", [True, "http/1.1", "DNS:api.test"]),
        ("{ maxVersion: 'TLSv1.2' }", [True, False, "DNS:api.test"]),
    ],
)
def test_certificates_are_checked(
    load_action: LoadAction, write_handler: WriteAction, last: Any, options: str, seen: Any
) -> None:
    path = write_handler(
        f"""
        const tls = require('tls');
        const https = require('https');
        const options = {{ host: 'api.test', agent: new https.Agent(), ...{options} }};
        event.seen = await new Promise((resolve) => {{
          const request = https.get(options, (response) => {{
            const {{ authorized, alpnProtocol }} = response.socket;
            const certificate = response.socket.getPeerCertificate();
            resolve([authorized, alpnProtocol, certificate.subjectaltname]);
          }});
          request.on('error', ({{ code, message }}) => resolve(code ?? message));
        }});
        """
    )
    execution = load_action(path).run({})
    assert execution.event["seen"] == seen
    assert len(execution.requests) == isinstance(seen, list)


def test_what_comes_back_is_told_as_well(
    load_action: LoadAction, write_handler: WriteAction, http_mock: respx.MockRouter
) -> None:
    """Nothing is added to a response but what frames it."""
    http_mock.route().respond(
        418,
        headers=[(b"X-Twice", b"one"), (b"X-Twice", b"two"), (b"X-Latin", b"caf\xe9")],
        content=b"\xff\x00",
        extensions={"reason_phrase": b"Short And Stout"},
    )
    path = write_handler(RAW + "event.told = await raw(event.text);")
    text = "GET / HTTP/1.1\r\nConnection: close\r\n\r\n"
    told = load_action(path).run({"text": text}).event["told"]
    head, body = told.split("\r\n\r\n")
    assert head.split("\r\n") == [
        "HTTP/1.1 418 Short And Stout",
        "X-Twice: one",
        "X-Twice: two",
        "X-Latin: caf\xe9",
        "Content-Length: 2",
        "Connection: close",
    ]
    assert body == "\xff\x00"
