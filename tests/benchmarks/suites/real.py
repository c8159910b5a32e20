"""Real: Actions that call a CRM by axios, and Auth0 by its SDK; HTTP is answered by the test."""

from __future__ import annotations

from tests.benchmarks.rows import Group, Row, sample
from tests.benchmarks.suites.mocks import JEST_CLOCK, REGISTRATION_MOCKS, START_MS
from tests.benchmarks.suites.model import Bench, Files, Suite, peak, timed

CRM_ACTION = """\
const axios = require('axios');

async function tokenOf(event, api) {
  const known = api.cache.get('crm-token');
  if (known) return known.value;
  const { data } = await axios.post('https://login.example.com/oauth/token', {
    grant_type: 'client_credentials',
    client_id: event.secrets.CRM_ID,
    client_secret: event.secrets.CRM_SECRET,
  });
  api.cache.set('crm-token', data.access_token, { ttl: 3600000 });
  return data.access_token;
}

exports.onExecutePostUserRegistration = async (event, api) => {
  const token = await tokenOf(event, api);
  await axios.post('https://crm.example.com/contacts', {
    email: event.user.email,
    source: 'signup-%(file)d',
  }, { headers: { authorization: `Bearer ${token}` } });
};
"""

SDK_ACTION = """\
const { ManagementClient } = require('auth0');

exports.onExecutePostUserRegistration = async (event, api) => {
  const management = new ManagementClient({
    domain: event.secrets.DOMAIN,
    clientId: event.secrets.CLIENT_ID,
    clientSecret: event.secrets.CLIENT_SECRET,
  });
  await management.users.update(
    { id: event.user.user_id },
    { app_metadata: { plan: 'free', source: 'signup-%(file)d' } },
  );
};
"""

CRM_HEAD = """\
import json

SECRETS = {"CRM_ID": "client-of-the-crm", "CRM_SECRET": "secret-of-the-crm"}
"""

CRM_TEST = """

def test_contact_%(case)d(load_action, http_mock, clock):
    token = http_mock.post("https://login.example.com/oauth/token").respond(
        json={"access_token": "t0ken-%(case)d", "expires_in": 86400}
    )
    contacts = http_mock.post("https://crm.example.com/contacts").respond(201, json={"id": 1})
    action = load_action("crm-%(file)d.js", secrets=SECRETS)
    action.run(user={"email": "user-%(case)d@example.com"})
    clock.tick(minutes=59)
    action.run(user={"email": "user-%(case)d@example.com"})
    assert token.call_count == 1
    assert contacts.call_count == 2
    assert json.loads(contacts.calls.last.request.content) == {
        "email": "user-%(case)d@example.com",
        "source": "signup-%(file)d",
    }
"""

SDK_HEAD = """\
import json

SECRETS = {
    "DOMAIN": "tenant.auth0.com",
    "CLIENT_ID": "client-of-the-tenant",
    "CLIENT_SECRET": "secret-of-the-tenant",
}
"""

SDK_TEST = """

def test_plan_%(case)d(load_action, http_mock):
    http_mock.post("https://tenant.auth0.com/oauth/token").respond(
        json={"access_token": "t0ken", "expires_in": 86400, "token_type": "Bearer"}
    )
    users = http_mock.patch("https://tenant.auth0.com/api/v2/users/auth0%%7C%(case)d").respond(
        json={"user_id": "auth0|%(case)d"}
    )
    action = load_action("sdk-%(file)d.js", secrets=SECRETS)
    action.run(user={"user_id": "auth0|%(case)d"})
    assert users.call_count == 1
    assert json.loads(users.calls.last.request.content) == {
        "app_metadata": {"plan": "free", "source": "signup-%(file)d"}
    }
"""

_NODE_HEAD = f"""\
const test = require('node:test');
const assert = require('node:assert/strict');

test.beforeEach((t) => t.mock.timers.enable({{ apis: ['Date'], now: {START_MS} }}));
"""

_JS_HEAD = """\
const nock = require('nock');
const { onExecutePostUserRegistration } = require('./%(kind)s-%(file)d.js');
const { makeApi, makeEvent } = require('./mocks.js');

nock.disableNetConnect();
"""

_JS_CRM_HEAD = """\
const secrets = { CRM_ID: 'client-of-the-crm', CRM_SECRET: 'secret-of-the-crm' };
"""

_JS_CRM_TEST = """
test('contact %(case)d', async (%(t)s) => {
  let tokens = 0;
  nock('https://login.example.com').post('/oauth/token').reply(200, () => {
    tokens += 1;
    return { access_token: 't0ken-%(case)d', expires_in: 86400 };
  }).persist();
  const contacts = [];
  nock('https://crm.example.com').post('/contacts').reply(201, (uri, body) => {
    contacts.push(body);
    return { id: 1 };
  }).persist();
  const api = makeApi();
  const user = { email: 'user-%(case)d@example.com' };
  await onExecutePostUserRegistration(makeEvent({ user, secrets }), api);
  %(advance)s(59 * 60000);
  await onExecutePostUserRegistration(makeEvent({ user, secrets }), api);
  %(is)s(tokens%(to_be)s1);
  %(is)s(contacts.length%(to_be)s2);
  %(equals)s(contacts[1]%(to_equal)s{ email: user.email, source: 'signup-%(file)d' });
});
"""

