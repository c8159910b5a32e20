"""How a failed comparison of our values is explained."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_auth0_actions import (
    UNDEFINED,
    ApiCall,
    CacheDeleteSuccess,
    CacheError,
    CacheRecord,
    CacheSetSuccess,
    Execution,
    HttpHeaders,
    HttpRequest,
)
from pytest_auth0_actions.auth0.events import build_event
from pytest_auth0_actions.auth0.triggers.post_user_registration import POST_USER_REGISTRATION
from pytest_auth0_actions.reporting.comparison import explain
from pytest_auth0_actions.world.masking import Mask

NOW_MS = 1_735_689_600_000
MINUTE, HOUR = 60_000, 3_600_000
RECORD = CacheRecord("abc", NOW_MS + 15 * MINUTE)
GET = ApiCall("cache.get", ("token",), None, NOW_MS)
SET = ApiCall("cache.set", ("token", "abc", {"ttl": 3_600}), CacheSetSuccess(RECORD), NOW_MS)
EXECUTION: Execution = Execution((GET, SET), (), "stored\n", {"user": {}}, NOW_MS, 0)


def differences(left: object, right: object, **options: Any) -> list[str]:
    """Return what stands below the compared values."""
    lines = explain("==", left, right, **options)
    assert lines is not None
    return lines[1:]


def event(now: str = "2025-01-01T00:00:00.000Z", **overrides: Any) -> dict[str, Any]:
    return build_event(POST_USER_REGISTRATION.event, now, overrides)


def test_records_tell_by_how_much_time_they_differ() -> None:
    assert explain("==", RECORD, CacheRecord("abd", NOW_MS + 24 * HOUR)) == [
        "CacheRecord(value='abc', expires_at=1735690500000) == "
        "CacheRecord(value='abd', expires_at=1735776000000)",
        "value: 'abc', not 'abd'",
        "expires_at: 23h 45m earlier (2025-01-01T00:15:00Z, not 2025-01-02T00:00:00Z)",
    ]


def test_results_tell_what_differs_within() -> None:
    later = CacheSetSuccess(CacheRecord("abc", NOW_MS + HOUR))
    assert differences(CacheSetSuccess(RECORD), later) == [
        "record.expires_at: 45m earlier (2025-01-01T00:15:00Z, not 2025-01-01T01:00:00Z)"
    ]
    key, value = CacheError("CacheKeySizeExceeded"), CacheError("CacheValueSizeExceeded")
    assert differences(key, value) == ["code: 'CacheKeySizeExceeded', not 'CacheValueSizeExceeded'"]


def test_calls_tell_a_lifetime_in_words_too() -> None:
    right = replace(SET, args=("token", "abc", {"ttl": HOUR}), at_ms=NOW_MS + 1)
    assert differences(SET, right) == [
        "args[2].ttl: 3600 (3.6s), not 3600000 (1h)",
        "at_ms: 0.001s earlier (2025-01-01T00:00:00Z, not 2025-01-01T00:00:00.001Z)",
    ]


@pytest.mark.parametrize("kind", [tuple, list])
def test_rows_of_calls_tell_the_place(kind: Any) -> None:
    right = kind([GET, replace(SET, args=("token", "abd", {"ttl": 3_600}))])
    assert differences(kind([GET, SET]), right) == ["[1].args[1]: 'abc', not 'abd'"]


def test_what_one_side_has_more() -> None:
    assert differences((GET, SET), (GET,)) == [
        "[1]: only on the left: cache.set('token', 'abc', {'ttl': 3600}) -> CacheSetSuccess…"
    ]
    assert differences((), [GET]) == [
        "a tuple and a list are never equal",
        "[0]: only on the right: cache.get('token') -> None",
    ]


def test_a_tuple_is_no_list() -> None:
    """`execution.calls` is a tuple."""
    assert differences((GET,), [GET]) == ["a tuple and a list are never equal"]
    assert differences([GET], (GET,)) == ["a list and a tuple are never equal"]


UNLIKE = [{"ttl": 1}, [1], (1,), "cache.get", 5, 5.5, None, True, b"x", UNDEFINED, RECORD, GET]


@pytest.mark.parametrize("left", UNLIKE, ids=repr)
@pytest.mark.parametrize("right", UNLIKE, ids=repr)
def test_values_of_two_kinds_in_the_same_place_are_both_shown(left: Any, right: Any) -> None:
    """A dict has no items in common with a number, nor a list with a text."""
    if type(left) is type(right):
        return
    told = [f"{left!r}, not {right!r}"]
    if {type(left), type(right)} == {list, tuple}:
        kinds = [type(each).__name__ for each in (left, right)]
        told = [f"a {kinds[0]} and a {kinds[1]} are never equal"]
    one, other = replace(SET, args=("token", left)), replace(SET, args=("token", right))
    assert differences(one, other) == [f"args[1]: {each}" for each in told]
    one, other = replace(GET, result=left), replace(GET, result=right)
    assert differences(one, other) == [f"result: {each}" for each in told]
    one, other = (replace(SET, args=({"ttl": each},)) for each in (left, right))
    assert differences(one, other) == [f"args[0].ttl: {each}" for each in told]
    events = event(), event()
    for made, value in zip(events, (left, right), strict=True):
        made["user"]["user_metadata"]["plan"] = value
    assert differences(*events) == [f"user.user_metadata.plan: {each}" for each in told]


def test_requests() -> None:
    left = HttpRequest("GET", "https://example.com/", 200, at_ms=NOW_MS)
    assert differences(left, replace(left, status=None, method="POST")) == [
        "method: 'GET', not 'POST'",
        "status: 200, not None",
    ]
    assert differences(left, replace(left, status=404)) == ["status: 200, not 404"]


def test_of_requests_what_does_not_count_is_not_told() -> None:
    sent = HttpRequest("GET", "https://a.example/", 200, NOW_MS, HttpHeaders([("a", "b")]), b"x")
    assert differences(sent, HttpRequest("GET", "https://a.example/", 404, NOW_MS)) == [
        "status: 200, not 404"
    ]


def test_executions() -> None:
    right = replace(
        EXECUTION,
        calls=(GET,),
        logs="cache hit\n",
        event={"user": {"email": "ada@example.com"}},
        started_at_ms=NOW_MS + HOUR,
        duration_ms=1_200,
    )
    assert differences(EXECUTION, right) == [
        "calls[1]: only on the left: cache.set('token', 'abc', {'ttl': 3600}) -> CacheSetSuccess…",
        "logs: 'stored\\n', not 'cache hit\\n'",
        "event.user.email: only on the right: 'ada@example.com'",
        "started_at_ms: 1h earlier (2025-01-01T00:00:00Z, not 2025-01-01T01:00:00Z)",
        "duration_ms: 0 (0s), not 1200 (1.2s)",
    ]


def test_events_tell_the_fields_that_differ_and_by_how_much_time() -> None:
    left = event(user={"email": "bob@example.com", "user_metadata": {"plan": "pro"}})
    right = event("2025-01-01T00:15:00.001Z")
    assert differences(left, right) == [
        "user.created_at: 15m 0.001s earlier (2025-01-01T00:00:00Z, not 2025-01-01T00:15:00.001Z)",
        "user.email: 'bob@example.com', not 'ada@example.com'",
        "user.updated_at: 15m 0.001s earlier (2025-01-01T00:00:00Z, not 2025-01-01T00:15:00.001Z)",
        "user.user_metadata.plan: only on the left: 'pro'",
    ]


def test_rows_within_events() -> None:
    left, right = event(), event(transaction={"prompt": ["login", "consent"]})
    assert differences(left, right) == ["transaction.prompt[1]: only on the right: 'consent'"]


@pytest.mark.parametrize(
    ("left", "field"),
    [
        (CacheRecord("abc", 5), "expires_at"),
        (ApiCall("cache.get", ("token",), None, 5), "at_ms"),
        (HttpRequest("GET", "https://example.com/", 200, 5), "at_ms"),
        (replace(EXECUTION, started_at_ms=5), "started_at_ms"),
    ],
)
def test_an_instant_of_a_value_is_one_in_whatever_year(left: Any, field: str) -> None:
    """A clock may start in 1970; elsewhere, such small numbers are numbers."""
    assert differences(left, replace(left, **{field: 3_600_005})) == [
        f"{field}: 1h earlier (1970-01-01T00:00:00.005Z, not 1970-01-01T01:00:00.005Z)"
    ]
    assert differences(left, replace(left, **{field: None})) == [f"{field}: 5, not None"]


def test_text_that_is_nearly_an_instant_is_text() -> None:
    for one, other in (
        ("2025-02-30T00:00:00Z", "2025-02-28T00:00:00Z"),
        ("2025-02-27", "2025-02-28"),
        ("2025-02-28T00:00:00", "2025-02-28T00:00:01"),
        ("2025-02-28T00:00:00Z", "2025-02-28T01:00:00+01:00"),
        ("2025-02-28T00:00:00.1Z", "2025-02-28T00:00:00Z"),
        ("", "2025-02-28T00:00:00Z"),
    ):
        left, right = event(user={"created_at": one}), event(user={"created_at": other})
        assert differences(left, right) == [f"user.created_at: {one!r}, not {other!r}"]


def test_records_by_key() -> None:
    left = {"token": RECORD, "other": RECORD}
    right = {"token": replace(RECORD, expires_at=NOW_MS)}
    assert differences(left, right) == [
        "token.expires_at: 15m later (2025-01-01T00:15:00Z, not 2025-01-01T00:00:00Z)",
        "other: only on the left: CacheRecord(value='abc', expires_at=1735690500000)",
    ]


@pytest.mark.parametrize(
    ("op", "joined"), [("==", "not"), ("<", "and"), ("<=", "and"), (">", "and"), (">=", "and")]
)
def test_instants_tell_by_how_much_time_they_differ(op: str, joined: str) -> None:
    assert explain(op, NOW_MS + 900_000, NOW_MS + HOUR) == [
        f"1735690500000 {op} 1735693200000",
        f"45m earlier (2025-01-01T00:15:00Z, {joined} 2025-01-01T01:00:00Z)",
    ]


@pytest.mark.parametrize(
    ("op", "left", "right"),
    [
        ("==", 1, 2),
        ("==", NOW_MS, 3_600),
        ("==", 3_600, NOW_MS),
        ("==", NOW_MS, NOW_MS + 0.5),
        ("==", NOW_MS, None),
        ("!=", NOW_MS, NOW_MS),
        ("in", NOW_MS, [NOW_MS]),
        ("!=", RECORD, RECORD),
        ("==", RECORD, None),
        ("==", None, RECORD),
        ("==", CacheDeleteSuccess(), CacheError("CacheKeyDoesNotExist")),
        ("==", "a", "b"),
        ("==", {"a": 1}, {"a": 2}),
        ("==", {}, {}),
        ("==", {"tenant": 1}, {"tenant": 2}),
        ("==", {"tenant": 1, "request": 2}, {"tenant": 1}),
        ("==", (), []),
        ("==", [RECORD, 1], [RECORD]),
        ("==", ["cache.get"], ["cache.get", "cache.set"]),
        ("==", [RECORD], RECORD),
        ("==", None, [RECORD]),
        ("==", [RECORD], None),
        ("==", 5, (RECORD,)),
        ("==", "ab", [RECORD]),
        ("==", {"token": RECORD}, [RECORD]),
        ("==", [RECORD], {"token": RECORD}),
    ],
)
def test_what_is_not_ours_is_left_to_pytest(op: str, left: object, right: object) -> None:
    assert explain(op, left, right) is None


def test_in_a_test_without_our_fixtures_only_our_types_are_explained() -> None:
    assert explain("==", NOW_MS, NOW_MS + 1, in_our_test=False) is None
    assert explain("==", event(), event(user={"email": "x"}), in_our_test=False) is None
    assert differences(RECORD, replace(RECORD, value="x"), in_our_test=False) == [
        "value: 'abc', not 'x'"
    ]


def test_long_texts_are_told_from_where_they_differ() -> None:
    same = "".join(f"line {number}\n" for number in range(100))
    left, right = (replace(EXECUTION, logs=f"{same}cache {end}\n") for end in ("hit", "miss"))
    assert differences(left, right) == [r"logs: '…ne 99\ncache hit\n', not '…ne 99\ncache miss\n'"]


def test_one_text_that_begins_with_the_other() -> None:
    short = CacheRecord("x" * 80, NOW_MS)
    assert differences(short, CacheRecord("x" * 80 + "yz", NOW_MS)) == [
        "value: '…xxxxxxxxxxxx', not '…xxxxxxxxxxxxyz'"
    ]


def test_secrets_are_hidden_before_anything_is_cut() -> None:
    secret = "s3cr3t" * 10
    mask = Mask()
    mask.add({"KEY": secret})
    left = replace(SET, args=("token", secret, {"ttl": 1}), result=CacheRecord(secret + "a", 0))
    right = replace(SET, args=("token", "x", {"ttl": 2}), result=CacheRecord(secret + "b", 0))
    for one, other in ((left, right), ((left,), ()), ((), (left,)), ((left,), (right,))):
        lines = explain("==", one, other, mask=mask)
        assert lines is not None
        assert "s3c" not in "\n".join(lines)
        assert "***KEY***" in "\n".join(lines)


@given(st.integers(0, 2**53), st.integers(0, 2**53), st.text(), st.text())
def test_any_two_records_are_explained(left_ms: int, right_ms: int, left: str, right: str) -> None:
    told = differences(CacheRecord(left, left_ms), CacheRecord(right, right_ms))
    assert len(told) == (left != right) + (left_ms != right_ms)
