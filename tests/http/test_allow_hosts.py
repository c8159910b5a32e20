"""Hosts that are really reached: servers of the test's own, on loopback."""

from __future__ import annotations

import http.server
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import respx

from pytest_auth0_actions import CacheStore, LoadAction
from tests.conftest import STRICT_INI, WriteAction
from tests.http.conftest import Refused

FETCH = "event.seen = await (await fetch(event.url)).text();"


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers with the path, and keeps connections."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        content = f"really {self.path}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        pass


class Echo(socketserver.BaseRequestHandler):
    """Greets, and gives one message back."""

    def handle(self) -> None:
        if isinstance(self.request, tuple):
            datagram, udp = self.request
            udp.sendto(datagram.upper(), self.client_address)
        else:
            self.request.sendall(b"hello ")
            self.request.sendall(self.request.recv(100).upper())


class V6Server(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6


@pytest.fixture
def serve() -> Iterator[Any]:
    """Have a server run until the test is over, and return its address."""
    with ExitStack() as stack:

        def serve(server: Any) -> Any:
            server.daemon_threads = True
            server.block_on_close = False
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
            stack.enter_context(server)
            stack.callback(thread.join)
            stack.callback(server.shutdown)
            thread.start()
            return server.server_address

        yield serve


@pytest.fixture
def port(serve: Any) -> int:
    """Return the port of a server of HTTP."""
    return int(serve(http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler))[1])


def allow(request: pytest.FixtureRequest, *hosts: str) -> None:
    """Do as the marker does; a port is not known where a marker stands."""
    request.node.add_marker(pytest.mark.auth0(allow_hosts=list(hosts)))


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1"])
@pytest.mark.parametrize("with_port", [True, False])
@pytest.mark.parametrize("client", ["fetch", "http", "axios", "got", "undici-request"])
def test_a_server_is_reached(
    request: pytest.FixtureRequest,
    port: int,
    clients: Path,
    name: str,
    with_port: bool,
    client: str,
) -> None:
    """With the look-up of its name, whether or not the port was named."""
    allow(request, f"{name}:{port}" if with_port else name)
    load_action: LoadAction = request.getfixturevalue("load_action")
    case = {"url": f"http://{name}:{port}/a?b=c"}
    execution = load_action(clients / f"{client}.js").run({"case": case})
    assert execution.event["seen"]["text"] == "really /a?b=c"
    assert execution.requests == ()  # which report what the test has answered


@pytest.mark.parametrize("allowed", ["::1", "[::1]", "[::1]:{}"])
def test_an_address_of_ipv6(
    request: pytest.FixtureRequest, serve: Any, write_handler: WriteAction, allowed: str
) -> None:
    try:
        port = serve(V6Server(("::1", 0), Handler))[1]
    except OSError:
        pytest.skip("this machine has no IPv6")
    allow(request, allowed.format(port))
    load_action: LoadAction = request.getfixturevalue("load_action")
    event = load_action(write_handler(FETCH)).run({"url": f"http://[::1]:{port}/six"}).event
    assert event["seen"] == "really /six"


def test_other_hosts_and_ports_stay_closed(
    request: pytest.FixtureRequest, port: int, write_handler: WriteAction
) -> None:
    allow(request, f"localhost:{port}")
    http_mock: respx.MockRouter = request.getfixturevalue("http_mock")
    http_mock.get("http://localhost:8000/").respond(text="mocked")
    http_mock.get(f"http://127.0.0.1:{port}/").respond(text="mocked")
    load_action: LoadAction = request.getfixturevalue("load_action")
    action = load_action(write_handler(FETCH))
    urls = [f"http://localhost:{port}/", "http://localhost:8000/", f"http://127.0.0.1:{port}/"]
    assert [action.run({"url": url}).event["seen"] for url in urls] == [
        "really /", "mocked", "mocked",
    ]  # fmt: skip


