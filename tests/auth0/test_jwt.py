from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_auth0_actions.auth0.jwt import InvalidTokenError, sign, verify


def encoded(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@given(
    st.dictionaries(st.text(), st.integers(0, 9) | st.text()),
    st.text(min_size=1),
    st.text(min_size=1),
)
def test_only_the_secret_itself_opens_a_token(
    claims: dict[str, Any], secret: str, other: str
) -> None:
    claims = {**claims, "exp": 100, "nbf": 10}
    token = sign(claims, secret)
    assert verify(token, secret, now_s=99) == claims
    if secret != other:
        with pytest.raises(InvalidTokenError, match="invalid signature"):
            verify(token, other, now_s=99)


def test_a_token_of_another_implementation() -> None:
    """The example of RFC 7515, appendix A.1, with its own bytes as the key."""
    key = base64.urlsafe_b64decode(
        "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow=="
    )
    text = "".join(map(chr, key))
    token = (
        "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
        "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    )
    with pytest.raises(InvalidTokenError, match="invalid signature"):
        verify(token, text, now_s=0)  # a secret is text, and not such bytes


@pytest.mark.parametrize(("now_s", "error"), [(9, "jwt not active"), (100, "jwt expired")])
def test_a_token_is_valid_for_a_time(now_s: int, error: str) -> None:
    token = sign({"exp": 100, "nbf": 10}, "s")
    verify(token, "s", now_s=10)
    verify(token, "s", now_s=99)
    with pytest.raises(InvalidTokenError, match=error):
        verify(token, "s", now_s=now_s)


@pytest.mark.parametrize(
    ("token", "error"),
    [
        ("", "jwt malformed"),
        ("a.b", "jwt malformed"),
        ("a.b.c.d", "jwt malformed"),
        (f"é.{encoded({})}.x", "jwt malformed"),
        (f"{encoded([])}.{encoded({})}.x", "jwt malformed"),
        (f"{encoded({'alg': 'HS256'})}.bm90IGpzb24.x", "jwt malformed"),
        (f"{encoded({'alg': 'none'})}.{encoded({})}.", "invalid algorithm"),
        (f"{encoded({'alg': 'HS512'})}.{encoded({})}.x", "invalid algorithm"),
        (f"{encoded({'alg': 'HS256'})}.{encoded({})}.é", "jwt malformed"),
        (f"{encoded({'alg': 'HS256'})}.{encoded({})}.", "invalid signature"),
    ],
)
def test_what_is_no_token(token: str, error: str) -> None:
    with pytest.raises(InvalidTokenError, match=error):
        verify(token, "s", now_s=0)
