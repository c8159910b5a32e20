"""The advice for a request whose URL has a secret in it: it shows no value, and works."""

from __future__ import annotations

import re

import pytest

from pytest_auth0_actions.errors import UnansweredRequestError
from pytest_auth0_actions.world.masking import Mask
from pytest_auth0_actions.world.network import Network
from pytest_auth0_actions.world.router import Router

SHOWS = " `pytest --auth0-show-secrets` shows what was asked."
UNNAMED = "for a real server, name its host in @pytest.mark.auth0(allow_hosts=[...])." + SHOWS


def error_for(
    network: Network, secret: str, url: str, method: str = "POST"
) -> UnansweredRequestError:
    mask = Mask()
    mask.add({"SECRET": secret})
    network.mask = mask.from_action
    network.answer({"method": method, "url": url, "headers": []}, b"")
    error = network.unanswered()
    assert error is not None
    assert secret not in str(error)
    return error


@pytest.mark.parametrize(
    ("secret", "url", "where", "allow"),
    [
        ("example.com", "https://example.com/oauth/token", 'path="/oauth/token"', UNNAMED),
        ("shop.eu.auth0.com", "https://shop.eu.auth0.com/", 'path="/"', UNNAMED),
        ("https://api.shop.test/v2", "https://api.shop.test/v2/a", "", UNNAMED),
        ("https://api.shop.test/", "https://api.shop.test/users", "", UNNAMED),
        ("sk_51H8xk2x", "https://a.test/x/sk_51H8xk2x", 'host="a.test"', None),
        (
            "sk_51H8xk2x",
            "https://a.test:81/x%20y?k=sk_51H8xk2x",
            'host="a.test", path="/x y"',
            None,
        ),
        ("sk_51H8xk2x", f"https://a.test/{'x' * 500}?k=sk_51H8xk2x", 'host="a.test"', None),
        ("sk_51H8xk2x", "https://a.test//x?k=sk_51H8xk2x", "", None),
    ],
)
def test_the_route_is_made_of_what_can_be_shown(
    secret: str, url: str, where: str, allow: str | None
) -> None:
    network, router = Network(lambda host: {}), Router()
    network.router = router
    host = url.split("/")[2]
    allow = allow or f"for a real server, @pytest.mark.auth0(allow_hosts=[{host!r}]).{SHOWS}"
    error = error_for(network, secret, url)
    assert error.what_to_do == f"Add one: http_mock.post({where}).respond(json={{}}); {allow}"
    advised = re.search(r"http_mock\..*?json=\{\}\)", error.what_to_do)
    assert advised is not None
    eval(advised[0], {"http_mock": router})  # to the letter
    request = {"method": "POST", "url": url, "headers": []}
    assert network.answer(request, b"")[0]["status"] == 200


def test_without_the_mock_and_with_a_method_of_its_own() -> None:
    url = "https://example.com/files"
    error = error_for(Network(lambda host: {}), "example.com", url, "PURGE")
    assert error.what_to_do.startswith(
        "Use http_mock, as an argument of the test: "
        'http_mock.request("PURGE", path="/files").respond(json={}); '
    )
    error = error_for(Network(lambda host: {}), url, url, "PURGE")
    assert error.what_to_do.startswith(
        'Use http_mock, as an argument of the test: http_mock.request("PURGE").respond(json={})'
    )


def test_a_connection_to_a_masked_host() -> None:
    network = Network(lambda host: {})
    mask = Mask()
    mask.add({"DB": "db.example.com"})
    network.mask = mask.from_action
    network.refuse("a connection to", "db.example.com:5432")
    error = network.unanswered()
    assert error is not None
    assert error.what_to_do == f"Test without it; {UNNAMED}"
