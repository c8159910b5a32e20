"""Writes the types of events, `pytest_auth0_actions/auth0/events/types`, from the events' data.

Run it after a change of the data: ``python -m tests.auth0.events.event_types``.
"""

from __future__ import annotations

import keyword
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from pytest_auth0_actions.auth0.events.data import read_data, read_shared
from pytest_auth0_actions.auth0.handlers import HANDLERS_OF

PACKAGE: Final = "pytest_auth0_actions.auth0.events.types"
FOLDER: Final = Path(__file__).parents[3].joinpath(*PACKAGE.split("."))

_COLUMNS: Final = 100
_SHARED: Final = "$shared"
_PLAIN: Final = {
    "any": "Any",
    "boolean": "bool",
    "null": "None",
    "number": "float",
    "string": "str",
}
_HEAD: Final = '''\
"""{of}

Made by ``python -m tests.auth0.events.event_types`` from `data`: to change a field, edit that.
"""

from __future__ import annotations

'''


def pascal(name: str) -> str:
    """Return a name of the data as that of a class.

    >>> pascal("post-login"), pascal("resource_server"), pascal("riskAssessment")
    ('PostLogin', 'ResourceServer', 'RiskAssessment')
    """
    parts = name.replace("-", "_").split("_")
    return "".join(f"{part[:1].upper()}{part[1:]}" for part in parts)


class Module:
    """One module of types.

    Args:
        of: its docstring's first line.
        shared: the prefix of the names of what triggers share; empty in their own module.
    """

    def __init__(self, of: str, shared: str) -> None:
        self._of = of
        self._shared = shared
        self._parts: list[str] = []

    @property
    def source(self) -> str:
        """The module, formatted."""
        body = "\n\n\n".join(self._parts)
        used = [each for each in ("Any", "Literal", "TypeAlias", "TypedDict") if each in body]
        head = _HEAD.format(of=self._of) + f"from typing import {', '.join(used)}\n"
        if "shared." in body:
            head += f"\nfrom {PACKAGE} import shared\n"
        gap = "\n" if ": TypeAlias" in self._parts[0] else "\n\n"
        return f"{head}{gap}{body}\n"

    def alias(self, name: str, node: str) -> None:
        """Add a name for texts."""
        self._parts.append(_filled(f"{pascal(name)}: TypeAlias = ", self.type_of(node, "", "")))

    def type_of(self, node: Any, name: str, path: str) -> str:
        """Return the type of what *node* of the data describes; its classes are added.

        Args:
            node: of the data, see `fields` there.
            name: that of its class, if it gets one.
            path: where it is in the event.
        """
        if isinstance(node, list):
            return f"list[{self.type_of(node[0], f'{name}Item', f'{path}[]')}]"
        if isinstance(node, dict):
            return self.add_class(node, name, path)
        if node.startswith("$"):
            return self._shared + pascal(node[1:])
        if node.startswith("= "):
            texts = ", ".join(f'"{text}"' for text in node[2:].split(" | "))
            return f"Literal[{texts}]"
        if node.startswith("map"):
            return "dict[str, Any] | None" if node.endswith("|null") else "dict[str, Any]"
        return " | ".join(_PLAIN[each] for each in node.split("|"))

    def add_class(self, node: Mapping[str, Any], name: str, path: str) -> str:
        """Add the class of an object, behind those of what it holds; return its name."""
        required: dict[str, str] = {}
        optional: dict[str, str] = {}
        for field, inner in node.items():
            bare = field.rstrip("?~")
            if field in {"...", _SHARED}:
                continue
            of = "Any" if field.endswith("~") else self._type_in(inner, field, node, name, path)
            (optional if field.endswith(("?", "~")) else required)[bare] = of
        bases = [self._shared + pascal(node[_SHARED])] if _SHARED in node else []
        if not required and not optional:
            return bases[0] if bases else "dict[str, Any]"
        of = path if path.startswith("The event") else f"`{path}`"
        words = f'    """{of}{"; it may hold other fields too" if "..." in node else ""}."""\n'
        bases += self._add_names(f"_{name}Required", required, "")
        bases += self._add_names(f"_{name}Optional", optional, ", total=False")
        if required and optional:
            bases = [self._add(f"_{name}", bases, required, "", "")]
        total = ", total=False" if optional else ""
        return self._add(name, bases, optional or required, total, words)

    def _add_names(self, name: str, fields: dict[str, str], total: str) -> list[str]:
        """Take out the fields whose names no class body can have, and add a base for them."""
        odd = {field: fields.pop(field) for field in [*fields] if keyword.iskeyword(field)}
        if not odd:
            return []
        listed = ", ".join(f'"{field}": {of}' for field, of in odd.items())
        self._parts.append(f'{name} = TypedDict("{name}", {{{listed}}}{total})')
        return [name]

    def _type_in(
        self, node: Any, field: str, outer: Mapping[str, Any], name: str, path: str
    ) -> str:
        """Return the type of a field of the object *outer*."""
        if isinstance(node, dict) and {*node, field} == {*outer, field}:
            return name  # it is like the object that it is in
        bare = field.rstrip("?~")
        if path.startswith("The event"):  # which gives its parts no first name
            return self.type_of(node, pascal(bare), f"event.{bare}")
        return self.type_of(node, f"{name}{pascal(bare)}", f"{path}.{bare}")

    def _add(
        self, name: str, bases: list[str], fields: Mapping[str, str], total: str, words: str
    ) -> str:
        lines = [_filled(f"    {field}: ", of) for field, of in fields.items()]
        inside = f"{', '.join(bases or ['TypedDict'])}{total}"
        head = f"class {name}({inside}):"
        if len(head) > _COLUMNS:
            head = f"class {name}(\n    {inside}\n):"
        self._parts.append("\n".join([head, *([words] if words else []), *lines]))
        return name


def _filled(start: str, of: str) -> str:
    """Return a line, or several if it is too long for one."""
    if len(start) + len(of) <= _COLUMNS:
        return start + of
    indent = " " * (len(start) - len(start.lstrip()))
    head, _, texts = of.removesuffix("]").partition("[")
    inner = "".join(f"{indent}    {text},\n" for text in texts.split(", "))
    return f"{start}{head}[\n{inner}{indent}]"


def modules() -> Iterator[tuple[str, str]]:
    """Yield the name and the source of each module."""
    shared = Module("What the events of several triggers hold.", "")
    for name, node in read_shared()["fields"].items():
        if isinstance(node, str):
            shared.alias(name, node)
        else:
            shared.add_class(node, pascal(name), name)
    yield "shared", shared.source
    for trigger in HANDLERS_OF:
        module = Module(f"The type of the event of {trigger}, for annotations.", "shared.")
        path = f"The event of {trigger}"
        module.add_class(read_data(trigger)["fields"], f"{pascal(trigger)}Event", path)
        yield trigger.replace("-", "_"), module.source


if __name__ == "__main__":
    for module_name, source in modules():
        (FOLDER / f"{module_name}.py").write_text(source, encoding="utf-8")
