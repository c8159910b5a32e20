"""A secret that an Action checks, or has a default for, may be absent: nobody is warned of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_auth0_actions import ActionError, LoadAction, MissingSecretWarning
from pytest_auth0_actions.node.guards import is_guarded
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
]
READS = [
    "console.log(event.secrets.KEY);",
    "const key = event.secrets.KEY;",
    "const key = event.secrets.KEY;\nconsole.log(key);\nif (!key) return;",
    "const key = event.secrets.KEY;\nconst other = 1;\nif (!other) return;\nconsole.log(key);",
    "const { KEY } = event.secrets;\nconsole.log(KEY);",
    "const { OTHER = 'a', KEY } = event.secrets;",
    "const url = `https://a.test/${event.secrets.KEY}`;",
    "const same = 'x' === event.secrets.KEY;",
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
    assert [each.lineno for each in caught] == [2]


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


def test_lines_that_nobody_has_written_are_not_looked_at(tmp_path: Path) -> None:
    """They may be a bundle's, and long."""
    path = tmp_path / "bundle.js"
    path.write_text(
        f"if (!event.secrets.KEY) return; const text = '{'x' * 500}';", encoding="utf-8"
    )
    assert not is_guarded(str(path), 1, "KEY")
    assert not is_guarded(str(tmp_path / "missing.js"), 1, "KEY")
