"""The operators of Terraform's language.

Source: https://developer.hashicorp.com/terraform/language/expressions/operators
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, Final

from pytest_auth0_actions.project.tenant.terraform_values import Unknown, unknown_in

_OPERATORS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "%": operator.mod,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


def is_decided(sign: str, left: Any) -> bool:
    """Return whether the left side alone decides the result of an operator.

    >>> is_decided("||", True), is_decided("&&", True)
    (True, False)
    """
    return sign in {"&&", "||"} and isinstance(left, bool) and left == (sign == "||")


def binary(sign: str, left: Any, right: Any) -> Any:
    """Return the result of an operator between two values.

    >>> binary("+", 1, 2), binary("==", 1, "1")
    (3, False)
    """
    unknown = unknown_in(left) or unknown_in(right)
    if unknown is not None:
        return unknown
    if sign in {"&&", "||"}:
        return right
    is_comparison = sign in {"==", "!="}
    if not is_comparison and not (_is_number(left) and _is_number(right)):
        return Unknown(f"{sign} of what are no numbers")
    try:
        return _OPERATORS[sign](left, right)
    except ArithmeticError:
        return Unknown(f"a result of {sign}")


def unary(sign: str, value: Any) -> Any:
    """Return the result of an operator before a value.

    >>> unary("-", 1), unary("!", True)
    (-1, False)
    """
    if sign == "!":
        return not value if isinstance(value, bool) else unknown_in(value) or Unknown("! of text")
    return -value if _is_number(value) else unknown_in(value) or Unknown("- of text")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
