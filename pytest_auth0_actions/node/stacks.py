"""Reads the errors and stacks of JavaScript, and lays them out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

_FIRST_FRAME = re.compile(r"^ +at .*(?:\n +at .*)*\Z", re.MULTILINE)
_NODES_OWN_FRAME = re.compile(r"\s+at .*\(?node:[a-z_/]+:\d+:\d+\)?$")


def named(error: Mapping[str, Any]) -> str:
    """Return an error as JavaScript would print it on one line: its name and message."""
    return f"{error['name']}: {error['message']}" if error["name"] else str(error["message"])


def users_frames(stack: str) -> str:
    """Return a JavaScript stack without the frames of Node.js's insides."""
    return "\n".join(line for line in stack.splitlines() if not _NODES_OWN_FRAME.match(line))


def message_and_frames(stack: str) -> tuple[str, str]:
    """Return what an error said, and the lines of its stack, which name files and functions."""
    frames = _FIRST_FRAME.search(stack)
    start = frames.start() if frames else len(stack)
    return stack[:start], stack[start:]


def source_of(path: str) -> str:
    """Return a file of the user's own; nothing for one of a package, or that can't be read."""
    if "/node_modules/" in path:
        return ""
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def indented(lines: Iterable[str]) -> str:
    """Return lines as a part of a message, each on a line of its own."""
    return "".join(f"\n    {line}" for line in lines)
