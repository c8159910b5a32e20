"""Collects the reports of a session's tests, and writes the HTML page at its end."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pytest_auth0_actions.reporting.columns import shortened
from pytest_auth0_actions.reporting.html.page import ReportedTest, render_page
from pytest_auth0_actions.reporting.sections import message_of, versions_of
from pytest_auth0_actions.world.instants import real_now

_MESSAGE_CHARACTERS: Final = 2_000
_CRASH: Final = "???"  # when it was that a worker of pytest-xdist crashed, as that reports it


class Collector:
    """A plugin of pytest's, in the process that the tests report to.

    Tests that use none of our fixtures are not in the page, but those in which a worker crashed
    are: nobody knows what they used.

    Args:
        path: where the page goes; its folder is made.
        versions: what the page says of the session, such as pytest's version.

    Raises:
        OSError: nothing can be written there.
    """

    def __init__(self, path: Path, versions: Mapping[str, str]) -> None:
        self._path = path
        self._versions = versions
        self._under_way: dict[tuple[object, str], ReportedTest] = {}
        self._ended: list[ReportedTest] = []
        self._last_reports: list[Any] = []
        self._sources: dict[str, str] = {}
        _check(path)

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Add the report of one phase of a test."""
        # A test may run in several workers at once: `--dist each`.
        key = (getattr(report, "node", None), report.nodeid)
        if report.when == "setup" or key not in self._under_way:
            self._under_way[key] = {
                "nodeid": report.nodeid,
                "file": report.location[0],
                "line": None if report.location[1] is None else report.location[1] + 1,
                "outcome": "passed",
                "message": "",
                "again": "",
                "duration_s": 0,
                "start_ms": 0,
                "events": [],
            }
        test = self._under_way[key]
        test["again"] = getattr(report, "auth0_again", test["again"])
        test["duration_s"] += report.duration
        if not report.passed and test["outcome"] == "passed":
            in_call = report.when == "call"
            test["outcome"] = "skipped" if report.skipped else "failed" if in_call else "error"
            test["message"] = shortened(message_of(report), _MESSAGE_CHARACTERS)
        has_crashed = report.when == _CRASH
        if report.when == "teardown" or has_crashed:
            del self._under_way[key]
            journal = getattr(report, "auth0_journal", None)
            if journal is not None:
                read = json.loads(journal)
                self._sources |= read.pop("sources")
                test |= read
                self._last_reports.append(report)
            if journal is not None or test["again"] or has_crashed:
                self._ended.append(test)

    def pytest_sessionfinish(self) -> None:
        """Write the page."""
        page = render_page(
            {
                "title": "Auth0 Actions report",
                "created_at": real_now().isoformat(timespec="seconds"),
                "versions": {**self._versions, **versions_of(self._last_reports)},
                "sources": self._sources,
                "tests": self._ended,
            }
        )
        self._path.write_text(page, encoding="ascii")

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Tell where the page is."""
        terminalreporter.write_sep("-", f"generated Auth0 report: {self._path}")


def _check(path: Path) -> None:
    """Find out whether *path* can be written, and leave it as it was."""
    path.parent.mkdir(parents=True, exist_ok=True)
    existed = path.exists()
    with path.open("a", encoding="ascii"):
        pass
    if not existed:
        path.unlink()
