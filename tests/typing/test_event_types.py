"""The types of events, for mypy; pytest has nothing to run here but the imports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import pytest

import pytest_auth0_actions
from pytest_auth0_actions import (
    CredentialsExchangeEvent,
    CustomEmailProviderEvent,
    CustomPhoneProviderEvent,
    CustomTokenExchangeEvent,
    EventStreamEvent,
    LoadAction,
    MakeEvent,
    PasswordResetPostChallengeEvent,
    PostChangePasswordEvent,
    PostCredentialValidationEvent,
    PostLoginEvent,
    PostUserRegistrationEvent,
    PreUserRegistrationEvent,
    SendPhoneMessageEvent,
)
from pytest_auth0_actions.auth0.handlers import HANDLERS_OF

if TYPE_CHECKING:
    from typing_extensions import assert_type

    def each_trigger_types_its_events(load_action: LoadAction, make_event: MakeEvent) -> None:
        post_login = load_action("code.js", trigger="post-login")
        assert_type(post_login.make_event(variant="minimal"), PostLoginEvent)
        assert_type(post_login.run().event, PostLoginEvent)
        assert_type(make_event("post-login", variant="minimal"), PostLoginEvent)
        assert_type(post_login.run().event["user"]["email"], str)
        assert_type(post_login.run().event["user"]["user_metadata"]["x"], Any)
        assert_type(post_login.run().event["user"]["identities"][0]["isSocial"], bool)
        assert_type(
            post_login.run().event["authentication"]["riskAssessment"]["confidence"],
            Literal["low", "medium", "high", "neutral"],
        )
        assert_type(post_login.run().event["transaction"]["actor"]["act"]["act"]["sub"], str)
        assert_type(post_login.run().event["stats"]["logins_count"], float)
        pre_user_registration = load_action("code.js", trigger="pre-user-registration")
        assert_type(pre_user_registration.make_event(variant="minimal"), PreUserRegistrationEvent)
        assert_type(pre_user_registration.run().event, PreUserRegistrationEvent)
        assert_type(
            make_event("pre-user-registration", variant="minimal"), PreUserRegistrationEvent
        )
        assert_type(pre_user_registration.run().event["user"]["user_metadata"], dict[str, Any])
        assert_type(pre_user_registration.run().event["transaction"]["ui_locales"], list[str])
        post_user_registration = load_action("code.js", trigger="post-user-registration")
        assert_type(post_user_registration.make_event(variant="minimal"), PostUserRegistrationEvent)
        assert_type(post_user_registration.run().event, PostUserRegistrationEvent)
        assert_type(
            make_event("post-user-registration", variant="minimal"), PostUserRegistrationEvent
        )
        assert_type(post_user_registration.run().event["user"]["created_at"], str)
        assert_type(post_user_registration.run().event["request"]["geoip"]["countryCode"], str)
        post_change_password = load_action("code.js", trigger="post-change-password")
        assert_type(post_change_password.make_event(variant="minimal"), PostChangePasswordEvent)
        assert_type(post_change_password.run().event, PostChangePasswordEvent)
        assert_type(make_event("post-change-password", variant="minimal"), PostChangePasswordEvent)
        assert_type(post_change_password.run().event["user"]["email_verified"], bool)
        send_phone_message = load_action("code.js", trigger="send-phone-message")
        assert_type(send_phone_message.make_event(variant="minimal"), SendPhoneMessageEvent)
        assert_type(send_phone_message.run().event, SendPhoneMessageEvent)
        assert_type(make_event("send-phone-message", variant="minimal"), SendPhoneMessageEvent)
        assert_type(
            send_phone_message.run().event["message_options"]["message_type"],
            Literal["sms", "voice"],
        )
        credentials_exchange = load_action("code.js", trigger="credentials-exchange")
        assert_type(credentials_exchange.make_event(variant="minimal"), CredentialsExchangeEvent)
        assert_type(credentials_exchange.run().event, CredentialsExchangeEvent)
        assert_type(make_event("credentials-exchange", variant="minimal"), CredentialsExchangeEvent)
        assert_type(credentials_exchange.run().event["accessToken"]["scope"], list[str])
        custom_token_exchange = load_action("code.js", trigger="custom-token-exchange")
        assert_type(custom_token_exchange.make_event(variant="minimal"), CustomTokenExchangeEvent)
        assert_type(custom_token_exchange.run().event, CustomTokenExchangeEvent)
        assert_type(
            make_event("custom-token-exchange", variant="minimal"), CustomTokenExchangeEvent
        )
        assert_type(
            custom_token_exchange.run().event["transaction"]["requested_token_type"], str | None
        )
        assert_type(
            custom_token_exchange.run().event["transaction"]["actor_token_user"]["user_id"], str
        )
        password_reset_post_challenge = load_action(
            "code.js", trigger="password-reset-post-challenge"
        )
        assert_type(
            password_reset_post_challenge.make_event(variant="minimal"),
            PasswordResetPostChallengeEvent,
        )
        assert_type(password_reset_post_challenge.run().event, PasswordResetPostChallengeEvent)
        assert_type(
            make_event("password-reset-post-challenge", variant="minimal"),
            PasswordResetPostChallengeEvent,
        )
        assert_type(
            password_reset_post_challenge.run().event["authentication"]["methods"][0]["name"], str
        )
        custom_email_provider = load_action("code.js", trigger="custom-email-provider")
        assert_type(custom_email_provider.make_event(variant="minimal"), CustomEmailProviderEvent)
        assert_type(custom_email_provider.run().event, CustomEmailProviderEvent)
        assert_type(
            make_event("custom-email-provider", variant="minimal"), CustomEmailProviderEvent
        )
        assert_type(custom_email_provider.run().event["notification"]["from"], str)
        custom_phone_provider = load_action("code.js", trigger="custom-phone-provider")
        assert_type(custom_phone_provider.make_event(variant="minimal"), CustomPhoneProviderEvent)
        assert_type(custom_phone_provider.run().event, CustomPhoneProviderEvent)
        assert_type(
            make_event("custom-phone-provider", variant="minimal"), CustomPhoneProviderEvent
        )
        assert_type(custom_phone_provider.run().event["notification"]["from"], str)
        event_stream = load_action("code.js", trigger="event-stream")
        assert_type(event_stream.make_event(variant="minimal"), EventStreamEvent)
        assert_type(event_stream.run().event, EventStreamEvent)
        assert_type(make_event("event-stream", variant="minimal"), EventStreamEvent)
        assert_type(event_stream.run().event["message"]["data"], dict[str, Any] | None)
        post_credential_validation = load_action("code.js", trigger="post-credential-validation")
        assert_type(
            post_credential_validation.make_event(variant="minimal"), PostCredentialValidationEvent
        )
        assert_type(post_credential_validation.run().event, PostCredentialValidationEvent)
        assert_type(
            make_event("post-credential-validation", variant="minimal"),
            PostCredentialValidationEvent,
        )
        assert_type(post_credential_validation.run().event["connection"]["name"], str)
        assert_type(post_login.resume().event, PostLoginEvent)
        assert_type(password_reset_post_challenge.resume().event, PasswordResetPostChallengeEvent)

    def a_run_takes_what_make_event_makes(load_action: LoadAction, make_event: MakeEvent) -> None:
        login = load_action("code.js", trigger="post-login")
        event = make_event("post-login", user={"email": "ada@example.com"})
        event["user"]["user_metadata"]["plan"] = {"name": "gold"}
        event["authentication"]["methods"].append({"name": "mfa", "timestamp": "2025-01-01"})
        del event["transaction"]
        login.run(event)
        login.run({"user": {"no": "event of ours"}})
        load_action("code.js").run(event)

    def slips_are_errors(load_action: LoadAction, make_event: MakeEvent) -> None:
        # An ignored error that is none is an error itself: these lines stay refused.
        event = load_action("code.js", trigger="post-login").run().event
        event["user"]["emial"]  # type: ignore[typeddict-item]
        event["usr"]  # type: ignore[typeddict-item]
        event["user"]["email"] = 5  # type: ignore[typeddict-item]
        event["authentication"]["riskAssessment"]["confidnece"]  # type: ignore[typeddict-item]
        event["client"]["metdata"]["x"]  # type: ignore[typeddict-item]
        event["notification"]  # type: ignore[typeddict-item]
        made = make_event("custom-email-provider")
        made["notification"]["form"]  # type: ignore[typeddict-item]
        del made["notification"]  # type: ignore[misc]
        event = made  # type: ignore[assignment]


@pytest.mark.parametrize("trigger", HANDLERS_OF)
def test_the_type_of_each_event_can_be_imported(trigger: str) -> None:
    """With a public name, for annotations."""
    name = "".join(map(str.capitalize, trigger.split("-"))) + "Event"
    assert name in pytest_auth0_actions.__all__
    assert getattr(pytest_auth0_actions, name).__name__ == name
