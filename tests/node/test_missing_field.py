"""A TypeError for want of a field of the event: the failure says which one, and how it is given."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_auth0_actions import ActionError, LoadAction
from tests.conftest import WriteAction

NOT_THERE = "event.user.nope is not in the event of this run. Give it, as by action.run("
READS_X = (
    f"{NOT_THERE}user={{'nope': {{'x': ...}}}}); if it may be absent, read event.user.nope?.x."
)

# What throws, and the lines of the failure's advice before its last.
BODIES = {
    "a property": ("event.user.nope.x;", READS_X),
    "a property of a property": ("event.user.nope.x.y;", READS_X),
    "in brackets": ("event['user'].nope['x'];", READS_X),
    "over several lines": ("console.log(event\n  .user\n  .nope\n  .x);", READS_X),
    "a call": ("await event.user.nope.x();", READS_X),
    "an assignment": ("event.user.nope.x = 1;", READS_X),
    "behind an optional one": ("event.user?.nope.x;", READS_X),
    "of a variable": ("const user = event.user;\nuser.nope.x;", READS_X),
    "of a variable of a variable": ("const e = event; const u = e.user;\nu.nope.x;", READS_X),
    "taken apart": ("const { user } = event;\nuser.nope.x;", READS_X),
    "taken apart, renamed": ("const { a, user: person = null } = event;\nperson.nope.x;", READS_X),
    "taken apart itself": ("const { x } = event.user.nope;", READS_X),
    "a list": (
        "for (const role of event.user.nope) role;",
        f"{NOT_THERE}user={{'nope': [...]}}).",
    ),
    "a list, spread": ("[...event.user.nope];", f"{NOT_THERE}user={{'nope': [...]}})."),
    "a list, taken apart": (
        "const [first] = event.user.nope;",
        f"{NOT_THERE}user={{'nope': [...]}}).",
    ),
    "in a list": (
        "event.transaction.prompt[7].length;",
        "event.transaction.prompt[7] is not in the event of this run. Give it, as by "
        "action.run(transaction={'prompt': ['...']}); if it may be absent, read "
        "event.transaction.prompt[7]?.length.",
    ),
    "a list by a number": (
        "event.user.nope[0];",
        f"{NOT_THERE}user={{'nope': [...]}}); if it may be absent, read event.user.nope?.[0].",
    ),
    "a documented object": (
        "event.organization.name;",
        "event.organization is not in the event of this run. Auth0 gives none: the event of "
        "post-user-registration has no field 'organization'. It has ",
    ),
    "metadata": (
        "event.user.app_metadata.plan.tier;",
        "event.user.app_metadata.plan is not in the event of this run. Give it, as by "
        "action.run(user={'app_metadata': {'plan': {'tier': ...}}}); if it may be absent, read "
        "event.user.app_metadata.plan?.tier.",
    ),
    "a slip": (
        "event.user.emial.length;",
        "event.user.emial is not in the event of this run. Auth0 gives none: event.user has no "
        "field 'emial'. Did you mean event.user.email? If not, set it on the finished event: "
        'event["user"]["emial"] = VALUE.',
    ),
    "a secret": (
        "event.secrets?.KEY.length;",
        "event.secrets.KEY is not in the event of this run. Give it: load_action(..., "
        "secrets={'KEY': '...'}).",
    ),
    "null": (
        "event.user.app_metadata.none.x;",
        "event.user.app_metadata.none is null in the event of this run. Give it, as by "
        "action.run(user={'app_metadata': {'none': {'x': ...}}}); if it may be absent, read "
        "event.user.app_metadata.none?.x.",
    ),
}
LAST = "Look there."
EXPECTED = (
    "Look there; if the test means it to throw, wrap the run in `with pytest.raises(ActionError):`,"
    " and add `from pytest_auth0_actions import ActionError`."
)


def advice(load_action: LoadAction, path: Any, **overrides: Any) -> list[str]:
    with pytest.raises(ActionError) as caught:
        load_action(path).run(**overrides)
    assert caught.value.name == "TypeError"
    return caught.value.what_to_do.splitlines()


NO_KEY = (
    "[A734] The Action read event.secrets.KEY, which the test did not give. Give it: "
    "load_action(..., secrets={'KEY': '...'}). If it may be absent, check `'KEY' in "
    "event.secrets`, or mark the test: @pytest.mark.filterwarnings('ignore:.A734')."
)
SECRETS = {
    "a call": "event.secrets.KEY.trim();",
    "a variable": "const key = event.secrets.KEY;\nkey.trim();",
    "taken apart": "const { KEY } = event.secrets;\nKEY.trim();",
    "taken apart twice": "const { secrets: { KEY } } = event;\nKEY.trim();",
    "an argument": "Buffer.from(event.secrets.KEY, 'base64');",
    "a key": "require('crypto').createHmac('sha256', event.secrets.KEY);",
    "a url": "new URL('/users', event.secrets.KEY);",
    "JSON": "JSON.parse(event.secrets.KEY);",
    "in a function": "const trim = (key) => key.trim();\ntrim(event.secrets.KEY);",
    "an error of the Action's own": "if (!event.secrets.KEY) throw new Error('no key');",
}


@pytest.mark.filterwarnings("ignore::pytest_auth0_actions.MissingSecretWarning")
@pytest.mark.parametrize("kind", SECRETS)
def test_the_secret_that_the_action_lacks_is_named(
    load_action: LoadAction, write_handler: WriteAction, kind: str
) -> None:
    with pytest.raises(ActionError) as caught:
        load_action(write_handler(SECRETS[kind])).run()
    [told, last] = caught.value.what_to_do.splitlines()
    assert told in {NO_KEY, BODIES["a secret"][1]}
    assert last in {LAST, EXPECTED}


@pytest.mark.filterwarnings("ignore::pytest_auth0_actions.MissingSecretWarning")
def test_no_more_than_three_secrets_are_named(
    load_action: LoadAction, write_handler: WriteAction
) -> None:
    body = "const { A, B, C, D } = event.secrets; event.secrets.A; throw new Error(A ?? B);"
    with pytest.raises(ActionError) as caught:
        load_action(write_handler(body)).run()
    [*told, last] = caught.value.what_to_do.splitlines()
    assert told == [NO_KEY.replace("KEY", name) for name in "ABC"]
    assert last == EXPECTED


@pytest.mark.filterwarnings("ignore::pytest_auth0_actions.MissingSecretWarning")
def test_the_secret_that_a_module_lacks_is_named(
    load_action: LoadAction, write_action: WriteAction, write_handler: WriteAction
) -> None:
    module = write_action("exports.key = () => actions.secrets.KEY.trim();", "lib.js")
    path = write_handler("require('actions:lib').key();")
    with pytest.raises(ActionError) as caught:
        load_action(path, modules={"lib": module}).run()
    assert caught.value.what_to_do.splitlines() == [
        "[A734] The Action read actions.secrets.KEY, which the test did not give. Give it: "
        "load_action(..., modules={'name': ('path/to/file.js', {'KEY': '...'})}).",
        LAST,
    ]


def test_nothing_is_said_of_secrets_that_are_there(
    load_action: LoadAction, write_handler: WriteAction
) -> None:
    path = write_handler("if ('NO' in event.secrets || event.secrets.KEY) throw new Error('x');")
    with pytest.raises(ActionError) as caught:
        load_action(path, secrets={"KEY": "k"}).run()
    assert caught.value.what_to_do == EXPECTED


def test_the_advice_on_a_secret_works_when_it_is_followed(
    load_action: LoadAction, write_handler: WriteAction
) -> None:
    for body in SECRETS.values():
        given = "https://a.example" if "URL" in body else '"k"'
        load_action(write_handler(body), secrets={"KEY": given}).run()


@pytest.mark.filterwarnings("ignore::pytest_auth0_actions.Auth0ActionsWarning")
@pytest.mark.parametrize("kind", BODIES)
def test_the_field_that_the_event_lacks_is_named(
    load_action: LoadAction, write_handler: WriteAction, kind: str
) -> None:
    body, expected = BODIES[kind]
    overrides = {"user": {"app_metadata": {"none": None}}}
    [told, last] = advice(load_action, write_handler(body), **overrides)
    assert told[: len(expected)] == expected if expected.endswith(" has ") else told == expected
    assert last == LAST


@pytest.mark.parametrize(
    "body",
    [
        "const other = {}; other.user.nope.x;",
        "const user = { ...event.user }; ({}).nope.x;",
        "undefined.x;",
        "null.x;",
        "(await (async () => {})()).user.x;",
        "event.user.email.nope.x;",
        "event.user.created_at();",
        "const list = [1]; list[3].x;",
        "api.cache.get('x').value.length;",
        "const nope = new Map().get(event.user); nope.x;",
        "throw new TypeError(\"Cannot read properties of undefined (reading 'x')\");",
    ],
)
def test_nothing_is_said_of_what_is_not_the_events(
    load_action: LoadAction, write_handler: WriteAction, body: str
) -> None:
    assert advice(load_action, write_handler(body)) == [LAST]


@pytest.mark.parametrize(
    "head",
    [
        "exports.onExecutePostUserRegistration = async (e) => { e.user.nope.x; };",
        "exports.onExecutePostUserRegistration = async e => { e.user.nope.x; };",
        "exports.onExecutePostUserRegistration = async function run(e, api) { e.user.nope.x; };",
        "exports.onExecutePostUserRegistration = async ({ user }) => { user.nope.x; };",
        "exports.onExecutePostUserRegistration = async ({ user: u }, api) => { u.nope.x; };",
        "const check = (event) => event.user.nope.x;\n"
        "exports.onExecutePostUserRegistration = async (event) => check(event);",
    ],
)
def test_the_event_may_have_any_name(
    load_action: LoadAction, write_action: WriteAction, head: str
) -> None:
    assert advice(load_action, write_action(head)) == [READS_X, LAST]


def test_in_a_file_that_the_action_requires(
    load_action: LoadAction, write_action: WriteAction
) -> None:
    write_action("module.exports = (event) => event.user.nope.x;", "lib.js")
    path = write_action(
        "const check = require('./lib');\n"
        "exports.onExecutePostUserRegistration = async (event) => check(event);"
    )
    assert advice(load_action, path) == [READS_X, LAST]


def test_the_advice_works_when_it_is_followed(
    load_action: LoadAction, write_handler: WriteAction
) -> None:
    action = load_action(write_handler("console.log(event.user.nope.x);"))
    assert action.run(user={"nope": {"x": 5}}).logs == "5\n"


def test_a_text_of_a_map_is_a_text(load_action: LoadAction, write_handler: WriteAction) -> None:
    action = load_action(write_handler("event.connection.metadata.plan.split(',');"))
    with pytest.raises(ActionError) as caught:
        action.run()
    assert caught.value.what_to_do.splitlines()[0] == (
        "event.connection.metadata.plan is not in the event of this run. Give it, as by "
        "action.run(connection={'metadata': {'plan': '...'}}); if it may be absent, read "
        "event.connection.metadata.plan?.split."
    )
    action.run(connection={"metadata": {"plan": "..."}})
