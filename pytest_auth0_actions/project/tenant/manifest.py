"""Makes Actions, modules and bindings of what manifests of the Deploy CLI say.

Source: https://github.com/auth0/auth0-deploy-cli/tree/master/examples
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from pytest_auth0_actions.project.tenant.code_paths import find_code
from pytest_auth0_actions.project.tenant.findings import Reading
from pytest_auth0_actions.project.tenant.javascript import in_place
from pytest_auth0_actions.project.tenant.keywords import is_keyword, left_in
from pytest_auth0_actions.project.tenant.model import (
    NOT_SHOWN,
    Binding,
    Place,
    TenantAction,
    TenantModule,
)

_KINDS: Final = {dict: "an object", list: "a list", str: "text", bool: "a boolean"}


def read_action(reading: Reading, data: Any, place: Place) -> TenantAction | None:
    """Return the Action of a manifest; None, and an error is written down, if it is none."""
    unit = _unit(reading, data, place, "Action")
    if unit is None:
        return None
    name = unit["name"]
    triggers = _names(reading, data, "supported_triggers", "id", place, name)
    modules = _names(reading, data, "modules", "module_name", place, name)
    runtime = data.get("runtime")
    return TenantAction(
        **unit,
        trigger=triggers[0] if triggers else "",
        runtime=runtime if isinstance(runtime, str) else None,
        deployed=data.get("deployed") is True or data.get("all_changes_deployed") is True,
        modules=tuple(modules),
    )


def read_module(reading: Reading, data: Any, place: Place) -> TenantModule | None:
    """Return the module of a manifest; None, and an error is written down, if it is none."""
    unit = _unit(reading, data, place, "module")
    return None if unit is None else TenantModule(**unit)


def read_bindings(
    reading: Reading, data: Any, place: Place, places: Mapping[int, Place]
) -> dict[str, tuple[Binding, ...]]:
    """Return the Actions of each trigger, in order.

    Args:
        reading: the tenant.
        data: what the manifest says of triggers.
        place: where.
        places: where each of its objects is, by its id; those that are missing are at *place*.
    """
    if data is None:
        return {}
    if not isinstance(data, dict):
        reading.error(
            place,
            f"[A846] The triggers are {_kind(data)}.",
            "Make them an object, with the list of Actions of each trigger.",
        )
        return {}
    bindings = {}
    for trigger, listed in data.items():
        if not isinstance(listed, list):
            if listed is not None:
                reading.error(
                    place,
                    f"[A847] The Actions of the trigger {trigger!r} are {_kind(listed)}.",
                    'Make them a list of {"action_name": ..., "display_name": ...}.',
                )
            continue
        found = []
        for each in listed:
            at = places.get(id(each), place)
            name = each.get("action_name") if isinstance(each, dict) else None
            if _is_text(name):
                found.append(Binding(str(name), at))
            else:
                reading.error(
                    at,
                    f"[A848] A binding of the trigger {trigger!r} names no Action.",
                    'Write {"action_name": ..., "display_name": ...}.',
                )
        if found:
            bindings[str(trigger)] = tuple(found)
    return bindings


def _unit(reading: Reading, data: Any, place: Place, what: str) -> dict[str, Any] | None:
    """Return what Actions and modules have in common."""
    if not isinstance(data, dict):
        reading.error(
            place,
            f"[A849] Where the {what} should be is {_kind(data)}.",
            "Make it an object, with its name and code.",
        )
        return None
    name = data.get("name")
    if not _is_text(name):
        reading.error(
            place,
            f"[A850] The {what} has no name: {name!r}."
            if name is not None
            else f"[A850] The {what} has no name.",
            "Give it its `name`, as it is in the tenant.",
        )
        return None
    owner = str(name)
    for keyword in dict.fromkeys(left_in(data)):
        reading.warn_of_keyword(place, keyword, owner)
    secrets = _secrets(reading, data, place, owner)
    path, shown, source = place.path, place.shown, None
    code = data.get("code")
    if not _is_text(code):
        reading.error(
            place,
            f"[A851] The {what} {owner!r} has no code.",
            "Name its file in `code`, such as './actions/NAME/code.js'.",
            owner,
        )
    else:
        found = find_code(reading, str(code), place, owner)
        if found is not None:
            path, shown = found, reading.shown(found)
            source = reading.text(found, "The code")
    if source is not None:
        source = reading.replaced(source, in_place).text
    return {
        "name": owner,
        "path": path,
        "dependencies": _dependencies(reading, data, place, owner),
        "secret_names": tuple(secrets or ()),
        "place": place,
        "code_shown": shown,
        "source": source,
        "secrets": secrets or {},
        "are_secrets_known": secrets is not None,
    }


def _secrets(
    reading: Reading, data: Mapping[str, Any], place: Place, owner: str
) -> dict[str, str | None] | None:
    """Return the secrets with the values that are known; None if their names can't be read."""
    given = data.get("secrets")
    if isinstance(given, str):
        return None  # a keyword that stands for all of them
    secrets: dict[str, str | None] = {}
    for each in _objects(reading, given, "secrets", place, owner):
        name, value = each.get("name"), each.get("value")
        if not _is_text(name):
            reading.error(
                place, f"[A852] A secret of {owner!r} has no name.", "Give it its `name`.", owner
            )
            continue
        is_known = isinstance(value, str) and value != NOT_SHOWN and not is_keyword(value)
        secrets[str(name)] = str(value) if is_known else None
    return secrets


