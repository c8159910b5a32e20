from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_auth0_actions import UNDEFINED, UsageError
from pytest_auth0_actions.auth0.events import EventModel, build_event, event_model
from pytest_auth0_actions.auth0.events.fields import Field
from pytest_auth0_actions.auth0.triggers.post_user_registration import POST_USER_REGISTRATION

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


def leaves(event: dict[str, Any], field: Field, at: str = "") -> set[str]:
    found = set()
    for name, value in event.items():
        path = f"{at}.{name}".lstrip(".")
        inner = field.fields[name]
        if inner.takes_anything:
            found.add(f"{path}.*")
        elif isinstance(value, dict):
            found |= leaves(value, inner, path)
        else:
            found.add(path)
    return found


def build(**overrides: Any) -> dict[str, Any]:
    return build_event(MODEL, NOW, overrides)


def test_the_default_event_of_post_user_registration_has_every_field_of_a_new_user() -> None:
    """Auth0 says of `last_password_reset` that it does not exist at user creation."""
    assert leaves(build(), MODEL.fields) == DOCUMENTED


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
        {"user": {"user_metadata": {"no": "object"}, "app_metadata": {"n": 1, "l": [None]}}},
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
            "[A204] The event of post-user-registration has no field 'usr'.\n"
            "Given: usr.\n"
            "Did you mean event.user? If not, set it on the finished event: "
            'event["usr"] = VALUE.',
        ),
        (
            {"user": {"emial": "x"}},
            "[A204] event.user has no field 'emial'.\n"
            "Given: user.emial.\n"
            "Did you mean event.user.email? If not, set it on the finished event: "
            'event["user"]["emial"] = VALUE.',
        ),
        (
            {"user": {"emailVerified": True}},
            "[A204] event.user has no field 'emailVerified'.\nGiven: user.emailVerified.\n"
            "Did you mean event.user.email_verified? If not, set it on the finished event: "
            'event["user"]["emailVerified"] = VALUE.',
        ),
        (
            {"request": {"geoip": {"country_code": "GB"}}},
            "[A204] event.request.geoip has no field 'country_code'.\n"
            "Given: request.geoip.country_code.\n"
            "Did you mean event.request.geoip.countryCode? If not, set it on the finished event: "
            'event["request"]["geoip"]["country_code"] = VALUE.',
        ),
        (
            {"tenant": {"region": "eu"}},
            "[A204] event.tenant has no field 'region'.\n"
            "Given: tenant.region.\n"
            "Its fields are id; others can be set on the finished event: "
            'event["tenant"]["region"] = VALUE.',
        ),
        (
            {"email_verified": False},
            "[A204] The event of post-user-registration has no field 'email_verified'.\n"
            "Given: email_verified.\n"
            "There is event.user.email_verified: pass user={'email_verified': ...}. "
            "Its fields are authentication, connection, custom_domain, request, secrets, "
            "security_context, tenant, transaction, user; others can be set on the finished event: "
            'event["email_verified"] = VALUE.',
        ),
        (
            {"ip": "127.0.0.1"},
            "[A204] The event of post-user-registration has no field 'ip'.\n"
            "Given: ip.\n"
            "There is event.request.ip: pass request={'ip': ...}. "
            "Its fields are authentication, connection, custom_domain, request, secrets, "
            "security_context, tenant, transaction, user; others can be set on the finished event: "
            'event["ip"] = VALUE.',
        ),
        (
            {"organization": {}},
            "[A204] The event of post-user-registration has no field 'organization'.\n"
            "Given: organization.\n"
            "That of post-login has: if the Action is for that trigger, use "
            "action.make_event(...). Its fields are authentication, connection, custom_domain, "
            "request, secrets, "
            "security_context, tenant, transaction, user; others can be set on the finished event: "
            'event["organization"] = VALUE.',
        ),
        (
            {"tenant": "example"},
            "[A202] event.tenant must be an object.\nGiven: 'example'.\n"
            "Pass a dict of its fields (id), or None.",
        ),
    ],
)
def test_a_misspelled_field_is_an_error(overrides: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        build(**overrides)
    assert str(caught.value) == message


@pytest.mark.parametrize("name", ["Email", "EMAIL", "email ", "e_mail"])
def test_the_case_of_a_field_matters_and_the_right_one_is_named(name: str) -> None:
    with pytest.raises(UsageError) as caught:
        build(user={name: "x"})
    assert str(caught.value) == (
        f"[A204] event.user has no field {name!r}.\n"
        f"Given: user.{name}.\n"
        "Did you mean event.user.email? If not, set it on the finished event: "
        f'event["user"]["{name}"] = VALUE.'
    )


@pytest.mark.parametrize(
    ("trigger", "overrides", "message"),
    [
        pytest.param(
            "post-login",
            {"organization": {"id": "org_1", "displayName": "Acme"}},
            "[A204] event.organization has no field 'displayName'.\n"
            "Given: organization.displayName.\n"
            "Did you mean event.organization.display_name? If not, set it on the finished event: "
            'event["organization"]["displayName"] = VALUE.',
            id="inside an object that the default lacks",
        ),
        pytest.param(
            "post-login",
            {"user": {"ENROLLEDFACTORS": []}},
            "[A204] event.user has no field 'ENROLLEDFACTORS'.\n"
            "Given: user.ENROLLEDFACTORS.\n"
            "Did you mean event.user.enrolledFactors? If not, set it on the finished event: "
            'event["user"]["ENROLLEDFACTORS"] = VALUE.',
            id="an optional field that the default lacks",
        ),
        pytest.param(
            "post-login",
            {"authentication": {"methods": [{"name": "pwd"}, {"name": "mfa", "timestmp": NOW}]}},
            "[A204] event.authentication.methods[1] has no field 'timestmp'.\n"
            "Given: authentication.methods[1].timestmp.\n"
            "Did you mean event.authentication.methods[1].timestamp? "
            "If not, set it on the finished event: "
            'event["authentication"]["methods"][1]["timestmp"] = VALUE.',
            id="inside a list",
        ),
        pytest.param(
            "post-login",
            {"transaction": {"prompt": "none"}},
            "[A203] event.transaction.prompt must be a list.\nGiven: 'none'.\nPass a list, or "
            "None.",
            id="a scalar for a list",
        ),
        pytest.param(
            "post-login",
            {"refresh_token": "rt_1"},
            "[A202] event.refresh_token must be an object.\nGiven: 'rt_1'.\n"
            "Pass a dict of its fields (client_id, created_at, device, expires_at, id, "
            "idle_expires_at, last_exchanged_at, metadata, resource_servers, rotating, "
            "session_id, session_transfer, user_id), or None.",
            id="a scalar for an object that the default lacks",
        ),
        pytest.param(
            "post-login",
            {"user": {"roles": ["admin"]}},
            "[A204] event.user has no field 'roles'.\nGiven: user.roles.\n"
            "There is event.authorization.roles: pass authorization={'roles': ...}. Its fields are "
            "app_metadata, created_at, email, email_verified, enrolledFactors, family_name, "
            "given_name, identities, last_password_reset, multifactor, name, nickname, "
            "phone_number, phone_verified, picture, updated_at, user_id, user_metadata, username; "
            "others can be set on the finished event: "
            'event["user"]["roles"] = VALUE.',
            id="in another part",
        ),
        pytest.param(
            "event-stream",
            {"messages": {}},
            "[A204] The event of event-stream has no field 'messages'.\nGiven: messages.\n"
            "Did you mean event.message? If not, set it on the finished event: "
            'event["messages"] = VALUE.',
            id="at the top",
        ),
        pytest.param(
            "credentials-exchange",
            {"user": {}},
            "[A204] The event of credentials-exchange has no field 'user'.\nGiven: user.\n"
            "That of post-login has: if the Action is for that trigger, use "
            "action.make_event(...). Its fields are accessToken, agent, client, custom_domain, "
            "organization, request, "
            "resource_server, secrets, tenant, transaction; "
            "others can be set on the finished event: "
            'event["user"] = VALUE.',
            id="what the trigger has not",
        ),
        pytest.param(
            "post-login",
            {"session": {"cookie": {7: "x"}}},
            "[A204] event.session.cookie has no field 7.\nGiven: session.cookie.7.\n"
            "Its fields are mode; others can be set on the finished event: "
            'event["session"]["cookie"]["7"] = VALUE.',
            id="a name that is no text",
        ),
        pytest.param(
            "post-login",
            {"user": {"emial": UNDEFINED}},
            "[A204] event.user has no field 'emial'.\nGiven: user.emial.\n"
            "Did you mean event.user.email? If not, set it on the finished event: "
            'event["user"]["emial"] = VALUE.',
            id="a removal of what is not there",
        ),
        (
            "post-login",
            {"user": {"email_verified": "false"}},
            "[A226] event.user.email_verified must be a boolean.\nGiven: 'false'.\n"
            "Pass True or False. For another type, set it on the finished event: "
            'event["user"]["email_verified"] = \'false\'.',
        ),
        (
            "pre-user-registration",
            {"user": {"email": 5}},
            "[A226] event.user.email must be a string.\nGiven: 5.\n"
            "Pass text. For another type, set it on the finished event: "
            'event["user"]["email"] = 5.',
        ),
        (
            "post-login",
            {"stats": {"logins_count": True}},
            "[A226] event.stats.logins_count must be a number.\nGiven: True.\n"
            "Pass a number. For another type, set it on the finished event: "
            'event["stats"]["logins_count"] = True.',
        ),
        (
            "post-login",
            {"user": {"identities": [{"provider": ["auth0"]}]}},
            "[A226] event.user.identities[0].provider must be a string.\nGiven: ['auth0'].\n"
            "Pass text. For another type, set it on the finished event: "
            'event["user"]["identities"][0]["provider"] = [\'auth0\'].',
        ),
        (
            "post-login",
            {"client": {"name": {}}},
            "[A226] event.client.name must be a string.\nGiven: {}.\n"
            "Pass text. For another type, set it on the finished event: "
            'event["client"]["name"] = {}.',
        ),
        (
            "post-login",
            {"user": {"user_metadata": "gold"}},
            "[A202] event.user.user_metadata must be an object.\nGiven: 'gold'.\n"
            "Pass a dict, or None. For another type, set it on the finished event: "
            'event["user"]["user_metadata"] = \'gold\'.',
        ),
        (
            "post-user-registration",
            {"user": {"app_metadata": ["gold"]}},
            "[A202] event.user.app_metadata must be an object.\nGiven: ['gold'].\n"
            "Pass a dict, or None. For another type, set it on the finished event: "
            'event["user"]["app_metadata"] = [\'gold\'].',
        ),
        (
            "credentials-exchange",
            {"client": {"metadata": {"limit": 5}}},
            "[A226] event.client.metadata.limit must be a string.\nGiven: 5.\n"
            "Pass text. For another type, set it on the finished event: "
            'event["client"]["metadata"]["limit"] = 5.',
        ),
    ],
)
def test_overrides_are_checked_against_the_fields_of_the_trigger(
    trigger: str, overrides: dict[str, Any], message: str
) -> None:
    with pytest.raises(UsageError) as caught:
        build_event(event_model(trigger), NOW, overrides)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("trigger", "overrides"),
    [
        ("post-login", {"organization": {"id": "org_1", "branding": {"logo": "x"}}}),
        ("post-login", {"user": {"enrolledFactors": [{"type": "otp", "options": {"a": 1}}]}}),
        ("post-login", {"user": {"identities": [{"provider": "x", "userId": "1", "age": 5}]}}),
        ("post-login", {"refresh_token": {"access": "online"}}),
        ("post-login", {"client": {"authentication": {"type": "mtls", "deeper": [1]}}}),
        ("post-login", {"anonymous_session": {"user_id": "1"}}),
        ("password-reset-post-challenge", {"transaction": {"acr_values": "no list"}}),
        ("post-login", {"prompt": {"id": "ap_1", "fields": {"emial": "x"}}}),
        ("post-login", {"session": {"actor": {"sub": "a", "team": "b"}}}),
        ("pre-user-registration", {"beta": {"anything": 1}}),
        ("post-change-password", {"user": {"id": "1"}, "beta": [1]}),
        ("post-credential-validation", {"transaction": {"metadata": {"score": 1}}}),
        ("event-stream", {"message": {"data": {"object": {"emial": "x"}}}}),
        ("custom-token-exchange", {"transaction": {"actor_token_user": {"email": "x"}}}),
    ],
)
def test_open_places_and_undocumented_fields_are_taken(
    trigger: str, overrides: dict[str, Any]
) -> None:
    def holds(event: Any, given: Any) -> bool:
        if isinstance(given, dict):
            return all(holds(event[name], value) for name, value in given.items())
        return bool(event == given)

    assert holds(build_event(event_model(trigger), NOW, overrides), overrides)


