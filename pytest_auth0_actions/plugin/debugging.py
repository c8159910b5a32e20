"""`--auth0-inspect`: a debugger attaches to the Node.js that runs Actions."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Final

import pytest

from pytest_auth0_actions.plugin.terminal import write_lines

if TYPE_CHECKING:
    from pytest_auth0_actions.node.debugger import Debugger

_OPTIONS: Final = ("--auth0-inspect", "--auth0-inspect-brk")
_DEFAULT_PORT: Final = "9229"  # where debuggers look for Node.js
_HIGHEST_PORT: Final = 65_535
_CHROMES_OWN: Final = (9222, 9229)  # where chrome://inspect looks


def add_options(group: pytest.OptionGroup) -> None:
    """Add the options."""
    group.addoption(
        "--auth0-inspect",
        nargs="?",
        const=_DEFAULT_PORT,
        metavar="PORT",
        help="wait until a debugger is attached to Node.js before an Action is loaded; Node.js "
        f"listens on 127.0.0.1, on port {_DEFAULT_PORT} or on the port after '='",
    )
    group.addoption(
        "--auth0-inspect-brk",
        nargs="?",
        const=_DEFAULT_PORT,
        metavar="PORT",
        help="the same, and stop at the first line of the Action",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(
    early_config: pytest.Config, parser: pytest.Parser, args: list[str]
) -> None:
    """Have the word after `--auth0-inspect` be a test's path, and never its port."""
    bare = [at for at, arg in enumerate(args) if arg in _OPTIONS]
    if bare:
        for at in bare:
            args[at] = f"{args[at]}={_DEFAULT_PORT}"
        known = parser.parse_known_args(args)
        early_config.known_args_namespace.file_or_dir = known.file_or_dir


def check_options(config: pytest.Config) -> None:
    """Refuse what can't be debugged.

    Raises:
        pytest.UsageError: the port is none, or tests run side by side.
    """
    port = _given(config)
    if port is None:
        return
    if not (port.isascii() and port.isdigit() and int(port) <= _HIGHEST_PORT):
        raise pytest.UsageError(
            "[A116] --auth0-inspect takes a port number.\n"
            f"Given: {port!r}.\n"
            f"Write --auth0-inspect for port {_DEFAULT_PORT}, or --auth0-inspect=9230 for another."
        )
    workers = getattr(config.option, "tx", None)  # of pytest-xdist
    if workers:
        raise pytest.UsageError(
            "[A117] --auth0-inspect debugs one Node.js at a time, and pytest-xdist runs several.\n"
            f"Given: {len(workers)} worker{'s' if len(workers) > 1 else ''}, by -n or --tx.\n"
            "Add -n0, and name the test to debug."
        )


def _given(config: pytest.Config) -> str | None:
    port: str | None = config.option.auth0_inspect_brk or config.option.auth0_inspect
    return port


def debugger_of(config: pytest.Config) -> Debugger | None:
    """Return what is to attach to each Node.js; None if nothing is."""
    port = _given(config)
    if port is None:
        return None
    from pytest_auth0_actions.node.debugger import Debugger

    told: list[str] = []  # what is said once

    def announce(url: str | None) -> None:
        lines = ["auth0: a debugger is attached."]
        if url is not None:
            test = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" ")[0]
            lines = [f"auth0: Node.js waits for a debugger. Test: {test}", f"  {url}"]
            lines += [] if told else _how_to_attach(url)
            told.append(url)
        _show(config, lines)

    return Debugger(int(port), config.option.auth0_inspect_brk is not None, announce)


def _how_to_attach(url: str) -> list[str]:
    port = int(url.split(":")[2].partition("/")[0])
    chrome = "open chrome://inspect, and click on 'inspect' below Remote Target"
    if port not in _CHROMES_OWN:
        added = f"add localhost:{port} by 'Configure...'"
        chrome = f"open chrome://inspect, {added}, and click on 'inspect'"
    return [
        f'  VS Code: run a launch configuration with "request": "attach", "port": {port}',
        f"  Chrome: {chrome}",
        "  Ctrl-C ends the session.",
    ]


def _show(config: pytest.Config, lines: list[str]) -> None:
    """Write lines to the terminal at once, whatever pytest captures."""
    capture = config.pluginmanager.get_plugin("capturemanager")
    with contextlib.nullcontext() if capture is None else capture.global_and_fixture_disabled():
        reporter = config.pluginmanager.get_plugin("terminalreporter")
        if reporter is None:
            print(*lines, sep="\n", flush=True)  # noqa: T201 - there is nothing else to write with
        else:
            write_lines(reporter, lines)
