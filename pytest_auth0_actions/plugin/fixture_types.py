"""The types of the fixtures that are functions, for annotations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, Protocol, overload

from pytest_auth0_actions.node.action import TIME_LIMIT_S, Action
from pytest_auth0_actions.project.action_file import ModuleSpec, PathLike
from pytest_auth0_actions.values import Event

if TYPE_CHECKING:
    from pytest_auth0_actions.auth0.triggers.credentials_exchange import CredentialsExchangeOutcome
    from pytest_auth0_actions.auth0.triggers.custom_email_provider import CustomEmailProviderOutcome
    from pytest_auth0_actions.auth0.triggers.custom_phone_provider import CustomPhoneProviderOutcome
    from pytest_auth0_actions.auth0.triggers.custom_token_exchange import CustomTokenExchangeOutcome
    from pytest_auth0_actions.auth0.triggers.event_stream import EventStreamOutcome
    from pytest_auth0_actions.auth0.triggers.password_reset_post_challenge import (
        PasswordResetPostChallengeOutcome,
    )
    from pytest_auth0_actions.auth0.triggers.post_change_password import PostChangePasswordOutcome
    from pytest_auth0_actions.auth0.triggers.post_credential_validation import (
        PostCredentialValidationOutcome,
    )
    from pytest_auth0_actions.auth0.triggers.post_login import PostLoginOutcome
    from pytest_auth0_actions.auth0.triggers.post_user_registration import (
        PostUserRegistrationOutcome,
    )
    from pytest_auth0_actions.auth0.triggers.pre_user_registration import PreUserRegistrationOutcome
    from pytest_auth0_actions.auth0.triggers.send_phone_message import SendPhoneMessageOutcome


class MakeEvent(Protocol):
    """The type of the fixture `make_event`.

    Example::

        def test_an_event_is_whole(make_event):
            event = make_event(user={"user_metadata": {"plan": "pro"}})
            assert event["user"]["user_metadata"] == {"plan": "pro"}
            assert event["user"]["created_at"] == "2025-01-01T00:00:00.000Z"

    Source: https://auth0.com/docs/actions/reference/post-user-registration/post-user-registration-event-object
    """

    def __call__(
        self, trigger: str | None = None, /, *, variant: str | None = None, **overrides: Any
    ) -> Event:
        """Return an event of the trigger, with *overrides* merged into it deeply.

        Args:
            trigger: Auth0's name of it; None for the test's main trigger.
            variant: which of the trigger's events, see `event_variants`; None for the default one.
            overrides: the fields that the test cares about.

        Raises:
            UsageError: there is no such trigger or variant, or an override names a field that the
                event does not have.
        """


class LoadAction(Protocol):
    """The type of the fixture `load_action`.

    Example::

        def test_an_action_is_loaded(load_action):
            action = load_action("actions/provision/code.js", secrets={"API_KEY": "k"})
            assert action.run().event["secrets"] == {"API_KEY": "k"}
    """

    @overload
    def __call__(
        self,
        path: PathLike,
        *,
        trigger: Literal["post-login"],
        secrets: Mapping[str, str] | None = None,
        modules: Mapping[str, ModuleSpec] | None = None,
        time_limit_s: float = TIME_LIMIT_S,
    ) -> Action[PostLoginOutcome]: ...

    @overload
    def __call__(
        self,
        path: PathLike,
        *,
        trigger: Literal["pre-user-registration"],
        secrets: Mapping[str, str] | None = None,
        modules: Mapping[str, ModuleSpec] | None = None,
        time_limit_s: float = TIME_LIMIT_S,
    ) -> Action[PreUserRegistrationOutcome]: ...

    @overload
    def __call__(
        self,
        path: PathLike,
        *,
        trigger: Literal["post-user-registration"],
        secrets: Mapping[str, str] | None = None,
        modules: Mapping[str, ModuleSpec] | None = None,
        time_limit_s: float = TIME_LIMIT_S,
    ) -> Action[PostUserRegistrationOutcome]: ...

    @overload
    def __call__(
        self,
        path: PathLike,
        *,
        trigger: Literal["post-change-password"],
        secrets: Mapping[str, str] | None = None,
        modules: Mapping[str, ModuleSpec] | None = None,
        time_limit_s: float = TIME_LIMIT_S,
    ) -> Action[PostChangePasswordOutcome]: ...

    @overload
    def __call__(
        self,
        path: PathLike,
        *,
        trigger: Literal["send-phone-message"],
        secrets: Mapping[str, str] | None = None,
        modules: Mapping[str, ModuleSpec] | None = None,
        time_limit_s: float = TIME_LIMIT_S,
    ) -> Action[SendPhoneMessageOutcome]: ...

    @overload
    def __call__(
        self,
        path: PathLike,
        *,
        trigger: Literal["credentials-exchange"],
        secrets: Mapping[str, str] | None = None,
        modules: Mapping[str, ModuleSpec] | None = None,
        time_limit_s: float = TIME_LIMIT_S,
    ) -> Action[CredentialsExchangeOutcome]: ...

    @overload
    def __call__(
        self,
        path: PathLike,
        *,
        trigger: Literal["custom-token-exchange"],
        secrets: Mapping[str, str] | None = None,
        modules: Mapping[str, ModuleSpec] | None = None,
        time_limit_s: float = TIME_LIMIT_S,
    ) -> Action[CustomTokenExchangeOutcome]: ...

    @overload
    def __call__(
        self,
        path: PathLike,
        *,
        trigger: Literal["password-reset-post-challenge"],
        secrets: Mapping[str, str] | None = None,
        modules: Mapping[str, ModuleSpec] | None = None,
        time_limit_s: float = TIME_LIMIT_S,
    ) -> Action[PasswordResetPostChallengeOutcome]: ...

    @overload
    def __call__(
        self,
        path: PathLike,
        *,
        trigger: Literal["custom-email-provider"],
        secrets: Mapping[str, str] | None = None,
        modules: Mapping[str, ModuleSpec] | None = None,
        time_limit_s: float = TIME_LIMIT_S,
    ) -> Action[CustomEmailProviderOutcome]: ...

    @overload
    def __call__(
        self,
        path: PathLike,
        *,
        trigger: Literal["custom-phone-provider"],
        secrets: Mapping[str, str] | None = None,
        modules: Mapping[str, ModuleSpec] | None = None,
        time_limit_s: float = TIME_LIMIT_S,
    ) -> Action[CustomPhoneProviderOutcome]: ...

    @overload
    def __call__(
        self,
        path: PathLike,
        *,
        trigger: Literal["event-stream"],
        secrets: Mapping[str, str] | None = None,
        modules: Mapping[str, ModuleSpec] | None = None,
        time_limit_s: float = TIME_LIMIT_S,
    ) -> Action[EventStreamOutcome]: ...

    @overload
    def __call__(
        self,
        path: PathLike,
        *,
        trigger: Literal["post-credential-validation"],
        secrets: Mapping[str, str] | None = None,
        modules: Mapping[str, ModuleSpec] | None = None,
        time_limit_s: float = TIME_LIMIT_S,
    ) -> Action[PostCredentialValidationOutcome]: ...

    @overload
    def __call__(
        self,
        path: PathLike,
        *,
        trigger: str | None = None,
        secrets: Mapping[str, str] | None = None,
        modules: Mapping[str, ModuleSpec] | None = None,
        time_limit_s: float = TIME_LIMIT_S,
    ) -> Action[Any]: ...

    def __call__(
        self,
        path: PathLike,
        *,
        trigger: str | None = None,
        secrets: Mapping[str, str] | None = None,
        modules: Mapping[str, ModuleSpec] | None = None,
        time_limit_s: float = TIME_LIMIT_S,
    ) -> Action[Any]:
        """Return the Action at *path*, ready to run.

        Args:
            path: the file; a relative one starts at ini auth0_actions_root (default: rootdir).
            trigger: Auth0's name of its trigger; None for the one whose handlers it exports.
            secrets: what the Action finds in `event.secrets`.
            modules: the file behind each `require('actions:NAME')`, by name; with secrets of its
                own as ``(path, secrets)``.
            time_limit_s: how long a run may take on the test's clock, in seconds.

        Raises:
            ActionLoadError: the file, or a module's, can't be read or parsed; or the file exports
                handlers of several triggers.
            NodeNotFoundError: there is no Node.js to run it in.
            UsageError: an argument is of a wrong type.
        """
