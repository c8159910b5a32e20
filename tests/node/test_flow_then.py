"""Transactions that go on with a login: after a token exchange, or the check of credentials."""

from __future__ import annotations

import json
import warnings
from typing import Any

import pytest

from pytest_auth0_actions import (
    UNDEFINED,
    ActionError,
    Auth0ActionsWarning,
    CustomTokenExchangeOutcome,
    NoUserWarning,
    PostCredentialValidationOutcome,
    PostLoginOutcome,
)
from pytest_auth0_actions.errors import NearMissWarning
from pytest_auth0_actions.plugin.flow_type import MakeFlow
from tests.node.conftest import SHOP, Login

EXCHANGE = ("onExecuteCustomTokenExchange",)
CHECK = ("onExecutePostCredentialValidation",)
SEES = (
    "console.log(JSON.stringify([event.user, event.transaction, event.organization,"
    " event.connection, event.request.ip]));"
)


def seen(transaction: Any) -> Any:
    return json.loads(transaction.executions[-1].logs)


# ---------------------------------------------------------------- custom-token-exchange


def test_the_login_is_that_of_the_user_who_was_chosen(flow: MakeFlow, login: Login) -> None:
    exchange = login(
        "api.authentication.setUserById('auth0|7'); api.user.setAppMetadata('from', 'partner');"
        "api.transaction.setMetadata('partner', 'p1'); api.authentication.setOrganization('org_9');"
        "api.authentication.setActor({ sub: 'agt_1' });",
        handlers=EXCHANGE,
    )
    logs_in = login(f"{SEES} api.idToken.setCustomClaim('{SHOP}a', 1);")
    both = flow(exchange).then(logs_in)
    done = both.run(request={"ip": "203.0.113.9"}, transaction={"subject_token_type": "urn:x"})
    assert done.status == "completed"
    assert [each.action for each in done.executions] == ["action1", "action2"]
    user, transaction, organization, _, ip = seen(done)
    assert (user["user_id"], user["app_metadata"]) == ("auth0|7", {"from": "partner"})
    assert transaction["metadata"] == {"partner": "p1"}
    assert transaction["actor"] == {"sub": "agt_1"}
    assert transaction["protocol"] == "oauth2-token-exchange"
    assert transaction["subject_token_type"] == "urn:x"
    assert organization["id"] == "org_9"
    assert ip == "203.0.113.9"
    assert isinstance(done.outcome, PostLoginOutcome)
    assert done.outcome.id_token.claims == {f"{SHOP}a": 1}
    assert done.outcome.user.app_metadata == {"from": "partner"}
    assert not done.outcome.user.changed  # the exchange has saved it
    assert isinstance(done.exchange_outcome, CustomTokenExchangeOutcome)
    assert done.exchange_outcome.user is not None
    assert done.exchange_outcome.user.id == "auth0|7"


def test_a_user_of_a_connection_has_the_attributes_that_were_given(
    flow: MakeFlow, login: Login
) -> None:
    exchange = login(
        "api.authentication.setUserByConnection('partners', { user_id: 'p|7', name: 'Grace',"
        " verify_email: false }, { creationBehavior: 'none', updateBehavior: 'none' });"
        "api.authentication.setOrganization('acme');",
        handlers=EXCHANGE,
    )
    done = flow(exchange).then(login(SEES), user={"user_metadata": {"kept": 1}}).run()
    user, _, organization, connection, _ = seen(done)
    assert (user["user_id"], user["name"]) == ("p|7", "Grace")
    assert "verify_email" not in user
    assert (user["user_metadata"], user["app_metadata"]) == ({"kept": 1}, {})
    assert (organization["name"], connection["name"]) == ("acme", "partners")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("", "No user was set, and the exchange needs exactly one."),
        (
            "api.authentication.setUserById('a|1'); api.authentication.setUserById('a|2');",
            "A user was set 2 times, and the exchange needs exactly one.",
        ),
    ],
)
@pytest.mark.filterwarnings(f"ignore::{NoUserWarning.__module__}.NoUserWarning")
def test_an_exchange_without_exactly_one_user_fails(
    flow: MakeFlow, login: Login, body: str, why: str
) -> None:
    exchange = login(body, handlers=EXCHANGE)
    never = login("throw new Error('never')")
    for each in (flow(exchange), flow(exchange).then(never)):
        failed = each.run()
        assert failed.status == "failed"
        assert failed.error is not None
        assert (failed.error.code, failed.error.description) == ("invalid_request", why)


