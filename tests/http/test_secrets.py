"""Secrets are hidden in all that is printed of a test, and in nothing that a test reads."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote

import pytest

from pytest_auth0_actions import ActionError, LoadAction
from pytest_auth0_actions.world.masking import Mask
from tests.conftest import WriteAction
from tests.http.conftest import Refused

KEY = "s3cr3t/with+odd=characters"
PEM = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQEF\n-----END PRIVATE KEY-----\n"
SECRETS = {"API_KEY": KEY, "PEM": PEM, "SHORT": "abc", "EMPTY": ""}

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
    pytester.makeini(
        "[pytest]\nfilterwarnings = error\nasyncio_default_fixture_loop_scope = function\n"
    )
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
    ["", "-l", "--tb=short", "--tb=native", "--tb=line", "-n1", "--junitxml=out.xml -rA -vv"],
)
def test_nothing_that_is_printed_shows_them(project: pytest.Pytester, options: str) -> None:
    tests = "".join(
        f"\n\ndef test_{name}(action, http_mock):\n    {body}" for name, body in TESTS.items()
    )
    (project.path / "test_it.py").write_text(
        "import logging\n"
        "import pytest\n"
        "from secret_values import KEY, PEM\n\n"
        "def answered(http_mock, action):\n"
        "    http_mock.route().respond(200)\n"
        f"    return action.run(){tests}\n",
        encoding="utf-8",
    )
    project.makepyfile(secret_values=f"KEY = {KEY!r}\nPEM = {PEM!r}\n")
    result = project.runpytest_subprocess("-p", "no:cacheprovider", *options.split())
    result.assert_outcomes(failed=len(TESTS) - 2, skipped=1, xfailed=1)
    printed = result.stdout.str() + result.stderr.str()
    if "--junitxml" in options:
        printed += Path(project.path / "out.xml").read_text(encoding="utf-8")
    assert "***API_KEY***" in printed
    hidden = [KEY, "s3cr3t", "MIIEvQIBADANBg", "kqhkiG9w0BAQEF"]
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


LINES = "line one\nline 'two' \t\"\n--\n"
ODD = "é☃ !~*'()/+=&?#<>`{}|%"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("", ""),
        ("the value", "the ***VALUE***"),
        ("valuevalue", "***VALUE******VALUE***"),
        ("value-2 value", "***LONGER*** ***VALUE***"),
        ("abc", "abc"),
        (f"={LINES}=", "=***LINES***="),
        (f"={LINES!r}=", "='***LINES***'="),
        (f"={json.dumps(LINES)}=", '="***LINES***"='),
        ("E   line one\nE   line 'two' \t\"\nE   --", "E   ***LINES***\nE   ***LINES***\nE   --"),
        (f"={ODD}=", "=***ODD***="),
        (f"={json.dumps(ODD)}=", '="***ODD***"='),
        (f"={quote(ODD, safe='')}=", "=***ODD***="),
        # As Node.js has them: encodeURIComponent(ODD), new URLSearchParams({ ODD }), and
        # new URL(`http://a.test/?${ODD}`) as far as the fragment.
        ("=%C3%A9%E2%98%83%20!~*'()%2F%2B%3D%26%3F%23%3C%3E%60%7B%7D%7C%25=", "=***ODD***="),
        (
            "=%C3%A9%E2%98%83+%21%7E*%27%28%29%2F%2B%3D%26%3F%23%3C%3E%60%7B%7D%7C%25=",
            "=***ODD***=",
        ),
    ],
)
def test_the_mask(text: str, masked: str) -> None:
    """A value is found as it is, in a URL, in what Python and JSON write, and line by line."""
    mask = Mask()
    assert not mask
    assert mask(text) == text
    mask.add({"VALUE": "value", "LONGER": "value-2", "SHORT": "abc", "EMPTY": ""})
    mask.add({"LINES": LINES, "ODD": ODD, "SAME_AS_VALUE": "value"})
    assert mask
    assert mask(text) == masked


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
    mask = Mask()
    mask.add({"KEY": key})
    assert mask(error.what_happened) == (
        "The Action asked for what the test does not answer: GET http://a.test/***KEY***, "
        "GET http://a.test/?KEY=***KEY***, GET http://a.test/?key=***KEY***, "
        "GET http://a.test/***KEY***."
    )
