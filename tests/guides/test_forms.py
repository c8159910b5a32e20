"""What Auth0's guide "Render Forms using Actions" and its use cases say, case by case.

https://auth0.com/docs/customize/forms/render
https://auth0.com/docs/customize/forms/configure-progressive-profile-form
https://auth0.com/docs/customize/forms/configure-update-policy-form
https://auth0.com/docs/customize/forms/configure-additional-signup-steps
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pytest_auth0_actions import (
    Action,
    ActionAbortedError,
    ActionError,
    ActionLoadError,
    LoadAction,
    MakeFlow,
)
from tests.conftest import WriteAction

LoadAt = Callable[..., Action[Any]]
HANDLERS = {"post-login": "PostLogin", "password-reset-post-challenge": "PostChallenge"}


@pytest.fixture
def load(load_action: LoadAction, write_action: WriteAction) -> LoadAt:
    """Load an Action, by its name and the bodies of its handlers."""

    def load(
        name: str, execute: str, resume: str | None = "", trigger: str = "post-login"
    ) -> Action[Any]:
        handler = HANDLERS[trigger]
        source = f"exports.onExecute{handler} = async (event, api) => {{ {execute} }};\n"
        if resume is not None:
            source += f"exports.onContinue{handler} = async (event, api) => {{ {resume} }};\n"
        return load_action(write_action(source, f"{name}.js"))

    return load


@pytest.mark.parametrize("trigger", HANDLERS)
def test_a_form_is_shown_and_the_continue_handler_runs(
    flow: MakeFlow, load: LoadAt, trigger: str
) -> None:
    body = "api.prompt.render('ap_1234');"
    asked = flow(load("form", body, "console.log('back');", trigger)).run()
    assert (asked.status, asked.outcome.prompt.id) == ("prompted", "ap_1234")
    done = asked.submit()
    assert done.status == "completed"
    assert [each.logs for each in done.executions] == ["", "back\n"]
    assert done.outcome.prompt is None


def test_the_action_decides_whether_the_form_is_shown(flow: MakeFlow, load: LoadAt) -> None:
    body = "if (!event.user.user_metadata.employer) api.prompt.render('ap_1234');"
    login = flow(load("form", body))
    assert login.run().status == "prompted"
    assert login.run(user={"user_metadata": {"employer": "ACME"}}).status == "completed"


def test_without_a_continue_handler_the_form_leads_nowhere(flow: MakeFlow, load: LoadAt) -> None:
    asked = flow(load("form", "api.prompt.render('ap_1234');", None)).run()
    with pytest.raises(ActionLoadError, match="onContinuePostLogin"):
        asked.submit()


def test_fields_are_filled_in_and_can_be_changed(flow: MakeFlow, load: LoadAt) -> None:
    body = "api.prompt.render('ap_1234', { fields: { given: 'Grace', town: 'Bonn' } });"
    asked = flow(load("form", body)).run()
    assert asked.outcome.prompt.fields == {"given": "Grace", "town": "Bonn"}
    assert asked.outcome.prompt.vars == {}
    done = asked.submit(fields={"town": "Köln"})
    assert done.event["prompt"]["fields"] == {"given": "Grace", "town": "Köln"}


def test_variables_come_back_as_they_were(flow: MakeFlow, load: LoadAt) -> None:
    """They stay on the server, may be of any type, and are not among the fields."""
    body = "api.prompt.render('ap_1234', { vars: { customer: 4711, tags: ['a', { b: null }] } });"
    asked = flow(load("form", body, "console.log(event.prompt.vars.customer);")).run()
    assert asked.outcome.prompt.fields == {}
    done = asked.submit(fields={"customer": "forged"})
    assert done.event["prompt"]["vars"] == {"customer": 4711, "tags": ["a", {"b": None}]}
    assert done.executions[-1].logs == "4711\n"


def test_the_event_has_the_form_with_all_its_data(flow: MakeFlow, load: LoadAt) -> None:
    body = "api.prompt.render('ap_1234', { fields: { given: 'Grace' }, vars: { host: 'h' } });"
    asked = flow(load("form", body, "console.log(JSON.stringify(event.prompt));")).run()
    assert "prompt" not in asked.event
    done = asked.submit(fields={"employer": "ACME"})
    assert done.executions[-1].logs == (
        '{"id":"ap_1234","fields":{"given":"Grace","employer":"ACME"},"vars":{"host":"h"}}\n'
    )


def test_an_answer_becomes_metadata(flow: MakeFlow, load: LoadAt) -> None:
    resume = "api.user.setUserMetadata('employer', event.prompt.fields.employer);"
    asked = flow(load("form", "api.prompt.render('ap_1234');", resume)).run()
    done = asked.submit(fields={"employer": "ACME"})
    assert done.outcome.user.user_metadata == {"employer": "ACME"}


# Restrictions and limitations

FORM, AWAY = "api.prompt.render('ap_1234');", "api.redirect.sendUserTo('https://a.example/');"


@pytest.mark.parametrize(
    "body", [FORM + AWAY, AWAY + FORM, FORM + FORM], ids=["form first", "redirect first", "two"]
)
def test_one_action_cannot_ask_twice(flow: MakeFlow, load: LoadAt, body: str) -> None:
    with pytest.raises(ActionAbortedError) as caught:
        flow(load("both", body)).run()
    assert caught.value.transaction is not None
    assert caught.value.transaction.status == "failed"


def test_two_actions_can(flow: MakeFlow, load: LoadAt) -> None:
    first, second, third = load("a", FORM), load("b", AWAY), load("c", FORM.replace("1234", "5"))
    asked = flow(first, second, third).run()
    away = asked.submit()
    assert away.status == "redirected"
    last = away.resume()
    assert (last.status, last.outcome.prompt.id) == ("prompted", "ap_5")
    done = last.submit()
    assert done.status == "completed"
    assert [each.action for each in done.executions] == ["a", "a", "b", "b", "c", "c"]


def test_fields_may_have_24_kilobytes(flow: MakeFlow, load: LoadAt) -> None:
    body = "api.prompt.render('ap_1234', { fields: { text: 'x'.repeat(%d) } });"
    around = len('{"fields":{"text":""}}')
    assert flow(load("small", body % (24_576 - around))).run().status == "prompted"
    with pytest.raises(ActionError, match="24"):
        flow(load("large", body % (24_577 - around))).run()


def test_a_sign_up_has_no_forms(
    flow: MakeFlow, load_action: LoadAction, write_action: WriteAction
) -> None:
    body = "if (!api.prompt) console.log('no forms');"
    path = write_action(f"exports.onExecutePreUserRegistration = async (event, api) => {{{body}}};")
    done = flow(load_action(path)).run()
    assert done.executions[0].logs == "no forms\n"


# Use cases: the form's own flow writes the metadata by the Management API


def test_a_profile_is_completed_from_the_third_login_on(flow: MakeFlow, load: LoadAt) -> None:
    body = """
      const { employer, role } = event.user.user_metadata;
      if (event.stats.logins_count > 2 && !employer && !role) api.prompt.render('ap_1234');
    """
    login = flow(load("profile", body))
    assert login.run(stats={"logins_count": 2}).status == "completed"
    asked = login.run(stats={"logins_count": 3})
    assert asked.status == "prompted"
    written = {"employer": "ACME", "role": "chemist"}
    done = asked.submit(fields=written, user={"user_metadata": written})
    assert done.outcome.user.user_metadata == written
    again = login.run(stats={"logins_count": 4}, user={"user_metadata": written})
    assert again.status == "completed"


def test_a_new_policy_is_accepted_once(flow: MakeFlow, load: LoadAt) -> None:
    body = "if (event.user.app_metadata.policy !== true) api.prompt.render('ap_1234');"
    login = flow(load("policy", body))
    for before in ({}, {"policy": False}):
        asked = login.run(user={"app_metadata": before})
        assert asked.status == "prompted"
    written = {"policy": True, "policy_at": "1735689600"}
    done = asked.submit(fields={"policy": True}, user={"app_metadata": written})
    assert done.outcome.user.app_metadata == written
    assert login.run(user={"app_metadata": written}).status == "completed"


def test_a_sign_up_has_further_steps(flow: MakeFlow, load: LoadAt) -> None:
    body = """
      const { whole_name: name, role } = event.user.user_metadata;
      if (!name && !role) api.prompt.render('ap_1234');
    """
    login = flow(load("steps", body), load("next", "console.log(event.user.user_metadata.role);"))
    asked = login.run(variant="first-login")
    written = {"whole_name": "Grace Hopper", "role": "admiral"}
    done = asked.submit(fields=written, user={"user_metadata": written})
    assert done.executions[-1].logs == "admiral\n"
    assert login.run(user={"user_metadata": {"role": "admiral"}}).status == "completed"


@pytest.mark.parametrize("onward", ["form", "redirect"])
def test_what_was_written_meanwhile_is_there_when_the_login_fails_later(
    flow: MakeFlow, load: LoadAt, onward: str
) -> None:
    """The Management API has saved it; only what the Actions have set is lost."""
    first = load("first", FORM if onward == "form" else AWAY, "api.user.setAppMetadata('a', 1);")
    asks = load("asks", "api.authentication.challengeWith({ type: 'otp' });")
    waiting = flow(first, asks).run()
    written = {"app_metadata": {"written": True}}
    back = waiting.submit(user=written) if onward == "form" else waiting.resume(user=written)
    failed = back.fail_challenge()
    assert failed.outcome.user.app_metadata == {"written": True}
