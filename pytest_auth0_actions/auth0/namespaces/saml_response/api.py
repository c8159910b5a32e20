"""`api.samlResponse`: its methods."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pytest_auth0_actions.auth0.checks import check, check_arguments
from pytest_auth0_actions.auth0.javascript import json_bytes, text_of
from pytest_auth0_actions.auth0.method import MISSING, method
from pytest_auth0_actions.auth0.namespace import ApiT, Namespace
from pytest_auth0_actions.auth0.namespaces.saml_response.rules import (
    ATTRIBUTE,
    DEFAULT_FORMAT,
    DOCUMENTED_ATTRIBUTES_BYTES,
    MAX_ATTRIBUTES_BYTES,
    SETTINGS,
    SamlChanges,
)
from pytest_auth0_actions.auth0.outcome import owned
from pytest_auth0_actions.errors import ApiThrow, MetadataSizeWarning, hides_our_frames
from pytest_auth0_actions.values import UNDEFINED

__tracebackhide__ = hides_our_frames


class SamlResponseAPI(Namespace[ApiT]):
    """`api.samlResponse`: each call sets one thing, and the last one of a kind counts.

    >>> from pytest_auth0_actions import CacheStore, PostLoginAPI
    >>> api = PostLoginAPI(CacheStore(lambda: 0))
    >>> saml = api.samlResponse
    >>> saml.setAttribute("team", ["sales"]) is api
    True
    >>> _ = saml.setAudience("urn:shop")
    >>> _ = saml.setRecipient("https://wiki.example.com/acs")
    >>> _ = saml.setDestination("https://wiki.example.com/acs")
    >>> _ = saml.setIssuer("urn:example")
    >>> _ = saml.setRelayState("https://wiki.example.com/home")
    >>> _ = saml.setLifetimeInSeconds(300)
    >>> _ = saml.setCreateUpnClaim(False)
    >>> _ = saml.setPassthroughClaimsWithNoMapping(False)
    >>> _ = saml.setMapUnknownClaimsAsIs(True)
    >>> _ = saml.setMapIdentities(False)
    >>> _ = saml.setSignatureAlgorithm("rsa-sha256")
    >>> _ = saml.setDigestAlgorithm("sha256")
    >>> _ = saml.setSignResponse(True)
    >>> _ = saml.setNameIdentifierFormat()
    >>> _ = saml.setNameIdentifierProbes(["http://schemas.example.com/email"])
    >>> _ = saml.setAuthnContextClassRef("urn:oasis:names:tc:SAML:2.0:ac:classes:Password")
    >>> _ = saml.setIncludeAttributeNameFormat(False)
    >>> _ = saml.setTypedAttributes(False)
    >>> _ = saml.setEncryptionAlgorithm("aes256-gcm")
    >>> _ = saml.setEncryptionCert("-----BEGIN ...")
    >>> _ = saml.setEncryptionPublicKey("-----BEGIN ...")
    >>> _ = saml.setSigningCert("-----BEGIN ...")
    >>> _ = saml.setCert("-----BEGIN ...").samlResponse.setKey("-----BEGIN ...")
    >>> saml.context.state.of(SamlChanges).settings["audience"]
    'urn:shop'

    Source: https://auth0.com/docs/actions/reference/post-login/post-login-api-object
    """

    path = "samlResponse"

    @method(returns="api")
    def setAttribute(self, attribute: str, value: Any) -> ApiT:
        """Set an attribute of the assertion, or remove it by null; returns the api.

        Args:
            attribute: its name: up to 1,024 characters.
            value: text of up to 2,048 characters, a number, a boolean, or a list of them.

        Raises:
            ApiThrow: one of them is another, or all attributes have over 102,400 bytes.

        Source: https://auth0.com/docs/actions/reference/post-login/post-login-api-object
        """
        value = None if value is UNDEFINED else value
        changes = self.context.state.of(SamlChanges)
        attributes = {**changes.attributes, text_of(attribute): value}
        size_bytes = json_bytes(attributes)
        if size_bytes > MAX_ATTRIBUTES_BYTES:
            raise ApiThrow(
                "The total size of the SAML attributes exceeds the limit of "
                f"{MAX_ATTRIBUTES_BYTES} bytes."
            )
        check_arguments(ATTRIBUTE, attribute=attribute, value=value)
        changes.attributes = attributes
        if size_bytes > DOCUMENTED_ATTRIBUTES_BYTES:
            self.context.warn(
                MetadataSizeWarning,
                f"[A718] The SAML attributes have {size_bytes:,} bytes, and Auth0's documentation "
                f"allows {DOCUMENTED_ATTRIBUTES_BYTES:,}. Set fewer, or shorter ones.",
            )
        return self.own_api

    @method(returns="api")
    def setAudience(self, audience: str) -> ApiT:
        """Set the audience of the assertion; returns the api.

        Args:
            audience: up to 2,048 characters.

        Raises:
            ApiThrow: it is another.
        """
        return self._set("audience", audience)

    @method(returns="api")
    def setRecipient(self, recipient: str) -> ApiT:
        """Set the recipient of the assertion; returns the api.

        Args:
            recipient: up to 2,048 characters.

        Raises:
            ApiThrow: it is another.
        """
        return self._set("recipient", recipient)

    @method(returns="api")
    def setCreateUpnClaim(self, createUpnClaim: bool) -> ApiT:
        """Set whether there is a upn claim; returns the api.

        Args:
            createUpnClaim: whether there is.

        Raises:
            ApiThrow: it is another.
        """
        return self._set("createUpnClaim", createUpnClaim)

    @method(returns="api")
    def setPassthroughClaimsWithNoMapping(self, passthroughClaimsWithNoMapping: bool) -> ApiT:
        """Set whether claims without a mapping pass; returns the api.

        Args:
            passthroughClaimsWithNoMapping: whether they do.

        Raises:
            ApiThrow: it is another.
        """
        return self._set("passthroughClaimsWithNoMapping", passthroughClaimsWithNoMapping)

    @method(returns="api")
    def setMapUnknownClaimsAsIs(self, mapUnknownClaimsAsIs: bool) -> ApiT:
        """Set whether unknown claims keep their names; returns the api.

        Args:
            mapUnknownClaimsAsIs: whether they do.

        Raises:
            ApiThrow: it is another.
        """
        return self._set("mapUnknownClaimsAsIs", mapUnknownClaimsAsIs)

    @method(returns="api")
    def setMapIdentities(self, mapIdentities: bool) -> ApiT:
        """Set whether the identities are mapped; returns the api.

        Args:
            mapIdentities: whether they are.

        Raises:
            ApiThrow: it is another.
        """
        return self._set("mapIdentities", mapIdentities)

    @method(returns="api")
    def setSignatureAlgorithm(self, signatureAlgorithm: str) -> ApiT:
        """Set the algorithm of the signature; returns the api.

        Args:
            signatureAlgorithm: ``"rsa-sha256"`` or ``"rsa-sha1"``.

        Raises:
            ApiThrow: it is another.
        """
        return self._set("signatureAlgorithm", signatureAlgorithm)

    @method(returns="api")
    def setDigestAlgorithm(self, digestAlgorithm: str) -> ApiT:
        """Set the algorithm of the digest; returns the api.

        Args:
            digestAlgorithm: ``"sha256"`` or ``"sha1"``.

        Raises:
            ApiThrow: it is another.
        """
        return self._set("digestAlgorithm", digestAlgorithm)

    @method(returns="api")
    def setDestination(self, destination: str) -> ApiT:
        """Set the destination of the response; returns the api.

        Args:
            destination: up to 2,048 characters.

        Raises:
            ApiThrow: it is another.
        """
        return self._set("destination", destination)

    @method(returns="api")
    def setLifetimeInSeconds(self, lifetimeInSeconds: float) -> ApiT:
        """Set how long the assertion is valid; returns the api.

        Args:
            lifetimeInSeconds: a number of seconds.

        Raises:
            ApiThrow: it is another.
        """
        return self._set("lifetimeInSeconds", lifetimeInSeconds)

    @method(returns="api")
    def setSignResponse(self, signResponse: bool) -> ApiT:
        """Set whether the response is signed in place of the assertion; returns the api.

        Args:
            signResponse: whether it is.

        Raises:
            ApiThrow: it is another.
        """
        return self._set("signResponse", signResponse)

    @method(returns="api")
    def setNameIdentifierFormat(self, nameIdentifierFormat: str = MISSING) -> ApiT:
        """Set the format of the name identifier; returns the api.

        Args:
            nameIdentifierFormat: up to 512 characters; Auth0's usual one if not given.

        Raises:
            ApiThrow: it is another.
        """
        return self._set("nameIdentifierFormat", nameIdentifierFormat)

    @method(returns="api")
    def setNameIdentifierProbes(self, nameIdentifierProbes: Sequence[str]) -> ApiT:
        """Set where the name identifier is looked for; returns the api.

        Args:
            nameIdentifierProbes: up to 10 names of up to 512 characters.

        Raises:
            ApiThrow: it is another.
        """
        return self._set("nameIdentifierProbes", nameIdentifierProbes)

    @method(returns="api")
    def setAuthnContextClassRef(self, authnContextClassRef: str) -> ApiT:
        """Set the class of the authentication's context; returns the api.

        Args:
            authnContextClassRef: up to 512 characters.

        Raises:
            ApiThrow: it is another.
        """
        return self._set("authnContextClassRef", authnContextClassRef)

    @method(returns="api")
    def setSigningCert(self, signingCert: str) -> ApiT:
        """Set the certificate with which requests have to be signed; returns the api.

        Args:
            signingCert: up to 4,096 characters.

        Raises:
            ApiThrow: it is another.
        """
        return self._set("signingCert", signingCert)

    @method(returns="api")
    def setIncludeAttributeNameFormat(self, includeAttributeNameFormat: bool) -> ApiT:
        """Set whether attributes say the format of their names; returns the api.

        Args:
            includeAttributeNameFormat: whether they do.

        Raises:
            ApiThrow: it is another.
        """
        return self._set("includeAttributeNameFormat", includeAttributeNameFormat)

    @method(returns="api")
    def setTypedAttributes(self, typedAttributes: bool) -> ApiT:
        """Set whether attributes say their types; returns the api.

        Args:
            typedAttributes: whether they do.

        Raises:
            ApiThrow: it is another.
        """
        return self._set("typedAttributes", typedAttributes)

    @method(returns="api")
    def setEncryptionCert(self, encryptionCert: str) -> ApiT:
        """Set the certificate for which the assertion is encrypted; returns the api.

        Args:
            encryptionCert: up to 4,096 characters.

        Raises:
            ApiThrow: it is another.
        """
        return self._set("encryptionCert", encryptionCert)

    @method(returns="api")
    def setEncryptionPublicKey(self, encryptionPublicKey: str) -> ApiT:
        """Set the key for which the assertion is encrypted; returns the api.

        Args:
            encryptionPublicKey: up to 4,096 characters.

        Raises:
            ApiThrow: it is another.
        """
        return self._set("encryptionPublicKey", encryptionPublicKey)

    @method(returns="api")
    def setCert(self, cert: str) -> ApiT:
        """Set the certificate of the signature; returns the api.

        Args:
            cert: up to 4,096 characters.

        Raises:
            ApiThrow: it is another.
        """
        return self._set("cert", cert)

    @method(returns="api")
    def setKey(self, key: str) -> ApiT:
        """Set the private key of the signature; returns the api.

        Args:
            key: up to 4,096 characters.

        Raises:
            ApiThrow: it is another.
        """
        return self._set("key", key)

    @method(returns="api")
    def setRelayState(self, relayState: str) -> ApiT:
        """Set the relay state; returns the api.

        Args:
            relayState: up to 512 characters.

        Raises:
            ApiThrow: it is another.
        """
        return self._set("RelayState", relayState)

    @method(returns="api")
    def setIssuer(self, issuer: str) -> ApiT:
        """Set the issuer of the assertion; returns the api.

        Args:
            issuer: up to 512 characters.

        Raises:
            ApiThrow: it is another.
        """
        return self._set("issuer", issuer)

    @method(returns="api")
    def setEncryptionAlgorithm(self, encryptionAlgorithm: str) -> ApiT:
        """Set the algorithm of the encryption; returns the api.

        Args:
            encryptionAlgorithm: ``"aes256-gcm"`` or ``"aes256-cbc"``.

        Raises:
            ApiThrow: it is another.
        """
        return self._set("encryptionAlgorithm", encryptionAlgorithm)

    def _set(self, name: str, value: Any) -> ApiT:
        if value is UNDEFINED:
            if name == "nameIdentifierFormat":
                self.context.state.of(SamlChanges).settings[name] = DEFAULT_FORMAT
            return self.own_api
        check(SETTINGS[name], value, at=(name,))
        self.context.state.of(SamlChanges).settings[name] = owned(value)
        return self.own_api
