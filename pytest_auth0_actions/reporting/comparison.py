"""Explains a failed comparison of our values: what differs, and by how much time."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from pytest_auth0_actions.auth0.triggers import argument_units
from pytest_auth0_actions.reporting.columns import cut
from pytest_auth0_actions.reporting.durations import apart, duration, instant
from pytest_auth0_actions.reporting.masked import hidden
from pytest_auth0_actions.values import ApiCall, Claims, Value

_OF_EVERY_EVENT: Final = {"request", "tenant"}  # whatever its trigger
_ORDERS: Final = {"==", "<", "<=", ">", ">="}
_INSTANTS_MS: Final = range(1_000_000_000_000, 10_000_000_000_000)  # the years 2001 to 2286
_ISO: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z")
_EPOCH: Final = dt.datetime(1970, 1, 1)
_SUMMARY_COLUMNS: Final = 70
_VALUE_COLUMNS: Final = 60
_KEPT_IN_COMMON: Final = 12

Mask = Callable[[str], str]


def explain(
    op: str, left: object, right: object, *, mask: Mask = str, in_our_test: bool = True
) -> list[str] | None:
    """Return the lines that say why ``left op right`` is false; None where pytest's own will do.

    Args:
        op: as in the test, such as ``"=="``.
        left: what the test has.
        right: what it expects.
        mask: hides secrets in values from an Action.
        in_our_test: whether the test uses our fixtures: then large numbers may be instants, and
            certain dicts events.

    >>> from pytest_auth0_actions import CacheRecord
    >>> record, expected = CacheRecord("abc", 900_000), CacheRecord("abc", 86_400_000)
    >>> for line in explain("==", record, expected):
    ...     print(line)
    CacheRecord(value='abc', expires_at=900000) == CacheRecord(value='abc', expires_at=86400000)
    expires_at: 23h 45m earlier (1970-01-01T00:15:00Z, not 1970-01-02T00:00:00Z)
    """
    if in_our_test and op in _ORDERS and _are_instants(left, right):
        return [f"{left} {op} {right}", _apart(left, right, "not" if op == "==" else "and")]
    why = [mask(reason) for reason in _why_absent(op, left, right)]
    if not why and (op != "==" or not _are_ours(left, right, in_our_test)):
        return None
    left, right = hidden(left, mask), hidden(right, mask)
    compared = f" {op} ".join(cut(repr(side), _SUMMARY_COLUMNS) for side in (left, right))
    return [compared, *(_differences("", left, right) if op == "==" else ()), *why]


def _why_absent(op: str, left: object, right: object) -> list[str]:
    """Return why the claims of a token lack what the test expects there."""
    reasons: list[str] = []
    if op == "in" and isinstance(right, Claims):
        reasons = [right.why_absent(left)]
    elif op == "==":
        for claims, other in ((left, right), (right, left)):
            if isinstance(claims, Claims) and isinstance(other, Mapping):
                reasons += [claims.why_absent(name) for name in other]
    return [*dict.fromkeys(filter(None, reasons))]


def _are_instants(left: Any, right: Any) -> bool:
    return type(left) is type(right) is int and left in _INSTANTS_MS and right in _INSTANTS_MS


def _are_ours(left: object, right: object, in_our_test: bool) -> bool:
    """Return whether both have one shape, and hold nothing but what we have a word for."""
    if isinstance(left, Value):
        return type(left) is type(right)
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        if in_our_test and left.keys() & right.keys() >= _OF_EVERY_EVENT:
            return True
        left, right = [*left.values()], [*right.values()]
    if isinstance(left, tuple | list) and isinstance(right, tuple | list):
        both = [*left, *right]
        return bool(both) and all(isinstance(each, Value) for each in both)
    return False


def _differences(path: str, left: Any, right: Any, unit: str | None = None) -> Iterator[str]:
    """Yield a line for each place at which *left* and *right*, numbers of *unit*, differ."""
    if isinstance(left, Value) and type(left) is type(right):
        for field in dataclasses.fields(left):  # type: ignore[arg-type]
            if not field.compare:
                continue
            one, other = getattr(left, field.name), getattr(right, field.name)
            unit = field.metadata.get("unit")
            yield from _differences(f"{path}.{field.name}", one, other, unit)
    elif isinstance(left, Mapping) and isinstance(right, Mapping):
        for key in dict.fromkeys([*left, *right]):
            if key in left and key in right:
                unit = argument_units().get(key)
                yield from _differences(f"{path}.{key}", left[key], right[key], unit)
            else:
                yield _only(f"{path}.{key}", left.get(key), right.get(key), key in left)
    elif isinstance(left, tuple | list) and isinstance(right, tuple | list):
        yield from _of_sequences(path, left, right)
    elif ApiCall in {type(left), type(right)} or left != right:  # a call refuses its path
        yield f"{_place(path)}{_of_values(unit, left, right)}"


def _of_sequences(path: str, left: Sequence[Any], right: Sequence[Any]) -> Iterator[str]:
    kinds = [type(left).__name__, type(right).__name__]
    if {*kinds} == {"list", "tuple"}:
        yield f"{_place(path)}a {kinds[0]} and a {kinds[1]} are never equal"
    for index in range(max(len(left), len(right))):
        if index < min(len(left), len(right)):
            yield from _differences(f"{path}[{index}]", left[index], right[index])
        else:
            one, other = (side[index] if index < len(side) else None for side in (left, right))
            yield _only(f"{path}[{index}]", one, other, index < len(left))


def _only(path: str, left: object, right: object, is_left: bool) -> str:
    side, value = ("left", left) if is_left else ("right", right)
    return f"{_place(path)}only on the {side}: {cut(repr(value), _VALUE_COLUMNS)}"


def _of_values(unit: str | None, left: Any, right: Any) -> str:
    """Return how two plain values differ."""
    if type(left) is type(right) is int:
        if unit == "instant_ms" or _are_instants(left, right):
            return _apart(left, right)
        if unit == "duration_ms":
            return f"{left} ({duration(left)}), not {right} ({duration(right)})"
    if isinstance(left, str) and isinstance(right, str):
        instants = _iso_ms(left), _iso_ms(right)
        if None not in instants:
            return _apart(*instants)
        left, right = _from_where_they_differ(left, right)
    one, other = (cut(repr(side), _VALUE_COLUMNS) for side in (left, right))
    return f"{one}, not {other}"


def _apart(left_ms: Any, right_ms: Any, joined_by: str = "not") -> str:
    both = f"{instant(left_ms)}, {joined_by} {instant(right_ms)}"
    return f"{apart(left_ms, right_ms)} ({both})"


def _iso_ms(text: str) -> int | None:
    """Return the instant that a text such as "2025-01-01T00:00:00.000Z" names, if it does."""
    if not _ISO.fullmatch(text):
        return None
    try:
        moment = dt.datetime.fromisoformat(text.removesuffix("Z"))
    except ValueError:
        return None
    return (moment - _EPOCH) // dt.timedelta(milliseconds=1)


def _from_where_they_differ(left: str, right: str) -> tuple[str, str]:
    """Return two texts without the most of a long beginning that they have in common."""
    pairs = zip(left, right, strict=False)
    common = next((index for index, (one, other) in enumerate(pairs) if one != other), None)
    if common is None:
        common = min(len(left), len(right))
    start = common - _KEPT_IN_COMMON
    if start <= 1 or max(len(left), len(right)) <= _VALUE_COLUMNS - 2:
        return left, right
    return "…" + left[start:], "…" + right[start:]


def _place(path: str) -> str:
    return f"{path.removeprefix('.')}: " if path else ""
