from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from pytest_auth0_actions import (
    ApiCall,
    CacheError,
    CacheRecord,
    HttpHeaders,
    HttpRequest,
    PostLoginOutcome,
)
from pytest_auth0_actions.reporting.plain import plain
from pytest_auth0_actions.values import UNDEFINED, Claims, JSObject, JSValue


def masked(text: str) -> str:
    return text.replace("s3cr3t", "***")


class Thing:
    """What Python shows with an address."""


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a s3cr3t", "a ***"),
        (b"s3cr3t\xff", "***\\xff"),
        (bytearray(b"a"), "a"),
        (5, 5),
        (1.5, 1.5),
        (True, True),
        (None, None),
        (("a", ["s3cr3t"]), ["a", ["***"]]),
        ({"s3cr3t": {"b": 1, "a": 2}}, {"***": {"b": 1, "a": 2}}),
        (Claims({"plan": "s3cr3t"}, {"roles": "why"}), {"plan": "***"}),
        (JSObject(a=1), {"a": 1}),
        (UNDEFINED, "undefined"),
        (JSValue("function", "[Function: s3cr3t]", ""), "[Function: ***]"),
        (ValueError("s3cr3t"), "ValueError: ***"),
        (dt.date(2025, 1, 1), "datetime.date(2025, 1, 1)"),
        (Thing, "<class 'tests.reporting.test_plain.Thing'>"),
        (Thing(), "<tests.reporting.test_plain.Thing object>"),
        (CacheRecord("s3cr3t", 5), {"value": "***", "expires_at": 5}),
        (CacheError("InvalidExpiry"), {"code": "InvalidExpiry"}),
        (ApiCall("cache.get", (1,), None, 7), {"path": "cache.get", "args": [1], "result": None}),
        (ApiCall("p.f", (), UNDEFINED, 7, is_of_package=True), {"path": "p.f", "args": []}),
        (PostLoginOutcome(), {}),
        (HttpRequest("GET", "u", None, 7), {"method": "GET", "url": "u", "status": None}),
    ],
)
def test_values_are_plain(value: Any, expected: Any) -> None:
    made = plain(value, masked)
    assert made == expected
    assert repr(made) == repr(expected)  # in the same order, and of plain types


@pytest.mark.parametrize(
    ("kind", "content", "body"),
    [
        ("application/json", b'{"key": "s3cr3t"}', {"key": "***"}),
        (None, b"[1]", [1]),
        ("application/x-www-form-urlencoded", b"a=1&b=s3cr3t", {"a": "1", "b": "***"}),
        ("multipart/form-data; boundary=r4nd0m",
         b'--r4nd0m\r\ncontent-disposition: form-data; name="a"\r\n\r\n1\r\n--r4nd0m--\r\n',
         {"a": "1"}),
        ("text/plain", b"hello", "hello"),
    ],
)  # fmt: skip
def test_the_body_of_a_request_is_read(kind: str | None, content: bytes, body: Any) -> None:
    headers = HttpHeaders([] if kind is None else [("content-type", kind), ("user-agent", "v22")])
    made = plain(HttpRequest("POST", "u", 200, 0, headers, content), masked)
    assert made == {"method": "POST", "url": "u", "status": 200, "body": body}
