"""What is odd about the lifetime of a cache record: the whole text, and the last good value."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_auth0_actions import (
    UNDEFINED,
    CacheLifetimeWarning,
    CacheOptionsWarning,
    JSValue,
    TtlUnitWarning,
)
from pytest_auth0_actions.auth0.namespaces.cache.advice import diagnose_set

NOW_MS, DAY_MS = 1_735_689_600_000, 86_400_000
BOTH = (
    CacheOptionsWarning,
    "[A708] api.cache.set() was given both ttl and expires_at, which Auth0 asks not to do; "
    "the earlier end counts. Pass one of them.",
)
TOO_LONG = (
    CacheLifetimeWarning,
    "[A711] api.cache.set() was asked for a lifetime over 24 h, which is shortened to that. Ask "
    "for less.",
)


def in_seconds(shown: str) -> Any:
    text = (
        f"[A710] expires_at is {shown} ms, in 1970: that looks like a time in seconds. Multiply by "
        "1000."
    )
    return (TtlUnitWarning, text)


def ignored(shown: str) -> Any:
    text = (
        f"[A707] api.cache.set() ignores options that are not an object: {shown}. "
        "Pass { ttl: ... } in milliseconds."
    )
    return (CacheOptionsWarning, text)


def ttl_in_seconds(shown: str, named: str) -> Any:
    text = f"[A709] ttl is {shown} ms: that looks like {named} in seconds. Multiply by 1000."
    return (TtlUnitWarning, text)


def left_in_seconds(shown: str, named: str) -> Any:
    text = (
        f"[A709] expires_at is {shown} ms from now: that looks like {named} in seconds. Multiply "
        f"them by 1000: Date.now() + {shown.replace(',', '')} * 1000."
    )
    return (TtlUnitWarning, text)


@pytest.mark.parametrize(
    ("options", "advice"),
    [
        ({}, []),
        ({"ttl": 299}, []),
        ({"ttl": 300}, [ttl_in_seconds("300", "5 min")]),
        ({"ttl": 301}, []),
        ({"ttl": 3_540}, [ttl_in_seconds("3,540", "59 min")]),  # a minute before the end
        ({"ttl": 86_340.0}, [ttl_in_seconds("86,340", "1439 min")]),
        ({"ttl": 43_200.0}, [ttl_in_seconds("43,200", "12 h")]),
        ({"ttl": 172_800}, [ttl_in_seconds("172,800", "2 d")]),
        ({"ttl": "300"}, []),
        ({"ttl": True}, []),
        ({"ttl": None}, []),
        ({"ttl": float("nan")}, []),
        ({"ttl": float("inf")}, []),
        ({"ttl": DAY_MS}, []),
        ({"ttl": DAY_MS + 1}, [TOO_LONG]),
        ({"ttl": DAY_MS + 0.5}, [TOO_LONG]),
        ({"expires_at": 999_999_999}, []),
        ({"expires_at": 1_000_000_000}, [in_seconds("1,000,000,000")]),
        ({"expires_at": 9_999_999_999}, [in_seconds("9,999,999,999")]),
        ({"expires_at": 10_000_000_000}, []),
        ({"expires_at": True}, []),
        ({"expires_at": "1735689600"}, []),
        ({"expires_at": NOW_MS + 3_600}, [left_in_seconds("3,600", "1 h")]),
        ({"expires_at": NOW_MS + 1_740.0}, [left_in_seconds("1,740", "29 min")]),
        ({"expires_at": NOW_MS + 3_601}, []),
        ({"expires_at": NOW_MS - 3_600}, []),
        ({"expires_at": NOW_MS + DAY_MS}, []),
        (
            {"ttl": 5_000, "expires_at": NOW_MS + 86_400},
            [BOTH, left_in_seconds("86,400", "1 d")],
        ),
        ({"expires_at": NOW_MS + DAY_MS + 1}, [TOO_LONG]),
        ({"ttl": 5_000, "expires_at": NOW_MS + 5_000}, [BOTH]),
        ({"ttl": None, "expires_at": None}, [BOTH]),
        ({"ttl": 2 * DAY_MS, "expires_at": NOW_MS + 5_000}, [BOTH]),
        ({"ttl": 5_000, "expires_at": NOW_MS + 2 * DAY_MS}, [BOTH]),
        ({"ttl": 2 * DAY_MS, "expires_at": NOW_MS + 2 * DAY_MS}, [BOTH, TOO_LONG]),
        (
            {"ttl": 300, "expires_at": 1_735_689_600},
            [BOTH, ttl_in_seconds("300", "5 min"), in_seconds("1,735,689,600")],
        ),
        (None, []),
        (UNDEFINED, []),
        (5_000, [ignored("5000")]),
        ("", [ignored("''")]),
        ([{"ttl": 300}], [ignored("[{'ttl': 300}]")]),
        (JSValue("function", "[Function: ttl]", "function ttl"), [ignored("[Function: ttl]")]),
    ],
    ids=repr,
)
def test_what_is_said_of_options(options: Any, advice: Any) -> None:
    given = options if isinstance(options, dict) else {}
    ttl, expires_at = given.get("ttl", UNDEFINED), given.get("expires_at", UNDEFINED)
    assert diagnose_set(options, ttl, expires_at, DAY_MS, NOW_MS) == advice
    unlimited = diagnose_set(options, ttl, expires_at, None, NOW_MS)
    assert unlimited == [each for each in advice if each is not TOO_LONG]


@pytest.mark.parametrize(("longest_ms", "shown"), [(5_400_000, "1.5"), (3_600_000, "1")])
def test_a_longest_life_is_told_in_hours(longest_ms: int, shown: str) -> None:
    [(category, text)] = diagnose_set({}, longest_ms + 1, UNDEFINED, longest_ms, NOW_MS)
    assert category is CacheLifetimeWarning
    assert f"over {shown} h," in text
    assert diagnose_set({}, longest_ms, UNDEFINED, longest_ms, NOW_MS) == []
