"""Runs commands and measures them: time, processor time, peak memory."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

# What a shell of ours may carry that no user has; the second makes Node.js start slower.
_NOT_PASSED_ON = {"PYTHONDONTWRITEBYTECODE", "NODE_EXTRA_CA_CERTS"}
_POLL_S = 0.004
_TAIL = 1_500


class BrokenCommandError(Exception):
    """A command did not do its work, so its time says nothing."""


@dataclass(frozen=True)
class Sample:
    """What one run took.

    Attributes:
        value: seconds by the wall clock, or bytes.
        processor_s: seconds of processor time, of all its processes; None if it was not measured.
    """

    value: float
    processor_s: float | None = None

    def __add__(self, other: Sample) -> Sample:
        if self.processor_s is None or other.processor_s is None:
            return Sample(self.value + other.value)
        return Sample(self.value + other.value, self.processor_s + other.processor_s)

    def __mul__(self, factor: float) -> Sample:
        used_s = None if self.processor_s is None else self.processor_s * factor
        return Sample(self.value * factor, used_s)

    def __sub__(self, other: Sample) -> Sample:
        return self + other * -1


@dataclass(frozen=True)
class Command:
    """A command line, and what its output has when it did all of its work."""

    line: tuple[str, ...]
    folder: Path
    says: str = ""

    def time(self) -> Sample:
        """Run it.

        Raises:
            BrokenCommandError: it failed, or did something else.
        """
        with tempfile.TemporaryFile() as output:
            started_s = time.perf_counter()
            child = self._start(output.fileno())
            _, status, used = os.wait4(child.pid, 0)
            wall_s = time.perf_counter() - started_s
            child.returncode = os.waitstatus_to_exitcode(status)
            output.seek(0)
            self._check(child.returncode, output.read())
        return Sample(wall_s, used.ru_utime + used.ru_stime)

    def peak_bytes(self) -> int:
        """Run it, and return the peak memory of its processes together, in bytes.

        A process counts with the most that it ever had, beside those that live at the same time.
        getrusage would not do: there a child starts with the size of the process that forked it.

        Raises:
            BrokenCommandError: it failed, or did something else.
        """
        peak = 0
        with tempfile.TemporaryFile() as output:
            child = self._start(output.fileno())
            while child.poll() is None:
                peak = max(peak, sum(_peaks(child.pid)))
                time.sleep(_POLL_S)
            output.seek(0)
            self._check(child.returncode, output.read())
        return peak

    def _start(self, output: int) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self.line,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=environment(),
        )

    def _check(self, returncode: int, output: bytes) -> None:
        text = output.decode(errors="replace")
        if returncode != 0 or not re.search(self.says, text):
            raise BrokenCommandError(
                f"{' '.join(self.line)}\nended with {returncode}; its output should have had "
                f"{self.says!r}, and ends in:\n{text[-_TAIL:]}"
            )


def environment() -> Mapping[str, str]:
    """Return the environment of what is measured."""
    return {name: value for name, value in os.environ.items() if name not in _NOT_PASSED_ON}


def _peaks(pid: int, parent: bytes = b"") -> Iterator[int]:
    """Yield the peak memory of a running process and of all below it, in bytes."""
    process = Path("/proc", str(pid))
    try:
        line = (process / "cmdline").read_bytes()
        if line == parent:  # forked, and not yet what it will be: this is its parent's memory
            return
        size = re.search(r"VmHWM:\s*(\d+) kB", (process / "status").read_text())
        threads = [(task / "children").read_text() for task in (process / "task").iterdir()]
    except OSError:  # it has just ended
        return
    if size is not None:
        yield int(size[1]) * 1_024
    for child in " ".join(threads).split():
        yield from _peaks(int(child), line)
