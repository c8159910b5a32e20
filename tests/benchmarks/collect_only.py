"""Measures what the plugin costs a project that does not use it.

``python -m tests.benchmarks.collect_only`` times `pytest --collect-only` over a generated project,
with the plugin and with the plugin disabled, in turn, and prints the ratios of the pairs. What
other plugins are installed is loaded in both, so run it where there are none.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PAIRS = 40
FILES, TESTS = 20, 50


def seconds(folder: Path, *arguments: str) -> tuple[float, float]:
    """Return how long a collection of *folder* takes: by the wall clock, and of processor time."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-qq", "-p", "no:cacheprovider"]
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in {"PYTHONDONTWRITEBYTECODE", "NODE_EXTRA_CA_CERTS"}
    }
    started_s = time.perf_counter()
    child = subprocess.Popen(
        [*command, *arguments], cwd=folder, stdout=subprocess.DEVNULL, env=environment
    )
    _, status, used = os.wait4(child.pid, 0)
    wall_s = time.perf_counter() - started_s
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0
    return wall_s, used.ru_utime + used.ru_stime


def main() -> None:
    """Print the ratios."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number in range(FILES):
            lines = [f"def test_{test}(tmp_path): pass\n" for test in range(TESTS)]
            (folder / f"test_{number}.py").write_text("".join(lines), encoding="utf-8")
        disabled = ["-p", "no:auth0_actions"]
        seconds(folder)
        pairs = []
        for pair in range(PAIRS):
            order = [disabled, []] if pair % 2 else [[], disabled]
            taken = {bool(arguments): seconds(folder, *arguments) for arguments in order}
            pairs.append((taken[False], taken[True]))
    print(f"collect-only of {FILES * TESTS} tests, {PAIRS} pairs, with the plugin / without it:")
    for index, kind in enumerate(("wall clock", "processor")):
        ratios = [with_[index] / without[index] for with_, without in pairs]
        without_s = statistics.median(without[index] for _, without in pairs)
        print(
            f"{kind}: median {statistics.median(ratios):.3f}  min {min(ratios):.3f}"
            f"  max {max(ratios):.3f}  (without: {without_s:.3f} s)"
        )


if __name__ == "__main__":
    main()
