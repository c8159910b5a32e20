"""The router of `http_mock`: respx's, which says what was hardly meant."""

from __future__ import annotations

from types import CodeType
from typing import Any, Final

import respx
from respx.models import CallList

from pytest_auth0_actions.errors import RouteWarning
from pytest_auth0_actions.world.warn import code_of_caller, warn_caller

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
        self._set: dict[int, tuple[CodeType, int]] = {}  # by whom, and after how many calls

    def add(self, route: respx.Route, *, name: str | None = None) -> respx.Route:
        """Return a route, as `respx.MockRouter.add` does: an earlier one of the same pattern."""
        answered = [
            id(each) for each in self.routes if each.return_value or each.side_effect is not None
        ]
        made = super().add(route, name=name)
        made.calls.mock_add_spec(_NAMES)
        now = (code_of_caller(), made.call_count)
        # A test may well replace what a fixture has set, but hardly what it has set itself.
        if id(made) in answered and self._set[id(made)] == now and _is_test(now[0]):
            warn_caller(
                (
                    RouteWarning,
                    "[A613] A route was set twice, and its first answer is never given. For one "
                    "answer after another, give it both: "
                    ".mock(side_effect=[httpx.Response(503), httpx.Response(200)]).",
                )
            )
        self._set[id(made)] = now
        return made


def _is_test(code: CodeType) -> bool:
    return code.co_name.startswith("test")