@pytest.mark.parametrize("name", ["organization", "client", "stats", "session"])
def test_an_open_event_refuses_what_only_other_triggers_have(name: str) -> None:
    """It is documented as open, but this name was taken from another trigger's page."""
    with pytest.raises(UsageError, match=f"has no field '{name}'"):
        build_event(event_model("post-change-password"), NOW, {name: {}})


def test_undefined_removes_a_field_at_any_depth() -> None:
    event = build_event(
        event_model("post-login"),
        NOW,
        {
            "session": UNDEFINED,
            "prompt": UNDEFINED,
            "user": {"email": UNDEFINED, "user_metadata": {"a": {"b": UNDEFINED, "c": 1}}},
            "request": {"query": {"state": UNDEFINED}},
            "organization": {"id": "org_1", "metadata": UNDEFINED},
        },
    )
    assert "session" not in event
    assert "prompt" not in event
    assert "email" not in event["user"]
    assert event["user"]["user_metadata"] == {"a": {"c": 1}}
    assert "state" not in event["request"]["query"]
    assert event["request"]["query"]["scope"] == "openid profile email"
    assert event["organization"] == {"id": "org_1"}


def test_a_list_replaces_and_a_tuple_becomes_a_list() -> None:
    event = build_event(
        event_model("post-login"),
        NOW,
        {
            "transaction": {"requested_scopes": ("openid",)},
            "user": {"identities": [{"provider": "sms"}]},
        },
    )
    assert event["transaction"]["requested_scopes"] == ["openid"]
    assert event["user"]["identities"] == [{"provider": "sms"}]


