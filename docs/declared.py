"""Markdown from the declarations of the triggers: their methods, outcomes, events and variants."""

from __future__ import annotations

import dataclasses
import inspect
import json
import re
import types
import typing
from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

from pytest_auth0_actions.auth0.context import Context, State
from pytest_auth0_actions.auth0.events import build_event, event_model
from pytest_auth0_actions.auth0.method import Method
from pytest_auth0_actions.auth0.namespace import members
from pytest_auth0_actions.auth0.namespaces.cache import CacheStore
from pytest_auth0_actions.auth0.outcome import Outcome
from pytest_auth0_actions.auth0.triggers import TRIGGERS

WIDTH: Final = 100
NOW_ISO: Final = "2025-01-01T00:00:00.000Z"  # where each test's clock starts

_ATTRIBUTE: Final = re.compile(r"^    (\w+): (.+(?:\n {8,}.+)*)", re.MULTILINE)
_JAVASCRIPT: Final = {"str": "a string", "bool": "a boolean"}
_LONGEST_TEXT: Final = 60


# --- methods --------------------------------------------------------------------------------------


def declared_methods(trigger_id: str) -> dict[str, Method]:
    """Return the methods of a trigger's api, by path."""
    return members(TRIGGERS[trigger_id].api(CacheStore(lambda: 0), Context(lambda: 0)))


def methods(trigger_id: str) -> str:
    """Return a table of the methods of a trigger's api."""
    lines = ["| method | gives back | what it does |", "| --- | --- | --- |"]
    for path, method in declared_methods(trigger_id).items():
        release = f" *{method.limited_release}.*" if method.limited_release else ""
        row = f"| `{_call(path, method)}` | {_given_back(method)} | {_does(method)}{release} |"
        lines.append(row)
    return "\n".join(lines)


def _call(path: str, method: Method) -> str:
    optional = method.parameters[method.required :]
    names = [f"{name}?" if name in optional else name for name in method.parameters]
    return f"api.{path}({', '.join(names)})"


def _given_back(method: Method) -> str:
    if method.returns == "api":
        return "`api`"
    if method.returns == "nothing":
        return "nothing"
    if method.returns == "promise":
        return "a promise"
    written = str(inspect.signature(method.function).return_annotation)
    given = _JAVASCRIPT.get(written.removesuffix(" | None"), "an object")
    return f"{given} or nothing" if written.endswith("| None") else given


def _does(method: Method) -> str:
    first = inspect.cleandoc(method.function.__doc__ or "").split("\n\n")[0]
    return _plain(first).replace("; returns the api.", ".")


# --- outcomes -------------------------------------------------------------------------------------


def outcome_type(trigger_id: str) -> type[Outcome]:
    """Return the class of a trigger's outcome."""
    return type(TRIGGERS[trigger_id].outcome(State(), {}))


def outcome(trigger_id: str) -> str:
    """Return a table of the fields of a trigger's outcome, with those of their parts."""
    rows = list(_fields(outcome_type(trigger_id), ""))
    if not rows:
        return "It has no fields."
    return "\n".join(["| field | type | what it is |", "| --- | --- | --- |", *rows])


def _fields(part: type[Outcome], prefix: str) -> Iterator[str]:
    words = dict(_ATTRIBUTE.findall(inspect.cleandoc(part.__doc__ or "")))
    hints = typing.get_type_hints(part)
    alike = []
    for field in dataclasses.fields(part):  # type: ignore[arg-type]
        said = _plain(words[field.name])
        if said.startswith("see `"):  # a setting with a method of its own
            alike.append((field.name, said))
            continue
        yield f"| `{prefix}{field.name}` | {_type(hints[field.name])} | {said} |"
        for inner, is_list in _parts(hints[field.name]):
            yield from _fields(inner, f"{prefix}{field.name}{'[]' if is_list else ''}.")
    if alike:
        (first, said), *rest = alike
        others = ", ".join(f"`{name}`" for name, _ in rest)
        yield f"| `{prefix}{first}` | | {said[:-1]}; likewise {others} |"


def _type(hint: Any) -> str:
    if isinstance(hint, type) and issubclass(hint, Outcome):
        return "an object"
    if typing.get_origin(hint) is Literal:
        return "`str`"
    if typing.get_origin(hint) is tuple and any(_parts(hint)):
        return "a tuple of objects"
    if isinstance(hint, types.UnionType):
        return " or ".join(_type(each) for each in typing.get_args(hint))
    is_class = isinstance(hint, type) and not typing.get_args(hint)
    name = hint.__name__ if is_class else str(hint).replace("typing.", "")
    return f"`{name.removesuffix('Type')}`"


def _parts(hint: Any) -> Iterator[tuple[type[Outcome], bool]]:
    """Yield the parts that a field holds, and whether it holds several of one."""
    is_list = typing.get_origin(hint) is tuple
    for each in (hint, *typing.get_args(hint)):
        if isinstance(each, type) and issubclass(each, Outcome):
            yield each, is_list


