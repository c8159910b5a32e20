"""What an Action checks, or has a default for, may be absent: nobody is warned of it."""

from __future__ import annotations

import pytest

from pytest_auth0_actions import ActionError, LoadAction, MissingSecretWarning
from tests.conftest import WriteAction

GUARDS = [
    "if (!event.secrets.KEY) return;",
    "if (!event.secrets?.KEY || !event.user) return;",
    "if (event.user && event.secrets.KEY) console.log('key');",
    "if (event.secrets.KEY) console.log('key');",
    "if (event.secrets.KEY === undefined) return;",
    "const key = event.secrets.KEY || 'default';",
    "const key = event.secrets['KEY'] ?? 'default';",
    "const key = event.secrets.KEY ? 'a' : 'b';",
    "const parts = event.secrets.KEY?.split(',');",
    "const { OTHER = 'a', KEY: key = 'default' } = event.secrets;",
    "const { KEY = 'default' } = event.secrets;",
    "const isText = typeof event.secrets.KEY === 'string';",
    "const isThere = Boolean(event.secrets.KEY);",
    "const key = event.secrets.KEY;\nif (!key) return;\nconsole.log(key);",
    "const { KEY } = event.secrets;\n\nif (!KEY) return;",
    "const { KEY: key } = event.secrets;\nconst used = key ?? 'default';",
    "const same = 'x' === event.secrets.KEY;",
    "const {\n  OTHER = 'a',\n  KEY = 'default',\n} = event.secrets;",
    "const {\n  OTHER = 'a',\n  KEY,\n} = event.secrets;\nif (!OTHER || !KEY) return;",
    "const missing = ['KEY'].filter((name) => !event.secrets[name]);",
    "const of = (name, value) =>\n  event.secrets[name]\n    || value;\nof('KEY', 'default');",
    "if (\n  event.user.email &&\n  event.secrets.KEY\n) {\n  console.log('key');\n}",
    "const options = event.secrets.KEY\n  ? {}\n  : { a: 1 };",
    "const make = ({ KEY = 'default' }) => KEY;\nmake(event.secrets);",
]
READS = [
    "console.log(event.secrets.KEY);",
    "const key = event.secrets.KEY;",
    "const key = event.secrets.KEY;\nconsole.log(key);\nif (!key) return;",
    "const key = event.secrets.KEY;\nconst other = 1;\nif (!other) return;\nconsole.log(key);",
    "const { KEY } = event.secrets;\nconsole.log(KEY);",
    "const { OTHER = 'a', KEY } = event.secrets;",
    "const url = `https://a.test/${event.secrets.KEY}`;",
    "const {\n  OTHER = 'a',\n  KEY,\n} = event.secrets;\nconsole.log(KEY);",
    "const options = {\n  headers: { authorization: event.secrets.KEY },\n};",
]


@pytest.mark.parametrize("code", GUARDS)
def test_a_guard_is_not_warned_of(
    load_action: LoadAction, write_handler: WriteAction, code: str
) -> None:
    """The tests of this project turn each warning into an error."""
    load_action(write_handler(code), secrets={"UNLIKE": "x"}).run()


@pytest.mark.parametrize("code", READS)
def test_a_read_is(load_action: LoadAction, write_handler: WriteAction, code: str) -> None:
    path = write_handler(code)
    with pytest.warns(MissingSecretWarning, match=r"A734.*event\.secrets\.KEY") as caught:
        load_action(path).run()
    [at] = [at for at, line in enumerate(path.read_text().splitlines(), 1) if "KEY" in line][:1]
    assert [each.lineno for each in caught] == [at]


def test_a_guard_of_almost_the_name_of_a_secret_is_warned_of(
    load_action: LoadAction, write_handler: WriteAction
) -> None:
    path = write_handler("if (!event.secrets.API_KYE) return;")
    with pytest.warns(MissingSecretWarning, match="Did you mean API_KEY"):
        load_action(path, secrets={"API_KEY": "x"}).run()


def test_an_action_that_throws_for_want_of_it_is_told_how_to_give_it(
    load_action: LoadAction, write_handler: WriteAction
) -> None:
    path = write_handler("if (!event.secrets.KEY) throw new Error('no key');")
    with pytest.raises(ActionError) as caught:
        load_action(path).run()
    assert "[A734] The Action read event.secrets.KEY" in caught.value.what_to_do
    load_action(path, secrets={"KEY": "k"}).run()


@pytest.mark.parametrize(
    "code",
    [
        "const key = event.secrets.REDIRECT_URI || event.secrets.REDIRECT_URL;",
        "const key = event.secrets.KEY_V2 ?? event.secrets.KEY_V1;",
    ],
)
def test_a_name_that_is_like_that_of_another_secret_may_be_no_slip(
    load_action: LoadAction, write_handler: WriteAction, code: str
) -> None:
    secrets = {"REDIRECT_URL": "x", "KEY_V1": "x"}
    load_action(write_handler(code), secrets=secrets).run()


@pytest.mark.parametrize(
    "code",
    [
        "if (api.passkeys) api.passkeys.enroll();",
        "api.passkeys?.enroll?.();",
        "if (typeof api.cache?.expire === 'function') return;",
        "const { passkeys } = api;\npasskeys?.enroll();",
        "const deny = api.access?.deny ?? console.log;\ndeny('no');",
    ],
)
def test_to_check_for_a_member_of_the_api_is_no_use_of_it(
    load_action: LoadAction, write_handler: WriteAction, code: str
) -> None:
    load_action(write_handler(code)).run()
