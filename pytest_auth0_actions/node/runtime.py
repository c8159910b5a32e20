"""Runs Actions: sends them off, answers their api calls, and words what went wrong."""

from __future__ import annotations

import difflib
import re
import signal
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from pytest_auth0_actions.api import api_members, call_member
from pytest_auth0_actions.clock import real_monotonic_s
from pytest_auth0_actions.errors import (
    ActionCrashedError,
    ActionError,
    ActionLoadError,
    ActionTimeoutError,
    Auth0ActionsError,
    UsageError,
    hides_our_frames,
)
from pytest_auth0_actions.events import find_unjson
from pytest_auth0_actions.node.process import (
    Node,
    NodeGoneError,
    NodeProcess,
    NodeSilentError,
)
from pytest_auth0_actions.node.protocol import decode_value, encode_answer, encode_line
from pytest_auth0_actions.results import ApiCall, Execution
from pytest_auth0_actions.triggers import HANDLERS, TRIGGERS, Trigger

__tracebackhide__ = hides_our_frames

_FRAME = re.compile(r"\((/.+:\d+:\d+)\)$|^at (?:async )?(/.+:\d+:\d+)$")
_SYNTAX_ERROR_AT = re.compile(r"(/.+:\d+)()$")
_SHOWN_CALLS = 5
_SHOWN_LOG_LINES = 10
_NODES_OWN_FRAME = re.compile(r"\s+at .*\(?node:[a-z_/]+:\d+:\d+\)?$")
_MISSING_MODULE = re.compile(r"Cannot find module '([^']+)'")


@dataclass(frozen=True)
class ActionFile:
    """A JavaScript file with the secrets that it sees.

    Attributes:
        path: where it is.
        shown: its path as messages show it: short, if it lies under the Actions' root.
        source: what it says.
        secrets: `event.secrets` of an Action, `actions.secrets` of a module.
    """

    path: Path
    shown: str
    source: str
    secrets: Mapping[str, str]

    def as_message(self) -> dict[str, Any]:
        """Return what Node.js needs of it."""
        return {"file": str(self.path), "source": self.source, "secrets": dict(self.secrets)}


@dataclass(frozen=True)
class World:
    """What the Actions of one test share.

    Attributes:
        trigger: whose Actions they are.
        api: what they may call.
        now_ms: the test's clock.
        default_event: makes the event of a run that is given none.
    """

    trigger: Trigger
    api: object
    now_ms: Callable[[], int]
    default_event: Callable[[], dict[str, Any]]


class NodeRuntime:
    """The Node.js of one test file: started when first needed, and anew after a crash.

    Args:
        find_node: looks for Node.js.
        cwd: the process's working directory.
        timeout_s: how long a run may take, in seconds of real time.
    """

    def __init__(self, find_node: Callable[[], Node], cwd: Path, timeout_s: float) -> None:
        self._find_node = find_node
        self._cwd = cwd
        self.timeout_s = timeout_s
        self._process: NodeProcess | None = None
        self._loads = 0
        self._dropped: list[int] = []
        self._needs_clean = False

    def process(self) -> NodeProcess:
        """Return the running process; start one if there is none."""
        if self._process is None:
            self._process = NodeProcess(self._find_node(), self._cwd)
            self._dropped.clear()
            self._needs_clean = False
        return self._process

    def load(self, file: ActionFile, modules: Mapping[str, ActionFile]) -> int:
        """Have an Action read, and return the number that it goes by in this process.

        Raises:
            ActionLoadError: it can't be parsed.
            NodeNotFoundError: there is no Node.js.
        """
        self._loads += 1
        command = file.as_message() | {
            "action": self._loads,
            "modules": {name: module.as_message() for name, module in modules.items()},
        }
        try:
            answer = self._ask_to_load(command)
        except (NodeGoneError, NodeSilentError):
            # It died between two tests, of what an Action had left behind; a new one is as good.
            answer = self._ask_to_load(command)
        if "unclean" in answer:
            self.close()
            answer = self._ask_to_load(command)
        if "unreadable" in answer:
            _refuse_syntax(answer["unreadable"], file, modules)
        return self._loads

    def _ask_to_load(self, command: dict[str, Any]) -> dict[str, Any]:
        try:
            process = self.process()
            own = {"drop": self._dropped, "needs_clean": self._needs_clean}
            process.send(encode_line({"load": command | own}))
            self._dropped = []
            self._needs_clean = False
            return process.receive(real_monotonic_s() + self.timeout_s)
        except BaseException:
            self.discard()
            raise

    def end_test(self) -> None:
        """Have the next load, which is another test's, see nothing that was left behind."""
        self._needs_clean = self._process is not None

    def drop(self, action: int) -> None:
        """Forget an Action; Node.js is told with the next load."""
        self._dropped.append(action)

    def discard(self) -> None:
        """End the process at once; the next use starts another."""
        if self._process is not None:
            self._process.kill()
            self._process = None

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.close()
            self._process = None


