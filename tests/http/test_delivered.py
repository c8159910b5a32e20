"""Which answers reach the Action: the others are no status of its requests."""

from __future__ import annotations

import warnings

import pytest
import respx

from pytest_auth0_actions import ActionCrashedError, ActionTimeoutError, LoadAction
from tests.conftest import WriteAction

GIVES_UP = {
    "fetch": "await fetch(URL, { signal: AbortSignal.timeout(100) }).catch(() => {});",
    "a controller": "const c = new AbortController(); setTimeout(() => c.abort(), 100);"
    "await fetch(URL, { signal: c.signal }).catch(() => {});",
    "http": "await new Promise((resolve) => { const r = require('https').get(URL);"
    "r.on('error', resolve); setTimeout(() => r.destroy(), 100); });",
    "a time-out of its socket": "await new Promise((resolve) => {"
    "const r = require('https').get(URL, { timeout: 100 }); r.on('error', resolve);"
    "r.on('timeout', () => r.destroy()); });",
}
LATER = "await new Promise((resolve) => setTimeout(resolve, 500));"


@pytest.mark.parametrize("then", ["", LATER], ids=["and returns", "and goes on"])
@pytest.mark.parametrize("how", GIVES_UP)
def test_an_answer_after_the_action_gave_up_is_none(
    load_action: LoadAction,
    write_handler: WriteAction,
    http_mock: respx.MockRouter,
    how: str,
    then: str,
) -> None:
    http_mock.post().respond(201)
    http_mock.get().respond(201, extensions={"delay_ms": 300})
    source = (
        "const URL = 'https://api.test/late';\n"
        "await fetch('https://api.test/', { method: 'POST' });\n"
        f"{GIVES_UP[how]}\n{then}"
        "await fetch('https://api.test/', { method: 'POST' });\n"
    )
    action = load_action(write_handler(source))
    for _ in range(2):
        assert [request.status for request in action.run().requests] == [201, None, 201]


def test_an_answer_in_time_has_its_status(
    load_action: LoadAction, write_handler: WriteAction, http_mock: respx.MockRouter
) -> None:
    http_mock.get().respond(201, extensions={"delay_ms": 99})
    source = "const URL = 'https://api.test/'; " + GIVES_UP["fetch"]
    assert load_action(write_handler(source)).run().requests[0].status == 201


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("await fetch('https://api.test/');", ActionTimeoutError),
        ("fetch('https://api.test/'); setTimeout(() => process.exit(1), 5); " + LATER,
         ActionCrashedError),
        ("fetch('https://api.test/'); setTimeout(() => { throw 5; }, 5); " + LATER,
         ActionCrashedError),
        ("fetch('https://api.test/'); setTimeout(() => process.reallyExit(1), 5); " + LATER,
         ActionCrashedError),
        ("fetch('https://api.test/'); setTimeout(() => process.kill(process.pid, 9), 5); " + LATER,
         ActionCrashedError),
    ],
)  # fmt: skip
def test_a_run_that_ends_before_the_answer_has_none(
    load_action: LoadAction,
    write_handler: WriteAction,
    http_mock: respx.MockRouter,
    source: str,
    error: type[ActionTimeoutError | ActionCrashedError],
) -> None:
    http_mock.post().respond(201)
    http_mock.get().respond(200, extensions={"delay_ms": 30_000})
    before = "await fetch('https://api.test/', { method: 'POST' }); "
    with pytest.raises(error) as caught:
        load_action(write_handler(before + source)).run()
    assert [request.status for request in caught.value.execution.requests] == [201, None]


