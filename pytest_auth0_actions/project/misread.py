"""Finds fields that an Action reads under almost their name: nothing is run for it."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pytest_auth0_actions.auth0.events.model import SLIP_RATIO, EventModel, nearest
from pytest_auth0_actions.project.guards import is_optional, lines_of_code
from pytest_auth0_actions.project.usage import action_use

_LONGEST_SOURCE: Final = 50_000  # in characters; what is longer holds libraries, with their events
_HANDLER: Final = re.compile(r"\bon(?:Execute|Continue)[A-Z]\w*")
_BOUND: Final = re.compile(
    r"[(,{]\s*event\s*(?:[,:=][^(){}]*|\}[^(){}]*)?\)\s*(?::[^={]*)?(?:=>|\{)|\bevent\s*=>"
    r"|\b(?:const|let|var)\s+(?:\{[^}=;]*)?\bevent\b|\bcatch\s*\(\s*event\b"
)
"""Where a parameter or a variable is called `event`."""
_MAP: Final = "//# sourceMappingURL="  # so does what a bundler has made


@dataclass(frozen=True)
class Misread:
    """A field that an event does not have, and that is called almost like one.

    Attributes:
        path: where the Action looks for it, such as ``("user", "emailVerified")``.
        like: what the field is called that is there, such as ``"email_verified"``.
        line: the line that reads it, from 1.
    """

    path: tuple[str, ...]
    like: str
    line: int

    def is_in(self, event: Mapping[str, Any]) -> bool:
        """Return whether an event has the field after all, as the test has set it."""
        inner: Any = event
        for name in self.path:
            if not isinstance(inner, Mapping) or name not in inner:
                return False
            inner = inner[name]
        return True


@functools.lru_cache(maxsize=128)
def misread_fields(source: str, model: EventModel) -> tuple[Misread, ...]:
    """Return the fields that the code of an Action reads under almost their name.

    Of a bundle, nothing is known. A field may be there all the same where the code asks whether it
    is, has a default for it, or reads the other one in the same statement.

    Args:
        source: the code.
        model: what the event of its trigger holds.

    >>> from pytest_auth0_actions.auth0.events import event_model
    >>> source = "if (!event.user.emailVerified) deny();"
    >>> [found] = misread_fields(source, event_model("post-login"))
    >>> found.path, found.like, found.line
    (('user', 'emailVerified'), 'email_verified', 1)
    """
    if len(source) > _LONGEST_SOURCE or _MAP in source:
        return ()
    lines = lines_of_code(source)
    code = "\n".join(lines)
    if len(_BOUND.findall(code)) > max(1, len(_HANDLER.findall(code))):
        return ()  # there is another event than the handler's
    found: dict[tuple[str, ...], Misread] = {}
    for use in action_use(source).fields:
        field = model.fields
        for at, name in enumerate(use.path if use.line else ()):
            if field.type != "object" or field.takes_anything:
                break
            if name not in field.fields:
                like = nearest(name, field.names, SLIP_RATIO)
                path = use.path[: at + 1]
                if like is not None and not is_optional(lines, use.line, name, like):
                    found.setdefault(path, Misread(path, like, use.line))
                break
            field = field.fields[name]
    return tuple(found.values())
