"""Names that the test gives and the Action reads, which are almost the same."""

from __future__ import annotations

import re
from typing import Any

import pytest

from pytest_auth0_actions import Event, LoadAction, MakeFlow, NearMissWarning
from tests.conftest import WriteAction
from tests.node.conftest import Login

NESTED: dict[str, Any] = {}
NESTED["self"] = NESTED


def nested(path: str, value: object) -> dict[str, Any]:
    """Return fields of an event with one value in them.

    >>> nested("user.name", "Ada")
    {'user': {'name': 'Ada'}}
    """
    first, _, rest = path.partition(".")
    return {first: nested(rest, value) if rest else value}


@pytest.mark.parametrize(
    ("given", "owner", "reads"),
    [
        ("is_blocked", "user.app_metadata", "isBlocked"),
        ("subscription", "user.user_metadata", "subscripton"),
        ("isTrial", "client.metadata", "is_trial"),
        ("risk-score", "transaction.metadata", "riskScore"),
        ("agree", "prompt.fields", "aggree"),
        ("invitation", "request.query", "invitaton"),
        ("device_id", "request.body", "deviceId"),
    ],
)
def test_what_the_test_gives_under_almost_that_name(
    login: Login, flow: MakeFlow, given: str, owner: str, reads: str
) -> None:
    fields = nested(f"{owner}.{given}", "x")
    text = (
        f"[A735] The Action read event.{owner}.{reads}, which is not there; the event of this run "
        f"has {given!r}. Use one name in both."
    )
    action = login(f"event.{owner}.{reads};")
    for run in (action.run, flow(action).run):
        with pytest.warns(NearMissWarning, match=f"^{re.escape(text)}$"):
            run(**fields)


@pytest.mark.parametrize(
    ("given", "reads"),
    [
        ("plan", "plan"),
        ("plan", "trial"),
        ("plans", "plan"),
        ("company", "companies"),
        ("tier", "tier2"),
        ("address_line1", "address_line2"),
        ("terms_v12", "terms_v21"),
        ("year12345", "year12435"),
        ("eu_tenant", "us_tenant"),
        ("enable_sso", "enable_slo"),
        ("utm_contact", "utm_content"),
        ("is_blocked", "isLocked"),
        ("trialEndsAt", "trialEndedAt"),
        ("approved_at", "approved_by"),
        ("phone_mobile", "mobile_phone"),
        ("screen_hint", "ext_screen_hint"),
        ("form", "from"),
        ("active", "inactive"),
        ("states", "status"),
        ("address", "addresss"),
        ("status", "statsu"),
        ("loginn_contt", "login_count"),
    ],
)
def test_another_name_is_no_near_miss(login: Login, flow: MakeFlow, given: str, reads: str) -> None:
    """Neither where the test gives it, nor where an earlier Action has set it."""
    reader = login(f"event.user.app_metadata.{reads};")
    reader.run(user={"app_metadata": {given: "gold"}})
    flow(login(f"api.user.setAppMetadata({given!r}, 'gold');"), reader).run()


@pytest.mark.parametrize(
    ("given", "reads"),
    [
        ("notifications", "notificatoins"),
        ("riskLevel", "riskLevvel"),
        ("HTTPReferrer", "http_referer"),
        ("größe_schuhe", "größe_schhue"),
    ],
)
def test_a_slip_inside_of_a_word_is_one(login: Login, given: str, reads: str) -> None:
    with pytest.warns(NearMissWarning, match=f"A735.*has {given!r}"):
        login(f"event.user.app_metadata.{reads};").run(user={"app_metadata": {given: "gold"}})


def test_an_action_may_delete_what_it_then_reads(login: Login) -> None:
    metadata = {"plan": "gold", "Plan": "gold"}
    body = "delete event.user.app_metadata.plan; event.user.app_metadata.plan;"
    login(body).run(user={"app_metadata": metadata})


@pytest.mark.parametrize("given", ["is_admin", "isAdmin"])
@pytest.mark.parametrize(
    "reads",
    [
        "event.user.app_metadata.is_admin ?? event.user.app_metadata?.isAdmin;",
        "for (const name of ['is_admin', `isAdmin`]) event.user.app_metadata[name];",
        "const { is_admin, isAdmin } = event.user.app_metadata;",
        "const { is_admin: one, isAdmin: other } = event.user.app_metadata;",
        "const { is_admin = 1, isAdmin = is_admin } = event.user.app_metadata;",
        "const {\n is_admin,\n isAdmin\n} = event.user.app_metadata;",
    ],
)
def test_an_action_may_read_both_names(
    login: Login, flow: MakeFlow, reads: str, given: str
) -> None:
    """The one of old, and the new one."""
    reader = login(reads)
    reader.run(user={"app_metadata": {given: True}})
    flow(login(f"api.user.setAppMetadata({given!r}, true);"), reader).run()


