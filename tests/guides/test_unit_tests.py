"""What Auth0's guide "Unit Test Actions" tests, case by case.

https://auth0.com/docs/customize/actions/unit-test
https://auth0.com/docs/customize/actions/actions-unit-test

The Actions here do the same in other words. Where the guide asserts which method was called, these
tests assert what came of it.
"""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
import pytest
import respx

from pytest_auth0_actions import UNDEFINED, Flow, LoadAction, MakeFlow, Transaction
from tests.conftest import WriteAction

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")

# An Action

ROLES = """
exports.onExecutePostLogin = async ({ authorization }, api) => {
  if (authorization?.roles?.length) {
    api.idToken.setCustomClaim('https://a.example/groups', authorization.roles);
  } else {
    api.access.deny('No entry');
  }
};
"""


def test_an_administrators_roles_are_a_claim(
    flow: MakeFlow, load_action: LoadAction, write_action: WriteAction
) -> None:
    done = flow(load_action(write_action(ROLES))).run(authorization={"roles": ["admin"]})
    assert done.status == "completed"
    assert done.outcome.id_token.claims == {"https://a.example/groups": ["admin"]}


@pytest.mark.parametrize("authorization", [UNDEFINED, {"roles": []}], ids=["none", "no roles"])
def test_who_has_no_roles_is_denied(
    flow: MakeFlow, load_action: LoadAction, write_action: WriteAction, authorization: Any
) -> None:
    done = flow(load_action(write_action(ROLES))).run(authorization=authorization)
    assert done.status == "denied"
    assert done.outcome.denied.reason == "No entry"
    assert done.outcome.id_token.claims == {}


# An Action with a module, which asks a service

DIRECTORY = """
exports.rolesOf = async (userId) => {
  const response = await fetch(`https://directory.example.org/roles?user=${userId}`);
  if (!response.ok) throw new Error(`The directory answered ${response.status}`);
  return (await response.json()).roles;
};
"""
ASKS_DIRECTORY = """
const directory = require('actions:directory');

exports.onExecutePostLogin = async (event, api) => {
  try {
    const roles = await directory.rolesOf(event.user.user_id);
    api.accessToken.setCustomClaim('https://a.example/groups', roles);
  } catch (error) {
    api.access.deny(error.message);
  }
};
"""


@pytest.fixture
def directory_login(
    flow: MakeFlow, load_action: LoadAction, write_action: WriteAction
) -> Flow[Any]:
    path = write_action(ASKS_DIRECTORY)
    modules = {"directory": write_action(DIRECTORY, "directory.js")}
    return flow(load_action(path, modules=modules))


def test_the_modules_answer_is_a_claim(
    directory_login: Flow[Any], http_mock: respx.MockRouter
) -> None:
    asked = http_mock.get(host="directory.example.org").respond(json={"roles": ["admin"]})
    done = directory_login.run(user={"user_id": "auth0|1"})
    assert asked.calls.last.request.url.params["user"] == "auth0|1"
    assert done.outcome.access_token.claims == {"https://a.example/groups": ["admin"]}


def test_an_error_of_the_service_denies_the_login(
    directory_login: Flow[Any], http_mock: respx.MockRouter
) -> None:
    http_mock.get(host="directory.example.org").respond(500)
    assert directory_login.run().outcome.denied.reason == "The directory answered 500"


def test_an_error_of_the_network_denies_the_login(
    directory_login: Flow[Any], http_mock: respx.MockRouter
) -> None:
    http_mock.get(host="directory.example.org").mock(side_effect=httpx.ConnectError)
    assert directory_login.run().outcome.denied.reason == "fetch failed"


# An Action's dependencies

SIGN_UP = """
const { randomUUID } = require('node:crypto');

exports.onExecutePreUserRegistration = async (event, api) => {
  const { 'ulp-name': name } = event.request.body;
  if (event.user.email.endsWith('@rival.example')) {
    api.access.deny('rival', 'No accounts for rivals');
  } else if (!name) {
    api.validation.error('name_missing', 'Please tell your name');
  } else {
    api.user.setUserMetadata('name', name);
    api.user.setAppMetadata('number', randomUUID());
  }
};
"""


