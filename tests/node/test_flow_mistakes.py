"""What a test can't ask of a flow or of a transaction, and what it is told then."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from pytest_auth0_actions import UNDEFINED, ActionError, Event, LoadAction, UsageError
from pytest_auth0_actions.node.transaction import Transaction
from pytest_auth0_actions.plugin.flow_type import MakeFlow
from tests.conftest import WriteAction
from tests.node.conftest import SHOP, Login

FACTORS = (
    "email, otp, phone, push, push-notification, recovery-code, webauthn-platform, "
    "webauthn-roaming, sms, duo"
)
NONE = "[A504] A flow needs at least one Action.\nGiven: none.\nPass Actions: {}(load_action(...))."
BODIES = {
    "redirected": f"api.redirect.sendUserTo('{SHOP}');",
    "prompted": "api.prompt.render('ap_1');",
    "challenged": "api.authentication.challengeWithAny([{ type: 'otp' }, { type: 'email' }]);",
    "completed": "",
    "denied": "api.access.deny('No');",
    "failed": "api.multifactor.enable('sms');",
}
ONWARD = {
    "redirected": "resume(query={...}), as the page does that the user was sent to",
    "prompted": "submit(fields={...}), as the form does",
    "challenged": "pass_challenge() or fail_challenge(), as the user does",
}
ASKED_BY = {
    "redirected": "api.redirect.sendUserTo()",
    "prompted": "api.prompt.render()",
    "challenged": "api.authentication.challengeWith() or the like",
}
FAILED = "invalid_request: There is no provider 'sms' of second factors."
METHODS: dict[str, tuple[str, Callable[[Transaction[Any]], Any]]] = {
    "resume": ("redirected", lambda transaction: transaction.resume()),
    "sign": ("redirected", lambda transaction: transaction.sign({}, secret="s")),
    "submit": ("prompted", lambda transaction: transaction.submit()),
    "pass_challenge": ("challenged", lambda transaction: transaction.pass_challenge()),
    "fail_challenge": ("challenged", lambda transaction: transaction.fail_challenge()),
}


def text_of(use: Callable[[], Any]) -> str:
    with pytest.raises(UsageError) as caught:
        use()
    return str(caught.value)


@pytest.fixture(params=BODIES)
def reached(request: pytest.FixtureRequest, flow: MakeFlow, login: Login) -> Transaction[Any]:
    """Return a transaction of each status."""
    reached = flow(login(BODIES[request.param], "")).run()
    assert reached.status == request.param
    return reached


@pytest.mark.filterwarnings("ignore::pytest_auth0_actions.MultifactorProviderWarning")
@pytest.mark.parametrize("method", METHODS)
def test_a_transaction_goes_on_in_the_way_of_its_status(
    reached: Transaction[Any], method: str
) -> None:
    status, use = METHODS[method]
    if reached.status == status:
        use(reached)
        return
    ended = f" It ended with {FAILED}" if reached.status == "failed" else ""
    over = f"It is over. Run the flow with an event for which an Action calls {ASKED_BY[status]}."
    onward = ONWARD.get(reached.status)
    assert text_of(lambda: use(reached)) == (
        f"[A517] The transaction is {reached.status}, and {method}() is for one that is {status}.\n"
        f"Given: {method}(), when these have run: action1.{ended}\n"
        f"{over if onward is None else f'Use {onward}.'}"
    )


def test_the_transaction_of_an_error_is_over(flow: MakeFlow, login: Login) -> None:
    with pytest.raises(ActionError) as caught:
        flow(login("throw new Error('no');")).run()
    assert caught.value.transaction is not None
    assert text_of(caught.value.transaction.resume).splitlines()[1:] == [
        "Given: resume(), when these have run: action1. It ended with action_error: The Action "
        "threw Error: no",
        "It is over. Run the flow with an event for which an Action calls "
        "api.redirect.sendUserTo().",
    ]


@pytest.mark.parametrize(
    ("use", "text"),
    [
        (
            lambda flow, a, b: flow(),
            NONE.format("flow"),
        ),
        (
            lambda flow, a, b: flow([a]),
            "[A503] A flow takes Actions.\nGiven: [{a!r}].\n"
            "Pass the Actions one by one, or with a star before them: flow(*actions).",
        ),
        (
            lambda flow, a, b: flow(b).then((a, a)),
            "[A503] A flow takes Actions.\nGiven: ({a!r}, {a!r}).\n"
            "Pass the Actions one by one, or with a star before them: then(*actions).",
        ),
        (
            lambda flow, a, b: flow(b).then("a.js"),
            "[A503] A flow takes Actions.\nGiven: 'a.js'.\nLoad each one, and pass them in order: "
            "then(load_action('a.js'), ...). The Actions of a tenant: tenant.flow(trigger).",
        ),
        (
            lambda flow, a, b: flow(a, b),
            "[A505] The Actions of a flow must be for one trigger, and these are for post-login "
            "and custom-token-exchange.\n"
            "Given: {a!r} for post-login, {b!r} for custom-token-exchange.\n"
            "Make a flow of each trigger. For the login after a custom token exchange or a "
            "checked password, use flow(exchange).then(*logins).",
        ),
        (
            lambda flow, a, b: flow(b, b),
            "[A506] Auth0 runs at most one Action of custom-token-exchange.\n"
            "Given: {b!r}, {b!r}.\n"
            "Pass the one that runs.",
        ),
        (
            lambda flow, a, b: flow(a, time_limit_s=0),
            "[A402] time_limit_s must be a number of seconds.\nGiven: 0.\n"
            "Pass one above 0, or leave it out for Auth0's 20.",
        ),
        (
            lambda flow, a, b: flow(a, enabled_factors="otp"),
            "[A513] enabled_factors must be a list of types of factors.\nGiven: 'otp'.\n"
            "Pass the types, such as ['otp', 'phone'], or None for all.",
        ),
        (
            lambda flow, a, b: flow(a, enabled_factors=5),
            "[A513] enabled_factors must be a list of types of factors.\nGiven: 5.\n"
            "Pass the types, such as ['otp', 'phone'], or None for all.",
        ),
        (
            lambda flow, a, b: flow(a, enabled_factors=["opt"]),
            "[A514] Auth0 knows no such factor.\nGiven: 'opt' in enabled_factors.\n"
            f"Did you mean 'otp'? The types are {FACTORS}.",
        ),
        (
            lambda flow, a, b: flow(a, enabled_factors=[{"type": "Phone"}]),
            "[A514] Auth0 knows no such factor.\n"
            "Given: {{'type': 'Phone'}} in enabled_factors.\n"
            f"Did you mean 'phone'? The types are {FACTORS}.",
        ),
        (
            lambda flow, a, b: flow(a, enabled_factors=[None]),
            "[A514] Auth0 knows no such factor.\nGiven: None in enabled_factors.\n"
            f"The types are {FACTORS}.",
        ),
        (
            lambda flow, a, b: flow(a).then(a),
            "[A501] No login follows the Actions of post-login in one transaction.\n"
            "Given: Flow(a).then(...).\n"
            "Pass all Actions of the login to one flow: flow(first, second). then() is for a flow "
            "of custom-token-exchange or post-credential-validation.",
        ),
        (
            lambda flow, a, b: flow(b).then(a).then(a),
            "[A501] No second login follows the Actions of custom-token-exchange in one "
            "transaction.\n"
            "Given: Flow(b, a).then(...).\n"
            "Pass all its Actions at once: then(first, second). then() is for a flow of "
            "custom-token-exchange or post-credential-validation.",
        ),
        (
            lambda flow, a, b: flow(b).then(b),
            "[A502] then() goes on with Actions of post-login.\n"
            "Given: {b!r}, for custom-token-exchange.\n"
            "Pass Actions that export onExecutePostLogin.",
        ),
        (
            lambda flow, a, b: flow(b).then(),
            NONE.format("then"),
        ),
        (
            lambda flow, a, b: flow(b).then(a, secrets={"KEY": "k"}),
            "[A507] The Actions of a flow have secrets of their own, and none from the event.\n"
            "Given: secrets of the names KEY.\n"
            "Give them to each Action: load_action(..., secrets={{...}}), or for a tenant "
            "tenant.flow(trigger, secrets={{'ACTION': {{...}}}}).",
        ),
        (
            lambda flow, a, b: flow(b).then(a, user={"emial": "x"}),
            "[A204] event.user has no field 'emial'.\nGiven: user.emial.\n"
            "Did you mean event.user.email? If not, set it on the finished event: "
            'event["user"]["emial"] = VALUE.',
        ),
        (
            lambda flow, a, b: flow(a).run(secrets={"KEY": "k", "OTHER": "o"}),
            "[A507] The Actions of a flow have secrets of their own, and none from the event.\n"
            "Given: secrets of the names KEY, OTHER.\n"
            "Give them to each Action: load_action(..., secrets={{...}}), or for a tenant "
            "tenant.flow(trigger, secrets={{'ACTION': {{...}}}}).",
        ),
        (
            lambda flow, a, b: flow(a).run(Event("post-login", {"secrets": 5})),
            "[A507] The Actions of a flow have secrets of their own, and none from the event.\n"
            "Given: secrets of the names 5.\n"
            "Give them to each Action: load_action(..., secrets={{...}}), or for a tenant "
            "tenant.flow(trigger, secrets={{'ACTION': {{...}}}}).",
        ),
        (
            lambda flow, a, b: flow(a).run([]),
            "[A413] An event must be a mapping.\nGiven: [].\nPass what make_event() returns, or "
            "nothing.",
        ),
        (
            lambda flow, a, b: flow(a).run({}, user={"name": "Ada"}),
            "[A414] A run takes an event, or fields to make one from, but not both.\n"
            "Given: an event, and user.\n"
            "Pass all fields by name, and the rest is as usual: "
            "flow(...).run(user={{'name': 'Ada'}}).",
        ),
        (
            lambda flow, a, b: flow(b).run(a.make_event()),
            "[A415] The event was made for post-login, and the Action is for "
            "custom-token-exchange.\n"
            "Given: {b!r}.\n"
            "Use action.make_event(...), or make_event('custom-token-exchange', ...).",
        ),
        (
            lambda flow, a, b: flow(a).run({"user": {"tags": {1}}}),
            "[A416] The event holds something that can't be sent to an Action.\n"
            "Given: event.user.tags = {{1}}.\n"
            "Events are JSON: use text (for times, too), finite numbers, booleans, None, lists "
            "and dicts.",
        ),
    ],
    ids=itertools.count(),
)
def test_what_no_flow_can_be_made_of(
    flow: MakeFlow, login: Login, use: Callable[[Any, Any, Any], Any], text: str
) -> None:
    a = login("", name="a")
    b = login(
        "api.authentication.setUserById('auth0|1');",
        name="b",
        handlers=("onExecuteCustomTokenExchange",),
    )
    assert text_of(lambda: use(flow, a, b)) == text.format(a=a, b=b)


@pytest.mark.parametrize("most", [4])
def test_a_reset_has_four_actions_at_most(flow: MakeFlow, login: Login, most: int) -> None:
    action = login("", handlers=("onExecutePostChallenge",))
    assert flow(*[action] * most).run().status == "completed"
    assert text_of(lambda: flow(*[action] * (most + 1))) == (
        "[A506] Auth0 runs at most 4 Actions of password-reset-post-challenge.\n"
        f"Given: {', '.join([repr(action)] * 5)}.\n"
        "Pass those that run in one transaction."
    )


@pytest.mark.parametrize(
    ("status", "use", "text"),
    [
        (
            "redirected",
            lambda transaction: transaction.resume("plan=gold"),
            "[A508] query must be a mapping of names to values.\nGiven: 'plan=gold'.\n"
            "Pass a dict, as in resume(query={'session_token': token}).",
        ),
        (
            "redirected",
            lambda transaction: transaction.resume(body=[("plan", "gold")]),
            "[A508] body must be a mapping of names to values.\nGiven: [('plan', 'gold')].\n"
            "Pass a dict, as in resume(body={'session_token': token}).",
        ),
        (
            "redirected",
            lambda transaction: transaction.resume(secrets={"KEY": "k"}),
            "[A507] The Actions of a flow have secrets of their own, and none from the event.\n"
            "Given: secrets of the names KEY.\n"
            "Give them to each Action: load_action(..., secrets={...}), or for a tenant "
            "tenant.flow(trigger, secrets={'ACTION': {...}}).",
        ),
        (
            "redirected",
            lambda transaction: transaction.resume(user={"emial": "x"}),
            "[A204] event.user has no field 'emial'.\nGiven: user.emial.\n"
            "Did you mean event.user.email? If not, set it on the finished event: "
            'event["user"]["emial"] = VALUE.',
        ),
        (
            "redirected",
            lambda transaction: transaction.sign("gold", secret="s"),
            "[A508] payload must be a mapping of names to values.\nGiven: 'gold'.\n"
            "Pass a dict, as in sign({'plan': 'gold'}, secret=...).",
        ),
        (
            "redirected",
            lambda transaction: transaction.sign({"at": {1}}, secret="s"),
            "[A512] The payload of a token holds something that JSON cannot represent.\n"
            "Given: payload.at = {1}.\n"
            "Use text, finite numbers, booleans, None, lists and dicts.",
        ),
        (
            "redirected",
            lambda transaction: transaction.sign({}, secret=None),
            "[A511] The secret that signs a token must be text.\nGiven: secret=None.\n"
            "Pass the secret that the Action checks it with, as in "
            "sign({...}, secret='the same as in secrets={...}').",
        ),
        (
            "redirected",
            lambda transaction: transaction.sign({}, secret=""),
            "[A511] The secret that signs a token must be text.\nGiven: secret=''.\n"
            "Pass the secret that the Action checks it with, as in "
            "sign({...}, secret='the same as in secrets={...}').",
        ),
        (
            "prompted",
            lambda transaction: transaction.submit("yes"),
            "[A508] fields must be a mapping of names to values.\nGiven: 'yes'.\n"
            "Pass a dict, as in submit(fields={'consent': True}).",
        ),
        (
            "prompted",
            lambda transaction: transaction.submit({"at": {1}}),
            "[A416] The event holds something that can't be sent to an Action.\n"
            "Given: event.prompt.fields.at = {1}.\n"
            "Events are JSON: use text (for times, too), finite numbers, booleans, None, lists "
            "and dicts.",
        ),
        (
            "challenged",
            lambda transaction: transaction.pass_challenge("phone"),
            "[A516] The user is not offered that factor.\nGiven: pass_challenge('phone').\n"
            "Pass one of 'otp', 'email'. Another one is offered if the Action asks for it, and the "
            "user has enrolled it: run(user={'enrolledFactors': [{'type': 'phone'}]}).",
        ),
        (
            "challenged",
            lambda transaction: transaction.pass_challenge(["otp"]),
            "[A516] The user is not offered that factor.\nGiven: pass_challenge(['otp']).\n"
            "Pass one of 'otp', 'email'.",
        ),
    ],
)
def test_what_no_transaction_goes_on_with(
    flow: MakeFlow, login: Login, status: str, use: Callable[[Any], Any], text: str
) -> None:
    """What waited for the user still does."""
    waiting = flow(login(BODIES[status], "")).run()
    assert text_of(lambda: use(waiting)) == text
    go_on: dict[str, Callable[[], Transaction[Any]]] = {
        "redirected": lambda: waiting.resume({"none": UNDEFINED}),
        "prompted": waiting.submit,
        "challenged": waiting.pass_challenge,
    }
    assert go_on[status]().status == "completed"


def test_no_login_follows_a_registration(flow: MakeFlow, login: Login) -> None:
    signup = login("", name="signup", handlers=("onExecutePreUserRegistration",))
    assert text_of(lambda: flow(signup).then(login(""))) == (
        "[A501] No login follows the Actions of pre-user-registration in one transaction.\n"
        "Given: Flow(signup).then(...).\n"
        "Test the login in a flow of its own. then() is for a flow of custom-token-exchange or "
        "post-credential-validation."
    )


def test_a_factor_is_offered_as_the_advice_says(flow: MakeFlow, login: Login) -> None:
    asks = login("api.authentication.challengeWithAny([{ type: 'otp' }, { type: 'phone' }]);")
    asked = flow(asks).run(user={"enrolledFactors": [{"type": "otp"}]})
    assert "{'type': 'phone'}" in text_of(lambda: asked.pass_challenge("phone"))
    asked = flow(asks).run(user={"enrolledFactors": [{"type": "phone"}]})
    assert asked.pass_challenge("phone").status == "completed"


def test_a_factor_to_enroll_has_no_enrolled_one(flow: MakeFlow, login: Login) -> None:
    asked = flow(login("api.authentication.enrollWith({ type: 'otp' });")).run()
    assert text_of(lambda: asked.pass_challenge("phone")).endswith("\nPass one of 'otp'.")


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (
            "run.denied",
            "A run has no 'denied'. Did you mean outcome.denied?",
        ),
        (
            "run.claims",
            "A run has no 'claims'. Did you mean outcome.id_token.claims or "
            "outcome.access_token.claims?",
        ),
        (
            "run.resume",
            "A run has no 'resume'. A transaction has one: flow(action).run().resume, with the "
            "fixture flow.",
        ),
        ("run.request", "A run has no 'request'. Did you mean 'requests'?"),
        ("run.xyz", "A run has no 'xyz'."),
        (
            "action.sign",
            "An Action has no 'sign'. A transaction has one: flow(action).run().sign, with the "
            "fixture flow.",
        ),
        ("action.outcome", "An Action has no 'outcome'. A run has one: action.run().outcome"),
        ("action.resum", "An Action has no 'resum'. Did you mean 'resume'?"),
        ("done.logs", "A transaction has no 'logs'. Did you mean executions[-1].logs?"),
        ("done.denied", "A transaction has no 'denied'. Did you mean outcome.denied?"),
        ("done.statuss", "A transaction has no 'statuss'. Did you mean 'status'?"),
        (
            "done.challenged",
            "A transaction has no 'challenged'. Did you mean status == 'challenged', and then "
            "pass_challenge() or fail_challenge()?",
        ),
        (
            "done.completed",
            "A transaction has no 'completed'. Did you mean status == 'completed'?",
        ),
    ],
)
def test_a_name_that_is_elsewhere(
    load_action: LoadAction, flow: MakeFlow, write_action: WriteAction, asked: str, message: str
) -> None:
    path = write_action("exports.onExecutePostLogin = async () => {};\n")
    action = load_action(path)
    owners: dict[str, Any] = {"action": action, "run": action.run(), "done": flow(action).run()}
    owner, name = asked.split(".")
    with pytest.raises(AttributeError) as caught:
        getattr(owners[owner], name)
    assert str(caught.value) == f"[A225] {message}"
    assert not hasattr(owners[owner], f"_{name}")
