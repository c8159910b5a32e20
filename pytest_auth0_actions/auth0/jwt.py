"""JSON Web Tokens, signed with HS256."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from pytest_auth0_actions.auth0.javascript import is_number, json_text


class InvalidTokenError(Exception):
    """A token can't be trusted; the text says why."""


def sign(claims: Mapping[str, Any], secret: str) -> str:
    """Return a token with *claims*.

    >>> verify(sign({"sub": "auth0|1"}, "secret"), "secret", now_s=0)
    {'sub': 'auth0|1'}
    """
    header = json_text({"alg": "HS256", "typ": "JWT"})
    signed = f"{_encode(header.encode())}.{_encode(json_text(claims).encode())}"
    return f"{signed}.{_encode(_signature(signed, secret))}"


def verify(token: str, secret: str, now_s: int) -> dict[str, Any]:
    """Return the claims of a token.

    Args:
        token: the token.
        secret: what it ought to be signed with.
        now_s: the time, in whole seconds since the epoch.

    Raises:
        InvalidTokenError: it is no token, has another signature, is expired or not valid yet.
    """
    parts = token.split(".")
    if len(parts) != 3:
        raise InvalidTokenError("jwt malformed")
    header, claims = _decode_object(parts[0]), _decode_object(parts[1])
    if header.get("alg") != "HS256":
        raise InvalidTokenError("invalid algorithm")
    if not is_signed(token, secret):
        raise InvalidTokenError("invalid signature")
    not_before, expires = claims.get("nbf"), claims.get("exp")
    if is_number(not_before) and not_before > now_s:
        raise InvalidTokenError("jwt not active")
    if is_number(expires) and expires <= now_s:
        raise InvalidTokenError("jwt expired")
    return claims


def is_signed(token: str, secret: str) -> bool:
    """Return whether a token of three parts is signed with *secret*.

    >>> is_signed(sign({}, "s"), "s"), is_signed(sign({}, "s"), "t")
    (True, False)
    """
    signed, _, signature = token.rpartition(".")
    return hmac.compare_digest(_decode(signature), _signature(signed, secret))


def _signature(text: str, secret: str) -> bytes:
    key = secret.encode("utf-8", "surrogatepass")
    return hmac.new(key, text.encode("utf-8", "replace"), hashlib.sha256).digest()


def _encode(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _decode(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (ValueError, binascii.Error):
        raise InvalidTokenError("jwt malformed") from None


def _decode_object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(_decode(text))
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise InvalidTokenError("jwt malformed")
    return value
