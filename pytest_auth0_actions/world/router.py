"""The router of `http_mock`: respx's, which says what was hardly meant."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from types import CodeType
from typing import Any, Final

import httpx
import respx
from respx.models import CallList, ResolvedRoute

from pytest_auth0_actions.auth0.context import Advice
from pytest_auth0_actions.errors import RouteWarning
from pytest_auth0_actions.world.warn import code_of_caller, place_of_caller

_NAMES: Final = dir(CallList)
_SET_TWICE: Final = (
    "[A613] A route was set twice, and its first answer is never given. For one answer after "
    "another, give it both: .mock(side_effect=[httpx.Response(503), httpx.Response(200)])."
)
_IN_JSON: Final = (
    "[A614] The answer to {asked} is a text, which is JSON itself: the Action gets the text. Pass "
    "what it stands for: json={{...}}; or the text as it is: text=..., "
    'headers={{"content-type": "application/json"}}.'
)


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
        self.hardly_meant: list[tuple[tuple[str, int], Advice]] = []
        self._set_twice: dict[int, tuple[str, int]] = {}  # where, if before any call

    def add(self, route: respx.Route, *, name: str | None = None) -> respx.Route:
        """Return a route, as `respx.MockRouter.add` does: an earlier one of the same pattern."""
        answered = [id(each) for each in self.routes if _has_answer(each)]
        made = super().add(route, name=name)
        made.calls.mock_add_spec(_NAMES)
        now = (code_of_caller(), made.call_count)
        # A test may well replace what a fixture has set, but hardly what it has set itself.
        if id(made) in answered and self._set.get(id(made)) == now and _is_test(now[0]):
            self._set_twice[id(made)] = place_of_caller()
        self._set[id(made)] = now
        return made

    def reset(self) -> None:
        """Forget the calls, as `respx.MockRouter.reset` does."""
        super().reset()
        self._set.clear()

    def rollback(self) -> None:
        """Forget what was set since the last snapshot, as `respx.MockRouter.rollback` does."""
        super().rollback()
        self._set.clear()
        self._set_twice.clear()

    @contextlib.contextmanager
    def resolver(self, request: httpx.Request) -> Iterator[ResolvedRoute]:
        """Answer a request, as `respx.MockRouter.resolver` does."""
        with super().resolver(request) as resolved:
            yield resolved
        route, response = resolved.route, resolved.response
        place = self._set_twice.pop(id(route), None)
        if route is not None and place is not None and _has_answer(route):
            self.hardly_meant.append((place, (RouteWarning, _SET_TWICE)))
        if isinstance(response, httpx.Response) and _is_json_in_json(response):
            text = _IN_JSON.format(asked=f"{request.method} {request.url}")
            self.hardly_meant.append((place_of_caller(), (RouteWarning, text)))


def _has_answer(route: respx.Route) -> bool:
    return route.return_value is not None or route.side_effect is not None


def _is_json_in_json(response: httpx.Response) -> bool:
    """Return whether a response is JSON for a text that is JSON itself."""
    stream = response.stream
    content = b"".join(stream) if isinstance(stream, httpx.ByteStream) else b""
    if not content.startswith((b'"{', b'"[')):
        return False
    with contextlib.suppress(ValueError):
        json.loads(json.loads(content))
        return "json" in response.headers.get("content-type", "")
    return False


def _is_test(code: CodeType) -> bool:
    return code.co_name.startswith("test")
