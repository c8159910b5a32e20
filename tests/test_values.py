"""Values don't change once they are given back, and say which names they lack."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from dataclasses import FrozenInstanceError
from types import SimpleNamespace
from typing import Any

import pytest

import pytest_auth0_actions
from pytest_auth0_actions import (
    UNDEFINED,
    ApiCall,
    CacheDeleteSuccess,
    CacheError,
    CacheRecord,
    CacheRules,
    CacheSetSuccess,
    Event,
    Execution,
    HttpRequest,
    JSValue,
    LoadAction,
)
from tests.conftest import WriteAction

RECORD = CacheRecord("abc", 900_000)
GIVEN = [
    RECORD,
    CacheSetSuccess(RECORD),
    CacheDeleteSuccess(),
    CacheError("InvalidExpiry"),
    CacheRules(max_entries=2),
    ApiCall("cache.get", ("token",), RECORD, 5),
    HttpRequest("GET", "https://example.com/", 200, 5),
    Execution((), (), "stored\n", {"user": {}}, 5, 7),
    JSValue("function", "[Function: retry]", "function retry"),
]


def public_dataclasses() -> list[type]:
    public = (getattr(pytest_auth0_actions, name) for name in pytest_auth0_actions.__all__)
    return [each for each in public if isinstance(each, type) and dataclasses.is_dataclass(each)]


def sample_of(kind: Any) -> Any:
    """Return an object of a dataclass, whatever its fields may be."""
    return kind(**{field.name: field.name for field in dataclasses.fields(kind) if field.init})


SAMPLES = GIVEN + [
    sample_of(kind) for kind in public_dataclasses() if kind not in {type(each) for each in GIVEN}
]
each_sample = pytest.mark.parametrize(
    "value", [pytest.param(each, id=type(each).__name__) for each in SAMPLES]
)


def fields_of(value: Any) -> dict[str, Any]:
    return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}


@each_sample
def test_a_value_can_not_be_changed(value: Any) -> None:
    before = fields_of(value)
    for name in before:
        with pytest.raises(FrozenInstanceError):
            setattr(value, name, "changed")
        with pytest.raises(FrozenInstanceError):
            delattr(value, name)
    with pytest.raises((AttributeError, TypeError)):  # which of the two is up to Python
        value.another = "changed"
    assert fields_of(value) == before
    assert not hasattr(value, "another")
    assert not hasattr(value, "__dict__")


@each_sample
@pytest.mark.parametrize(
    "copied",
    [copy.copy, copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value))],
    ids=["copy", "deepcopy", "pickle"],
)
def test_a_copy_is_equal(value: Any, copied: Any) -> None:
    """Slots and `__getattr__` each can get in the way of that."""
    made = copied(value)
    assert type(made) is type(value)
    assert made == value
    assert repr(made) == repr(value)


@each_sample
def test_two_values_are_equal_only_if_all_fields_are(value: Any) -> None:
    assert value == dataclasses.replace(value)
    for field in dataclasses.fields(value):
        other = dataclasses.replace(value, **{field.name: "changed"})
        assert (other != value) is field.compare
        assert (value != other) is field.compare
    assert value != fields_of(value)
    assert value != tuple(fields_of(value).values())


@pytest.mark.parametrize("value", [each for each in SAMPLES if not isinstance(each, Execution)])
def test_values_can_be_counted_in_a_set(value: Any) -> None:
    assert len({value, dataclasses.replace(value)}) == 1


@each_sample
def test_a_name_that_a_value_lacks_is_an_attribute_error(value: Any) -> None:
    for name in ("event_json", "Event", "log", "Type", "_event"):
        with pytest.raises(AttributeError, match=rf"\b{name}\b") as caught:
            getattr(value, name)
        assert caught.value.name == name
        assert caught.value.obj is value
        assert getattr(value, name, "default") == "default"


def test_an_error_names_its_code_when_it_is_taken_for_a_success() -> None:
    error: Any = CacheError("CacheSizeExceeded")
    with pytest.raises(AttributeError) as caught:
        _ = error.record.expires_at
    assert str(caught.value) == (
        "[A209] The write was refused with 'CacheSizeExceeded', so its answer has no 'record'."
    )


def test_results_are_told_apart_by_type() -> None:
    assert [CacheSetSuccess(RECORD).type, CacheDeleteSuccess().type] == ["success"] * 2
    assert CacheError("InvalidExpiry").type == "error"
    results: list[object] = [CacheDeleteSuccess(), CacheSetSuccess(RECORD), RECORD]
    assert [results.index(each) for each in results] == [0, 1, 2]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (ApiCall("cache.get", ("token",), None, 0), "cache.get('token') -> None"),
        (ApiCall("cache.get", (), UNDEFINED, 0), "cache.get()"),
        (ApiCall("cache.set", ("k", UNDEFINED), 5, 0), "cache.set('k', undefined) -> 5"),
        (HttpRequest("GET", "https://a.test/", 204, 0), "GET https://a.test/ -> 204"),
        (HttpRequest("PUT", "https://a.test/", None, 0), "PUT https://a.test/ -> no response"),
        (
            Execution((), (), "stored\n", {"secrets": {"KEY": "s3cr3t"}}, 5, 7),
            r"Execution(calls=(), requests=(), logs='stored\n')",
        ),
    ],
)
def test_how_a_value_is_shown(value: object, text: str) -> None:
    assert repr(value) == text


def test_undefined_is_what_node_says_it_is() -> None:
    assert (UNDEFINED.type, UNDEFINED.text) == ("undefined", "undefined")
    assert UNDEFINED.received == repr(UNDEFINED) == "undefined"


def test_an_event_knows_its_trigger_and_compares_as_a_dict() -> None:
    event = Event("post-login", {"user": {"email": "a@example.com"}})
    assert event == {"user": {"email": "a@example.com"}}
    assert event.trigger_id == "post-login"
    event["user"] = None
    assert event["user"] is None


def test_what_is_changed_in_the_event_of_an_execution_is_there_at_the_next_look(
    load_action: LoadAction, write_handler: WriteAction
) -> None:
    """Tests take fields out before they compare, at any depth."""
    action = load_action(write_handler("event.user.user_metadata.plan = 'pro';"))
    first, second = action.run(), action.run()
    del first.event["request"]
    first.event["user"]["user_metadata"]["plan"] = "free"
    first.event["user"]["user_metadata"]["seats"] = [1]
    first.event["user"]["user_metadata"]["seats"].append(2)
    assert first.event is first.event
    assert "request" not in first.event
    assert first.event["user"]["user_metadata"] == {"plan": "free", "seats": [1, 2]}
    assert second.event["user"]["user_metadata"] == {"plan": "pro"}
    assert "request" in second.event
    assert copy.copy(first).event is first.event
    assert copy.deepcopy(first) == first != second


def test_an_event_that_a_test_changes_after_a_run_is_not_that_of_the_run(
    load_action: LoadAction, write_handler: WriteAction, make_event: Any
) -> None:
    action = load_action(write_handler("event.user.name = event.user.name + '!';"))
    event = make_event(user={"name": "Grace"})
    first = action.run(event)
    event["user"]["name"] = "Joan"
    assert first.event["user"]["name"] == "Grace!"
    assert action.run(event).event["user"]["name"] == "Joan!"
    assert event["user"]["name"] == "Joan"


def test_a_call_is_compared_with_calls_alone() -> None:
    """A text is no call: `"access.deny" not in run.calls` would hold whatever was called."""
    calls = (ApiCall("access.deny", ("no",), UNDEFINED, at_ms=0),)
    assert ApiCall("access.deny", ("no",), UNDEFINED, at_ms=0) in calls
    assert ApiCall("access.deny", ("no",), UNDEFINED, at_ms=1) not in calls
    assert None not in calls
    assert "cache.get" not in calls  # as libraries may ask
    for text in ("access.deny", "api.access.deny"):
        with pytest.raises(TypeError) as caught:
            assert text not in calls
        assert str(caught.value) == (
            f"[A230] A call is not a text, so it does not equal its path.\nGiven: {text!r}.\n"
            "Look at the paths: 'access.deny' in [call.path for call in run.calls]."
        )
        advised = str(caught.value).splitlines()[2].removeprefix("Look at the paths: ").rstrip(".")
        assert eval(advised, {"run": SimpleNamespace(calls=calls)})
