"""What a first test makes of guards over two fields, and of secrets that are no mere text."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_auth0_actions.first_test.command import main
from tests.first_test.test_command import outcome_of, write

GUARDED = """
exports.onExecutePostLogin = async (event, api) => {
  if (event.client.name === 'Kiosk' && !event.user.email_verified) api.access.deny('Not here');
  if (event.user.family_name === 'Bo') {
    if (event.connection.name === 'sms') api.multifactor.enable('any');
  }
};
"""
SECRETS = """
exports.onExecutePostLogin = async (event, api) => {
  const { most } = JSON.parse(event.secrets.SETTINGS);
  const response = await fetch(`${event.secrets.CRM}/plans`);
  if (!response.ok) return;
  api.idToken.setCustomClaim('https://a.example/most', most ?? Number(event.secrets.MOST));
};
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.slow
def test_guards_over_two_fields_get_a_test_each(folder: Path) -> None:
    write(folder / "a.js", GUARDED)
    assert main(["new", "a.js"]) == 0
    text = (folder / "tests/test_a.py").read_text(encoding="utf-8")
    assert 'action.run(client={"name": "Kiosk"}, user={"email_verified": False})' in text
    assert 'action.run(user={"family_name": "Bo"}, connection={"name": "sms"})' in text
    assert "No test here leads to" not in text
    code, output = outcome_of(folder)
    assert (code, "3 passed" in output) == (0, True)


@pytest.mark.slow
def test_a_secret_is_what_the_code_takes_it_for(folder: Path) -> None:
    write(folder / "a.js", SECRETS)
    assert main(["new", "a.js"]) == 0
    text = (folder / "tests/test_a.py").read_text(encoding="utf-8")
    assert 'claims == {"https://a.example/most": 10}' in text
    assert 'http_mock.get("https://service.example.com/crm/plans")' in text
    code, output = outcome_of(folder)
    assert (code, "2 passed" in output) == (0, True)


@pytest.mark.slow
def test_the_settings_that_the_page_on_ci_shows_suit_what_is_written(folder: Path) -> None:
    page = Path(__file__).parents[2] / "docs/ci.md"
    settings = page.read_text(encoding="utf-8").partition("```ini\n")[2].partition("```")[0]
    write(folder / "actions/a/code.js", GUARDED)
    assert main(["new", "actions/a/code.js"]) == 0
    write(folder / "pytest.ini", settings)
    code, output = outcome_of(folder)
    assert (code, "3 passed" in output) == (0, True)
