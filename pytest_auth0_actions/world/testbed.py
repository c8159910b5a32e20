"""What one test holds: a clock, and everything else on that clock, made when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from pytest_auth0_actions.auth0.context import Advice, Context, Turn
from pytest_auth0_actions.auth0.events import build_event
from pytest_auth0_actions.auth0.explanation import Explanation
from pytest_auth0_actions.auth0.namespace import Api, Namespace
from pytest_auth0_actions.auth0.namespaces.cache import CacheRules, CacheStore
from pytest_auth0_actions.auth0.triggers import POST_USER_REGISTRATION, Trigger
from pytest_auth0_actions.errors import hides_our_frames
from pytest_auth0_actions.values import ApiCall
from pytest_auth0_actions.world.clock import Clock, iso_at
from pytest_auth0_actions.world.journal import Journal
from pytest_auth0_actions.world.masking import Mask
from pytest_auth0_actions.world.warn import warn_caller

if TYPE_CHECKING:
    from pytest_auth0_actions.world.chaos import Chaos
    from pytest_auth0_actions.world.network import Network

__tracebackhide__ = hides_our_frames


class Testbed:
    """Everything that one test holds.

    Args:
        clock: its time.
        cache_rules: returns the rules of its caches.
        network: makes what its Actions can reach.
        chaos: its bad luck, if it has any.

    Attributes:
        clock: its time.
        now_ms: returns it, in milliseconds since the epoch.
        chaos: its bad luck, if it has any.
        trigger: whose Actions it runs.
        mask: hides its secrets.
        journal: what happened in it.
        node: which Node.js ran its Actions, and where it is from; None if none did.
        ended: whether its clock no longer runs.
    """

    __test__ = False  # pytest takes the name for a test's

    def __init__(
        self,
        clock: Clock,
        cache_rules: Callable[[], CacheRules],
        network: Callable[[], Network],
        chaos: Chaos | None,
    ) -> None:
        # Nothing that is held here refers back, so that all of it goes with the test: what is left
        # to the garbage collector costs the tests after it.
        self.clock: Final = clock
        self.now_ms: Final[Callable[[], int]] = lambda: clock.now_ms
        self.chaos: Final = chaos
        self.trigger: Final[Trigger] = POST_USER_REGISTRATION
        self.mask: Final = Mask()
        self.journal: Final = Journal(self.now_ms)
        self.node: str | None = None
        self.ended = False
        self._cache_rules = cache_rules
        self._network = network

    @cached_property
    def cache_store(self) -> CacheStore:
        """The records behind the api."""
        journal = self.journal

        def record_eviction(key: str, why: str, explanation: Explanation) -> None:
            journal.add("evict", key=key, why=why, explanation=explanation)

        return CacheStore(self.now_ms, self._cache_rules(), record_eviction)

    @property
    def rules(self) -> CacheRules | None:
        """The rules of its cache, if the test has come to use it."""
        return self.cache_store.rules if "cache_store" in vars(self) else None

    @cached_property
    def context(self) -> Context:
        """What the methods of the api share."""
        journal, clock, trigger = self.journal, self.clock, self.trigger

        def record(namespace: Namespace[Any], call: ApiCall, advice: Sequence[Advice]) -> None:
            record_call(journal, namespace, call, by="test")
            for each in advice:
                journal.add("warning", text=each[1])
                warn_caller(each)

        def make_event() -> dict[str, Any]:
            return build_event(trigger.event, iso_at(clock.now_ms), {})

        return Context(self.now_ms, Turn(record, make_event))

    @cached_property
    def api(self) -> Api:
        """The api of the trigger."""
        return self.trigger.api(self.cache_store, self.context)

    @cached_property
    def network(self) -> Network:
        """What Actions can reach."""
        return self._network()

    def make_event(self, **overrides: Any) -> dict[str, Any]:
        """Return a complete event of the trigger, with *overrides* merged into it deeply.

        Raises:
            UsageError: an override names a field that the event does not have.
        """
        return build_event(self.trigger.event, iso_at(self.clock.now_ms), overrides)

    def end(self) -> None:
        """Look at the clock for the last time, and let go of what refers to itself."""
        self.journal.record_clock()
        self.ended = True
        if "context" in vars(self):
            self.context.api = None

    def check(self) -> None:
        """Fail the test, now over, for what its Actions asked in vain, or did not ask.

        Raises:
            UnansweredRequestError: a request was not answered, and no run has said so.
            UnusedRouteError: a route was not called, and the router asserts that all are.
        """
        if "network" in vars(self):
            self.network.check()


def record_call(journal: Journal, namespace: Namespace[Any], call: ApiCall, by: str) -> None:
    """Write the entry of an api call, made by the ``"test"`` or an ``"action"``."""
    result = call.result
    details = {
        "call": call,
        "by": by,
        "explanation": namespace.explain_call(call),
        "trace": namespace.trace_call(call),
        "ok": not isinstance(result, Exception) and getattr(result, "type", "") != "error",
    }
    journal.add_at(call.at_ms, "call", details)
