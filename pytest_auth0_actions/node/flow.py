"""Runs a flow: the Actions of a trigger in order, away and back."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Generic

from pytest_auth0_actions.auth0.context import Answers, State
from pytest_auth0_actions.auth0.ending import Ending, TransactionError
from pytest_auth0_actions.auth0.flow.events import (
    lay_over,
    login_overrides,
    next_event,
    returned_event,
    with_factor,
    with_form,
)
from pytest_auth0_actions.auth0.flow.factors import PassedFactors, type_of
from pytest_auth0_actions.auth0.flow.steps import (
    GO_ON,
    Step,
    after_action,
    at_end,
    at_end_of_exchange,
    failed,
    forget_request,
)
from pytest_auth0_actions.auth0.namespaces.prompt import PromptRequest
from pytest_auth0_actions.auth0.namespaces.redirect import RedirectRequest
from pytest_auth0_actions.auth0.namespaces.user import UserChanges
from pytest_auth0_actions.errors import UsageError, _RunError, hides_our_frames
from pytest_auth0_actions.node.action import TIME_LIMIT_S, Action, checked_limit
from pytest_auth0_actions.node.loaded import Call, LoadedAction
from pytest_auth0_actions.node.transaction import Transaction
from pytest_auth0_actions.values import UNDEFINED, Execution, OutcomeT
from pytest_auth0_actions.world.instants import iso_at
from pytest_auth0_actions.world.testbed import Testbed

__tracebackhide__ = hides_our_frames

_EXCHANGE: Final = "custom-token-exchange"
_THEN: Final = {_EXCHANGE: "token-exchange", "post-credential-validation": None}
"""The triggers whose transactions go on with post-login, and the variant of its event."""


@dataclass(frozen=True, slots=True)
class Part:
    """The Actions of one trigger.

    Attributes:
        actions: the Actions, in order.
        variant: the event that they get, where a transaction goes on with them.
        overrides: what is different in it.
    """

    actions: tuple[LoadedAction, ...]
    variant: str | None = None
    overrides: Mapping[str, Any] = field(default_factory=dict)


class Flow(Generic[OutcomeT]):
    """The Actions of a trigger, in order. Made by the fixture `flow`.

    Args:
        testbed: the test's.
        parts: the Actions, by trigger.
        time_limit_s: how long they may take together, in seconds on the test's clock.
        enabled_factors: the types of factors that the tenant has enabled; None for all.
    """

    def __init__(
        self,
        testbed: Testbed,
        parts: Sequence[Part],
        *,
        time_limit_s: float = TIME_LIMIT_S,
        enabled_factors: Collection[str] | None = None,
    ) -> None:
        self.testbed = testbed
        self.parts = tuple(parts)
        self.time_limit_s = checked_limit(time_limit_s)
        self.enabled = None if enabled_factors is None else [*map(type_of, enabled_factors)]
        self.used_states: set[str] = set()
        self.suspensions = 0

    def new_state(self) -> str:
        """Return the parameter `state` of one more suspension."""
        self.suspensions += 1
        text = f"{self.testbed.seed.digits()} {self.suspensions}"
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    def run(
        self,
        event: Mapping[str, Any] | None = None,
        *,
        variant: str | None = None,
        groups: Sequence[Any] = (),
        roles: Sequence[Any] = (),
        rules: Sequence[str] = (),
        **overrides: Any,
    ) -> Transaction[OutcomeT]:
        """Run the Actions until the transaction is over, or waits for the user.

        It takes what `Action.run` takes, and raises what that raises; what an Action's failure
        raises has the transaction up to there as its `transaction`.
        """
        first = self.parts[0].actions[0]
        made = Action.event_of(first, event, variant, overrides)
        given = dict(first.testbed.make_event(first.trigger, {}) if made is None else made)
        request = given.get("request")
        progress = Progress(
            self,
            event=given,
            request=request if isinstance(request, Mapping) else {},
            answers=Answers(groups, roles, rules),
        )
        return progress.go_on()


@dataclass(frozen=True)
class Progress:
    """How far a transaction has come; to go on makes another one, and this stays as it is.

    Attributes:
        flow: whose transaction it is.
        event: the event as the next Action would find it, without secrets.
        request: `event.request` at the start.
        answers: what the test answers where Auth0 would look things up.
        state: what the calls of the transaction have come to.
        part: which of the flow's parts runs.
        at: which of its Actions is the next to run; the one that suspended it, where it waits.
        handler: which of that Action's handlers is called: 0, or 1 to continue.
        step: what came after the last Action.
        executions: each handler that ran, in order.
        used_ms: how long the Actions have taken since the start or the last suspension.
        saved: what was saved of the user when the browser last left.
        saved_event: the event at that time.
        state_parameter: the `state` of the suspension.
        exchange_outcome: what the part before has come to.
    """

    flow: Flow[Any]
    event: dict[str, Any]
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
    saved_event: dict[str, Any] | None = None
    state_parameter: str = ""
    exchange_outcome: Any = None

    def now_ms(self) -> int:
        """Return the test's clock, in milliseconds since the epoch."""
        return self.flow.testbed.now_ms()

    @property
    def actions(self) -> tuple[LoadedAction, ...]:
        """The Actions of the part that runs."""
        return self.flow.parts[self.part].actions

    def go_on(self) -> Transaction[Any]:
        """Run what is left, until the transaction is over or waits."""
        progress = self
        while True:
            if progress.at < len(progress.actions):
                progress = progress._after_next()
            else:
                progress = progress._after_last()
            if progress.step.status is not None:
                return progress.transaction()

    def _after_next(self) -> Progress:
        """Return the progress when the next Action has run."""
        action, state = self.actions[self.at], self.state.copy()
        made = Call(
            action.trigger.handlers[self.handler],
            self.event,
            self.answers,
            self.flow.time_limit_s,
            self.used_ms,
            state,
        )
        try:
            execution, event = action.run(made)
        except _RunError as error:
            error.transaction = self._thrown(error).transaction()
            raise
        step = after_action(state, event, self.flow.enabled)
        done = replace(
            self,
            state=state,
            event=next_event(state, event),
            executions=(*self.executions, execution),
            used_ms=(*self.used_ms, (action.name, execution.duration_ms)),
            handler=0,
            step=step,
        )
        if step.status in {"redirected", "prompted"}:
            return done._suspended()
        return replace(done, at=self.at + 1)

    def _after_last(self) -> Progress:
        """Return the progress when all Actions of the part have run."""
        state = self.state.copy()
        if self.actions[0].trigger.id == _EXCHANGE:
            step = at_end_of_exchange(state)
        else:
            step = at_end(state, self.event, self.flow.enabled)
        done = replace(self, state=state, step=step)
        if step.status != "completed" or self.part + 1 == len(self.flow.parts):
            return done
        following = self.flow.parts[self.part + 1]
        trigger, testbed = following.actions[0].trigger, self.flow.testbed
        event = testbed.make_event(trigger, {}, following.variant)
        laid = lay_over(dict(event), login_overrides(state, self.event))
        return replace(
            done,
            event=lay_over(laid, following.overrides),
            state=State(),
            part=self.part + 1,
            at=0,
            step=GO_ON,
            exchange_outcome=self._outcome(),
        )

    def _suspended(self) -> Progress:
        """Return the progress when the browser has left, or a form is shown."""
        parameter = self.flow.new_state()
        if self.step.status == "prompted":
            return replace(self, state_parameter=parameter, used_ms=())
        self.state.of(RedirectRequest).state = parameter
        return replace(
            self,
            state_parameter=parameter,
            used_ms=(),
            saved=self.state.copy(),
            saved_event=self.event,
        )

    def _thrown(self, error: _RunError) -> Progress:
        step = failed("action_error", error.what_happened)
        return replace(self, executions=(*self.executions, error.execution), step=step)

    def returned(
        self, query: Mapping[str, Any], body: Mapping[str, Any] | None, overrides: Mapping[str, Any]
    ) -> Transaction[Any]:
        """Go on after a redirect; see `Transaction.resume`."""
        came = {"state": self.state_parameter, **query}
        came = {name: value for name, value in came.items() if value is not UNDEFINED}
        if came.get("state") != self.state_parameter:
            step = failed("invalid_request", "The parameter state is missing, or not that of the redirect.")
            return replace(self, step=step).transaction()
        if self.state_parameter in self.flow.used_states:
            raise UsageError(
                "The user has come back from this redirect before.",
                "Given: a second resume() of one transaction.",
                "Go on with what the first resume() has returned, or run the flow again.",
            )
        self.flow.used_states.add(self.state_parameter)
        state = self.state.copy()
        state.of(RedirectRequest).url = None
        event = returned_event(
            self.event,
            self.request,
            method="GET" if body is None else "POST",
            query=came,
            body=body or {},
        )
        return replace(
            self, state=state, event=lay_over(event, overrides), handler=1, step=GO_ON
        ).go_on()

    def submitted(
        self, fields: Mapping[str, Any], overrides: Mapping[str, Any]
    ) -> Transaction[Any]:
        """Go on after a form; see `Transaction.submit`."""
        state = self.state.copy()
        prompt = state.of(PromptRequest).prompt
        assert prompt is not None  # it is what the transaction waits for
        state.of(PromptRequest).prompt = None
        event = with_form(self._event_of_post(), prompt, fields)
        return replace(
            self, state=state, event=lay_over(event, overrides), handler=1, step=GO_ON
        ).go_on()

    def passed(self, factor: str) -> Transaction[Any]:
        """Go on after a challenge; see `Transaction.pass_challenge`."""
        state = self.state.copy()
        state.of(PassedFactors).types.append(factor)
        forget_request(state, to_enroll=self.step.is_enrollment)
        event = with_factor(
            self._event_of_post(),
            factor,
            iso_at(self.now_ms()),
            is_enrollment=self.step.is_enrollment,
        )
        return replace(self, state=state, event=event, step=GO_ON, used_ms=()).go_on()

    def not_passed(self) -> Transaction[Any]:
        """End the transaction; see `Transaction.fail_challenge`."""
        step = failed("access_denied", "The user did not pass the challenge.")
        return replace(self, step=step).transaction()

    def _event_of_post(self) -> dict[str, Any]:
        query = {"state": self.state_parameter or self.flow.new_state()}
        return returned_event(self.event, self.request, method="POST", query=query, body={})

    def transaction(self) -> Transaction[Any]:
        """Return what the test sees."""
        assert self.step.status is not None
        return Transaction(
            status=self.step.status,
            outcome=self._outcome(),
            executions=self.executions,
            event=self.event,
            duration_ms=sum(each.duration_ms for each in self.executions),
            error=self.step.error,
            exchange_outcome=self.exchange_outcome,
            _progress=self,
        )

    def _outcome(self) -> Any:
        state, event = self.state.copy(), self.event
        if self.step.error is not None:  # what was not saved yet is lost
            state.of(Ending).error = self.step.error
            state.put(UserChanges, self.saved.of(UserChanges))
            event = event if self.saved_event is None else self.saved_event
        outcome: Any = self.actions[0].trigger.outcome
        return outcome(state, event)