def test_an_object_takes_the_place_of_null() -> None:
    event = build_event(
        event_model("custom-token-exchange"),
        NOW,
        {"transaction": {"requested_token_type": None}, "organization": {"id": "org_1"}},
    )
    assert event["transaction"]["requested_token_type"] is None
    assert event["organization"] == {"id": "org_1"}


def test_an_override_that_holds_itself_is_refused() -> None:
    loop: dict[str, Any] = {}
    loop["loop"] = loop
    with pytest.raises(UsageError) as caught:
        build(user={"user_metadata": loop})
    assert str(caught.value) == (
        "[A201] An override contains itself, or is nested too deeply.\n"
        "Given: overrides of user.\n"
        "Pass plain data: dicts, lists, text, numbers, booleans and None."
    )


NAMES = st.sampled_from(["a", "b", "c"])
LEAVES = st.sampled_from([None, True, 0, "x", [], [1, {"a": 2}]])


def objects(leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    def deeper(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        return st.dictionaries(NAMES, inner, max_size=3)

    return deeper(st.recursive(leaves, deeper, max_leaves=8))


def places(value: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    """Yield each place and what is there, outer ones first; an object is `{}`."""
    if isinstance(value, dict):
        yield at, {}
        for name, inner in value.items():
            yield from places(inner, f"{at}/{name}")
    else:
        yield at, value


@given(objects(LEAVES), objects(LEAVES | st.just(UNDEFINED)))
def test_overrides_merge_as_if_each_place_was_set_by_itself(
    default: dict[str, Any], overrides: dict[str, Any]
) -> None:
    """The rule in other words: a flat table of places, changed one place after the other."""
    table = dict(places(default))
    for place, value in places(overrides):
        if value == {} == table.get(place):
            continue  # an object over an object: what is in it counts
        inside = [each for each in table if f"{each}/".startswith(f"{place}/")]
        for each in inside:
            del table[each]
        if value != UNDEFINED:
            table[place] = value
    fields = {"a~": "any", "b~": "any", "c~": "any"}
    model = EventModel("any", {"fields": fields, "event": default})
    assert dict(places(build_event(model, NOW, overrides))) == table
    assert dict(places(build_event(model, NOW, {}))) == dict(places(default))


@pytest.mark.parametrize(
    ("trigger", "overrides"),
    [
        ("post-login", {"user": {"email": None, "name": "Ada"}}),
        ("post-login", {"stats": {"logins_count": 2.0}}),
        ("post-login", {"user": {"app_metadata": {"plan": 5}, "department": 7}}),
        ("post-login", {"client": {"metadata": {"tier": "gold", "none": None}}}),
        ("post-credential-validation", {"transaction": {"metadata": {"a": 1, "b": True}}}),
        ("custom-token-exchange", {"transaction": {"requested_token_type": None}}),
        ("event-stream", {"message": {"time": "2025-01-01T00:00:00Z"}}),
    ],
)
def test_a_value_of_the_right_type_is_taken(trigger: str, overrides: dict[str, Any]) -> None:
    event = build_event(event_model(trigger), NOW, overrides)
    for name, fields in overrides.items():
        assert {field: event[name][field] for field in fields} == fields
