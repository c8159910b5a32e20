"""What a scope may be."""

from __future__ import annotations

from typing import Final

from pytest_auth0_actions.auth0.javascript import WHITESPACE, utf16_units
from pytest_auth0_actions.errors import ApiThrow, ApiTypeThrow, hides_our_frames

__tracebackhide__ = hides_our_frames

MAX_SCOPE_UNITS: Final = 280
MAX_SCOPES: Final = 1000


def checked_scope(scope: object) -> str:
    """Return a scope without the blanks around it.

    Raises:
        ApiTypeThrow: it is no string.
        ApiThrow: it is blank, has over 280 UTF-16 units, or a blank inside.

    >>> checked_scope(" read:orders ")
    'read:orders'
    """
    if not isinstance(scope, str):
        raise ApiTypeThrow("The value for the scope must be a string.")
    trimmed = scope.strip(WHITESPACE)
    if not trimmed:
        raise ApiThrow("The value for the scope is required.")
    if utf16_units(trimmed) > MAX_SCOPE_UNITS:
        raise ApiThrow(
            f"The value for the scope exceeds the allowed maximum of {MAX_SCOPE_UNITS} characters."
        )
    if set(trimmed) & set(WHITESPACE):
        raise ApiThrow("The value for the scope must not have whitespace.")
    return trimmed
