"""`api.multifactor`: asks for a second factor at the end of the login."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pytest_auth0_actions.auth0.javascript import as_json, fields_of, is_truthy, text_of
from pytest_auth0_actions.auth0.method import method
from pytest_auth0_actions.auth0.namespace import ApiT, Namespace
from pytest_auth0_actions.auth0.namespaces.access import ask_user
from pytest_auth0_actions.auth0.outcome import Outcome
from pytest_auth0_actions.errors import MultifactorProviderWarning
from pytest_auth0_actions.values import UNDEFINED

PROVIDERS: Final = ("any", "duo", "google-authenticator", "guardian", "none")


@dataclass(frozen=True, slots=True, repr=False)
class Multifactor(Outcome):
    """The second factor that is asked for.

    Attributes:
        provider: ``"any"``, or a certain one; ``"none"`` lifts it for this login.
        allow_remember_browser: whether the user may skip it on this browser for 30 days.
        provider_options: the account with the provider, where it is Duo; None if none was given.
    """

    provider: str
    allow_remember_browser: bool = False
    provider_options: dict[str, Any] | None = None


@dataclass(slots=True)
class MultifactorRequest:
    """The last request for a second factor; None if there was none."""

    last: Multifactor | None = None


class MultifactorAPI(Namespace[ApiT]):
    """`api.multifactor`.

    Source: https://auth0.com/docs/actions/reference/post-login/post-login-api-object
    """

    path = "multifactor"

    @method(returns="api")
    def enable(
        self,
        provider: str,
        options: Mapping[str, Any] | None = None,
    ) -> ApiT:
        """Ask for a second factor at the end of the login; returns the api.

        Of several calls, the last one counts.

        Args:
            provider: one of `PROVIDERS`; ``"none"`` lifts the factor for this login.
            options: `allowRememberBrowser`, and for Duo `providerOptions`.

        >>> from pytest_auth0_actions import CacheStore, PostLoginAPI
        >>> api = PostLoginAPI(CacheStore(lambda: 0))
        >>> api.multifactor.enable("any", {"allowRememberBrowser": True}) is api
        True

        Source: https://auth0.com/docs/actions/reference/post-login/post-login-api-object
        """
        name = text_of(provider)
        if name not in PROVIDERS:
            self.context.warn(
                MultifactorProviderWarning,
                f"[A714] Auth0 knows no provider {name!r} of second factors. "
                f"Use one of {', '.join(PROVIDERS)}.",
            )
        fields = fields_of(options)
        self.context.warn_of_options(options, "allowRememberBrowser", "providerOptions")
        self.context.warn_of_text(fields, "allowRememberBrowser")
        own = as_json(fields.get("providerOptions"))
        self.context.state.of(MultifactorRequest).last = Multifactor(
            name,
            is_truthy(fields.get("allowRememberBrowser", UNDEFINED)),
            own if isinstance(own, dict) else None,
        )
        if name != "none":
            ask_user(self.context, "no second factor is asked for")
        return self.own_api
