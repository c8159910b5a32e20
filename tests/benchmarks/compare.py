"""Compares the plugin with other ways to test the same Action, as ratios in one run.

``python -m tests.benchmarks.compare`` sets the others up, generates the same tests for each, runs
them in turn, and prints how the medians compare. It takes up to ten minutes on two cores; it fails
on no number. ``--smoke`` takes half a minute, installs nothing, and compares what is there.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.comparison import peers as setup
from tests.benchmarks.comparison.chart import as_svg
from tests.benchmarks.comparison.report import as_dict, as_table, machine
from tests.benchmarks.comparison.rows import BROKEN, Group, drop_absent
from tests.benchmarks.comparison.table import SMOKE, Sizes, Table

_PAIRS = 10
_SMOKE_PAIRS = 1


def compare(
    work: Path, pairs: int, *, smoke: bool, kilterset: Path | None
) -> tuple[list[Group], dict[str, str]]:
    """Measure all that there is; return the rows in their groups, and the versions."""
    peers = setup.here() if smoke else setup.set_up(work, kilterset)
    if not peers.has_http:
        peers.absent["HTTP"] = "it needs the extra http"
    groups = Table(peers, work, SMOKE if smoke else Sizes()).groups()
    ends_s = time.perf_counter()
    try:
        for group in drop_absent(groups, peers.absent):
            print(f"measuring {group.name} ...", end=" ", file=sys.stderr, flush=True)
            ends_s += group.seconds
            group.play(pairs, ends_s, warm_up=not smoke)
            print(f"{group.took_s:.0f} s", file=sys.stderr)
    except KeyboardInterrupt:
        print("interrupted; this is what there is", file=sys.stderr)
    return groups, peers.versions


def main(arguments: list[str] | None = None) -> int:
    """Print the table; return 1 if something that is there could not be run."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.compare", description=__doc__)
    parser.add_argument("--kilterset", type=Path, help="a checkout of auth0-actions-testing")
    parser.add_argument("--pairs", type=int, help="how often each row is measured (default: 10)")
    parser.add_argument("--smoke", action="store_true", help="tiny sizes, nothing installed")
    parser.add_argument("--work", type=Path, help="where to install and write (default: temporary)")
    parser.add_argument("--svg", type=Path, help="write a chart there")
    parser.add_argument("--json", type=Path, help="write all figures there")
    given = parser.parse_args(arguments)
    pairs = given.pairs or (_SMOKE_PAIRS if given.smoke else _PAIRS)
    with contextlib.ExitStack() as stack:
        work = given.work or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        work.mkdir(parents=True, exist_ok=True)
        groups, versions = compare(
            work.resolve(), pairs, smoke=given.smoke, kilterset=given.kilterset
        )
    print(as_table(groups))
    print(", ".join(f"{name} {version}" for name, version in versions.items()))
    print(machine())
    if given.svg:
        given.svg.write_text(as_svg(groups), encoding="utf-8")
    if given.json:
        text = json.dumps(as_dict(groups, versions), indent=2) + "\n"
        given.json.write_text(text, encoding="utf-8")
    return int(any(row.note == BROKEN for group in groups for row in group.rows))


if __name__ == "__main__":
    sys.exit(main())
