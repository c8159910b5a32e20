"""An Action that was loaded, and its runs."""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePath
from typing import Any, Final

from pytest_auth0_actions.auth0.context import Answers, Turn
from pytest_auth0_actions.auth0.events import find_unjson
from pytest_auth0_actions.auth0.namespace import members
from pytest_auth0_actions.auth0.triggers import Trigger
from pytest_auth0_actions.errors import (
    Auth0ActionsError,
    UsageError,
    hides_our_frames,
)
from pytest_auth0_actions.node.advice import AT_END, warn_of_run
from pytest_auth0_actions.node.failures import FailedRun
from pytest_auth0_actions.node.not_given import secret_not_given
from pytest_auth0_actions.node.notices import missing_secrets
from pytest_auth0_actions.node.process import NodeGoneError, NodeProcess, NodeSilentError
from pytest_auth0_actions.node.protocol import decode_value, encode_json, encode_run
from pytest_auth0_actions.node.run import Run
from pytest_auth0_actions.node.runtime import NodeRuntime, SpoiltError
from pytest_auth0_actions.project.action_file import ActionFile
from pytest_auth0_actions.values import Event, EventT, Execution, OfTrigger, OutcomeT
from pytest_auth0_actions.world.instants import iso_at
from pytest_auth0_actions.world.testbed import Testbed

__tracebackhide__ = hides_our_frames

# https://auth0.com/docs/customize/actions/limitations
TIME_LIMIT_S: Final = 20