def test_so_may_its_module_and_a_file_of_its_own(
    load_action: LoadAction, write_action: WriteAction
) -> None:
    module = write_action("exports.old = ({ isAdmin }) => isAdmin;", "module.js")
    write_action("exports.older = (metadata) => metadata['is-admin'];", "own.js")
    action = load_action(
        write_action(
            "const { old } = require('actions:old');\nconst { older } = require('./own');\n"
            "exports.onExecutePostLogin = async ({ user: { app_metadata } }) => "
            "app_metadata.is_admin ?? old(app_metadata) ?? older(app_metadata);"
        ),
        modules={"old": module},
    )
    for name in ("is_admin", "isAdmin", "is-admin"):
        action.run(user={"app_metadata": {name: True}})
    with pytest.warns(NearMissWarning, match="has 'IsAdmin'"):
        action.run(user={"app_metadata": {"IsAdmin": True}})


@pytest.mark.parametrize(
    "reads",
    [
        "const isAdmin = event.user.app_metadata.is_admin; if (isAdmin) return;",
        "// isAdmin, or .isAdmin\nevent.user.app_metadata.is_admin;",
        "event.user.app_metadata.is_admin; event.isAdmins; event.wasisAdmin; ['isAdmin?'];",
    ],
)
def test_a_variable_or_a_comment_of_that_name_reads_nothing(login: Login, reads: str) -> None:
    with pytest.warns(NearMissWarning, match="has 'isAdmin'"):
        login(reads).run(user={"app_metadata": {"isAdmin": True}})


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (
            {"user": {"email_verifed": False}},
            "event.user has no field 'email_verifed'. Did you mean event.user.email_verified?",
        ),
        ({"Transaction": {}}, "event has no field 'Transaction'. Did you mean event.transaction?"),
        (
            {"transaction": {"requestedScopes": []}},
            "event.transaction has no field 'requestedScopes'. Did you mean "
            "event.transaction.requested_scopes?",
        ),
        (
            {"user": {"identities": [{}, {"is_social": True}]}},
            "event.user.identities[1] has no field 'is_social'. Did you mean "
            "event.user.identities[1].isSocial?",
        ),
        ({"request": "GET"}, "event.request must be an object."),
        ({"user": {"app_metadata": "gold"}}, "event.user.app_metadata must be an object."),
        ({"authentication": {"methods": "pwd"}}, "event.authentication.methods must be a list."),
    ],
)
def test_a_dict_with_a_likely_mistake(
    login: Login, flow: MakeFlow, event: dict[str, Any], said: str
) -> None:
    action = login("")
    for run in (action.run, flow(action).run):
        with pytest.warns(NearMissWarning) as caught:
            run(event)
        assert [str(each.message) for each in caught] == [
            f"[A744] The test's own dict looks wrong: {said}"
        ]
        assert caught[0].filename == __file__


def test_each_mistake_in_a_dict_is_named(login: Login) -> None:
    event = {"user": {"emial": "a", "Name": "b"}, "client": {"clientId": "c"}, "stats": 3}
    with pytest.warns(NearMissWarning) as caught:
        login("").run(event)
    assert len(caught) == 4


@pytest.mark.parametrize(
    "event",
    [
        {"user": {"email": "a", "Email": "b"}},  # the right one is there, too
        {"user": {"emails": ["a"], "locale": "de", "id": 1, "roles": ["a"], "sub": "b"}},
        {"user": {"givenName": "Ada", "familyName": "Lovelace", "userName": "ada"}},
        {"user": {"identities": [{"user_id": 12345, "userId": "1"}], "email_verified": "true"}},
        {"user": {"app_metadata": {"userMetadata": 1}, "user_metadata": None}},
        {"transaction": {"scope": "openid"}, "session": {"cookie": {"mode": "x"}}, "users": []},
        {"secrets": {"Secrets": "a"}, "request": {"query": {"Prompt": "none"}, "body": None}},
        {"user": {5: "a"}},
    ],
)
def test_a_dict_may_have_what_other_events_have(login: Login, event: dict[Any, Any]) -> None:
    login("").run(event)


def test_a_dict_may_have_fields_that_are_new(login: Login) -> None:
    """Those that Auth0 adds are in what a tenant exports before they are in the plugin."""
    login("").run({"user": {"email": "a@example.com"}, "client": {"logo_uri": "x"}, "novelty": 1})


def test_a_finished_event_may_have_anything(login: Login, make_event: Any) -> None:
    event: Event = login("").make_event()
    event["user"]["email_verified"] = "false"
    login("").run(event)
