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
from typing import TYPE_CHECKING, Any

from pytest_auth0_actions.auth0.context import Advice
from pytest_auth0_actions.errors import (
    UnansweredRequestError,
    UnusedRouteError,
    UsageError,
    hides_our_frames,
    raised_by_test,
)
from pytest_auth0_actions.world.nearest_route import difference
from pytest_auth0_actions.world.unanswered import Refused, unanswered_error, unreadable

if TYPE_CHECKING:
    import httpx
    import respx

    from pytest_auth0_actions.world.router import Router

__tracebackhide__ = hides_our_frames

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
        self.router: Router | None = None
        self.mask: Callable[[str], str] = str  # for what Actions asked, where it is printed
        self._refused: list[Refused] = []  # such as ("GET", url)
        self._has_bad_route = False  # of which the test has failed already
        self._told = 0  # how many of them a run has failed for

    def answer(self, request: Mapping[str, Any], body: bytes) -> Answer:
        """Return what the test's routes answer to *request*, as a message and a body.

        A request that no route answers fails as a connection that is refused would.
        """
        asked = None if self.router is None else _httpx_request(request, body)
        if self.router is not None and asked is not None:
            try:
                answer = self._routed(self.router, asked)
            except UsageError:
                self._has_bad_route = True
                raise
            if answer is not None:
                return answer
        near = "" if self.router is None or asked is None else difference(self.router, asked)
        self.refuse(request["method"], request["url"], near)
        return _REFUSED, b""

    def refuse(self, kind: str, target: str, differs: str = "") -> None:
        """Remember an attempt to reach *target*: by a method of HTTP, or something like "a" way."""
        self._refused.append(Refused(kind, target, differs))

    def unanswered(self) -> UnansweredRequestError | None:
        """Return the error for what was not answered since the last time, or None."""
        news = self._refused[self._told :]
        self._told = len(self._refused)
        return self._error(news) if news else None

    def advice(self) -> list[tuple[tuple[str, int], Advice]]:
        """Return what to say about answers that were hardly meant, and where, once."""
        if self.router is None:
            return []
        said = [*self.router.hardly_meant]
        self.router.hardly_meant.clear()
        return said

    def check(self) -> None:
        """Fail a test that is over, if requests were not answered or routes not used.

        Raises:
            UnansweredRequestError: an Action's request was refused; the test may have caught the
                error of its run, but must not have made the request.
            UnusedRouteError: a route was not called, and the router asserts that all are.
        """
        if self._refused:
            raise self._error(self._refused)
        if self._has_bad_route:
            return
        if self.router is not None and self.router._assert_all_called:
            unused = [route for route in self.router.routes if not route.called]
            if unused:
                raise UnusedRouteError(
                    "[A601] RESPX: some routes were not called!",
                    f"Given: {', '.join(map(repr, unused))}.",
                    "Remove them, or allow it by @pytest.mark.respx(assert_all_called=False).",
                )

    def _error(self, refused: Sequence[Refused]) -> UnansweredRequestError:
        return unanswered_error(
            refused, self.router, self.mask, has_respx_mock=self._has_respx_mock
        )

    def _routed(self, router: respx.MockRouter, request: httpx.Request) -> Answer | None:
        from respx.models import AllMockedAssertionError, PassThrough

        asked = self.mask(f"{request.method} {request.url}")
        try:
            response, is_unset = _resolved(router, request)
        except _AsyncEffectError:
            raise UsageError(
                "[A602] A side effect of http_mock must be a plain function.",
                f"Given: an async one, for {asked}.",
                "Write it without async.",
            ) from None
        except _NoAnswerError as error:
            raise _no_answer(str(error), asked) from None
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
        message, content = _message(response, asked)
        return message | ({"unset": True} if is_unset else {}), content


class _AsyncEffectError(Exception):
    """The side effect of a route is async."""


class _NoAnswerError(Exception):
    """The side effect of a route is nothing that can be answered; its text says what."""


