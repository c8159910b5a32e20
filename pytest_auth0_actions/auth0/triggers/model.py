"""What to know about a trigger."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pytest_auth0_actions.auth0.context import Advice, Context, State
from pytest_auth0_actions.auth0.events import EventModel
from pytest_auth0_actions.auth0.namespace import Api
from pytest_auth0_actions.auth0.namespaces.cache import CacheStore
from pytest_auth0_actions.auth0.outcome import Outcome


def advise_nothing(state: State) -> Sequence[Advice]:
    """Return what to warn about when a handler has returned: nothing."""
    return ()


@dataclass(frozen=True, eq=False)  # there is one of each
class Trigger:
    """One trigger of Auth0's.

    Attributes:
        id: Auth0's name of it.
        handlers: the exports that Auth0 calls: to execute the Action, and if there is one, to
            continue it after a suspension.
        event: what its event holds.
        api: makes what an Action may call, over the records of a cache.
        outcome: returns what the calls of a transaction come to, and its event.
        advise: returns what to warn about when a handler has returned.
    """

    id: str
    handlers: tuple[str, ...]
    event: EventModel
    api: Callable[[CacheStore, Context], Api]
    outcome: Callable[[State, Mapping[str, Any]], Outcome]
    advise: Callable[[State], Sequence[Advice]] = advise_nothing
