from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from pytest_auth0_actions import CacheStore, UsageError
from pytest_auth0_actions.auth0.context import Context, State
from pytest_auth0_actions.auth0.events.model import EVENT_TRIGGERS
from pytest_auth0_actions.auth0.outcome import Outcome
from pytest_auth0_actions.auth0.triggers import HANDLERS, TRIGGERS, UNSUPPORTED, trigger_of


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


@pytest.mark.parametrize("given", [3, ["post-login"], {}, None])
def test_what_is_no_text_is_no_trigger(given: Any) -> None:
    with pytest.raises(UsageError, match=r"^\[A215\] There is no such trigger\.") as caught:
        trigger_of(given)
    assert caught.value.what_was_given == f"Given: {given!r}."


@pytest.mark.parametrize(
    ("trigger_id", "name", "text"),
    [
        ("post-login", "access_token", r"\. Did you mean api\.accessToken\?$"),
        ("pre-user-registration", "idToken", r"api\.access, .*, api\.validation\.$"),
    ],
)
def test_the_nearest_part_of_an_api_is_named(trigger_id: str, name: str, text: str) -> None:
    api = TRIGGERS[trigger_id].api(CacheStore(lambda: 0), Context(lambda: 0))
    with pytest.raises(AttributeError, match=text):
        getattr(api, name)


@pytest.mark.parametrize(
    ("namespace", "name", "message"),
    [
        ("access", "alow", "api.access has no 'alow': all it has is api.access.deny."),
        (
            "idToken",
            "setClaim",
            "api.idToken has no 'setClaim': all it has is api.idToken.setCustomClaim. Did you mean "
            "api.idToken.setCustomClaim?",
        ),
    ],
)
def test_a_method_that_there_is_not(namespace: str, name: str, message: str) -> None:
    api = TRIGGERS["post-login"].api(CacheStore(lambda: 0), Context(lambda: 0))
    with pytest.raises(AttributeError) as caught:
        getattr(getattr(api, namespace), name)
    assert str(caught.value) == f"[A208] {message}"
    assert name not in dir(getattr(api, namespace))
