"""What the page holds; what it looks like is for test_in_browser.py."""

from __future__ import annotations

import base64
import copy
import hashlib
import json
import re
from html.parser import HTMLParser
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_auth0_actions.reporting.html import page
from pytest_auth0_actions.reporting.html.page import Report, render_page
from tests.reporting import samples

HOSTILE = [
    pytest.param("</script><script>alert(1)</script>", id="ends the script"),
    pytest.param("<!--<script>", id="hides the end of the script"),
    pytest.param("]]>&lt;&amp;<img src=x onerror=alert(1)>", id="markup"),
    pytest.param("\"'`\\ \\u003c $data ${data} %s {0}", id="quotes and placeholders"),
    pytest.param("\u2028\u2029\r\n\t\0\x7f\ufeff", id="line ends and controls"),
    pytest.param("🔑 é مرحبا \u202e", id="emoji and directions"),
    pytest.param("\ud83d and \udd11", id="half surrogate pairs"),
]


class Elements(HTMLParser):
    """The text of each element of a page that may hold code, and every attribute."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None], str]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs), ""))

    def handle_data(self, data: str) -> None:
        if self.found:
            tag, attrs, text = self.found[-1]
            self.found[-1] = (tag, attrs, text + data)

    def handle_endtag(self, tag: str) -> None:
        self.found.append((f"/{tag}", {}, ""))

    def named(self, tag: str) -> list[tuple[dict[str, str | None], str]]:
        return [(attrs, text) for name, attrs, text in self.found if name == tag]


def data_of(html: str) -> Any:
    """Return what the page's script will read."""
    (data,) = [
        text
        for attrs, text in Elements(html).named("script")
        if attrs == {"type": "application/json", "id": "data"}
    ]
    return json.loads(data)


def unpacked(data: Any) -> Any:
    """Return the report that was packed, as page.js reads it."""
    for test in data["tests"]:
        events = []
        for kind, *cells in test["events"]:
            event = {"kind": kind}
            for (name, type_), cell in zip(data["columns"][kind].items(), cells, strict=True):
                if type_ == "time" and cell is not None:
                    event[name] = cell + test["start_ms"]
                else:
                    event[name] = (
                        data["texts"][cell] if type_ == "text" and cell is not None else cell
                    )
            events.append(event)
        test["events"] = events
    return {name: value for name, value in data.items() if name not in {"columns", "texts"}}


def with_text(text: str) -> Report:
    """A report with *text* wherever a text may stand."""
    report = samples.report_of(
        [
            {
                "nodeid": text,
                "file": text,
                "line": 1,
                "again": text,
                "outcome": "failed",
                "message": text,
                "duration_s": 0.1,
                "start_ms": 0,
                "events": [
                    {
                        "kind": "flow",
                        "at_ms": 0,
                        "end_ms": 0,
                        "title": text,
                        "outcome": text,
                        "inside": 1,
                    },
                    {
                        "kind": "run",
                        "at_ms": 0,
                        "end_ms": 0,
                        "action": text,
                        "outcome": text,
                        "changed": text,
                        "place": text,
                    },
                    samples.call(0, text, text, text, key=text, place=text, passed=text, gave=text),
                    samples.evict(0, text),
                    samples.http(0, 0, None, text, place=text, body=text, came=text),
                    samples.log(0, text, text),
                    samples.warning(0, text, text),
                ],
            }
        ]
    )
    report["title"] = text
    report["created_at"] = text
    report["versions"] = {text: text}
    report["sources"] = {text: text}
    return report


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_gets_out_of_the_data(text: str) -> None:
    html, plain = render_page(with_text(text)), render_page(with_text("x"))
    assert unpacked(data_of(html)) == with_text(text)
    assert [tag for tag, _, _ in Elements(html).found] == [
        tag for tag, _, _ in Elements(plain).found
    ]
    assert html.split(">{", 1)[0] == plain.split(">{", 1)[0]


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_comes_back(text: str) -> None:
    assert unpacked(data_of(render_page(with_text(text)))) == with_text(text)


def test_every_event_comes_back() -> None:
    report = samples.gallery()
    before = copy.deepcopy(report)
    assert unpacked(data_of(render_page(report))) == before
    assert report == before


def test_every_field_of_an_event_has_a_column() -> None:
    for event in get_args(page.Event):
        fields = get_type_hints(event)
        for kind in get_args(fields.pop("kind")):
            assert list(page._COLUMNS[kind]) == list(fields)


def test_an_empty_report() -> None:
    data = data_of(render_page(samples.report_of([])))
    assert (data["tests"], data["texts"]) == ([], [])


def test_the_page_is_ascii() -> None:
    """So it is the same in whatever encoding it is stored or served."""
    assert render_page(with_text("🔑")).isascii()


def test_only_what_we_wrote_may_run() -> None:
    """The policy of the page names the hashes of its script and style, and no address."""
    elements = Elements(render_page(samples.gallery()))
    (policy,) = [
        str(attrs["content"])
        for attrs, _ in elements.named("meta")
        if attrs.get("http-equiv") == "Content-Security-Policy"
    ]
    (script,) = [text for attrs, text in elements.named("script") if attrs == {"type": "module"}]
    ((_, style),) = elements.named("style")
    for name, source in {"script-src": script, "style-src": style}.items():
        digest = base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()
        assert f"{name} 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none';")


def test_the_page_names_no_address() -> None:
    html = render_page(samples.report_of([]))
    namespaces = {"http://www.w3.org/1999/xhtml", "http://www.w3.org/2000/svg"}
    assert set(re.findall(r"https?://[^'\"]+", html)) == namespaces
    assert set(re.findall(r"""(?:src|href)=["'](.*?)["']""", html)) == {"data:,"}
    assert not re.search(r"\bimport\b|@import|fetch\(|XMLHttpRequest|sendBeacon", html)


def test_a_thousand_tests_take_less_than_3_mb() -> None:
    report = samples.thousand_tests()
    assert {len(test["events"]) for test in report["tests"]} == {20}
    assert len(render_page(report)) < 3_000_000
