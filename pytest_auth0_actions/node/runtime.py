"""Keeps the Node.js of one test file: loads Actions into it, and replaces it where it must."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Final

from pytest_auth0_actions.errors import NodeNotFoundError, UsageError, hides_our_frames
from pytest_auth0_actions.node.originals import Originals
from pytest_auth0_actions.node.pool import NodePool
from pytest_auth0_actions.node.process import (
    ANSWER_TIMEOUT_S,
    NodeGoneError,
    NodeProcess,
    NodeSilentError,
)
from pytest_auth0_actions.node.protocol import encode_json, encode_line
from pytest_auth0_actions.node.unreadable import unreadable
from pytest_auth0_actions.project.action_file import ActionFile
from pytest_auth0_actions.world.elapsed import real_monotonic_s

__tracebackhide__ = hides_our_frames

# https://github.com/auth0/auth0-actions (src/_shared, the loader)
LOG_BYTES: Final = 262_144

_CLEAN: Final = encode_line({"clean": True})


class SpoiltError(Exception):
    """The process is ended, for the last test has left something in it."""


class State(Enum):
    """What a runtime's process does."""

    SERVES_TEST = auto()
    AWAITS_VERDICT = auto()  # it was told to clean up, and has not said anything since


@dataclass(frozen=True)
class Restart:
    """Why a test needed a new process.

    Attributes:
        test: the id of the test before it.
        left: what that has left, such as ``"changed Response.prototype.json"``.
    """

    test: str
    left: str


