"""What a test gives to a run: the user's roles and groups, and a dict in the place of an event."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from pytest_auth0_actions import ActionError, Group, LoadAction, MakeFlow, Role, UsageError
from tests.conftest import WriteAction

ROLES = """
exports.onExecutePostLogin = async (event, api) => {
  const { roles } = await api.roles.getUserEffectiveRoles();
  console.log(JSON.stringify([event.authorization?.roles, roles.map((each) => each.name)]));
};
exports.onContinuePostLogin = exports.onExecutePostLogin;
"""


def refusal(use: Callable[[], object]) -> str:
    with pytest.raises(UsageError) as caught:
        use()
    return str(caught.value)


@pytest.mark.parametrize("roles", [["admin"], ["editor", "admin"], "admin", ("admin",)])
def test_roles_as_texts_are_those_of_the_event(
    load_action: LoadAction, flow: MakeFlow, write_action: WriteAction, roles: Any
) -> None:
    action: Any = load_action(write_action(ROLES))
    texts = [roles] if isinstance(roles, str) else [*roles]
    event = f"authorization={{'roles': {texts!r}}}"
    answers = f"roles=[Role(id='rol_1', name={texts[0]!r})]"
    expected = (
        f"[A227] roles must be a list of roles.\nGiven: roles={roles!r}.\n"
        f"For what the Action reads as event.authorization.roles, pass {event}. For api.roles, "
        f"pass {answers}, which is what api.roles answers, after `from pytest_auth0_actions import "
        "Role`."
    )
    for use in (action.run, action.resume, flow(action).run):
        assert refusal(partial(use, roles=roles)) == expected
    by_event = action.run(**eval(f"dict({event})"))
    assert json.loads(by_event.logs) == [texts, []]
    by_api = eval(f"dict({answers})", {"Role": Role})
    assert json.loads(action.run(**by_api).logs) == [[], texts[:1]]


@pytest.mark.parametrize(
    ("given", "advice"),
    [
        (
            {"groups": ["sales"]},
            "Pass groups=[Group(id='grp_1', name='sales')], which is what api.groups answers, "
            "after `from pytest_auth0_actions import Group`.",
        ),
        (
            {"groups": {"id": "grp_1"}},
            "Pass groups=[Group(id='grp_1', name='editor')], which is what api.groups answers, "
            "after `from pytest_auth0_actions import Group`.",
        ),
        ({"rules": "rul_1"}, "Pass rules=['rul_1'], which is what api.rules answers."),
        ({"rules": [7]}, "Pass rules=['rul_1'], which is what api.rules answers."),
        ({"rules": 7}, "Pass rules=['rul_1'], which is what api.rules answers."),
        (
            {"roles": [Role]},
            "Pass roles=[Role(id='rol_1', name='editor')], which is what api.roles answers, after "
            "`from pytest_auth0_actions import Role`.",
        ),
    ],
)
def test_answers_of_another_type(
    load_action: LoadAction, write_action: WriteAction, given: dict[str, Any], advice: str
) -> None:
    [[name, value]] = given.items()
    action: Any = load_action(write_action(ROLES))
    text = refusal(lambda: action.run(**given))
    assert text == (
        f"[A227] {name} must be a list of {'ids, as text' if name == 'rules' else name}.\n"
        f"Given: {name}={value!r}.\n{advice}"
    )


def test_where_the_event_has_no_roles_none_are_advised(
    load_action: LoadAction, write_handler: WriteAction
) -> None:
    action: Any = load_action(write_handler(""))
    assert "authorization" not in refusal(lambda: action.run(roles=["admin"]))


@pytest.mark.parametrize(
    "given",
    [
        {"roles": None, "groups": [], "rules": ()},
        {"roles": {Role(id="rol_1", name="a")}},
        {"roles": ({"name": "a"} for _ in range(1))},
        {"groups": (Group(id="grp_1", name="a"), {"id": "grp_2"}), "rules": {"rul_1"}},
    ],
)
def test_answers_of_any_kind_of_list(
    load_action: LoadAction, write_action: WriteAction, given: dict[str, Any]
) -> None:
    action: Any = load_action(write_action(ROLES))
    given_roles = bool(given.get("roles"))
    assert json.loads(action.run(**given).logs) == [[], ["a"] if given_roles else []]


ORGANIZATION = """
exports.onExecutePostLogin = async (event, api) => {
  if (event.connection.name === 'sms') console.log('sms');
  if (event.organization.metadata.plan === 'gold') console.log('gold');
};
exports.onContinuePostLogin = exports.onExecutePostLogin;
"""
LONG = {"user_metadata": {f"name_{number}": number for number in range(40)}}


def advised(use: Callable[[], object]) -> str:
    with pytest.raises(ActionError) as caught:
        use()
    return caught.value.what_to_do.splitlines()[0]


@pytest.mark.parametrize("method", ["run", "resume"])
@pytest.mark.parametrize(
    ("own", "call"),
    [
        ({}, "()"),
        ({"user": {"email": "a@example.com"}}, "(user={'email': 'a@example.com'})"),
        (
            {"connection": {"name": "sms"}},
            "(connection={'name': 'sms'}, organization={'metadata': ...})",
        ),
        (
            {"connection": {"name": "sms"}, "organization": {"id": "org_1"}},
            "(connection={'name': 'sms'}, organization={'id': 'org_1', 'metadata': {'plan': ...}})",
        ),
        ({"user": LONG}, "(**event)"),
        (
            {"user": LONG, "connection": {"name": "sms"}},
            "(**event, organization={'metadata': ...})",
        ),
    ],
)
def test_a_dict_is_advised_to_be_passed_by_its_fields(
    load_action: LoadAction, write_action: WriteAction, own: dict[str, Any], call: str, method: str
) -> None:
    """And the call that is advised goes further than the dict did."""
    action: Any = load_action(write_action(ORGANIZATION))
    advice = advised(lambda: getattr(action, method)(own))
    assert (
        " A dict is the whole event. Pass its fields by name, and the rest is as usual: " in advice
    )
    assert f" usual: action.{method}{call}; if it may be absent, read event." in advice
    followed = f"action.{method}{call}".replace("'metadata': ...", "'metadata': {'plan': 'gold'}")
    names = {"action": action, "event": own}
    if "organization" in call:
        assert "gold" in eval(followed.replace("{'plan': ...}", "{'plan': 'gold'}"), names).logs
    else:
        later = advised(lambda: eval(followed, names))
        assert later.startswith("event.organization is not in the event of this run. Give it, as ")


@pytest.mark.filterwarnings("ignore:.A744")
@pytest.mark.parametrize(
    "own",
    [
        {"usr": {}},  # which would be refused
        {"connection": {"name": "x"}, "organization": {"id": "x" * 300}},  # too long to be shown
    ],
)
def test_where_no_call_can_be_shown_it_says_what_is_different(
    load_action: LoadAction, write_action: WriteAction, own: dict[str, Any]
) -> None:
    action = load_action(write_action(ORGANIZATION))
    assert advised(lambda: action.run(own)).endswith(
        " What is passed by name is laid over a complete event; a dict is not."
    )


def test_a_dict_and_fields_by_name_become_fields(
    load_action: LoadAction, flow: MakeFlow, write_action: WriteAction
) -> None:
    action: Any = load_action(write_action(ORGANIZATION))
    own = {"user": {"email": "a@example.com"}}
    for use, called in (
        (action.run, "action.run"),
        (action.resume, "action.resume"),
        (flow(action).run, "flow(...).run"),
    ):
        assert refusal(partial(use, own, connection={"name": "sms"})) == (
            "[A414] A run takes an event, or fields to make one from, but not both.\n"
            "Given: an event, and connection.\n"
            f"Pass all fields by name, and the rest is as usual: {called}"
            "(user={'email': 'a@example.com'}, connection={'name': 'sms'})."
        )


def test_the_secrets_of_a_dict_are_masked_in_what_is_advised(
    load_action: LoadAction, write_action: WriteAction
) -> None:
    action = load_action(write_action(ORGANIZATION))
    own = {"secrets": {"API_KEY": "k3y-of-2025"}}
    text = refusal(lambda: action.run(own, stats={"logins_count": 1}))
    assert "action.run(secrets={'API_KEY': '***API_KEY***'}, stats={'logins_count': 1})" in text


def test_fields_that_would_be_refused_are_not_advised(
    load_action: LoadAction, write_action: WriteAction
) -> None:
    action = load_action(write_action(ORGANIZATION))
    nested: dict[str, Any] = {}
    nested["user"] = {"app_metadata": nested}
    owns: list[Any] = [{"usr": {}}, action.make_event(), nested]
    for own in owns:
        text = refusal(partial(action.run, own, connection={"name": "sms"}))
        assert text.endswith("\nPut them into make_event(...), or leave the event out.")
