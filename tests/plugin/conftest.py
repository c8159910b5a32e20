from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import STRICT_INI

ACTION = """
exports.onExecutePostUserRegistration = async (event, api) => {
  const hit = api.cache.get('token');
  console.log(hit ? 'cache hit' : 'cache miss');
  if (!hit) api.cache.set('token', 'API_KEY' in event.secrets ? event.secrets.API_KEY : 'none');
};
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """A project with one Action, in which every warning is an error."""
    pytester.makeini(STRICT_INI)
    folder = pytester.path / "actions/provision"
    folder.mkdir(parents=True)
    (folder / "code.js").write_text(ACTION, encoding="utf-8")
    return pytester


def add_to_ini(project: pytest.Pytester, line: str) -> None:
    ini = Path(project.path / "tox.ini")
    ini.write_text(f"{ini.read_text(encoding='utf-8')}\n{line}\n", encoding="utf-8")
