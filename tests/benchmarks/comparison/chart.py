"""Draws the rows as bars: how much of what its target allows does each one take."""

from __future__ import annotations

import statistics
from html import escape

from tests.benchmarks.comparison.rows import Group, Row

_WIDTH = 760
_LEFT, _RIGHT = 16, 96  # beside the bars; the figures stand on the right
_TOP, _ROW, _BOTTOM = 64, 44, 34
_MOST = 2.0  # a bar that would go further is cut there
_FULL = _WIDTH - _LEFT - _RIGHT

_STYLE = """\
    text { font: 13px system-ui, sans-serif; fill: #1f2328; }
    .title { font-size: 16px; font-weight: 600; }
    .small { font-size: 12px; fill: #59636e; }
    .figure { font-weight: 600; }
    .room { fill: #59636e; fill-opacity: 0.12; }
    .met { fill: #2f7d4f; }
    .missed { fill: #c2541b; }
    .spread { stroke: #1f2328; stroke-opacity: 0.55; stroke-width: 1.5; }
    .target { stroke: #1f2328; stroke-width: 2; }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3; }
      .small { fill: #9aa4af; }
      .room { fill: #9aa4af; fill-opacity: 0.16; }
      .met { fill: #4fae78; }
      .missed { fill: #e8834c; }
      .spread, .target { stroke: #e6edf3; }
    }
"""


def as_svg(groups: list[Group]) -> str:
    """Return the chart of the rows that have a target and were measured."""
    rows = [row for group in groups for row in group.rows if row.target and row.ratios]
    bottom = _TOP + _ROW * len(rows)
    parts = [
        _text(_LEFT, 24, "Cost against other ways to test the same Action", "title"),
        _text(
            _LEFT,
            44,
            "Bars: median ratios, as shares of the target; thin lines: minimum to maximum.",
            "small",
        ),
        *(part for index, row in enumerate(rows) for part in _row(row, _TOP + _ROW * index)),
        _text(_x(1), bottom + 18, "target", "small", "middle"),
    ]
    height = bottom + _BOTTOM
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" '
        f'viewBox="0 0 {_WIDTH} {height}" role="img" '
        f'aria-label="Each measured cost beside its target">\n'
        f"  <style>\n{_STYLE}  </style>\n" + "".join(f"  {part}\n" for part in parts) + "</svg>\n"
    )


def _row(row: Row, top: int) -> list[str]:
    assert row.target is not None
    median = statistics.median(row.ratios)
    shares = [ratio / row.target for ratio in (median, min(row.ratios), max(row.ratios))]
    share, low, high = (min(each, _MOST) for each in shares)
    caption = f"{row.work} vs {row.against}".replace("`", "")
    kind = "met" if row.met else "missed"
    cut = " →" if shares[0] > _MOST else ""
    return [
        _text(_LEFT, top + 15, caption, ""),
        _bar(_FULL, top, "room"),
        _bar(_x(share) - _LEFT, top, kind),
        _line(_x(1), top + 19, _x(1), top + 37, "target"),
        _line(_x(low), top + 28, _x(high), top + 28, "spread"),
        _text(_WIDTH - 16, top + 33, f"{median:.2f}{cut}", "figure", "end"),
        _text(_WIDTH - 16, top + 15, f"at most {row.target:.2f}", "small", "end"),
    ]


def _x(share: float) -> float:
    return _LEFT + _FULL * share / _MOST


def _bar(width: float, top: int, kind: str) -> str:
    return (
        f'<rect class="{kind}" x="{_LEFT}" y="{top + 22}" width="{width:.1f}" height="12" rx="2"/>'
    )


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1}" x2="{x2:.1f}" y2="{y2}"/>'


def _text(x: float, y: float, text: str, kind: str, anchor: str = "start") -> str:
    return (
        f'<text class="{kind}" x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}">{escape(text)}</text>'
    )
