"""Words what an Action asked of the network in vain, with the route that would have answered."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import unquote

from pytest_auth0_actions.errors import UnansweredRequestError
from pytest_auth0_actions.world.slips import slips_in_url

if TYPE_CHECKING:
    import respx

# Kinds of what is refused, in Node.js's words.
OF_THREAD: Final = "a worker thread's"
TLS_CONNECTION: Final = "a TLS connection to"

_INSTALL = "pip install respx trustme"
_METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"}  # as respx has them
_SHOWN_ROUTES = 20
_LONGEST_SHOWN = 500
_LONGEST_HOST = 253
_URL = re.compile(r"[a-z]+://(?P<host>[\w.*-]+)(?::\d+)?(?P<path>/(?!/)[^?#]*)")


class Refused(NamedTuple):
    """What was asked for in vain.

    Attributes:
        kind: how, such as ``"GET"``.
        target: where.
        differs: in what it differs from the nearest route, in words; empty if none is near.
    """

    kind: str
    target: str
    differs: str = ""


def unanswered_error(
    refused: Sequence[Refused],
    router: respx.MockRouter | None,
    mask: Callable[[str], str],
    *,
    has_respx_mock: bool,
) -> UnansweredRequestError:
    """Return the error for what was not answered.

    Args:
        refused: what was asked for.
        router: what has the routes of the test, if it has any.
        mask: hides secrets in what Actions asked.
        has_respx_mock: whether the test has respx's own fixture, which answers Python only.
    """
    asked = ", ".join(dict.fromkeys(f"{each.kind} {_shown(mask(each.target))}" for each in refused))
    return UnansweredRequestError(
        f"[A605] The Action asked for what the test does not answer: {asked}.",
        f"Given: {_routes(router, has_respx_mock=has_respx_mock)}.",
        mask(refused[0].differs) + _advice(refused[0], router, mask),
    )


def _routes(router: respx.MockRouter | None, *, has_respx_mock: bool) -> str:
    if router is None:
        other = ": respx_mock answers Python's own requests only" if has_respx_mock else ""
        return f"a test without the fixture http_mock{other}"
    routes = [repr(route) for route in router.routes]
    if not routes:
        return "http_mock without a route"
    more = f" and {len(routes) - _SHOWN_ROUTES} more" if len(routes) > _SHOWN_ROUTES else ""
    return f"the routes {', '.join(routes[:_SHOWN_ROUTES])}{more}"


def _advice(refused: Refused, router: respx.MockRouter | None, mask: Callable[[str], str]) -> str:
    kind, target, differs = refused
    if kind.startswith(OF_THREAD):
        return "Ask from the Action itself: its worker threads have no network."
    slip = next(slips_in_url(target), None)
    if slip is not None:
        return f"The request has {slip.what}: {slip.advice}"
    host = _host(target)
    if len(host) > _LONGEST_HOST:
        return f"Ask another host: no name of one is longer than {_LONGEST_HOST} characters."
    masked = mask(target)
    if _host(masked) == host:
        allow = f"for a real server, @pytest.mark.auth0(allow_hosts=[{host!r}])."
    else:
        allow = "for a real server, name its host in @pytest.mark.auth0(allow_hosts=[...])."
    if masked != target:
        allow += " `pytest --auth0-show-secrets` shows what was asked."
    if kind == TLS_CONNECTION:
        if find_spec("trustme") is None:
            return f"Install what makes certificates: {_INSTALL}; {allow}"
        return f"Ask another host: no certificate can be made for this one; {allow}"
    if not kind.isupper():
        return f"Test without it; {allow}"
    where = _quoted(target) if masked == target else _where_without_secrets(target, masked)
    if router is None:
        install = f" ({_INSTALL})" if find_spec("respx") is None else ""
        use = f"Use http_mock{install}, as an argument of the test"
        return f"{use}: {_route_for(kind, where)}; {allow}"
    try:
        found = _where(kind, target)
    except unreadable() as error:
        return f"Ask for another URL: httpx, which finds the route, says {error!s:.200}; {allow}"
    add = _route_for(kind, found if masked == target else where)
    if differs:
        return f"Correct the Action, or that route; for another answer, add {add}; {allow}"
    return f"Add one: {add}; {allow}"


def _host(target: str) -> str:
    return target.split("://")[-1].partition("/")[0].partition("?")[0] or target


def _shown(target: str) -> str:
    """Return a URL as it is shown: without the end of one that fills the screen."""
    if len(target) <= _LONGEST_SHOWN:
        return target
    return f"{target[:_LONGEST_SHOWN]}... ({len(target):,} characters)"


def _quoted(text: str) -> str:
    """Return *text* as Python writes it, in double quotes if it can be."""
    return f'"{text}"' if text.isprintable() and not set(text) & {'"', "\\"} else repr(text)


def _route_for(method: str, where: str) -> str:
    """Return the code of a route that answers a request with such a method."""
    if method in _METHODS:
        return f"http_mock.{method.lower()}({where}).respond(json={{}})"
    more = f", {where}" if where else ""
    return f'http_mock.request("{method}"{more}).respond(json={{}})'


def _where(method: str, url: str) -> str:
    """Return the arguments of a route for a URL; httpx may be unable to read that."""
    import httpx
    from respx.patterns import M

    request = httpx.Request(method, url)
    if len(url) > _LONGEST_SHOWN:
        return f"host={_quoted(request.url.host)}"
    is_found = M(url=url).match(request)  # respx reads some otherwise, such as two slashes
    return _quoted(url) if is_found else f"url__eq={_quoted(url)}"


def _where_without_secrets(url: str, masked: str) -> str:
    """Return the arguments of a route for a URL, by those of its parts that hold no secret."""
    parts, shown = _URL.match(url), _URL.match(masked)
    if parts is None or shown is None:
        return ""
    names = ("host", "path") if len(url) <= _LONGEST_SHOWN else ("host",)
    kept = (name for name in names if parts[name] == shown[name])
    return ", ".join(f"{name}={_quoted(unquote(parts[name]))}" for name in kept)


def unreadable() -> tuple[type[Exception], ...]:
    """Return what httpx raises for a URL that it can't read."""
    import httpx

    return httpx.InvalidURL, UnicodeError  # such as one of idna
