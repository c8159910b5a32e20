"""What Actions do that should not: each ends in its own way, and the next test sees none of it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import pytest_auth0_actions
from pytest_auth0_actions import Clock, LoadAction
from pytest_auth0_actions.node.runtime import NodeRuntime
from tests.conftest import WriteAction
from tests.node.hostile import HOSTILE, WELL_BEHAVED
from tests.processes import processes_in


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_action_ends_in_its_own_way_and_the_next_test_sees_none_of_it(
    name: str,
    load_action: LoadAction,
    write_action: WriteAction,
    write_handler: WriteAction,
    pytestconfig: pytest.Config,
    monkeypatch: pytest.MonkeyPatch,
    _auth0_node_runtime: NodeRuntime,
    clock: Clock,
) -> None:
    hostile = HOSTILE[name]
    well_behaved = write_action(WELL_BEHAVED, "well.js")
    event = {"cwd": str(pytestconfig.rootpath)}
    started_ms = clock.now_ms

    def well() -> tuple[dict[str, Any], str]:
        _auth0_node_runtime.end_test()
        execution = load_action(well_behaved).run(event)
        clock.move_to(started_ms)
        return execution.event["seen"], execution.logs

    expected = well()
    assert expected[1] == "well { behaved: true }\nruns: 1\n"
    action = load_action(write_handler(hostile.body))
    error: Exception | None = None
    if hostile.says == "of real time":
        monkeypatch.setattr(_auth0_node_runtime, "watchdog_s", 0.3)
    try:
        action.run({})
    except pytest_auth0_actions.Auth0ActionsError as caught:
        error = caught
    assert (error and type(error).__name__) == hostile.outcome
    assert re.search(hostile.says, str(error)), str(error)
    clock.move_to(started_ms)
    assert well() == expected


FUZZ = """
import ctypes
import gc
import json
import os
import pathlib
import random

import pytest

from pytest_auth0_actions import Auth0ActionsError
from tests.node.hostile import HOSTILE, WELL_BEHAVED
from tests.processes import processes_in

RUNS = {runs}
FIRST = RUNS // 2  # by then everything that is needed once is there
chance = random.Random({seed})
rare = {{name for name, each in HOSTILE.items() if each.heavy or each.says == "of real time"}}
rare, often = sorted(rare), [name for name in HOSTILE if name not in rare]



def mixed():
    part = rare + [chance.choice(often) for _ in range(RUNS // 4 - len(rare))]
    return chance.sample(part, len(part))


chosen = mixed() + mixed()
at_first = {{}}
expected = []


def used():
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # of glibc: gives free pages back
    if trim is not None:
        trim(0)
    pages = int(pathlib.Path("/proc/self/statm").read_text().split()[1])
    return {{"bytes": pages * os.sysconf("SC_PAGESIZE"), "files": len(os.listdir("/proc/self/fd"))}}


@pytest.mark.parametrize("number", range(RUNS))
def test_run(number, load_action, tmp_path):
    action = tmp_path / "code.js"
    name = None if number % 2 else chosen[number // 2]
    body = name and HOSTILE[name].body
    source = WELL_BEHAVED if name is None else (
        "exports.onExecutePostUserRegistration = async (event, api) => {{" + body + "\\n}};"
    )
    action.write_text(source, encoding="utf-8")
    if name is not None:
        try:
            load_action(action).run({{}})
        except Auth0ActionsError:
            pass
        return
    execution = load_action(action).run({{"cwd": os.getcwd()}})
    expected.append((execution.event["seen"], execution.logs))
    assert expected[-1] == expected[0], chosen[number // 2]
    at_first.setdefault("node", []).append(execution.event["rss"])
    if number == FIRST - 1:
        at_first.update(used())
    if number == RUNS - 1:
        now = used()
        pathlib.Path("used.json").write_text(json.dumps({{
            "grown": now["bytes"] - at_first["bytes"],
            "files": now["files"] - at_first["files"],
            "node": max(at_first["node"]),
            "processes": len([process for process in pathlib.Path("/proc").iterdir()
                              if process.name.isdigit() and parent(process) == os.getpid()]),
        }}))


def parent(process):
    try:
        return int((process / "stat").read_text().rsplit(")", 1)[1].split()[1])
    except OSError:
        return None
"""


@pytest.mark.slow
def test_runs_in_random_order_leave_nothing(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between any two hostile Actions, a well-behaved one is right."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    monkeypatch.setenv("PYTHONMALLOC", "malloc")  # Python itself keeps what it once took
    pytester.makeini(
        "[pytest]\nauth0_watchdog = 1\nauth0_heap_mb = 192\n"
        "filterwarnings = ignore::pytest_auth0_actions.Auth0ActionsWarning\n"
    )
    pytester.makepyfile(FUZZ.format(runs=80, seed=4))
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "-p", "no:randomly")
    result.assert_outcomes(passed=80)
    used = json.loads((pytester.path / "used.json").read_text(encoding="utf-8"))
    assert used["grown"] < 10_000_000
    assert used["files"] <= 0
    assert used["node"] < 300_000_000
    assert used["processes"] <= 4  # the present Node.js, a spare one, and what guards each
    assert processes_in(pytester.path) == []
