"""Starts the processes of a session, one of them ahead of the next test file."""

from __future__ import annotations

import contextlib
import weakref
from collections.abc import Callable
from pathlib import Path

from pytest_auth0_actions.errors import NodeNotFoundError, hides_our_frames
from pytest_auth0_actions.node.coverage import Coverage
from pytest_auth0_actions.node.debugger import Debugger
from pytest_auth0_actions.node.find import Node
from pytest_auth0_actions.node.process import NodeProcess
from pytest_auth0_actions.node.typescript import TypeScript

__tracebackhide__ = hides_our_frames


class NodePool:
    """Starts processes, ahead where one will be needed.

    Args:
        find: looks for Node.js.
        cwd: their working directory.
        heap_mb: how much memory the JavaScript of each may take, in megabytes.
        coverage: takes what of the user's files is run in them; None if nobody wants to know.
        debugger: what is to attach to each, if anything is.

    Attributes:
        typescript: what was made of files of TypeScript.
    """

    def __init__(
        self,
        find: Callable[[], Node],
        cwd: Path,
        heap_mb: int,
        coverage: Coverage | None = None,
        debugger: Debugger | None = None,
    ) -> None:
        self._find = find
        self._cwd = cwd
        self._debugger = debugger
        self.heap_mb = heap_mb
        self.coverage = coverage
        self.typescript = TypeScript(find)
        if coverage is not None:
            coverage.run_as = self.typescript.run_as
        self._wanted = 0  # by test files that have none yet
        self._spare: NodeProcess | None = None
        self._started: weakref.WeakSet[NodeProcess] = weakref.WeakSet()

    def expect(self, files: int) -> None:
        """Start a process ahead, the first for as many test files."""
        self._wanted = files
        self.start_ahead()

    def start_ahead(self) -> None:
        """Start a process that is taken later, if one will be and there is none.

        What goes wrong is raised by `take`.
        """
        if self._wanted > 0 and self._spare is None:
            with contextlib.suppress(NodeNotFoundError):
                self._spare = self._start(wait=False)

    def take(self, *, for_new_file: bool, depth: int = 0) -> NodeProcess:
        """Return a process that is ready, with a debugger attached if one is wanted.

        Args:
            for_new_file: whether it is the first of a test file.
            depth: how many others are in the middle of a run.

        Raises:
            NodeNotFoundError: there is no Node.js, or it does not start.
            UsageError: it can't listen for a debugger.
        """
        process = self._ready(for_new_file)
        self.start_ahead()  # the next comes up while this one works
        if self._debugger is not None:
            self._debugger.attach(process, depth)
        return process

    def _ready(self, for_new_file: bool) -> NodeProcess:
        if for_new_file:
            self._wanted -= 1
        if self._spare is None or not self._spare.is_ours:
            return self._start(wait=True)
        process, self._spare = self._spare, None
        process.await_ready()
        return process

    def _start(self, *, wait: bool) -> NodeProcess:
        process = NodeProcess(self._find(), self._cwd, self.heap_mb, wait, self.coverage)
        self._started.add(process)
        return process

    def end_measuring(self, *, between_tests: bool) -> None:
        """Take what was run in all processes; between tests, they end for that."""
        for process in self._started:
            if between_tests:
                process.close()
            else:
                process.read_coverage()

    def close(self) -> None:
        """End what was not taken."""
        self.typescript.close()
        if self._spare is not None and self._spare.is_ours:
            self._spare.close()
            self._spare = None
