"""Makes Actions, modules and bindings of what manifests of the Deploy CLI say.

Source: https://github.com/auth0/auth0-deploy-cli/tree/master/examples
"""

from __future__ import annotations

import reprlib
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
from pytest_auth0_actions.project.tenant.slips import rename, warn_of_slips

_READ_OF_BOTH: Final = ("dependencies", "secrets")
_READ_OF: Final = {
    "Action": (*_READ_OF_BOTH, "runtime", "supported_triggers", "deployed", "modules"),
    "module": _READ_OF_BOTH,
}
# What may be left out of an object in a list, and is read; and how one is written.
_READ_IN: Final = {"dependencies": ("version",), "secrets": ("value",)}
_EXAMPLES: Final = {
    "dependencies": '{"name": "axios", "version": "1.7.0"}',
    "modules": '{"module_name": "crm", "module_version_number": 1}',
    "secrets": f'{{"name": "API_KEY", "value": "{NOT_SHOWN}"}}',
    "supported_triggers": '{"id": "post-login", "version": "v3"}',
}
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
        # A number is a slip, of which the checks tell.
        runtime=str(runtime) if isinstance(runtime, str) or type(runtime) is int else None,
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
                    f"[A848] A binding of the trigger {trigger!r} names no Action: "
                    f"{reprlib.repr(each)}.",
                    (rename(each, "action_name") if isinstance(each, dict) else "")
                    or 'Write {"action_name": ..., "display_name": ...}.',
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
            rename(data, "name") or "Give it its `name`, as it is in the tenant.",
        )
        return None
    owner = str(name)
    warn_of_slips(reading, place, f"The {what} {owner!r}", data, _READ_OF[what], owner)
    given = data.get("secrets")
    for keyword in dict.fromkeys(left_in({**data, "secrets": _without_keywords(given)})):
        reading.warn_of_keyword(place, keyword, owner)
    secrets = _secrets(reading, data, place, owner)
    path, shown, source = place.path, place.shown, None
    code = data.get("code")
    if not _is_text(code):
        reading.error(
            place,
            f"[A851] The {what} {owner!r} has no code.",
            rename(data, "code") or "Name its file in `code`, such as './actions/NAME/code.js'.",
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
        "secret_names": tuple(secrets),
        "place": place,
        "code_shown": shown,
        "source": source,
        "secrets": secrets,
        "are_secrets_known": not any(map(_is_keyword, _entries(given))),
    }


def _secrets(
    reading: Reading, data: Mapping[str, Any], place: Place, owner: str
) -> dict[str, str | None]:
    """Return the secrets with the values that are known."""
    secrets: dict[str, str | None] = {}
    for each in _objects(reading, data.get("secrets"), "secrets", place, owner):
        name, value = each.get("name"), each.get("value")
        if not _is_text(name):
            reading.error(
                place,
                f"[A852] A secret of {owner!r} has no name.",
                rename(each, "name") or "Give it its `name`.",
                owner,
            )
            continue
        is_known = isinstance(value, str) and value != NOT_SHOWN and not _is_keyword(value)
        secrets[str(name)] = str(value) if is_known else None
    return secrets


def _entries(given: Any) -> list[Any]:
    """Return the entries of what should be a list."""
    return given if isinstance(given, list) else [given]


def _without_keywords(secrets: Any) -> Any:
    """Return secrets without the keywords that stand for a value: a test may give it."""
    return [
        {key: value for key, value in each.items() if key != "value" or not _is_keyword(value)}
        if isinstance(each, dict)
        else each
        for each in _entries(secrets)
    ]


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
                rename(each, "name") or "Give it its `name`.",
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
                rename(each, key) or f"Give it its `{key}`.",
                owner,
            )
    return found


def _objects(
    reading: Reading, given: Any, field: str, place: Place, owner: str
) -> Iterator[Mapping[str, Any]]:
    """Yield the objects of a list; what else is there is an error."""
    if given is None or _is_keyword(given):
        return
    wrong = "" if isinstance(given, list) else _kind(given)
    for each in given if isinstance(given, list) else ():
        if isinstance(each, dict):
            what = f"One of the {field} of {owner!r}"
            warn_of_slips(reading, place, what, each, _READ_IN.get(field, ()), owner)
            yield each
        elif not wrong and not _is_keyword(each):
            wrong = f"a list with {_kind(each)} in it"
    if wrong:
        reading.error(
            place,
            f"[A855] The {field} of {owner!r} are {wrong}, where a list of objects is expected.",
            f"Write each like {_EXAMPLES[field]}.",
            owner,
        )


def _is_keyword(value: Any) -> bool:
    return isinstance(value, str) and is_keyword(value)


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
