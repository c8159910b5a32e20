"""step-up-mfa and token-claims: a second factor for who wants to transfer funds."""

import pytest

MFA = "https://shop.example.com/mfa"
FUNDS = {"requested_scopes": ["openid", "transfer:funds"]}
OTP = {"enrolledFactors": [{"type": "otp"}]}


@pytest.fixture
def actions(load_action):
    return (
        load_action("actions/step-up-mfa/code.js"),
        load_action("actions/token-claims/code.js"),
    )


@pytest.fixture
def login(flow, actions):
    return flow(*actions, enabled_factors=["otp", "webauthn-roaming"])


def test_other_scopes_need_no_factor(login):
    done = login.run(user=OTP)
    assert done.status == "completed"
    assert done.outcome.access_token.claims[MFA] is False


def test_funds_need_a_factor(login):
    """The user has one of the two, so that one is asked for."""
    asked = login.run(transaction=FUNDS, user=OTP)
    assert asked.status == "challenged"
    assert asked.outcome.challenge.factors == ({"type": "otp"},)
    done = asked.pass_challenge()
    assert done.status == "completed"
    assert done.outcome.access_token.claims[MFA] is True


def test_who_fails_gets_no_token(login):
    failed = login.run(transaction=FUNDS, user=OTP).fail_challenge()
    assert (failed.status, failed.error.code) == ("failed", "access_denied")
    assert failed.outcome.access_token.claims == {}


def test_who_has_none_enrolls_one(login):
    asked = login.run(transaction=FUNDS, user={"enrolledFactors": []})
    assert asked.outcome.enrollment.factors == ({"type": "otp"}, {"type": "webauthn-roaming"})
    done = asked.pass_challenge("webauthn-roaming")
    assert done.event["user"]["enrolledFactors"] == [{"type": "webauthn-roaming"}]
    assert done.outcome.access_token.claims[MFA] is True


def test_a_factor_that_is_switched_off_ends_the_login(flow, actions):
    """The user has nothing but a factor that the tenant has disabled since."""
    login = flow(*actions, enabled_factors=["webauthn-roaming"])
    failed = login.run(transaction=FUNDS, user=OTP)
    assert failed.error.code == "no_usable_factor"


@pytest.mark.parametrize(
    ("after_ms", "status"),
    [
        pytest.param(300_000, "completed", id="five minutes"),
        pytest.param(300_001, "challenged", id="one ms more"),
    ],
)
def test_a_factor_counts_for_five_minutes(login, clock, after_ms, status):
    """The later login has the methods of the first, as its session has."""
    passed = login.run(transaction=FUNDS, user=OTP).pass_challenge()
    methods = passed.event["authentication"]["methods"]
    clock.tick(milliseconds=after_ms)
    later = login.run(transaction=FUNDS, user=OTP, authentication={"methods": methods})
    assert later.status == status


def test_a_refresh_token_loses_the_scope(login):
    """Nobody is there to be asked, and the rest of the token is issued."""
    done = login.run(variant="refresh-token", transaction=FUNDS)
    assert done.status == "completed"
    assert done.outcome.access_token.scopes.removed == ("transfer:funds",)
    assert done.outcome.access_token.claims[MFA] is False
