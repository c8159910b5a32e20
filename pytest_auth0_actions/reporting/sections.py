"""Puts into a test's pytest report what its testbed knows.

Nothing here imports pytest. A report goes from process to process under pytest-xdist; what is put
into it is text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from pytest_auth0_actions.auth0.namespaces.cache import CacheRules
from pytest_auth0_actions.reporting.reasons import Reasons
from pytest_auth0_actions.reporting.timeline import coloured, render_timeline

if TYPE_CHECKING:
    from pytest_auth0_actions.world.testbed import Testbed

TIMELINE: Final = "Auth0 timeline"
_MODULE: Final = re.compile(r"^(\w+\.)+(?=\w+(:|$))")
_COLOURS: Final = re.compile(r"\x1b\[[\d;]*m")  # that pytest has put in
_TEXT_CHARACTERS: Final = 1_000  # of one text in the HTML report


def add_timeline(report: Any, testbed: Testbed, *, width: int, full: bool) -> None:
    """Add the timeline to the report of a failure.

    Args:
        report: pytest's, of one phase of a test.
        testbed: the test's.
        width: the columns of the terminal.
        full: whether the timeline has all events.
    """
    journal = testbed.journal
    if not testbed.ended:
        journal.look()
    if not journal.entries:
        return
    phase = "test" if report.when == "call" else report.when
    message = _first_line(testbed.mask(message_of(report)))
    lines = render_timeline(
        journal.entries,
        start_ms=journal.start_ms,
        width=width,
        failure=(journal.last_ms, f"the {phase} failed: {message}"),
        rules=testbed.rules,
        mask=testbed.mask,
        full=full,
    )
    report.sections.append((TIMELINE, "\n".join(lines)))


def add_facts(report: Any, testbed: Testbed, *, with_events: bool) -> None:
    """Add to the last report of a test what ran it; with its journal, if that is asked for."""
    report.auth0_node = testbed.node
    report.auth0_rules = _rules_name(testbed.rules)
    if with_events:
        events = [_shortened(event) for event in _events(testbed)]
        start_ms = testbed.journal.start_ms
        report.auth0_journal = json.dumps({"start_ms": start_ms, "events": events})


def message_of(report: Any) -> str:
    """Return what a report says of a failure or a skip, without the traceback."""
    shown = report.longrepr
    crash = getattr(shown, "reprcrash", None)
    if crash is not None:
        return _COLOURS.sub("", str(crash.message))
    return _COLOURS.sub("", str(shown[2] if isinstance(shown, tuple) else shown or ""))


def versions_of(reports: Iterable[Any]) -> dict[str, str]:
    """Return which Node.js, and which rules of the cache, the tests of *reports* had."""
    known: dict[str, dict[str, None]] = {"Node.js": {}, "cache rules": {}}
    for report in reports:
        for name, value in (("Node.js", report.auth0_node), ("cache rules", report.auth0_rules)):
            if value is not None:
                known[name][value] = None
    return {name: ", ".join(values) for name, values in known.items() if values}


def colour(reports: Iterable[Any], markup: Callable[..., str]) -> None:
    """Colour the timelines in *reports*; *markup* is that of pytest's terminal writer."""
    for report in reports:
        sections = getattr(report, "sections", [])  # a warning, say, has none
        for index, (title, text) in enumerate(sections):
            if title == TIMELINE:
                sections[index] = (title, coloured(text, markup))


def _events(testbed: Testbed) -> Iterator[dict[str, Any]]:
    """Yield the journal as JSON has it, with the reasons that the timeline tells."""
    journal = testbed.journal
    reasons = Reasons(journal.start_ms, testbed.rules, testbed.mask)
    for entry, event in zip(journal.entries, journal.as_dicts(testbed.mask), strict=True):
        if entry.kind == "call":
            event["result"] = reasons.of_call(entry.details["call"])
        elif entry.kind == "evict":
            reasons.of_eviction(entry)
        yield event


def _first_line(message: str) -> str:
    r"""Return the first line of a failure, with an exception's name and not its module's.

    >>> _first_line("pytest_auth0_actions.errors.UsageError: No.\nGiven: 5.")
    'UsageError: No.'
    """
    return _MODULE.sub("", message.split("\n", 1)[0])


def _rules_name(rules: CacheRules | None) -> str | None:
    if rules is None:
        return None
    if rules == CacheRules.documented():
        return "documented"
    return "runtime" if rules == CacheRules.runtime() else "the test's own"


def _shortened(event: dict[str, Any]) -> dict[str, Any]:
    """Return an event without the most of a long text; secrets are masked in it already."""
    return {
        name: f"{value[:_TEXT_CHARACTERS]}…"
        if isinstance(value, str) and len(value) > _TEXT_CHARACTERS
        else value
        for name, value in event.items()
    }
