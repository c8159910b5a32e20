"""The network as the Actions of one test meet it: the test's routes, and nothing behind them.

Nothing here opens a connection: requests come in as messages, and answers go out as such.
"""

from __future__ import annotations

import contextlib
import inspect
import re
import socket
import ssl
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from pytest_auth0_actions.errors import (
    UnansweredRequestError,
    UnusedRouteError,
    UsageError,
    hides_our_frames,
    raised_by_test,
)

if TYPE_CHECKING:
    import httpx
    import respx

__tracebackhide__ = hides_our_frames

# Kinds of what is refused, in Node.js's words.
OF_THREAD: Final = "a worker thread's"
TLS_CONNECTION: Final = "a TLS connection to"

_INSTALL = "pip install respx trustme"
_METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"}  # as respx has them
_SHOWN_ROUTES = 20
_LONGEST_SHOWN = 500
_LONGEST_HOST = 253
_LOWEST_STATUS, _HIGHEST_STATUS = 200, 999
_LONGEST_MS = 2**31 - 1
_HEADER = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+: [\t\x20-\x7e\x80-\xff]*")
_SLIP = re.compile(
    r"(delay|latency|sleep|timeout|wait)([-_]?(m?s|m?secs?|milli(second)?s|seconds))?", re.I
)
_NOT_THE_TESTS = ("pytest_auth0_actions.", "respx.", "httpx.", "contextlib")

Answer = tuple[dict[str, Any], bytes]


class Network:
    """What the Actions of one test can reach.

    Args:
        certificate: makes a certificate for a host, as the message that Node.js gets.
        allow_hosts: the hosts, or `host:port`, that are really reached.
        has_respx_mock: whether the test has respx's own fixture, which answers Python only.
    """

    def __init__(
        self,
        certificate: Callable[[str], dict[str, Any]],
        allow_hosts: Sequence[str] = (),
        *,
        has_respx_mock: bool = False,
    ) -> None:
        self.certificate = certificate
        self.allow_hosts = tuple(allow_hosts)
        self._has_respx_mock = has_respx_mock
        self.router: respx.MockRouter | None = None
        self.mask: Callable[[str], str] = str  # for what Actions asked, where it is printed
        self._refused: list[tuple[str, str]] = []  # such as ("GET", url)
        self._told = 0  # how many of them a run has failed for

    def answer(self, request: Mapping[str, Any], body: bytes) -> Answer:
        """Return what the test's routes answer to *request*, as a message and a body.

        A request that no route answers fails as a connection that is refused would.
        """
        asked = None if self.router is None else _httpx_request(request, body)
        if self.router is not None and asked is not None:
            answer = self._routed(self.router, asked)
            if answer is not None:
                return answer
        self.refuse(request["method"], request["url"])
        return _REFUSED, b""

    def refuse(self, kind: str, target: str) -> None:
        """Remember an attempt to reach *target*: by a method of HTTP, or something like "a" way."""
        self._refused.append((kind, target))

    def unanswered(self) -> UnansweredRequestError | None:
        """Return the error for what was not answered since the last time, or None."""
        news = self._refused[self._told :]
        self._told = len(self._refused)
        return self._error(news) if news else None

    def check(self) -> None:
        """Fail a test that is over, if requests were not answered or routes not used.

        Raises:
            UnansweredRequestError: an Action's request was refused; the test may have caught the
                error of its run, but must not have made the request.
            UnusedRouteError: a route was not called, and the router asserts that all are.
        """
        if self._refused:
            raise self._error(self._refused)
        if self.router is not None and self.router._assert_all_called:
            unused = [route for route in self.router.routes if not route.called]
            if unused:
                raise UnusedRouteError(
                    "[A601] RESPX: some routes were not called!",
                    f"Given: {', '.join(map(repr, unused))}.",
                    "Remove them, or allow it by @pytest.mark.respx(assert_all_called=False).",
                )

    def _routed(self, router: respx.MockRouter, request: httpx.Request) -> Answer | None:
        from respx.models import AllMockedAssertionError, PassThrough

        asked = self.mask(f"{request.method} {request.url}")
        try:
            response = _resolved(router, request)
        except _AsyncEffectError:
            raise UsageError(
                "[A602] A side effect of http_mock must be a plain function.",
                f"Given: an async one, for {asked}.",
                "Write it without async.",
            ) from None
        except AllMockedAssertionError:
            return None
        except PassThrough:
            raise UsageError(
                "[A603] A route of http_mock can't pass a request through.",
                f"Given: {asked}.",
                f"Name the host: @pytest.mark.auth0(allow_hosts=[{request.url.host!r}]).",
            ) from None
        except StopIteration:
            raise UsageError(
                "[A604] A route has no answer left: its side_effect is used up.",
                f"Given: {asked}.",
                "Give side_effect one more, or one callable that answers each time.",
            ) from None
        except BaseException as error:  # what pytest.fail() and skip() raise is no Exception
            return _failure(error, asked), b""
        return _message(response, asked)

    def _error(self, refused: Sequence[tuple[str, str]]) -> UnansweredRequestError:
        refused = [(kind, self.mask(target)) for kind, target in refused]
        asked = ", ".join(dict.fromkeys(f"{kind} {_shown(target)}" for kind, target in refused))
        return UnansweredRequestError(
            f"[A605] The Action asked for what the test does not answer: {asked}.",
            f"Given: {self._routes()}.",
            self._advice(*refused[0]),
        )

    def _routes(self) -> str:
        if self.router is None:
            other = (
                ": respx_mock answers Python's own requests only" if self._has_respx_mock else ""
            )
            return f"a test without the fixture http_mock{other}"
        routes = [repr(route) for route in self.router.routes]
        if not routes:
            return "http_mock without a route"
        more = f" and {len(routes) - _SHOWN_ROUTES} more" if len(routes) > _SHOWN_ROUTES else ""
        return f"the routes {', '.join(routes[:_SHOWN_ROUTES])}{more}"

    def _advice(self, kind: str, target: str) -> str:
        if kind.startswith(OF_THREAD):
            return "Ask from the Action itself: its worker threads have no network."
        host = target.split("://")[-1].partition("/")[0].partition("?")[0] or target
        if len(host) > _LONGEST_HOST:
            return f"Ask another host: no name of one is longer than {_LONGEST_HOST} characters."
        allow = f"for a real server, @pytest.mark.auth0(allow_hosts=[{host!r}])."
        if kind == TLS_CONNECTION:
            if find_spec("trustme") is None:
                return f"Install what makes certificates: {_INSTALL}; {allow}"
            return f"Ask another host: no certificate can be made for this one; {allow}"
        if not kind.isupper():
            return f"Test without it; {allow}"
        if self.router is None:
            install = f" ({_INSTALL})" if find_spec("respx") is None else ""
            return f"Use http_mock{install}: {_route_for(kind, _quoted(target))}; {allow}"
        try:
            where = _where(kind, target)
        except _unreadable() as error:
            return (
                f"Ask for another URL: httpx, which finds the route, says {error!s:.200}; {allow}"
            )
        return f"Add one: {_route_for(kind, where)}; {allow}"


