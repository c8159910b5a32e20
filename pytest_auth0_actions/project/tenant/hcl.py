"""Parses Terraform's language, by python-hcl2, into blocks and attributes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pytest_auth0_actions.errors import TenantError, hides_our_frames
from pytest_auth0_actions.project.tenant.findings import Reading

if TYPE_CHECKING:
    from lark import Token, Tree

__tracebackhide__ = hides_our_frames

_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)


@dataclass(frozen=True)
class Expression:
    """An expression, and where it stands.

    Attributes:
        tree: what python-hcl2 made of it.
        path: the file.
        line: the line, from 1.
    """

    tree: Tree[Token]
    path: Path
    line: int


@dataclass(frozen=True)
class Body:
    """What is between two braces, or in a file."""

    attributes: dict[str, Expression] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)

    def of(self, kind: str) -> Iterator[Block]:
        """Yield the blocks of a kind."""
        return (each for each in self.blocks if each.kind == kind)


@dataclass(frozen=True)
class Block:
    """A block, such as ``resource "auth0_action" "login" { ... }``.

    Attributes:
        kind: its first word.
        labels: what follows, without quotes.
        body: what is in it.
        path: the file.
        line: the line, from 1.
    """

    kind: str
    labels: tuple[str, ...]
    body: Body
    path: Path
    line: int


def parse_file(reading: Reading, path: Path) -> Body:
    """Return what is in a file; nothing, and an error is written down, if it can't be parsed.

    Raises:
        TenantError: python-hcl2 is not installed.
    """
    text = reading.text(path, "The configuration")
    if text is None:
        return Body()
    try:
        return _body(parse(text).children[0], path, 0)
    except ImportError:
        raise TenantError(
            "[A844] Reading Terraform needs python-hcl2.",
            f"Given: {reading.shown(path)}, and an environment without python-hcl2.",
            "Install it with `pip install 'python-hcl2<9'`.",
        ) from None
    except (HclError, RecursionError) as error:
        reading.error(
            reading.place(path, getattr(error, "line", 0)),
            "[A845] It can't be read as Terraform.",
            "Correct it, `terraform validate` says more; or give `terraform show -json`.",
        )
        return Body()


class HclError(Exception):
    """Text that can't be parsed.

    Attributes:
        line: where, from 1; 0 if that is not known.
    """

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def parse(text: str) -> Any:
    """Return the tree of a file.

    Raises:
        HclError: it can't be parsed.
        ImportError: python-hcl2 is not installed.
    """
    import lark
    from hcl2.api import parses_to_tree

    try:
        return parses_to_tree(text)
    except lark.exceptions.LarkError as error:
        line = getattr(error, "line", 0)
        raise HclError(line if isinstance(line, int) and line > 0 else 0) from None


def parse_expression(text: str, path: Path, line: int) -> Expression:
    """Return the expression that text is, as in a template.

    Raises:
        HclError: it can't be parsed.
    """
    body = _body(parse(f"x = ({text}\n)\n").children[0], path, line - 1)
    if "x" not in body.attributes or len(body.attributes) > 1 or body.blocks:
        raise HclError(line)
    return body.attributes["x"]


def _body(tree: Any, path: Path, lines_before: int) -> Body:
    body = Body()
    for child in tree.children:
        data = getattr(child, "data", "")
        if data == "attribute":
            name, _, expression = child.children
            line = getattr(expression.meta, "line", 0) + lines_before
            body.attributes[_word(name)] = Expression(expression, path, line)
        elif data == "block":
            *head, inner, _ = [each for each in child.children if getattr(each, "data", "") or each]
            words = [_word(each) for each in head if getattr(each, "data", "") in _HEADS]
            line = child.meta.line + lines_before
            body.blocks.append(
                Block(words[0], tuple(words[1:]), _body(inner, path, lines_before), path, line)
            )
    return body


_HEADS: Final = frozenset({"identifier", "keyword", "literal_value", "string"})


def _word(tree: Any) -> str:
    """Return a name, or the text of a label."""
    if tree.data == "string":
        return "".join(
            str(part.children[0])
            for part in tree.children
            if getattr(part, "data", "") == "string_part" and not hasattr(part.children[0], "data")
        )
    return str(tree.children[0])


def unescaped(text: str) -> str:
    r"""Return what a text in quotes means.

    >>> unescaped(r'a\tb \"c\" \u00e9')
    'a\tb "c" é'
    """

    def char(found: re.Match[str]) -> str:
        code = found[1] or found[2]
        if code:
            number = int(code, 16)
            return chr(number) if number < 0x110000 else found[0]
        return _ESCAPES.get(found[3], found[0])

    return _ESCAPE.sub(char, text) if "\\" in text else text
