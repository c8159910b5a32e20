"""`api.user`: metadata that is saved when the transaction ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

from pytest_auth0_actions.auth0.checks import Fields, Text, check_arguments
from pytest_auth0_actions.auth0.context import Context, State
from pytest_auth0_actions.auth0.explanation import Explanation
from pytest_auth0_actions.auth0.javascript import as_json, json_bytes, text_of
from pytest_auth0_actions.auth0.method import method
from pytest_auth0_actions.auth0.namespace import ApiT, Namespace
from pytest_auth0_actions.auth0.namespaces.access import Access, warn_after_denial
from pytest_auth0_actions.auth0.outcome import Outcome, owned
from pytest_auth0_actions.errors import (
    ApiThrow,
    MetadataIgnoredWarning,
    MetadataSizeWarning,
    hides_our_frames,
)
from pytest_auth0_actions.values import UNDEFINED, ApiCall

__tracebackhide__ = hides_our_frames

Kind: TypeAlias = Literal["user_metadata", "app_metadata"]

MAX_METADATA_BYTES: Final = 32 * 1024


@dataclass(frozen=True, slots=True, repr=False)
class LoginUser(Outcome):
    """A user, as a login leaves it.

    Attributes:
        user_metadata: as it will be saved.
        app_metadata: as it will be saved.
        changed: whether one of them is another than before.
        primary_user: the id of the user that the identity is linked to; None if it is to none.
    """

    user_metadata: dict[str, Any] = field(default_factory=dict)
    app_metadata: dict[str, Any] = field(default_factory=dict)
    changed: bool = False
    primary_user: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class NewUser(Outcome):
    """A user, as it is created.

    Attributes:
        user_metadata: as it will be saved.
        app_metadata: as it will be saved.
        user_id: the id that the Action chose; None if Auth0 makes one.
    """

    user_metadata: dict[str, Any] = field(default_factory=dict)
    app_metadata: dict[str, Any] = field(default_factory=dict)
    user_id: str | None = None


@dataclass(slots=True)
class Change:
    """A key of metadata that was set.

    Attributes:
        kind: of which metadata.
        key: the key.
        value: what it is set to; None to remove it, `UNDEFINED` to drop all changes of it.
        is_dropped: whether Auth0 does not save it.
        is_in_event: whether the event that Actions get has it already.
    """

    kind: Kind
    key: str
    value: Any
    is_dropped: bool = False
    is_in_event: bool = False


@dataclass(slots=True)
class UserChanges:
    """What the Actions of a transaction have set.

    Attributes:
        changes: the changes, in order.
        before: what each key was before the first change of it; `UNDEFINED` for nothing.
        unsaved_before: likewise, before the first change that is not saved yet.
        primary_user: the id of the new primary user; None for none.
        user_id: the id that a new user is to have; None for none.
    """

    changes: list[Change] = field(default_factory=list)
    before: dict[tuple[Kind, str], Any] = field(default_factory=dict)
    unsaved_before: dict[tuple[Kind, str], Any] = field(default_factory=dict)
    primary_user: str | None = None
    user_id: str | None = None


@dataclass(slots=True)
class RunChanges:
    """What one Action has set, which Auth0 drops when that Action also sets the primary user."""

    changes: list[Change] = field(default_factory=list)
    is_dropped: bool = False


def saved_metadata(state: State, event: Mapping[str, Any], kind: Kind) -> dict[str, Any]:
    """Return metadata as it will be saved.

    >>> from pytest_auth0_actions.auth0.context import State
    >>> saved_metadata(State(), {"user": {"user_metadata": {"plan": "free"}}}, "user_metadata")
    {'plan': 'free'}
    """
    user = event.get("user")
    present = user.get(kind) if isinstance(user, Mapping) else None
    saved = dict(present) if isinstance(present, Mapping) else {}
    user_changes = state.of(UserChanges)
    for change in user_changes.changes:
        if change.kind != kind or change.is_dropped or change.is_in_event:
            continue
        is_undone = change.value is UNDEFINED
        value = user_changes.unsaved_before[kind, change.key] if is_undone else change.value
        if value is None or value is UNDEFINED:
            saved.pop(change.key, None)
        else:
            saved[change.key] = value
    return owned(saved)


def is_changed(state: State, event: Mapping[str, Any]) -> bool:
    """Return whether the metadata will be another than before the first Action."""
    return any(
        saved_metadata(state, event, kind).get(key, UNDEFINED) != before
        for (kind, key), before in state.of(UserChanges).before.items()
    )


def set_primary_user(context: Context, user_id: str) -> None:
    """Link the identity to another user: what this Action does to metadata is lost."""
    context.state.of(UserChanges).primary_user = user_id
    run = context.in_run.of(RunChanges)
    run.is_dropped = True
    for change in run.changes:
        change.is_dropped = True
    if run.changes:
        context.warn(MetadataIgnoredWarning, _DROPPED)


_DROPPED: Final = (
    "[A722] Metadata that an Action sets is not saved if it calls "
    "api.authentication.setPrimaryUser(). Set it in a later Action."
)


class _UserAPI(Namespace[ApiT]):
    path = "user"
    outlives_denial = True  # whether there is a user to be changed when access is denied

    def _set(self, kind: Kind, key: object, value: object) -> None:
        context, name, kept = self.context, text_of(key), as_json(value)
        before = context.event.get(f"user.{kind}")
        run = context.in_run.of(RunChanges)
        change = Change(kind, name, owned(kept), run.is_dropped)
        run.changes.append(change)
        user_changes = context.state.of(UserChanges)
        user_changes.changes.append(change)
        present = before.get(name, UNDEFINED) if isinstance(before, Mapping) else UNDEFINED
        user_changes.before.setdefault((kind, name), present)
        user_changes.unsaved_before.setdefault((kind, name), present)
        if self.outlives_denial:
            warn_after_denial(context, f"the {kind} is saved")
        if run.is_dropped:
            context.warn(MetadataIgnoredWarning, _DROPPED)
        size_bytes = json_bytes(saved_metadata(context.state, context.event.fields, kind))
        if size_bytes > MAX_METADATA_BYTES:
            context.warn(
                MetadataSizeWarning,
                f"[A723] {kind} has {size_bytes:,} bytes, and Auth0 takes {MAX_METADATA_BYTES:,}. "
                "Store less of it.",
            )

    def explain_call(self, call: ApiCall) -> Explanation:
        """Return when the metadata is saved."""
        changes = self.context.state.of(UserChanges).changes
        if isinstance(call.result, Exception) or not call.path.endswith("Metadata") or not changes:
            return super().explain_call(call)
        last = changes[-1]
        if last.is_dropped:
            return ("not saved: the primary user changes",)
        if last.value is UNDEFINED:
            return ("not saved: undefined",)
        if not self.outlives_denial and self.context.state.of(Access).denial is not None:
            return ("not saved: the registration is denied",)
        return ("removed when the transaction ends" if last.value is None else
                "saved when the transaction ends",)  # fmt: skip


class LoginUserAPI(_UserAPI[ApiT]):
    """`api.user` in post-login.

    Source: https://auth0.com/docs/actions/reference/post-login/post-login-api-object
    """

    @method(returns="api")
    def setAppMetadata(self, key: str, value: Any) -> ApiT:
        """Set a key of the user's app_metadata, or remove it by null; returns the api.

        It is saved once, when the transaction ends; the Action's own event stays as it is.

        Args:
            key: which one.
            value: anything that JSON can represent.

        Raises:
            ApiThrow: the user's app_metadata is no object.

        >>> from pytest_auth0_actions import CacheStore, PostLoginAPI
        >>> api = PostLoginAPI(CacheStore(lambda: 0))
        >>> api.user.setAppMetadata("plan", "gold") is api
        True

        Source: https://auth0.com/docs/actions/reference/post-login/post-login-api-object
        """
        if not self._is_object("app_metadata"):
            raise ApiThrow("Unexpected app_metadata format. Must be a valid JSON object")
        self._set("app_metadata", key, value)
        return self.own_api

    @method(returns="api")
    def setUserMetadata(self, key: str, value: Any) -> ApiT:
        """Set a key of the user's user_metadata, or remove it by null; returns the api.

        It is saved once, when the transaction ends; the Action's own event stays as it is.

        Args:
            key: which one.
            value: anything that JSON can represent.

        Raises:
            ApiThrow: the user's user_metadata is no object.

        >>> from pytest_auth0_actions import CacheStore, PostLoginAPI
        >>> api = PostLoginAPI(CacheStore(lambda: 0))
        >>> api.user.setUserMetadata("theme", "dark") is api
        True

        Source: https://auth0.com/docs/actions/reference/post-login/post-login-api-object
        """
        if not self._is_object("user_metadata"):
            raise ApiThrow("Unexpected user_metadata format. Must be a valid JSON object.")
        self._set("user_metadata", key, value)
        return self.own_api

    def _is_object(self, kind: Kind) -> bool:
        present = self.context.event.get(f"user.{kind}")
        return present is UNDEFINED or isinstance(present, Mapping)


_USER_ID: Final = Text(most=255, least=1, pattern="^[a-zA-Z0-9@._+-]{1,255}$")
_SET_USER_ID: Final = Fields({"user_id": _USER_ID}, required=("user_id",))


class RegistrationUserAPI(_UserAPI[ApiT]):
    """`api.user` in pre-user-registration.

    Source: https://auth0.com/docs/actions/reference/pre-user-registration/pre-user-registration-api-object
    """

    outlives_denial = False

    @method(returns="api")
    def setAppMetadata(self, key: str, value: Any) -> ApiT:
        """Set a key of the new user's app_metadata, or remove it by null; returns the api.

        Args:
            key: which one.
            value: anything that JSON can represent.

        >>> from pytest_auth0_actions import CacheStore, PreUserRegistrationAPI
        >>> api = PreUserRegistrationAPI(CacheStore(lambda: 0))
        >>> api.user.setAppMetadata("plan", "free") is api
        True

        Source: https://auth0.com/docs/actions/reference/pre-user-registration/pre-user-registration-api-object
        """
        self._set("app_metadata", key, value)
        return self.own_api

    @method(returns="api")
    def setUserMetadata(self, key: str, value: Any) -> ApiT:
        """Set a key of the new user's user_metadata, or remove it by null; returns the api.

        Args:
            key: which one.
            value: anything that JSON can represent.

        >>> from pytest_auth0_actions import CacheStore, PreUserRegistrationAPI
        >>> api = PreUserRegistrationAPI(CacheStore(lambda: 0))
        >>> api.user.setUserMetadata("theme", "dark") is api
        True

        Source: https://auth0.com/docs/actions/reference/pre-user-registration/pre-user-registration-api-object
        """
        self._set("user_metadata", key, value)
        return self.own_api

    @method(returns="api", limited_release="Undocumented")
    def setUserId(self, user_id: str) -> ApiT:
        """Choose the new user's id; returns the api.

        Args:
            user_id: 1 to 255 of ASCII letters, digits and ``@._+-``.

        Raises:
            ApiThrow: it is missing, no string, or has other characters.

        >>> from pytest_auth0_actions import CacheStore, PreUserRegistrationAPI
        >>> api = PreUserRegistrationAPI(CacheStore(lambda: 0))
        >>> api.user.setUserId("ada-1") is api
        True

        Source: https://github.com/auth0/auth0-actions (no page describes it)
        """
        check_arguments(_SET_USER_ID, "Invalid setUserId arguments", user_id=user_id)
        self.context.state.of(UserChanges).user_id = user_id
        return self.own_api


_KEY: Final = Fields({"key": Text()}, required=("key",))


class ExchangeUserAPI(_UserAPI[ApiT]):
    """`api.user` in custom-token-exchange.

    Source: https://auth0.com/docs/actions/reference/custom-token-exchange/custom-token-exchange-api-object
    """

    @method(returns="nothing")
    def setAppMetadata(self, key: str, value: Any) -> None:
        """Set a key of the app_metadata of the user of the exchange, or remove it by null.

        Args:
            key: which one.
            value: anything that JSON can represent.

        Raises:
            ApiThrow: *key* is missing, or no string.

        >>> from pytest_auth0_actions import CacheStore, CustomTokenExchangeAPI
        >>> CustomTokenExchangeAPI(CacheStore(lambda: 0)).user.setAppMetadata("plan", "gold")

        Source: https://auth0.com/docs/actions/reference/custom-token-exchange/custom-token-exchange-api-object
        """
        check_arguments(_KEY, "Invalid setAppMetadata arguments", key=key)
        self._set("app_metadata", key, value)

    @method(returns="nothing")
    def setUserMetadata(self, key: str, value: Any) -> None:
        """Set a key of the user_metadata of the user of the exchange, or remove it by null.

        Args:
            key: which one.
            value: anything that JSON can represent.

        Raises:
            ApiThrow: *key* is missing, or no string.

        >>> from pytest_auth0_actions import CacheStore, CustomTokenExchangeAPI
        >>> CustomTokenExchangeAPI(CacheStore(lambda: 0)).user.setUserMetadata("theme", "dark")

        Source: https://auth0.com/docs/actions/reference/custom-token-exchange/custom-token-exchange-api-object
        """
        check_arguments(_KEY, "Invalid setUserMetadata arguments", key=key)
        self._set("user_metadata", key, value)
