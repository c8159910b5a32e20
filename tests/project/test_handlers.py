"""Which handlers an Action exports can be read from its source."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_auth0_actions import ActionLoadError, UsageError
from pytest_auth0_actions.auth0.triggers import HANDLERS
from pytest_auth0_actions.project.action_file import ActionFile
from pytest_auth0_actions.project.handlers import exported_handlers, trigger_of_action

LOGIN = "onExecutePostLogin"


@pytest.mark.parametrize(
    ("source", "handlers"),
    [
        (f"exports.{LOGIN} = async () => {{}};", [LOGIN]),
        (f"module.exports.{LOGIN} = async () => {{}};", [LOGIN]),
        (f"exports['{LOGIN}'] = async () => {{}};", [LOGIN]),
        (f"exports\n  .{LOGIN}\n  = async () => {{}};", [LOGIN]),
        (f"module.exports = {{ {LOGIN}: async () => {{}} }};", [LOGIN]),
        (f"async function {LOGIN}() {{}}\nmodule.exports = {{ {LOGIN} }};", [LOGIN]),
        (f"export const {LOGIN} = async () => {{}};", [LOGIN]),
        (f"__export(code_exports, {{ {LOGIN}: () => {LOGIN} }});", [LOGIN]),
        (f"exports.{LOGIN} = void 0;\nexports.{LOGIN} = async () => {{}};", [LOGIN]),
        (
            f"exports.{LOGIN} = f; exports.onContinuePostLogin = g;",
            [LOGIN, "onContinuePostLogin"],
        ),
        (f"// exports.{LOGIN} = f\nexports.onContinuePostLogin = g;", ["onContinuePostLogin"]),
        (f"/* exports.{LOGIN} =\n f */ exports.onContinuePostLogin = g;", ["onContinuePostLogin"]),
        (f"exports.onContinuePostLogin = () => see('{LOGIN}');", ["onContinuePostLogin"]),
        (f"const url = 'https://x.example'; exports.{LOGIN} = f;", [LOGIN]),
        ("exports.onExecutePostlogin = f;", []),
        ("exports.onceMore = f;", []),
        ("", []),
    ],
)
def test_what_a_source_exports(source: str, handlers: list[str]) -> None:
    assert [*exported_handlers(source, Path("code.js"), HANDLERS)] == handlers


def test_a_handler_may_stand_in_a_file_that_is_required(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib/index.js").write_text("module.exports = require('../handler');")
    (tmp_path / "handler.js").write_text(f"require('./lib'); exports.{LOGIN} = f;")
    source = "module.exports = require('./lib');"
    assert exported_handlers(source, tmp_path / "code.js", HANDLERS) == (LOGIN,)


def test_files_that_require_one_another_come_to_an_end(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("require('./b'); require('./gone'); require('./bytes');")
    (tmp_path / "b.js").write_text("require('./a');")
    (tmp_path / "bytes.js").write_bytes(b"\xff")
    assert exported_handlers("require('./a')", tmp_path / "code.js", HANDLERS) == ()


def action_file(source: str) -> ActionFile:
    return ActionFile("/shop/code.js", "code.js", source, {})


def test_the_trigger_that_is_named_goes_before_what_is_exported() -> None:
    file = action_file("exports.onExecutePostUserRegistration = f; exports.onExecutePostLogin = f;")
    trigger = trigger_of_action(file, "post-user-registration")
    assert trigger is not None
    assert trigger.id == "post-user-registration"


def test_handlers_of_several_triggers_are_an_error_that_lists_them() -> None:
    file = action_file("exports.onExecutePostUserRegistration = f; exports.onExecutePostLogin = f;")
    with pytest.raises(ActionLoadError) as caught:
        trigger_of_action(file, None)
    assert str(caught.value) == (
        "[A325] The Action exports handlers of several triggers.\n"
        "Given: code.js, which exports onExecutePostUserRegistration, onExecutePostLogin.\n"
        "Say which is meant: load_action(..., trigger='post-user-registration')."
    )


def test_the_handler_of_a_trigger_that_can_not_be_run_is_refused_with_the_reason() -> None:
    with pytest.raises(ActionLoadError) as caught:
        trigger_of_action(action_file("exports.onExecutePostIdentifier = f;"), None)
    assert str(caught.value) == (
        "[A326] The Action is for login-post-identifier, which can't be run.\n"
        "Given: code.js, which exports onExecutePostIdentifier.\n"
        "It is of limited release, and Auth0 has not published what its event and its api hold."
    )


@pytest.mark.parametrize("named", ["signup-post-identifier", "password-hash-migration"])
def test_a_trigger_that_can_not_be_run_is_refused_with_the_reason(named: str) -> None:
    with pytest.raises(UsageError) as caught:
        trigger_of_action(action_file(""), named)
    assert caught.value.what_happened == f"[A214] Actions of {named} can't be run."
    assert caught.value.what_to_do.startswith("It is of limited release, and Auth0 has ")
    assert "post-login" in caught.value.what_to_do


@pytest.mark.parametrize(
    ("named", "advice"),
    [
        ("post-user-registrations", "Did you mean 'post-user-registration'?"),
        ("x", "Use one of credentials-exchange, custom-email-provider"),
    ],
)
def test_a_trigger_that_is_none_names_the_nearest(named: str, advice: str) -> None:
    with pytest.raises(UsageError) as caught:
        trigger_of_action(action_file(""), named)
    assert str(caught.value).startswith(
        f"[A215] There is no such trigger.\nGiven: {named!r}.\n{advice}"
    )


@pytest.mark.parametrize(
    ("source", "trigger"),
    [
        ("exports.onExecutePostLogn = f;", "post-login"),
        ("exports.onexecutePostLogin = f;", "post-login"),
        ("module.exports = { onContinuePostLogins };", "post-login"),
        ("exports.onExecuteCredentialExchange = f;", "credentials-exchange"),
        ("exports.onExecutePasswordResetPostChallenge = f;", "password-reset-post-challenge"),
        ("exports.onExecutePostPasswordChange = f;", "post-change-password"),
        ("exports.onExecuteCustomEmailProviders = f;", "custom-email-provider"),
        ("exports.handler = f;", None),
        ("exports.onceMore = f;", None),
    ],
)
def test_a_misspelled_handler_counts_as_the_nearest(source: str, trigger: str | None) -> None:
    found = trigger_of_action(action_file(source), None)
    assert (None if found is None else found.id) == trigger


@pytest.mark.parametrize(
    "source",
    [
        "export const onExecutePostLogin = async (event: Event, api: PostLoginAPI) => {};",
        "export const onExecutePostLogin: Handler<Event> = async (event) => {};",
        "export async function onExecutePostLogin(event: Event): Promise<void> {}",
        "exports.onExecutePostLogin = async (event: Event, api: PostLoginAPI) => {};",
        "const onExecutePostLogin = async (event: Event) => {};\nexport { onExecutePostLogin };",
        "import { handler as onExecutePostLogin } from 'lib';\nexport { onExecutePostLogin };",
    ],
)
def test_handlers_in_typescript(source: str) -> None:
    trigger = trigger_of_action(action_file(source), None)
    assert trigger is not None
    assert trigger.id == "post-login"


@pytest.mark.parametrize(
    ("request_", "name"),
    [
        ("import { a } from './lib';", "lib.ts"),
        ("import './lib/login.js';", "lib/login.ts"),
        ("export * from './lib.cjs';", "lib.cts"),
        ("export * from './lib.mjs'", "lib.mts"),
        ("module.exports = require('./lib');", "lib/index.ts"),
        ("const lib = await import('./lib.ts');", "lib.ts"),
    ],
)
def test_handlers_in_a_file_of_typescript(tmp_path: Path, request_: str, name: str) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / name).write_text("export const onExecutePostLogin = async () => {};")
    path = tmp_path / "code.ts"
    trigger = trigger_of_action(ActionFile(str(path), "code.ts", request_, {}), None)
    assert trigger is not None
    assert trigger.id == "post-login"
