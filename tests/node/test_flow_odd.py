"""Odd uses of flows: again, at once, inside of each other, with events of any shape, and large."""

from __future__ import annotations

import copy
from typing import Any

import httpx
import pytest
import respx

from pytest_auth0_actions import (
    Auth0ActionsWarning,
    Clock,
    LoadAction,
    UsageError,
)
from pytest_auth0_actions.plugin.flow_type import MakeFlow
from pytest_auth0_actions.world.chaos import Chaos
from pytest_auth0_actions.world.testbed import Testbed
from tests.conftest import STRICT_INI, WriteAction
from tests.node.conftest import SHOP, Login

pytestmark = pytest.mark.filterwarnings(
    f"ignore::{Auth0ActionsWarning.__module__}.Auth0ActionsWarning"
)

LEAVES = f"api.redirect.sendUserTo('{SHOP}');"
UNUSABLE: list[dict[str, Any]] = [{"user": {"enrolledFactors": [None, 5, {"kind": "otp"}]}}]
SETS = "api.user.setAppMetadata('n', (event.user.app_metadata.n ?? 0) + 1);"


def test_one_action_may_run_fifty_times(flow: MakeFlow, login: Login) -> None:
    counts = login(
        f"{SETS} api.transaction.setMetadata('n', (event.transaction.metadata.n ?? 0) + 1);"
    )
    done = flow(*[counts] * 50).run()
    assert (done.status, len(done.executions)) == ("completed", 50)
    assert done.outcome.user.app_metadata == {"n": 50}
    assert done.outcome.transaction_metadata == {"n": 50}


def test_one_action_may_leave_twice(flow: MakeFlow, login: Login) -> None:
    leaves = login(LEAVES, SETS)
    again = flow(leaves, leaves).run().resume()
    assert again.status == "redirected"
    done = again.resume()
    assert (done.status, done.outcome.user.app_metadata) == ("completed", {"n": 2})


def test_a_transaction_waits_while_others_run(flow: MakeFlow, login: Login, clock: Clock) -> None:
    leaves, after = login(f"{SETS} {LEAVES}", SETS), login(SETS)
    first, second = flow(leaves, after), flow(after, leaves)
    kept = first.run(user={"app_metadata": {"n": 10}})
    other = second.run(user={"app_metadata": {"n": 20}})
    clock.tick(days=3)
    leaves.run()  # not a part of a flow
    assert first.run().resume().outcome.user.app_metadata == {"n": 3}
    assert other.resume().outcome.user.app_metadata == {"n": 23}
    assert kept.resume().outcome.user.app_metadata == {"n": 13}


def test_an_action_may_start_cold_between(flow: MakeFlow, login: Login) -> None:
    leaves = login(f"exports.warm = true; {LEAVES}", "console.log(exports.warm === true);")
    away = flow(leaves).run()
    leaves.restart()
    assert away.resume().executions[-1].logs == "false\n"
    assert flow(leaves).run().resume().executions[-1].logs == "true\n"


def test_a_transaction_may_go_on_while_another_action_runs(
    flow: MakeFlow, login: Login, http_mock: respx.MockRouter
) -> None:
    """In the route that answers an Action: each has its own state."""
    away = flow(login(f"{SETS} {LEAVES}", SETS)).run()
    inner: list[Any] = []

    def answer(request: httpx.Request) -> httpx.Response:
        inner.append(away.resume())
        return httpx.Response(200)

    http_mock.get(SHOP).mock(side_effect=answer)
    asks = f"{SETS} await fetch('{SHOP}'); api.user.setAppMetadata('after', 1);"
    outer = flow(login(asks), login(SETS)).run(user={"app_metadata": {"n": 70}})
    assert inner[0].outcome.user.app_metadata == {"n": 2}
    assert outer.outcome.user.app_metadata == {"n": 72, "after": 1}


