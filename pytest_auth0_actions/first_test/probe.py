"""Runs an Action under pytest, with the settings of its project, to see what it does."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
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
_TWICE: Final = ("first", "again")  # with other random numbers
_HEAD: Final = """\
import json
from pathlib import Path

import pytest

from pytest_auth0_actions import UNDEFINED
from pytest_auth0_actions.first_test.seen import write_seen

pytestmark = pytest.mark.respx(assert_all_called=False)
HERE = Path(__file__).parent


def test_settings(pytestconfig):
    paths = pytestconfig.getini("testpaths")
    root = str(pytestconfig.getini("auth0_actions_root"))
    (HERE / "settings.json").write_text(json.dumps([list(paths), root]), encoding="utf-8")

"""


@dataclass(frozen=True)
class Project:
    """Where a project is, and what its pytest is set to.

    Attributes:
        root: the rootdir.
        config: the file of settings; None for none.
    """

    root: Path
    config: Path | None


@dataclass(frozen=True)
class Seen:
    """What a run came to.

    Attributes:
        case: the run.
        calls: the paths of the api's that it called, in order.
        texts: the texts that it gave to them.
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
    requests: tuple[tuple[str, str], ...] = ()
    facts: tuple[tuple[str, Any], ...] = ()
    missing: tuple[str, ...] = ()
    error: tuple[str, str, str] | None = None
    is_thrown: bool = False
    is_fatal: bool = False


def project_of(folder: Path) -> Project:
    """Return the project that a folder is in: the nearest one with settings of pytest's."""
    for each in (folder, *folder.parents):
        for name, section in _CONFIGS:
            config = each / name
            if config.is_file() and section in config.read_text(encoding="utf-8", errors="replace"):
                return Project(each, config)
    return Project(folder, None)


def probe(project: Project, load: str, cases: Sequence[Case]) -> tuple[list[Seen], list[str], str]:
    """Run an Action in each way, twice.

    Args:
        project: whose settings count.
        load: loads the Action: a call of `load_action`, as Python.
        cases: the ways.

    Returns:
        What each came to, as far as it was the same both times; the folders of the project's tests;
        and where paths of Actions start, as the settings say it.

    Raises:
        UsageError: pytest could not run it.
    """
    fixtures = "load_action, http_mock" if importlib.util.find_spec("respx") else "load_action"
    router = "http_mock" if "http_mock" in fixtures else "None"
    text = _HEAD
    for time in _TWICE:
        for number, case in enumerate(cases):
            run = f"lambda action: action.{case.method}({case.arguments})"
            text += (
                f"\ndef test_{time}_{number}({fixtures}):\n"
                f"    path = HERE / '{time}-{number}.json'\n"
                f"    write_seen(path, lambda: {load}, {run}, {router}, {case.status})\n"
            )
    with tempfile.TemporaryDirectory(prefix="auth0-first-test-") as folder:
        here = Path(folder)
        (here / "test_probe.py").write_text(text, encoding="utf-8")
        output = _pytest(project, here / "test_probe.py")
        settings = _read(here / "settings.json")
        runs = [
            [_read(here / f"{time}-{number}.json") for time in _TWICE]
            for number in range(len(cases))
        ]
    if settings is None or None in runs[0]:
        raise UsageError(
            "[A909] pytest could not run the Action.",
            f"Given: `python -m pytest` in {project.root}, which said:\n{output}",
            "Correct that first; `pytest --version` says whether pytest starts at all.",
        )
    seen = [_seen(case, *each) for case, each in zip(cases, runs, strict=True) if None not in each]
    return seen, settings[0], settings[1]


def _pytest(project: Project, file: Path) -> str:
    options = ["-q", "-W", "ignore", "-p", "no:cacheprovider", "--no-header"]
    for setting in ("addopts=", "required_plugins=", "strict=false"):  # of plugins not loaded here
        options += ["-o", setting]
    options += ["-p", _PLUGIN, "--rootdir", str(project.root)]
    if project.config is not None:
        options += ["-c", str(project.config)]
    command = [sys.executable, "-m", "pytest", *options, str(file)]
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""}
    done = subprocess.run(
        command, cwd=project.root, env=environment, capture_output=True, text=True, check=False
    )
    return (done.stdout + done.stderr).strip()


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def _seen(case: Case, first: dict[str, Any], again: dict[str, Any]) -> Seen:
    others = dict(again["facts"])
    error = first["error"]
    return Seen(
        case,
        tuple(path for path, _ in first.get("calls", ())),
        tuple(text for _, texts in first.get("calls", ()) for text in texts),
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
