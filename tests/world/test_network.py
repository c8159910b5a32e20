"""What the routes of a test answer, whatever a client sends."""

from __future__ import annotations

import re
import sys
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pytest_auth0_actions import Clock, UnansweredRequestError, UsageError
from pytest_auth0_actions.world.certificates import Authority
from pytest_auth0_actions.world.network import Network
from pytest_auth0_actions.world.router import Router
from pytest_auth0_actions.world.unanswered import TLS_CONNECTION

LATIN = st.text(st.characters(max_codepoint=255), max_size=12)
PIECES = st.one_of(
    LATIN,
    st.text(max_size=12),
    st.sampled_from(["", "/", "//", "..", "%", "%2F", "%zz", "%00", "?", "#", "&", "=", "a=1"]),
    st.sampled_from(["@", ":", ":99999", "[::1]", "[", "bad_host-", "xn--", "*", "é", '"', "\\"]),
    st.sampled_from(["a" * 300, "b" * 600, "c" * 66_000]),
)
STARTS = st.sampled_from(
    ["http://", "https://", "http://h/", "https://h:8/", "HTTP://H", "http://h/?", ""]
)
URLS = st.builds(
    lambda start, pieces: start + "".join(pieces), STARTS, st.lists(PIECES, max_size=6)
)
HTTP_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]
METHODS = st.sampled_from(
    ["GET", "POST", "DELETE", "HEAD", "OPTIONS", "PATCH", "PUT", "M-SEARCH", "PURGE", "PROPFIND"]
)
HEADERS = st.lists(
    st.tuples(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1), LATIN),
    max_size=3,
)
ROUTE = re.compile(r"http_mock\..*\.respond\(json=\{\}\)", re.DOTALL)


@settings(max_examples=500, deadline=None, suppress_health_check=[*HealthCheck])
@given(method=METHODS, url=URLS, headers=HEADERS, body=st.binary(max_size=20))
@example(method="GET", url="https://bad_host-/x", headers=[], body=b"")
@example(method="GET", url="http://h//two", headers=[], body=b"")
@example(method="GET", url="http://h/%2F?q=a%26b", headers=[], body=b"")
@example(method="GET", url="https://xn--/", headers=[], body=b"")
@example(method="GET", url="http://h/" + "c" * 70_000, headers=[], body=b"")
@example(method="GET", url="http://h/" + "c" * 7_000, headers=[], body=b"")
@example(method="GET", url="http://" + "c" * 7_000, headers=[], body=b"")
@example(method="M-SEARCH", url="http://h/", headers=[], body=b"")
def test_a_request_is_answered_by_a_route_or_refused_with_advice(
    method: str, url: str, headers: list[tuple[str, str]], body: bytes
) -> None:
    """The text is in three parts and fits a screen; the route that it names answers."""
    network, router = Network(lambda host: {}), Router()
    network.router = router
    request = {"method": method, "url": url, "headers": [part for pair in headers for part in pair]}

    answer, content = network.answer(request, body)
    assert (answer["code"], content) == ("ECONNREFUSED", b"")
    error = network.unanswered()
    assert isinstance(error, UnansweredRequestError)
    assert error.what_happened.startswith(
        f"[A605] The Action asked for what the test does not answer: {method} {url[:100]}"
    )
    assert error.what_was_given == "Given: http_mock without a route."
    assert error.what_to_do
    assert len(str(error)) < 4_000

    advised = ROUTE.search(error.what_to_do)
    if advised is None:
        assert error.what_to_do.startswith(
            ("Ask for another URL: httpx", "Ask another host: no name")
        )
    else:
        eval(advised[0], {"http_mock": router})  # to the letter
        assert network.answer(request, body)[0]["status"] == 200


@pytest.mark.parametrize(
    ("url", "advice"),
    [
        (
            "https://api.test/a",
            'Add one: http_mock.get("https://api.test/a").respond(json={}); for a real server, '
            "@pytest.mark.auth0(allow_hosts=['api.test']).",
        ),
        (
            'https://api.test/"a"',
            "Add one: http_mock.get('https://api.test/\"a\"').respond(json={}); for a real "
            "server, @pytest.mark.auth0(allow_hosts=['api.test']).",
        ),
        (
            "https://api.test//a",
            'Add one: http_mock.get(url__eq="https://api.test//a").respond(json={}); for a real '
            "server, @pytest.mark.auth0(allow_hosts=['api.test']).",
        ),
        (
            "https://api.test/" + "a" * 484,
            'Add one: http_mock.get(host="api.test").respond(json={}); for a real server, '
            "@pytest.mark.auth0(allow_hosts=['api.test']).",
        ),
        (
            "https://api.test/" + "a" * 70_000,
            "Ask for another URL: httpx, which finds the route, says URL too long; for a real "
            "server, @pytest.mark.auth0(allow_hosts=['api.test']).",
        ),
        (
            f"https://{'a' * 254}/",
            "Ask another host: no name of one is longer than 253 characters.",
        ),
    ],
)
def test_advice(url: str, advice: str) -> None:
    network = Network(lambda host: {})
    network.router = Router()
    network.answer({"method": "GET", "url": url, "headers": []}, b"")
    error = network.unanswered()
    assert error is not None
    assert error.what_to_do == advice


