"""First: a session of one test, of an Action with the auth0 SDK."""

from __future__ import annotations

from tests.benchmarks.rows import Group, Row, sample
from tests.benchmarks.suites import real
from tests.benchmarks.suites.model import Bench, Suite, timed


def _groups(bench: Bench) -> list[Group]:
    our_folder = bench.write("first-ours", real.ours(1, 1))
    jest_folder = bench.write("first-jest", real.theirs(1, 1, jest=True))
    work = "first: a session of one test with the auth0 SDK"
    return [
        Group(
            [
                Row(f"{work}, warm caches", "Jest", None, sample("warm"), sample("jest")),
                Row(
                    f"{work}, `--cache-clear`",
                    "Jest, `--no-cache`",
                    None,
                    sample("cold"),
                    sample("cold jest"),
                ),
            ],
            [
                timed("warm", bench.pytest(our_folder, 1)),
                timed("jest", bench.jest(jest_folder, 1)),
                timed("cold", bench.pytest(our_folder, 1, "--cache-clear")),
                timed("cold jest", bench.jest(jest_folder, 1, "--no-cache")),
            ],
        )
    ]


FIRST = Suite("first", ("Jest",), _groups)
