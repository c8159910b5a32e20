from __future__ import annotations

from dataclasses import dataclass

from pytest_auth0_actions import UNDEFINED
from pytest_auth0_actions.auth0.context import ActionEvent, Context, Turn


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


def test_what_a_run_comes_to_is_not_the_next_ones() -> None:
    """What the transaction comes to is."""
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
