"""What a flow has given a test stays as it was while the transaction goes on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pytest_auth0_actions import LoadAction, MakeFlow, Transaction

# Two Actions that set the same are what these are about.
pytestmark = [
    pytest.mark.auth0(trigger="post-login"),
    pytest.mark.filterwarnings("ignore::pytest_auth0_actions.OverwrittenClaimWarning"),
]

SETS = """
exports.onExecutePostLogin = async (event, api) => {
  const { value, more } = VALUES;
  api.idToken.setCustomClaim('https://a.example/list', [value]);
  api.accessToken.setCustomClaim('https://a.example/plan', { value });
  api.accessToken.addScope(`read:${value}`);
  api.user.setUserMetadata('tags', [value]);
  api.user.setAppMetadata(more, { value });
  api.transaction.setMetadata('seen', value);
  api.samlResponse.setAttribute('tags', [value, more]);
  api.samlResponse.setAudience(value);
  api.session.setExpiresAt(Date.now() + more.length * 1000);
  api.session.setMetadata('device', value);
  api.refreshToken.setMetadata('device', value);
  api.multifactor.enable('any', { providerOptions: { host: value } });
};
"""


def with_values(folder: Path, name: str, value: str, more: str) -> Path:
    path = folder / f"{name}.js"
    path.write_text(SETS.replace("VALUES", f"{{ value: '{value}', more: '{more}' }}"), "utf-8")
    return path


def test_an_execution_keeps_its_outcome(
    load_action: LoadAction, flow: MakeFlow, tmp_path: Path
) -> None:
    first = load_action(with_values(tmp_path, "first", "one", "a"))
    second = load_action(with_values(tmp_path, "second", "two", "bb"))
    alone = flow(first).run()
    both = flow(first, second).run()
    assert both.executions[0].outcome == alone.executions[0].outcome
    assert both.executions[1].outcome != alone.executions[0].outcome
    assert repr(both.executions[0].outcome) == repr(alone.executions[0].outcome)


ONCE = """
exports.onExecutePostLogin = async (event, api) => {
  if (api.cache.get('ran')) return;
  api.cache.set('ran', 'true');
  api.idToken.setCustomClaim('https://a.example/first', true);
  api.user.setUserMetadata('first', true);
};
"""


@pytest.mark.parametrize(
    ("asks", "answer"),
    [
        ("api.authentication.challengeWith({ type: 'otp' })", Transaction.pass_challenge),
        ("api.authentication.enrollWith({ type: 'otp' })", Transaction.pass_challenge),
        ("api.prompt.render('form')", Transaction.submit),
    ],
)
def test_one_way_on_leaves_nothing_to_another(
    load_action: LoadAction,
    flow: MakeFlow,
    tmp_path: Path,
    asks: str,
    answer: Callable[[Transaction[Any]], Transaction[Any]],
) -> None:
    """The Action after it acts once; where it does not, nothing is left of the first time."""
    asking, once = tmp_path / "asking.js", tmp_path / "once.js"
    asking.write_text(
        f"exports.onExecutePostLogin = async (event, api) => {{ {asks}; }};"
        "exports.onContinuePostLogin = async () => {};",
        "utf-8",
    )
    once.write_text(ONCE, "utf-8")
    actions = load_action(asking), load_action(once)
    asked = flow(*actions).run()
    before, event = repr(asked), repr(asked.event)
    first = answer(asked)
    again = answer(asked)
    assert (repr(asked), repr(asked.event)) == (before, event)
    assert (first.status, again.status) == ("completed", "completed")
    assert first.outcome.id_token.claims == {"https://a.example/first": True}
    assert again.outcome.id_token.claims == {}
    assert "first" not in again.outcome.user.user_metadata
