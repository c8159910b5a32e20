"""Test Auth0 Actions with pytest: a mock `api`, a clock that the test moves, a real Node.js.

Importing this package imports neither pytest nor freezegun; each name is loaded when it is asked
for.

PYTEST_DONT_REWRITE: coverage.py may import it before pytest, and there is no assertion in it.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pytest_auth0_actions.auth0.ending import TransactionError
    from pytest_auth0_actions.auth0.events import event_variants
    from pytest_auth0_actions.auth0.events.types import (
        CredentialsExchangeEvent,
        CustomEmailProviderEvent,
        CustomPhoneProviderEvent,
        CustomTokenExchangeEvent,
        EventStreamEvent,
        PasswordResetPostChallengeEvent,
        PostChangePasswordEvent,
        PostCredentialValidationEvent,
        PostLoginEvent,
        PostUserRegistrationEvent,
        PreUserRegistrationEvent,
        SendPhoneMessageEvent,
    )
    from pytest_auth0_actions.auth0.namespaces.access import (
        CredentialsDenial,
        Denial,
        ExchangeDenial,
        LoginDenial,
        RegistrationDenial,
    )
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
    from pytest_auth0_actions.auth0.namespaces.groups import Group
    from pytest_auth0_actions.auth0.namespaces.roles import Role
    from pytest_auth0_actions.auth0.outcome import Outcome
    from pytest_auth0_actions.auth0.triggers.credentials_exchange import (
        CredentialsExchangeAPI,
        CredentialsExchangeOutcome,
    )
    from pytest_auth0_actions.auth0.triggers.custom_email_provider import (
        CustomEmailProviderAPI,
        CustomEmailProviderOutcome,
    )
    from pytest_auth0_actions.auth0.triggers.custom_phone_provider import (
        CustomPhoneProviderAPI,
        CustomPhoneProviderOutcome,
    )
    from pytest_auth0_actions.auth0.triggers.custom_token_exchange import (
        CustomTokenExchangeAPI,
        CustomTokenExchangeOutcome,
    )
    from pytest_auth0_actions.auth0.triggers.event_stream import EventStreamAPI, EventStreamOutcome
    from pytest_auth0_actions.auth0.triggers.password_reset_post_challenge import (
        PasswordResetPostChallengeAPI,
        PasswordResetPostChallengeOutcome,
    )
    from pytest_auth0_actions.auth0.triggers.post_change_password import (
        PostChangePasswordAPI,
        PostChangePasswordOutcome,
    )
    from pytest_auth0_actions.auth0.triggers.post_credential_validation import (
        PostCredentialValidationAPI,
        PostCredentialValidationOutcome,
    )
    from pytest_auth0_actions.auth0.triggers.post_login import PostLoginAPI, PostLoginOutcome
    from pytest_auth0_actions.auth0.triggers.post_user_registration import (
        PostUserRegistrationAPI,
        PostUserRegistrationOutcome,
    )
    from pytest_auth0_actions.auth0.triggers.pre_user_registration import (
        PreUserRegistrationAPI,
        PreUserRegistrationOutcome,
    )
    from pytest_auth0_actions.auth0.triggers.send_phone_message import (
        SendPhoneMessageAPI,
        SendPhoneMessageOutcome,
    )
    from pytest_auth0_actions.bodies import HttpHeaders
    from pytest_auth0_actions.errors import (
        ActionAbortedError,
        ActionCrashedError,
        ActionError,
        ActionLoadError,
        ActionTimeoutError,
        AfterDenialWarning,
        ArgumentsWarning,
        Auth0ActionsError,
        Auth0ActionsWarning,
        CacheLifetimeWarning,
        CacheOptionsWarning,
        ChangedEventWarning,
        ChildProcessWarning,
        DroppedClaimWarning,
        IgnoredResultWarning,
        LostMetadataWarning,
        MetadataIgnoredWarning,
        MetadataSizeWarning,
        MissingMemberWarning,
        MissingSecretError,
        MissingSecretWarning,
        MultifactorProviderWarning,
        NearMissWarning,
        NodeNotFoundError,
        NoUserWarning,
        OverwrittenClaimWarning,
        PendingWorkWarning,
        PrintedSecretWarning,
        RecordMethodWarning,
        RedirectWarning,
        RevocationWarning,
        RouteWarning,
        SecondRedirectWarning,
        StrayValueWarning,
        TenantError,
        TenantWarning,
        TtlUnitWarning,
        UnansweredRequestError,
        UnnamespacedClaimWarning,
        UnusedRouteError,
        UsageError,
    )
    from pytest_auth0_actions.node.action import Action
    from pytest_auth0_actions.node.flow import Flow
    from pytest_auth0_actions.node.transaction import Transaction
    from pytest_auth0_actions.plugin.fixture_types import LoadAction
    from pytest_auth0_actions.plugin.flow_type import MakeFlow
    from pytest_auth0_actions.plugin.make_event_type import MakeEvent
    from pytest_auth0_actions.plugin.tenants import Tenant, TenantAt
    from pytest_auth0_actions.project.tenant.model import TenantAction, TenantModule
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
    "UNDEFINED",
    "Action",
    "ActionAbortedError",
    "ActionCrashedError",
    "ActionError",
    "ActionLoadError",
    "ActionTimeoutError",
    "AfterDenialWarning",
    "ApiCall",
    "ArgumentsWarning",
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
    "ChildProcessWarning",
    "Clock",
    "CredentialsDenial",
    "CredentialsExchangeAPI",
    "CredentialsExchangeEvent",
    "CredentialsExchangeOutcome",
    "CustomEmailProviderAPI",
    "CustomEmailProviderEvent",
    "CustomEmailProviderOutcome",
    "CustomPhoneProviderAPI",
    "CustomPhoneProviderEvent",
    "CustomPhoneProviderOutcome",
    "CustomTokenExchangeAPI",
    "CustomTokenExchangeEvent",
    "CustomTokenExchangeOutcome",
    "Denial",
    "DroppedClaimWarning",
    "Event",
    "EventStreamAPI",
    "EventStreamEvent",
    "EventStreamOutcome",
    "ExchangeDenial",
    "Execution",
    "Flow",
    "Group",
    "HttpHeaders",
    "HttpRequest",
    "IgnoredResultWarning",
    "JSObject",
    "JSValue",
    "LoadAction",
    "LoginDenial",
    "LostMetadataWarning",
    "MakeEvent",
    "MakeFlow",
    "MetadataIgnoredWarning",
    "MetadataSizeWarning",
    "MissingMemberWarning",
    "MissingSecretError",
    "MissingSecretWarning",
    "MultifactorProviderWarning",
    "NearMissWarning",
    "NoUserWarning",
    "NodeNotFoundError",
    "Outcome",
    "OverwrittenClaimWarning",
    "PasswordResetPostChallengeAPI",
    "PasswordResetPostChallengeEvent",
    "PasswordResetPostChallengeOutcome",
    "PendingWorkWarning",
    "PostChangePasswordAPI",
    "PostChangePasswordEvent",
    "PostChangePasswordOutcome",
    "PostCredentialValidationAPI",
    "PostCredentialValidationEvent",
    "PostCredentialValidationOutcome",
    "PostLoginAPI",
    "PostLoginEvent",
    "PostLoginOutcome",
    "PostUserRegistrationAPI",
    "PostUserRegistrationEvent",
    "PostUserRegistrationOutcome",
    "PreUserRegistrationAPI",
    "PreUserRegistrationEvent",
    "PreUserRegistrationOutcome",
    "PrintedSecretWarning",
    "RecordMethodWarning",
    "RedirectWarning",
    "RegistrationDenial",
    "RevocationWarning",
    "Role",
    "RouteWarning",
    "SecondRedirectWarning",
    "SendPhoneMessageAPI",
    "SendPhoneMessageEvent",
    "SendPhoneMessageOutcome",
    "StrayValueWarning",
    "Tenant",
    "TenantAction",
    "TenantAt",
    "TenantError",
    "TenantModule",
    "TenantWarning",
    "Transaction",
    "TransactionError",
    "TtlUnitWarning",
    "UnansweredRequestError",
    "UnnamespacedClaimWarning",
    "UnusedRouteError",
    "UsageError",
    "event_variants",
]

_HOMES = {
    "auth0.ending": ("TransactionError",),
    "auth0.events": ("event_variants",),
    "auth0.events.types.credentials_exchange": ("CredentialsExchangeEvent",),
    "auth0.events.types.custom_email_provider": ("CustomEmailProviderEvent",),
    "auth0.events.types.custom_phone_provider": ("CustomPhoneProviderEvent",),
    "auth0.events.types.custom_token_exchange": ("CustomTokenExchangeEvent",),
    "auth0.events.types.event_stream": ("EventStreamEvent",),
    "auth0.events.types.password_reset_post_challenge": ("PasswordResetPostChallengeEvent",),
    "auth0.events.types.post_change_password": ("PostChangePasswordEvent",),
    "auth0.events.types.post_credential_validation": ("PostCredentialValidationEvent",),
    "auth0.events.types.post_login": ("PostLoginEvent",),
    "auth0.events.types.post_user_registration": ("PostUserRegistrationEvent",),
    "auth0.events.types.pre_user_registration": ("PreUserRegistrationEvent",),
    "auth0.events.types.send_phone_message": ("SendPhoneMessageEvent",),
    "auth0.namespaces.access": (
        "CredentialsDenial",
        "Denial",
        "ExchangeDenial",
        "LoginDenial",
        "RegistrationDenial",
    ),
    "auth0.namespaces.groups": ("Group",),
    "auth0.namespaces.roles": ("Role",),
    "auth0.outcome": ("Outcome",),
    "auth0.triggers.credentials_exchange": ("CredentialsExchangeAPI", "CredentialsExchangeOutcome"),
    "auth0.triggers.custom_email_provider": (
        "CustomEmailProviderAPI",
        "CustomEmailProviderOutcome",
    ),
    "auth0.triggers.custom_phone_provider": (
        "CustomPhoneProviderAPI",
        "CustomPhoneProviderOutcome",
    ),
    "auth0.triggers.custom_token_exchange": (
        "CustomTokenExchangeAPI",
        "CustomTokenExchangeOutcome",
    ),
    "auth0.triggers.event_stream": ("EventStreamAPI", "EventStreamOutcome"),
    "auth0.triggers.password_reset_post_challenge": (
        "PasswordResetPostChallengeAPI",
        "PasswordResetPostChallengeOutcome",
    ),
    "auth0.triggers.post_change_password": ("PostChangePasswordAPI", "PostChangePasswordOutcome"),
    "auth0.triggers.post_credential_validation": (
        "PostCredentialValidationAPI",
        "PostCredentialValidationOutcome",
    ),
    "auth0.triggers.post_login": ("PostLoginAPI", "PostLoginOutcome"),
    "auth0.triggers.post_user_registration": (
        "PostUserRegistrationAPI",
        "PostUserRegistrationOutcome",
    ),
    "auth0.triggers.pre_user_registration": (
        "PreUserRegistrationAPI",
        "PreUserRegistrationOutcome",
    ),
    "auth0.triggers.send_phone_message": ("SendPhoneMessageAPI", "SendPhoneMessageOutcome"),
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
    "bodies": ("HttpHeaders",),
    "world.clock": ("Clock",),
    "node.action": ("Action",),
    "node.flow": ("Flow",),
    "node.transaction": ("Transaction",),
    "plugin.fixture_types": ("LoadAction",),
    "plugin.flow_type": ("MakeFlow",),
    "plugin.make_event_type": ("MakeEvent",),
    "plugin.tenants": ("Tenant", "TenantAt"),
    "project.tenant.model": ("TenantAction", "TenantModule"),
    "values": (
        "UNDEFINED",
        "ApiCall",
        "Event",
        "Execution",
        "HttpRequest",
        "JSObject",
        "JSValue",
    ),
}
_FIXTURES = {
    *("api", "auth0_snapshot", "cache_store", "clock", "flow", "http_mock", "load_action"),
    *("make_event", "tenant", "tenant_at"),
}
_HOME_OF = dict.fromkeys(__all__, "errors")  # that of all others
_HOME_OF.update({name: home for home, names in _HOMES.items() for name in names})


if not TYPE_CHECKING:  # a type checker would take any name for one of ours

    def __getattr__(name: str) -> Any:
        __tracebackhide__ = True
        if name in _FIXTURES:
            raise importlib.import_module(f"{__name__}.errors").no_import(name)
        if name not in _HOME_OF:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(importlib.import_module(f"{__name__}.{_HOME_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
