"""Reads the data of a trigger: its fields, its default event, its variants.

Besides plain values there are, in events and variants:

==================================== ===========================================================
``"{now}"``, ``"{now-90d}"``         the clock's time, or one before or after it (ms, s, m, h, d)
``{"$shared": "user", "email": 1}``  a value that triggers share, with something laid over it
``{"$": "absent"}``                  removes the field
``{"$": "replace", "value": {}}``    an object that replaces the one that is there
``{"$": "required"}``                in a variant, at the top: without all optional fields
==================================== ===========================================================
"""

from __future__ import annotations

import functools
import json
import pkgutil
from collections.abc import Mapping
from typing import Any

from pytest_auth0_actions.auth0.events.fields import Field
from pytest_auth0_actions.auth0.events.merge import Whole, copied, merge
from pytest_auth0_actions.values import UNDEFINED


def read_data(trigger_id: str) -> dict[str, Any]:
    """Return the data of a trigger, as it stands in its file."""
    # By the loader, which also finds it in a zip file, and while a test fakes the file system.
    content = pkgutil.get_data(__package__, f"data/{trigger_id}.json")
    data: dict[str, Any] = json.loads(content or b"")
    return data


@functools.cache
def read_shared() -> dict[str, Any]:
    """Return the shapes and values that triggers share."""
    return read_data("shared")


def default_event(data: Mapping[str, Any], shared: Mapping[str, Any]) -> dict[str, Any]:
    """Return the default event of a trigger's data; its times are still ``"{now}"`` and such."""
    event: dict[str, Any] = copied(_resolved(data["event"], shared))
    return event


def variant_event(
    data: Mapping[str, Any], shared: Mapping[str, Any], fields: Field, variant: str
) -> dict[str, Any]:
    """Return the default event with a variant laid over it."""
    event = default_event(data, shared)
    overlay = dict(data["variants"][variant])
    if overlay.pop("$", None) == "required":
        event = _required(event, fields)
    merge(event, _resolved(overlay, shared))
    return event


def _required(event: dict[str, Any], field: Field) -> dict[str, Any]:
    return {
        name: _required(value, field.fields[name]) if field.fields[name].fields else value
        for name, value in event.items()
        if not field.fields[name].optional
    }


def _resolved(node: Any, shared: Mapping[str, Any]) -> Any:
    if isinstance(node, list):
        return [_resolved(each, shared) for each in node]
    if not isinstance(node, dict):
        return node
    if node.get("$") == "absent":
        return UNDEFINED
    if node.get("$") == "replace":
        return Whole(_resolved(node["value"], shared))
    own = {name: _resolved(each, shared) for name, each in node.items() if name != "$shared"}
    if "$shared" not in node:
        return own
    base: dict[str, Any] = _resolved(shared[node["$shared"]], shared)
    merge(base, own)
    return base
