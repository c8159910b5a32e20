"""Arguments of api methods that Auth0 takes without a word, and that were hardly meant."""

from __future__ import annotations

import pytest

from pytest_auth0_actions import ArgumentsWarning, CacheOptionsWarning, LoadAction
from tests.conftest import WriteAction

UNDEFINED = "Auth0 takes that for undefined. Pass it."
IGNORED = "Auth0 ignores that. Leave it out."
NO_FALSE = "a text is not false. Pass false."
LOGIN, CREDENTIALS = "onExecutePostLogin", "onExecuteCredentialsExchange"
REGISTRATION = "onExecutePreUserRegistration"
PUSH = "{{ type: 'push', options: {{ otpFallback: {} }} }}"


@pytest.mark.parametrize(
    ("handler", "call", "told"),
    [
        (LOGIN, "access.deny()", f"access.deny(reason) was called without reason: {UNDEFINED}"),
        (
            LOGIN,
            "redirect.sendUserTo('https://shop.example/terms', { session_token: 't' })",
            "redirect.sendUserTo(url, options) was called with the option 'session_token': Auth0 "
            "ignores that. What it knows: query.",
        ),
        (
            LOGIN,
            "redirect.encodeToken({ secret: 's', expiresIn: 300 })",
            "redirect.encodeToken(options) was called with the option 'expiresIn': Auth0 ignores "
            "that. What it knows: secret, payload, expiresInSeconds.",
        ),
        (
            LOGIN,
            "multifactor.enable('any', { allowRememberBrowsers: true })",
            "multifactor.enable(provider, options) was called with the option "
            "'allowRememberBrowsers': Auth0 ignores that. What it knows: allowRememberBrowser, "
            "providerOptions.",
        ),
        (
            "onExecutePostChallenge",
            "access.deny()",
            f"access.deny(reason) was called without reason: {UNDEFINED}",
        ),
        (
            LOGIN,
            "access.deny('access_denied', 'Not today')",
            f"access.deny(reason) was called with 'Not today' besides: {IGNORED}",
        ),
        (
            REGISTRATION,
            "access.deny('no partner')",
            "access.deny(reason, userMessage) was called without userMessage: " + UNDEFINED,
        ),
        (
            REGISTRATION,
            "access.deny()",
            "access.deny(reason, userMessage) was called without reason and userMessage: "
            + UNDEFINED,
        ),
        (
            CREDENTIALS,
            "access.deny('Partners only')",
            "access.deny(code, reason) was called without reason: 'Partners only' is taken for the "
            "code, which is one of invalid_scope, invalid_request, server_error. Pass both.",
        ),
        (
            LOGIN,
            "user.setAppMetadata({ plan: 'gold' })",
            f"user.setAppMetadata(key, value) was called without value: {UNDEFINED}",
        ),
        (
            REGISTRATION,
            "user.setUserMetadata({ plan: 'gold' })",
            f"user.setUserMetadata(key, value) was called without value: {UNDEFINED}",
        ),
        (
            LOGIN,
            "idToken.setCustomClaim('https://shop.example/plan')",
            f"idToken.setCustomClaim(key, value) was called without value: {UNDEFINED}",
        ),
        (
            LOGIN,
            "multifactor.enable('any', { allowRememberBrowser: 'false' })",
            "multifactor.enable(provider, options) was called with the text 'false' for "
            f"allowRememberBrowser: {NO_FALSE}",
        ),
        (
            LOGIN,
            f"authentication.challengeWithAny([{PUSH.format(repr('False'))}])",
            "authentication.challengeWithAny(factors) was called with the text 'False' for "
            f"otpFallback: {NO_FALSE}",
        ),
    ],
)
def test_what_was_hardly_meant_is_warned_of_at_its_line(
    load_action: LoadAction, write_action: WriteAction, handler: str, call: str, told: str
) -> None:
    path = write_action(f"exports.{handler} = async (event, api) => {{\n  api.{call};\n}};\n")
    with pytest.warns(ArgumentsWarning) as caught:
        load_action(path).run()
    [warning] = caught
    assert str(warning.message) == f"[A742] api.{told}"
    assert (warning.filename, warning.lineno) == (str(path), 2)


@pytest.mark.parametrize(
    ("handler", "call"),
    [
        (LOGIN, "api.access.deny('no', undefined)"),
        (LOGIN, "['read:a', 'read:b'].forEach(api.accessToken.addScope)"),
        (LOGIN, "api.idToken.setCustomClaim('https://shop.example/plan', event.user.plan)"),
        (LOGIN, "api.multifactor.enable('any', { allowRememberBrowser: true })"),
        (LOGIN, f"api.authentication.challengeWith({PUSH.format('false')})"),
        (CREDENTIALS, "api.access.deny('invalid_scope')"),
        (CREDENTIALS, "api.access.deny('partners', 'Partners only')"),
        (
            "onExecuteCustomTokenExchange",
            "try { api.access.deny('no'); } catch { api.access.deny('no', 'why'); }",
        ),
    ],
)
def test_right_use_is_not_warned_of(
    load_action: LoadAction, write_action: WriteAction, handler: str, call: str
) -> None:
    """The tests of this project turn each warning into an error."""
    code = f"exports.{handler} = async (event, api) => {{\n  {call};\n}};\n"
    assert load_action(write_action(code)).run().calls


@pytest.mark.parametrize("option", ["TTL", "expiresAt", "expires_in", "ttl_ms"])
def test_an_option_of_the_cache_that_counts_for_nothing(
    load_action: LoadAction, write_handler: WriteAction, option: str
) -> None:
    path = write_handler(f"api.cache.set('k', 'v', {{ ttl: 5000, {option}: 1000 }});")
    with pytest.warns(CacheOptionsWarning) as caught:
        run = load_action(path).run()
    assert [str(each.message) for each in caught] == [
        f"[A707] api.cache.set() ignores the option {option!r}. Pass {{ ttl: ... }} or "
        "{ expires_at: ... }, in milliseconds."
    ]
    assert run.calls[0].result.record.expires_at - run.calls[0].at_ms == 5_000


@pytest.mark.filterwarnings("ignore:.A742")
def test_the_timeline_does_not_say_that_it_is_saved_or_set(pytester: pytest.Pytester) -> None:
    (pytester.path / "code.js").write_text(
        """exports.onExecutePostLogin = async (event, api) => {
          api.user.setAppMetadata({ plan: 'gold' });
          api.user.setUserMetadata('plan', undefined);
          api.idToken.setCustomClaim('https://a.test/b', undefined);
        };""",
        encoding="utf-8",
    )
    pytester.makepyfile("def test_it(load_action):\n    assert not load_action('code.js').run()\n")
    pytester.runpytest().stdout.fnmatch_lines(
        [
            "*user.setAppMetadata({'plan': 'gold'}) -> not saved: undefined",
            "*user.setUserMetadata('plan', undefined) -> not saved: undefined",
            "*idToken.setCustomClaim('https://a.test/b', undefined) -> not set: undefined",
        ]
    )
