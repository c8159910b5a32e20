"""Reads, and uses, a report that is open in a browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.reporting.browser import Page

OpenReport = Callable[..., Page]
FAILED = "tests/test_provision.py::test_second_registration_reuses_the_token"
BOUNDARY = "tests/test_cache.py::test_default_lifetime_is_fifteen_minutes"


def tip(page: Page) -> list[str] | None:
    """Return the lines of the tip, if it is to be seen."""
    lines: list[str] | None = page.evaluate(
        "(() => { const tip = document.getElementById('tip');"
        " return tip.hidden ? null : [...tip.children].map((line) => line.textContent); })()"
    )
    return lines


def focused(page: Page) -> str:
    label: str = page.evaluate("document.activeElement.getAttribute('aria-label') ?? ''")
    return label


def shown(page: Page) -> list[str]:
    """Return the tests that are to be seen, from top to bottom."""
    names: list[str] = page.evaluate(
        "[...document.querySelectorAll('.test:not([hidden])')].map((test) => test.dataset.test)"
    )
    return names


def opened(page: Page) -> list[str]:
    names: list[str] = page.evaluate(
        "[...document.querySelectorAll('.test[open]')].map((test) => test.dataset.test)"
    )
    return names


OPEN_ALL = """
(async () => {
  for (const test of document.querySelectorAll('.test')) {
    test.open = true;
    test.scrollIntoView();
    while (!test.querySelector('.link')) await new Promise(requestAnimationFrame);
  }
  scrollTo(0, 0);
})()
"""


def open_all(page: Page) -> None:
    """Open every test, and have all of them drawn."""
    page.evaluate(OPEN_ALL)
    page.settle()


def focus_mark(page: Page, starts_with: str, nodeid: str = FAILED) -> None:
    """Put the focus on the first mark of a test whose label starts so."""
    page.evaluate(
        f"[...document.querySelectorAll('.test')]"
        f".find((test) => test.dataset.test === {nodeid!r})"
        f".querySelector('.mark[aria-label^=\"{starts_with}\"]').focus()"
    )
    page.settle()


def middle_of(page: Page, selector: str) -> tuple[float, float]:
    box = page.evaluate(f"document.querySelector({selector!r}).getBoundingClientRect().toJSON()")
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def type_filter(page: Page, text: str) -> None:
    page.evaluate("document.getElementById('filter').select()")
    page.send("Input.insertText", text=text)
    page.settle()


def rows(page: Page) -> list[str]:
    """Return the list of events, with a tab between two cells."""
    lines: list[str] = page.evaluate(
        "[...document.querySelectorAll('tr:not(.behind)')]"
        ".map((row) => [...row.cells].map((cell) => cell.textContent).join('\\t'))"
    )
    return lines


def in_test(nodeid: str, rest: str) -> str:
    """Return JavaScript that does something with the card of a test."""
    return f"document.querySelector('.test[data-test=\"{nodeid}\"]'){rest}"


def value(page: Page, expression: str) -> Any:
    """Return the value of JavaScript, when what led to it has been painted."""
    page.settle()
    return page.evaluate(expression)
