"""The network is closed: whatever an Action tries fails, and fails its test."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import respx

from pytest_auth0_actions import (
    ActionError,
    ActionTimeoutError,
    LoadAction,
    PostUserRegistrationAPI,
    UnansweredRequestError,
)
from pytest_auth0_actions.world import unanswered
from tests.conftest import WriteAction
from tests.http.conftest import Refused

INSTALL = "pip install respx trustme"


class TestHTTP:
    def test_without_the_mock(
        self, load_action: LoadAction, write_handler: WriteAction, refused: Refused
    ) -> None:
        action = load_action(write_handler("await fetch('https://api.example.com/a?b=1');"))
        assert str(refused(action.run)) == (
            "[A605] The Action asked for what the test does not answer: "
            "GET https://api.example.com/a?b=1.\n"
            "Given: a test without the fixture http_mock.\n"
            "Use http_mock, as an argument of the test: "
            'http_mock.get("https://api.example.com/a?b=1").respond(json={}); '
            "for a real server, @pytest.mark.auth0(allow_hosts=['api.example.com'])."
        )

    def test_respx_s_own_fixture_answers_python_only(
        self,
        load_action: LoadAction,
        write_handler: WriteAction,
        refused: Refused,
        respx_mock: respx.MockRouter,
    ) -> None:
        action = load_action(write_handler("await fetch('https://crm.example.com/');"))
        assert str(refused(action.run)).splitlines()[1:] == [
            "Given: a test without the fixture http_mock: respx_mock answers Python's own requests "
            "only.",
            "Use http_mock, as an argument of the test: "
            'http_mock.get("https://crm.example.com/").respond(json={}); for a '
            "real server, @pytest.mark.auth0(allow_hosts=['crm.example.com']).",
        ]

    def test_without_respx(
        self,
        load_action: LoadAction,
        write_handler: WriteAction,
        refused: Refused,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(unanswered, "find_spec", lambda name: None)
        action = load_action(write_handler("await fetch('http://crm.example.com/');"))
        assert (
            str(refused(action.run))
            .splitlines()[2]
            .startswith(f"Use http_mock ({INSTALL}), as an argument of the test: ")
        )

    def test_with_the_mock(
        self,
        load_action: LoadAction,
        write_handler: WriteAction,
        refused: Refused,
        http_mock: respx.MockRouter,
    ) -> None:
        path = write_handler("await fetch('http://localhost:8080/x', { method: 'PATCH' });")
        assert str(refused(load_action(path).run)) == (
            "[A605] The Action asked for what the test does not answer: PATCH http://localhost:8080/x.\n"
            "Given: http_mock without a route.\n"
            'Add one: http_mock.patch("http://localhost:8080/x").respond(json={}); '
            "for a real server, @pytest.mark.auth0(allow_hosts=['localhost:8080'])."
        )

    def test_the_routes_are_told(
        self,
        load_action: LoadAction,
        write_handler: WriteAction,
        refused: Refused,
        http_mock: respx.MockRouter,
    ) -> None:
        http_mock.get("https://api.example.com/a", name="first").respond(200)
        path = write_handler("await fetch('https://api.example.com/a');")
        load_action(path).run()
        path = write_handler("await fetch('https://api.example.com/b');")
        assert refused(load_action(path).run).what_was_given == (
            "Given: the routes <Route name='first' <Scheme eq 'https'> AND "
            "<Host eq 'api.example.com'> AND <Path eq '/a'> AND <Method eq 'GET'>>."
        )

    @pytest.mark.respx(assert_all_called=False)
    def test_of_many_routes_the_first_are_told(
        self,
        load_action: LoadAction,
        write_handler: WriteAction,
        refused: Refused,
        http_mock: respx.MockRouter,
    ) -> None:
        for number in range(21):
            http_mock.get(path=f"/{number}")
        given = refused(load_action(write_handler("await fetch('http://a.test/');")).run)
        assert given.what_was_given.count("<Route ") == 20
        assert given.what_was_given.endswith(" and 1 more.")

    def test_a_method_that_respx_has_no_word_for(
        self, load_action: LoadAction, write_handler: WriteAction, refused: Refused
    ) -> None:
        path = write_handler("await fetch('http://dav.test/x', { method: 'PROPFIND' });")
        advice = refused(load_action(path).run).what_to_do
        assert 'http_mock.request("PROPFIND", "http://dav.test/x").respond(json={})' in advice

    def test_several_are_told_once_each(
        self, load_action: LoadAction, write_handler: WriteAction, refused: Refused
    ) -> None:
        path = write_handler(
            """
            const urls = ['http://a.test/', 'http://b.test/', 'http://a.test/'];
            for (const url of urls) await fetch(url).catch(() => {});
            """
        )
        assert refused(load_action(path).run).what_happened == (
            "[A605] The Action asked for what the test does not answer: "
            "GET http://a.test/, GET http://b.test/."
        )

    def test_the_action_sees_a_connection_that_is_refused(
        self, load_action: LoadAction, write_handler: WriteAction, refused: Refused
    ) -> None:
        path = write_handler("await fetch('https://api.example.com');")
        cause = refused(load_action(path).run).__cause__
        assert isinstance(cause, ActionError)
        assert cause.message == "fetch failed"
        assert "caused by Error: connect ECONNREFUSED api.example.com:443" in str(cause)
        [request] = cause.execution.requests
        assert repr(request) == "GET https://api.example.com/ -> no response"

    def test_a_run_tells_of_its_own_only(
        self, load_action: LoadAction, write_handler: WriteAction, refused: Refused
    ) -> None:
        action = load_action(write_handler("await fetch(event.url).catch(() => {});"))
        with pytest.raises(UnansweredRequestError, match=r": GET http://a.test/\.\n"):
            action.run({"url": "http://a.test/"})
        error = refused(lambda: action.run({"url": "http://b.test/"}))
        assert error.what_happened.endswith(": GET http://b.test/.")

    def test_a_web_socket_is_a_request_too(
        self, load_action: LoadAction, clients: Path, refused: Refused
    ) -> None:
        path = clients / "web-socket.js"
        path.write_text(
            """
            const { WebSocket } = require('undici');
            exports.onExecutePostUserRegistration = async () => {
              const socket = new WebSocket('wss://live.example.com/feed');
              await new Promise((resolve) => socket.addEventListener('error', resolve));
            };
            """,
            encoding="utf-8",
        )
        what = refused(load_action(path).run).what_happened
        assert what.endswith(": GET https://live.example.com/feed.")


# What the Action does, what it has asked then, and what it is told.
OTHERS: dict[str, tuple[str, str, list[str]]] = {
    "a client that speaks first": (
        "const s = net.connect(6379, 'redis.test'); s.write('*1\\r\\n$4\\r\\nPING\\r\\n');"
        "seen(await failed(s));",
        "a connection to redis.test:6379",
        ["ECONNREFUSED", "connect ECONNREFUSED redis.test:6379"],
    ),
    "a server that speaks first": (
        "seen(await failed(net.connect({ port: 25, host: 'smtp.test' })));",
        "a connection to smtp.test:25",
        ["ECONNREFUSED", "connect ECONNREFUSED smtp.test:25"],
    ),
    "a server that speaks first, and a time-out": (
        "const s = net.connect(25, 'smtp.test'); s.setTimeout(5000, () => s.destroy());"
        "seen(await failed(s));",
        "a connection to smtp.test:25",
        ["ECONNREFUSED", "connect ECONNREFUSED smtp.test:25"],
    ),
    "no host": (
        "const s = net.connect(5432, () => s.write(Buffer.alloc(8))); seen(await failed(s));",
        "a connection to localhost:5432",
        ["ECONNREFUSED", "connect ECONNREFUSED localhost:5432"],
    ),
    "TLS, the client first": (
        "const s = tls.connect(6380, 'redis.test', () => s.write('*1\\r\\n'));"
        "seen(await failed(s));",
        "a connection to redis.test:6380",
        ["ECONNREFUSED", "connect ECONNREFUSED redis.test:6380"],
    ),
    "TLS, the server first": (
        "seen(await failed(tls.connect({ port: 465, host: 'smtp.test' })));",
        "a connection to smtp.test:465",
        ["ECONNREFUSED", "connect ECONNREFUSED smtp.test:465"],
    ),
    "TLS to an address": (
        "seen(await failed(tls.connect(465, '10.0.0.7')));",
        "a connection to 10.0.0.7:465",
        ["ECONNREFUSED", "connect ECONNREFUSED 10.0.0.7:465"],
    ),
    "TLS at the port of HTTPS, the server first": (
        "seen(await failed(tls.connect(443, 'odd.test')));",
        "a connection to odd.test:443",
        ["ECONNREFUSED", "connect ECONNREFUSED odd.test:443"],
    ),
    "TLS over a connection made before": (
        "const s = net.connect(5432, 'db.test');"
        "const t = tls.connect({ socket: s, servername: 'db.test' }, () => t.write('x'));"
        "seen(await failed(t));",
        "a connection to db.test:5432",
        ["ECONNREFUSED", "connect ECONNREFUSED db.test:5432"],
    ),
    "a socket of Unix": (
        "seen(await failed(net.connect('/var/run/my db.sock')));",
        "a connection to /var/run/my db.sock",
        ["ECONNREFUSED", "connect ECONNREFUSED /var/run/my db.sock"],
    ),
    "HTTP over a socket of Unix": (
        "seen(await failed(http.get({ socketPath: '/var/run/docker.sock', path: '/' })));",
        "a connection to /var/run/docker.sock",
        ["ECONNREFUSED", "connect ECONNREFUSED /var/run/docker.sock"],
    ),
    "TLS over a socket of Unix": (
        "seen(await failed(tls.connect({ path: '/var/run/x.sock' })));",
        "a connection to /var/run/x.sock",
        ["ECONNREFUSED", "connect ECONNREFUSED /var/run/x.sock"],
    ),
    "HTTP/2 over TLS": (
        "seen(await failed(http2.connect('https://two.test')));",
        "a connection to two.test:443",
        ["ECONNREFUSED", "connect ECONNREFUSED two.test:443"],
    ),
    "HTTP/2": (
        "seen(await failed(http2.connect('http://two.test')));",
        "a connection to two.test:80",
        ["ECONNREFUSED", "connect ECONNREFUSED two.test:80"],
    ),
    "a tunnel": (
        "const o = { host: 'proxy.test', port: 3128, method: 'CONNECT', path: 'a.test:443' };"
        "seen(await failed(http.request(o).end()));",
        "a connection to proxy.test:3128",
        ["ECONNREFUSED", "connect ECONNREFUSED proxy.test:3128"],
    ),
    "a request that is none": (
        "const s = net.connect(80, 'a.test'); s.write('GET / HTTP/1.1\\r\\nno header\\r\\n\\r\\n');"
        "seen(await failed(s));",
        "a connection to a.test:80",
        ["ECONNREFUSED", "connect ECONNREFUSED a.test:80"],
    ),
    "half a request": (
        "const s = net.connect(80, 'a.test'); s.write('GET / HTTP/1.1\\r\\nHost:');"
        "seen(await failed(s));",
        "a connection to a.test:80",
        ["ECONNREFUSED", "connect ECONNREFUSED a.test:80"],
    ),
    "dns.lookup": (
        "dns.lookup('db.test', seen); await tick();",
        "a look-up of db.test",
        ["ENOTFOUND", "getaddrinfo ENOTFOUND db.test"],
    ),
    "dns.lookup with options": (
        "dns.lookup('db.test', { all: true }, seen); await tick();",
        "a look-up of db.test",
        ["ENOTFOUND", "getaddrinfo ENOTFOUND db.test"],
    ),
    "dns.promises.lookup": (
        "await dns.promises.lookup('db.test').catch(seen);",
        "a look-up of db.test",
        ["ENOTFOUND", "getaddrinfo ENOTFOUND db.test"],
    ),
    "node:dns/promises": (
        "await require('node:dns/promises').resolve('db.test', 'TXT').catch(seen);",
        "a look-up of db.test",
        ["ENOTFOUND", "resolve ENOTFOUND db.test"],
    ),
    "dns.resolve": (
        "dns.resolve('db.test', seen); await tick();",
        "a look-up of db.test",
        ["ENOTFOUND", "resolve ENOTFOUND db.test"],
    ),
    "dns.reverse": (
        "dns.reverse('10.1.2.3', seen); await tick();",
        "a look-up of 10.1.2.3",
        ["ENOTFOUND", "reverse ENOTFOUND 10.1.2.3"],
    ),
    "dns.Resolver": (
        "new dns.Resolver().resolve4('db.test', seen); await tick();",
        "a look-up of db.test",
        ["ENOTFOUND", "resolve4 ENOTFOUND db.test"],
    ),
    "dns.promises.Resolver": (
        "await new dns.promises.Resolver().resolveMx('db.test').catch(seen);",
        "a look-up of db.test",
        ["ENOTFOUND", "resolveMx ENOTFOUND db.test"],
    ),
    "an import of dns": (
        "const { lookup } = await import('dns/promises'); await lookup('db.test').catch(seen);",
        "a look-up of db.test",
        ["ENOTFOUND", "getaddrinfo ENOTFOUND db.test"],
    ),
    "a datagram": (
        "udp.send('x', 8125, 'statsd.test', seen); await tick(); udp.close();",
        "a datagram to statsd.test:8125",
        ["ECONNREFUSED", "send ECONNREFUSED statsd.test:8125"],
    ),
    "a part of a buffer as a datagram": (
        "udp.send('xyz', 1, 1, 8125, 'statsd.test', seen); await tick(); udp.close();",
        "a datagram to statsd.test:8125",
        ["ECONNREFUSED", "send ECONNREFUSED statsd.test:8125"],
    ),
    "a datagram that nobody waits for": (
        "udp.on('error', seen); udp.send('x', 8125); await tick(); udp.close();",
        "a datagram to localhost:8125",
        ["ECONNREFUSED", "send ECONNREFUSED localhost:8125"],
    ),
    "a connection for datagrams": (
        "udp.connect(8125, 'statsd.test', seen); await tick(); udp.close();",
        "a datagram to statsd.test:8125",
        ["ECONNREFUSED", "connect ECONNREFUSED statsd.test:8125"],
    ),
    "a connection in a thread": (
        "await thread(`require('net').connect(9, '127.0.0.1').on('error', tell)`);",
        "a worker thread's connection to 127.0.0.1:9",
        ["ECONNREFUSED", "connect ECONNREFUSED 127.0.0.1:9"],
    ),
    "a socket of Unix in a thread": (
        "await thread(`require('net').connect('/x.sock').on('error', tell)`);",
        "a worker thread's connection to /x.sock",
        ["ECONNREFUSED", "connect ECONNREFUSED /x.sock"],
    ),
    "fetch in a thread": (
        "await thread(`fetch('https://a.test').catch((e) => tell(e.cause))`);",
        "a worker thread's connection to a.test:443",
        ["ECONNREFUSED", "connect ECONNREFUSED a.test:443"],
    ),
    "a look-up in a thread": (
        "await thread(`require('dns').lookup('a.test', tell)`);",
        "a worker thread's look-up of a.test",
        ["ENOTFOUND", "getaddrinfo ENOTFOUND a.test"],
    ),
    "a thread of a thread": (
        "await thread(`new Worker(\\`${START} require('net').connect(9, 'a.test')"
        ".on('error', tell)\\`, { eval: true }).on('message', (m) => parentPort.postMessage(m))`);",
        "a worker thread's connection to a.test:9",
        ["ECONNREFUSED", "connect ECONNREFUSED a.test:9"],
    ),
}

PREAMBLE = """
const [net, tls, http, http2, dns] = ['net', 'tls', 'http', 'http2', 'dns'].map(require);
const { Worker } = require('worker_threads');
const seen = ({ code, message }) => api.cache.set('seen', JSON.stringify([code, message]));
const failed = (socket) => new Promise((resolve) => socket.on('error', resolve));
const tick = () => new Promise(setImmediate);
const udp = new Proxy({}, { get(target, key) {
  target.socket ??= require('dgram').createSocket('udp4');
  return target.socket[key].bind(target.socket);
} });
const START = "const { parentPort, Worker, workerData } = require('worker_threads');" +
  "const tell = ({ code, message }) => parentPort.postMessage({ code, message, workerData });";
