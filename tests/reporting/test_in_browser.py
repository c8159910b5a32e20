"""Opens the page in a real Chromium: its drawings, its tests and how it looks."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_auth0_actions.reporting.html.page import Event, page_script
from tests.reporting import samples
from tests.reporting.browser import Page
from tests.reporting.opened import (
    BOUNDARY,
    FAILED,
    OpenReport,
    focus_mark,
    focused,
    in_test,
    middle_of,
    open_all,
    opened,
    rows,
    shown,
    tip,
    type_filter,
)

pytestmark = pytest.mark.slow


def test_a_bar_tells_its_record_on_focus(open_report: OpenReport) -> None:
    page = open_report(samples.gallery())
    focus_mark(page, "cache.set")
    assert tip(page) == [
        "cache.set('token', 'abc', {'ttl': 3600})",
        "→ success",
        "at +0s (2025-01-01 00:00:00)",
        "expired at +3.6s (2025-01-01 00:00:03.600)",
    ]
    assert focused(page) == "; ".join(tip(page) or [])
    page.press("Escape")
    assert tip(page) is None


def test_a_bar_tells_its_record_on_hover(open_report: OpenReport) -> None:
    page = open_report(samples.gallery())
    page.point_at(*middle_of(page, ".mark:has(.until) .bar"))
    lines = tip(page)
    assert lines is not None
    assert lines[-2:] == ["expires at +59m 3.6s (2025-01-01 00:59:03.600)", "alive at the end"]
    # The event is marked in the list below, and the tip can be reached and left.
    current = "document.querySelector('tr.current .what').textContent"
    assert page.evaluate(current) == "cache.set('token', 'abc', {'ttl': 3600}) →\u00a0success"
    page.point_at(*middle_of(page, "#tip"))
    page.wait(0.3)
    assert tip(page) == lines
    page.point_at(5, 5)
    page.wait(0.3)
    assert tip(page) is None
    assert page.evaluate("document.querySelector('tr.current')") is None


def test_every_kind_of_mark_tells_its_own(open_report: OpenReport) -> None:
    page = open_report(samples.report_of([samples.every_end()]))
    labels = page.evaluate(
        "[...document.querySelectorAll('.mark')].map((mark) => mark.getAttribute('aria-label'))"
    )
    at_0s, at_1d = "at +0s (2025-01-01 00:00:00)", "at +1d (2025-01-02 00:00:00)"
    at_1h = "at +1h (2025-01-01 01:00:00)"
    ends = "expires at +1h 1.2s (2025-01-01 01:00:01.200)"
    hour = "cache.set('token', 'abc', {'ttl': 3600000}); → success"
    for wanted in (
        f"{hour}; at +1.2s (2025-01-01 00:00:01.200); {ends}; replaced {at_1h}, 1.2s early",
        f"{hour}; {at_1h}; expires at +2h (2025-01-01 02:00:00); evicted {at_1h}, 1h early",
        f"cache.get('token'); → 'token'; at +59m (2025-01-01 00:59:00); {ends}, in 1m 1.2s",
        f"actions/provision/code.js; → Error: 502 from the CRM; {at_1d}",
        f"POST https://crm.example.com/oauth/token; → 200; {at_0s}, took 1.2s",
        f"POST https://crm.example.com/oauth/token; → ECONNREFUSED; {at_1d}",
        f"A timer moved the clock: +1.2s; {at_0s}",
        f"chaos dropped region; {at_1d}",
        f"redirect.encodeToken({{}}); → 'eyJhbGciOi'; {at_1d}",
    ):
        assert wanted in labels
    (count,) = [label for label in labels if label.endswith(f"deleted {at_1d}, 59m early")]
    assert count.startswith("cache.set('count'")


def test_a_flow_stands_over_its_runs(open_report: OpenReport) -> None:
    page = open_report(samples.report_of([samples.a_flow()]))
    open_all(page)
    spans = page.evaluate(
        "['flow', 'run'].map((kind) => [...document.querySelectorAll(`rect.${kind}`)]"
        ".map(({ x, width }) => [x.baseVal.value, x.baseVal.value + width.baseVal.value]))"
    )
    flows, runs = spans
    assert (len(flows), len(runs)) == (4, 4)
    for flow, of_it in zip(flows, ([0], [1, 2], [3], []), strict=True):
        inside = [run for run in runs if flow[0] <= run[0] and run[1] <= flow[1]]
        assert inside == [runs[number] for number in of_it]
    names = page.evaluate("[...document.querySelectorAll('.row-name')].map((n) => n.textContent)")
    assert names[:2] == ["flows", "runs"]
    labels = page.evaluate(
        "[...document.querySelectorAll('.mark')].map((mark) => mark.getAttribute('aria-label'))"
    )
    at_0s = "at +0s (2025-01-01 00:00:00)"
    assert f"post-login of consent, shop; → prompted: consent-form; {at_0s}" in labels
    changed = "actions/consent/code.js; → done: user.user_metadata.consent = True"
    assert f"{changed}; {at_0s}" in labels
    assert page.evaluate("document.querySelectorAll('.mark.bad rect.flow').length") == 1
    assert rows(page)[0] == (
        "+0s\t2025-01-01 00:00:00\tflow\tpost-login of consent, shop →\u00a0prompted: consent-form"
    )


def test_a_record_that_comes_back_with_the_clock_is_drawn_again(open_report: OpenReport) -> None:
    page = open_report(samples.report_of([samples.back_and_forth()]))
    page.evaluate("document.querySelector('.test summary').click()")
    page.settle()
    bars = "[...document.querySelectorAll('figure .mark .bar')]"
    ends = page.evaluate(
        f"{bars}.map((bar) => bar.parentNode.getAttribute('aria-label').split('; ').at(-1))"
    )
    expiry = "expired at +1h (2025-01-01 01:00:00)"
    assert ends == [expiry, expiry, "alive at the end"]
    (forever,) = page.evaluate(
        "[...document.querySelectorAll('.until')].map((text) => text.textContent)"
    )
    assert forever.startswith("until +104229902d")
    assert "9007199254740991 ms after 1970" in page.evaluate(
        f"{bars}.at(-1).parentNode.getAttribute('aria-label')"
    )
    flags = page.evaluate(
        "[...document.querySelectorAll('.strong')].map((text) => text.textContent)"
    )
    assert flags == ["+0s", "+1h", "+2h", "\u221230m", "+1h", "+1h 30m"]


def test_the_keys_go_from_mark_to_mark(open_report: OpenReport) -> None:
    """A drawing is one stop of the Tab key; arrows go on in it."""
    page = open_report(samples.gallery())
    focus_mark(page, "actions/provision/code.js")
    seen = {}
    for key in ("ArrowRight", "ArrowDown", "ArrowUp", "ArrowLeft", "ArrowLeft", "End", "Home"):
        page.press(key)
        seen[key] = focused(page).split("; ")[0]
        assert tip(page) is not None
    assert seen == {
        "ArrowRight": "cache.get('token')",
        "ArrowDown": "POST https://crm.example.com/oauth/token",
        "ArrowUp": "cache.set('token', 'abc', {'ttl': 3600})",
        "ArrowLeft": "cache.get('token')",
        "End": "stored",
        "Home": "actions/provision/code.js",
    }
    page.press("Tab")
    assert page.evaluate("document.activeElement.textContent").startswith("actions/provision")
    assert tip(page) is None
    page.press("Tab")  # the list below is one stop, too
    assert page.evaluate("document.activeElement.className") == "link"


@pytest.mark.parametrize("width", [1280, 400, 320])
def test_nothing_is_cut_off(open_report: OpenReport, width: int) -> None:
    """The page doesn't scroll to the side, and a tip is always inside of the window."""
    page = open_report(samples.gallery(), width=width, height=700)
    open_all(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for block in ("start", "end"):
        outside = page.evaluate(
            "[...document.querySelectorAll('.mark')].filter((mark) => {"
            f" mark.scrollIntoView({{ block: '{block}' }});"
            " mark.focus();"
            " const tip = document.getElementById('tip').getBoundingClientRect();"
            " const { clientWidth, clientHeight } = document.documentElement;"
            " return !tip.width || tip.left < 0 || tip.right > clientWidth"
            "  || tip.top < 0 || tip.bottom > clientHeight; }).length"
        )
        assert outside == 0


@pytest.mark.parametrize("width", [1280, 400])
def test_no_flag_covers_another(open_report: OpenReport, width: int) -> None:
    page = open_report(samples.gallery(), width=width)
    open_all(page)
    overlaps = page.evaluate(
        "[...document.querySelectorAll('.scroller > svg')].flatMap((drawing) => {"
        " const boxes = [...drawing.querySelectorAll('.strong, .dim')]"
        "  .map((text) => text.getBoundingClientRect());"
        " return boxes.flatMap((a, at) => boxes.slice(at + 1).filter((b) => a.left < b.right"
        "  && b.left < a.right && a.top < b.bottom - 2 && b.top < a.bottom - 2)); }).length"
    )
    assert overlaps == 0


def test_failures_come_first_and_open(open_report: OpenReport) -> None:
    page = open_report(samples.gallery())
    names = shown(page)
    assert len(names) == 9
    assert names[0] == FAILED
    assert opened(page) == names[:3]
    chips = page.evaluate(
        "[...document.querySelectorAll('#outcomes button')].map((b) => b.textContent)"
    )
    assert chips == ["2 failed", "1 error", "5 passed", "1 skipped"]
    assert page.evaluate("document.title") == "Auth0 Actions report"
    assert page.evaluate("document.querySelector('#versions').innerText").split("\n") == [
        "created", "2026-07-10 12:34:56 UTC", "Node.js", "v22.20.0 (the node extra)",
        "pytest", "9.0.1", "rules", "documented",
    ]  # fmt: skip


def test_the_list_below_says_it_in_words(open_report: OpenReport) -> None:
    page = open_report(samples.report_of([samples.boundary()]))
    open_all(page)
    assert rows(page) == [
        "+0s\t2025-01-01 00:00:00\ttest\tcache.set('token', 'abc', {'ttl': 900000}) →\u00a0success",
        "+0s\t2025-01-01 00:00:00\tclock\tThe test moved the clock: +15m",
        "+15m\t2025-01-01 00:15:00\ttest\tcache.get('token') →\u00a0'token'",
        "+15m\t2025-01-01 00:15:00\tclock\tThe test moved the clock: +0.001s",
        "+15m 0.001s\t2025-01-01 00:15:00.001\ttest\tcache.get('token') →\u00a0None",
    ]


def test_the_filters(open_report: OpenReport) -> None:
    page = open_report(samples.gallery())
    count = "document.getElementById('shown').textContent"
    assert page.evaluate(count) == "9 tests"
    type_filter(page, "CACHE 502")
    assert shown(page) == []
    type_filter(page, "test_provision cold")
    assert shown(page) == [samples.every_end()["nodeid"]]
    assert page.evaluate(count) == "1 of 9 tests"
    type_filter(page, "nope")  # in a message
    assert shown(page) == ["tests/test_setup.py"]
    type_filter(page, "")
    page.evaluate("document.querySelector('button.passed').click()")
    assert len(shown(page)) == 5
    page.evaluate("document.querySelector('button.skipped').click()")
    assert len(shown(page)) == 6
    page.evaluate("document.querySelector('button.passed').click()")
    assert shown(page) == ["tests/test_cache.py::test_on_windows"]


def test_a_link_opens_its_test(open_report: OpenReport) -> None:
    page = open_report(samples.gallery())
    open_all(page)
    link = page.evaluate(
        f"[...document.querySelectorAll('.test')].find((t) => t.dataset.test === {BOUNDARY!r})"
        ".querySelector('.link').getAttribute('href')"
    )
    page = open_report(samples.gallery(), fragment=link, height=500)
    assert opened(page) == [BOUNDARY]
    top = page.evaluate("document.activeElement.getBoundingClientRect().top")
    assert 0 <= top < 400
    # It is found also where a filter hides it, and by a link of an open page.
    type_filter(page, "nothing has this name")
    page.evaluate("location.hash = ''")
    page.evaluate(f"location.hash = {link!r}")
    page.settle()
    assert len(shown(page)) == 9


def test_hostile_texts_are_only_text(open_report: OpenReport) -> None:
    attack = "</script><img src=x onerror=alert(1)>\ud83d\u2028'\""
    events: list[Event] = [
        samples.run(0, 0, attack, action=attack),
        samples.set_(0, attack, 5),
        samples.log(0, attack),
    ]
    report = samples.report_of([samples.reported(f"{attack}::[", "failed", events, attack)])
    report["title"] = attack
    page = open_report(report)
    assert page.evaluate("document.images.length") == 0
    visible = "</script><img src=x onerror=alert(1)>"
    assert page.evaluate("document.querySelector('h1').textContent").startswith(visible)
    assert page.evaluate("document.querySelector('.row-name.key').textContent").startswith(visible)


def test_a_thousand_tests_open_in_one_second(open_report: OpenReport) -> None:
    report = samples.thousand_tests()
    started = time.monotonic()
    page = open_report(report)
    took_s = time.monotonic() - started
    assert len(shown(page)) == 1_000
    drawings = page.evaluate("document.querySelectorAll('.scroller > svg').length")
    assert 0 < drawings < 20  # only what is near
    loaded_ms = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
    print(f"\n1,000 tests: load event after {loaded_ms:.0f} ms, painted after {took_s:.2f} s")
    assert loaded_ms < 1_000


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("device", "width"), [("desktop", 1280), ("phone", 400)])
def test_pictures(
    open_report: OpenReport, picture: Callable[[str], Path], scheme: str, device: str, width: int
) -> None:
    media = {"prefers-color-scheme": scheme}
    page = open_report(samples.gallery(), width=width, height=900, media=media)
    focus_mark(page, "cache.set")
    path = picture(f"report-{device}-{scheme}")
    page.screenshot(path)
    assert path.stat().st_size > 10_000


