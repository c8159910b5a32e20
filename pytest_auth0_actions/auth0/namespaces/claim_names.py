"""Which claims Auth0 leaves out of a token, by their names.

Source: https://auth0.com/docs/secure/tokens/json-web-tokens/create-custom-claims
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, Literal, TypeAlias
from urllib.parse import urlsplit

DropReason: TypeAlias = Literal["restricted", "reserved namespace", "not namespaced", "over 100 KB"]

_RESTRICTED_NAMES: Final = """
    acr act active amr at_hash ath attest aud auth_time authorization_details azp c_hash client_id
    cnf cty dest entitlements events exp groups gty htm htu iat internalService iss jcard jku jti
    jwe jwk kid may_act mky nbf nonce object_id org_id org_name orig origid permissions roles rph
    s_hash sid sip_callid sip_cseq_num sip_date sip_from_tag sip_via_branch sub sub_jwk toe txn
    typ uuid vot vtm x5t#S256
"""
RESTRICTED: Final = frozenset(_RESTRICTED_NAMES.split())
_RESERVED_DOMAINS: Final = ("auth0.com", "webtask.io", "webtask.run")
_RESERVED_URN: Final = re.compile(r"urn:auth0(?![a-z0-9-])", re.IGNORECASE)
_NAMESPACED: Final = re.compile(r"[a-z][a-z0-9+.-]*:.", re.IGNORECASE)


def why_dropped(name: str, event: Mapping[str, Any], *, is_access_token: bool) -> DropReason | None:
    """Return why Auth0 leaves a claim of that name out of a token; None if it does not.

    >>> why_dropped("https://shop.example/plan", {}, is_access_token=True) is None
    True
    >>> why_dropped("https://tenant.auth0.com/plan", {}, is_access_token=False)
    'reserved namespace'
    >>> audience = {"resource_server": {"identifier": "https://tenant.eu.auth0.com/api/v2/"}}
    >>> why_dropped("plan", audience, is_access_token=True)
    'not namespaced'
    """
    if _RESERVED_URN.match(name) or _is_within(_host(name), _RESERVED_DOMAINS):
        return "reserved namespace"
    if is_access_token and not _NAMESPACED.match(name) and _is_for_auth0(event):
        return "not namespaced"
    return "restricted" if name in RESTRICTED else None


def _is_for_auth0(event: Mapping[str, Any]) -> bool:
    """Return whether the access token is for an api of Auth0's own."""
    audience = _at(event, "resource_server", "identifier")
    if _RESERVED_URN.match(audience):
        return True
    host = _host(audience)
    own = (_at(event, "request", "hostname"), _at(event, "custom_domain", "domain"))
    is_auth0s = host != "" and (host in own or _is_within(host, ("auth0.com",)))
    return is_auth0s and urlsplit(audience).path.rstrip("/") != "/userinfo"


def _at(event: Mapping[str, Any], outer: str, inner: str) -> str:
    place = event.get(outer)
    found = place.get(inner) if isinstance(place, Mapping) else None
    return found if isinstance(found, str) else ""


def _host(url: str) -> str:
    try:
        parts = urlsplit(url)
        return (parts.hostname or "") if parts.scheme in {"http", "https"} else ""
    except ValueError:
        return ""


def _is_within(host: str, domains: tuple[str, ...]) -> bool:
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)
