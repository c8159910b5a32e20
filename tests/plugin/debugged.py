"""A pytest that waits for a debugger, and a debugger that speaks the protocol of V8's inspector."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

import pytest

TIMEOUT_S: Final = 30
_COLORS: Final = {"FORCE_COLOR", "NO_COLOR", "PY_COLORS"}
_URL: Final = re.compile(r"ws://\S+(?=\s)")


class Inspector:
    """A debugger: one end of a WebSocket whose other end is in Node.js."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        assert parts.hostname is not None
        self._socket = socket.create_connection((parts.hostname, parts.port or 80), TIMEOUT_S)
        self._file = self._socket.makefile("rb")
        key = base64.b64encode(os.urandom(16)).decode()
        self._socket.sendall(
            f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
            .encode()
        )  # fmt: skip
        assert b" 101 " in self._file.readline()
        while self._file.readline().strip():
            pass
        self._sent = 0
        self._events: list[dict[str, Any]] = []
        self.urls: dict[str, str] = {}  # of scripts
        self.source_maps: dict[str, str] = {}  # their URLs, by those of scripts

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command, and return its result."""
        self._sent += 1
        text = json.dumps({"id": self._sent, "method": method, "params": params}).encode()
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[at % 4] for at, byte in enumerate(text))
        size = bytes([0x80 | 126]) + len(text).to_bytes(2, "big")
        self._socket.sendall(b"\x81" + size + mask + masked)
        while True:
            message = self._receive()
            if message.get("id") == self._sent:
                assert "error" not in message, (method, message["error"])
                result: dict[str, Any] = message["result"]
                return result
            self._events.append(message)

    def wait_for(self, method: str) -> dict[str, Any]:
        """Return the parameters of the first event of that name, which may have come already."""
        at = 0
        while True:
            while at == len(self._events):
                self._events.append(self._receive())
            if self._events[at]["method"] == method:
                params: dict[str, Any] = self._events.pop(at)["params"]
                return params
            at += 1

    def _receive(self) -> dict[str, Any]:
        head = self._file.read(2)
        if not head or head[0] == 0x88:
            raise ConnectionError("Node.js has closed the connection")
        kind, size = head
        assert kind == 0x81, f"this is no text: {kind:#x}"
        if size >= 126:
            size = int.from_bytes(self._file.read(2 if size == 126 else 8), "big")
        message: dict[str, Any] = json.loads(self._file.read(size))
        if message.get("method") == "Debugger.scriptParsed":
            script = message["params"]
            self.urls[script["scriptId"]] = script["url"]
            self.source_maps[script["url"]] = script.get("sourceMapURL", "")
        return message

    def start(self, *breakpoints: tuple[str, int], url_of: str = "url") -> None:
        """Do what debuggers do when they attach; lines are counted from 1."""
        self.send("Runtime.enable")
        self.send("Debugger.enable")
        for where, line in breakpoints:
            self.send("Debugger.setBreakpointByUrl", lineNumber=line - 1, **{url_of: where})
        self.send("Runtime.runIfWaitingForDebugger")

    def stop(self) -> Stop:
        """Wait until code stops, and return where."""
        return Stop(self, self.wait_for("Debugger.paused"))

    def leave(self) -> None:
        """Detach when Node.js is about to end: it may crash if it still sends when one leaves."""
        with contextlib.suppress(ConnectionError):
            while self._receive().get("method") != "Runtime.executionContextDestroyed":
                pass
        self.close()

    def close(self) -> None:
        """Detach at once."""
        self._file.close()
        self._socket.close()


class Stop:
    """Code that has stopped."""

    def __init__(self, inspector: Inspector, paused: dict[str, Any]) -> None:
        self._inspector = inspector
        self._frame = paused["callFrames"][0]
        location = self._frame["location"]
        frames = paused["callFrames"]
        self.urls = [inspector.urls[each["location"]["scriptId"]] for each in frames]
        self.url = self.urls[0]
        self.line: int = location["lineNumber"] + 1

    def evaluate(self, expression: str) -> Any:
        """Return the value of JavaScript there."""
        answer = self._inspector.send(
            "Debugger.evaluateOnCallFrame",
            callFrameId=self._frame["callFrameId"],
            expression=expression,
            returnByValue=True,
        )
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def go_on(self) -> None:
        """Let the code go on."""
        self._inspector.send("Debugger.resume")


class Session:
    """A pytest in a process of its own."""

    def __init__(self, process: subprocess.Popen[bytes], output: int) -> None:
        self._process = process
        self._output = output
        self._unread = ""
        self._debuggers: list[Inspector] = []
        self.output = ""
        self.returncode: int | None = None

    def read_until(self, pattern: str | re.Pattern[str]) -> str:
        """Read on, until the output has more that matches, and return that."""
        read_to = len(self.output)
        while not (found := re.compile(pattern).search(self.output, read_to)):
            chunk = self._read()
            assert chunk, self.output
            self.output += chunk
        rest, self.output = self.output[found.end() :], self.output[: found.end()]
        self._unread = rest
        return found[0]

    def _read(self) -> str:
        if self._unread:
            chunk, self._unread = self._unread, ""
            return chunk
        ready, _, _ = select.select([self._output], [], [], TIMEOUT_S)
        assert ready, f"pytest is silent after:\n{self.output}"
        try:
            return os.read(self._output, 65_536).decode()
        except OSError:  # a terminal that nobody writes to any more
            return ""

    def type(self, text: str) -> None:
        """Type on the terminal."""
        os.write(self._output, text.encode())

    def attach(self) -> Inspector:
        """Return a debugger, attached to the Node.js that pytest says waits for one."""
        return self.attach_to(self.read_until(_URL))

    def attach_to(self, url: str) -> Inspector:
        """Return a debugger, attached to the Node.js at *url*."""
        self._debuggers.append(Inspector(url))
        return self._debuggers[-1]

    def interrupt(self) -> None:
        """Do as Ctrl-C does."""
        self._process.send_signal(signal.SIGINT)

    def close(self) -> None:
        """End pytest, and detach."""
        while self._debuggers:
            self._debuggers.pop().close()
        self._process.kill()
        self._process.wait()
        os.close(self._output)

    def end(self) -> str:
        """Detach when the code has ended, and return all of the output, once pytest has ended."""
        while self._debuggers:
            self._debuggers.pop().leave()
        while chunk := self._read():
            self.output += chunk
        self.returncode = self._process.wait(TIMEOUT_S)
        return self.output


@contextlib.contextmanager
def debugged(project: pytest.Pytester, *arguments: str) -> Iterator[Session]:
    """Run pytest, to be debugged, on any free port if *arguments* name no other."""
    given = any(each.startswith("--auth0-inspect") for each in arguments)
    options = [] if given else ["--auth0-inspect=0"]
    reads, writes = os.pipe()
    with _session(project, [*options, *arguments], reads, writes) as session:
        yield session


@contextlib.contextmanager
def on_terminal(project: pytest.Pytester, *arguments: str) -> Iterator[Session]:
    """Run pytest on a terminal."""
    ours, theirs = os.openpty()
    with _session(project, arguments, ours, theirs, stdin=theirs) as session:
        yield session


@contextlib.contextmanager
def _session(
    project: pytest.Pytester,
    arguments: Sequence[str],
    ours: int,
    theirs: int,
    stdin: int = subprocess.DEVNULL,
) -> Iterator[Session]:
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "pytest", *arguments],
            cwd=project.path,
            stdin=stdin,
            stdout=theirs,
            stderr=theirs,
            env={name: os.environ[name] for name in os.environ if name not in _COLORS}
            | {"TERM": "xterm"},
        )
    finally:
        os.close(theirs)
    session = Session(process, ours)
    try:
        yield session
    finally:
        session.close()