@dataclass
class _Run:
    """A run under way: its journal so far; the event is the given one until the run is over."""

    event: dict[str, Any]
    started_at_ms: int
    calls: list[ApiCall] = field(default_factory=list)
    logs: list[str] = field(default_factory=list)
    last_words: dict[str, Any] | None = None

    def execution(self, now_ms: int) -> Execution:
        return Execution(
            calls=tuple(self.calls),
            logs="".join(self.logs),
            event=self.event,
            started_at_ms=self.started_at_ms,
            duration_ms=now_ms - self.started_at_ms,
        )

    def so_far(self) -> str:
        last = ", ".join(call.path for call in self.calls[-_SHOWN_CALLS:]) or "none"
        more = len(self.calls) - _SHOWN_CALLS
        return f"Its api calls until then: {f'{more} more, ' if more > 0 else ''}{last}."


class Action:
    r"""A loaded Action; its runs share the state of its modules, as in a warm container.

    Made by the fixture `load_action`.

    Example::

        def test_the_second_run_finds_the_token(load_action):
            action = load_action("actions/provision/code.js")
            action.run()
            assert action.run().logs == "cache hit\n"
    """

    def __init__(
        self,
        runtime: NodeRuntime,
        world: World,
        file: ActionFile,
        modules: Mapping[str, ActionFile],
    ) -> None:
        self._runtime = runtime
        self._world = world
        self._file = file
        self._modules = modules
        self._process: NodeProcess | None = None
        self._id = 0
        self._load()

    def __repr__(self) -> str:
        return f"Action({self._file.shown!r})"

    def run(self, event: Mapping[str, Any] | None = None) -> Execution:
        """Run the Action's handler once, and return what it did.

        Args:
            event: what the handler gets; the Action's secrets are laid under `event.secrets`.
                None stands for `make_event()`.

        Raises:
            ActionError: the Action threw, or its promise was rejected.
            ActionLoadError: it exports no handler of its trigger, or needs what isn't there.
            ActionCrashedError: it ended its process.
            ActionTimeoutError: it did not settle, or not in time.
            UsageError: the event is no mapping, or holds something that JSON has no word for.

        Example::

            def test_the_action_leaves_the_event_alone(load_action, make_event):
                event = make_event(user={"email": "ada@example.com"})
                assert load_action("actions/provision/code.js").run(event).event == event

        Source: https://auth0.com/docs/customize/actions/explore-triggers/post-user-registration
        """
        run = _Run(self._event(event), self._world.now_ms())
        if self._process is not self._runtime.process():
            self._load()
        command = self._command(run)
        ended: Auth0ActionsError | None = None
        try:
            self._runtime.process().send(command)
            end = self._follow(run)
        except (NodeGoneError, NodeSilentError) as error:
            ended = error
        except BaseException:
            self._runtime.discard()
            raise
        # Out of the `except`, so that a report does not show our own errors before it.
        if ended is not None:
            self._runtime.discard()
        if isinstance(ended, NodeGoneError):
            self._report_crash(ended, run)
        if isinstance(ended, NodeSilentError):
            self._report_timeout(run)
        self._runtime.process().forget_output()
        if "event" in end:
            run.event = decode_value(end["event"])
        if "threw" in end:
            self._report_throw(end["threw"], end["stage"], run)
        if "unfit" in end:
            self._report_unfit(end["unfit"], dict(end["exports"]))
        if "stalled" in end:
            self._report_stall(run)
        return run.execution(self._world.now_ms())

    def unload(self) -> None:
        """Let Node.js forget the Action."""
        self._runtime.drop(self._id)

    def _load(self) -> None:
        self._id = self._runtime.load(self._file, self._modules)
        self._process = self._runtime.process()

    def _event(self, given: Mapping[str, Any] | None) -> dict[str, Any]:
        if given is None:
            given = self._world.default_event()
        if not isinstance(given, Mapping):
            raise UsageError(
                "An event is a mapping.",
                f"Given: {given!r}.",
                "Pass what make_event() returns, or nothing.",
            )
        event = dict(given)
        event["secrets"] = {**self._file.secrets, **(event.get("secrets") or {})}
        return event

    def _command(self, run: _Run) -> bytes:
        """Return the message that starts the run."""
        command = {
            "action": self._id,
            "handler": self._world.trigger.handlers[0],
            "event": run.event,
            "api": api_members(self._world.api),
        }
        try:
            return encode_line({"run": command, "now_ms": run.started_at_ms})
        except (TypeError, ValueError):
            path, value = find_unjson(run.event, "event")
            raise UsageError(
                "The event holds something that can't be sent to an Action.",
                f"Given: {path} = {value!r}.",
                "Events are JSON: use text, finite numbers, booleans, None, lists and dicts.",
            ) from None

    def _follow(self, run: _Run) -> dict[str, Any]:
        """Serve the run until its last message, and return that."""
        process, world = self._runtime.process(), self._world
        deadline_s = real_monotonic_s() + self._runtime.timeout_s
        while True:
            message = process.receive(deadline_s)
            if "log" in message:
                run.logs.append(message["log"])
            elif "call" in message:
                args = tuple(decode_value(arg) for arg in message["args"])
                call = call_member(world.api, message["call"], args, world.now_ms())
                run.calls.append(call)
                answer = encode_answer(call.result) | {"now_ms": world.now_ms()}
                process.send(encode_line(answer))
            elif "exit" in message or "uncaught" in message:
                run.last_words = message
            else:
                return message

    def _place(self, stack: str) -> str:
        """Return where the topmost frame of a user's file is, or else which file it was."""
        for line in stack.splitlines():
            frame = _FRAME.search(line.strip()) or _SYNTAX_ERROR_AT.match(line)
            if frame and "/node_modules/" not in line:
                place = frame[1] or frame[2]
                return place.replace(str(self._file.path), self._file.shown)
        return self._file.shown

    # What went wrong, in words.

    def _report_throw(self, threw: Mapping[str, Any], stage: str, run: _Run) -> NoReturn:
        message = threw["message"]
        stack = _users_frames(threw["stack"])
        missing = _MISSING_MODULE.match(message) if threw["code"] == "MODULE_NOT_FOUND" else None
        if missing and stage == "top level":
            self._report_missing(missing[1], self._place(stack))
        where = " while it was loaded" if stage == "top level" else ""
        raise ActionError(
            f"The Action threw {_named(threw)}",
            f"Given: {self._place(stack)}{where}.{_details(stack, threw['causes'], run.logs)}",
            _how_to_install(missing[1])
            if missing
            else "Look there; if the test means it to throw, wrap the run in "
            "`with pytest.raises(ActionError):`.",
            run.execution(self._world.now_ms()),
            name=threw["name"],
            message=message,
            code=threw["code"],
            stack=stack,
        )

    def _report_missing(self, request: str, place: str) -> NoReturn:
        if request.startswith("actions:"):
            name = request.removeprefix("actions:")
            given = ", ".join(map(repr, self._modules)) or "none"
            raise ActionLoadError(
                f"The Action requires a module that the test did not give: {request}.",
                f"Given: {place}, with modules: {given}.",
                f"Pass load_action(..., modules={{{name!r}: 'path/to/{name}.js'}}).",
            )
        self._report_other_trigger(re.findall(r"\bexports\.(on\w+)\s*=", self._file.source))
        what = "file" if request.startswith((".", "/")) else "package"
        raise ActionLoadError(
            f"The Action requires a {what} that is not there: {request}.",
            f"Given: {place}.",
            _how_to_install(request),
        )

    def _report_other_trigger(self, exports: Iterable[str]) -> None:
        """Raise if *exports* has no handler of the Action's trigger, but one of another's."""
        handlers = [name for name in exports if name in HANDLERS]
        others = [name for name in handlers if name not in self._world.trigger.handlers]
        if others and others == handlers:
            raise ActionLoadError(
                f"The Action is for another trigger: {HANDLERS[others[0]]}.",
                f"Given: {self._file.shown}, which exports {', '.join(exports)}.",
                f"Triggers that can be run: {', '.join(TRIGGERS)}.",
            )

    def _report_unfit(self, kind: str, exports: Mapping[str, str]) -> NoReturn:
        trigger = self._world.trigger
        handler = trigger.handlers[0]
        signature = f"exports.{handler} = async (event, api) => {{ ... }}"
        if kind == "object" and handler in exports:
            raise ActionLoadError(
                "The Action's handler is not an async function.",
                f"Given: {self._file.shown}, whose {handler} is of type {exports[handler]}.",
                f"Auth0 calls async functions only; write {signature}",
            )
        if kind == "object":
            self._report_other_trigger(exports)
        nearest = difflib.get_close_matches(handler, exports, n=1, cutoff=0.8)
        what = f"an object with {', '.join(exports)}" if exports else f"an empty {kind}"
        raise ActionLoadError(
            f"The Action exports no {handler}.",
            f"Given: {self._file.shown}, which exports {what if kind == 'object' else kind}.",
            f"Rename {nearest[0]} to {handler}." if nearest else f"Export the handler: {signature}",
        )

    def _report_crash(self, gone: NodeGoneError, run: _Run) -> NoReturn:
        words = run.last_words or {}
        stack, causes = "", []
        if "uncaught" in words:
            error = words["uncaught"]
            stack = _users_frames(error["stack"])
            left = ", left over from an earlier run," if words["late"] else ""
            happened = (
                f"An error that nothing handled{left} ended the Action's process: {_named(error)}"
            )
            causes = error["causes"]
            advice = "Await each promise that the handler starts, and catch inside of callbacks."
        elif "exit" in words:
            stack = _users_frames(words["stack"].split("\n", 1)[1])
            happened = f"The Action ended its process with {words['exit']}."
            advice = "Return from the handler, or throw; at Auth0 the process is not yours to end."
        elif gone.returncode < 0:
            name = signal.Signals(-gone.returncode).name
            happened = f"The Action's process was killed by {name}."
            stack = gone.output
            advice = "Look for endless memory, native crashes, and who else kills processes here."
        else:
            happened = f"The Action's process ended with exit code {gone.returncode}."
            stack = gone.output
            advice = "What it wrote at the end is above."
        raise ActionCrashedError(
            happened,
            f"Given: {self._place(stack)}. {run.so_far()}{_details(stack, causes, run.logs)}",
            advice,
            run.execution(self._world.now_ms()),
        )

    def _report_stall(self, run: _Run) -> NoReturn:
        raise ActionTimeoutError(
            "The Action's handler never settles: nothing is left that could settle its promise.",
            f"Given: {self._file.shown}. {run.so_far()}{_details('', [], run.logs)}",
            "See that each promise it awaits is resolved or rejected; Auth0 would stop it after "
            "20 s.",
            run.execution(self._world.now_ms()),
        )

    def _report_timeout(self, run: _Run) -> NoReturn:
        raise ActionTimeoutError(
            f"The Action did not settle within {self._runtime.timeout_s:g} s of real time.",
            f"Given: {self._file.shown}. {run.so_far()}{_details('', [], run.logs)}",
            "Look for a loop that never ends (the clock stands still meanwhile), or set ini "
            "auth0_timeout to more seconds.",
            run.execution(self._world.now_ms()),
        )


