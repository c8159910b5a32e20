"""Which fields an event has, read from a trigger's data.

In the data an object is a dict of its fields, a list is a list of one, and all else is text:

======================== =========================================================================
``"name"``               Auth0 always sends it
``"name?"``              optional
``"name~"``              seen at Auth0, and on no page; it takes anything
``"..."``                the object may have other fields too
``"= sms | voice"``      one of these texts
``"map"``                an object with keys of the tenant's own, of any values
``"map of string"``      the same, whose values are of a type, or of some: ``string|number``
``"$geoip"``             a shape that triggers share; with more fields, it is ``"$shared": "geoip"``
======================== =========================================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

_OPEN: Final = "..."
_SHARED: Final = "$shared"


@dataclass(frozen=True)
class Field:
    """What may stand at one place of an event.

    Attributes:
        type: ``"object"``, ``"list"``, or as in the data, such as ``"string"`` or ``"map"``.
        optional: whether Auth0 may leave it out.
        documented: whether it stands on a page of Auth0's, or in its type declarations.
        fields: the fields of an object, by name.
        open: whether the object may have other fields.
        item: what a list holds.
        choices: the texts that it may be; empty if it is not limited to some.
    """

    type: str
    optional: bool = False
    documented: bool = True
    fields: Mapping[str, Field] = field(default_factory=dict)
    open: bool = False
    item: Field | None = None
    choices: tuple[str, ...] = ()

    @property
    def takes_anything(self) -> bool:
        """Whether what lies inside has no fields of its own that are known."""
        return not self.documented or self.type == "any" or self.values is not None

    @property
    def values(self) -> Field | None:
        """What a map holds under each of its keys; None if it is no map."""
        kind, _, of = self.type.removesuffix("|null").partition(" of ")
        return Field(of or "any") if kind == "map" else None

    @property
    def types(self) -> tuple[str, ...]:
        """Of what types it may be, apart from null."""
        return tuple(each for each in self.type.split("|") if each != "null")

    @property
    def names(self) -> tuple[str, ...]:
        """The documented fields of an object, in alphabetical order."""
        return tuple(sorted(name for name, each in self.fields.items() if each.documented))


def read_field(node: Any, shared: Mapping[str, Any], name: str = "") -> Field:
    """Return the field that *node* of the data describes, under its *name* there.

    >>> user = read_field({"user": {"email?": "string", "...": "any"}}, {}).fields["user"]
    >>> user.open, user.fields["email"].optional
    (True, True)
    """
    optional, documented = name.endswith(("?", "~")), not name.endswith("~")
    if isinstance(node, str) and node.startswith("$"):
        node = shared[node[1:]]
    if isinstance(node, dict):
        if _SHARED in node:
            node = {**shared[node[_SHARED]], **node}
        fields = {
            each.rstrip("?~"): read_field(inner, shared, each)
            for each, inner in node.items()
            if each not in (_OPEN, _SHARED)
        }
        return Field("object", optional, documented, fields, open=_OPEN in node)
    if isinstance(node, list):
        return Field("list", optional, documented, item=read_field(node[0], shared))
    if node.startswith("= "):
        return Field("string", optional, documented, choices=tuple(node[2:].split(" | ")))
    return Field(node, optional, documented)
