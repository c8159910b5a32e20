"""Small: many tests of one Action that looks into the cache, and has no packages.

Each test sets the clock, runs the Action, which finds no record and sets one that lives 60,000 ms,
moves the clock by 60,001 ms, runs again, and asserts that both runs missed.
"""

from __future__ import annotations

from pathlib import Path

from tests.benchmarks.rows import Group, Row, marginal
from tests.benchmarks.suites.mocks import REGISTRATION_MOCKS, START_MS
from tests.benchmarks.suites.model import Bench, Suite, timed

ACTION = """\
exports.onExecutePostUserRegistration = async (event, api) => {
  const token = api.cache.get('token');
  if (token) return;
  api.cache.set('token', new Date().toISOString(), { ttl: 60000 });
};
"""

OURS_TEST = f"""
def test_case_%(case)d(load_action, clock):
    action = load_action("action.js")
    first = action.run()
    clock.tick(milliseconds=60_001)
    second = action.run()
    assert [call.path for call in first.calls + second.calls] == ["cache.get", "cache.set"] * 2
    assert second.calls[1].result.record.expires_at == {START_MS} + 120_001


"""

NODE_HEAD = """\
const test = require('node:test');
const assert = require('node:assert/strict');
const { onExecutePostUserRegistration } = require('./action.js');
const { makeApi, makeEvent } = require('./mocks.js');
"""

NODE_TEST = f"""
test('case %(case)d', async (t) => {{
  t.mock.timers.enable({{ apis: ['Date'], now: {START_MS} }});
  const api = makeApi();
  await onExecutePostUserRegistration(makeEvent(), api);
  t.mock.timers.tick(60001);
  await onExecutePostUserRegistration(makeEvent(), api);
  assert.deepEqual(api.calls.map(([name]) => name), ['get', 'set', 'get', 'set']);
  assert.equal(api.cache.get('token').expires_at, {START_MS} + 120001);
}});
"""


def our_folder(bench: Bench, tests: int) -> Path:
    """Write our side, and return its folder."""
    text = "".join(OURS_TEST % {"case": case} for case in range(tests))
    return bench.write(f"small-ours-{tests}", {"action.js": ACTION, "test_small.py": text})


def _node_folder(bench: Bench, tests: int) -> Path:
    text = NODE_HEAD + "".join(NODE_TEST % {"case": case} for case in range(tests))
    files = {"action.js": ACTION, "mocks.js": REGISTRATION_MOCKS, "small.test.js": text}
    return bench.write(f"small-node-{tests}", files)


def _groups(bench: Bench) -> list[Group]:
    tests = bench.sizes.tests
    measures = []
    for count in (tests, 1):
        ours = bench.pytest(our_folder(bench, count), count, plugins=("auth0_actions",))
        measures.append(timed(f"ours {count}", ours))
        theirs = bench.node_test(_node_folder(bench, count), count)
        measures.append(timed(f"node {count}", theirs))
    return [
        Group(
            [
                Row(
                    f"small: one more test of one Action without packages, of {tests}",
                    "`node --test` with mocks by hand",
                    2.5,
                    marginal("ours", tests),
                    marginal("node", tests),
                    "ms",
                )
            ],
            measures,
        )
    ]


SMALL = Suite("small", (), _groups)
