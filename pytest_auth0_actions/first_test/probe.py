"""Runs an Action under pytest, with the settings of its project, to see what it does."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pytest_auth0_actions.errors import UsageError, hides_our_frames
from pytest_auth0_actions.first_test.cases import Case
from pytest_auth0_actions.first_test.seen import TUPLE

__tracebackhide__ = hides_our_frames

_CONFIGS: Final = (
    ("pytest.ini", "[pytest]"),
    (".pytest.ini", "[pytest]"),
    ("pyproject.toml", "[tool.pytest"),
    ("tox.ini", "[pytest]"),
    ("setup.cfg", "[tool:pytest]"),
)
_PLUGIN: Final = "pytest_auth0_actions.plugin"
_ROOTDIR: Final = "pytest_auth0_actions.first_test.rootdir"
_ROOTDIR_LINE: Final = re.compile(r"^rootdir (\".*\")$", re.MULTILINE)
_OPTIONS: Final = (  # which need no plugin that is not loaded here
    *("-q", "-p", "no:cacheprovider", "--no-header"),
    *("-o", "addopts=", "-o", "required_plugins=", "-o", "strict=false"),
)
_FILE: Final = "test_probe.py"
_TWICE: Final = ("first", "again")  # with other random numbers
_HEAD: Final = """\
from pathlib import Path

import pytest

from pytest_auth0_actions import UNDEFINED
from pytest_auth0_actions.first_test.seen import write_seen, write_settings

pytestmark = pytest.mark.respx(assert_all_called=False)
HERE = Path(__file__).parent


"""
_SETTINGS: Final = """\

def test_settings(request):
    tenant = lambda: request.getfixturevalue("tenant")
    write_settings(HERE / "settings.json", request.config, tenant)
