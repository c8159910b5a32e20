"""The place in an event that can't be sent, and what else is no plain data."""

from __future__ import annotations

import json
import math
from typing import Any
from unittest import mock

import pytest

from pytest_auth0_actions import UNDEFINED, JSValue
from pytest_auth0_actions.auth0.events import find_unjson
from pytest_auth0_actions.auth0.events.merge import is_undefined, merge

BAD = object()
FUNCTION = JSValue("function", "[Function: retry]", "function retry")


@pytest.mark.parametrize(
    ("event", "place", "found"),
    [
        (BAD, "event", BAD),
        ({"user": BAD}, "event.user", BAD),
        ({"a": 1, "user": {"b": [], "tags": [1, "x", BAD]}}, "event.user.tags[2]", BAD),
        ({"rows": ({"ok": None}, {"bad": BAD})}, "event.rows[1].bad", BAD),
        ([[0, [BAD]]], "event[0][1][0]", BAD),
        ({"first": BAD, "second": FUNCTION}, "event.first", BAD),
        ({"user": {"age": math.inf}}, "event.user.age", math.inf),
        ({"user": FUNCTION}, "event.user", FUNCTION),
        ({"user": {("a", "b"): 1}}, "event.user", {("a", "b"): 1}),
    ],
)
def test_the_first_place_that_json_has_no_word_for(event: Any, place: str, found: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        json.dumps(event, allow_nan=False)
    assert find_unjson(event, "event") == (place, found)


def test_what_lies_in_itself_is_found_where_it_comes_again() -> None:
    outer: dict[str, Any] = {"a": {"b": []}}
    outer["a"]["b"].append(outer)
    place, found = find_unjson(outer, "event")
    assert (place, found is outer) == ("event.a.b[0]", True)
    inner: list[Any] = [1]
    inner.append(inner)
    place, found = find_unjson({"x": [1], "y": inner}, "event")
    assert (place, found is inner) == ("event.y[1]", True)


@pytest.mark.parametrize("value", [FUNCTION, mock.ANY, None, "undefined", False, {}])
def test_only_undefined_removes_a_field(value: Any) -> None:
    event: dict[str, Any] = {"user": {"name": "Ada"}}
    merge(event, {"user": {"name": value, "more": [value]}})
    assert not is_undefined(value)
    assert event["user"]["name"] is value or value == {}
    assert event["user"]["more"] == [value]
    merge(event, {"user": {"name": UNDEFINED}})
    assert event == {"user": {"more": [value]}}


def test_another_object_of_undefined_is_undefined() -> None:
    assert is_undefined(JSValue("undefined", "undefined", "undefined"))