_JS_SDK_HEAD = """\
const secrets = {
  DOMAIN: 'tenant.auth0.com',
  CLIENT_ID: 'client-of-the-tenant',
  CLIENT_SECRET: 'secret-of-the-tenant',
};
"""

_JS_SDK_TEST = """
test('plan %(case)d', async () => {
  nock('https://tenant.auth0.com').post('/oauth/token')
    .reply(200, { access_token: 't0ken', expires_in: 86400, token_type: 'Bearer' });
  const users = [];
  nock('https://tenant.auth0.com').patch('/api/v2/users/auth0%%7C%(case)d')
    .reply(200, (uri, body) => {
      users.push(body);
      return { user_id: 'auth0|%(case)d' };
    });
  const user = { user_id: 'auth0|%(case)d' };
  await onExecutePostUserRegistration(makeEvent({ user, secrets }), makeApi());
  %(is)s(users.length%(to_be)s1);
  const plan = { plan: 'free', source: 'signup-%(file)d' };
  %(equals)s(users[0]%(to_equal)s{ app_metadata: plan });
});
"""

_JEST = {
    "t": "",
    "advance": "jest.advanceTimersByTime",
    "is": "expect",
    "to_be": ").toBe(",
    "equals": "expect",
    "to_equal": ").toEqual(",
}
_NODE = {
    "t": "t",
    "advance": "t.mock.timers.tick",
    "is": "assert.equal",
    "to_be": ", ",
    "equals": "assert.deepEqual",
    "to_equal": ", ",
}


def ours(files: int, tests: int) -> Files:
    """Return our side: half of the files with axios, half with the SDK."""
    written = {}
    for file in range(files):
        kind, action, head, test = (
            ("crm", CRM_ACTION, CRM_HEAD, CRM_TEST)
            if file % 2
            else ("sdk", SDK_ACTION, SDK_HEAD, SDK_TEST)
        )
        cases = "".join(test % {"case": case, "file": file} for case in range(tests))
        written[f"{kind}-{file}.js"] = action % {"file": file}
        written[f"test_{kind}_{file}.py"] = head + cases
    return written


def theirs(files: int, tests: int, *, jest: bool) -> Files:
    """Return the same in Jest, or in `node --test`: with nock, and a cache made by hand."""
    written = {"mocks.js": REGISTRATION_MOCKS}
    words, clock = (_JEST, JEST_CLOCK) if jest else (_NODE, _NODE_HEAD)
    each, last = ("afterEach", "afterAll") if jest else ("test.afterEach", "test.after")
    end = f"{each}(() => nock.cleanAll());\n{last}(() => nock.restore());\n"
    for file in range(files):
        kind, action, head, test = (
            ("crm", CRM_ACTION, _JS_CRM_HEAD, _JS_CRM_TEST)
            if file % 2
            else ("sdk", SDK_ACTION, _JS_SDK_HEAD, _JS_SDK_TEST)
        )
        start = _JS_HEAD % {"kind": kind, "file": file}
        cases = "".join(test % {"case": case, "file": file, **words} for case in range(tests))
        written[f"{kind}-{file}.js"] = action % {"file": file}
        written[f"{kind}-{file}.test.js"] = clock + start + head + end + cases
    return written


def _groups(bench: Bench) -> list[Group]:
    files, tests = bench.sizes.files, bench.sizes.tests_each
    total = files * tests
    our_folder = bench.write("real-ours", ours(files, tests))
    jest_folder = bench.write("real-jest", theirs(files, tests, jest=True))
    node_folder = bench.write("real-node", theirs(files, tests, jest=False))
    one = bench.pytest(our_folder, total)
    two = bench.pytest(
        our_folder, rf"{total} passed", "-n2", plugins=("auth0_actions", "respx", "xdist")
    )
    jest_one = bench.jest(jest_folder, total, "--runInBand")
    jest_two = bench.jest(jest_folder, total, "--maxWorkers=2")
    work = f"real: {files} files of {tests} tests with axios, or with the auth0 SDK"
    speed = Group(
        [
            Row(work, "Jest with nock, `--runInBand`", 0.85, sample("ours"), sample("jest")),
            Row(work, "`node --test` with nock", None, sample("ours"), sample("node")),
            Row(
                f"{work}, `-n 2`",
                "Jest with nock, `--maxWorkers=2`",
                0.70,
                sample("ours 2"),
                sample("jest 2"),
            ),
        ],
        [
            timed("ours", one),
            timed("jest", jest_one),
            timed("node", bench.node_test(node_folder, total)),
            timed("ours 2", two),
            timed("jest 2", jest_two),
        ],
    )
    memory = Group(
        [
            Row(
                f"{what}, peak memory of all processes",
                against,
                None,
                sample(our_name),
                sample(their_name),
                "MB",
            )
            for what, against, our_name, their_name in (
                ("real", "Jest with nock, `--runInBand`", "ours", "jest"),
                ("real, `-n 2`", "Jest with nock, `--maxWorkers=2`", "ours 2", "jest 2"),
            )
        ],
        [
            peak("ours", one),
            peak("jest", jest_one),
            peak("ours 2", two),
            peak("jest 2", jest_two),
        ],
        share=0.5,
    )
    return [speed, memory]


REAL = Suite("real", ("Jest",), _groups)
