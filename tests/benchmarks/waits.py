"""Measures what waiting costs: 200 tests that each wait 10 seconds on the test's clock.

``python -m tests.benchmarks.waits`` times a generated suite, and the same suite without its waits,
in turn, and prints the ratios of the pairs.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.comparison.running import Command

PAIRS = 20
TESTS = 200
WAITS_MS = 10_000

ACTION = """
exports.onExecutePostUserRegistration = async (event, api) => {
  api.cache.set('token', 't0ken', { ttl: 5000 });
  if (event.wait) await new Promise((resolve) => setTimeout(resolve, event.wait));
  event.token = api.cache.get('token')?.value ?? 'gone';
};
"""
TEST = """
import pytest


@pytest.mark.parametrize("number", range({tests}))
def test_it(load_action, clock, number):
    start_ms = clock.now_ms
    execution = load_action("action.js").run({{"wait": {wait_ms}}})
    assert execution.event["token"] == {token!r}
    assert clock.now_ms == start_ms + {wait_ms}
"""


def write_project(folder: Path, wait_ms: int) -> Command:
    """Write a suite whose Actions wait for so long, and return what runs it."""
    folder.mkdir()
    token = "gone" if wait_ms else "t0ken"
    test = TEST.format(tests=TESTS, wait_ms=wait_ms, token=token)
    (folder / "action.js").write_text(ACTION, encoding="utf-8")
    (folder / "test_waits.py").write_text(test, encoding="utf-8")
    line = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    return Command(line, folder, says=rf"{TESTS} passed")


def main() -> None:
    """Print the ratios."""
    with tempfile.TemporaryDirectory() as name:
        waiting = write_project(Path(name, "waiting"), WAITS_MS)
        at_once = write_project(Path(name, "at_once"), 0)
        pairs = []
        waiting.time()
        for pair in range(PAIRS):
            order = [waiting, at_once] if pair % 2 else [at_once, waiting]
            taken = {command: command.time().value for command in order}
            pairs.append((taken[waiting], taken[at_once]))
    ratios = [waiting_s / at_once_s for waiting_s, at_once_s in pairs]
    print(f"{TESTS} tests that wait {WAITS_MS / 1_000:g} s each, {PAIRS} pairs, with / without:")
    print(
        f"median {statistics.median(ratios):.3f}  min {min(ratios):.3f}  max {max(ratios):.3f}"
        f"  (without: {statistics.median(without_s for _, without_s in pairs):.3f} s)"
    )


if __name__ == "__main__":
    main()
