"""What was run in Node.js, on its way to coverage.py."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import coverage
import pytest

from pytest_auth0_actions import LoadAction
from pytest_auth0_actions.auth0.triggers.post_user_registration import POST_USER_REGISTRATION
from pytest_auth0_actions.node.action import Action
from pytest_auth0_actions.node.coverage import PLUGIN, Coverage, measuring
from pytest_auth0_actions.node.find import find_node
from pytest_auth0_actions.node.pool import NodePool
from pytest_auth0_actions.node.runtime import NodeRuntime
from pytest_auth0_actions.project.javascript.counted import hash_of
from tests import coverage_library
from tests.compilers import can_strip
from tests.conftest import WriteAction

BODY = """
if (event.user.name === 'Ada') {
  console.log('Ada');
} else {
  console.log('other');
}
"""


@pytest.fixture
def pool(tmp_path: Path) -> Iterator[NodePool]:
    pool = NodePool(lambda: find_node(None), tmp_path, 50, Coverage())
    yield pool
    pool.end_measuring(between_tests=True)
    pool.close()


@pytest.fixture
def runtime(pool: NodePool) -> Iterator[NodeRuntime]:
    runtime = NodeRuntime(pool, watchdog_s=10)
    yield runtime
    runtime.close()


@pytest.fixture
def action(
    runtime: NodeRuntime, load_action: LoadAction, write_handler: WriteAction
) -> Action[Any]:
    usual = load_action(write_handler(BODY))
    return Action(runtime, usual.loaded.testbed, POST_USER_REGISTRATION, usual.loaded.file, {})


def library(folder: Path, **settings: str) -> coverage.Coverage:
    """Return a coverage.py with our plugin."""
    path = folder / "settings"
    lines = [f"{name} = {value}\n" for name, value in settings.items()]
    path.write_text(
        f"[run]\nplugins = pytest_auth0_actions.coverage\n{''.join(lines)}", encoding="utf-8"
    )
    return coverage_library.make(path, data_file=str(folder / "data"))


def lines_of(pool: NodePool, folder: Path, **settings: str) -> dict[str, list[int]]:
    """Return the lines that were run, by file."""
    assert pool.coverage is not None
    measured = library(folder, **settings)
    pool.coverage.hand_over(measured, folder)
    data = measured.get_data()
    assert all(data.file_tracer(name) == PLUGIN for name in data.measured_files())
    return {Path(name).name: sorted(data.lines(name) or ()) for name in data.measured_files()}


def test_what_ran_is_handed_over(action: Action[Any], pool: NodePool, tmp_path: Path) -> None:
    action.run(user={"name": "Ada"})
    pool.end_measuring(between_tests=True)
    assert lines_of(pool, tmp_path) == {"code.js": [1, 2, 3]}


def test_with_branches_there_are_ways(action: Action[Any], pool: NodePool, tmp_path: Path) -> None:
    action.run(user={"name": "Bob"})
    pool.end_measuring(between_tests=True)
    assert pool.coverage is not None
    measured = library(tmp_path, branch="true")
    pool.coverage.hand_over(measured, tmp_path)
    told = tmp_path / "report.json"
    measured.json_report(outfile=str(told))
    [found] = json.loads(told.read_text(encoding="utf-8"))["files"].values()
    assert found["missing_lines"] == [3]
    assert found["executed_branches"] == [[2, 5]]


def test_counts_of_several_processes_add_up(
    action: Action[Any], runtime: NodeRuntime, pool: NodePool, tmp_path: Path
) -> None:
    action.run(user={"name": "Ada"})
    runtime.renew()
    action.run(user={"name": "Bob"})
    pool.end_measuring(between_tests=True)
    assert lines_of(pool, tmp_path) == {"code.js": [1, 2, 3, 5]}


def test_a_test_that_is_under_way_keeps_its_process(
    action: Action[Any], runtime: NodeRuntime, pool: NodePool, tmp_path: Path
) -> None:
    """What ran in the tests before is known, and the process goes on."""
    action.run(user={"name": "Ada"})
    process = runtime.process()
    process.send(b'{"clean":true}\n')
    action.restart()
    action.run(user={"name": "Bob"})
    pool.end_measuring(between_tests=False)
    assert lines_of(pool, tmp_path)["code.js"] == [1, 2, 3]
    action.run(user={"name": "Bob"})
    assert runtime.process() is process


def test_what_a_killed_process_wrote_is_kept(
    action: Action[Any], runtime: NodeRuntime, pool: NodePool, tmp_path: Path
) -> None:
    action.run(user={"name": "Ada"})
    process = runtime.process()
    process.send(b'{"clean":true}\n')
    action.restart()
    action.run(user={"name": "Bob"})  # which comes after the test has been cleaned up
    os.kill(process._process.pid, signal.SIGKILL)
    runtime.discard()
    assert lines_of(pool, tmp_path)["code.js"] == [1, 2, 3]


@pytest.mark.skipif(not can_strip(), reason="this Node.js takes no types out")
def test_lines_of_typescript_are_those_of_the_source(
    runtime: NodeRuntime,
    pool: NodePool,
    load_action: LoadAction,
    write_action: WriteAction,
    tmp_path: Path,
) -> None:
    """What stands in front of a line, and what takes two units of UTF-16, moves nothing."""
    source = (
        "type Name = string; export const onExecutePostUserRegistration = async (event: any) => {\n"
        "  const known: Name = '\U0001f600'; if (event.user.name === known) console.log(known);\n"
        "  if (event.user.name === 'Ada') {\n"
        "    console.log('Ada' as Name);\n"
        "  }\n"
        "};\n"
    )
    usual = load_action(write_action(source, "code.ts"))
    action = Action(runtime, usual.loaded.testbed, POST_USER_REGISTRATION, usual.loaded.file, {})
    action.run(user={"name": "Bob"})
    pool.end_measuring(between_tests=True)
    assert lines_of(pool, tmp_path)["code.ts"] == [1, 2, 3]


def test_a_process_that_is_not_measured_has_nothing_to_tell(tmp_path: Path) -> None:
    pool = NodePool(lambda: find_node(None), tmp_path, 50)
    process = pool.take(for_new_file=True)
    pool.end_measuring(between_tests=False)
    assert process.is_ours
    process.close()


def test_a_line_that_is_cut_off_is_left(tmp_path: Path) -> None:
    path = tmp_path / "code.js"
    path.write_text("a();\nb();\n", encoding="utf-8")
    taken = Coverage()
    recording = taken.record()
    whole = json.dumps([{"file": str(path), "source": None, "ranges": [0, 10, 1]}])
    known = json.dumps(
        [{"file": str(path), "source": hash_of("a();\nb();\n"), "ranges": [0, 10, 1, 5, 10, 0]}]
    )
    os.write(recording.fileno(), f"{whole}\n{known}\n{known[:20]}".encode())
    recording.read()
    os.write(recording.fileno(), f"{known[20:]}\n{known[:20]}".encode())
    recording.close()
    recording.read()
    measured = library(tmp_path)
    taken.hand_over(measured, tmp_path)
    assert measured.get_data().lines(str(path)) == [1]


@pytest.mark.parametrize(
    ("name", "source"),
    [
        pytest.param("gone.js", "", id="gone"),
        pytest.param("latin.js", "", id="not UTF-8"),
        pytest.param("code.js", hash_of("another"), id="changed"),
    ],
)
def test_what_cannot_be_told_is_left_out(tmp_path: Path, name: str, source: str) -> None:
    (tmp_path / "latin.js").write_bytes(b"\xe9")
    (tmp_path / "code.js").write_text("a();", encoding="utf-8")
    taken = Coverage()
    recording = taken.record()
    told = {"file": str(tmp_path / name), "source": source, "ranges": [0, 4, 1]}
    os.write(recording.fileno(), f"{json.dumps([told])}\n".encode())
    recording.close()
    measured = library(tmp_path)
    taken.hand_over(measured, tmp_path)
    assert not measured.get_data().measured_files()


def test_paths_are_relative_if_so_set(
    action: Action[Any], pool: NodePool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    action.run()
    pool.end_measuring(between_tests=True)
    assert pool.coverage is not None
    measured = library(tmp_path, relative_files="true", source=".")
    (tmp_path / "idle.js").write_text("a();", encoding="utf-8")
    measured.get_data()  # as one that has started
    pool.coverage.hand_over(measured, tmp_path)
    assert measured.get_data().measured_files() == {"code.js", "idle.js"}


def test_only_a_coverage_with_our_plugin_measures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_plugin = library(tmp_path)
    (tmp_path / "none").touch()
    for current, found in [
        (None, None),
        (coverage_library.make(tmp_path / "none", data_file=None), None),
        (with_plugin, with_plugin),
    ]:
        monkeypatch.setattr(coverage.Coverage, "current", lambda current=current: current)
        assert measuring() is found
    monkeypatch.delitem(__import__("sys").modules, "coverage")
    assert measuring() is None


def test_what_is_omitted_is_not_handed_over(
    action: Action[Any], pool: NodePool, tmp_path: Path
) -> None:
    action.run()
    pool.end_measuring(between_tests=True)
    assert lines_of(pool, tmp_path, omit="*/code.js") == {}


TEMPLATE = "if (@@A@@) {\n  f('##B##', b);\n} else {\n  g('##B##');\n}\n"


@pytest.mark.parametrize(
    ("filled", "executed"),
    [
        (TEMPLATE.replace("@@A@@", '{"a": 1}').replace("##B##", "a longer value"), {1, 2, 3}),
        (TEMPLATE.replace("@@A@@", "1").replace("##B##", "\n"), set()),  # has other lines
    ],
)
def test_code_with_keywords_counts_on_the_lines_of_its_file(
    tmp_path: Path, filled: str, executed: set[int]
) -> None:
    path = tmp_path / "code.js"
    path.write_text(TEMPLATE, encoding="utf-8")
    recorded = Coverage()
    recorded.expect(str(path), filled)
    other = filled.index("g(") if executed else 0
    ranges = [0, len(filled), 1, other, len(filled), 0]
    found = [{"file": str(path), "source": hash_of(filled), "ranges": ranges}]
    recorded._take(json.dumps(found).encode())
    lines: set[int] = set()
    for counted in filter(None, recorded._files.values()):
        for _, run, _ in counted.results():
            lines |= run
    assert lines == executed


def test_code_that_is_in_no_file_or_as_its_file_says_is_expected_for_nothing(
    tmp_path: Path,
) -> None:
    path = tmp_path / "code.js"
    path.write_text(TEMPLATE, encoding="utf-8")
    recorded = Coverage()
    recorded.expect(str(path), TEMPLATE)
    recorded.expect(str(tmp_path / "main.js"), "1;")
    assert recorded._filled == {}
