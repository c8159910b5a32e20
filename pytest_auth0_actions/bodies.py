"""Reads what HTTP carries: headers, text, JSON and forms. Imports nothing of ours."""

from __future__ import annotations

import codecs
import json
import re
import zlib
from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

_CHARSET: Final = re.compile(r"charset=\"?([^\s;\"]+)", re.IGNORECASE)
_FORMS: Final = {
    "application/x-www-form-urlencoded": "urlencoded",
    "multipart/form-data": "multipart",
}
_ANY_WRAPPER: Final = 47  # zlib's number for gzip, or its own
_NO_WRAPPER: Final = -15
_LONGEST_URL: Final = 72
_SHOWN_CHARACTERS: Final = 60


class HttpHeaders(dict[str, str]):
    """Headers: a dict whose names are in lower case, and are found in any case.

    Where one came several times, its values are joined by commas.

    >>> headers = HttpHeaders([("Accept", "text/html"), ("accept", "*/*")])
    >>> headers, headers["ACCEPT"]
    ({'accept': 'text/html, */*'}, 'text/html, */*')
    """

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        super().__init__()
        for name, value in pairs:
            key = name.lower()
            super().__setitem__(key, f"{self[key]}, {value}" if key in self else value)

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(name.lower())

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and super().__contains__(name.lower())

    def get(self, name: str, default: Any = None) -> Any:
        """Return the value of a header, or *default* if it is not there."""
        return super().get(name.lower(), default)


def text_of_body(headers: Mapping[str, str], content: bytes) -> str:
    r"""Return a body as text; what its charset can't represent is replaced.

    >>> text_of_body({"content-type": "text/plain; charset=latin-1"}, b"caf\xe9")
    'café'
    """
    found = _CHARSET.search(headers.get("content-type", ""))
    charset = found[1] if found else "utf-8"
    try:
        codecs.lookup(charset)
    except LookupError:
        charset = "utf-8"
    return _unpacked(headers, content).decode(charset, "replace")


def json_of_body(shown: object, headers: Mapping[str, str], content: bytes) -> Any:
    """Return what a body says as JSON.

    Args:
        shown: whose body it is, for the message.
        headers: those that came with it.
        content: the body.

    Raises:
        ValueError: it is no JSON.
    """
    __tracebackhide__ = True
    text = text_of_body(headers, content)
    try:
        return json.loads(text)
    except ValueError as error:
        raise ValueError(
            f"[A216] The body is not JSON: {error}.\n"
            f"Given: {_given(shown, headers, text)}.\n"
            + ("Read it with form()." if _form_kind(headers) else "Read it as text, or content.")
        ) from None


def form_of_body(shown: object, headers: Mapping[str, str], content: bytes) -> dict[str, Any]:
    """Return the fields of a form: text by name, bytes for a file, a list for several of a name.

    Args:
        shown: whose body it is, for the message.
        headers: those that came with it.
        content: the body.

    Raises:
        ValueError: by its content-type, it is no form.
    """
    __tracebackhide__ = True
    kind = _form_kind(headers)
    if kind is None:
        text = text_of_body(headers, content)
        raise ValueError(
            "[A217] The body is not a form, by its content-type.\n"
            f"Given: {_given(shown, headers, text)}.\n"
            "Read it with json(), or as text; a form is application/x-www-form-urlencoded or "
            "multipart/form-data."
        )
    fields: dict[str, list[Any]] = {}
    if kind == "multipart":
        pairs = _parts(headers["content-type"], _unpacked(headers, content))
    else:
        pairs = parse_qsl(text_of_body(headers, content), keep_blank_values=True)
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in fields.items()}


def _form_kind(headers: Mapping[str, str]) -> str | None:
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    return _FORMS.get(kind)


def _parts(content_type: str, content: bytes) -> list[tuple[str, Any]]:
    """Return the parts of a multipart body: text, or bytes of a file, by name."""
    from email.parser import BytesParser
    from email.policy import HTTP

    head = b"content-type: " + content_type.encode("latin-1", "replace") + b"\r\n\r\n"
    pairs: list[tuple[str, Any]] = []
    for part in BytesParser(policy=HTTP).parsebytes(head + content).iter_parts():
        name = part.get_param("name", "", header="content-disposition")
        payload: Any = part.get_payload(decode=True)
        is_file = part.get_filename() is not None
        pairs.append((str(name), payload if is_file else payload.decode("utf-8", "replace")))
    return pairs


def _unpacked(headers: Mapping[str, str], content: bytes) -> bytes:
    """Return a body as it was before gzip or deflate; as it is, if it was not packed so."""
    if headers.get("content-encoding", "").strip().lower() not in {"gzip", "x-gzip", "deflate"}:
        return content
    for wrapper in (_ANY_WRAPPER, _NO_WRAPPER):
        unpacking = zlib.decompressobj(wrapper)
        try:
            return unpacking.decompress(content)
        except zlib.error:
            continue
    return content


def _given(shown: object, headers: Mapping[str, str], text: str) -> str:
    if not text:
        return f"{shown}, which has no body"
    cut = "..." if len(text) > _SHOWN_CHARACTERS else ""
    kind = headers.get("content-type", "no content-type")
    return f"{shown}, with {kind}: {text[:_SHOWN_CHARACTERS]!r}{cut}"


def shortened_url(url: str) -> str:
    """Return a URL that fits on a line: without its query, and then the end of its path.

    >>> shortened_url("https://tenant.example.com/api/v2/users?q=" + "x" * 60)
    'https://tenant.example.com/api/v2/users?...'
    """
    if len(url) <= _LONGEST_URL:
        return url
    base, question, _ = url.partition("?")
    if question and len(base) + 4 <= _LONGEST_URL:
        return f"{base}?..."
    # Whole parts alone, so that no half of a secret is left.
    while len(base) + 4 > _LONGEST_URL and base.count("/") > 2:
        base = base.rpartition("/")[0]
    return f"{base[: _LONGEST_URL - 4]}/..."
