"""Exports that are called almost like handlers, and helpers, which are not."""

from __future__ import annotations

import pytest

from pytest_auth0_actions.project.near_handlers import near_handlers

LOGIN = "exports.onExecutePostLogin = async (event, api) => {};\n"
BOTH = f"{LOGIN}exports.onContinuePostLogin = async (event, api) => {{}};\n"


@pytest.mark.parametrize(
    "name",
    [
        "onContinuePostlogin",
        "onContinuePostLogn",
        "onContinuePostLoginn",
        "onContniuePostLogin",
        "OnContinuePostLogin",
        "onContinuedPostLogin",
        "on_continue_post_login",
    ],
)
@pytest.mark.parametrize(
    "exported",
    [
        "exports.{} = async (event, api) => {{}};",
        "module.exports.{} = run;",
        "module.exports = {{ onExecutePostLogin, {} }};",
        "export const {} = async (event: Event) => {{}};",
        "export async function {}(event) {{}}",
    ],
)
def test_a_slip_in_the_name_of_a_handler(name: str, exported: str) -> None:
    source = f"{LOGIN}{exported.format(name)}"
    found = [(each.name, each.line, like) for each, like in near_handlers(source, "post-login")]
    assert found == [(name, 2, "onContinuePostLogin")]


def test_a_slip_in_the_name_of_a_handler_to_begin_with() -> None:
    source = "exports.onExecuteCredentialExchange = async () => {};"
    [(_, like)] = near_handlers(source, "credentials-exchange")
    assert like == "onExecuteCredentialsExchange"


@pytest.mark.parametrize(
    "source",
    [
        LOGIN,
        BOTH,
        # Helpers, which tests of their own call.
        *(
            f"{LOGIN}exports.{name} = () => true;"
            for name in (
                "isAdmin",
                "onExecutePostLoginHelper",
                "_onExecutePostLogin",
                "onExecutePostLogin2",
                "executePostLogin",
                "continuePostLogin",
                "_onContinuePostLogin",
                "onContinue",
                "onContinueEnrollment",
                "onPostLogin",
                "onboardPostLoginUser",
                "onContinuePostLoginImpl",
            )
        ),
        f"{BOTH}exports.onContinuePostLogIn = () => true;",  # the handler is there
        f"{LOGIN}exports.onContinuePreUserRegistration = f;",  # a handler of Auth0's
        f"{LOGIN}const onContinuePostlogin = f;",  # not exported
        f"{LOGIN}// exports.onContinuePostlogin = f;",
        f"{LOGIN}it.exports(onContinuePostlogin);",
        f"{LOGIN}exports.onContinuePostlogin = `",  # can't be parsed
    ],
)
def test_what_is_no_slip(source: str) -> None:
    assert list(near_handlers(source, "post-login")) == []


@pytest.mark.parametrize("trigger", ["credentials-exchange", "login-post-identifier", "unknown"])
def test_a_trigger_without_such_a_handler(trigger: str) -> None:
    assert list(near_handlers("exports.onContinuePostlogin = f;", trigger)) == []
