"""Test Auth0 Actions with pytest: a mock `api`, a clock that the test moves, a real Node.js.

Importing this package imports neither pytest nor freezegun; each name is loaded when it is asked
for.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pytest_auth0_actions.auth0.events import event_variants
    from pytest_auth0_actions.auth0.namespaces.cache import (
        CacheAPI,
        CacheDeleteSuccess,
        CacheError,
        CacheErrorCode,
        CacheRecord,
        CacheRules,
        CacheSetSuccess,
        CacheStore,
    )
    from pytest_auth0_actions.auth0.triggers.post_user_registration import PostUserRegistrationAPI
    from pytest_auth0_actions.errors import (
        ActionCrashedError,
        ActionError,
        ActionLoadError,
        ActionTimeoutError,
        Auth0ActionsError,
        Auth0ActionsWarning,
        CacheLifetimeWarning,
        CacheOptionsWarning,
        ChangedEventWarning,
        IgnoredResultWarning,
        MissingMemberWarning,
        MissingSecretWarning,
        NodeNotFoundError,
        PendingWorkWarning,
        PrintedSecretWarning,
        TtlUnitWarning,
        UnansweredRequestError,
        UnusedRouteError,
        UsageError,
    )
    from pytest_auth0_actions.node.action import Action
    from pytest_auth0_actions.plugin.fixture_types import LoadAction, MakeEvent
    from pytest_auth0_actions.values import (
        UNDEFINED,
        ApiCall,
        Event,
        Execution,
        HttpRequest,
        JSObject,
        JSValue,
    )
    from pytest_auth0_actions.world.clock import Clock

__all__ = [
    "Action",
    "ActionCrashedError",
    "ActionError",
    "ActionLoadError",
    "ActionTimeoutError",
    "ApiCall",
    "Auth0ActionsError",
    "Auth0ActionsWarning",
    "CacheAPI",
    "CacheDeleteSuccess",
    "CacheError",
    "CacheErrorCode",
    "CacheLifetimeWarning",
    "CacheOptionsWarning",
    "CacheRecord",
    "CacheRules",
    "CacheSetSuccess",
    "CacheStore",
    "ChangedEventWarning",
    "Clock",
    "Event",
    "Execution",
    "HttpRequest",
    "IgnoredResultWarning",
    "JSObject",
    "JSValue",
    "LoadAction",
    "MakeEvent",
    "MissingMemberWarning",
    "MissingSecretWarning",
    "NodeNotFoundError",
    "PendingWorkWarning",
    "PostUserRegistrationAPI",
    "PrintedSecretWarning",
    "TtlUnitWarning",
    "UNDEFINED",
    "UnansweredRequestError",
    "UnusedRouteError",
    "UsageError",
    "event_variants",
]

_HOMES = {
    "auth0.events": ("event_variants",),
    "auth0.namespaces.cache": (
        "CacheAPI",
        "CacheDeleteSuccess",
        "CacheError",
        "CacheErrorCode",
        "CacheRecord",
        "CacheRules",
        "CacheSetSuccess",
        "CacheStore",
    ),
    "world.clock": ("Clock",),
    "errors": (
        "ActionCrashedError",
        "ActionError",
        "ActionLoadError",
        "ActionTimeoutError",
        "Auth0ActionsError",
        "Auth0ActionsWarning",
        "CacheLifetimeWarning",
        "CacheOptionsWarning",
        "ChangedEventWarning",
        "IgnoredResultWarning",
        "MissingMemberWarning",
        "MissingSecretWarning",
        "NodeNotFoundError",
        "PendingWorkWarning",
        "PrintedSecretWarning",
        "TtlUnitWarning",
        "UnansweredRequestError",
        "UnusedRouteError",
        "UsageError",
    ),
    "node.action": ("Action",),
    "plugin.fixture_types": ("LoadAction", "MakeEvent"),
    "values": (
        "UNDEFINED",
        "ApiCall",
        "Event",
        "Execution",
        "HttpRequest",
        "JSObject",
        "JSValue",
    ),
    "auth0.triggers.post_user_registration": ("PostUserRegistrationAPI",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
