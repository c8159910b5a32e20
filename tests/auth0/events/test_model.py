from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import pytest_auth0_actions
from pytest_auth0_actions import UsageError, event_variants
from pytest_auth0_actions.auth0.events import EventModel, build_event, event_model
from pytest_auth0_actions.auth0.events.fields import read_field
from pytest_auth0_actions.auth0.events.model import nearest
from pytest_auth0_actions.world.clock import Clock
from pytest_auth0_actions.world.instants import iso_at

NOW = "2025-01-01T00:00:00.000Z"


def model(**data: Any) -> EventModel:
    return EventModel("post-login", {"fields": {"user?": {"email?": "string"}}, **data})


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("{now}", "2025-01-01T00:00:00.000Z"),
        ("{now-1ms}", "2024-12-31T23:59:59.999Z"),
        ("{now-1s}", "2024-12-31T23:59:59.000Z"),
        ("{now-1m}", "2024-12-31T23:59:00.000Z"),
        ("{now-2h}", "2024-12-31T22:00:00.000Z"),
        ("{now+3d}", "2025-01-04T00:00:00.000Z"),
        ("{now-1y}", "{now-1y}"),
        ("it is {now}", "it is {now}"),
    ],
)
def test_times_are_told_from_the_clock(text: str, time: str) -> None:
    event = build_event(model(event={"at": [text]}), NOW, {})
    assert event == {"at": [time]}


@pytest.mark.parametrize(
    ("now", "before", "after"),
    [
        ("0001-01-01T00:00:00.000Z", "0001-01-01T00:00:00.000Z", "0001-01-02T00:00:00.000Z"),
        ("9999-12-31T23:59:59.999Z", "9999-12-30T23:59:59.999Z", "9999-12-31T23:59:59.999Z"),
    ],
)
def test_no_time_is_before_the_first_date_or_after_the_last(
    now: str, before: str, after: str
) -> None:
    event = build_event(model(event={"before": "{now-1d}", "after": "{now+1d}"}), now, {})
    assert event == {"before": before, "after": after}


@given(st.integers(-62_000_000_000_000, 250_000_000_000_000), st.integers(0, 90))
def test_a_time_is_as_far_from_the_clock_as_the_data_says(now_ms: int, days: int) -> None:
    event = build_event(model(event={"at": f"{{now-{days}d}}"}), iso_at(now_ms), {})
    assert event["at"] == iso_at(now_ms - days * 86_400_000)


def test_an_event_follows_a_frozen_clock() -> None:
    """What freezes `datetime` must not get into the way."""
    with Clock("2030-05-06T07:08:09Z") as clock:
        first = build_event(event_model("post-login"), iso_at(clock.now_ms), {})
        clock.tick(days=1)
        second = build_event(event_model("post-login"), iso_at(clock.now_ms), {})
    assert first["user"]["updated_at"] == "2030-05-06T07:08:09.000Z"
    assert first["session"]["created_at"] == "2030-05-06T07:08:08.000Z"
    assert second["session"]["created_at"] == "2030-05-07T07:08:08.000Z"


def test_a_variant_is_laid_over_the_default_event() -> None:
    made = model(
        event={"user": {"email": "a", "tags": {"x": 1}}, "request": {"query": {"a": 1}, "ip": "b"}},
        variants={
            "other": {
                "user": {"email": {"$": "absent"}, "tags": {"y": 2}},
                "request": {"query": {"$": "replace", "value": {"c": "{now}"}}},
            }
        },
    )
    assert build_event(made, NOW, {}, variant="other") == {
        "user": {"tags": {"x": 1, "y": 2}},
        "request": {"query": {"c": NOW}, "ip": "b"},
    }
    assert build_event(made, NOW, {"user": {"email": "c"}}, variant="other")["user"] == {
        "email": "c",
        "tags": {"x": 1, "y": 2},
    }
    assert build_event(made, NOW, {})["user"]["email"] == "a"


