"""`api.session`: ends a session, or changes how long it lives, its cookie and its metadata."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

from pytest_auth0_actions.auth0.checks import (
    NO_OTHERS,
    Fields,
    Flag,
    Text,
    check_arguments,
)
from pytest_auth0_actions.auth0.context import State
from pytest_auth0_actions.auth0.javascript import fields_of, is_truthy, text_of
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

COOKIE_MODES: Final = ("persistent", "non-persistent")


@dataclass(frozen=True, slots=True, repr=False)
class Session(Outcome):
    """A session, as a login leaves it.

    Attributes:
        revoked: whether it is ended.
        preserve_refresh_tokens: whether its refresh tokens stay when it is ended.
        expires_at: its new end, in milliseconds since the epoch; None if it stays.
        idle_expires_at: the new end of its idle time, likewise.
        cookie_mode: the new mode of its cookie; None if it stays.
        metadata: its metadata.
    """

    revoked: bool = False
    preserve_refresh_tokens: bool = False
    expires_at: float | None = field(default=None, metadata=INSTANT_MS)
    idle_expires_at: float | None = field(default=None, metadata=INSTANT_MS)
    cookie_mode: str | None = None
    metadata: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class SessionChanges:
    """What the Actions of a transaction have asked for; see `Session`."""

    revoked: bool = False
    preserve_refresh_tokens: bool = False
    expires_at: float | None = None
    idle_expires_at: float | None = None
    cookie_mode: str | None = None


def session_outcome(state: State, event: Mapping[str, Any]) -> Session:
    """Return what becomes of the session."""
    changes = state.of(SessionChanges)
    session = event.get("session")
    metadata = session.get("metadata") if isinstance(session, Mapping) else None
    return Session(
        changes.revoked,
        changes.preserve_refresh_tokens,
        changes.expires_at,
        changes.idle_expires_at,
        changes.cookie_mode,
        owned(metadata) if isinstance(metadata, dict) else {},
    )


_REVOKE: Final = Fields(
    {
        "message": Text(),
        "options": Fields({"preserveRefreshTokens": Flag()}, others=NO_OTHERS),
    }
)


class SessionAPI(Namespace[ApiT]):
    """`api.session`.

    Source: https://auth0.com/docs/actions/reference/post-login/post-login-api-object
    """

    path = "session"
    units: ClassVar[Mapping[str, str]] = {"absolute": "instant_ms", "inactivity": "instant_ms"}

    @method(returns="nothing", limited_release="Enterprise Customers")
    def revoke(self, reason: str = MISSING, options: Mapping[str, Any] = MISSING) -> None:
        """End the session and deny the login; no later Action runs.

        Args:
            reason: why.
            options: `preserveRefreshTokens`, true to keep the session's refresh tokens.

        Raises:
            ApiThrow: *reason* is no string, or *options* have another field or a wrong type.

        >>> from pytest_auth0_actions import CacheStore, PostLoginAPI
        >>> api = PostLoginAPI(CacheStore(lambda: 0))
        >>> api.session.revoke("Signed out", {"preserveRefreshTokens": True})

        Source: https://auth0.com/docs/actions/reference/post-login/post-login-api-object
        """
        check_arguments(_REVOKE, message=reason, options=options)
        context = self.context
        if context.event.get("session.id") is UNDEFINED:
            context.warn(
                RevocationWarning,
                "[A719] There is no session to end: event.session.id is missing. "
                "Look at event.session before api.session.revoke().",
            )
        changes = context.state.of(SessionChanges)
        changes.revoked = True
        changes.preserve_refresh_tokens = fields_of(options).get("preserveRefreshTokens") is True
        deny(context, LoginDenial(text_or_none(reason), "session.revoke"), "the session is ended")

    @method(returns="nothing", limited_release="Enterprise Customers")
    def setExpiresAt(self, absolute: float) -> None:
        """Set when the session ends; of several calls the earliest counts.

        Args:
            absolute: when, in milliseconds since the epoch.

        Raises:
            ApiThrow: it is 0, or no finite number.

        >>> from pytest_auth0_actions import CacheStore, PostLoginAPI
        >>> PostLoginAPI(CacheStore(lambda: 0)).session.setExpiresAt(1_700_000_000_000)

        Source: https://auth0.com/docs/actions/reference/post-login/post-login-api-object
        """
        changes = self.context.state.of(SessionChanges)
        changes.expires_at = earlier(changes.expires_at, checked_end_ms(absolute, "absolute"))

    @method(returns="nothing", limited_release="Enterprise Customers")
    def setIdleExpiresAt(self, inactivity: float) -> None:
        """Set when the session ends if it is not used; of several calls the earliest counts.

        Args:
            inactivity: when, in milliseconds since the epoch.

        Raises:
            ApiThrow: it is 0, or no finite number.

        >>> from pytest_auth0_actions import CacheStore, PostLoginAPI
        >>> PostLoginAPI(CacheStore(lambda: 0)).session.setIdleExpiresAt(1_700_000_000_000)

        Source: https://auth0.com/docs/actions/reference/post-login/post-login-api-object
        """
        changes = self.context.state.of(SessionChanges)
        end_ms = checked_end_ms(inactivity, "inactivity")
        changes.idle_expires_at = earlier(changes.idle_expires_at, end_ms)

    @method(returns="nothing", limited_release="Enterprise Customers, Early Access")
    def setCookieMode(self, mode: str) -> None:
        """Set whether the session's cookie outlives the browser; the last call counts.

        Args:
            mode: ``"persistent"`` or ``"non-persistent"``.

        Raises:
            ApiThrow: it is another.

        >>> from pytest_auth0_actions import CacheStore, PostLoginAPI
        >>> PostLoginAPI(CacheStore(lambda: 0)).session.setCookieMode("non-persistent")

        Source: https://auth0.com/docs/actions/reference/post-login/post-login-api-object
        """
        if not is_truthy(mode):
            raise ApiThrow("Cookie mode must be provided")
        if mode not in COOKIE_MODES:
            raise ApiThrow(
                f"Invalid cookie mode: {text_of(mode)}. "
                "Valid values are 'persistent' and 'non-persistent'."
            )
        if fields_of(self.context.event.get("session")):
            self.context.state.of(SessionChanges).cookie_mode = mode
            self.context.event.set("session.cookie.mode", mode)

    @method(returns="nothing", limited_release="Enterprise Customers, Early Access")
    def setMetadata(self, key: str, value: str | None) -> None:
        """Set an entry of the session's metadata, or remove it by null; the event shows it at once.

        Args:
            key: 1 to 255 of ASCII letters, digits, ``_`` and ``-``.
            value: up to 255 characters. There may be 25 entries.

        Raises:
            ApiThrow: there is no session, or the entry does not keep to the limits.

        >>> from pytest_auth0_actions import CacheStore, PostLoginAPI
        >>> from pytest_auth0_actions.auth0.context import Context, Turn
        >>> turn = Turn(make_event=lambda: {"session": {"id": "ses_1"}})
        >>> api = PostLoginAPI(CacheStore(lambda: 0), Context(lambda: 0, turn))
        >>> api.session.setMetadata("device", "kiosk")
        >>> turn.event.get("session.metadata")
        {'device': 'kiosk'}

        Source: https://auth0.com/docs/actions/reference/post-login/post-login-api-object
        """
        event = self.context.event
        if not is_there(event.get("session")):
            raise ApiThrow(
                "Failed to set session metadata: "
                "Cannot set metadata on a session that does not exist."
            )
        before = event.get("session.metadata")
        after = with_entry(before, key, value, "session")
        if after != before and not (before is UNDEFINED and value is None):
            event.set("session.metadata", after)

    @method(returns="nothing", limited_release="Enterprise Customers, Early Access")
    def deleteMetadata(self, key: str) -> None:
        """Remove an entry of the session's metadata, if there is one; the event shows it at once.

        Args:
            key: which one.

        >>> from pytest_auth0_actions import CacheStore, PostLoginAPI
        >>> PostLoginAPI(CacheStore(lambda: 0)).session.deleteMetadata("device")

        Source: https://auth0.com/docs/actions/reference/post-login/post-login-api-object
        """
        after = without_entry(self.context.event.get("session.metadata"), key)
        if after is not None:
            self.context.event.set("session.metadata", after)

    @method(returns="nothing", limited_release="Enterprise Customers, Early Access")
    def evictMetadata(self) -> None:
        """Remove all metadata of the session, if there is one; the event shows it at once.

        >>> from pytest_auth0_actions import CacheStore, PostLoginAPI
        >>> PostLoginAPI(CacheStore(lambda: 0)).session.evictMetadata()

        Source: https://auth0.com/docs/actions/reference/post-login/post-login-api-object
        """
        if is_there(self.context.event.get("session")):
            self.context.event.set("session.metadata", {})
