"""Which runs of an Action are worth a try, by what its code reads."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pytest_auth0_actions.auth0.triggers import Trigger
from pytest_auth0_actions.first_test.literals import Removed, literal
from pytest_auth0_actions.project.usage import ActionUse, FieldUse

_MOST: Final = 80
_NOW: Final = "2025-01-01T00:00:00.000Z"
_NO_NAME: Final = re.compile(r"[^a-zA-Z0-9]+")
_LONG: Final = 88
_FREE_TEXT: Final = "some text"


@dataclass(frozen=True)
class Case:
    """A run to try.

    Attributes:
        name: what its test is called, after `test_`.
        about: what its test says of it.
        method: the method of the Action that runs it.
        arguments: what it is called with, as Python.
        status: what each server answers.
        changes: the fields of the event that differ from the usual one, with their values.
    """

    name: str
    about: str
    method: str = "run"
    arguments: str = ""
    status: int = 200
    changes: tuple[tuple[tuple[str, ...], Any], ...] = ()


def cases_of(trigger: Trigger, use: ActionUse, handlers: tuple[str, ...]) -> list[Case]:
    """Return the runs to try: the usual event first, and then what the code looks at.

    Args:
        trigger: the Action's.
        use: what its code uses.
        handlers: those that it exports.
    """
    cases = [Case("the_usual_event", "With the usual event of its trigger.")]
    event = json.loads(trigger.event.json_at(_NOW))
    for field in use.fields:
        known = trigger.event.field_at(field.path)
        for value in _values(field, _at(event, field.path)):
            is_number = type(value) is int and known is not None and known.types == ("string",)
            cases.append(_case(field.path, str(value) if is_number else value))
    cases.append(Case("every_server_failing", "Each server answers with status 500.", status=500))
    if trigger.handlers[1:] and trigger.handlers[1] in handlers:
        cases.append(
            Case("coming_back", "The user comes back, as after a redirect or a form.", "resume")
        )
    for variant in trigger.event.variants:
        name = f"variant_{_NO_NAME.sub('_', variant)}"
        about = f"With the event of a {variant.replace('-', ' ')}."
        cases.append(Case(name, about, arguments=f"variant={literal(variant)}"))
    return list({each.name: each for each in reversed(cases)}.values())[::-1][:_MOST]


def pairs_of(cases: Sequence[Case]) -> list[Case]:
    """Return the runs in which two fields differ, those next to each other in the code first.

    Args:
        cases: the runs in which one does.
    """
    single = [each for each in cases if len(each.changes) == 1]
    near = sorted(
        itertools.combinations(enumerate(single), 2), key=lambda pair: pair[1][0] - pair[0][0]
    )
    pairs = []
    for (_, one), (_, other) in near:
        path, other_path = one.changes[0][0], other.changes[0][0]
        shorter = min(len(path), len(other_path))
        if path[:shorter] != other_path[:shorter]:
            name = f"{one.name}_and_{other.name}"
            about = f"{one.about[:-1]}, and {other.about[0].lower()}{other.about[1:]}"
            about = about if len(about) < _LONG else "Two fields of the event differ."
            changes = (*one.changes, *other.changes)
            pairs.append(Case(name, about, arguments=_arguments(changes), changes=changes))
    return pairs[:_MOST]


def _at(event: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        if not isinstance(event, Mapping):
            return None
        event = event.get(name)
    return event


def _values(field: FieldUse, usual: Any) -> Iterator[Any]:
    """Yield values of a field that the code may treat in another way than the usual one."""
    for each in field.literals:
        if each != usual:
            yield each
    for method, part in field.parts:
        if isinstance(usual, list):
            yield [part]
        elif method == "endsWith":
            yield f"ada{part}"
        else:
            yield f"{part}"
    if isinstance(usual, bool):
        yield not usual
    elif isinstance(usual, list) and usual:
        yield []
    elif usual is None and not field.literals and not field.parts:
        yield _FREE_TEXT
        yield [_FREE_TEXT]
    if usual is not None:
        yield Removed()


def _case(path: tuple[str, ...], value: Any) -> Case:
    shown = ".".join(("event", *path))
    changes = ((path, value),)
    field = _NO_NAME.sub("_", "_".join(path))
    if isinstance(value, Removed):
        name, about = f"without_{field}", f"Without `{shown}`."
        return Case(name, about, arguments=_arguments(changes), changes=changes)
    kind = f"_{value}" if isinstance(value, bool | int) else ""
    if isinstance(value, str) and value != _FREE_TEXT:
        kind = "_" + _NO_NAME.sub("_", value).strip("_")
    if isinstance(value, list):
        kind = "_listed" if value else "_empty"
    name = f"{field}{kind}".lower().replace("-", "minus_")
    about = f"`{shown}` is {json.dumps(value)}."
    about = about if len(about) < _LONG else f"`{shown}` differs."
    return Case(name, about, arguments=_arguments(changes), changes=changes)


def _arguments(changes: Iterable[tuple[tuple[str, ...], Any]]) -> str:
    """Return what a run is called with, as Python, for fields to differ."""
    fields: dict[str, Any] = {}
    for path, value in changes:
        inside = fields
        for name in path[:-1]:
            inside = inside.setdefault(name, {})
        inside[path[-1]] = value
    named = (f"{name}={literal(each)}" for name, each in fields.items() if name.isidentifier())
    others = {name: each for name, each in fields.items() if not name.isidentifier()}
    return ", ".join([*named, *([f"**{literal(others)}"] if others else [])])
