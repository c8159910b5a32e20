"""Finds what an Action has changed in its event, and the line of its source that did."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeAlias

from pytest_auth0_actions.project.guards import lines_of_code
from pytest_auth0_actions.values import UNDEFINED

Names: TypeAlias = "tuple[str, ...]"

_ASSIGNED: Final = r"(?:=(?![=>])|(?:[-+*/%&|^]|\*\*|<<|>>>?|&&|\|\||\?\?)=|\+\+|--)"
_MUTATED: Final = r"(?:copyWithin|fill|pop|push|reverse|shift|sort|splice|unshift)\("


def changed_paths(before: Any, after: Any, path: Names = ("event",)) -> Iterator[Names]:
    """Yield where two JSON values differ: the names from the event down, as far as both go.

    A list may be in another order, and what is empty where nothing was.

    >>> list(changed_paths({"user": {"name": "Ada"}}, {"user": {"name": "Bob"}, "seen": True}))
    [('event', 'user', 'name'), ('event', 'seen')]
    """
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in dict.fromkeys([*before, *after]):
            was, now = before.get(name, UNDEFINED), after.get(name, UNDEFINED)
            yield from changed_paths(was, now, (*path, name))
    elif (
        (before != after or isinstance(before, bool) is not isinstance(after, bool))
        and not _is_reordered(before, after)
        and not _is_filled_in(before, after)
    ):
        yield path


def _is_reordered(before: Any, after: Any) -> bool:
    """Return whether one list is another one in another order, as `sort()` leaves it."""
    if not isinstance(before, list) or not isinstance(after, list) or len(before) != len(after):
        return False
    rest = list(before)
    for each in after:
        if each not in rest:
            return False
        rest.remove(each)
    return True


def _is_filled_in(before: Any, after: Any) -> bool:
    """Return whether something empty was put where nothing was, as in `metadata ||= {}`."""
    return (before is None or before is UNDEFINED) and after in ({}, [])


def shown_path(path: Names) -> str:
    """Return a path as JavaScript writes it.

    >>> shown_path(("event", "user", "app_metadata", "last-login"))
    "event.user.app_metadata['last-login']"
    """
    first, *names = path
    return first + "".join(
        f".{name}" if re.fullmatch(r"[A-Za-z_$][\w$]*", name) else f"[{name!r}]" for name in names
    )


def line_of_change(path: Names, files: Sequence[str]) -> tuple[str, int] | None:
    """Return the file and the line, among *files*, that seem to change what is at *path*.

    None if no line does: the change may be made by a package, say.
    """
    sources = [(file, code_lines(file)) for file in files]
    for pattern in _patterns(path):
        for file, lines in sources:
            for number, line in enumerate(lines, 1):
                if pattern.search(line):
                    return file, number
    return None


def line_of_handler(handler: str, file: str) -> tuple[str, int]:
    """Return where in *file* a handler is exported; its first line, if that can't be seen."""
    for number, line in enumerate(code_lines(file), 1):
        if re.search(rf"\b{handler}\b", line):
            return file, number
    return file, 1


def code_lines(file: str) -> list[str]:
    """Return the lines of a file, without comments; none if it can't be read."""
    try:
        source = Path(file).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return lines_of_code(source)


def _patterns(path: Names) -> Iterator[re.Pattern[str]]:
    """Yield what a line that changes *path* looks like, from the surest to the least sure."""
    # Either the value itself is changed, or what it lies in, which may be replaced as a whole; by
    # a path from the event, or from a variable for a part of it.
    for end in range(len(path), 1, -1):
        for start in range(end):
            place = _chain(path[start:end])
            yield re.compile(
                rf"{place}\s*{_ASSIGNED}|(?:\bdelete\s+|\+\+|--)[\w$.?]*{place}\s*(?:[;,)]|$)"
                rf"|{place}\??\.{_MUTATED}"
            )
        yield re.compile(rf"\b(?:assign|defineProperty|set)\(\s*{_chain(path[: end - 1])}\s*,")


def _chain(names: Names) -> str:
    """Return a pattern for names that are read one from the other; for one, from anything."""
    first, *others = names
    start = rf"(?:\b{re.escape(first)}\b)" if others or first == "event" else _access(first)
    return start + "".join(rf"\??{_access(name)}" for name in others)


def _access(name: str) -> str:
    return rf"(?:\.{re.escape(name)}\b|\.?\[\s*['\"`]{re.escape(name)}['\"`]\s*\])"
