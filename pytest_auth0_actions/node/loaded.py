"""An Action in Node.js: loaded where it is needed, and run once for each handler that is called."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from pytest_auth0_actions.auth0.context import Answers, State, Turn
from pytest_auth0_actions.auth0.events import find_unjson
from pytest_auth0_actions.auth0.namespace import members
from pytest_auth0_actions.auth0.triggers import Trigger
from pytest_auth0_actions.errors import Auth0ActionsError, UsageError, hides_our_frames
from pytest_auth0_actions.node.advice import AT_END, warn_of_run
from pytest_auth0_actions.node.failures import FailedRun
from pytest_auth0_actions.node.no_handler import no_handler
from pytest_auth0_actions.node.not_given import declaring_file, secret_not_given
from pytest_auth0_actions.node.notices import not_there
from pytest_auth0_actions.node.own_event import event_and_fields, warn_of_own
from pytest_auth0_actions.node.process import NodeGoneError, NodeProcess, NodeSilentError
from pytest_auth0_actions.node.protocol import decode_value, encode_json, encode_run
from pytest_auth0_actions.node.run import Run
from pytest_auth0_actions.node.runtime import NodeRuntime, SpoiltError
from pytest_auth0_actions.node.time_outs import silent, stalled, timed_out
from pytest_auth0_actions.project.action_file import ActionFile
from pytest_auth0_actions.project.handlers import codes_of
from pytest_auth0_actions.project.packages import NO_PACKAGES, Packages
from pytest_auth0_actions.values import Event, Execution
from pytest_auth0_actions.world.instants import iso_at
from pytest_auth0_actions.world.testbed import Testbed
from pytest_auth0_actions.world.warn import place_of_caller

__tracebackhide__ = hides_our_frames


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a handler.

    Attributes:
        handler: which one.
        event: what it gets, without the Action's own secrets; None for the default event.
        answers: what the test answers where Auth0 would look things up.
        time_limit_s: how long it may take on the test's clock, with the Actions before it.
        used_ms: how long those have taken, by name and in order, in milliseconds.
        state: what the calls of its transaction have come to; None outside of a flow.
    """

    handler: str
    event: Mapping[str, Any] | None
    answers: Answers
    time_limit_s: float
    used_ms: tuple[tuple[str, int], ...] = ()
    state: State | None = None

    @property
    def left_ms(self) -> int:
        """How long it may take itself, in milliseconds."""
        used_ms = sum(each_ms for _, each_ms in self.used_ms)
        return max(0, round(self.time_limit_s * 1_000) - used_ms)


