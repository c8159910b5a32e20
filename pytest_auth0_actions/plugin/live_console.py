"""With `-s`, shows what Actions write with `console` as they write it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pytest_auth0_actions.plugin.terminal import write_lines


def show_log_of(
    config: pytest.Config, masked: Callable[[str], str]
) -> Callable[[str, str, bool], None] | None:
    """Return what shows the console of Actions; None if pytest captures what is written.

    Args:
        config: of the session. A worker of pytest-xdist has no terminal, as for `print`.
        masked: hides secrets.
    """
    reporter: pytest.TerminalReporter | None = config.pluginmanager.get_plugin("terminalreporter")
    if config.getoption("capture", "fd") != "no" or reporter is None:
        return None

    def show(action: str, text: str, is_error: bool) -> None:
        lines = masked(text).removesuffix("\n").split("\n")
        write_lines(reporter, lines, head=f"[{action}] ", yellow=is_error)

    return show
