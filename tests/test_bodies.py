from __future__ import annotations

import copy
import gzip
import pickle
import zlib
from typing import Any

import pytest

from pytest_auth0_actions import HttpHeaders, HttpRequest
from pytest_auth0_actions.bodies import shortened_url

URL = "https://api.example.com/"
FORM = "application/x-www-form-urlencoded"


def request(content: bytes = b"", **headers: str) -> HttpRequest:
    named = ((name.replace("_", "-"), value) for name, value in headers.items())
    return HttpRequest("POST", URL, 200, 0, HttpHeaders(named), content)


def test_a_header_is_found_in_any_case() -> None:
    headers = HttpHeaders([("Content-Type", "a"), ("X-Id", "1"), ("x-id", "2")])
    assert headers == {"content-type": "a", "x-id": "1, 2"}
    assert headers["CONTENT-type"] == headers.get("Content-Type") == "a"
    assert "X-ID" in headers
    assert "x-other" not in headers
    assert not headers.__contains__(5)
    assert (headers.get("Y"), headers.get("Y", "")) == (None, "")
    with pytest.raises(KeyError, match="y"):
        headers["Y"]


@pytest.mark.parametrize(
    "copied", [copy.copy, copy.deepcopy, lambda h: pickle.loads(pickle.dumps(h))]
)
def test_a_copy_of_headers_is_the_same(copied: Any) -> None:
    headers = HttpHeaders([("A", "1"), ("a", "2")])
    made = copied(headers)
    assert (type(made), made, made["A"]) == (HttpHeaders, headers, "1, 2")


def test_two_requests_are_equal_by_what_they_were_always() -> None:
    bare = HttpRequest("POST", URL, 200, at_ms=0)
    assert request(b"x", a="b") == bare == HttpRequest("POST", URL, 200, 0)
    assert hash(request(b"x")) == hash(bare)
    for other in (
        HttpRequest("GET", URL, 200, 0),
        HttpRequest("POST", URL + "a", 200, 0),
        HttpRequest("POST", URL, None, 0),
        HttpRequest("POST", URL, 200, 1),
    ):
        assert other != bare
    assert (bare.headers, bare.content, bare.text) == ({}, b"", "")
    assert (bare.response_headers, bare.response_content, bare.response_text) == ({}, b"", "")


@pytest.mark.parametrize(
    ("content", "headers", "text"),
    [
        ("é€".encode(), {}, "é€"),
        ("é".encode("latin-1"), {"content_type": "text/plain; charset=ISO-8859-1"}, "é"),
        ("é".encode("utf-16"), {"content_type": 'a/b; Charset="utf-16"; x=y'}, "é"),
        ("é".encode(), {"content_type": "text/plain; charset=unheard-of"}, "é"),
        (b"a\xffb", {}, "a\N{REPLACEMENT CHARACTER}b"),
        (gzip.compress(b"packed", mtime=0), {"content_encoding": "gzip"}, "packed"),
        (gzip.compress(b"packed", mtime=0), {"content_encoding": " X-Gzip"}, "packed"),
        (zlib.compress(b"packed"), {"content_encoding": "deflate"}, "packed"),
        (zlib.compress(b"packed")[2:-4], {"content_encoding": "deflate"}, "packed"),
        (b"not packed", {"content_encoding": "gzip"}, "not packed"),
        (b"other", {"content_encoding": "br"}, "other"),
    ],
)
def test_text_is_in_the_charset_that_is_named(
    content: bytes, headers: dict[str, str], text: str
) -> None:
    made = request(content, **headers)
    assert made.text == text
    assert made.content == content
    answered = HttpRequest("GET", URL, 200, 0, HttpHeaders(), b"", made.headers, content)
    assert answered.response_text == text


def test_json_is_what_the_body_says() -> None:
    assert request(b'{"a": [1, null]}').json() == {"a": [1, None]}
    assert request(gzip.compress(b"5", mtime=0), content_encoding="gzip").json() == 5


