"""Shows what was measured: a table to read, the same for programs, and the docs' page."""

from __future__ import annotations

import os
import platform
import re
import statistics
from datetime import date
from pathlib import Path
from typing import Any

from tests.benchmarks.rows import Row

_SCALES = {"s": 1.0, "ms": 1e3, "us": 1e6, "MB": 1e-6}
_ON_PAGE = ("suite", "against", "median (min to max)", "target", "met", "ours", "theirs")
_IN_FULL = (*_ON_PAGE, "processor time", "pairs")
_BEGIN, _END = "<!-- measured -->", "<!-- measured: end -->"


def as_table(rows: list[Row], *, full: bool = True) -> str:
    """Return the rows as a table in Markdown; not in full, it is what the page shows."""
    headings = _IN_FULL if full else _ON_PAGE
    lines = [headings, *(_cells(row)[: len(headings)] for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(headings))]
    rule = tuple("-" * width for width in widths)
    padded = [
        " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        for line in (lines[0], rule, *lines[1:])
    ]
    return "".join(f"| {line} |\n" for line in padded)


def as_dict(rows: list[Row], versions: dict[str, str]) -> dict[str, Any]:
    """Return all figures, in seconds and bytes."""
    shown = [
        {
            "work": row.work,
            "against": row.against,
            "target": row.target,
            "met": row.met,
            "ratios": row.ratios,
            "processor_ratios": row.processor_ratios,
            "ours": row.our_figures,
            "theirs": row.their_figures,
            "note": row.note,
        }
        for row in rows
    ]
    return {"machine": machine(), "versions": versions, "rows": shown}


def circumstances(pairs: int, versions: dict[str, str]) -> str:
    """Return where, when, how often and with what was measured."""
    shown = ", ".join(f"{name} {version}" for name, version in versions.items())
    return f"{pairs} pairs of runs on {date.today().isoformat()}: {machine()}; {shown}."


def with_table(page: str, rows: list[Row], circumstances: str) -> str:
    """Return the docs' page with the table between its two marks.

    Raises:
        ValueError: it lacks the marks.
    """
    if not re.search(f"{_BEGIN}.*{_END}", page, re.DOTALL):
        raise ValueError(f"The page needs a line {_BEGIN} and, below it, {_END}.")
    before, _, rest = page.partition(_BEGIN)
    after = rest.partition(_END)[2]
    table = as_table(rows, full=False)
    return f"{before}{_BEGIN}\n\n{table}\n{circumstances}\n\n{_END}{after}"


def machine() -> str:
    """Return what this runs on, in one line."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.is_file():
        lines = [line.partition(":") for line in info.read_text(encoding="utf-8").splitlines()]
        model = next((text.strip() for name, _, text in lines if "model name" in name), model)
    return f"{os.cpu_count()} cores, {model}, {platform.system()} {platform.machine()}"


def median_range(ratios: list[float]) -> str:
    """Return the median of some ratios, and between what they lie."""
    if not ratios:
        return "too small to tell"
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"


def figure(values: list[float], unit: str) -> str:
    """Return the median of some figures in their unit."""
    value = statistics.median(values) * _SCALES[unit]
    return f"{value:.{0 if value >= 100 else 2}f} {unit.replace('us', 'µs')}"


def _cells(row: Row) -> tuple[str, ...]:
    target = "" if row.target is None else f"{row.target:.2f}"
    if row.note or not row.our_figures:
        why = row.note or "interrupted"
        return (row.work, row.against, f"not measured: {why}", target, "", "", "", "", "")
    return (
        row.work,
        row.against,
        median_range(row.ratios),
        target,
        {True: "yes", False: "no", None: ""}[row.met],
        figure(row.our_figures, row.unit),
        figure(row.their_figures, row.unit),
        median_range(row.processor_ratios) if row.processor_ratios else "",
        str(len(row.our_figures)),
    )
