"""`api.authentication` in post-credential-validation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_auth0_actions.auth0.javascript import fields_of
from pytest_auth0_actions.auth0.method import MISSING, method
from pytest_auth0_actions.auth0.namespace import ApiT, Namespace
from pytest_auth0_actions.auth0.namespaces.access import Denial, deny, text_or_none


class CredentialValidationAuthenticationAPI(Namespace[ApiT]):
    """`api.authentication` in post-credential-validation.

    Source: https://auth0.com/docs/customize/actions/explore-triggers/post-credential-validation
    """

    path = "authentication"

    @method(returns="nothing", limited_release="Limited Release")
    def deny(self, options: Mapping[str, Any] = MISSING) -> None:
        """Have the login fail as if the credentials were wrong.

        Args:
            options: `reason`, why.

        >>> from pytest_auth0_actions import CacheStore, PostCredentialValidationAPI
        >>> api = PostCredentialValidationAPI(CacheStore(lambda: 0))
        >>> api.authentication.deny({"reason": "The account is locked"})

        Source: https://auth0.com/docs/customize/actions/explore-triggers/post-credential-validation
        """
        self.context.warn_of_options(options, "reason")
        deny(self.context, Denial(text_or_none(fields_of(options).get("reason"))))
