"""A flow: the Actions of a trigger, in order, as Auth0 runs them."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final, Generic, NoReturn

from pytest_auth0_actions.auth0.context import State
from pytest_auth0_actions.auth0.flow.events import with_recorded
from pytest_auth0_actions.auth0.handlers import MOST_ACTIONS
from pytest_auth0_actions.auth0.outcome import owned
from pytest_auth0_actions.calls import called_as, no_function
from pytest_auth0_actions.errors import UsageError, hides_our_frames
from pytest_auth0_actions.node.action import OWN_API, Action, checked_limit
from pytest_auth0_actions.node.given import checked_answers, checked_factors, refuse_secrets
from pytest_auth0_actions.node.loaded import LoadedAction
from pytest_auth0_actions.node.progress import (
    EXCHANGE,
    LOGIN,
    Part,
    Plan,
    Progress,
)
from pytest_auth0_actions.node.time_outs import TIME_LIMIT_S
from pytest_auth0_actions.node.transaction import Transaction
from pytest_auth0_actions.values import OF_TRANSACTION, OutcomeT, no_attribute
from pytest_auth0_actions.world.testbed import Testbed

__tracebackhide__ = hides_our_frames

_VARIANTS: Final = {EXCHANGE: "token-exchange", "post-credential-validation": None}
"""The triggers whose transactions go on with a login, and the variant of its event."""
_MEANT: Final = {
    name: f"flow(...).run().{name}"
    for name in (*OF_TRANSACTION, *(each.name for each in fields(Transaction)))
}
"""What is meant by names that are of what a flow has run."""


class Flow(Generic[OutcomeT]):
    """The Actions of a trigger, in order. Made by the fixture `flow`.

    Example::

        def test_a_login_runs_through(flow, load_action):
            login = flow(load_action("actions/plan/code.js"), load_action("actions/claims/code.js"))
            assert login.run().status == "completed"
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    def __repr__(self) -> str:
        names = [each.name for part in self._plan.parts for each in part.actions]
        return f"Flow({', '.join(names)})"

    if not TYPE_CHECKING:  # a type checker would take any name for one of ours

        def __getattr__(self, name: str) -> NoReturn:
            __tracebackhide__ = True
            raise no_attribute(self, name, "A flow", _MEANT)

        def __call__(self, *args: object, **keywords: object) -> NoReturn:
            """Say how it is run."""
            raise no_function("A flow", "flow(...)")

    @called_as("flow(...).run(event)", OWN_API)
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

        It takes what `Action.run` takes, and raises what that raises. The error of an Action has
        the transaction up to there as its `transaction`.

        Args:
            event: what the first Action gets. None stands for
                `make_event(variant=variant, **overrides)`.
            variant: which of the trigger's events.
            groups: the user's groups, as `api.groups` finds them.
            roles: the user's roles, as `api.roles` finds them.
            rules: the ids of the rules that have run, for `api.rules`.
            overrides: fields of the event.

        Raises:
            UsageError: the event can't be the first Action's, or has secrets.

        Example::

            def test_a_blocked_user_is_denied(flow, load_action):
                login = flow(load_action("actions/plan/code.js"))
                assert login.run(user={"email": "ada@example.com"}).outcome.denied is None

        Source: https://auth0.com/docs/customize/actions/explore-triggers
        """
        first, testbed = self._plan.parts[0].actions[0], self._plan.testbed
        made = first.event_of(event, variant, overrides, "flow(...).run")
        given = dict(testbed.make_event(first.trigger, {}) if made is None else made)
        refuse_secrets(given)
        given.pop("secrets", None)
        with contextlib.suppress(RecursionError):  # what holds itself is refused when it is sent
            given = owned(given)
        if first.trigger.id == LOGIN and event is None and "authentication" not in overrides:
            given = with_recorded(given, testbed.browser.recorded(given))
        request = given.get("request")
        progress = Progress(
            self._plan,
            event=given,
            saved_event=given,
            request=request if isinstance(request, Mapping) else {},
            answers=checked_answers(first.trigger, groups, roles, rules),
            outcome=first.trigger.outcome(State(), given),
        )
        names = [", ".join(each.name for each in part.actions) for part in self._plan.parts]
        return progress.go_on(f"{first.trigger.id} of {', then '.join(names)}")

    def then(self, *logins: Action[Any], variant: str | None = None, **overrides: Any) -> Flow[Any]:
        """Return the flow that goes on with the Actions of post-login, for the user it has chosen.

        Its transactions have the outcome of post-login, and that of the first Action as
        `exchange_outcome`.

        Args:
            logins: the Actions of post-login, in order.
            variant: which of the events of post-login; None for the one of the kind of login.
            overrides: fields of that event.

        Raises:
            UsageError: a login does not follow this trigger, or the Actions are not of post-login.

        Example::

            def test_the_exchange_chooses_a_user(flow, load_action):
                exchange = load_action("actions/exchange/code.js")
                login = flow(exchange).then(load_action("actions/plan/code.js"))
                assert login.run().exchange_outcome.user.id == "auth0|1"

        Source: https://auth0.com/docs/authenticate/custom-token-exchange
        """
        first = self._plan.parts[0].actions[0].trigger.id
        if first not in _VARIANTS or len(self._plan.parts) > 1:
            raise self._no_login(first)
        actions = _checked(logins, "then")
        if actions[0].trigger.id != LOGIN:
            raise UsageError(
                "[A502] then() goes on with Actions of post-login.",
                f"Given: {actions[0]!r}, for {actions[0].trigger.id}.",
                "Pass Actions that export onExecutePostLogin.",
            )
        refuse_secrets(overrides)
        part = Part(actions, _VARIANTS[first] if variant is None else variant, overrides)
        # What can't stand in the event is an error now, and not when the first Action has run.
        self._plan.testbed.make_event(actions[0].trigger, overrides, part.variant)
        return Flow(replace(self._plan, parts=(*self._plan.parts, part)))

    def _no_login(self, trigger: str) -> UsageError:
        """Return the error for a flow of *trigger* that no login follows, or no further one."""
        which, advice = "login", "Test the login in a flow of its own."
        if len(self._plan.parts) > 1:
            which, advice = "second login", "Pass all its Actions at once: then(first, second)."
        elif trigger == LOGIN:
            advice = "Pass all Actions of the login to one flow: flow(first, second)."
        return UsageError(
            f"[A501] No {which} follows the Actions of {trigger} in one transaction.",
            f"Given: {self!r}.then(...).",
            f"{advice} then() is for a flow of {' or '.join(_VARIANTS)}.",
        )


def make_flow(
    testbed: Testbed,
    actions: Sequence[Action[Any]],
    *,
    time_limit_s: float = TIME_LIMIT_S,
    enabled_factors: Collection[str] | None = None,
) -> Flow[Any]:
    """Return a flow of Actions.

    Args:
        testbed: the test's.
        actions: the Actions, in order.
        time_limit_s: how long they may take together, in seconds on the test's clock.
        enabled_factors: the types of factors that the tenant has enabled; None for all.

    Raises:
        UsageError: they are none, too many, or of several triggers; or an argument is of a wrong
            type.
    """
    enabled = checked_factors(enabled_factors)
    return Flow(Plan(testbed, (Part(_checked(actions)),), checked_limit(time_limit_s), enabled))


def _checked(actions: Sequence[object], method: str = "flow") -> tuple[LoadedAction, ...]:
    """Return the Actions of a flow, in order.

    Args:
        actions: what the test passed.
        method: the name of what it passed them to.

    Raises:
        UsageError: they are none, too many, or of several triggers; or one is no Action, or of a
            test that is over.
    """
    loaded: list[LoadedAction] = []
    for each in actions:
        if not isinstance(each, Action):
            raise UsageError(
                "[A503] A flow takes Actions.", f"Given: {each!r}.", _how_to_pass(each, method)
            )
        each.loaded.refuse_kept()
        loaded.append(each.loaded)
    if not loaded:
        raise UsageError(
            "[A504] A flow needs at least one Action.",
            "Given: none.",
            f"Pass Actions: {method}(load_action(...)).",
        )
    triggers = list(dict.fromkeys(each.trigger.id for each in loaded))
    if len(triggers) > 1:
        raise UsageError(
            "[A505] The Actions of a flow must be for one trigger, and these are for "
            f"{' and '.join(triggers)}.",
            f"Given: {', '.join(f'{each!r} for {each.trigger.id}' for each in loaded)}.",
            "Make a flow of each trigger. For the login after a custom token exchange or a checked "
            "password, use flow(exchange).then(*logins).",
        )
    most = MOST_ACTIONS.get(triggers[0])
    if most is not None and len(loaded) > most:
        number = "one Action" if most == 1 else f"{most} Actions"
        raise UsageError(
            f"[A506] Auth0 runs at most {number} of {triggers[0]}.",
            f"Given: {', '.join(map(repr, loaded))}.",
            "Pass the one that runs." if most == 1 else "Pass those that run in one transaction.",
        )
    return tuple(loaded)


def _how_to_pass(given: object, method: str) -> str:
    """Return what to do where something other than an Action was passed to a method."""
    if isinstance(given, Iterable) and not isinstance(given, str | bytes | Mapping):
        return f"Pass the Actions one by one, or with a star before them: {method}(*actions)."
    path = str(given) if isinstance(given, str | PurePath) else "a.js"
    return (
        f"Load each one, and pass them in order: {method}(load_action({path!r}), ...). The Actions "
        "of a tenant: tenant.flow(trigger)."
    )
