"""`api.authentication` in post-login."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pytest_auth0_actions.auth0.javascript import text_of, utf16_units
from pytest_auth0_actions.auth0.method import method
from pytest_auth0_actions.auth0.namespace import ApiT
from pytest_auth0_actions.auth0.namespaces.access import ask_user
from pytest_auth0_actions.auth0.namespaces.authentication.factors import (
    ENROLLED,
    FactorRequests,
    _ChallengeAPI,
    factors_with,
    request_of,
)
from pytest_auth0_actions.auth0.namespaces.user import UserChanges, set_primary_user
from pytest_auth0_actions.errors import ApiThrow, RecordMethodWarning, hides_our_frames

__tracebackhide__ = hides_our_frames

MAX_USER_ID_UNITS: Final = 128


@dataclass(slots=True)
class RecordedMethods:
    """The URLs that later logins find among the methods of authentication."""

    urls: list[str] = field(default_factory=list)


class LoginAuthenticationAPI(_ChallengeAPI[ApiT]):
    """`api.authentication` in post-login.

    Source: https://auth0.com/docs/actions/reference/post-login/post-login-api-object
    """

    def _enroll(self, factors: object, *, is_choice: bool = False) -> None:
        request = request_of(self.context, factors, ENROLLED, is_choice=is_choice)
        self.context.state.of(FactorRequests).enrollment = request
        ask_user(self.context, "no factor is enrolled")

    @method(returns="nothing")
    def enrollWith(
        self, factor: Mapping[str, Any], options: Mapping[str, Any] | None = None
    ) -> None:
        """Ask the user to enroll a factor when the Action has ended.

        Args:
            factor: the one that is shown, such as ``{"type": "otp"}``.
            options: `additionalFactors`, a list of others that will do.

        >>> from pytest_auth0_actions import CacheStore, PostLoginAPI
        >>> PostLoginAPI(CacheStore(lambda: 0)).authentication.enrollWith({"type": "otp"})

        Source: https://auth0.com/docs/actions/reference/post-login/post-login-api-object
        """
        self._enroll(factors_with(factor, options))

    @method(returns="nothing")
    def enrollWithAny(self, factors: Sequence[Mapping[str, Any]]) -> None:
        """Ask the user to enroll one of some factors, of their choice, when the Action has ended.

        Args:
            factors: such as ``[{"type": "otp"}, {"type": "phone"}]``.

        >>> from pytest_auth0_actions import CacheStore, PostLoginAPI
        >>> api = PostLoginAPI(CacheStore(lambda: 0))
        >>> api.authentication.enrollWithAny([{"type": "otp"}, {"type": "phone"}])

        Source: https://auth0.com/docs/actions/reference/post-login/post-login-api-object
        """
        self._enroll(factors, is_choice=True)

    @method(returns="api")
    def recordMethod(self, provider_url: str) -> ApiT:
        """Have later logins know of a way to authenticate that was used; returns the api.

        It counts only in the continue handler.

        Args:
            provider_url: the URL of what the user used, which names the entry in
                `event.authentication.methods`.

        >>> from pytest_auth0_actions import CacheStore, PostLoginAPI
        >>> from pytest_auth0_actions.auth0.context import Context, Turn
        >>> context = Context(lambda: 0, Turn(handler="onContinuePostLogin"))
        >>> api = PostLoginAPI(CacheStore(lambda: 0), context)
        >>> api.authentication.recordMethod("https://id.example/check") is api
        True

        Source: https://auth0.com/docs/actions/reference/post-login/post-login-api-object
        """
        if self.context.turn.handler.startswith("onContinue"):
            self.context.state.of(RecordedMethods).urls.append(text_of(provider_url))
        else:
            self.context.warn(
                RecordMethodWarning,
                "[A706] api.authentication.recordMethod() counts only in onContinuePostLogin, "
                "after a redirect. Call it there.",
            )
        return self.own_api

    @method(returns="nothing")
    def setPrimaryUser(self, primary_user_id: str) -> None:
        """Link the identity that logged in to another user, who gets the tokens.

        Metadata that the same Action sets is not saved.

        Args:
            primary_user_id: that user's id: up to 128 characters.

        Raises:
            ApiThrow: it is no text, or too long; or it was called before in this transaction.

        >>> from pytest_auth0_actions import CacheStore, PostLoginAPI
        >>> PostLoginAPI(CacheStore(lambda: 0)).authentication.setPrimaryUser("auth0|1")

        Source: https://auth0.com/docs/actions/reference/post-login/post-login-api-object
        """
        if self.context.state.of(UserChanges).primary_user is not None:
            raise ApiThrow("The primary user can only be altered once per transaction")
        if not isinstance(primary_user_id, str) or not primary_user_id:
            raise ApiThrow("The provided primary_user_id must be a non-empty string")
        if utf16_units(primary_user_id) > MAX_USER_ID_UNITS:
            raise ApiThrow("The provided primary_user_id exceeds the maximum length.")
        set_primary_user(self.context, primary_user_id)
