"""Denials, and what is done although access is denied."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_auth0_actions import UNDEFINED
from tests.auth0.played import login, play


@pytest.mark.parametrize(
    ("call", "by"),
    [
        (("access.deny", "no"), "access.deny"),
        (("session.revoke", "no"), "session.revoke"),
        (("refreshToken.revoke", "no"), "refreshToken.revoke"),
    ],
)
def test_a_login_is_denied_in_three_ways(call: tuple[Any, ...], by: str) -> None:
    denied = login(call).outcome.denied
    assert (denied.reason, denied.by) == ("no", by)


@pytest.mark.parametrize("reason", [None, UNDEFINED])
def test_a_denial_may_have_no_reason(reason: object) -> None:
    assert login(("access.deny", reason)).outcome.denied.reason is None


def test_the_first_denial_counts() -> None:
    played = login(("access.deny", "first"), ("access.deny", "second"))
    assert played.outcome.denied.reason == "first"
    assert played.warnings == ["AfterDenialWarning"]
    assert played.texts == [
        "Access was denied before, and the first denial counts. Return after denying."
    ]
    assert [each[0] for each in played.explanations] == ["denied", "denied"]


@pytest.mark.parametrize(
    ("call", "what"),
    [
        (("user.setAppMetadata", "a", 1), "the app_metadata is saved"),
        (("user.setUserMetadata", "a", 1), "the user_metadata is saved"),
        (("session.revoke",), "the session is ended"),
        (("refreshToken.revoke",), "the refresh token is ended"),
    ],
)
def test_what_has_an_effect_after_a_denial_is_warned_of(call: tuple[Any, ...], what: str) -> None:
    session, token = {"id": "ses_1"}, {"id": "rt_1"}
    transaction = {"protocol": "oauth2-refresh-token"}
    event = {"session": session, "refresh_token": token, "transaction": transaction}
    played = login(("access.deny", "no"), call, event=event)
    assert played.outcome.denied.by == "access.deny"
    assert played.warnings == ["AfterDenialWarning"]
    assert played.texts == [
        f"Access is denied, and {what} all the same. Return after denying, if not meant."
    ]
    assert not login(call, event=event).warnings


def test_what_has_no_effect_after_a_denial_is_not_warned_of() -> None:
    played = login(
        ("user.setAppMetadata", "a", 1),
        ("access.deny", "no"),
        ("idToken.setCustomClaim", "a", 1),
        ("cache.get", "k"),
        ("rules.wasExecuted", "r"),
    )
    assert not played.warnings
    assert played.outcome.user.app_metadata == {"a": 1}  # which is saved all the same


def test_a_registration_is_denied() -> None:
    played = play("pre-user-registration", ("access.deny", "domain", "Not with this address"))
    denied = played.outcome.denied
    assert (denied.reason, denied.user_message) == ("domain", "Not with this address")
    assert played.outcome.user_is_created is False
    assert played.outcome.validation_errors == ()


def test_a_reset_is_denied() -> None:
    played = play("password-reset-post-challenge", ("access.deny", "Ask the help desk"))
    assert played.outcome.denied.reason == "Ask the help desk"


def test_an_exchange_is_denied() -> None:
    denied = play("custom-token-exchange", ("access.deny", "c", "r")).outcome.denied
    assert (denied.code, denied.reason, denied.by) == ("c", "r", "access.deny")
    denied = play(
        "custom-token-exchange", ("access.rejectInvalidSubjectToken", "forged")
    ).outcome.denied
    assert (denied.code, denied.reason) == ("invalid_request", "forged")
    assert denied.by == "access.rejectInvalidSubjectToken"


def test_a_refused_denial_denies_nothing() -> None:
    played = play(
        "custom-token-exchange", ("access.deny", "", "r"), ("authentication.setUserById", "u")
    )
    assert played.outcome.denied is None
    assert played.explanations[0] == (f"threw: {played.thrown[0]}",)


def test_credentials_are_denied() -> None:
    played = play(
        "post-credential-validation",
        ("authentication.deny", {"reason": "locked"}),
        ("transaction.setMetadata", "risk", "high"),
    )
    assert played.outcome.denied.reason == "locked"
    assert played.outcome.transaction_metadata == {"risk": "high"}
    assert play("post-credential-validation").outcome.denied is None


@pytest.mark.parametrize(
    ("call", "event"),
    [
        ("session.revoke", {}),
        ("session.revoke", {"session": {}}),
        ("refreshToken.revoke", {"refresh_token": {"id": "rt_1"}}),
        ("refreshToken.revoke", {"transaction": {"protocol": "oauth2-refresh-token"}}),
    ],
)
def test_to_end_what_is_not_there_is_warned_of(call: str, event: dict[str, Any]) -> None:
    assert login((call, "no"), event=event).warnings == ["RevocationWarning"]


def test_a_user_that_is_not_created_has_no_metadata_saved() -> None:
    played = play(
        "pre-user-registration", ("user.setUserMetadata", "a", 1), ("access.deny", "r", "m"),
        ("user.setAppMetadata", "b", 2),
    )  # fmt: skip
    assert not played.warnings
    assert [each[0] for each in played.explanations] == [
        "saved when the transaction ends",
        "denied",
        "not saved: the registration is denied",
    ]
