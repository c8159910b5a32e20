"""A plugin of coverage.py: reports on the JavaScript of Actions beside the Python.

Named in the settings of coverage.py: ``[run] plugins = pytest_auth0_actions.coverage``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from coverage import CoveragePlugin

from pytest_auth0_actions.project.javascript.reporter import JavaScriptReporter

if TYPE_CHECKING:
    from coverage.plugin_support import Plugins
    from coverage.types import TConfigurable

__all__ = ["JavaScriptPlugin", "coverage_init"]


class JavaScriptPlugin(CoveragePlugin):
    """Says which lines of a file can run; which did, the tests themselves write down."""

    def file_reporter(self, filename: str) -> JavaScriptReporter:
        """Return what reports on a file."""
        return JavaScriptReporter(filename)

    def configure(self, config: TConfigurable) -> None:
        """Change nothing: coverage.py may trace Python in whatever way it likes."""


def coverage_init(reg: Plugins, options: Mapping[str, object]) -> None:
    """Add the plugin to coverage.py.

    It traces no Python, and is no "file tracer" for that reason: those rule out
    `sys.monitoring`, the faster way to trace.
    """
    reg.add_configurer(JavaScriptPlugin())
