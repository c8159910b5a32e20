"""A wait beside a client that looks after its connections is one wait."""

from __future__ import annotations

import re

import pytest

LATE = """
exports.onExecutePostUserRegistration = async (event, api) => {
  await fetch('https://api.test/late');
  api.cache.get('a');
  await new Promise((resolve) => setTimeout(resolve, 1000));
  await new Promise((resolve) => setTimeout(resolve, 1000));
  api.cache.get('b');
};
"""


def test_its_own_timers_are_not_told(pytester: pytest.Pytester) -> None:
    """Node.js's fetch looks at its connections twice a second; the Action's timers are told."""
    (pytester.path / "code.js").write_text(LATE)
    pytester.makepyfile(
        """
        def test_it(load_action, http_mock):
            http_mock.get("/late").respond(200, extensions={"delay_ms": 5_300})
            assert load_action("code.js").run().duration_ms == 7_300
            assert False
        """
    )
    shown = pytester.runpytest("-n0", "-p", "no:cacheprovider").stdout.str()
    assert re.findall(r"^\s+(waited .*)$", shown, re.M) == ["waited 5.3s", "waited 1s", "waited 1s"]
