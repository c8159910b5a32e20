"""Reads the Actions, modules and bindings of a folder of Terraform's.

Source: https://registry.terraform.io/providers/auth0/auth0/latest/docs/resources/action
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pytest_auth0_actions.project.tenant.findings import Reading
from pytest_auth0_actions.project.tenant.hcl import Block, Body
from pytest_auth0_actions.project.tenant.model import Binding, Place, TenantAction, TenantModule
from pytest_auth0_actions.project.tenant.slips import warn_of_slips
from pytest_auth0_actions.project.tenant.terraform_expressions import Scope, items_of
from pytest_auth0_actions.project.tenant.terraform_module import TerraformModule, needs_terraform
from pytest_auth0_actions.project.tenant.terraform_order import (
    LISTS,
    ONE,
    ApplyOrder,
    warn_of_order,
)
from pytest_auth0_actions.project.tenant.terraform_values import (
    Identifier,
    Instance,
    SourceText,
    Unknown,
    as_text,
    unknown_in,
)

_ACTION: Final = "auth0_action"
_MODULE: Final = "auth0_action_module"
_READ_OF_BOTH: Final = ("name", "code", "secrets", "secrets_wo", "dependencies")
_READ_OF: Final = {
    _ACTION: (*_READ_OF_BOTH, "runtime", "deploy", "supported_triggers", "modules"),
    _MODULE: _READ_OF_BOTH,
}


@dataclass(frozen=True)
class _Resource:
    """A resource of the folder."""

    reading: Reading
    block: Block
    instance: Instance
    scope: Scope

    @property
    def place(self) -> Place:
        """Where it is."""
        return self.reading.place(self.block.path, self.block.line, self.instance.address)

    def get(self, name: str, body: Body | None = None, scope: Scope | None = None) -> Any:
        """Return the value of an attribute; None if it has none."""
        expression = (body or self.block.body).attributes.get(name)
        return None if expression is None else (scope or self.scope).value(expression)

    def needs_terraform(self, what: str, unknown: Unknown) -> None:
        """Write down what only Terraform knows of it."""
        needs_terraform(self.reading, self.block, self.instance.address, what, unknown)

    def warn_of_slips(self, read: Collection[str], owner: str = "") -> None:
        """Write down what is in it that is almost something that is read."""
        body = self.block.body
        blocks = [
            each.labels[0] if each.kind == "dynamic" and each.labels else each.kind
            for each in body.blocks
        ]
        names = [*body.attributes, *blocks]
        warn_of_slips(self.reading, self.place, "The resource", names, read, owner)

    def nested(self, kind: str) -> Iterator[tuple[Body, Scope] | Unknown]:
        """Yield the blocks of a kind in it, those of `dynamic` included."""
        for each in self.block.body.blocks:
            if each.kind == kind:
                yield each.body, self.scope
            elif each.kind == "dynamic" and each.labels[:1] == (kind,):
                yield from self._dynamic(each, kind)

    def _dynamic(self, block: Block, kind: str) -> Iterator[tuple[Body, Scope] | Unknown]:
        over = self.get("for_each", block.body)
        items = items_of(over)
        if isinstance(items, Unknown):
            yield items
            return
        named = block.body.attributes.get("iterator")
        tree = getattr(named, "tree", None)
        name = kind
        if tree is not None and tree.data == "expr_term":
            name = str(getattr(tree.children[0], "children", [kind])[0])
        for content in block.body.of("content"):
            for key, value in items:
                key = value if isinstance(over, list) else key
                yield content.body, self.scope.with_names(**{name: {"key": key, "value": value}})


def read_terraform(
    reading: Reading, environment: Mapping[str, str]
) -> tuple[list[TenantAction], list[TenantModule], dict[str, tuple[Binding, ...]]]:
    """Return the Actions, the modules, and the bindings of each trigger.

    Raises:
        TenantError: python-hcl2 is not installed.
    """
    module = TerraformModule(reading, environment)

    def resources(kind: str) -> Iterator[_Resource]:
        for block, instance, scope in module.resources(kind):
            yield _Resource(reading, block, instance, scope)

    modules = {each.instance: _unit(each) for each in resources(_MODULE)}
    names = {instance: unit["name"] for instance, unit in modules.items()}
    actions = {each.instance: _action(each, names) for each in resources(_ACTION)}
    bindings = _bindings(
        reading,
        [each for kind in LISTS for each in resources(kind)],
        list(resources(ONE)),
        {instance: action.name for instance, action in actions.items()},
    )
    _warn_of_modules(reading, module)
    return list(actions.values()), [TenantModule(**each) for each in modules.values()], bindings


def _unit(resource: _Resource) -> dict[str, Any]:
    """Return what Actions and modules have in common."""
    name = as_text(resource.get("name"))
    owner = name if isinstance(name, str) and name else resource.instance.address
    if isinstance(name, Unknown):
        resource.reading.warn(
            resource.place,
            f"[A863] Its name can't be told from the folder: it needs {name.why}. Here its name "
            f"is its address, {owner!r}.",
            name.advice,
            owner,
        )
    resource.warn_of_slips(_READ_OF[resource.instance.kind], owner)
    secrets, are_known = _secrets(resource)
    code = resource.get("code")
    path, shown, source = resource.block.path, resource.place.shown, None
    unknown = unknown_in(code)
    if unknown is not None:
        resource.needs_terraform("code", unknown)
    elif not isinstance(code, str) or not code:
        resource.reading.error(
            resource.place, "[A864] It has no code.", 'Set `code`, such as file("code.js").', owner
        )
    else:
        source = str(code)
        line = resource.block.line
        if isinstance(code, SourceText):
            path, line = code.path, code.line
            shown = resource.reading.shown(path)
        source = "\n" * (line - 1) + source  # so that errors speak of the file's own lines
    return {
        "name": owner,
        "path": path,
        "dependencies": _dependencies(resource),
        "secret_names": tuple(secrets),
        "place": resource.place,
        "code_shown": shown,
        "source": source,
        "secrets": dict.fromkeys(secrets),
        "are_secrets_known": are_known,
    }


def _action(resource: _Resource, modules: Mapping[Instance, str]) -> TenantAction:
    unit = _unit(resource)
    trigger: Any = ""
    for each in resource.nested("supported_triggers"):
        trigger = each if isinstance(each, Unknown) else resource.get("id", *each)
        break
    runtime, deploys = resource.get("runtime"), resource.get("deploy")
    return TenantAction(
        **unit,
        trigger=trigger if isinstance(trigger, str) else "",
        runtime=runtime if isinstance(runtime, str) else None,
        # What only Terraform knows is not reported.
        deployed=deploys in (True, "true") or unknown_in(deploys) is not None,
        modules=tuple(_modules(resource, modules)),
    )


def _secrets(resource: _Resource) -> tuple[list[str], bool]:
    """Return the names of its secrets, and whether they are all known."""
    names: list[str] = []
    are_known = True
    for kind in ("secrets", "secrets_wo"):
        for each in resource.nested(kind):
            name = each if isinstance(each, Unknown) else resource.get("name", *each)
            if isinstance(name, str):
                names.append(str(name))
            else:
                are_known = False
    return names, are_known


def _dependencies(resource: _Resource) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in resource.nested("dependencies"):
        if isinstance(each, Unknown):
            continue
        name, version = resource.get("name", *each), as_text(resource.get("version", *each))
        if isinstance(name, str):
            found[str(name)] = version if isinstance(version, str) else ""
    return found


def _modules(resource: _Resource, modules: Mapping[Instance, str]) -> Iterator[str]:
    for each in resource.nested("modules"):
        of = each if isinstance(each, Unknown) else resource.get("module_id", *each)
        if isinstance(of, Identifier) and of.of in modules:
            yield modules[of.of]
        else:
            unknown = Unknown(f"the module {of!r}") if isinstance(of, str) else unknown_in(of)
            resource.needs_terraform("modules", unknown or Unknown("a module_id"))


def _bindings(
    reading: Reading, lists: list[_Resource], single: list[_Resource], names: Mapping[Instance, str]
) -> dict[str, tuple[Binding, ...]]:
    found: dict[str, list[Binding]] = {}
    for resource in lists:
        resource.warn_of_slips(("trigger", "actions"))
        trigger = _trigger(resource)
        for each in resource.nested("actions"):
            of = each if isinstance(each, Unknown) else resource.get("id", *each)
            _bind(found, resource, trigger, of, names)
    by_instance = {each.instance: each for each in single}
    order = ApplyOrder({each.instance: _instances_in(each.get("depends_on")) for each in single})
    for instance in order.ids:
        resource = by_instance[instance]
        trigger = _trigger(resource)
        beside = [_trigger(by_instance[each], False) for each in order.beside(instance)]
        if trigger is not None and trigger in beside:
            warn_of_order(reading, resource.place, trigger)
        _bind(found, resource, trigger, resource.get("action_id"), names)
    return {trigger: tuple(bound) for trigger, bound in found.items()}


def _instances_in(value: Any) -> Iterator[Instance]:
    if isinstance(value, Instance):
        yield value
    items = value.values() if isinstance(value, dict) else value
    for each in items if isinstance(value, dict | list) else ():
        yield from _instances_in(each)


def _trigger(resource: _Resource, reports: bool = True) -> str | None:
    trigger = resource.get("trigger")
    if isinstance(trigger, str):
        return str(trigger)
    if reports:
        resource.needs_terraform("trigger", unknown_in(trigger) or Unknown("a trigger"))
    return None


def _bind(
    found: dict[str, list[Binding]],
    resource: _Resource,
    trigger: str | None,
    of: Any,
    names: Mapping[Instance, str],
) -> None:
    if isinstance(of, Identifier) and of.of in names:
        if trigger is not None:
            found.setdefault(trigger, []).append(Binding(names[of.of], resource.place))
        return
    unknown = Unknown(f"the Action {of!r}") if isinstance(of, str) else unknown_in(of)
    resource.needs_terraform("Actions", unknown or Unknown("the id of an Action"))


def _warn_of_modules(reading: Reading, module: TerraformModule) -> None:
    """Say of modules in other folders of the tenant's that they are not read."""
    for block in module.blocks("module"):
        source = block.body.attributes.get("source")
        value = None if source is None else module.scope.value(source)
        if isinstance(value, str) and value.startswith("./"):
            reading.warn(
                reading.place(block.path, block.line, f"module.{'.'.join(block.labels)}"),
                f"[A865] Its folder, {value!r}, is not read.",
                "Name that folder with tenant_at(path), or give `terraform show -json`.",
            )
