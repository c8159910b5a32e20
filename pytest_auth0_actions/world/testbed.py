"""What one test holds: a clock, and everything else on that clock, made when it is asked for."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pytest_auth0_actions.auth0.namespaces.cache import CacheRules, CacheStore
from pytest_auth0_actions.auth0.triggers import POST_USER_REGISTRATION, Trigger
from pytest_auth0_actions.errors import hides_our_frames
from pytest_auth0_actions.world.clock import iso_at
from pytest_auth0_actions.world.journal import Journal
from pytest_auth0_actions.world.masking import Mask
from pytest_auth0_actions.world.warn import Advice, warn_caller

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_auth0_actions.node.action import World
    from pytest_auth0_actions.node.runtime import NodeRuntime
    from pytest_auth0_actions.plugin.fixture_types import LoadAction, MakeEvent
    from pytest_auth0_actions.project.action_file import ModuleSpec, PathLike
    from pytest_auth0_actions.world.chaos import Chaos
    from pytest_auth0_actions.world.clock import Clock
    from pytest_auth0_actions.world.network import Network

__tracebackhide__ = hides_our_frames


class Testbed:
    """The world of one test.

    Args:
        clock: its time.
        cache_rules: tells the rules of its cache.
        network: makes what its Actions can reach.
        chaos: its bad luck, if it has any.

    Attributes:
        clock: its time.
        now_ms: tells it, in milliseconds since the epoch.
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
        self.clock = clock
        self.now_ms = lambda: clock.now_ms
        self.chaos = chaos
        self.trigger = POST_USER_REGISTRATION
        self.mask = Mask()
        self.journal = Journal(self.now_ms)
        self.node: str | None = None
        self.ended = False
        self._advisor = _Advisor(self.journal)
        self._cache_rules = cache_rules
        self._network = network

    @cached_property
    def cache_store(self) -> CacheStore:
        """The records behind the api."""
        return CacheStore(self.now_ms, self._cache_rules(), self.journal, self._advisor.advise)

    @property
    def rules(self) -> CacheRules | None:
        """The rules of its cache, if the test has come to use it."""
        return self.cache_store.rules if "cache_store" in vars(self) else None

    @cached_property
    def api(self) -> Any:
        """The api of the trigger."""
        return self.trigger.create_api(self.cache_store)

    @cached_property
    def network(self) -> Network:
        """What Actions can reach."""
        return self._network()

    @cached_property
    def make_event(self) -> MakeEvent:
        """What makes events."""
        from pytest_auth0_actions.auth0.events import build_event

        clock, trigger = self.clock, self.trigger

        def make_event(**overrides: Any) -> dict[str, Any]:
            return build_event(trigger.event, iso_at(clock.now_ms), overrides)

        make_event.__qualname__ = "make_event"  # Python names it in its own errors
        return make_event

    def action_loader(self, runtime: NodeRuntime, root: Path) -> LoadAction:
        """Return what loads Actions of this test into *runtime*; relative paths start at *root*."""
        from pytest_auth0_actions.node.action import TIME_LIMIT_S, Action
        from pytest_auth0_actions.project.action_file import read_action, read_modules

        world = self._world()

        def load_action(
            path: PathLike,
            *,
            secrets: Mapping[str, str] | None = None,
            modules: Mapping[str, ModuleSpec] | None = None,
            time_limit_s: float = TIME_LIMIT_S,
        ) -> Action:
            file, files = read_action(path, root, secrets), read_modules(modules, root)
            for each in (file, *files.values()):
                self.mask.add(each.secrets)
            action = Action(runtime, world, file, files, time_limit_s)
            process = runtime.process()
            self.node = f"{process.version} ({process.node.origin})"
            return action

        load_action.__qualname__ = "load_action"
        return load_action

    def end(self) -> None:
        """Look at the clock for the last time."""
        self.journal.look()
        self.ended = True

    def check(self) -> None:
        """Fail the test, now over, for what its Actions asked in vain, or did not ask.

        Raises:
            UnansweredRequestError: a request was not answered, and no run has said so.
            UnusedRouteError: a route was not called, and the router asserts that all are.
        """
        if "network" in vars(self):
            self.network.check()

    def _world(self) -> World:
        from pytest_auth0_actions.node.action import World

        world = World(
            trigger=self.trigger,
            api=self.api,
            now_ms=self.now_ms,
            pass_ms=lambda elapsed_ms: self.clock.tick(milliseconds=elapsed_ms),
            default_event=lambda: _default_event(self.trigger, self.clock.now_ms),
            network=self.network,
            mask=self.mask,
            journal=self.journal,
            take_advice=self._advisor.take,
        )
        chaos, store = self.chaos, self.cache_store
        if chaos is None:
            return world
        return dataclasses.replace(
            world,
            before_call=lambda path: chaos.before_call(store, path),
            before_run=lambda action: chaos.before_run(store, action.restart),
        )


class _Advisor:
    """Warns of a call of the test's; what there is to say of an Action's waits for its line."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._waiting: list[Advice] = []

    def advise(self, advice: Advice) -> None:
        if self._journal.running:
            self._waiting.append(advice)
        else:
            self._journal.add("warning", text=advice[1])
            warn_caller(advice)

    def take(self) -> list[Advice]:
        taken, self._waiting = self._waiting, []
        return taken


@functools.lru_cache(maxsize=16)  # most runs of a suite start at the same few instants
def _default_event(trigger: Trigger, now_ms: int) -> bytes:
    """Return what `make_event()` returns, as JSON."""
    return trigger.event.json_at(iso_at(now_ms)).encode()
