"""Starts a Node.js, passes lines to and fro within a real-time limit, and ends it."""

from __future__ import annotations

import contextlib
import mmap
import os
import select
import struct
import subprocess
import tempfile
from collections.abc import Hashable
from pathlib import Path
from typing import Any, Final

from pytest_auth0_actions.errors import Auth0ActionsError, NodeNotFoundError, hides_our_frames
from pytest_auth0_actions.node.coverage import Coverage
from pytest_auth0_actions.node.find import OLDEST_MAJOR, Node, version_of
from pytest_auth0_actions.node.protocol import decode_line
from pytest_auth0_actions.world.elapsed import real_monotonic_s

__tracebackhide__ = hides_our_frames

HARNESS: Final = Path(__file__).with_name("js") / "harness.js"
HEAP_MB: Final = 512
ANSWER_TIMEOUT_S: Final = 60  # for what takes no time unless something is very wrong

# How long either side looks for the other's next message before it sleeps: to be woken takes
# longer than most answers.
SPIN_S: Final = 0.001

_EXIT_TIMEOUT_S: Final = 1
_TAIL_BYTES: Final = 2_000
_END_BYTES: Final = 65_536  # V8 writes a long report when it ends for want of memory
_OUT_OF_MEMORY: Final = b"heap out of memory"
_COUNT: Final = struct.Struct("<d")

# Auth0 runs Actions in UTC; the rest keeps `toLocaleString()` alike on every machine.
_ENVIRONMENT: Final = {"TZ": "UTC", "LANG": "en_US.UTF-8", "LC_ALL": "en_US.UTF-8"}

_NODES_OWN: Final = {"NODE_EXTRA_CA_CERTS", "NODE_V8_COVERAGE"}
_COLOURS: Final = {"FORCE_COLOR", "NO_COLOR"}
_PROXIES: Final = {"all_proxy", "http_proxy", "https_proxy", "no_proxy"}


class NodeGoneError(Auth0ActionsError):
    """The process ended; `returncode`, `output`, `out_of_memory` and `is_debugged` tell how."""

    def __init__(
        self,
        returncode: int,
        output: str,
        *,
        out_of_memory: bool = False,
        is_debugged: bool = False,
    ) -> None:
        super().__init__(
            "Node.js ended without a word.",
            f"Its exit code: {returncode}; its last output: {output!r}.",
            "Run again; if it happens each time, try another Node.js with --auth0-node.",
        )
        self.returncode = returncode
        self.output = output
        self.out_of_memory = out_of_memory
        self.is_debugged = is_debugged


class NodeSilentError(Auth0ActionsError):
    """The process sent nothing in time, and was killed."""

    def __init__(self) -> None:
        super().__init__(
            "Node.js did not answer.",
            "It was killed.",
            "Run again; if it happens each time, try another Node.js with --auth0-node.",
        )


