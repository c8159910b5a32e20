"""An Action that was loaded, and its runs."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NoReturn

from pytest_auth0_actions.auth0.context import Answers
from pytest_auth0_actions.auth0.handlers import HANDLERS
from pytest_auth0_actions.auth0.triggers import Trigger
from pytest_auth0_actions.calls import called_as, no_function
from pytest_auth0_actions.errors import UsageError, hides_our_frames
from pytest_auth0_actions.node.given import checked_answers
from pytest_auth0_actions.node.loaded import Call, LoadedAction
from pytest_auth0_actions.node.process import NodeProcess
from pytest_auth0_actions.node.runtime import NodeRuntime
from pytest_auth0_actions.node.time_outs import TIME_LIMIT_S
from pytest_auth0_actions.project.action_file import ActionFile
from pytest_auth0_actions.project.handlers import trigger_of_action
from pytest_auth0_actions.project.likely import likely_trigger
from pytest_auth0_actions.project.packages import NO_PACKAGES, Packages
from pytest_auth0_actions.values import EventT, Execution, OfTrigger, OutcomeT, no_attribute
from pytest_auth0_actions.world.testbed import Testbed

__tracebackhide__ = hides_our_frames

OWN_API: Final = "The Action gets the `api` of the test by itself."
_MEANT: Final = {
    **{name: f"{'resume' if 'Continue' in name else 'run'}(event)" for name in HANDLERS},
    **dict.fromkeys(("call", "execute", "handler", "invoke", "start"), "run(event)"),
}
"""What is meant, by the name of a handler or by that which others have for it."""


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
        packages: Packages = NO_PACKAGES,
    ) -> None:
        self._time_limit_s = checked_limit(time_limit_s)
        self.loaded = LoadedAction(
            runtime, testbed, trigger, file, modules, before_first_run, packages
        )

    def __repr__(self) -> str:
        return repr(self.loaded)

    if not TYPE_CHECKING:  # a type checker would take any name for one of ours

        def __getattr__(self, name: str) -> NoReturn:
            __tracebackhide__ = True
            raise no_attribute(self, name, "An Action", _MEANT)

        def __call__(self, *args: object, **keywords: object) -> NoReturn:
            """Say how it is run."""
            raise no_function("An Action", "action")

    @property
    def trigger(self) -> str:
        """Auth0's name of the trigger that the Action is for, such as ``"post-login"``."""
        return self.loaded.trigger.id

    @property
    def name(self) -> str:
        """The Action's name, from its file, or from the folder of a `code.js` or `index.js`.

        An Action of a tenant has the name that the tenant gives it.
        """
        return self.loaded.name

    @called_as("action.make_event(user={...})")
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
        self.loaded.refuse_kept()
        event: Any = self.loaded.testbed.make_event(self.loaded.trigger, overrides, variant)
        return event  # type: ignore[no-any-return]

    @called_as("action.run(event)", OWN_API)
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
        given = self.loaded.event_of(event, variant, overrides)
        answers = checked_answers(self.loaded.trigger, groups, roles, rules)
        return self._handle(self.loaded.trigger.handlers[0], given, answers)

    @called_as("action.resume(event)", OWN_API)
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
        if len(self.loaded.trigger.handlers) < 2:
            raise UsageError(
                f"[A401] Actions of {self.trigger} have no continue handler.",
                f"Given: {self!r}.resume().",
                "Use run(); Auth0 suspends an Action only in post-login and password-reset.",
            )
        given = self.loaded.event_of(event, variant, overrides, "action.resume")
        answers = checked_answers(self.loaded.trigger, groups, roles, rules)
        return self._handle(self.loaded.trigger.handlers[1], given, answers)

    def _handle(
        self, handler: str, event: Mapping[str, Any] | None, answers: Answers
    ) -> Execution[OutcomeT, EventT]:
        """Run a handler."""
        return self.loaded.run(Call(handler, event, answers, self._time_limit_s))[0]

    @called_as("action.restart()")
    def restart(self) -> None:
        r"""Have the next run start cold: its modules are evaluated anew, and the cache is kept.

        Example::

            def test_the_action_needs_no_warm_container(load_action):
                action = load_action("actions/provision/code.js")
                action.run()
                action.restart()
                assert action.run().logs == "cache hit\n"
        """
        self.loaded.restart()


def checked_limit(time_limit_s: float) -> float:
    """Return a limit that was given.

    Raises:
        UsageError: it is no number above 0.
    """
    is_number = isinstance(time_limit_s, int | float) and not isinstance(time_limit_s, bool)
    if not is_number or not 0 < time_limit_s < math.inf:
        raise UsageError(
            "[A402] time_limit_s must be a number of seconds.",
            f"Given: {time_limit_s!r}.",
            f"Pass one above 0, or leave it out for Auth0's {TIME_LIMIT_S}.",
        )
    return time_limit_s


def decide_trigger(
    testbed: Testbed, file: ActionFile, modules: Mapping[str, ActionFile], named: str | None
) -> Trigger:
    """Return the trigger of an Action that a test loads, and have the test take note of it.

    Args:
        testbed: the test's.
        file: the Action.
        modules: its modules, by name.
        named: the trigger's name; None for the one whose handlers it exports.

    Raises:
        ActionLoadError: it exports handlers of several triggers, or of one that can't be run; or it
            is a Rule or a Hook.
        UsageError: there is no trigger of that name, or the test has used another one's `api`.
    """
    for each in (file, *modules.values()):
        testbed.mask.add(each.secrets)
        testbed.loaded.add(each.path)
    trigger = trigger_of_action(file, named)
    if trigger is None and not testbed.has_trigger:
        trigger = likely_trigger(file)
        if trigger is None:
            testbed.of_no_trigger.add(file.path)
    trigger = trigger or testbed.trigger
    testbed.loads(trigger)
    return trigger
