"""The smaller namespaces, and custom token exchange."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_auth0_actions import UNDEFINED, Group, Role
from pytest_auth0_actions.auth0.context import Answers
from tests.auth0.played import Played, login, play

EXCHANGE = "custom-token-exchange"
OPTIONS = {"creationBehavior": "none", "updateBehavior": "replace"}


def test_a_user_is_chosen_by_id() -> None:
    played = play(
        EXCHANGE,
        ("authentication.setUserById", "auth0|1"),
        ("user.setUserMetadata", "a", 1),
        ("authentication.setOrganization", "acme"),
        ("authentication.setActor", {"sub": "agt", "act": {"sub": "agt2"}}),
    )
    user = played.outcome.user
    assert (user.id, user.connection, user.attributes, user.options) == (
        "auth0|1",
        None,
        None,
        None,
    )
    assert (user.user_metadata, user.app_metadata) == ({"a": 1}, {})
    assert played.outcome.organization == "acme"
    assert played.outcome.actor == {"sub": "agt", "act": {"sub": "agt2"}}
    assert not played.warnings


def test_a_user_is_chosen_by_connection() -> None:
    played = play(EXCHANGE, ("authentication.setUserByConnection", "c", {"user_id": "7"}, OPTIONS))
    user = played.outcome.user
    assert (user.id, user.connection) == (None, "c")
    assert (user.attributes, user.options) == ({"user_id": "7"}, OPTIONS)
    assert not played.warnings


def test_an_exchange_without_a_user_is_warned_of() -> None:
    played = play(EXCHANGE, ("user.setUserMetadata", "a", 1))
    assert played.outcome.user is None
    assert played.warnings == ["NoUserWarning"]
    assert played.texts == [
        "[A724] No user was chosen, and the exchange would fail at Auth0. Call either "
        "api.authentication.setUserById() or setUserByConnection() once, or deny access."
    ]
    assert not play(EXCHANGE, ("access.deny", "c", "r")).warnings


def test_an_exchange_with_two_users_is_warned_of() -> None:
    played = play(
        EXCHANGE,
        ("authentication.setUserByConnection", "c", {"user_id": "7"}, OPTIONS),
        ("authentication.setUserById", "auth0|1"),
    )
    assert (played.outcome.user.id, played.outcome.user.connection) == ("auth0|1", None)
    assert played.warnings == ["NoUserWarning"]
    assert played.texts[0].startswith(
        "[A724] A user was chosen 2 times, and the exchange would fail"
    )


def chain(levels: int) -> dict[str, Any]:
    actor: dict[str, Any] = {"sub": "a"}
    for _ in range(levels - 1):
        actor = {"sub": "a", "act": actor}
    return actor


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        (chain(5), chain(6)),
        ({"sub": "s" * 512}, {"sub": "s" * 513}),
        ({"sub": "s", **dict.fromkeys("abcde", 1)}, {"sub": "s", **dict.fromkeys("abcdef", 1)}),
        ({"sub": "s", "k" * 64: 1}, {"sub": "s", "k" * 65: 1}),
        ({"sub": "s", "k": "v" * 64}, {"sub": "s", "k": "v" * 65}),
        ({"sub": "s", "k": False}, {"sub": "s", "k": UNDEFINED}),
    ],
)
def test_the_limits_of_an_actor(good: dict[str, Any], bad: dict[str, Any]) -> None:
    played = play(EXCHANGE, ("authentication.setActor", good), ("authentication.setActor", bad))
    assert len(played.thrown) == 1
    assert played.outcome.actor == good


@pytest.mark.parametrize("trigger", ["custom-email-provider", "custom-phone-provider"])
def test_the_last_word_on_a_message_counts(trigger: str) -> None:
    assert play(trigger).outcome.notification is None
    last = play(trigger, ("notification.drop", "a"), ("notification.retry",)).outcome.notification
    assert (last.kind, last.reason) == ("retry", None)
    last = play(trigger, ("notification.retry",), ("notification.drop", "x" * 1025))
    assert last.outcome.notification.kind == "drop"
    assert last.outcome.notification.reason == "x" * 1024


def test_a_second_factor() -> None:
    options = {"allowRememberBrowser": True, "providerOptions": {"host": "h"}}
    last = login(("multifactor.enable", "any"), ("multifactor.enable", "duo", options))
    multifactor = last.outcome.multifactor
    assert (multifactor.provider, multifactor.allow_remember_browser) == ("duo", True)
    assert multifactor.provider_options == {"host": "h"}
    assert not last.warnings
    assert login().outcome.multifactor is None


@pytest.mark.parametrize("provider", ["sms", "", UNDEFINED, "Any"])
def test_an_unknown_provider_is_warned_of(provider: object) -> None:
    played = login(("multifactor.enable", provider))
    assert played.warnings == ["MultifactorProviderWarning"]
    assert played.outcome.multifactor.allow_remember_browser is False


def test_validation_errors_in_order() -> None:
    played = login(("validation.error", "c1", "m1"), ("validation.error", "c2", "m2"))
    errors = played.outcome.validation_errors
    assert [(each.code, each.message) for each in errors] == [("c1", "m1"), ("c2", "m2")]
    assert played.outcome.denied is None


def test_what_is_set_of_a_saml_response() -> None:
    saml = login(
        ("samlResponse.setAttribute", "team", ["sales"]),
        ("samlResponse.setAttribute", "gone", "x"),
        ("samlResponse.setAttribute", "gone"),
        ("samlResponse.setAudience", "urn:one"),
        ("samlResponse.setAudience", "urn:two"),
        ("samlResponse.setAudience", 5),
        ("samlResponse.setRelayState", "back"),
        ("samlResponse.setCreateUpnClaim", False),
        ("samlResponse.setNameIdentifierFormat",),
        ("samlResponse.setNameIdentifierProbes", ["a", "b"]),
        ("samlResponse.setIssuer",),
    ).outcome.saml_response
    assert saml.attributes == {"team": ["sales"]}
    assert saml.removed_attributes == ("gone",)
    assert (saml.audience, saml.relay_state, saml.create_upn_claim) == ("urn:two", "back", False)
    assert saml.name_identifier_format == "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
    assert saml.name_identifier_probes == ("a", "b")
    assert (saml.issuer, saml.key) == (None, None)


def test_every_setting_of_a_saml_response_is_in_the_outcome() -> None:
    from pytest_auth0_actions.auth0.namespaces.saml_response.rules import SETTINGS

    values: dict[str, Any] = {
        "lifetimeInSeconds": 60,
        "nameIdentifierProbes": ["a"],
        "signatureAlgorithm": "rsa-sha1",
        "digestAlgorithm": "sha1",
        "encryptionAlgorithm": "aes256-cbc",
    }
    for name in SETTINGS:
        value = values.get(name, "x")
        method = f"samlResponse.set{name[0].upper()}{name[1:]}"
        played = login((method, value), (method, True))
        found = set(map(str, vars_of(played))) - {"None"}
        assert found in ({str(value)}, {"True"}, {"('a',)"})


_ATTRIBUTES = ("attributes", "removed_attributes")


def vars_of(played: Played) -> list[Any]:
    saml = played.outcome.saml_response
    names = type(saml).__dataclass_fields__
    return [getattr(saml, name) for name in names if name not in _ATTRIBUTES]


def test_saml_attributes_add_up() -> None:
    """Over 10 kB in all, which the pages allow, there is a warning; over 102,400 bytes a throw."""
    calls = [("samlResponse.setAttribute", f"k{number}", "v" * 2_000) for number in range(60)]
    assert not login(*calls[:5]).warnings
    assert login(*calls[:6]).warnings == ["MetadataSizeWarning"]
    played = login(*calls)
    [*_, last] = played.thrown
    assert last == "The total size of the SAML attributes exceeds the limit of 102400 bytes."
    assert len(played.outcome.saml_response.attributes) == 50


GROUPS = [
    Group(id="grp_1", name="editors"),
    {"id": "grp_2", "name": "sales", "connection_id": "con_1"},
    Group(id="grp_3", name="sales", external_id="x"),
]
ROLES = [Role(id="rol_1", name="editor"), {"id": "rol_2", "name": "admin", "type": "tenant"}]


def asked(*calls: tuple[Any, ...]) -> list[Any]:
    return login(*calls, answers=Answers(GROUPS, ROLES, ["rul_1"])).results


def test_groups_come_in_pages() -> None:
    [first] = asked(("groups.getUserGroups", {"take": 2}))
    assert [each["id"] for each in first["groups"]] == ["grp_1", "grp_2"]
    [second] = asked(("groups.getUserGroups", {"take": 2, "from": first["next"]}))
    assert [each["id"] for each in second["groups"]] == ["grp_3"]
    assert "next" not in second
    assert second["groups"][0]["external_id"] == "x"
    assert "external_id" not in first["groups"][0]
    [whole] = asked(("groups.getUserGroups",))
    assert len(whole["groups"]) == 3
    [exact] = asked(("groups.getUserGroups", {"take": 3}))
    assert exact == whole
    assert "next" not in exact


def test_memberships() -> None:
    [found] = asked(("groups.hasGroupMembership", ["grp_1", "sales", "other"]))
    assert found["memberships"]["other"] == {"is_member": False}
    assert found["memberships"]["grp_1"] == {
        "is_member": True,
        "matches": [{"id": "grp_1", "name": "editors", "group_type": "tenant"}],
    }
    types = [each["group_type"] for each in found["memberships"]["sales"]["matches"]]
    assert types == ["connection", "tenant"]


def test_roles() -> None:
    page, by_id, by_name = asked(
        ("roles.getUserEffectiveRoles", {"take": 1}),
        ("roles.getUserEffectiveRolesByIds", ["rol_2", "rol_9"]),
        ("roles.getUserEffectiveRolesByNames", ["editor"]),
    )
    editor = {"id": "rol_1", "name": "editor", "type": "tenant"}
    assert page == {"roles": [editor], "next": "1"}
    assert by_id == {"roles": [ROLES[1]]}
    assert by_name == {"roles": [editor]}


def test_rules() -> None:
    assert asked(("rules.wasExecuted", "rul_1"), ("rules.wasExecuted", "rul_2")) == [True, False]


def test_a_wrong_name_of_an_outcome_names_the_nearest() -> None:
    outcome = login().outcome
    with pytest.raises(AttributeError, match=r"PostLoginOutcome has no 'id_tokn'. Did you mean"):
        _ = outcome.id_tokn
    with pytest.raises(AttributeError, match=r"Did you mean 'claims'\?"):
        _ = outcome.id_token.claim
    with pytest.raises(AttributeError, match=r"It is the run's own: run\.logs$"):
        _ = outcome.logs
    with pytest.raises(AttributeError, match=r"Did you mean 'redirect'\?$"):
        _ = outcome.redirct
    with pytest.raises(AttributeError, match=r"Did you mean id_token.claims or access_token.cl"):
        _ = outcome.claims
    with pytest.raises(AttributeError, match=r"^\[A213\] Token has no 'zzz'. It has claims.$"):
        _ = outcome.id_token.zzz
    with pytest.raises(AttributeError, match=r"^\[A213\] EventStreamOutcome has no 'denied'.$"):
        _ = play("event-stream").outcome.denied


@pytest.mark.parametrize(
    ("name", "there", "onward"),
    [
        ("challenged", "challenge", "pass_challenge()"),
        ("enrolled", "enrollment", "pass_challenge()"),
        ("prompted", "prompt", "submit(fields={...})"),
        ("redirected", "redirect", "resume(query={...})"),
    ],
)
def test_what_the_user_does_next_is_in_a_flow(name: str, there: str, onward: str) -> None:
    outcome: Any = login().outcome
    with pytest.raises(AttributeError) as caught:
        getattr(outcome, name)
    assert str(caught.value) == (
        f"[A213] PostLoginOutcome has no {name!r}. Did you mean {there!r}? To go on, use "
        f"flow(action).run().{onward}, with the fixture flow."
    )
    method = onward.partition("(")[0]
    with pytest.raises(AttributeError, match="A transaction has one: flow") as caught:
        getattr(outcome, method)
    assert f"flow(action).run().{method}, with" in str(caught.value)
