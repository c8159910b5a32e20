"""Reads the declarations that only TypeScript has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_auth0_actions.project.javascript.classes import Classes
from pytest_auth0_actions.project.javascript.parts import Way


class Declarations(Classes):
    """Reads expressions, and declarations of types."""

    if TYPE_CHECKING:  # these are read by what derives from this

        def _begin(self, start: int) -> None:
            """Note down a statement, and read its first word."""

        def _end(self) -> None:
            """Read the end of a statement."""

        def _block(self) -> None:
            """Read a block."""

        def _class(self, start: int) -> None:
            """Read a class that is declared."""

    def skip_to_end(self) -> None:
        """Skip the rest of an import or of an export of names."""
        while self.kind != "end" and not self.take(";"):
            if self.is_on_new_line and self.kind == "name" and self.text not in {"from", "with"}:
                return
            if self.text == "{":
                self.skip_balanced()
            else:
                self.advance()

    def is_declaration_of_types(self) -> bool:
        """Read what only TypeScript declares; return whether there was any."""
        if not self.typescript:
            return False
        word = self.text
        if word == "abstract" and self.next_is("class"):
            self.advance()
            self._class(self.at)
        elif word == "enum" and self._is_modifier():
            self.enum(self.at)
        elif word == "declare" and self._is_modifier():
            known = len(self.parts.statements), len(self.parts.branches)
            self.advance()
            self._skip_to_brace_or_end()
            del self.parts.statements[known[0] :], self.parts.branches[known[1] :]
        elif word == "interface" and self._is_modifier():
            self.advance()
            self.skip_operand()
            if self.take("extends"):
                self.skip_heritage()
            self.skip_balanced()
        elif word == "type" and self._is_modifier():
            self._type()
        elif word in {"namespace", "module"} and self._is_modifier():
            self.advance()
            while self.text != "{":
                self.advance()
            self._block()
        else:
            return False
        return True

    def _type(self) -> None:
        self.advance()
        if self.text in {"{", "*"}:  # of names that are exported
            self.skip_to_end()
            return
        self.advance()
        if self.text == "<":
            self.skip_type_arguments()
        self.expect("=")
        self.skip_type()
        self._end()

    def _skip_to_brace_or_end(self) -> None:
        self.advance()
        while self.kind != "end" and not self.take(";"):
            if self.text == "{":
                self.skip_balanced()
                return
            self.advance()
            if self.is_on_new_line and self.text not in {"{", "extends"}:
                return

    def enum(self, start: int) -> list[Way]:
        """Read an enumeration, which is code that runs."""
        self._begin(start)
        while self.text != "{":
            self.advance()
        self.skip_balanced()
        return []
