"""Reads what `terraform show -json` writes, of a state or of a plan.

Source: https://developer.hashicorp.com/terraform/internals/json-format
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from pytest_auth0_actions.project.tenant.findings import Reading
from pytest_auth0_actions.project.tenant.model import Binding, Place, TenantAction, TenantModule
from pytest_auth0_actions.project.tenant.terraform_order import (
    LISTS,
    ONE,
    ApplyOrder,
    warn_of_order,
)

_DEEPEST: Final = 50
_KEY: Final = re.compile(r"\[[^\]]*\]")


def is_shown(data: Any) -> bool:
    """Return whether JSON is what `terraform show -json` writes."""
    return isinstance(data, dict) and "format_version" in data and "terraform_version" in data


class _Resource:
    """A resource, with what a plan says of where its values come from."""

    def __init__(self, data: dict[str, Any], described: dict[str, Any], module: str) -> None:
        self.address = str(data.get("address"))
        self.kind = data.get("type")
        expressions = described.get("expressions")
        self.expressions = expressions if isinstance(expressions, dict) else {}
        # A state has whole addresses, and a plan those within the module.
        self.depends_on = [
            *_texts(data.get("depends_on")),
            *(f"{module}{each}" for each in _texts(described.get("depends_on"))),
        ]
        values = data.get("values")
        self.values: dict[str, Any] = values if isinstance(values, dict) else {}

    def text(self, name: str) -> str | None:
        """Return an attribute that is text; None if it is none."""
        value = self.values.get(name)
        return value if isinstance(value, str) and value else None

    def blocks(self, name: str) -> Iterator[dict[str, Any]]:
        """Yield its blocks of a kind."""
        value = self.values.get(name)
        yield from (
            (each for each in value or () if isinstance(each, dict))
            if isinstance(value, list)
            else ()
        )

    def references(self, name: str, number: int | None = None, key: str = "") -> list[str]:
        """Return the addresses that an attribute, or one of a block's, refers to."""
        given = self.expressions.get(name)
        if number is not None:
            given = given[number] if isinstance(given, list) and number < len(given) else None
            given = given.get(key) if isinstance(given, dict) else None
        found = given.get("references") if isinstance(given, dict) else None
        return [each for each in found or () if isinstance(each, str)]


