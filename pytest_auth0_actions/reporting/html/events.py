"""Turns a journal into what the HTML page draws: plain dicts, as JSON has them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from pytest_auth0_actions.auth0.explanation import Trace
from pytest_auth0_actions.reporting.changes import changes
from pytest_auth0_actions.reporting.columns import shortened
from pytest_auth0_actions.reporting.explanations import in_words
from pytest_auth0_actions.reporting.html.readable import (
    cut_text,
    has_parts,
    readable,
    readable_body,
    readable_headers,
)
from pytest_auth0_actions.values import HttpRequest
from pytest_auth0_actions.world.journal import Entry
from pytest_auth0_actions.world.masking import Mask

_TEXT_CHARACTERS: Final = 1_000  # of one text on a line
_FROM_ACTION: Final = frozenset({"args", "key", "url"})
_MASKED: Final = frozenset(
    {"passed", "gave", "headers", "body", "response_headers", "response_body"}
)
_NO_TRACE: Final = Trace(None)


def page_events(
    entries: Sequence[Entry],
    start_ms: int,
    last_ms: int,
    mask: Mask,
    shown_path: Callable[[str], str] = str,
) -> list[dict[str, Any]]:
    """Return the events of one test, without secrets; see `page.Event` for their fields.

    Args:
        entries: a journal's.
        start_ms: where the test's clock started, in milliseconds since the epoch.
        last_ms: where it was at last: the end of a run that had none.
        mask: hides secrets.
        shown_path: returns how a path is shown.
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
                "place": _place(details, shown_path),
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
            event["place"] = _place(details, shown_path)
        elif entry.kind == "evict":
            event |= {"key": details["key"], "why": details["why"]}
        elif entry.kind == "http":
            event |= {name: details[name] for name in ("method", "url", "status", "end_ms")}
            event |= {"error": details["error"], "place": _place(details, shown_path)}
            event |= _exchange(details["request"], mask)
        elif entry.kind == "clock":
            event |= details
        else:
            event |= {"text": details["text"], "place": _place(details, shown_path)}
        for name, value in event.items():
            if isinstance(value, str) and name not in _MASKED:
                is_from_action = name in _FROM_ACTION or (entry.kind, name) == ("log", "text")
                hide = mask.from_action if is_from_action else mask
                event[name] = _shortened(hide(value))
        events.append(event)
    return events


def _call(details: dict[str, Any], start_ms: int, mask: Mask) -> dict[str, Any]:
    call, trace = details["call"], details["trace"] or _NO_TRACE
    hide = mask.from_action
    passed = [cut_text(readable(each, hide)) for each in call.args]
    return {
        "path": call.path,
        "args": ", ".join(map(repr, call.args)),
        "result": in_words(details["explanation"], start_ms, mask),
        "ok": details["ok"],
        "key": trace.lane,
        "expires_at": trace.ends_at_ms,
        "hit": trace.hit,
        "by": details["by"],
        # What the line above says in full already needs no more words.
        "passed": "\n".join(passed) if any(map(has_parts, call.args)) else None,
        "gave": cut_text(readable(call.result, hide)) if has_parts(call.result) else None,
    }


def _exchange(request: HttpRequest, mask: Mask) -> dict[str, str | None]:
    """Return what was sent and what came back: headers and bodies; None for what is empty."""
    hide = mask.from_action
    sent = readable_body(request.text, request.content, hide)
    came = readable_body(request.response_text, request.response_content, hide)
    return {
        "headers": readable_headers(request.headers, hide) or None,
        "body": sent or None,
        "response_headers": readable_headers(request.response_headers, hide) or None,
        "response_body": came or None,
    }


def _place(details: dict[str, Any], shown_path: Callable[[str], str]) -> str | None:
    place = details.get("place")
    return None if place is None else f"{shown_path(place[0])}:{place[1]}"


def _shortened(text: str) -> str:
    return shortened(text, _TEXT_CHARACTERS)
