"""Tells what happened in a failed test: a line for each event, in the order of the journal."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pytest_auth0_actions.errors import printable
from pytest_auth0_actions.reporting.changes import changes
from pytest_auth0_actions.reporting.columns import columns, cut, cut_counted, wrap
from pytest_auth0_actions.reporting.durations import duration, instant, offset
from pytest_auth0_actions.reporting.explanations import in_words
from pytest_auth0_actions.world.journal import Entry
from pytest_auth0_actions.world.masking import Mask

_HEAD_EVENTS: Final = 8
_TAIL_EVENTS: Final = 32
_OPTIONS: Final = 60  # columns; they tell the lifetime, and are not cut
_TEXT_LINES: Final = 3
_SHORTEST_PART: Final = 16  # of a call that is cut to have its result on the same line
_INDENT: Final = "  "
_RUN: Final = "run "
_FLOW: Final = "flow: "
_LOG: Final = "log: "
_NO_MASK: Final = Mask()

# From the match to the end of its text, which may go on in lines that are more indented.
_COLORED: Final = re.compile(
    r"(?P<red>-> (?:refused|threw|failed)\b|\bthe \w+ failed(?: at .+:\d+)?: )"
    r"|(?P<yellow>-> miss\b|\bwarning(?: at .+:\d+)?: )"
    r"|(?P<green>-> (?:hit|lives)\b)"
)


@dataclass(slots=True)
class _Row:
    """One event; only its `parts` may be cut: what was passed, asked for or logged."""

    at_ms: int
    what: str
    parts: tuple[str, ...] = ()
    closing: str = ""
    result: str = ""
    depth: int = 0
    most_lines: int = 1


def render_timeline(
    entries: Sequence[Entry],
    *,
    start_ms: int,
    width: int = 80,
    failure: tuple[int, str] | None = None,
    mask: Mask = _NO_MASK,
    full: bool = False,
    shown_path: Callable[[str], str] = str,
) -> list[str]:
    """Return the lines that tell *entries*, under their times.

    Args:
        entries: a journal's.
        start_ms: where the test's clock started; times count from there.
        width: the columns of the terminal, to which a line is cut.
        failure: when it all ended, and how.
        mask: hides secrets.
        full: whether to show all and cut nothing, and not only how it began and what led to the
            failure.
        shown_path: returns how a path is shown.

    >>> from pytest_auth0_actions.values import ApiCall
    >>> call = ApiCall("cache.get", ("token",), None, 0)
    >>> entry = Entry("call", 0, {"call": call, "by": "test", "explanation": ("miss: never set",)})
    >>> for line in render_timeline([entry], start_ms=0):
    ...     print(line)
    +0s  1970-01-01T00:00:00Z
      test: cache.get('token') -> miss: never set
    """
    if full:
        width = sys.maxsize
    rows = list(_rows(entries, start_ms, mask, shown_path, full=full))
    if failure is not None:
        rows.append(_Row(failure[0], printable(mask(failure[1])), most_lines=_TEXT_LINES))
    lines: list[str] = []
    now_ms = None
    shown = rows if full else _around_the_end(rows)
    widest = max((len(offset(row.at_ms - start_ms)) for row in shown), default=0)
    for row in shown:
        if row.at_ms != now_ms:
            now_ms = row.at_ms
            lines.append(f"{offset(now_ms - start_ms):{widest}}  {instant(now_ms)}")
        lines += _fitted(row, width)
    return [cut(line, width) for line in lines]


def colored(timeline: str, markup: Callable[..., str]) -> str:
    """Return a timeline in colors; *markup* is that of pytest's terminal writer.

    >>> colored("+0s  cache.get('k') -> hit: 'v'", lambda text, **how: f"[{text}]{[*how]}")
    "+0s  cache.get('k') [-> hit: 'v']['green']"
    """
    lines = []
    color, indent = None, 0
    for line in timeline.split("\n"):
        start = len(line) - len(line.lstrip(" "))
        if color is None or start <= indent:
            found = _COLORED.search(line)
            color, indent = found.lastgroup if found else None, start
            start = found.start() if found else start
        lines.append(line[:start] + markup(line[start:], **{color: True}) if color else line)
    return "\n".join(lines)


def _rows(
    entries: Sequence[Entry],
    start_ms: int,
    mask: Mask,
    shown_path: Callable[[str], str],
    *,
    full: bool,
) -> Iterator[_Row]:
    """Yield a row for each entry; a run in which nothing happened has one with its end."""
    starts_ms: list[int] = []  # of the runs and flows that are open
    end: Entry | None = None
    for entry, after in zip(entries, [*entries, None][1:], strict=True):
        if entry is end:
            continue
        if entry.kind == "state":
            yield from _changes(entry, len(starts_ms), mask)
            continue
        if entry.kind == "log":
            yield from _logged(entry, len(starts_ms), mask, full=full)
            continue
        row = _row(entry, start_ms, mask, shown_path)
        if entry.kind == "run" and starts_ms:
            row.closing = ""  # its flow has it
        if entry.kind == "flow_end":
            starts_ms.pop()
        if entry.kind == "end":
            row.result = _outcome(entry, starts_ms.pop(), mask)
        row.depth = len(starts_ms)
        if entry.kind == "flow":
            starts_ms.append(entry.at_ms)
        if entry.kind == "run":
            end = after if after is not None and after.kind == "end" else None
            if end is None:
                starts_ms.append(entry.at_ms)
            else:
                row.result = _outcome(end, entry.at_ms, mask)
        yield row


def _row(entry: Entry, start_ms: int, mask: Mask, shown_path: Callable[[str], str]) -> _Row:
    """Return the row of one entry."""
    details, at_ms = entry.details, entry.at_ms

    def shown(text: str) -> str:
        return printable(mask.from_action(text))

    def called_at() -> str:
        if "called_at" not in details:
            return ""
        file, line = details["called_at"]
        return printable(mask(f" ({shown_path(file)}:{line})"))

    if entry.kind == "call":
        call = details["call"]
        who = "test: " if details["by"] == "test" else ""
        args, closing = [shown(repr(arg)) for arg in call.args], ")"
        if len(args) > 1 and isinstance(call.args[-1], Mapping) and len(args[-1]) <= _OPTIONS:
            closing = f", {args.pop()})"
        result = in_words(details["explanation"], start_ms, mask)
        return _Row(at_ms, f"{who}{call.path}(", tuple(args), closing, result)
    if entry.kind == "clock":
        moved_ms = details["to_ms"] - at_ms
        if details["by"] == "timer":
            return _Row(at_ms, f"waited {duration(moved_ms)}")
        back = "back " if moved_ms < 0 else ""
        return _Row(at_ms, f"clock moved {back}by {duration(abs(moved_ms))}")
    if entry.kind == "http":
        after_ms = math.floor(details["end_ms"]) - at_ms
        after = f" after {duration(after_ms)}" if after_ms else ""
        return _Row(
            at_ms, f"{details['method']} ", (shown(details["url"]),), "", _answer(entry) + after
        )
    if entry.kind == "evict":
        how = in_words(details["explanation"], start_ms, mask)
        return _Row(at_ms, "evicted ", (shown(repr(details["key"])),), how)
    if entry.kind == "run":
        return _Row(at_ms, _RUN, (printable(mask(details["action"])),), called_at())
    if entry.kind == "end":
        return _Row(at_ms, "end of run")
    if entry.kind == "flow":
        value = details["value"]
        parts = () if value is None else (shown(repr(value)),)
        return _Row(at_ms, f"{_FLOW}{printable(mask(details['title']))}", parts, called_at())
    if entry.kind == "flow_end":
        return _Row(at_ms, "flow -> ", (shown(details["outcome"]),))
    file, line = details["place"]
    text = f"warning at {shown_path(file)}:{line}: {details['text']}"
    return _Row(at_ms, printable(mask(text)), most_lines=_TEXT_LINES)


def _logged(entry: Entry, depth: int, mask: Mask, *, full: bool) -> Iterator[_Row]:
    """Yield a row for what was logged, or one for each of its lines."""
    first, *others = mask.from_action(entry.details["text"]).splitlines() or [""]
    lines = "line" if len(others) == 1 else "lines"
    more = f" (and {len(others)} more {lines})" if others and not full else ""
    yield _Row(entry.at_ms, _LOG, (printable(first),), more, depth=depth)
    for other in others if full else ():
        yield _Row(entry.at_ms, " " * len(_LOG), (printable(other),), depth=depth)


def _changes(entry: Entry, depth: int, mask: Mask) -> Iterator[_Row]:
    """Yield a row for each part of its flow's outcome that an Action has changed."""
    for change in changes(entry.details["before"], entry.details["after"]):
        path, after, was = (printable(mask.from_action(each or "")) for each in change)
        closing = f" (was {was})" if was else ""
        yield _Row(entry.at_ms, f"{path} = ", (after or "nothing",), closing, depth=depth + 1)


