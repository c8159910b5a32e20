"""An Action: sends its runs to Node.js, and answers its api calls."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pytest_auth0_actions.auth0.events import find_unjson
from pytest_auth0_actions.auth0.method import api_members, call_member
from pytest_auth0_actions.auth0.triggers import Trigger
from pytest_auth0_actions.errors import (
    Auth0ActionsError,
    Auth0ActionsWarning,
    UsageError,
    hides_our_frames,
)
from pytest_auth0_actions.node.failures import FailedRun
from pytest_auth0_actions.node.process import (
    NodeGoneError,
    NodeProcess,
    NodeSilentError,
)
from pytest_auth0_actions.node.protocol import (
    decode_value,
    encode_answer,
    encode_json,
    encode_line,
    encode_run,
)
from pytest_auth0_actions.node.runtime import LOG_BYTES, NodeRuntime, SpoiltError
from pytest_auth0_actions.project.action_file import ActionFile
from pytest_auth0_actions.values import ApiCall, Execution, HttpRequest
from pytest_auth0_actions.world.elapsed import real_monotonic_s
from pytest_auth0_actions.world.journal import Entry, Journal
from pytest_auth0_actions.world.masking import Mask
from pytest_auth0_actions.world.network import Network
from pytest_auth0_actions.world.warn import (
    Advice,
    diagnose_unread,
    should_be_read,
    warn_at,
)

__tracebackhide__ = hides_our_frames

# https://auth0.com/docs/customize/actions/limitations
TIME_LIMIT_S: Final = 20


@dataclass(slots=True)
class World:
    """What the Actions of one test share.

    Attributes:
        trigger: whose Actions they are.
        api: what they may call.
        now_ms: the test's clock.
        pass_ms: moves it on.
        default_event: makes the event of a run that is given none, as JSON.
        network: what they reach.
        mask: hides secrets in what is printed.
        journal: where what happens is noted down.
        take_advice: returns what there was to say of the last call.
        before_call: what may happen before an api call.
        before_run: what may happen before a run.
    """

    trigger: Trigger
    api: object
    now_ms: Callable[[], int]
    pass_ms: Callable[[int], None]
    default_event: Callable[[], bytes]
    network: Network
    mask: Mask
    journal: Journal
    take_advice: Callable[[], list[Advice]]
    before_call: Callable[[str], None] = lambda path: None
    before_run: Callable[[Action], None] = lambda action: None


@dataclass
class _Run:
    """A run under way: its journal so far."""

    started_at_ms: int
    time_limit_ms: int
    calls: list[ApiCall] = field(default_factory=list)
    requests: list[HttpRequest] = field(default_factory=list)
    logs: list[str] = field(default_factory=list)
    advice: list[tuple[int, Advice]] = field(default_factory=list)
    last_words: dict[str, Any] | None = None


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
        time_limit_s: float = TIME_LIMIT_S,
    ) -> None:
        self._runtime = runtime
        self._world = world
        self._file = file
        self._modules = modules
        self._time_limit_s = _checked_limit(time_limit_s)
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
            UnansweredRequestError: it asked the network for what the test does not answer.
            UsageError: the event is no mapping, or holds something that JSON has no word for.

        Example::

            def test_the_action_leaves_the_event_alone(load_action, make_event):
                event = make_event(user={"email": "ada@example.com"})
                assert load_action("actions/provision/code.js").run(event).event == event

        Source: https://auth0.com/docs/customize/actions/explore-triggers/post-user-registration
        """
        self._world.before_run(self)
        time_limit_ms = round(self._time_limit_s * 1_000)
        encoded = self._encoded(event)
        run = _Run(self._world.now_ms(), time_limit_ms)
        ended: NodeGoneError | NodeSilentError | None = None
        end: dict[str, Any] = {}
        noted = self._begin()
        try:
            end = self._play(run, encoded)
        except (NodeGoneError, NodeSilentError) as error:
            ended = error  # raised below, so that a report does not show it before the user's own
        except BaseException:
            self._runtime.discard()
            raise
        finally:
            self._end(noted)
        execution = Execution(
            calls=tuple(run.calls),
            requests=tuple(run.requests),
            logs="".join(run.logs),
            event=decode_value(end.get("event")),
            started_at_ms=run.started_at_ms,
            duration_ms=self._world.now_ms() - run.started_at_ms,
        )
        if "event" not in end:  # the Action left it alone
            execution._parse_later(encoded)
        failure = self._failure(run, end, ended, execution)
        self._warn(run, end, failure)
        unanswered = self._world.network.unanswered()
        if unanswered is not None:
            unanswered.__cause__ = failure
            failure = unanswered
        if failure is not None:
            noted.details["outcome"] = f"{type(failure).__name__}: {failure.what_happened}"
            raise failure
        noted.details["outcome"] = "done"
        return execution

    def _warn(self, run: _Run, end: Mapping[str, Any], failure: Auth0ActionsError | None) -> None:
        """Warn of likely mistakes, at their lines; a failure of the run goes before."""
        if not run.advice and "unread" not in end:
            return
        places = dict(end.get("places", ()))
        for number, call in enumerate(run.calls):
            if number in end.get("unread", ()) and should_be_read(call.result):
                run.advice.append((number, diagnose_unread(call.path, call.result)))
        for number, advice in run.advice:
            self._world.journal.add("warning", text=advice[1])
            file, line = places.get(number) or (self._file.path, 1)
            try:
                warn_at((advice[0], self._world.mask(advice[1])), file, line)
            except Auth0ActionsWarning as error:  # as the user's filters have it
                if failure is None:
                    raise type(error)(f"{error}\nGiven: {file}:{line}.") from None

    def _begin(self) -> Entry:
        self._world.journal.running = True
        return self._world.journal.add("run", action=self._file.shown, outcome="interrupted")

    def _end(self, noted: Entry) -> None:
        noted.details["end_ms"] = self._world.journal.look()
        self._world.journal.running = False

    def _failure(
        self,
        run: _Run,
        end: Mapping[str, Any],
        ended: NodeGoneError | NodeSilentError | None,
        execution: Execution,
    ) -> Auth0ActionsError | None:
        """Return how a run failed, or None if it did not."""
        if "done" in end:
            self._runtime.process().forget_output()
            return None
        failed = FailedRun(
            self._world.trigger, self._file, self._modules, execution, self._world.mask
        )
        if ended is not None:
            self._runtime.discard()
            if isinstance(ended, NodeGoneError):
                return failed.crashed(ended, run.last_words, self._runtime.heap_mb)
            return failed.silent(self._runtime.watchdog_s)
        self._runtime.process().forget_output()
        if "threw" in end:
            return failed.thrown(end["threw"], end["stage"])
        if "unfit" in end:
            return failed.unfit(end["unfit"], dict(end["exports"]))
        self.restart()  # Auth0 ends such a container
        if "stalled" in end:
            return failed.stalled(self._time_limit_s)
        return failed.timed_out(self._time_limit_s, end["timed_out"])

    def restart(self) -> None:
        r"""Have the next run start cold: its modules are evaluated anew, and the cache is kept.

        Example::

            def test_the_action_needs_no_warm_container(load_action):
                action = load_action("actions/provision/code.js")
                action.run()
                action.restart()
                assert action.run().logs == "cache hit\n"
        """
        self._process = None

    def _load(self) -> None:
        world = self._world
        self._id = self._runtime.load(
            self._file,
            self._modules,
            handler=world.trigger.handlers[0],
            members=api_members(world.api),
            allow_hosts=world.network.allow_hosts,
        )
        self._process = self._runtime.process()

    def _encoded(self, given: Mapping[str, Any] | None) -> bytes:
        """Return the event of a run, with the Action's secrets under its own."""
        if given is None:
            encoded = self._world.default_event()
            if not self._file.secrets:
                return encoded
            given = json.loads(encoded)
        if not isinstance(given, Mapping):
            raise UsageError(
                "An event is a mapping.",
                f"Given: {given!r}.",
                "Pass what make_event() returns, or nothing.",
            )
        event = dict(given)
        event["secrets"] = {**self._file.secrets, **(event.get("secrets") or {})}
        try:
            return encode_json(event)
        except (TypeError, ValueError):
            path, value = find_unjson(event, "event")
            raise UsageError(
                "The event holds something that can't be sent to an Action.",
                f"Given: {path} = {value!r}.",
                "Events are JSON: use text, finite numbers, booleans, None, lists and dicts.",
            ) from None

    def _play(self, run: _Run, event: bytes) -> dict[str, Any]:
        """Send the run off, serve it until its last message, and return that."""
        while True:
            if self._process is not self._runtime.process():
                self._load()
            try:
                self._runtime.send(encode_run(self._id, run.started_at_ms, event))
                return self._follow(run)
            except SpoiltError:
                continue  # with another process

    def _follow(self, run: _Run) -> dict[str, Any]:
        process, world = self._runtime.process(), self._world
        deadline_s = real_monotonic_s() + self._runtime.watchdog_s
        while True:
            message = self._runtime.receive(deadline_s)
            if "call" in message:
                self._call(run, message)
            elif "log" in message:
                run.logs.append(message["log"])
                world.journal.add("log", text=message["log"])
                if message["cut"]:
                    run.logs.append(f"\n... cut after {LOG_BYTES:,} bytes, as at Auth0\n")
            elif "request" in message:
                process.send(self._answer(run, message["request"], message.get("body", b"")))
            elif "certificate" in message:
                process.send(encode_line(world.network.certificate(message["certificate"])))
            elif "refused" in message:
                world.network.refuse(message["refused"], message["target"])
            elif "wait_until_ms" in message:
                process.send(encode_line(self._wait(run, message["wait_until_ms"])))
            elif "exit" in message or "uncaught" in message:
                run.last_words = message
            else:
                return message

    def _call(self, run: _Run, message: Mapping[str, Any]) -> None:
        """Make a call of the Action's, and answer it."""
        world, number = self._world, len(run.calls)
        args = tuple([decode_value(arg) for arg in message["args"]])
        world.before_call(message["call"])
        call = call_member(world.api, message["call"], args, world.now_ms())
        advice = world.take_advice()
        is_watched = bool(advice) or should_be_read(call.result)
        run.advice += [(number, each) for each in advice]
        answer = encode_answer(call.result, world.now_ms(), number if is_watched else None)
        self._runtime.process().send(answer)
        run.calls.append(call)
        world.journal.add("call", call=call, by="action")

    def _answer(self, run: _Run, request: Mapping[str, Any], body: bytes) -> bytes:
        """Answer an HTTP request by the test's routes."""
        world = self._world
        at_ms = world.now_ms()
        world.journal.running = False  # what a route calls is the test's own
        answer, content = world.network.answer(request, body)
        world.journal.running = True
        sent = HttpRequest(request["method"], request["url"], answer.get("status"), at_ms)
        run.requests.append(sent)
        entry = world.journal.add("http", method=sent.method, url=sent.url, status=sent.status)
        entry.details |= {"end_ms": at_ms + answer.get("delay_ms", 0), "error": _why(answer)}
        now_ms = world.now_ms()
        if now_ms > run.started_at_ms + run.time_limit_ms:
            answer, content = {"silent": True}, b""  # Auth0 would have ended the run by now
        return encode_line(answer | {"now_ms": now_ms}, content)

    def _wait(self, run: _Run, until_ms: int | None) -> dict[str, Any]:
        """Let the clock jump to where the Action's next timer is due, or to the time limit."""
        now_ms, end_ms = self._world.now_ms(), run.started_at_ms + run.time_limit_ms
        gives_up = until_ms is None or until_ms > end_ms
        target_ms = end_ms if until_ms is None else min(until_ms, end_ms)
        self._world.journal.look()
        self._world.pass_ms(max(0, target_ms - now_ms))
        self._world.journal.look(by="timer")
        return {"now_ms": self._world.now_ms(), "give_up": gives_up}


def _checked_limit(time_limit_s: float) -> float:
    is_number = isinstance(time_limit_s, int | float) and not isinstance(time_limit_s, bool)
    if not is_number or not 0 < time_limit_s < math.inf:
        raise UsageError(
            "time_limit_s is a number of seconds.",
            f"Given: {time_limit_s!r}.",
            f"Pass one above 0, or leave it out for Auth0's {TIME_LIMIT_S}.",
        )
    return time_limit_s


def _why(answer: Mapping[str, Any]) -> str | None:
    """Return in a few words why a request got no response, or no whole one; None if it did."""
    if "code" in answer:
        return str(answer["code"])
    if "hang_up" in answer:
        return "closed without an answer"
    if "silent" in answer:
        return "no answer"
    return "cut" if answer.get("cut") else None