"""


@dataclass(frozen=True)
class Project:
    """Where a project is, and what its pytest is set to.

    Attributes:
        root: the folder of its settings; without any, the one where the command is run.
        config: the file of settings; None for none.
        rootdir: pytest's, where the paths of Actions start. It may be above *root*: at the
            `pyproject.toml` of a project that says nothing of pytest, or at its `setup.py`.
    """

    root: Path
    config: Path | None
    rootdir: Path


@dataclass(frozen=True)
class OfTenant:
    """What a project's tenant says of an Action.

    Attributes:
        name: its name.
        path: the file of its code.
        trigger: its trigger; empty if that is not said.
        source: its code, with keywords replaced.
        secrets: the secrets whose values are not shown.
        module_secrets: those of its modules, by the name of the module.
    """

    name: str
    path: str
    trigger: str
    source: str
    secrets: tuple[str, ...]
    module_secrets: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Settings:
    """What a project's pytest is set to.

    Attributes:
        testpaths: the folders of its tests.
        actions_root: where paths of Actions start; empty for the project itself.
        actions: the Actions of its tenant.
    """

    testpaths: tuple[str, ...]
    actions_root: str
    actions: tuple[OfTenant, ...]


@dataclass(frozen=True)
class Seen:
    """What a run came to.

    Attributes:
        case: the run.
        calls: the paths of the api's that it called, in order.
        texts: the texts that it gave to them.
        args: each call with its arguments, if they are plain data and the same each time.
        logs: what it logged, if that is the same each time.
        requests: the method and the URL of each request.
        facts: what can be said of the outcome: an expression, and its value.
        missing: the secrets that it read, and was not given.
        error: the name of the exception, its text, and the message of what the Action threw.
        is_thrown: whether the Action threw it.
        is_fatal: whether nothing has run.
    """

    case: Case
    calls: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    args: tuple[tuple[Any, ...], ...] = ()
    logs: str = ""
    requests: tuple[tuple[str, str], ...] = ()
    facts: tuple[tuple[str, Any], ...] = ()
    missing: tuple[str, ...] = ()
    error: tuple[str, str, str] | None = None
    is_thrown: bool = False
    is_fatal: bool = False


def project_of(folder: Path) -> Project:
    """Return the project that a folder is in: the nearest one with settings of pytest's.

    Raises:
        UsageError: pytest does not start.
    """
    root, config = _settings_above(folder)
    output = _started([*_OPTIONS, "-s", "--noconftest", "-p", _ROOTDIR], folder)
    found = _ROOTDIR_LINE.search(output)
    if found is None:
        raise _unusable(root, output)
    return Project(root, config, Path(json.loads(found[1])))


def _settings_above(folder: Path) -> tuple[Path, Path | None]:
    for each in (folder, *folder.parents):
        for name, section in _CONFIGS:
            config = each / name
            if config.is_file() and section in config.read_text(encoding="utf-8", errors="replace"):
                return each, config
    return folder, None


def settings_of(project: Project) -> Settings:
    """Return what a project's pytest is set to, and what its tenant has.

    Raises:
        UsageError: pytest can't be run.
    """
    with _written(_SETTINGS) as here:
        output = _pytest(project, here / _FILE)
        settings = _read(here / "settings.json")
    if settings is None:
        raise _unusable(project.root, output)
    actions = (
        OfTenant(
            each["name"],
            each["path"],
            each["trigger"],
            each["source"],
            tuple(each["secrets"]),
            {name: tuple(names) for name, names in each["module_secrets"].items()},
        )
        for each in settings["actions"]
    )
    return Settings(tuple(settings["testpaths"]), settings["actions_root"], tuple(actions))


def probe(project: Project, fixture: str, load: str, cases: Sequence[Case]) -> list[Seen]:
    """Run an Action in each way, twice, and return what each came to, if the same both times.

    Args:
        project: whose settings count.
        fixture: what loads the Action.
        load: a call of that, as Python.
        cases: the ways.

    Raises:
        UsageError: pytest could not run it.
    """
    has_http = importlib.util.find_spec("respx") is not None
    fixtures, router = (f"{fixture}, http_mock", "http_mock") if has_http else (fixture, "None")
    text = ""
    for time in _TWICE:
        for number, case in enumerate(cases):
            run = f"lambda action: action.{case.method}({case.arguments})"
            text += (
                f"\n\ndef test_{time}_{number}({fixtures}):\n"
                f"    path = HERE / '{time}-{number}.json'\n"
                f"    write_seen(path, lambda: {load}, {run}, {router}, {case.status})\n"
            )
    with _written(text) as here:
        output = _pytest(project, here / _FILE)
        runs = [
            [_read(here / f"{time}-{number}.json") for time in _TWICE]
            for number in range(len(cases))
        ]
    if None in runs[0]:
        raise _unusable(project.root, output)
    return [_seen(case, *each) for case, each in zip(cases, runs, strict=True) if None not in each]


@contextlib.contextmanager
def _written(text: str) -> Iterator[Path]:
    """Write a file of tests into a folder of its own, for as long as it is used."""
    with tempfile.TemporaryDirectory(prefix="auth0-first-test-") as folder:
        (Path(folder) / _FILE).write_text(_HEAD + text, encoding="utf-8")
        yield Path(folder)


def _unusable(folder: Path, output: str) -> UsageError:
    return UsageError(
        "[A909] pytest could not run the Action.",
        f"Given: `python -m pytest` in {folder}, which said:\n{output}",
        "Correct that first; `pytest --version` says whether pytest starts at all.",
    )


def _pytest(project: Project, file: Path) -> str:
    options = [*_OPTIONS, "-W", "ignore", "-p", _PLUGIN, "--rootdir", str(project.rootdir)]
    if project.config is not None:
        options += ["-c", str(project.config)]
    return _started([*options, str(file)], project.root)


def _started(arguments: Sequence[str], folder: Path) -> str:
    """Run pytest in a folder, without the plugins of others, and return what it said."""
    command = [sys.executable, "-m", "pytest", *arguments]
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    return (done.stdout + done.stderr).strip()


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def _seen(case: Case, first: dict[str, Any], again: dict[str, Any]) -> Seen:
    others = dict(again["facts"])
    error = first["error"]
    return Seen(
        case,
        tuple(path for path, _, _ in first.get("calls", ())),
        tuple(text for _, texts, _ in first.get("calls", ()) for text in texts),
        _args(first.get("calls", ()), again.get("calls", ())),
        first.get("logs", "") if first.get("logs") == again.get("logs") else "",
        tuple((method, url) for method, url in first.get("requests", ())),
        tuple(
            (each, tuple(value[TUPLE]) if isinstance(value, dict) and TUPLE in value else value)
            for each, value in first["facts"]
            if others.get(each) == value
        ),
        tuple(first["missing"]),
        None if error is None else (error[0], error[1], error[2]),
        bool(first.get("is_thrown")),
        first["is_fatal"],
    )


def _args(first: Sequence[Any], again: Sequence[Any]) -> tuple[tuple[Any, ...], ...]:
    """Return calls with their arguments; nothing if one can't be asserted."""
    if first != again or any(args is None for _, _, args in first):
        return ()
    return tuple((path, *args) for path, _, args in first)
