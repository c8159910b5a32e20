"""Uses the list of a test's events in a real Chromium, with the source beside it; and prints it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.reporting import samples
from tests.reporting.browser import Page
from tests.reporting.opened import (
    FAILED,
    OpenReport,
    focus_mark,
    in_test,
    middle_of,
    open_all,
    opened,
    rows,
    shown,
    type_filter,
    value,
)

pytestmark = pytest.mark.slow

LINES = samples.with_source()["nodeid"]
FLOW = samples.a_flow()["nodeid"]
BUTTONS = "[...document.querySelectorAll('.what button')]"


@pytest.fixture
def page(open_report: OpenReport) -> Page:
    """A report of the one test whose events have lines."""
    report = samples.gallery()
    page = open_report(samples.report_of([samples.with_source()], report["sources"]))
    open_all(page)
    return page


def choose(page: Page, at: int) -> None:
    page.evaluate(f"{BUTTONS}[{at}].focus()")


def marked(page: Page) -> list[Any]:
    """Return the place that is shown, and the number and the text of the line that is marked."""
    found: list[Any] = value(
        page,
        "(() => { const line = document.querySelector('.lines [aria-current]');"
        " const number = line && [...line.parentNode.children].indexOf(line) + 1;"
        " const where = document.querySelector('.where').textContent;"
        " return [where, number, line?.textContent ?? null]; })()",
    )
    return found


def behind(page: Page) -> list[str]:
    """Return what the open rows show."""
    texts: list[str] = page.evaluate(
        "[...document.querySelectorAll('.behind:not([hidden])')].map((row) => row.innerText)"
    )
    return texts


def test_the_list_names_the_line_of_each_event(page: Page) -> None:
    places = [row.rsplit("\t", 1)[1] for row in rows(page)]
    assert places == [
        "code.js:3", "code.js:4", "crm.js:2", "code.js:7", "code.js:10", "gone.js:1", "",
        "code.js:99",
    ]  # fmt: skip


def test_to_choose_an_event_marks_its_line(page: Page) -> None:
    code, handler = samples.CODE, "exports.onExecutePostUserRegistration = async (event, api) => {"
    assert marked(page) == [f"{code}:3", 3, handler]
    choose(page, 1)
    assert marked(page) == [f"{code}:4", 4, "  let token = api.cache.get('token')?.value;"]
    page.press("ArrowDown")
    crm = "actions/provision/crm.js:2"
    assert marked(page) == [crm, 2, "  return fetch('https://crm.example.com/');"]
    page.press("End")
    assert marked(page) == [f"{code}:99", None, None]  # the file has become shorter
    page.press("ArrowUp")
    assert marked(page)[1:] == [None, None]  # the test moved the clock
    page.press("ArrowUp")
    assert marked(page) == ["actions/gone.js:1", None, None]
    page.press("Home")
    assert marked(page) == [f"{code}:3", 3, handler]
    page.point_at(*middle_of(page, ".mark:has(.start)"))
    assert marked(page)[1] == 7  # of what a mark of the drawing stands for
    current = "document.querySelector('tr.current .what').textContent"
    assert page.evaluate(current).startswith("cache.set(")


def test_the_lines_that_did_something_stand_out(page: Page) -> None:
    lines = "[...document.querySelectorAll('.lines li')]"
    ran = f"{lines}.flatMap((line, at) => line.className === 'ran' ? [at + 1] : [])"
    assert page.evaluate(ran) == [3, 4, 7, 10]
    assert page.evaluate(f"{lines}.length") == len(samples.SOURCE.splitlines())


def test_the_marked_line_of_a_long_file_is_to_be_seen(open_report: OpenReport) -> None:
    source = "".join(f"// line {number}\n" for number in range(1, 1_001))
    event = samples.log(0, "far down", "long.js:900")
    report = samples.report_of(
        [samples.reported("test_it.py::test_it", "failed", [event])], {"long.js": source}
    )
    page = open_report(report)
    open_all(page)
    choose(page, 0)
    assert marked(page)[1:] == [900, "// line 900"]
    inside = (
        "(() => { const outer = document.querySelector('.lines').getBoundingClientRect();"
        " const line = document.querySelector('.lines [aria-current]').getBoundingClientRect();"
        " return outer.top <= line.top && line.bottom <= outer.bottom; })()"
    )
    assert page.evaluate(inside)


@pytest.mark.parametrize("how", ["key", "mouse"])
def test_a_call_opens_to_its_arguments_and_its_result(page: Page, how: str) -> None:
    expanded = f"{BUTTONS}[3].ariaExpanded"
    assert page.evaluate(expanded) == "false"

    def press() -> None:
        if how == "key":
            page.press("Enter")
        else:
            page.evaluate(f"{BUTTONS}[3].click()")

    choose(page, 3)
    press()
    assert page.evaluate(expanded) == "true"
    [text] = behind(page)
    assert [line.strip() for line in text.splitlines() if line.strip()] == [
        "Arguments", '"token"', '"abc"', "{", '"ttl": 3600', "}", "Result", "{",
        '"type": "success"', "}",
    ]  # fmt: skip
    controls = f"document.getElementById({BUTTONS}[3].getAttribute('aria-controls')).className"
    assert page.evaluate(controls) == "behind"
    press()
    assert (page.evaluate(expanded), behind(page)) == ("false", [])
    press()
    assert len(behind(page)) == 1


def test_a_call_without_more_shows_what_its_line_says(page: Page) -> None:
    page.evaluate(f"{BUTTONS}[1].click()")
    assert behind(page)[0].split() == ["Arguments", "'token'", "Result", "miss:", "never", "set"]


def test_a_request_opens_to_headers_and_bodies(page: Page) -> None:
    page.evaluate(f"{BUTTONS}[2].click()")
    names = page.evaluate("[...document.querySelectorAll('.behind dt')].map((n) => n.textContent)")
    assert names == ["Request headers", "Request body", "Response headers", "Response body"]
    assert '"grant": "code"' in behind(page)[0]
    assert '"token": "abc"' in behind(page)[0]


def test_what_has_nothing_behind_it_does_not_say_that_it_opens(page: Page) -> None:
    states = page.evaluate(f"{BUTTONS}.map((button) => button.ariaExpanded)")
    assert states == [None, "false", "false", "false", None, None, None, None]
    page.evaluate(f"{BUTTONS}[4].click()")
    assert behind(page) == []
    assert marked(page)[1] == 10


def test_the_list_is_one_stop_of_the_tab_key(page: Page) -> None:
    focus_mark(page, "actions/", LINES)
    stops = []
    for _ in range(3):
        page.press("Tab")
        stops.append(page.evaluate("document.activeElement.textContent")[:18])
    assert stops == ["actions/provision/", "const { fetchToken", "Link to this test"]


def test_tests_stand_under_their_file_and_failures_first(open_report: OpenReport) -> None:
    page = open_report(samples.gallery())
    heads = page.evaluate(
        "[...document.querySelectorAll('.group > summary')].map((head) => head.innerText)"
    )
    assert [" ".join(head.split()) for head in heads] == [
        "tests/test_provision.py 2 failed",
        "tests/test_setup.py 1 error",
        "tests/test_lines.py 1 passed",
        "tests/test_cache.py 2 passed 1 skipped",
        "tests/test_limit.py 1 passed",
        "tests/test_login.py 1 passed",
    ]
    group = "document.querySelector('.group:nth-of-type(4)')"
    page.evaluate(f"{group}.querySelector('summary').click()")
    assert not page.evaluate(f"{group}.open")
    type_filter(page, "clock_goes")  # opens the groups of what it finds, and hides the others
    assert page.evaluate(f"{group}.open")
    visible = "[...document.querySelectorAll('.group:not([hidden]) h2')].map((h) => h.textContent)"
    assert page.evaluate(visible) == ["tests/test_cache.py"]
    assert shown(page) == ["tests/test_cache.py::test_clock_goes_back"]


def test_a_test_of_a_closed_group_is_opened_by_its_link(open_report: OpenReport) -> None:
    page = open_report(samples.gallery())
    page.evaluate("for (const group of document.querySelectorAll('.group')) group.open = false")
    page.evaluate(f"location.hash = `#${{new URLSearchParams({{ test: '{LINES}' }})}}`")
    page.settle()
    assert opened(page) == [LINES]
    assert page.evaluate(in_test(LINES, ".parentNode.open"))


def test_a_test_says_where_it_is_and_how_to_run_it_again(open_report: OpenReport) -> None:
    page = open_report(samples.gallery())
    open_all(page)
    counts = page.evaluate(in_test(LINES, ".querySelector('.counts').textContent"))
    assert counts == "tests/test_lines.py:12, 8 events, 0.31 s"
    again = page.evaluate(in_test(LINES, ".querySelector('.rerun').textContent"))
    assert again == f"Run again: pytest {LINES}"
    whole_file = in_test("tests/test_setup.py", ".querySelector('.counts').textContent")
    assert page.evaluate(whole_file) == "tests/test_setup.py, 1 event, 0.31 s"


def test_a_skipped_test_gives_its_reason(open_report: OpenReport) -> None:
    page = open_report(samples.gallery())
    skipped = "tests/test_cache.py::test_on_windows"
    reason = in_test(skipped, ".querySelector('.reason').textContent")
    assert page.evaluate(reason).strip() == "not on Windows"


def test_a_flow_is_one_strip(open_report: OpenReport) -> None:
    page = open_report(samples.report_of([samples.a_flow()]))
    open_all(page)
    strip = page.evaluate(
        "[...document.querySelectorAll('.strip > li')].map((part) => "
        "[...part.children].map((each) => each.textContent.replace('\\u00a0', ' ')))"
    )
    assert [part[1:-1] for part in strip] == [["consent"], ["consent", "shop"], ["shop"], []]
    assert strip[0][0] == "post-login of consent, shop"
    assert [part[-1][:12] for part in strip] == [
        "→ prompted: ", "→ redirected", "→ denied by ", "→ failed: in",
    ]  # fmt: skip
    assert page.evaluate("[...document.querySelectorAll('.strip > li.bad')].length") == 1
    page.evaluate("document.querySelectorAll('.strip button')[2].click()")
    chosen = value(page, "document.querySelector('tr.chosen .what').textContent")
    assert chosen == "actions/shop/code.js →\u00a0done"


@pytest.mark.parametrize("width", [1280, 400])
def test_all_that_can_be_used_has_a_name(open_report: OpenReport, width: int) -> None:
    """As a screen reader is told."""
    page = open_report(samples.gallery(), width=width)
    open_all(page)
    for _, row in zip(range(3), (1, 2, 3), strict=True):
        page.evaluate(f"{in_test(LINES, '')}.querySelectorAll('.what button')[{row}].click()")
    # What is far from the window is not rendered, and then it has no names either.
    page.evaluate(f"{in_test(LINES, '')}.querySelector('aside').scrollIntoView()")
    page.settle()
    page.send("Accessibility.enable")
    nodes = page.send("Accessibility.getFullAXTree")["nodes"]
    used = {"button", "link", "searchbox", "table", "complementary", "search", "DisclosureTriangle"}
    found: dict[str, list[str]] = {}
    for node in nodes:
        role = node.get("role", {}).get("value", "")
        name = str(node.get("name", {}).get("value", "")).strip()
        focusable = (
            any(
                each["name"] == "focusable" and each["value"]["value"]
                for each in node["properties"]
            )
            if node.get("properties")
            else False
        )
        if (role in used or focusable) and role != "RootWebArea" and not node["ignored"]:
            found.setdefault(role, []).append(name)
    assert {"button", "link", "searchbox", "table", "complementary"} <= found.keys()
    unnamed = [role for role, names in found.items() if not all(names)]
    assert [role for role in unnamed if role not in {"search", "generic"}] == []
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map((each) => each.id)")
    assert len(ids) == len(set(ids))


def test_on_paper_all_is_open_and_light(open_report: OpenReport) -> None:
    page = open_report(samples.gallery(), media={"prefers-color-scheme": "dark"})
    type_filter(page, "second_registration")
    before = opened(page)
    page.send(
        "Emulation.setEmulatedMedia",
        media="print",
        features=[{"name": "prefers-color-scheme", "value": "dark"}],
    )
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert len(shown(page)) == 9
    assert len(opened(page)) == 9
    closed = f"{BUTTONS}.filter((button) => button.ariaExpanded === 'false')"
    assert page.evaluate(f"{closed}.length") == 0
    assert page.evaluate("document.querySelectorAll('.scroller > svg').length") == 8
    visible = "[...document.querySelectorAll('.filters')].some((each) => each.checkVisibility())"
    assert page.evaluate(visible) is False
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(244, 246, 248)"
    scheme = "getComputedStyle(document.documentElement).colorScheme"
    assert page.evaluate(scheme) == "light"  # of what the browser itself draws
    right = "[...document.querySelectorAll('svg, pre, tr')].map((each) =>"
    right += " each.getBoundingClientRect().right - document.body.getBoundingClientRect().left)"
    assert max(page.evaluate(right)) <= 700
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert shown(page) == [FAILED]
    assert opened(page) == before
    assert page.evaluate(f"{closed}.length") > 0


def test_it_can_be_printed(open_report: OpenReport) -> None:
    page = open_report(samples.gallery())
    pdf = page.send("Page.printToPDF", transferMode="ReturnAsStream")
    assert pdf["stream"]
    page.settle()
    assert len(opened(page)) == 3  # as before
