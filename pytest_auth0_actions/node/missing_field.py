"""Finds out which field an event lacks, from the TypeError that an Action threw for want of it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

from pytest_auth0_actions.auth0.events.fields import Field
from pytest_auth0_actions.auth0.events.model import EventModel
from pytest_auth0_actions.errors import without_code
from pytest_auth0_actions.node.notices import nearest_name
from pytest_auth0_actions.node.own_event import NOW, OPEN, refusal, run_by_name

Names: TypeAlias = "tuple[str, ...]"

_NAME: Final = r"[A-Za-z_$][\w$]*"
_STEP: Final = rf"\s*\??\.\s*{_NAME}|\s*(?:\?\.\s*)?\[\s*(?:'[^'\n]*'|\"[^\"\n]*\"|\d+)\s*\]"
_CHAIN: Final = rf"(?<![\w$.)\]])({_NAME})((?:{_STEP})*)"
_BEHIND: Final = re.compile(_CHAIN + r"\s*$")
_AHEAD: Final = re.compile(r"\s*" + _CHAIN)
_STEP_NAME: Final = re.compile(rf"({_NAME})\s*$|'([^']*)'|\"([^\"]*)\"|\[\s*(\d+)")
_STEPS: Final = re.compile(_STEP)

# What V8 says, and in which of three ways the message and the place show what was undefined.
_READ: Final = re.compile(r"Cannot read properties of (?:undefined|null) \(reading '(.*)'\)$")
_SET: Final = re.compile(r"Cannot set properties of (?:undefined|null) \(setting '(.*)'\)$")
_NAMED: Final = re.compile(
    r"Cannot destructure (?:property '(?P<inner>.*?)' of )?'(?P<from>.*)' as it is "
    r"(?:undefined|null)\.$|(?P<list>.*) is not iterable$"
)
_UNNAMED_LIST: Final = re.compile(r"(?:undefined|object null) is not iterable")

_SECRETS: Final = "secrets"
# What is read of the event if a handler's two parameters are swapped, or are one object.
_API: Final = frozenset(
    {
        *("access", "accessToken", "api", "authentication", "cache", "event", "idToken"),
        *("multifactor", "notification", "prompt", "redirect", "samlResponse", "validation"),
    }
)


def advice_on_missing(
    message: str,
    source: str,
    line: int,
    column: int,
    handler: str,
    event: Mapping[str, Any],
    model: EventModel,
    is_tenants: bool = False,
    own: Mapping[str, Any] | None = None,
    call: str = "action.run",
) -> str | None:
    r"""Return what the event lacks, if an error came from that, and how a test gives it.

    Args:
        message: the error's.
        source: the file in which it was thrown.
        line: where in it, from 1.
        column: where in the line, from 1.
        handler: the name of the handler that ran.
        event: what it was given.
        model: what an event of its trigger holds.
        is_tenants: whether a tenant declares the Action's secrets.
        own: the event that the test has made itself; None for another.
        call: what the test has called, where it called the Action itself.

    >>> source = "exports.onExecutePostLogin = async (event) => {\n  event.user.plan.name;\n};"
    >>> message = "Cannot read properties of undefined (reading 'name')"
    >>> event = {"user": {"email": "ada@example.com"}}
    >>> model = EventModel("post-login")
    >>> advice = advice_on_missing(message, source, 2, 19, "onExecutePostLogin", event, model)
    >>> print(advice.replace(" Give", "\nGive").replace("; ", ";\n"))
    event.user.plan is not in the event of this run.
    Give it, as by action.run(user={'plan': {'name': ...}});
    if it may be absent, read event.user.plan?.name.
    """
    found = _undefined(message, source, line, column)
    if found is None:
        return None
    root, steps, inner = found
    before = _origin(root, source, handler)
    if before is None:
        return None
    names = _missing(event, (*before, *steps))
    if names is None:
        return None
    # What lies deeper than what is missing was never looked for.
    if len(names) < len(before) + len(steps):
        inner = (*before, *steps)[len(names)]
    return _advice(names, inner, event, model, is_tenants, own, call)


def _undefined(
    message: str, source: str, line: int, column: int
) -> tuple[str, Names, str | None] | None:
    """Return what was undefined: a variable and what was read from it; and what should be in it."""
    lines = source.splitlines(keepends=True)
    before = "".join([*lines[: line - 1], *(each[: column - 1] for each in lines[line - 1 : line])])
    read, written, named = (each.match(message) for each in (_READ, _SET, _NAMED))
    if read is not None:
        chain = _BEHIND.search(re.sub(r"\s*\??\.?\s*$", "", before))
        inner = read[1]
    elif written is not None:
        inner = written[1]
        chain = _BEHIND.search(re.sub(rf"\s*\.\s*{re.escape(inner)}\s*$", "", before))
    elif _UNNAMED_LIST.match(message):
        inner = None
        chain = _AHEAD.match(source, len(before))
    elif named is not None:
        inner = named["inner"]
        chain = re.fullmatch(_CHAIN, named["from"] or named["list"])
    else:
        return None
    return None if chain is None else (chain[1], _step_names(chain[2]), inner)


def _step_names(steps: str) -> Names:
    found = [_STEP_NAME.search(step) for step in _STEPS.findall(steps)]
    return tuple(next(name for name in each.groups() if name is not None) for each in found if each)


def _origin(variable: str, source: str, handler: str, deepest: int = 4) -> Names | None:
    """Return which part of the event a variable stands for; None if it can't be told."""
    # A name, or { ... }, which takes an object apart.
    names_it = rf"(?:{re.escape(variable)}\b|\{{([^}}]*)\}})"
    parameter = re.search(
        rf"\b{handler}\s*=\s*async\s*(?:function\b[^(]*)?\(?\s*{names_it}", source
    )
    if parameter is not None:
        names = () if parameter[1] is None else _taken_apart(parameter[1], variable)
        if names is not None:
            return names
    if variable == "event":
        return ()
    defined = rf"\b(?:const|let|var)\s+{names_it}\s*=\s*{_CHAIN}\s*(?:[;,\n]|\?\?|\|\||$)"
    for given in re.finditer(defined, source):
        names = () if given[1] is None else _taken_apart(given[1], variable)
        if names is None or deepest == 0:
            continue
        outer = _origin(given[2], source, handler, deepest - 1)
        if outer is not None:
            return (*outer, *_step_names(given[3]), *names)
    return None


