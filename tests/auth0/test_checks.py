"""Last good and first bad value of each limit; the texts are held by the vectors."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_auth0_actions.auth0.checks import NO_OTHERS, Fields, Items, Scalar, Shape, Text, check
from pytest_auth0_actions.errors import ApiThrow

CHARACTERS = st.sampled_from("aé\u2028\N{GRINNING FACE}")


def refusal(shape: Shape, value: Any) -> str | None:
    try:
        check(shape, value)
    except ApiThrow as error:
        return str(error)
    return None


@given(st.integers(0, 40), CHARACTERS)
def test_the_longest_text(most: int, character: str) -> None:
    assert refusal(Text(most=most), character * most) is None
    assert refusal(Text(most=most), character * (most + 1)) == (
        f" must NOT have more than {most} characters"
    )


@given(st.integers(1, 40), CHARACTERS)
def test_the_shortest_text(least: int, character: str) -> None:
    assert refusal(Text(least=least), character * least) is None
    assert refusal(Text(least=least), character * (least - 1)) == (
        f" must NOT have fewer than {least} characters"
    )


@given(st.integers(0, 20))
def test_the_longest_list(most: int) -> None:
    assert refusal(Items(Text(), most=most), ["x"] * most) is None
    assert refusal(Items(Text(), most=most), ["x"] * (most + 1)) == (
        f" must NOT have more than {most} items"
    )


@given(st.integers(0, 20))
def test_the_most_fields(most: int) -> None:
    fields = {f"k{number}": number for number in range(most + 1)}
    assert refusal(Fields(most=most), fields) == f" must NOT have more than {most} properties"
    fields.popitem()
    assert refusal(Fields(most=most), fields) is None


@pytest.mark.parametrize("value", [{}, None])
def test_null_is_a_scalar_only_where_it_is_said(value: object) -> None:
    assert refusal(Scalar(most=5), value) == " must be string,number,boolean"


def test_all_that_is_wrong_is_said_place_by_place() -> None:
    inner = Fields({"a": Text(most=1), "b": Items(Text(most=1))}, others=NO_OTHERS)
    shape = Fields({"one": inner, "two": inner}, required=("three",))
    value = {"one": {"a": "xx", "z": 1, "y": 2}, "two": {"a": "x", "b": ["xx", "x", 3]}}
    assert refusal(shape, value) == (
        " must have required property 'three'; "
        "one must NOT have additional properties, must NOT have additional properties; "
        "a must NOT have more than 1 characters; "
        "0 must NOT have more than 1 characters; 2 must be string"
    )
