"""Fields that an Action reads under almost their name."""

from __future__ import annotations

import pytest

from pytest_auth0_actions.auth0.events import event_model
from pytest_auth0_actions.project.misread import misread_fields

POST_LOGIN = event_model("post-login")
HANDLER = "exports.onExecutePostLogin"


@pytest.mark.parametrize(
    ("source", "path", "like"),
    [
        ("event.user.emailVerified", "user.emailVerified", "email_verified"),
        ("event.user?.appMetadata?.plan", "user.appMetadata", "app_metadata"),
        ("event['user']['userId'].slice(1)", "user.userId", "user_id"),
        ("event.request.geoip.city_name", "request.geoip.city_name", "cityName"),
        ("event.authorisation.roles", "authorisation", "authorization"),
        ("const { givenName } = event.user", "user.givenName", "given_name"),
        (
            f"{HANDLER} = async (e) => e.stats.loginsCount",
            "stats.loginsCount",
            "logins_count",
        ),
    ],
)
def test_a_slip_is_found(source: str, path: str, like: str) -> None:
    [found] = misread_fields(f"\n{source};", POST_LOGIN)
    assert (found.path, found.like, found.line) == (tuple(path.split(".")), like, 2)


@pytest.mark.parametrize(
    "source",
    [
        "event.user.email_verified && event.user.email.toLowerCase()",
        "event.user.department",  # of the tenant's own connection
        "event.user.app_metadata.appMetadata",  # whose keys are the tenant's own
        "event.user.identities[0].profileData",
        "event.secrets.EMIAL",
        "const { user } = event; users.map((user) => user.emailVerified)",  # another user
        "// event.user.emailVerified",
        "'event.user.emailVerified'",
        "person.event.emailVerified",
        "not JavaScript (",
        # the code asks whether it is there, or has a default
        "const mail = event.user.nickname ?? event.user.nicknames?.[0]",
        "const name = event.user.givenName\n  ?? event.user.given_name",
        "const mails = 'nicknames' in event.user ? event.user.nicknames : []",
        "if (Object.hasOwn(event.user, 'nicknames')) {\n  send(event.user.nicknames);\n}",
        "const name = typeof event.user.userName === 'string' ? event.user.userName : ''",
        "if (event.user.userName !== undefined) {\n  greet(event.user.userName);\n}",
        "const name = event.user.userName || 'you'",
        "const { nicknames = [], name } = event.user",
        "const { givenName, given_name: name = givenName } = event.user",
        "switch (a) {\n  case 1: {\n    f(event.user.nickname, event.user.nicknames);\n  }\n}",
        "const mail = event.user['nickname'] || event.user.nicknames",
    ],
)
def test_what_is_no_slip(source: str) -> None:
    assert misread_fields(source, POST_LOGIN) == ()


IN_HANDLER = HANDLER + " = async (event, api) => {{ {} }};\n"


@pytest.mark.parametrize(
    "source",
    [
        IN_HANDLER.format("logs.filter((event) => event.clients?.length);"),
        IN_HANDLER.format("logs.map(event => event.clients);"),
        IN_HANDLER.format("logs.map(function (event) { return event.clients; });"),
        IN_HANDLER.format("for (const event of logs) event.user.emails;"),
        IN_HANDLER.format("for await (const event of logs) { event.user.emails; }"),
        IN_HANDLER.format("try { f(); } catch (event) { event.clients; }"),
        IN_HANDLER.format("if (logs) { const { event } = logs[0]; event.user.emails; }"),
        IN_HANDLER.format("track();") + "function track(event) { event.user.emails; }",
        IN_HANDLER.format("track();") + "const track = ({ event }) => event.user.emails;",
        IN_HANDLER.format("track();") + "class A { track(event) { event.user.emails; } }",
        "const track = (event: Log): Promise<void> => { event.user.emails; };",
        "function track(event: Log): Promise<void> { event.user.emails; }",
    ],
)
def test_another_event_is_not_looked_at(source: str) -> None:
    assert misread_fields(source, POST_LOGIN) == ()


@pytest.mark.parametrize(
    "source",
    [
        IN_HANDLER.format("users.map((each) => event.user.emailVerified);"),
        IN_HANDLER.format("for (const role of event.user.roles) event.user.emailVerified;"),
        IN_HANDLER.format("const { emailVerified } = event.user; if (emailVerified) f();"),
        IN_HANDLER.format("f(event.user.email_verified)\nf(event.user.emailVerified)"),
        IN_HANDLER.format("const all = { event: log }; if (event.user.emailVerified) f(all);"),
        IN_HANDLER.format("if (event.user.name) { event.user.emailVerified; }"),
        f"{HANDLER} = wrap(options, async (event, api) => {{ event.user.emailVerified; }});",
        f"async function run(event) {{ event.user.emailVerified; }}\n{HANDLER} = run;",
        "module.exports = { async onExecutePostLogin(event) { event.user.emailVerified; } };",
        "export const onExecutePostLogin = async (event: Event) => event.user.emailVerified;",
    ],
)
def test_that_of_the_handler_is(source: str) -> None:
    [found] = misread_fields(source, POST_LOGIN)
    assert found.path == ("user", "emailVerified")


def test_a_default_for_what_is_in_it_is_none_for_it() -> None:
    [found] = misread_fields("const plan = event.user.appMetadata?.plan ?? 'free';", POST_LOGIN)
    assert found.like == "app_metadata"


@pytest.mark.parametrize(
    "library",
    [f"/* {'a library ' * 5_000} */", "//# sourceMappingURL=code.js.map"],
    ids=["long", "mapped"],
)
def test_a_bundle_is_left_alone(library: str) -> None:
    """A library's `event.clientX` is none of Auth0's."""
    slip = "button.on('click', () => event.clientX);\n"
    assert [each.like for each in misread_fields(slip, POST_LOGIN)] == ["client"]
    assert misread_fields(slip + library, POST_LOGIN) == ()


def test_each_slip_is_found_once_at_its_first_line() -> None:
    source = "event.user.emial;\nevent.user.nikname;\nevent.user.emial.length;\n"
    found = misread_fields(source, POST_LOGIN)
    assert [(each.like, each.line) for each in found] == [("email", 1), ("nickname", 2)]


def test_another_trigger_has_other_fields() -> None:
    source = "event.acessToken.customClaims"
    assert misread_fields(source, POST_LOGIN) == ()
    [found] = misread_fields(source, event_model("credentials-exchange"))
    assert found.like == "accessToken"


@pytest.mark.parametrize(
    ("event", "is_in"),
    [
        ({"user": {"emailVerified": None}}, True),
        ({"user": {}}, False),
        ({"user": None}, False),
        ({}, False),
    ],
)
def test_a_test_may_have_set_it_all_the_same(event: dict[str, object], is_in: bool) -> None:
    [found] = misread_fields("event.user.emailVerified", POST_LOGIN)
    assert found.is_in(event) is is_in
