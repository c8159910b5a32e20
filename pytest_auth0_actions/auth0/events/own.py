"""Finds what is probably wrong in an event that a test has made itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pytest_auth0_actions.auth0.events.fields import Field
from pytest_auth0_actions.auth0.events.model import EventModel
from pytest_auth0_actions.auth0.events.same_name import same_name

_OF_DIRECTORIES: Final = frozenset({"familyName", "givenName", "userName"})
"""What a user of an enterprise connection may have beside the fields that Auth0 documents."""


def likely_mistakes(model: EventModel, event: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is probably wrong: the name of a field in other letters, or no object for one.

    Other names may be new fields of Auth0's, or what a connection gives a user.

    >>> user = {"emailVerified": True, "tall": True}
    >>> [*likely_mistakes(EventModel("post-login"), {"user": user, "client": "web"})]
    ["event.user has no field 'emailVerified'. Did you mean event.user.email_verified?", \
'event.client must be an object.']
    """
    yield from _mistakes(model.fields, event, "event")


def _mistakes(field: Field, value: Any, place: str) -> Iterator[str]:
    if field.item is not None and isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from _mistakes(field.item, inner, f"{place}[{index}]")
    elif isinstance(value, str | int | float) and field.documented:
        if field.item is not None:
            yield f"{place} must be a list."
        elif field.type == "object" or field.values is not None:
            yield f"{place} must be an object."
    elif isinstance(value, Mapping):
        missing = [each for each in field.names if each not in value]
        for name, inner in value.items():
            if name in field.fields:
                yield from _mistakes(field.fields[name], inner, f"{place}.{name}")
            elif name not in _OF_DIRECTORIES:
                meant = same_name(str(name), missing)
                if meant is not None:
                    yield f"{place} has no field {name!r}. Did you mean {place}.{meant}?"
