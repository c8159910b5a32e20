"""What JavaScript makes of values that an Action passes, where Python would do something else.

The values are those of `node.protocol`: what Python has no twin for is a `JSValue`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final, TypeGuard

from pytest_auth0_actions.errors import ApiTypeThrow, hides_our_frames
from pytest_auth0_actions.values import UNDEFINED, JSValue

__tracebackhide__ = hides_our_frames

MAX_SAFE_INTEGER: Final = 2**53 - 1

# https://tc39.es/ecma262/#prod-WhiteSpace and #prod-LineTerminator
WHITESPACE: Final = (
    "\t\n\v\f\r \xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)

_ESCAPED: Final = re.compile('[\x00-\x1f"\\\\\ud800-\udfff]')
_SHORT: Final = {
    '"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f",
}  # fmt: skip
_DATE: Final = "an instance of Date"


def utf16_units(text: str) -> int:
    r"""Return the `length` of a string: characters beyond U+FFFF count twice.

    >>> utf16_units("a"), utf16_units("\N{GRINNING FACE}")
    (1, 2)
    """
    return len(text) + sum(character > "\uffff" for character in text)


def is_number(value: object) -> TypeGuard[int | float]:
    """Return whether `typeof` says number, as it does for NaN.

    >>> is_number(1.5), is_number(float("nan")), is_number(True)
    (True, True, False)
    """
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_finite(value: object) -> TypeGuard[int | float]:
    """Return whether *value* is a number, and neither NaN nor infinite."""
    return is_number(value) and math.isfinite(value)


def is_safe_integer(value: object) -> TypeGuard[int | float]:
    """Return what `Number.isSafeInteger` says.

    >>> is_safe_integer(2**53 - 1), is_safe_integer(2**53), is_safe_integer(1.5)
    (True, False, False)
    """
    return is_finite(value) and value == int(value) and abs(value) <= MAX_SAFE_INTEGER


def is_object(value: object) -> bool:
    """Return whether *value* is an object, and neither null, an array nor a function.

    >>> is_object({}), is_object([]), is_object(None)
    (True, False, False)
    """
    return isinstance(value, Mapping) or (isinstance(value, JSValue) and value.type == "object")


def is_truthy(value: object) -> bool:
    """Return whether an `if` would take *value* for true.

    >>> is_truthy([]), is_truthy(""), is_truthy(float("nan")), is_truthy(UNDEFINED)
    (True, False, False, False)
    """
    if value is None or value is UNDEFINED or value is False or value == "":
        return False
    return not is_number(value) or not (value == 0 or math.isnan(value))


def fields_of(value: object) -> Mapping[str, Any]:
    """Return what can be read from *value* by name; nothing for what has no fields.

    >>> fields_of({"take": 5}), fields_of("x")
    ({'take': 5}, {})
    """
    return value if isinstance(value, Mapping) else {}


def number_text(value: float) -> str:
    """Return a number as `String` writes it.

    >>> [number_text(each) for each in (5, 1.0, -0.0, 0.1, 1e21, 1.5e-7, float("inf"))]
    ['5', '1', '0', '0.1', '1e+21', '1.5e-7', 'Infinity']
    """
    number = _double(value)
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    sign, digits_, exponent = Decimal(repr(number)).normalize().as_tuple()
    digits = "".join(map(str, digits_))
    # The number is 0.<digits> times ten to the power of `point`.
    point = len(digits) + int(exponent)
    if number == 0:
        return "0"
    if len(digits) <= point <= 21:
        text = digits.ljust(point, "0")
    elif 0 < point <= 21:
        text = f"{digits[:point]}.{digits[point:]}"
    elif -6 < point <= 0:
        text = f"0.{'0' * -point}{digits}"
    else:
        more = f".{digits[1:]}" if len(digits) > 1 else ""
        text = f"{digits[0]}{more}e{point - 1:+d}"
    return f"-{text}" if sign else text


def shown_number(value: float) -> str:
    """Return a number as Node.js shows it: as `String` writes it, but for a zero below zero.

    >>> [shown_number(each) for each in (-0.0, 1.23456789, 1e21, 2**53, -1e-7)]
    ['-0', '1.23456789', '1e+21', '9007199254740992', '-1e-7']
    """
    return "-0" if value == 0 and math.copysign(1, value) < 0 else number_text(value)


def _double(value: float) -> float:
    try:
        return float(value)
    except OverflowError:  # an int of Python's that JavaScript has not
        return math.inf if value > 0 else -math.inf


def text_of(value: object) -> str:
    """Return what `String` makes of *value*.

    >>> text_of(None), text_of(["a", None, ["b"]]), text_of({"a": 1}), text_of(True)
    ('null', 'a,,b', '[object Object]', 'true')
    """
    if isinstance(value, str):
        return value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if is_number(value):
        return number_text(value)
    if isinstance(value, list | tuple):
        empty = (None, UNDEFINED)
        return ",".join("" if each in empty else text_of(each) for each in value)
    return value.text if isinstance(value, JSValue) else "[object Object]"


def as_json(value: object) -> Any:
    """Return what is left of *value* when it has been JSON; `UNDEFINED` if nothing is.

    Raises:
        ApiTypeThrow: there is a BigInt in it.

    >>> as_json({"a": float("nan"), "b": UNDEFINED, "c": [UNDEFINED]})
    {'a': None, 'c': [None]}
    """
    if isinstance(value, Mapping):
        kept = ((str(name), as_json(inner)) for name, inner in value.items())
        return {name: inner for name, inner in kept if inner is not UNDEFINED}
    if isinstance(value, list | tuple):
        return [None if inner is UNDEFINED else inner for inner in map(as_json, value)]
    if is_number(value):
        return value if math.isfinite(value) else None
    if isinstance(value, JSValue):
        if value.type == "bigint":
            raise ApiTypeThrow("Do not know how to serialize a BigInt")
        if value.type != "object":
            return UNDEFINED
        if value.received == _DATE:
            return None if value.text == "Invalid Date" else value.text
        return {}
    return value


def json_text(value: object) -> str:
    r"""Return what `JSON.stringify` writes of *value*; an empty text if it writes nothing.

    >>> json_text({"a": [1.0, "\n"], "b": UNDEFINED})
    '{"a":[1,"\\n"]}'
    """
    return "".join(_written(as_json(value)))


def json_bytes(value: object) -> int:
    """Return the size of *value* as JSON, in bytes of UTF-8."""
    return len(json_text(value).encode())


def _written(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield f'"{_ESCAPED.sub(_escape, value)}"'
    elif isinstance(value, Mapping):
        yield "{"
        for number, (name, inner) in enumerate(value.items()):
            yield from ("," if number else "", *_written(name), ":", *_written(inner))
        yield "}"
    elif isinstance(value, list):
        yield "["
        for number, inner in enumerate(value):
            yield from ("," if number else "", *_written(inner))
        yield "]"
    elif value is not UNDEFINED:
        yield text_of(value)


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    return _SHORT.get(character) or f"\\u{ord(character):04x}"
