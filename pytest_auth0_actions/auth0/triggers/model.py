"""What there is to know of a trigger."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pytest_auth0_actions.auth0.events import EventModel
from pytest_auth0_actions.auth0.namespaces.cache import CacheStore


@dataclass(frozen=True, eq=False)  # there is one of each
class Trigger:
    """One trigger of Auth0's.

    Attributes:
        id: Auth0's name of it.
        handlers: the exports that Auth0 calls; a run calls the first.
        event: what its event holds.
        create_api: makes the api of one test: an object whose public attributes are namespaces,
            whose public methods are what an Action may call.
    """

    id: str
    handlers: tuple[str, ...]
    event: EventModel
    create_api: Callable[[CacheStore], Any]
