"""Login: post-login Actions with three kinds of login, and a flow of three."""

from __future__ import annotations

from tests.benchmarks.rows import Group, Row, sample
from tests.benchmarks.suites.mocks import JEST_CLOCK
from tests.benchmarks.suites.model import Bench, Files, Suite, timed

GUARD = """\
exports.onExecutePostLogin = async (event, api) => {
  if (!event.user.email_verified) {
    api.access.deny('Verify your address %(file)d first');
    return;
  }
  if (!event.user.app_metadata.plan) api.user.setAppMetadata('plan', 'free');
};
"""

CLAIMS = """\
const NAMESPACE = 'https://app-%(file)d.example.com';

exports.onExecutePostLogin = async (event, api) => {
  api.idToken.setCustomClaim(`${NAMESPACE}/kind`, event.organization
    ? `organization ${event.organization.name}`
    : event.connection.strategy);
  api.accessToken.setCustomClaim(`${NAMESPACE}/plan`, event.user.app_metadata.plan ?? 'none');
};
"""

GREETING = """\
exports.onExecutePostLogin = async (event, api) => {
  const { key } = { key: `greeting-${event.user.user_id}` };
  const known = api.cache.get(key);
  const greeting = known ? known.value : `Hello ${event.user.name}, plan %(file)d`;
  if (!known) api.cache.set(key, greeting, { ttl: 60000 });
  api.user.setUserMetadata('greeting', greeting);
};
"""

VARIANTS = ("database", "social", "organization")

OURS_HEAD = """\
import pytest

NAMESPACE = "https://app-%(file)d.example.com"
VARIANTS = ["database", "social", "organization"]
KINDS = {"database": "auth0", "social": "google-oauth2", "organization": "organization acme"}


def kind_of(variant):
    fields = {"organization": {"name": "acme"}} if variant == "organization" else {}
    return variant, fields
"""

OURS_EACH = """

@pytest.mark.parametrize("variant", VARIANTS)
def test_unverified_%(case)d(load_action, variant):
    run = load_action("guard-%(file)d.js").run(variant=variant, user={"email_verified": False})
    assert run.outcome.denied.reason == "Verify your address %(file)d first"


@pytest.mark.parametrize("variant", VARIANTS)
def test_claims_%(case)d(load_action, variant):
    variant, fields = kind_of(variant)
    run = load_action("claims-%(file)d.js").run(
        variant=variant, user={"app_metadata": {"plan": "gold-%(case)d"}}, **fields
    )
    assert run.outcome.id_token.claims == {f"{NAMESPACE}/kind": KINDS[variant]}
    assert run.outcome.access_token.claims == {f"{NAMESPACE}/plan": "gold-%(case)d"}


@pytest.mark.parametrize("variant", VARIANTS)
def test_greeting_%(case)d(load_action, clock, variant):
    action = load_action("greeting-%(file)d.js")
    user = {"name": "Ada %(case)d"}
    first = action.run(variant=variant, user=user)
    clock.tick(milliseconds=60_001)
    second = action.run(variant=variant, user=user)
    paths = [call.path for call in (*first.calls, *second.calls)]
    assert paths == ["cache.get", "cache.set", "user.setUserMetadata"] * 2
    assert second.outcome.user.user_metadata["greeting"] == "Hello Ada %(case)d, plan %(file)d"


def test_flow_%(case)d(load_action, flow):
    names = ("guard-%(file)d.js", "claims-%(file)d.js", "greeting-%(file)d.js")
    login = flow(*(load_action(name) for name in names))
    done = login.run(user={"name": "Ada %(case)d", "app_metadata": {}})
    assert done.status == "completed"
    assert done.outcome.access_token.claims == {f"{NAMESPACE}/plan": "free"}
    assert done.outcome.user.app_metadata["plan"] == "free"
    assert done.outcome.user.user_metadata["greeting"] == "Hello Ada %(case)d, plan %(file)d"
"""

MOCKS = """\
const KINDS = {
  database: { connection: { id: 'con_1', name: 'users', strategy: 'auth0', metadata: {} } },
  social: {
    connection: { id: 'con_2', name: 'google', strategy: 'google-oauth2', metadata: {} },
  },
  organization: {
    connection: { id: 'con_1', name: 'users', strategy: 'auth0', metadata: {} },
    organization: { id: 'org_1', name: 'acme', display_name: 'Acme', metadata: {} },
  },
};

exports.makeEvent = (variant = 'database', user = {}) => ({
  ...structuredClone(KINDS[variant]),
  user: {
    user_id: 'auth0|1',
    email: 'ada@example.com',
    email_verified: true,
    name: 'Ada Lovelace',
    created_at: new Date().toISOString(),
    updated_at: new Date().toISOString(),
    identities: [{ connection: 'users', provider: 'auth0', user_id: '1', isSocial: false }],
    app_metadata: {},
    user_metadata: {},
    ...user,
  },
  authentication: { methods: [{ name: 'pwd', timestamp: new Date().toISOString() }] },
  client: { client_id: 'client', name: 'Shop', metadata: {} },
  request: { ip: '192.0.2.1', method: 'POST', hostname: 'login.example.com', language: 'en' },
  stats: { logins_count: 3 },
  tenant: { id: 'tenant' },
  transaction: { locale: 'en', protocol: 'oidc-basic-profile', requested_scopes: ['openid'] },
  secrets: {},
});

exports.makeApi = (records = new Map()) => {
  const calls = [];
  const outcome = {
    denied: null, idToken: {}, accessToken: {}, user: { app_metadata: {}, user_metadata: {} },
  };
  const api = {
    access: {
      deny(reason) {
        calls.push('access.deny');
        outcome.denied = { reason };
        return api;
      },
    },
    idToken: {
      setCustomClaim(name, value) {
        calls.push('idToken.setCustomClaim');
        outcome.idToken[name] = value;
        return api;
      },
    },
    accessToken: {
      setCustomClaim(name, value) {
        calls.push('accessToken.setCustomClaim');
        outcome.accessToken[name] = value;
        return api;
      },
    },
    user: {
      setAppMetadata(name, value) {
        calls.push('user.setAppMetadata');
        outcome.user.app_metadata[name] = value;
        return api;
      },
      setUserMetadata(name, value) {
        calls.push('user.setUserMetadata');
        outcome.user.user_metadata[name] = value;
        return api;
      },
    },
    cache: {
      get(key) {
        calls.push('cache.get');
        const record = records.get(key);
        return record && record.expires_at >= Date.now() ? record : undefined;
      },
      set(key, value, { ttl = 900000 } = {}) {
        calls.push('cache.set');
        const record = { value, expires_at: Date.now() + ttl };
        records.set(key, record);
        return { type: 'success', record };
      },
    },
  };
  return { api, calls, outcome };
};

// Each Action finds in its event what those before it have set; a denial ends the login.
exports.runFlow = async (actions, event) => {
  const { api, outcome } = exports.makeApi();
  for (const { onExecutePostLogin } of actions) {
    const given = structuredClone(event);
    Object.assign(given.user.app_metadata, outcome.user.app_metadata);
    Object.assign(given.user.user_metadata, outcome.user.user_metadata);
    await onExecutePostLogin(given, api);
    if (outcome.denied) return { status: 'denied', outcome };
  }
  return { status: 'completed', outcome };
};
"""

