"""Checks the arguments of api methods as Auth0 does: by schemas, whose failures become one text."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from pytest_auth0_actions.auth0.javascript import fields_of, is_finite, is_object
from pytest_auth0_actions.errors import ApiThrow, hides_our_frames
from pytest_auth0_actions.values import UNDEFINED

__tracebackhide__ = hides_our_frames

Path: TypeAlias = "tuple[str, ...]"
Failure: TypeAlias = "tuple[Path, str]"


class Shape(Protocol):
    """What an argument has to be."""

    def failures(self, value: Any, path: Path) -> Iterator[Failure]:
        """Yield what is wrong with *value*, which is at *path*: where, and what."""


@dataclass(frozen=True, slots=True)
class Text:
    """A string; its length counts characters, as code points.

    Attributes:
        most: how long it may be.
        least: how long it must be.
        pattern: what it must match as a whole, and how a failure names that.
    """

    most: int | None = None
    least: int = 0
    pattern: str | None = None

    def failures(self, value: Any, path: Path) -> Iterator[Failure]:
        """Yield what is wrong with *value*."""
        if not isinstance(value, str):
            yield path, "must be string"
            return
        if self.most is not None and len(value) > self.most:
            yield path, f"must NOT have more than {self.most} characters"
        if len(value) < self.least:
            yield path, f"must NOT have fewer than {self.least} characters"
        if self.pattern is not None and not re.fullmatch(self.pattern[1:-1], value):
            yield path, f'must match pattern "{self.pattern}"'


@dataclass(frozen=True, slots=True)
class Flag:
    """A boolean."""

    def failures(self, value: Any, path: Path) -> Iterator[Failure]:
        """Yield what is wrong with *value*."""
        if not isinstance(value, bool):
            yield path, "must be boolean"


@dataclass(frozen=True, slots=True)
class Number:
    """A number that is finite."""

    def failures(self, value: Any, path: Path) -> Iterator[Failure]:
        """Yield what is wrong with *value*."""
        if not is_finite(value):
            yield path, "must be number"


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of some strings."""

    values: Collection[str]

    def failures(self, value: Any, path: Path) -> Iterator[Failure]:
        """Yield what is wrong with *value*."""
        if not isinstance(value, str) or value not in self.values:
            yield path, "must be equal to one of the allowed values"


@dataclass(frozen=True, slots=True)
class Scalar:
    """A string, a number or a boolean, and what else *also* names.

    Attributes:
        most: how long a string may be.
        also: further types: ``"null"``, ``"array"`` (of scalars).
    """

    most: int
    also: tuple[str, ...] = ()

    def failures(self, value: Any, path: Path) -> Iterator[Failure]:
        """Yield what is wrong with *value*."""
        if isinstance(value, str):
            yield from Text(self.most).failures(value, path)
        elif isinstance(value, list) and "array" in self.also:
            yield from Items(Scalar(self.most)).failures(value, path)
        elif not (isinstance(value, bool) or is_finite(value) or (value is None and self.also)):
            yield path, f"must be {','.join(('string', 'number', 'boolean', *self.also))}"


@dataclass(frozen=True, slots=True)
class Items:
    """An array.

    Attributes:
        each: what its items have to be.
        most: how many it may have.
    """

    each: Shape
    most: int | None = None

    def failures(self, value: Any, path: Path) -> Iterator[Failure]:
        """Yield what is wrong with *value*."""
        if not isinstance(value, list):
            yield path, "must be array"
            return
        if self.most is not None and len(value) > self.most:
            yield path, f"must NOT have more than {self.most} items"
        for index, item in enumerate(value):
            yield from self.each.failures(item, (*path, str(index)))


@dataclass(frozen=True, slots=True)
class Fields:
    """An object.

    Attributes:
        known: what its fields have to be, in the order in which they are checked.
        required: the fields that it must have.
        others: the names that other fields may have, as a pattern; None for any.
        most: how many fields it may have, those that are undefined included.
    """

    known: Mapping[str, Shape] = field(default_factory=dict)
    required: Sequence[str] = ()
    others: str | None = None
    most: int | None = None

    def failures(self, value: Any, path: Path) -> Iterator[Failure]:
        """Yield what is wrong with *value*."""
        if not is_object(value):
            yield path, "must be object"
            return
        fields = fields_of(value)
        if self.most is not None and len(fields) > self.most:
            yield path, f"must NOT have more than {self.most} properties"
        for name in self.required:
            if fields.get(name, UNDEFINED) is UNDEFINED:
                yield path, f"must have required property '{name}'"
        if self.others is not None:
            for name in fields:
                if name not in self.known and not re.fullmatch(self.others, name):
                    yield path, "must NOT have additional properties"
        for name, shape in self.known.items():
            if fields.get(name, UNDEFINED) is not UNDEFINED:
                yield from shape.failures(fields[name], (*path, name))


NO_OTHERS = r"(?!)"
"""Matches no name: an object may have no fields but the known ones."""


def check(shape: Shape, value: Any, prefix: str = "", at: Path = ()) -> None:
    """Refuse a value that is not of a shape.

    Args:
        shape: what it has to be.
        value: what it is.
        prefix: what the text begins with.
        at: where the value is.

    Raises:
        ApiThrow: it is not; the text names each failing place, and all that is wrong there.

    >>> shape = Fields({"code": Text(most=3), "text": Text()}, required=["text"])
    >>> check(shape, {"code": "long", "text": ""})
    Traceback (most recent call last):
    pytest_auth0_actions.errors.ApiThrow: code must NOT have more than 3 characters
    """
    found: dict[Path, list[str]] = {}
    for path, text in shape.failures(value, at):
        found.setdefault(path, []).append(text)
    if found:
        places = (f"{path[-1] if path else ''} {', '.join(texts)}" for path, texts in found.items())
        raise ApiThrow((f"{prefix}: " if prefix else "") + "; ".join(places))


def check_arguments(shape: Fields, prefix: str = "", **arguments: Any) -> None:
    """Refuse the arguments of a call, by their names; see `check`."""
    check(shape, arguments, prefix)