const thread = async (source) => {
  const options = { eval: true, workerData: 'mine' };
  const worker = new Worker(`const START = ${JSON.stringify(START)}; ${START} ${source}`, options);
  const told = await new Promise((resolve, reject) => {
    worker.on('message', resolve).on('error', reject);
  });
  seen(told);
  await worker.terminate();
};
"""


@pytest.mark.parametrize("what", OTHERS)
def test_what_else_is_refused(
    load_action: LoadAction,
    write_handler: WriteAction,
    api: PostUserRegistrationAPI,
    refused: Refused,
    what: str,
) -> None:
    body, asked, seen = OTHERS[what]
    error = refused(load_action(write_handler(PREAMBLE + body)).run)
    assert error.what_happened == (
        f"[A605] The Action asked for what the test does not answer: {asked}."
    )
    target = asked.split(" to ")[-1].split(" of ")[-1]
    assert error.what_to_do == (
        "Ask from the Action itself: its worker threads have no network."
        if "thread's" in asked
        else f"Test without it; for a real server, @pytest.mark.auth0(allow_hosts=[{target!r}])."
    )
    assert error.__cause__ is None  # the Action has swallowed it, after it saw what it was
    record = api.cache.get("seen")
    assert record is not None
    assert json.loads(record.value) == seen


def test_what_asks_nobody_is_not_refused(
    load_action: LoadAction, write_handler: WriteAction
) -> None:
    path = write_handler(
        """
        const dns = require('dns');
        event.seen = [
          await dns.promises.lookup('127.0.0.1'),
          await new Promise((resolve) => dns.lookup('::1', (...args) => resolve(args))),
          await dns.promises.getServers().constructor.name,
        ];
        try {
          dns.lookup('a.test');
        } catch (error) {
          event.seen.push(error.code);
        }
        """
    )
    assert load_action(path).run({}).event["seen"] == [
        {"address": "127.0.0.1", "family": 4},
        [None, "::1", 6],
        "Array",
        "ERR_INVALID_ARG_TYPE",
    ]


def test_a_connection_that_is_kept_ready_is_no_request(
    load_action: LoadAction, write_handler: WriteAction
) -> None:
    """Clients of HTTP open one for a request that is then canceled."""
    path = write_handler(
        """
        const controller = new AbortController();
        const { signal } = controller;
        const asked = fetch('https://api.example.com', { signal }).catch(({ name }) => name);
        controller.abort();
        event.seen = await asked;
        await new Promise((resolve) => setTimeout(resolve, 1000));
        """
    )
    execution = load_action(path).run({})
    assert (execution.event["seen"], execution.requests) == ("AbortError", ())


@pytest.mark.parametrize("client", ["fetch", "https", "http"])
def test_a_connection_that_is_kept_after_its_answer_is_no_request(
    load_action: LoadAction,
    write_handler: WriteAction,
    http_mock: respx.MockRouter,
    client: str,
) -> None:
    """What waits for nothing any more runs out of time."""
    http_mock.route(host="api.example.com").respond(204)
    path = write_handler(
        """
        if (event.by === 'fetch') {
          await fetch('https://api.example.com/');
        } else {
          const { Agent, get } = require(event.by);
          const options = { host: 'api.example.com', agent: new Agent({ keepAlive: true }) };
          await new Promise((done) => get(options, (found) => found.resume().on('end', done)));
        }
        await new Promise(() => {});
        """
    )
    with pytest.raises(ActionTimeoutError):
        load_action(path).run({"by": client})


def test_a_thread_has_what_it_was_given(
    load_action: LoadAction, write_handler: WriteAction
) -> None:
    path = write_handler(
        """
        const { Worker, MessageChannel } = require('worker_threads');
        const source = `
          const { parentPort, workerData } = require('worker_threads');
          const [flag] = process.execArgv.slice(-1);
          workerData.port.postMessage(['by port', workerData.word, flag]);
          parentPort.postMessage('by the parent');
        `;
        const { port1, port2 } = new MessageChannel();
        const worker = new Worker(source, {
          eval: true,
          workerData: { word: 'mine', port: port2 },
          transferList: [port2],
          execArgv: ['--no-warnings'],
        });
        const once = (target) => new Promise((resolve) => target.once('message', resolve));
        event.seen = await Promise.all([once(port1), once(worker)]);
        event.code = await worker.terminate();
        """
    )
    event = load_action(path).run({}).event
    assert event["seen"] == [["by port", "mine", "--no-warnings"], "by the parent"]


def test_a_thread_that_never_ends_is_left(
    load_action: LoadAction, write_handler: WriteAction
) -> None:
    """After a moment, and once."""
    path = write_handler(
        """
        const { Worker } = require('worker_threads');
        globalThis.worker ??= new Worker('setInterval(() => {}, 1000)', { eval: true });
        event.done = true;
        """
    )
    action = load_action(path)
    assert [action.run({}).event["done"] for _ in range(2)] == [True, True]


def test_what_a_run_has_left_looks_a_name_up(
    load_action: LoadAction, write_action: WriteAction, refused: Refused
) -> None:
    """It fails the test, though a later run is under way."""
    path = write_action(
        """
        let runs = 0;
        exports.onExecutePostLogin = async () => {
          runs += 1;
          if (runs === 1) setTimeout(() => require('dns').lookup('a.example.com', () => {}), 20);
          else await new Promise((done) => setTimeout(done, 50));
        };
        """
    )
    action = load_action(path)
    action.run()
    assert "a look-up of a.example.com" in str(refused(action.run))
