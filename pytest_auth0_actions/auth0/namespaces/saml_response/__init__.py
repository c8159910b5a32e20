"""`api.samlResponse`: the attributes and the settings of a SAML response."""

from pytest_auth0_actions.auth0.namespaces.saml_response.api import SamlResponseAPI
from pytest_auth0_actions.auth0.namespaces.saml_response.rules import SamlResponse, saml_outcome

__all__ = ["SamlResponse", "SamlResponseAPI", "saml_outcome"]
