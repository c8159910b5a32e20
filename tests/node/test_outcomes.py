"""What runs of Actions come to, in the real Node.js."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

from pytest_auth0_actions import (
    ActionAbortedError,
    AfterDenialWarning,
    Auth0ActionsWarning,
    DroppedClaimWarning,
    Group,
    LoadAction,
    MultifactorProviderWarning,
    NoUserWarning,
    PostLoginOutcome,
    Role,
)
from tests.conftest import WriteAction


def login_action(write_action: WriteAction, body: str, handler: str = "Execute") -> Path:
    return write_action(f"exports.on{handler}PostLogin = async (event, api) => {{\n{body}\n}};")


def test_an_execution_has_the_outcome_of_its_trigger(
    load_action: LoadAction, write_action: WriteAction
) -> None:
    body = """
      api.idToken.setCustomClaim('https://shop.example/plan', 'gold')
        .user.setAppMetadata('seen', true).accessToken.setCustomClaim('n', [NaN, undefined]);
      if (!event.user.email_verified) api.access.deny('Verify your email first');
    """
    action = load_action(login_action(write_action, body))
    outcome = action.run(user={"email_verified": True}).outcome
    assert isinstance(outcome, PostLoginOutcome)
    assert outcome.denied is None
    assert outcome.id_token.claims == {"https://shop.example/plan": "gold"}
    assert outcome.access_token.claims == {"n": [None, None]}
    assert outcome.user.app_metadata == {"seen": True}
    denied = action.run(user={"email_verified": False}).outcome
    assert denied.denied.reason == "Verify your email first"
    assert denied.id_token.claims == {}
    assert denied.user.app_metadata == {"seen": True}


def test_calls_that_exclude_each_other_end_the_run_when_the_handler_has_returned(
    load_action: LoadAction, write_action: WriteAction
) -> None:
    body = """
      api.prompt.render('ap_1');
      api.redirect.sendUserTo('https://shop.example/');
      console.log('went on');
    """
    path = login_action(write_action, body)
    with pytest.raises(ActionAbortedError) as caught:
        load_action(path).run()
    assert str(caught.value) == (
        "[A404] Auth0 ended the run when the handler had returned: "
        "Redirect and render commands cannot be used in the same action.\n"
        f"Given: {path}, which called prompt.render, redirect.sendUserTo.\n"
        "Ask for one of them in this Action, and for the other in the next Action."
    )
    assert caught.value.execution.logs == "went on\n"
    assert caught.value.execution.outcome.redirect is None


def test_an_error_of_the_actions_own_goes_before(
    load_action: LoadAction, write_action: WriteAction
) -> None:
    body = "api.prompt.render('a'); api.prompt.render('b'); throw new RangeError('mine');"
    with pytest.raises(Exception, match="mine"):
        load_action(login_action(write_action, body)).run()


def test_the_process_is_as_good_as_before_after_an_abort(
    load_action: LoadAction, write_action: WriteAction
) -> None:
    body = "n += 1; console.log(n); if (n < 2) { api.prompt.render('a'); api.prompt.render('b'); }"
    source = login_action(write_action, body).read_text(encoding="utf-8")
    action = load_action(write_action(f"let n = 0;\n{source}"))
    with pytest.raises(ActionAbortedError):
        action.run()
    assert action.run().logs == "2\n"


def test_what_fails_only_at_auth0_is_warned_of_at_its_line(
    load_action: LoadAction, write_action: WriteAction
) -> None:
    body = "const claims = api.idToken;\nclaims.setCustomClaim('roles', []);"
    path = login_action(write_action, body)
    with pytest.warns(DroppedClaimWarning) as caught:
        load_action(path).run()
    [warning] = caught
    assert (warning.filename, warning.lineno) == (str(path), 3)


def test_what_a_denial_takes_away_is_warned_of_at_the_denial(
    load_action: LoadAction, write_action: WriteAction
) -> None:
    body = "api.redirect.sendUserTo('https://shop.example/');\n\napi.access.deny('no');"
    path = login_action(write_action, body)
    with pytest.warns(AfterDenialWarning) as caught:
        outcome = load_action(path, trigger="post-login").run().outcome
    assert outcome.redirect is None
    assert outcome.denied is not None
    [warning] = caught
    assert (warning.filename, warning.lineno) == (str(path), 4)


def test_a_factor_that_auth0_does_not_know_is_warned_of_at_its_line(
    load_action: LoadAction, write_action: WriteAction
) -> None:
    body = "const { authentication } = api;\nauthentication.challengeWith({ type: 'sms' });"
    path = login_action(write_action, body)
    with pytest.warns(MultifactorProviderWarning, match="of the type 'sms'") as caught:
        execution = load_action(path).run()
    assert execution.outcome.challenge.factors == ({"type": "sms"},)
    [warning] = caught
    assert (warning.filename, warning.lineno) == (str(path), 3)


def test_what_shows_at_the_end_is_warned_of_at_the_handler(
    load_action: LoadAction, write_action: WriteAction
) -> None:
    path = write_action("\nexports.onExecuteCustomTokenExchange = async () => {};")
    with pytest.warns(NoUserWarning) as caught:
        execution = load_action(path).run()
    assert execution.outcome.user is None
    [warning] = caught
    assert (warning.filename, warning.lineno) == (str(path), 2)


def test_what_shows_at_the_end_is_no_matter_of_a_run_that_throws(
    load_action: LoadAction, write_action: WriteAction
) -> None:
    path = write_action("exports.onExecuteCustomTokenExchange = async () => { throw Error('x'); };")
    with warnings.catch_warnings():
        warnings.simplefilter("error", Auth0ActionsWarning)
        with pytest.raises(Exception, match="x"):
            load_action(path).run()


def test_the_actions_own_event_shows_what_methods_change(
    load_action: LoadAction, write_action: WriteAction
) -> None:
    body = """
      const { session } = event;
      session.mine = true;
      api.session.setMetadata('device', 'kiosk');
      api.session.setCookieMode('non-persistent');
      api.transaction.setMetadata('a.b', 1);
      console.log(JSON.stringify([session.metadata, session.cookie.mode, session.mine]));
      console.log(JSON.stringify(event.transaction.metadata));
    """
    session = {"metadata": {"plan": "free"}, "cookie": {"mode": "persistent"}}
    execution = load_action(login_action(write_action, body)).run(session=session)
    first, second = execution.logs.splitlines()
    assert first == '[{"plan":"free","device":"kiosk"},"non-persistent",true]'
    assert second == '{"a.b":1}'
    assert execution.event["session"]["mine"] is True
    assert execution.outcome.session.metadata == {"plan": "free", "device": "kiosk"}
    assert execution.outcome.transaction_metadata == {"a.b": 1}


def test_the_test_says_what_auth0_looks_up(
    load_action: LoadAction, write_action: WriteAction
) -> None:
    body = """
      const groups = api.groups.getUserGroups({ take: 1 });
      console.log(groups instanceof Promise, JSON.stringify((await groups).next));
      const { memberships } = await api.groups.hasGroupMembership(['editors']);
      console.log(memberships.editors.is_member);
      console.log((await api.roles.getUserEffectiveRoles()).roles.map((role) => role.name).join());
      console.log(api.rules.wasExecuted('rul_1'), api.rules.wasExecuted('rul_2'));
      console.log('next' in await api.roles.getUserEffectiveRoles());
    """
    action = load_action(login_action(write_action, body))
    execution = action.run(
        groups=[Group(id="grp_1", name="editors"), {"id": "grp_2", "name": "sales"}],
        roles=[Role(id="rol_1", name="editor"), {"id": "rol_2", "name": "admin"}],
        rules=["rul_1"],
    )
    assert execution.logs == 'true "1"\ntrue\neditor,admin\ntrue false\nfalse\n'


def test_a_token_goes_away_and_comes_back(
    load_action: LoadAction, write_action: WriteAction
) -> None:
    """A page that adds `state` and signs again is played by the Action's own handlers."""
    source = """
      exports.onExecutePostLogin = async (event, api) => {
        const payload = { state: 'st_1', plan: 'gold' };
        const session_token = api.redirect.encodeToken({ secret: 's', payload });
        api.redirect.sendUserTo('https://shop.example/', { query: { session_token } });
      };
      exports.onContinuePostLogin = async (event, api) => {
        const { plan } = api.redirect.validateToken({ secret: 's' });
        api.accessToken.setCustomClaim('https://shop.example/plan', plan)
          .authentication.recordMethod('https://shop.example/');
      };
    """
    action = load_action(write_action(source))
    away = action.run().outcome.redirect
    back = action.resume(request={"query": {"state": "st_1", **away.query}}).outcome
    assert back.access_token.claims == {"https://shop.example/plan": "gold"}
    assert back.recorded_methods == ("https://shop.example/",)
