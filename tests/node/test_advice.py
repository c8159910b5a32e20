"""What an error advises helps, and does not lead to a test that is green for a wrong reason."""

from __future__ import annotations

import pytest

from pytest_auth0_actions import ActionError, ActionLoadError, ActionTimeoutError, LoadAction
from tests.conftest import WriteAction

EXPECT_IT = "with pytest.raises(ActionError)"


def login(body: str) -> str:
    return f"exports.onExecutePostLogin = async (event, api) => {{ {body} }};"


@pytest.mark.parametrize(
    "body",
    [
        "callback(null);",
        "event.user.email.trimm();",
        "const n = 1; n = 2;",
        "const [a] = 5;",
        "later(); let later = () => {};",
        "new (() => {})();",
        "({}).a.b;",
    ],
)
@pytest.mark.filterwarnings("ignore::pytest_auth0_actions.Auth0ActionsWarning")
def test_no_test_is_told_to_expect_a_mistake(
    load_action: LoadAction, write_action: WriteAction, body: str
) -> None:
    with pytest.raises(ActionError) as caught:
        load_action(write_action(login(body))).run()
    assert EXPECT_IT not in str(caught.value)
    assert caught.value.what_to_do.endswith("Look there.")


@pytest.mark.parametrize(
    "body",
    [
        "throw new Error('no plan');",
        "throw new TypeError('the plan must be text');",
        "await Promise.reject(new RangeError('too many'));",
        "throw Object.assign(new Error('x is not a function'), {});",
    ],
)
def test_what_an_action_throws_by_itself_may_be_expected(
    load_action: LoadAction, write_action: WriteAction, body: str
) -> None:
    with pytest.raises(ActionError) as caught:
        load_action(write_action(login(body))).run()
    assert EXPECT_IT in caught.value.what_to_do


@pytest.mark.filterwarnings("ignore::pytest_auth0_actions.MissingMemberWarning")
@pytest.mark.parametrize(
    ("body", "meant"),
    [
        ("api.idToken.setClaim('a', 1);", "Did you mean api.idToken.setCustomClaim?"),
        ("api.id_token.setCustomClaim('a', 1);", "Did you mean api.idToken?"),
    ],
)
def test_a_member_that_is_not_there_is_named_in_the_error(
    load_action: LoadAction, write_action: WriteAction, body: str, meant: str
) -> None:
    with pytest.raises(ActionError) as caught:
        load_action(write_action(login(body))).run()
    assert caught.value.what_to_do.startswith("[A736] The Action used api.")
    assert meant in caught.value.what_to_do


@pytest.mark.filterwarnings("ignore::pytest_auth0_actions.MissingSecretWarning")
def test_a_misspelled_secret_is_not_to_be_given(
    load_action: LoadAction, write_action: WriteAction
) -> None:
    action = load_action(
        write_action(login("event.secrets.API_KYE.trim();")), secrets={"API_KEY": "k"}
    )
    with pytest.raises(ActionError) as caught:
        action.run()
    assert caught.value.what_to_do == (
        "event.secrets.API_KYE is not in the event of this run. Did you mean "
        "event.secrets.API_KEY?\nLook there."
    )


@pytest.mark.parametrize(
    "source",
    [
        "async (api, event) => { api.idToken.setCustomClaim('a', 1); };",
        "async ({ user, api }) => { api.access.deny(user.name); };",
        "async ({ event }) => { event.user.email; };",
    ],
)
def test_swapped_parameters_are_not_fields_to_be_set(
    load_action: LoadAction, write_action: WriteAction, source: str
) -> None:
    with pytest.raises(ActionError, match=r"A handler takes \(event, api\), in this order\."):
        load_action(write_action(f"exports.onExecutePostLogin = {source}")).run()


def test_a_part_that_no_event_of_the_trigger_has_is_not_to_be_set(
    load_action: LoadAction, write_action: WriteAction
) -> None:
    source = "exports.onExecuteCredentialsExchange = async (event) => { event.user.email; };"
    with pytest.raises(ActionError) as caught:
        load_action(write_action(source)).run()
    advice = caught.value.what_to_do
    assert "the event of credentials-exchange has no field 'user'. It has accessToken, " in advice
    assert "VALUE" not in advice


def test_a_package_of_almost_that_name_is_named_before_one_is_installed(
    load_action: LoadAction, write_action: WriteAction
) -> None:
    write_action("", "node_modules/axios/index.js")
    write_action("", "node_modules/@shop/kit/index.js")
    for name, meant in (("axois", "axios"), ("@shop/kitt", "@shop/kit")):
        path = write_action(f"require('{name}');{login('')}", "actions/code.js")
        with pytest.raises(ActionLoadError) as caught:
            load_action(path).run()
        assert caught.value.what_to_do == (
            f"Did you mean require('{meant}')? If not, run `npm install {name}` in the Action's "
            "folder or in one above it."
        )


def test_a_module_whose_prefix_is_missing_is_named(
    load_action: LoadAction, write_action: WriteAction
) -> None:
    module = write_action("exports.a = 1;", "crm.js")
    path = write_action(f"require('actions:crm'); require('crm');{login('')}")
    with pytest.raises(ActionLoadError, match=r"Did you mean require\('actions:crm'\)\?"):
        load_action(path, modules={"crm": module}).run()


def test_auth0s_own_limit_is_not_to_be_raised(
    load_action: LoadAction, write_action: WriteAction
) -> None:
    path = write_action(login("await new Promise((done) => setTimeout(done, 25_000));"))
    with pytest.raises(ActionTimeoutError) as caught:
        load_action(path).run()
    assert caught.value.what_to_do == "Give what it waits for a shorter time-out."
    with pytest.raises(ActionTimeoutError, match="or pass load_action"):
        load_action(path, time_limit_s=5).run()