def _resolved(router: respx.MockRouter, request: httpx.Request) -> tuple[httpx.Response, bool]:
    """Return what the first route that fits answers, as respx does, and whether it was told what.

    Raises:
        _AsyncEffectError: its side effect is async.
        _NoAnswerError: its side effect is no answer.
    """
    import httpx

    with router.resolver(request) as resolved:
        for route in router.routes:
            prospect: Any = route.match(request)
            if inspect.iscoroutine(prospect):
                prospect.close()
                raise _AsyncEffectError
            if prospect is not None:
                if not isinstance(prospect, httpx.Response | httpx.Request):
                    letter = ", a letter of a text" if isinstance(prospect, str) else ""
                    raise _NoAnswerError(f"{prospect!r}{letter}")
                resolved.route, resolved.response = route, prospect
                break
    response: Any = resolved.response  # the router has seen that it is one
    if isinstance(response.stream, httpx.ByteStream):
        with contextlib.suppress(httpx.DecodingError):  # bytes that are not what a header says
            response.read()  # so that a test can look at it
    found = resolved.route
    is_unset = found is not None and found.return_value is None and found.side_effect is None
    return response, is_unset


def _no_answer(given: str, asked: str) -> UsageError:
    return UsageError(
        "[A612] A route's side_effect must be a response, an error, or a function of the request "
        "that returns a response.",
        f"Given: {given}, for {asked}.",
        "After `import httpx`, use httpx.Response(503), httpx.Response(200, json={}), "
        "httpx.ConnectError, a list of such, or a function such as "
        "`lambda request: httpx.Response(200)`.",
    )


_UNSENDABLE = "[A606] A response of http_mock can't be sent as HTTP."
_REFUSED = {"syscall": "connect", "code": "ECONNREFUSED"}


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
    if frames is None and isinstance(error, OSError | httpx.HTTPError):
        raise UsageError(
            f"[A611] A route can't fail with {type(error).__name__}: http_mock takes the errors of "
            "a connection, from httpx, socket and ssl.",
            f"Given: side_effect={type(error).__name__}, for {asked}.",
            "After `import httpx`, use httpx.ReadTimeout for an answer that never comes, "
            "httpx.ConnectError for a server that can't be reached, httpx.ReadError for a "
            "connection that is lost, httpx.Response(503) for a status.",
        ) from None
    if frames is None and isinstance(error, TypeError):  # respx's own, or of how it called
        _, is_of_function, returned = str(error).partition(" for a non-match. Got ")
        what = f"a function that returned {returned}" if is_of_function else f"TypeError: {error}"
        raise _no_answer(what, asked) from None
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
    except unreadable():
        return None
    made.read()
    return made


def _message(response: httpx.Response, asked: str) -> Answer:
    """Return a response as Node.js will send it: its bytes as they are, compressed or not."""
    pairs = response.headers.raw
    _check_status(response.status_code, asked)
    for name, value in pairs:
        if not _HEADER.fullmatch(b": ".join((name, value))):
            raise UsageError(
                _UNSENDABLE,
                f"Given: headers={{{_text(name)!r}: {_text(value)!r}}}, for {asked}.",
                "A header's name has letters, digits and hyphens, and its value no line break or "
                "other control character.",
            )
    content, cut = _content(response, asked)
    if response.status_code == HTTPStatus.NO_CONTENT:  # no server gives it a length; httpx does
        pairs = [(name, value) for name, value in pairs if name.lower() != b"content-length"]
    message = {
        "status": response.status_code,
        "reason": response.reason_phrase,
        "headers": [_text(part) for pair in pairs for part in pair],
        "cut": cut,
        "delay_ms": _delay_ms(response, asked),
    }
    return message, content


def _check_status(status: object, asked: str) -> None:
    if not isinstance(status, int):
        raise UsageError(
            _UNSENDABLE,
            f"Given: the status {status!r}, for {asked}.",
            "The status is a number; what else is answered has a name: "
            "respond(200, json={...}), or text=, content=, headers=.",
        )
    if not _LOWEST_STATUS <= status <= _HIGHEST_STATUS:
        raise UsageError(
            _UNSENDABLE,
            f"Given: the status {status}, for {asked}.",
            f"Use a status from {_LOWEST_STATUS} to {_HIGHEST_STATUS}.",
        )


def _text(part: bytes) -> str:
    return part.decode("latin-1")


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
        others = [chunk for chunk in chunks if not isinstance(chunk, bytes)]
        if not others:
            return b"".join(chunks), cut
        given = f"a stream that yields {others[0]!r}"
    else:
        given = f"an async stream, {response.stream!r}"
    raise UsageError(
        "[A608] A response of http_mock must be bytes, or a stream of them that is not async.",
        f"Given: {given}, for {asked}.",
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
