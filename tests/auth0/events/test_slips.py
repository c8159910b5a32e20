"""A field in other capitals is no field, wherever it stands in whatever event."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from pytest_auth0_actions import Event, MakeEvent, UsageError
from pytest_auth0_actions.auth0.events import build_event, event_model
from pytest_auth0_actions.auth0.events.fields import Field
from pytest_auth0_actions.auth0.events.model import EVENT_TRIGGERS

NOW = "2025-01-01T00:00:00.000Z"


def places(field: Field, at: str = "event") -> Iterator[tuple[str, Field]]:
    """Yield each object of an event, and where it is."""
    if field.takes_anything:
        return
    if field.item is not None:
        yield from places(field.item, f"{at}[0]")
    if field.fields:
        yield at, field
    for name, inner in field.fields.items():
        yield from places(inner, f"{at}.{name}")


def override(at: str, name: str, value: Any) -> dict[str, Any]:
    """Return what overrides one field of the object at a place."""
    for part in reversed([*at.split(".")[1:], name]):
        count = part.count("[0]")
        for _ in range(count):
            value = [value]
        value = {part.removesuffix("[0]" * count): value}
    made: dict[str, Any] = value
    return made


@pytest.mark.parametrize("trigger", EVENT_TRIGGERS)
def test_the_capitals_of_every_field_matter(trigger: str) -> None:
    model = event_model(trigger)
    tried = 0
    for at, field in places(model.fields):
        for name in field.names:
            build_event(model, NOW, override(at, name, None))
            for other in {name.upper(), name.capitalize(), name.swapcase()} - set(field.fields):
                tried += 1
                with pytest.raises(UsageError) as caught:
                    build_event(model, NOW, override(at, other, None))
                path = f"{at}.{other}".removeprefix("event.")
                written = re.sub(r"\.(\w+)", r'["\1"]', f"{at}.{other}")
                owner = f"The event of {trigger}" if at == "event" else at
                assert str(caught.value) == (
                    f"[A204] {owner} has no field {other!r}.\n"
                    f"Given: {path}.\n"
                    f"Did you mean {at}.{name}? If not, set it on the finished event: "
                    f"{written} = VALUE."
                )
    assert tried > 20


@pytest.mark.parametrize(
    "slip", [{"User": {}}, {"user": {"Email": "a@example.com"}}, {"REQUEST": {}}]
)
def test_make_event_refuses_a_slip_each_time_and_makes_the_next_event_all_the_same(
    make_event: MakeEvent, slip: dict[str, Any]
) -> None:
    before = make_event()
    for _ in range(2):
        with pytest.raises(UsageError, match="has no field"):
            make_event(**slip)
        assert make_event() == before


def test_one_event_shares_nothing_with_the_next(make_event: MakeEvent) -> None:
    """What a test does with the first, to its objects and lists too, is not in the second."""

    def spoil(value: Any) -> None:
        if isinstance(value, dict):
            for inner in value.values():
                spoil(inner)
            value["spoiled"] = True
        elif isinstance(value, list):
            for inner in value:
                spoil(inner)
            value.append("spoiled")

    given: list[dict[str, Any]] = [{}, {"user": {"user_metadata": {"tags": ["a"]}}}]
    for overrides in given:
        first: Event = make_event(**overrides)
        spoil(first)
        assert first["user"]["spoiled"]
        assert "spoiled" not in repr(make_event(**overrides))
        assert "spoiled" not in repr(overrides)
