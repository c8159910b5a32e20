"""What `--auth0-inspect` takes, what it refuses, and what it says."""

from __future__ import annotations

import re
import socket

import pytest

from pytest_auth0_actions.plugin.debugging import _how_to_attach
from tests.plugin.conftest import add_to_ini
from tests.plugin.debugged import debugged
from tests.plugin.plans_project import free_port, write, write_plans

pytestmark = pytest.mark.slow  # each test is a session of its own, or several


@pytest.fixture
def plans(project: pytest.Pytester) -> pytest.Pytester:
    write_plans(project)
    return project


SHOWN = """\

auth0: Node.js waits for a debugger. Test: test_plan.py::test_plan
  ws://127.0.0.1:PORT/ID
  VS Code: run a launch configuration with "request": "attach", "port": PORT
  Chrome: open chrome://inspect, add localhost:PORT by 'Configure...', and click on 'inspect'
  Ctrl-C ends the session.
auth0: a debugger is attached.
"""


@pytest.mark.parametrize("arguments", [[], ["-q"], ["-s"], ["-p", "no:terminal"]])
def test_it_says_how_to_attach_whatever_pytest_captures(
    plans: pytest.Pytester, arguments: list[str]
) -> None:
    with debugged(plans, f"--auth0-inspect={(port := free_port())}", *arguments) as session:
        session.attach().start()
        output = session.end()
    shown = SHOWN if arguments in ([], ["-s"]) else SHOWN.strip()  # there is a line to be ended
    assert shown.replace("PORT", str(port)) in re.sub(r"(?<=/)[\da-f-]{36}", "ID", output)


def test_chrome_finds_the_usual_port_by_itself() -> None:
    (line,) = [each for each in _how_to_attach("ws://127.0.0.1:9229/id") if "Chrome" in each]
    assert line == "  Chrome: open chrome://inspect, and click on 'inspect' below Remote Target"


@pytest.mark.parametrize("option", ["--auth0-inspect", "--auth0-inspect-brk"])
def test_the_word_after_the_option_is_a_path(plans: pytest.Pytester, option: str) -> None:
    """Also one that looks like a port; and the conftest.py there may add options."""
    folder = plans.mkdir("9229")
    (folder / "conftest.py").write_text(
        "def pytest_addoption(parser):\n    parser.addoption('--flag', action='store_true')\n",
        encoding="utf-8",
    )
    (folder / "test_it.py").write_text("def test_it():\n    pass\n", encoding="utf-8")
    result = plans.runpytest_subprocess(option, "9229", "--flag")
    result.assert_outcomes(passed=1)


@pytest.mark.parametrize("port", ["tests", "65536", "-1", "²"])
def test_what_is_no_port_is_refused(plans: pytest.Pytester, port: str) -> None:
    result = plans.runpytest_subprocess(f"--auth0-inspect={port}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert (
        f"ERROR: [A116] --auth0-inspect takes a port number.\nGiven: {port!r}.\n"
        "Write --auth0-inspect for port 9229, or --auth0-inspect=9230 for another."
    ) in result.stderr.str()


@pytest.mark.parametrize(
    ("option", "given"),
    [("-n2", "2 workers"), ("-n1", "1 worker"), ("--tx=popen", "1 worker")],
)
def test_workers_are_refused(plans: pytest.Pytester, option: str, given: str) -> None:
    dist = ["--dist=load"] if option.startswith("--tx") else []
    result = plans.runpytest_subprocess("--auth0-inspect", option, *dist)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert (
        "ERROR: [A117] --auth0-inspect debugs one Node.js at a time, and pytest-xdist runs "
        "several.\n"
        f"Given: {given}, by -n or --tx.\n"
        "Add -n0, and name the test to debug."
    ) in result.stderr.str()


def test_n0_is_not_refused(plans: pytest.Pytester) -> None:
    add_to_ini(plans, "addopts = -n 2")
    plans.makepyfile(test_plan="def test_it():\n    pass\n")
    plans.runpytest_subprocess("--auth0-inspect", "-n0").assert_outcomes(passed=1)


def test_a_crash_under_a_debugger_says_what_may_have_been_the_cause(
    plans: pytest.Pytester,
) -> None:
    kill = "process.kill(process.pid, 'SIGSEGV'); await new Promise(() => {});"
    write(plans, "code.js", f"exports.onExecutePostLogin = async () => {{ {kill} }};\n")
    with debugged(plans) as session:
        session.attach().start()
        output = session.end()
    assert "ActionCrashedError: [A408] The Action's process was killed by SIGSEGV.\n" in output
    assert (
        "E       Let the Action run to its end before you detach the debugger: Node.js sometimes "
        "crashes when a debugger detaches while code runs.\n"
    ) in output


def test_a_port_that_is_taken_is_an_error(plans: pytest.Pytester) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        result = plans.runpytest_subprocess(f"--auth0-inspect={port}")
    result.assert_outcomes(errors=0, failed=1)
    result.stdout.fnmatch_lines(
        [
            f"E   *UsageError: ?A118? Node.js can't listen for a debugger on 127.0.0.1:{port}.",
            "E   *Given: a port that another program uses, or that is not allowed.",
            "E   *End the other program, or pass another port, such as --auth0-inspect=9230.",
        ]
    )
