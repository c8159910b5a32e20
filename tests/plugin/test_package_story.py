"""What is told of calls of a package: in the timeline, in the report, in a flow."""

from __future__ import annotations

import pytest

from tests.conftest import STRICT_INI

SECRET = "s3cr3t-0f-2025-x7"

ACTION = """
const stripe = require('stripe');
exports.onExecutePostLogin = async (event, api) => {
  api.cache.get('before');
  await stripe.charge(event.secrets.KEY).catch(() => {});
  await stripe.refund({ id: 1 });
};
"""

TESTS = f"""
import pytest
from unittest import mock

@pytest.fixture
def action(load_action, api, clock):
    def refund(charge):
        clock.tick(seconds=2)
        api.cache.get("inside")
        return {{"id": charge["id"], "key": "{SECRET}"}}

    charge = mock.Mock(side_effect=RuntimeError("no {SECRET}"))
    packages = {{"stripe": {{"charge": charge, "refund": refund}}}}
    return load_action("code.js", secrets={{"KEY": "{SECRET}"}}, packages=packages)

@pytest.mark.auth0(trigger="post-login")
def test_run(action):
    action.run()
    assert 0

@pytest.mark.auth0(trigger="post-login")
def test_flow(action, flow):
    transaction = flow(action).run()
    [execution] = transaction.executions
    paths = [call.path for call in execution.calls]
    assert paths == ["cache.get", "stripe.charge", "stripe.refund"]
    assert transaction.duration_ms == 2_000
"""

TIMELINE = """
+0s  2025-01-01T00:00:00Z
  run code.js (test_it.py:17)
    cache.get('before') -> miss: never set
    stripe.charge('***KEY***') -> threw: RuntimeError: no ***KEY***
    stripe.refund({'id': 1}) -> {'id': 1, 'key': '*… +10
    clock moved by 2s
+2s  2025-01-01T00:00:02Z
    test: cache.get('inside') -> miss: never set
  end of run -> done after 2s
  the test failed at test_it.py:18: assert 0
""".strip().splitlines()


def test_a_call_stands_in_the_timeline_and_in_the_report(pytester: pytest.Pytester) -> None:
    """Before what its function does, and without secrets."""
    pytester.makeini(STRICT_INI)
    (pytester.path / "code.js").write_text(ACTION)
    pytester.makepyfile(test_it=TESTS)
    report = pytester.path / "report.html"
    result = pytester.runpytest_subprocess("-n0", f"--auth0-report={report}")
    result.assert_outcomes(failed=1, passed=1)
    lines = result.stdout.lines
    start = lines.index("+0s  2025-01-01T00:00:00Z")
    assert lines[start : start + len(TIMELINE)] == TIMELINE
    page = report.read_text(encoding="utf-8")
    assert "stripe.charge" in page
    assert "stripe.refund" in page
    assert SECRET not in page
    assert SECRET not in result.stdout.str()
