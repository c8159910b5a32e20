from __future__ import annotations

from dataclasses import FrozenInstanceError, dataclass
from operator import attrgetter

import pytest

from pytest_auth0_actions import UNDEFINED, ApiCall, CacheStore, PostLoginAPI
from pytest_auth0_actions.auth0.context import NO_ANSWERS, ActionEvent, Context, Turn


@dataclass
class Counter:
    count: int = 0


def test_an_event_is_changed_in_places_that_are_made_where_there_are_none() -> None:
    event = ActionEvent({"user": None})
    event.set("user.metadata.plan", "gold")
    event.set("session", {})
    assert event.fields == {"user": {"metadata": {"plan": "gold"}}, "session": {}}
    event.set("user.metadata.plan", UNDEFINED)
    event.set("user.metadata.plan", UNDEFINED)
    assert event.fields["user"] == {"metadata": {}}
    assert [path for path, _ in event.take_edits()] == [
        "user.metadata.plan",
        "session",
        "user.metadata.plan",
        "user.metadata.plan",
    ]
    assert event.take_edits() == []


@pytest.mark.parametrize(
    ("path", "args"),
    [
        ("user.setUserMetadata", ("plan", None)),
        ("user.setAppMetadata", ("seats", UNDEFINED)),
        ("cache.get", (None,)),
        ("cache.delete", (UNDEFINED,)),
    ],
)
def test_a_test_may_pass_nothing_where_there_are_no_options(
    path: str, args: tuple[object, ...]
) -> None:
    """It is an argument like any other: null removes metadata, undefined does not."""
    calls: list[ApiCall] = []
    own = Turn(lambda namespace, call, advice: calls.append(call))
    api = PostLoginAPI(CacheStore(lambda: 0), Context(lambda: 0, own))
    attrgetter(path)(api)(*args)
    assert [call.args for call in calls] == [args]


def test_no_answer_of_a_tests_is_changed() -> None:
    """All runs of a test that gives none share one."""
    with pytest.raises(FrozenInstanceError):
        NO_ANSWERS.roles = ["admin"]  # type: ignore[misc]


def test_what_a_run_comes_to_is_not_the_next_ones() -> None:
    """The transaction's result is."""
    first = Turn()
    second = Turn(state=first.state)
    context = Context(lambda: 0)
    with context.during(first):
        context.state.of(Counter).count += 1
        context.in_run.of(Counter).count += 1
        context.abort("one")
        context.abort("two")
    with context.during(second):
        assert context.state.of(Counter).count == 1
        assert context.in_run.of(Counter).count == 0
    assert (first.abort, second.abort) == ("one", None)
