"""What any trigger's api has in common: which members an Action may call, and one such call."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from pytest_auth0_actions.errors import ApiThrow
from pytest_auth0_actions.values import UNDEFINED, ApiCall


def api_members(api: object) -> tuple[str, ...]:
    """Return the members of a trigger's api: the public methods of its public attributes.

    >>> from pytest_auth0_actions.auth0.namespaces.cache import CacheStore
    >>> from pytest_auth0_actions.auth0.triggers import POST_USER_REGISTRATION
    >>> api_members(POST_USER_REGISTRATION.create_api(CacheStore(lambda: 0)))
    ('cache.delete', 'cache.get', 'cache.set')
    """
    return tuple(
        f"{namespace}.{name}"
        for namespace, methods in vars(api).items()
        for name in _public_names(type(methods))  # type: ignore[arg-type]
    )


@functools.cache
def _public_names(a_class: type) -> tuple[str, ...]:
    return tuple(name for name in dir(a_class) if not name.startswith("_"))


def call_member(api: object, path: str, args: tuple[Any, ...], at_ms: int) -> ApiCall:
    """Call the member *path* of *api* as JavaScript would, and return the call for the journal.

    What is missing from *args* is `undefined`, what is too much is ignored, and what the member
    throws is the call's result.

    >>> from pytest_auth0_actions.auth0.namespaces.cache import CacheStore
    >>> from pytest_auth0_actions.auth0.triggers import POST_USER_REGISTRATION
    >>> api = POST_USER_REGISTRATION.create_api(CacheStore(lambda: 0))
    >>> call_member(api, "cache.delete", ("token",), at_ms=0).result
    CacheError(type='error', code='CacheKeyDoesNotExist')
    """
    namespace, _, name = path.partition(".")
    method = getattr(getattr(api, namespace), name)
    required, accepted = _positionals(method.__func__)
    as_called = args
    if not required <= len(args) <= accepted:
        as_called = (*args[:accepted], *[UNDEFINED] * (required - len(args)))
    result: Any
    try:
        result = method(*as_called)
    except ApiThrow as thrown:
        result = thrown
    return ApiCall(path, args, result, at_ms)


@functools.cache
def _positionals(function: Callable[..., Any]) -> tuple[int, int]:
    """Return how many positional arguments *function* needs and takes, without self."""
    positional = [
        parameter
        for parameter in list(inspect.signature(function).parameters.values())[1:]
        if parameter.kind is parameter.POSITIONAL_OR_KEYWORD
    ]
    required = [parameter for parameter in positional if parameter.default is parameter.empty]
    return len(required), len(positional)