def _taken_apart(pattern: str, variable: str) -> Names | None:
    """Return what `{ ... }` puts into a variable."""
    for part in pattern.split(","):
        name, _, alias = part.partition("=")[0].partition(":")
        if (alias or name).strip() == variable:
            return (name.strip(),)
    return None


def _missing(event: Mapping[str, Any], names: Names) -> Names | None:
    """Return the names up to the first that is not there, or is null; None if all are there."""
    value: Any = event
    for at, name in enumerate(names):
        if isinstance(value, Mapping):
            value = value.get(name)
        elif isinstance(value, Sequence) and not isinstance(value, str) and name.isdigit():
            value = value[int(name)] if int(name) < len(value) else None
        else:
            return None
        if value is None:
            return names[: at + 1]
    return None


def _advice(
    names: Names,
    inner: str | None,
    event: Mapping[str, Any],
    model: EventModel,
    is_tenants: bool,
    own: Mapping[str, Any] | None,
    call: str,
) -> str:
    path = "".join(_written(name) for name in names)
    owner: Any = event
    for name in names[:-1]:
        owner = owner[int(name) if isinstance(owner, Sequence) else name]
    is_null = isinstance(owner, Mapping) and names[-1] in owner
    happened = f"event{path} is {'null' if is_null else 'not'} in the event of this run."
    if names[0] == _SECRETS and len(names) == 2 and is_tenants:
        return f"{happened} Give its value; the tenant has to declare it."
    near = nearest_name(names[1], owner) if names[0] == _SECRETS and len(names) == 2 else None
    if near is not None:
        return f"{happened} Did you mean event.{_SECRETS}.{near}?"
    if names[0] == _SECRETS and len(names) == 2:
        return f"{happened} Give it: load_action(..., secrets={{{names[1]!r}: '...'}})."
    top, *others = names
    lacking = _placeholder(model.field_at(names), inner)
    for name in reversed(others):
        lacking = [lacking] if name.isdigit() else {name: lacking}
    error = refusal(model, {top: lacking})
    if error is not None:
        why = without_code(error.what_happened)
        why = why[0].lower() + why[1:]
        if top in _API and not others:
            return f"{happened} A handler takes (event, api), in this order."
        what_to_do = "" if others else f" It has {', '.join(model.fields.names)}."
        return f"{happened} Auth0 gives none: {why}{what_to_do or ' ' + error.what_to_do}"
    more = "" if inner is None else f"; if it may be absent, read event{path}?{_optional(inner)}"
    advice = f"Give it, as by {call}({top}={lacking!r})"
    if own is None:
        return f"{happened} {advice}{more}."
    is_usual = _missing(json.loads(model.json_at(NOW)), names) is None
    by_name = run_by_name(model, own, {} if is_usual else {top: lacking}, call)
    if by_name is None:
        return (
            f"{happened} {advice}{more}. What is passed by name is laid over a complete event; a "
            "dict is not."
        )
    return (
        f"{happened} A dict is the whole event. Pass its fields by name, and the rest is as "
        f"usual: {by_name}{more}."
    )


def _written(name: str) -> str:
    if re.fullmatch(_NAME, name):
        return f".{name}"
    return f"[{name}]" if name.isdigit() else f"[{name!r}]"


def _optional(name: str) -> str:
    step = _written(name)
    return step if step.startswith(".") else f".{step}"


def _placeholder(field: Field | None, inner: str | None) -> Any:
    """Return what may stand where a field is missing, from which the Action reads *inner*."""
    if field is not None and field.type == "string":
        return "..."
    if (field is not None and field.item is not None) or inner is None or inner.isdigit():
        return [OPEN]
    return {inner: OPEN}
