"""Bad luck on purpose: what Auth0 may do at any time, done to each test once more."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

from pytest_auth0_actions.auth0.namespace import Api, namespaces

KINDS: Final = ("evict", "refuse", "cold", "mixed")
FLOW_KINDS: Final = ("late", "unpassed")
"""Those that meet flows alone."""

LATE_MINUTES: Final = 16


class Chaos:
    """The bad luck of one test.

    Args:
        kind: ``"evict"`` drops every record between two runs, of one Action or of two;
            ``"refuse"`` has every write of an Action fail; ``"cold"`` starts an Action cold for
            each run; and ``"mixed"`` does each of these now and then. In flows, ``"late"`` has
            the user come back from a redirect 16 minutes later, and ``"unpassed"`` fails each
            challenge.
        seed: what now and then depends on, with *test*.
        test: the test's id.

    >>> from pytest_auth0_actions import CacheStore, PostUserRegistrationAPI
    >>> api = PostUserRegistrationAPI(CacheStore(lambda: 0))
    >>> Chaos("refuse", seed=1, test="test_it").before_call(api, "cache.set")
    >>> api.cache.set("token", "abc").code
    'FailedToSetCacheRecord'
    """

    def __init__(self, kind: str, seed: int, test: str) -> None:
        self._kind = kind
        self._random = random.Random(f"{seed} {test}")
        self._is_first_run = True

    def before_run(self, api: Api, restart: Callable[[], object]) -> None:
        """Drop what Auth0 may drop and start the Action cold, unless nothing has run yet.

        What the test itself has put there for its first run is left.
        """
        if self._is_first_run:
            self._is_first_run = False
            return
        for namespace in namespaces(api).values():
            namespace.lose_some(lambda: self._strikes("evict"))
        if self._strikes("cold"):
            restart()

    def before_call(self, api: Api, path: str) -> None:
        """Have the platform refuse the call that is about to come, if it can."""
        name, _, method = path.partition(".")
        namespaces(api)[name].refuse_next(method, lambda: self._strikes("refuse"))

    def before_return(self, tick: Callable[..., object]) -> None:
        """Have the user come back from a redirect late; *tick* moves the clock."""
        if self._kind == "late":
            tick(minutes=LATE_MINUTES)

    def fails_challenge(self) -> bool:
        """Return whether the user fails the challenge that they would pass."""
        return self._kind == "unpassed"

    def _strikes(self, kind: str) -> bool:
        return self._kind == kind or (self._kind == "mixed" and self._random.random() < 0.5)
