"""Redirects, forms, challenges: what suspends a transaction."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_auth0_actions import UNDEFINED
from pytest_auth0_actions.auth0.context import State
from pytest_auth0_actions.auth0.explanation import Shown
from pytest_auth0_actions.auth0.jwt import sign
from pytest_auth0_actions.auth0.namespaces.redirect import RedirectRequest
from tests.auth0.played import NOW_MS, Played, login, play

RESET = "password-reset-post-challenge"
BOTH = "Redirect and render commands cannot be used in the same action."


def test_where_the_browser_is_sent() -> None:
    played = login(
        ("redirect.sendUserTo", "https://shop.example/p?a=1&b=2", {"query": {"b": 3, "c": "x y"}})
    )
    redirect = played.outcome.redirect
    assert redirect.url == "https://shop.example/p?a=1&b=3&c=x+y"
    assert redirect.query == {"a": "1", "b": "3", "c": "x y"}
    assert played.explanations == [("to ", Shown(redirect.url))]
    assert not played.warnings


def test_the_last_redirect_counts() -> None:
    outcome = login(
        ("redirect.sendUserTo", "https://one.example"),
        ("redirect.sendUserTo", "https://two.example"),
        ("redirect.sendUserTo", "no url"),
    ).outcome
    assert outcome.redirect.url == "https://two.example/"


def test_the_state_of_a_transaction_is_in_the_url() -> None:
    """Auth0 adds it; what runs a flow says which one."""
    state = State()
    state.of(RedirectRequest).state = "st 1"
    redirect = login(
        ("redirect.sendUserTo", "https://shop.example/?state=mine&a=1"), state=state
    ).outcome.redirect
    assert redirect.url == "https://shop.example/?state=st+1&a=1"
    assert redirect.query["state"] == "st 1"


@pytest.mark.parametrize("query", [["x"], "x"])
def test_a_query_that_is_a_list_or_a_text_has_its_indices_as_names(query: Any) -> None:
    outcome = login(("redirect.sendUserTo", "https://a.example", {"query": query})).outcome
    assert outcome.redirect.query == {"0": "x"}


@pytest.mark.parametrize(
    ("event", "why"),
    [
        ({"request": {"query": {"prompt": "none"}}}, "event.request.query.prompt is 'none'"),
        *(
            (
                {"transaction": {"protocol": protocol}},
                f"event.transaction.protocol is {protocol!r}, and there is no browser",
            )
            for protocol in ("oauth2-refresh-token", "oauth2-password")
        ),
    ],
)
def test_a_redirect_or_a_form_that_auth0_can_not_make_is_warned_of(
    event: dict[str, Any], why: str
) -> None:
    played = login(("redirect.sendUserTo", "https://shop.example"), event=event)
    assert played.warnings == ["RedirectWarning"]
    assert played.texts == [
        f"[A716] Auth0 can't redirect here: {why}. The login would fail. Check "
        "event.request.query.prompt and event.transaction.protocol first."
    ]
    assert played.outcome.redirect.url == "https://shop.example/"
    asked = login(("prompt.render", "ap_1"), event=event)
    assert asked.texts == [
        f"[A716] Auth0 can't show a form here: {why}. The login would fail. Check "
        "event.request.query.prompt and event.transaction.protocol first."
    ]
    assert asked.outcome.prompt.id == "ap_1"


def test_an_action_suspends_in_one_way_only() -> None:
    redirect, render = ("redirect.sendUserTo", "https://a.example"), ("prompt.render", "ap_1")
    for trigger in ("post-login", RESET):
        for calls, text in (
            ((redirect, render), BOTH),
            ((render, redirect), BOTH),
            ((render, render), "Only 1 render command per action is allowed."),
            ((redirect, redirect), None),
        ):
            played = play(trigger, *calls)
            assert played.turn.abort == text
            assert (played.outcome.redirect is None) is (calls[0] is render)
            assert (played.outcome.prompt is None) is (calls[0] is redirect)


def test_the_first_abort_counts() -> None:
    calls = [("prompt.render", "a"), ("prompt.render", "b"), ("redirect.sendUserTo", "https://a.b")]
    played = login(*calls)
    assert played.turn.abort == "Only 1 render command per action is allowed."
    assert played.explanations[-1] == ()


def test_another_action_may_suspend_again() -> None:
    state = State()
    login(("prompt.render", "ap_1"), state=state)
    assert login(("redirect.sendUserTo", "https://a.b"), state=state.copy()).turn.abort is None


def test_a_form() -> None:
    fields, hidden = {"plan": "gold", "f": UNDEFINED}, {"id": 5}
    prompt = login(("prompt.render", "ap_1", {"fields": fields, "vars": hidden})).outcome.prompt
    assert (prompt.id, prompt.fields, prompt.vars) == ("ap_1", {"plan": "gold"}, {"id": 5})
    bare = play(RESET, ("prompt.render", "ap_1")).outcome.prompt
    assert (bare.fields, bare.vars) == ({}, {})
    assert login(("prompt.render", "x" * 49)).outcome.prompt is None


EVENT = {
    "request": {"hostname": "h", "ip": "i", "query": {"state": "st"}, "body": {}},
    "user": {"user_id": "u"},
}
NOW_S = NOW_MS // 1_000
CLAIMS = {"iat": NOW_S, "exp": NOW_S + 900, "sub": "u", "iss": "shop.example", "state": "st"}


def validate(claims: dict[str, Any], **request: Any) -> Played:
    query = {"state": "st", "session_token": sign(claims, "s")}
    event = {**EVENT, "request": {"query": query, "body": {}, **request}}
    return login(("redirect.validateToken", {"secret": "s"}), event=event)


def test_a_good_token_gives_its_claims() -> None:
    """No matter who signed it: `iss` has to be there, and may be the page's."""
    assert validate(CLAIMS).results == [CLAIMS]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"exp": NOW_S}, "jwt expired"),
        ({"sub": "v"}, "jwt subject invalid. expected: u"),
        ({"state": "su"}, "State in the token does not match the /continue state."),
        ({"state": None}, "State in the token does not match the /continue state."),
    ],
)
def test_a_token_that_was_made_for_something_else(change: dict[str, Any], reason: str) -> None:
    assert validate({**CLAIMS, **change}).thrown == [f"The session token is invalid: {reason}"]


