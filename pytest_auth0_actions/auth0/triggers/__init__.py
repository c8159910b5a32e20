"""The triggers: what their Actions export, what their api has, what their event holds.

A trigger is one module of this package, and one entry in `HANDLERS_OF`. Its module is imported when
the trigger is asked for.
"""

from __future__ import annotations

import difflib
import functools
import importlib
from collections.abc import Iterator, Mapping
from typing import Final

from pytest_auth0_actions.auth0.context import Context
from pytest_auth0_actions.auth0.handlers import HANDLERS, HANDLERS_OF, UNSUPPORTED
from pytest_auth0_actions.auth0.namespace import namespaces
from pytest_auth0_actions.auth0.namespaces.cache import CacheStore
from pytest_auth0_actions.auth0.triggers.model import Trigger
from pytest_auth0_actions.errors import UsageError, hides_our_frames

__tracebackhide__ = hides_our_frames

__all__ = [
    "DEFAULT_TRIGGER",
    "HANDLERS",
    "TRIGGERS",
    "UNSUPPORTED",
    "Trigger",
    "argument_units",
    "trigger_of",
]

DEFAULT_TRIGGER: Final = "post-user-registration"


class _Triggers(Mapping[str, Trigger]):
    """The triggers that can be run, by Auth0's names."""

    def __getitem__(self, trigger_id: str) -> Trigger:
        if trigger_id not in HANDLERS_OF:
            raise KeyError(trigger_id)
        name = trigger_id.replace("-", "_")
        trigger: Trigger = getattr(importlib.import_module(f"{__name__}.{name}"), name.upper())
        return trigger

    def __iter__(self) -> Iterator[str]:
        return iter(HANDLERS_OF)

    def __len__(self) -> int:
        return len(HANDLERS_OF)


TRIGGERS: Final = _Triggers()


def trigger_of(trigger_id: str) -> Trigger:
    """Return the trigger of that name.

    Raises:
        UsageError: there is none.

    >>> trigger_of("post-user-registration").handlers
    ('onExecutePostUserRegistration',)
    """
    if not isinstance(trigger_id, str):  # nor perhaps hashable
        raise _no_trigger(trigger_id)
    if trigger_id in TRIGGERS:
        return TRIGGERS[trigger_id]
    if trigger_id in UNSUPPORTED:
        raise UsageError(
            f"[A214] Actions of {trigger_id} can't be run.",
            f"Given: {trigger_id!r}.",
            f"{UNSUPPORTED[trigger_id]} Triggers that can be run: {', '.join(TRIGGERS)}.",
        )
    raise _no_trigger(trigger_id)


def _no_trigger(trigger_id: object) -> UsageError:
    nearest = difflib.get_close_matches(str(trigger_id), TRIGGERS, n=1, cutoff=0.5)
    return UsageError(
        "[A215] There is no such trigger.",
        f"Given: {trigger_id!r}.",
        f"Did you mean {nearest[0]!r}?" if nearest else f"Use one of {', '.join(TRIGGERS)}.",
    )


@functools.cache
def argument_units() -> Mapping[str, str]:
    """Return the units of fields in arguments of api methods, by the fields' names.

    >>> argument_units()["ttl"]
    'duration_ms'
    """
    found: dict[str, str] = {}
    for trigger in TRIGGERS.values():
        api = trigger.api(CacheStore(lambda: 0), Context(lambda: 0))
        for namespace in namespaces(api).values():
            found |= namespace.units
    return found
