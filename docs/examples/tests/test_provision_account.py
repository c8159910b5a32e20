"""provision-account: the CRM's access token is cached for its life less one minute."""

import pytest


@pytest.fixture
def load(load_action):
    """Loads the Action with a CRM whose tokens live for so many seconds."""

    def load(expires_in="3600"):
        return load_action(
            "actions/provision-account/code.js",
            secrets={"CRM_TEAM": "self-service"},
            modules={"crm": ("tests/fakes/crm.js", {"EXPIRES_IN": expires_in})},
        )

    return load


def test_first_registration_fetches_a_token_and_caches_it(load, api, clock, make_event):
    """A token of 3,600 s is cached for 3,540 s."""
    run = load().run(make_event(user={"email": "ada@example.com"}))
    assert run.logs == "ada@example.com created with token-1 for self-service\n"
    assert [call.path for call in run.calls] == ["cache.get", "cache.set"]
    record = api.cache.get("crm:access-token")
    assert (record.value, record.expires_at) == ("token-1", clock.now_ms + 3_540_000)


@pytest.mark.parametrize(
    ("after_ms", "token"),
    [
        pytest.param(3_539_999, "token-1", id="one ms before"),
        pytest.param(3_540_000, "token-1", id="at expiry"),
        pytest.param(3_540_001, "token-2", id="one ms after"),
    ],
)
def test_token_is_shared_until_one_minute_before_its_end(load, clock, make_event, after_ms, token):
    """A second registration uses the first one's token for 59 minutes, to the millisecond."""
    action = load()
    action.run()
    clock.tick(milliseconds=after_ms)
    run = action.run(make_event(user={"email": "bob@example.com"}))
    assert run.logs == f"bob@example.com created with {token} for self-service\n"


def test_token_that_the_crm_took_back_is_replaced(load, api):
    """A refused cached token is deleted, a new one is fetched, and the account is created."""
    api.cache.set("crm:access-token", "revoked")
    run = load().run()
    assert [call.path for call in run.calls] == ["cache.get", "cache.delete", "cache.set"]
    assert api.cache.get("crm:access-token").value == "token-1"


def test_token_without_a_minute_to_live_is_used_and_not_cached(load, api):
    """A token of 60 s would be cached for 0 ms: it is not, and the account is created."""
    run = load(expires_in="60").run()
    assert "created with token-1" in run.logs
    assert "token not cached: ItemAlreadyExpired\n" in run.logs
    assert api.cache.get("crm:access-token") is None
