"""The messages to and from Node.js: one line of JSON each. No I/O.

Commands out: ``compile``, ``load``, ``run`` and ``clean``. In: ``ready``, ``compiled``,
``unreadable``, ``clean``, and while an Action runs ``log``, ``refused``, what is answered by a
line (``call``, ``request``, ``certificate``, ``wait_until_ms``), and one of ``done``, ``threw``,
``unfit``, ``stalled``, ``timed_out``; ``exit`` and ``uncaught`` announce the end of the process. A
message with ``body_bytes`` is followed by as many bytes.
"""

from __future__ import annotations

import dataclasses
import functools
import json
from collections.abc import Mapping
from typing import Any

from pytest_auth0_actions.errors import ApiThrow
from pytest_auth0_actions.results import UNDEFINED, JSObject, JSValue

_encode = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode
_NUMBERS = {name: float(name) for name in ("NaN", "Infinity", "-Infinity", "-0")}


def encode_json(value: Any) -> bytes:
    """Return *value* as JSON.

    Raises:
        TypeError: JSON has no word for it.
        ValueError: likewise: it is infinite, no number, or lies in itself.

    >>> encode_json({"user": {}})
    b'{"user":{}}'
    """
    return _encode(value).encode()


def encode_line(message: Mapping[str, Any], body: bytes = b"") -> bytes:
    r"""Return *message* as a line, with *body* behind it.

    >>> encode_line({"now_ms": 0})
    b'{"now_ms":0}\n'
    >>> encode_line({"status": 200}, b"ok")
    b'{"status":200,"body_bytes":2}\nok'
    """
    if body:
        message = {**message, "body_bytes": len(body)}
    return encode_json(message) + b"\n" + body


def decode_line(line: bytes) -> dict[str, Any]:
    """Return the message in *line*; the values of an Action in it are still encoded.

    >>> decode_line(b'{"log":"hi"}')
    {'log': 'hi'}
    """
    message: dict[str, Any] = json.loads(line)
    return message


def decode_value(encoded: Any) -> Any:
    """Return a JavaScript value as Python has it; what Python has not is a `JSValue`.

    >>> decode_value({"ttl": ["number", "Infinity"], "scopes": ["array", "a", "b"]})
    {'ttl': inf, 'scopes': ['a', 'b']}
    """
    if isinstance(encoded, dict):
        return {key: decode_value(value) for key, value in encoded.items()}
    if not isinstance(encoded, list):
        return encoded
    tag, *parts = encoded
    if tag == "array":
        return [decode_value(part) for part in parts]
    if tag == "number":
        return _NUMBERS[parts[0]]
    if tag == "instance":
        instance = JSObject(decode_value(parts[1]))
        instance.received = parts[0]
        return instance
    value = JSValue(*parts)
    return UNDEFINED if value == UNDEFINED else value


def encode_answer(result: Any) -> dict[str, Any]:
    """Return the answer to an api call: a plain object for a result, `undefined` for None.

    >>> from pytest_auth0_actions.results import CacheRecord
    >>> encode_answer(CacheRecord("abc", 1_000))
    {'value': {'value': 'abc', 'expires_at': 1000}}
    >>> encode_answer(None)
    {}
    """
    if isinstance(result, ApiThrow):
        thrown = {"name": result.name, "message": str(result), "code": result.code}
        return {"thrown": thrown}
    if result is None:
        return {}
    return {"value": _plain(result)}


def _plain(value: Any) -> Any:
    if not dataclasses.is_dataclass(value):
        return value
    return {name: _plain(getattr(value, name)) for name in _field_names(value.__class__)}


@functools.cache
def _field_names(a_class: Any) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(a_class))