def test_what_a_test_changes_afterwards_changes_no_transaction(
    flow: MakeFlow, login: Login
) -> None:
    reads = "console.log(JSON.stringify(event.user.app_metadata));"
    leaves = login(LEAVES, reads)
    event = leaves.make_event(user={"app_metadata": {"n": 1}})
    before = copy.deepcopy(dict(event))
    away = flow(leaves).run(event)
    asked = flow(login("api.authentication.challengeWith({ type: 'otp' });")).run(event)
    assert event == before
    event["user"]["app_metadata"]["n"] = 2
    event["request"]["ip"] = "203.0.113.99"
    assert asked.fail_challenge().outcome.user.app_metadata == {"n": 1}
    assert asked.pass_challenge().event["request"]["ip"] == before["request"]["ip"]
    away.event["user"]["app_metadata"]["n"] = 3
    away.executions[0].event["user"]["app_metadata"]["n"] = 4
    away.outcome.user.app_metadata["n"] = 5
    query, fields = {"list": ["1"]}, {"list": ["1"]}
    back = away.resume(query, body=fields)
    query["list"].append("2")
    assert back.executions[-1].logs == '{"n":1}\n'
    assert back.outcome.user.app_metadata == {"n": 1}
    assert back.event["request"]["query"]["list"] == ["1"]


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"user": None, "transaction": None, "request": None, "authentication": None},
        {"user": "Ada", "transaction": 5, "request": [], "authentication": [1], "session": "s"},
        {
            "user": {"enrolledFactors": "otp", "user_metadata": [1]},
            "authentication": {"methods": 5},
        },
        *UNUSABLE,
    ],
)
def test_an_event_may_have_any_shape(flow: MakeFlow, login: Login, event: dict[str, Any]) -> None:
    """What a flow looks for in it is not there then."""
    does = login("api.transaction.setMetadata('n', 1); api.idToken.setCustomClaim('n', 1);")
    leaves = login(LEAVES, "console.log(JSON.stringify(event.request.query));")
    away = flow(does, leaves, does).run(event)
    assert away.status == "redirected"
    assert away.sign({}, secret="s").count(".") == 2
    done = away.resume()
    assert done.status == "completed"
    state = away.outcome.redirect.query["state"]
    assert done.executions[2].logs == f'{{"state":"{state}"}}\n'
    asked = flow(login("api.authentication.challengeWith({ type: 'otp' });"), does).run(event)
    assert asked.status == ("failed" if event in UNUSABLE else "challenged")
    if asked.status == "challenged":
        methods = asked.pass_challenge().event["authentication"]["methods"]
        assert [each["name"] for each in methods] == ["mfa"]


def test_an_event_that_holds_itself_is_refused(flow: MakeFlow, login: Login) -> None:
    event: dict[str, Any] = {"user": {}}
    event["user"]["self"] = event
    with pytest.raises(UsageError, match="can't be sent to an Action"):
        flow(login("")).run(event)


def test_redirects_of_a_test_are_the_same_each_time(
    pytester: pytest.Pytester, write_action: WriteAction
) -> None:
    """And no two are the same."""
    path = write_action(f"exports.onExecutePostLogin = async (event, api) => {{ {LEAVES} }};")
    pytester.makepyfile(
        f"""
        def test_it(flow, load_action):
            leaves = flow(load_action({str(path)!r}))
            states = [leaves.run().outcome.redirect.query["state"] for _ in range(3)]
            assert len(set(states)) == 3
            print("states", *states)
        """
    )
    pytester.makeini(STRICT_INI)
    runs = [pytester.runpytest_inprocess("-s", "-n0") for _ in range(2)]
    lines = [[line for line in run.outlines if "states" in line] for run in runs]
    assert lines[0]
    assert lines[0] == lines[1]


def test_bad_luck_meets_those_who_are_away(
    flow: MakeFlow,
    login: Login,
    clock: Clock,
    _auth0_testbed: Testbed,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A token that was made in time has expired; and the user fails what they would pass."""
    checks = "try { api.redirect.validateToken({ secret: 's' }); } catch { api.access.deny('No'); }"
    away = flow(login(LEAVES, checks)).run()
    asked = flow(login("api.authentication.challengeWith({ type: 'otp' });")).run()
    token, before_ms = away.sign({}, secret="s"), clock.now_ms
    monkeypatch.setattr(_auth0_testbed, "chaos", Chaos("late", 1, "test"))
    assert away.resume({"session_token": token}).status == "denied"
    assert clock.now_ms == before_ms + 16 * 60_000
    assert asked.pass_challenge().status == "completed"
    monkeypatch.setattr(_auth0_testbed, "chaos", Chaos("unpassed", 1, "test"))
    failed = asked.pass_challenge()
    assert failed.error is not None
    assert failed.error.code == "access_denied"


def test_a_flow_shows_its_actions(
    flow: MakeFlow, load_action: LoadAction, write_action: WriteAction
) -> None:
    source = "exports.onExecutePostLogin = async () => {};"
    first = load_action(write_action(source, "consent/code.js"))
    second = load_action(write_action(source, "claims.js"))
    assert repr(flow(first, second)) == "Flow(consent, claims)"
