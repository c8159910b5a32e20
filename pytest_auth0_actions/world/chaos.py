"""Bad luck on purpose: what Auth0 may do to a cache at any time, done to each test once more."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, Final

from pytest_auth0_actions.auth0.namespaces.cache import CacheStore

KINDS: Final = ("evict", "refuse", "cold", "mixed")


class Chaos:
    """The bad luck of one test.

    Args:
        kind: ``"evict"`` drops every record between two runs, of one Action or of two;
            ``"refuse"`` has every write of an Action fail; ``"cold"`` starts an Action cold for
            each run; and ``"mixed"`` does each of these now and then.
        seed: what now and then depends on, with *test*.
        test: the test's id.

    >>> store = CacheStore(lambda: 0)
    >>> chaos = Chaos("refuse", seed=1, test="test_it")
    >>> chaos.before_call(store, "cache.set")
    >>> from pytest_auth0_actions.auth0.namespaces.cache import CacheAPI
    >>> CacheAPI(store).set("token", "abc").code
    'FailedToSetCacheRecord'
    """

    def __init__(self, kind: str, seed: int, test: str) -> None:
        self._kind = kind
        self._random = random.Random(f"{seed} {test}")
        self._is_first_run = True

    def before_run(self, store: CacheStore, restart: Callable[[], object]) -> None:
        """Evict records and start the Action cold, unless nothing has run yet.

        What the test itself has put into the cache for its first run is left there.
        """
        if self._is_first_run:
            self._is_first_run = False
            return
        for key in store.records:
            if self._strikes("evict"):
                store._drop(key, "chaos")
        if self._strikes("cold"):
            restart()

    def before_call(self, store: CacheStore, path: str) -> None:
        """Have the platform refuse the write that is about to come."""
        operation: Any = path.removeprefix("cache.")
        refused = store._failures.get(operation)  # None for what is no write
        if refused == [] and self._strikes("refuse"):
            store.fail_next(operation)

    def _strikes(self, kind: str) -> bool:
        return self._kind == kind or (self._kind == "mixed" and self._random.random() < 0.5)
