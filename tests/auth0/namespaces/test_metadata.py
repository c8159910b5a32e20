"""Metadata of sessions, refresh tokens and transactions, and their lives."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_auth0_actions import UNDEFINED
from pytest_auth0_actions.auth0.context import State
from pytest_auth0_actions.auth0.namespaces.metadata import with_entry
from pytest_auth0_actions.errors import ApiThrow
from tests.auth0.played import Played, login, play

FACE = "\N{GRINNING FACE}"
SESSION = {"session": {"id": "ses_1", "metadata": {"plan": "free"}}}
TOKEN = {"refresh_token": {"id": "rt_1", "metadata": {"plan": "free"}}}


def is_refused(metadata: object, key: object, value: object) -> bool:
    try:
        with_entry(metadata, key, value, "session")
    except ApiThrow:
        return True
    return False


@given(st.integers(0, 30))
def test_there_are_25_entries(count: int) -> None:
    metadata = {f"k{number}": "v" for number in range(count)}
    assert is_refused(metadata, "new", "v") is (count >= 25)
    assert is_refused(metadata, "k0", "w") is (count > 25)


@given(st.sampled_from("aZ09_-"), st.integers(254, 257))
def test_a_key_has_255_characters(character: str, length: int) -> None:
    assert is_refused({}, character * length, "v") is (length > 255)


@given(st.sampled_from(["a", "é", FACE]), st.integers(120, 260))
def test_a_value_has_255_utf16_units(character: str, count: int) -> None:
    units = count * len(character.encode("utf-16-le")) // 2
    assert is_refused({}, "k", character * count) is (units > 255)


@given(st.text(min_size=1, max_size=4))
def test_the_characters_of_a_key(key: str) -> None:
    is_good = all(each.isascii() and (each.isalnum() or each in "_-") for each in key)
    assert is_refused({}, key, "v") is not is_good


@pytest.mark.parametrize(("key", "value"), [("k\0", "v"), ("k", "v\0")])
def test_a_null_byte_has_a_text_of_its_own(key: str, value: str) -> None:
    with pytest.raises(ApiThrow, match="must not contain null bytes"):
        with_entry({}, key, value, "session")


@pytest.mark.parametrize("value", ["v\0", 5, "v" * 256])
def test_a_bad_value_that_is_there_is_refused_as_a_whole(value: object) -> None:
    assert is_refused({"old": value}, "k", "v") is (value != 5)


@pytest.mark.parametrize("path", ["session", "refresh_token"])
def test_metadata_that_is_an_array_is_refused(path: str) -> None:
    method = "session" if path == "session" else "refreshToken"
    played = login((f"{method}.setMetadata", "k", "v"), event={path: {"metadata": []}})
    [text] = played.thrown
    assert text.endswith("metadata: Invalid metadata: Metadata must be an object")
    assert played.turn.event.get(f"{path}.metadata") == []
    assert getattr(played.outcome, path).metadata == {}


def test_the_session_of_an_outcome() -> None:
    session = login(
        ("session.setMetadata", "device", "kiosk"),
        ("session.setMetadata", "plan", None),
        ("session.setCookieMode", "non-persistent"),
        ("session.setExpiresAt", 2_000),
        ("session.setExpiresAt", 1_000),
        ("session.setExpiresAt", 3_000),
        ("session.setIdleExpiresAt", 500),
        event=SESSION,
    ).outcome.session
    assert session.metadata == {"device": "kiosk"}
    assert session.cookie_mode == "non-persistent"
    assert (session.expires_at, session.idle_expires_at) == (1_000, 500)
    assert (session.revoked, session.preserve_refresh_tokens) == (False, False)


def test_a_revoked_session_of_an_outcome() -> None:
    session = login(
        ("session.revoke", "no", {"preserveRefreshTokens": True}), event=SESSION
    ).outcome.session
    assert (session.revoked, session.preserve_refresh_tokens) == (True, True)
    assert session.metadata == {"plan": "free"}


def test_without_a_session_there_is_no_metadata() -> None:
    played = login(
        ("session.setMetadata", "a", "b"), ("session.setCookieMode", "persistent"), event={}
    )
    assert played.outcome.session.metadata == {}
    assert played.outcome.session.cookie_mode is None


def test_the_refresh_token_of_an_outcome() -> None:
    token = login(
        ("refreshToken.setMetadata", "device", "phone"),
        ("refreshToken.deleteMetadata", "plan"),
        ("refreshToken.setExpiresAt", 2_000),
        ("refreshToken.setIdleExpiresAt", 1_000),
        ("refreshToken.setIdleExpiresAt", 1_500),
        event=TOKEN,
    ).outcome.refresh_token
    assert token.metadata == {"device": "phone"}
    assert (token.expires_at, token.idle_expires_at, token.revoked) == (2_000, 1_000, False)


def test_a_token_that_is_still_to_be_issued_gets_the_metadata_of_all_actions() -> None:
    state = State()
    login(("refreshToken.setMetadata", "a", "1"), event={}, state=state)
    later = login(("refreshToken.setMetadata", "b", "2"), event={}, state=state.copy())
    assert later.outcome.refresh_token.metadata == {"a": "1", "b": "2"}
    assert later.turn.event.fields == {}
    assert login(event={}, state=state).outcome.refresh_token.metadata == {"a": "1"}


def test_units_of_ends_are_known() -> None:
    from pytest_auth0_actions.auth0.triggers import argument_units

    assert argument_units()["absolute"] == argument_units()["inactivity"] == "instant_ms"


def set_metadata(key: object, value: object, metadata: Any = None) -> Played:
    event = {"transaction": {"metadata": metadata or {}}}
    return login(("transaction.setMetadata", key, value), event=event)


@pytest.mark.parametrize("value", ["x", "", 0, -5, 2**53 - 1, True, False])
def test_what_a_transaction_stores(value: object) -> None:
    played = set_metadata("k", value)
    assert played.outcome.transaction_metadata == {"k": value}
    assert not played.warnings
    assert played.explanations == [()]


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ({}, "an object, an array or a function"),
        ([1], "an object, an array or a function"),
        (UNDEFINED, "undefined"),
        (1.5, "no safe integer"),
        (2**53, "no safe integer"),
        (float("nan"), "no safe integer"),
    ],
)
def test_what_a_transaction_does_not_store(value: object, what: str) -> None:
    played = set_metadata("k", value)
    assert played.outcome.transaction_metadata == {}
    assert played.warnings == ["MetadataIgnoredWarning"]
    assert f"it is {what}. Store text" in played.texts[0]
    assert played.explanations == [("not stored",)]


@pytest.mark.parametrize(
    ("key", "value", "metadata", "is_good"),
    [
        ("k" * 64, "v", None, True),
        ("k" * 65, "v", None, False),
        (FACE * 32, "v", None, True),
        (FACE * 32 + "k", "v", None, False),
        ("k", "x" * 8_192, None, True),
        ("k", "x" * 8_193, None, False),
        ("k", "é" * 4_096, None, True),
        ("k", "é" * 4_097, None, False),
    ],
)
def test_the_sizes_of_a_transactions_metadata(
    key: str, value: str, metadata: dict[str, str] | None, is_good: bool
) -> None:
    played = set_metadata(key, value, metadata)
    assert (key in played.outcome.transaction_metadata) is is_good
    assert played.warnings == ([] if is_good else ["MetadataSizeWarning"])
    advice = "Use a shorter key." if len(key) > 1 else "Store less of it."
    assert all(text.endswith(advice) for text in played.texts)


def test_a_key_that_is_too_long_is_shown_in_part() -> None:
    assert set_metadata("k" * 999, "v", None).texts == [
        f"[A721] Auth0 does not store '{'k' * 64}' in the transaction's metadata: the key has 999 "
        "characters, at most 64. Use a shorter key."
    ]


def test_the_size_of_all_of_a_transactions_metadata() -> None:
    present = {"a": "x" * 8_000, "b": "x" * 8_000}
    left_bytes = 16 * 1024 - len(json.dumps({**present, "c": ""}, separators=(",", ":")))
    assert not set_metadata("c", "x" * left_bytes, present).warnings
    assert set_metadata("c", "x" * (left_bytes + 1), present).warnings == ["MetadataSizeWarning"]


def test_an_entry_is_removed() -> None:
    played = set_metadata("a", None, {"a": "1", "b": "2"})
    assert played.outcome.transaction_metadata == {"b": "2"}
    assert played.explanations == [()]


def test_the_metadata_of_an_exchange() -> None:
    played = play("custom-token-exchange", ("transaction.setMetadata", "partner", "p1"))
    assert played.outcome.transaction_metadata == {"partner": "p1"}
    assert play("post-login", event={"transaction": 5}).outcome.transaction_metadata == {}


def test_a_call_that_throws_says_so() -> None:
    played = login(("transaction.addTargetScope", "read:a"))
    assert played.explanations == [("threw: Method not implemented.",)]
