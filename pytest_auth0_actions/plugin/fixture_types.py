"""The type of the fixture `load_action`, for annotations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, Protocol, overload

from pytest_auth0_actions.node.action import Action
from pytest_auth0_actions.node.time_outs import TIME_LIMIT_S
from pytest_auth0_actions.project.action_file import ModuleSpec, PathLike
from pytest_auth0_actions.project.packages import PackageSpec

if TYPE_CHECKING:
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
        packages: Mapping[str, PackageSpec] | None = None,
        time_limit_s: float = TIME_LIMIT_S,
    ) -> Action[PostLoginOutcome, PostLoginEvent]: ...

    @overload
    def __call__(
        self,
        path: PathLike,
        *,
        trigger: Literal["pre-user-registration"],
        secrets: Mapping[str, str] | None = None,
        modules: Mapping[str, ModuleSpec] | None = None,
        packages: Mapping[str, PackageSpec] | None = None,
        time_limit_s: float = TIME_LIMIT_S,
    ) -> Action[PreUserRegistrationOutcome, PreUserRegistrationEvent]: ...

    @overload
    def __call__(
        self,
        path: PathLike,
        *,
        trigger: Literal["post-user-registration"],
        secrets: Mapping[str, str] | None = None,
        modules: Mapping[str, ModuleSpec] | None = None,
        packages: Mapping[str, PackageSpec] | None = None,
        time_limit_s: float = TIME_LIMIT_S,
    ) -> Action[PostUserRegistrationOutcome, PostUserRegistrationEvent]: ...

    @overload
    def __call__(
        self,
        path: PathLike,
        *,
        trigger: Literal["post-change-password"],
        secrets: Mapping[str, str] | None = None,
        modules: Mapping[str, ModuleSpec] | None = None,
        packages: Mapping[str, PackageSpec] | None = None,
        time_limit_s: float = TIME_LIMIT_S,
    ) -> Action[PostChangePasswordOutcome, PostChangePasswordEvent]: ...

    @overload
    def __call__(
        self,
        path: PathLike,
        *,
        trigger: Literal["send-phone-message"],
        secrets: Mapping[str, str] | None = None,
        modules: Mapping[str, ModuleSpec] | None = None,
        packages: Mapping[str, PackageSpec] | None = None,
        time_limit_s: float = TIME_LIMIT_S,
    ) -> Action[SendPhoneMessageOutcome, SendPhoneMessageEvent]: ...

    @overload
    def __call__(
        self,
        path: PathLike,
        *,
        trigger: Literal["credentials-exchange"],
        secrets: Mapping[str, str] | None = None,
        modules: Mapping[str, ModuleSpec] | None = None,
        packages: Mapping[str, PackageSpec] | None = None,
        time_limit_s: float = TIME_LIMIT_S,
    ) -> Action[CredentialsExchangeOutcome, CredentialsExchangeEvent]: ...

    @overload
    def __call__(
        self,
        path: PathLike,
        *,
        trigger: Literal["custom-token-exchange"],
        secrets: Mapping[str, str] | None = None,
        modules: Mapping[str, ModuleSpec] | None = None,
        packages: Mapping[str, PackageSpec] | None = None,
        time_limit_s: float = TIME_LIMIT_S,
    ) -> Action[CustomTokenExchangeOutcome, CustomTokenExchangeEvent]: ...

    @overload
    def __call__(
        self,
        path: PathLike,
        *,
        trigger: Literal["password-reset-post-challenge"],
        secrets: Mapping[str, str] | None = None,
        modules: Mapping[str, ModuleSpec] | None = None,
        packages: Mapping[str, PackageSpec] | None = None,
        time_limit_s: float = TIME_LIMIT_S,
    ) -> Action[PasswordResetPostChallengeOutcome, PasswordResetPostChallengeEvent]: ...

    @overload
    def __call__(
        self,
        path: PathLike,
        *,
        trigger: Literal["custom-email-provider"],
        secrets: Mapping[str, str] | None = None,
        modules: Mapping[str, ModuleSpec] | None = None,
        packages: Mapping[str, PackageSpec] | None = None,
        time_limit_s: float = TIME_LIMIT_S,
    ) -> Action[CustomEmailProviderOutcome, CustomEmailProviderEvent]: ...

    @overload
    def __call__(
        self,
        path: PathLike,
        *,
        trigger: Literal["custom-phone-provider"],
        secrets: Mapping[str, str] | None = None,
        modules: Mapping[str, ModuleSpec] | None = None,
        packages: Mapping[str, PackageSpec] | None = None,
        time_limit_s: float = TIME_LIMIT_S,
    ) -> Action[CustomPhoneProviderOutcome, CustomPhoneProviderEvent]: ...

    @overload
    def __call__(
        self,
        path: PathLike,
        *,
        trigger: Literal["event-stream"],
        secrets: Mapping[str, str] | None = None,
        modules: Mapping[str, ModuleSpec] | None = None,
        packages: Mapping[str, PackageSpec] | None = None,
        time_limit_s: float = TIME_LIMIT_S,
    ) -> Action[EventStreamOutcome, EventStreamEvent]: ...

    @overload
    def __call__(
        self,
        path: PathLike,
        *,
        trigger: Literal["post-credential-validation"],
        secrets: Mapping[str, str] | None = None,
        modules: Mapping[str, ModuleSpec] | None = None,
        packages: Mapping[str, PackageSpec] | None = None,
        time_limit_s: float = TIME_LIMIT_S,
    ) -> Action[PostCredentialValidationOutcome, PostCredentialValidationEvent]: ...

    @overload
    def __call__(
        self,
        path: PathLike,
        *,
        trigger: str | None = None,
        secrets: Mapping[str, str] | None = None,
        modules: Mapping[str, ModuleSpec] | None = None,
        packages: Mapping[str, PackageSpec] | None = None,
        time_limit_s: float = TIME_LIMIT_S,
    ) -> Action[Any]: ...

    def __call__(
        self,
        path: PathLike,
        *,
        trigger: str | None = None,
        secrets: Mapping[str, str] | None = None,
        modules: Mapping[str, ModuleSpec] | None = None,
        packages: Mapping[str, PackageSpec] | None = None,
        time_limit_s: float = TIME_LIMIT_S,
    ) -> Action[Any]:
        """Return the Action at *path*, ready to run.

        Args:
            path: the file; a relative one starts at ini auth0_actions_root (default: rootdir).
            trigger: Auth0's name of its trigger; None for the one whose handlers it exports.
            secrets: what the Action finds in `event.secrets`.
            modules: the file behind each `require('actions:NAME')`, by name; with secrets of its
                own as ``(path, secrets)``.
            packages: what stands for npm packages, by the name that the Action requires: a path of
                a JavaScript file, or what `require` gives, as JSON and functions of the test's,
                which the Action awaits.
            time_limit_s: how long a run may take on the test's clock, in seconds.

        Raises:
            ActionLoadError: the file, or a module's, can't be read or parsed; or the file exports
                handlers of several triggers.
            NodeNotFoundError: there is no Node.js to run it in.
            UsageError: an argument is of a wrong type.
        """
