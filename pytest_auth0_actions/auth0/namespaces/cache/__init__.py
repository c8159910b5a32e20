"""`api.cache`: its rules, its records, its methods, and what to say about them."""

from pytest_auth0_actions.auth0.namespaces.cache.api import CacheAPI
from pytest_auth0_actions.auth0.namespaces.cache.results import (
    CacheDeleteSuccess,
    CacheError,
    CacheErrorCode,
    CacheRecord,
    CacheSetSuccess,
)
from pytest_auth0_actions.auth0.namespaces.cache.rules import CacheRules
from pytest_auth0_actions.auth0.namespaces.cache.store import CacheStore

__all__ = [
    "CacheAPI",
    "CacheDeleteSuccess",
    "CacheError",
    "CacheErrorCode",
    "CacheRecord",
    "CacheRules",
    "CacheSetSuccess",
    "CacheStore",
]
