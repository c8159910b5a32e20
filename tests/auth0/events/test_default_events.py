"""Every default event and every variant: complete, believable, the same each time."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

import pytest_auth0_actions
from pytest_auth0_actions.auth0.events import build_event, event_model, event_variants
from pytest_auth0_actions.auth0.events.fields import Field
from pytest_auth0_actions.auth0.events.model import EVENT_TRIGGERS

NOW = "2025-01-01T00:00:00.000Z"
DATA = Path(pytest_auth0_actions.__file__).parent / "auth0" / "events" / "data"
EVENTS = [
    pytest.param(trigger, variant, id=f"{trigger}, {variant or 'default'}")
    for trigger in EVENT_TRIGGERS
    for variant in (None, *event_variants(trigger))
]
TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
}
EMPTY = {"user_metadata", "app_metadata", "metadata", "domain_metadata", "agent_metadata"}


def build(trigger: str, variant: str | None = None, now: str = NOW) -> dict[str, Any]:
    return build_event(event_model(trigger), now, {}, variant=variant)


def faults(value: Any, field: Field, at: str = "event") -> Iterator[str]:
    """Yield what an event has against its fields."""
    if field.type == "object":
        if not isinstance(value, dict):
            yield f"{at} is no object"
            return
        yield from (
            f"{at}.{name} is missing"
            for name, each in field.fields.items()
            if not each.optional and name not in value
        )
        for name, inner in value.items():
            if name in field.fields and field.fields[name].documented:
                yield from faults(inner, field.fields[name], f"{at}.{name}")
            else:
                yield f"{at}.{name} is no documented field"
    elif field.item is not None:
        if not isinstance(value, list):
            yield f"{at} is no list"
            return
        for index, inner in enumerate(value):
            yield from faults(inner, field.item, f"{at}[{index}]")
    elif field.type.startswith("map"):
        if not isinstance(value, dict):
            yield f"{at} is no object"
    elif not any(isinstance(value, TYPES[each]) for each in field.type.split("|")):
        yield f"{at} is {value!r}, no {field.type}"
    elif field.choices and value not in field.choices:
        yield f"{at} is {value!r}, none of {field.choices}"


def everything(value: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    """Yield each place of an event, and what is there."""
    yield at, value
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from everything(inner, f"{at}.{name}".lstrip("."))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from everything(inner, f"{at}[{index}]")


def times(event: dict[str, Any]) -> dict[str, datetime]:
    return {
        at: datetime.fromisoformat(value.replace("Z", "+00:00"))
        for at, value in everything(event)
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", value)
    }


def test_each_trigger_has_its_data_and_nothing_else_is_there() -> None:
    assert {path.stem for path in DATA.glob("*.json")} == {*EVENT_TRIGGERS, "shared"}


@pytest.mark.parametrize(("trigger", "variant"), EVENTS)
def test_an_event_has_the_fields_that_auth0_documents(trigger: str, variant: str | None) -> None:
    assert list(faults(build(trigger, variant), event_model(trigger).fields)) == []


@pytest.mark.parametrize(("trigger", "variant"), EVENTS)
def test_an_event_is_the_same_each_time(trigger: str, variant: str | None) -> None:
    """Only times depend on the clock."""
    event, again = build(trigger, variant), build(trigger, variant)
    assert event == again
    assert event is not again
    later = build(trigger, variant, "2031-07-08T09:10:11.012Z")
    moved = times(event).keys()
    assert times(later).keys() == moved
    for (at, value), (_, other) in zip(everything(event), everything(later), strict=True):
        if not isinstance(value, dict | list):
            assert (value != other) == (at in moved), at


@pytest.mark.parametrize(("trigger", "variant"), EVENTS)
def test_all_has_happened_and_nothing_is_over(trigger: str, variant: str | None) -> None:
    now = datetime(2025, 1, 1, tzinfo=timezone.utc)
    for at, time in times(build(trigger, variant)).items():
        if at.endswith("expires_at"):
            assert time > now, at
        else:
            assert time <= now, at


@pytest.mark.parametrize(("trigger", "variant"), EVENTS)
def test_what_a_test_fills_is_empty(trigger: str, variant: str | None) -> None:
    event = build(trigger, variant)
    for at, value in everything(event):
        if at.rsplit(".", 1)[-1] in EMPTY:
            assert value == {}, at
    assert event["secrets"] == {}
    factors = "enrolledFactors" in event.get("user", {})
    assert factors == (variant == "mfa")


@pytest.mark.parametrize(("trigger", "variant"), EVENTS)
def test_related_facts_agree(trigger: str, variant: str | None) -> None:
    """The two must not contradict each other."""
    event = build(trigger, variant)
    user, connection = event.get("user", {}), event.get("connection", {})
    request, transaction = event.get("request", {}), event.get("transaction", {})
    session, token = event.get("session", {}), event.get("refresh_token", {})
    at = times(event)
    if user.get("identities") and connection:
        [identity] = user["identities"]
        assert user["user_id"] == f"{identity['provider']}|{identity['user_id']}"
        assert identity["connection"] == connection["name"]
        assert identity["provider"] == connection["strategy"]
        assert identity["isSocial"] == (connection["name"] == "google-oauth2")
    if "created_at" in user:
        assert at["user.created_at"] <= at["user.updated_at"]
        assert at["user.created_at"] <= at.get("user.last_password_reset", at["user.updated_at"])
    if connection.get("strategy", "auth0") != "auth0":
        assert "last_password_reset" not in user
        assert "username" not in user
    if "custom_domain" in event and "hostname" in request:
        assert request["hostname"] == event["custom_domain"]["domain"]
    for part in (session, token):
        if part:
            assert part["user_id"] == user["user_id"]
            assert part["device"]["last_ip"] == request["ip"]
    if session:
        assert at["session.created_at"] <= at["session.updated_at"]
        assert event["client"]["client_id"] in [each["client_id"] for each in session["clients"]]
        for method in event["authentication"]["methods"]:
            assert method["timestamp"] >= session["created_at"]
    query = request.get("query", {})
    for name in ("redirect_uri", "state", "response_mode", "login_hint"):
        if name in query and transaction and variant not in {"continue", "form"}:
            assert query[name] == transaction[name], name
    if "scope" in query and transaction:
        assert query["scope"].split() == transaction["requested_scopes"]
    if "prompt" in query:
        assert [query["prompt"]] == transaction["prompt"]
    if "organization" in event and trigger in {"post-login", "credentials-exchange"}:
        asked = query.get("organization") or request["body"].get("organization")
        assert asked == event["organization"]["id"]
    for name in ("audience", "client_id"):
        for asked in (query, request.get("body", {})):
            if name in asked:
                holder = "resource_server" if name == "audience" else "client"
                assert asked[name] in event[holder].values()
    if "stats" in event and variant == "first-login":
        assert event["stats"]["logins_count"] == 1
        assert (at["user.updated_at"] - at["user.created_at"]).total_seconds() < 60
    elif "stats" in event:
        assert event["stats"]["logins_count"] > 1
        assert (at["user.updated_at"] - at["user.created_at"]).days > 1


@pytest.mark.parametrize(
    ("variant", "protocol", "method"),
    [
        (None, "oidc-basic-profile", "GET"),
        ("silent", "oidc-basic-profile", "GET"),
        ("refresh-token", "oauth2-refresh-token", "POST"),
        ("token-exchange", "oauth2-token-exchange", "POST"),
        ("password-grant", "oauth2-password", "POST"),
        ("saml", "samlp", "GET"),
    ],
)
def test_a_login_without_a_browser_has_no_session_and_no_query(
    variant: str | None, protocol: str, method: str
) -> None:
    event = build("post-login", variant)
    assert event["transaction"]["protocol"] == protocol
    assert event["request"]["method"] == method
    assert ("session" in event) == (method == "GET")
    assert (event["request"]["query"] == {}) == (method == "POST")
    assert ("grant_type" in event["request"]["body"]) == (method == "POST")
    assert ("refresh_token" in event) == (variant == "refresh-token")


def test_the_variants_of_a_login_say_how_the_user_came_in() -> None:
    methods = {
        variant: [
            each["name"] for each in build("post-login", variant)["authentication"]["methods"]
        ]
        for variant in (
            "database",
            "social",
            "enterprise",
            "passwordless",
            "passwordless-sms",
            "mfa",
        )
    }
    assert methods == {
        "database": ["pwd"],
        "social": ["federated"],
        "enterprise": ["federated"],
        "passwordless": ["email"],
        "passwordless-sms": ["sms"],
        "mfa": ["pwd", "mfa"],
    }
    assert build("post-login", "silent")["request"]["query"]["prompt"] == "none"
    assert build("post-login", "database") == build("post-login")


@pytest.mark.parametrize("trigger", EVENT_TRIGGERS)
def test_minimal_is_what_auth0_always_sends(trigger: str) -> None:
    def always(event: dict[str, Any], field: Field) -> dict[str, Any]:
        return {
            name: always(event[name], each) if each.type == "object" else event[name]
            for name, each in field.fields.items()
            if not each.optional
        }

    event = build(trigger, "minimal")
    if trigger == "post-login":  # the API is optional, so it was not asked for
        event["request"]["query"]["audience"] = "https://api.example.com/"
    assert event == always(build(trigger), event_model(trigger).fields)


@pytest.mark.parametrize(
    ("trigger", "holder", "name", "count"),
    [
        ("custom-email-provider", "notification", "message_type", 12),
        ("custom-phone-provider", "notification", "message_type", 5),
        ("custom-phone-provider", "notification", "delivery_method", 2),
        ("send-phone-message", "message_options", "message_type", 2),
    ],
)
def test_each_kind_of_message_is_a_variant(
    trigger: str, holder: str, name: str, count: int
) -> None:
    choices = event_model(trigger).fields.fields[holder].fields[name].choices
    assert len(choices) == count
    for choice in choices:
        assert build(trigger, choice)[holder][name] == choice


def test_a_phone_message_enrols_or_is_a_second_factor() -> None:
    for variant in ("enrollment", "second-factor-authentication"):
        assert build("send-phone-message", variant)["message_options"]["action"] == variant


def test_each_kind_of_streamed_event_is_a_variant() -> None:
    kinds = [each for each in event_variants("event-stream") if "." in each]
    assert {"user.created", "user.updated", "user.deleted", "organization.created"} <= {*kinds}
    for kind in kinds:
        assert build("event-stream", kind)["message"]["type"] == kind
    deleted = build("event-stream", "user.deleted")["message"]["data"]["object"]
    assert deleted["deleted_at"] == NOW
    assert build("event-stream", "organization.deleted")["message"]["data"]["object"].keys() == {
        "id",
        "display_name",
        "metadata",
        "name",
    }


def test_the_codes_in_messages_are_the_same_in_text_and_speech() -> None:
    for variant in ("otp_verify", "otp_enroll", "change_password"):
        said = build("custom-phone-provider", variant)["notification"]
        assert said["code"] in said["as_text"]
        assert ". ".join(said["code"]) in said["as_voice"]
    assert "code" not in build("custom-phone-provider", "blocked_account")["notification"]
    for variant in ("sms", "enrollment"):
        options = build("send-phone-message", variant)["message_options"]
        assert options["code"] in options["text"]
    for trigger, holder in [
        ("send-phone-message", "message_options"),
        ("custom-phone-provider", "notification"),
    ]:
        event = build(trigger)
        assert event[holder]["recipient"] == event["user"]["phone_number"]


@pytest.mark.parametrize("trigger", EVENT_TRIGGERS)
def test_the_data_of_a_trigger_is_plain_json(trigger: str) -> None:
    text = event_model(trigger).json_at(NOW)
    assert json.loads(text) == build(trigger)
    assert "{now" not in text
    assert "$" not in text