def test_where_the_exchange_is_denied_there_is_no_login(flow: MakeFlow, login: Login) -> None:
    denies = login("api.access.rejectInvalidSubjectToken('Forged');", handlers=EXCHANGE)
    denied = flow(denies).then(login("throw new Error('never')")).run()
    assert (denied.status, len(denied.executions)) == ("denied", 1)
    assert denied.exchange_outcome.denied.by == "access.rejectInvalidSubjectToken"
    assert denied.outcome == denied.exchange_outcome
    assert flow(denies).run().exchange_outcome is None


def test_an_error_of_the_login_has_what_the_exchange_came_to(flow: MakeFlow, login: Login) -> None:
    exchange = login("api.authentication.setUserById('auth0|7');", handlers=EXCHANGE)
    with pytest.raises(ActionError) as caught:
        flow(exchange).then(login("throw new Error('no')")).run()
    transaction = caught.value.transaction
    assert transaction is not None
    assert transaction.exchange_outcome.user.id == "auth0|7"
    assert isinstance(transaction.outcome, PostLoginOutcome)
    assert len(transaction.executions) == 2


def test_each_trigger_has_its_own_time(flow: MakeFlow, login: Login) -> None:
    waits = "await new Promise((resolve) => setTimeout(resolve, 12000));"
    exchange = login(f"{waits} api.authentication.setUserById('auth0|7');", handlers=EXCHANGE)
    done = flow(exchange).then(login(waits)).run()
    assert (done.status, done.duration_ms) == ("completed", 24_000)


def test_a_login_can_wait_and_go_on(flow: MakeFlow, login: Login) -> None:
    check = login("api.transaction.setMetadata('risk', 'low');", handlers=CHECK)
    leaves = login(
        f"api.redirect.sendUserTo('{SHOP}');", "console.log(event.transaction.metadata.risk);"
    )
    done = flow(check).then(leaves).run().resume()
    assert (done.status, done.executions[-1].logs) == ("completed", "low\n")
    assert isinstance(done.exchange_outcome, PostCredentialValidationOutcome)


# ---------------------------------------------------------------- post-credential-validation


def test_a_login_follows_the_check_of_its_credentials(flow: MakeFlow, login: Login) -> None:
    """What is set in the metadata of the transaction is seen there; user and request are those."""
    first = login("api.transaction.setMetadata('risk', 'low');", handlers=CHECK)
    second = login("api.transaction.setMetadata('tries', 2);", handlers=CHECK)
    done = (
        flow(first, second)
        .then(login(SEES), login(""))
        .run(
            user={"user_id": "auth0|7", "user_metadata": {"own": 1}}, request={"ip": "203.0.113.9"}
        )
    )
    user, transaction, _, _, ip = seen_at(done, 2)
    assert (user["user_id"], user["user_metadata"], ip) == ("auth0|7", {"own": 1}, "203.0.113.9")
    assert transaction["metadata"] == {"risk": "low", "tries": 2}
    assert transaction["protocol"] == "oidc-basic-profile"
    assert done.exchange_outcome == PostCredentialValidationOutcome(
        transaction_metadata={"risk": "low", "tries": 2}
    )
    assert len(done.executions) == 4


def seen_at(transaction: Any, number: int) -> Any:
    return json.loads(transaction.executions[number].logs)


def test_a_check_may_deny(flow: MakeFlow, login: Login) -> None:
    denies = login("api.authentication.deny({ reason: 'Locked' });", handlers=CHECK)
    denied = flow(denies).then(login("throw new Error('never')")).run()
    assert (denied.status, denied.exchange_outcome.denied.reason) == ("denied", "Locked")


def test_wrong_credentials_stay_wrong(flow: MakeFlow, login: Login) -> None:
    check = login("console.log(event.credential.valid);", handlers=CHECK)
    failed = flow(check).then(login("throw new Error('never')")).run(variant="invalid")
    assert (failed.status, failed.executions[0].logs) == ("failed", "false\n")
    assert failed.error is not None
    assert (failed.error.code, failed.error.description) == (
        "access_denied",
        "The credentials were wrong, which no Action can change.",
    )


