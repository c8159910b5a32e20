"""Texts such as `undefined` in a request or a call: warned of at the line, and named in errors."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
import respx

from pytest_auth0_actions import ActionError, LoadAction, StrayValueWarning
from pytest_auth0_actions.world.slips import slips_in_headers, slips_in_url
from tests.conftest import WriteAction
from tests.http.conftest import Refused

UNSET = (
    "what was put there was not set. Look for a secret that is missing, a field that the event "
    "lacks, or a typo."
)
PROMISE = "a promise was put there. Await it first."
OBJECT = "an object was put there. Use one of its fields, or JSON.stringify() it."
NUMBER = "what was put there was computed from something that is no number."

later = "(async () => 'x')()"


@pytest.mark.parametrize(
    ("request_", "told"),
    [
        ("`https://a.test/${event.user.plan}/x`", f"undefined in the path of its URL: {UNSET}"),
        ("`https://a.test/x/${null}`", f"null in the path of its URL: {UNSET}"),
        (f"`https://a.test/${{{later}}}`", f"[object Promise] in the path of its URL: {PROMISE}"),
        ("`https://a.test/?a=1&b=${{}}`", f"[object Object] in the query of its URL: {OBJECT}"),
        ("`https://a.test/?${{}}`", f"[object Object] in the query of its URL: {OBJECT}"),
        ("`https://a.test/?page=${1 * undefined}`", f"NaN in the query of its URL: {NUMBER}"),
        (
            "'https://a.test/?' + new URLSearchParams({ a: Promise.resolve() })",
            f"[object Promise] in the query of its URL: {PROMISE}",
        ),
        (
            "'https://a.test/', { headers: { Authorization: `Bearer ${event.user.token}` } }",
            f"undefined in the header Authorization: {UNSET}",
        ),
        (
            f"'https://a.test/', {{ headers: {{ 'X-Key': {later} }} }}",
            f"[object Promise] in the header X-Key: {PROMISE}",
        ),
        (
            "'https://a.test/', { headers: { Authorization: `Basic ${btoa(`id:${event.no}`)}` } }",
            f"undefined in the header Authorization: {UNSET}",
        ),
    ],
)
def test_the_line_that_sent_it_is_warned_of(
    load_action: LoadAction,
    write_handler: WriteAction,
    http_mock: respx.MockRouter,
    request_: str,
    told: str,
) -> None:
    http_mock.route(host="a.test").respond(200)
    path = write_handler(f"console.log('first');\nawait fetch({request_});")
    with pytest.warns(StrayValueWarning) as caught:
        load_action(path).run()
    [warning] = caught
    assert str(warning.message) == f"[A741] The Action sent a request with {told}"
    assert (warning.filename, warning.lineno) == (str(path), 3)


@pytest.fixture
def write_login(write_action: WriteAction) -> WriteAction:
    """Write an Action of post-login whose handler has the given body, which starts on line 2."""

    def write(body: str, name: str = "login.js") -> Path:
        return write_action(
            f"exports.onExecutePostLogin = async (event, api) => {{\n{body}\n}};\n", name
        )

    return write


@pytest.mark.parametrize(
    ("call", "path", "told"),
    [
        (
            f"idToken.setCustomClaim('https://a.test/x', `${{{later}}}`)",
            "idToken.setCustomClaim",
            f"[object Promise] in the value '[object Promise]': {PROMISE}",
        ),
        (
            "accessToken.setCustomClaim('https://a.test/x', { ids: [1, `a|${event.user.no}`] })",
            "accessToken.setCustomClaim",
            f"undefined in the value 'a|undefined': {UNSET}",
        ),
        (
            "idToken.setCustomClaim(`https://a.test/${event.user.no}`, 1)",
            "idToken.setCustomClaim",
            f"undefined in the key 'https://a.test/undefined': {UNSET}",
        ),
        (
            "user.setAppMetadata('since', `${1 / 'x'}-${1 / 'x'}`)",
            "user.setAppMetadata",
            f"NaN in the value 'NaN-NaN': {NUMBER}",
        ),
        (
            "user.setUserMetadata(event.user.no, true)",
            "user.setUserMetadata",
            f"undefined in the key 'undefined': {UNSET}",
        ),
        (
            "transaction.setMetadata('greeting', `Hello ${event.user}, ${'o'.repeat(99)}`)",
            "transaction.setMetadata",
            f"[object Object] in the value 'Hello [object Object], {'o' * 57}...': {OBJECT}",
        ),
        (
            "samlResponse.setAttribute('https://a.test/x', [`${event.user.no}@a.test`])",
            "samlResponse.setAttribute",
            f"undefined in the value 'undefined@a.test': {UNSET}",
        ),
        (
            "cache.set('token', `${event.user}`)",
            "cache.set",
            f"[object Object] in the value '[object Object]': {OBJECT}",
        ),
        (
            "cache.get(`plan-${event.user.no}`)",
            "cache.get",
            f"undefined in the key 'plan-undefined': {UNSET}",
        ),
        (
            "cache.delete(`${event.user.no}_plan`)",
            "cache.delete",
            f"undefined in the key 'undefined_plan': {UNSET}",
        ),
    ],
)
def test_the_line_that_keeps_it_is_warned_of(
    load_action: LoadAction, write_login: WriteAction, call: str, path: str, told: str
) -> None:
    action = write_login(f"console.log('first');\napi.{call};")
    with pytest.warns(StrayValueWarning) as caught:
        load_action(action).run()
    [warning] = caught
    assert str(warning.message) == f"[A741] The Action called api.{path}() with {told}"
    assert (warning.filename, warning.lineno) == (str(action), 3)


def test_a_secret_in_what_is_kept_is_masked(
    load_action: LoadAction, write_login: WriteAction
) -> None:
    path = write_login("api.user.setAppMetadata('key', `${event.secrets.KEY}:${event.user.no}`);")
    with pytest.warns(StrayValueWarning, match=r"the value '\*\*\*KEY\*\*\*:undefined'"):
        load_action(path, secrets={"KEY": "0123456789abcdef"}).run()


def test_what_may_be_meant_is_kept_in_silence(
    load_action: LoadAction, write_login: WriteAction
) -> None:
    """The tests of this project turn each warning into an error."""
    path = write_login(
        """
        const texts = [
          'undefined behavior', 'The plan is undefined', 'undefined-behavior', 'is_undefined',
          'NaNcy', 'Undefined', 'null', 'predefined:undefinedness',
          '"[object Object]" is not valid JSON', '[object]', '[object Object] explained',
        ];
        for (const [index, text] of texts.entries()) {
          api.idToken.setCustomClaim(`https://a.test/${index}`, text);
          api.user.setAppMetadata(text, [{ text }, 5, true]);
          api.transaction.setMetadata('text', text);
          api.cache.set(`text:${index}`, text);
        }
        api.user.setUserMetadata('plan', undefined);
        api.cache.get('undefinedness');
        """
    )
    load_action(path).run()


@pytest.mark.respx(assert_all_called=False)
@pytest.mark.parametrize(
    ("text", "does"),
    [
        ("Nguyen NaN", "await fetch('https://a.test/', { headers: { 'X-User': TEXT } });"),
        ("undefined", "await fetch(`https://a.test/search?q=${TEXT}`);"),
        ("null", "await fetch(`https://a.test/users/${TEXT}`);"),
        ("undefined", "api.user.setUserMetadata('tags', [TEXT]);"),
        ("https://a.test/undefined", "api.user.setUserMetadata('last_page', TEXT);"),
        ("about [object Object]", "api.idToken.setCustomClaim('https://a.test/topic', TEXT);"),
        ("NaN", "api.cache.get(`name:${TEXT}`);"),
    ],
)
def test_what_the_event_says_is_passed_on(
    load_action: LoadAction,
    write_login: WriteAction,
    http_mock: respx.MockRouter,
    text: str,
    does: str,
) -> None:
    """The tests of this project turn each warning into an error; without that text, it is one."""
    http_mock.route(host="a.test").respond(200)
    action = load_action(write_login(does.replace("TEXT", "event.user.user_metadata.text")))
    action.run(user={"user_metadata": {"text": text}})
    other = load_action(write_login(does.replace("TEXT", repr(text)), "other.js"))
    for name in ("Ada", "NaNcy predefined nulla_undefined"):
        with pytest.warns(StrayValueWarning, match="A741"):
            other.run(user={"name": name})


def test_what_a_secret_says_is_no_text_of_the_event(
    load_action: LoadAction, write_login: WriteAction
) -> None:
    path = write_login("api.user.setAppMetadata('key', `${event.secrets.KEY}`);")
    with pytest.warns(StrayValueWarning, match="A741"):
        load_action(path, secrets={"KEY": "undefined"}).run()


def test_a_call_that_throws_is_told_by_its_error_alone(
    load_action: LoadAction, write_login: WriteAction
) -> None:
    with pytest.raises(ActionError, match="Received undefined"):
        load_action(write_login("api.cache.set(event.user.no, 'x');")).run()


def test_a_body_and_text_around_are_left_alone(
    load_action: LoadAction, write_handler: WriteAction, http_mock: respx.MockRouter
) -> None:
    """The tests of this project turn each warning into an error."""
    http_mock.route(host="a.test").respond(200)
    path = write_handler(
        """
        const headers = { 'X-Note': 'undefined is not a function', Origin: 'null' };
        const url = 'https://a.test/undefined-users/nullable?next=null&q=is%20undefined%3F#undefined';
        await fetch(url, { method: 'POST', headers, body: 'undefined' });
        """
    )
    [request] = load_action(path).run().requests
    assert request.content == b"undefined"


@pytest.mark.parametrize(
    ("host", "text"),
    [
        ("undefined", "undefined"),
        ("null", "null"),
        ("nan", "NaN"),
        ("undefined.a.test", "undefined"),
    ],
)
@pytest.mark.filterwarnings("ignore:.A741")
def test_the_error_of_a_request_to_such_a_host_says_so(
    load_action: LoadAction, write_handler: WriteAction, refused: Refused, host: str, text: str
) -> None:
    path = write_handler(f"await fetch('https://{host}/token');")
    cause = NUMBER if text == "NaN" else UNSET
    assert refused(load_action(path).run).what_to_do == (
        f"The request has {text} in the host of its URL: {cause}"
    )


@pytest.mark.parametrize(
    ("url", "told"),
    [
        (f"`https://${{{later}}}/users`", f"The URL has [object Promise] in it: {PROMISE}"),
        ("`${event.nope}/users`", f"The URL has undefined in it: {UNSET}"),
        ("`${event.nope}`", f"The URL has undefined in it: {UNSET}"),
        ("`/undefined-behavior/`", "Look there"),
    ],
)
def test_the_error_of_a_url_that_can_not_be_read_says_so(
    load_action: LoadAction, write_handler: WriteAction, url: str, told: str
) -> None:
    with pytest.raises(ActionError, match="Failed to parse URL from ") as caught:
        load_action(write_handler(f"await fetch({url});")).run()
    assert caught.value.what_to_do.splitlines()[0].startswith(told)


@pytest.mark.parametrize(
    "url",
    ["", "undefined", "localhost:8080/undefined", "https://fundefined.test/", "https://nan.test/"],
)
def test_what_is_no_slip_of_a_url(url: str) -> None:
    assert [*slips_in_url(url)] == []


@pytest.mark.parametrize(
    ("header", "text"),
    [
        ("undefined", "undefined"),
        ("Bearer null", "null"),
        ("session=undefined", "undefined"),
        ("a [object Object]", "[object Object]"),
        ("Basic " + base64.b64encode(b"undefined:pass").decode(), "undefined"),
        ("Basic " + base64.b64encode(b"user:pass").decode(), None),
        ("Basic " + base64.b64encode(b"\xff\xfe").decode(), None),
        ("Basic x", None),
        ("null", None),
        ("isundefined", None),
        ("undefined; a=b", None),
    ],
)
def test_what_is_a_slip_of_a_header(header: str, text: str | None) -> None:
    found = [each.text for each in slips_in_headers(["X-A", header])]
    assert found == ([] if text is None else [text])
