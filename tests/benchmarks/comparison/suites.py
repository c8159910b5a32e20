"""Generates the work: the same tests of the same Action, as each tool's users would write them.

Each test sets the clock, runs the Action, which finds no record and sets one that lives 60,000 ms,
moves the clock by 60,001 ms, runs again, and asserts that both runs missed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.comparison import sources
from tests.benchmarks.comparison.peers import Peers
from tests.benchmarks.comparison.running import Command

# Each tool runs with the plugins that it needs, and with no other that happens to be installed.
_PYTEST_PLUGINS = (
    "anyio",
    "asyncio",
    "auth0_actions",
    "freezer",
    "hypothesispytest",
    "respx",
    "time_machine",
    "xdist",
    "xdist.looponfail",
)


@dataclass(frozen=True)
class Kind:
    """A tool, and how its tests are written.

    Attributes:
        file: the name of a test file, of which `%d` is its number.
        head: how a file begins.
        test: one test.
        tail: how a file ends.
        beside: the other files, by name.
        plugins: what pytest loads; None for tools of JavaScript.
    """

    file: str
    head: str
    test: str
    tail: str = ""
    beside: tuple[tuple[str, str], ...] = ()
    plugins: tuple[str, ...] | None = None

    def write(self, folder: Path, files: int, tests: int, modules: int) -> None:
        """Write *files* of *tests* each, and a conftest that makes as many *modules*."""
        folder.mkdir(parents=True, exist_ok=True)
        beside = dict(self.beside)
        if modules:
            beside["conftest.py"] = (
                beside.get("conftest.py", "") + sources.MODULES_CONFTEST % modules
            )
        if self.plugins is not None:
            beside["pytest.ini"] = "[pytest]\n"
        for name, text in beside.items():
            (folder / name).write_text(text, encoding="utf-8")
        for number in range(files):
            cases = [
                self.test % {"number": case, "start": sources.START_MS} for case in range(tests)
            ]
            text = self.head + "".join(cases) + self.tail
            (folder / (self.file % number)).write_text(text, encoding="utf-8")


_JS_BESIDE = (("action.js", sources.ACTION), ("mocks.js", sources.JS_MOCKS))
_JS_FETCHING = (("action.js", sources.FETCHING_ACTION), ("mocks.js", sources.JS_MOCKS))
_PYTHON_BESIDE = (("action.py", sources.PYTHON_ACTION), ("mocks.py", sources.PYTHON_MOCKS))
_REAL_TIME = (*_PYTHON_BESIDE, ("conftest.py", sources.REAL_TIME_CONFTEST))
_OURS = ("auth0_actions",)

KINDS = {
    "ours": Kind(
        "test_%d.py", "", sources.OURS_IN_NODE, "", (("action.js", sources.ACTION),), _OURS
    ),
    "node --test": Kind("case_%d.test.js", sources.NODE_HEAD, sources.NODE_TEST, "", _JS_BESIDE),
    "Jest": Kind("case_%d.test.js", sources.JEST_HEAD, sources.JEST_TEST, "", _JS_BESIDE),
    "kilterset": Kind(
        "case_%d.test.js",
        sources.KILTERSET_HEAD,
        sources.KILTERSET_TEST,
        "});\n",
        (("action.js", sources.ACTION),),
    ),
    "ours in Python": Kind(
        "test_%d.py",
        sources.PYTHON_HEAD,
        sources.OURS_IN_PYTHON,
        "",
        (("action.py", sources.PYTHON_ACTION),),
        _OURS,
    ),
    "injected clock": Kind(
        "test_%d.py",
        sources.PYTHON_HEAD,
        sources.OURS_IN_PYTHON,
        "",
        (*_PYTHON_BESIDE, ("conftest.py", sources.INJECTED_CONFTEST)),
        (),
    ),
    "pytest-freezer": Kind(
        "test_%d.py", sources.PYTHON_HEAD, sources.FREEZER_TEST, "", _REAL_TIME, ("freezer",)
    ),
    "time-machine": Kind(
        "test_%d.py",
        sources.PYTHON_HEAD,
        sources.TIME_MACHINE_TEST,
        "",
        _REAL_TIME,
        ("time_machine",),
    ),
    "ours with HTTP": Kind(
        "test_%d.py",
        sources.HTTP_OURS_HEAD,
        sources.HTTP_OURS_TEST,
        "",
        (("action.js", sources.FETCHING_ACTION),),
        ("auth0_actions", "respx"),
    ),
    "empty": Kind("test_%d.py", "", sources.EMPTY_TEST, plugins=()),
    "empty with freezegun": Kind(
        "test_%d.py",
        "",
        sources.EMPTY_TEST,
        "",
        (("conftest.py", sources.FREEZING_CONFTEST),),
        (),
    ),
    "respx alone": Kind("test_%d.py", sources.RESPX_HEAD, sources.RESPX_TEST, plugins=()),
    "node --test with a stub": Kind(
        "case_%d.test.js", sources.NODE_HEAD, sources.HTTP_NODE_TEST, "", _JS_FETCHING
    ),
}


def suite(
    name: str, peers: Peers, work: Path, tests: int, *, files: int = 1, modules: int = 0
) -> Command:
    """Write tests for the tool of that name, and return the command that runs them."""
    kind = KINDS[name]
    folder = work / "suites" / f"{name.replace(' ', '-')}-{files}x{tests}-{modules}"
    kind.write(folder, files, tests, modules)
    return _COMMANDS.get(name, _pytest if kind.plugins is not None else _node)(
        peers, folder, kind, files * tests
    )


def pytest_line(python: str, plugins: tuple[str, ...], *arguments: str) -> tuple[str, ...]:
    """Return a command line of pytest with those plugins and no others."""
    blocked = [f"-pno:{name}" for name in _PYTEST_PLUGINS if name not in plugins]
    return (python, "-m", "pytest", "-q", *blocked, *arguments)


def _pytest(peers: Peers, folder: Path, kind: Kind, total: int) -> Command:
    line = pytest_line(peers.python, kind.plugins or ())
    return Command(line, folder, rf"(?m)^{total} passed\b")


def _node(peers: Peers, folder: Path, kind: Kind, total: int) -> Command:
    return Command((peers.node, "--test"), folder, rf"\bpass {total}\b")


def _kilterset(peers: Peers, folder: Path, kind: Kind, total: int) -> Command:
    assert peers.kilterset is not None
    link = folder / "node_modules/@kilterset/auth0-actions-testing"
    link.parent.mkdir(parents=True, exist_ok=True)
    link.unlink(missing_ok=True)
    link.symlink_to(peers.kilterset)
    files = len(list(folder.glob("*.test.js")))
    return Command((peers.node, "--test"), folder, rf"\bpass {total + files}\b")


def _jest(peers: Peers, folder: Path, kind: Kind, total: int) -> Command:
    settings = '{"jest": {"cacheDirectory": "../jest-cache"}}\n'
    (folder / "package.json").write_text(settings, encoding="utf-8")
    return Command((peers.node, str(peers.jest)), folder, rf"Tests:\s+{total} passed")


_COMMANDS: dict[str, Callable[[Peers, Path, Kind, int], Command]] = {
    "kilterset": _kilterset,
    "Jest": _jest,
}
