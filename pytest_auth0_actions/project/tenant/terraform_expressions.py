"""Works out expressions of Terraform's, as far as a folder alone allows.

Source: https://developer.hashicorp.com/terraform/language/expressions
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Protocol

from pytest_auth0_actions.project.tenant.hcl import Expression, unescaped
from pytest_auth0_actions.project.tenant.terraform_functions import call
from pytest_auth0_actions.project.tenant.terraform_operators import binary, is_decided, unary
from pytest_auth0_actions.project.tenant.terraform_template import heredoc
from pytest_auth0_actions.project.tenant.terraform_values import (
    Identifier,
    Instance,
    SourceText,
    Unknown,
    as_text,
    unknown_in,
)

_DEEPEST: Final = 100
_MOST_ITEMS: Final = 10_000


class Module(Protocol):
    """What expressions can refer to."""

    folder: Path
    workspace: str

    def variable(self, name: str) -> Any:
        """Return the value of a variable."""

    def local(self, name: str) -> Any:
        """Return the value of a local."""

    def instances(self, kind: str, name: str) -> Any:
        """Return a resource, a mapping of several, or a list of them."""

    def attribute(self, instance: Instance, name: str) -> Any:
        """Return an attribute of a resource."""

    def read(self, path: str) -> str | Unknown:
        """Return what a file of the folder says."""

    def files(self, folder: str, pattern: str) -> list[str] | Unknown:
        """Return the files of a folder that match a pattern."""


@dataclass(frozen=True)
class _Root:
    """What a name stands for before it is followed: `var` in `var.env`."""

    name: str


@dataclass(frozen=True)
class _Resource:
    """A type of resources, and a name: `auth0_action.login`."""

    kind: str
    name: str


@dataclass(frozen=True)
class Scope:
    """Where an expression is worked out.

    Attributes:
        module: what it can refer to.
        names: what is named there besides, such as `each` or the variable of a `for`.
        depth: how deep in another expression.
    """

    module: Module
    names: Mapping[str, Any]
    depth: int = 0

    def value(self, expression: Expression) -> Any:
        """Return the value of an expression; `Unknown` if only Terraform knows."""
        try:
            return _settled(self, self._of(expression.tree, expression))
        except RecursionError:  # locals that need locals that need ...
            return Unknown("an expression that is too deep")

    def with_names(self, **names: Any) -> Scope:
        """Return this scope with more names."""
        return replace(self, names={**self.names, **names})

    def _of(self, tree: Any, at: Expression) -> Any:
        if self.depth > _DEEPEST:
            return Unknown("an expression that is too deep")
        inner = replace(self, depth=self.depth + 1)
        children = [each for each in tree.children if getattr(each, "data", "") not in _SPACE]
        make = _MAKERS.get(tree.data)
        if make is None:
            return Unknown(f"{tree.data}, which is not read here")
        return make(inner, [each for each in children if each is not None], at)


def _settled(scope: Scope, value: Any) -> Any:
    """Return a value, where a resource that was only named is meant as a whole."""
    if isinstance(value, _Root):
        return Unknown(value.name)
    if isinstance(value, _Resource):
        return scope.module.instances(value.kind, value.name)
    return value


def _value(scope: Scope, tree: Any, at: Expression) -> Any:
    return _settled(scope, scope._of(tree, at))


def _term(scope: Scope, parts: list[Any], at: Expression) -> Any:
    trees = [each for each in parts if hasattr(each, "data")]
    return scope._of(trees[0], at) if trees else Unknown("an empty expression")


def _identifier(scope: Scope, parts: list[Any], at: Expression) -> Any:
    name = str(parts[0])
    return scope.names[name] if name in scope.names else _Root(name)


def _literal(scope: Scope, parts: list[Any], at: Expression) -> Any:
    return {"true": True, "false": False, "null": None}[str(parts[0])]


def _string(scope: Scope, parts: list[Any], at: Expression) -> Any:
    pieces: list[Any] = []
    for part in parts[1:-1]:
        piece = part.children[0]
        if not hasattr(piece, "data"):
            text = str(piece)
            is_escaped = piece.type in {"ESCAPED_INTERPOLATION", "ESCAPED_DIRECTIVE"}
            pieces.append(unescaped(text[1:] if is_escaped else text))
        elif piece.data == "interpolation":
            pieces.append(_value(scope, piece.children[1], at))
        else:
            return Unknown("a directive in a text in quotes")
    if len(pieces) == 1:
        return pieces[0]  # "${x}" is x itself
    texts = [as_text(each) for each in pieces]
    unknown = next((each for each in texts if isinstance(each, Unknown)), None)
    return unknown or "".join(map(str, texts))


def _heredoc(scope: Scope, parts: list[Any], at: Expression) -> Any:
    token = parts[0]
    line = at.line + int(token.line) - at.tree.meta.line
    text = heredoc(str(token), at.path, line + 1, scope)
    return text if isinstance(text, Unknown) else SourceText.at(text, at.path, line + 1)


def _tuple(scope: Scope, parts: list[Any], at: Expression) -> Any:
    return [_value(scope, each, at) for each in parts if hasattr(each, "data")]


def _object(scope: Scope, parts: list[Any], at: Expression) -> Any:
    made: dict[str, Any] = {}
    for element in parts:
        if getattr(element, "data", "") != "object_elem":
            continue
        key_tree, _, value_tree = element.children
        inner = key_tree.children[0]
        key: Any = as_text(_key(scope, inner, at))
        if isinstance(key, Unknown):
            return key
        made[key] = _value(scope, value_tree, at)
    return made


def _key(scope: Scope, tree: Any, at: Expression) -> Any:
    """Return the key of an object: a name alone is text."""
    if tree.data == "keyword":
        return str(tree.children[0])
    inner = tree.children[0]
    if tree.data == "expr_term" and getattr(inner, "data", "") in {"identifier", "literal_value"}:
        return str(inner.children[0])
    return _value(scope, tree, at)


def _conditional(scope: Scope, parts: list[Any], at: Expression) -> Any:
    condition, then, otherwise = [each for each in parts if hasattr(each, "data")]
    chosen = _value(scope, condition, at)
    if isinstance(chosen, Unknown):
        return chosen
    return _value(scope, then if chosen in (True, "true") else otherwise, at)


def _binary(scope: Scope, parts: list[Any], at: Expression) -> Any:
    left = _value(scope, parts[0], at)
    sign = str(parts[1].children[0].children[0])
    if is_decided(sign, left):
        return left
    return binary(sign, left, _value(scope, parts[1].children[1], at))


def _unary(scope: Scope, parts: list[Any], at: Expression) -> Any:
    return unary(str(parts[0]), _value(scope, parts[1], at))


def _call(scope: Scope, parts: list[Any], at: Expression) -> Any:
    names = [str(each.children[0]) for each in parts if getattr(each, "data", "") == "identifier"]
    given: list[Any] = []
    for arguments in (each for each in parts if getattr(each, "data", "") == "arguments"):
        kept = [each for each in arguments.children if getattr(each, "data", "") not in _SPACE]
        given = [_value(scope, each, at) for each in kept if hasattr(each, "data")]
        if given and getattr(kept[-1], "type", "") == "ELLIPSIS":
            last = given.pop()
            if not isinstance(last, list):
                return unknown_in(last) or Unknown("... of what is no list")
            given += last
    if len(names) != 1:
        return Unknown(f"{'::'.join(names)}()")
    return call(names[0], given, scope)


def _attribute(scope: Scope, parts: list[Any], at: Expression) -> Any:
    of, name = scope._of(parts[0], at), str(parts[1].children[1].children[0])
    return _member(scope, of, name)


def _member(scope: Scope, of: Any, name: str) -> Any:
    if isinstance(of, Unknown):
        return of
    if isinstance(of, _Root):
        return _of_root(scope, of.name, name)
    if isinstance(of, _Resource):
        of = scope.module.instances(of.kind, of.name)
    if isinstance(of, Instance):
        return Identifier(of) if name == "id" else scope.module.attribute(of, name)
    if isinstance(of, dict) and name in of:
        return of[name]
    return unknown_in(of) if isinstance(of, Unknown) else Unknown(f".{name}, which is not there")


def _of_root(scope: Scope, root: str, name: str) -> Any:
    if root == "var":
        return scope.module.variable(name)
    if root == "local":
        return scope.module.local(name)
    if root == "path" and name in {"module", "root", "cwd"}:
        return "."
    if (root, name) == ("terraform", "workspace"):
        return scope.module.workspace
    if root in {"data", "module", "terraform", "self", "each", "count", "ephemeral", "path"}:
        return Unknown(f"{root}.{name}")
    return _Resource(root, name)


def _index(scope: Scope, parts: list[Any], at: Expression) -> Any:
    of = _settled(scope, scope._of(parts[0], at))
    inside = [each for each in parts[1].children if getattr(each, "data", "") not in _SPACE]
    if parts[1].data == "short_index":
        key: Any = int(inside[1])
    else:
        key = _value(scope, next(each for each in inside if hasattr(each, "data")), at)
    return _item(of, key)


def _item(of: Any, key: Any) -> Any:
    unknown = unknown_in(key) or (of if isinstance(of, Unknown) else None)
    if unknown is not None:
        return unknown
    try:
        if isinstance(of, dict):
            return of[str(as_text(key))]
        if isinstance(of, list) and not isinstance(key, bool):
            return of[int(key)]
    except (LookupError, ValueError, TypeError):
        pass
    return Unknown(f"the item {key!r}, which is not there")


def _splat(scope: Scope, parts: list[Any], at: Expression) -> Any:
    of = _settled(scope, scope._of(parts[0], at))
    if isinstance(of, Unknown):
        return of
    items = of if isinstance(of, list) else [] if of is None else [of]
    steps = [each for each in parts[1].children if hasattr(each, "data")]
    made = []
    for item in items:
        for step in steps:
            if step.data == "get_attr":
                item = _member(scope, item, str(step.children[1].children[0]))
            else:
                inside = next(each for each in step.children if hasattr(each, "data"))
                item = _item(item, _value(scope, inside, at))
        made.append(item)
    return made


def items_of(value: Any) -> Iterator[tuple[Any, Any]] | Unknown:
    """Return the keys and values of a collection."""
    if isinstance(value, dict):
        return iter(value.items())
    if isinstance(value, list):
        return iter(enumerate(value))
    return unknown_in(value) or Unknown("what is no collection")


def _for(scope: Scope, parts: list[Any], at: Expression) -> Any:
    intro = next(each for each in parts if getattr(each, "data", "") == "for_intro")
    rest = [each for each in parts if hasattr(each, "data") and each is not intro]
    condition = next((each for each in rest if each.data == "for_cond"), None)
    results = [each for each in rest if each is not condition]
    heads = [each for each in intro.children if getattr(each, "data", "") not in _SPACE]
    names = [str(each.children[0]) for each in heads if getattr(each, "data", "") == "identifier"]
    over = [each for each in heads if hasattr(each, "data")][len(names)]
    items = items_of(_value(scope, over, at))
    if isinstance(items, Unknown):
        return items
    groups = any(getattr(each, "type", "") == "ELLIPSIS" for each in parts)
    made: list[Any] = []
    for number, (key, value) in enumerate(items):
        if number >= _MOST_ITEMS:
            return Unknown("a list that is too long")
        named = {names[-1]: value} if len(names) == 1 else {names[0]: key, names[1]: value}
        inner = scope.with_names(**named)
        if condition is not None:
            test = next(each for each in condition.children if hasattr(each, "data")
                        and each.data not in _SPACE)  # fmt: skip
            chosen = _value(inner, test, at)
            if isinstance(chosen, Unknown):
                return chosen
            if chosen not in (True, "true"):
                continue
        made.append([_value(inner, each, at) for each in results])
    if len(results) == 1:
        return [each[0] for each in made]
    return _grouped(made, groups)


def _grouped(made: list[list[Any]], groups: bool) -> Any:
    found: dict[str, Any] = {}
    for key, value in made:
        name = as_text(key)
        if isinstance(name, Unknown):
            return name
        if groups:
            found.setdefault(name, []).append(value)
        else:
            found[name] = value
    return found


_SPACE: Final = frozenset({"new_line_or_comment"})
_MAKERS: Final[dict[str, Callable[[Scope, list[Any], Expression], Any]]] = {
    "expr_term": _term,
    "identifier": _identifier,
    "literal_value": _literal,
    "int_lit": lambda scope, parts, at: int(parts[0]),
    "float_lit": lambda scope, parts, at: float(parts[0]),
    "string": _string,
    "heredoc_template": _heredoc,
    "heredoc_template_trim": _heredoc,
    "tuple": _tuple,
    "object": _object,
    "conditional": _conditional,
    "binary_op": _binary,
    "unary_op": _unary,
    "function_call": _call,
    "get_attr_expr_term": _attribute,
    "index_expr_term": _index,
    "attr_splat_expr_term": _splat,
    "full_splat_expr_term": _splat,
    "for_tuple_expr": _for,
    "for_object_expr": _for,
}