class LoadedAction:
    """An Action in Node.js; its runs share the state of its modules, as in a warm container.

    Args:
        runtime: the Node.js of its test file.
        testbed: the test's.
        trigger: whose Action it is.
        file: its code.
        modules: what `require('actions:NAME')` gives, by name.
        packages: what stands for npm packages.

    Attributes:
        testbed: the same.
        trigger: the same.
        file: the same.
        name: its name, from its file, or from the folder of a `code.js` or `index.js`.
    """

    def __init__(
        self,
        runtime: NodeRuntime,
        testbed: Testbed,
        trigger: Trigger,
        file: ActionFile,
        modules: Mapping[str, ActionFile],
        before_first_run: Callable[[NodeProcess], None] | None = None,
        packages: Packages = NO_PACKAGES,
    ) -> None:
        self.testbed = testbed
        self.trigger = trigger
        self.file = file
        path = PurePath(file.path)
        from_file = path.parent.name if path.stem in {"code", "index"} else path.stem
        self.name = file.name or from_file
        self._runtime = runtime
        self._api = testbed.api_of(trigger)
        self._modules = modules
        self._packages = packages
        self._numbers: dict[NodeProcess, int] = {}  # that it goes by in processes
        self._before_first_run = before_first_run  # for which Node.js is started then only
        if before_first_run is None:
            self._number_in(runtime.free())

    def __repr__(self) -> str:
        return f"Action({self.file.shown!r})"

    def restart(self) -> None:
        """Have the next run start cold."""
        self._numbers.clear()

    def refuse_kept(self) -> None:
        """Refuse to do anything after the test that has loaded the Action.

        Raises:
            UsageError: that test is over.
        """
        if self.testbed.ended:
            raise UsageError(
                "[A427] The Action was loaded by a test that is over.",
                f"Given: {self!r}.",
                "Load it in each test, or in a fixture without scope=, which runs for each test. "
                "That is quick: its code is compiled once.",
            )

    def event_of(
        self,
        event: Mapping[str, Any] | None,
        variant: str | None,
        overrides: Mapping[str, Any],
        call: str = "action.run",
    ) -> Mapping[str, Any] | None:
        """Return the event of a run; None for the default one.

        Args:
            event: what the test passed as one.
            variant: which of the trigger's events.
            overrides: what differs.
            call: what the test has called.

        Raises:
            UsageError: the event is no mapping, or was made for another trigger; or there is also
                what to make one of; or the test that loaded the Action is over.
        """
        self.refuse_kept()
        if event is None:
            if variant is None and not overrides:
                return None
            return self.testbed.make_event(self.trigger, overrides, variant)
        if not isinstance(event, Mapping):
            raise UsageError(
                "[A413] An event must be a mapping.",
                f"Given: {event!r}.",
                "Pass what make_event() returns, or nothing.",
            )
        if variant is not None or overrides:
            self.testbed.mask.add_of_event(event)
            raise event_and_fields(
                self.trigger.event, event, variant, overrides, call, self.testbed.mask
            )
        if isinstance(event, Event) and event.trigger_id != self.trigger.id:
            raise UsageError(
                f"[A415] The event was made for {event.trigger_id}, and the Action is for "
                f"{self.trigger.id}.",
                f"Given: {self!r}.",
                f"Use action.make_event(...), or make_event({self.trigger.id!r}, ...).",
            )
        if not isinstance(event, Event):
            warn_of_own(self.trigger.event, event)
        return event

    def run(self, made: Call) -> tuple[Execution[Any], dict[str, Any]]:
        """Call a handler, and return what it did, and its event as the api has left that.

        Raises:
            Auth0ActionsError: as `Action.run`.
        """
        testbed = self.testbed
        runtime = self._runtime.free()
        if self._before_first_run is not None:
            self._before_first_run(runtime.process())
            self._before_first_run = None
        if testbed.chaos is not None:
            testbed.chaos.before_run(self._api, self.restart)
        encoded = self._encoded(made.event)
        run = Run(testbed, self._api, runtime, made.left_ms, self.name, encoded, self._packages)
        turn = Turn(
            run.record,
            lambda: json.loads(encoded),
            made.handler,
            made.state,
            made.answers,
            self.name,
        )
        ended: NodeGoneError | NodeSilentError | None = None
        end: dict[str, Any] = {}
        outcome = "interrupted"
        place = None
        if testbed.with_places:
            place = run.originals.line_of_handler(made.handler, self.file.path)
        called_at = place_of_caller()
        testbed.journal.add("run", action=self.file.shown, place=place, called_at=called_at)
        try:
            with self._api.context.during(turn), runtime.serving():
                try:
                    end = self._play(runtime, run, made, encoded)
                except (NodeGoneError, NodeSilentError) as error:
                    ended = error  # raised below: a report shows the user's own error first
                except BaseException:
                    self._discard(runtime)
                    raise
            run.forget_undelivered(end)
            outcome_of: Any = self.trigger.outcome
            execution: Execution[Any] = Execution(
                calls=tuple(run.calls),
                requests=tuple(run.requests),
                logs="".join(run.logs),
                event=decode_value(end["event"]) if "event" in end else json.loads(encoded),
                started_at_ms=run.started_at_ms,
                duration_ms=testbed.now_ms() - run.started_at_ms,
                outcome=outcome_of(turn.state, turn.event.fields),
                action=self.name,
            )
            testbed.last_run = execution
            failure = self._failure(runtime, run, turn, made, end, ended, execution)
            failure = secret_not_given(self.file, self._modules, run.all_notices(end), failure)
            unanswered = testbed.network.unanswered()
            if unanswered is not None:
                unanswered.__cause__ = failure
                failure = unanswered
            outcome = "done"
            if failure is not None:
                outcome = f"{type(failure).__name__}: {failure.what_happened}"
        finally:
            testbed.end_run(outcome)
        if "done" in end:
            run.advice += [(AT_END, advice) for advice in self.trigger.advise(turn.state)]
        warn_of_run(
            run,
            turn,
            end,
            testbed=testbed,
            api=self._api,
            model=self.trigger.event,
            file=self.file,
            modules=self._modules,
            failure=failure,
        )
        if failure is not None:
            raise failure
        return execution, turn.event.fields

    def _failure(
        self,
        runtime: NodeRuntime,
        run: Run,
        turn: Turn,
        made: Call,
        end: Mapping[str, Any],
        ended: NodeGoneError | NodeSilentError | None,
        execution: Execution[Any],
    ) -> Auth0ActionsError | None:
        """Return how a run failed, or None if it did not."""
        if "done" in end and turn.abort is None:
            runtime.process().forget_output()
            return None
        failed = FailedRun(
            self.trigger,
            turn.handler,
            self.file,
            self._modules,
            execution,
            turn.event.fields,
            self.testbed.mask,
            self._not_there(run, turn, end),
            None if made.state is not None or isinstance(made.event, Event) else made.event,
            self._packages,
        )
        if ended is not None:
            self._discard(runtime)
            if isinstance(ended, NodeGoneError):
                return failed.crashed(ended, run.last_words, runtime.heap_mb)
            return silent(failed, runtime.watchdog_s, run.reading)
        runtime.process().forget_output()
        if "done" in end:
            return failed.aborted(str(turn.abort))
        if "threw" in end:
            unreadable = runtime.typescript.problems.get(end["threw"]["message"])
            if unreadable is not None:
                return unreadable.with_traceback(None)
            thrown = failed.thrown(end["threw"], end["stage"])
            thrown.__cause__ = run.raised_by(end.get("raised_by"))
            return thrown
        if "no_handler" in end:
            return no_handler(
                self.file,
                self.trigger,
                failed.handler,
                end["no_handler"],
                dict(end["exports"]),
                self._run_sources(runtime),
                has_trigger=self.file.path not in self.testbed.of_no_trigger,
            )
        self.restart()  # Auth0 ends such a container
        if "stalled" in end:
            return stalled(failed, made.time_limit_s)
        used_ms = None if made.state is None else made.used_ms
        waits_for = end["timed_out"] or run.waits_for
        moved = bool(run.waits_for)
        timers = [run.originals.place(*each)[:2] for each in end.get("timers", ())]
        return timed_out(failed, made.time_limit_s, waits_for, used_ms, timers=timers, moved=moved)

    def _not_there(self, run: Run, turn: Turn, end: Mapping[str, Any]) -> list[str]:
        """Return what to say about what was read in vain, if no error of its own says so."""
        notices = run.all_notices(end)
        others = [
            each for each in notices if declaring_file(each, self.file, self._modules) is None
        ]
        secrets = turn.event.fields.get("secrets") or {}
        return not_there(others, run.api, secrets, self.file.is_tenants)

    def _run_sources(self, runtime: NodeRuntime) -> Iterator[str]:
        """Yield what was run of the Action, and of what it requires."""
        made = runtime.typescript.last(self.file.path)
        source = self.file.source if made is None else made.code
        yield from codes_of(source, Path(self.file.path))

    def _discard(self, runtime: NodeRuntime) -> None:
        runtime.discard()
        self.testbed.seed.renew()

    def _number_in(self, runtime: NodeRuntime) -> int:
        """Return the number that the Action goes by; load it where it is not yet."""
        process = runtime.process()
        if process not in self._numbers:
            number = runtime.load(
                self.file,
                self._modules,
                members={path: each.returns for path, each in members(self._api).items()},
                allow_hosts=self.testbed.network.allow_hosts,
                env=self.testbed.env,
                seed=self.testbed.seed.digits(runtime.depth),
                packages=self._packages.encoded,
            )
            process = runtime.process()  # another one, if that one was bad
            self._numbers[process] = number
        return self._numbers[process]

    def _encoded(self, given: Mapping[str, Any] | None) -> bytes:
        """Return the event of a run, with the Action's secrets under its own."""
        if given is None:
            secrets = tuple(self.file.secrets.items())
            return _default_event(self.trigger, self.testbed.now_ms(), secrets)
        event = dict(given)
        self.testbed.mask.add_of_event(event)
        if event.get("secrets") is None or isinstance(event["secrets"], Mapping):
            event["secrets"] = _with_own(event.get("secrets"), self.file.secrets)
        try:
            return encode_json(event)
        except (TypeError, ValueError):
            path, value = find_unjson(event, "event")
            raise UsageError(
                "[A416] The event holds something that can't be sent to an Action.",
                f"Given: {path} = {value!r}.",
                "Events are JSON: use text (for times, too), finite numbers, booleans, None, lists "
                "and dicts.",
            ) from None

    def _play(self, runtime: NodeRuntime, run: Run, made: Call, event: bytes) -> dict[str, Any]:
        """Send the run off, serve it until its last message, and return that."""
        while True:
            number = self._number_in(runtime)
            try:
                runtime.send(
                    encode_run(
                        number, made.handler, run.started_at_ms, event, self.testbed.with_places
                    )
                )
                return run.follow(runtime.process())
            except SpoiltError:
                continue  # with another process


@functools.lru_cache(maxsize=16)  # most runs of a suite start at the same few instants
def _default_event(trigger: Trigger, now_ms: int, secrets: tuple[tuple[str, str], ...]) -> bytes:
    """Return what `make_event()` returns, with an Action's secrets in it, as JSON."""
    event = json.loads(trigger.event.json_at(iso_at(now_ms)))
    event["secrets"] = _with_own(event.get("secrets"), dict(secrets))
    return encode_json(event)


def _with_own(secrets: Mapping[str, Any] | None, own: Mapping[str, str]) -> dict[str, Any]:
    """Return the secrets of an event, with an Action's own under them."""
    return {**own, **(secrets or {})}
