"""`api.idToken` and `api.accessToken`: custom claims, and which of them reach the token; scopes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

from pytest_auth0_actions.auth0.context import State
from pytest_auth0_actions.auth0.explanation import Explanation
from pytest_auth0_actions.auth0.javascript import as_json, json_bytes, text_of
from pytest_auth0_actions.auth0.method import method
from pytest_auth0_actions.auth0.namespace import ApiT, Namespace
from pytest_auth0_actions.auth0.namespaces.claim_names import DropReason, why_dropped
from pytest_auth0_actions.auth0.namespaces.scopes import checked_scope
from pytest_auth0_actions.auth0.outcome import Outcome, owned
from pytest_auth0_actions.errors import (
    ApiThrow,
    DroppedClaimWarning,
    OverwrittenClaimWarning,
    UnnamespacedClaimWarning,
    hides_our_frames,
)
from pytest_auth0_actions.values import UNDEFINED, ApiCall, Claims

__tracebackhide__ = hides_our_frames

MAX_CLAIMS_BYTES: Final = 100 * 1024


@dataclass(frozen=True, slots=True, repr=False)
class DroppedClaim(Outcome):
    """A custom claim that Auth0 leaves out of the token.

    Attributes:
        name: the claim's name.
        reason: why, such as ``"restricted"``.
    """

    name: str
    reason: DropReason


@dataclass(frozen=True, slots=True, repr=False)
class Token(Outcome):
    """A token; it is true if it is issued.

    Attributes:
        claims: the custom claims in it.

    >>> bool(Token()), bool(Token(no_claims("the login is denied by access.deny")))
    (True, False)
    """

    claims: dict[str, Any] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return is_issued(self.claims)


@dataclass(frozen=True, slots=True, repr=False)
class Scopes(Outcome):
    """How the scopes of an access token change.

    Attributes:
        added: the scopes that are added.
        removed: the scopes that are removed.
    """

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class AccessToken(Outcome):
    """An access token; it is true if it is issued.

    Attributes:
        claims: the custom claims in it.
        scopes: how its scopes change.
    """

    claims: dict[str, Any] = field(default_factory=dict)
    scopes: Scopes = field(default_factory=Scopes)

    def __bool__(self) -> bool:
        return is_issued(self.claims)


@dataclass(slots=True)
class TokenClaims:
    """The claims that were set on a token, by name.

    Attributes:
        claims: the claims.
        set_by: the name of the Action that has set each.
    """

    claims: dict[str, Any] = field(default_factory=dict)
    set_by: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class IdTokenClaims(TokenClaims):
    """What was set on the ID token."""


@dataclass(slots=True)
class AccessTokenClaims(TokenClaims):
    """What was set on the access token.

    Attributes:
        scopes: the scopes, and whether each was added or removed.
    """

    scopes: dict[str, bool] = field(default_factory=dict)


def kept_claims(state: State, event: Mapping[str, Any], kind: type[TokenClaims]) -> Claims:
    """Return the claims that reach a token."""
    dropped = {each.name: each.reason for each in _dropped(state, event, kind)}
    claims = state.of(kind).claims
    kept = {name: owned(value) for name, value in claims.items() if name not in dropped}
    return Claims(kept, dropped)


def no_claims(why: str) -> Claims:
    """Return the claims of a token that is not issued, and why it is not."""
    return Claims({}, {}, f"no token is issued: {why}")


def is_issued(claims: Mapping[str, Any]) -> bool:
    """Return whether the token that claims belong to is issued."""
    return not (isinstance(claims, Claims) and claims.why_none)


def dropped_claims(*tokens: Claims) -> tuple[DroppedClaim, ...]:
    """Return the claims that do not reach the tokens, each once for each reason."""
    found = (each for claims in tokens for each in claims.dropped.items())
    reasons = cast("dict[tuple[str, DropReason], None]", dict.fromkeys(found))
    return tuple(DroppedClaim(name, reason) for name, reason in reasons)


def scopes(state: State) -> Scopes:
    """Return how the scopes of the access token change."""
    changes = state.of(AccessTokenClaims).scopes
    return Scopes(
        added=tuple(scope for scope, is_added in changes.items() if is_added),
        removed=tuple(scope for scope, is_added in changes.items() if not is_added),
    )


def _dropped(
    state: State, event: Mapping[str, Any], kind: type[TokenClaims]
) -> Iterator[DroppedClaim]:
    total_bytes = 0
    for name, value in state.of(kind).claims.items():
        reason = why_dropped(name, event, is_access_token=kind is AccessTokenClaims)
        if reason is None:
            size_bytes = json_bytes({name: value})
            if total_bytes + size_bytes <= MAX_CLAIMS_BYTES:
                total_bytes += size_bytes
                continue
            reason = "over 100 KB"
        yield DroppedClaim(name, reason)


_ADVICE: Final[Mapping[DropReason, str]] = {
    "restricted": "it is restricted. Give it a namespace, such as https://shop.example/{name}.",
    "reserved namespace": "its namespace is Auth0's. Use a domain of your own.",
    "not namespaced": (
        "it has no namespace, and the token is for an api of Auth0's. "
        "Name it https://shop.example/{name}, with a domain of your own."
    ),
    "over 100 KB": "the claims of one token may have 100 KB in all. Put less into it.",
}


class _ClaimsAPI(Namespace[ApiT]):
    kind: type[TokenClaims]

    def _set(self, key: object, value: object) -> None:
        name, kept = text_of(key), as_json(value)
        token = self.context.state.of(self.kind)
        before = token.claims.pop(name, kept)
        setter, action = token.set_by.pop(name, ""), self.context.turn.action
        if before != kept and setter != action:
            self.context.warn(
                OverwrittenClaimWarning,
                f"[A712] {action} overwrites the claim {name!r}, which {setter} has set to another "
                "value: the later Action wins. Set it in one of them, or give it two names.",
            )
        if kept is UNDEFINED:
            return
        token.claims[name], token.set_by[name] = kept, action
        reason = self._why_dropped(name)
        if reason is not None:
            unnamespaced = reason == "not namespaced"
            self.context.warn(
                UnnamespacedClaimWarning if unnamespaced else DroppedClaimWarning,
                f"[A713] Auth0 drops the claim {name!r}: {_ADVICE[reason].format(name=name)}",
            )

    def _why_dropped(self, name: str) -> DropReason | None:
        dropped = _dropped(self.context.state, self.context.event.fields, self.kind)
        return next((each.reason for each in dropped if each.name == name), None)

    def explain_call(self, call: ApiCall) -> Explanation:
        """Return whether the claim reaches the token."""
        if call.path.endswith(".setCustomClaim") and not isinstance(call.result, Exception):
            key, value = (*call.args, UNDEFINED, UNDEFINED)[:2]
            if as_json(value) is UNDEFINED:
                return ("not set: undefined",)
            reason = self._why_dropped(text_of(key))
            return () if reason is None else (f"dropped: {reason}",)
        return super().explain_call(call)


def _refuse_scope(key: object) -> None:
    if key == "scope":
        raise ApiThrow('The "scope" claim cannot be set.')


class IdTokenAPI(_ClaimsAPI[ApiT]):
    """`api.idToken`.

    Source: https://auth0.com/docs/actions/reference/post-login/post-login-api-object
    """

    path = "idToken"
    kind = IdTokenClaims

    @method(returns="api")
    def setCustomClaim(self, key: str, value: Any) -> ApiT:
        """Set a claim of the ID token; returns the api.

        A claim that Auth0 does not take is left out of the token without a word.

        Args:
            key: the claim's name: a URL of a domain of yours keeps clear of other claims.
            value: anything that JSON can represent.

        Raises:
            ApiThrow: *key* is ``"scope"``.

        >>> from pytest_auth0_actions import CacheStore, PostLoginAPI
        >>> api = PostLoginAPI(CacheStore(lambda: 0))
        >>> api.idToken.setCustomClaim("https://shop.example/plan", "gold") is api
        True

        Source: https://auth0.com/docs/actions/reference/post-login/post-login-api-object
        """
        _refuse_scope(key)
        self._set(key, value)
        return self.own_api


class AccessTokenAPI(_ClaimsAPI[ApiT]):
    """`api.accessToken` in post-login.

    Source: https://auth0.com/docs/actions/reference/post-login/post-login-api-object
    """

    path = "accessToken"
    kind = AccessTokenClaims

    @method(returns="api")
    def setCustomClaim(self, key: str, value: Any) -> ApiT:
        """Set a claim of the access token; returns the api.

        A claim that Auth0 does not take is left out of the token without a word.

        Args:
            key: the claim's name: a URL of a domain of yours keeps clear of other claims.
            value: anything that JSON can represent.

        Raises:
            ApiThrow: *key* is ``"scope"``.

        >>> from pytest_auth0_actions import CacheStore, PostLoginAPI
        >>> api = PostLoginAPI(CacheStore(lambda: 0))
        >>> api.accessToken.setCustomClaim("https://shop.example/plan", "gold") is api
        True

        Source: https://auth0.com/docs/actions/reference/post-login/post-login-api-object
        """
        _refuse_scope(key)
        self._set(key, value)
        return self.own_api

    @method(returns="nothing")
    def addScope(self, scope: str) -> None:
        """Add a scope to the access token.

        Args:
            scope: one scope; blanks around it are dropped.

        Raises:
            TypeError: it is no string.
            ApiThrow: it is blank, has over 280 characters, or a blank inside.

        >>> from pytest_auth0_actions import CacheStore, PostLoginAPI
        >>> PostLoginAPI(CacheStore(lambda: 0)).accessToken.addScope("read:orders")

        Source: https://auth0.com/docs/actions/reference/post-login/post-login-api-object
        """
        self._change(scope, is_added=True)

    @method(returns="nothing")
    def removeScope(self, scope: str) -> None:
        """Remove a scope from the access token.

        Args:
            scope: one scope; blanks around it are dropped.

        Raises:
            TypeError: it is no string.
            ApiThrow: it is blank, has over 280 characters, or a blank inside.

        >>> from pytest_auth0_actions import CacheStore, PostLoginAPI
        >>> PostLoginAPI(CacheStore(lambda: 0)).accessToken.removeScope("write:orders")

        Source: https://auth0.com/docs/actions/reference/post-login/post-login-api-object
        """
        self._change(scope, is_added=False)

    def _change(self, scope: object, *, is_added: bool) -> None:
        name = checked_scope(scope)
        changes = self.context.state.of(AccessTokenClaims).scopes
        changes.pop(name, None)
        changes[name] = is_added


class CredentialsAccessTokenAPI(_ClaimsAPI[ApiT]):
    """`api.accessToken` in credentials-exchange.

    Source: https://auth0.com/docs/actions/reference/credentials-exchange/credentials-exchange-api-object
    """

    path = "accessToken"
    kind = AccessTokenClaims

    @method(returns="api")
    def setCustomClaim(self, key: str, value: Any) -> ApiT:
        """Set a claim of the access token; returns the api.

        A claim that Auth0 does not take is left out of the token without a word.

        Args:
            key: the claim's name: a URL of a domain of yours keeps clear of other claims.
            value: anything that JSON can represent.

        >>> from pytest_auth0_actions import CacheStore, CredentialsExchangeAPI
        >>> api = CredentialsExchangeAPI(CacheStore(lambda: 0))
        >>> api.accessToken.setCustomClaim("https://shop.example/tier", "gold") is api
        True

        Source: https://auth0.com/docs/actions/reference/credentials-exchange/credentials-exchange-api-object
        """
        self._set(key, value)
        return self.own_api
