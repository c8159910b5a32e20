"""Whether a login may end with another primary user."""

from __future__ import annotations

import pytest

from pytest_auth0_actions.auth0.context import State
from pytest_auth0_actions.auth0.flow.steps import Step, at_end
from pytest_auth0_actions.auth0.namespaces.user import UserChanges
from pytest_auth0_actions.values import HttpRequest

EVENT = {"user": {"user_id": "google-oauth2|2"}}
LINK = "https://shop.eu.auth0.com/api/v2/users/auth0%7C1/identities"


def ending(*answers: tuple[str, str, int | None], primary: str = "auth0|1") -> Step:
    state = State()
    state.of(UserChanges).primary_user = primary
    requests = [HttpRequest(method, url, status, at_ms=0) for method, url, status in answers]
    return at_end(state, EVENT, None, requests)


@pytest.mark.parametrize(
    "answers",
    [
        [],
        [("POST", LINK, 201)],
        [("POST", LINK, 403), ("POST", LINK, 201)],
        [("GET", LINK, 404)],
        [("POST", "https://shop.eu.auth0.com/api/v2/users/auth0%7C9/identities", 400)],
        [("POST", f"{LINK}/more", 400)],
        [("POST", "https://shop.eu.auth0.com/api/v2/users/auth0|1/identities?x=1", 201)],
    ],
)
def test_a_user_who_may_be_linked_is(answers: list[tuple[str, str, int | None]]) -> None:
    assert ending(*answers) == Step("completed")


@pytest.mark.parametrize(
    ("answers", "status"),
    [
        ([("POST", LINK, 400)], "400"),
        ([("POST", "https://shop.eu.auth0.com/api/v2/users/auth0|1/identities?x=1", 409)], "409"),
        ([("POST", LINK, 201), ("POST", LINK, None)], "nothing"),
    ],
)
def test_a_link_that_was_refused_is_no_link(
    answers: list[tuple[str, str, int | None]], status: str
) -> None:
    step = ending(*answers)
    assert step.status == "failed"
    assert step.error is not None
    assert step.error.code == "access_denied"
    assert step.error.description == (
        "The user is no identity of the primary user 'auth0|1': the request to link them was "
        f"answered with {status}."
    )


def test_nobody_is_a_secondary_identity_of_their_own() -> None:
    step = ending(("POST", LINK, 201), primary="google-oauth2|2")
    assert step.error is not None
    assert step.error.description == (
        "The primary user 'google-oauth2|2' is the one who has logged in, whose identity has to "
        "be a secondary one of the primary user."
    )
