"""Says in what a request differs from the route that fits it best."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import httpx
    import respx

_LONGEST_SHOWN: Final = 200  # in characters
_ALONE: Final = {"content", "json"}  # names that need no article


def difference(router: respx.MockRouter, request: httpx.Request) -> str:
    """Return in what a request differs from the nearest route; nothing if none is near.

    A route is near if more of what it asks for fits than does not.

    >>> import httpx, respx
    >>> router = respx.MockRouter()
    >>> _ = router.post("https://crm.example/leads").respond(201)
    >>> difference(router, httpx.Request("GET", "https://crm.example/leads"))
    "The nearest route takes the method 'POST', and the request has 'GET'. "
    """
    best: tuple[int, int] | None = None
    text = ""
    for route in router.routes:
        parts = [*route.pattern] if route.pattern else []
        wrong = [each for each in parts if not each.match(request)]
        fits = len(parts) - len(wrong)
        if parts and fits > len(wrong) and (best is None or (-len(wrong), fits) > best):
            best, text = (-len(wrong), fits), _said(route, wrong, request)
    return text


def _said(route: respx.Route, wrong: list[Any], request: httpx.Request) -> str:
    if not wrong:
        return f"{route!r} fits, but its side_effect returned None: return an httpx.Response. "
    said = []
    for part in wrong:
        name = part.key if part.key in _ALONE else f"the {part.key}"
        wanted, sent = _plain(part.value), _plain(_sent(part, request))
        if part.key == "headers":
            sent = {each: request.headers.get(each) for each in wanted}
        said.append(f"{name} {_short(wanted)}, and the request has {_short(sent)}")
    return f"The nearest route takes {'; and '.join(said)}. "


def _sent(part: Any, request: httpx.Request) -> Any:
    try:
        return part.parse(request)
    except Exception:  # respx's own, of a body that is no JSON, say
        return request.content


def _plain(value: Any) -> Any:
    """Return headers, parameters and forms as a dict, without the words of httpx for them."""
    if not hasattr(value, "items"):
        return value
    return {each: value[each] for each in value}


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."
