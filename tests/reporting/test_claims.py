"""A failed assert on the claims of a token says why one is not there."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_auth0_actions.reporting.comparison import explain
from pytest_auth0_actions.values import Claims

PLAN = "https://shop.example/plan"


@pytest.mark.parametrize(
    ("op", "left", "right", "last"),
    [
        ("==", Claims({}, {"roles": "restricted"}), {"roles": []}, "dropped: restricted"),
        ("==", {"roles": []}, Claims({}, {"roles": "restricted"}), "dropped: restricted"),
        ("in", "plan", Claims({}, {"plan": "not namespaced"}), "dropped: not namespaced"),
        ("==", Claims({}, {}, "no token is issued: x"), {PLAN: "gold"}, "no token is issued: x"),
        ("in", PLAN, Claims({}, {}, "no token is issued: x"), "no token is issued: x"),
    ],
)
def test_the_reason_is_the_last_line(op: str, left: Any, right: Any, last: str) -> None:
    lines = explain(op, left, right)
    assert lines is not None
    assert lines[0] == f"{left!r} {op} {right!r}"
    assert lines[-1].endswith(last)


@pytest.mark.parametrize(
    ("op", "left", "right"),
    [
        ("==", Claims({PLAN: "gold"}, {}), {PLAN: "silver"}),
        ("==", Claims({}, {"roles": "restricted"}), {PLAN: "gold"}),
        ("in", PLAN, Claims({}, {"roles": "restricted"})),
        ("==", Claims({}, {"roles": "restricted"}), 5),
        ("!=", Claims({}, {"roles": "restricted"}), {}),
    ],
)
def test_where_there_is_none_pytest_explains(op: str, left: Any, right: Any) -> None:
    assert explain(op, left, right) is None


def test_the_difference_is_there_too() -> None:
    lines = explain("==", Claims({PLAN: "gold"}, {"roles": "restricted"}), {"roles": ["a"]})
    assert lines == [
        "{'https://shop.example/plan': 'gold'} == {'roles': ['a']}",
        "https://shop.example/plan: only on the left: 'gold'",
        "roles: only on the right: ['a']",
        "claim 'roles' was dropped: restricted",
    ]


def test_a_claim_that_is_looked_up_in_vain_says_so_as_well() -> None:
    with pytest.raises(KeyError, match="roles: claim 'roles' was dropped: restricted"):
        Claims({}, {"roles": "restricted"})["roles"]
    with pytest.raises(KeyError) as caught:
        Claims({}, {})[PLAN]
    assert caught.value.args == (PLAN,)


@pytest.mark.parametrize("name", ["plan", "https://shop.example/plam"])
def test_a_claim_without_its_namespace_and_a_slip_name_the_one_that_is_there(name: str) -> None:
    with pytest.raises(KeyError) as caught:
        Claims({"https://shop.example/roles": [], "https://shop.example/plan": "gold"}, {})[name]
    assert caught.value.args == (f"{name}: did you mean 'https://shop.example/plan'?",)
