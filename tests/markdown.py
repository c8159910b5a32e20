"""Reads the code blocks of a page of documentation.

A page is one project. A block that begins with a comment such as ``# test_token.py`` or
``// actions/code.js`` is (a part of) that file; a Python block with ``>>>`` is a doctest; the
others are for people.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"(?:#|//) ([\w./-]+\.(?:py|js|ts|json|ini|yaml|tf|ambr))\n")


@dataclass(frozen=True)
class Block:
    """One fenced block."""

    language: str
    text: str

    @property
    def file(self) -> str | None:
        """The file that the block belongs to."""
        named = _FILE.match(self.text)
        return named[1] if named else None


def blocks(page: Path) -> list[Block]:
    """Return the fenced blocks of *page* that name a language."""
    return [Block(*found) for found in _FENCE.findall(page.read_text(encoding="utf-8"))]


def write_project(page_blocks: list[Block], folder: Path) -> None:
    """Write the files that the blocks make up; a file of several blocks is their sum."""
    for block in page_blocks:
        if block.file is not None:
            path = folder / block.file
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("a", encoding="utf-8") as file:
                text = block.text
                if block.file.endswith((".json", ".ambr")):  # which have no comments of that kind
                    text = text.partition("\n")[2]
                file.write(text + "\n\n")
