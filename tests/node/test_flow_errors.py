"""Actions of a flow that fail, the time that they share, and what to warn about."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import pytest

from pytest_auth0_actions import (
    ActionAbortedError,
    ActionCrashedError,
    ActionError,
    ActionTimeoutError,
    Auth0ActionsWarning,
    Clock,
)
from pytest_auth0_actions.errors import (
    LostMetadataWarning,
    NearMissWarning,
    OverwrittenClaimWarning,
    SecondRedirectWarning,
)
from pytest_auth0_actions.plugin.flow_type import MakeFlow
from tests.node.conftest import SHOP, Login

LEAVES = f"api.redirect.sendUserTo('{SHOP}');"


def waits(seconds: float) -> str:
    return f"await new Promise((resolve) => setTimeout(resolve, {seconds * 1_000:g}));"


def told(run: Callable[[], Any]) -> list[tuple[type[Warning], str]]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        run()
    return [
        (each.category, str(each.message))
        for each in caught
        if issubclass(each.category, Auth0ActionsWarning)
    ]


# ---------------------------------------------------------------- errors


@pytest.mark.parametrize(
    ("body", "error", "description"),
    [
        ("throw new TypeError('no');", ActionError, "The Action threw TypeError: no"),
        (
            "process.exit(3);",
            ActionCrashedError,
            "The Action ended its process with process.exit(3).",
        ),
        (
            waits(21),
            ActionTimeoutError,
            "The Actions of the flow did not settle within 20 s, and Auth0 would stop them there.",
        ),
        (
            f"api.prompt.render('ap_1'); {LEAVES}",
            ActionAbortedError,
            "Auth0 ended the run when the handler had returned: Redirect and render "
            "commands cannot be used in the same action.",
        ),
    ],
)
def test_an_error_says_how_far_the_transaction_came(
    flow: MakeFlow, login: Login, body: str, error: type[ActionError], description: str
) -> None:
    first = login(f"api.idToken.setCustomClaim('{SHOP}a', 1); api.transaction.setMetadata('n', 1);")
    last = login("")
    fails = login(f"api.transaction.setMetadata('n', 2); {body}")
    with pytest.raises(error) as caught:
        flow(first, fails, last).run()
    transaction = caught.value.transaction
    assert transaction is not None
    assert transaction.status == "failed"
    assert transaction.error is not None
    assert (transaction.error.code, transaction.error.description) == ("action_error", description)
    assert [each.action for each in transaction.executions] == ["action1", "action3"]
    assert transaction.executions[-1] is caught.value.execution
    assert transaction.outcome.id_token.claims == {}
    assert transaction.outcome.transaction_metadata == {"n": 1}
    assert transaction.event["transaction"]["metadata"] == {"n": 1}
    assert flow(first, last).run().status == "completed"


def test_the_event_of_an_error_has_no_secrets(flow: MakeFlow, login: Login) -> None:
    with pytest.raises(ActionError) as caught:
        flow(login("throw new Error('no');", secrets={"KEY": "s3cret-k"})).run()
    assert caught.value.transaction is not None
    assert "secrets" not in caught.value.transaction.event


def test_outside_of_a_flow_there_is_no_transaction(login: Login) -> None:
    with pytest.raises(ActionError) as caught:
        login("throw new Error('no');").run()
    assert caught.value.transaction is None


def test_an_error_after_a_return_keeps_what_was_saved_before(flow: MakeFlow, login: Login) -> None:
    leaves = login(
        f"api.user.setAppMetadata('a', 1); {LEAVES}",
        "api.user.setAppMetadata('a', 2); throw new Error('no');",
    )
    for overrides, saved in (({}, {"a": 1}), ({"b": 5}, {"a": 1, "b": 5})):
        with pytest.raises(ActionError) as caught:
            flow(leaves).run().resume(user={"app_metadata": overrides})
        transaction = caught.value.transaction
        assert transaction is not None
        assert transaction.outcome.user.app_metadata == saved
        assert len(transaction.executions) == 2


# ---------------------------------------------------------------- one limit for the list


def test_the_limit_is_for_all_actions_together(flow: MakeFlow, login: Login, clock: Clock) -> None:
    slow, slower = login(waits(9), name="slow"), login(waits(11), name="slower")
    before_ms = clock.now_ms
    done = flow(slow, slower).run()
    assert (done.status, done.duration_ms) == ("completed", 20_000)
    late = login(waits(0.001), name="late")
    with pytest.raises(ActionTimeoutError) as caught:
        flow(slow, slower, late).run()
    assert str(caught.value) == (
        "[A411] The Actions of the flow did not settle within 20 s, and Auth0 would stop them "
        "there.\n"
        f"Given: {late.loaded.file.shown} was running; used: slow 9 s, slower 11 s, late 0 s. "
        f"Still to come were timers set at {late.loaded.file.shown}:2. Its api calls until then: "
        "none.\n"
        "Give what they wait for a shorter time-out."
    )
    assert clock.now_ms == before_ms + 40_000
    assert caught.value.transaction is not None
    assert caught.value.transaction.duration_ms == 20_000


def test_the_limit_of_a_flow_is_its_own(flow: MakeFlow, login: Login) -> None:
    """That of a single load does not count, and the error names the one that does."""
    first = login(waits(2.5), name="first")
    assert flow(first, first, time_limit_s=5).run().duration_ms == 5_000
    assert flow(first, time_limit_s=2.5).run().status == "completed"
    with pytest.raises(ActionTimeoutError) as caught:
        flow(first, time_limit_s=2.4).run()
    assert str(caught.value) == (
        "[A411] The Actions of the flow did not settle within 2.4 s, and Auth0 would stop them "
        "there.\n"
        f"Given: {first.loaded.file.shown} was running; used: first 2.4 s. Still to come were "
        f"timers set at {first.loaded.file.shown}:2. Its api calls until then: none.\n"
        "Give what they wait for a shorter time-out, or pass flow(..., time_limit_s=...)."
    )


@pytest.mark.parametrize(
    ("asks", "go_on"),
    [
        (LEAVES, lambda transaction: transaction.resume()),
        ("api.prompt.render('ap_1');", lambda transaction: transaction.submit()),
    ],
)
def test_before_and_after_a_suspension_count_apart(
    flow: MakeFlow, login: Login, asks: str, go_on: Callable[[Any], Any]
) -> None:
    asking = login(f"{waits(15)} {asks}", waits(12), name="asking")
    waiting = flow(asking, login(waits(8), name="after")).run()
    assert waiting.duration_ms == 15_000
    assert go_on(waiting).duration_ms == 35_000
    with pytest.raises(ActionTimeoutError, match=r"used: asking 12 s, after 8 s\."):
        go_on(flow(asking, login(waits(8.001), name="after")).run())


def test_a_challenge_is_a_suspension_too(flow: MakeFlow, login: Login) -> None:
    asking = login(f"{waits(15)} api.authentication.challengeWith({{ type: 'otp' }});")
    assert flow(asking, login(waits(20))).run().pass_challenge().duration_ms == 35_000


# ---------------------------------------------------------------- warnings


def test_a_claim_that_a_later_action_overwrites(flow: MakeFlow, login: Login) -> None:
    first, second = (
        login(f"api.idToken.setCustomClaim('{SHOP}plan', '{plan}');", name=name)
        for name, plan in (("free", "free"), ("gold", "gold"))
    )
    assert told(flow(first, second).run) == [
        (
            OverwrittenClaimWarning,
            f"[A712] gold overwrites the claim '{SHOP}plan', which free has set to another value: "
            "the later Action wins. Set it in one of them, or give it two names.",
        )
    ]
    assert told(flow(first, first).run) == []
    assert told(second.run) == []


def test_two_actions_that_both_redirect(flow: MakeFlow, login: Login) -> None:
    first, second = login(LEAVES, LEAVES, name="first"), login(LEAVES, "", name="second")
    away = flow(login(LEAVES, "", name="zero"), second).run()
    assert told(away.resume) == [
        (
            SecondRedirectWarning,
            "[A715] second sends the user away, as zero has done before: the user is redirected "
            "twice in one login. Redirect in one Action only.",
        )
    ]
    again = flow(first).run()
    assert told(again.resume) == []


def test_metadata_that_is_lost_as_a_later_action_throws(flow: MakeFlow, login: Login) -> None:
    sets = login(
        "api.user.setAppMetadata('a', 1); api.user.setUserMetadata('b', null);"
        "api.user.setAppMetadata('c', 1); api.user.setAppMetadata('c', undefined);",
    )
    throws = login("api.user.setAppMetadata('own', 1); throw new Error('no');", name="broken")

    def run() -> None:
        with pytest.raises(ActionError):
            flow(sets, login("api.user.setAppMetadata('a', 2);"), throws).run()

    assert told(run) == [
        (
            LostMetadataWarning,
            "[A737] broken failed, and with it goes what the Actions before it have set: "
            "app_metadata.a, user_metadata.b. Auth0 saves metadata when all Actions have run. "
            "Catch the error in broken.",
        )
    ]


def test_what_was_saved_is_not_lost(flow: MakeFlow, login: Login) -> None:
    away = flow(login(f"api.user.setAppMetadata('a', 1); {LEAVES}", "throw new Error('no');")).run()

    def resume() -> None:
        with pytest.raises(ActionError):
            away.resume()

    assert told(resume) == []


def test_a_filter_that_raises_leaves_the_error_as_it_is(flow: MakeFlow, login: Login) -> None:
    both = flow(login("api.user.setAppMetadata('a', 1);"), login("throw new Error('no');"))
    with warnings.catch_warnings():
        warnings.simplefilter("error", LostMetadataWarning)
        with pytest.raises(ActionError):
            both.run()


@pytest.mark.parametrize(
    ("sets", "reads", "owner", "meant"),
    [
        (
            "api.user.setUserMetadata('acceptedTerms', 1)",
            "accepted_terms",
            "user.user_metadata",
            "acceptedTerms",
        ),
        (
            "api.user.setAppMetadata('invoices', [])",
            "invioces",
            "user.app_metadata",
            "invoices",
        ),
        (
            "api.transaction.setMetadata('riskScore', 1)",
            "riskscore",
            "transaction.metadata",
            "riskScore",
        ),
    ],
)
def test_a_key_that_is_read_by_a_near_miss(
    flow: MakeFlow, login: Login, sets: str, reads: str, owner: str, meant: str
) -> None:
    setter, reader = login(f"{sets};"), login(f"event.{owner}.{reads};")
    assert told(flow(setter, reader).run) == [
        (
            NearMissWarning,
            f"[A735] The Action read event.{owner}.{reads}, which is not there; an earlier Action "
            f"of the flow has set {meant!r}. Use one name in both.",
        )
    ]
    assert told(flow(setter, login(f"event.{owner}.{meant};")).run) == []
    assert told(flow(setter, login(f"event.{owner}.another;")).run) == []
    assert told(flow(reader, setter).run) == []


def test_what_no_earlier_action_has_set_is_no_near_miss(flow: MakeFlow, login: Login) -> None:
    """What the Action sets itself is not there when it begins."""
    own = login("event.transaction.metadata.step; api.transaction.setMetadata('Step', 1);")
    assert told(flow(own).run) == []
    assert told(flow(own, own).run) == []  # one Action that knows both names
    sets = login("api.user.setAppMetadata('Step', 1); event.user.app_metadata.step;")
    assert told(flow(sets).run) == []
    noted = login("api.transaction.setMetadata('n', 1); event.transaction.metadata.step;")
    assert told(flow(noted).run) == []
    [(category, _)] = told(flow(own, noted).run)
    assert category is NearMissWarning
