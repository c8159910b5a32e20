"""Skips the types of TypeScript."""

from __future__ import annotations

from typing import Final

from pytest_auth0_actions.project.javascript.scanner import Scanner, UnreadableError

_PAIRS: Final = {"(": ")", "[": "]", "{": "}"}
_PREFIXES: Final = frozenset(
    ["asserts", "infer", "keyof", "readonly", "typeof", "unique", "new", "abstract", "-", "|", "&"]
)


class TypeSyntax(Scanner):
    """Skips types, which are no code that can run."""

    def skip_type(self) -> None:
        """Skip a type."""
        self._skip_operands()
        if self.take("is"):
            self._skip_operands()
        if self.take("extends"):  # in a conditional type, or what a parameter is limited to
            self._skip_operands()
            if self.take("?"):
                self.skip_type()
                self.expect(":")
                self.skip_type()

    def _skip_operands(self) -> None:
        self.skip_operand()
        while self.text in {"|", "&"}:
            self.advance()
            self.skip_operand()

    def skip_operand(self) -> None:
        """Skip a type without operators."""
        while self.text in _PREFIXES and not self.next_is(",", ")", ";", "=", ">", "]", "}", "|"):
            self.advance()
        if self.text == "<":
            self.skip_type_arguments()
        if self.text == "(":
            self.skip_balanced()
            if self.take("=>"):
                self.skip_type()
                return
        elif self.text in {"{", "["}:
            self.skip_balanced()
        elif self.text == "`":
            more = self.skip_template_part(self.at + 1)
            while more:
                self.skip_type()
                more = self.skip_template_part(self.expect_here("}") + 1)
        elif self.kind in {"name", "string", "number"}:
            self.advance()
            while self.take("."):
                self.advance()
            if self.text == "<":
                self.skip_type_arguments()
            elif self.text == "(":  # import("x")
                self.skip_balanced()
                self._skip_rest_of_import()
        else:
            raise UnreadableError(f"at {self.at}")
        while self.text == "[" and not self.is_on_new_line:
            self.skip_balanced()

    def _skip_rest_of_import(self) -> None:
        while self.take("."):
            self.advance()
        if self.text == "<":
            self.skip_type_arguments()

    def skip_type_arguments(self) -> None:
        """Skip `<...>`."""
        self.expect("<")
        while not self.text.startswith(">"):
            while self.text in {"const", "in", "out"}:
                self.advance()
            self.skip_type()
            if self.take("="):
                self.skip_type()
            if not self.take(","):
                break
        if not self.text.startswith(">"):
            raise UnreadableError(f"at {self.at}")
        self.go_back(self.at + 1)  # of `>>`, one sign is ours

    def skip_heritage(self) -> None:
        """Skip the types that an interface or a class is made of."""
        self.skip_operand()
        while self.take(","):
            self.skip_operand()

    def skip_balanced(self) -> None:
        """Skip brackets, and what is between them."""
        end = _PAIRS[self.text]
        self.advance()
        while self.text != end:
            if self.text in _PAIRS and self.kind == "punctuation":
                self.skip_balanced()
            else:
                self.advance()
        self.advance()

    def expect_here(self, text: str) -> int:
        """Return where the token is, which must be *text*."""
        if self.text != text:
            raise UnreadableError(f"at {self.at}")
        return self.at