def _dependencies(
    reading: Reading, data: Mapping[str, Any], place: Place, owner: str
) -> dict[str, str]:
    dependencies = {}
    for each in _objects(reading, data.get("dependencies"), "dependencies", place, owner):
        name, version = each.get("name"), each.get("version")
        if _is_text(name):
            dependencies[str(name)] = "" if version is None else str(version)
        else:
            reading.error(
                place,
                f"[A853] A dependency of {owner!r} has no name.",
                "Give it its `name`.",
                owner,
            )
    return dependencies


def _names(
    reading: Reading, data: Mapping[str, Any], field: str, key: str, place: Place, owner: str
) -> list[str]:
    """Return the names that the objects of a list have under *key*."""
    found = []
    for each in _objects(reading, data.get(field), field, place, owner):
        if _is_text(each.get(key)):
            found.append(str(each[key]))
        else:
            reading.error(
                place,
                f"[A854] One of the {field} of {owner!r} has no {key}.",
                f"Give it its `{key}`.",
                owner,
            )
    return found


def _objects(
    reading: Reading, given: Any, field: str, place: Place, owner: str
) -> Iterator[Mapping[str, Any]]:
    """Yield the objects of a list; what else is there is an error."""
    if given is None or (isinstance(given, str) and is_keyword(given)):
        return
    wrong = [given] if not isinstance(given, list) else []
    for each in given if isinstance(given, list) else ():
        if isinstance(each, dict):
            yield each
        else:
            wrong.append(each)
    for each in wrong[:1]:
        reading.error(
            place,
            f"[A855] The {field} of {owner!r} are {_kind(each)}, where a list of objects is "
            "expected.",
            "Export again, or correct the file.",
            owner,
        )


def _is_text(value: Any) -> bool:
    """Return whether a value is text that can be written down."""
    if not isinstance(value, str) or not value.strip():
        return False
    try:
        value.encode()
    except UnicodeEncodeError:  # half of a pair, by \ud800
        return False
    return True


def _kind(value: Any) -> str:
    return _KINDS.get(type(value), "null" if value is None else f"the number {value}")


def sorted_by_name(units: Sequence[Any]) -> tuple[Any, ...]:
    """Return Actions or modules in the order of their names."""
    return tuple(sorted(units, key=lambda each: each.name))
