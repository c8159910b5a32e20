"""Compares the plugin with other ways to test the same Actions, as ratios in one run.

``python -m tests.benchmarks.compare`` installs what is measured, generates the suites, runs both
sides in turn, and prints how they compare; names of suites choose some. All take about fifteen
minutes on two cores. It fails on no number. ``--smoke`` takes half a minute, installs nothing, and
measures what is there.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.peers import Peers, SetupError, set_up
from tests.benchmarks.report import as_dict, as_table, circumstances, with_table
from tests.benchmarks.rows import BROKEN, Row
from tests.benchmarks.suites import SUITES
from tests.benchmarks.suites.model import SMOKE, Bench, Sizes, Suite

_PAIRS = 7


def measure(suites: list[Suite], bench: Bench, pairs: int, *, warm_up: bool) -> list[Row]:
    """Measure the suites for which all is there, and return all rows."""
    rows = []
    try:
        for suite in suites:
            groups = suite.groups(bench)
            rows += [row for group in groups for row in group.rows]
            why = [bench.peers.absent[name] for name in suite.needs if name in bench.peers.absent]
            print(f"measuring {suite.name} ...", end=" ", file=sys.stderr, flush=True)
            started_s = time.perf_counter()
            for group in groups:
                if why:
                    for row in group.rows:
                        row.note = why[0]
                else:
                    group.play(pairs, warm_up=warm_up)
            print(f"{time.perf_counter() - started_s:.0f} s", file=sys.stderr)
    except KeyboardInterrupt:
        print("interrupted; this is what there is", file=sys.stderr)
    return rows


def main(arguments: list[str] | None = None) -> int:
    """Print the table; return 1 if something that is there could not be run."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.compare", description=__doc__)
    parser.add_argument("suite", nargs="*", help=f"one of {', '.join(SUITES)} (default: all)")
    parser.add_argument("--pairs", type=int, help=f"how often each side runs (default: {_PAIRS})")
    parser.add_argument("--here", action="store_true", help="measure the Python that runs this")
    parser.add_argument("--smoke", action="store_true", help="tiny sizes, nothing installed")
    parser.add_argument("--work", type=Path, help="where to install and write (default: temporary)")
    parser.add_argument("--page", type=Path, help="write the table into this page of the docs")
    parser.add_argument("--json", type=Path, help="write all figures there")
    given = parser.parse_args(arguments)
    if unknown := [name for name in given.suite if name not in SUITES]:
        parser.error(f"no suite {unknown[0]!r}; there are {', '.join(SUITES)}")
    pairs = given.pairs or (1 if given.smoke else _PAIRS)
    with contextlib.ExitStack() as stack:
        work = given.work or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        work.mkdir(parents=True, exist_ok=True)
        peers = _set_up(work.resolve(), here=given.here or given.smoke, npm=not given.smoke)
        bench = Bench(peers, work.resolve(), SMOKE if given.smoke else Sizes())
        suites = [SUITES[name] for name in given.suite or SUITES]
        rows = measure(suites, bench, pairs, warm_up=not given.smoke)
    measured = circumstances(pairs, peers.versions)
    print(as_table(rows))
    print(measured)
    if given.page:
        page = given.page.read_text(encoding="utf-8")
        given.page.write_text(with_table(page, rows, measured), encoding="utf-8")
    if given.json:
        text = json.dumps(as_dict(rows, peers.versions), indent=2) + "\n"
        given.json.write_text(text, encoding="utf-8")
    return int(any(row.note == BROKEN for row in rows))


def _set_up(work: Path, *, here: bool, npm: bool) -> Peers:
    try:
        return set_up(work, here=here, npm=npm)
    except SetupError as error:
        raise SystemExit(str(error)) from None


if __name__ == "__main__":
    sys.exit(main())
