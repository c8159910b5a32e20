"""Finds the functions and the branches in expressions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pytest_auth0_actions.project.javascript.parts import (
    Branch,
    Function,
    Limit,
    Parts,
    Way,
    When,
)
from pytest_auth0_actions.project.javascript.scanner import UnreadableError
from pytest_auth0_actions.project.javascript.type_syntax import TypeSyntax

_LOGICAL: Final = frozenset(["&&", "||", "??"])
_ASSIGNMENTS: Final = frozenset(
    f"{operator}=" for operator in ["", *"+-*/%&|^", "**", "<<", ">>", ">>>", "&&", "||", "??"]
)
_BINARY: Final = _ASSIGNMENTS | frozenset(
    (
        *("+", "-", "*", "/", "%", "&", "|", "^", "<", ">", "**", "<<", ">>", ">>>"),
        *("==", "!=", "===", "!==", "<=", ">=", "in", "instanceof", "of"),
    )
)
_UNARY: Final = frozenset(["!", "~", "+", "-", "++", "--", "..."])
_UNARY_WORDS: Final = frozenset(["await", "delete", "new", "typeof", "void", "yield"])
_AFTER_TYPE_ARGUMENTS: Final = frozenset(["(", "`", ")", ";", ",", "]"])
_ENDS: Final = frozenset([")", "]", "}", ",", ";", ":", ""])
MODIFIERS: Final = frozenset(
    (
        *("abstract", "accessor", "async", "declare", "get", "override", "private", "protected"),
        *("public", "readonly", "set", "static", "*"),
    )
)


class Expressions(TypeSyntax):
    """Reads expressions.

    Args:
        source: what the file says.
        typescript: whether types may occur.
    """

    def __init__(self, source: str, typescript: bool) -> None:
        self.parts = Parts()
        self.typescript = typescript
        self._named = ("", 0)  # what the operand is named by that starts there
        self._depth = 0  # of functions
        self._limit: Limit | None = None  # of what is read
        self._closures = 0  # functions and classes so far
        self._depths: dict[int, int] = {}  # of what was found, by where it is
        super().__init__(source)

    if TYPE_CHECKING:  # these are read by those that derive from this

        def statements(self) -> None:
            """Read statements up to a closing brace."""

        def class_(self) -> None:
            """Read a class."""

        def decorators(self) -> None:
            """Read `@decorator`, of which there may be none."""

    def expression(self) -> None:
        """Read an expression."""
        self.assignment()
        while self.take(","):
            self.assignment()

    def assignment(self) -> None:
        """Read an expression without a comma: operands with operators between."""
        start = self.at
        ways = [Way("", When.LINE)]
        self._operand()
        while not (self.kind == "string" or self.kind == "number"):
            operator = self.text
            if operator in _LOGICAL:
                self.advance()
                missing = f"the right side of {operator} was never evaluated"
                ways.append(Way(missing, When.RUNS, self.at, target=self.at))
                self._found(self.parts.operands, self.at)
                self._operand()
            elif operator == "?":
                self._conditional(start)
                break
            elif operator in _BINARY:
                self.advance()
                self._operand()
            elif self.typescript and operator in {"as", "satisfies"} and not self.is_on_new_line:
                self.advance()
                self.skip_type()
            else:
                break
        if len(ways) > 1:
            self.parts.branches.append(Branch(start, ways))

    def _conditional(self, start: int) -> None:
        self.advance()
        ways = []
        for value in ("true", "false"):
            missing = f"the condition of ?: was never {value}"
            ways.append(Way(missing, When.RUNS, self.at, target=self.at))
            self._found(self.parts.operands, self.at)
            self.assignment()
            if len(ways) == 1:
                self.expect(":")
        self.parts.branches.append(Branch(start, ways))

    def _operand(self) -> None:
        start = self.at
        while self._is_unary():
            self.advance()
        is_alone = self.at > start and self.text in {*_ENDS, "."}  # `yield`, `new.target`
        if self.kind == "string" or not is_alone:
            self._primary(start)
        self._postfixes(start)

    def _is_unary(self) -> bool:
        if self.kind == "name":
            if self.text not in _UNARY_WORDS:
                return False
            return not self.next_is("=>", "=", on_same_line=False)
        return self.text in _UNARY

    def _primary(self, start: int) -> None:
        if self.kind in {"number", "string"}:
            self.advance()
        elif self.kind == "name":
            self._name(start)
        elif self.text in {"/", "/="}:
            self.skip_regex()
        elif self.text == "`":
            self._template()
        elif self.text == "(":
            self.parenthesised()
        elif self.text == "[":
            self.advance()
            while not self.take("]"):
                if not self.take(","):
                    self.assignment()
        elif self.text == "{":
            self._object()
        elif self.text == "<" and self.typescript:
            self.skip_type_arguments()  # of a generic arrow function
            self._primary(start)
        elif self.text == "*":  # yield*
            self.advance()
            self._operand()
        else:
            raise UnreadableError(f"at {self.at}")

    def _name(self, start: int) -> None:
        if self.text == "function":
            self.function(start)
        elif self.text == "class":
            self.class_()
        elif self.text == "async" and self.next_is("function", on_same_line=True):
            self.advance()
            self.function(start)
        else:
            if self.text == "async" and not self.next_is("(", "=>", ".", ",", ")", ";", "="):
                self.advance()  # async x => ...
                if self.text == "<" and self.typescript:
                    self._primary(start)
                    return
            name = self.text
            self.advance()
            self._give_name(name)

    def _postfixes(self, start: int) -> None:
        while self.kind != "end":
            if self.text in {".", "?."}:
                self.advance()
                if self.kind == "name":
                    name = self.text
                    self.advance()
                    self._give_name(name)
            elif self.text == "[":
                self.advance()
                self.expression()
                self.expect("]")
            elif self.text == "(":
                self.parenthesised()
            elif self.text == "`":
                self._template()
            elif self.text in {"++", "--"} and not self.is_on_new_line:
                self.advance()
            elif self.text == "=>" and not self.is_on_new_line:
                self.advance()
                self._body(start, self._name_of(start))
                return
            elif not (self.typescript and self._type_postfix()):
                return

    def _type_postfix(self) -> bool:
        """Skip what only TypeScript has behind an operand, and return whether there was any."""
        if self.text == "!" and not self.is_on_new_line:
            self.advance()
            return True
        last_end = self.last_end
        is_arguments = self.text == "<"
        if not is_arguments and not (self.text == ":" and self.source[last_end - 1] == ")"):
            return False
        try:
            if is_arguments:
                self.skip_type_arguments()
            else:
                self._skip_annotation()
            if self.text in (_AFTER_TYPE_ARGUMENTS if is_arguments else {"=>"}):
                return True
        except UnreadableError:
            pass  # it is a comparison, or the other half of a ?:
        self.go_back(last_end)
        return False

    def _skip_annotation(self) -> None:
        if self.take(":"):
            self.skip_type()

    def parenthesised(self) -> None:
        """Read an expression in parentheses, arguments, or parameters."""
        self.expect("(")
        while not self.take(")"):
            if self.text == "@":
                self.decorators()
            while self.text in MODIFIERS and self.typescript and self._is_modifier():
                self.advance()  # of a parameter that is a property, too
            self.assignment_or_parameter()
            if self.text != ")":
                self.expect(",")

    def assignment_or_parameter(self) -> None:
        """Read an expression, or in TypeScript a parameter with its type."""
        if self.typescript and self.kind == "name" and self.next_is("?"):
            last_end = self.last_end
            self.advance()
            if self.next_is(":", ",", ")"):
                self.advance()
            else:
                self.go_back(last_end)
                self.expression()
        else:
            self.assignment()
        if self.typescript:
            self._skip_annotation()
            if self.take("="):
                self.assignment()

    def _is_modifier(self) -> bool:
        last_end = self.last_end
        self.advance()
        found = self.kind in {"name", "string", "number"} or self.text in {"[", "{", "*"}
        self.go_back(last_end)
        return found

    def _template(self) -> None:
        more = self.skip_template_part(self.at + 1)
        while more:
            self.expression()
            more = self.skip_template_part(self.expect_here("}") + 1)

    def _object(self) -> None:
        self.expect("{")
        while not self.take("}"):
            if self.take("..."):
                self.assignment()
            else:
                self._member(self.at)
            if self.text != "}":
                self.expect(",")

    def _member(self, start: int) -> None:
        while self.text in MODIFIERS and self._is_modifier():
            self.advance()
        name = self._key()
        if self.text in {"(", "<"}:
            self.parameters_and_body(start, name)
        elif self.take(":"):
            self._named = (name, self.at)
            self.assignment()
        elif self.take("="):  # of a pattern
            self.assignment()

    def _key(self) -> str:
        """Read the name of a member."""
        if self.take("["):
            self.expression()
            self.expect("]")
            return "[computed]"
        name = self.text.strip("'\"")
        if self.kind not in {"name", "string", "number"}:
            raise UnreadableError(f"at {self.at}")
        self.advance()
        return name

    def function(self, start: int) -> None:
        """Read a function from the word on."""
        self.expect("function")
        self.take("*")
        name = self._name_of(start)
        if self.kind == "name":
            name = self.text
            self.advance()
        self.parameters_and_body(start, name)

    def _give_name(self, name: str) -> None:
        """Have what is assigned next be named so, if it is a function."""
        last_end = self.last_end
        if self.take("="):
            self._named = (name, self.at)
            self.go_back(last_end)

    def _name_of(self, start: int) -> str:
        name, at = self._named
        return name if at == start else ""

    def parameters_and_body(self, start: int, name: str) -> None:
        """Read a function from its parameters on; in TypeScript it may have no body."""
        if self.text == "<":
            self.skip_type_arguments()
        self.parenthesised()
        if self.typescript:
            self._skip_annotation()
            if self.text != "{":
                self.take(";")
                return
        self._body(start, name)

    def _body(self, start: int, name: str) -> None:
        self._depth += 1
        self._closures += 1
        at, limit, self._limit = self.at, self._limit, None
        known = len(self.parts.statements)
        if self.take("{"):
            self.statements()
            self.expect("}")
            first = self.first_of(self.parts.statements[known:])
        else:
            self._found(self.parts.operands, at)
            self.assignment()
            first = at
        self._depth -= 1
        self._limit = limit
        self.parts.functions.append(Function(name or "(anonymous)", start, self.last_end))
        if first is not None:
            called = f"the function {name} was never called".replace("  ", " ")
            self.inline(start, first, called)

    def inline(self, start: int, first: int, missing: str) -> None:
        """Note down what runs or not, for the case that its line does not tell."""
        ways = [Way("", When.LINE), Way(missing, When.RUNS, first, target=first)]
        self.parts.branches.append(Branch(start, ways, if_inline=True))

    def _found(self, those: list[int], at: int) -> None:
        those.append(at)
        self._depths[at] = self._depth
        self._limit_by(at, self._limit)

    def _limit_by(self, at: int, limit: Limit | None) -> None:
        if limit is not None:
            self.parts.limits[at] = limit

    def first_of(self, those: list[int]) -> int | None:
        """Return the first of these that lies in no inner function; None if all do."""
        return next(filter(self._is_here, those), None)

    def _is_here(self, at: int) -> bool:
        """Return whether what is there lies in the function that is read, and in no inner one."""
        return self._depths[at] == self._depth
