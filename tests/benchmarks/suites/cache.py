"""Cache: `api.cache` in Python, beside a cache of cachetools; measured inside of one test."""

from __future__ import annotations

import json

from tests.benchmarks.rows import Group, Row, Samples, sample
from tests.benchmarks.running import Sample
from tests.benchmarks.suites.model import Bench, Suite

# Time stands still in a test, for time.perf_counter() too.
TEST = """\
import json
from pathlib import Path

from cachetools import TTLCache

from pytest_auth0_actions.world.elapsed import real_monotonic_s

KEYS = [f"key-{number}" for number in range(20)]


def test_set_then_get(api):
    ours, theirs = api.cache, TTLCache(maxsize=20, ttl=900, timer=lambda: 1_735_689_600)
    figures = {"ours": 0, "theirs": 0}

    def ours_s():
        started_s = real_monotonic_s()
        for key in KEYS:
            ours.set(key, "value")
        for key in KEYS:
            assert ours.get(key).value == "value"
        return real_monotonic_s() - started_s

    def theirs_s():
        started_s = real_monotonic_s()
        for key in KEYS:
            theirs[key] = "value"
        for key in KEYS:
            assert theirs.get(key) == "value"
        return real_monotonic_s() - started_s

    for number in range(%(repeats)d):
        turns = [("ours", ours_s), ("theirs", theirs_s)]
        for name, seconds in turns[:: 1 if number %% 2 else -1]:
            figures[name] += seconds() / %(repeats)d
    Path("figures.json").write_text(json.dumps(figures), encoding="utf-8")
"""


def _groups(bench: Bench) -> list[Group]:
    text = TEST % {"repeats": bench.sizes.repeats}
    folder = bench.write("cache", {"test_cache.py": text})
    command = bench.pytest(folder, 1, plugins=("auth0_actions",))

    def measure() -> Samples:
        command.time()
        figures = json.loads((folder / "figures.json").read_text(encoding="utf-8"))
        return {name: Sample(figure) for name, figure in figures.items()}

    return [
        Group(
            [
                Row(
                    "cache: `api.cache.set` then `get` of 20 keys in Python",
                    "`cachetools.TTLCache` with its timer patched",
                    None,
                    sample("ours"),
                    sample("theirs"),
                    "us",
                )
            ],
            [measure],
        )
    ]


CACHE = Suite("cache", ("cachetools",), _groups)