@pytest.mark.parametrize(
    ("variant", "message"),
    [
        (
            "refesh-token",
            "[A205] The event of post-login has no variant 'refesh-token'.\n"
            "Given: variant='refesh-token'.\n"
            "Did you mean 'refresh-token'?",
        ),
        (
            "SILENT",
            "[A205] The event of post-login has no variant 'SILENT'.\n"
            "Given: variant='SILENT'.\n"
            "Did you mean 'silent'?",
        ),
        (
            ["mfa"],
            "[A205] The event of post-login has no variant ['mfa'].\n"
            "Given: variant=['mfa'].\n"
            "Did you mean 'mfa'?",
        ),
        (
            "zzz",
            "[A205] The event of post-login has no variant 'zzz'.\n"
            "Given: variant='zzz'.\n"
            f"Its variants are {', '.join(event_variants('post-login'))}.",
        ),
    ],
)
def test_an_unknown_variant_is_an_error(variant: Any, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        build_event(event_model("post-login"), NOW, {}, variant=variant)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("trigger", "advice"),
    [
        ("post-logn", "Did you mean 'post-login'?"),
        ("onExecutePostLogin", "Did you mean 'post-login'?"),
        (
            None,
            "The triggers are credentials-exchange, custom-email-provider, "
            "custom-phone-provider, custom-token-exchange, event-stream, "
            "password-reset-post-challenge, post-change-password, post-credential-validation, "
            "post-login, post-user-registration, pre-user-registration, send-phone-message.",
        ),
    ],
)
def test_an_unknown_trigger_is_an_error(trigger: Any, advice: str) -> None:
    with pytest.raises(UsageError) as caught:
        event_variants(trigger)
    assert str(caught.value) == (
        f"[A206] There is no trigger {trigger!r}.\nGiven: {trigger!r}.\n{advice}"
    )


def test_the_variants_of_post_login_are_listed() -> None:
    assert pytest_auth0_actions.event_variants("post-login") == (
        "database",
        "social",
        "enterprise",
        "passwordless",
        "passwordless-sms",
        "refresh-token",
        "silent",
        "organization",
        "mfa",
        "first-login",
        "token-exchange",
        "password-grant",
        "saml",
        "continue",
        "form",
        "akamai",
        "minimal",
    )


@pytest.mark.parametrize("name", ["ABCD", "abcd", "Abcd"])
def test_a_name_is_found_whatever_its_case(name: str) -> None:
    assert nearest(name, ["AbCD", "x"], 0.8) == "AbCD"
    assert nearest(name, ["AxCy", "x"], 0.8) is None


def test_a_shared_shape_can_have_more_fields() -> None:
    shared = {"base": {"id": "string", "...": "any"}, "kind": "= a | b"}
    field = read_field(
        {"x": "$base", "y?": {"$shared": "base", "more~": ["$kind"]}, "z": "$kind"}, shared
    )
    assert field.names == ("x", "y", "z")
    assert (field.open, field.fields["x"].open, field.fields["y"].open) == (False, True, True)
    assert (field.fields["x"].optional, field.fields["y"].optional) == (False, True)
    assert field.fields["y"].fields.keys() == {"id", "more"}
    assert field.fields["y"].names == ("id",)
    assert field.fields["z"].choices == ("a", "b")


def test_nothing_is_read_before_it_is_asked_for() -> None:
    """500 small tests must not pay for the events of triggers that they do not use."""
    script = (
        "import sys; opened = []\n"
        "sys.addaudithook(lambda name, args: name == 'open' and opened.append(str(args[0])))\n"
        "from pytest_auth0_actions.auth0.triggers import trigger_of\n"
        "trigger = trigger_of('post-user-registration')\n"
        "read = lambda: [path[-26:] for path in opened if path.endswith('.json')]\n"
        "assert read() == [], read()\n"
        f"trigger.event.json_at({NOW!r})\n"
        "assert len(read()) == 2, read()\n"
        f"trigger.event.json_at({NOW!r})\n"
        "assert len(read()) == 2, read()\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
