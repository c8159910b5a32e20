"""The types of events, for annotations: one module a trigger. No run imports them."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # at run time each is imported from its module, and alone
    from pytest_auth0_actions.auth0.events.types.credentials_exchange import (
        CredentialsExchangeEvent as CredentialsExchangeEvent,
    )
    from pytest_auth0_actions.auth0.events.types.custom_email_provider import (
        CustomEmailProviderEvent as CustomEmailProviderEvent,
    )
    from pytest_auth0_actions.auth0.events.types.custom_phone_provider import (
        CustomPhoneProviderEvent as CustomPhoneProviderEvent,
    )
    from pytest_auth0_actions.auth0.events.types.custom_token_exchange import (
        CustomTokenExchangeEvent as CustomTokenExchangeEvent,
    )
    from pytest_auth0_actions.auth0.events.types.event_stream import (
        EventStreamEvent as EventStreamEvent,
    )
    from pytest_auth0_actions.auth0.events.types.password_reset_post_challenge import (
        PasswordResetPostChallengeEvent as PasswordResetPostChallengeEvent,
    )
    from pytest_auth0_actions.auth0.events.types.post_change_password import (
        PostChangePasswordEvent as PostChangePasswordEvent,
    )
    from pytest_auth0_actions.auth0.events.types.post_credential_validation import (
        PostCredentialValidationEvent as PostCredentialValidationEvent,
    )
    from pytest_auth0_actions.auth0.events.types.post_login import PostLoginEvent as PostLoginEvent
    from pytest_auth0_actions.auth0.events.types.post_user_registration import (
        PostUserRegistrationEvent as PostUserRegistrationEvent,
    )
    from pytest_auth0_actions.auth0.events.types.pre_user_registration import (
        PreUserRegistrationEvent as PreUserRegistrationEvent,
    )
    from pytest_auth0_actions.auth0.events.types.send_phone_message import (
        SendPhoneMessageEvent as SendPhoneMessageEvent,
    )