@pytest.mark.parametrize("name", CLAIMS)
def test_a_token_has_all_standard_claims(name: str) -> None:
    claims = {each: value for each, value in CLAIMS.items() if each != name}
    assert validate(claims).thrown == [
        f"The session token is invalid: Missing or invalid standard claims: {name}"
    ]


def test_a_state_that_is_missing_on_both_sides_is_no_match() -> None:
    query = {"session_token": sign({**CLAIMS, "state": None}, "s")}
    assert validate(CLAIMS, query=query).thrown == [
        "The session token is invalid: State in the token does not match the /continue state."
    ]


@pytest.mark.parametrize("name", ["encodeToken", "validateToken"])
@pytest.mark.parametrize(("given", "shown"), [((), "undefined"), ((None,), "null")])
def test_tokens_need_options(name: str, given: tuple[Any, ...], shown: str) -> None:
    [error] = login((f"redirect.{name}", *given)).results
    assert error.name == "TypeError"
    assert str(error).endswith(f"of '{shown}' as it is {shown}.")


def test_tokens_need_a_secret() -> None:
    query = {"state": "st", "session_token": "x.y.z"}
    played = login(
        ("redirect.encodeToken", {"secret": ""}),
        ("redirect.validateToken", {}),
        event={**EVENT, "request": {"query": query}},
    )
    assert played.thrown == ["secretOrPrivateKey must have a value"] * 2


def test_a_life_that_is_no_number_makes_no_number() -> None:
    """As JavaScript adds it up, so that the page does not take it for one."""
    from pytest_auth0_actions.auth0.jwt import verify

    [token] = login(
        ("redirect.encodeToken", {"secret": "s", "expiresInSeconds": "60"}), event=EVENT
    ).results
    assert verify(token, "s", now_s=0)["exp"] == f"{NOW_S}60"


OTP, PHONE, EMAIL = {"type": "otp"}, {"type": "phone"}, {"type": "email"}


def test_a_challenge_has_its_factors_in_order() -> None:
    options = {"additionalFactors": [PHONE, None, EMAIL]}
    outcome = login(("authentication.challengeWith", OTP, options)).outcome
    assert outcome.challenge.factors == (OTP, PHONE, EMAIL)
    assert outcome.enrollment is None
    any_of = play(RESET, ("authentication.challengeWithAny", [PHONE, OTP])).outcome
    assert any_of.challenge.factors == (PHONE, OTP)


