"""Finds the statements in JavaScript, and the branches that they make."""

from __future__ import annotations

from typing import Final

from pytest_auth0_actions.project.javascript.declarations import Declarations
from pytest_auth0_actions.project.javascript.parts import Branch, Limit, Loop, Parts, Way, When
from pytest_auth0_actions.project.javascript.scanner import UnreadableError

_JUMPS: Final = ("return", "throw", "break", "continue")


def parse(source: str, *, typescript: bool) -> Parts | None:
    """Return what *source* consists of; None if it is not understood.

    >>> parse("if (on) { start(); }", typescript=False).statements
    [0, 10]
    """
    try:
        parser = Parser(source, typescript)
        parser.statements()
    except (UnreadableError, RecursionError):
        return None
    return parser.parts if parser.kind == "end" else None


class Parser(Declarations):
    """Reads statements. Each reader returns the ways that lead to the statement behind."""

    def __init__(self, source: str, typescript: bool) -> None:
        super().__init__(source, typescript)
        self._ends_by_jump = False  # the last statement
        self._returns: list[int] = []
        self._after: Limit | None = None  # of what comes after the last statement

    def statements(self) -> None:
        """Read statements, up to a closing brace."""
        onward: list[Way] = []
        limit = outer = self._limit
        while self.kind != "end" and self.text not in {"}", "case", "default"}:
            known, start = len(self.parts.statements), self.at
            self._limit, self._after = limit, None
            ways = self._statement()
            if self.parts.statements[known : known + 1] == [start]:
                limit = Limit(start, is_count=True)
                if self._after is not None and self._after.at == start:
                    limit = self._after
                for way in onward:
                    way.target = start
                onward = []
            onward += ways
        self._limit = outer

    def _statement(self) -> list[Way]:
        self._ends_by_jump = False
        start, word = self.at, self.text
        if self.kind == "string" or self.kind == "number":
            return self._expression_statement(start)
        if word == "{":
            self._block()
        elif word == ";":
            self.advance()
        elif word == "@":
            self.decorators()
            return self._statement()
        elif self.kind == "name":
            reader = _READERS.get(word)
            if reader is not None:
                return reader(self, start) or []
            if self.is_declaration_of_types():
                return []
            return self._expression_statement(start)
        else:
            return self._expression_statement(start)
        return []

    def _block(self) -> None:
        self.expect("{")
        self.statements()
        self.expect("}")

    def _begin(self, start: int) -> None:
        """Note down a statement, and read its first word."""
        self._found_statement(start)
        self.advance()

    def _found_statement(self, start: int) -> None:
        self._found(self.parts.statements, start)
        self._limit = Limit(start, is_count=False)

    def _end(self) -> None:
        """Read the end of a statement, which may be left out before a new line."""
        if not self.take(";") and not (
            self.is_on_new_line or self.text == "}" or self.kind == "end"
        ):
            raise UnreadableError(f"at {self.at}")

    def _expression_statement(self, start: int) -> list[Way]:
        if self.text == "async" and self.next_is("function", on_same_line=True):
            self.advance()
            self.function(start)
            return []
        if self.kind == "name" and self.next_is(":"):  # a label
            self.advance()
            self.advance()
            return self._statement()
        is_string = self.kind == "string"
        self._found_statement(start)
        known = len(self.parts.statements)
        first_end = self.at + len(self.text)
        self.expression()
        if is_string and self.last_end == first_end:
            del self.parts.statements[known - 1]  # 'use strict'
        self._end()
        return []

    def _condition(self, start: int) -> int:
        """Read a condition in parentheses, and return where the second of them is."""
        self.expect("(")
        self.expression()
        self._limit_by(self.at, Limit(start, is_count=True))
        return self.expect(")")

    def _substatement(self) -> tuple[int, int | None, list[Way]]:
        """Read a statement of a statement: where it is, where its code is, and the ways onward."""
        at, known = self.at, len(self.parts.statements)
        ways = self._statement()
        first = self.first_of(self.parts.statements[known:])
        return at if first is None else first, first, ways

    def _if(self, start: int) -> list[Way]:
        self._begin(start)
        closing = self._condition(start)
        at, first, onward = self._substatement()
        ways = [Way("the condition was never true", When.RUNS, at, target=first)]
        self.parts.branches.append(Branch(start, ways))
        false = "the condition was never false"
        jumps = self._ends_by_jump
        if self.take("else"):
            otherwise, first, more = self._substatement()
            ways.append(Way(false, When.RUNS, otherwise, target=first))
            self._ends_by_jump = self._ends_by_jump and jumps
            return onward + more
        ways.append(Way(false, When.SKIPS, closing, (at,), origin=start))
        self._ends_by_jump = False
        return [*onward, ways[-1]]

    def _for(self, start: int) -> None:
        self._begin(start)
        self.take("await")
        self.expect("(")
        closures, returns = self._closures, len(self._returns)
        is_lexical, parts = self.text in {"const", "let"}, 1
        while not self.take(")"):
            if self.text in {"const", "let", "var"} and self._is_modifier():
                self.advance()
                self._declarators()
            elif self.take(";"):
                parts += 1
            else:
                self.expression()
        body = self.at
        self._loop_body(start)
        if is_lexical and parts > 1 and self._closures > closures:
            self.parts.loops.append(Loop(body, self.last_end))
            left_by = tuple(at for at in self._returns[returns:] if self._is_here(at))
            self._after = Limit(start, is_count=True, left_by=left_by)

    def _while(self, start: int) -> None:
        self._begin(start)
        self._condition(start)
        self._loop_body(start)

    def _loop_body(self, start: int) -> None:
        _, first, _ = self._substatement()
        self._ends_by_jump = False
        if first is not None:
            self.inline(start, first, "the body of the loop never ran")

    def _do(self, start: int) -> None:
        self._begin(start)
        self._substatement()
        self.expect("while")
        self._condition(start)
        self.take(";")
        self._ends_by_jump = False

    def _with(self, start: int) -> None:
        self._begin(start)
        self._condition(start)
        self._substatement()

    def _switch(self, start: int) -> list[Way]:
        self._begin(start)
        closing = self._condition(start)
        self.expect("{")
        ways: list[Way] = []
        has_default = falls = can_tell = False
        while not self.take("}"):
            if self.take("case"):
                self.expression()
            else:
                self.expect("default")
                has_default = True
            self.expect(":")
            at, known = self.at, len(self.parts.statements)
            self._ends_by_jump = False
            self.statements()
            if self.at == at:  # it goes on with the next
                continue
            can_tell = can_tell or falls
            falls = not self._ends_by_jump
            first = self.first_of(self.parts.statements[known:])
            at = at if first is None else first
            ways.append(Way("this case was never taken", When.RUNS, at, target=first))
        self._ends_by_jump = False
        taken = tuple(way.at for way in ways)
        skips = Way("one of the cases always matched", When.SKIPS, closing, taken, origin=start)
        if not has_default and not can_tell:
            ways.append(skips)
        if len(ways) > 1:
            self.parts.branches.append(Branch(start, ways))
        return ways[-1:] if ways and ways[-1] is skips else []

    def _try(self, start: int) -> None:
        self._begin(start)
        self._block()
        if self.take("catch"):
            if self.text == "(":
                self.parenthesised()
            _, first, _ = self._substatement()
            if first is not None:
                self.inline(start, first, "nothing was ever caught")
        if self.take("finally"):
            self._block()
        self._ends_by_jump = False

    def _jump(self, start: int) -> None:
        if self.text == "return":
            self._returns.append(start)
        self._begin(start)
        if not self.is_on_new_line and self.text not in {";", "}"} and self.kind != "end":
            self.expression()
        self._end()
        self._ends_by_jump = True

    def _debugger(self, start: int) -> None:
        self._begin(start)
        self._end()

    def _variables(self, start: int) -> list[Way]:
        if self.text == "let" and not self._is_modifier():  # a variable of that name
            return self._expression_statement(start)
        if self.text == "const" and self.next_is("enum"):
            self.advance()
            return self.enum(start)
        self._begin(start)
        self._declarators()
        self._end()
        return []

    def _declarators(self) -> None:
        while True:
            if self.typescript and self.kind == "name":
                name = self.text
                self.advance()
                self.take("!")
                if self.take(":"):
                    self.skip_type()
                self._give_name(name)
                if self.take("=") or self.take("of") or self.take("in"):
                    self.assignment()
            else:
                self.assignment_or_parameter()
            if not self.take(","):
                return

    def _function(self, start: int) -> None:
        self.function(start)
        self._ends_by_jump = False

    def _class(self, start: int) -> None:
        self._found_statement(start)
        self.class_()

    def _import(self, start: int) -> list[Way]:
        if self.next_is("(", "."):
            return self._expression_statement(start)
        if self.next_is("type") and self.typescript:
            self.advance()
            self.skip_to_end()
            return []
        self._begin(start)
        self.skip_to_end()
        return []

    def _export(self, start: int) -> list[Way]:
        if self.typescript and self.next_is("type", "interface", "declare", "="):
            self.advance()
            if self.text != "=" and self.is_declaration_of_types():
                return []
            self.skip_to_end()
            return []
        if self.next_is("{", "*"):
            self._begin(start)
            self.skip_to_end()
            return []
        self.advance()
        if self.take("default") and self.text not in {"function", "class", "async", "abstract"}:
            return self._expression_statement(start)
        known = len(self.parts.statements)
        inner = self.at
        ways = self._statement()
        if self.parts.statements[known : known + 1] == [inner]:
            self.parts.statements[known] = start
            self._depths[start] = self._depth
            self._limit_by(start, self.parts.limits.pop(inner, None))
        return ways


_READERS: Final = {
    "if": Parser._if,
    "for": Parser._for,
    "while": Parser._while,
    "do": Parser._do,
    "with": Parser._with,
    "switch": Parser._switch,
    "try": Parser._try,
    "debugger": Parser._debugger,
    "const": Parser._variables,
    "let": Parser._variables,
    "var": Parser._variables,
    "function": Parser._function,
    "class": Parser._class,
    "import": Parser._import,
    "export": Parser._export,
    **dict.fromkeys(_JUMPS, Parser._jump),
}