class _AsyncEffectError(Exception):
    """The side effect of a route is async."""


def _resolved(router: respx.MockRouter, request: httpx.Request) -> httpx.Response:
    """Return what the first route that fits answers, as respx does.

    Raises:
        _AsyncEffectError: its side effect is async.
    """
    import httpx

    with router.resolver(request) as resolved:
        for route in router.routes:
            prospect: Any = route.match(request)
            if inspect.iscoroutine(prospect):
                prospect.close()
                raise _AsyncEffectError
            if prospect is not None:
                resolved.route, resolved.response = route, prospect
                break
    response: Any = resolved.response  # the router has seen that it is one
    if isinstance(response.stream, httpx.ByteStream):
        with contextlib.suppress(httpx.DecodingError):  # bytes that are not what a header says
            response.read()  # so that a test can look at it
    return response  # type: ignore[no-any-return]


_REFUSED = {"syscall": "connect", "code": "ECONNREFUSED"}


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
    made = f"{method.lower()}({where})" if method in _METHODS else f'request("{method}", {where})'
    return f"http_mock.{made}.respond(json={{}})"


def _where(method: str, url: str) -> str:
    """Return the arguments of a route for a URL; httpx may be unable to read that."""
    import httpx
    from respx.patterns import M

    request = httpx.Request(method, url)
    if len(url) > _LONGEST_SHOWN:
        return f"host={_quoted(request.url.host)}"
    is_found = M(url=url).match(request)  # respx reads some otherwise, such as two slashes
    return _quoted(url) if is_found else f"url__eq={_quoted(url)}"


def _unreadable() -> tuple[type[Exception], ...]:
    """Return what httpx raises for a URL that it can't read."""
    import httpx

    return httpx.InvalidURL, UnicodeError  # such as one of idna


