"""Measures what the plugin costs a project that does not use it.

``python -m tests.benchmarks.collect_only`` times `pytest --collect-only` over a generated project,
with the plugin and with the plugin disabled, in turn, and prints the ratios of the pairs. What
other plugins are installed is loaded in both, so run it where there are none.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.comparison.running import Command

PAIRS = 40
FILES, TESTS = 20, 50


def write_project(folder: Path) -> None:
    """Write the tests of a project that has never heard of Auth0."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(FILES):
        lines = [f"def test_{test}(tmp_path): pass\n" for test in range(TESTS)]
        (folder / f"test_{number}.py").write_text("".join(lines), encoding="utf-8")


def main() -> None:
    """Print the ratios."""
    line = (sys.executable, "-m", "pytest", "--collect-only", "-qq", "-p", "no:cacheprovider")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_project(folder)
        enabled = Command(line, folder)
        disabled = Command((*line, "-p", "no:auth0_actions"), folder)
        disabled.time()
        pairs = []
        for pair in range(PAIRS):
            order = [disabled, enabled] if pair % 2 else [enabled, disabled]
            taken = {command: command.time() for command in order}
            pairs.append((taken[enabled], taken[disabled]))
    print(f"collect-only of {FILES * TESTS} tests, {PAIRS} pairs, with the plugin / without it:")
    figures = [(with_.value, without.value) for with_, without in pairs]
    _print_ratios("wall clock", figures)
    used = [(with_.processor_s or 0, without.processor_s or 0) for with_, without in pairs]
    _print_ratios("processor", used)


def _print_ratios(kind: str, pairs: list[tuple[float, float]]) -> None:
    ratios = [with_s / without_s for with_s, without_s in pairs]
    without_s = statistics.median(without_s for _, without_s in pairs)
    print(
        f"{kind}: median {statistics.median(ratios):.3f}  min {min(ratios):.3f}"
        f"  max {max(ratios):.3f}  (without: {without_s:.3f} s)"
    )


if __name__ == "__main__":
    main()
