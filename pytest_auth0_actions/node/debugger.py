"""Has a debugger attach to the processes that run Actions."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from pytest_auth0_actions.errors import UsageError, hides_our_frames
from pytest_auth0_actions.node.process import ANSWER_TIMEOUT_S, NodeProcess
from pytest_auth0_actions.node.protocol import encode_line
from pytest_auth0_actions.world.elapsed import real_monotonic_s

__tracebackhide__ = hides_our_frames

HOST: Final = "127.0.0.1"


@dataclass(frozen=True)
class Debugger:
    """What is to attach to each process, before that runs anything.

    Attributes:
        port: where the process listens, on 127.0.0.1; 0 for any port that is free.
        breaks_at_start: whether to stop at the first line of the first Action.
        announce: says that a process waits at an address; None for the address: it waits no more.
    """

    port: int
    breaks_at_start: bool
    announce: Callable[[str | None], None]

    def attach(self, process: NodeProcess, depth: int) -> None:
        """Wait until a debugger is attached to *process*, however long that takes.

        Args:
            process: a process that is ready.
            depth: how many others are in the middle of a run; each keeps its port.

        Raises:
            NodeGoneError: the process has ended.
            UsageError: the port is taken.
        """
        port = self.port + depth if self.port else 0
        process.is_debugged = True
        try:
            options = {"port": port, "brk": self.breaks_at_start}
            process.send(encode_line({"debug": options}))
            url = process.receive(real_monotonic_s() + ANSWER_TIMEOUT_S)["debugger_url"]
            if url is None:
                raise UsageError(
                    f"[A118] Node.js can't listen for a debugger on {HOST}:{port}.",
                    "Given: a port that another program uses, or that is not allowed.",
                    "End the other program, or pass another port, such as --auth0-inspect=9230.",
                )
            self.announce(url)
            process.receive(math.inf)
            process.forget_output()
            self.announce(None)
        except BaseException:
            process.kill()
            raise
