"""The types that a project of our users sees, by two type checkers."""

from __future__ import annotations

import re

import pytest

from tests.compat.conftest import python_of

pytestmark = pytest.mark.slow

TESTS = """
from pytest_auth0_actions import (
    CacheError,
    Clock,
    LoadAction,
    MakeEvent,
    PostLoginAPI,
    PostLoginOutcome,
)
from pytest_auth0_actions import Nothing  # wrong


def test_it(load_action: LoadAction, make_event: MakeEvent, clock: Clock) -> None:
    action = load_action("code.js", trigger="post-login")
    outcome: PostLoginOutcome = action.run(user={"name": "Ada"}).outcome
    claims: dict[str, object] = outcome.id_token.claims
    assert claims == {}
    event = make_event("post-login", variant="minimal")
    clock.tick(minutes=1)
    assert action.run(event).event["user"]
    action.run(event).event["usr"]  # wrong
    outcome.redirct  # wrong
    outcome.denied.reason  # wrong
    load_action(5)  # wrong


def test_api(api: PostLoginAPI) -> None:
    api.acces  # wrong
    api.access.denny("no")  # wrong
    result = api.cache.set("k", "v")
    result.record  # wrong
    if isinstance(result, CacheError):
        result.recrd  # wrong
    else:
        assert result.record.value == "v"
"""


@pytest.mark.parametrize(
    "checker",
    [
        ("mypy", "--strict", "--no-incremental"),
        ("pyright", "--pythonpath", "PYTHON", "--project", "pyrightconfig.json"),
    ],
    ids=lambda checker: str(checker[0]),
)
def test_a_checker_finds_the_slips_and_nothing_else(
    pytester: pytest.Pytester,
    pytestconfig: pytest.Config,
    monkeypatch: pytest.MonkeyPatch,
    checker: tuple[str, ...],
) -> None:
    for name in ("PYTHONPATH", "MYPYPATH"):
        monkeypatch.delenv(name, raising=False)
    pytester.makepyfile(test_mine=TESTS)
    (pytester.path / "pyrightconfig.json").write_text('{"typeCheckingMode": "strict"}')
    python = str(python_of("type checkers", pytestconfig))
    options = [python if each == "PYTHON" else each for each in checker[1:]]
    result = pytester.run(python, "-m", checker[0], *options, "test_mine.py", timeout=120)
    lines = (pytester.path / "test_mine.py").read_text(encoding="utf-8").splitlines()
    wrong = {number for number, line in enumerate(lines, 1) if line.endswith("# wrong")}
    found = {
        int(line)
        for line in re.findall(r"test_mine\.py:(\d+)(?::\d+)?(?::| -) error", result.stdout.str())
    }
    assert found == wrong, result.stdout.str()