def read_shown(
    reading: Reading, path: Path, data: dict[str, Any]
) -> tuple[list[TenantAction], list[TenantModule], dict[str, tuple[Binding, ...]]]:
    """Return the Actions, the modules, and the bindings of each trigger."""
    values = data.get("planned_values") or data.get("values")
    root = values.get("root_module") if isinstance(values, dict) else None
    configuration = data.get("configuration")
    described = configuration.get("root_module") if isinstance(configuration, dict) else None
    resources = list(_resources(root, described))
    units = [each for each in resources if each.kind == "auth0_action_module"]
    ids = {str(each.values["id"]): each for each in resources if each.text("id")}
    by_address = {_KEY.sub("", each.address): each for each in resources}
    addresses = {each.address: each for each in resources} | by_address

    def meant(given: Any, references: list[str]) -> _Resource | None:
        """Return the resource of an id, which a plan may only name by its address."""
        if isinstance(given, str) and given in ids:
            return ids[given]
        for each in references:
            if each in addresses:
                return addresses[each]
        return None

    def unit(resource: _Resource) -> dict[str, Any] | None:
        place = reading.place(path, 0, resource.address)
        name, code = resource.text("name"), resource.text("code")
        if name is None or code is None:
            reading.error(
                place,
                f"[A868] It has no {'name' if name is None else 'code'} that is known before it is "
                "applied.",
                "Apply it, and write `terraform show -json` again.",
            )
            return None
        secrets = [each.get("name") for each in resource.blocks("secrets")]
        secrets += [each.get("name") for each in resource.blocks("secrets_wo")]
        names = tuple(each for each in secrets if isinstance(each, str))
        return {
            "name": name,
            "path": path,
            "dependencies": {
                str(each["name"]): str(each.get("version") or "")
                for each in resource.blocks("dependencies")
                if isinstance(each.get("name"), str)
            },
            "secret_names": names,
            "place": place,
            "code_shown": place.shown,
            "source": code,
            "secrets": dict.fromkeys(names),
        }

    actions: list[TenantAction] = []
    for resource in resources:
        made = unit(resource) if resource.kind == "auth0_action" else None
        if made is None:
            continue
        triggers = [each.get("id") for each in resource.blocks("supported_triggers")]
        modules = []
        for number, each in enumerate(resource.blocks("modules")):
            references = resource.references("modules", number, "module_id")
            module = meant(each.get("module_id"), references)
            name = module.text("name") if module is not None else each.get("module_name")
            if isinstance(name, str):
                modules.append(name)
        trigger = triggers[0] if triggers else None
        actions.append(
            TenantAction(
                **made,
                trigger=trigger if isinstance(trigger, str) else "",
                runtime=resource.text("runtime"),
                deployed=resource.values.get("deploy") is True,
                modules=tuple(modules),
            )
        )
    found: dict[str, list[Binding]] = {}
    for resource in resources:
        place = reading.place(path, 0, resource.address)
        trigger_id = str(resource.text("trigger") or "")
        for number, each in enumerate(resource.blocks("actions") if resource.kind in LISTS else ()):
            references = resource.references("actions", number, "id")
            action = meant(each.get("id"), references)
            called = each.get("display_name") or each.get("id")
            _bind(reading, found, trigger_id, action, called, place)
    single = {each.address: each for each in resources if each.kind == ONE}
    order = ApplyOrder(
        {
            address: [other for other in single if _KEY.sub("", other) in each.depends_on]
            for address, each in single.items()
        }
    )
    for address in order.ids:
        resource = single[address]
        place = reading.place(path, 0, address)
        trigger_id = str(resource.text("trigger") or "")
        if trigger_id in [single[each].text("trigger") for each in order.beside(address)]:
            warn_of_order(reading, place, trigger_id)
        references = resource.references("action_id")
        action = meant(resource.text("action_id"), references)
        called = resource.text("display_name") or resource.text("action_id")
        _bind(reading, found, trigger_id, action, called, place)
    made_modules = [unit(each) for each in units]
    return (
        actions,
        [TenantModule(**each) for each in made_modules if each is not None],
        {trigger: tuple(bound) for trigger, bound in found.items()},
    )


def _bind(
    reading: Reading,
    found: dict[str, list[Binding]],
    trigger: str,
    action: _Resource | None,
    called: Any,
    place: Place,
) -> None:
    name = action.text("name") if action is not None else None
    if name is None and isinstance(called, str) and called:
        name = called  # most have a display_name that is the name
    if name is None or not trigger:
        reading.error(
            place,
            "[A869] It binds an Action that is not known before it is applied.",
            "Apply it, and write `terraform show -json` again.",
        )
        return
    found.setdefault(trigger, []).append(Binding(name, place))


def _resources(module: Any, described: Any, depth: int = 0) -> Iterator[_Resource]:
    """Yield the resources of a module, and of those in it."""
    if not isinstance(module, dict) or depth > _DEEPEST:
        return
    described = described if isinstance(described, dict) else {}
    by_address = {each.get("address"): each for each in _objects(described.get("resources"))}
    prefix = f"{module['address']}." if isinstance(module.get("address"), str) else ""
    for each in _objects(module.get("resources")):
        local = str(each.get("address")).removeprefix(prefix)
        yield _Resource(each, by_address.get(_KEY.sub("", local), {}), _KEY.sub("", prefix))
    calls = described.get("module_calls")
    for each in _objects(module.get("child_modules")):
        name = _KEY.sub("", str(each.get("address"))).rpartition("module.")[2]
        called = calls.get(name) if isinstance(calls, dict) else None
        inner = called.get("module") if isinstance(called, dict) else None
        yield from _resources(each, inner, depth + 1)


def _texts(given: Any) -> list[str]:
    return [each for each in given if isinstance(each, str)] if isinstance(given, list) else []


def _objects(given: Any) -> Iterator[dict[str, Any]]:
    if isinstance(given, list):
        yield from (each for each in given if isinstance(each, dict))
