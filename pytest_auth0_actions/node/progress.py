"""How far a transaction has come, and how it goes on."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from pytest_auth0_actions.auth0.context import Answers, State
from pytest_auth0_actions.auth0.ending import Ending
from pytest_auth0_actions.auth0.events import override_event
from pytest_auth0_actions.auth0.events.merge import merge
from pytest_auth0_actions.auth0.flow.events import (
    login_overrides,
    login_state,
    next_event,
    returned_event,
    unsaved_names,
    with_factor,
    with_form,
    with_recorded,
)
from pytest_auth0_actions.auth0.flow.factors import PassedFactors
from pytest_auth0_actions.auth0.flow.steps import (
    GO_ON,
    Step,
    after_action,
    at_end,
    at_end_of_exchange,
    failed,
    forget_request,
    in_words,
)
from pytest_auth0_actions.auth0.namespaces.authentication import RecordedMethods
from pytest_auth0_actions.auth0.namespaces.prompt import PromptRequest
from pytest_auth0_actions.auth0.namespaces.redirect import RedirectRequest
from pytest_auth0_actions.auth0.namespaces.user import UserChanges
from pytest_auth0_actions.auth0.outcome import owned
from pytest_auth0_actions.errors import (
    Auth0ActionsError,
    Auth0ActionsWarning,
    LostMetadataWarning,
    UsageError,
    _RunError,
    hides_our_frames,
    without_code,
)
from pytest_auth0_actions.node.given import checked_fields, refuse_secrets
from pytest_auth0_actions.node.loaded import Call, LoadedAction
from pytest_auth0_actions.node.transaction import Transaction
from pytest_auth0_actions.values import Execution
from pytest_auth0_actions.world.instants import iso_at
from pytest_auth0_actions.world.testbed import Testbed, warn_in_test
from pytest_auth0_actions.world.warn import place_of_caller

__tracebackhide__ = hides_our_frames

EXCHANGE: Final = "custom-token-exchange"
LOGIN: Final = "post-login"
WAITING: Final = ("redirected", "prompted", "challenged")

_BACK: Final = "the user comes back with "


@dataclass(frozen=True, slots=True)
class Part:
    """The Actions of one trigger.

    Attributes:
        actions: the Actions, in order.
        variant: the event that they get, where a transaction goes on with them; None for the
            default one.
        overrides: what is different in it.
    """

    actions: tuple[LoadedAction, ...]
    variant: str | None = None
    overrides: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a flow runs, and under which rules.

    Attributes:
        testbed: the test's.
        parts: the Actions, by trigger.
        time_limit_s: how long they may take together, in seconds on the test's clock.
        enabled: the types of factors that the tenant has enabled; None for all.
    """

    testbed: Testbed
    parts: tuple[Part, ...]
    time_limit_s: float
    enabled: Collection[str] | None


