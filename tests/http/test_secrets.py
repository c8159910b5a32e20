"""Secrets are hidden in all that is printed of a test, and in nothing that a test reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_auth0_actions import ActionError, LoadAction
from tests.conftest import STRICT_INI, WriteAction
from tests.http.conftest import Refused

pytestmark = pytest.mark.slow  # each test is a session of its own, or several

KEY = "s3cr3t/with+odd=characters"
PEM = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQEF\n-----END PRIVATE KEY-----\n"
LONG = "".join(f"L0ng{number:04}" for number in range(200))
HOOK = "HTTPS://Hooks.Example.com:443/T0K3N/w1th space/B0"
SECRETS = {"API_KEY": KEY, "PEM": PEM, "LONG": LONG, "HOOK": HOOK, "SHORT": "abc", "EMPTY": ""}
HIDDEN = [KEY, "s3cr3t", "MIIEvQIBADANBg", "kqhkiG9w0BAQEF", "L0ng", "0ng01", "T0K3N", "w1th"]

ACTION = """
exports.onExecutePostUserRegistration = async (event, api) => {
  const { API_KEY, PEM } = event.secrets;
  console.log(`the key is ${API_KEY}`);
  console.log({ API_KEY, PEM });
  api.cache.set('token', API_KEY);
  if (event.fails === 'throw') throw new Error(`bad key: ${API_KEY}, ${PEM}`);
  if (event.fails === 'crash') process.exit(API_KEY);
  if (event.fails === 'stall') await new Promise(() => {});
  const url = `https://api.test/${encodeURIComponent(API_KEY)}?key=${API_KEY}`;
  const headers = { authorization: `Bearer ${API_KEY}` };
  await fetch(url, { method: 'POST', headers, body: API_KEY }).catch(() => {});
};
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    # The Action prints its secrets, which is not what these tests fail for.
    printing = "    error\n    ignore::pytest_auth0_actions.PrintedSecretWarning\n"
    pytester.makeini(STRICT_INI.replace("    error\n", printing))
    (pytester.path / "code.js").write_text(ACTION, encoding="utf-8")
    pytester.makeconftest(
        f"""
        import pytest

        @pytest.fixture
        def action(load_action):
            return load_action("code.js", secrets={SECRETS!r})
        """
    )
    return pytester


TESTS = {
    "thrown": "action.run({'fails': 'throw'})",
    "crashed": "action.run({'fails': 'crash'})",
    "stalled": "action.run({'fails': 'stall'})",
    "unanswered": "action.run()",
    "unused": "http_mock.get(f'https://api.test/{KEY}'); action.run()",
    "compared": "assert answered(http_mock, action).logs == 'nothing'",
    "contained": "assert 'nothing' in answered(http_mock, action).logs",
    "called": "assert answered(http_mock, action).calls == ()",
    "requested": "assert answered(http_mock, action).requests == ()",
    "sent": "answered(http_mock, action); assert http_mock.calls.last.request.content == b'x'",
    "url": "answered(http_mock, action); assert http_mock.calls.last.request.url == 'x'",
    "cut": "assert LONG + 'x' == 'x' + LONG",
    "cut_call": "assert not str(LONG)",
    "cut_contained": "assert LONG not in f'a {LONG} b'",
    "cut_skipped": "assert LONG + 'x' == LONG + 'y'",
    "cut_in_list": "assert [1, {'key': LONG}] == [1, {'key': 'x' + LONG}, 2]",
    "cut_bytes": "assert b'x' + LONG.encode() == LONG.encode()",
    "cut_items": "assert sorted([LONG, LONG + 'x']) == [b'', LONG.encode()]",
    "argument": "argument_is_shown(LONG, key=LONG)",
    "mapping": "assert {'auth': f'Basic {BASIC}'}.get('auth') == 'x'",
    "hexed": "assert KEY.encode().hex() in ['x']",
    "normal_url": "assert str(httpx.URL(HOOK)) == 'https://example.com'",
    "warned": "warnings.warn(f'{KEY} {LONG}')",
    "dict": "answered(http_mock, action); assert {'key': KEY} == {'key': 'other'}",
    "own_error": "raise ValueError(KEY)",
    "lines": "raise ValueError(PEM)",
    "cause": "raise ValueError('outer') from KeyError(KEY)",
    "callback": "http_mock.route().mock(side_effect=ValueError(KEY)); action.run()",
    "output": "print(KEY); print(PEM); logging.getLogger().warning(KEY); assert 0",
    "failed": "pytest.fail(KEY)",
    "skipped": "pytest.skip(KEY)",
    "expected": "pytest.xfail(KEY)",
}


