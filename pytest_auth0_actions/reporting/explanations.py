"""Puts into words why a call came out as it did."""

from __future__ import annotations

from typing import Final

from pytest_auth0_actions.auth0.explanation import At, Explanation, Part, Shown, Took
from pytest_auth0_actions.errors import printable
from pytest_auth0_actions.reporting.columns import cut_counted
from pytest_auth0_actions.reporting.durations import duration, offset
from pytest_auth0_actions.world.masking import Mask

_VALUE_COLUMNS: Final = 24


def in_words(explanation: Explanation, start_ms: int, mask: Mask) -> str:
    """Return an explanation as text, on one line.

    Args:
        explanation: what a namespace says of a call.
        start_ms: where the test's clock started, in milliseconds since the epoch.
        mask: hides secrets.

    >>> in_words(("hit: ", Shown("abc"), ", until ", At(900_000)), start_ms=0, mask=Mask())
    "hit: 'abc', until +15m"
    """

    def words(part: Part) -> str:
        if isinstance(part, At):
            return offset(part.at_ms - start_ms)
        if isinstance(part, Took):
            return duration(part.ms)
        if isinstance(part, Shown):
            return cut_counted(printable(mask.from_action(repr(part.value))), _VALUE_COLUMNS)
        return printable(mask(part))

    return "".join(map(words, explanation))
