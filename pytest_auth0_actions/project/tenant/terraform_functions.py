"""The functions of Terraform's that a folder alone can answer.

Source: https://developer.hashicorp.com/terraform/language/functions
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pytest_auth0_actions.project.tenant.terraform_template import fill
from pytest_auth0_actions.project.tenant.terraform_values import (
    SourceText,
    Unknown,
    as_text,
    unknown_in,
)

if TYPE_CHECKING:
    from pytest_auth0_actions.project.tenant.terraform_expressions import Scope

_VERB: Final = re.compile(r"%(?:%|[-+ 0#]*\d*(?:\.\d+)?[vdsqtf])")
_MOST_CHARACTERS: Final = 10_000_000


def call(name: str, given: list[Any], scope: Scope) -> Any:
    """Return the result of a function; `Unknown` if only Terraform knows."""
    if name in _LENIENT:
        return _LENIENT[name](given)
    if name in _OF_FILES:
        unknown = unknown_in(given)
        return unknown if unknown is not None else _tried(name, _OF_FILES[name], [scope, *given])
    if name not in _FUNCTIONS:
        return Unknown(f"{name}()")
    of = [each for each in given if isinstance(each, Unknown)] if name in _TAKE_UNKNOWN else given
    unknown = unknown_in(of)
    if unknown is not None:
        return unknown
    return _tried(name, _FUNCTIONS[name], given)


def _tried(name: str, function: Callable[..., Any], given: list[Any]) -> Any:
    try:
        return function(*given)
    except (
        ArithmeticError,
        AttributeError,
        LookupError,
        RecursionError,
        StopIteration,
        TypeError,
        ValueError,
        re.error,
    ):
        return Unknown(f"a result of {name}()")


def _file(scope: Scope, path: str) -> Any:
    text = scope.module.read(path)
    if isinstance(text, Unknown):
        return text
    return SourceText.at(text, Path(scope.module.folder / path), 1)


def _templatefile(scope: Scope, path: str, names: dict[str, Any]) -> Any:
    text = scope.module.read(path)
    if isinstance(text, Unknown):
        return text
    file = Path(scope.module.folder / path)
    filled = fill(text, file, 1, scope.with_names(**names))
    return filled if isinstance(filled, Unknown) else SourceText.at(filled, file, 1)


def _try(given: list[Any]) -> Any:
    known = [each for each in given if not isinstance(each, Unknown)]
    return known[0] if known else given[-1] if given else Unknown("try()")


def _can(given: list[Any]) -> Any:
    return bool(given) and not isinstance(given[0], Unknown)


def _coalesce(*given: Any) -> Any:
    return next(each for each in given if each not in (None, ""))


def _kept(text: str, changed: str) -> str:
    """Return changed text, with its place if its lines are still where they were."""
    if isinstance(text, SourceText) and text.lstrip().startswith(changed.lstrip()[:1]):
        skipped = text[: len(text) - len(text.lstrip())] if not changed[:1].isspace() else ""
        return SourceText.at(changed, text.path, text.line + skipped.count("\n"))
    return changed


def _replace(text: str, old: str, new: str) -> str:
    if len(old) > 1 and old.startswith("/") and old.endswith("/"):
        changed = re.sub(old[1:-1], re.sub(r"\$\{?(\w+)\}?", r"\\g<\1>", new), text)
    else:
        changed = text.replace(old, new)
    if isinstance(text, SourceText) and changed.count("\n") == text.count("\n"):
        return SourceText.at(changed, text.path, text.line)
    return changed


def _format(template: str, *given: Any) -> Any:
    values = iter(given)

    def put(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%"
        value, verb = next(values), found[0][-1]
        if verb == "q":
            return json.dumps(value, ensure_ascii=False)
        if verb in "df":
            return str(found[0] % value)
        text = as_text(value)
        text = text if isinstance(text, str) else json.dumps(value)
        return str(f"{found[0][:-1]}s" % text)

    return _VERB.sub(put, template)


def _merge(*given: Any) -> Any:
    made: dict[str, Any] = {}
    for each in given:
        made.update(each or {})
    return made


def _concat(*given: list[Any]) -> list[Any]:
    return [item for each in given for item in each]


def _one(given: list[Any]) -> Any:
    """Return the only item; null if there is none."""
    if len(given) > 1:
        raise ValueError(given)
    return given[0] if given else None


def _flatten(given: list[Any]) -> list[Any]:
    made: list[Any] = []
    for each in given:
        made += _flatten(each) if isinstance(each, list) else [each]
    return made


def _distinct(given: list[Any]) -> list[Any]:
    return [each for at, each in enumerate(given) if each not in given[:at]]


def _toset(given: list[Any]) -> list[Any]:
    """Return the items of a set, which `for_each` takes in the order of their text."""
    return sorted(_distinct(given), key=lambda each: str(as_text(each)))


def _lookup(given: dict[str, Any], key: str, *default: Any) -> Any:
    return given.get(key, *default) if default else given[key]


def _number(value: Any) -> Any:
    number = float(value)
    return int(number) if number.is_integer() else number


def _boolean(value: Any) -> bool:
    return {"true": True, "false": False}[str(as_text(value))]


def _jsonencode(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    for each in "<>&":
        text = text.replace(each, f"\\u{ord(each):04x}")
    return text


def _indent(spaces: int, text: str) -> str:
    return text.replace("\n", "\n" + " " * min(spaces, _MOST_CHARACTERS // (len(text) + 1)))


def _title(text: str) -> str:
    return re.sub(r"\b\w", lambda found: found[0].upper(), text)


_LENIENT: Final[dict[str, Callable[[list[Any]], Any]]] = {"try": _try, "can": _can}
_OF_FILES: Final[dict[str, Callable[..., Any]]] = {
    "file": _file,
    "templatefile": _templatefile,
    "fileset": lambda scope, folder, pattern: scope.module.files(folder, pattern),
    "fileexists": lambda scope, path: not isinstance(scope.module.read(path), Unknown),
}
# What a collection holds may be unknown there.
_TAKE_UNKNOWN: Final = frozenset(
    {"concat", "flatten", "keys", "length", "lookup", "merge", "tolist", "tomap", "values"}
    | {"element", "sensitive", "nonsensitive", "zipmap", "reverse"}
)
_FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    "basename": lambda path: posixpath.basename(path.rstrip("/")),
    "chomp": lambda text: _kept(text, text.rstrip("\r\n")),
    "coalesce": _coalesce,
    "compact": lambda given: [each for each in given if each not in (None, "")],
    "concat": _concat,
    "contains": lambda given, value: value in given,
    "dirname": lambda path: posixpath.dirname(path) or ".",
    "distinct": _distinct,
    "element": lambda given, at: given[int(at) % len(given)],
    "endswith": lambda text, end: text.endswith(end),
    "flatten": _flatten,
    "format": _format,
    "indent": _indent,
    "join": lambda between, *given: between.join(str(as_text(each)) for each in _flatten([*given])),
    "jsondecode": json.loads,
    "jsonencode": _jsonencode,
    "keys": lambda given: sorted(given),
    "length": len,
    "lookup": _lookup,
    "lower": str.lower,
    "merge": _merge,
    "nonsensitive": lambda value: value,
    "one": _one,
    "replace": _replace,
    "reverse": lambda given: given[::-1],
    "sensitive": lambda value: value,
    "sort": lambda given: sorted(map(str, given)),
    "split": lambda between, text: text.split(between),
    "startswith": lambda text, start: text.startswith(start),
    "substr": lambda text, at, length: text[at:][: length if length >= 0 else None],
    "title": _title,
    "tobool": _boolean,
    "tolist": lambda given: [*given],
    "tomap": dict,
    "tonumber": _number,
    "toset": _toset,
    "tostring": lambda value: None if value is None else as_text(value),
    "trim": lambda text, chars: text.strip(chars),
    "trimprefix": str.removeprefix,
    "trimspace": lambda text: _kept(text, text.strip()),
    "trimsuffix": str.removesuffix,
    "upper": str.upper,
    "values": lambda given: [given[each] for each in sorted(given)],
    "zipmap": lambda keys, values: dict(zip(keys, values, strict=True)),
}
