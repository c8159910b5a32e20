"""URLs as `new URL` and `URLSearchParams` have them; see https://url.spec.whatwg.org."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import unquote_to_bytes

_DEFAULT_PORTS: Final = {"http": 80, "https": 443, "ws": 80, "wss": 443, "ftp": 21, "file": None}
_MAX_PORT: Final = 65_535

_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_C0_OR_SPACE: Final = "".join(map(chr, range(0x21)))
_SINGLE_DOT: Final = {".", "%2e"}
_DOUBLE_DOT: Final = {"..", ".%2e", "%2e.", "%2e%2e"}
_FORBIDDEN_IN_HOST: Final = frozenset("\0\t\n\r #/:<>?@[\\]^|")
_FORBIDDEN_IN_DOMAIN: Final = _FORBIDDEN_IN_HOST | frozenset(map(chr, range(0x20))) | {"%", "\x7f"}

# What is written in percent-encoding beside controls and all beyond ASCII.
_IN_FRAGMENT: Final = frozenset(' "<>`')
_IN_QUERY: Final = frozenset(' "#<>')
_IN_SPECIAL_QUERY: Final = _IN_QUERY | {"'"}
_IN_PATH: Final = _IN_QUERY | frozenset("?`{}")
_IN_USERINFO: Final = _IN_PATH | frozenset("/:;=@[\\]^|")
_IN_FORM: Final = frozenset("!\"#$%&'()+,/:;<=>?@[\\]^`{|}~")

# Mapped to nothing by UTS 46.
_IGNORED: Final = re.compile("[\xad\u034f\u180b-\u180d\u200b\u2060\ufe00-\ufe0f\ufeff]")


class InvalidUrlError(Exception):
    """A text is no absolute URL."""


@dataclass(frozen=True, slots=True)
class Url:
    """A URL, in the parts that it is written from.

    Attributes:
        before_query: all up to the query.
        query: without its question mark; None if there is none.
        fragment: without its hash; None if there is none.

    >>> str(parse_url("HTTPS://Example.COM:443/a/../b c?x=1#top"))
    'https://example.com/b%20c?x=1#top'
    """

    before_query: str
    query: str | None
    fragment: str | None

    def __str__(self) -> str:
        query = "" if self.query is None else f"?{self.query}"
        fragment = "" if self.fragment is None else f"#{self.fragment}"
        return f"{self.before_query}{query}{fragment}"

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """The query's names and values, decoded.

        >>> parse_url("https://example.com/?q=a+b&r=%C3%A9").parameters
        [('q', 'a b'), ('r', 'é')]
        """
        pairs = [each for each in (self.query or "").split("&") if each]
        return [(_decoded(name), _decoded(value)) for name, _, value in
                (pair.partition("=") for pair in pairs)]  # fmt: skip

    def with_parameters(self, changes: Iterable[tuple[str, str]]) -> Url:
        """Return it with query parameters set, each in place of all of its name.

        >>> str(parse_url("https://example.com/?a=1&b=%20&a=2").with_parameters([("a", "9")]))
        'https://example.com/?a=9&b=+'
        """
        changes = list(changes)
        if not changes:
            return self
        parameters = self.parameters
        for name, value in changes:
            places = [at for at, (present, _) in enumerate(parameters) if present == name]
            if places:
                parameters[places[0]] = (name, value)
                kept = set(places[1:])
                parameters = [each for at, each in enumerate(parameters) if at not in kept]
            else:
                parameters.append((name, value))
        query = "&".join(f"{_form(name)}={_form(value)}" for name, value in parameters)
        return replace(self, query=query)


def parse_url(text: str) -> Url:
    """Return the URL that *text* is.

    Raises:
        InvalidUrlError: it is no absolute URL.
    """
    text = re.sub("[\t\n\r]", "", _well_formed(text).strip(_C0_OR_SPACE))
    found = _SCHEME.match(text)
    if found is None:
        raise InvalidUrlError(text)
    scheme = found[1].lower()
    rest, hash_, fragment = text[found.end() :].partition("#")
    rest, mark, query = rest.partition("?")
    is_special = scheme in _DEFAULT_PORTS
    return Url(
        f"{scheme}:{_special(scheme, rest) if is_special else _other(rest)}",
        _encoded(query, _IN_SPECIAL_QUERY if is_special else _IN_QUERY) if mark else None,
        _encoded(fragment, _IN_FRAGMENT) if hash_ else None,
    )


def _special(scheme: str, rest: str) -> str:
    rest = rest.replace("\\", "/")
    if scheme == "file":
        authority, path = "", rest.removeprefix("/")
        if rest.startswith("//"):
            authority, _, path = rest[2:].partition("/")
        host = _domain(authority) if authority else ""
        return f"//{'' if host == 'localhost' else host}{_path(path)}"
    authority, _, path = rest.lstrip("/").partition("/")
    return f"//{_authority(authority, scheme)}{_path(path)}"


def _other(rest: str) -> str:
    if rest.startswith("//"):
        authority, slash, path = rest[2:].partition("/")
        return f"//{_authority(authority, None)}{_path(path) if slash else ''}"
    if rest.startswith("/"):
        path = _path(rest[1:])
        return f"/.{path}" if path.startswith("//") else path
    return _encoded(rest, frozenset())


def _authority(text: str, scheme: str | None) -> str:
    credentials, at, host = text.rpartition("@")
    port = ""
    found = re.search(r":([^:\]]*)$", host)
    if found is not None:
        host, port = host[: found.start()], found[1]
    if not host and (scheme is not None or at or found is not None):
        raise InvalidUrlError(text)
    if port:
        if not re.fullmatch("[0-9]+", port) or int(port) > _MAX_PORT:
            raise InvalidUrlError(text)
        port = str(int(port))
        if scheme is not None and int(port) == _DEFAULT_PORTS[scheme]:
            port = ""
    user, colon, password = credentials.partition(":")
    user, password = _encoded(user, _IN_USERINFO), _encoded(password, _IN_USERINFO)
    named = f"{user}{colon if password else ''}{password}"
    host = _host(host) if scheme is None else _domain(host)
    return f"{named}{'@' if named else ''}{host}{f':{port}' if port else ''}"


def _host(text: str) -> str:
    """Return the host of a URL whose scheme knows nothing of domains."""
    if text.startswith("["):
        return _ipv6(text)
    if _FORBIDDEN_IN_HOST & set(text):
        raise InvalidUrlError(text)
    return _encoded(text, frozenset())


def _domain(text: str) -> str:
    if text.startswith("["):
        return _ipv6(text)
    domain = _ascii(unquote_to_bytes(text).decode("utf-8", "replace"))
    if not domain or _FORBIDDEN_IN_DOMAIN & set(domain):
        raise InvalidUrlError(text)
    labels = domain.removesuffix(".").split(".")
    if re.fullmatch(r"[0-9]+|0x[0-9a-f]*", labels[-1]):
        return _ipv4(labels)
    return domain


def _ascii(domain: str) -> str:
    """Return a domain in ASCII, roughly as UTS 46 has it."""
    if not domain.isascii():
        folded = "".join(each if each in "ßς" else each.casefold() for each in domain)
        domain = unicodedata.normalize("NFKC", _IGNORED.sub("", folded)).replace("。", ".")
    return ".".join(map(_ascii_label, domain.lower().split(".")))


def _ascii_label(label: str) -> str:
    if not label.startswith("xn--"):
        return label if label.isascii() else f"xn--{label.encode('punycode').decode()}"
    try:
        decoded = label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        raise InvalidUrlError(label) from None
    if decoded.isascii() or not decoded.isprintable():
        raise InvalidUrlError(label)
    return label


def _ipv4(parts: list[str]) -> str:
    numbers = [_ipv4_number(each) for each in parts]
    *first, last = numbers
    if len(first) > 3 or any(each > 255 for each in first) or last >= 256 ** (4 - len(first)):
        raise InvalidUrlError(".".join(parts))
    address = sum(each * 256 ** (3 - place) for place, each in enumerate(first)) + last
    return str(ipaddress.IPv4Address(address))


def _ipv4_number(text: str) -> int:
    for pattern, base in ((r"0x([0-9a-f]*)", 16), (r"0([0-7]+)", 8), (r"(0|[1-9][0-9]*)", 10)):
        found = re.fullmatch(pattern, text)
        if found is not None:
            return int(found[1] or "0", base)
    raise InvalidUrlError(text)


def _ipv6(text: str) -> str:
    try:
        if not text.endswith("]") or "%" in text:
            raise InvalidUrlError(text)
        address = ipaddress.IPv6Address(text[1:-1])
    except ipaddress.AddressValueError:
        raise InvalidUrlError(text) from None
    groups = [f"{int(group, 16):x}" for group in address.exploded.split(":")]
    runs = list(re.finditer(r"\b0(:0)+\b", ":".join(groups)))
    if not runs:
        return f"[{':'.join(groups)}]"
    longest = max(runs, key=lambda run: len(run[0]))
    before, after = ":".join(groups)[: longest.start()], ":".join(groups)[longest.end() :]
    return f"[{before.rstrip(':')}::{after.lstrip(':')}]"


def _path(text: str) -> str:
    """Return an absolute path, from what follows its first slash."""
    kept: list[str] = []
    *outer, last = text.split("/")
    for part in outer:
        if part.lower() in _DOUBLE_DOT:
            kept = kept[:-1]
        elif part.lower() not in _SINGLE_DOT:
            kept.append(part)
    if last.lower() in _DOUBLE_DOT:
        kept, last = kept[:-1], ""
    elif last.lower() in _SINGLE_DOT:
        last = ""
    return _encoded("/" + "/".join([*kept, last]), _IN_PATH)


def _encoded(text: str, characters: frozenset[str]) -> str:
    return "".join(
        each if " " <= each <= "~" and each not in characters
        else "".join(f"%{byte:02X}" for byte in each.encode())
        for each in text
    )  # fmt: skip


def _form(text: str) -> str:
    return _encoded(_well_formed(text), _IN_FORM).replace(" ", "+")


def _decoded(text: str) -> str:
    return unquote_to_bytes(text.replace("+", " ")).decode("utf-8", "replace")


def _well_formed(text: str) -> str:
    """Return *text* with U+FFFD for each half of a surrogate pair."""
    return re.sub("[\ud800-\udfff]", "\ufffd", text)
