"""What Auth0's guide "Redirect with Actions" says, case by case.

https://auth0.com/docs/customize/actions/explore-triggers/signup-and-login-triggers/login-trigger/redirect-with-actions
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest

from pytest_auth0_actions import (
    UNDEFINED,
    Action,
    ActionError,
    ActionLoadError,
    Clock,
    Flow,
    LoadAction,
    MakeFlow,
    RecordMethodWarning,
    RedirectWarning,
    Transaction,
)
from tests.conftest import WriteAction

SECRET = "a secret of the page and of the Action"
PAGE = "https://portal.example.org/welcome"
Load = Callable[..., Action[Any]]


@pytest.fixture
def load(load_action: LoadAction, write_action: WriteAction) -> Load:
    """Load an Action of post-login, by its name and the bodies of its handlers."""

    def load(name: str, execute: str, resume: str | None = None) -> Action[Any]:
        source = f"exports.onExecutePostLogin = async (event, api) => {{ {execute} }};\n"
        if resume is not None:
            source += f"exports.onContinuePostLogin = async (event, api) => {{ {resume} }};\n"
        return load_action(write_action(source, f"{name}.js"), secrets={"PAGE_SECRET": SECRET})

    return load


def claims_of(token: str) -> Any:
    return decoded(token.split(".")[1])


def decoded(part: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def is_signed(token: str, secret: str) -> bool:
    """Return whether a page that has *secret* would trust *token*."""
    signed, _, signature = token.rpartition(".")
    digest = hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == signature


def names(transaction: Transaction[Any]) -> list[str]:
    return [execution.action for execution in transaction.executions]


# Start a redirect


def test_the_action_finishes_and_the_later_ones_wait(flow: MakeFlow, load: Load) -> None:
    asks = load("asks", f"api.redirect.sendUserTo('{PAGE}'); console.log('finished');", "")
    away = flow(load("before", ""), asks, load("after", "")).run()
    assert away.status == "redirected"
    assert names(away) == ["before", "asks"]
    assert away.executions[1].logs == "finished\n"


def test_the_url_gets_a_state(flow: MakeFlow, load: Load) -> None:
    away = flow(load("asks", f"api.redirect.sendUserTo('{PAGE}');", "")).run()
    assert list(away.outcome.redirect.query) == ["state"]
    state = away.outcome.redirect.query["state"]
    assert away.outcome.redirect.url == f"{PAGE}?state={state}"


def test_each_redirect_has_a_state_of_its_own(flow: MakeFlow, load: Load) -> None:
    login = flow(load("asks", f"api.redirect.sendUserTo('{PAGE}');", ""))
    states = {login.run().outcome.redirect.query["state"] for _ in range(3)}
    assert len(states) == 3


# Resume the authentication flow


def test_it_resumes_in_the_same_action_and_then_goes_on(flow: MakeFlow, load: Load) -> None:
    resume = "api.idToken.setCustomClaim('https://a.example/state', event.request.query.state);"
    asks = load("asks", f"api.redirect.sendUserTo('{PAGE}');", resume)
    away = flow(load("before", ""), asks, load("after", "")).run()
    done = away.resume()
    assert done.status == "completed"
    assert names(done) == ["before", "asks", "asks", "after"]
    state = away.outcome.redirect.query["state"]
    assert done.outcome.id_token.claims == {"https://a.example/state": state}
    assert done.outcome.redirect is None


@pytest.mark.parametrize("state", [UNDEFINED, "", "abc123"])
def test_without_the_state_the_user_cannot_log_in(flow: MakeFlow, load: Load, state: Any) -> None:
    away = flow(load("asks", f"api.redirect.sendUserTo('{PAGE}');", "")).run()
    lost = away.resume(query={"state": state})
    assert (lost.status, lost.error and lost.error.code) == ("failed", "invalid_request")
    assert names(lost) == ["asks"]


def test_there_has_to_be_a_continue_handler(flow: MakeFlow, load: Load) -> None:
    away = flow(load("asks", f"api.redirect.sendUserTo('{PAGE}');")).run()
    assert away.status == "redirected"
    with pytest.raises(ActionLoadError, match="onContinuePostLogin"):
        away.resume()


# Pass data to the external site

PASSES = """
  const host = event.secrets.DOMAIN_OF_OURS || event.request.hostname;
  const payload = { email: event.user.email, customer: 77, back: `https://${host}/continue` };
  const token = api.redirect.encodeToken({
    secret: event.secrets.PAGE_SECRET, expiresInSeconds: %s, payload,
  });
  const query = { session_token: token };
  api.redirect.sendUserTo('https://portal.example.org/welcome', { query });
