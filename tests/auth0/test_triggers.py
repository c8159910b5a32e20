from __future__ import annotations

import dataclasses

import pytest

from pytest_auth0_actions import CacheStore
from pytest_auth0_actions.auth0.context import Context, State
from pytest_auth0_actions.auth0.events.model import EVENT_TRIGGERS
from pytest_auth0_actions.auth0.outcome import Outcome
from pytest_auth0_actions.auth0.triggers import HANDLERS, TRIGGERS, UNSUPPORTED


def test_every_trigger_that_can_be_run_is_found_by_its_handlers() -> None:
    for trigger in TRIGGERS.values():
        assert {HANDLERS[handler] for handler in trigger.handlers} == {trigger.id}
    assert {*HANDLERS.values()} == {*TRIGGERS, "login-post-identifier"}


def test_every_trigger_has_an_event() -> None:
    assert {*TRIGGERS} == {*EVENT_TRIGGERS}
    assert not {*TRIGGERS} & {*UNSUPPORTED}


@pytest.mark.parametrize("trigger_id", TRIGGERS)
def test_what_an_api_does_not_have_is_an_error_that_names_what_it_has(trigger_id: str) -> None:
    api = TRIGGERS[trigger_id].api(CacheStore(lambda: 0), Context(lambda: 0))
    with pytest.raises(AttributeError) as caught:
        _ = api.nothing  # type: ignore[attr-defined]
    there = ", ".join(f"api.{name}" for name in vars(api) if not name.startswith("_"))
    assert (
        str(caught.value)
        == f"[A208] The api of {trigger_id} has no 'nothing': all it has is {there}."
    )
    assert (caught.value.name, caught.value.obj) == ("nothing", api)


@pytest.mark.parametrize("trigger_id", TRIGGERS)
def test_every_trigger_has_a_frozen_outcome_of_its_own(trigger_id: str) -> None:
    """Also for an event that has nothing of what it looks at."""
    outcome = TRIGGERS[trigger_id].outcome(State(), {})
    assert isinstance(outcome, Outcome)
    assert outcome == TRIGGERS[trigger_id].outcome(State(), {"user": None, "transaction": None})
    assert type(outcome).__name__.lower() == trigger_id.replace("-", "") + "outcome"
    assert type(outcome).__dataclass_params__.frozen  # type: ignore[attr-defined]
    for field in dataclasses.fields(outcome):  # type: ignore[arg-type]
        assert field.name in (type(outcome).__doc__ or "")
