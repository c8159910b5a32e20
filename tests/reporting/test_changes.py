"""What is said to have changed between two outcomes."""

from __future__ import annotations

from pytest_auth0_actions.auth0.namespaces.claims import Token
from pytest_auth0_actions.auth0.namespaces.user import LoginUser
from pytest_auth0_actions.auth0.triggers.post_login import PostLoginOutcome
from pytest_auth0_actions.reporting.changes import changes
from pytest_auth0_actions.values import Claims


def told(before: object, after: object) -> list[str]:
    return [str(each) for each in changes(before, after)]


def test_nothing_is_said_of_what_is_the_same() -> None:
    user = LoginUser({"plan": "gold"}, {"roles": ["a"]})
    assert told(PostLoginOutcome(user=user), PostLoginOutcome(user=user)) == []


def test_what_comes_what_is_another_and_what_goes() -> None:
    before = PostLoginOutcome(user=LoginUser({"plan": "free", "old": 1}))
    after = PostLoginOutcome(
        user=LoginUser({"plan": "gold"}, {"seen": False}, changed=True),
        id_token=Token(Claims({"https://a.example/roles": ["x"]}, {})),
    )
    assert told(before, after) == [
        "user.user_metadata.plan = 'gold' (was 'free')",
        "user.user_metadata.old = nothing (was 1)",
        "id_token.claims.https://a.example/roles = ['x']",
        "user.app_metadata.seen = False",
    ]


def test_an_empty_object_is_something_in_metadata() -> None:
    before, after = LoginUser(), LoginUser({"address": {}, "none": None})
    assert told(before, after) == ["user_metadata.address = {}", "user_metadata.none = None"]