# --- events ---------------------------------------------------------------------------------------


def event_type_name(trigger_id: str) -> str:
    """Return the name of the type of a trigger's event.

    >>> event_type_name("post-login")
    'PostLoginEvent'
    """
    return "".join(map(str.capitalize, trigger_id.split("-"))) + "Event"


def event(trigger_id: str) -> str:
    """Return the default event as JSON, in which `...` stands for what is left out."""
    fields = build_event(event_model(trigger_id), NOW_ISO, {})
    lines = [f"  {json.dumps(name)}: {_value(value, 2)}" for name, value in fields.items()]
    return "{\n" + ",\n".join(lines) + "\n}"


def _value(value: Any, indent: int) -> str:
    """Return an object with all its fields, those that are too long in short."""
    written = json.dumps(_cut(value), ensure_ascii=False)
    if not isinstance(value, dict) or len(written) + indent <= WIDTH - 24:
        return written
    lines = [""]
    for name, inner in value.items():
        field = f"{json.dumps(name)}: {_short(inner)}, "
        if len(lines[-1]) + len(field) + indent + 1 > WIDTH:  # without the last blank
            lines.append("")
        lines[-1] += field
    margin = "\n" + " " * (indent + 2)
    filled = margin.join(line.rstrip() for line in lines).removesuffix(",")
    return f"{{{margin}{filled}\n{' ' * indent}}}"


def _short(value: Any) -> str:
    written = json.dumps(_cut(value), ensure_ascii=False)
    if len(written) <= _LONGEST_TEXT or not isinstance(value, dict | list):
        return written
    return "{...}" if isinstance(value, dict) else "[...]"


def _cut(value: Any) -> Any:
    if isinstance(value, str):
        return value if len(value) <= _LONGEST_TEXT else f"{value[: _LONGEST_TEXT - 4]} ..."
    if isinstance(value, dict):
        return {name: _cut(inner) for name, inner in value.items()}
    return [_cut(each) for each in value] if isinstance(value, list) else value


# --- variants -------------------------------------------------------------------------------------


def variants(trigger_id: str, words: Mapping[str, str]) -> str:
    """Return a table of the variants of a trigger's event.

    Args:
        trigger_id: Auth0's name of the trigger.
        words: what is special about each variant.

    Raises:
        ValueError: they are not the variants of the trigger.
    """
    known = event_model(trigger_id).variants
    if {*words} != {*known}:
        missing, unknown = sorted({*known} - {*words}), sorted({*words} - {*known})
        raise ValueError(f"{trigger_id}: not described: {missing}; no variants: {unknown}")
    default = build_event(event_model(trigger_id), NOW_ISO, {})
    lines = ["| variant | what it is | what differs |", "| --- | --- | --- |"]
    for name, said in words.items():
        other = build_event(event_model(trigger_id), NOW_ISO, {}, variant=name)
        places = ", ".join(f"`{place}`" for place in _differences(default, other))
        lines.append(f"| `{name}` | {said} | {places or 'nothing: it is the default event'} |")
    return "\n".join(lines)


def _differences(one: Mapping[str, Any], other: Mapping[str, Any], depth: int = 2) -> Iterator[str]:
    """Yield the places, of up to *depth* names, in which two events differ."""
    for name in dict.fromkeys((*one, *other)):
        here, there = one.get(name), other.get(name)
        if here == there:
            continue
        both = isinstance(here, dict) and isinstance(there, dict)
        inner = list(_differences(here, there, depth - 1)) if both and depth > 1 else []
        if 0 < len(inner) <= 4:
            yield from (f"{name}.{each}" for each in inner)
        else:
            yield name


def parsed_words(lines: list[str]) -> dict[str, str]:
    """Return what a page says of each variant: lines of ``name: words``.

    >>> parsed_words(["user.created: a new user", ""])
    {'user.created': 'a new user'}
    """
    pairs = (line.partition(": ") for line in lines if line.strip())
    return {name: said.strip() for name, _, said in pairs}


def _plain(text: str) -> str:
    """Return the words of a docstring as one line of Markdown, for a table's cell."""
    return re.sub(r"\s+", " ", text).replace("``", "`").replace("|", r"\|")


# --- all of them ----------------------------------------------------------------------------------


def triggers() -> str:
    """Return a table of the triggers, with the types of their apis, events and outcomes."""
    lines = ["| trigger | `api` | event | outcome |", "| --- | --- | --- | --- |"]
    for trigger_id, trigger in TRIGGERS.items():
        names = (
            getattr(trigger.api, "__name__", ""),
            event_type_name(trigger_id),
            outcome_type(trigger_id).__name__,
        )
        links = " | ".join(f"{{py:class}}`~pytest_auth0_actions.{name}`" for name in names)
        lines.append(f"| [{trigger_id}](triggers/{trigger_id}.md) | {links} |")
    return "\n".join(lines)
