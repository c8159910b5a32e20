"""The types of events say what the data says."""

from __future__ import annotations

import importlib
import types
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest

import pytest_auth0_actions.auth0.events.types
from pytest_auth0_actions import Action, Execution, event_variants
from pytest_auth0_actions.auth0.events import build_event, event_model
from pytest_auth0_actions.auth0.handlers import HANDLERS_OF
from tests.auth0.events.event_types import PACKAGE, modules, pascal

FOLDER = Path(pytest_auth0_actions.auth0.events.types.__file__).parent
NOW_ISO = "2025-01-01T00:00:00.000Z"
EVENTS = [
    (trigger, variant) for trigger in HANDLERS_OF for variant in (None, *event_variants(trigger))
]


def event_type(trigger: str) -> Any:
    module = importlib.import_module(f"{PACKAGE}.{trigger.replace('-', '_')}")
    return getattr(module, f"{pascal(trigger)}Event")


def misfits(value: Any, hint: Any, path: str = "event") -> Iterator[str]:
    """Yield the places at which a value is not of its type."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if hint is Any:
        return
    if typing.is_typeddict(hint):
        hints = typing.get_type_hints(hint)
        if missing := {*hint.__required_keys__} - {*value}:
            yield f"{path} has no {', '.join(sorted(missing))}"
        for name, inner in value.items():
            yield from misfits(inner, hints.get(name, None), f"{path}.{name}")
    elif origin is list:
        for index, item in enumerate(value):
            yield from misfits(item, arguments[0], f"{path}[{index}]")
    elif origin is Literal:
        if value not in arguments:
            yield f"{path} is {value!r}"
    elif origin in {types.UnionType, typing.Union}:
        if all([*misfits(value, each, path)] for each in arguments):
            yield f"{path} is {value!r}"
    elif not isinstance(value, (int, float) if hint is float else origin or hint or ()):
        yield f"{path} is {value!r}, and should be {hint}"


@pytest.mark.parametrize(("name", "source"), [*modules()], ids=lambda given: given.split("\n")[0])
def test_the_types_are_those_of_the_data(name: str, source: str) -> None:
    """Write them anew with ``python -m tests.auth0.events.event_types``."""
    assert (FOLDER / f"{name}.py").read_text(encoding="utf-8") == source


def test_there_are_no_other_types() -> None:
    written = {f"{name}.py" for name, _ in modules()}
    assert {path.name for path in FOLDER.glob("*.py")} == {"__init__.py", *written}


@pytest.mark.parametrize(("trigger", "variant"), EVENTS)
def test_each_variant_is_of_its_type(trigger: str, variant: str | None) -> None:
    """What is required is there, each field is known, and each value is of its type."""
    event = build_event(event_model(trigger), NOW_ISO, {}, variant=variant)
    assert [*misfits(event, event_type(trigger))] == []


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("stats", UNSET := object()),
        ("emial", "ada@example.com"),
        ("tenant", {"id": 5}),
        ("connection", {"id": "con_1", "name": "db"}),
        ("transaction", {"metadata": {}, "protocol": "http"}),
        ("authorization", {"roles": [None]}),
    ],
)
def test_another_event_would_not_be(place: str, value: Any) -> None:
    """The test above can fail."""
    event = build_event(event_model("post-login"), NOW_ISO, {})
    if value is UNSET:
        del event[place]
    else:
        event[place] = value
    assert len([*misfits(event, event_type("post-login"))]) == 1


def test_required_is_what_auth0_always_sends() -> None:
    fields = event_model("custom-email-provider").fields.fields
    of = event_type("custom-email-provider")
    assert of.__required_keys__ == {name for name, each in fields.items() if not each.optional}
    notification = typing.get_type_hints(of)["notification"]
    assert notification.__required_keys__ == {*fields["notification"].fields}


@pytest.mark.parametrize("arguments", [int, (int, dict)])
def test_an_action_may_be_annotated_with_one_type_or_both(arguments: Any) -> None:
    """At run time too, where an annotation is evaluated."""
    assert typing.get_origin(Action[arguments]) is Action
    assert typing.get_origin(Execution[arguments]) is Execution