def test_an_enrollment_has_its_factors_in_order() -> None:
    outcome = login(("authentication.enrollWith", OTP, {"additionalFactors": 5})).outcome
    assert outcome.enrollment.factors == (OTP,)
    assert outcome.challenge is None
    any_of = login(("authentication.enrollWithAny", [PHONE])).outcome
    assert any_of.enrollment.factors == (PHONE,)
    assert login(("authentication.enrollWithAny", 5)).outcome.enrollment.factors == ()


ENROLLED = "otp, phone, push, push-notification, recovery-code, webauthn-platform, webauthn-roaming"
CHALLENGED = f"email, {ENROLLED}"


@pytest.mark.parametrize(
    ("trigger", "path", "known"),
    [
        ("post-login", "challengeWith", CHALLENGED),
        ("post-login", "challengeWithAny", CHALLENGED),
        ("post-login", "enrollWith", ENROLLED),
        ("post-login", "enrollWithAny", ENROLLED),
        (RESET, "challengeWith", f"{CHALLENGED}, sms"),
        (RESET, "challengeWithAny", f"{CHALLENGED}, sms"),
    ],
)
def test_a_factor_that_auth0_does_not_know_is_warned_of(
    trigger: str, path: str, known: str
) -> None:
    """It is in the outcome all the same, as Auth0 refuses no call."""

    def ask(*factors: Any) -> Played:
        first, *others = factors
        given = [[*factors]] if path.endswith("Any") else [first, {"additionalFactors": others}]
        return play(trigger, (f"authentication.{path}", *given))

    for kind in known.split(", "):
        assert not ask({"type": kind}).warnings
    played = ask(OTP, {"type": "Webauthn-Roming"}, {"options": {}}, {"type": None})
    assert played.warnings == ["MultifactorProviderWarning"] * 3
    assert played.texts == [
        f"[A704] Auth0 knows no factor {what} here. Pass one such as {{ type: {meant!r} }}; "
        f"the types are {known}."
        for what, meant in (
            ("of the type 'Webauthn-Roming'", "webauthn-roaming"),
            ("without a type", "otp"),
            ("of the type null", "otp"),
        )
    ]
    field = "challenge" if path.startswith("challenge") else "enrollment"
    assert len(getattr(played.outcome, field).factors) == 4


def test_an_email_can_not_be_enrolled() -> None:
    assert not login(("authentication.challengeWith", EMAIL)).warnings
    played = login(("authentication.enrollWith", EMAIL))
    assert played.warnings == ["MultifactorProviderWarning"]
    assert played.texts[0].startswith("[A704] Auth0 knows no factor of the type 'email' here.")


@pytest.mark.parametrize(
    ("given", "shown", "meant"),
    [
        ("phone", "'phone'", "phone"),
        (5, "5", "otp"),
        (None, "null", "otp"),
        (UNDEFINED, "undefined", "otp"),
    ],
)
def test_a_factor_that_is_no_object_is_warned_of(given: object, shown: str, meant: str) -> None:
    alone = login(("authentication.challengeWith", given))
    beside = login(("authentication.enrollWithAny", [OTP, given]))
    for played in (alone, beside):
        assert played.warnings == ["MultifactorProviderWarning"]
        assert played.texts[0].startswith(
            f"[A705] A factor must be an object, so {shown} is left out. Pass one such as "
            f"{{ type: {meant!r} }}; the types are "
        )
    assert alone.outcome.challenge.factors == ()
    assert beside.outcome.enrollment.factors == (OTP,)


def test_a_method_is_recorded_only_in_a_continue_handler() -> None:
    call = ("authentication.recordMethod", "https://id.example/check")
    good = login(call, handler="onContinuePostLogin")
    assert good.outcome.recorded_methods == ("https://id.example/check",)
    assert not good.warnings
    bad = login(call)
    assert bad.outcome.recorded_methods == ()
    assert bad.warnings == ["RecordMethodWarning"]


def test_where_a_reset_ends() -> None:
    calls = [("transaction.setResultUrl", "https://a.b"), ("transaction.setResultUrl", "x")]
    assert play(RESET, *calls).outcome.result_url == "https://a.b/"
    options = {"query": {"ok": True}}
    outcome = play(RESET, ("transaction.setResultUrl", "https://a.b", options)).outcome
    assert outcome.result_url == "https://a.b/?ok=true"
