"""Away and back: redirects and forms, and the tokens that come back."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pytest_auth0_actions import (
    UNDEFINED,
    ActionError,
    ActionLoadError,
    Auth0ActionsWarning,
    Clock,
    UsageError,
)
from pytest_auth0_actions.plugin.flow_type import MakeFlow
from tests.node.conftest import SHOP, Login

pytestmark = pytest.mark.filterwarnings(
    f"ignore::{Auth0ActionsWarning.__module__}.Auth0ActionsWarning"
)

LEAVES = f"api.redirect.sendUserTo('{SHOP}consent', {{ query: {{ lang: 'en' }} }});"
ASKS = "api.prompt.render('ap_1', { fields: { city: 'Paris', zip: 1 }, vars: { secret: true } });"
ONCE = "if (event.prompt) return;"
REQUEST = "console.log(JSON.stringify(event.request));"
SECRET = "s3cret-of-the-shop"


def logs(transaction: Any) -> list[str]:
    return [each.logs.strip() for each in transaction.executions]


# ---------------------------------------------------------------- redirects


def test_a_redirect_suspends_after_its_action(flow: MakeFlow, login: Login) -> None:
    """On return its continue handler runs, and then the Actions after it, but none before it."""
    before = login("console.log('before'); api.user.setAppMetadata('a', 1);")
    leaves = login(f"{LEAVES} console.log('leaves');", "console.log('continues');")
    away = flow(before, leaves, login("console.log('after');")).run()
    assert away.status == "redirected"
    assert logs(away) == ["before", "leaves"]
    query = away.outcome.redirect.query
    assert query == {"lang": "en", "state": query["state"]}
    assert query["state"]
    assert away.outcome.redirect.url == f"{SHOP}consent?lang=en&state={query['state']}"
    back = away.resume()
    assert (back.status, back.outcome.redirect) == ("completed", None)
    assert logs(back) == ["before", "leaves", "continues", "after"]
    assert away.status == "redirected"
    assert len(away.executions) == 2


def test_the_request_is_the_one_that_came_back(flow: MakeFlow, login: Login) -> None:
    """Its query, body and method; the rest is as the run was told."""
    away = flow(login(LEAVES, REQUEST), login(REQUEST)).run(
        request={"ip": "203.0.113.9", "query": {"prompt": "login"}, "body": {"old": "1"}}
    )
    state = away.outcome.redirect.query["state"]
    first = away.executions[0].event["request"]
    back = away.resume({"plan": "gold"})
    for each in back.executions[1:]:
        request = json.loads(each.logs)
        assert request["ip"] == "203.0.113.9"
        assert request["method"] == "GET"
        assert request["query"] == {"state": state, "plan": "gold"}
        assert request["body"] == {}
        changed = ("method", "query", "body")
        assert {k: v for k, v in request.items() if k not in changed} == {
            k: v for k, v in first.items() if k not in changed
        }


def test_a_body_makes_the_return_a_post(flow: MakeFlow, login: Login) -> None:
    leaving = flow(login(LEAVES, REQUEST))
    for body in ({"plan": "gold"}, {}):
        away = leaving.run()
        request = json.loads(away.resume(body=body).executions[-1].logs)
        assert (request["method"], request["body"]) == ("POST", body)
        assert request["query"] == {"state": away.outcome.redirect.query["state"]}


@pytest.mark.parametrize("query", [{"state": "of another"}, {"state": ""}, {"state": UNDEFINED}])
def test_with_a_wrong_state_nothing_resumes(
    flow: MakeFlow, login: Login, query: dict[str, Any]
) -> None:
    """And the right one may still come."""
    leaves = login(f"api.user.setAppMetadata('left', 1); {LEAVES}", "console.log('continues');")
    away = flow(leaves).run()
    astray = away.resume(query)
    assert (astray.status, astray.error.code) == ("failed", "invalid_request")  # type: ignore[union-attr]
    assert astray.error.description == (  # type: ignore[union-attr]
        "The parameter state is missing, or not that of the redirect."
    )
    assert astray.executions == away.executions
    assert (astray.outcome.redirect, astray.outcome.user.app_metadata) == (None, {"left": 1})
    assert away.resume().status == "completed"


def test_a_redirect_has_one_return(flow: MakeFlow, login: Login) -> None:
    away = flow(login(LEAVES, "")).run()
    back = away.resume()
    with pytest.raises(UsageError) as caught:
        away.resume()
    assert str(caught.value) == (
        "[A515] The user has come back from this redirect before.\n"
        "Given: a second resume() of one transaction.\n"
        "Go on with what the first resume() has returned, or run the flow again."
    )
    assert back.status == "completed"


def test_without_a_continue_handler_the_return_is_an_error_that_names_it(
    flow: MakeFlow, login: Login
) -> None:
    action = login(LEAVES)
    away = flow(action).run()
    with pytest.raises(ActionLoadError) as caught:
        away.resume()
    assert str(caught.value) == (
        "[A302] The Action exports no onContinuePostLogin.\n"
        f"Given: {action.loaded.file.shown}, which exports an object with onExecutePostLogin.\n"
        "Export the handler: exports.onContinuePostLogin = async (event, api) => { ... }"
    )


def test_one_may_be_sent_away_again_from_the_continue_handler(flow: MakeFlow, login: Login) -> None:
    again = "if (event.request.query.more) api.redirect.sendUserTo('https://shop.example/more');"
    away = flow(login(LEAVES, again), login("console.log('after');")).run()
    more = away.resume({"more": "1"})
    assert more.status == "redirected"
    assert more.outcome.redirect.url.startswith(f"{SHOP}more?state=")
    state = more.outcome.redirect.query["state"]
    assert state != away.outcome.redirect.query["state"]
    assert more.executions[-1].outcome.redirect.query == {}  # Auth0 adds state afterwards
    assert logs(more.resume())[-1] == "after"


def test_metadata_is_saved_before_the_redirect_leaves(flow: MakeFlow, login: Login) -> None:
    """What the page changes meanwhile lasts, and what goes wrong later loses only what is later."""
    reads = "console.log(JSON.stringify(event.user.app_metadata));"
    leaves = login(
        f"api.user.setAppMetadata('a', 1); api.user.setAppMetadata('b', null); {LEAVES}",
        f"{reads} api.user.setAppMetadata('c', 3);",
    )
    away = flow(leaves, login(f"{reads} if (event.request.query.deny) throw new Error('x');")).run(
        user={"app_metadata": {"b": 0}}
    )
    assert away.outcome.user.app_metadata == {"a": 1}
    back = away.resume(user={"app_metadata": {"a": 5, "b": 6}})
    assert logs(back)[1:] == ['{"a":5,"b":6}', '{"a":5,"b":6,"c":3}']
    assert back.outcome.user.app_metadata == {"a": 5, "b": 6, "c": 3}


def test_what_was_saved_can_not_be_taken_back(flow: MakeFlow, login: Login) -> None:
    leaves = login(
        f"api.user.setAppMetadata('a', 1); {LEAVES}", "api.user.setAppMetadata('a', undefined);"
    )
    back = flow(leaves).run(user={"app_metadata": {"a": 0}}).resume()
    assert back.outcome.user.app_metadata == {"a": 1}
    assert back.outcome.user.changed


def test_metadata_of_the_transaction_is_kept_over_suspensions(flow: MakeFlow, login: Login) -> None:
    reads = "console.log(event.transaction.metadata.step);"
    leaves = login(f"api.transaction.setMetadata('step', 1); {LEAVES}", f"{reads} {ONCE} {ASKS}")
    asked = flow(leaves, login(reads)).run().resume()
    assert asked.status == "prompted"
    assert logs(asked)[1] == "1"
    assert asked.outcome.transaction_metadata == {"step": 1}
    done = asked.submit()
    assert logs(done)[2:] == ["1", "1"]


@pytest.mark.parametrize(
    ("variant", "why"),
    [
        ("silent", "With prompt=none a redirect is not possible."),
        (
            "refresh-token",
            "With the protocol oauth2-refresh-token there is no browser, and a redirect is not "
            "possible.",
        ),
        (
            "password-grant",
            "With the protocol oauth2-password there is no browser, and a redirect is not "
            "possible.",
        ),
    ],
)
def test_without_a_browser_to_send_a_redirect_fails(
    flow: MakeFlow, login: Login, variant: str, why: str
) -> None:
    """What was set is lost, and there are no tokens."""
    sets = login(f"api.user.setAppMetadata('a', 1); api.idToken.setCustomClaim('{SHOP}a', 1);")
    for what, asks in (("redirect", LEAVES), ("form", ASKS)):
        failed = flow(sets, login(asks, ""), login("throw new Error('never')")).run(variant=variant)
        assert failed.status == "failed"
        assert failed.error is not None
        assert failed.error.code == "interaction_required"
        assert failed.error.description == why.replace("a redirect", f"a {what}")
        assert (failed.outcome.redirect, failed.outcome.prompt) == (None, None)
        assert failed.outcome.user.app_metadata == {}
        assert failed.outcome.id_token.claims == {}
        with pytest.raises(KeyError, match="the login has failed with interaction_required"):
            failed.outcome.id_token.claims[f"{SHOP}a"]


# ---------------------------------------------------------------- forms


def test_a_form_suspends_until_it_is_submitted(flow: MakeFlow, login: Login) -> None:
    reads = "console.log(JSON.stringify(event.prompt));"
    asked = flow(login(ASKS, f"{reads} {REQUEST}"), login(REQUEST)).run()
    assert asked.status == "prompted"
    assert asked.outcome.prompt.id == "ap_1"
    done = asked.submit({"city": "London", "age": 36, "gone": UNDEFINED})
    assert (done.status, done.outcome.prompt) == ("completed", None)
    prompt, request = done.executions[1].logs.splitlines()
    assert json.loads(prompt) == {
        "id": "ap_1",
        "fields": {"city": "London", "zip": 1, "age": 36},
        "vars": {"secret": True},
    }
    assert json.loads(request)["method"] == "POST"
    assert list(json.loads(request)["query"]) == ["state"]
    assert json.loads(done.executions[2].logs) == json.loads(request)


def test_a_form_may_be_submitted_in_two_ways(flow: MakeFlow, login: Login) -> None:
    """Each way is a transaction of its own, and the one that waits stays as it was."""
    asked = flow(login(ASKS, "if (!event.prompt.fields.ok) api.access.deny('No');")).run()
    before = repr(asked)
    assert asked.submit().status == "denied"
    assert asked.submit({"ok": True}).status == "completed"
    assert repr(asked) == before


def test_what_a_test_overrides_is_different_from_then_on(flow: MakeFlow, login: Login) -> None:
    reads = "console.log(event.user.user_metadata.consent, event.stats.logins_count);"
    asked = flow(
        login(f"api.user.setUserMetadata('consent', 1); {ASKS}", reads), login(reads)
    ).run()
    done = asked.submit(user={"user_metadata": {"consent": 2}}, stats={"logins_count": 99})
    assert logs(done)[1:] == ["2 99", "2 99"]
    assert done.outcome.user.user_metadata["consent"] == 2


def test_the_continue_handler_runs_on_each_return(flow: MakeFlow, login: Login) -> None:
    """Of a form that it has asked for itself, too."""
    away = flow(login(LEAVES, f"{ONCE} {ASKS}"), login("console.log('after');")).run()
    asked = away.resume()
    assert (asked.status, len(asked.executions)) == ("prompted", 2)
    done = asked.submit()
    assert (done.status, len(done.executions)) == ("completed", 4)


# ---------------------------------------------------------------- tokens

CHECKS = (
    "try {"
    " const claims = api.redirect.validateToken({ secret: event.secrets.KEY });"
    " console.log(JSON.stringify(claims));"
    "} catch (error) { api.access.deny(error.message); }"
)


@pytest.mark.parametrize("query", [None, {"answer": "x.y.z"}])
def test_an_error_for_want_of_a_token_says_how_to_make_one(
    flow: MakeFlow, login: Login, query: dict[str, Any] | None
) -> None:
    reads = (
        "api.redirect.validateToken({ secret: event.secrets.KEY, tokenParameterName: 'answer' })"
    )
    leaving = flow(login(LEAVES, f"console.log({reads}.plan);", secrets={"KEY": SECRET}))
    with pytest.raises(ActionError) as caught:
        leaving.run().resume(query=query)
    assert caught.value.what_to_do.splitlines()[0] == (
        "Have the user come back with a token that the page has signed: away = "
        "flow(action).run(), then away.resume(query={'answer': away.sign({...}, secret='...')})."
    )
    away = leaving.run()
    token = away.sign({"plan": "gold", "iss": "shop"}, secret=SECRET)
    assert away.resume(query={"answer": token}).executions[-1].logs == "gold\n"


def test_an_error_after_a_call_that_threw_has_no_advice_of_it(flow: MakeFlow, login: Login) -> None:
    tries = "try { api.redirect.validateToken({ secret: 's' }); } catch { throw new Error('own'); }"
    away = flow(login(LEAVES, tries)).run()
    with pytest.raises(ActionError) as caught:
        away.resume()
    assert caught.value.what_to_do.startswith("Look there; ")


def test_a_signed_token_comes_back_by_query_or_body(
    flow: MakeFlow, login: Login, clock: Clock
) -> None:
    leaving = flow(login(LEAVES, CHECKS, secrets={"KEY": SECRET}))
    for send in ("query", "body"):
        away = leaving.run(user={"user_id": "auth0|7"}, request={"hostname": "login.shop.example"})
        token = away.sign({"plan": "gold", "iss": "shop"}, secret=SECRET)
        back = away.resume(**{send: {"session_token": token}})
        assert back.status == "completed"
        now_s = clock.now_ms // 1_000
        assert json.loads(back.executions[-1].logs) == {
            "sub": "auth0|7",
            "iss": "shop",
            "iat": now_s,
            "exp": now_s + 900,
            "state": away.outcome.redirect.query["state"],
            "plan": "gold",
        }


@pytest.mark.parametrize(
    ("claims", "secret", "minutes", "reason"),
    [
        ({}, "forged", 0, "invalid signature"),
        ({}, SECRET, 15, "jwt expired"),
        ({"exp": 0}, SECRET, 0, "jwt expired"),
        ({"sub": "auth0|else"}, SECRET, 0, "jwt subject invalid. expected: auth0|7"),
        ({"state": UNDEFINED}, SECRET, 0, "Missing or invalid standard claims: state"),
        ({"iss": UNDEFINED}, SECRET, 0, "Missing or invalid standard claims: iss"),
        ({"state": "st"}, SECRET, 0, "State in the token does not match the /continue state."),
    ],
)
@pytest.mark.parametrize("send", ["query", "body"])
def test_a_token_that_can_not_be_trusted_throws(
    flow: MakeFlow,
    login: Login,
    clock: Clock,
    claims: dict[str, Any],
    secret: str,
    minutes: int,
    reason: str,
    send: str,
) -> None:
    """And a handler that catches it can deny."""
    away = flow(login(LEAVES, CHECKS, secrets={"KEY": SECRET})).run(user={"user_id": "auth0|7"})
    token = away.sign({"plan": "gold"}, secret=secret, **claims)
    clock.tick(minutes=minutes)
    back = away.resume(**{send: {"session_token": token}})
    assert back.status == "denied"
    assert back.outcome.denied.reason == f"The session token is invalid: {reason}"


def test_a_token_of_another_login_is_not_for_this_one(flow: MakeFlow, login: Login) -> None:
    leaving = flow(login(LEAVES, CHECKS, secrets={"KEY": SECRET}))
    other, away = leaving.run(), leaving.run()
    back = away.resume({"session_token": other.sign({}, secret=SECRET)})
    assert back.outcome.denied.reason == (
        "The session token is invalid: State in the token does not match the /continue state."
    )


def test_the_last_second_of_a_token_counts(flow: MakeFlow, login: Login, clock: Clock) -> None:
    away = flow(login(LEAVES, CHECKS, secrets={"KEY": SECRET})).run()
    token = away.sign({}, secret=SECRET)
    clock.tick(seconds=899, milliseconds=999)
    assert away.resume({"session_token": token}).status == "completed"


def test_without_a_token_there_is_nothing_to_trust(flow: MakeFlow, login: Login) -> None:
    back = flow(login(LEAVES, CHECKS, secrets={"KEY": SECRET})).run().resume({"other": "x"})
    assert back.outcome.denied.reason == (
        "There is no parameter called 'session_token' available in either the POST body or query "
        "string."
    )