def _refuse_syntax(
    problem: Mapping[str, Any], file: ActionFile, modules: Mapping[str, ActionFile]
) -> NoReturn:
    shown = problem["at"] or file.shown
    for known in (file, *modules.values()):
        shown = shown.replace(str(known.path), known.shown)
    given = f"Given: {shown}" + _indented("\n".join(problem["shown"]))
    if problem["is_typescript"] or file.path.suffix in {".ts", ".mts", ".cts"}:
        raise ActionLoadError(
            "The Action is written in TypeScript.",
            given,
            "Compile it to JavaScript, as for Auth0, and load the result.",
        )
    if problem["is_module"]:
        raise ActionLoadError(
            "The Action is written as an ES module.",
            given,
            "Auth0 runs CommonJS: use require(...) for import, and exports.name = for export.",
        )
    raise ActionLoadError(
        f"The Action has a syntax error: {problem['message']}",
        given,
        "Correct it there.",
    )


def _named(error: Mapping[str, Any]) -> str:
    """Return an error as JavaScript would print it on one line: its name and message."""
    return f"{error['name']}: {error['message']}" if error["name"] else str(error["message"])


def _how_to_install(request: str) -> str:
    """Return what to do about a `require(request)` that found nothing."""
    if request.startswith((".", "/")):
        return "Check the path; it is taken from the requiring file's folder."
    package = "/".join(request.split("/")[: 2 if request.startswith("@") else 1])
    name, _, version = package[1:].partition("@")
    if version:
        return f"Write require('{package[0]}{name}'); which version it is, package.json says."
    return f"Run `npm install {package}` in the Action's folder or in one above it."


def _users_frames(stack: str) -> str:
    """Return a JavaScript stack without the frames of Node.js's insides."""
    return "\n".join(line for line in stack.splitlines() if not _NODES_OWN_FRAME.match(line))


def _details(stack: str, causes: list[str], logs: list[str]) -> str:
    """Return what helps to understand a failed run, indented."""
    lines = [*stack.splitlines(), *(f"caused by {cause}" for cause in causes)]
    logged = "".join(logs).splitlines()
    if logged:
        cut = ["..."] if len(logged) > _SHOWN_LOG_LINES else []
        lines += ["it logged:", *(f"  {line}" for line in [*cut, *logged[-_SHOWN_LOG_LINES:]])]
    return _indented("\n".join(lines))


def _indented(text: str) -> str:
    return "".join(f"\n    {line}" for line in text.splitlines())
