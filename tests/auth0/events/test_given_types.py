"""What a test may give for a field, by the type that Auth0 sends, and where names point."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_auth0_actions import UNDEFINED, UsageError
from pytest_auth0_actions.auth0.events.build import build_event
from pytest_auth0_actions.auth0.events.model import EVENT_TRIGGERS, event_model

NOW = "2025-01-01T00:00:00.000Z"


def refusal(overrides: dict[str, Any], trigger: str = "post-login") -> str:
    with pytest.raises(UsageError) as caught:
        build_event(event_model(trigger), NOW, overrides)
    return str(caught.value)


@pytest.mark.parametrize(
    ("overrides", "written"),
    [
        ({"user": {"app_metadata": "gold"}}, 'event["user"]["app_metadata"] = \'gold\''),
        ({"user": {"user_metadata": ["a"]}}, 'event["user"]["user_metadata"] = [\'a\']'),
        ({"request": {"query": "a=b"}}, 'event["request"]["query"] = \'a=b\''),
        ({"client": {"metadata": 5}}, 'event["client"]["metadata"] = 5'),
        ({"transaction": {"metadata": True}}, 'event["transaction"]["metadata"] = True'),
        ({"request": {"body": 5.5}}, 'event["request"]["body"] = 5.5'),
    ],
)
def test_a_map_is_an_object(overrides: dict[str, Any], written: str) -> None:
    place, _, value = written.partition(" = ")
    path = place.replace('"]["', ".").replace('["', ".").removesuffix('"]')
    assert refusal(overrides) == (
        f"[A202] {path} must be an object.\nGiven: {value}.\n"
        f"Pass a dict, or None. For another type, set it on the finished event: {written}."
    )
    event = build_event(event_model("post-login"), NOW, {})
    exec(written, {"event": event})  # the advice works


@pytest.mark.parametrize(
    ("overrides", "place", "types", "passed"),
    [
        ({"client": {"metadata": {"limit": 5}}}, "client.metadata.limit", "string", "text"),
        ({"connection": {"metadata": {"a": []}}}, "connection.metadata.a", "string", "text"),
        (
            {"organization": {"metadata": {"a.b": True}}},
            "organization.metadata.a.b",
            "string",
            "text",
        ),
        (
            {"transaction": {"metadata": {"cart": {"id": 1}}}},
            "transaction.metadata.cart",
            "string or a number or a boolean",
            "text or a number or True or False",
        ),
    ],
)
def test_a_value_of_a_map_is_of_the_type_that_auth0_stores(
    overrides: dict[str, Any], place: str, types: str, passed: str
) -> None:
    [[owner, inner]] = overrides.items()
    [[_, given]] = inner.items()
    [[name, value]] = given.items()
    assert refusal(overrides) == (
        f"[A226] event.{place} must be a {types}.\nGiven: {value!r}.\n"
        f"Pass {passed}. For another type, set it on the finished event: "
        f'event["{owner}"]["metadata"]["{name}"] = {value!r}.'
    )


def test_a_tuple_is_no_text() -> None:
    assert refusal({"user": {"email": ("a", "b")}}).startswith("[A226] event.user.email must be")


@pytest.mark.parametrize("secrets", [{"PIN": 123456}, "123456"])
def test_a_secret_of_a_wrong_type_is_not_shown(secrets: Any) -> None:
    text = refusal({"secrets": secrets})
    assert "123456" not in text
    assert f"a value of type {'str' if secrets == '123456' else 'int'}" in text
    assert "= VALUE." in text


@pytest.mark.parametrize(
    "overrides",
    [
        {"client": {"metadata": {"plan": "gold", "gone": UNDEFINED, "none": None}}},
        {"client": {"metadata": None}},
        {"transaction": {"metadata": {"a": "x", "b": 1.5, "c": False}}},
        {"user": {"app_metadata": {"plan": {"seats": [1, "a", None, True]}}}},
        {"user": {"identities": [{"profileData": {"email_verified": True}}]}},
        {"request": {"body": {"scope": ["a"], "n": 1}, "query": {"a": ["1", "2"]}}},
        {"configuration": "anything"},  # undocumented
        {"client": {"external_client_id": 5}},
    ],
)
def test_what_auth0_may_send_is_taken(overrides: dict[str, Any]) -> None:
    build_event(event_model("post-login"), NOW, overrides)


def test_the_default_events_and_their_variants_are_of_these_types() -> None:
    for trigger in EVENT_TRIGGERS:
        model = event_model(trigger)
        for variant in (None, *model.variants):
            event = build_event(model, NOW, {}, variant=variant)
            assert build_event(model, NOW, event)


@pytest.mark.parametrize(
    ("name", "passed"),
    [
        ("user_id", "user"),  # refresh_token and session have one too
        ("name", "user"),
        ("created_at", "user"),
        ("email", "user"),
        ("username", "user"),
        ("metadata", "client"),  # which is in each event
        ("display_name", "organization"),
        ("query", "request"),
    ],
)
def test_the_user_is_meant_before_all_others(name: str, passed: str) -> None:
    assert (
        refusal({name: "x"})
        .splitlines()[2]
        .startswith(f"There is event.{passed}.{name}: pass {passed}={{{name!r}: ...}}. ")
    )


@pytest.mark.parametrize("trigger", EVENT_TRIGGERS)
def test_a_field_of_the_user_is_looked_for_there_in_each_trigger(trigger: str) -> None:
    fields = event_model(trigger).fields.fields
    for name in fields["user"].names if "user" in fields else ():
        if name not in fields:
            assert f"pass user={{{name!r}: ...}}" in refusal({name: None}, trigger)


@pytest.mark.parametrize("name", ["modules", "packages", "time_limit_s", "trigger"])
def test_an_argument_of_load_action_is_known_by_its_name(name: str) -> None:
    assert f"It is an argument of load_action(..., {name}=...). " in refusal({name: {}})


def test_a_trigger_is_passed_without_a_name() -> None:
    assert "trigger=...). make_event() takes it first, without a name. " in refusal({"trigger": 1})


@pytest.mark.parametrize("name", ["allow_hosts", "cache_rules", "fresh_node", "now"])
def test_a_keyword_of_the_marker_is_known_by_its_name(name: str) -> None:
    advice = f"It is a keyword of the marker: @pytest.mark.auth0({name}=...). Its fields are "
    assert advice in refusal({name: {}})


@pytest.mark.parametrize(
    ("user", "meant"),
    [
        ({"phone": None}, ["phone_number", "phone_verified"]),
        ({"phone": UNDEFINED}, ["phone_number", "phone_verified"]),
        ({"created": None}, ["created_at"]),
        ({"id": "auth0|1"}, ["user_id"]),  # connection has one, but the user's is nearer
        ({"metadata": {}}, ["app_metadata", "user_metadata"]),
        ({"emial": None}, ["email"]),
    ],
)
def test_a_part_of_a_name_that_is_given_nothing_is_a_slip(
    user: dict[str, Any], meant: list[str]
) -> None:
    shown = " or ".join(f"event.user.{each}" for each in meant)
    assert f"Did you mean {shown}? If not" in refusal({"user": user})


@pytest.mark.parametrize(
    "user",
    [
        {"phone": "+44"},
        {"department": None},
        {"badge": UNDEFINED},
        {"given": "Ada"},
        {"emails": ["ada@example.com"]},  # of Microsoft's and of directories
        {"mail": "ada@example.com"},
        {"locale": "en"},  # of Google's
    ],
)
def test_a_custom_field_of_the_user_is_taken(user: dict[str, Any]) -> None:
    event = build_event(event_model("post-login"), NOW, {"user": user})
    [[name, value]] = user.items()
    assert event["user"].get(name, UNDEFINED) == value


def test_in_a_closed_part_a_name_is_an_error_whatever_its_value() -> None:
    values: list[Any] = [None, UNDEFINED, "x", {}]
    for value in values:
        assert "event.client has no field 'grants'" in refusal({"client": {"grants": value}})
        assert "Did you mean event.client.client_id?" in refusal({"client": {"id": value}})


def test_what_is_known_of_a_place() -> None:
    model = event_model("post-login")
    types = {
        "user.email": "string",
        "user.identities.0.provider": "string",
        "client.metadata.plan": "string",
        "transaction.metadata.cart": "string|number|boolean",
        "user.app_metadata.plan": "any",
        "user.department": None,
    }
    for path, known in types.items():
        field = model.field_at(path.split("."))
        assert (None if field is None else field.type) == known
