"""A request that no route answers: in what it differs from the nearest one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
import respx

from pytest_auth0_actions import LoadAction, UsageError
from pytest_auth0_actions.world.nearest_route import difference
from tests.http.conftest import Refused

API = "https://api.example.com"


@pytest.mark.parametrize(
    ("route", "request_", "said"),
    [
        (
            {"method": "POST", "url": f"{API}/leads"},
            httpx.Request("GET", f"{API}/leads"),
            "The nearest route takes the method 'POST', and the request has 'GET'. ",
        ),
        (
            {"method": "GET", "url": f"{API}/leads"},
            httpx.Request("GET", "http://api.example.com/leads"),
            "The nearest route takes the scheme 'https', and the request has 'http'. ",
        ),
        (
            {"method": "GET", "url": f"{API}/leads"},
            httpx.Request("GET", f"{API}/leads/"),
            "The nearest route takes the path '/leads', and the request has '/leads/'. ",
        ),
        (
            {"method": "GET", "url": "https://api.exmaple.com/leads"},
            httpx.Request("GET", f"{API}/leads"),
            "The nearest route takes the host 'api.exmaple.com', and the request has "
            "'api.example.com'. ",
        ),
        (
            {"method": "GET", "url": f"{API}/leads", "params": {"page": "1"}},
            httpx.Request("GET", f"{API}/leads?page=2"),
            "The nearest route takes the params {'page': '1'}, and the request has {'page': '2'}. ",
        ),
        (
            {"method": "GET", "url": f"{API}/leads", "headers": {"X-Key": "a"}},
            httpx.Request("GET", f"{API}/leads", headers={"X-Key": "b", "Accept": "*/*"}),
            "The nearest route takes the headers {'x-key': 'a'}, and the request has "
            "{'x-key': 'b'}. ",
        ),
        (
            {"method": "POST", "url": f"{API}/leads", "json": {"id": "b"}},
            httpx.Request("POST", f"{API}/leads", json={"id": "a"}),
            """The nearest route takes json '{"id": "b"}', and the request has '{"id": "a"}'. """,
        ),
        (
            {"method": "POST", "url": f"{API}/leads", "json": {"id": "b"}},
            httpx.Request("POST", f"{API}/leads", content=b"not json"),
            """The nearest route takes json '{"id": "b"}', and the request has b'not json'. """,
        ),
        (
            {"method": "POST", "url": f"{API}/leads", "content": b"x" * 300},
            httpx.Request("PUT", f"{API}/leads", content=b"y"),
            f"The nearest route takes the method 'POST', and the request has 'PUT'; and "
            f"content b'{'x' * 198}..., and the request has b'y'. ",
        ),
        ({"method": "GET", "url": f"{API}/a"}, httpx.Request("PUT", "http://other.test/b"), ""),
        ({}, httpx.Request("PUT", f"{API}/b"), ""),
    ],
)
def test_what_differs_is_said(route: dict[str, Any], request_: httpx.Request, said: str) -> None:
    router = respx.MockRouter()
    if route:
        router.route(**route).respond(200)
    request_.read()
    assert difference(router, request_) == said


def test_of_several_routes_the_nearest_is_named() -> None:
    router = respx.MockRouter()
    router.post(f"{API}/a", json={"n": 1})
    router.get(f"{API}/b")
    router.get(f"{API}/c", params={"q": "1"})
    assert difference(router, httpx.Request("GET", f"{API}/d")) == (
        "The nearest route takes the path '/b', and the request has '/d'. "
    )


def test_a_body_that_differs_is_in_the_error_and_the_route_is_not_advised_away(
    load_action: LoadAction, write_handler: Any, http_mock: respx.MockRouter, refused: Refused
) -> None:
    http_mock.post(f"{API}/audit", json={"user": "auth0|1"}).respond(200)
    http_mock._assert_all_called = False
    body = "JSON.stringify({ usr: 'auth0|1' })"
    path = write_handler(f"await fetch('{API}/audit', {{ method: 'POST', body: {body} }});")
    error = refused(load_action(path).run)
    assert error.what_to_do.startswith(
        'The nearest route takes json \'{"user": "auth0|1"}\', and the request has '
        '\'{"usr": "auth0|1"}\'. Correct the Action, or that route; for another answer, add '
    )


def test_a_side_effect_that_returns_nothing_is_named(
    load_action: LoadAction, write_handler: Any, http_mock: respx.MockRouter, refused: Refused
) -> None:
    http_mock.get(f"{API}/a").mock(side_effect=lambda request: None)
    http_mock._assert_all_called = False
    error = refused(load_action(write_handler(f"await fetch('{API}/a');")).run)
    assert "fits, but its side_effect returned None: return an httpx.Response. " in str(error)


def test_a_secret_in_what_differs_is_hidden(
    load_action: LoadAction, write_handler: Any, http_mock: respx.MockRouter, refused: Refused
) -> None:
    http_mock.get(f"{API}/a", headers={"Authorization": "Bearer other"}).respond(200)
    http_mock._assert_all_called = False
    path = write_handler(
        f"await fetch('{API}/a', "
        "{ headers: { Authorization: `Bearer ${event.secrets.API_TOKEN}` } });"
    )
    error = refused(load_action(path, secrets={"API_TOKEN": "tok_8d7f6a5b4c3d2e1f"}).run)
    assert "the request has {'authorization': 'Bearer ***API_TOKEN***'}" in str(error)


@pytest.mark.parametrize("status", [{"plan": "gold"}, "200", None])
def test_a_status_that_is_no_number_is_an_error_in_words(
    load_action: LoadAction, write_handler: Any, http_mock: respx.MockRouter, status: Any
) -> None:
    response = httpx.Response(200)
    response.status_code = status
    http_mock.get(f"{API}/a").mock(return_value=response)
    with pytest.raises(UsageError) as caught:
        load_action(write_handler(f"await fetch('{API}/a');")).run()
    assert str(caught.value) == (
        "[A606] A response of http_mock can't be sent as HTTP.\n"
        f"Given: the status {status!r}, for GET {API}/a.\n"
        "The status is a number; what else is answered has a name: respond(200, json={...}), or "
        "text=, content=, headers=."
    )


@pytest.mark.parametrize(
    "ask",
    [
        lambda router, route: router.calls.toHaveBeenCalledTimes(99),
        lambda router, route: route.calls.toHaveBeenCalledWith("nonsense"),
        lambda router, route: route.calls.length,
    ],
    ids=["times", "with", "length"],
)
def test_calls_have_no_attribute_that_does_not_exist(
    http_mock: respx.MockRouter, ask: Callable[[respx.MockRouter, respx.Route], Any]
) -> None:
    """Any name of a mock is true otherwise."""
    route = http_mock.get(f"{API}/a", name="a").respond(200)
    http_mock._assert_all_called = False
    with pytest.raises(AttributeError, match="has no attribute"):
        ask(http_mock, route)
    assert (route.calls.call_count, http_mock.calls.called, len(http_mock["a"].calls)) == (0, 0, 0)
