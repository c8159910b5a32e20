"""What a run tells of its requests: headers and bodies, of both sides."""

from __future__ import annotations

import gzip
from typing import Any

import httpx
import pytest
import respx

from pytest_auth0_actions import LoadAction
from tests.conftest import STRICT_INI, WriteAction

CLIENTS = {
    "fetch": """
      const response = await fetch('https://api.test/x?q=1', {
        method: 'POST', headers: { 'X-Id': '7', 'content-type': 'application/json' },
        body: JSON.stringify({ a: 'é' }),
      });
      console.log(await response.text());
    """,
    "https": """
      const https = require('node:https');
      await new Promise((resolve) => {
        const request = https.request('https://api.test/x?q=1', {
          method: 'POST', headers: { 'X-Id': '7', 'Content-Type': 'application/json' },
        }, (response) => {
          let text = '';
          response.on('data', (chunk) => { text += chunk; });
          response.on('end', () => { console.log(text); resolve(); });
        });
        request.write('{"a":');
        request.end('"é"}');
      });
    """,
}


@pytest.mark.parametrize("client", CLIENTS)
def test_both_sides_are_there(
    load_action: LoadAction, write_handler: WriteAction, http_mock: respx.MockRouter, client: str
) -> None:
    http_mock.post("https://api.test/x").respond(
        201, headers={"X-Rate": "5", "content-type": "text/plain; charset=latin-1"},
        content="façade".encode("latin-1"),
    )  # fmt: skip
    [request] = load_action(write_handler(CLIENTS[client])).run().requests
    assert (request.method, request.url, request.status) == ("POST", "https://api.test/x?q=1", 201)
    assert request.headers["x-id"] == request.headers["X-Id"] == "7"
    assert request.headers["host"] == "api.test"
    assert request.content == '{"a":"é"}'.encode()
    assert request.text == '{"a":"é"}'
    assert request.json() == {"a": "é"}
    assert request.response_headers["x-rate"] == "5"
    assert request.response_content == b"fa\xe7ade"
    assert request.response_text == "façade"
    assert repr(request) == "POST https://api.test/x?q=1 -> 201"


@pytest.mark.parametrize("body", ["new URLSearchParams(fields)", "toForm(fields)"])
def test_forms_of_both_kinds(
    load_action: LoadAction, write_handler: WriteAction, http_mock: respx.MockRouter, body: str
) -> None:
    http_mock.post("https://api.test/").respond(200)
    action = write_handler(
        f"""
        const fields = [['a', 'é &='], ['b', '1'], ['b', '2']];
        const toForm = (pairs) => {{
          const form = new FormData();
          pairs.forEach(([name, value]) => form.append(name, value));
          return form;
        }};
        await fetch('https://api.test/', {{ method: 'POST', body: {body} }});
        """
    )
    [request] = load_action(action).run().requests
    assert request.form() == {"a": "é &=", "b": ["1", "2"]}


def test_packed_answers_are_read(
    load_action: LoadAction, write_handler: WriteAction, http_mock: respx.MockRouter
) -> None:
    packed = gzip.compress(b"hello")
    http_mock.get("https://api.test/").respond(
        headers={"content-encoding": "gzip"}, stream=httpx.ByteStream(packed)
    )
    body = "console.log(await (await fetch('https://api.test/')).text());"
    execution = load_action(write_handler(body)).run()
    assert execution.logs == "hello\n"
    [request] = execution.requests
    assert (request.response_content, request.response_text) == (packed, "hello")
    assert (request.content, request.text) == (b"", "")


@pytest.mark.parametrize(
    "answer",
    [
        {"side_effect": httpx.ConnectError},
        {"return_value": httpx.Response(200, text="late", extensions={"delay_ms": 2_000})},
    ],
)
def test_without_a_response_there_is_none(
    load_action: LoadAction, write_handler: WriteAction, http_mock: respx.MockRouter,
    answer: dict[str, Any],
) -> None:  # fmt: skip
    http_mock.get("https://api.test/").mock(**answer)
    body = """
      await fetch('https://api.test/', { signal: AbortSignal.timeout(1000), headers: { a: 'b' } })
        .catch(() => {});
    """
    [request] = load_action(write_handler(body)).run().requests
    assert request.status is None
    assert request.headers["a"] == "b"
    assert (request.response_headers, request.response_text) == ({}, "")


def test_an_answer_that_breaks_off_is_there_up_to_where_it_does(
    load_action: LoadAction, write_handler: WriteAction, http_mock: respx.MockRouter
) -> None:
    def broken(request: httpx.Request) -> httpx.Response:
        def chunks() -> Any:
            yield b"half"
            raise httpx.ReadError("reset")

        return httpx.Response(200, content=chunks())

    http_mock.get("https://api.test/").mock(side_effect=broken)
    body = "await fetch('https://api.test/').then((r) => r.text()).catch(() => {});"
    [request] = load_action(write_handler(body)).run().requests
    assert (request.status, request.response_text) == (200, "half")


SECRET = "s3cr3t-0f-2025-x7"


def test_nothing_of_a_secret_is_printed(pytester: pytest.Pytester) -> None:
    """Not in a comparison, an error, a local, the timeline or the report, whole or cut."""
    pytester.makeini(STRICT_INI)
    (pytester.path / "code.js").write_text(
        """
        exports.onExecutePostLogin = async (event) => {
          const { KEY } = event.secrets;
          await fetch(`https://api.test/${'p'.repeat(50)}/${KEY}?key=${KEY}`, {
            method: 'POST',
            headers: { authorization: `Bearer ${KEY}` },
            body: new URLSearchParams({ pad: 'x'.repeat(50), KEY }),
          });
        };
        """
    )
    pytester.makepyfile(
        f"""
        import pytest

        @pytest.fixture
        def request_(load_action, http_mock):
            http_mock.post(host="api.test").respond(
                json={{"echo": "{SECRET}"}}, headers={{"x-key": "{SECRET}"}}
            )
            [request] = load_action("code.js", secrets={{"KEY": "{SECRET}"}}).run().requests
            return request

        def test_request(request_): assert request_ == None
        def test_status(request_): assert request_.status == 404
        def test_headers(request_): assert request_.headers == {{"a": "b"}}
        def test_header(request_): assert request_.headers["authorization"] == "Bearer"
        def test_content(request_): assert request_.content == b""
        def test_text(request_): assert request_.text == ""
        def test_form(request_): assert request_.form() == {{"pad": "x" * 50, "KEY": "mine"}}
        def test_json(request_): request_.json()
        def test_response(request_): assert request_.response_text == "x"
        def test_response_headers(request_): assert request_.response_headers == {{}}
        def test_local(request_):
            headers, text, shown = request_.headers, request_.text, repr(request_)
            assert 0
        """
    )
    report = pytester.path / "report.html"
    result = pytester.runpytest_subprocess("-n0", "-l", "-vv", f"--auth0-report={report}")
    result.assert_outcomes(failed=11)
    printed = result.stdout.str().replace(f'"{SECRET}"', "").replace(f"'{SECRET}'", "")
    shown_source = [line for line in result.stdout.lines if SECRET in line and "json=" not in line]
    assert printed
    assert shown_source == []
    assert SECRET[:8] not in result.stdout.str()
    assert SECRET not in report.read_text(encoding="utf-8")
    assert "***KEY***" in result.stdout.str()
