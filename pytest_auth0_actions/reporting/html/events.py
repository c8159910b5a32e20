"""Turns a journal into what the HTML page draws: plain dicts, as JSON has them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from pytest_auth0_actions.auth0.explanation import Trace
from pytest_auth0_actions.reporting.changes import changes
from pytest_auth0_actions.reporting.explanations import in_words
from pytest_auth0_actions.world.journal import Entry
from pytest_auth0_actions.world.masking import Mask

_TEXT_CHARACTERS: Final = 1_000  # of one text
_FROM_ACTION: Final = frozenset({"args", "key", "url"})
_NO_TRACE: Final = Trace(None)


def page_events(
    entries: Sequence[Entry], start_ms: int, last_ms: int, mask: Mask
) -> list[dict[str, Any]]:
    """Return the events of one test, without secrets; see `page.Event` for their fields.

    Args:
        entries: a journal's.
        start_ms: where the test's clock started, in milliseconds since the epoch.
        last_ms: where it was at last: the end of a run that had none.
        mask: hides secrets.
    """
    events: list[dict[str, Any]] = []
    running: list[dict[str, Any]] = []
    flowing: list[tuple[int, dict[str, Any]]] = []  # how many events were before it
    for entry in entries:
        details = entry.details
        event = {"kind": entry.kind, "at_ms": entry.at_ms}
        if entry.kind == "state":
            changed = changes(details["before"], details["after"])
            last = next(each for each in reversed(events) if each["kind"] == "run")
            last["changed"] = _shortened(mask.from_action("; ".join(map(str, changed))))
            continue
        if entry.kind == "flow_end":
            before, ended = flowing.pop()
            outcome = _shortened(mask.from_action(details["outcome"]))
            inside = len(events) - before - 1
            ended |= {"end_ms": entry.at_ms, "outcome": outcome, "inside": inside}
            continue
        if entry.kind == "end":
            ended = running.pop()
            outcome = _shortened(mask(details["outcome"]))
            ended |= {"end_ms": entry.at_ms, "outcome": outcome}
            continue
        if entry.kind == "run":
            event |= {
                "action": details["action"],
                "end_ms": last_ms,
                "outcome": "interrupted",
                "changed": "",
            }
            running.append(event)
        elif entry.kind == "flow":
            value = details["value"]
            shown = "" if value is None else mask.from_action(repr(value))
            event |= {
                "title": details["title"] + shown,
                "end_ms": last_ms,
                "outcome": "interrupted",
                "inside": 0,
            }
            flowing.append((len(events), event))
        elif entry.kind == "call":
            event |= _call(details, start_ms, mask)
        elif entry.kind == "evict":
            event |= {"key": details["key"], "why": details["why"]}
        else:
            event |= details
        for name, value in event.items():
            if isinstance(value, str):
                is_from_action = name in _FROM_ACTION or entry.kind == "log"
                hide = mask.from_action if is_from_action else mask
                event[name] = _shortened(hide(value))
        events.append(event)
    return events


def _call(details: dict[str, Any], start_ms: int, mask: Mask) -> dict[str, Any]:
    call, trace = details["call"], details["trace"] or _NO_TRACE
    return {
        "path": call.path,
        "args": ", ".join(map(repr, call.args)),
        "result": in_words(details["explanation"], start_ms, mask),
        "ok": details["ok"],
        "key": trace.lane,
        "expires_at": trace.ends_at_ms,
        "hit": trace.hit,
        "by": details["by"],
    }


def _shortened(text: str) -> str:
    return f"{text[:_TEXT_CHARACTERS]}…" if len(text) > _TEXT_CHARACTERS else text
