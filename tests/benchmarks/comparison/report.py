"""Shows what was measured: a table to read, and the same for programs."""

from __future__ import annotations

import os
import platform
import statistics
from pathlib import Path
from typing import Any

from tests.benchmarks.comparison.rows import Group, Row

_SCALES = {"s": 1.0, "ms": 1e3, "us": 1e6, "MB": 1e-6}
_HEADINGS = (
    "work",
    "against",
    "at most",
    "median (min to max)",
    "met",
    "processor time",
    "ours",
    "theirs",
    "pairs",
)


def as_table(groups: list[Group]) -> str:
    """Return the rows as a table in Markdown, its columns aligned."""
    lines = [_HEADINGS, *(_cells(row) for group in groups for row in group.rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_HEADINGS))]
    rule = tuple("-" * width for width in widths)
    padded = [
        " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        for line in (lines[0], rule, *lines[1:])
    ]
    return "".join(f"| {line} |\n" for line in padded)


def as_dict(groups: list[Group], versions: dict[str, str]) -> dict[str, Any]:
    """Return all figures, in seconds and bytes."""
    rows = [
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
        for group in groups
        for row in group.rows
    ]
    return {"machine": machine(), "versions": versions, "rows": rows}


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
        return (row.work, row.against, target, f"not measured: {why}", "", "", "", "", "")
    return (
        row.work,
        row.against,
        target,
        median_range(row.ratios),
        {True: "yes", False: "no", None: ""}[row.met],
        median_range(row.processor_ratios) if row.processor_ratios else "",
        figure(row.our_figures, row.unit),
        figure(row.their_figures, row.unit),
        str(len(row.our_figures)),
    )
