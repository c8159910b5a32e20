"""Knows what clients make of a URL, and which of its parts are shown alone."""

from __future__ import annotations

import contextlib
import posixpath
import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

_URL: Final = re.compile(r"[a-z][a-z\d+.-]*://", re.IGNORECASE)
_WITHOUT_SCHEME: Final = re.compile(r"[^\W_][\w-]*(\.[\w-]+)+(:\d+)?([/?#]|$)")
_DEFAULT_PORTS: Final = {"http": 80, "https": 443, "ws": 80, "wss": 443}


def url_forms(value: str) -> Iterator[str]:
    """Yield *value* as a client normalizes it, if it is a URL or a host.

    >>> list(url_forms("HTTPS://Hooks.Example.com:443/a/../b"))[0]
    'https://hooks.example.com/b'
    """
    prefix = "" if _URL.match(value) else "https://"
    parts = _split(value)
    if parts is None:
        return
    # Clients put a slash before a query; the one behind a bare host is not the value's.
    root = "/" if parts.query else ""
    for path in dict.fromkeys((_without_dots(parts.path) or root, parts.path)):
        netlocs = [_host(parts), parts.netloc.rpartition("@")[0] + "@" + _host(parts)]
        for netloc in netlocs if "@" in parts.netloc else netlocs[:1]:
            made = parts._replace(netloc=netloc, path=path)
            yield made.geturl().removeprefix(prefix)
            yield made._replace(fragment="").geturl().removeprefix(prefix)


def url_parts(value: str) -> Iterator[str]:
    """Yield the parts of a URL that are shown without the rest: its path, its query, its password.

    >>> list(url_parts("https://ada:pa55@api.example.com/v1?key=k"))
    ['/v1', 'key=k', 'pa55']
    """
    parts = _split(value)
    if parts is not None:
        yield _without_dots(parts.path)
        yield parts.query
        yield from (password for _, _, password in _credentials(parts))


def basic_credentials(value: str) -> Iterator[str]:
    """Yield what HTTP's Basic authentication makes of a URL's user and password.

    >>> list(basic_credentials("https://ada:pa55@api.example.com/"))
    ['ada:pa55']
    """
    parts = _split(value)
    if parts is not None:
        yield from map("".join, _credentials(parts))


def _credentials(parts: SplitResult) -> Iterator[tuple[str, str, str]]:
    if "@" in parts.netloc:
        user, _, password = parts.netloc.rpartition("@")[0].partition(":")
        yield unquote(user), ":", unquote(password)


def _split(value: str) -> SplitResult | None:
    """Return the parts of *value*; None if it is no URL."""
    if not _URL.match(value):
        if not _WITHOUT_SCHEME.match(value):
            return None
        value = f"https://{value}"
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        return None
    return parts if parts.hostname else None


def _host(parts: SplitResult) -> str:
    """Return the host in small letters, in ASCII, with a port that is not the scheme's own."""
    host = parts.hostname or ""
    if not host.isascii():
        with contextlib.suppress(UnicodeError):  # clients refuse such a host, too
            host = host.encode("idna").decode()
    host = f"[{host}]" if ":" in host else host
    port = parts.port
    return host if port in {None, _DEFAULT_PORTS.get(parts.scheme)} else f"{host}:{port}"


def _without_dots(path: str) -> str:
    if not {".", ".."} & {*path.split("/")}:
        return path
    last = "/" if path.endswith(("/", "/.", "/..")) else ""
    return posixpath.normpath(path).rstrip("/") + last