@pytest.fixture
def sign_up(flow: MakeFlow, load_action: LoadAction, write_action: WriteAction) -> Flow[Any]:
    return flow(load_action(write_action(SIGN_UP)))


def test_a_forbidden_domain_is_denied(sign_up: Flow[Any]) -> None:
    done = sign_up.run(user={"email": "eve@rival.example"})
    assert done.status == "denied"
    denied = done.outcome.denied
    assert (denied.reason, denied.user_message) == ("rival", "No accounts for rivals")
    assert done.outcome.validation_errors == ()
    assert done.outcome.user.user_metadata == {}


def test_a_missing_name_is_an_error_of_validation(sign_up: Flow[Any]) -> None:
    done = sign_up.run(user={"email": "bob@a.example"}, request={"body": {}})
    assert done.status == "denied"
    assert done.outcome.denied is None
    [error] = done.outcome.validation_errors
    assert (error.code, error.message) == ("name_missing", "Please tell your name")
    assert (done.outcome.user.user_metadata, done.outcome.user.app_metadata) == ({}, {})


def test_the_name_and_a_number_are_stored(sign_up: Flow[Any]) -> None:
    body = {"ulp-name": "Bob"}
    done = sign_up.run(user={"email": "bob@a.example"}, request={"body": body})
    assert done.status == "completed"
    assert done.outcome.user.user_metadata == {"name": "Bob"}
    assert UUID.fullmatch(done.outcome.user.app_metadata["number"])


# An Action that renders a form

NEWS = """
exports.onExecutePostLogin = async (event, api) => {
  if (typeof event.user.user_metadata.news !== 'boolean') {
    api.prompt.render('ap_news', { vars: { called: event.user.given_name } });
  }
};

exports.onContinuePostLogin = async (event, api) => {
  const { news } = event.prompt.fields;
  if (typeof news === 'boolean') api.user.setUserMetadata('news', news);
  else api.access.deny('Yes or no?');
};
"""


@pytest.fixture
def news(flow: MakeFlow, load_action: LoadAction, write_action: WriteAction) -> Flow[Any]:
    return flow(load_action(write_action(NEWS)))


def test_who_has_not_answered_gets_the_form(news: Flow[Any]) -> None:
    asked = news.run(user={"given_name": "Ada"})
    assert asked.status == "prompted"
    assert (asked.outcome.prompt.id, asked.outcome.prompt.vars) == ("ap_news", {"called": "Ada"})


@pytest.mark.parametrize("answer", [True, False])
def test_who_has_answered_gets_none(news: Flow[Any], answer: bool) -> None:
    assert news.run(user={"user_metadata": {"news": answer}}).status == "completed"


@pytest.mark.parametrize("answer", [True, False])
def test_the_answer_is_stored(news: Flow[Any], answer: bool) -> None:
    done = news.run().submit(fields={"news": answer})
    assert done.status == "completed"
    assert done.outcome.user.user_metadata == {"news": answer}


def test_without_an_answer_access_is_denied(news: Flow[Any]) -> None:
    done = news.run().submit()
    assert done.outcome.denied.reason == "Yes or no?"
    assert done.outcome.user.user_metadata == {}


# An Action that redirects

KEY = "between us and the identity service"
IDENTITY = """
exports.onExecutePostChallenge = async (event, api) => {
  const risk = event.authentication?.riskAssessment?.supplemental?.akamai?.akamaiUserRisk;
  if (Number(risk?.score ?? 0) < 60) return;
  const token = api.redirect.encodeToken({
    secret: event.secrets.KEY, payload: { who: event.user.user_id },
  });
  api.redirect.sendUserTo('https://id.example.org/check', { query: { session_token: token } });
};

exports.onContinuePostChallenge = async (event, api) => {
  try {
    const { who } = api.redirect.validateToken({ secret: event.secrets.KEY });
    if (who !== event.user.user_id) api.access.deny('Somebody else was checked');
    else if (event.request.query.checked !== 'yes') api.access.deny('Nobody was checked');
  } catch ({ message }) {
    api.access.deny(`No answer that counts: ${message}`);
  }
};
"""


