"""Finds the texts that JavaScript makes of values that were not meant to be text."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple
from urllib.parse import parse_qsl, unquote

_SLIP: Final = r"undefined|NaN|\[object \w+\]"
_PART: Final = re.compile(_SLIP)
_SEGMENT: Final = re.compile(f"{_SLIP}|null")
_HEADER: Final = re.compile(rf"(?:.*[\s=])?({_SLIP}|(?<=Bearer )null)")
_URL: Final = re.compile(r"[a-z]+://(?P<netloc>[^/?#]*)(?P<path>[^?#]*)\??(?P<query>[^#]*)", re.I)
_HOST: Final = re.compile(r"(?:.+\.)?(undefined)\..+|(undefined|null|nan)", re.I)
_UNREADABLE: Final = re.compile(
    rf"Failed to parse URL from (?:.*/)?({_SLIP}|null)(?:[/?#].*)?", re.DOTALL
)

_UNSET: Final = (
    "what was put there was not set. Look for a secret that is missing, a field that the event "
    "lacks, or a typo."
)
_CAUSES: Final = {
    "undefined": _UNSET,
    "null": _UNSET,
    "NaN": "what was put there was computed from something that is no number.",
    "[object Promise]": "a promise was put there. Await it first.",
}
_OBJECT: Final = "an object was put there. Use one of its fields, or JSON.stringify() it."


class Slip(NamedTuple):
    """Such a text in a request.

    Attributes:
        text: the text, such as `"undefined"`.
        where: the part of the request that has it, such as `"the path of its URL"`.
    """

    text: str
    where: str

    @property
    def what(self) -> str:
        """The text and where it is."""
        return f"{self.text} in {self.where}"

    @property
    def advice(self) -> str:
        """The likely cause, and what to do."""
        return _CAUSES.get(self.text, _OBJECT)


def slips_in_url(url: str) -> Iterator[Slip]:
    """Yield the slips in a URL: where one is its host, a whole part of its path, or a parameter.

    `null` may be meant as a parameter, so it is none there.

    >>> [each.text for each in slips_in_url("https://undefined/users/null?next=null&id=NaN")]
    ['undefined', 'null', 'NaN']
    >>> list(slips_in_url("https://example.com/undefined-behavior?q=is+undefined"))
    []
    """
    parts = _URL.match(url)
    if parts is None:
        return
    host = _HOST.fullmatch(parts["netloc"].rpartition("@")[2].partition(":")[0])
    if host is not None:
        text = (host[1] or host[2]).lower()
        yield Slip("NaN" if text == "nan" else text, "the host of its URL")
    for segment in map(unquote, parts["path"].split("/")):
        if _SEGMENT.fullmatch(segment):
            yield Slip(segment, "the path of its URL")
    for name, value in parse_qsl(parts["query"], keep_blank_values=True):
        if _PART.fullmatch(value or name):
            yield Slip(value or name, "the query of its URL")


def slips_in_headers(headers: Sequence[str]) -> Iterator[Slip]:
    """Yield the slips in headers, given as names and values in turn: where a value ends in one.

    >>> [each.what for each in slips_in_headers(["Authorization", "Bearer undefined"])]
    ['undefined in the header Authorization']
    >>> list(slips_in_headers(["Origin", "null", "Host", "undefined"]))
    []
    """
    for name, value in zip(headers[::2], headers[1::2], strict=True):
        for text in (value, *_credentials(value)):
            found = _HEADER.fullmatch(text)
            if found is not None and name.lower() != "host":  # which the URL has
                yield Slip(found[1], f"the header {name}")


def _credentials(header: str) -> list[str]:
    """Return the user and the password of HTTP's Basic authentication."""
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return []
    try:
        return base64.b64decode(encoded).decode().split(":", 1)
    except ValueError:  # no base64, or no text
        return []


def advice_on_unreadable(message: str) -> str | None:
    """Return what to do about a URL that `fetch` can't read, if a slip is why; None if not.

    >>> advice_on_unreadable("Failed to parse URL from https://[object Promise]/users")
    'The URL has [object Promise] in it: a promise was put there. Await it first.'
    >>> advice_on_unreadable("Failed to parse URL from /users")
    """
    found = _UNREADABLE.fullmatch(message)
    if found is None:
        return None
    slip = Slip(found[1], "it")
    return f"The URL has {slip.what}: {slip.advice}"
