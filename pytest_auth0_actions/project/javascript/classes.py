"""Finds the functions and the branches in classes."""

from __future__ import annotations

from pytest_auth0_actions.project.javascript.expressions import MODIFIERS, Expressions


class Classes(Expressions):
    """Reads expressions, with classes among them."""

    def class_(self) -> None:
        """Read a class."""
        self.expect("class")
        self._closures += 1
        if self.kind == "name" and self.text not in {"extends", "implements"}:
            self.advance()
        if self.text == "<":
            self.skip_type_arguments()
        if self.take("extends"):
            self._operand()
            if self.text == "<":
                self.skip_type_arguments()
        if self.typescript and self.take("implements"):
            self.skip_heritage()
        self.expect("{")
        while not self.take("}"):
            if not self.take(";"):
                self._class_member()

    def _class_member(self) -> None:
        self.decorators()
        start = self.at
        if self.text == "static" and self.next_is("{"):
            self.advance()
            self.expect("{")
            self.statements()
            self.expect("}")
            return
        while self.text in MODIFIERS and self._is_modifier():
            self.advance()
        if self.typescript and self.text == "[" and self._is_index_signature():
            return
        name = self._key()
        if self.typescript and self.text in {"?", "!"}:
            self.advance()
        if self.text in {"(", "<"}:
            self.parameters_and_body(start, name)
            return
        if self.typescript:
            self._skip_annotation()
        if self.take("="):
            self._named = (name, self.at)
            self.assignment()

    def _is_index_signature(self) -> bool:
        last_end = self.last_end
        self.skip_balanced()
        if self.text == ":":
            self._skip_annotation()
            return True
        self.go_back(last_end)
        return False

    def decorators(self) -> None:
        """Read `@decorator`, of which there may be none."""
        while self.take("@"):
            self._primary(self.at)
            while self.text in {".", "("}:
                if self.text == "(":
                    self.parenthesised()
                else:
                    self.advance()
                    self.advance()
