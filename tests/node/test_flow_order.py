"""The Actions of a flow, in order: what ends the list, and what one finds of another."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pytest_auth0_actions import Auth0ActionsWarning, CacheStore, LoginDenial, PostLoginOutcome
from pytest_auth0_actions.plugin.flow_type import MakeFlow
from tests.node.conftest import SHOP, Login

# The wrong order of calls is what these are about.
pytestmark = pytest.mark.filterwarnings(
    f"ignore::{Auth0ActionsWarning.__module__}.Auth0ActionsWarning"
)

SEES = "console.log(JSON.stringify([event.user.user_metadata, event.user.app_metadata]));"


def names(transaction: Any) -> list[str]:
    return [each.action for each in transaction.executions]


def seen(transaction: Any) -> list[Any]:
    return [json.loads(each.logs or "null") for each in transaction.executions]


# ---------------------------------------------------------------- the end of the list


def test_actions_run_in_the_order_in_which_they_are_given(flow: MakeFlow, login: Login) -> None:
    first, second = login("", name="first"), login("", name="second")
    assert names(flow(first, second).run()) == ["first", "second"]
    done = flow(second, first, second).run()
    assert names(done) == ["second", "first", "second"]
    assert done.status == "completed"
    assert isinstance(done.outcome, PostLoginOutcome)
    assert done.error is None


@pytest.mark.parametrize(
    ("call", "by"),
    [
        ("access.deny('Closed')", "access.deny"),
        ("session.revoke('Closed')", "session.revoke"),
        ("refreshToken.revoke('Closed')", "refreshToken.revoke"),
    ],
)
def test_a_denial_ends_the_list_and_saves_what_its_action_has_set(
    flow: MakeFlow, login: Login, call: str, by: str
) -> None:
    """Before the denial, and after it; no token is issued, so there are no claims."""
    before = login(f"api.idToken.setCustomClaim('{SHOP}a', 1); api.user.setAppMetadata('a', 1);")
    denies = login(
        f"api.user.setAppMetadata('b', 2); api.{call}; api.user.setUserMetadata('c', 3);"
        "console.log('goes on');"
    )
    variant = "refresh-token" if by.startswith("refresh") else None
    denied = flow(before, denies, login("throw new Error('never')")).run(variant=variant)
    assert denied.status == "denied"
    assert isinstance(denied.outcome.denied, LoginDenial)
    assert (denied.outcome.denied.reason, denied.outcome.denied.by) == ("Closed", by)
    assert names(denied) == ["action1", "action2"]
    assert denied.executions[-1].logs == "goes on\n"
    assert denied.outcome.user.app_metadata == {"a": 1, "b": 2}
    assert denied.outcome.user.user_metadata["c"] == 3
    assert denied.outcome.id_token.claims == {}
    assert denied.error is None


def test_what_a_user_gave_may_be_invalid(flow: MakeFlow, login: Login) -> None:
    invalid = login("api.validation.error('no_phone', 'Give a phone number');")
    denied = flow(invalid, login("throw new Error('never')")).run()
    assert (denied.status, denied.outcome.denied) == ("denied", None)
    assert [each.code for each in denied.outcome.validation_errors] == ["no_phone"]
    assert denied.outcome.access_token.claims == {}


def test_a_denial_goes_before_all_that_its_action_asks_for(flow: MakeFlow, login: Login) -> None:
    asks = "api.redirect.sendUserTo('https://shop.example/'); api.multifactor.enable('any');"
    denied = flow(login(f"{asks} api.access.deny('No');")).run()
    assert denied.status == "denied"
    assert (denied.outcome.redirect, denied.outcome.multifactor) == (None, None)


# ---------------------------------------------------------------- metadata


def test_metadata_of_the_user_is_seen_by_later_actions_alone(flow: MakeFlow, login: Login) -> None:
    sets = login(
        "api.user.setUserMetadata('theme', 'dark'); api.user.setAppMetadata('plan', 'gold');" + SEES
    )
    done = flow(sets, login(SEES)).run(user={"user_metadata": {"lang": "en"}})
    before, after = seen(done)
    assert before == [{"lang": "en"}, {}]
    assert after == [{"lang": "en", "theme": "dark"}, {"plan": "gold"}]
    assert done.outcome.user.user_metadata == {"lang": "en", "theme": "dark"}
    assert done.event["user"]["app_metadata"] == {"plan": "gold"}
    assert done.outcome.user.changed


def test_root_keys_merge_and_what_is_below_is_replaced(flow: MakeFlow, login: Login) -> None:
    done = flow(
        login(
            "api.user.setAppMetadata('a', { x: 1, y: { z: 2 } }); api.user.setAppMetadata('b', 1)"
        ),
        login("api.user.setAppMetadata('a', { y: 3 });"),
        login(SEES),
    ).run(user={"app_metadata": {"a": {"old": True}, "kept": [1]}})
    assert seen(done)[-1][1] == {"a": {"y": 3}, "b": 1, "kept": [1]}
    assert done.outcome.user.app_metadata == {"a": {"y": 3}, "b": 1, "kept": [1]}


def test_null_removes_a_key_for_all_actions_after(flow: MakeFlow, login: Login) -> None:
    done = flow(
        login("api.user.setAppMetadata('plan', null); api.user.setAppMetadata('trial', 1);"),
        login(f"api.user.setAppMetadata('trial', null); {SEES}"),
        login(SEES),
    ).run(user={"app_metadata": {"plan": "free", "seen": 1}})
    _, second, third = seen(done)
    assert second[1] == {"seen": 1, "trial": 1}
    assert third[1] == {"seen": 1}
    assert done.outcome.user.app_metadata == {"seen": 1}


def test_undefined_in_a_later_action_keeps_a_key_from_being_saved(
    flow: MakeFlow, login: Login
) -> None:
    done = flow(
        login("api.user.setAppMetadata('a', 1); api.user.setAppMetadata('b', 2);"),
        login("api.user.setAppMetadata('a', undefined); api.user.setAppMetadata('b', undefined);"),
        login(SEES),
    ).run(user={"app_metadata": {"a": 0}})
    assert seen(done)[-1][1] == {"a": 0}
    assert done.outcome.user.app_metadata == {"a": 0}
    assert not done.outcome.user.changed


def test_metadata_that_is_no_object_is_left_to_each_action(flow: MakeFlow, login: Login) -> None:
    tries = "try { api.user.setAppMetadata('a', 1); } catch (error) { console.log(error.message); }"
    event = {"user": {"user_id": "auth0|1", "app_metadata": "text", "user_metadata": None}}
    done = flow(login(tries), login(tries)).run(event)
    assert [each.logs for each in done.executions] == [
        "Unexpected app_metadata format. Must be a valid JSON object\n"
    ] * 2
    assert done.event["user"] == event["user"]


def test_metadata_of_the_transaction_is_seen_at_once_and_gone_at_the_end(
    flow: MakeFlow, login: Login
) -> None:
    notes = "console.log(JSON.stringify(event.transaction.metadata));"
    sets = login(f"api.transaction.setMetadata('step', 2); {notes}")
    removes = login(f"{notes} api.transaction.setMetadata('step', null); {notes}")
    both = flow(sets, removes)
    done = both.run(transaction={"metadata": {"first": True}})
    assert done.executions[0].logs == '{"first":true,"step":2}\n'
    assert done.executions[1].logs == '{"first":true,"step":2}\n{"first":true}\n'
    assert done.outcome.transaction_metadata == {"first": True}
    assert both.run().executions[0].logs == '{"step":2}\n'


def test_what_an_action_writes_into_its_event_is_not_kept(flow: MakeFlow, login: Login) -> None:
    writes = login("event.user.name = 'Eve'; event.own = 1; event.user.user_metadata.x = 1;")
    reads = login("console.log(event.user.name, event.own, event.user.user_metadata.x);")
    done = flow(writes, reads).run(user={"name": "Ada"})
    assert done.executions[1].logs == "Ada undefined undefined\n"
    assert "own" not in done.event


# ---------------------------------------------------------------- claims, scopes, cache


def test_claims_and_scopes_of_all_actions_merge_and_the_later_wins(
    flow: MakeFlow, login: Login
) -> None:
    first = login(
        f"api.idToken.setCustomClaim('{SHOP}plan', 'free').idToken.setCustomClaim('{SHOP}a', 1);"
        "api.accessToken.addScope('read:a'); api.accessToken.addScope('read:b');"
    )
    second = login(
        f"api.idToken.setCustomClaim('{SHOP}plan', 'gold');"
        f"api.accessToken.setCustomClaim('{SHOP}b', [2]);"
        "api.accessToken.removeScope('read:a'); api.accessToken.addScope('read:c');"
    )
    outcome = flow(first, second).run().outcome
    assert outcome.id_token.claims == {f"{SHOP}plan": "gold", f"{SHOP}a": 1}
    assert outcome.access_token.claims == {f"{SHOP}b": [2]}
    assert set(outcome.access_token.scopes.added) == {"read:b", "read:c"}
    assert outcome.access_token.scopes.removed == ("read:a",)


def test_the_cache_is_shared_by_the_actions_and_by_later_runs(
    flow: MakeFlow, login: Login, cache_store: CacheStore
) -> None:
    counts = login(
        "const n = Number(api.cache.get('n')?.value ?? 0); api.cache.set('n', String(n + 1));"
        "console.log(n);"
    )
    reads = login("console.log(api.cache.get('n').value);")
    both = flow(counts, reads)
    assert [each.logs for each in both.run().executions] == ["0\n", "1\n"]
    assert [each.logs for each in both.run().executions] == ["1\n", "2\n"]
    assert cache_store.records["n"].value == "2"


def test_each_action_has_its_own_secrets(flow: MakeFlow, login: Login) -> None:
    reads = "console.log(Object.entries(event.secrets).join());"
    done = flow(login(reads, secrets={"A": "one1"}), login(reads, secrets={"B": "two2"})).run()
    assert [each.logs for each in done.executions] == ["A,one1\n", "B,two2\n"]
    assert "secrets" not in done.event


def test_what_lookups_answer_holds_for_all_actions(flow: MakeFlow, login: Login) -> None:
    asks = login("console.log(api.rules.wasExecuted('rul_1'));")
    done = flow(asks, asks).run(rules=["rul_1"])
    assert [each.logs for each in done.executions] == ["true\n", "true\n"]


def test_other_triggers_have_flows_too(flow: MakeFlow, login: Login) -> None:
    handlers = ("onExecutePreUserRegistration",)
    sets = login("api.user.setAppMetadata('a', 1);", handlers=handlers)
    denies = login(
        "api.access.deny(`a is ${event.user.app_metadata.a}`, 'Sorry');", handlers=handlers
    )
    denied = flow(sets, denies, sets).run()
    assert (denied.status, len(denied.executions)) == ("denied", 2)
    assert denied.outcome.denied.reason == "a is 1"


def test_scopes_that_are_asked_of_a_grant_are_seen_by_later_actions(
    flow: MakeFlow, login: Login
) -> None:
    handlers = ("onExecuteCredentialsExchange",)
    adds = login("api.transaction.addTargetScope('write:a');", handlers=handlers)
    reads = login("console.log(event.transaction.target_scopes.join());", handlers=handlers)
    done = flow(adds, reads).run(accessToken={"scope": ["read:a"]})
    assert done.executions[1].logs == "read:a,write:a\n"
