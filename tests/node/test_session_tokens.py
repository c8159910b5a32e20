"""What the error of a session token that can't be trusted says: which secret, and what helps."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_auth0_actions import ActionError, Clock
from pytest_auth0_actions.plugin.flow_type import MakeFlow
from tests.node.conftest import SHOP, Login

LEAVES = f"api.redirect.sendUserTo('{SHOP}consent');"
SECRETS = {"SESSION": "s3cret-of-the-shop", "API_KEY": "k3y-of-the-api"}
SAME = "Sign it with the same secret: away.sign({...}, secret='...')."


def advice(away: Any, token: str) -> str:
    with pytest.raises(ActionError, match="The session token is invalid: ") as caught:
        away.resume({"session_token": token})
    assert not any(secret in str(caught.value) for secret in SECRETS.values())
    return str(caught.value.what_to_do.splitlines()[0])


@pytest.mark.parametrize(
    ("checked_with", "signed_with", "told"),
    [
        (
            "event.secrets.SESSION",
            "forged",
            "event.secrets.SESSION, and it was signed with another one",
        ),
        (
            "event.secrets.SESSION",
            SECRETS["API_KEY"],
            "event.secrets.SESSION, and it was signed with event.secrets.API_KEY",
        ),
        ("'of-the-code'", "forged", "a secret of its own, and it was signed with another one"),
    ],
)
def test_the_secrets_are_named(
    flow: MakeFlow, login: Login, checked_with: str, signed_with: str, told: str
) -> None:
    reads = f"api.redirect.validateToken({{ secret: {checked_with} }});"
    away = flow(login(LEAVES, reads, secrets=SECRETS)).run()
    token = away.sign({}, secret=signed_with)
    assert advice(away, token) == f"The Action checks it with {told}. {SAME}"


def test_the_secret_that_is_named_is_the_right_one(flow: MakeFlow, login: Login) -> None:
    reads = "api.redirect.validateToken({ secret: event.secrets.SESSION });"
    away = flow(login(LEAVES, reads, secrets=SECRETS)).run()
    back = away.resume({"session_token": away.sign({}, secret=SECRETS["SESSION"])})
    assert back.status == "completed"


def test_a_token_that_is_late_or_of_another_login(
    flow: MakeFlow, login: Login, clock: Clock
) -> None:
    reads = "api.redirect.validateToken({ secret: event.secrets.SESSION });"
    leaving = flow(login(LEAVES, reads, secrets=SECRETS))
    first, away = leaving.run(), leaving.run()
    secret = SECRETS["SESSION"]
    assert advice(away, first.sign({}, secret=secret)) == (
        "Sign it with the transaction that is resumed: sign() of that sets `state`."
    )
    away = leaving.run()
    token = away.sign({}, secret=secret)
    clock.tick(minutes=16)
    assert advice(away, token) == (
        "Sign it with a later `exp`, or move the clock less: sign() gives it 15 minutes."
    )
