from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_auth0_actions import UNDEFINED, JSValue
from pytest_auth0_actions.auth0.javascript import (
    as_json,
    fields_of,
    is_object,
    is_safe_integer,
    is_truthy,
    json_bytes,
    json_text,
    number_text,
    shown_number,
    text_of,
    utf16_units,
)
from pytest_auth0_actions.errors import ApiTypeThrow

DATE = JSValue("object", "2025-01-01T00:00:00.000Z", "an instance of Date")
NO_DATE = JSValue("object", "Invalid Date", "an instance of Date")
MAP = JSValue("object", "Map(0) {}", "an instance of Map")
FUNCTION = JSValue("function", "[Function: f]", "function f")


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_the_text_of_a_number_is_the_number(number: float) -> None:
    assert float(number_text(number)) == number


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (-0.0, "0"),
        (-5, "-5"),
        (100.0, "100"),
        (0.000001, "0.000001"),
        (0.0000001, "1e-7"),
        (123.456, "123.456"),
        (999_999_999_999_999_900_000.0, "999999999999999900000"),
        (1e21, "1e+21"),
        (1.25e-9, "1.25e-9"),
        (-1.25e30, "-1.25e+30"),
        (2**53 + 1, "9007199254740992"),
        (math.nan, "NaN"),
        (-math.inf, "-Infinity"),
        (10**400, "Infinity"),
        (-(10**400), "-Infinity"),
    ],
)
def test_numbers_are_written_as_javascript_writes_them(number: float, text: str) -> None:
    assert number_text(number) == text
    assert shown_number(number) == ("-0" if str(number) == "-0.0" else text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (UNDEFINED, "undefined"),
        (False, "false"),
        ([1, [2, None, UNDEFINED], "x"], "1,2,,,x"),
        (FUNCTION, "[Function: f]"),
    ],
)
def test_values_are_turned_to_strings_as_javascript_does(value: object, text: str) -> None:
    assert text_of(value) == text


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON)
def test_json_text_is_json(value: object) -> None:
    assert json.loads(json_text(value)) == value
    assert as_json(value) == value


def test_json_escapes_what_javascript_escapes() -> None:
    assert (
        json_text('"\\\n\r\t\b\f\x01\x7f/é\u2028') == '"\\"\\\\\\n\\r\\t\\b\\f\\u0001\x7f/é\u2028"'
    )
    assert json_text("\ud800") == '"\\ud800"'
    assert json_bytes("é\ud800") == len('"é') + 1 + len('\\ud800"')


def test_json_leaves_out_what_it_can_not_say() -> None:
    given = {"f": FUNCTION, "u": UNDEFINED, "d": DATE, "n": NO_DATE, "m": MAP, "a": [FUNCTION]}
    assert as_json(given) == {"d": DATE.text, "n": None, "m": {}, "a": [None]}
    assert json_text(UNDEFINED) == ""
    assert as_json((1, math.inf)) == [1, None]
    with pytest.raises(ApiTypeThrow, match="Do not know how to serialize a BigInt"):
        json_text({"big": JSValue("bigint", "1n", "type bigint (1n)")})


@pytest.mark.parametrize("value", [None, UNDEFINED, False, 0, 0.0, -0.0, math.nan, ""])
def test_what_is_false(value: object) -> None:
    assert not is_truthy(value)


@pytest.mark.parametrize("value", [True, 1, -1.5, math.inf, "0", [], {}, FUNCTION, MAP])
def test_what_is_true(value: object) -> None:
    assert is_truthy(value)


def test_objects_and_their_fields() -> None:
    assert is_object({})
    assert is_object(MAP)
    assert not is_object(FUNCTION)
    assert fields_of(MAP) == {}


@pytest.mark.parametrize("number", [2**53 - 1, -(2**53) + 1, 5.0])
def test_safe_integers(number: float) -> None:
    assert is_safe_integer(number)


@pytest.mark.parametrize("value", [2**53, -(2**53), 1.5, math.nan, math.inf, True, "5"])
def test_no_safe_integers(value: object) -> None:
    assert not is_safe_integer(value)


@given(st.text())
def test_the_length_of_a_string_is_that_of_its_utf16(text: str) -> None:
    assert utf16_units(text) == len(text.encode("utf-16-le", "surrogatepass")) // 2
