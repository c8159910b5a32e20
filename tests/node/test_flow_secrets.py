"""Each Action of a flow has its own secrets, and no other one sees them."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_auth0_actions import Action, LoadAction, MakeFlow
from tests.conftest import WriteAction

SOURCE = """
exports.onExecutePostLogin = async (event, api) => {
  console.log(JSON.stringify(event.secrets));
  api.redirect.sendUserTo('https://a.example/');
};
exports.onContinuePostLogin = async (event) => console.log(JSON.stringify(event.secrets));
"""


@pytest.mark.filterwarnings("ignore::pytest_auth0_actions.PrintedSecretWarning")
@pytest.mark.filterwarnings("ignore::pytest_auth0_actions.SecondRedirectWarning")
def test_secrets_stay_with_their_action(
    flow: MakeFlow, load_action: LoadAction, write_action: WriteAction
) -> None:
    def load(name: str, secrets: dict[str, str]) -> Action[Any]:
        return load_action(write_action(SOURCE, f"{name}.js"), secrets=secrets)

    login = flow(load("first", {"A": "1st"}), load("second", {"B": "2nd"}), load("third", {}))
    done = login.run().resume().resume().resume()
    assert [each.logs for each in done.executions] == [
        '{"A":"1st"}\n',
        '{"A":"1st"}\n',
        '{"B":"2nd"}\n',
        '{"B":"2nd"}\n',
        "{}\n",
        "{}\n",
    ]
    assert "secrets" not in done.event
