"""Files that export no handler: which trigger is meant, and what was before Actions."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_auth0_actions import ActionError, ActionLoadError, LoadAction
from pytest_auth0_actions.auth0.handlers import HANDLERS_OF
from tests.conftest import WriteAction

HANDLER = "exports.handler = async (event, api) => {{ {} }};"
DENIES = "api.access.deny('no');"


def error_of(load_action: LoadAction, path: Any, **arguments: Any) -> ActionLoadError:
    with pytest.raises(ActionLoadError) as caught:
        load_action(path, **arguments).run()
    return caught.value


@pytest.mark.parametrize(
    ("name", "source", "handler"),
    [
        ("post-login/code.js", HANDLER.format(""), "onExecutePostLogin"),
        ("actions/post_login/denies/code.js", HANDLER.format(""), "onExecutePostLogin"),
        ("PostChangePassword.js", HANDLER.format(""), "onExecutePostChangePassword"),
        ("send phone message/index.js", HANDLER.format(""), "onExecuteSendPhoneMessage"),
        ("code.js", "exports.onLogin = async () => {};", "onExecutePostLogin"),
        ("code.js", "exports.onRegistration = async () => {};", None),  # pre or post
        ("code.js", "exports.onEvent = async () => {};", None),
        ("code.js", HANDLER.format("api.idToken.setCustomClaim('a', 1);"), "onExecutePostLogin"),
        ("code.js", HANDLER.format("api.notification.drop(event.message_type);"), None),
        (
            "code.js",
            HANDLER.format("if (event.accessToken.scope.length) " + DENIES),
            "onExecuteCredentialsExchange",
        ),
        ("code.js", HANDLER.format(DENIES), None),
        ("code.js", HANDLER.format(DENIES + " event.nobody.has;"), None),
        ("code.js", "", None),
    ],
)
def test_the_handler_of_the_trigger_that_a_file_shows(
    load_action: LoadAction, write_action: WriteAction, name: str, source: str, handler: str | None
) -> None:
    path = write_action(source, name)
    error = error_of(load_action, path)
    if handler is None:
        names = ", ".join(each[0] for each in HANDLERS_OF.values())
        assert error.what_happened == "[A302] The Action exports no handler."
        assert error.what_to_do == (
            "Export the handler of its trigger, such as exports.onExecutePostLogin = async (event, "
            f"api) => {{ ... }} for post-login. The handlers are {names}."
        )
    else:
        assert error.what_happened == f"[A302] The Action exports no {handler}."
        assert error.what_to_do.startswith(f"Export the handler: exports.{handler} = async ")
    # What is advised works.
    followed = write_action(f"exports.{handler or 'onExecutePostLogin'} = async () => {{}};", name)
    load_action(followed).run()


@pytest.mark.parametrize("name", ["code.js", "post-change-password/code.js"])
def test_a_trigger_that_is_named_goes_before_what_a_file_shows(
    load_action: LoadAction, write_action: WriteAction, name: str
) -> None:
    path = write_action(HANDLER.format(""), name)
    error = error_of(load_action, path, trigger="post-login")
    assert error.what_to_do == (
        "Export the handler: exports.onExecutePostLogin = async (event, api) => { ... } "
        "If that is handler, rename it to onExecutePostLogin."
    )


@pytest.mark.auth0(trigger="pre-user-registration")
def test_so_does_the_trigger_of_the_test(
    load_action: LoadAction, write_action: WriteAction
) -> None:
    error = error_of(load_action, write_action(HANDLER.format(""), "post-login/code.js"))
    assert error.what_happened == "[A302] The Action exports no onExecutePreUserRegistration."


NO_CALLBACK = "An Action has no callback: it returns, or calls api.access.deny('why') first."
RULE = "function {}(user, context, callback) {{\n  callback(null, user, context);\n}}\n"


@pytest.mark.parametrize("trigger", [None, "post-login"])
@pytest.mark.parametrize(
    ("source", "kind", "shown", "handler"),
    [
        (RULE.format(""), "Rule", "user, context, callback", "onExecutePostLogin"),
        (RULE.format("addRoles"), "Rule", "user, context, callback", "onExecutePostLogin"),
        ("exports.f = " + RULE.format(""), "Rule", "user, context, callback", "onExecutePostLogin"),
        ("async " + RULE.format("f"), "Rule", "user, context, callback", "onExecutePostLogin"),
        ("(user, context, callback) => {}", "Rule", "user, context, callback", "onExecutePost"),
        (
            "/* old */\nmodule.exports = function (user, context, cb) { cb(null, {}); };",
            "Hook",
            "user, context, cb",
            "onExecutePreUserRegistration, onExecutePostUserRegistration or ",
        ),
        (
            "module.exports = function(client, scope, audience, context, cb) { cb(); };",
            "Hook",
            "client, scope, audience, context, cb",
            "onExecuteCredentialsExchange",
        ),
        (
            "module.exports = async (recipient, text, context, cb) => {};",
            "Hook",
            "recipient, text, context, cb",
            "onExecuteSendPhoneMessage",
        ),
    ],
)
def test_a_rule_or_a_hook_is_known_for_one(
    load_action: LoadAction,
    write_action: WriteAction,
    source: str,
    kind: str,
    shown: str,
    handler: str,
    trigger: str | None,
) -> None:
    path = write_action(source)
    error = error_of(load_action, path, trigger=trigger)
    assert error.what_happened == f"[A302] The Action exports no handler: the file is a {kind}."
    assert error.what_was_given == f"Given: {path}, with a function of ({shown})."
    assert f"Auth0 runs Actions in place of {kind}s. Make it one: export {handler}" in str(error)


@pytest.mark.parametrize(
    "source",
    [
        f"{RULE.format('old')}exports.onExecutePostLogin = async () => console.log('new');",
        f"/*\n{RULE.format('')}*/\nexports.onExecutePostLogin = async () => console.log('new');",
        "exports.onExecutePostLogin = async (event, api) => {\n"
        "  const old = function (user, context, callback) { callback(); };\n"
        "  old({}, {}, () => console.log('new'));\n};",
    ],
)
@pytest.mark.parametrize("trigger", [None, "post-login"])
def test_an_action_that_has_such_a_function_too_is_none(
    load_action: LoadAction, write_action: WriteAction, source: str, trigger: Any
) -> None:
    assert load_action(write_action(source), trigger=trigger).run().logs == "new\n"


@pytest.mark.parametrize(
    "source",
    [
        f"exports.onExecutePostLogin = {RULE.format('')}",
        f"{RULE.format('rule')}exports.onExecutePostLogin = rule;",
    ],
)
def test_a_rule_that_is_exported_as_a_handler(
    load_action: LoadAction, write_action: WriteAction, source: str
) -> None:
    """To write async before it would not do."""
    error = error_of(load_action, write_action(source))
    assert error.what_happened == "[A301] The Action's handler is not an async function."
    assert error.what_to_do == (
        "Auth0 calls async functions only; write exports.onExecutePostLogin = async (event, api) "
        "=> { ... }\n"
        "A function of (user, context, callback) was a Rule. What the function was given is in "
        "the event, and what it gave to the callback is a call of the api, such as api.access.deny."
    )


@pytest.mark.parametrize(
    ("body", "advice"),
    [
        ("user.email;", "An Action has event.user for the user of a Rule."),
        ("context.idToken;", "An Action has event for the context of a Rule."),
        (
            "const f = () => configuration.KEY; f();",
            "An Action has event.secrets for the configuration of a Rule.",
        ),
        (
            "throw new UnauthorizedError('no');",
            "An Action calls api.access.deny('why') where a Rule gave its callback an "
            "UnauthorizedError.",
        ),
        ("return callback(null, event.user, event);", NO_CALLBACK),
    ],
)
@pytest.mark.parametrize("parameters", ["event, api", "event, api, callback"])
def test_what_is_left_of_a_rule(
    load_action: LoadAction, write_action: WriteAction, parameters: str, body: str, advice: str
) -> None:
    source = f"exports.onExecutePostLogin = async ({parameters}) => {{ {body} }};"
    with pytest.raises(ActionError) as caught:
        load_action(write_action(source)).run()
    assert caught.value.what_to_do == f"{advice}\nLook there."


@pytest.mark.parametrize(
    "source",
    [
        "exports.onExecutePostLogin = async () => { other; };",
        # A parameter of a function of its own.
        "const later = (callback) => callback();\n"
        "exports.onExecutePostLogin = async () => later();",
        # No Rule ran there.
        "exports.onExecuteCredentialsExchange = async () => { user; };",
    ],
)
def test_what_is_not_of_a_rule(
    load_action: LoadAction, write_action: WriteAction, source: str
) -> None:
    with pytest.raises(ActionError) as caught:
        load_action(write_action(source)).run()
    assert caught.value.what_to_do == "Look there."


def test_a_rule_in_a_comment_is_none(load_action: LoadAction, write_action: WriteAction) -> None:
    error = error_of(load_action, write_action(f"/*\n{RULE.format('')}*/\n"))
    assert error.what_happened == "[A302] The Action exports no handler."