class NodeProcess:
    """A running Node.js with our harness in it.

    Args:
        node: which Node.js.
        cwd: its working directory.
        heap_mb: how much memory its JavaScript may take.
        wait: whether to wait until it is ready; if not, `await_ready` is still to be called.
        coverage: takes what of the user's files is run in it; None if nobody wants to know.

    Attributes:
        scripts: what was compiled in it, and the numbers that it goes by there.
        loads: how many Actions were loaded into it.
        is_debugged: whether it may be stopped at a breakpoint, and is waited for without end.

    Raises:
        NodeNotFoundError: it does not start, or is too old.
    """

    def __init__(
        self,
        node: Node,
        cwd: Path,
        heap_mb: int = HEAP_MB,
        wait: bool = True,
        coverage: Coverage | None = None,
    ) -> None:
        # A file takes whatever an Action writes, at once and without end, and needs no reader.
        import fcntl  # not on Windows, which find_node refuses in words

        self._output = tempfile.TemporaryFile()  # noqa: SIM115 - closed in close()
        fcntl.fcntl(self._output, fcntl.F_SETFL, os.O_APPEND)
        # Tells how many bytes of commands there are, so that Node.js can look without sleeping.
        self._sent_counter = tempfile.TemporaryFile()  # noqa: SIM115 - closed in _close_files()
        self._sent_counter.truncate(_COUNT.size)
        self._sent_bytes = 0
        self._spin_s = SPIN_S if _has_processors_to_spare() else 0.0
        self._shared = mmap.mmap(self._sent_counter.fileno(), _COUNT.size)
        self._recording = None if coverage is None else coverage.record()
        coverage_fd = 0 if self._recording is None else self._recording.fileno()
        counter_fd = self._sent_counter.fileno()
        commands_in, self._commands = os.pipe()
        self._messages, messages_out = os.pipe()
        # poll() counts real time whatever freezegun does; subprocess's own timeouts do not.
        self._poll = select.poll()
        self._poll.register(self._messages, select.POLLIN)
        self._unread = b""
        self._read_to = 0
        self._queued = b""
        self.scripts: dict[Hashable, int] = {}
        self._starter_pid = os.getpid()
        self.loads = 0
        self.is_debugged = False
        self._guard: subprocess.Popen[bytes] | None = None
        try:
            self._process = subprocess.Popen(
                [
                    node.path,
                    f"--max-old-space-size={heap_mb}",
                    "--single-threaded-gc",  # threads would wait for a processor that is busy
                    "--experimental-vm-modules",  # so that ES modules can be loaded afresh
                    str(HARNESS),
                    str(commands_in),
                    str(messages_out),
                    str(counter_fd),
                    str(self._spin_s * 1_000),
                    str(coverage_fd),
                ],
                stdin=subprocess.DEVNULL,
                stdout=self._output,
                stderr=self._output,
                pass_fds=[commands_in, messages_out, counter_fd, *filter(None, [coverage_fd])],
                cwd=cwd,
                env=environment(),
            )
        except OSError as error:
            self._close_files()
            raise _unusable(node, str(error)) from None
        finally:
            os.close(commands_in)
            os.close(messages_out)
        self._guard = _guard(self._process.pid)
        self.node = node
        self.version = ""
        if wait:
            self.await_ready()

    @property
    def is_ours(self) -> bool:
        """Whether we have started it, and are no fork of what has: two can't talk to one."""
        return os.getpid() == self._starter_pid

    @property
    def shown(self) -> str:
        """Which Node.js it is and where that is from, for a header; it has to be ready."""
        return f"{self.version} ({self.node.origin})"

    def await_ready(self) -> None:
        """Wait until it can take commands.

        Raises:
            NodeNotFoundError: it does not start, or is too old.
        """
        node = self.node
        try:
            ready = self.receive(real_monotonic_s() + ANSWER_TIMEOUT_S)
        except NodeGoneError as gone:
            why = _unusable(node, gone.output or f"exit code {gone.returncode}")
            with contextlib.suppress(NodeNotFoundError):  # an old one lacks what the harness uses
                why = _too_old(node, version_of(node)) or why
            raise why from None
        except NodeSilentError:
            raise _unusable(node, f"silent for {ANSWER_TIMEOUT_S} s") from None
        self.version = ready["ready"]
        too_old = _too_old(node, self.version)
        if too_old is not None:
            self.close()
            raise too_old

    def queue(self, line: bytes) -> None:
        """Have an encoded message go out with the next, for it is not answered."""
        self._queued += line

    def send(self, line: bytes) -> None:
        """Write one encoded message.

        Raises:
            NodeGoneError: the process has ended.
        """
        unsent = memoryview(self._queued + line)
        self._queued = b""
        self._sent_bytes += len(unsent)
        try:
            while unsent:
                unsent = unsent[os.write(self._commands, unsent) :]
        except BrokenPipeError:
            raise self._gone() from None
        _COUNT.pack_into(self._shared, 0, self._sent_bytes)

    def receive(self, deadline_s: float) -> dict[str, Any]:
        """Return the next message; bytes that follow it are its `body`.

        Args:
            deadline_s: until when to wait, on `real_monotonic_s`.

        Raises:
            NodeGoneError: the process has ended.
            NodeSilentError: nothing came in time; the process is killed.
        """
        message = decode_line(self._read_line(deadline_s))
        if "body_bytes" in message:
            message["body"] = self._read_bytes(message["body_bytes"], deadline_s)
        return message

    def _read_line(self, deadline_s: float) -> bytes:
        parts = []
        while (end := self._unread.find(b"\n", self._read_to)) < 0:
            parts.append(self._unread[self._read_to :])
            self._read(deadline_s)
        parts.append(self._unread[self._read_to : end])
        self._read_to = end + 1
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def _read_bytes(self, size: int, deadline_s: float) -> bytes:
        parts = []
        while size > len(self._unread) - self._read_to:
            parts.append(self._unread[self._read_to :])
            size -= len(parts[-1])
            self._read(deadline_s)
        parts.append(self._unread[self._read_to : self._read_to + size])
        self._read_to += size
        return b"".join(parts)

    def _read(self, deadline_s: float) -> None:
        """Wait for bytes."""
        now_s = real_monotonic_s()
        spin_until_s = min(now_s + self._spin_s, deadline_s)
        while not self._poll.poll(0) and now_s < spin_until_s:
            now_s = real_monotonic_s()
        left_s = deadline_s - now_s
        if self.is_debugged:
            self._poll.poll()
        elif left_s <= 0 or not self._poll.poll(left_s * 1_000):
            self.kill()
            raise NodeSilentError
        self._unread, self._read_to = os.read(self._messages, 65_536), 0
        if not self._unread:
            raise self._gone()

    def forget_output(self) -> None:
        """Drop what was written to stdout and stderr so far."""
        if os.fstat(self._output.fileno()).st_size:
            os.ftruncate(self._output.fileno(), 0)

    def read_coverage(self) -> None:
        """Take what it has written down so far of what was run in it."""
        if self._recording is not None:
            self._recording.read()

    def close(self) -> None:
        """End the process, whatever it does, and free what it held."""
        if self._commands >= 0:
            os.close(self._commands)  # which tells a process that waits for a command to leave
            self._commands = -1
            self._await_exit()
            self._close_files()

    def kill(self) -> None:
        """End the process at once."""
        self.stop()
        self._close_files()

    def stop(self) -> None:
        """End the process at once, and keep what was sent to it and came from it."""
        self._process.kill()
        self._process.wait()

    def end_debugged(self) -> None:
        """End a process that is about to end, if it would wait until its debugger has left."""
        if self.is_debugged:
            self.stop()

    def _await_exit(self) -> None:
        deadline_s = real_monotonic_s() + _EXIT_TIMEOUT_S
        while self._process.poll() is None and real_monotonic_s() < deadline_s:
            select.select([], [], [], 0.001)  # sleeps, frozen time or not
        self._process.kill()
        self._process.wait()

    def _gone(self) -> NodeGoneError:
        self._await_exit()
        size = os.fstat(self._output.fileno()).st_size
        end = os.pread(self._output.fileno(), _END_BYTES, max(0, size - _END_BYTES))
        self._close_files()
        shown = end[-_TAIL_BYTES:].decode(errors="replace").strip()
        return NodeGoneError(
            self._process.returncode,
            shown,
            out_of_memory=_OUT_OF_MEMORY in end,
            is_debugged=self.is_debugged,
        )

    def _close_files(self) -> None:
        if self._guard is not None:
            self._guard.kill()
            self._guard.wait()
            assert self._guard.stdin is not None
            self._guard.stdin.close()
            self._guard = None
        if self._recording is not None:
            self._recording.close()
        self._output.close()
        self._shared.close()
        self._sent_counter.close()
        for fd in (self._commands, self._messages):
            if fd >= 0:
                os.close(fd)
        self._commands = self._messages = -1


