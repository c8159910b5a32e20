"""A browser, and reports in it.

Set ``AUTH0_REPORT_PICTURES`` to a folder to keep the pictures that are taken.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pytest_auth0_actions.reporting.html.page import Report, render_page
from tests.reporting.browser import Browser, Page
from tests.reporting.opened import OpenReport


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no chromium on PATH (Debian: apt-get install chromium)")
    with Browser(chromium, tmp_path_factory.mktemp("chromium")) as browser:
        yield browser


@pytest.fixture
def open_report(browser: Browser, tmp_path: Path) -> Iterator[OpenReport]:
    """Open a report; afterwards nothing may stand in the console, or have been asked for."""
    opened = []

    def open_(shown: Report, *, fragment: str = "", **page: Any) -> Page:
        path = tmp_path / "report.html"
        path.write_text(render_page(shown), encoding="ascii")
        tab = Page(browser, **page)
        opened.append((tab, path.as_uri()))
        tab.open(path.as_uri() + fragment)
        return tab

    yield open_
    for tab, address in opened:
        assert tab.complaints() == []
        assert set(tab.requests()) == {address}
        tab.close()


@pytest.fixture
def picture(tmp_path: Path) -> Callable[[str], Path]:
    folder = Path(os.environ.get("AUTH0_REPORT_PICTURES", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    return lambda name: folder / f"{name}.png"