def test_what_a_login_is_given_goes_before_what_it_goes_on_with(
    flow: MakeFlow, login: Login
) -> None:
    check = login("api.transaction.setMetadata('risk', 'low');", handlers=CHECK)
    goes_on = flow(check).then(
        login(SEES),
        variant="organization",
        user={"name": "Grace"},
        transaction={"metadata": {"more": 1}},
    )
    user, transaction, organization, _, _ = seen(goes_on.run(user={"name": "Ada"}))
    assert (user["name"], transaction["metadata"]) == ("Grace", {"risk": "low", "more": 1})
    assert organization["name"]


def test_a_near_miss_is_told_over_the_triggers(flow: MakeFlow, login: Login) -> None:
    check = login("api.transaction.setMetadata('riskScore', 1);", handlers=CHECK)
    reads = login("event.transaction.metadata.riskscore;")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", Auth0ActionsWarning)
        flow(check).then(reads).run()
    assert [each.category for each in caught] == [NearMissWarning]


def test_methods_that_were_recorded_show_in_a_login_that_follows(
    flow: MakeFlow, login: Login
) -> None:
    records = login(
        f"api.redirect.sendUserTo('{SHOP}');",
        "api.authentication.recordMethod('https://id.example/');",
    )
    flow(records).run().resume()
    names = "console.log(event.authentication.methods.map((each) => each.name).join());"
    check = login("", handlers=CHECK)
    assert flow(check).then(login(names)).run().executions[-1].logs == "pwd,https://id.example/\n"
    methods = [{"name": "own", "timestamp": "2025-01-01T00:00:00.000Z"}]
    goes_on = flow(check).then(login(names), authentication={"methods": methods})
    assert goes_on.run().executions[-1].logs == "own\n"


@pytest.mark.filterwarnings("ignore:.A744")
@pytest.mark.parametrize(
    "event",
    [
        {},
        {"transaction": None, "request": "GET", "client": None, "user": 5, "tenant": []},
        {"transaction": "t", "authentication": {"methods": [5, {"name": "own"}]}},
    ],
)
def test_the_event_of_the_first_action_may_have_any_shape(
    flow: MakeFlow, login: Login, event: dict[str, Any]
) -> None:
    """Also where an earlier login has recorded a method."""
    records = login(
        f"api.redirect.sendUserTo('{SHOP}');",
        "api.authentication.recordMethod('https://id.example/');",
    )
    flow(records).run(session=UNDEFINED).resume()
    exchange = login("api.authentication.setUserById('auth0|7');", handlers=EXCHANGE)
    check = login("", handlers=CHECK)
    for first in (exchange, check):
        assert flow(first).then(login(""), session=UNDEFINED).run(event).status == "completed"


# ---------------------------------------------------------------- resets of passwords

RESET = ("onExecutePostChallenge", "onContinuePostChallenge")


def test_the_reset_of_a_password_is_a_flow_too(flow: MakeFlow, login: Login) -> None:
    leaves = login(
        f"api.redirect.sendUserTo('{SHOP}');",
        "if (event.request.query.bot) api.access.deny('A bot');",
        handlers=RESET,
    )
    ends = login(f"api.transaction.setResultUrl('{SHOP}done');", handlers=RESET)
    both = flow(leaves, ends)
    assert both.run().outcome.redirect.query["state"]
    done = both.run().resume()
    assert (done.status, done.outcome.result_url) == ("completed", f"{SHOP}done")
    denied = both.run().resume({"bot": "1"})
    assert (denied.status, denied.outcome.denied.reason) == ("denied", "A bot")
    assert denied.outcome.redirect is None


def test_a_reset_may_ask_for_a_factor_and_for_a_form(flow: MakeFlow, login: Login) -> None:
    asks = login("api.authentication.challengeWith({ type: 'sms' });", handlers=RESET)
    form = login(
        "api.prompt.render('ap_1');", "console.log(event.prompt.fields.code);", handlers=RESET
    )
    asked = flow(asks, form, enabled_factors=["phone"]).run()
    assert asked.outcome.challenge.factors == ({"type": "sms"},)
    failed = asked.fail_challenge()
    assert (failed.status, failed.outcome.challenge) == ("failed", None)
    shown = asked.pass_challenge("phone")
    assert (shown.status, shown.outcome.prompt.id) == ("prompted", "ap_1")
    done = shown.submit({"code": "12"})
    assert (done.status, done.executions[-1].logs) == ("completed", "12\n")
