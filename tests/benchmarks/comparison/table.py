"""The table: each row with its target, and the runs that fill it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks import collect_only
from tests.benchmarks.comparison.bare_pair import seconds_per_pair
from tests.benchmarks.comparison.inside import CACHETOOLS, CALLS, FIRST, REQUESTS, inside
from tests.benchmarks.comparison.peers import Peers
from tests.benchmarks.comparison.rows import (
    Group,
    Measure,
    Row,
    Samples,
    constant,
    marginal,
    on_the_line,
    sample,
)
from tests.benchmarks.comparison.running import Command, Sample
from tests.benchmarks.comparison.suites import pytest_line, suite


@dataclass(frozen=True)
class Sizes:
    """How much work there is.

    Attributes:
        tests: in a suite of one file.
        files: in a suite of many files.
        tests_each: in each of these.
        modules: that a large application has loaded.
        few_tests: where each takes long.
        growth: the sizes of one suite.
        calls: of the api, in one run.
        repeats: of what takes microseconds.
    """

    tests: int = 500
    files: int = 50
    tests_each: int = 10
    modules: int = 8_000
    few_tests: int = 26
    growth: tuple[int, int, int, int] = (10, 100, 1_000, 5_000)
    calls: int = 5_000
    repeats: int = 50


SMOKE = Sizes(
    tests=10,
    files=2,
    tests_each=2,
    modules=200,
    few_tests=5,
    growth=(2, 3, 4, 5),
    calls=100,
    repeats=3,
)


class Table:
    """Makes the groups of rows, in the order in which they are measured.

    Args:
        peers: what there is to compare with.
        work: where the generated tests go.
        sizes: how much work there is.
    """

    def __init__(self, peers: Peers, work: Path, sizes: Sizes) -> None:
        self._peers = peers
        self._work = work
        self._sizes = sizes

    def groups(self) -> list[Group]:
        """Return all groups; those of absent peers have nothing to measure for them."""
        return [
            self._in_node(),
            self._many_files(),
            self._in_python(),
            self._many_modules(),
            self._cache(),
            self._unused(),
            self._first_run(),
            self._memory(),
            self._calls(),
            self._growth(),
            self._requests(),
            self._http_suite(),
        ]

    def _in_node(self) -> Group:
        count = self._sizes.tests
        work = f"{count} tests of one Action in Node, one file"
        total, each = sample(f"ours {count}"), marginal("ours", count)
        names = ["ours", "empty", "empty with freezegun", "kilterset", "node --test", "Jest"]
        empty = f"{count} empty tests of pytest"
        return Group(
            "one file of tests in Node",
            [
                Row(
                    f"{work}, whole process",
                    "kilterset",
                    0.70,
                    total,
                    sample(f"kilterset {count}"),
                    peer="kilterset",
                ),
                Row(
                    f"{work}, one more test",
                    "`node --test` with hand mocks",
                    1.5,
                    each,
                    marginal("node --test", count),
                    "ms",
                ),
                Row(
                    f"{work}, whole process",
                    "Jest",
                    None,
                    total,
                    sample(f"Jest {count}"),
                    peer="Jest",
                ),
                Row(
                    f"{empty}, whole process",
                    "kilterset",
                    None,
                    sample(f"empty {count}"),
                    sample(f"kilterset {count}"),
                    peer="kilterset",
                ),
                Row(
                    f"{empty}, with one freeze, whole process",
                    "kilterset",
                    None,
                    sample(f"empty with freezegun {count}"),
                    sample(f"kilterset {count}"),
                    peer="kilterset",
                ),
                Row(
                    f"{empty}, one more test",
                    "`node --test` with hand mocks",
                    None,
                    marginal("empty", count),
                    marginal("node --test", count),
                    "ms",
                ),
            ],
            [self._timed(name, count) for name in names if self._has(name)]
            + [self._timed(name, 1) for name in ("ours", "empty", "node --test")],
            seconds=85,
        )

    def _many_files(self) -> Group:
        files, each = self._sizes.files, self._sizes.tests_each
        return Group(
            "many files of tests in Node",
            [
                Row(
                    f"{files} files of {each} tests in Node, whole process",
                    "Jest",
                    0.50,
                    sample(f"ours {files}x{each}"),
                    sample(f"Jest {files}x{each}"),
                    peer="Jest",
                )
            ],
            [self._timed(name, each, files=files) for name in ("ours", "Jest")],
            seconds=85,
        )

    def _in_python(self) -> Group:
        count = self._sizes.tests
        few = min(count, 101)
        work = f"{count} Python tests with `api` and `clock`, one more test"
        ours = marginal("ours in Python", count)
        runs = {"ours in Python": count, "injected clock": count}
        runs |= {name: few for name in ("pytest-freezer", "time-machine") if self._has(name)}
        return Group(
            "tests in Python",
            [
                Row(
                    work,
                    "pytest, injected clock, hand-written mock",
                    1.25,
                    ours,
                    marginal("injected clock", count),
                    "ms",
                ),
                *(
                    Row(work, name, None, ours, marginal(name, few), "ms", name)
                    for name in ("time-machine", "pytest-freezer")
                ),
            ],
            [self._timed(name, tests) for name, last in runs.items() for tests in (last, 1)],
            seconds=60,
        )

    def _many_modules(self) -> Group:
        count, few, modules = self._sizes.tests, self._sizes.few_tests, self._sizes.modules
        runs = [("ours in Python", count), ("pytest-freezer", few)]
        return Group(
            "tests in Python with many modules loaded",
            [
                Row(
                    f"{count} Python tests with {modules:,} modules loaded, one more test",
                    f"pytest-freezer ({few} tests)",
                    0.05,
                    marginal("ours in Python", count),
                    marginal("pytest-freezer", few),
                    "ms",
                    "pytest-freezer",
                )
            ],
            [
                self._timed(name, tests, modules=modules)
                for name, last in runs
                for tests in (last, 1)
            ],
            seconds=45,
        )

    def _cache(self) -> Group:
        return Group(
            "the cache",
            [
                Row(
                    "`api.cache.set` then `get`, 20 keys",
                    "`cachetools.TTLCache` with its timer patched",
                    1.5,
                    sample("cache ours"),
                    sample("cache theirs"),
                    "us",
                    "cachetools",
                )
            ],
            [inside("cache", CACHETOOLS, self._peers, self._work, self._sizes.repeats)],
            seconds=15,
        )

    def _unused(self) -> Group:
        folder = self._work / "suites" / "unused"
        collect_only.write_project(folder)
        tests = collect_only.FILES * collect_only.TESTS

        def timed(name: str, plugins: tuple[str, ...]) -> Measure:
            arguments = ("--collect-only", "-q", "-pno:cacheprovider")
            line = pytest_line(self._peers.python, plugins, *arguments)
            command = Command(line, folder)
            return lambda: {name: command.time()}

        return Group(
            "the plugin unused",
            [
                Row(
                    f"installed but unused, `--collect-only` of {tests:,} tests",
                    "the plugin disabled",
                    1.03,
                    sample("enabled"),
                    sample("disabled"),
                )
            ],
            [timed("enabled", ("auth0_actions",)), timed("disabled", ())],
            share=2,
            seconds=40,
        )

    def _first_run(self) -> Group:
        bare = Command((self._peers.node, "-e", "0"), self._work)
        return Group(
            "the first run",
            [
                Row(
                    "first Action in a fresh session, from `load_action` to result",
                    "`node -e 0` alone",
                    2.0,
                    sample("session first"),
                    sample("bare"),
                    "ms",
                )
            ],
            [inside("session", FIRST, self._peers, self._work), lambda: {"bare": bare.time()}],
            seconds=15,
        )

    def _memory(self) -> Group:
        def peak(name: str, largest_only: bool) -> Measure:
            command = suite(name, self._peers, self._work, self._sizes.tests)
            return lambda: {name: Sample(command.peaks()[largest_only])}

        return Group(
            "memory",
            [
                Row(
                    f"peak memory, {self._sizes.tests} tests, pytest plus Node",
                    "Jest's largest process",
                    0.8,
                    sample("ours"),
                    sample("Jest"),
                    "MB",
                    "Jest",
                )
            ],
            [
                peak(name, largest_only)
                for name, largest_only in (("ours", False), ("Jest", True))
                if self._has(name)
            ],
            seconds=25,
        )

    def _calls(self) -> Group:
        node, count = self._peers.node, self._sizes.calls

        def bare() -> Samples:
            return {"pair": Sample(seconds_per_pair(node, count))}

        return Group(
            "calls of the api",
            [
                Row(
                    f"one `api.cache.{member}` call from JavaScript, of {count:,}",
                    "a bare blocking JSON line pair",
                    1.3,
                    sample(f"calls {member}"),
                    sample("pair"),
                    "us",
                )
                for member in ("get", "set")
            ],
            [inside("calls", CALLS, self._peers, self._work, count), bare],
            seconds=40,
        )

    def _growth(self) -> Group:
        first, second, third, last = self._sizes.growth
        return Group(
            "growth",
            [
                Row(
                    f"{size:,} tests in Node, whole process",
                    f"the line through {first:,} and {third:,} tests",
                    1.10,
                    sample(f"ours {size}"),
                    on_the_line("ours", first, third, size),
                )
                for size in (second, last)
            ],
            [self._timed("ours", size) for size in self._sizes.growth],
            seconds=75,
        )

    def _requests(self) -> Group:
        measures: list[Measure] = []
        if self._peers.has_http:
            measures.append(
                inside("request", REQUESTS, self._peers, self._work, self._sizes.repeats)
            )
        return Group(
            "requests",
            [
                Row(
                    work,
                    "5 ms" if name == "kept" else "25 ms",
                    1,
                    sample(f"request {name}"),
                    constant(target),
                    "ms",
                    "HTTP",
                )
                for name, work, target in (
                    ("kept", "a stubbed HTTPS request on a kept-alive connection", 0.005),
                    ("first", "the first stubbed HTTPS request to a new host", 0.025),
                )
            ],
            measures,
            seconds=15,
        )

    def _http_suite(self) -> Group:
        count = self._sizes.tests
        stubbed = "node --test with a stub"
        names = ["ours with HTTP", "respx alone", stubbed] if self._peers.has_http else []
        return Group(
            "tests with HTTP",
            [
                Row(
                    f"{count} tests of an Action that fetches, whole process",
                    "`node --test` with a stubbed `global.fetch`",
                    1.5,
                    sample(f"ours with HTTP {count}"),
                    sample(f"{stubbed} {count}"),
                    peer="HTTP",
                ),
                Row(
                    f"{count} tests of pytest that ask a respx router, without Node.js",
                    "`node --test` with a stubbed `global.fetch`",
                    None,
                    sample(f"respx alone {count}"),
                    sample(f"{stubbed} {count}"),
                    peer="HTTP",
                ),
            ],
            [self._timed(name, count) for name in names],
            seconds=40,
        )

    def _has(self, name: str) -> bool:
        return name not in self._peers.absent

    def _timed(self, name: str, tests: int, *, files: int = 1, modules: int = 0) -> Measure:
        if not self._has(name):
            return dict
        command = suite(name, self._peers, self._work, tests, files=files, modules=modules)
        key = f"{name} {tests}" if files == 1 else f"{name} {files}x{tests}"
        return lambda: {key: command.time()}