class NodeRuntime:
    """The Node.js of one test file: started when first needed, and anew after a crash.

    Args:
        pool: starts the process.
        watchdog_s: how long a run may take, in seconds of real time.

    Attributes:
        restarts: why tests needed a new process.
        typescript: what was made of files of TypeScript.
        is_abandoned: whether a test has ended before its run; no other test may have it then.
        depth: 0; 1 for what serves the runs that are started during a run; and so on.
    """

    def __init__(self, pool: NodePool, watchdog_s: float) -> None:
        self._pool = pool
        self.watchdog_s = watchdog_s
        self.heap_mb = pool.heap_mb
        self.typescript = pool.typescript
        self.restarts: list[Restart] = []
        self.is_abandoned = False
        self.depth = 0
        self._process: NodeProcess | None = None
        self._state = State.SERVES_TEST
        self._has_started = False
        self._last_test = ""
        self._running_in: int | None = None  # the thread of the run under way
        self._inner: NodeRuntime | None = None

    def process(self) -> NodeProcess:
        """Return the running process; start one if there is none.

        Raises:
            UsageError: the test is over.
        """
        if self.is_abandoned:
            raise _outlives_test()
        if self._process is None or not self._process.is_ours:
            is_first = not self._has_started
            self._process = self._pool.take(for_new_file=is_first, depth=self.depth)
            self._state = State.SERVES_TEST
            self._has_started = True
        return self._process

    def free(self) -> NodeRuntime:
        """Return what can take a run now: this one, or another while a run of this one is served.

        Raises:
            UsageError: the run that is served was started in another thread.
        """
        if self._running_in is None:
            return self
        if self._running_in != threading.get_ident():
            raise UsageError(
                "[A424] An Action is already running in another thread.",
                "Given: two threads of one test, which run Actions at the same time.",
                "Run one after the other: they would share the test's clock and its api.",
            )
        if self._inner is None:
            self._inner = NodeRuntime(self._pool, self.watchdog_s)
            self._inner._has_started = True  # of no file of its own
            self._inner.depth = self.depth + 1
        return self._inner.free()

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Have `free` know that a run is served.

        Raises:
            UsageError: the test has ended, and all that was its own with it.
        """
        self._running_in = threading.get_ident()
        try:
            yield
        except UsageError:  # the clock of the test has ended, say
            if not self.is_abandoned:
                raise
        finally:
            self._running_in = None
        if self.is_abandoned:
            raise _outlives_test()

    def load(
        self,
        file: ActionFile,
        modules: Mapping[str, ActionFile],
        *,
        members: Mapping[str, str],
        allow_hosts: Sequence[str],
        env: Mapping[str, str],
        seed: str,
        packages: bytes = b"[]",
    ) -> int:
        """Load an Action afresh, and return the number that it goes by in this process.

        Args:
            file: the Action.
            modules: what `require('actions:NAME')` gives, by name.
            members: what its api has, such as ``"cache.get"``, and what kind each gives back.
            allow_hosts: the hosts that it really reaches.
            env: what it finds in `process.env`.
            seed: what its random numbers depend on, as hexadecimal digits.
            packages: what stands for npm packages, as JSON.

        Raises:
            ActionLoadError: it can't be parsed.
            NodeNotFoundError: there is no Node.js.
        """
        scripts = self._compile(file, modules)
        if scripts is None:  # the process was bad; another may be as good as it gets
            scripts = self._compile(file, modules)
        if scripts is None:
            raise NodeNotFoundError(
                "[A425] Node.js ended while it compiled an Action, and another one did too.",
                f"Given: {file.shown}.",
                "Run again; if it happens each time, try another Node.js with --auth0-node.",
            )
        process = self.process()
        process.loads += 1
        options = _load_options(tuple(members.items()), tuple(allow_hosts), tuple(env.items()))
        own = (process.loads, scripts, seed.encode(), packages)
        process.queue(b'{"load":%d,"scripts":%d,"seed":"%s","packages":%s,%s' % (*own, options))
        return process.loads

    def _compile(self, file: ActionFile, modules: Mapping[str, ActionFile]) -> int | None:
        """Return the number that the compiled files go by in this process; None if it is gone.

        Raises:
            ActionLoadError: one can't be parsed.
        """
        process = self.process()
        code = self.typescript.code_of(file)
        codes = {name: self.typescript.code_of(module) for name, module in modules.items()}
        files = (
            *code.items(),  # an Action's secrets come with its event
            *(
                (name, *codes[name].items(), *each.secrets.items())
                for name, each in modules.items()
            ),
        )
        number = process.scripts.get(files)
        if number is not None:
            return number
        if self._pool.coverage is not None:
            for each in (file, *modules.values()):
                self._pool.coverage.expect(each.path, each.source)
        others = {
            name: {**codes[name], "secrets": dict(module.secrets)}
            for name, module in modules.items()
        }
        number = len(process.scripts) + 1
        try:
            body = encode_json({**code, "modules": others})
            self.send(encode_line({"compile": number}, body))
            answer = self.receive(real_monotonic_s() + ANSWER_TIMEOUT_S)
        except (NodeGoneError, NodeSilentError, SpoiltError):
            self.discard()
            return None
        except BaseException:
            self.discard()
            raise
        if "unreadable" in answer:
            problem = answer["unreadable"]
            if problem["at"]:
                problem["at"] = Originals(self.typescript.last).stack(problem["at"])
            raise unreadable(problem, file, modules)
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
            if self._state is not State.AWAITS_VERDICT:
                raise
            self._replace("ended its process")
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
        except (NodeGoneError, NodeSilentError):
            if self._state is not State.AWAITS_VERDICT:
                raise
            self._replace("ended its process")  # it died of what was left
            raise SpoiltError from None
        if "spoilt" in message:
            self._replace(message["spoilt"])
            raise SpoiltError
        self._state = State.SERVES_TEST
        return message

    def _replace(self, left: str) -> None:
        self.restarts.append(Restart(self._last_test, left))
        self._end()

    def end_test(self, test: str = "") -> None:
        """Have Node.js drop what a test has left there, while pytest goes on.

        Args:
            test: its id.
        """
        self._last_test = test
        if self._running_in is not None:
            self.is_abandoned = True
            if self._process is not None:
                self._process.stop()  # the thread that still talks to it closes it
            return
        if self._inner is not None:
            self._inner.end_test(test)
        if self._process is not None and self._state is State.SERVES_TEST:
            try:
                self._process.send(_CLEAN)
                self._state = State.AWAITS_VERDICT
            except NodeGoneError:
                self.discard()

    def renew(self) -> None:
        """End the process, which is good; the next use starts another."""
        if self._pool.coverage is None:
            self.discard()
        else:
            self._end()  # which lets it say what was run in it

    def discard(self) -> None:
        """End the process at once; the next use starts another."""
        if self._process is not None:
            self._process.kill()
            self._process = None

    def close(self) -> None:
        """End the process: the next test file gets another."""
        if self._inner is not None:
            self._inner.close()
        self._end()

    def _end(self) -> None:
        if self._process is not None:
            self._process.close()
            self._process = None


@functools.lru_cache(maxsize=64)
def _load_options(
    members: tuple[tuple[str, str], ...],
    allow_hosts: tuple[str, ...],
    env: tuple[tuple[str, str], ...],
) -> bytes:
    """Return what a load tells besides its numbers: mostly the same, from test to test."""
    options = {
        "api": members,
        "allow_hosts": allow_hosts,
        "env": dict(env),
        "log_bytes": LOG_BYTES,
    }
    return encode_line(options)[1:]


def _outlives_test() -> UsageError:
    return UsageError(
        "[A423] The test is over, and its Action is still running.",
        "Given: a run in a thread that outlives its test.",
        "Wait for the thread before the test ends, with its join().",
    )