def test_other_than_http(
    request: pytest.FixtureRequest, serve: Any, write_handler: WriteAction, tmp_path: Path
) -> None:
    tcp = serve(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Echo))[1]
    udp = serve(socketserver.ThreadingUDPServer(("127.0.0.1", 0), Echo))[1]
    unix = serve(socketserver.ThreadingUnixStreamServer(str(tmp_path / "s"), Echo))
    allow(request, f"localhost:{tcp}", f"127.0.0.1:{udp}", unix)
    path = write_handler(
        """
        const net = require('net');
        const ask = (...where) => new Promise((resolve, reject) => {
          let told = '';
          const socket = net.connect(...where, () => socket.write('ping'));
          socket.on('data', (chunk) => (told += chunk)).on('error', reject);
          socket.on('close', () => resolve(told));
        });
        const send = (connected) => new Promise((resolve, reject) => {
          const socket = require('dgram').createSocket('udp4').on('error', reject);
          socket.on('message', (message) => socket.close(() => resolve(message.toString())));
          const { udp } = event;
          if (connected) socket.connect(udp, '127.0.0.1', () => socket.send('ping'));
          else socket.send('ping', udp, '127.0.0.1');
        });
        event.seen = [
          await ask(event.tcp, 'localhost'), await ask(event.unix), await send(), await send(true),
          (await require('dns').promises.lookup('localhost', 4)).address,
        ];
        """
    )
    load_action: LoadAction = request.getfixturevalue("load_action")
    event = load_action(path).run({"tcp": tcp, "udp": udp, "unix": unix}).event
    assert event["seen"] == ["hello PING", "hello PING", "PING", "PING", "127.0.0.1"]


def test_a_socket_of_unix_is_named_by_its_path(
    request: pytest.FixtureRequest, serve: Any, write_handler: WriteAction, tmp_path: Path
) -> None:
    """It is on no host, whatever hosts are allowed."""
    named, other = (
        serve(socketserver.ThreadingUnixStreamServer(str(tmp_path / name), Echo)) for name in "no"
    )
    allow(request, "localhost", named)
    path = write_handler(
        """
        event.seen = [];
        for (const path of event.paths) {
          const socket = require('net').connect(path, () => socket.write('ping'));
          event.seen.push(await new Promise((resolve) => {
            let told = '';
            socket.on('data', (chunk) => (told += chunk)).on('error', ({ code }) => resolve(code));
            socket.on('close', () => resolve(told));
          }));
        }
        api.cache.set('seen', JSON.stringify(event.seen));
        """
    )
    load_action: LoadAction = request.getfixturevalue("load_action")
    refused: Refused = request.getfixturevalue("refused")
    error = refused(lambda: load_action(path).run({"paths": [named, other]}))
    assert f"a connection to {other}." in error.what_happened
    cache_store: CacheStore = request.getfixturevalue("cache_store")
    assert cache_store.records["seen"].value == '["hello PING","ECONNREFUSED"]'


@pytest.mark.auth0(allow_hosts=["api.test:8443"])
@pytest.mark.parametrize("client", ["fetch", "https", "tls"])
def test_other_ports_of_a_host_stay_closed_for_tls(
    load_action: LoadAction, write_handler: WriteAction, http_mock: respx.MockRouter, client: str
) -> None:
    http_mock.get("https://api.test/").respond(text="mocked")
    path = write_handler(
        """
        const read = (stream) => new Promise((resolve, reject) => {
          let told = '';
          stream.on('data', (chunk) => (told += chunk)).on('error', reject);
          stream.on('end', () => resolve(told));
        });
        const clients = {
          fetch: async () => (await fetch('https://api.test/')).text(),
          https: async () => read(await new Promise((resolve, reject) => {
            require('https').get('https://api.test/', resolve).on('error', reject);
          })),
          tls: async () => {
            const socket = require('tls').connect(443, 'api.test', { servername: 'api.test' });
            socket.write('GET / HTTP/1.0\\r\\nhost: api.test\\r\\n\\r\\n');
            return (await read(socket)).split('\\r\\n').at(-1);
          },
        };
        event.seen = await clients[event.by]();
        """
    )
    assert load_action(path).run({"by": client}).event["seen"] == "mocked"


def test_a_kept_connection_does_not_outlive_its_test(pytester: pytest.Pytester, port: int) -> None:
    """Neither the test's own answers where a server is allowed, nor the other way round."""
    pytester.makeini(STRICT_INI)
    (pytester.path / "code.js").write_text(
        "exports.onExecutePostUserRegistration = async (event) => {"
        f" event.seen = await (await fetch('http://localhost:{port}/')).text(); }};",
        encoding="utf-8",
    )
    pytester.makepyfile(
        f"""
        import pytest

        def mocked(load_action, http_mock):
            http_mock.get("http://localhost:{port}/").respond(text="mocked")
            assert load_action("code.js").run({{}}).event["seen"] == "mocked"

        def really(load_action):
            assert load_action("code.js").run({{}}).event["seen"] == "really /"

        test_1 = mocked
        test_2 = pytest.mark.auth0(allow_hosts=["localhost:{port}"])(really)
        test_3 = lambda load_action, http_mock: mocked(load_action, http_mock)

        @pytest.mark.auth0(allow_hosts=["localhost"])
        def test_4(load_action):
            really(load_action)
        """
    )
    pytester.runpytest().assert_outcomes(passed=4)