@pytest.mark.parametrize(
    ("content", "kind", "why", "given", "advice"),
    [
        (b"a=1", FORM, "Expecting value: line 1 column 1 (char 0)", f", with {FORM}: 'a=1'",
         "Read it with form()."),
        (b"<xml>", None, "Expecting value: line 1 column 1 (char 0)",
         ", with no content-type: '<xml>'", "Read it as text, or content."),
        (b"", None, "Expecting value: line 1 column 1 (char 0)", ", which has no body",
         "Read it as text, or content."),
        (b"x" * 80, "text/plain", "Expecting value: line 1 column 1 (char 0)",
         f", with text/plain: '{'x' * 60}'...", "Read it as text, or content."),
    ],
)  # fmt: skip
def test_what_is_no_json_is_an_error(
    content: bytes, kind: str | None, why: str, given: str, advice: str
) -> None:
    headers = {} if kind is None else {"content_type": kind}
    with pytest.raises(ValueError, match="The body is not JSON") as caught:
        request(content, **headers).json()
    assert str(caught.value) == (
        f"[A216] The body is not JSON: {why}.\nGiven: POST {URL} -> 200{given}.\n{advice}"
    )


@pytest.mark.parametrize(
    ("content", "fields"),
    [
        (b"a=1&b=", {"a": "1", "b": ""}),
        (b"a=1&a=2&a=3&b=4", {"a": ["1", "2", "3"], "b": "4"}),
        (b"q=%2B+%C3%A9", {"q": "+ é"}),
        (b"", {}),
    ],
)
def test_a_form_is_its_fields(content: bytes, fields: dict[str, Any]) -> None:
    assert request(content, content_type=FORM).form() == fields
    assert request(content, content_type=f"{FORM.upper()};charset=UTF-8").form() == fields


def test_a_multipart_form_is_its_fields_and_files() -> None:
    file = bytes(range(256)) + b"\r\n\r\n--x\n\r--"
    content = (
        b'--x-1\r\ncontent-disposition: form-data; name="a"\r\n\r\n\xc3\xa9\r\n\r\n'
        b'--x-1\r\ncontent-disposition: form-data; name="f"; filename="f.bin"\r\n'
        b"content-type: application/octet-stream\r\n\r\n" + file + b"\r\n"
        b'--x-1\r\ncontent-disposition: form-data; name="a"\r\n\r\n2\r\n--x-1--\r\n'
    )
    form = request(content, content_type="multipart/form-data; boundary=x-1").form()
    assert form == {"a": ["é\r\n", "2"], "f": file}


@pytest.mark.parametrize("kind", ["application/json", None])
def test_what_is_no_form_is_an_error(kind: str | None) -> None:
    headers = {} if kind is None else {"content_type": kind}
    with pytest.raises(ValueError, match="The body is not a form") as caught:
        request(b'{"a":1}', **headers).form()
    assert str(caught.value) == (
        "[A217] The body is not a form, by its content-type.\n"
        f"Given: POST {URL} -> 200, with {kind or 'no content-type'}: '{{\"a\":1}}'.\n"
        "Read it with json(), or as text; a form is application/x-www-form-urlencoded or "
        "multipart/form-data."
    )


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://a.example/" + "b" * 54, "https://a.example/" + "b" * 54),
        ("https://a.example/" + "b" * 55, "https://a.example/..."),
        ("https://a.example/b/" + "c" * 55 + "/d", "https://a.example/b/..."),
        ("https://a.example/b?" + "c" * 80, "https://a.example/b?..."),
        ("https://a.example/" + "b/" * 40 + "?c", "https://a.example/" + "b/" * 25 + "..."),
        ("https://" + "a" * 80 + "/b", "https://" + "a" * 60 + "/..."),
    ],
)
def test_a_request_shows_on_one_line(url: str, shown: str) -> None:
    assert shortened_url(url) == shown
    assert len(shown) <= 72
    made = HttpRequest("POST", url, None, 0, HttpHeaders([("a", "b")]), b"x" * 999)
    assert repr(made) == f"POST {shown} -> no response"
