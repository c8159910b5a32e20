"""The variables, locals, resources and files of a folder of Terraform's."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Final

from pytest_auth0_actions.project.tenant.deploy_directory import load_json
from pytest_auth0_actions.project.tenant.findings import Reading
from pytest_auth0_actions.project.tenant.hcl import (
    Block,
    Body,
    Expression,
    HclError,
    parse_expression,
    parse_file,
)
from pytest_auth0_actions.project.tenant.terraform_expressions import Scope, items_of
from pytest_auth0_actions.project.tenant.terraform_values import (
    Instance,
    Unknown,
    as_text,
    not_declared,
    of_itself,
    unknown_in,
)

_READ: Final = ("auth0_action", "auth0_trigger")
_MOST_FILES: Final = 10_000
_MOST_INSTANCES: Final = 10_000


def _selected_workspace(folder: Path) -> str:
    """Return what `terraform workspace select` wrote down, or what is always there."""
    selected = folder / ".terraform/environment"
    return selected.read_text("utf-8").strip() if selected.is_file() else "default"


class TerraformModule:
    """A folder with *.tf.

    Args:
        reading: the tenant.
        environment: what has `TF_VAR_...` and `TF_WORKSPACE`.

    Attributes:
        folder: where it is.
        workspace: which of Terraform's workspaces is selected.
    """

    def __init__(self, reading: Reading, environment: Mapping[str, str]) -> None:
        self.folder = reading.folder
        self.workspace = environment.get("TF_WORKSPACE") or _selected_workspace(self.folder)
        self._reading = reading
        self._bodies = [parse_file(reading, path) for path in _files(self.folder, "*.tf")]
        self._locals: dict[str, Expression] = {}
        self._variables: dict[str, Block] = {}
        self._resources: dict[tuple[str, str], Block] = {}
        self._given: dict[str, Any] = {}
        self._made: dict[tuple[str, str], Any] = {}
        self._under_way: set[tuple[str, str]] = set()
        for body in self._bodies:
            for block in body.of("locals"):
                self._locals.update(block.body.attributes)
            for block in body.of("variable"):
                self._variables[block.labels[0] if block.labels else ""] = block
            for block in body.of("resource"):
                if len(block.labels) == 2:
                    self._declare(block)
        self._take_variables(environment)

    @property
    def scope(self) -> Scope:
        """Where expressions outside of resources are worked out."""
        return Scope(self, {})

    def resources(self, kind: str) -> Iterator[tuple[Block, Instance, Scope]]:
        """Yield the resources of a type: their block, which it is, and where it is worked out."""
        for (of_kind, name), block in self._resources.items():
            if of_kind == kind:
                for instance, names in self._expanded(block):
                    yield block, instance, Scope(self, names)
                if isinstance(self.instances(kind, name), Unknown):
                    self._unknown(block, "for_each", self.instances(kind, name))

    def blocks(self, kind: str) -> Iterator[Block]:
        """Yield the top-level blocks of a kind."""
        for body in self._bodies:
            yield from body.of(kind)

    def variable(self, name: str) -> Any:
        """Return the value of a variable."""
        if name in self._given:
            return self._given[name]
        block = self._variables.get(name)
        if block is None:
            return not_declared(f"var.{name}")
        default = block.body.attributes.get("default")
        if default is None:
            return Unknown(
                f"var.{name}, which has no default",
                f"Give it: TF_VAR_{name} in the environment, or tenant_at(path, "
                f"variables={{{name!r}: ...}}).",
            )
        return self._once("var", name, default)

    def local(self, name: str) -> Any:
        """Return the value of a local."""
        if name not in self._locals:
            return not_declared(f"local.{name}")
        return self._once("local", name, self._locals[name])

    def _once(self, kind: str, name: str, expression: Expression) -> Any:
        key = (kind, name)
        if key not in self._made:
            if key in self._under_way:
                return of_itself(f"{kind}.{name}")
            self._under_way.add(key)
            try:
                self._made[key] = self.scope.value(expression)
            finally:
                self._under_way.discard(key)
        return self._made[key]

    def instances(self, kind: str, name: str) -> Any:
        """Return a resource, a mapping of several, or a list of them."""
        block = self._resources.get((kind, name))
        if block is None:
            return not_declared(f"{kind}.{name}")
        attributes = block.body.attributes
        if "for_each" in attributes:
            keys = self._keys(block)
            if isinstance(keys, Unknown):
                return keys
            return {key: Instance(kind, name, key) for key in keys}
        if "count" in attributes:
            count = self._count(block)
            if isinstance(count, Unknown):
                return count
            return [Instance(kind, name, number) for number in range(count)]
        return Instance(kind, name)

    def attribute(self, instance: Instance, name: str) -> Any:
        """Return an attribute of a resource, or the list of its blocks of a kind."""
        block = self._resources[instance.kind, instance.name]
        expression = block.body.attributes.get(name)
        is_dynamic = any(each.labels[:1] == (name,) for each in block.body.of("dynamic"))
        blocks = [] if is_dynamic else list(block.body.of(name))
        key = (f"{instance.address}.", name)
        if (expression is None and not blocks) or key in self._under_way:
            return Unknown(f"{instance.address}.{name}")
        self._under_way.add(key)
        try:
            scope = Scope(self, dict(self._expanded(block)).get(instance, {}))
            if expression is not None:
                return scope.value(expression)
            return [
                {key: scope.value(value) for key, value in each.body.attributes.items()}
                for each in blocks
            ]
        finally:
            self._under_way.discard(key)

    def _expanded(self, block: Block) -> Iterator[tuple[Instance, dict[str, Any]]]:
        kind, name = block.labels
        if "for_each" in block.body.attributes:
            keys = self._keys(block)
            for key, value in {} if isinstance(keys, Unknown) else keys.items():
                yield Instance(kind, name, key), {"each": {"key": key, "value": value}}
        elif "count" in block.body.attributes:
            count = self._count(block)
            for number in range(0 if isinstance(count, Unknown) else count):
                yield Instance(kind, name, number), {"count": {"index": number}}
        else:
            yield Instance(kind, name), {}

    def _keys(self, block: Block) -> dict[str, Any] | Unknown:
        """Return what `for_each` goes over."""
        key = ("for_each", ".".join(block.labels))
        if key in self._under_way:
            return of_itself(".".join(block.labels))
        self._under_way.add(key)
        try:
            over = self.scope.value(block.body.attributes["for_each"])
        finally:
            self._under_way.discard(key)
        items = items_of(over)
        if isinstance(items, Unknown):
            return items
        made: dict[str, Any] = {}
        for each, value in items:
            of_set = isinstance(over, list)
            name = as_text(value if of_set else each)
            if isinstance(name, Unknown):
                return name
            made[name] = name if of_set else value
        return made

    def _count(self, block: Block) -> int | Unknown:
        key = ("count", ".".join(block.labels))
        if key in self._under_way:
            return of_itself(".".join(block.labels))
        self._under_way.add(key)
        try:
            count = self.scope.value(block.body.attributes["count"])
        finally:
            self._under_way.discard(key)
        if isinstance(count, int) and 0 <= count <= _MOST_INSTANCES:
            return int(count)
        return unknown_in(count) or Unknown(f"the count {count!r}")

    def _declare(self, block: Block) -> None:
        kind, name = block.labels
        if (kind, name) in self._resources and kind.startswith(_READ):
            self._reading.error(
                self._reading.place(block.path, block.line, f"{kind}.{name}"),
                "[A870] The resource is there twice.",
                "Remove one, or rename it.",
            )
        self._resources[kind, name] = block

    def _unknown(self, block: Block, what: str, unknown: Unknown) -> None:
        address = ".".join(block.labels)
        needs_terraform(self._reading, block, address, f"{what} or count", unknown)

    def _take_variables(self, environment: Mapping[str, str]) -> None:
        for name, block in self._variables.items():
            if f"TF_VAR_{name}" in environment:
                self._given[name] = self._parsed(block, environment[f"TF_VAR_{name}"])
        paths = [self.folder / "terraform.tfvars", self.folder / "terraform.tfvars.json"]
        paths += sorted([*_files(self.folder, "*.auto.tfvars")])
        paths += sorted([*_files(self.folder, "*.auto.tfvars.json")])
        for path in filter(Path.is_file, paths):
            if path.suffix == ".json":
                values = load_json(self._reading, path)
                self._given.update(values if isinstance(values, dict) else {})
            else:
                body: Body = parse_file(self._reading, path)
                for name, expression in body.attributes.items():
                    self._given[name] = self.scope.value(expression)
        for name, value in self._reading.variables.items():
            if name not in self._variables:
                self._reading.error(
                    self._reading.place(self.folder),
                    f"[A871] The test gives the variable {name!r}, which is not declared.",
                    f"Declared are: {', '.join(sorted(self._variables)) or 'none'}.",
                )
            self._given[name] = value

    def _parsed(self, block: Block, text: str) -> Any:
        """Return the value of a variable that the environment has: text, or an expression."""
        declared = block.body.attributes.get("type")
        if declared is None or self.scope.value(declared) == Unknown("string"):
            return text
        try:
            value = self.scope.value(parse_expression(text, block.path, block.line))
        except HclError:
            return text
        return text if isinstance(value, Unknown) else value

    def read(self, path: str) -> str | Unknown:
        """Return what a file of the folder says."""
        found = self._inside(path)
        if isinstance(found, Unknown):
            return found
        text = self._reading.text(found, "The code")
        return Unknown(f"the file {path!r}", "Correct it.") if text is None else text

    def files(self, folder: str, pattern: str) -> list[str] | Unknown:
        """Return the files of a folder that match a pattern."""
        base = self._inside(folder, is_folder=True)
        if isinstance(base, Unknown):
            return base
        regex = re.compile(_regex_of(pattern))
        found = []
        for root, folders, names in os.walk(base):
            folders.sort()
            for name in sorted(names):
                path = PurePosixPath(Path(root, name).relative_to(base).as_posix())
                if regex.fullmatch(str(path)):
                    found.append(str(path))
            if len(found) > _MOST_FILES:
                return Unknown("a fileset that is too large")
        return sorted(found)

    def _inside(self, path: str, is_folder: bool = False) -> Path | Unknown:
        """Return a path in the folder; `Unknown` if there is nothing, or it is outside."""
        what = "the folder" if is_folder else "the file"
        full = Path(os.path.normpath(self.folder / str(path)))
        stays = full == self.folder or str(full).startswith(f"{self.folder}{os.sep}")
        if not stays:
            return Unknown(
                f"{what} {path!r}, which is outside of the tenant's folder",
                "Move it there, or write `terraform show -json` to a file, and name that.",
            )
        there = os.path.isdir(full) if is_folder else os.path.isfile(full)
        if not there:
            return Unknown(f"{what} {path!r}, which is not there", "Correct the path, or add it.")
        return full


def needs_terraform(
    reading: Reading, block: Block, address: str, what: str, unknown: Unknown
) -> None:
    """Write down what only a real Terraform knows."""
    reading.error(
        reading.place(block.path, block.line, address),
        f"[A866] Its {what} can't be told from the folder: it needs {unknown.why}.",
        unknown.advice,
    )


def _files(folder: Path, pattern: str) -> list[Path]:
    """Return the files of a folder that match, in the order in which Terraform reads them."""
    return sorted(each for each in folder.glob(pattern) if each.is_file())


def _regex_of(pattern: str) -> str:
    r"""Return the regular expression of a pattern of `fileset`.

    >>> _regex_of("**/*.{js,cjs}")
    '(?:.*/)?[^/]*\\.(?:js|cjs)'
    """
    out: list[str] = []
    depth, at = 0, 0
    while at < len(pattern):
        each = pattern[at]
        if pattern.startswith("**/", at):
            out.append("(?:.*/)?")
            at += 2
        elif pattern.startswith("**", at):
            out.append(".*")
            at += 1
        elif each == "*":
            out.append("[^/]*")
        elif each == "?":
            out.append("[^/]")
        elif each == "{":
            depth += 1
            out.append("(?:")
        elif each == "}" and depth:
            depth -= 1
            out.append(")")
        elif each == "," and depth:
            out.append("|")
        else:
            out.append(re.escape(each))
        at += 1
    return "".join(out) + ")" * depth
