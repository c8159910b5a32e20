from __future__ import annotations

from typing import Any

import pytest

from pytest_auth0_actions import UsageError
from pytest_auth0_actions.auth0.events import build_event
from pytest_auth0_actions.auth0.triggers import HANDLERS, POST_USER_REGISTRATION, TRIGGERS

MODEL = POST_USER_REGISTRATION.event
NOW = "2025-01-01T00:00:00.000Z"

# The documented fields, as dotted paths; those that take any field end in .*
DOCUMENTED = {
    "authentication.riskAssessment.supplemental.akamai.akamaiBot.action",
    "authentication.riskAssessment.supplemental.akamai.akamaiBot.botCategory",
    "authentication.riskAssessment.supplemental.akamai.akamaiBot.botScore",
    "authentication.riskAssessment.supplemental.akamai.akamaiBot.botScoreResponseSegment",
    "authentication.riskAssessment.supplemental.akamai.akamaiBot.botnetId",
    "authentication.riskAssessment.supplemental.akamai.akamaiBot.type",
    "authentication.riskAssessment.supplemental.akamai.akamaiUserRisk.action",
    "authentication.riskAssessment.supplemental.akamai.akamaiUserRisk.allow",
    "authentication.riskAssessment.supplemental.akamai.akamaiUserRisk.emailDomain",
    "authentication.riskAssessment.supplemental.akamai.akamaiUserRisk.general.*",
    "authentication.riskAssessment.supplemental.akamai.akamaiUserRisk.ouid",
    "authentication.riskAssessment.supplemental.akamai.akamaiUserRisk.requestid",
    "authentication.riskAssessment.supplemental.akamai.akamaiUserRisk.risk.*",
    "authentication.riskAssessment.supplemental.akamai.akamaiUserRisk.score",
    "authentication.riskAssessment.supplemental.akamai.akamaiUserRisk.status",
    "authentication.riskAssessment.supplemental.akamai.akamaiUserRisk.trust.*",
    "authentication.riskAssessment.supplemental.akamai.akamaiUserRisk.username",
    "authentication.riskAssessment.supplemental.akamai.akamaiUserRisk.uuid",
    "connection.id",
    "connection.metadata.*",
    "connection.name",
    "connection.strategy",
    "custom_domain.domain",
    "custom_domain.domain_metadata.*",
    "request.geoip.cityName",
    "request.geoip.continentCode",
    "request.geoip.countryCode",
    "request.geoip.countryCode3",
    "request.geoip.countryName",
    "request.geoip.latitude",
    "request.geoip.longitude",
    "request.geoip.subdivisionCode",
    "request.geoip.subdivisionName",
    "request.geoip.timeZone",
    "request.hostname",
    "request.ip",
    "request.language",
    "request.method",
    "request.user_agent",
    "secrets.*",
    "security_context.ja3",
    "security_context.ja4",
    "tenant.id",
    "transaction.acr_values",
    "transaction.locale",
    "transaction.login_hint",
    "transaction.prompt",
    "transaction.protocol",
    "transaction.redirect_uri",
    "transaction.requested_scopes",
    "transaction.response_mode",
    "transaction.response_type",
    "transaction.state",
    "transaction.ui_locales",
    "user.app_metadata.*",
    "user.created_at",
    "user.email",
    "user.email_verified",
    "user.family_name",
    "user.given_name",
    "user.last_password_reset",
    "user.name",
    "user.nickname",
    "user.phone_number",
    "user.phone_verified",
    "user.picture",
    "user.updated_at",
    "user.user_id",
    "user.user_metadata.*",
    "user.username",
}


def leaves(event: dict[str, Any], at: str = "") -> set[str]:
    found = set()
    for name, value in event.items():
        path = f"{at}.{name}".lstrip(".")
        if path in MODEL.anything:
            found.add(f"{path}.*")
        elif isinstance(value, dict):
            found |= leaves(value, path)
        else:
            found.add(path)
    return found


def build(**overrides: Any) -> dict[str, Any]:
    return build_event(MODEL, NOW, overrides)


