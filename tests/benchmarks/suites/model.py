"""What a suite is: the files of each side, the commands that run them, and the rows they fill."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.peers import Peers
from tests.benchmarks.rows import Group, Measure, Samples
from tests.benchmarks.running import Command, Sample

Files = Mapping[str, str]


@dataclass(frozen=True)
class Sizes:
    """How much work there is.

    Attributes:
        tests: in a suite of one file.
        files: in a suite of several files.
        tests_each: in each of these.
        many_files: in a suite of one test a file.
        few_tests: where each takes long.
        modules: that a large application has loaded.
        repeats: of what takes microseconds.
    """

    tests: int = 500
    files: int = 20
    tests_each: int = 10
    many_files: int = 50
    few_tests: int = 26
    modules: int = 8_000
    repeats: int = 50


SMOKE = Sizes(tests=10, files=2, tests_each=2, many_files=2, few_tests=5, modules=200, repeats=3)


@dataclass(frozen=True)
class Bench:
    """Where suites are written, and what runs them.

    Attributes:
        peers: what to compare with.
        work: the folder; npm packages are found from there.
        sizes: how much work there is.
    """

    peers: Peers
    work: Path
    sizes: Sizes

    def write(self, name: str, files: Files) -> Path:
        """Write the files of one side, and return their folder."""
        folder = self.work / "suites" / name
        for file, text in files.items():
            path = folder / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return folder

    def pytest(
        self,
        folder: Path,
        total: int | str,
        *arguments: str,
        plugins: tuple[str, ...] = ("auth0_actions", "respx"),
    ) -> Command:
        """Return what runs *folder* by pytest, with those plugins and those that they bring."""
        (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
        line = self.peers.pytest_line(plugins, *arguments)
        says = total if isinstance(total, str) else rf"(?m)^{total} passed\b"
        return Command(line, folder, says)

    def jest(self, folder: Path, total: int, *arguments: str) -> Command:
        """Return what runs *folder* by Jest."""
        settings = '{"jest": {"cacheDirectory": "../jest-cache"}}\n'
        (folder / "package.json").write_text(settings, encoding="utf-8")
        line = (self.peers.node, str(self.peers.jest), *arguments)
        return Command(line, folder, rf"Tests:\s+{total} passed")

    def node_test(self, folder: Path, total: int) -> Command:
        """Return what runs *folder* by `node --test`."""
        return Command((self.peers.node, "--test"), folder, rf"\bpass {total}\b")


@dataclass(frozen=True)
class Suite:
    """A suite.

    Attributes:
        name: what it is chosen by.
        needs: the peers without which there is nothing to measure.
        groups: writes it, and returns what is measured.
    """

    name: str
    needs: tuple[str, ...]
    groups: Callable[[Bench], list[Group]]


def timed(name: str, command: Command) -> Measure:
    """Return what runs a command, and gives its time by that name."""

    def measure() -> Samples:
        return {name: command.time()}

    return measure


def peak(name: str, command: Command) -> Measure:
    """Return what runs a command, and gives the peak memory of all its processes by that name."""

    def measure() -> Samples:
        return {name: Sample(command.peak_bytes())}

    return measure
