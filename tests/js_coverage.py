"""Tells which lines of our JavaScript no test has run.

V8 writes what it saw into the folder NODE_V8_COVERAGE when a process ends by itself:
``NODE_V8_COVERAGE=DIR pytest; python -m tests.js_coverage DIR``.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from pytest_auth0_actions.node.process import HARNESS


def unseen_lines(folder: Path) -> list[int]:
    """Return the numbers of the lines of which some code was run in no process."""
    source = HARNESS.read_text(encoding="utf-8")
    seen = bytearray(len(source))
    reports = 0
    for report in folder.glob("*.json"):
        for script in json.loads(report.read_text(encoding="utf-8"))["result"]:
            if script["url"] == HARNESS.as_uri():
                reports += 1
                counts = [0] * len(source)
                # Outer ranges come before those inside them.
                for function in script["functions"]:
                    for part in function["ranges"]:
                        start, end = part["startOffset"], part["endOffset"]
                        counts[start:end] = [part["count"]] * (min(end, len(source)) - start)
                for offset, count in enumerate(counts):
                    seen[offset] |= count > 0
    if not reports:
        sys.exit(f"No report on {HARNESS} in {folder}.")
    lines, offset = [], 0
    for number, line in enumerate(source.splitlines(keepends=True), start=1):
        code = "" if "// not reported:" in line else line.split("//")[0]
        if any(not seen[offset + at] for at, char in enumerate(code) if char.strip(" \n{}();,")):
            lines.append(number)
        offset += len(line)
    return lines


def main() -> None:
    """Print the unseen lines, and exit with 1 if there are any."""
    lines = unseen_lines(Path(sys.argv[1]))
    source = HARNESS.read_text(encoding="utf-8").splitlines()
    for number in lines:
        print(f"{HARNESS.name}:{number}: {source[number - 1]}")
    sys.exit(1 if lines else 0)


if __name__ == "__main__":
    main()