@dataclass(frozen=True, eq=False)
class Progress:
    """How far a transaction has come; to go on makes another one, and this stays as it is.

    Attributes:
        plan: what is run.
        event: the event as the next Action would find it, without secrets.
        saved_event: the event when the user was last saved: at the start, or at a redirect.
        request: `event.request` at the start.
        answers: what the test answers where Auth0 would look things up.
        state: what the calls of the transaction have come to; while Actions run one after the
            other, they change it.
        part: which of the flow's parts runs.
        at: which of its Actions is the next to run; the one that suspended it, where it waits.
        handler: which of that Action's handlers is called: 0, or 1 to continue.
        step: what came after the last Action.
        executions: each handler that ran, in order.
        used_ms: how long the Actions have taken since the start or the last suspension.
        saved: what the calls had come to at that time.
        state_parameter: the `state` of the suspension.
        outcome: what the transaction has come to with the last Action.
        exchange_outcome: what the part before has come to.
    """

    plan: Plan
    event: dict[str, Any]
    saved_event: dict[str, Any]
    request: Mapping[str, Any]
    answers: Answers
    state: State = field(default_factory=State)
    part: int = 0
    at: int = 0
    handler: int = 0
    step: Step = GO_ON
    executions: tuple[Execution[Any, Any], ...] = ()
    used_ms: tuple[tuple[str, int], ...] = ()
    saved: State = field(default_factory=State)
    state_parameter: str = ""
    outcome: Any = None
    exchange_outcome: Any = None

    def now_ms(self) -> int:
        """Return the test's clock, in milliseconds since the epoch."""
        return self.plan.testbed.now_ms()

    @property
    def actions(self) -> tuple[LoadedAction, ...]:
        """The Actions of the part that runs."""
        return self.plan.parts[self.part].actions

    def go_on(self, title: str, value: object = None) -> Transaction[Any]:
        """Run what is left, until the transaction is over or waits.

        Args:
            title: what has it go on, for the timeline.
            value: what comes with that.
        """
        progress = self
        outcome = "interrupted"
        journal = self.plan.testbed.journal
        journal.add("flow", title=title, value=value, called_at=place_of_caller())
        try:
            while progress.step.status is None:
                if progress.at < len(progress.actions):
                    progress = progress._after_next()
                else:
                    progress = progress._after_last()
            transaction = progress._suspended().transaction()
            outcome = in_words(progress.step, transaction.outcome)
            return transaction
        except (Auth0ActionsError, Auth0ActionsWarning) as error:
            outcome = f"failed: {type(error).__name__}"
            raise
        finally:
            journal.add("flow_end", outcome=outcome)

    def _after_next(self) -> Progress:
        """Return the progress when the next Action has run."""
        action, state = self.actions[self.at], self.state
        unsaved = unsaved_names(state, self.saved)
        made = Call(
            action.trigger.handlers[self.handler],
            self.event,
            self.answers,
            self.plan.time_limit_s,
            self.used_ms,
            state,
        )
        try:
            execution, event = action.run(made)
        except _RunError as error:
            self._end_by(error, action, unsaved)
            raise
        step = after_action(state, event, self.plan.enabled)
        done = replace(
            self,
            event=next_event(state, event),
            executions=(*self.executions, execution),
            used_ms=(*self.used_ms, (action.name, execution.duration_ms)),
            handler=0,
            step=step,
        )
        # The outcome of the run is that of all Actions so far, unless Auth0 ends it here.
        outcome = execution.outcome if step.error is None else done._outcome()
        self.plan.testbed.journal.add("state", before=self.outcome, after=outcome)
        is_continued = step.status in {"redirected", "prompted"}  # by the same Action
        return replace(done, outcome=outcome, at=self.at if is_continued else self.at + 1)

    def _after_last(self) -> Progress:
        """Return the progress when all Actions of the part have run."""
        state = self.state
        if self.actions[0].trigger.id == EXCHANGE:
            step = at_end_of_exchange(state)
        else:
            requests = [each for execution in self.executions for each in execution.requests]
            step = at_end(state, self.event, self.plan.enabled, requests)
        done = replace(self, step=step)
        if step.status != "completed" or self.part + 1 == len(self.plan.parts):
            self._record_methods(done)
            return done
        following = self.plan.parts[self.part + 1]
        trigger, testbed = following.actions[0].trigger, self.plan.testbed
        event = dict(testbed.make_event(trigger, {}, following.variant))
        merge(event, login_overrides(state, self.event))
        if trigger.id == LOGIN and "authentication" not in following.overrides:
            event = with_recorded(event, testbed.browser.recorded(event))
        override_event(trigger.event, event, following.overrides)
        request = event.get("request")
        return replace(
            done,
            event=event,
            saved_event=event,
            request=request if isinstance(request, Mapping) else {},
            state=login_state(state),
            saved=State(),
            part=self.part + 1,
            at=0,
            step=GO_ON,
            used_ms=(),
            outcome=trigger.outcome(State(), event),
            exchange_outcome=done._outcome(),
        )

    def _suspended(self) -> Progress:
        """Return the progress where it waits for the user, if it does."""
        if self.step.status not in WAITING:
            return self
        parameter = self.plan.testbed.browser.new_state()
        waiting = replace(self, state_parameter=parameter, used_ms=())
        if self.step.status != "redirected":
            return waiting
        self.state.of(RedirectRequest).state = parameter
        self.state.of(UserChanges).unsaved_before.clear()
        return replace(waiting, saved=self.state.copy(), saved_event=self.event)

    def _record_methods(self, done: Progress) -> None:
        urls = done.state.of(RecordedMethods).urls
        if done.step.status == "completed" and urls:
            browser = self.plan.testbed.browser
            browser.record(self.saved_event, urls, iso_at(self.now_ms()))

    def _end_by(self, error: _RunError, action: LoadedAction, lost: Sequence[str]) -> None:
        """Give the error of an Action the transaction up to there; warn of what is *lost* by it."""
        step = failed("action_error", without_code(error.what_happened))
        ended = replace(self, step=step, executions=(*self.executions, error.execution))
        error.transaction = ended.transaction()
        if lost:
            text = (
                f"[A737] {action.name} failed, and with it goes what the Actions before it have "
                f"set: {', '.join(lost)}. Auth0 saves metadata when all Actions have run. Catch "
                f"the error in {action.name}."
            )
            testbed = self.plan.testbed
            with contextlib.suppress(Auth0ActionsWarning):  # the error goes before
                warn_in_test(testbed.journal, testbed.mask, (LostMetadataWarning, text))

    def returned(
        self, query: Mapping[str, Any], body: Mapping[str, Any] | None, overrides: Mapping[str, Any]
    ) -> Transaction[Any]:
        """Go on after a redirect; see `Transaction.resume`."""
        came = checked_fields("query", {"state": self.state_parameter, **query})
        if came.get("state") != self.state_parameter:
            step = failed(
                "invalid_request", "The parameter state is missing, or not that of the redirect."
            )
            return replace(self, step=step).go_on(_BACK, came)
        state = self.state.copy()
        request = state.of(RedirectRequest)
        request.url = request.state = None
        event = returned_event(
            self.event,
            self.request,
            method="GET" if body is None else "POST",
            query=came,
            body=body or {},
        )
        saved_event = self._override(event, overrides)
        testbed = self.plan.testbed
        if not testbed.browser.comes_back(self.state_parameter):
            raise UsageError(
                "[A515] The user has come back from this redirect before.",
                "Given: a second resume() of one transaction.",
                "Go on with what the first resume() has returned, or run the flow again.",
            )
        if testbed.chaos is not None:
            testbed.chaos.before_return(testbed.clock.tick)
        done = replace(
            self, state=state, event=event, saved_event=saved_event, handler=1, step=GO_ON
        )
        return done.go_on(_BACK, came if body is None else body)

    def submitted(
        self, fields: Mapping[str, Any], overrides: Mapping[str, Any]
    ) -> Transaction[Any]:
        """Go on after a form; see `Transaction.submit`."""
        state = self.state.copy()
        prompt = state.of(PromptRequest).prompt
        assert prompt is not None  # it is what the transaction waits for
        state.of(PromptRequest).prompt = None
        event = with_form(self._event_of_post(), prompt, fields)
        saved_event = self._override(event, overrides)
        done = replace(
            self, state=state, event=event, saved_event=saved_event, handler=1, step=GO_ON
        )
        return done.go_on("the form is submitted with ", fields)

    def _override(self, event: dict[str, Any], overrides: Mapping[str, Any]) -> dict[str, Any]:
        """Lay overrides over an event, and return the saved one with them."""
        refuse_secrets(overrides)
        saved = owned(self.saved_event)
        for each in (event, saved):
            override_event(self.actions[0].trigger.event, each, overrides)
        return saved

    def passed(self, factor: str) -> Transaction[Any]:
        """Go on after a challenge; see `Transaction.pass_challenge`."""
        chaos = self.plan.testbed.chaos
        if chaos is not None and chaos.fails_challenge():
            return self.not_passed()
        state = self.state.copy()
        state.of(PassedFactors).types.append(factor)
        forget_request(state, to_enroll=self.step.is_enrollment)
        event = with_factor(
            self._event_of_post(),
            factor,
            iso_at(self.now_ms()),
            is_enrollment=self.step.is_enrollment,
        )
        step = after_action(state, event, self.plan.enabled)  # it may ask for one more
        done = replace(self, state=state, event=event, step=step)
        return done.go_on(f"the user {'enrolls' if self.step.is_enrollment else 'passes'} {factor}")

    def not_passed(self) -> Transaction[Any]:
        """End the transaction; see `Transaction.fail_challenge`."""
        step = failed("access_denied", "The user did not pass the challenge.")
        return replace(self, step=step).go_on("the user fails the challenge")

    def _event_of_post(self) -> dict[str, Any]:
        query = {"state": self.state_parameter}
        return returned_event(self.event, self.request, method="POST", query=query, body={})

    def transaction(self) -> Transaction[Any]:
        """Return what the test sees."""
        assert self.step.status is not None
        is_before_login = self.part + 1 < len(self.plan.parts)
        return Transaction(
            status=self.step.status,
            outcome=self._outcome(),
            executions=self.executions,
            event=owned(self.event),
            duration_ms=sum(each.duration_ms for each in self.executions),
            error=self.step.error,
            exchange_outcome=self._outcome() if is_before_login else self.exchange_outcome,
            _progress=self,
        )

    def _outcome(self) -> Any:
        state, event = self.state, self.event
        if self.step.error is not None:  # what was not saved yet is lost
            state = state.copy()
            state.of(Ending).error = self.step.error
            state.put(self.saved.copy().of(UserChanges))
            if "user" in event:
                event = {**event, "user": self.saved_event["user"]}
        outcome: Any = self.actions[0].trigger.outcome
        return outcome(state, event)
