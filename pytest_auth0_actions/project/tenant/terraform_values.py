"""The values that expressions of Terraform's may have here."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Unknown:
    """What only a real Terraform knows.

    Attributes:
        why: what it takes, for people: ``"var.env, which has no default"``.
        advice: what to do.
    """

    why: str
    advice: str = "Write `terraform show -json` to a file, and name that."


def not_declared(what: str) -> Unknown:
    """Return what stands for something that the folder does not declare."""
    return Unknown(f"{what}, which is not declared", "Declare it, or correct the name.")


def of_itself(what: str) -> Unknown:
    """Return what stands for something that would have to be known to be worked out."""
    return Unknown(f"{what}, which refers to itself", "Correct it: Terraform can't know it either.")


@dataclass(frozen=True)
class Instance:
    """A resource, or one of several that `for_each` or `count` makes.

    Attributes:
        kind: its type, such as ``"auth0_action"``.
        name: its name.
        key: what distinguishes it from the others; None if there are none.
    """

    kind: str
    name: str
    key: str | int | None = None

    @property
    def address(self) -> str:
        """Its address.

        >>> Instance("auth0_action", "login", "eu").address
        'auth0_action.login["eu"]'
        """
        if self.key is None:
            return f"{self.kind}.{self.name}"
        key = f'"{self.key}"' if isinstance(self.key, str) else self.key
        return f"{self.kind}.{self.name}[{key}]"


@dataclass(frozen=True)
class Identifier:
    """The `id` of a resource, which it has once it is applied."""

    of: Instance


class SourceText(str):
    """Text that stands in a file as it is.

    Attributes:
        path: the file.
        line: the line where it starts, from 1.
    """

    path: Path
    line: int

    __slots__ = ("line", "path")

    @classmethod
    def at(cls, text: str, path: Path, line: int) -> SourceText:
        """Return text that starts at a line of a file."""
        made = cls(text)
        made.path, made.line = path, line
        return made


def unknown_in(value: Any) -> Unknown | None:
    """Return what is not known in a value; None if all is."""
    if isinstance(value, Unknown):
        return value
    if isinstance(value, Identifier):
        return Unknown(f"{value.of.address}.id, which it has once it is applied")
    if isinstance(value, list):
        return next(filter(None, map(unknown_in, value)), None)
    if isinstance(value, dict):
        return next(filter(None, map(unknown_in, value.values())), None)
    return None


def as_text(value: Any) -> str | Unknown:
    """Return a value as it is put into a template."""
    unknown = unknown_in(value)
    if unknown is not None:
        return unknown
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, str | int | float):
        return str(value)
    return Unknown(f"text of {'null' if value is None else 'a collection'}")
