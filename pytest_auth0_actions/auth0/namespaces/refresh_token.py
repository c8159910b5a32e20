"""`api.refreshToken`: ends a refresh token, or changes how long it lives and its metadata."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

from pytest_auth0_actions.auth0.checks import Fields, Text, check_arguments
from pytest_auth0_actions.auth0.context import State
from pytest_auth0_actions.auth0.method import MISSING, method
from pytest_auth0_actions.auth0.namespace import ApiT, Namespace
from pytest_auth0_actions.auth0.namespaces.access import LoginDenial, deny, text_or_none
from pytest_auth0_actions.auth0.namespaces.metadata import (
    checked_end_ms,
    earlier,
    is_there,
    with_entry,
    without_entry,
)
from pytest_auth0_actions.auth0.outcome import Outcome, owned
from pytest_auth0_actions.errors import ApiThrow, RevocationWarning, hides_our_frames
from pytest_auth0_actions.values import INSTANT_MS, UNDEFINED

__tracebackhide__ = hides_our_frames


@dataclass(frozen=True, slots=True, repr=False)
class RefreshToken(Outcome):
    """A refresh token, as a login leaves it.

    Attributes:
        revoked: whether it is ended.
        expires_at: its new end, in milliseconds since the epoch; None if it stays.
        idle_expires_at: the new end of its idle time, likewise.
        metadata: its metadata; where none was used, that of the one that is issued.
    """

    revoked: bool = False
    expires_at: float | None = field(default=None, metadata=INSTANT_MS)
    idle_expires_at: float | None = field(default=None, metadata=INSTANT_MS)
    metadata: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class RefreshTokenChanges:
    """What the Actions of a transaction have asked for; see `RefreshToken`.

    Attributes:
        revoked: whether it is ended.
        expires_at: its new end; None if it stays.
        idle_expires_at: the new end of its idle time; None if it stays.
        pending_metadata: the metadata of the token that is issued, where none was used.
    """

    revoked: bool = False
    expires_at: float | None = None
    idle_expires_at: float | None = None
    pending_metadata: dict[str, Any] = field(default_factory=dict)


def refresh_token_outcome(state: State, event: Mapping[str, Any]) -> RefreshToken:
    """Return what becomes of the refresh token."""
    changes = state.of(RefreshTokenChanges)
    used = event.get("refresh_token")
    metadata = used.get("metadata") if isinstance(used, Mapping) else changes.pending_metadata
    return RefreshToken(
        changes.revoked,
        changes.expires_at,
        changes.idle_expires_at,
        owned(metadata) if isinstance(metadata, dict) else {},
    )


_REVOKE: Final = Fields({"message": Text(most=1024)})


class RefreshTokenAPI(Namespace[ApiT]):
    """`api.refreshToken`.

    Source: https://auth0.com/docs/actions/reference/post-login/post-login-api-object
    """

    path = "refreshToken"
    units: ClassVar[Mapping[str, str]] = {"absolute": "instant_ms", "inactivity": "instant_ms"}

    @method(returns="nothing", limited_release="Enterprise Customers")
    def revoke(self, reason: str = MISSING) -> None:
        """End the refresh token and deny the exchange; no later Action runs.

        Args:
            reason: why: up to 1,024 characters.

        Raises:
            ApiThrow: it is no string, or too long.

        >>> from pytest_auth0_actions import CacheStore, PostLoginAPI
        >>> PostLoginAPI(CacheStore(lambda: 0)).refreshToken.revoke("Device reported stolen")

        Source: https://auth0.com/docs/actions/reference/post-login/post-login-api-object
        """
        check_arguments(_REVOKE, message=reason)
        context = self.context
        protocol = context.event.get("transaction.protocol")
        has_token = is_there(context.event.get("refresh_token"))
        if not has_token or protocol != "oauth2-refresh-token":
            context.warn(
                RevocationWarning,
                "[A717] Auth0 ends a refresh token only while it is exchanged: "
                "event.refresh_token is there, and event.transaction.protocol is "
                "'oauth2-refresh-token'. Look at both before api.refreshToken.revoke().",
            )
        context.state.of(RefreshTokenChanges).revoked = True
        deny(
            context,
            LoginDenial(text_or_none(reason), "refreshToken.revoke"),
            "the refresh token is ended",
        )

    @method(returns="nothing", limited_release="Enterprise Customers")
    def setExpiresAt(self, absolute: float) -> None:
        """Set when the refresh token ends; of several calls the earliest counts.

        Args:
            absolute: when, in milliseconds since the epoch.

        Raises:
            ApiThrow: it is 0, or no finite number; or the token is an online one.

        >>> from pytest_auth0_actions import CacheStore, PostLoginAPI
        >>> PostLoginAPI(CacheStore(lambda: 0)).refreshToken.setExpiresAt(1_700_000_000_000)

        Source: https://auth0.com/docs/actions/reference/post-login/post-login-api-object
        """
        self._refuse_online("setExpiresAt")
        changes = self.context.state.of(RefreshTokenChanges)
        changes.expires_at = earlier(changes.expires_at, checked_end_ms(absolute, "absolute"))

    @method(returns="nothing", limited_release="Enterprise Customers")
    def setIdleExpiresAt(self, inactivity: float) -> None:
        """Set when the refresh token ends if it is not used; of several calls the earliest counts.

        Args:
            inactivity: when, in milliseconds since the epoch.

        Raises:
            ApiThrow: it is 0, or no finite number; or the token is an online one.

        >>> from pytest_auth0_actions import CacheStore, PostLoginAPI
        >>> PostLoginAPI(CacheStore(lambda: 0)).refreshToken.setIdleExpiresAt(1_700_000_000_000)

        Source: https://auth0.com/docs/actions/reference/post-login/post-login-api-object
        """
        self._refuse_online("setIdleExpiresAt")
        changes = self.context.state.of(RefreshTokenChanges)
        end_ms = checked_end_ms(inactivity, "inactivity")
        changes.idle_expires_at = earlier(changes.idle_expires_at, end_ms)

    @method(returns="nothing")
    def setMetadata(self, key: str, value: str | None) -> None:
        """Set an entry of the refresh token's metadata, or remove it by null.

        The event shows it at once. Where no refresh token was used, it is kept for the one that
        is issued, and the event stays as it is.

        Args:
            key: 1 to 255 of ASCII letters, digits, ``_`` and ``-``.
            value: up to 255 characters. There may be 25 entries.

        Raises:
            ApiThrow: the entry does not keep to the limits, or the token is an online one.

        >>> from pytest_auth0_actions import CacheStore, PostLoginAPI
        >>> PostLoginAPI(CacheStore(lambda: 0)).refreshToken.setMetadata("device", "phone")

        Source: https://auth0.com/docs/actions/reference/post-login/post-login-api-object
        """
        self._refuse_online("setMetadata", "Failed to set refresh token metadata: ")
        before = self._metadata
        after = with_entry(before, key, value, "refresh token")
        if after != before and not (before is UNDEFINED and value is None):
            self._store(after)

    @method(returns="nothing")
    def deleteMetadata(self, key: str) -> None:
        """Remove an entry of the refresh token's metadata, if there is one.

        Args:
            key: which one.

        Raises:
            ApiThrow: the token is an online one.

        >>> from pytest_auth0_actions import CacheStore, PostLoginAPI
        >>> PostLoginAPI(CacheStore(lambda: 0)).refreshToken.deleteMetadata("device")

        Source: https://auth0.com/docs/actions/reference/post-login/post-login-api-object
        """
        self._refuse_online("deleteMetadata")
        after = without_entry(self._metadata, key)
        if after is not None:
            self._store(after)

    @method(returns="nothing")
    def evictMetadata(self) -> None:
        """Remove all metadata of the refresh token.

        Raises:
            ApiThrow: the token is an online one.

        >>> from pytest_auth0_actions import CacheStore, PostLoginAPI
        >>> PostLoginAPI(CacheStore(lambda: 0)).refreshToken.evictMetadata()

        Source: https://auth0.com/docs/actions/reference/post-login/post-login-api-object
        """
        self._refuse_online("evictMetadata")
        if self._metadata is not UNDEFINED:
            self._store({})

    @property
    def _metadata(self) -> Any:
        if is_there(self.context.event.get("refresh_token")):
            return self.context.event.get("refresh_token.metadata")
        return self.context.state.of(RefreshTokenChanges).pending_metadata

    def _store(self, metadata: dict[str, Any]) -> None:
        if is_there(self.context.event.get("refresh_token")):
            self.context.event.set("refresh_token.metadata", metadata)
        else:
            self.context.state.of(RefreshTokenChanges).pending_metadata = metadata

    def _refuse_online(self, name: str, prefix: str = "") -> None:
        if self.context.event.get("refresh_token.access") == "online":
            raise ApiThrow(f"{prefix}Cannot call {name} on an online refresh token.")
