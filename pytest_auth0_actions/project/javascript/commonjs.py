"""Writes the imports and exports of an ES module as CommonJS, and leaves all else where it is."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pytest_auth0_actions.project.javascript.parser import Parser
from pytest_auth0_actions.project.javascript.scanner import UnreadableError

_MODULE_WORDS: Final = re.compile(r"^[ \t]*(?:import|export)\b|;[ \t]*(?:import|export)\b", re.M)
_NAME: Final = re.compile(r"[\w$]+\Z")

# What is written before the first line, if it is used.
_HELPERS: Final = {
    "$interop": "const {}=m=>m&&m.__esModule?m:{{default:m}};",
    "$namespace": "const {}=m=>m&&m.__esModule?m:{{...m,default:m}};",
    "$all": (
        "const {}=m=>{{for(const k of Object.keys(m))if(k!=='default'&&!Object.hasOwn(exports,k))"
        "Object.defineProperty(exports,k,{{enumerable:true,get:()=>m[k]}})}};"
    ),
}


@dataclass(frozen=True)
class CommonJS:
    """A file as CommonJS.

    Attributes:
        head: what goes before its first line, on the same line.
        body: the file; all lines, and the columns of all that is no import, are as they were.
    """

    head: str
    body: str


def to_commonjs(source: str) -> CommonJS | None:
    """Return JavaScript as CommonJS; None if it is not understood, or has decorators.

    An import of which nothing is used is left out, as TypeScript does: it may be of types alone.

    >>> to_commonjs("export const limit = 64;").body
    '       const limit = 64;'
    """
    if not _MODULE_WORDS.search(source) and "@" not in source:
        return CommonJS("", source)
    reader = _Reader()
    try:
        reader.read(source)
    except (UnreadableError, RecursionError):
        has_more = _MODULE_WORDS.search(source) or reader.decorator is not None
        return None if has_more else CommonJS("", source)
    return reader.written() if reader.is_module else CommonJS("", source)


def decorator_in(source: str) -> int | None:
    """Return where the first decorator of a file is; None if it has none, or is not understood.

    >>> decorator_in("@logged class Plan {}")
    0
    """
    reader = _Reader()
    with contextlib.suppress(UnreadableError, RecursionError):
        reader.read(source)
    return reader.decorator


@dataclass(frozen=True)
class _Import:
    start: int
    end: int
    module: str  # as it is quoted
    default: str | None
    namespace: str | None
    names: tuple[tuple[str, str], ...]  # in the module, and here

    def locals(self) -> list[str]:
        found = [self.default, self.namespace, *(local for _, local in self.names)]
        return [name for name in found if name is not None]


class _Reader(Parser):
    """Reads the statements at the top of a file."""

    def __init__(self) -> None:
        self._words: dict[int, str] = {}
        self._edits: list[tuple[int, int, str]] = []
        self._imports: list[_Import] = []
        self._exported: dict[str, str] = {}  # what is exported, and what gives it
        self._used_helpers: set[str] = set()
        self._sources = 0
        self.is_module = False
        self.decorator: int | None = None  # where one is

    def reset(self, at: int) -> None:
        super().reset(at)
        if self.kind == "name":
            self._words[self.at] = self.text

    def decorators(self) -> None:
        if self.text == "@":
            self.decorator = self.at
            raise UnreadableError(f"at {self.at}")

    def read(self, source: str) -> None:
        """Read a file.

        Raises:
            UnreadableError: it is not understood, or has a decorator.
        """
        super().__init__(source, typescript=False)
        while self.kind != "end":
            start = self.at
            if self.kind == "name" and self.text == "import" and not self.next_is("(", "."):
                self._read_import(start)
            elif self.kind == "name" and self.text == "export":
                self._read_export(start)
            else:
                self._statement()

    # --- imports ----------------------------------------------------------------------------------

    def _read_import(self, start: int) -> None:
        self.is_module = True
        self.advance()
        default = namespace = None
        names: list[tuple[str, str]] = []
        if self.kind == "string":
            module = self._module()
            self._edits.append((start, self.last_end, f"require({module});"))
            return
        if self.kind == "name":
            default = self._take_text()
            if not self.take(","):
                self.expect("from")
                self._imported(start, default, None, names)
                return
        if self.take("*"):
            self.expect("as")
            namespace = self._take_text()
        else:
            names = list(self._names())
        self.expect("from")
        self._imported(start, default, namespace, names)

    def _imported(
        self, start: int, default: str | None, namespace: str | None, names: list[tuple[str, str]]
    ) -> None:
        module = self._module()
        self._imports.append(
            _Import(start, self.last_end, module, default, namespace, tuple(names))
        )

    def _names(self) -> Iterator[tuple[str, str]]:
        """Read `{ a, b as c }`; yield both names of each."""
        self.expect("{")
        while not self.take("}"):
            name = self._take_text()
            yield name, self._take_text() if self.take("as") else name
            if self.text != "}":
                self.expect(",")

    def _take_text(self) -> str:
        """Read a name, or a name as a text."""
        if self.kind not in {"name", "string"}:
            raise UnreadableError(f"at {self.at}")
        text = self.text[1:-1] if self.kind == "string" else self.text
        self.advance()
        return text

    def _module(self) -> str:
        """Read the name of a module, and what may come behind it."""
        if self.kind != "string":
            raise UnreadableError(f"at {self.at}")
        module = self.text
        self.advance()
        if self.text in {"with", "assert"} and self.next_is("{"):
            self.advance()
            self._object()
        self._end()
        return module

    # --- exports ----------------------------------------------------------------------------------

    def _read_export(self, start: int) -> None:
        self.is_module = True
        self.advance()
        self.decorators()
        if self.text == "{":
            self._read_list(start)
        elif self.take("*"):
            self._read_all(start)
        elif self.text == "default":
            self._read_default(start)
        else:
            self._blank(start, self.at)
            if self.text in {"const", "let", "var"}:
                self.advance()
                for name in self._declared():
                    self._exported[name] = name
                self._end()
            else:
                if self.text not in {"function", "class", "async"}:
                    raise UnreadableError(f"at {self.at}")
                name = self._declared_name()
                self._exported[name] = name
                self._statement()

    def _read_list(self, start: int) -> None:
        names = list(self._names())
        if self.take("from"):
            module = self._module()
            source = self._new_source()
            self._edits.append((start, self.last_end, f";const {source}=require({module});"))
            for name, exported in names:
                is_default = name == "default"
                owner = f"{self._helper('$interop')}({source})" if is_default else source
                self._exported[exported] = f"{owner}[{json.dumps(name)}]"
            return
        self._end()
        self._edits.append((start, self.last_end, ";"))
        for name, exported in names:
            self._exported[exported] = name

    def _read_all(self, start: int) -> None:
        exported = self._take_text() if self.take("as") else None
        self.expect("from")
        module = f"require({self._module()})"
        if exported is None:
            written = f";{self._helper('$all')}({module});"
        else:
            source = self._new_source()
            written = f";const {source}={self._helper('$namespace')}({module});"
            self._exported[exported] = source
        self._edits.append((start, self.last_end, written))

    def _read_default(self, start: int) -> None:
        self.advance()
        name = self._declared_name() if self.text in {"function", "class", "async"} else ""
        if name:
            self._blank(start, self.at)
            self._exported["default"] = name
            self._statement()
            return
        name = self._free("$default")
        self._edits.append((start, self.at, f"const {name}="))
        self._exported["default"] = name
        self.assignment()
        self._end()

    def _declared_name(self) -> str:
        """Return the name of the function or class that starts here; empty if it has none."""
        last_end = self.last_end
        if self.text == "async":
            self.advance()
            if self.text != "function":
                self.go_back(last_end)
                return ""
        self.advance()
        self.take("*")
        name = self.text if self.kind == "name" and self.text != "extends" else ""
        self.go_back(last_end)
        return name

    def _declared(self) -> Iterator[str]:
        """Read the declarations of variables; yield their names."""
        while True:
            yield from self._pattern()
            if self.take("="):
                self.assignment()
            if not self.take(","):
                return

    def _pattern(self) -> Iterator[str]:
        self.take("...")
        if self.text not in {"{", "["}:
            yield self._take_text()
            return
        opening, closing = self.text, "}" if self.text == "{" else "]"
        self.advance()
        while not self.take(closing):
            if self.take(","):
                continue
            if opening == "{" and self.text != "...":
                is_plain = self.kind == "name" and not self.next_is(":")
                if is_plain:
                    yield self._take_text()
                else:
                    self._key()
                    self.expect(":")
                    yield from self._pattern()
            else:
                yield from self._pattern()
            if self.take("="):
                self.assignment()

    # --- what is written --------------------------------------------------------------------------

    def _blank(self, start: int, end: int) -> None:
        self._edits.append((start, end, ""))

    def _new_source(self) -> str:
        self._sources += 1
        return self._free(f"$from{self._sources}")

    def _helper(self, name: str) -> str:
        self._used_helpers.add(name)
        return self._free(name)

    def _free(self, name: str) -> str:
        while name in self.source:
            name += "$"
        return name

    def _used(self) -> set[str]:
        """Return the names that are used outside of imports."""
        spans = [(each.start, each.end) for each in self._imports]
        return {
            word
            for at, word in self._words.items()
            if self.source[at - 1 : at] != "." or self.source[at - 3 : at] == "..."
            if not any(start <= at < end for start, end in spans)
        }

    def written(self) -> CommonJS:
        """Return the file as CommonJS."""
        used = self._used()
        edits = [
            *self._edits,
            *((each.start, each.end, self._required(each, used)) for each in self._imports),
        ]
        body, done = [], 0
        for start, end, text in sorted(edits):
            body += [self.source[done:start], _laid_out(self.source[start:end], text)]
            done = end
        body.append(self.source[done:])
        head = "'use strict';Object.defineProperty(exports,'__esModule',{value:true});"
        for name, value in self._exported.items():
            head += (
                f"Object.defineProperty(exports,{json.dumps(name)},"
                f"{{enumerable:true,get:()=>{value}}});"
            )
        for name in sorted(self._used_helpers):
            head += _HELPERS[name].format(self._free(name))
        return CommonJS(head, "".join(body))

    def _required(self, each: _Import, used: set[str]) -> str:
        """Return what stands for an import."""
        bound = each.locals()
        if bound and not used.intersection(bound):
            return ";"
        required = f"require({each.module})"
        pairs = [("default", each.default), *each.names]
        defaults = [_pair(name, here) for name, here in pairs if here in used and name == "default"]
        names = [_pair(name, here) for name, here in pairs if here in used and name != "default"]
        parts = []
        if defaults:
            parts.append(f"{{{','.join(defaults)}}}={self._helper('$interop')}({required})")
        if names or not bound:
            parts.append(f"{{{','.join(names)}}}={required}")
        if each.namespace in used:
            parts.append(f"{each.namespace}={self._helper('$namespace')}({required})")
        return f"const {','.join(parts)};"


def _pair(name: str, here: str | None) -> str:
    if name == here:
        return name
    return f"{name if _NAME.match(name) else json.dumps(name)}:{here}"


def _laid_out(old: str, new: str) -> str:
    """Return *new* with as many line ends as *old*, and of its width if it is narrower."""
    first, *others = old.split("\n")
    return "\n".join([new.ljust(len(first)), *(" " * len(each) for each in others)])
