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
        ("contract_id", "contactId"),
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
            "event.user has no field 'email_verifed'. Did you mean event.user.email_verified? If "
            'not, set it on the finished event: event["user"]["email_verifed"] = VALUE.',
        ),
        (
            {"user": {"email_verified": "false"}},
            "event.user.email_verified must be a boolean. Pass True or False. For another type, "
            'set it on the finished event: event["user"]["email_verified"] = \'false\'.',
        ),
        (
            {"users": {}},
            "The event of post-login has no field 'users'. Did you mean event.user? If not, set it "
            'on the finished event: event["users"] = VALUE.',
        ),
        (
            {"request": "GET"},
            "event.request must be an object. Pass a dict of its fields (asn, body, geoip, "
            "hostname, ip, language, method, query, user_agent), or None.",
        ),
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


def test_each_part_of_a_dict_is_looked_at(login: Login) -> None:
    event = {"user": {"emial": "a"}, "client": {"client_ids": "b"}, "stats": {"logins_count": 3}}
    with pytest.warns(NearMissWarning) as caught:
        login("").run(event)
    assert len(caught) == 2


def test_a_secret_in_a_dict_is_masked(load_action: LoadAction, write_action: WriteAction) -> None:
    action = load_action(write_action("exports.onExecutePostLogin = async () => {};"))
    event = {"secrets": {"KEY": "s3cr3t-value"}, "user": {"email_verified": "s3cr3t-value"}}
    with pytest.warns(NearMissWarning, match="A744") as caught:
        action.run(event)
    assert "s3cr3t-value" not in str(caught[0].message)


def test_a_dict_may_have_fields_that_are_new(login: Login) -> None:
    """Those that Auth0 adds are in what a tenant exports before they are in the plugin."""
    login("").run({"user": {"email": "a@example.com"}, "client": {"logo_uri": "x"}, "novelty": 1})


def test_a_finished_event_may_have_anything(login: Login, make_event: Any) -> None:
    event: Event = login("").make_event()
    event["user"]["email_verified"] = "false"
    login("").run(event)
