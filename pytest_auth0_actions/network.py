"""The network as the Actions of one test meet it: the test's routes, and nothing behind them.

Nothing here opens a connection: requests come in as messages, and answers go out as such.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pytest_auth0_actions.errors import (
    UnansweredRequestError,
    UnusedRouteError,
    UsageError,
    hides_our_frames,
)

if TYPE_CHECKING:
    import httpx
    import respx

__tracebackhide__ = hides_our_frames

_INSTALL = "pip install 'pytest-auth0-actions[http]'"
_SHOWN_ROUTES = 20

Answer = tuple[dict[str, Any], bytes]


class Network:
    """What the Actions of one test can reach.

    Args:
        certificate: makes a certificate for a host, as the message that Node.js gets.
        allow_hosts: the hosts, or `host:port`, that are really reached.
    """

    def __init__(
        self, certificate: Callable[[str], dict[str, Any]], allow_hosts: Sequence[str] = ()
    ) -> None:
        self.certificate = certificate
        self.allow_hosts = tuple(allow_hosts)
        self.router: respx.MockRouter | None = None
        self._unanswered: list[str] = []

    def answer(self, request: Mapping[str, Any], body: bytes) -> Answer:
        """Return what the test's routes answer to *request*, as a message and a body.

        A request that no route answers fails as a connection that is refused would.
        """
        method, url = request["method"], request["url"]
        if self.router is None:
            self._unanswered.append(f"{method} {url}")
            return _REFUSED, b""
        return self._routed(self.router, _httpx_request(request, body))

    def refuse(self, kind: str, target: str) -> None:
        """Remember an attempt to reach *target* by other means than HTTP."""
        self._unanswered.append(f"{kind} to {target}")

    def unanswered(self) -> UnansweredRequestError | None:
        """Return the error for what was not answered since the last time, or None."""
        if not self._unanswered:
            return None
        asked = list(dict.fromkeys(self._unanswered))
        self._unanswered.clear()
        return UnansweredRequestError(
            f"The Action asked for what the test does not answer: {', '.join(asked)}.",
            f"Given: {self._routes()}.",
            self._advice(asked[0]),
        )

    def check(self) -> None:
        """Fail a test that is over, if requests were not answered or routes not used.

        Raises:
            UnansweredRequestError: an Action's request was refused, and no run has said so.
            UnusedRouteError: a route was not called, and the router asserts that all are.
        """
        unanswered = self.unanswered()
        if unanswered is not None:
            raise unanswered
        if self.router is not None and self.router._assert_all_called:
            unused = [route for route in self.router.routes if not route.called]
            if unused:
                raise UnusedRouteError(
                    "RESPX: some routes were not called!",
                    f"Given: {', '.join(map(repr, unused))}.",
                    "Remove them, or allow it by @pytest.mark.respx(assert_all_called=False).",
                )

    def _routed(self, router: respx.MockRouter, request: httpx.Request) -> Answer:
        from respx.models import AllMockedAssertionError, PassThrough, SideEffectError

        try:
            return _message(router.handler(request), request)
        except AllMockedAssertionError:
            self._unanswered.append(f"{request.method} {request.url}")
            return _REFUSED, b""
        except PassThrough:
            raise UsageError(
                "A route of http_mock can't pass a request through.",
                f"Given: {request.method} {request.url}.",
                f"Name the host: @pytest.mark.auth0(allow_hosts=[{request.url.host!r}]).",
            ) from None
        except StopIteration:
            raise UsageError(
                "A route has no answer left: its side_effect has come to its end.",
                f"Given: {request.method} {request.url}.",
                "Give side_effect one more, or one callable that answers each time.",
            ) from None
        except AssertionError as error:
            if isinstance(error.__cause__, SideEffectError):
                raise
            raise UsageError(
                "A side effect of http_mock is a plain function.",
                f"Given: an async one, for {request.method} {request.url}.",
                "Write it without async.",
            ) from None
        except Exception as error:
            failure = _failure(error)
            if failure is None:
                raise
            return failure, b""

    def _routes(self) -> str:
        if self.router is None:
            return "a test without the fixture http_mock"
        routes = [repr(route) for route in self.router.routes]
        if not routes:
            return "http_mock without a route"
        more = f" and {len(routes) - _SHOWN_ROUTES} more" if len(routes) > _SHOWN_ROUTES else ""
        return f"the routes {', '.join(routes[:_SHOWN_ROUTES])}{more}"

    def _advice(self, asked: str) -> str:
        method, _, url = asked.partition(" ")
        host = f"for a real server, @pytest.mark.auth0(allow_hosts=[{_host(asked)!r}])."
        if not method.isupper():
            return f"Test without it; {host}"
        use = "Add one" if self.router is not None else f"Use http_mock ({_INSTALL})"
        return f'{use}: http_mock.{method.lower()}("{url}").respond(json={{...}}); {host}'


_REFUSED = {"syscall": "connect", "code": "ECONNREFUSED"}


def _failure(error: Exception) -> dict[str, Any] | None:
    """Return what *error* is for the Action, as a message; None if it is the test's own."""
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
            "message": "write EPROTO error:0A000410:SSL routines::sslv3 alert handshake failure",
            "code": "EPROTO",
        },
    }
    return next((failures[kind] for kind in failures if isinstance(error, kind)), None)


def _name_error(error: Exception) -> str:
    return "EAI_AGAIN" if socket.EAI_AGAIN in error.args else "ENOTFOUND"


def _host(asked: str) -> str:
    target = asked.rsplit(" ", 1)[-1]
    return target.split("://")[-1].split("/")[0].split("?")[0]


def _httpx_request(request: Mapping[str, Any], body: bytes) -> httpx.Request:
    import httpx

    names, values = request["headers"][::2], request["headers"][1::2]
    made = httpx.Request(
        request["method"],
        request["url"],
        headers=list(zip(names, values, strict=True)),
        stream=httpx.ByteStream(body),
    )
    made.read()
    return made


def _message(response: httpx.Response, request: httpx.Request) -> Answer:
    """Return a response as Node.js shall send it: its bytes as they are, compressed or not."""
    import httpx

    chunks: list[bytes] = []
    cut = None
    try:
        for chunk in response.stream:  # type: ignore[union-attr]
            chunks.append(chunk)
    except httpx.StreamConsumed:
        raise UsageError(
            "A route's stream was read before.",
            f"Given: a second request to it, {request.method} {request.url}.",
            "Give it bytes, or a side_effect that makes a stream each time.",
        ) from None
    except TypeError:
        raise UsageError(
            "A response of http_mock is bytes, or a stream of them that is not async.",
            f"Given: {response.stream!r}, for {request.method} {request.url}.",
            "Use content=, json= or text=, or yield bytes from a plain generator.",
        ) from None
    except Exception as error:
        cut = _failure(error)
        if cut is None:
            raise
    headers = [part.decode("latin-1") for pair in response.headers.raw for part in pair]
    message = {"status": response.status_code, "reason": response.reason_phrase} | {
        "headers": headers,
        "cut": cut,
        "delay_ms": _delay_ms(response, request),
    }
    return message, b"".join(chunks)


def _delay_ms(response: httpx.Response, request: httpx.Request) -> float:
    delay_ms: object = response.extensions.get("delay_ms", 0)
    if isinstance(delay_ms, bool) or not isinstance(delay_ms, int | float) or delay_ms < 0:
        raise UsageError(
            "A route's delay_ms is a number of milliseconds.",
            f"Given: {delay_ms!r}, for {request.method} {request.url}.",
            'Pass extensions={"delay_ms": 3_000}.',
        )
    return delay_ms
