"""The sources of the generated work: Actions, mocks, and one test as each tool's users write it."""

from __future__ import annotations

START_MS = 1_735_689_600_000  # 2025-01-01T00:00:00Z

ACTION = """\
exports.onExecutePostUserRegistration = async (event, api) => {
  const token = api.cache.get('token');
  if (token) return;
  api.cache.set('token', new Date().toISOString(), { ttl: 60000 });
};
"""

FETCHING_ACTION = """\
exports.onExecutePostUserRegistration = async (event, api) => {
  if (api.cache.get('token')) return;
  const response = await fetch('https://tenant.example.com/oauth/token', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ grant_type: 'client_credentials', client_id: 'id' }),
  });
  const { access_token, expires_in } = await response.json();
  api.cache.set('token', access_token, { ttl: expires_in * 1000 });
};
"""

JS_MOCKS = """\
exports.makeEvent = () => ({
  user: {
    user_id: 'auth0|1',
    email: 'ada@example.com',
    email_verified: true,
    name: 'Ada Lovelace',
    created_at: new Date().toISOString(),
    app_metadata: {},
    user_metadata: {},
  },
  connection: { id: 'con_1', name: 'users', strategy: 'auth0', metadata: {} },
  request: { ip: '192.0.2.1', method: 'POST', hostname: 'login.example.com', language: 'en' },
  tenant: { id: 'tenant' },
  transaction: { locale: 'en', protocol: 'oidc-basic-profile' },
  secrets: {},
});

exports.makeApi = () => {
  const calls = [];
  const records = new Map();
  const cache = {
    get(key) {
      calls.push(['get', key]);
      const record = records.get(key);
      return record && record.expires_at >= Date.now() ? record : undefined;
    },
    set(key, value, { ttl = 900000 } = {}) {
      calls.push(['set', key]);
      const record = { value, expires_at: Date.now() + ttl };
      records.set(key, record);
      return { type: 'success', record };
    },
  };
  return { cache, calls };
};
"""

NODE_HEAD = """\
const test = require('node:test');
const assert = require('node:assert/strict');
const { onExecutePostUserRegistration } = require('./action.js');
const { makeApi, makeEvent } = require('./mocks.js');
"""

NODE_TEST = """
test('case %(number)d', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: %(start)d });
  const api = makeApi();
  await onExecutePostUserRegistration(makeEvent(), api);
  t.mock.timers.tick(60001);
  await onExecutePostUserRegistration(makeEvent(), api);
  assert.deepEqual(api.calls.map(([name]) => name), ['get', 'set', 'get', 'set']);
  assert.equal(api.cache.get('token').expires_at, %(start)d + 120001);
});
"""

JEST_HEAD = """\
const { onExecutePostUserRegistration } = require('./action.js');
const { makeApi, makeEvent } = require('./mocks.js');
"""

JEST_TEST = """
test('case %(number)d', async () => {
  jest.useFakeTimers({ now: %(start)d });
  const api = makeApi();
  await onExecutePostUserRegistration(makeEvent(), api);
  jest.advanceTimersByTime(60001);
  await onExecutePostUserRegistration(makeEvent(), api);
  expect(api.calls.map(([name]) => name)).toEqual(['get', 'set', 'get', 'set']);
  expect(api.cache.get('token').expires_at).toBe(%(start)d + 120001);
});
"""

KILTERSET_HEAD = """\
const test = require('node:test');
const assert = require('node:assert/strict');
const { nodeTestRunner } = require('@kilterset/auth0-actions-testing');
const { onExecutePostUserRegistration } = require('./action.js');

test('provision', async (t) => {
  const { auth0 } = await nodeTestRunner.actionTestSetup(t);
"""

KILTERSET_TEST = """
  await t.test('case %(number)d', async (t) => {
    t.mock.timers.enable({ apis: ['Date'], now: %(start)d });
    const action = auth0.mock.actions.postUserRegistration({ secrets: {} });
    await action.simulate(onExecutePostUserRegistration);
    assert.equal(action.cache.get('token'), '2025-01-01T00:00:00.000Z');
    t.mock.timers.tick(60001);
    await action.simulate(onExecutePostUserRegistration);
    assert.equal(action.cache.get('token'), '2025-01-01T00:01:00.001Z');
  });
"""

OURS_IN_NODE = """
def test_case_%(number)d(load_action, clock):
    action = load_action("action.js")
    first = action.run()
    clock.tick(milliseconds=60_001)
    second = action.run()
    assert [call.path for call in first.calls + second.calls] == ["cache.get", "cache.set"] * 2
    assert second.calls[1].result.record.expires_at == %(start)d + 120_001
"""

PYTHON_ACTION = """\
def provision(api):
    if api.cache.get("token") is None:
        api.cache.set("token", "t0ken", ttl=60_000)
        return "miss"
    return "hit"
"""

