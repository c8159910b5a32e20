"""Hosts and URLs of any kind, as Node.js asks for them."""

from __future__ import annotations

from typing import Any

import pytest
import respx

from pytest_auth0_actions import LoadAction
from tests.conftest import WriteAction
from tests.http.conftest import Refused

ASK = """
const { host, path = '/', client } = event.case;
if (client === 'fetch') {
  event.seen = (await fetch(`https://${host}${path}`)).status;
} else {
  event.seen = await new Promise((resolve, reject) => {
    const done = ({ statusCode }) => resolve(statusCode);
    require('https').get({ host, path }, done).on('error', reject);
  });
}
"""


@pytest.fixture(params=["fetch", "https"])
def ask(request: Any, load_action: LoadAction, write_handler: WriteAction) -> Any:
    """Ask a host, and return the status of the response."""
    action = load_action(write_handler(ASK))

    def ask(**case: str) -> Any:
        return action.run({"case": {**case, "client": request.param}}).event["seen"]

    return ask


@pytest.mark.parametrize(
    "host",
    [
        "bad_host-",
        "a_b.c_d",
        "-a.example.com",
        "a-.b",
        "ab--cd.example",
        "my_shop.example.com",
        "b" * 64,
        "a" * 70 + ".example.com",
        "10.0.0.1",
        "a.",
    ],
)
def test_a_host_is_answered_whatever_its_name(
    ask: Any, http_mock: respx.MockRouter, host: str
) -> None:
    http_mock.get(f"https://{host}/x").respond(204)
    assert ask(host=host, path="/x") == 204


@pytest.mark.parametrize("host", ["a..b", "*.example.com", "a" * 70 + ".com"])
@pytest.mark.respx(assert_all_called=False)
def test_a_host_that_no_certificate_names_is_refused(
    ask: Any, http_mock: respx.MockRouter, refused: Refused, host: str
) -> None:
    http_mock.route().respond(204)
    assert str(refused(lambda: ask(host=host))) == (
        "[A605] The Action asked for what the test does not answer: a TLS connection to "
        f"{host}:443.\n"
        "Given: the routes <Route <Noop>>.\n"
        "Ask another host: no certificate can be made for this one; for a real server, "
        f"@pytest.mark.auth0(allow_hosts=['{host}:443'])."
    )


@pytest.mark.respx(assert_all_called=False)
def test_a_host_without_a_route_is_refused(
    ask: Any, http_mock: respx.MockRouter, refused: Refused
) -> None:
    http_mock.get("https://api.example.com/").respond(204)
    error = refused(lambda: ask(host="bad_host-", path="/x"))
    assert error.what_to_do == (
        'Add one: http_mock.get("https://bad_host-/x").respond(json={}); for a real server, '
        "@pytest.mark.auth0(allow_hosts=['bad_host-'])."
    )


@pytest.mark.respx(assert_all_called=False)
def test_a_url_that_httpx_can_not_read_is_refused(
    ask: Any, http_mock: respx.MockRouter, refused: Refused
) -> None:
    http_mock.route().respond(204)
    error = refused(lambda: ask(host="api.example.com", path="/" + "a" * 70_000))
    assert error.what_happened.endswith("... (70,024 characters).")
    assert error.what_to_do == (
        "Ask for another URL: httpx, which finds the route, says URL too long; for a real server, "
        "@pytest.mark.auth0(allow_hosts=['api.example.com'])."
    )