CONTRASTS = """
(() => {
  const luminance = (color) => {
    const [r, g, b] = color.match(/[\\d.]+/g).map((part) => part / 255)
      .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const probe = document.body.appendChild(document.createElement('i'));
  const read = (name) => {
    probe.style.color = `var(--${name})`;
    return luminance(getComputedStyle(probe).color);
  };
  return PAIRS.map(([front, back]) => {
    const [light, dark] = [read(front), read(back)].sort((a, b) => b - a);
    return [front, back, (light + 0.05) / (dark + 0.05)];
  });
})()
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast(open_report: OpenReport, scheme: str) -> None:
    """Text has 4.5 to 1, and what a shape is known by 3 to 1, as WCAG AA asks."""
    backs = ["card", "band"]
    texts = [(front, back) for front in ("text", "dim", "bad") for back in (*backs, "page")]
    texts += [("text", f"{fill}-fill") for fill in ("record", "run", "http", "bad")]
    texts += [("record", "card"), ("good", "card"), ("good", "page"), ("dim", "band")]
    shapes = [
        (front, back)
        for front in ("record", "run", "http", "good", "warn", "bad", "dim", "focus")
        for back in backs
    ]
    shapes += [
        ("good", "record-fill"),
        ("record", "record-fill"),
        ("edge", "card"),
        ("edge", "page"),
    ]
    page = open_report(samples.gallery(), media={"prefers-color-scheme": scheme})
    pairs = [list(pair) for pair in texts + shapes]
    measured = page.evaluate(CONTRASTS.replace("PAIRS", str(pairs)))
    least = [4.5] * len(texts) + [3.0] * len(shapes)
    too_low = [pair for pair, wanted in zip(measured, least, strict=True) if pair[2] < wanted]
    assert too_low == []


def test_nothing_moves_for_those_who_asked(open_report: OpenReport) -> None:
    moves = "getComputedStyle(document.querySelector('summary'), '::before').transitionDuration"
    calm = open_report(samples.gallery(), media={"prefers-reduced-motion": "reduce"})
    assert calm.evaluate(moves) == "0s"


def test_every_line_of_the_script_runs(open_report: OpenReport) -> None:
    """A visit that uses everything leaves no code that has not run."""
    page = open_report(samples.gallery())
    page.send("Profiler.enable")
    page.send("Profiler.startPreciseCoverage", callCount=True, detailed=True)
    page.evaluate("location.reload()")
    page.wait_until_loaded()
    open_all(page)
    for nodeid in (FAILED, samples.every_end()["nodeid"]):
        focus_mark(page, "actions/", nodeid)
        for key in ("ArrowRight", "ArrowDown", "ArrowUp", "ArrowLeft", "End", "Home", "Escape"):
            page.press(key)
    second_bar = f'.test[data-test="{samples.every_end()["nodeid"]}"] .mark .bar'
    for at_top in ("true", "false"):
        page.evaluate(f"document.querySelector('{second_bar}').scrollIntoView({at_top})")
        page.point_at(*middle_of(page, second_bar))
        page.point_at(*middle_of(page, "#tip"))
        page.point_at(1, 1)
    page.wait(0.3)
    focus_mark(page, "cache.set", samples.with_source()["nodeid"])
    lines = in_test(samples.with_source()["nodeid"], ".querySelectorAll('.what button')")
    page.evaluate(f"{lines}[1].focus()")
    for key in ("Enter", "ArrowDown", "End", "ArrowUp", "Home"):
        page.press(key)
    page.evaluate(f"for (const button of {lines}) button.click()")
    page.evaluate("document.querySelector('.strip button').click()")
    page.evaluate("document.querySelector('.test').open = false")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.evaluate("document.querySelector('button.passed').click()")
    type_filter(page, "cache boundary")
    page.evaluate("location.hash = document.querySelector('.link').getAttribute('href')")
    page.resize(400, 800)
    open_all(page)
    assert unseen_code(page) == []


def unseen_code(page: Page) -> list[str]:
    """Return the parts of the page's script that have not run since the page was loaded."""
    source = page_script()
    scripts = page.send("Profiler.takePreciseCoverage")["result"]
    seen = [script["functions"] for script in scripts if script["url"].startswith("file:")]
    (functions,) = [f for f in seen if f[0]["ranges"][0]["endOffset"] == len(source)]
    return [
        source[part["startOffset"] : part["endOffset"]]
        for function in functions
        for part in function["ranges"]
        if part["count"] == 0
    ]
