"""`api.transaction`: the transaction's metadata, its target scopes, and where a reset ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pytest_auth0_actions.auth0.explanation import Explanation
from pytest_auth0_actions.auth0.javascript import (
    is_number,
    is_safe_integer,
    json_bytes,
    text_of,
    utf16_units,
)
from pytest_auth0_actions.auth0.method import method
from pytest_auth0_actions.auth0.namespace import ApiT, Namespace
from pytest_auth0_actions.auth0.namespaces.redirect import url_with_query
from pytest_auth0_actions.auth0.namespaces.scopes import MAX_SCOPES, checked_scope
from pytest_auth0_actions.auth0.outcome import owned
from pytest_auth0_actions.errors import (
    ApiThrow,
    ApiTypeThrow,
    MetadataIgnoredWarning,
    MetadataSizeWarning,
    hides_our_frames,
)
from pytest_auth0_actions.values import UNDEFINED, ApiCall

__tracebackhide__ = hides_our_frames

MAX_KEY_UNITS: Final = 64
MAX_VALUE_BYTES: Final = 8 * 1024
MAX_TOTAL_BYTES: Final = 16 * 1024


@dataclass(slots=True)
class StoredNames:
    """The names under which Actions have stored metadata of the transaction, in order."""

    names: list[str] = field(default_factory=list)


def transaction_metadata(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return what Actions have stored for the rest of the transaction."""
    transaction = event.get("transaction")
    metadata = transaction.get("metadata") if isinstance(transaction, Mapping) else None
    return owned(dict(metadata)) if isinstance(metadata, Mapping) else {}


