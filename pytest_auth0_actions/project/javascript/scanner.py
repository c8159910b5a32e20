"""Takes JavaScript apart into tokens, one at a time."""

from __future__ import annotations

import re
from typing import Final

_TRIVIA: Final = re.compile(r"(?:\s+|//[^\n\r]*|/\*.*?\*/)*", re.DOTALL)
_HASHBANG: Final = re.compile(r"#![^\n]*")
_TOKEN: Final = re.compile(
    r"""
    (?P<name>[A-Za-z_$#\\\u0080-\U0010ffff][\w$\\\u0080-\U0010ffff]*)
    |(?P<number>0[xXbBoO][\da-fA-F_]+n?|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?n?)
    |(?P<string>'(?:\\(?:\r\n|.)|[^'\\\n])*'|"(?:\\(?:\r\n|.)|[^"\\\n])*")
    |(?P<punctuation>>>>=|\.\.\.|===|!==|\*\*=|<<=|>>=|>>>|&&=|\|\|=|\?\?=
        |=>|==|!=|<=|>=|&&|\|\||\?\?|\?\.(?!\d)|\+\+|--|\+=|-=|\*=|/=|%=|&=|\|=|\^=|<<|>>|\*\*
        |[{}()\[\];,<>+\-*/%&|^!~?:=.@`])
    """,
    re.VERBOSE | re.DOTALL,
)
_REGEX: Final = re.compile(r"/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\[\n])+/\w*")
_TEMPLATE: Final = re.compile(r"(?:\\.|\$(?!\{)|[^`\\$])*(?P<end>`|\$\{)", re.DOTALL)


class UnreadableError(Exception):
    """The source is not understood."""


class Scanner:
    """A place in the source, and the token that is there.

    Attributes:
        at: where the token starts.
        text: the token; empty at the end of the source.
        kind: `name`, `number`, `string`, `punctuation`, or `end`.
        is_on_new_line: whether a line ends between the token before and this one.
        last_end: where the token before ended.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        hashbang = _HASHBANG.match(source)
        self.last_end = hashbang.end() if hashbang else 0
        self.reset(self.last_end)

    def reset(self, at: int) -> None:
        """Read the first token at or after *at*."""
        trivia = _TRIVIA.match(self.source, at)
        assert trivia is not None  # it may be empty
        self.at = trivia.end()
        self.is_on_new_line = "\n" in trivia[0] or "\r" in trivia[0]
        found = _TOKEN.match(self.source, self.at)
        if found is not None:
            self.kind = str(found.lastgroup)
            self.text = found[0]
        elif self.at == len(self.source):
            self.kind, self.text = "end", ""
        else:
            raise UnreadableError(f"at {self.at}")

    def advance(self) -> None:
        """Go to the next token."""
        if self.kind == "end":
            raise UnreadableError(f"at {self.at}")
        self._go_to(self.at + len(self.text))

    def skip_regex(self) -> None:
        """Go behind the regular expression that starts here."""
        self._skip(_REGEX.match(self.source, self.at))

    def skip_template_part(self, at: int) -> bool:
        """Go behind the text of a template from *at*, and return whether an expression is next."""
        found = _TEMPLATE.match(self.source, at)
        self._skip(found)
        return found is not None and found["end"] != "`"

    def _skip(self, found: re.Match[str] | None) -> None:
        if found is None:
            raise UnreadableError(f"at {self.at}")
        self._go_to(found.end())

    def _go_to(self, end: int) -> None:
        self.last_end = end
        self.reset(end)

    def next_is(self, *texts: str, on_same_line: bool = False) -> bool:
        """Return whether the token after this one is one of *texts*."""
        last_end = self.last_end
        self.advance()
        found = self.text in texts and not (on_same_line and self.is_on_new_line)
        self.go_back(last_end)
        return found

    def go_back(self, last_end: int) -> None:
        """Go back to the token before which another one ended at *last_end*."""
        self._go_to(last_end)

    def take(self, text: str) -> bool:
        """Go on if the token is *text*, and return whether it is."""
        if self.text != text or self.kind == "string":
            return False
        self.advance()
        return True

    def expect(self, text: str) -> int:
        """Go on, for the token must be *text*; return where that is."""
        at = self.at
        if not self.take(text):
            raise UnreadableError(f"at {self.at}")
        return at
