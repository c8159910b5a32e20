"""Writes to the terminal while a test runs."""

from __future__ import annotations

from collections.abc import Iterable

import pytest


def write_lines(
    reporter: pytest.TerminalReporter, lines: Iterable[str], *, head: str = "", **markup: bool
) -> None:
    """Write lines to the terminal, at once.

    Args:
        reporter: whose terminal.
        lines: the lines.
        head: what each line begins with, in a color of its own.
        markup: how the rest looks, such as ``yellow=True``.
    """
    writer = reporter.config.get_terminal_writer()
    reporter.ensure_newline()
    if writer.width_of_current_line:
        writer.line()
    for line in lines:
        if head:
            writer.write(head, cyan=True)
        writer.line(line, **markup)
    writer.flush()