def target_scopes(event: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the scopes that are asked of the grant."""
    transaction = event.get("transaction")
    chosen = transaction.get("target_scopes") if isinstance(transaction, Mapping) else None
    return tuple(_granted(event) if chosen is None else chosen)


def _granted(event: Mapping[str, Any]) -> list[str]:
    token = event.get("accessToken")
    scopes = token.get("scope") if isinstance(token, Mapping) else None
    return list(scopes) if isinstance(scopes, list) else []


class _MetadataAPI(Namespace[ApiT]):
    path = "transaction"

    def _set_metadata(self, key: object, value: object) -> None:
        event, name = self.context.event, text_of(key)
        present = event.get("transaction.metadata")
        before = dict(present) if isinstance(present, Mapping) else {}
        if value is None:
            if name in before:
                del before[name]
                event.set("transaction.metadata", before)
            return
        after = {**before, name: value}
        refusal = _refused_value(value)
        if refusal is not None:
            self.context.warn(
                MetadataIgnoredWarning,
                f"[A720] Auth0 does not store {name!r} in the transaction's metadata: it is "
                f"{refusal}. Store text, a safe integer or a boolean; JSON.stringify() makes text "
                "of the rest.",
            )
            return
        too_large = _too_large(name, value, after)
        if too_large is not None:
            self.context.warn(
                MetadataSizeWarning,
                f"[A721] Auth0 does not store {name[:MAX_KEY_UNITS]!r} in the transaction's "
                f"metadata: {too_large}.",
            )
            return
        event.set("transaction.metadata", after)
        for state in (self.context.state, self.context.in_run):
            state.of(StoredNames).names.append(name)

    def explain_call(self, call: ApiCall) -> Explanation:
        """Return whether the entry was stored."""
        if call.path == "transaction.setMetadata" and not isinstance(call.result, Exception):
            value = call.args[1] if len(call.args) > 1 else UNDEFINED
            metadata = transaction_metadata(self.context.event.fields)
            if value is not None and metadata.get(text_of(call.args[0])) != value:
                return ("not stored",)
        return super().explain_call(call)


def _refused_value(value: object) -> str | None:
    """Return what *value* is, if Auth0 stores no such thing."""
    if isinstance(value, str | bool) or is_safe_integer(value):
        return None
    if is_number(value):
        return "no safe integer"
    return "undefined" if value is UNDEFINED else "an object, an array or a function"


def _too_large(key: str, value: object, metadata: Mapping[str, Any]) -> str | None:
    """Return what is too large, and what to do; None if nothing is."""
    if utf16_units(key) > MAX_KEY_UNITS:
        units = utf16_units(key)
        return f"the key has {units} characters, at most {MAX_KEY_UNITS}. Use a shorter key"
    value_bytes = len(text_of(value).encode("utf-8", "surrogatepass"))
    if value_bytes > MAX_VALUE_BYTES:
        return f"the value has {value_bytes:,} bytes, at most {MAX_VALUE_BYTES:,}. Store less of it"
    total_bytes = json_bytes(metadata)
    if total_bytes > MAX_TOTAL_BYTES:
        return f"there are {total_bytes:,} bytes in all, at most {MAX_TOTAL_BYTES:,}. Store less"
    return None


def _not_released() -> None:
    raise ApiThrow("Method not implemented.")


class MetadataTransactionAPI(_MetadataAPI[ApiT]):
    """`api.transaction` in post-credential-validation, and a part of it in post-login.

    Source: https://auth0.com/docs/actions/reference/post-login/post-login-api-object
    """

    @method(returns="nothing")
    def setMetadata(self, key: str, value: str | float | bool | None) -> None:
        """Store an entry for the rest of the transaction, or remove it by null.

        The event shows it at once, also to later Actions.

        Args:
            key: up to 64 characters.
            value: text of up to 8 KB, a safe integer or a boolean. There may be 16 KB in all.

        >>> from pytest_auth0_actions import CacheStore, PostLoginAPI
        >>> PostLoginAPI(CacheStore(lambda: 0)).transaction.setMetadata("step", 2)

        Source: https://auth0.com/docs/actions/reference/post-login/post-login-api-object
        """
        self._set_metadata(key, value)


class LoginTransactionAPI(MetadataTransactionAPI[ApiT]):
    """`api.transaction` in post-login.

    Its methods for target scopes are there, and throw: Auth0 has not released them.

    Source: https://auth0.com/docs/actions/reference/post-login/post-login-api-object
    """

    @method(returns="nothing", limited_release="Not released")
    def addTargetScope(self, scope: str) -> None:
        """Throw, as Auth0 has not released it here.

        Raises:
            ApiThrow: always.

        >>> from pytest_auth0_actions import CacheStore, PostLoginAPI
        >>> PostLoginAPI(CacheStore(lambda: 0)).transaction.addTargetScope("read:orders")
        Traceback (most recent call last):
        pytest_auth0_actions.errors.ApiThrow: Method not implemented.
        """
        _not_released()

    @method(returns="nothing", limited_release="Not released")
    def removeTargetScope(self, scope: str) -> None:
        """Throw, as Auth0 has not released it here.

        Raises:
            ApiThrow: always.

        >>> from pytest_auth0_actions import CacheStore, PostLoginAPI
        >>> PostLoginAPI(CacheStore(lambda: 0)).transaction.removeTargetScope("read:orders")
        Traceback (most recent call last):
        pytest_auth0_actions.errors.ApiThrow: Method not implemented.
        """
        _not_released()

    @method(returns="nothing", limited_release="Not released")
    def setTargetScopes(self, scopes: Sequence[str]) -> None:
        """Throw, as Auth0 has not released it here.

        Raises:
            ApiThrow: always.

        >>> from pytest_auth0_actions import CacheStore, PostLoginAPI
        >>> PostLoginAPI(CacheStore(lambda: 0)).transaction.setTargetScopes(["read:orders"])
        Traceback (most recent call last):
        pytest_auth0_actions.errors.ApiThrow: Method not implemented.
        """
        _not_released()

    @method(returns="nothing", limited_release="Not released")
    def clearTargetScopes(self) -> None:
        """Throw, as Auth0 has not released it here.

        Raises:
            ApiThrow: always.

        >>> from pytest_auth0_actions import CacheStore, PostLoginAPI
        >>> PostLoginAPI(CacheStore(lambda: 0)).transaction.clearTargetScopes()
        Traceback (most recent call last):
        pytest_auth0_actions.errors.ApiThrow: Method not implemented.
        """
        _not_released()


class ExchangeTransactionAPI(_MetadataAPI[ApiT]):
    """`api.transaction` in custom-token-exchange.

    Source: https://auth0.com/docs/actions/reference/custom-token-exchange/custom-token-exchange-api-object
    """

    @method(returns="nothing", limited_release="Early Access")
    def setMetadata(self, key: str, value: str | float | bool | None) -> None:
        """Store an entry for the rest of the transaction, or remove it by null.

        The Actions of post-login find it in their event.

        Args:
            key: up to 64 characters.
            value: text of up to 8 KB, a safe integer or a boolean. There may be 16 KB in all.

        >>> from pytest_auth0_actions import CacheStore, CustomTokenExchangeAPI
        >>> CustomTokenExchangeAPI(CacheStore(lambda: 0)).transaction.setMetadata("partner", "p1")

        Source: https://auth0.com/docs/actions/reference/custom-token-exchange/custom-token-exchange-api-object
        """
        self._set_metadata(key, value)


class CredentialsTransactionAPI(Namespace[ApiT]):
    """`api.transaction` in credentials-exchange: the scopes that are asked of the grant.

    >>> from pytest_auth0_actions import CacheStore, CredentialsExchangeAPI
    >>> from pytest_auth0_actions.auth0.context import Context, Turn
    >>> turn = Turn(make_event=lambda: {"accessToken": {"scope": ["read:orders"]}})
    >>> api = CredentialsExchangeAPI(CacheStore(lambda: 0), Context(lambda: 0, turn))
    >>> api.transaction.addTargetScope("write:orders")
    >>> api.transaction.removeTargetScope("read:orders")
    >>> turn.event.get("transaction.target_scopes")
    ['write:orders']

    Source: https://auth0.com/docs/actions/reference/credentials-exchange/credentials-exchange-api-object
    """

    path = "transaction"

    @method(returns="nothing", limited_release="Early Access")
    def addTargetScope(self, scope: str) -> None:
        """Ask for one more scope; `event.transaction.target_scopes` shows it at once.

        Args:
            scope: one scope; blanks around it are dropped.

        Raises:
            TypeError: it is no string.
            ApiThrow: it is blank, has over 280 characters or a blank inside, or is the 1,001st.

        >>> from pytest_auth0_actions import CacheStore, CredentialsExchangeAPI
        >>> api = CredentialsExchangeAPI(CacheStore(lambda: 0))
        >>> api.transaction.addTargetScope("read:orders")

        Source: https://auth0.com/docs/actions/reference/credentials-exchange/credentials-exchange-api-object
        """
        name, scopes = checked_scope(scope), self._scopes
        if name not in scopes:
            if len(scopes) >= MAX_SCOPES:
                raise ApiThrow(_TOO_MANY)
            scopes.append(name)
        self._store(scopes)

    @method(returns="nothing", limited_release="Early Access")
    def removeTargetScope(self, scope: str) -> None:
        """Ask for one scope less; `event.transaction.target_scopes` shows it at once.

        Args:
            scope: one scope; blanks around it are dropped.

        Raises:
            TypeError: it is no string.
            ApiThrow: it is blank, has over 280 characters or a blank inside.

        >>> from pytest_auth0_actions import CacheStore, CredentialsExchangeAPI
        >>> api = CredentialsExchangeAPI(CacheStore(lambda: 0))
        >>> api.transaction.removeTargetScope("read:orders")

        Source: https://auth0.com/docs/actions/reference/credentials-exchange/credentials-exchange-api-object
        """
        name = checked_scope(scope)
        self._store([each for each in self._scopes if each != name])

    @method(returns="nothing", limited_release="Early Access")
    def setTargetScopes(self, scopes: Sequence[str]) -> None:
        """Ask for certain scopes; `event.transaction.target_scopes` shows them at once.

        Args:
            scopes: the scopes; blanks around them are dropped.

        Raises:
            TypeError: it is no list, or one of them no string.
            ApiThrow: one is blank, has over 280 characters or a blank inside, or there are over
                1,000.

        >>> from pytest_auth0_actions import CacheStore, CredentialsExchangeAPI
        >>> api = CredentialsExchangeAPI(CacheStore(lambda: 0))
        >>> api.transaction.setTargetScopes(["read:orders"])

        Source: https://auth0.com/docs/actions/reference/credentials-exchange/credentials-exchange-api-object
        """
        if not isinstance(scopes, list):
            raise ApiTypeThrow("The value for scopes must be an array.")
        names = list(dict.fromkeys(checked_scope(each) for each in scopes))
        if len(names) > MAX_SCOPES:
            raise ApiThrow(_TOO_MANY)
        self._store(names)

    @method(returns="nothing", limited_release="Early Access")
    def clearTargetScopes(self) -> None:
        """Ask for no scope; `event.transaction.target_scopes` shows it at once.

        >>> from pytest_auth0_actions import CacheStore, CredentialsExchangeAPI
        >>> api = CredentialsExchangeAPI(CacheStore(lambda: 0))
        >>> api.transaction.clearTargetScopes()

        Source: https://auth0.com/docs/actions/reference/credentials-exchange/credentials-exchange-api-object
        """
        self._store([])

    @property
    def _scopes(self) -> list[str]:
        return list(dict.fromkeys(target_scopes(self.context.event.fields)))

    def _store(self, scopes: list[str]) -> None:
        self.context.event.set("transaction.target_scopes", scopes)


_TOO_MANY: Final = f"The number of scopes exceeds the allowed maximum of {MAX_SCOPES}."


@dataclass(slots=True)
class ResultUrl:
    """Where the user goes after the reset; None for Auth0's own page."""

    url: str | None = None


class PasswordResetTransactionAPI(Namespace[ApiT]):
    """`api.transaction` in password-reset-post-challenge.

    Source: https://auth0.com/docs/actions/reference/password-reset-post-challenge/password-reset-post-challenge-api-object
    """

    path = "transaction"

    @method(returns="nothing")
    def setResultUrl(self, url: str, options: Mapping[str, Any] | None = None) -> None:
        """Set where the user goes after the reset; the last call counts.

        Args:
            url: an absolute URL.
            options: `query`, parameters that are set in the URL.

        Raises:
            TypeError: it is no absolute URL.

        >>> from pytest_auth0_actions import CacheStore, PasswordResetPostChallengeAPI
        >>> api = PasswordResetPostChallengeAPI(CacheStore(lambda: 0))
        >>> api.transaction.setResultUrl("https://shop.example/done")

        Source: https://auth0.com/docs/actions/reference/password-reset-post-challenge/password-reset-post-challenge-api-object
        """
        self.context.state.of(ResultUrl).url = str(url_with_query(url, options))
