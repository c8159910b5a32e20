"""What a SAML response may have, and what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pytest_auth0_actions.auth0.checks import (
    Fields,
    Flag,
    Items,
    Number,
    OneOf,
    Scalar,
    Shape,
    Text,
)
from pytest_auth0_actions.auth0.context import State
from pytest_auth0_actions.auth0.outcome import Outcome, owned

MAX_ATTRIBUTES_BYTES: Final = 102_400
DOCUMENTED_ATTRIBUTES_BYTES: Final = 10 * 1024


@dataclass(frozen=True, slots=True, repr=False)
class SamlResponse(Outcome):
    """What Actions have set of a SAML response; None stands for what they have not.

    Attributes:
        attributes: the attributes that were set.
        removed_attributes: the names of those that were removed.
        audience: see `setAudience`.
        recipient: see `setRecipient`.
        create_upn_claim: see `setCreateUpnClaim`.
        passthrough_claims_with_no_mapping: see `setPassthroughClaimsWithNoMapping`.
        map_unknown_claims_as_is: see `setMapUnknownClaimsAsIs`.
        map_identities: see `setMapIdentities`.
        signature_algorithm: see `setSignatureAlgorithm`.
        digest_algorithm: see `setDigestAlgorithm`.
        destination: see `setDestination`.
        lifetime_in_seconds: see `setLifetimeInSeconds`.
        sign_response: see `setSignResponse`.
        name_identifier_format: see `setNameIdentifierFormat`.
        name_identifier_probes: see `setNameIdentifierProbes`.
        authn_context_class_ref: see `setAuthnContextClassRef`.
        signing_cert: see `setSigningCert`.
        include_attribute_name_format: see `setIncludeAttributeNameFormat`.
        typed_attributes: see `setTypedAttributes`.
        encryption_cert: see `setEncryptionCert`.
        encryption_public_key: see `setEncryptionPublicKey`.
        cert: see `setCert`.
        key: see `setKey`.
        relay_state: see `setRelayState`.
        issuer: see `setIssuer`.
        encryption_algorithm: see `setEncryptionAlgorithm`.
    """

    attributes: dict[str, Any] = field(default_factory=dict)
    removed_attributes: tuple[str, ...] = ()
    audience: str | None = None
    recipient: str | None = None
    create_upn_claim: bool | None = None
    passthrough_claims_with_no_mapping: bool | None = None
    map_unknown_claims_as_is: bool | None = None
    map_identities: bool | None = None
    signature_algorithm: str | None = None
    digest_algorithm: str | None = None
    destination: str | None = None
    lifetime_in_seconds: float | None = None
    sign_response: bool | None = None
    name_identifier_format: str | None = None
    name_identifier_probes: tuple[str, ...] | None = None
    authn_context_class_ref: str | None = None
    signing_cert: str | None = None
    include_attribute_name_format: bool | None = None
    typed_attributes: bool | None = None
    encryption_cert: str | None = None
    encryption_public_key: str | None = None
    cert: str | None = None
    key: str | None = None
    relay_state: str | None = None
    issuer: str | None = None
    encryption_algorithm: str | None = None


@dataclass(slots=True)
class SamlChanges:
    """What the Actions of a transaction have set.

    Attributes:
        attributes: by name; None for one that is removed.
        settings: by Auth0's names of them.
    """

    attributes: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)


def saml_outcome(state: State) -> SamlResponse:
    """Return what was set of the SAML response."""
    changes = state.of(SamlChanges)
    attributes = {
        name: owned(each) for name, each in changes.attributes.items() if each is not None
    }
    removed = tuple(name for name, each in changes.attributes.items() if each is None)
    settings: dict[str, Any] = {
        _snake(name): tuple(value) if isinstance(value, list) else value
        for name, value in changes.settings.items()
    }
    return SamlResponse(attributes, removed, **settings)


def _snake(name: str) -> str:
    """Return Auth0's name of a setting as ours.

    >>> _snake("createUpnClaim"), _snake("RelayState")
    ('create_upn_claim', 'relay_state')
    """
    return "".join(f"_{each.lower()}" if each.isupper() else each for each in name).lstrip("_")


ATTRIBUTE: Final = Fields(
    {"attribute": Text(most=1024), "value": Scalar(most=2048, also=("null", "array"))},
    required=("attribute",),
)
SETTINGS: Final[Mapping[str, Shape]] = {
    **dict.fromkeys(("audience", "recipient", "destination"), Text(most=2048)),
    **dict.fromkeys(
        ("nameIdentifierFormat", "authnContextClassRef", "RelayState", "issuer"), Text(most=512)
    ),
    **dict.fromkeys(
        ("signingCert", "encryptionCert", "encryptionPublicKey", "cert", "key"), Text(most=4096)
    ),
    **dict.fromkeys(
        (
            "createUpnClaim",
            "includeAttributeNameFormat",
            "mapIdentities",
            "mapUnknownClaimsAsIs",
            "passthroughClaimsWithNoMapping",
            "signResponse",
            "typedAttributes",
        ),
        Flag(),
    ),
    "lifetimeInSeconds": Number(),
    "nameIdentifierProbes": Items(Text(most=512), most=10),
    "signatureAlgorithm": OneOf(("rsa-sha256", "rsa-sha1")),
    "digestAlgorithm": OneOf(("sha256", "sha1")),
    "encryptionAlgorithm": OneOf(("aes256-gcm", "aes256-cbc")),
}
DEFAULT_FORMAT: Final = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