def test_a_loop_that_is_stopped_keeps_the_answers_it_had(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nauth0_watchdog = 1")
    (pytester.path / "code.js").write_text(
        "exports.onExecutePostUserRegistration = async () => {\n"
        "  await fetch('https://api.test/at-once');\n"
        "  fetch('https://api.test/late');\n"
        "  await new Promise((resolve) => setTimeout(resolve, 50));\n"
        "  for (;;);\n"
        "};\n"
    )
    pytester.makepyfile(
        """
        import pytest
        from pytest_auth0_actions import ActionTimeoutError

        def test_it(load_action, http_mock):
            http_mock.get("/at-once").respond(200)
            http_mock.get("/late").respond(200, extensions={"delay_ms": 500})
            with pytest.raises(ActionTimeoutError, match="real time") as caught:
                load_action("code.js").run()
            assert [each.status for each in caught.value.execution.requests] == [200, None]
        """
    )
    pytester.runpytest("-n0", "-p", "no:cacheprovider").assert_outcomes(passed=1)


def test_the_timeline_says_so(pytester: pytest.Pytester) -> None:
    (pytester.path / "code.js").write_text(
        "exports.onExecutePostUserRegistration = async () => {\n"
        "  const signal = AbortSignal.timeout(100);\n"
        "  await fetch('https://api.test/', { signal }).catch(() => {});\n"
        "  await new Promise((resolve) => setTimeout(resolve, 1));\n"
        "};\n"
    )
    pytester.makepyfile(
        """
        def test_it(load_action, http_mock):
            http_mock.get().respond(201, extensions={"delay_ms": 300})
            load_action("code.js").run()
            assert False
        """
    )
    shown = pytester.runpytest("-n0", "-p", "no:cacheprovider").outlines
    requests = [line.strip() for line in shown if "GET https" in line]
    assert requests == ["GET https://api.test/ -> failed: given up before the answer after 0.1s"]


# ---------------------------------------------------------------- whose certificate it is

TLS = """
const tls = require('tls');
event.seen = await new Promise((resolve) => {
  const socket = tls.connect({ port: 443, ...OPTIONS }, () => {
    resolve([socket.authorized, socket.getPeerCertificate().subjectaltname]);
    socket.end('GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n');
  });
  socket.on('error', ({ code }) => resolve([socket.authorized, code]));
});
"""
WRONG_NAME = [False, "ERR_TLS_CERT_ALTNAME_INVALID"]


@pytest.mark.respx(assert_all_called=False)
@pytest.mark.parametrize(
    ("options", "seen"),
    [
        ("{ host: 'api.test' }", [True, "DNS:api.test"]),
        ("{ host: 'api.test', servername: 'api.test' }", [True, "DNS:api.test"]),
        ("{ host: 'api.test', servername: 'other.test' }", WRONG_NAME),
        ("{ host: 'api.test', servername: 'x.api.test' }", WRONG_NAME),
        ("{ socket: require('net').connect(443, 'api.test'), servername: 'b.test' }", WRONG_NAME),
        ("{ host: '10.0.0.7' }", [True, "IP Address:10.0.0.7"]),
        ("{ host: '10.0.0.7', servername: 'other.test' }", [True, "DNS:other.test"]),
        ("{ host: '2001:db8::7' }", [True, "IP Address:2001:DB8:0:0:0:0:0:7"]),
        (
            "{ host: 'api.test', servername: 'other.test', rejectUnauthorized: false }",
            [False, "DNS:api.test"],
        ),
    ],
)
def test_a_server_shows_its_own_certificate(
    load_action: LoadAction,
    write_handler: WriteAction,
    http_mock: respx.MockRouter,
    options: str,
    seen: list[object],
) -> None:
    http_mock.route().respond(200)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # nobody waits for the answers
        run = load_action(write_handler(TLS.replace("OPTIONS", options))).run({})
    assert run.event["seen"] == seen


@pytest.mark.respx(assert_all_called=False)
def test_a_request_with_another_servername_fails(
    load_action: LoadAction, write_handler: WriteAction, http_mock: respx.MockRouter
) -> None:
    http_mock.route().respond(200)
    source = """
    const options = { host: 'api.test', servername: 'other.test' };
    event.code = await new Promise((resolve) => {
      require('https').get(options, resolve).on('error', ({ code }) => resolve(code));
    });
    """
    run = load_action(write_handler(source)).run({})
    assert run.event["code"] == "ERR_TLS_CERT_ALTNAME_INVALID"
    assert run.requests == ()