"""


@pytest.mark.filterwarnings("ignore::pytest_auth0_actions.MissingSecretWarning")
@pytest.mark.parametrize(("given", "life_s"), [("60", 60), ("undefined", 900)])
def test_the_token_says_who_comes(
    flow: MakeFlow, load: Load, clock: Clock, given: str, life_s: int
) -> None:
    away = flow(load("passes", PASSES % given, "")).run()
    query = away.outcome.redirect.query
    assert set(query) == {"session_token", "state"}
    user, request = away.event["user"], away.event["request"]
    assert claims_of(query["session_token"]) == {
        "iat": clock.now_ms // 1_000,
        "exp": clock.now_ms // 1_000 + life_s,
        "iss": request["hostname"],
        "sub": user["user_id"],
        "ip": request["ip"],
        "email": user["email"],
        "customer": 77,
        "back": f"https://{request['hostname']}/continue",
    }


@pytest.mark.filterwarnings("ignore::pytest_auth0_actions.MissingSecretWarning")
def test_the_page_can_tell_whether_the_token_was_tampered_with(flow: MakeFlow, load: Load) -> None:
    token = flow(load("passes", PASSES % 60, "")).run().outcome.redirect.query["session_token"]
    header, _, signature = token.split(".")
    forged = {**claims_of(token), "customer": 78}
    text = base64.urlsafe_b64encode(json.dumps(forged).encode()).rstrip(b"=").decode()
    assert is_signed(token, SECRET)
    assert not is_signed(token, "another secret")
    assert not is_signed(f"{header}.{text}.{signature}", SECRET)
    assert decoded(header)["alg"] == "HS256"


# Pass data back to Auth0


def test_what_the_page_has_stored_by_the_management_api_is_in_the_event(
    flow: MakeFlow, load: Load
) -> None:
    resume = "if (event.user.app_metadata.checked !== 'yes') api.access.deny('Not checked');"
    away = flow(load("asks", f"api.redirect.sendUserTo('{PAGE}');", resume)).run()
    done = away.resume(user={"app_metadata": {"checked": "yes"}})
    assert done.status == "completed"
    assert done.outcome.user.app_metadata == {"checked": "yes"}
    assert not done.outcome.user.changed


COLOR = """
  const { color } = api.redirect.validateToken({
    secret: event.secrets.PAGE_SECRET, tokenParameterName: 'answer',
  });
  api.idToken.setCustomClaim('https://a.example/color', color);
"""


@pytest.fixture
def away(flow: MakeFlow, load: Load) -> Transaction[Any]:
    """A user who is on a page that answers with a token in the parameter `answer`."""
    return flow(load("asks", f"api.redirect.sendUserTo('{PAGE}');", COLOR)).run()


@pytest.mark.parametrize("where", ["query", "body"])
def test_the_token_comes_back_in_the_query_or_by_post(away: Transaction[Any], where: str) -> None:
    answer = {"answer": away.sign({"color": "teal"}, secret=SECRET)}
    done = away.resume(**{where: answer})
    assert done.outcome.id_token.claims == {"https://a.example/color": "teal"}
    assert done.event["request"]["method"] == {"query": "GET", "body": "POST"}[where]


@pytest.mark.parametrize(
    ("claims", "secret", "why"),
    [
        pytest.param({}, "guessed", "invalid signature", id="signature"),
        pytest.param({"exp": 1}, SECRET, "jwt expired", id="expired"),
        pytest.param({"state": "of another login"}, SECRET, "does not match", id="state"),
        pytest.param({"state": UNDEFINED}, SECRET, "standard claims: state", id="no state"),
        pytest.param({"sub": "auth0|mallory"}, SECRET, "subject invalid", id="another user"),
    ],
)
def test_a_token_that_cannot_be_trusted_makes_validation_throw(
    away: Transaction[Any], claims: dict[str, Any], secret: str, why: str
) -> None:
    answer = away.sign({"color": "teal"}, secret=secret, **claims)
    with pytest.raises(ActionError, match=why) as caught:
        away.resume(query={"answer": answer})
    assert caught.value.transaction is not None
    assert caught.value.transaction.outcome.id_token.claims == {}


def test_a_token_in_another_parameter_is_not_found(away: Transaction[Any]) -> None:
    token = away.sign({"color": "teal"}, secret=SECRET)
    with pytest.raises(ActionError, match="There is no parameter called 'answer'"):
        away.resume(query={"session_token": token})


def test_a_token_of_an_earlier_login_is_not_taken_again(flow: MakeFlow, load: Load) -> None:
    """The state in it is what keeps it from being replayed."""
    login = flow(load("asks", f"api.redirect.sendUserTo('{PAGE}');", COLOR))
    first = login.run()
    stolen = first.sign({"color": "teal"}, secret=SECRET)
    assert first.resume(query={"answer": stolen}).status == "completed"
    with pytest.raises(ActionError, match="State in the token does not match"):
        login.run().resume(query={"answer": stolen})


# Custom authentication methods

METHOD = "https://quiz.example.org/"
DAY_S = 24 * 60 * 60
QUIZ = """
  const { methods } = event.authentication;
  const taken = methods.find((each) => each.%s === 'https://quiz.example.org/');
  const isFresh = taken && Date.now() - new Date(taken.timestamp) <= 24 * 60 * 60 * 1000;
  if (!isFresh) api.redirect.sendUserTo('https://quiz.example.org/');