def _outcome(end: Entry, started_at_ms: int, mask: Mask) -> str:
    outcome = printable(mask(end.details["outcome"]))
    took_ms = end.at_ms - started_at_ms
    after = f" after {duration(took_ms)}" if took_ms else ""
    return f"done{after}" if outcome == "done" else f"failed{after}: {outcome}"


def _answer(entry: Entry) -> str:
    status, error = entry.details["status"], entry.details["error"]
    if status is None:
        return f"failed: {error or 'no answer'}"
    if entry.details.get("unset"):
        return f"{status} (its route has no .respond())"
    return f"{status}, {error}" if error else str(status)


def _around_the_end(rows: list[_Row]) -> list[_Row]:
    """Return the first rows and the last, these with the start of their run."""
    if len(rows) <= _HEAD_EVENTS + _TAIL_EVENTS + 1:
        return rows
    head, tail = rows[:_HEAD_EVENTS], rows[-_TAIL_EVENTS:]
    middle = rows[_HEAD_EVENTS:-_TAIL_EVENTS]
    opening = _open_before(middle, tail[0].depth)
    left_out = f"... {len(middle) - len(opening)} events left out; -vv shows all ..."
    gap = [_Row(head[-1].at_ms, left_out, depth=-1)]
    if opening:
        opening.append(_Row(opening[-1].at_ms, "...", depth=opening[-1].depth + 1))
    return head + gap + opening + tail


