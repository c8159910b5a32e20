"""Reads a tenant.yaml that the Deploy CLI exports.

Source: https://github.com/auth0/auth0-deploy-cli/tree/master/examples/yaml
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pytest_auth0_actions.errors import TenantError, hides_our_frames
from pytest_auth0_actions.project.tenant.findings import Reading
from pytest_auth0_actions.project.tenant.keywords import Replaced, broken_by, quoted
from pytest_auth0_actions.project.tenant.manifest import read_action, read_bindings, read_module
from pytest_auth0_actions.project.tenant.model import Binding, Place, TenantAction, TenantModule
from pytest_auth0_actions.project.tenant.slips import warn_of_slips

if TYPE_CHECKING:
    import yaml

__tracebackhide__ = hides_our_frames

_SECTIONS: Final = ("actions", "actionModules", "triggers")
_DEEPEST: Final = 50
_KEYWORD_LEFT: Final = re.compile(r"##\w+##|@@\w+@@")
# One without quotes, which is a comment to YAML.
_AS_COMMENT: Final = re.compile(r"[ \t]+(##[A-Za-z_]\w*##)[ \t]*")

# What plain scalars are in YAML 1.2, which the Deploy CLI reads; PyYAML's own rules are of 1.1, in
# which `on` is a boolean and `12:30` a number.
_NULL: Final = re.compile(r"(?:~|null|Null|NULL|)")
_BOOLEAN: Final = re.compile(r"true|True|TRUE|false|False|FALSE")
_INTEGER: Final = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_MERGE: Final = "<<"
_TAG: Final = "tag:yaml.org,2002:"


class _NotAllowedError(Exception):
    """Something that no tenant.yaml has; its line, and what it is."""


def read_yaml(
    reading: Reading, path: Path
) -> tuple[list[TenantAction], list[TenantModule], dict[str, tuple[Binding, ...]]]:
    """Return the Actions, the modules, and the bindings of each trigger.

    Raises:
        TenantError: PyYAML is not installed.
    """
    text = reading.text(path, "The manifest")
    if text is None:
        return [], [], {}
    replaced = reading.replaced(text)
    sections = _sections(reading, path, text, replaced)
    values = _Values(replaced)
    place = reading.place(path)
    try:
        data = {name: values.of(node) for name, node in sections.items()}
    except _NotAllowedError as error:
        line, what = error.args
        reading.error(
            reading.place(path, line), f"[A832] It has {what}.", "Correct it, or export again."
        )
        return [], [], {}

    def items(name: str) -> Iterator[tuple[Any, Place]]:
        listed = data.get(name)
        if listed is not None and not isinstance(listed, list):
            at = reading.place(path, replaced.line(sections[name].start_mark.line + 1))
            reading.error(
                at,
                f"[A833] Its {name} are not a list.",
                "Begin each with `- name: `, or export again.",
            )
        for each in listed if isinstance(listed, list) else ():
            yield each, reading.place(path, values.lines.get(id(each), 0))

    actions = [read_action(reading, *each) for each in items("actions")]
    modules = [read_module(reading, *each) for each in items("actionModules")]
    places = {key: reading.place(path, line) for key, line in values.lines.items()}
    bindings = read_bindings(reading, data.get("triggers"), place, places)
    return (
        [each for each in actions if each is not None],
        [each for each in modules if each is not None],
        bindings,
    )


def _sections(reading: Reading, path: Path, text: str, replaced: Replaced) -> dict[str, yaml.Node]:
    """Return the parts of a tenant.yaml that are about Actions."""
    try:
        import yaml
    except ImportError:
        raise TenantError(
            "[A834] Reading a tenant.yaml needs PyYAML.",
            f"Given: {reading.shown(path)}, and an environment without PyYAML.",
            "Install it with `pip install PyYAML`.",
        ) from None
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        try:
            root = yaml.compose(replaced.text, Loader=loader)
        except yaml.YAMLError:
            if (again := quoted(replaced.text)) == replaced.text:
                raise
            root = yaml.compose(again, Loader=loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = replaced.line(mark.line + 1) if mark is not None else 0
        marks = [mark, getattr(error, "context_mark", None)]
        lines = [each.line + 1 for each in marks if each is not None]
        first = broken_by(text, replaced, lines) or _about_keyword(replaced, mark)
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "unreadable"
        reading.error(
            reading.place(path, line),
            f"[A835] It is not YAML: {problem}.",
            f"{first}{' ' if first else ''}Correct it, or export the tenant again.",
        )
        return {}
    except (OverflowError, RecursionError, ValueError) as error:
        what = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        reading.error(
            reading.place(path),
            f"[A836] It is YAML that can't be a tenant: {what}.",
            "Correct it, or export again.",
        )
        return {}
    if root is None:
        return {}
    if not isinstance(root, yaml.MappingNode):
        reading.error(
            reading.place(path, replaced.line(root.start_mark.line + 1)),
            "[A837] It is YAML, but not a mapping with `actions`.",
            "Name the right file, or export the tenant again.",
        )
        return {}
    names = [key.value for key, _ in root.value if isinstance(key, yaml.ScalarNode)]
    warn_of_slips(reading, reading.place(path), "The file", names, _SECTIONS)
    sections: dict[str, yaml.Node] = {}
    for key, value in root.value:
        if not isinstance(key, yaml.ScalarNode) or key.value not in _SECTIONS:
            continue
        if key.value in sections:
            reading.error(
                reading.place(path, replaced.line(key.start_mark.line + 1)),
                f"[A838] It has {key.value!r} twice.",
                "Put them together.",
            )
        sections[key.value] = value
    return sections


def _about_keyword(replaced: Replaced, mark: Any) -> str:
    """Return what to do if it may be a keyword without a value that makes a line no YAML."""
    if mark is None:
        return ""
    lines = replaced.text.splitlines()
    near = "\n".join(lines[max(0, mark.line - 2) : mark.line + 1])
    left = _KEYWORD_LEFT.search(near)
    return f"Give {left[0].strip('#@')} a value, in ini auth0_keywords." if left else ""


class _Values:
    """Makes JSON values of YAML nodes.

    Attributes:
        lines: the line of the file of each object, by its id; the values are kept meanwhile.
    """

    def __init__(self, replaced: Replaced) -> None:
        self.lines: dict[int, int] = {}
        self._replaced = replaced
        self._text_lines = replaced.text.splitlines()
        self._made: dict[int, Any] = {}
        self._kept: list[Any] = []

    def of(self, node: Any, depth: int = 0) -> Any:
        """Return the value of a node.

        Raises:
            _NotAllowedError: it has none in JSON.
        """
        if id(node) in self._made:
            return self._made[id(node)]
        line = self._replaced.line(node.start_mark.line + 1)
        if depth > _DEEPEST:
            what = f"objects or lists that are more than {_DEEPEST} deep, or in themselves"
            raise _NotAllowedError(line, what)
        value: Any
        if node.id == "scalar":
            value = _scalar(node)
            if value is None:
                value = self._keyword_at(node.end_mark)
        elif node.id == "sequence":
            value = [self.of(each, depth + 1) for each in node.value]
        else:
            value = self._mapping(node, depth)
        self._made[id(node)] = value
        self._kept.append(value)
        self.lines[id(value)] = line
        return value

    def _keyword_at(self, mark: Any) -> str | None:
        """Return the keyword without a value that stands where there is nothing else."""
        line = self._text_lines[mark.line] if mark.line < len(self._text_lines) else ""
        found = _AS_COMMENT.fullmatch(line, mark.column)
        return found[1] if found else None

    def _mapping(self, node: yaml.MappingNode, depth: int) -> dict[str, Any]:
        made: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        for key, value in node.value:
            line = self._replaced.line(key.start_mark.line + 1)
            if key.id != "scalar":
                raise _NotAllowedError(line, "a key that is no text")
            if key.value == _MERGE and not key.style:
                self._merge(merged, self.of(value, depth + 1), line)
                continue
            if key.value in made:
                raise _NotAllowedError(line, f"the key {key.value!r} twice")
            made[key.value] = self.of(value, depth + 1)
        return {**merged, **made}

    def _merge(self, merged: dict[str, Any], given: Any, line: int) -> None:
        """Add the keys of `<<: *alias`, or of a list of those, of which the first wins."""
        for each in given if isinstance(given, list) else [given]:
            if not isinstance(each, dict):
                raise _NotAllowedError(line, f"{_MERGE} of what is no mapping")
            merged.update({key: value for key, value in each.items() if key not in merged})


def _scalar(node: yaml.ScalarNode) -> Any:
    text: str = node.value
    if node.style or not node.tag.startswith(_TAG):
        return text  # in quotes; or with a tag of somebody's own, which no field of an Action has
    if _NULL.fullmatch(text):
        return None
    if _BOOLEAN.fullmatch(text):
        return text.lower() == "true"
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    return text
