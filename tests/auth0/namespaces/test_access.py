"""Denials, and what is done although access is denied."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_auth0_actions import UNDEFINED
from pytest_auth0_actions.auth0.context import State
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
        "[A702] Access was denied before, and the first denial counts. Return after denying."
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
        f"[A703] Access is denied, and {what} all the same. Return after denying, if not meant."
    ]
    assert not login(call, event=event).warnings


OTP = {"type": "otp"}
STEPS = [
    (("redirect.sendUserTo", "https://a.example"), "redirect", "the browser is not redirected"),
    (("prompt.render", "ap_1"), "prompt", "no form is shown"),
    (("authentication.challengeWith", OTP), "challenge", "no factor is asked for"),
    (("authentication.challengeWithAny", [OTP]), "challenge", "no factor is asked for"),
    (("authentication.enrollWith", OTP), "enrollment", "no factor is enrolled"),
    (("authentication.enrollWithAny", [OTP]), "enrollment", "no factor is enrolled"),
    (("multifactor.enable", "any"), "multifactor", "no second factor is asked for"),
]
DENIED_STEPS = [
    *(("post-login", ("access.deny", "no"), *step) for step in STEPS),
    *(("post-login", ("session.revoke", "no"), *step) for step in STEPS),
    *(("password-reset-post-challenge", ("access.deny", "no"), *step) for step in STEPS[:4]),
]


@pytest.mark.parametrize(
    ("trigger", "denial", "call", "field", "without"), DENIED_STEPS, ids=lambda given: str(given)
)
def test_a_user_who_is_denied_has_nothing_more_to_do(
    trigger: str, denial: tuple[Any, ...], call: tuple[Any, ...], field: str, without: str
) -> None:
    """Whatever was asked for first: a denial ends the transaction."""
    event = {"session": {"id": "ses_1"}, "request": {}}
    assert getattr(play(trigger, call, event=event).outcome, field) is not None
    before = play(trigger, call, denial, event=event)
    after = play(trigger, denial, call, event=event)
    for played in (before, after):
        assert played.outcome.denied.reason == "no"
        assert getattr(played.outcome, field) is None
        assert played.warnings == ["AfterDenialWarning"]
    assert before.texts == [
        f"[A701] Access is denied, so {without}: api.{call[0]}() was called for nothing. "
        "Call it only where access is not denied."
    ]
    assert after.texts == [f"[A701] Access is denied, so {without}. Return after denying."]


def test_each_step_that_a_denial_takes_away_is_told_once() -> None:
    send = ("redirect.sendUserTo", "https://a.example")
    enroll = ("authentication.enrollWith", OTP)
    played = login(send, send, enroll, ("access.deny", "no"), ("access.deny", "again"))
    assert [text.partition(":")[0] for text in played.texts] == [
        "[A701] Access is denied, so the browser is not redirected",
        "[A701] Access is denied, so no factor is enrolled",
        "[A702] Access was denied before, and the first denial counts. Return after denying.",
    ]


def test_to_lift_a_second_factor_is_no_step_of_the_users() -> None:
    lift = ("multifactor.enable", "none")
    assert not login(("access.deny", "no"), lift).warnings
    assert not login(lift, ("access.deny", "no")).warnings


def test_what_an_earlier_run_has_asked_for_is_done_by_now() -> None:
    """A user who is back from a redirect may be denied."""
    state = State()
    login(("redirect.sendUserTo", "https://a.example"), state=state)
    played = login(("access.deny", "no"), state=state, handler="onContinuePostLogin")
    assert not played.warnings
    assert played.outcome.redirect is None


@pytest.mark.parametrize(("call", "field", "without"), STEPS, ids=lambda given: str(given))
def test_a_login_with_a_validation_error_goes_no_further(
    call: tuple[Any, ...], field: str, without: str
) -> None:
    outcome = login(call, ("validation.error", "code", "message")).outcome
    assert getattr(outcome, field) is None


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