"""
QUIZ_TAKEN = """
  const { passed } = api.redirect.validateToken({ secret: event.secrets.PAGE_SECRET });
  if (passed) api.authentication.recordMethod('https://quiz.example.org/');
  else api.access.deny('Wrong answers');
"""


@pytest.fixture
def quiz(flow: MakeFlow, load: Load) -> Flow[Any]:
    return flow(load("quiz", QUIZ % "name", QUIZ_TAKEN))


def take(login: Flow[Any], *, passed: bool = True) -> Transaction[Any]:
    away = login.run()
    assert away.status == "redirected"
    return away.resume(body={"session_token": away.sign({"passed": passed}, secret=SECRET)})


def test_a_completed_method_is_in_the_later_logins_of_the_session(
    quiz: Flow[Any], clock: Clock
) -> None:
    assert take(quiz).outcome.recorded_methods == (METHOD,)
    at = clock.now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    clock.tick(hours=1)
    again = quiz.run()
    assert again.status == "completed"
    assert {"name": METHOD, "timestamp": at} in again.event["authentication"]["methods"]


@pytest.mark.parametrize(
    ("after_s", "status"), [(DAY_S, "completed"), (DAY_S + 1, "redirected")], ids=["24 h", "later"]
)
def test_an_entry_may_be_too_old(quiz: Flow[Any], clock: Clock, after_s: int, status: str) -> None:
    take(quiz)
    clock.tick(seconds=after_s)
    assert quiz.run().status == status


def test_a_method_that_was_not_passed_is_not_recorded(quiz: Flow[Any]) -> None:
    assert take(quiz, passed=False).status == "denied"
    assert quiz.run().status == "redirected"


def test_a_method_counts_only_in_the_continue_handler(flow: MakeFlow, load: Load) -> None:
    login = flow(load("early", f"api.authentication.recordMethod('{METHOD}');"))
    with pytest.warns(RecordMethodWarning):
        assert login.run().outcome.recorded_methods == ()
    with pytest.warns(RecordMethodWarning):
        later = login.run()
    assert METHOD not in [each["name"] for each in later.event["authentication"]["methods"]]


def test_the_entry_has_a_name_and_no_url(flow: MakeFlow, load: Load) -> None:
    """The guide's text says `name`, its sample compares `url`, which asks at each login."""
    login = flow(load("quiz", QUIZ % "url", QUIZ_TAKEN))
    take(login)
    assert login.run().status == "redirected"


def test_another_session_starts_without_the_method(quiz: Flow[Any]) -> None:
    take(quiz)
    assert quiz.run(session={"id": "another"}).status == "redirected"


# Restrictions and limitations


@pytest.mark.parametrize(
    "protocol", ["oauth2-resource-owner", "oauth2-password", "oauth2-refresh-token"]
)
def test_without_a_browser_there_is_no_redirect(flow: MakeFlow, load: Load, protocol: str) -> None:
    login = flow(load("asks", f"api.redirect.sendUserTo('{PAGE}');", ""), load("after", ""))
    with pytest.warns(RedirectWarning):
        failed = login.run(transaction={"protocol": protocol})
    assert failed.status == "failed"
    assert names(failed) == ["asks"]


def test_under_prompt_none_a_redirect_requires_interaction(flow: MakeFlow, load: Load) -> None:
    login = flow(load("asks", f"api.redirect.sendUserTo('{PAGE}');", ""))
    with pytest.warns(RedirectWarning):
        failed = login.run(variant="silent")
    assert failed.error is not None
    assert failed.error.code == "interaction_required"
    assert failed.outcome.redirect is None


def test_an_action_can_ask_first_whether_it_can_redirect(flow: MakeFlow, load: Load) -> None:
    body = f"if (api.redirect.canRedirect()) api.redirect.sendUserTo('{PAGE}');"
    login = flow(load("asks", body, ""))
    assert login.run().status == "redirected"
    assert login.run(variant="silent").status == "completed"
