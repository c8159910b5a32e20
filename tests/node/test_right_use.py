"""What looks like a mistake of an Action, and is none: a warning would be an error here."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_auth0_actions import UNDEFINED, ChangedEventWarning, LoadAction, PrintedSecretWarning
from tests.conftest import WriteAction
from tests.node.conftest import Login

ROLES = {"authorization": {"roles": ["viewer", "admin", "viewer"]}}
METHODS = {"authentication": {"methods": [{"name": "pwd"}, {"name": "mfa"}]}}
NO_METADATA = {"user": {"app_metadata": UNDEFINED}}
NULL_METADATA = {"user": {"user_metadata": None}}


@pytest.mark.parametrize(
    ("changes", "event"),
    [
        ("event.authorization.roles.sort();", ROLES),
        ("event.authentication.methods.reverse();", METHODS),
        ("event.user.app_metadata = event.user.app_metadata || {};", NO_METADATA),
        ("event.user.user_metadata ??= {};", NULL_METADATA),
        ("event.user.app_metadata.groups ||= [];", {}),
    ],
)
@pytest.mark.filterwarnings("error:.A732")
def test_an_event_that_says_the_same_afterwards(
    login: Login, changes: str, event: dict[str, Any]
) -> None:
    login(changes).run(**event)


@pytest.mark.parametrize(
    ("changes", "event"),
    [
        ("event.authorization.roles.push('owner');", ROLES),
        ("event.authorization.roles[0] = 'owner';", ROLES),
        ("event.authorization.roles[1] = 'viewer';", ROLES),
        ("event.authentication.methods.sort()[0].name = 'otp';", METHODS),
        ("event.user.app_metadata = { plan: 'gold' };", NO_METADATA),
        ("event.user.user_metadata = {};", {"user": {"user_metadata": {"plan": "gold"}}}),
        ("event.user.app_metadata.count = 0;", {}),
    ],
)
def test_an_event_that_says_something_else(
    login: Login, changes: str, event: dict[str, Any]
) -> None:
    with pytest.warns(ChangedEventWarning, match="A732"):
        login(changes).run(**event)


SECRETS = {"CLIENT_ID": "Vx81kQn20aLw77", "KEY": "k3y-of-2025-x"}
CLIENT: dict[str, Any] = {"client": {"client_id": "Vx81kQn20aLw77"}}


@pytest.mark.parametrize(
    ("prints", "event"),
    [
        ("console.log('client', event.client.client_id);", CLIENT),
        (
            "console.log(event.request.query.redirect_uri);",
            {"request": {"query": {"redirect_uri": "https://a.test/?of=Vx81kQn20aLw77"}}},
        ),
        ("console.log(event.user);", {"user": {"app_metadata": {"ids": ["Vx81kQn20aLw77"]}}}),
        ("console.log(event.user);", {"user": {"app_metadata": {"Vx81kQn20aLw77": True}}}),
    ],
)
def test_the_value_of_a_secret_that_the_event_has_too(
    login: Login, prints: str, event: dict[str, Any]
) -> None:
    login(prints, secrets=SECRETS).run(**event)


def test_the_other_secrets_are_secret(login: Login) -> None:
    prints = "console.log(event.client.client_id, event.secrets.KEY);"
    with pytest.warns(PrintedSecretWarning) as caught:
        login(prints, secrets=SECRETS).run(**CLIENT)
    [warning] = caught
    assert "the secret KEY with console" in str(warning.message)


def test_what_an_action_puts_into_its_event_was_not_there(login: Login) -> None:
    body = "api.transaction.setMetadata('k', event.secrets.KEY);\nconsole.log(event.secrets.KEY);"
    with pytest.warns(PrintedSecretWarning, match="the secret KEY"):
        login(body, secrets=SECRETS).run()


def test_a_secret_of_a_module_that_the_event_has_too(
    load_action: LoadAction, write_action: WriteAction
) -> None:
    module = write_action("exports.show = () => console.log(actions.secrets.CLIENT_ID);", "m.js")
    source = "exports.onExecutePostLogin = async () => { require('actions:m').show(); };"
    action = load_action(write_action(source), modules={"m": (module, SECRETS)})
    action.run(**CLIENT)
    with pytest.warns(PrintedSecretWarning, match="the secret CLIENT_ID"):
        action.run()