def test_the_ini_setting(pytester: pytest.Pytester, port: int) -> None:
    """A marker replaces it."""
    pytester.makeini(STRICT_INI + f"auth0_allow_hosts =\n    db.test:5432\n    localhost:{port}\n")
    (pytester.path / "code.js").write_text(
        "exports.onExecutePostUserRegistration = async (event) => {"
        f" event.seen = await (await fetch('http://localhost:{port}/')).text(); }};",
        encoding="utf-8",
    )
    pytester.makepyfile(
        """
        import pytest

        def test_open(load_action):
            assert load_action("code.js").run({}).event["seen"] == "really /"

        @pytest.mark.auth0(allow_hosts=[])
        def test_closed(load_action):
            load_action("code.js").run()
        """
    )
    result = pytester.runpytest()
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines([f"*does not answer: GET http://localhost:{port}/."])


@pytest.mark.parametrize(
    ("hosts", "given"),
    [
        ("'localhost'", "'localhost', by @pytest.mark.auth0(allow_hosts=...)."),
        ("[8080]", "?8080?, by @pytest.mark.auth0(allow_hosts=...)."),
        ("8080", "8080, by @pytest.mark.auth0(allow_hosts=...)."),
        ("[' db.test']", "?' db.test'?, by @pytest.mark.auth0(allow_hosts=...)."),
        ("['']", "?''?, by @pytest.mark.auth0(allow_hosts=...)."),
        ("['a.test', 'https://b.test']", "?'a.test', 'https://b.test'?, by *"),
        ("{'*.example.com'}", "{'?.example.com'}, by *"),
    ],
)
def test_what_are_no_hosts(pytester: pytest.Pytester, hosts: str, given: str) -> None:
    pytester.makeini("[pytest]\n")
    pytester.makepyfile(
        f"""
        import pytest

        @pytest.mark.auth0(allow_hosts={hosts})
        def test_it(load_action):
            pass
        """
    )
    result = pytester.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        [
            "E*UsageError: ?A104? allow_hosts must be a list of hosts.",
            f"E*Given: {given}",
            "E*Pass whole names without a scheme, such as ?'localhost', 'db.example.com:5432'?.",
        ]
    )


@pytest.mark.parametrize("host", ["localhost", "::1", "[::1]:80", "/run/a b/db.sock", "a.test:80"])
def test_what_is_a_host_is_taken(pytester: pytest.Pytester, host: str) -> None:
    pytester.makeini(f"[pytest]\nauth0_allow_hosts = {host}\n")
    pytester.makepyfile("def test_it(load_action): pass")
    pytester.runpytest().assert_outcomes(passed=1)


def test_a_host_of_ini_is_written_without_quotes(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nauth0_allow_hosts =\n    https://db.test\n")
    pytester.makepyfile("def test_it(load_action): pass")
    result = pytester.runpytest()
    result.stdout.fnmatch_lines(
        [
            "E*Given: ?'https://db.test'?, by ini auth0_allow_hosts.",
            "E*Write whole names without a scheme, one a line, such as db.example.com:5432.",
        ]
    )


def test_proxies_of_the_environment_are_not_asked(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, clients: Path, port: int
) -> None:
    """Neither of a real server nor of a mocked one; every client reads them its own way."""
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "npm_config_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("NODE_USE_ENV_PROXY", "1")
    pytester.makeini("[pytest]\n")
    pytester.makepyfile(
        f"""
        import pytest

        @pytest.mark.parametrize("client", ["fetch", "axios", "got", "superagent"])
        @pytest.mark.auth0(allow_hosts=["localhost"])
        def test_it(client, load_action, http_mock):
            http_mock.get("http://api.test/").respond(text="mocked")
            action = load_action(f"{clients}/{{client}}.js")
            for url, text in [
                ("http://localhost:{port}/", "really /"), ("http://api.test/", "mocked")
            ]:
                assert action.run({{"case": {{"url": url}}}}).event["seen"]["text"] == text
        """
    )
    pytester.runpytest().assert_outcomes(passed=4)