JEST_HEAD = """\
const { makeApi, makeEvent, runFlow } = require('./mocks.js');
const guard = require('./guard-%(file)d.js');
const claims = require('./claims-%(file)d.js');
const greeting = require('./greeting-%(file)d.js');

const NAMESPACE = 'https://app-%(file)d.example.com';
const VARIANTS = ['database', 'social', 'organization'];
const KINDS = {
  database: 'auth0', social: 'google-oauth2', organization: 'organization acme',
};
"""

JEST_EACH = """
test.each(VARIANTS)('unverified %(case)d: %%s', async (variant) => {
  const { api, outcome } = makeApi();
  await guard.onExecutePostLogin(makeEvent(variant, { email_verified: false }), api);
  expect(outcome.denied.reason).toBe('Verify your address %(file)d first');
});

test.each(VARIANTS)('claims %(case)d: %%s', async (variant) => {
  const { api, outcome } = makeApi();
  const event = makeEvent(variant, { app_metadata: { plan: 'gold-%(case)d' } });
  await claims.onExecutePostLogin(event, api);
  expect(outcome.idToken).toEqual({ [`${NAMESPACE}/kind`]: KINDS[variant] });
  expect(outcome.accessToken).toEqual({ [`${NAMESPACE}/plan`]: 'gold-%(case)d' });
});

test.each(VARIANTS)('greeting %(case)d: %%s', async (variant) => {
  const records = new Map();
  const first = makeApi(records);
  const user = { name: 'Ada %(case)d' };
  await greeting.onExecutePostLogin(makeEvent(variant, user), first.api);
  jest.advanceTimersByTime(60001);
  const second = makeApi(records);
  await greeting.onExecutePostLogin(makeEvent(variant, user), second.api);
  const run = ['cache.get', 'cache.set', 'user.setUserMetadata'];
  expect([...first.calls, ...second.calls]).toEqual([...run, ...run]);
  expect(second.outcome.user.user_metadata.greeting).toBe('Hello Ada %(case)d, plan %(file)d');
});

test('flow %(case)d', async () => {
  const event = makeEvent('database', { name: 'Ada %(case)d', app_metadata: {} });
  const { status, outcome } = await runFlow([guard, claims, greeting], event);
  expect(status).toBe('completed');
  expect(outcome.accessToken).toEqual({ [`${NAMESPACE}/plan`]: 'free' });
  expect(outcome.user.app_metadata.plan).toBe('free');
  expect(outcome.user.user_metadata.greeting).toBe('Hello Ada %(case)d, plan %(file)d');
});
"""

TESTS_EACH = 10  # what one round of the tests of a file makes


def actions(files: int) -> Files:
    """Return the Actions: three for each file of tests."""
    sources = {"guard": GUARD, "claims": CLAIMS, "greeting": GREETING}
    return {
        f"{name}-{file}.js": source % {"file": file}
        for file in range(files)
        for name, source in sources.items()
    }


def _groups(bench: Bench) -> list[Group]:
    files = bench.sizes.files
    total = files * TESTS_EACH
    numbers = [{"file": file, "case": 0} for file in range(files)]
    ours = {f"test_login_{each['file']}.py": (OURS_HEAD + OURS_EACH) % each for each in numbers}
    theirs = {
        f"login-{each['file']}.test.js": JEST_CLOCK + (JEST_HEAD + JEST_EACH) % each
        for each in numbers
    }
    our_folder = bench.write("login-ours", {**actions(files), **ours})
    jest_folder = bench.write("login-jest", {**actions(files), "mocks.js": MOCKS, **theirs})
    work = f"login: {files} files of {TESTS_EACH} tests of post-login, with a flow of three"
    return [
        Group(
            [
                Row(
                    work,
                    "Jest with mocks by hand, `--runInBand`",
                    0.85,
                    sample("ours"),
                    sample("jest"),
                )
            ],
            [
                timed("ours", bench.pytest(our_folder, total)),
                timed("jest", bench.jest(jest_folder, total, "--runInBand")),
            ],
        )
    ]


LOGIN = Suite("login", ("Jest",), _groups)
