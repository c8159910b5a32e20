"""Every client of HTTP meets the same cases, and none of them needs to know."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import respx

from pytest_auth0_actions import Clock, LoadAction

URL = "https://api.example.com/things"
CLIENTS = [
    "fetch", "http", "https", "axios", "node-fetch", "got", "got-esm", "undici-fetch",
    "undici-request", "superagent",
]  # fmt: skip
SIZE = 10_000_000
PATTERN = bytes(index % 251 for index in range(251)) * (SIZE // 251 + 1)

Send = Callable[..., Any]


@pytest.fixture(params=CLIENTS)
def client(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def url(client: str) -> str:
    return URL.replace("https", "http") if client == "http" else URL


@pytest.fixture
def send(load_action: LoadAction, clients: Path, client: str, url: str) -> Send:
    """Run the client's Action with a case, and return what it has seen."""
    action = load_action(clients / f"{client}.js")

    def send(**case: Any) -> Any:
        return action.run({"case": {"method": "GET", "url": url} | case}).event["seen"]

    return send


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_json_goes_both_ways(send: Send, http_mock: respx.MockRouter, url: str) -> None:
    route = http_mock.post(url).respond(201, json={"id": "é☃"}, headers={"X-Seen": "yes"})
    seen = send(method="POST", json={"name": "Ada", "tags": ["é", "☃"]})
    assert (seen["status"], json.loads(seen["text"])) == (201, {"id": "é☃"})
    assert seen["headers"]["x-seen"] == "yes"
    request = route.calls.last.request
    assert request.headers["content-type"].startswith("application/json")
    assert json.loads(request.content) == {"name": "Ada", "tags": ["é", "☃"]}


def test_a_query_and_headers_arrive(send: Send, http_mock: respx.MockRouter, url: str) -> None:
    route = http_mock.get(url, params={"q": "a b", "n": "1"}).respond(text="found")
    seen = send(url=f"{url}?q=a%20b&n=1", headers={"Authorization": "Bearer t"})
    assert seen["text"] == "found"
    assert route.calls.last.request.headers["authorization"] == "Bearer t"


def test_a_form(send: Send, http_mock: respx.MockRouter, url: str) -> None:
    route = http_mock.post(url).respond(204)
    assert send(method="POST", form={"a": "1 2", "b": "é"})["status"] == 204
    assert httpx.QueryParams(route.calls.last.request.content.decode()) == httpx.QueryParams(
        {"a": "1 2", "b": "é"}
    )


def test_multipart(send: Send, http_mock: respx.MockRouter, url: str) -> None:
    route = http_mock.post(url).respond(200)
    content = bytes(range(256))
    file = {
        "name": "doc",
        "filename": "a.bin",
        "content_type": "application/x-a",
        "base64": base64.b64encode(content).decode(),
    }
    send(method="POST", multipart={"fields": {"kind": "one"}, "files": [file]})
    request = route.calls.last.request
    assert request.headers["content-type"].startswith("multipart/form-data;")
    assert content in request.content
    assert b'name="kind"' in request.content
    assert b'filename="a.bin"' in request.content


def test_an_upload_of_10_mb(send: Send, http_mock: respx.MockRouter, url: str) -> None:
    route = http_mock.put(url).respond(200)
    assert send(method="PUT", bytes_size=SIZE)["status"] == 200
    assert sha256(route.calls.last.request.content) == sha256(PATTERN[:SIZE])


def test_a_streamed_upload_of_10_mb(send: Send, http_mock: respx.MockRouter, url: str) -> None:
    route = http_mock.put(url).respond(200)
    assert send(method="PUT", stream_size=SIZE)["status"] == 200
    request = route.calls.last.request
    assert request.headers["transfer-encoding"] == "chunked"
    assert sha256(request.content) == sha256(PATTERN[:SIZE])


def test_a_response_of_10_mb(send: Send, http_mock: respx.MockRouter, url: str) -> None:
    http_mock.get(url).respond(content=PATTERN[:SIZE])
    seen = send()
    assert (seen["size"], seen["sha256"]) == (SIZE, sha256(PATTERN[:SIZE]))


def test_a_response_in_chunks(send: Send, http_mock: respx.MockRouter, url: str) -> None:
    http_mock.get(url).respond(content=(b"%d," % number for number in range(1000)))
    seen = send()
    assert seen["headers"]["transfer-encoding"] == "chunked"
    assert seen["text"] == "".join(f"{number}," for number in range(1000))


