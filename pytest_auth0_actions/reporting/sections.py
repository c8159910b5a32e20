"""Puts into a test's pytest report what its testbed knows.

Nothing here imports pytest. A report goes from process to process under pytest-xdist; what is put
into it is text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pytest_auth0_actions.auth0.namespace import members
from pytest_auth0_actions.auth0.namespaces.cache import CacheRules
from pytest_auth0_actions.reporting.hints import hint_of
from pytest_auth0_actions.reporting.html.events import page_events
from pytest_auth0_actions.reporting.html.sources import sources_of
from pytest_auth0_actions.reporting.paths import shown_path
from pytest_auth0_actions.reporting.timeline import colored, render_timeline

if TYPE_CHECKING:
    from pytest_auth0_actions.world.testbed import Testbed

HINT: Final = "Auth0 hint"
TIMELINE: Final = "Auth0 timeline"
_MODULE: Final = re.compile(r"^(\w+\.)+(?=\w+(:|$))")
# Where pytest places an error all of whose frames are hidden.
_OF_LIBRARIES: Final = re.compile(r"[\\/](?:(?:site|dist)-packages|pytest_auth0_actions)[\\/]")
_ALL_HIDDEN: Final = "All traceback entries are hidden."
_COLORS: Final = re.compile(r"\x1b\[[\d;]*m")  # that pytest has put in


def add_timeline(report: Any, testbed: Testbed, *, width: int, full: bool, start: Path) -> None:
    """Add the timeline to the report of a failure.

    Args:
        report: pytest's, of one phase of a test.
        testbed: the test's.
        width: the columns of the terminal.
        full: whether the timeline has all events.
        start: the folder where pytest was started.
    """
    journal = testbed.journal
    if not testbed.ended:
        journal.record_clock()
    if not journal.entries:
        return
    phase = "test" if report.when == "call" else report.when
    message = _first_line(testbed.mask(message_of(report)))
    shown = shown_path(start)
    crash = getattr(report.longrepr, "reprcrash", None)
    where = ""
    if crash is not None and not _OF_LIBRARIES.search(crash.path):
        where = f" at {shown(crash.path)}:{crash.lineno}"
    lines = render_timeline(
        journal.entries,
        start_ms=journal.start_ms,
        width=width,
        failure=(journal.last_ms, f"the {phase} failed{where}: {message}"),
        mask=testbed.mask,
        full=full,
        shown_path=shown,
    )
    report.sections.append((TIMELINE, "\n".join(lines)))


def add_hint(report: Any, error: BaseException, testbed: Testbed) -> None:
    """Add to the report of a failure what Python's own words leave out."""
    if not isinstance(error, AttributeError):
        return
    hint = hint_of(error, testbed.last_run, {*members(testbed.api_of(testbed.trigger))})
    if hint is not None:
        report.sections.append((HINT, testbed.mask.from_action(hint)))


def add_facts(report: Any, testbed: Testbed, *, with_events: bool, start: Path) -> None:
    """Add to the last report of a test what ran it; with its journal, if that is asked for.

    Args:
        report: pytest's.
        testbed: the test's.
        with_events: whether its journal is asked for.
        start: the folder where pytest was started.
    """
    report.auth0_node = testbed.node
    report.auth0_restarts = list(testbed.restarts)
    report.auth0_rules = _rules_name(testbed.rules)
    if with_events:
        journal, mask, shown = testbed.journal, testbed.mask, shown_path(start)
        start_ms = journal.start_ms
        events = page_events(journal.entries, start_ms, journal.last_ms, mask, shown)
        sources = sources_of(journal.entries, shown, mask)
        told = {"start_ms": start_ms, "events": events, "sources": sources}
        report.auth0_journal = json.dumps(told)


def place_at_test(report: Any, root: Path, start: Path) -> None:
    """Have an error in a fixture of ours shown at the test, where pytest has no line to show.

    Args:
        report: pytest's, of one phase of a test.
        root: the rootdir.
        start: the folder where pytest was started.
    """
    traceback: Any = getattr(report.longrepr, "reprtraceback", None)
    if (getattr(traceback, "extraline", None) or "").startswith(_ALL_HIDDEN):
        file, line, _ = report.location
        place = f"{shown_path(start)(str(root / file))}:{(line or 0) + 1}"
        traceback.extraline = f"{place}: a fixture of this test raised it"


def message_of(report: Any) -> str:
    """Return what a report says of a failure or a skip, without the traceback."""
    shown = report.longrepr
    crash = getattr(shown, "reprcrash", None)
    if crash is not None:
        return _COLORS.sub("", str(crash.message))
    return _COLORS.sub("", str(shown[2] if isinstance(shown, tuple) else shown or ""))


def versions_of(reports: Iterable[Any]) -> dict[str, str]:
    """Return which Node.js, and which rules of the cache, the tests of *reports* had."""
    known: dict[str, dict[str, None]] = {"Node.js": {}, "cache rules": {}}
    for report in reports:
        for name, value in (("Node.js", report.auth0_node), ("cache rules", report.auth0_rules)):
            if value is not None:
                known[name][value] = None
    return {name: ", ".join(values) for name, values in known.items() if values}


def restarts_of(reports: Iterable[Any]) -> str | None:
    """Return the line that says which tests cost a new process; None if none did.

    >>> from types import SimpleNamespace
    >>> restarts_of([SimpleNamespace(auth0_restarts=["test_a.py::test_x changed Array.at"])])
    '1 test needed a new Node.js: test_a.py::test_x changed Array.at'
    """
    restarts = [each for report in reports for each in report.auth0_restarts]
    if not restarts:
        return None
    tests = "1 test" if len(restarts) == 1 else f"{len(restarts)} tests"
    return f"{tests} needed a new Node.js: {', '.join(dict.fromkeys(restarts))}"


def color(reports: Iterable[Any], markup: Callable[..., str]) -> None:
    """Color the timelines in *reports*; *markup* is that of pytest's terminal writer."""
    for report in reports:
        sections = getattr(report, "sections", [])  # a warning, say, has none
        for index, (title, text) in enumerate(sections):
            if title == TIMELINE:
                sections[index] = (title, colored(text, markup))


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