@pytest.mark.parametrize(("extra", "shown"), [(0, ""), (1, "... (501 characters)")])
def test_a_long_url_is_cut(extra: int, shown: str) -> None:
    url = "https://api.test/".ljust(500, "a") + "b" * extra
    network = Network(lambda host: {})
    network.refuse("GET", url)
    error = network.unanswered()
    assert error is not None
    assert error.what_happened.endswith(f": GET {url[:500]}{shown}.")


def test_an_error_of_a_side_effect_is_the_tests_own() -> None:
    """Also one of a kind that httpx raises for a URL."""

    def answers(request: Any) -> Any:
        raise UnicodeError("mine")

    network = Network(lambda host: {})
    network.router = Router()
    network.router.get("https://api.test/").mock(side_effect=answers)
    with pytest.raises(UnicodeError, match="mine"):
        network.answer({"method": "GET", "url": "https://api.test/", "headers": []}, b"")
    assert network.unanswered() is None


@pytest.mark.parametrize(
    ("method", "called"),
    [
        *((method, f"{method.lower()}(") for method in HTTP_METHODS),
        ("PURGE", 'request("PURGE", '),
        ("M-SEARCH", 'request("M-SEARCH", '),
    ],
)
def test_the_advice_has_the_routers_own_method_where_there_is_one(method: str, called: str) -> None:
    network = Network(lambda host: {})
    network.router = Router()
    network.refuse(method, "https://api.test/")
    error = network.unanswered()
    assert error is not None
    assert f'Add one: http_mock.{called}"https://api.test/")' in error.what_to_do
    assert hasattr(network.router, called.partition("(")[0])


ASKED = {"method": "GET", "url": "https://api.test/", "headers": []}


def test_all_routes_are_named_to_the_twentieth() -> None:
    network = Network(lambda host: {})
    network.router = Router()
    shown = []
    for count in range(1, 22):
        shown.append(repr(network.router.get(f"https://r{count}.test/")))
        network.refuse("GET", "https://api.test/")
        error = network.unanswered()
        assert error is not None
        more = " and 1 more" if count > 20 else ""
        assert error.what_was_given == f"Given: the routes {', '.join(shown[:20])}{more}."


def test_a_test_without_the_mock_needs_no_httpx(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "httpx", None)
    network = Network(lambda host: {})
    assert network.answer(ASKED, b"") == ({"syscall": "connect", "code": "ECONNREFUSED"}, b"")


def test_a_stream_that_is_async_is_shown() -> None:
    class Stream(httpx.AsyncByteStream):
        def __repr__(self) -> str:
            return "<my stream>"

    network = Network(lambda host: {})
    network.router = Router()
    network.router.get("https://api.test/").respond(stream=Stream())
    with pytest.raises(UsageError) as caught:
        network.answer(ASKED, b"")
    assert str(caught.value) == (
        "[A608] A response of http_mock must be bytes, or a stream of them that is not async.\n"
        "Given: an async stream, <my stream>, for GET https://api.test/.\n"
        "Use content=, json= or text=, or yield bytes from a plain generator."
    )


def test_a_host_without_a_certificate_is_named() -> None:
    network = Network(lambda host: {})
    network.refuse(TLS_CONNECTION, "a..b:443")
    error = network.unanswered()
    assert error is not None
    assert error.what_to_do == (
        "Ask another host: no certificate can be made for this one; for a real server, "
        "@pytest.mark.auth0(allow_hosts=['a..b:443'])."
    )


@settings(max_examples=200, deadline=None)
@given(host=PIECES)
@example(host="bad_host-")
@example(host="xn--")
@example(host="*.example.com")
@example(host="a@b")
@example(host="a" * 70 + ".example.com")
def test_a_certificate_is_whole_or_there_is_none(host: str) -> None:
    with Clock():
        made = AUTHORITY.certificate(host)
    assert made.keys() in ({"authority", "key", "cert"}, set())


AUTHORITY = Authority()
