"""The type of the fixture `make_event`, for annotations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Protocol, overload

from pytest_auth0_actions.values import Event

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


class MakeEvent(Protocol):
    """The type of the fixture `make_event`.

    Example::

        def test_an_event_is_whole(make_event):
            event = make_event(user={"user_metadata": {"plan": "pro"}})
            assert event["user"]["user_metadata"] == {"plan": "pro"}
            assert event["user"]["created_at"] == "2025-01-01T00:00:00.000Z"

    Source: https://auth0.com/docs/actions/reference/post-user-registration/post-user-registration-event-object
    """

    @overload
    def __call__(
        self, trigger: Literal["post-login"], /, *, variant: str | None = None, **overrides: Any
    ) -> PostLoginEvent: ...

    @overload
    def __call__(
        self,
        trigger: Literal["pre-user-registration"],
        /,
        *,
        variant: str | None = None,
        **overrides: Any,
    ) -> PreUserRegistrationEvent: ...

    @overload
    def __call__(
        self,
        trigger: Literal["post-user-registration"],
        /,
        *,
        variant: str | None = None,
        **overrides: Any,
    ) -> PostUserRegistrationEvent: ...

    @overload
    def __call__(
        self,
        trigger: Literal["post-change-password"],
        /,
        *,
        variant: str | None = None,
        **overrides: Any,
    ) -> PostChangePasswordEvent: ...

    @overload
    def __call__(
        self,
        trigger: Literal["send-phone-message"],
        /,
        *,
        variant: str | None = None,
        **overrides: Any,
    ) -> SendPhoneMessageEvent: ...

    @overload
    def __call__(
        self,
        trigger: Literal["credentials-exchange"],
        /,
        *,
        variant: str | None = None,
        **overrides: Any,
    ) -> CredentialsExchangeEvent: ...

    @overload
    def __call__(
        self,
        trigger: Literal["custom-token-exchange"],
        /,
        *,
        variant: str | None = None,
        **overrides: Any,
    ) -> CustomTokenExchangeEvent: ...

    @overload
    def __call__(
        self,
        trigger: Literal["password-reset-post-challenge"],
        /,
        *,
        variant: str | None = None,
        **overrides: Any,
    ) -> PasswordResetPostChallengeEvent: ...

    @overload
    def __call__(
        self,
        trigger: Literal["custom-email-provider"],
        /,
        *,
        variant: str | None = None,
        **overrides: Any,
    ) -> CustomEmailProviderEvent: ...

    @overload
    def __call__(
        self,
        trigger: Literal["custom-phone-provider"],
        /,
        *,
        variant: str | None = None,
        **overrides: Any,
    ) -> CustomPhoneProviderEvent: ...

    @overload
    def __call__(
        self, trigger: Literal["event-stream"], /, *, variant: str | None = None, **overrides: Any
    ) -> EventStreamEvent: ...

    @overload
    def __call__(
        self,
        trigger: Literal["post-credential-validation"],
        /,
        *,
        variant: str | None = None,
        **overrides: Any,
    ) -> PostCredentialValidationEvent: ...

    @overload
    def __call__(
        self, trigger: str | None = None, /, *, variant: str | None = None, **overrides: Any
    ) -> Event: ...

    def __call__(
        self, trigger: str | None = None, /, *, variant: str | None = None, **overrides: Any
    ) -> Any:
        """Return an event of the trigger, with *overrides* merged into it deeply.

        Args:
            trigger: Auth0's name of it; None for the test's main trigger.
            variant: which of the trigger's events, see `event_variants`; None for the default one.
            overrides: the fields that the test cares about.

        Raises:
            UsageError: there is no such trigger or variant, or an override names a field that the
                event does not have.
        """
