"""Arguments, results, headers and bodies as the page shows them."""

from __future__ import annotations

import gzip
from typing import Any

import pytest

from pytest_auth0_actions import UNDEFINED, CacheError, CacheRecord, JSValue
from pytest_auth0_actions.bodies import HttpHeaders
from pytest_auth0_actions.reporting.html.readable import (
    has_parts,
    readable,
    readable_body,
    readable_headers,
)
from pytest_auth0_actions.values import HttpRequest
from pytest_auth0_actions.world.masking import Mask


def hide(text: str) -> str:
    return text.replace("s3cr3t", "***KEY***")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "null"),
        (True, "true"),
        (5.5, "5.5"),
        ('caf\u00e9 "s3cr3t"', '"caf\u00e9 \\"***KEY***\\""'),
        (UNDEFINED, "undefined"),
        (JSValue("function", "[Function: s3cr3t]", "function s3cr3t"), "[Function: ***KEY***]"),
        ([], "[]"),
        ({}, "{}"),
        ([1, [UNDEFINED]], "[\n  1,\n  [\n    undefined\n  ]\n]"),
        ({"s3cr3t": {"a": "s3cr3t"}}, '{\n  "***KEY***": {\n    "a": "***KEY***"\n  }\n}'),
        (CacheRecord("abc", 5), '{\n  "value": "abc",\n  "expires_at": 5\n}'),
        (ValueError("s3cr3t"), "ValueError('***KEY***')"),
        (b"s3cr3t", "b'***KEY***'"),
    ],
)
def test_values_are_json_where_json_has_them(value: Any, shown: str) -> None:
    assert readable(value, hide) == shown


def test_what_lies_deep_or_in_itself_comes_to_an_end() -> None:
    loop: list[Any] = ["top"]
    loop.append(loop)
    shown = readable(loop, hide)
    assert shown.count('"top"') == 20
    assert "['top', [...]]" in shown


@pytest.mark.parametrize(
    ("value", "more"),
    [
        ("text", False), (5, False), (None, False), (UNDEFINED, False), (ValueError("no"), False),
        ({}, True), ([1], True), (CacheError("CacheKeyDoesNotExist"), True),
    ],
)  # fmt: skip
def test_only_what_has_parts_needs_more_than_a_line(value: Any, more: bool) -> None:
    assert has_parts(value) is more


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        (b"", ""),
        (b'{"key":"s3cr3t","n":[1]}', '{\n  "key": "***KEY***",\n  "n": [\n    1\n  ]\n}'),
        (b"key=s3cr3t&n=1", "key=***KEY***&n=1"),
        (b'{"key":', '{"key":'),
        (b"\x00" * 1_234, "1,234 bytes that are no text"),
        (b"\x89PNG\xff", "5 bytes that are no text"),
        (b"[" * 100_000, "[" * 2_000 + "\u2026 +98,000 characters"),
        (b"x" * 2_000, "x" * 2_000),
        (b'["' + b"x" * 99_996 + b'"]', '[\n  "' + "x" * 1_995 + "\u2026 +98,004 characters"),
        (b'["' + b"x" * 99_997 + b'"]', '["' + "x" * 1_998 + "\u2026 +98,001 characters"),
        (b"x" * 1_996 + b"s3cr3t", "x" * 1_996 + "***K\u2026 +5 characters"),
    ],
)
def test_bodies(content: bytes, shown: str) -> None:
    request = HttpRequest("POST", "https://a.test/", 200, 0, content=content)
    assert readable_body(request.text, request.content, hide) == shown


def test_a_body_that_was_packed_is_shown_as_it_was_before() -> None:
    headers = HttpHeaders([("content-encoding", "gzip")])
    content = gzip.compress(b'"s3cr3t"')
    request = HttpRequest("POST", "https://a.test/", 200, 0, headers, content)
    assert readable_body(request.text, request.content, hide) == '"***KEY***"'


def test_a_secret_is_hidden_however_json_writes_it() -> None:
    mask = Mask()
    mask.add({"KEY": 'line\nwith "quotes" \u2603 and 5'})
    for text in (
        r'{"a": "line\nwith \"quotes\" \u2603 and 5"}',
        r'["line\nwith \"quotes\" ' + '\u2603 and 5"]',
    ):
        shown = readable_body(text, text.encode(), mask.from_action)
        assert "***KEY***" in shown
        assert "quotes" not in shown


def test_headers_stand_one_a_line() -> None:
    headers = HttpHeaders([("Authorization", "Bearer s3cr3t"), ("Accept", "*/*")])
    assert readable_headers(headers, hide) == "authorization: Bearer ***KEY***\naccept: */*"
    long = HttpHeaders([("x-long", "x" * 3_000)])
    assert readable_headers(long, hide).endswith("\u2026 +1,008 characters")
