"""The router of `http_mock`: respx's, whose calls have no attribute that does not exist."""

from __future__ import annotations

from typing import Any, Final

import respx
from respx.models import CallList

_NAMES: Final = dir(CallList)


class Router(respx.MockRouter):
    """respx's router. Its calls are a mock, where any name is true: here, a wrong name is an error.

    >>> Router().calls.toHaveBeenCalled()
    Traceback (most recent call last):
    AttributeError: Mock object has no attribute 'toHaveBeenCalled'
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.calls.mock_add_spec(_NAMES)

    def route(self, *patterns: Any, **lookups: Any) -> respx.Route:
        """Return a route, as `respx.MockRouter.route` does."""
        made = super().route(*patterns, **lookups)
        made.calls.mock_add_spec(_NAMES)
        return made