def _open_before(rows: list[_Row], depth: int) -> list[_Row]:
    """Return those of the rows in which one that comes after them at a *depth* lies."""
    opening: list[_Row] = []
    for row in reversed(rows):
        if row.depth < depth and (row.what == _RUN or row.what.startswith(_FLOW)):
            opening.insert(0, row)
            depth = row.depth
    return opening


def _fitted(row: _Row, width: int) -> list[str]:
    """Return a row as one line, its parts cut if need be; or with the result on others."""
    indent = _INDENT * (row.depth + 1)
    room = width - len(indent)
    if row.most_lines > 1:
        return _wrapped(row.what, indent, width, row.most_lines)
    result = f" -> {row.result}" if row.result else ""
    longest = _longest_part(row, room - columns(result))
    if longest is None or longest >= _SHORTEST_PART or not result:
        return [indent + _text(row, longest) + result]
    text = _text(row, _longest_part(row, room))
    return [indent + text, *_wrapped(f"-> {row.result}", indent + _INDENT, width, _TEXT_LINES)]


def _wrapped(text: str, indent: str, width: int, most_lines: int) -> list[str]:
    """Return lines of which the first is less indented; `colored` knows them by that."""
    if columns(text) <= width - len(indent):
        return [indent + text]
    first, *others = wrap(text, width - len(indent + _INDENT), most_lines)
    return [indent + first, *(indent + _INDENT + line for line in others)]


def _text(row: _Row, longest_part: int | None) -> str:
    parts = row.parts
    if longest_part is not None:
        parts = tuple(cut_counted(part, max(longest_part, 1)) for part in parts)
    return f"{row.what}{', '.join(parts)}{row.closing}"


def _longest_part(row: _Row, room: int) -> int | None:
    """Return to how many columns parts must be cut for the row to fit; None if they need not."""
    room -= columns(row.what) + columns(row.closing) + 2 * max(0, len(row.parts) - 1)
    widths = sorted(map(columns, row.parts))
    for index, width in enumerate(widths):
        fair = room // (len(widths) - index)
        if width > fair:
            return fair
        room -= width
    return None if room >= 0 else 0
