"""Makes the HTML report: one page that asks for nothing outside itself.

Nothing here knows pytest. A report is plain dicts, since pytest-xdist sends it between processes.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import Any, Final, Literal, TypedDict, cast

_FOLDER: Final = Path(__file__).parent
# One script, and one style sheet, each in this order.
_SCRIPTS: Final = ("story.js", "drawing.js", "details.js", "source.js", "page.js", "printing.js")
_STYLES: Final = ("page.css", "drawing.css", "details.css", "print.css")


class ClockEvent(TypedDict):
    """The clock moved, on or back, by the test or by a timer of an Action's."""

    kind: Literal["clock"]
    at_ms: int
    to_ms: int
    by: Literal["test", "timer"]


class RunEvent(TypedDict):
    """An Action ran; what happened in the run comes after this, before anything else.

    `outcome` is ``"done"`` or the first line of an error. `changed` says what is another than
    before in the outcome of its flow. `place` is that of its handler.
    """

    kind: Literal["run"]
    at_ms: int
    end_ms: int
    action: str
    outcome: str
    changed: str
    place: str | None


class FlowEvent(TypedDict):
    """The Actions of a flow ran, until it was over or waited; the next `inside` events are in it.

    `title` says which, or how it went on. `outcome` says what it came to.
    """

    kind: Literal["flow"]
    at_ms: int
    end_ms: int
    title: str
    outcome: str
    inside: int


class CallEvent(TypedDict):
    """The api was called.

    `args` and `result` are texts of one line. `key` is that of a cache record. `expires_at` is the
    end of the record that was stored or found. `hit` is None where nothing was read. `passed` and
    `gave` are the arguments and the result as JSON, in several lines; None where `args` or `result`
    says as much. `place` is the file and the line, as in ``"actions/code.js:12"``.
    """

    kind: Literal["call"]
    at_ms: int
    path: str
    args: str
    result: str
    ok: bool
    key: str | None
    expires_at: int | None
    hit: bool | None
    by: Literal["action", "test"]
    place: str | None
    passed: str | None
    gave: str | None


class EvictEvent(TypedDict):
    """A record was dropped before its end; one event for each record."""

    kind: Literal["evict"]
    at_ms: int
    key: str
    why: Literal["evict", "clear", "chaos"]


class HttpEvent(TypedDict):
    """A request, with its answer or its error; a header or a body that is empty is None."""

    kind: Literal["http"]
    at_ms: int
    end_ms: int
    method: str
    url: str
    status: int | None
    error: str | None
    place: str | None
    headers: str | None
    body: str | None
    response_headers: str | None
    response_body: str | None


class TextEvent(TypedDict):
    """An Action wrote with `console`, or we warned."""

    kind: Literal["log", "warning"]
    at_ms: int
    text: str
    place: str | None


Event = ClockEvent | FlowEvent | RunEvent | CallEvent | EvictEvent | HttpEvent | TextEvent


class ReportedTest(TypedDict):
    """One test and its events, in the order in which they happened.

    `file` and `line` say where it is; `line` is None if that is not known. `message` is a short
    text of the failure, or the reason of a skip. `again` is the command that runs it again, with
    the same bad luck if it had any. `start_ms` is the test's clock at the start; `duration_s` is
    real time.
    """

    nodeid: str
    file: str
    line: int | None
    outcome: Literal["passed", "failed", "error", "skipped"]
    message: str
    again: str
    duration_s: float
    start_ms: int
    events: list[Event]


class Report(TypedDict):
    """All that the page shows.

    `created_at` is ISO 8601. `versions` says what the tests ran with, such as ``{"node":
    "v22.20.0"}``. `sources` are the files that events name in their `place`, by path. Every time
    `..._ms`, and `expires_at`, is in milliseconds since the epoch.
    """

    title: str
    created_at: str
    versions: dict[str, str]
    sources: dict[str, str]
    tests: list[ReportedTest]