def test_gzip(send: Send, http_mock: respx.MockRouter, url: str) -> None:
    packed = gzip.compress(b"unpacked" * 1000)
    http_mock.get(url).respond(content=packed, headers={"Content-Encoding": "gzip"})
    assert send()["text"] == "unpacked" * 1000


@pytest.mark.parametrize("client", ["axios", "fetch", "got-esm", "undici-request"])
def test_what_is_not_packed_as_a_header_says_is_the_clients_to_refuse(
    send: Send, http_mock: respx.MockRouter, url: str
) -> None:
    headers = {"Content-Encoding": "gzip"}
    response = httpx.Response(200, headers=headers, stream=httpx.ByteStream(b"not packed"))
    http_mock.get(url).mock(return_value=response)
    assert "incorrect header check" in json.dumps(send()["error"])


@pytest.mark.parametrize("status", [200, 204, 304, 404, 500])
def test_an_empty_body(send: Send, http_mock: respx.MockRouter, url: str, status: int) -> None:
    http_mock.get(url).respond(status)
    seen = send()
    assert (seen["status"], seen["size"]) == (status, 0)


def test_an_answer_that_can_have_no_body_is_sent_without_one(
    send: Send, http_mock: respx.MockRouter, url: str
) -> None:
    headers = {"Connection": "close"}  # undici then waits for as many bytes as were announced
    http_mock.delete(url).respond(204, json={"ok": True}, headers=headers)
    seen = send(method="DELETE")
    assert (seen["status"], seen["size"]) == (204, 0)
    assert "content-length" not in seen["headers"]


def test_head_has_no_body(send: Send, http_mock: respx.MockRouter, url: str) -> None:
    http_mock.head(url).respond(text="not sent", headers={"X-Seen": "yes"})
    seen = send(method="HEAD")
    assert (seen["headers"]["x-seen"], seen["size"]) == ("yes", 0)


def test_a_redirect(send: Send, http_mock: respx.MockRouter, url: str, client: str) -> None:
    http_mock.get(url).respond(302, headers={"Location": f"{url}/there"})
    http_mock.get(f"{url}/there").respond(text="arrived")
    seen = send()
    if client in {"http", "https"}:  # which leave it to their user
        assert (seen["status"], seen["headers"]["location"]) == (302, f"{url}/there")
        seen = send(url=seen["headers"]["location"])
    assert (seen["status"], seen["text"]) == (200, "arrived")


def test_cookies(send: Send, http_mock: respx.MockRouter, url: str) -> None:
    http_mock.get(url).respond(headers=[("Set-Cookie", "a=1; Path=/"), ("Set-Cookie", "b=2")])
    cookies = send()["headers"]["set-cookie"]
    assert cookies in (["a=1; Path=/", "b=2"], "a=1; Path=/, b=2")


def test_requests_one_after_the_other(send: Send, http_mock: respx.MockRouter, url: str) -> None:
    answers = [httpx.Response(200, json={"n": n}) for n in range(5)]
    http_mock.get(url).mock(side_effect=answers)
    assert [json.loads(seen["text"])["n"] for seen in send(repeat=5)] == [0, 1, 2, 3, 4]


def test_requests_at_once(send: Send, http_mock: respx.MockRouter, url: str) -> None:
    http_mock.get(url).mock(
        side_effect=lambda request: httpx.Response(200, text=request.url.params["n"])
    )
    assert [seen["text"] for seen in send(parallel=20)] == [str(n) for n in range(20)]


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_request_belongs_to_its_run_also_when_kept_connections_have_expired(
    load_action: LoadAction,
    http_mock: respx.MockRouter,
    clock: Clock,
    clients: Path,
    client: str,
    url: str,
    scheme: str,
) -> None:
    """A client closes the old connection, which an earlier run opened, and opens a new one."""
    if client in {"http", "https"} and client != scheme:
        pytest.skip("this client has one scheme")
    url = f"{scheme}{url.removeprefix('https').removeprefix('http')}"
    http_mock.get(url).respond(200)
    action = load_action(clients / f"{client}.js")
    runs = []
    for _ in range(3):
        runs.append(action.run({"case": {"method": "GET", "url": url}}))
        clock.tick(minutes=1)
    assert [[repr(each) for each in run.requests] for run in runs] == [[f"GET {url} -> 200"]] * 3
    assert [run.requests[0].at_ms - runs[0].requests[0].at_ms for run in runs] == [
        0, 60_000, 120_000
    ]  # fmt: skip
