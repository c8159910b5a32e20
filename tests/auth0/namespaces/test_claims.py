"""Which custom claims reach a token, and how scopes change."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_auth0_actions import UNDEFINED
from pytest_auth0_actions.auth0.context import State
from pytest_auth0_actions.auth0.namespaces.claim_names import why_dropped
from pytest_auth0_actions.auth0.namespaces.claims import DroppedClaim
from pytest_auth0_actions.auth0.namespaces.scopes import checked_scope
from pytest_auth0_actions.errors import ApiThrow
from tests.auth0.played import login, play

SHOP = "https://shop.example/"


def test_claims_reach_their_own_token() -> None:
    outcome = login(
        ("idToken.setCustomClaim", SHOP + "plan", "gold"),
        ("accessToken.setCustomClaim", SHOP + "seats", [1, {"a": None}]),
        ("accessToken.setCustomClaim", "plan", "free"),
    ).outcome
    assert outcome.id_token.claims == {SHOP + "plan": "gold"}
    assert outcome.access_token.claims == {SHOP + "seats": [1, {"a": None}], "plan": "free"}
    assert outcome.dropped_claims == ()


def test_the_last_value_of_a_claim_counts() -> None:
    outcome = login(
        ("idToken.setCustomClaim", "a", 1),
        ("idToken.setCustomClaim", "b", 1),
        ("idToken.setCustomClaim", "a", 2),
        ("idToken.setCustomClaim", "b", UNDEFINED),
    ).outcome
    assert outcome.id_token.claims == {"a": 2}


@pytest.mark.parametrize(
    ("transaction", "is_issued"),
    [
        ({"requested_scopes": ["read:orders", "openid"]}, True),
        ({"requested_scopes": ["read:orders"], "protocol": "oidc-basic-profile"}, False),
        ({"requested_scopes": UNDEFINED, "protocol": "oidc-basic-profile"}, True),
        ({"requested_scopes": [], "protocol": "oidc-hybrid-profile"}, False),
        ({"requested_scopes": [], "protocol": "samlp"}, True),
        ({"requested_scopes": [], "protocol": "oauth2-refresh-token"}, True),
        ({"requested_scopes": [], "protocol": None}, True),
        (None, True),
    ],
)
def test_an_id_token_is_asked_for_by_its_scope(transaction: Any, is_issued: bool) -> None:
    outcome = login(
        ("idToken.setCustomClaim", SHOP + "plan", "gold"),
        ("accessToken.setCustomClaim", SHOP + "plan", "gold"),
        event={"transaction": transaction},
    ).outcome
    assert bool(outcome.id_token) is is_issued
    assert outcome.id_token.claims == ({SHOP + "plan": "gold"} if is_issued else {})
    assert outcome.access_token.claims == {SHOP + "plan": "gold"}
    if not is_issued:
        text = "no token is issued: the scope openid was not requested"
        assert outcome.id_token.claims.why_absent(SHOP + "plan") == text


@pytest.mark.parametrize("denial", [("access.deny", "no"), ("validation.error", "c", "m")])
def test_where_no_token_is_issued_there_are_no_claims(denial: tuple[Any, ...]) -> None:
    outcome = login(
        ("idToken.setCustomClaim", SHOP + "plan", "gold"),
        ("accessToken.setCustomClaim", SHOP + "plan", "gold"),
        ("accessToken.addScope", "read:orders"),
        denial,
    ).outcome
    assert outcome.id_token.claims == {}
    assert outcome.access_token.claims == {}
    assert not outcome.id_token
    assert not outcome.access_token
    assert outcome.access_token.scopes.added == ()
    assert outcome.dropped_claims == ()


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("roles", "restricted"),
        ("sub", "restricted"),
        ("x5t#S256", "restricted"),
        ("https://auth0.com/roles", "reserved namespace"),
        ("https://tenant.eu.auth0.com/roles", "reserved namespace"),
        ("HTTP://WEBTASK.IO/x", "reserved namespace"),
        ("https://a.webtask.run", "reserved namespace"),
        ("urn:auth0", "reserved namespace"),
        ("urn:auth0:roles", "reserved namespace"),
        ("https://notauth0.com/roles", None),
        ("https://auth0.com.example/roles", None),
        ("urn:auth0s:roles", None),
        ("Roles", None),
        ("email", None),
        ("https://[", None),
    ],
)
def test_what_is_dropped_and_why(name: str, reason: str | None) -> None:
    played = login(("idToken.setCustomClaim", name, 1))
    assert played.outcome.id_token.claims == ({name: 1} if reason is None else {})
    assert [each.reason for each in played.outcome.dropped_claims] == ([reason] if reason else [])
    assert played.warnings == (["DroppedClaimWarning"] if reason else [])
    assert played.explanations == [(f"dropped: {reason}",) if reason else ()]


@pytest.mark.parametrize(
    ("audience", "is_auth0s"),
    [
        ("https://example-tenant.eu.auth0.com/api/v2/", True),
        ("https://login.example.com/me/", True),
        ("https://tenant.example/mfa/", True),
        ("urn:auth0-authz-api", False),
        ("urn:auth0:authz", True),
        ("https://example-tenant.eu.auth0.com/userinfo", False),
        ("https://shop.example/api", False),
        ("auth0.com", False),
        (None, False),
    ],
)
def test_a_token_for_an_api_of_auth0s_takes_namespaced_claims_only(
    audience: str | None, is_auth0s: bool
) -> None:
    event = {
        "resource_server": {"identifier": audience},
        "request": {"hostname": "login.example.com"},
        "custom_domain": {"domain": "tenant.example"},
    }
    assert why_dropped(SHOP + "plan", event, is_access_token=True) is None
    assert why_dropped("plan", event, is_access_token=False) is None
    reason = why_dropped("plan", event, is_access_token=True)
    assert reason == ("not namespaced" if is_auth0s else None)


def test_an_unnamespaced_claim_has_a_warning_of_its_own() -> None:
    played = login(
        ("accessToken.setCustomClaim", "roles", 1),
        resource_server={"identifier": "https://example-tenant.eu.auth0.com/api/v2/"},
    )
    assert played.outcome.dropped_claims == (DroppedClaim("roles", "not namespaced"),)
    assert played.warnings == ["UnnamespacedClaimWarning"]
    assert played.texts == [
        "[A713] Auth0 drops the claim 'roles': it has no namespace, and the token is for an api of "
        "Auth0's. Name it https://shop.example/roles, with a domain of your own."
    ]


def test_the_advice_for_a_restricted_claim_works_when_followed() -> None:
    [text] = login(("idToken.setCustomClaim", "roles", 1)).texts
    assert text == (
        "[A713] Auth0 drops the claim 'roles': it is restricted. Give it a namespace, such as "
        "https://shop.example/roles."
    )
    assert not login(("idToken.setCustomClaim", "https://shop.example/roles", 1)).warnings


def test_all_claims_of_a_token_have_100_kb() -> None:
    size = 100 * 1024 - len('{"a":""}')
    good = login(("idToken.setCustomClaim", "a", "x" * size))
    assert not good.warnings
    assert len(good.outcome.id_token.claims) == 1
    bad = login(
        ("idToken.setCustomClaim", "a", "x" * (size + 1)),
        ("idToken.setCustomClaim", "b", "x"),
        ("accessToken.setCustomClaim", "a", "x" * size),
    )
    assert bad.outcome.id_token.claims == {"b": "x"}
    assert len(bad.outcome.access_token.claims) == 1
    assert bad.outcome.dropped_claims == (DroppedClaim("a", "over 100 KB"),)
    assert bad.warnings == ["DroppedClaimWarning"]


def test_one_claim_that_both_tokens_drop_is_one() -> None:
    outcome = login(
        ("idToken.setCustomClaim", "iss", 1), ("accessToken.setCustomClaim", "iss", 1)
    ).outcome
    assert outcome.dropped_claims == (DroppedClaim("iss", "restricted"),)


def test_an_outcome_is_not_changed_by_what_comes_after() -> None:
    """Nor is what comes after by what a test does to an outcome."""
    value, state = {"list": [1]}, State()
    played = login(("idToken.setCustomClaim", "a", value), state=state)
    value["list"].append(2)
    assert played.outcome.id_token.claims == {"a": {"list": [1]}}
    played.outcome.id_token.claims["a"]["list"].append(3)
    assert login(state=state).outcome.id_token.claims == {"a": {"list": [1]}}


def test_scopes_are_added_and_removed_and_the_last_call_counts() -> None:
    scopes = login(
        ("accessToken.addScope", " read:a "),
        ("accessToken.addScope", "read:b"),
        ("accessToken.removeScope", "read:c"),
        ("accessToken.removeScope", "read:a"),
    ).outcome.access_token.scopes
    assert scopes.added == ("read:b",)
    assert scopes.removed == ("read:c", "read:a")


@given(st.sampled_from("aé\u0085\N{GRINNING FACE}"), st.integers(0, 3))
def test_the_longest_scope(character: str, blanks: int) -> None:
    longest = character * (280 // len(character.encode("utf-16-le")) * 2)
    around = " \ufeff" * blanks
    assert checked_scope(around + longest + around) == longest
    with pytest.raises(ApiThrow, match="exceeds the allowed maximum of 280 characters"):
        checked_scope(longest + character)


def test_credentials_exchange_has_claims_and_target_scopes() -> None:
    outcome = play(
        "credentials-exchange",
        ("accessToken.setCustomClaim", SHOP + "tier", "gold"),
        ("accessToken.setCustomClaim", "sub", "x"),
        ("transaction.addTargetScope", "read:c"),
        ("transaction.removeTargetScope", "read:a"),
        accessToken={"scope": ["read:a", "read:b"]},
    ).outcome
    assert outcome.access_token.claims == {SHOP + "tier": "gold"}
    assert outcome.access_token.target_scopes == ("read:b", "read:c")
    assert outcome.dropped_claims == (DroppedClaim("sub", "restricted"),)
    assert outcome.denied is None


def test_without_a_call_the_target_scopes_are_those_that_are_granted() -> None:
    outcome = play("credentials-exchange", accessToken={"scope": ["read:a"]}).outcome
    assert outcome.access_token.target_scopes == ("read:a",)
    assert play("credentials-exchange", event={}).outcome.access_token.target_scopes == ()


def test_a_denied_exchange_of_credentials_has_no_token() -> None:
    outcome = play(
        "credentials-exchange",
        ("accessToken.setCustomClaim", SHOP + "tier", "gold"),
        ("accessToken.setCustomClaim", "sub", "x"),
        ("access.deny", "invalid_scope"),
    ).outcome
    assert (outcome.denied.code, outcome.denied.reason) == ("invalid_scope", None)
    assert outcome.access_token.claims == {}
    assert not outcome.access_token
    assert outcome.access_token.target_scopes == ()
    assert outcome.dropped_claims == ()