def risk(score: int) -> dict[str, Any]:
    assessment = {"supplemental": {"akamai": {"akamaiUserRisk": {"score": score}}}}
    return {"riskAssessment": assessment}


@pytest.fixture
def reset(flow: MakeFlow, load_action: LoadAction, write_action: WriteAction) -> Flow[Any]:
    return flow(load_action(write_action(IDENTITY), secrets={"KEY": KEY}))


@pytest.fixture
def at_check(reset: Flow[Any]) -> Transaction[Any]:
    return reset.run(variant="akamai", authentication=risk(80))


def test_a_low_risk_is_not_checked(reset: Flow[Any]) -> None:
    assert reset.run(variant="akamai", authentication=risk(10)).status == "completed"


def test_a_high_risk_is_checked(at_check: Transaction[Any]) -> None:
    assert at_check.status == "redirected"
    assert at_check.outcome.redirect.url.startswith("https://id.example.org/check?session_token=")
    assert list(at_check.outcome.redirect.query) == ["session_token", "state"]


@pytest.mark.parametrize(
    ("secret", "who", "query", "reason"),
    [
        pytest.param(
            "guessed",
            "auth0|1",
            {"checked": "yes"},
            "No answer that counts: The session token is invalid: invalid signature",
            id="forged",
        ),
        pytest.param(KEY, "auth0|2", {"checked": "yes"}, "Somebody else was checked", id="other"),
        pytest.param(KEY, "auth0|1", {"checked": "no"}, "Nobody was checked", id="not checked"),
        pytest.param(KEY, "auth0|1", {"checked": "yes"}, None, id="checked"),
    ],
)
def test_the_answer_decides(
    reset: Flow[Any], secret: str, who: str, query: dict[str, str], reason: str | None
) -> None:
    away = reset.run(variant="akamai", authentication=risk(80), user={"user_id": "auth0|1"})
    token = away.sign({"who": who}, secret=secret)
    done = away.resume(query={**query, "session_token": token})
    assert done.status == ("completed" if reason is None else "denied")
    assert (done.outcome.denied and done.outcome.denied.reason) == reason


# A custom email provider, and HTTP

MAIL = """
exports.onExecuteCustomEmailProvider = async ({ notification, secrets }, api) => {
  const options = {
    method: 'PUT',
    headers: { authorization: `Key ${secrets.MAIL_KEY}` },
    body: JSON.stringify({ text: notification.html }),
  };
  try {
    await fetch('https://mail.example.org/outbox', options);
  } catch {
    api.notification.drop('Mail is down');
  }
};
"""


@pytest.fixture
def mail(flow: MakeFlow, load_action: LoadAction, write_action: WriteAction) -> Flow[Any]:
    return flow(load_action(write_action(MAIL), secrets={"MAIL_KEY": "mail-key-1"}))


def test_mail_is_handed_over(mail: Flow[Any], http_mock: respx.MockRouter) -> None:
    outbox = http_mock.put("https://mail.example.org/outbox").respond(202)
    done = mail.run(notification={"html": "<p>Hi</p>"})
    assert outbox.calls.last.request.headers["authorization"] == "Key mail-key-1"
    assert json.loads(outbox.calls.last.request.content) == {"text": "<p>Hi</p>"}
    assert (done.status, done.outcome.notification) == ("completed", None)


def test_mail_that_cannot_be_handed_over_is_dropped(
    mail: Flow[Any], http_mock: respx.MockRouter
) -> None:
    http_mock.put("https://mail.example.org/outbox").mock(side_effect=httpx.ReadError)
    notification = mail.run().outcome.notification
    assert (notification.kind, notification.reason) == ("drop", "Mail is down")


def test_an_error_status_is_no_rejection(mail: Flow[Any], http_mock: respx.MockRouter) -> None:
    """The guide's mock rejects with a status of 500, which `fetch` never does."""
    http_mock.put("https://mail.example.org/outbox").respond(500)
    assert mail.run().outcome.notification is None
