"""A transaction that a flow has run, as far as it came, and how it goes on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NoReturn

from pytest_auth0_actions.auth0.context import ActionEvent
from pytest_auth0_actions.auth0.ending import TransactionError
from pytest_auth0_actions.auth0.flow.factors import KNOWN_FACTORS, type_of
from pytest_auth0_actions.auth0.flow.steps import ONWARD, Status
from pytest_auth0_actions.auth0.jwt import sign
from pytest_auth0_actions.auth0.namespaces.redirect import DEFAULT_TOKEN_S
from pytest_auth0_actions.calls import called_as
from pytest_auth0_actions.errors import UsageError, hides_our_frames
from pytest_auth0_actions.node.given import (
    checked_claims,
    checked_fields,
    checked_parameters,
    checked_secret,
    refuse_others,
)
from pytest_auth0_actions.values import (
    DURATION_MS,
    IN_NO_SNAPSHOT,
    Execution,
    OfTrigger,
    OutcomeT,
    Value,
    no_attribute,
)

if TYPE_CHECKING:
    from pytest_auth0_actions.node.progress import Progress

__tracebackhide__ = hides_our_frames

_ONWARD: Final = {
    "redirected": "resume(query={...}), as the page does that the user was sent to",
    "prompted": "submit(fields={...}), as the form does",
    "challenged": "pass_challenge() or fail_challenge(), as the user does",
}
_ASKED_BY: Final = {
    "redirected": "api.redirect.sendUserTo()",
    "prompted": "api.prompt.render()",
    "challenged": "api.authentication.challengeWith() or the like",
}
_MEANT: Final = {
    **{status: f"status == {status!r}" for status in ("completed", "failed")},
    **{status: f"status == {status!r}, and then {how}" for status, how in ONWARD.items()},
}
"""What is meant by names that are no attributes, but statuses."""


@dataclass(frozen=True, slots=True)
class Transaction(Value, OfTrigger[OutcomeT, Any]):
    """What a flow has come to.

    Attributes:
        status: ``"completed"``, ``"denied"`` or ``"failed"`` where it is over; ``"redirected"``,
            ``"prompted"`` or ``"challenged"`` where it waits for the user.
        outcome: what Auth0 would do, of the whole so far.
        executions: each handler that ran, in order.
        event: the event as the next Action would find it, without secrets.
        duration_ms: how long the Actions have waited on the test's clock, in milliseconds.
        error: why Auth0 has ended it; None if it has not.
        exchange_outcome: what the flow before `then` has come to; None if there is none. Where the
            transaction ends before the login, `outcome` is the same.

    Example::

        def test_a_transaction_is_over(flow, load_action):
            done = flow(load_action("actions/plan/code.js")).run()
            assert done.status == "completed"
    """

    status: Status
    outcome: OutcomeT
    executions: tuple[Execution[Any, Any], ...]
    event: dict[str, Any] = field(repr=False, metadata=IN_NO_SNAPSHOT)
    duration_ms: int = field(metadata={**DURATION_MS, **IN_NO_SNAPSHOT})
    error: TransactionError | None = None
    exchange_outcome: Any = None
    _progress: Progress | None = field(default=None, repr=False, compare=False)

    if not TYPE_CHECKING:  # a type checker would take any name for one of ours

        def __getattr__(self, name: str) -> NoReturn:
            __tracebackhide__ = True
            raise no_attribute(self, name, "A transaction", _MEANT)

    @called_as("resume(query={...})")
    def resume(
        self,
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        **overrides: Any,
    ) -> Transaction[OutcomeT]:
        """Have the user come back from a redirect, and return how the transaction goes on.

        Args:
            query: the parameters that come back; `state` is added unless it is given.
            body: the form data of a POST; None for a GET.
            overrides: fields of the event that are different from now on.

        Raises:
            UsageError: it does not wait for the return from a redirect, or that was here before;
                or an argument is of a wrong type.
            ActionLoadError: the Action has no continue handler.

        Source: https://auth0.com/docs/customize/actions/explore-triggers/signup-and-login-triggers/login-trigger/redirect-with-actions
        """
        progress = self._waiting("resume", "redirected")
        refuse_others(progress.actions[0].trigger, overrides, "query")
        sent = None if body is None else checked_parameters("body", body)
        checked_parameters("query", query)  # what is `UNDEFINED` in it may remove `state`
        return progress.returned(query or {}, sent, overrides)

    @called_as("submit({...})")
    def submit(
        self, fields: Mapping[str, Any] | None = None, **overrides: Any
    ) -> Transaction[OutcomeT]:
        """Have the user submit the form, and return how the transaction goes on.

        Args:
            fields: what the user has filled in; the rest is as `render` has filled it in.
            overrides: fields of the event that are different from now on.

        Raises:
            UsageError: no form is shown, or *fields* is no mapping.
            ActionLoadError: the Action has no continue handler.

        Source: https://auth0.com/docs/customize/forms
        """
        progress = self._waiting("submit", "prompted")
        refuse_others(progress.actions[0].trigger, overrides, "fields")
        return progress.submitted(checked_fields("fields", fields), overrides)

    @called_as("pass_challenge('otp')")
    def pass_challenge(self, factor: str | None = None) -> Transaction[OutcomeT]:
        """Have the user pass a factor, or enroll it, and return how the transaction goes on.

        Args:
            factor: the type of the factor; None for the first that is offered.

        Raises:
            UsageError: the user is asked for no factor, or not for that one.
        """
        progress = self._waiting("pass_challenge", "challenged")
        offered = progress.step.offered
        chosen = offered[0] if factor is None else type_of(factor)
        if chosen not in offered:
            advice = f"Pass one of {', '.join(map(repr, offered))}."
            if chosen in KNOWN_FACTORS and not progress.step.is_enrollment:
                advice += (
                    " Another one is offered if the Action asks for it, and the user has enrolled "
                    f"it: run(user={{'enrolledFactors': [{{'type': {chosen!r}}}]}})."
                )
            raise UsageError(
                "[A516] The user is not offered that factor.",
                f"Given: pass_challenge({factor!r}).",
                advice,
            )
        return progress.passed(chosen)

    @called_as("fail_challenge()")
    def fail_challenge(self) -> Transaction[OutcomeT]:
        """Have the user fail the challenge, and return what the transaction has come to.

        Raises:
            UsageError: the user is asked for no factor.
        """
        return self._waiting("fail_challenge", "challenged").not_passed()

    @called_as("sign({'plan': 'gold'}, secret='...')")
    def sign(self, payload: Mapping[str, Any], *, secret: str, **claims: Any) -> str:
        """Return the token that the page makes to which the user was sent, signed with HS256.

        It has `sub`, `iss`, `iat`, `exp` (15 minutes from now) and `state`, and the payload.

        Args:
            payload: further claims.
            secret: what it is signed with.
            claims: replace claims; `UNDEFINED` removes one.

        Raises:
            UsageError: the transaction does not wait for the return from a redirect, or there is
                no secret, or a claim that JSON cannot represent.
        """
        progress = self._waiting("sign", "redirected")
        checked_secret(secret)
        now_s = progress.now_ms() // 1_000
        event = ActionEvent(progress.event)
        signed = {
            "sub": event.get("user.user_id"),
            "iss": event.get("request.hostname"),
            "iat": now_s,
            "exp": now_s + DEFAULT_TOKEN_S,
            "state": progress.state_parameter,
            **checked_fields("payload", payload),
            **claims,
        }
        return sign(checked_claims(checked_fields("payload", signed)), secret)

    def _waiting(self, method: str, status: Status) -> Progress:
        if self.status != status or self._progress is None:
            onward = _ONWARD.get(self.status)
            advice = f"Use {onward}."
            if onward is None:
                advice = (
                    "It is over. Run the flow with an event for which an Action calls "
                    f"{_ASKED_BY[status]}."
                )
            error = self.error
            ended = "" if error is None else f" It ended with {error.code}: {error.description}"
            raise UsageError(
                f"[A517] The transaction is {self.status}, and {method}() is for one that is "
                f"{status}.",
                f"Given: {method}(), when these have run: "
                f"{', '.join(each.action for each in self.executions)}.{ended}",
                advice,
            )
        return self._progress
