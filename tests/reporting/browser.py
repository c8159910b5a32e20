"""Drives Chromium over its debugging pipe: JSON texts, each with a NUL at its end."""

from __future__ import annotations

import base64
import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final

# Chromium reads from 3 and writes to 4, whatever the numbers of our pipes are.
_EXEC: Final = """
import fcntl, os, sys
reads, writes = (fcntl.fcntl(int(number), fcntl.F_DUPFD, 10) for number in sys.argv[1:3])
os.dup2(reads, 3)
os.dup2(writes, 4)
os.execv(sys.argv[3], sys.argv[3:])
"""

_FLAGS: Final = (
    "--headless",
    "--no-sandbox",
    "--no-first-run",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-extensions",
    "--force-color-profile=srgb",
    "--remote-debugging-pipe",
)


class Browser:
    """A headless Chromium.

    Args:
        executable: the path of Chromium.
        profile: a folder for what it stores.
    """

    def __init__(self, executable: str, profile: Path) -> None:
        reads, self._commands = os.pipe()
        self._answers, writes = os.pipe()
        self._process = subprocess.Popen(
            [
                sys.executable, "-c", _EXEC, str(reads), str(writes),
                executable, *_FLAGS, f"--user-data-dir={profile}",
            ],
            pass_fds=(reads, writes),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(reads)
        os.close(writes)
        self._received = b""
        self._sent = 0
        self._notices: list[dict[str, Any]] = []

    def __enter__(self) -> Browser:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._process.terminate()
        self._process.wait(30)
        os.close(self._commands)
        os.close(self._answers)

    def send(self, method: str, session: str | None = None, **params: Any) -> dict[str, Any]:
        """Send a command, and return its result."""
        self._sent += 1
        command = {"id": self._sent, "method": method, "params": params}
        if session is not None:
            command["sessionId"] = session
        os.write(self._commands, json.dumps(command).encode() + b"\0")
        while True:
            message = self._receive(timeout_s=30)
            if message.get("id") == self._sent:
                assert "error" not in message, (method, message["error"])
                result: dict[str, Any] = message["result"]
                return result
            self._notices.append(message)

    def wait_for(self, method: str, session: str) -> dict[str, Any]:
        """Return the first notice of that name, which may have come already."""
        while True:
            for at, notice in enumerate(self._notices):
                if notice["method"] == method and notice.get("sessionId") == session:
                    return self._notices.pop(at)
            self._notices.append(self._receive(timeout_s=30))

    def take(self, methods: Sequence[str], session: str) -> list[dict[str, Any]]:
        """Return what has come under these names, and forget it."""
        mine = [notice for notice in self._notices if notice.get("sessionId") == session]
        self._notices = [notice for notice in self._notices if notice.get("sessionId") != session]
        taken = [notice for notice in mine if notice["method"] in methods]
        self._notices += [notice for notice in mine if notice["method"] not in methods]
        return taken

    def _receive(self, timeout_s: float) -> dict[str, Any]:
        ends_at = time.monotonic() + timeout_s
        while b"\0" not in self._received:
            ready, _, _ = select.select([self._answers], [], [], ends_at - time.monotonic())
            chunk = os.read(self._answers, 1 << 20) if ready else b""
            assert chunk, "Chromium is silent, or gone."
            self._received += chunk
        message, _, self._received = self._received.partition(b"\0")
        answer: dict[str, Any] = json.loads(message)
        return answer


class Page:
    """A tab.

    Args:
        browser: whose tab.
        width: of the window, in CSS pixels.
        height: of the window.
        media: media features to emulate, such as ``{"prefers-color-scheme": "dark"}``.
    """

    def __init__(
        self,
        browser: Browser,
        width: int = 1280,
        height: int = 800,
        media: dict[str, str] | None = None,
    ) -> None:
        self._browser = browser
        self._target: str = browser.send("Target.createTarget", url="about:blank")["targetId"]
        attached = browser.send("Target.attachToTarget", targetId=self._target, flatten=True)
        self._session: str = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")
        self.resize(width, height)
        features = [{"name": name, "value": value} for name, value in (media or {}).items()]
        self.send("Emulation.setEmulatedMedia", features=features)

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command to this tab."""
        return self._browser.send(method, self._session, **params)

    def resize(self, width: int, height: int) -> None:
        """Give the window another size."""
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=False,
        )  # fmt: skip

    def close(self) -> None:
        """Close the tab."""
        self._browser.send("Target.closeTarget", targetId=self._target)

    def open(self, url: str) -> None:
        """Open *url*, and wait until it has loaded and has been painted."""
        self.send("Page.navigate", url=url)
        self.wait_until_loaded()

    def wait_until_loaded(self) -> None:
        """Wait until the page that is being opened has loaded and has been painted."""
        self._browser.wait_for("Page.loadEventFired", self._session)
        self.settle()

    def settle(self) -> None:
        """Wait until what was asked for has been painted, observers included."""
        frames = (
            "const wait = (left) => requestAnimationFrame(() => left ? wait(left - 1) : done())"
        )
        self.evaluate(f"new Promise((done) => {{ {frames}; wait(4); }})")

    def wait(self, seconds: float) -> None:
        """Let time pass, for what the page does on a timer."""
        self.evaluate(f"new Promise((done) => setTimeout(done, {seconds * 1_000}))")

    def evaluate(self, expression: str) -> Any:
        """Return the value of JavaScript, after its promise."""
        answer = self.send(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def press(self, key: str) -> None:
        """Press a key, by its name in JavaScript."""
        codes = {
            "Tab": 9, "Enter": 13, "Escape": 27, "End": 35, "Home": 36,
            "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40,
        }  # fmt: skip
        text = {"text": "\r"} if key == "Enter" else {}  # which a button takes for a click
        for kind in ("keyDown" if text else "rawKeyDown", "keyUp"):
            self.send(
                "Input.dispatchKeyEvent",
                type=kind, key=key, code=key, windowsVirtualKeyCode=codes[key], **text,
            )  # fmt: skip
        self.settle()

    def point_at(self, x: float, y: float) -> None:
        """Move the mouse there."""
        self.send("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
        self.settle()

    def complaints(self) -> list[str]:
        """Return what came up in the console: messages, and exceptions that nobody caught."""
        methods = ("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded")
        return [
            json.dumps(notice["params"]) for notice in self._browser.take(methods, self._session)
        ]

    def requests(self) -> list[str]:
        """Return the address of all that the page asked for."""
        notices = self._browser.take(["Network.requestWillBeSent"], self._session)
        return [notice["params"]["request"]["url"] for notice in notices]

    def screenshot(self, path: Path, *, whole: bool = False) -> None:
        """Write a picture of the window, or of the whole page, as PNG."""
        data = self.send("Page.captureScreenshot", captureBeyondViewport=whole)["data"]
        path.write_bytes(base64.b64decode(data))
