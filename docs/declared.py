"""Writes Markdown from declarations and docstrings into the pages, between two comments.

``python docs/declared.py`` writes anew what stands after ``<!-- methods post-login: ... -->`` and
the like, up to ``<!-- end -->``, so that the pages can be read without a build.
tests/test_trigger_pages.py fails if a page is not up to date.
"""

from __future__ import annotations

import dataclasses
import inspect
import json
import re
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, Literal

import pytest_auth0_actions
from pytest_auth0_actions import plugin
from pytest_auth0_actions.auth0.context import Context, State
from pytest_auth0_actions.auth0.events import build_event, event_model
from pytest_auth0_actions.auth0.method import Method
from pytest_auth0_actions.auth0.namespace import members
from pytest_auth0_actions.auth0.namespaces.cache import CacheStore
from pytest_auth0_actions.auth0.outcome import Outcome
from pytest_auth0_actions.auth0.triggers import TRIGGERS

FOLDER: Final = Path(__file__).parent
WIDTH: Final = 100
NOW_ISO: Final = "2025-01-01T00:00:00.000Z"  # where each test's clock starts

_ATTRIBUTE: Final = re.compile(r"^    (\w+): (.+(?:\n {8,}.+)*)", re.MULTILINE)
_VARIANT: Final = re.compile(r"^\| `([^`]+)` \| ((?:[^|\\]|\\.)+) \|", re.MULTILINE)
_JAVASCRIPT: Final = {"str": "a string", "bool": "a boolean"}
_LONGEST_TEXT: Final = 60
_DESCRIBED: Final = re.compile(
    r"^\.\. [\w:]+:: (?:pytest_auth0_actions\.)?(\w+).*\n((?:   .*\n|\n)*)", re.MULTILINE
)
_WRITTEN: Final = re.compile(
    r"^(<!-- (\w+) ?([\w-]*): written by python docs/declared\.py.*-->\n)"
    r"((?:.*\n)*?)<!-- end -->\n"
    r"(?=(?:\n```\{eval-rst\}\n((?:.*\n)*?)```$)?)",  # which a table of types goes by
    re.MULTILINE,
)


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
    return _first(method.function).replace("; returns the api.", ".")


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


def words_of_variants(table: str) -> dict[str, str]:
    """Return what a page's table says of each variant, which is written by hand.

    >>> words_of_variants("| `user.created` | a new user | `type` |")
    {'user.created': 'a new user'}
    """
    return dict(_VARIANT.findall(table))


def _plain(text: str) -> str:
    """Return the words of a docstring as one line of Markdown, for a table's cell."""
    return re.sub(r"\s+", " ", text).replace("``", "`").replace("|", r"\|")


def _first(thing: object) -> str:
    """Return the first paragraph of a docstring, for a table's cell."""
    return _plain((inspect.getdoc(thing) or "").split("\n\n")[0])


# --- the reference --------------------------------------------------------------------------------


def triggers() -> str:
    """Return a table of the triggers, with the types of their apis, events and outcomes."""
    lines = ["| trigger | `api` | event | outcome |", "| --- | --- | --- | --- |"]
    for trigger_id in TRIGGERS:
        page = f"triggers/{trigger_id}.md"
        types_ = {
            "the-api": api_type_name(trigger_id),
            "the-event": event_type_name(trigger_id),
            "the-outcome": outcome_type(trigger_id).__name__,
        }
        links = " | ".join(f"[`{name}`]({page}#{place})" for place, name in types_.items())
        lines.append(f"| [{trigger_id}]({page}) | {links} |")
    return "\n".join(lines)


def api_type_name(trigger_id: str) -> str:
    """Return the name of the class of a trigger's api."""
    return getattr(TRIGGERS[trigger_id].api, "__name__", "")


def fixture_functions() -> dict[str, Callable[..., Any]]:
    """Return the functions behind the fixtures, by name."""
    public = {name: each for name, each in vars(plugin).items() if not name.startswith("_")}
    functions = {name: inspect.unwrap(each) for name, each in public.items() if callable(each)}
    return {name: each for name, each in functions.items() if each is not public[name]}


def fixtures() -> str:
    """Return a table of the fixtures."""
    rows = [f"| `{name}` | {_first(each)} |" for name, each in fixture_functions().items()]
    return "\n".join(["| fixture | what it gives |", "| --- | --- |", *rows])


def described(directives: str) -> str:
    """Return a table of the names that directives such as ``.. autoclass::`` describe in full."""
    rows = [(name, *_described(name, below)) for name, below in _DESCRIBED.findall(directives)]
    if not any(has for _, _, has in rows):
        lines = [f"| `{name}` | {said} |" for name, said, _ in rows]
        return "\n".join(["| name | what it is |", "| --- | --- |", *lines])
    lines = [f"| `{name}` | {said} | {has}".rstrip() + " |" for name, said, has in rows]
    return "\n".join(["| name | what it is | what it has |", "| --- | --- | --- |", *lines])


def _described(name: str, below: str) -> tuple[str, str]:
    """Return what a name is, from its docstring or what the page says below it, and its members."""
    thing = getattr(pytest_auth0_actions, name, None)
    lines = [line.strip() for line in below.splitlines()]
    said = " ".join(line for line in lines if line and not line.startswith(":"))
    if said or not inspect.isclass(thing):
        return _plain(said) or _first(thing), ""
    if ":no-members:" in lines:
        return _first(thing), ""
    hidden = re.findall(r"^   :exclude-members: (.*)$", below, re.MULTILINE)
    has = _members(thing, {*re.findall(r"\w+", "".join(hidden))})
    return _first(thing), ", ".join(f"`{each}`" for each in has)


def _members(class_: type, hidden: set[str]) -> Iterator[str]:
    """Yield what a class documents: its attributes, and the properties and methods to show."""
    attributes = (inspect.getdoc(class_) or "").partition("Attributes:\n")[2]
    yield from (name for name, _ in _ATTRIBUTE.findall(attributes.split("\n\n")[0] + "\n"))
    for name, member in vars(class_).items():
        if name.startswith("_") or name in hidden:
            continue
        if isinstance(member, property):
            yield name
        elif inspect.isroutine(member):
            yield f"{name}()"


# --- the pages ------------------------------------------------------------------------------------


def rewritten(page: str) -> str:
    """Return a page with all that stands between its comments written anew."""
    return _WRITTEN.sub(_written, page)


def _written(found: re.Match[str]) -> str:
    first, kind, named, old, directives = found.groups()
    if kind == "event":
        made = _of_class(event_type_name(named), f"```js\n{event(named)}\n```")
    elif kind == "methods":
        made = _of_class(api_type_name(named), methods(named))
    elif kind == "outcome":
        made = _of_class(outcome_type(named).__name__, outcome(named))
    elif kind == "variants":
        made = variants(named, words_of_variants(old))
    else:
        tables = {
            "triggers": triggers,
            "fixtures": fixtures,
            "types": lambda: described(directives),
        }
        made = tables[kind]()
    return f"{first}\n{made}\n\n<!-- end -->\n"


def _of_class(name: str, shown: str) -> str:
    """Return what is shown of a public class; conf.py makes links to the class lead there."""
    return f"`class pytest_auth0_actions.{name}`\n\n{shown}"


if __name__ == "__main__":
    for path in sorted(FOLDER.rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        path.write_text(rewritten(text), encoding="utf-8", newline="\n")
