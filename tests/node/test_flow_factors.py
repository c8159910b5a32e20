"""Second factors: which of those that an Action asks for the user is asked for."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pytest_auth0_actions import Auth0ActionsWarning, Clock, UsageError
from pytest_auth0_actions.plugin.flow_type import MakeFlow
from tests.node.conftest import SHOP, Login

pytestmark = pytest.mark.filterwarnings(
    f"ignore::{Auth0ActionsWarning.__module__}.Auth0ActionsWarning"
)

METHODS = "console.log(JSON.stringify(event.authentication.methods));"


def challenge(*types: str) -> str:
    first, *others = [f"{{ type: '{each}' }}" for each in types]
    more = f", {{ additionalFactors: [{', '.join(others)}] }}" if others else ""
    return f"api.authentication.challengeWith({first}{more});"


def choice(*types: str, to: str = "challenge") -> str:
    factors = ", ".join(f"{{ type: '{each}' }}" for each in types)
    return f"api.authentication.{to}WithAny([{factors}]);"


def user(*types: str) -> dict[str, Any]:
    return {"enrolledFactors": [{"type": each} for each in types]}


def types_of(request: Any) -> list[str]:
    return [each["type"] for each in request.factors]


def test_later_actions_wait_until_the_challenge_is_passed(
    flow: MakeFlow, login: Login, clock: Clock
) -> None:
    """And find the entry among the methods of authentication."""
    asked = flow(
        login(challenge("otp")), login(f"{METHODS} console.log(event.request.method);")
    ).run()
    assert (asked.status, types_of(asked.outcome.challenge)) == ("challenged", ["otp"])
    assert len(asked.executions) == 1
    clock.tick(seconds=30)
    done = asked.pass_challenge()
    assert (done.status, done.outcome.challenge) == ("completed", None)
    methods, request_method = done.executions[1].logs.splitlines()
    assert [each["name"] for each in json.loads(methods)] == ["pwd", "mfa"]
    assert json.loads(methods)[1]["timestamp"] == "2025-01-01T00:00:30.000Z"
    assert request_method == "POST"


def test_a_challenge_that_is_failed_ends_the_login(flow: MakeFlow, login: Login) -> None:
    sets = login("api.user.setAppMetadata('a', 1);" + challenge("otp"))
    failed = flow(sets, login("throw new Error('never')")).run().fail_challenge()
    assert failed.status == "failed"
    assert failed.error is not None
    assert (failed.error.code, failed.error.description) == (
        "access_denied",
        "The user did not pass the challenge.",
    )
    assert (failed.outcome.challenge, failed.outcome.user.app_metadata) == (None, {})


@pytest.mark.parametrize(
    ("asks", "enabled", "enrolled", "offered"),
    [
        (challenge("otp", "phone"), None, None, ["otp", "phone"]),
        (challenge("otp", "phone", "email"), ["phone", "email"], None, ["phone", "email"]),
        (challenge("otp", "phone"), None, ["phone"], ["phone"]),
        (choice("email", "otp", "phone"), ["otp", "phone"], ["phone", "email"], ["phone"]),
        (choice("push"), ["push-notification"], ["push-notification"], ["push"]),
        (choice("phone"), ["sms"], ["sms"], ["phone"]),
    ],
)
def test_factors_that_are_not_enabled_or_not_enrolled_drop_out(
    flow: MakeFlow,
    login: Login,
    asks: str,
    enabled: list[str] | None,
    enrolled: list[str] | None,
    offered: list[str],
) -> None:
    overrides: dict[str, Any] = {} if enrolled is None else {"user": user(*enrolled)}
    asked = flow(login(asks), enabled_factors=enabled).run(**overrides)
    assert types_of(asked.outcome.challenge) == offered
    assert asked.pass_challenge(offered[-1]).status == "completed"


@pytest.mark.parametrize(
    ("asks", "enabled", "enrolled", "why"),
    [
        (
            challenge("otp"),
            ["phone"],
            None,
            "No factor that was asked for (otp) is enabled and enrolled.",
        ),
        (
            choice("otp", "phone"),
            ["otp"],
            ["phone"],
            "No factor that was asked for (otp, phone) is enabled and enrolled.",
        ),
        (challenge("otp"), None, [], "No factor that was asked for (otp) is enabled and enrolled."),
        (challenge("otp"), [], None, "No factor that was asked for (otp) is enabled and enrolled."),
        (choice(), None, None, "No factor that was asked for (none) is enabled and enrolled."),
        (
            choice("otp", to="enroll"),
            None,
            ["otp"],
            "No factor that was asked for (otp) is enabled and not enrolled.",
        ),
        (
            "api.multifactor.enable('duo');",
            ["otp"],
            None,
            "No factor of the provider 'duo' is enabled.",
        ),
    ],
)
def test_without_a_factor_that_can_be_used_the_login_fails(
    flow: MakeFlow,
    login: Login,
    asks: str,
    enabled: list[str] | None,
    enrolled: list[str] | None,
    why: str,
) -> None:
    overrides: dict[str, Any] = {} if enrolled is None else {"user": user(*enrolled)}
    failed = flow(login(asks), enabled_factors=enabled).run(**overrides)
    assert failed.status == "failed"
    assert failed.error is not None
    assert (failed.error.code, failed.error.description) == ("no_usable_factor", why)


def test_what_was_passed_is_not_asked_for_again(flow: MakeFlow, login: Login) -> None:
    """With all of them passed the list goes on; any other that is left is asked for."""
    asked = flow(
        login(challenge("otp")), login(challenge("otp")), login(choice("otp", "phone"))
    ).run()
    then = asked.pass_challenge()
    assert len(then.executions) == 3
    assert (then.status, types_of(then.outcome.challenge)) == ("challenged", ["phone"])
    done = then.pass_challenge("sms")  # another name of it
    assert done.status == "completed"


def test_a_user_enrolls_a_factor_that_is_enabled_and_not_enrolled(
    flow: MakeFlow, login: Login
) -> None:
    reads = login(
        "console.log(event.user.enrolledFactors.map((each) => each.type).join());" + METHODS
    )
    enrolls = login(choice("otp", "phone", "webauthn-roaming", to="enroll"))
    asked = flow(enrolls, reads, enabled_factors=["otp", "phone"]).run(user=user("phone"))
    assert (asked.status, asked.outcome.challenge) == ("challenged", None)
    assert types_of(asked.outcome.enrollment) == ["otp"]
    done = asked.pass_challenge()
    enrolled, methods = done.executions[1].logs.splitlines()
    assert enrolled == "phone,otp"
    assert json.loads(methods)[-1]["name"] == "mfa"
    assert done.outcome.enrollment is None


def test_what_was_enrolled_is_passed_too(flow: MakeFlow, login: Login) -> None:
    enrolls = login("api.authentication.enrollWith({ type: 'otp' });")
    asked = flow(enrolls, enrolls, login(challenge("otp"))).run()
    done = asked.pass_challenge()
    assert (done.status, len(done.executions)) == ("completed", 3)
    assert (done.outcome.challenge, done.outcome.enrollment) == (None, None)


def test_a_challenge_goes_before_an_enrollment(flow: MakeFlow, login: Login) -> None:
    asks = login(choice("phone", to="enroll") + challenge("otp"))
    asked = flow(asks, login("")).run(user=user("otp"))
    assert types_of(asked.outcome.challenge) == ["otp"]
    then = asked.pass_challenge()
    assert (then.status, len(then.executions)) == ("challenged", 1)
    assert types_of(then.outcome.enrollment) == ["phone"]
    assert then.pass_challenge().status == "completed"


def test_a_redirect_goes_before_a_challenge(flow: MakeFlow, login: Login) -> None:
    asks = login(f"api.redirect.sendUserTo('{SHOP}'); {challenge('otp')}", "console.log('back');")
    away = flow(asks, login("")).run()
    assert away.status == "redirected"
    asked = away.resume()
    assert (asked.status, asked.executions[-1].logs) == ("challenged", "back\n")
    assert asked.pass_challenge().status == "completed"


# ---------------------------------------------------------------- at the end of the list


@pytest.mark.parametrize(
    ("provider", "enrolled", "passes", "fails"),
    [
        ("any", ["otp"], "otp", "phone"),
        ("guardian", ["email", "sms"], "phone", "email"),
        ("google-authenticator", [], "otp", "phone"),  # it is enrolled on the way
        ("duo", ["duo"], "duo", "otp"),
    ],
)
def test_multifactor_challenges_at_the_end_of_the_list(
    flow: MakeFlow, login: Login, provider: str, enrolled: list[str], passes: str, fails: str
) -> None:
    enables = login(f"api.multifactor.enable('{provider}');")
    asked = flow(enables, login("console.log('last');")).run(user=user(*enrolled))
    assert (asked.status, len(asked.executions)) == ("challenged", 2)
    assert asked.outcome.multifactor.provider == provider
    with pytest.raises(UsageError, match="not offered that factor"):
        asked.pass_challenge(fails)
    done = asked.pass_challenge(passes)
    assert (done.status, len(done.executions)) == ("completed", 2)
    assert done.event["authentication"]["methods"][-1]["name"] == "mfa"
    assert asked.pass_challenge().status == "completed"


def test_a_later_action_may_lift_it(flow: MakeFlow, login: Login) -> None:
    enables, lifts = (
        login("api.multifactor.enable('any');"),
        login("api.multifactor.enable('none');"),
    )
    assert flow(enables, lifts).run().status == "completed"
    assert flow(lifts, enables).run().status == "challenged"


def test_who_has_passed_a_factor_is_not_asked_once_more_at_the_end(
    flow: MakeFlow, login: Login
) -> None:
    enables = login("api.multifactor.enable('any');")
    assert flow(login(challenge("otp")), enables).run().pass_challenge().status == "completed"
    other = login("api.multifactor.enable('google-authenticator');")
    assert flow(login(challenge("phone")), other).run().pass_challenge().status == "challenged"


def test_an_unknown_provider_fails(flow: MakeFlow, login: Login) -> None:
    failed = flow(login("api.multifactor.enable('sms');")).run()
    assert failed.error is not None
    assert (failed.error.code, failed.error.description) == (
        "invalid_request",
        "There is no provider 'sms' of second factors.",
    )


# ---------------------------------------------------------------- where nobody can be asked


@pytest.mark.parametrize(
    ("variant", "asks", "code", "why"),
    [
        (
            "silent",
            challenge("otp"),
            "interaction_required",
            "With prompt=none the user can't be asked for a factor.",
        ),
        (
            "refresh-token",
            "api.multifactor.enable('any');",
            "mfa_required",
            "With the protocol oauth2-refresh-token the application has to ask for a factor.",
        ),
        (
            "token-exchange",
            "api.multifactor.enable('any');",
            "mfa_required",
            "With the protocol oauth2-token-exchange the application has to ask for a factor.",
        ),
        (
            "token-exchange",
            choice("otp", to="enroll"),
            "invalid_request",
            "A token exchange can't ask the user for a factor.",
        ),
    ],
)
def test_without_a_user_to_ask_it_fails(
    flow: MakeFlow, login: Login, variant: str, asks: str, code: str, why: str
) -> None:
    failed = flow(login(asks)).run(variant=variant)
    assert failed.status == "failed"
    assert failed.error is not None
    assert (failed.error.code, failed.error.description) == (code, why)


def test_an_exchange_with_an_actor_can_not_ask_at_all(flow: MakeFlow, login: Login) -> None:
    failed = flow(login("api.multifactor.enable('any');")).run(
        variant="token-exchange", transaction={"actor": {"sub": "agt_1"}}
    )
    assert failed.error is not None
    assert (failed.error.code, failed.error.description) == (
        "invalid_request",
        "A token exchange with an actor can't ask the user for a factor.",
    )


# ---------------------------------------------------------------- later logins, and linked users


def test_a_recorded_method_shows_in_the_next_login_of_the_session(
    flow: MakeFlow, login: Login, clock: Clock
) -> None:
    records = login(
        f"{METHODS} if (!event.authentication.methods.some((each) => each.name === '{SHOP}id'))"
        f" api.redirect.sendUserTo('{SHOP}id');",
        f"api.authentication.recordMethod('{SHOP}id');",
    )
    away = flow(records).run()
    assert flow(records).run().status == "redirected"  # nothing is recorded before the end
    clock.tick(seconds=5)
    assert away.resume().outcome.recorded_methods == (f"{SHOP}id",)
    clock.tick(minutes=1)
    after = flow(records).run()
    assert after.status == "completed"
    [pwd, recorded] = json.loads(after.executions[0].logs)
    assert (pwd["name"], recorded) == (
        "pwd",
        {"name": f"{SHOP}id", "timestamp": "2025-01-01T00:00:05.000Z"},
    )
    assert flow(records).run(session={"id": "ses_other"}).status == "redirected"
    assert flow(records).run(user={"user_id": "auth0|other"}).status == "redirected"
    own = {"methods": [{"name": "pwd", "timestamp": "2025-01-01T00:00:00.000Z"}]}
    assert flow(records).run(authentication=own).status == "redirected"


def test_a_method_shows_once_however_often_it_is_recorded(flow: MakeFlow, login: Login) -> None:
    records = login(
        f"{METHODS} api.redirect.sendUserTo('{SHOP}');",
        "for (const id of [1, 2, 1]) api.authentication.recordMethod(`https://id.example/${id}`);",
    )
    first, second = flow(records).run(), flow(records).run()
    first.resume()
    second.resume()
    names = [each["name"] for each in json.loads(flow(records).run().executions[0].logs)]
    assert names == ["pwd", "https://id.example/1", "https://id.example/2"]


def test_a_login_that_is_denied_records_nothing(flow: MakeFlow, login: Login) -> None:
    records = login(
        f"{METHODS} api.redirect.sendUserTo('{SHOP}');",
        "api.authentication.recordMethod('https://id.example/'); api.access.deny('No');",
    )
    assert flow(records).run().resume().status == "denied"
    asks = login(
        f"api.redirect.sendUserTo('{SHOP}');",
        "api.authentication.recordMethod('https://id.example/'); api.multifactor.enable('any');",
    )
    assert flow(asks).run().resume().fail_challenge().status == "failed"
    assert len(json.loads(flow(records).run().executions[0].logs)) == 1


def test_a_user_can_not_be_linked_to_themselves(flow: MakeFlow, login: Login) -> None:
    links = login("api.authentication.setPrimaryUser(event.request.query.primary);")
    after = login("console.log('runs'); api.user.setAppMetadata('a', 1);")
    both = flow(links, after)
    failed = both.run(user={"user_id": "auth0|1"}, request={"query": {"primary": "auth0|1"}})
    assert (failed.status, len(failed.executions)) == ("failed", 2)
    assert failed.error is not None
    assert (failed.error.code, failed.error.description) == (
        "access_denied",
        "The primary user 'auth0|1' is the one who has logged in, whose identity has to be a "
        "secondary one of the primary user.",
    )
    done = both.run(user={"user_id": "auth0|1"}, request={"query": {"primary": "auth0|2"}})
    assert done.status == "completed"
    assert done.outcome.user.primary_user == "auth0|2"
    assert done.outcome.user.app_metadata == {"a": 1}


def test_metadata_of_the_action_that_links_is_dropped(flow: MakeFlow, login: Login) -> None:
    links = login(
        "api.user.setAppMetadata('a', 1); api.authentication.setPrimaryUser('auth0|2');"
        "api.user.setAppMetadata('b', 1);"
    )
    reads = login("console.log(JSON.stringify(event.user.app_metadata));")
    done = flow(links, reads).run(user={"app_metadata": {"c": 3}})
    assert done.executions[1].logs == '{"c":3}\n'
    assert done.outcome.user.app_metadata == {"c": 3}
    assert not done.outcome.user.changed