@pytest.mark.parametrize(
    "options",
    [
        "",
        "-l -vv",
        "--tb=short",
        "--tb=native",
        "-n1 -l",
        "--junitxml=out.xml -rA -vv",
        "--auth0-report=out.html -o truncation_limit_chars=0",
    ],
)
def test_nothing_that_is_printed_shows_them(project: pytest.Pytester, options: str) -> None:
    tests = "".join(
        f"\n\ndef test_{name}(action, http_mock):\n    {body}" for name, body in TESTS.items()
    )
    (project.path / "test_it.py").write_text(
        "import logging, warnings\n"
        "import httpx\n"
        "import pytest\n"
        "from secret_values import BASIC, HOOK, KEY, LONG, PEM\n\n"
        "def argument_is_shown(value, key):\n"
        "    assert len(value) < 5\n\n"
        "def answered(http_mock, action):\n"
        "    http_mock.route().respond(200)\n"
        f"    return action.run(){tests}\n",
        encoding="utf-8",
    )
    project.makepyfile(
        secret_values=f"""
        import base64
        KEY, PEM, LONG, HOOK = {KEY!r}, {PEM!r}, {LONG!r}, {HOOK!r}
        BASIC = base64.b64encode(f"id:{{KEY}}".encode()).decode()
        """
    )
    result = project.runpytest_subprocess("-p", "no:cacheprovider", *options.split())
    warned = int("-W" in options)
    result.assert_outcomes(failed=len(TESTS) - 2 - warned, passed=warned, skipped=1, xfailed=1)
    printed = result.stdout.str() + result.stderr.str()
    for report in project.path.glob("out.*"):
        printed += Path(report).read_text(encoding="utf-8")
    assert "***API_KEY***" in printed
    assert ("UserWarning: ***API_KEY*** ***LONG***" in printed) or not warned
    assert ("PrintedSecretWarning" in printed) is bool(warned)  # so that each fails as it should
    encoded = [KEY.encode().hex(), "czNjcjN0L3dpdGgr", "M2NyM3Qvd2l0aC", "zM2NyM3Qvd2l0"]
    hidden = [*HIDDEN, *encoded]
    leaks = [line for line in printed.splitlines() if any(text in line for text in hidden)]
    assert leaks == []


def test_what_a_test_reads_is_as_it_was(load_action: LoadAction, write_action: WriteAction) -> None:
    path = write_action(ACTION)
    action = load_action(path, secrets=SECRETS)
    with pytest.raises(ActionError) as caught:
        action.run({"fails": "throw"})
    error = caught.value
    assert error.message == f"bad key: {KEY}, {PEM}"
    assert error.execution.logs.startswith(f"the key is {KEY}\n")
    assert error.execution.calls[0].args == ("token", KEY)
    assert error.execution.event["secrets"] == SECRETS
    assert "***API_KEY***" in str(error)  # which is made to be printed
    assert KEY not in str(error)


def test_a_url_of_the_actions_shows_none(
    load_action: LoadAction, write_handler: WriteAction, refused: Refused
) -> None:
    """However it has put one there."""
    key = "key with /+= and é☃!~*'()"
    path = write_handler(
        """
        const { KEY } = event.secrets;
        for (const url of [
          `http://a.test/${encodeURIComponent(KEY)}`,
          `http://a.test/?${new URLSearchParams({ KEY })}`,
          `http://a.test/?key=${KEY}`,
          `http://a.test/${KEY}`,
        ]) await fetch(url).catch(() => {});
        """
    )
    error = refused(load_action(path, secrets={"KEY": key}).run)
    assert key not in str(error)
    assert error.what_happened == (
        "[A605] The Action asked for what the test does not answer: GET http://a.test/***KEY***, "
        "GET http://a.test/?KEY=***KEY***, GET http://a.test/?key=***KEY***."
    )
