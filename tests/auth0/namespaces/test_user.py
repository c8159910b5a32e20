"""Metadata: what is saved in the end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_auth0_actions import UNDEFINED
from pytest_auth0_actions.auth0.context import State
from tests.auth0.played import login, play

KEYS = st.sampled_from("abc")
VALUES = st.none() | st.integers(0, 3) | st.just(UNDEFINED)
FREE = {"user_metadata": {"plan": "free"}, "app_metadata": {"seats": 1}}


@given(
    st.dictionaries(KEYS, st.integers(0, 3)),
    st.lists(st.lists(st.tuples(KEYS, VALUES), max_size=4), max_size=4),
)
def test_metadata_is_merged_over_all_actions(before: dict[str, int], runs: list[list]) -> None:  # type: ignore[type-arg]
    """Each Action's event has what those before it have set; null removes, undefined undoes."""
    state, event, last, wanted = State(), dict(before), login(), dict(before)
    for calls in runs:
        for key, value in calls:
            if value is UNDEFINED:
                value = before.get(key)
            if value is None:
                wanted.pop(key, None)
            else:
                wanted[key] = value
        last = login(
            *(("user.setUserMetadata", *call) for call in calls),
            event={"user": {"user_metadata": event}},
            state=state,
        )
        event = last.outcome.user.user_metadata
        assert event == wanted
    if runs:
        assert last.outcome.user.changed is (wanted != before)


def test_metadata_as_it_is_saved() -> None:
    played = login(
        ("user.setUserMetadata", "plan", "gold"),
        ("user.setUserMetadata", "theme", {"dark": True}),
        ("user.setAppMetadata", "seats", None),
        user=FREE,
    )
    user = played.outcome.user
    assert user.user_metadata == {"plan": "gold", "theme": {"dark": True}}
    assert user.app_metadata == {}
    assert (user.changed, user.primary_user) == (True, None)
    assert played.turn.event.get("user.user_metadata") == {"plan": "free"}
    assert played.explanations == [
        ("saved when the transaction ends",),
        ("saved when the transaction ends",),
        ("removed when the transaction ends",),
    ]


@pytest.mark.parametrize(
    "values", [["gold", "free"], ["free"], [None, "free"], ["gold", UNDEFINED], [UNDEFINED]]
)
def test_metadata_that_is_as_before_has_not_changed(values: list[object]) -> None:
    calls = [("user.setUserMetadata", "plan", value) for value in values]
    user = login(*calls, user=FREE).outcome.user
    assert user.user_metadata == {"plan": "free"}
    assert user.changed is False


def test_without_a_call_nothing_changes() -> None:
    user = login(user=FREE).outcome.user
    assert (user.user_metadata, user.app_metadata) == ({"plan": "free"}, {"seats": 1})
    assert user.changed is False


def test_metadata_has_32_kb() -> None:
    size = 32 * 1024 - len('{"a":""}')
    assert not login(("user.setAppMetadata", "a", "x" * size), event={}).warnings
    played = login(("user.setAppMetadata", "a", "x" * (size + 1)), event={})
    assert played.warnings == ["MetadataSizeWarning"]
    assert played.texts == [
        "[A723] app_metadata has 32,769 bytes, and Auth0 takes 32,768. Store less of it."
    ]


@pytest.mark.parametrize("is_before", [True, False])
def test_an_action_that_links_users_saves_no_metadata(is_before: bool) -> None:
    calls = [("authentication.setPrimaryUser", "auth0|9"), ("user.setUserMetadata", "a", 1)]
    played = login(*(reversed(calls) if is_before else calls), user=FREE)
    user = played.outcome.user
    assert user.primary_user == "auth0|9"
    assert (user.user_metadata, user.changed) == ({"plan": "free"}, False)
    assert played.warnings == ["MetadataIgnoredWarning"]
    if not is_before:
        assert played.explanations[1] == ("not saved: the primary user changes",)


def test_what_other_actions_save_is_kept_when_one_links_users() -> None:
    state = State()
    login(("user.setUserMetadata", "a", 1), state=state, event={})
    login(
        ("authentication.setPrimaryUser", "auth0|9"),
        ("user.setUserMetadata", "b", 1),
        state=state.copy(),
        event={},
    )
    state = state.copy()
    login(("authentication.setPrimaryUser", "auth0|9"), state=state, event={})
    last = login(("user.setUserMetadata", "c", 1), state=state, event={})
    assert last.outcome.user.user_metadata == {"a": 1, "c": 1}
    assert not last.warnings


def test_a_second_primary_user_is_refused_in_a_later_action_too() -> None:
    state = State()
    login(("authentication.setPrimaryUser", "auth0|9"), state=state)
    later = login(("authentication.setPrimaryUser", "auth0|8"), state=state.copy())
    assert later.thrown == ["The primary user can only be altered once per transaction"]
    assert later.outcome.user.primary_user == "auth0|9"


def test_a_user_is_created_with_what_the_action_sets() -> None:
    outcome = play(
        "pre-user-registration",
        ("user.setUserMetadata", "theme", "dark"),
        ("user.setAppMetadata", "plan", "free"),
        ("user.setUserId", "ada-1"),
    ).outcome
    assert outcome.user.user_metadata == {"theme": "dark"}
    assert outcome.user.app_metadata == {"plan": "free"}
    assert outcome.user.user_id == "ada-1"
    assert outcome.user_is_created is True


def test_a_user_is_not_created_with_a_validation_error() -> None:
    outcome = play("pre-user-registration", ("validation.error", "code", "message")).outcome
    [error] = outcome.validation_errors
    assert (error.code, error.message) == ("code", "message")
    assert (outcome.denied, outcome.user_is_created) == (None, False)


@pytest.mark.parametrize(
    ("user_id", "is_good"),
    [
        ("a" * 255, True),
        ("a" * 256, False),
        ("a", True),
        ("", False),
        ("a@b._+-9Z", True),
        ("a|b", False),
    ],
)
def test_the_id_of_a_new_user(user_id: str, is_good: bool) -> None:
    played = play("pre-user-registration", ("user.setUserId", user_id))
    assert played.outcome.user.user_id == (user_id if is_good else None)
    assert bool(played.thrown) is not is_good
    assert played.explanations == [() if is_good else (f"threw: {played.thrown[0]}",)]
