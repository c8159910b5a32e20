"""The lines between Python and Node.js, without a Node.js."""

from __future__ import annotations

import copy
import json
import math
from typing import Any
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_auth0_actions import (
    UNDEFINED,
    CacheDeleteSuccess,
    CacheError,
    CacheRecord,
    CacheSetSuccess,
    JSObject,
    JSValue,
    LoadAction,
    UsageError,
)
from pytest_auth0_actions.errors import ApiThrow, ApiTypeThrow
from pytest_auth0_actions.node.protocol import (
    decode_line,
    decode_value,
    encode_answer,
    encode_json,
    encode_line,
    encode_run,
)
from tests.conftest import WriteAction

FUNCTION = JSValue("function", "[Function: retry]", "function retry")
RECORD = CacheRecord("abc", 1_000)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
JSON = PLAIN.filter(lambda value: "Infinity" not in json.dumps(value))


def answered(result: Any, **options: Any) -> dict[str, Any]:
    """Return what Node.js reads of an answer."""
    line = encode_answer(result, 7, **options)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    message: dict[str, Any] = json.loads(line)
    return message


@given(JSON)
def test_a_message_is_one_line_of_json(value: Any) -> None:
    line = encode_line({"value": value})
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert decode_line(line) == {"value": value}
    assert json.loads(encode_json(value)) == value


@given(st.binary())
def test_a_body_comes_behind_its_line_which_has_its_length(body: bytes) -> None:
    message = {"status": 200}
    head, _, rest = encode_line(message, body).partition(b"\n")
    assert rest == body
    expected = {"status": 200, "body_bytes": len(body)} if body else {"status": 200}
    assert json.loads(head) == expected
    assert message == {"status": 200}


@pytest.mark.parametrize(
    "bad", [math.nan, math.inf, -math.inf, {1}, b"x", object(), FUNCTION, mock.ANY]
)
def test_what_json_can_not_represent_is_refused(bad: Any) -> None:
    for encode in (encode_json, lambda value: encode_answer(value, 0)):
        for value in (bad, [bad], {"a": {"b": bad}}):
            with pytest.raises((TypeError, ValueError)):
                encode(value)


@given(st.integers(0, 2**31), st.sampled_from(["onExecutePostLogin", "onX"]), st.binary())
def test_a_run_has_the_event_behind_it(number: int, handler: str, event: bytes) -> None:
    head, _, rest = encode_run(number, handler, 1_735_689_600_000, event).partition(b"\n")
    assert rest == event
    assert json.loads(head) == {
        "run": number,
        "handler": handler,
        "now_ms": 1_735_689_600_000,
        "body_bytes": len(event),
    }


@pytest.mark.parametrize(
    ("encoded", "value"),
    [
        ("text", "text"),
        ("", ""),
        (5, 5),
        (1.5, 1.5),
        (True, True),
        (None, None),
        ({}, {}),
        (["array"], []),
        (["array", "array", "number"], ["array", "number"]),
        (["array", ["array", 1], {"a": ["array", 2]}], [[1], {"a": [2]}]),
        ({"ttl": ["number", "-Infinity"]}, {"ttl": -math.inf}),
        (["value", "function", "[Function: retry]", "function retry"], FUNCTION),
        ({"a": ["value", "undefined", "undefined", "undefined"]}, {"a": UNDEFINED}),
        (["instance", "an instance of Token", {"ttl": ["number", "Infinity"]}], {"ttl": math.inf}),
    ],
)
def test_a_javascript_value_as_python_has_it(encoded: Any, value: Any) -> None:
    decoded = decode_value(encoded)
    assert decoded == value
    assert type(decoded) is type(value) or isinstance(decoded, JSObject)


def test_what_equality_does_not_tell_of_a_javascript_value() -> None:
    assert decode_value(["value", "undefined", "undefined", "undefined"]) is UNDEFINED
    assert math.copysign(1, decode_value(["number", "-0"])) == -1
    assert math.isnan(decode_value(["number", "NaN"]))
    instance = decode_value(["instance", "an instance of Token", {}])
    assert (type(instance), instance.received) == (JSObject, "an instance of Token")


@pytest.mark.parametrize(
    ("result", "value"),
    [
        (RECORD, {"value": "abc", "expires_at": 1_000}),
        (
            CacheSetSuccess(RECORD),
            {"type": "success", "record": {"value": "abc", "expires_at": 1_000}},
        ),
        (CacheDeleteSuccess(), {"type": "success"}),
        (CacheError("InvalidExpiry"), {"type": "error", "code": "InvalidExpiry"}),
        (False, False),
        (0, 0),
        ("", ""),
        ([], []),
        ({}, {}),
        ((1, [RECORD, None]), [1, [{"value": "abc", "expires_at": 1_000}, None]]),
        ({"a": UNDEFINED, "b": {"c": copy.copy(UNDEFINED)}}, {"b": {}}),
        ([UNDEFINED, 1], [None, 1]),
        (CacheRecord(UNDEFINED, 5), {"expires_at": 5}),  # type: ignore[arg-type]
        (JSObject({"a": 1}), {"a": 1}),
    ],
)
def test_an_answer_is_plain_data(result: Any, value: Any) -> None:
    assert answered(result) == {"now_ms": 7, "value": value}


@pytest.mark.parametrize("nothing", [None, UNDEFINED])
def test_an_answer_of_nothing_has_no_value(nothing: object) -> None:
    assert answered(nothing) == {"now_ms": 7}


def test_an_answer_that_is_thrown() -> None:
    assert answered(ApiTypeThrow("no string", code="ERR_X")) == {
        "now_ms": 7,
        "thrown": {"name": "TypeError", "message": "no string", "code": "ERR_X"},
    }
    assert answered(ApiThrow("no"))["thrown"] == {"name": "Error", "message": "no", "code": None}


def test_what_else_an_answer_says() -> None:
    assert answered(None, watch=0, reads=["type", "code"]) == {
        "now_ms": 7,
        "watch": 0,
        "reads": ["type", "code"],
    }
    edits = [("user.app_metadata", {"a": 1}), ("session", UNDEFINED), ("user.name", None)]
    assert answered(None, edits=edits) == {
        "now_ms": 7,
        "edits": [[["user", "app_metadata"], {"a": 1}], [["session"]], [["user", "name"], None]],
    }


def test_an_action_gets_what_a_test_answers_in_place_of_the_cache(
    api: Any, load_action: LoadAction, write_handler: WriteAction
) -> None:
    """What is `undefined` in it is no field; a function can't be sent."""
    path = write_handler("console.log(JSON.stringify(await api.cache.get('k')));")
    action = load_action(path)
    given = {"value": "abc", "expires_at": UNDEFINED, "tags": ["a", UNDEFINED]}
    with mock.patch.object(api.cache, "get", return_value=given):
        assert action.run().logs == '{"value":"abc","tags":["a",null]}\n'
    with (
        mock.patch.object(api.cache, "get", return_value={"value": FUNCTION}),
        pytest.raises(UsageError, match="returned something that can't be sent"),
    ):
        action.run()
