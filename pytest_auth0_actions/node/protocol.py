"""The messages to and from Node.js: one line of JSON each. No I/O.

Commands out: ``compile``, ``load``, ``run`` and ``clean``. In: ``ready``, ``compiled``,
``unreadable``, and while an Action runs ``log``, ``refused``, ``reads_arguments_of``, what is
answered by a line (``call`` of the api, ``calls`` of a function of the test's, ``request``,
``certificate``, ``wait_until_ms``), and one of ``done``, ``threw``, ``no_handler``, ``stalled``,
``timed_out``; ``exit`` and ``uncaught`` announce the end of the process. A message with
``body_bytes`` is followed by as many bytes.

A ``clean`` is answered only if the process is no longer as it was: ``spoilt``, with what was left.
"""

from __future__ import annotations

import dataclasses
import functools
import json
from collections.abc import Mapping, Sequence
from typing import Any

from pytest_auth0_actions.auth0.events.merge import is_undefined
from pytest_auth0_actions.errors import ApiThrow
from pytest_auth0_actions.values import UNDEFINED, JSObject, JSValue

_encode = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode
_decode = json.JSONDecoder().raw_decode
_NUMBERS = {name: float(name) for name in ("NaN", "Infinity", "-Infinity", "-0")}


def encode_json(value: Any) -> bytes:
    """Return *value* as JSON.

    Raises:
        TypeError: JSON can't represent it.
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
    message: dict[str, Any] = _decode(line.decode())[0]
    return message


def decode_value(encoded: Any) -> Any:
    """Return a JavaScript value as Python has it; what Python has not is a `JSValue`.

    >>> decode_value({"ttl": ["number", "Infinity"], "scopes": ["array", "a", "b"]})
    {'ttl': inf, 'scopes': ['a', 'b']}
    """
    if isinstance(encoded, str):
        return encoded
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


def encode_answer(
    result: Any,
    now_ms: int,
    *,
    edits: Sequence[tuple[str, Any]] = (),
    watch: int | None = None,
    reads: Sequence[str] = (),
) -> bytes:
    r"""Return the answer to an api call: a plain object for a result, `undefined` for None.

    Args:
        result: what the call gave back.
        now_ms: the time that it is now.
        edits: what the call has changed in the event: dotted paths, and what is there now.
        watch: the number of the call, if Python wants to know where it was made.
        reads: the fields of the answer that the Action ought to look at; none if it need not.

    Raises:
        TypeError: JSON cannot represent the result.
        ValueError: likewise.

    >>> from pytest_auth0_actions import CacheRecord
    >>> encode_answer(CacheRecord("abc", 1_000), now_ms=0)
    b'{"now_ms":0,"value":{"value":"abc","expires_at":1000}}\n'
    >>> encode_answer(None, now_ms=0, watch=3)
    b'{"now_ms":0,"watch":3}\n'
    """
    answer: dict[str, Any] = {"now_ms": now_ms}
    if isinstance(result, ApiThrow):
        answer["thrown"] = {"name": result.name, "message": str(result), "code": result.code}
    elif result is not None and result is not UNDEFINED:
        answer["value"] = plain(result)
    if edits:
        answer["edits"] = [
            [path.split("."), *([] if value is UNDEFINED else [value])] for path, value in edits
        ]
    if watch is not None:
        answer["watch"] = watch
    if reads:
        answer["reads"] = reads
    return encode_line(answer)


def encode_run(
    number: int,
    handler: str,
    now_ms: int,
    event: bytes,
    with_places: bool = False,
) -> bytes:
    r"""Return the command that runs a handler of an Action, with the event behind it.

    Args:
        number: what the Action goes by.
        handler: the handler.
        now_ms: the time that it is now.
        event: the event, as JSON.
        with_places: whether Node.js sends the line that made each call and each log.

    >>> encode_run(1, "onExecutePostLogin", 0, b'{"user":{}}')
    b'{"run":1,"handler":"onExecutePostLogin","now_ms":0,"body_bytes":11}\n{"user":{}}'
    """
    flags = b',"with_places":true' if with_places else b""
    head = b'{"run":%d,"handler":"%s","now_ms":%d%s,"body_bytes":%d}\n'
    return head % (number, handler.encode(), now_ms, flags, len(event)) + event


def plain(value: Any) -> Any:
    """Return what JSON can represent, without the fields that are `undefined`.

    Raises:
        TypeError: it is a value that only JavaScript has.
    """
    if isinstance(value, Mapping):
        return {name: plain(inner) for name, inner in value.items() if not is_undefined(inner)}
    if isinstance(value, list | tuple):
        return [None if is_undefined(inner) else plain(inner) for inner in value]
    if isinstance(value, JSValue):
        raise TypeError(f"JSON cannot represent {value!r}")
    names = _field_names(value.__class__)
    return value if names is None else plain({name: getattr(value, name) for name in names})


@functools.cache
def _field_names(a_class: Any) -> tuple[str, ...] | None:
    """Return the names of a dataclass's fields; None for any other class."""
    if not dataclasses.is_dataclass(a_class):
        return None
    return tuple(field.name for field in dataclasses.fields(a_class))
