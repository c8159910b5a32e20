"""Turns what a run gives back into plain data for a snapshot: without secrets, ids and times."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from pytest_auth0_actions.values import SNAPSHOT, UNDEFINED, HttpRequest, JSValue

_ADDRESS: Final = re.compile(r" at 0x[0-9a-fA-F]+")


def plain(value: Any, mask: Callable[[str], str]) -> Any:
    """Return *value* as dicts, lists, texts and numbers, which any snapshot library can write.

    Of an instance of a dataclass, fields are left out that are as if nothing had been asked for,
    and those that say when something was: so a field that is new in a later version of ours changes
    nothing, as long as nobody uses it.

    Args:
        value: such as an `Execution`, its outcome or its calls, or a transaction of a flow.
        mask: hides secrets in a text.

    >>> from pytest_auth0_actions import ApiCall
    >>> plain((ApiCall("cache.get", ("s3cr3t",), None, 0),), lambda t: t.replace("s3cr3t", "***"))
    [{'path': 'cache.get', 'args': ['***'], 'result': None}]
    """
    if isinstance(value, str):
        return mask(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, bytes | bytearray):
        return mask(value.decode("utf-8", "backslashreplace"))
    if isinstance(value, Mapping):
        return {plain(key, mask): plain(inner, mask) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner, mask) for inner in value]
    if isinstance(value, JSValue):
        return mask(value.text)
    if isinstance(value, Exception):
        return mask(f"{type(value).__name__}: {value}")
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {name: plain(inner, mask) for name, inner in _fields(value).items()}
    return mask(_ADDRESS.sub("", repr(value)))


def _fields(value: Any) -> dict[str, Any]:
    fields = {}
    for field in dataclasses.fields(value):
        inner = getattr(value, field.name)
        is_shown = field.compare and field.metadata.get(SNAPSHOT, True)
        if is_shown and inner is not UNDEFINED and not _is_default(field, inner):
            fields[field.name] = inner
    if isinstance(value, HttpRequest) and value.content:
        fields["body"] = _body(value)
    return fields


def _is_default(field: dataclasses.Field[Any], value: Any) -> bool:
    if field.default_factory is not dataclasses.MISSING:
        return bool(value == field.default_factory())
    return field.default is not dataclasses.MISSING and bool(value == field.default)


def _body(request: HttpRequest) -> Any:
    """Return a body as it is read best: its bounds between parts, say, differ each time."""
    for read in (request.form, request.json):
        try:
            return read()
        except ValueError:
            continue
    return request.text
