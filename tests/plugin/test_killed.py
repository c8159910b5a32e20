"""Killed in the middle of a run, pytest leaves no Node.js behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.processes import processes_in

LOOPS = """
exports.onExecutePostUserRegistration = async () => {
  require('fs').writeFileSync('started', '');
  for (;;);
};
"""
TESTS = """
import os
import pathlib

def test_loops(load_action):
    action = load_action("loops.js")
    pathlib.Path("pid").write_text(str(os.getpid()))
    action.run()
"""


def await_(what: Callable[[], object], within_s: float, why: str) -> None:
    deadline_s = time.monotonic() + within_s
    while not what():
        assert time.monotonic() < deadline_s, why
        time.sleep(0.005)


def is_gone(pid: int) -> bool:
    """Whether a process has ended, be it that nobody has asked for its end yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1][1] == "Z"
    except OSError:
        return True


@pytest.fixture
def start(project: pytest.Pytester) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Start pytest, and return when its Action loops."""
    (project.path / "loops.js").write_text(LOOPS, encoding="utf-8")
    project.makepyfile(TESTS)
    started: list[subprocess.Popen[bytes]] = []

    def start(*arguments: str) -> subprocess.Popen[bytes]:
        child = subprocess.Popen(
            [
                sys.executable, "-m", "pytest", "-p", "no:cacheprovider",
                "-o", "auth0_watchdog=100", *arguments,
            ],
            cwd=project.path,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            # A shell in the background has its children ignore Ctrl-C; this one must not.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )  # fmt: skip
        started.append(child)
        await_((project.path / "started").exists, 60, "no Action was run")
        assert len(processes_in(project.path, of=(b"harness.js",))) >= 1
        assert len(processes_in(project.path)) >= 2
        return child

    yield start
    for child in started:
        child.kill()
        child.wait()


SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGKILL]


@pytest.mark.parametrize("sent", SIGNALS, ids=lambda each: each.name)
def test_no_process_outlives_pytest_by_a_second(
    project: pytest.Pytester,
    start: Callable[..., subprocess.Popen[bytes]],
    sent: signal.Signals,
) -> None:
    child = start()
    child.send_signal(sent)
    child.wait()
    await_(lambda: not processes_in(project.path), 1, f"{processes_in(project.path)} are left")
    expected = pytest.ExitCode.INTERRUPTED if sent == signal.SIGINT else -sent
    assert child.returncode == expected


@pytest.mark.slow
@pytest.mark.parametrize("sent", SIGNALS, ids=lambda each: each.name)
def test_no_process_outlives_a_worker_of_xdist_by_a_second(
    project: pytest.Pytester,
    start: Callable[..., subprocess.Popen[bytes]],
    sent: signal.Signals,
) -> None:
    start("-n1", "--max-worker-restart=0")
    worker = int((project.path / "pid").read_text(encoding="utf-8"))
    of_worker = processes_in(project.path)
    os.kill(worker, sent)
    await_(lambda: is_gone(worker), 30, "the worker goes on")
    await_(lambda: all(map(is_gone, of_worker)), 1, f"some of {of_worker} are left")


@pytest.mark.slow
def test_no_process_outlives_a_worker_whose_controller_was_killed(
    project: pytest.Pytester, start: Callable[..., subprocess.Popen[bytes]]
) -> None:
    """Such a worker goes on for some seconds, which is execnet's choice."""
    child = start("-n1")
    worker = int((project.path / "pid").read_text(encoding="utf-8"))
    child.kill()
    child.wait()
    await_(lambda: is_gone(worker), 30, "the worker goes on")
    await_(lambda: not processes_in(project.path), 1, f"{processes_in(project.path)} are left")