PYTHON_MOCKS = '''\
import time
from types import SimpleNamespace


class FakeClock:
    def __init__(self, now_ms):
        self.now_ms = now_ms

    def tick(self, milliseconds):
        self.now_ms += milliseconds


class MockCache:
    """A hand-written mock; time comes in as a function."""

    def __init__(self, now_ms):
        self.now_ms = now_ms
        self.records = {}

    def get(self, key):
        record = self.records.get(key)
        return record if record is not None and record.expires_at >= self.now_ms() else None

    def set(self, key, value, ttl=900_000):
        record = SimpleNamespace(value=value, expires_at=self.now_ms() + ttl)
        self.records[key] = record
        return SimpleNamespace(type="success", record=record)


def make_api(now_ms):
    return SimpleNamespace(cache=MockCache(now_ms))


def real_now_ms():
    return round(time.time() * 1_000)
'''

PYTHON_HEAD = "from action import provision\n"

OURS_IN_PYTHON = """

def test_case_%(number)d(api, clock):
    assert provision(api) == "miss"
    clock.tick(milliseconds=60_001)
    assert provision(api) == "miss"
    assert api.cache.get("token").expires_at == %(start)d + 120_001
"""

INJECTED_CONFTEST = """\
import mocks
import pytest


@pytest.fixture
def clock():
    return mocks.FakeClock(1_735_689_600_000)


@pytest.fixture
def api(clock):
    return mocks.make_api(lambda: clock.now_ms)
"""

REAL_TIME_CONFTEST = """\
import mocks
import pytest


@pytest.fixture
def api():
    return mocks.make_api(mocks.real_now_ms)
"""

FREEZER_TEST = """

def test_case_%(number)d(api, freezer):
    freezer.move_to("2025-01-01T00:00:00Z")
    assert provision(api) == "miss"
    freezer.tick(60.001)
    assert provision(api) == "miss"
    assert api.cache.get("token").expires_at == %(start)d + 120_001
"""

TIME_MACHINE_TEST = """

def test_case_%(number)d(api, time_machine):
    time_machine.move_to(1_735_689_600, tick=False)
    assert provision(api) == "miss"
    time_machine.shift(60.001)
    assert provision(api) == "miss"
    assert api.cache.get("token").expires_at == %(start)d + 120_001
"""

# What a large application has imported: mostly its own names, sometimes those of `datetime`.
MODULES_CONFTEST = """

import datetime
import sys
import time
import types


def add_module(number):
    module = types.ModuleType(f"application.part_{number}")
    for index in range(6):
        setattr(module, f"function_{index}", lambda: None)
        setattr(module, f"CONSTANT_{index}", index)
    module.Model = type("Model", (), {})
    if number %% 10 == 0:
        module.datetime = datetime.datetime
        module.time = time
    sys.modules[module.__name__] = module


for number in range(%d):
    add_module(number)
"""

# What pytest itself takes, and what it takes with respx: nothing built on them can be quicker.
EMPTY_TEST = """

def test_case_%(number)d():
    assert %(start)d > 0
"""

# What a plugin of pytest that freezes Python's time takes at the least, before it does anything.
FREEZING_CONFTEST = """\
from freezegun import freeze_time

with freeze_time("2025-01-01"):
    pass
"""

RESPX_HEAD = """\
import json

import httpx
import pytest
import respx

URL = "https://tenant.example.com/oauth/token"


@pytest.fixture
def router():
    return respx.MockRouter()
"""

RESPX_TEST = """

def test_case_%(number)d(router):
    token = router.post(URL).respond(json={"access_token": "t0ken", "expires_in": 3600})
    router.handler(httpx.Request("POST", URL, json={"grant_type": "client_credentials"}))
    assert token.call_count == 1
    assert json.loads(token.calls.last.request.content)["grant_type"] == "client_credentials"
"""

HTTP_NODE_TEST = """
test('case %(number)d', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: %(start)d });
  const stub = t.mock.method(globalThis, 'fetch', async () =>
    Response.json({ access_token: 't0ken', expires_in: 3600 }));
  const api = makeApi();
  await onExecutePostUserRegistration(makeEvent(), api);
  assert.equal(stub.mock.callCount(), 1);
  const [url, { body }] = stub.mock.calls[0].arguments;
  assert.equal(url, 'https://tenant.example.com/oauth/token');
  assert.equal(JSON.parse(body).grant_type, 'client_credentials');
  assert.equal(api.cache.get('token').value, 't0ken');
});
"""

HTTP_OURS_HEAD = "import json\n"

HTTP_OURS_TEST = """

def test_case_%(number)d(load_action, http_mock, api):
    token = http_mock.post("https://tenant.example.com/oauth/token").respond(
        json={"access_token": "t0ken", "expires_in": 3600}
    )
    load_action("action.js").run()
    assert token.call_count == 1
    assert json.loads(token.calls.last.request.content)["grant_type"] == "client_credentials"
    assert api.cache.get("token").value == "t0ken"
"""
