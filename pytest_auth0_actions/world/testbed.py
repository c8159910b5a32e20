"""What one test holds: a clock, and everything else on that clock, made when it is asked for."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from pytest_auth0_actions.auth0.context import Advice, Context, Record, Turn
from pytest_auth0_actions.auth0.events import build_event
from pytest_auth0_actions.auth0.explanation import Explanation
from pytest_auth0_actions.auth0.namespace import Api, Namespace
from pytest_auth0_actions.auth0.namespaces.cache import CacheRules, CacheStore
from pytest_auth0_actions.auth0.triggers import DEFAULT_TRIGGER, Trigger, trigger_of
from pytest_auth0_actions.errors import UsageError, hides_our_frames
from pytest_auth0_actions.values import ApiCall, Event, Execution
from pytest_auth0_actions.world.browser import Browser
from pytest_auth0_actions.world.clock import Clock
from pytest_auth0_actions.world.instants import iso_at
from pytest_auth0_actions.world.journal import Journal
from pytest_auth0_actions.world.masking import Mask
from pytest_auth0_actions.world.seed import Seed
from pytest_auth0_actions.world.warn import place_of_caller, warn_caller

if TYPE_CHECKING:
    from pytest_auth0_actions.world.chaos import Chaos
    from pytest_auth0_actions.world.network import Network

__tracebackhide__ = hides_our_frames

_UNDECIDED: Final = ""  # the trigger whose store a test has filled before it named one


class Testbed:
    """Everything that one test holds.

    Args:
        clock: its time.
        cache_rules: returns the rules of its caches.
        network: makes what its Actions can reach.
        chaos: its bad luck, if it has any.
        trigger: its main trigger; None for that of the first Action that it loads.
        env: what its Actions find in `process.env`.
        seed: what their random numbers depend on.

    Attributes:
        clock: its time.
        now_ms: returns it, in milliseconds since the epoch.
        chaos: its bad luck, if it has any.
        env: what its Actions find in `process.env`.
        seed: what their random numbers depend on.
        mask: hides its secrets.
        journal: what happened in it.
        node: which Node.js ran its Actions, and where it is from; None if none did.
        restarts: why it needed a new process, which tests before it have left something.
        loaded: the paths of the files that its Actions have loaded.
        of_no_trigger: those of Actions of which nothing says for which trigger they are.
        last_run: the last run of an Action; None if there was none.
        show_log: called with the name of an Action, what that has just written with `console`,
            and whether it is an error; None if nobody wants to see it.
        with_places: whether its journal has the line of an Action that did each thing.
        ended: whether its clock no longer runs.
    """

    __test__ = False  # pytest takes the name for a test's

    def __init__(
        self,
        clock: Clock,
        cache_rules: Callable[[], CacheRules],
        network: Callable[[], Network],
        chaos: Chaos | None,
        trigger: Trigger | None = None,
        env: Mapping[str, str] = MappingProxyType({}),
        seed: Seed | None = None,
        *,
        show_secrets: bool = False,
    ) -> None:
        # Nothing that is held here refers back, so that all of it goes with the test: what is left
        # to the garbage collector costs the tests after it.
        self.clock: Final = clock
        self.now_ms: Final[Callable[[], int]] = lambda: clock.now_ms
        self.chaos: Final = chaos
        self.env: Final = env
        self.seed: Final = Seed("0", "") if seed is None else seed
        self.mask: Final = Mask(show_secrets=show_secrets)
        self.journal: Final = Journal(self.now_ms)
        self.node: str | None = None
        self.restarts: Sequence[str] = ()
        self.loaded: Final[set[str]] = set()
        self.last_run: Execution[Any] | None = None
        self.of_no_trigger: Final[set[str]] = set()
        self.show_log: Callable[[str, str, bool], None] | None = None
        self.with_places = False
        self.ended = False
        self._main = trigger
        self._has_used_api = False  # of the trigger that is taken where none is named
        self._cache_rules = cache_rules
        self._network = network
        self._stores: dict[str, CacheStore] = {}
        self._apis: dict[str, Api] = {}

    @property
    def trigger(self) -> Trigger:
        """The main trigger, whose `api` and `cache_store` the fixtures give."""
        return trigger_of(DEFAULT_TRIGGER) if self._main is None else self._main

    @property
    def has_trigger(self) -> bool:
        """Whether the main trigger was named, or an Action has decided it."""
        return self._main is not None

    def loads(self, trigger: Trigger) -> None:
        """Take note that an Action is loaded: the first one decides the main trigger.

        Raises:
            UsageError: the test has used `api` before, and that was another trigger's.
        """
        if self._main is None:
            if self._has_used_api and trigger.id != DEFAULT_TRIGGER:
                raise UsageError(
                    f"[A426] The test has used `api` before it loaded an Action of {trigger.id}.",
                    f"Given: the api of {DEFAULT_TRIGGER}, as no trigger was named.",
                    f"Name it: @pytest.mark.auth0(trigger={trigger.id!r}).",
                )
            store = self._stores.pop(_UNDECIDED, None)
            if store is not None:
                self._stores[trigger.id] = store
            self._main = trigger

    @property
    def cache_store(self) -> CacheStore:
        """The records behind the api of the main trigger."""
        return self.store_of(_UNDECIDED if self._main is None else self._main.id)

    def store_of(self, trigger_id: str) -> CacheStore:
        """Return the records behind the api of a trigger."""
        if trigger_id not in self._stores:
            journal, testbed = self.journal, weakref.ref(self)

            def record_eviction(key: str, why: str, explanation: Explanation) -> None:
                journal.add("evict", key=key, why=why, explanation=explanation)

            def of(trigger_id: str) -> CacheStore:
                its = testbed()
                assert its is not None  # its store is used while the test runs
                return its.store_of(trigger_of(trigger_id).id)

            rules = self._cache_rules()
            self._stores[trigger_id] = CacheStore(self.now_ms, rules, record_eviction, of)
        return self._stores[trigger_id]

    @property
    def rules(self) -> CacheRules | None:
        """The rules of its caches, if the test has come to use one."""
        return next((store.rules for store in self._stores.values()), None)

    @property
    def api(self) -> Api:
        """The api of the main trigger, which its use decides where no trigger is named yet."""
        if self._main is not None:
            return self.api_of(self._main)
        self.store_of(_UNDECIDED)  # so that wrong rules are an error now
        undecided: Any = _UndecidedApi(self)
        return undecided  # type: ignore[no-any-return]

    def use_api(self) -> Api:
        """Return the api of the main trigger, and take note that the test uses it."""
        if self._main is None:
            self._has_used_api = True
            if _UNDECIDED in self._stores:
                self._stores[self.trigger.id] = self._stores.pop(_UNDECIDED)
        return self.api_of(self.trigger)

    def api_of(self, trigger: Trigger) -> Api:
        """Return the api of a trigger."""
        if trigger.id not in self._apis:
            context = Context(self.now_ms, Turn(self._recorder(), self._event_maker(trigger)))
            self._apis[trigger.id] = trigger.api(self.store_of(trigger.id), context)
        return self._apis[trigger.id]

    def _recorder(self) -> Record:
        journal, mask = self.journal, self.mask

        def record(namespace: Namespace[Any], call: ApiCall, advice: Sequence[Advice]) -> None:
            record_call(journal, namespace, call, by="test")
            for each in advice:
                warn_in_test(journal, mask, each)

        return record

    def _event_maker(self, trigger: Trigger) -> Callable[[], dict[str, Any]]:
        clock = self.clock
        return lambda: build_event(trigger.event, iso_at(clock.now_ms), {})

    @cached_property
    def browser(self) -> Browser:
        """The browser of its users."""
        return Browser(self.seed)

    @cached_property
    def network(self) -> Network:
        """What Actions can reach."""
        network = self._network()
        network.mask = self.mask.from_action
        return network

    def make_event(
        self, trigger: Trigger, overrides: Mapping[str, Any], variant: str | None = None
    ) -> Event:
        """Return a complete event of a trigger, with *overrides* merged into it deeply.

        Raises:
            UsageError: there is no such variant, or an override names a field that the event does
                not have.
        """
        self.mask.add_of_event(overrides)
        at = iso_at(self.clock.now_ms)
        return Event(trigger.id, build_event(trigger.event, at, overrides, variant=variant))

    def end_run(self, outcome: str) -> None:
        """Write down how a run has ended, as long as the test lasts."""
        if not self.ended:
            self.journal.add("end", outcome=outcome)

    def end(self) -> None:
        """Look at the clock for the last time, and let go of what refers to itself."""
        self.journal.record_clock()
        self.ended = True
        for api in self._apis.values():
            api.context.api = None

    def check(self) -> None:
        """Fail the test, now over, for what its Actions asked in vain, or did not ask.

        Raises:
            UnansweredRequestError: a request was not answered, and no run has said so.
            UnusedRouteError: a route was not called, and the router asserts that all are.
        """
        if "network" in vars(self):
            self.network.check()


_OF_ANOTHER: Final = (
    " If it is of another trigger, name that: @pytest.mark.auth0(trigger='post-login')."
)


class _UndecidedApi:
    """The api of a test that has named no trigger yet: what is used first decides."""

    def __init__(self, testbed: Testbed) -> None:
        self.__dict__["_testbed"] = testbed

    def __getattr__(self, name: str) -> Any:
        __tracebackhide__ = True
        testbed = self.__dict__["_testbed"]
        api = testbed.use_api()
        try:
            return getattr(api, name)
        except AttributeError as error:
            if testbed.has_trigger:
                raise
            text = str(error) + _OF_ANOTHER
        raise AttributeError(text, name=name, obj=api)

    def __repr__(self) -> str:
        return repr(self.__dict__["_testbed"].use_api())

    def __dir__(self) -> list[str]:
        return dir(self.__dict__["_testbed"].use_api())


def warn_in_test(journal: Journal, mask: Mask, advice: Advice) -> None:
    """Warn at the test's own line, and write that down.

    Raises:
        Auth0ActionsWarning: the user's filters turn it into an error.
    """
    category, text = advice
    journal.add("warning", text=mask(text), place=place_of_caller())
    warn_caller((category, mask(text)))


def record_call(
    journal: Journal,
    namespace: Namespace[Any],
    call: ApiCall,
    by: str,
    place: tuple[str, int] | None = None,
) -> None:
    """Write the entry of an api call, made by the ``"test"`` or an ``"action"``.

    Args:
        journal: the test's.
        namespace: whose method was called.
        call: the call.
        by: who made it.
        place: the file and the line that did; None if that is not known.
    """
    result = call.result
    details = {
        "call": call,
        "by": by,
        "place": place,
        "explanation": namespace.explain_call(call),
        "trace": namespace.trace_call(call),
        "ok": not isinstance(result, Exception) and getattr(result, "type", "") != "error",
    }
    journal.add_at(call.at_ms, "call", details)
