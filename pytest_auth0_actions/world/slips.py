"""Finds the texts that JavaScript makes of values that were not meant to be text.

They are looked for in requests, and in what an Action keeps: claims, metadata and the cache.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qsl, unquote

from pytest_auth0_actions.values import UNDEFINED

_SLIP: Final = r"undefined|NaN|\[object \w+\]"
_PART: Final = re.compile(_SLIP)
_SEGMENT: Final = re.compile(f"{_SLIP}|null")
_HEADER: Final = re.compile(rf"(?:.*[\s=])?({_SLIP}|(?<=Bearer )null)")
_URL: Final = re.compile(r"[a-z]+://(?P<netloc>[^/?#]*)(?P<path>[^?#]*)\??(?P<query>[^#]*)", re.I)
_HOST: Final = re.compile(r"(?:.+\.)?(undefined)\..+|(undefined|null|nan)", re.I)
_UNREADABLE: Final = re.compile(
    rf"Failed to parse URL from (?:.*/)?({_SLIP}|null)(?:[/?#].*)?", re.DOTALL
)

# A text of several parts, such as `auth0|undefined` or `NaN-NaN-NaN`. Words that are joined by
# `-` or `_`, such as `undefined-behavior`, may be meant, but not in a key of the cache.
_IN_VALUE: Final = re.compile(
    r"(?<![^/:|#=@,;])undefined(?![^/:|#=@,;])|(?<![^/:|#=@,;-])NaN(?![^/:|#=@,;-])"
)
_IN_CACHE_KEY: Final = re.compile(r"(?<![^\W_])(?:undefined|NaN)(?![^\W_])")
# Error texts of JavaScript itself quote it, as in `"[object Object]" is not valid JSON`. And
# a title may begin with it.
_OF_OBJECT: Final = re.compile(r"(?<![\"'])(?!\A\[object \w+\] )\[object [A-Z]\w*\](?![\"'])")
_BLANK: Final = re.compile(r"\s")
_LONGEST_SHOWN: Final = 80
_KEEPS: Final = ("setCustomClaim", "setAttribute", "Metadata")

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
    """Such a text in a request, or in a call of the api.

    Attributes:
        text: the text, such as `"undefined"`.
        where: what has it, such as `"the path of its URL"`.
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


def slips_in_call(path: str, args: Sequence[Any]) -> Iterator[Slip]:
    """Yield the slips in a call that keeps something: in its key, and in its value.

    >>> [each.what for each in slips_in_call("cache.get", ["plan-undefined"])]
    ["undefined in the key 'plan-undefined'"]
    >>> [each.what for each in slips_in_call("user.setAppMetadata", ["id", {"crm": "c|NaN"}])]
    ["NaN in the value 'c|NaN'"]
    >>> list(slips_in_call("idToken.setCustomClaim", ["https://a.test/x", "undefined behavior"]))
    []
    """
    of_cache = path.startswith("cache.")
    if not of_cache and not path.endswith(_KEEPS):
        return
    for key in args[:1]:
        text = "undefined" if key is UNDEFINED else key  # which is its name at Auth0
        yield from _slips_in(text, "key", _IN_CACHE_KEY if of_cache else _IN_VALUE)
    for value in args[1:2]:
        yield from _slips_in(value, "value", _IN_VALUE)


def _slips_in(value: object, name: str, pattern: re.Pattern[str]) -> Iterator[Slip]:
    if isinstance(value, str):
        found = _OF_OBJECT.search(value)
        if found is None and _BLANK.search(value) is None:  # a sentence may speak of it
            found = pattern.search(value)
        if found is not None:
            shown = value if len(value) <= _LONGEST_SHOWN else f"{value[:_LONGEST_SHOWN]}..."
            yield Slip(found[0], f"the {name} {shown!r}")
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _slips_in(each, name, pattern)


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
