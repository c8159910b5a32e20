"""Tells which lines of our JavaScript no test has run.

V8 writes what it saw into the folder NODE_V8_COVERAGE when a process ends by itself:
``NODE_V8_COVERAGE=DIR pytest; python -m tests.js_coverage DIR [FILE ...]``. A line may say why it
is not reported, after ``// not reported:``; so may several, from ``// not reported from here:`` to
``// reported from here``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from pytest_auth0_actions.node.process import HARNESS

SCRIPTS = sorted(HARNESS.parent.glob("*.js"))


class Script:
    """A script of ours, and which of its characters some process has run."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.source = path.read_text(encoding="utf-8")
        self._seen = 0  # a number of one byte a character: 1 if it was run

    def add(self, functions: list[dict[str, list[dict[str, int]]]]) -> None:
        """Add what one process has run."""
        seen = bytearray(len(self.source))
        # Outer ranges come before those inside them.
        for function in functions:
            for part in function["ranges"]:
                start, end = part["startOffset"], min(part["endOffset"], len(seen))
                seen[start:end] = bytes([part["count"] > 0]) * (end - start)
        self._seen |= int.from_bytes(seen, "big")

    def unseen_lines(self) -> Iterator[tuple[int, str]]:
        """Yield number and text of the lines of which some code was run in no process."""
        offset, is_reported = 0, True
        seen = self._seen.to_bytes(len(self.source), "big")
        for number, line in enumerate(self.source.splitlines(keepends=True), start=1):
            if "// not reported from here:" in line:
                is_reported = False
            elif "// reported from here" in line:
                is_reported = True
            is_silent = "// not reported:" in line or not is_reported
            code = "" if is_silent else line.split("//")[0]
            marks = " \n{}();,"
            if any(not seen[offset + at] for at, char in enumerate(code) if char.strip(marks)):
                yield number, line.rstrip("\n")
            offset += len(line)


def read_reports(folder: Path, scripts: list[Script]) -> int:
    """Add what the reports in *folder* tell, and return how many there were on our harness."""
    by_url = {script.path.as_uri(): script for script in scripts}
    reports = 0
    for report in folder.glob("*.json"):
        for found in json.loads(report.read_text(encoding="utf-8"))["result"]:
            reports += found["url"] == HARNESS.as_uri()
            if found["url"] in by_url:
                by_url[found["url"]].add(found["functions"])
    return reports


def main(folder: str, *names: str) -> None:
    """Print the unseen lines of the named scripts, or of all, and exit with 1 if there are any."""
    scripts = [Script(path) for path in SCRIPTS if path.name in names or not names]
    if not read_reports(Path(folder), scripts):
        sys.exit(f"No report on {HARNESS} in {folder}.")
    unseen = [(script, *line) for script in scripts for line in script.unseen_lines()]
    for script, number, line in unseen:
        print(f"{script.path.name}:{number}: {line}")
    sys.exit(1 if unseen else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
