"""Keeps the Node.js of one test file: loads Actions into it, and replaces it where it must."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Any, Final

from pytest_auth0_actions.errors import hides_our_frames
from pytest_auth0_actions.node.failures import unreadable
from pytest_auth0_actions.node.process import (
    ANSWER_TIMEOUT_S,
    NodeGoneError,
    NodePool,
    NodeProcess,
    NodeSilentError,
)
from pytest_auth0_actions.node.protocol import encode_json, encode_line
from pytest_auth0_actions.project.action_file import ActionFile
from pytest_auth0_actions.world.elapsed import real_monotonic_s

__tracebackhide__ = hides_our_frames

# https://github.com/auth0/auth0-actions (src/_shared, the loader)
LOG_BYTES: Final = 262_144

_CLEAN: Final = encode_line({"clean": True})


class SpoiltError(Exception):
    """The process is ended, for the last test has left something in it."""


class NodeRuntime:
    """The Node.js of one test file: started when first needed, and anew after a crash.

    Args:
        pool: starts the process.
        watchdog_s: how long a run may take, in seconds of real time.
    """

    def __init__(self, pool: NodePool, watchdog_s: float) -> None:
        self._pool = pool
        self.watchdog_s = watchdog_s
        self.heap_mb = pool.heap_mb
        self._process: NodeProcess | None = None
        self._is_between_tests = False  # and so far Node.js has said nothing to a next one
        self._is_anothers = False  # this test was of another file
        self._stays = False  # something was loaded that the next file shall not meet

    def process(self) -> NodeProcess:
        """Return the running process; start one if there is none."""
        if self._process is None:
            self._process = self._pool.take()
            self._is_anothers = self._is_between_tests = self._process.loads > 0
            self._stays = False
        return self._process

    def load(
        self,
        file: ActionFile,
        modules: Mapping[str, ActionFile],
        *,
        members: Mapping[str, str],
        allow_hosts: Sequence[str],
    ) -> int:
        """Load an Action afresh, and return the number that it goes by in this process.

        Args:
            file: the Action.
            modules: what `require('actions:NAME')` gives, by name.
            members: what its api has, such as ``"cache.get"``, and what kind each gives back.
            allow_hosts: the hosts that it really reaches.

        Raises:
            ActionLoadError: it can't be parsed.
            NodeNotFoundError: there is no Node.js.
        """
        try:
            scripts = self._compile(file, modules)
        except (NodeGoneError, NodeSilentError, SpoiltError):
            scripts = self._compile(file, modules)  # in another process, which is as good
        process = self.process()
        process.loads += 1
        options = _load_options(tuple(members.items()), tuple(allow_hosts))
        process.queue(b'{"load":%d,"scripts":%d,%s' % (process.loads, scripts, options))
        return process.loads

    def _compile(self, file: ActionFile, modules: Mapping[str, ActionFile]) -> int:
        """Return the number that the compiled files go by in this process."""
        process = self.process()
        files = (
            *file.code.items(),  # an Action's secrets come with its event
            *((name, *each.code.items(), *each.secrets.items()) for name, each in modules.items()),
        )
        number = process.scripts.get(files)
        if number is not None:
            return number
        others = {
            name: {**module.code, "secrets": dict(module.secrets)}
            for name, module in modules.items()
        }
        number = len(process.scripts) + 1
        try:
            body = encode_json({**file.code, "modules": others})
            self.send(encode_line({"compile": number}, body))
            answer = self.receive(real_monotonic_s() + ANSWER_TIMEOUT_S)
        except BaseException:
            self.discard()
            raise
        if "unreadable" in answer:
            raise unreadable(answer["unreadable"], file, modules)
        process.scripts[files] = number
        return number

    def send(self, line: bytes) -> None:
        """Send an encoded message to the process.

        Raises:
            NodeGoneError: it has ended.
            SpoiltError: it has, of what the last test left behind.
        """
        try:
            self.process().send(line)
        except NodeGoneError:
            if not self._is_between_tests:
                raise
            self._end()
            raise SpoiltError from None

    def receive(self, deadline_s: float) -> dict[str, Any]:
        """Return the next message of the process.

        Raises:
            NodeGoneError: it has ended.
            NodeSilentError: nothing came in time; it is killed.
            SpoiltError: the last test left in it what can't be dropped, and it is ended; what was
                sent to it since is to be sent to another.
        """
        try:
            message = self.process().receive(deadline_s)
            if "stays" in message and not self._is_anothers:
                self._stays = True
                self._pool.start_ahead()  # for the next file can't have this one
                message = self.process().receive(deadline_s)
        except (NodeGoneError, NodeSilentError):
            if not self._is_between_tests:
                raise
            message = {"spoilt": True}  # it died of what was left
        if "spoilt" in message or "stays" in message:
            self._end()
            raise SpoiltError
        self._is_anothers = self._is_between_tests = False
        return message

    def end_test(self) -> None:
        """Have Node.js drop what the test has left there, while pytest goes on."""
        if self._process is not None and not self._is_between_tests:
            try:
                self._process.send(_CLEAN)
                self._is_between_tests = True
            except NodeGoneError:
                self.discard()

    def discard(self) -> None:
        """End the process at once; the next use starts another."""
        if self._process is not None:
            self._process.kill()
            self._process = None

    def close(self) -> None:
        """Leave the process to the next test file, unless something stays in it.

        Whether the last test has left anything, the process itself tells before all else.
        """
        if self._process is not None and self._is_between_tests and not self._stays:
            self._pool.give_back(self._process)
            self._process = None
        self._end()

    def _end(self) -> None:
        if self._process is not None:
            self._process.close()
            self._process = None


@functools.lru_cache(maxsize=64)
def _load_options(members: tuple[tuple[str, str], ...], allow_hosts: tuple[str, ...]) -> bytes:
    """Return what a load tells besides its numbers: mostly the same, from test to test."""
    options = {
        "api": members,
        "allow_hosts": allow_hosts,
        "log_bytes": LOG_BYTES,
    }
    return encode_line(options)[1:]