class Action(OfTrigger[OutcomeT, EventT]):
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
        testbed: Testbed,
        trigger: Trigger,
        file: ActionFile,
        modules: Mapping[str, ActionFile],
        time_limit_s: float = TIME_LIMIT_S,
        before_first_run: Callable[[NodeProcess], None] | None = None,
    ) -> None:
        self._runtime = runtime
        self._testbed = testbed
        self._trigger = trigger
        self._api = testbed.api_of(trigger)
        self._file = file
        self._modules = modules
        self._time_limit_s = _checked_limit(time_limit_s)
        path = PurePath(file.path)
        from_file = path.parent.name if path.stem in {"code", "index"} else path.stem
        self._name = file.name or from_file
        self._numbers: dict[NodeProcess, int] = {}  # that it goes by in processes
        self._before_first_run = before_first_run  # for which Node.js is started then only
        if before_first_run is None:
            self._number_in(runtime.free())

    def __repr__(self) -> str:
        return f"Action({self._file.shown!r})"

    @property
    def trigger(self) -> str:
        """Auth0's name of the trigger that the Action is for, such as ``"post-login"``."""
        return self._trigger.id

    @property
    def name(self) -> str:
        """The Action's name, from its file, or from the folder of a `code.js` or `index.js`.

        An Action of a tenant has the name that the tenant gives it.
        """
        return self._name

    def make_event(self, *, variant: str | None = None, **overrides: Any) -> EventT:
        """Return a complete event of the Action's trigger, with *overrides* merged into it deeply.

        Args:
            variant: which of the trigger's events, see `event_variants`; None for the default one.
            overrides: the fields that the test cares about.

        Raises:
            UsageError: there is no such variant, or an override names a field that the event does
                not have.

        Example::

            def test_the_user_has_a_name(load_action):
                action = load_action("actions/provision/code.js")
                assert action.make_event(user={"name": "Ada"})["user"]["name"] == "Ada"
        """
        event: Any = self._testbed.make_event(self._trigger, overrides, variant)
        return event  # type: ignore[no-any-return]

    def run(
        self,
        event: Mapping[str, Any] | None = None,
        *,
        variant: str | None = None,
        groups: Sequence[Any] = (),
        roles: Sequence[Any] = (),
        rules: Sequence[str] = (),
        **overrides: Any,
    ) -> Execution[OutcomeT, EventT]:
        """Run the Action's handler once, and return what it did.

        Args:
            event: what the handler gets; the Action's secrets are laid under `event.secrets`.
                None stands for `make_event(variant=variant, **overrides)`.
            variant: which of the trigger's events.
            groups: the user's groups, as `api.groups` finds them.
            roles: the user's roles, as `api.roles` finds them.
            rules: the ids of the rules that have run, for `api.rules`.
            overrides: fields of the event.

        Raises:
            ActionError: the Action threw, or its promise was rejected.
            ActionLoadError: it exports no handler of its trigger, or needs what isn't there.
            ActionCrashedError: it ended its process.
            ActionTimeoutError: it did not settle, or not in time.
            ActionAbortedError: it made calls that exclude each other.
            UnansweredRequestError: it asked the network for what the test does not answer.
            UsageError: the event is no mapping, was made for another trigger, or holds something
                that JSON cannot represent; or overrides were given beside it.

        Example::

            def test_the_action_leaves_the_event_alone(load_action, make_event):
                event = make_event(user={"email": "ada@example.com"})
                assert load_action("actions/provision/code.js").run(event).event == event

        Source: https://auth0.com/docs/customize/actions/explore-triggers/post-user-registration
        """
        given = self._event(event, variant, overrides)
        return self._handle(self._trigger.handlers[0], given, Answers(groups, roles, rules))

    def resume(
        self,
        event: Mapping[str, Any] | None = None,
        *,
        variant: str | None = None,
        groups: Sequence[Any] = (),
        roles: Sequence[Any] = (),
        rules: Sequence[str] = (),
        **overrides: Any,
    ) -> Execution[OutcomeT, EventT]:
        """Run the Action's continue handler once, as after a redirect, and return what it did.

        It takes what `run` takes, and raises what `run` raises.

        Raises:
            UsageError: Auth0 knows no continue handler for this trigger.
        """
        if len(self._trigger.handlers) < 2:
            raise UsageError(
                f"Actions of {self.trigger} have no continue handler.",
                f"Given: {self!r}.resume().",
                "Use run(); Auth0 suspends an Action only in post-login and password-reset.",
            )
        given = self._event(event, variant, overrides)
        return self._handle(self._trigger.handlers[1], given, Answers(groups, roles, rules))

    def _event(
        self,
        event: Mapping[str, Any] | None,
        variant: str | None,
        overrides: Mapping[str, Any],
    ) -> Mapping[str, Any] | None:
        """Return the event of a run; None for the default one."""
        if event is None:
            if variant is None and not overrides:
                return None
            return self._testbed.make_event(self._trigger, overrides, variant)
        if variant is not None or overrides:
            given = [*overrides, *(["variant"] if variant is not None else [])]
            raise UsageError(
                "A run takes an event, or what to make one of, but not both.",
                f"Given: an event, and {', '.join(given)}.",
                "Put them into make_event(...), or leave the event out.",
            )
        if isinstance(event, Event) and event.trigger_id != self.trigger:
            raise UsageError(
                f"The event was made for {event.trigger_id}, and the Action is for {self.trigger}.",
                f"Given: {self!r}.",
                f"Use action.make_event(...), or make_event({self.trigger!r}, ...).",
            )
        return event

    def _handle(
        self, handler: str, event: Mapping[str, Any] | None, answers: Answers
    ) -> Execution[OutcomeT, EventT]:
        """Run a handler."""
        testbed, time_limit_ms = self._testbed, round(self._time_limit_s * 1_000)
        runtime = self._runtime.free()
        if self._before_first_run is not None:
            self._before_first_run(runtime.process())
            self._before_first_run = None
        if testbed.chaos is not None:
            testbed.chaos.before_run(self._api, self.restart)
        encoded = self._encoded(event)
        run = Run(testbed, self._api, runtime, time_limit_ms)
        turn = Turn(run.record, lambda: json.loads(encoded), handler, answers=answers)
        ended: NodeGoneError | NodeSilentError | None = None
        end: dict[str, Any] = {}
        outcome = "interrupted"
        testbed.journal.add("run", action=self._file.shown)
        try:
            with self._api.context.during(turn), runtime.serving():
                try:
                    end = self._play(runtime, run, handler, encoded)
                except (NodeGoneError, NodeSilentError) as error:
                    ended = error  # raised below: a report shows the user's own error first
                except BaseException:
                    self._discard(runtime)
                    raise
            run.forget_undelivered(end)
            outcome_of: Any = self._trigger.outcome
            execution: Execution[OutcomeT, EventT] = Execution(
                calls=tuple(run.calls),
                requests=tuple(run.requests),
                logs="".join(run.logs),
                event=decode_value(end["event"]) if "event" in end else json.loads(encoded),
                started_at_ms=run.started_at_ms,
                duration_ms=testbed.now_ms() - run.started_at_ms,
                outcome=outcome_of(turn.state, turn.event.fields),
                action=self.name,
            )
            failure = self._failure(runtime, run, turn, end, ended, execution)
            failure = secret_not_given(self._file, self._modules, run.all_notices(end), failure)
            unanswered = testbed.network.unanswered()
            if unanswered is not None:
                unanswered.__cause__ = failure
                failure = unanswered
            outcome = "done"
            if failure is not None:
                outcome = f"{type(failure).__name__}: {failure.what_happened}"
        finally:
            testbed.journal.add("end", outcome=outcome)
        if "done" in end:
            run.advice += [(AT_END, advice) for advice in self._trigger.advise(turn.state)]
        warn_of_run(
            run, turn, end, testbed=testbed, api=self._api, file=self._file, failure=failure
        )
        if failure is not None:
            raise failure
        return execution

    def _failure(
        self,
        runtime: NodeRuntime,
        run: Run,
        turn: Turn,
        end: Mapping[str, Any],
        ended: NodeGoneError | NodeSilentError | None,
        execution: Execution[OutcomeT, EventT],
    ) -> Auth0ActionsError | None:
        """Return how a run failed, or None if it did not."""
        if "done" in end and turn.abort is None:
            runtime.process().forget_output()
            return None
        failed = FailedRun(
            self._trigger,
            turn.handler,
            self._file,
            self._modules,
            execution,
            turn.event.fields,
            self._testbed.mask,
            missing_secrets(end, turn.event.fields.get("secrets") or {}, self._file.is_tenants),
        )
        if ended is not None:
            self._discard(runtime)
            if isinstance(ended, NodeGoneError):
                return failed.crashed(ended, run.last_words, runtime.heap_mb)
            return failed.silent(runtime.watchdog_s, run.reading)
        runtime.process().forget_output()
        if "done" in end:
            return failed.aborted(str(turn.abort))
        if "threw" in end:
            return failed.thrown(end["threw"], end["stage"])
        if "no_handler" in end:
            return failed.no_handler(end["no_handler"], dict(end["exports"]))
        self.restart()  # Auth0 ends such a container
        if "stalled" in end:
            return failed.stalled(self._time_limit_s)
        return failed.timed_out(self._time_limit_s, end["timed_out"])

    def _discard(self, runtime: NodeRuntime) -> None:
        runtime.discard()
        self._testbed.seed.renew()

    def restart(self) -> None:
        r"""Have the next run start cold: its modules are evaluated anew, and the cache is kept.

        Example::

            def test_the_action_needs_no_warm_container(load_action):
                action = load_action("actions/provision/code.js")
                action.run()
                action.restart()
                assert action.run().logs == "cache hit\n"
        """
        self._numbers.clear()

    def _number_in(self, runtime: NodeRuntime) -> int:
        """Return the number that the Action goes by; load it where it is not yet."""
        process = runtime.process()
        if process not in self._numbers:
            number = runtime.load(
                self._file,
                self._modules,
                members={path: each.returns for path, each in members(self._api).items()},
                allow_hosts=self._testbed.network.allow_hosts,
                env=self._testbed.env,
                seed=self._testbed.seed.digits(runtime.depth),
            )
            process = runtime.process()  # another one, if that one was bad
            self._numbers[process] = number
        return self._numbers[process]

    def _encoded(self, given: Mapping[str, Any] | None) -> bytes:
        """Return the event of a run, with the Action's secrets under its own."""
        if given is None:
            secrets = tuple(self._file.secrets.items())
            return _default_event(self._trigger, self._testbed.now_ms(), secrets)
        if not isinstance(given, Mapping):
            raise UsageError(
                "An event is a mapping.",
                f"Given: {given!r}.",
                "Pass what make_event() returns, or nothing.",
            )
        event = dict(given)
        self._testbed.mask.add_of_event(event)
        event["secrets"] = _with_own(event.get("secrets"), self._file.secrets)
        try:
            return encode_json(event)
        except (TypeError, ValueError):
            path, value = find_unjson(event, "event")
            raise UsageError(
                "The event holds something that can't be sent to an Action.",
                f"Given: {path} = {value!r}.",
                "Events are JSON: use text, finite numbers, booleans, None, lists and dicts.",
            ) from None

    def _play(self, runtime: NodeRuntime, run: Run, handler: str, event: bytes) -> dict[str, Any]:
        """Send the run off, serve it until its last message, and return that."""
        while True:
            number = self._number_in(runtime)
            try:
                runtime.send(encode_run(number, handler, run.started_at_ms, event))
                return run.follow(runtime.process())
            except SpoiltError:
                continue  # with another process


def _checked_limit(time_limit_s: float) -> float:
    is_number = isinstance(time_limit_s, int | float) and not isinstance(time_limit_s, bool)
    if not is_number or not 0 < time_limit_s < math.inf:
        raise UsageError(
            "time_limit_s is a number of seconds.",
            f"Given: {time_limit_s!r}.",
            f"Pass one above 0, or leave it out for Auth0's {TIME_LIMIT_S}.",
        )
    return time_limit_s


@functools.lru_cache(maxsize=16)  # most runs of a suite start at the same few instants
def _default_event(trigger: Trigger, now_ms: int, secrets: tuple[tuple[str, str], ...]) -> bytes:
    """Return what `make_event()` returns, with an Action's secrets in it, as JSON."""
    event = json.loads(trigger.event.json_at(iso_at(now_ms)))
    event["secrets"] = _with_own(event.get("secrets"), dict(secrets))
    return encode_json(event)


def _with_own(secrets: Mapping[str, Any] | None, own: Mapping[str, str]) -> dict[str, Any]:
    """Return the secrets of an event, with an Action's own under them."""
    return {**own, **(secrets or {})}
