"""Applies a test's mask to all that pytest is given of the test."""

from __future__ import annotations

import linecache
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import warnings

    from pytest_auth0_actions.world.masking import Mask

MASK: pytest.StashKey[Mask] = pytest.StashKey()  # of a test that uses our fixtures


class MaskedReports:
    """A plugin of pytest's: its hooks come before those that show a report."""

    def __init__(self) -> None:
        self._items: list[pytest.Item] = []  # more than one if a test runs pytest
        self._explaining = False

    @property
    def _mask(self) -> Mask | None:
        """The mask of the test that is under way, if it has anything to hide."""
        return (self._items[-1].stash.get(MASK, None) or None) if self._items else None

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Note which test this is; around pytest's own hook, which tells the warnings last."""
        self._items.append(item)
        try:
            return (yield)
        finally:
            self._items.pop()
            if MASK in item.stash:
                del item.stash[MASK]

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Hide secrets in a report, before the wrappers of other plugins see it."""
        report = yield
        mask = item.stash.get(MASK, None)
        if mask:
            from pytest_auth0_actions.reporting.masked import mask_report

            mask_report(report, mask)
        return report

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: Any) -> None:
        """Hide secrets in what plugins have added since, and in a subtest's name and output."""
        mask = self._mask
        if mask is not None:
            from pytest_auth0_actions.reporting.masked import mask_report

            mask_report(report, mask)

    @pytest.hookimpl(tryfirst=True)
    def pytest_warning_recorded(self, warning_message: warnings.WarningMessage) -> None:
        """Hide secrets in any warning, and in the line that is shown of it."""
        mask = self._mask
        if mask is None:
            return
        text = str(warning_message.message)
        masked = mask(text)
        if masked != text:
            warning_message.message = UserWarning(masked)  # its category is told beside
        line = linecache.getline(warning_message.filename, warning_message.lineno).strip()
        if mask(line) != line:
            warning_message.line = mask(line)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_assertrepr_compare(
        self, config: pytest.Config, op: str, left: object, right: object
    ) -> Generator[None, list[Any], list[Any]]:
        """Have values without secrets explained, for an explanation shows long values in part."""
        explained = yield
        mask = self._mask
        if mask is None or self._explaining:
            return explained
        from pytest_auth0_actions.reporting.masked import hidden

        shown_left, shown_right = hidden(left, mask), hidden(right, mask)
        if shown_left is left and shown_right is right:
            return explained
        self._explaining = True
        try:
            explain = self._items[-1].ihook.pytest_assertrepr_compare
            explained = explain(config=config, op=op, left=shown_left, right=shown_right)
        finally:
            self._explaining = False
        return [lines and [mask(line) for line in lines] for lines in explained]
