"""What there is to know of a trigger."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pytest_auth0_actions.auth0.context import Context
from pytest_auth0_actions.auth0.events import EventModel
from pytest_auth0_actions.auth0.namespace import Api
from pytest_auth0_actions.auth0.namespaces.cache import CacheStore


@dataclass(frozen=True, eq=False)  # there is one of each
class Trigger:
    """One trigger of Auth0's.

    Attributes:
        id: Auth0's name of it.
        handlers: the exports that Auth0 calls: to execute the Action, and if there is one, to
            continue it after a suspension.
        event: what its event holds.
        api: makes what an Action may call, over the records of a cache.
    """

    id: str
    handlers: tuple[str, ...]
    event: EventModel
    api: Callable[[CacheStore, Context], Api]