def _has_processors_to_spare() -> bool:
    """Tell whether pytest and Node.js have one each, in all of pytest-xdist's workers."""
    if hasattr(os, "sched_getaffinity"):
        processors = len(os.sched_getaffinity(0))
    else:
        processors = os.cpu_count() or 1
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    return processors >= 2 * workers


def _guard(pid: int) -> subprocess.Popen[bytes]:
    """Start a process that kills *pid* when we are gone, however that came about.

    Node.js sees the end of its pipe only when it reads, which a loop never does.
    """
    return subprocess.Popen(
        ["/bin/sh", "-c", 'read -r _; kill -9 "$0"', str(pid)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C is for the others
    )


def environment() -> dict[str, str]:
    """Return what Node.js itself needs of ours; an Action sees none of it.

    What changes how Node.js works or writes stays out, and so do proxies: Auth0 has none, and a
    route could not see behind one.
    """
    own = {
        name: value
        for name, value in os.environ.items()
        if name in _NODES_OWN
        or not (name.startswith("NODE_") or name in _COLOURS or name.lower() in _PROXIES)
    }
    return own | _ENVIRONMENT


def _too_old(node: Node, version: str) -> NodeNotFoundError | None:
    if int(version.lstrip("v").split(".")[0]) >= OLDEST_MAJOR:
        return None
    return NodeNotFoundError(
        f"[A310] Node.js {version} is too old: Actions need {OLDEST_MAJOR} or newer.",
        f"Given: {node.path}, from {node.origin}.",
        node.advice,
    )


def _unusable(node: Node, why: str) -> NodeNotFoundError:
    return NodeNotFoundError(
        f"[A311] Node.js did not start: {why}.",
        f"Given: {node.path}, from {node.origin}.",
        node.advice,
    )