# An event becomes a row of its kind's columns: a thousand tests would be too large as objects.
# The page reads these types. A time counts from the start of the test, a text is an index into
# the report's texts, and what is plain stands as it is.
_COLUMNS: Final = {
    "clock": {"at_ms": "time", "to_ms": "time", "by": "text"},
    "flow": {
        "at_ms": "time", "end_ms": "time", "title": "text", "outcome": "text", "inside": "plain",
    },
    "run": {
        "at_ms": "time", "end_ms": "time", "action": "text", "outcome": "text", "changed": "text",
        "place": "text",
    },
    "call": {
        "at_ms": "time", "path": "text", "args": "text", "result": "text", "ok": "plain",
        "key": "text", "expires_at": "time", "hit": "plain", "by": "text",
        "place": "text", "passed": "text", "gave": "text",
    },
    "evict": {"at_ms": "time", "key": "text", "why": "text"},
    "http": {
        "at_ms": "time", "end_ms": "time", "method": "text", "url": "text", "status": "plain",
        "error": "text", "place": "text", "headers": "text", "body": "text",
        "response_headers": "text", "response_body": "text",
    },
    "log": {"at_ms": "time", "text": "text", "place": "text"},
    "warning": {"at_ms": "time", "text": "text", "place": "text"},
}  # fmt: skip


def render_page(report: Report) -> str:
    """Return the page that shows *report*, as HTML in ASCII.

    >>> page = render_page(
    ...     {
    ...         "title": "Auth0 Actions",
    ...         "created_at": "2025-01-01T00:00:00Z",
    ...         "versions": {"rules": "documented"},
    ...         "sources": {},
    ...         "tests": [
    ...             {
    ...                 "nodeid": "test_provision.py::test_log",
    ...                 "file": "test_provision.py",
    ...                 "line": 3,
    ...                 "outcome": "passed",
    ...                 "message": "",
    ...                 "again": "pytest test_provision.py::test_log",
    ...                 "duration_s": 0.02,
    ...                 "start_ms": 0,
    ...                 "events": [
    ...                     {"kind": "log", "at_ms": 0, "text": "</script>", "place": None}
    ...                 ],
    ...             }
    ...         ],
    ...     }
    ... )
    >>> page.splitlines()[0], page.count("</script>")
    ('<!doctype html>', 2)
    """
    style, script = "\n".join(map(_source, _STYLES)), page_script()
    return Template(_source("page.html")).substitute(
        style=style,
        style_hash=_csp_hash(style),
        script=script,
        script_hash=_csp_hash(script),
        data=_json_for_html(_packed(report)),
    )


def page_script() -> str:
    """Return the page's JavaScript, which is one script in several files."""
    return "\n".join(map(_source, _SCRIPTS))


def _source(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="ascii")


def _csp_hash(source: str) -> str:
    """Return what a Content-Security-Policy calls *source*, so that it allows nothing else."""
    return "sha256-" + base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()


def _json_for_html(data: object) -> str:
    # ASCII takes care of U+2028 and of half surrogate pairs; "<" could end the element.
    return json.dumps(data, separators=(",", ":")).replace("<", "\\u003c")


def _packed(report: Report) -> dict[str, Any]:
    """Return *report* with its events as rows."""
    texts: dict[str, int] = {}

    def cell(value: Any, kind: str, start_ms: int) -> Any:
        if value is None or kind == "plain":
            return value
        return value - start_ms if kind == "time" else texts.setdefault(value, len(texts))

    def row(event: Mapping[str, Any], start_ms: int) -> list[Any]:
        columns = _COLUMNS[event["kind"]]
        cells = (cell(event[name], kind, start_ms) for name, kind in columns.items())
        return [event["kind"], *cells]

    tests = [
        {
            **test,
            "events": [
                row(cast("Mapping[str, Any]", event), test["start_ms"]) for event in test["events"]
            ],
        }
        for test in report["tests"]
    ]
    return {**report, "columns": _COLUMNS, "texts": list(texts), "tests": tests}
