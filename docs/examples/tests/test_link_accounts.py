"""link-accounts: two accounts with one address become one, when the user proves the older."""

import json

import httpx
import pytest

SECRET = "between the Action and the page"
OLDER = {
    "user_id": "auth0|older",
    "email_verified": True,
    "created_at": "2020-01-01T00:00:00.000Z",
}
SOCIAL = {
    "user_id": "google-oauth2|7",
    "identities": [{"provider": "google-oauth2", "user_id": "7", "connection": "google-oauth2"}],
}
TENANT = "tenant.example.com"


@pytest.fixture
def login(flow, load_action):
    secrets = {
        "DOMAIN": TENANT,
        "CLIENT_ID": "linker",
        "CLIENT_SECRET": "s3cr3t-of-linker",
        "LINK_SECRET": SECRET,
    }
    return flow(load_action("actions/link-accounts/code.js", secrets=secrets))


@pytest.fixture
def token(http_mock):
    answer = {"access_token": "t0ken", "expires_in": 86_400}
    return http_mock.post(f"https://{TENANT}/oauth/token").respond(json=answer)


@pytest.fixture
def users(http_mock, token):
    """Who has the address, as the Management API finds them."""
    return http_mock.get(host=TENANT, path="/api/v2/users-by-email").respond(json=[OLDER])


@pytest.fixture
def identities(http_mock):
    """Where an account is linked to the older one."""
    return http_mock.post(
        host=TENANT, path__regex=r"/api/v2/users/(?P<user_id>.+)/identities"
    ).respond(201, json=[])


@pytest.fixture
def away(login, users):
    """The user is on the page that asks for the older account's password."""
    return login.run(variant="social", user=SOCIAL)


def test_the_user_is_sent_to_prove_the_older_account(away, users):
    assert away.status == "redirected"
    assert away.outcome.redirect.url.startswith("https://accounts.shop.example.com/link?")
    assert users.calls.last.request.url.params["email"] == away.event["user"]["email"]
    assert users.calls.last.request.headers["authorization"] == "Bearer t0ken"


def test_the_accounts_are_linked(away, identities, token):
    """The token of the Management API is cached while the user is away."""
    answer = away.sign({"proved": "auth0|older"}, secret=SECRET)
    done = away.resume(body={"session_token": answer})
    assert done.status == "completed"
    assert done.outcome.user.primary_user == "auth0|older"
    request = identities.calls.last.request
    assert request.url.path == "/api/v2/users/auth0|older/identities"
    assert json.loads(request.content) == {"provider": "google-oauth2", "user_id": "7"}
    assert token.call_count == 1


def test_who_does_not_prove_it_keeps_two_accounts(away, login):
    """The user is logged in, and not asked again."""
    done = away.resume(body={"session_token": away.sign({"proved": None}, secret=SECRET)})
    assert done.status == "completed"
    assert done.outcome.user.primary_user is None
    assert done.outcome.user.app_metadata == {"keep_apart": True}
    again = {**SOCIAL, "app_metadata": done.outcome.user.app_metadata}
    assert login.run(variant="social", user=again).status == "completed"


@pytest.mark.parametrize(
    ("claims", "secret"),
    [({}, "guessed"), ({"sub": "auth0|mallory"}, SECRET), ({"state": "older"}, SECRET)],
    ids=["forged", "of another user", "of another login"],
)
def test_a_bad_token_links_nothing(away, claims, secret):
    """No request leaves: the test has no route that would answer one."""
    answer = away.sign({"proved": "auth0|older"}, secret=secret, **claims)
    done = away.resume(body={"session_token": answer})
    assert done.status == "denied"
    assert done.outcome.denied.reason.startswith("The accounts can not be linked: ")
    assert done.outcome.user.primary_user is None


def test_a_link_that_fails_does_not_cost_the_login(away, identities):
    identities.respond(500)
    answer = away.sign({"proved": "auth0|older"}, secret=SECRET)
    done = away.resume(body={"session_token": answer})
    assert (done.status, done.outcome.user.primary_user) == ("completed", None)
    assert "not linked: " in done.executions[-1].logs


def test_an_outage_does_not_cost_the_login(login, users):
    users.mock(side_effect=httpx.ReadTimeout)
    done = login.run(variant="social", user=SOCIAL)
    assert done.status == "completed"
    assert done.duration_ms == 5_000
    assert done.executions[0].logs.startswith("not looked up: ")


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(SOCIAL, id="the same"),
        pytest.param({**OLDER, "email_verified": False}, id="not verified"),
        pytest.param({**OLDER, "created_at": "2024-12-31T23:59:59.000Z"}, id="younger"),
    ],
)
def test_there_is_no_account_to_link(login, users, other):
    users.respond(json=[{"email_verified": True, "created_at": "2019-01-01", **other}])
    assert login.run(variant="social", user=SOCIAL).status == "completed"


@pytest.mark.parametrize(
    ("variant", "user"),
    [
        pytest.param("social", {**SOCIAL, "email_verified": False}, id="address not verified"),
        pytest.param("silent", SOCIAL, id="no page can be shown"),
        pytest.param("refresh-token", SOCIAL, id="no browser"),
    ],
)
def test_nothing_is_looked_up_without_need(login, variant, user):
    done = login.run(variant=variant, user=user)
    assert done.status == "completed"
    assert done.executions[0].requests == ()
