"""Fetch: many tests in one file, each of which sends one POST."""

from __future__ import annotations

from tests.benchmarks.rows import Group, Row, sample
from tests.benchmarks.suites.mocks import JEST_CLOCK, REGISTRATION_MOCKS
from tests.benchmarks.suites.model import Bench, Suite, timed

ACTION = """\
exports.onExecutePostUserRegistration = async (event, api) => {
  const response = await fetch('https://hooks.example.com/signup', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: event.user.email }),
  });
  const { id } = await response.json();
  api.cache.set('signup', id);
};
"""

OURS_HEAD = "import json\n"

OURS_TEST = """

def test_signup_%(case)d(load_action, http_mock, cache_store):
    hook = http_mock.post("https://hooks.example.com/signup").respond(json={"id": "s-%(case)d"})
    load_action("action.js").run(user={"email": "user-%(case)d@example.com"})
    assert hook.call_count == 1
    assert json.loads(hook.calls.last.request.content) == {"email": "user-%(case)d@example.com"}
    assert cache_store.records["signup"].value == "s-%(case)d"
"""

JEST_HEAD = """\
const nock = require('nock');
const { onExecutePostUserRegistration } = require('./action.js');
const { makeApi, makeEvent } = require('./mocks.js');

nock.disableNetConnect();
afterEach(() => nock.cleanAll());
afterAll(() => nock.restore());
"""

JEST_TEST = """
test('signup %(case)d', async () => {
  const sent = [];
  nock('https://hooks.example.com').post('/signup').reply(200, (uri, body) => {
    sent.push(body);
    return { id: 's-%(case)d' };
  });
  const api = makeApi();
  const user = { email: 'user-%(case)d@example.com' };
  await onExecutePostUserRegistration(makeEvent({ user }), api);
  expect(sent.length).toBe(1);
  expect(sent[0]).toEqual({ email: 'user-%(case)d@example.com' });
  expect(api.cache.get('signup').value).toBe('s-%(case)d');
});
"""


def _groups(bench: Bench) -> list[Group]:
    tests = bench.sizes.tests
    cases = [{"case": case} for case in range(tests)]
    ours = OURS_HEAD + "".join(OURS_TEST % case for case in cases)
    theirs = JEST_CLOCK + JEST_HEAD + "".join(JEST_TEST % case for case in cases)
    our_folder = bench.write("fetch-ours", {"action.js": ACTION, "test_fetch.py": ours})
    their_files = {"action.js": ACTION, "mocks.js": REGISTRATION_MOCKS, "fetch.test.js": theirs}
    jest_folder = bench.write("fetch-jest", their_files)
    return [
        Group(
            [
                Row(
                    f"fetch: {tests} tests in one file, one POST each",
                    "Jest with nock, `--runInBand`",
                    1.0,
                    sample("ours"),
                    sample("jest"),
                )
            ],
            [
                timed("ours", bench.pytest(our_folder, tests)),
                timed("jest", bench.jest(jest_folder, tests, "--runInBand")),
            ],
        )
    ]


FETCH = Suite("fetch", ("Jest",), _groups)