def test_the_example_has_every_documented_field_and_no_other() -> None:
    assert leaves(build()) == DOCUMENTED


def test_overrides_are_merged_deeply() -> None:
    event = build(
        user={"user_metadata": {"plan": {"name": "free"}}, "email": None}, transaction=None
    )
    assert event["user"]["user_metadata"] == {"plan": {"name": "free"}}
    assert event["user"]["email"] is None
    assert event["user"]["name"] == "Ada Lovelace"
    assert event["user"]["created_at"] == NOW
    assert event["transaction"] is None
    risk = {"akamai": {"akamaiUserRisk": {"general": {"new": "1"}}}}
    event = build(authentication={"riskAssessment": {"supplemental": risk}})
    risk = event["authentication"]["riskAssessment"]["supplemental"]["akamai"]["akamaiUserRisk"]
    assert risk["general"] == {"di": "c1", "db": "Chrome 120", "aci": "0", "new": "1"}


def test_an_override_is_copied() -> None:
    given = {"tags": ["a"]}
    event = build(user={"user_metadata": given})
    event["user"]["user_metadata"]["tags"].append("b")
    assert given == {"tags": ["a"]}


@pytest.mark.parametrize(
    "overrides",
    [
        {"secrets": {"API_KEY": "k"}},
        {"user": {"app_metadata": {"emial": {"deep": [1]}}}},
        {"connection": {"metadata": {"x": "y"}}},
        {"custom_domain": {"domain_metadata": {"x": "y"}}},
        {"user": {"department": "R&D", "identities": [{"provider": "auth0"}]}},
        {"user": {"address": {"city": "London"}}},
        {"request": {"geoip": {"asn": 5}}},
        {"transaction": {"id": "1", "correlation_id": "2", "linking": {}}},
        {"configuration": {"any": {"thing": 1}}},
        {"experiment": {"experiment_id": "1"}},
        {"user": {"user_metadata": None}},
        {"user": {"user_metadata": "no object"}},
    ],
)
def test_places_that_auth0_leaves_open_take_anything(overrides: dict[str, Any]) -> None:
    event = build(**overrides)
    for name, fields in overrides.items():
        for field, value in fields.items():
            assert event[name][field] == value or value.items() <= event[name][field].items()


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (
            {"usr": {}},
            "event has no field 'usr'.\n"
            "Given: usr.\n"
            "Did you mean event.user? If not, set it on the finished event.",
        ),
        (
            {"user": {"emial": "x"}},
            "event.user has no field 'emial'.\n"
            "Given: user.emial.\n"
            "Did you mean event.user.email? If not, set it on the finished event.",
        ),
        (
            {"user": {"emailVerified": True}},
            "event.user has no field 'emailVerified'.\nGiven: user.emailVerified.\n"
            "Did you mean event.user.email_verified? If not, set it on the finished event.",
        ),
        (
            {"request": {"geoip": {"country_code": "GB"}}},
            "event.request.geoip has no field 'country_code'.\n"
            "Given: request.geoip.country_code.\n"
            "Did you mean event.request.geoip.countryCode? If not, set it on the finished event.",
        ),
        (
            {"tenant": {"region": "eu"}},
            "event.tenant has no field 'region'.\n"
            "Given: tenant.region.\n"
            "Its fields are id; others can be set on the finished event.",
        ),
        (
            {"organization": {}},
            "event has no field 'organization'.\n"
            "Given: organization.\n"
            "Its fields are authentication, connection, custom_domain, request, secrets, "
            "security_context, tenant, transaction, user; others can be set on the finished event.",
        ),
        (
            {"tenant": "example"},
            "event.tenant is an object.\nGiven: 'example'.\n"
            "Pass a dict of its fields (id), or None.",
        ),
    ],
)
def test_a_misspelt_field_is_an_error(overrides: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        build(**overrides)
    assert str(caught.value) == message


def test_every_trigger_that_can_be_run_is_found_by_its_handlers() -> None:
    for trigger in TRIGGERS.values():
        assert {HANDLERS[handler] for handler in trigger.handlers} == {trigger.id}
    assert len(set(HANDLERS.values())) == 11