def _failure(error: BaseException, asked: str) -> dict[str, Any]:
    """Return what *error* is for the Action, as a message; raise it, if it is the test's own."""
    import httpx

    failures: dict[type[Exception], dict[str, Any]] = {
        httpx.ConnectTimeout: {"syscall": "connect", "code": "ETIMEDOUT"},
        httpx.TimeoutException: {"silent": True},
        httpx.ConnectError: _REFUSED,
        httpx.RemoteProtocolError: {"hang_up": True},
        httpx.TransportError: {"syscall": "read", "code": "ECONNRESET"},
        socket.gaierror: {"syscall": "getaddrinfo", "code": _name_error(error)},
        ssl.SSLCertVerificationError: {
            "message": "certificate has expired",
            "code": "CERT_HAS_EXPIRED",
        },
        ssl.SSLError: {
            "syscall": "write",
            "code": "EPROTO",
            "message": "error:0A000410:SSL routines:ssl3_read_bytes:ssl/tls alert handshake "
            "failure:SSL alert number 40\n",
        },
    }
    for kind, failure in failures.items():
        if isinstance(error, kind):
            return failure
    # The test's own frames are what helps; respx's, and its chain of causes, are not.
    frames = error.__traceback__
    while frames is not None and frames.tb_frame.f_globals["__name__"].startswith(_NOT_THE_TESTS):
        frames = frames.tb_next
    if frames is None and isinstance(error, TimeoutError | ConnectionError):
        raise UsageError(
            f"[A611] A route can't fail with {type(error).__name__}: http_mock takes the errors of "
            "httpx, socket and ssl.",
            f"Given: side_effect={type(error).__name__}, for {asked}.",
            "Use httpx.ReadTimeout for an answer that never comes, httpx.ConnectError for a server "
            "that can't be reached, httpx.ReadError for a connection that is lost.",
        ) from None
    raise raised_by_test(error).with_traceback(frames) from None


def _name_error(error: BaseException) -> str:
    return "EAI_AGAIN" if socket.EAI_AGAIN in error.args else "ENOTFOUND"


def _httpx_request(request: Mapping[str, Any], body: bytes) -> httpx.Request | None:
    """Return a request as routes take it; None if httpx can't read its URL."""
    import httpx

    names, values = request["headers"][::2], request["headers"][1::2]
    headers = [
        (name.encode("latin-1"), value.encode("latin-1"))
        for name, value in zip(names, values, strict=True)
    ]
    stream = httpx.ByteStream(body)
    try:
        made = httpx.Request(request["method"], request["url"], headers=headers, stream=stream)
    except _unreadable():
        return None
    made.read()
    return made


def _message(response: httpx.Response, asked: str) -> Answer:
    """Return a response as Node.js will send it: its bytes as they are, compressed or not."""
    pairs = response.headers.raw
    wrong = [pair for pair in pairs if not _HEADER.fullmatch(b": ".join(pair))]
    if wrong or not _LOWEST_STATUS <= response.status_code <= _HIGHEST_STATUS:
        raise UsageError(
            "[A606] A response of http_mock can't be sent as HTTP.",
            f"Given: {wrong or f'status {response.status_code}'}, for {asked}.",
            f"Use a status from {_LOWEST_STATUS} to {_HIGHEST_STATUS}, and headers without "
            "control characters.",
        )
    content, cut = _content(response, asked)
    if response.status_code == HTTPStatus.NO_CONTENT:  # no server gives it a length; httpx does
        pairs = [(name, value) for name, value in pairs if name.lower() != b"content-length"]
    message = {
        "status": response.status_code,
        "reason": response.reason_phrase,
        "headers": [part.decode("latin-1") for pair in pairs for part in pair],
        "cut": cut,
        "delay_ms": _delay_ms(response, asked),
    }
    return message, content


def _content(response: httpx.Response, asked: str) -> tuple[bytes, dict[str, Any] | None]:
    """Return the bytes of a response, and the failure that ends them too early, if one does."""
    import httpx

    chunks: list[bytes] = []
    cut = None
    if isinstance(response.stream, httpx.SyncByteStream):
        try:
            chunks.extend(response.stream)
        except httpx.StreamConsumed:
            raise UsageError(
                "[A607] A route's stream was read before.",
                f"Given: a second request to it, {asked}.",
                "Give it bytes, or a side_effect that makes a stream each time.",
            ) from None
        except BaseException as error:
            cut = _failure(error, asked)
        if all(isinstance(chunk, bytes) for chunk in chunks):
            return b"".join(chunks), cut
    raise UsageError(
        "[A608] A response of http_mock must be bytes, or a stream of them that is not async.",
        f"Given: {response.stream!r}, for {asked}.",
        "Use content=, json= or text=, or yield bytes from a plain generator.",
    )


def _delay_ms(response: httpx.Response, asked: str) -> float:
    slips = [each for each in response.extensions if _SLIP.fullmatch(str(each))]
    if slips and "delay_ms" not in response.extensions:
        raise UsageError(
            "[A610] A route's delay is called delay_ms, and is a number of milliseconds.",
            f"Given: extensions={{{slips[0]!r}: {response.extensions[slips[0]]!r}}}, for {asked}.",
            'Pass extensions={"delay_ms": 3_000}.',
        )
    delay_ms: object = response.extensions.get("delay_ms", 0)
    is_number = isinstance(delay_ms, int | float) and not isinstance(delay_ms, bool)
    if not is_number or not 0 <= delay_ms <= _LONGEST_MS:  # type: ignore[operator]
        raise UsageError(
            "[A609] A route's delay_ms must be a number of milliseconds, 24 days at most.",
            f"Given: {delay_ms!r}, for {asked}.",
            'Pass extensions={"delay_ms": 3_000}.',
        )
    return delay_ms  # type: ignore[return-value]
