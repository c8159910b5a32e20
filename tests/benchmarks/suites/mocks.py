"""What tests in JavaScript write by hand where ours have fixtures: an event, and an api."""

from __future__ import annotations

START_MS = 1_735_689_600_000  # 2025-01-01T00:00:00Z

REGISTRATION_MOCKS = """\
exports.makeEvent = ({ user, secrets = {} } = {}) => ({
  user: {
    user_id: 'auth0|1',
    email: 'ada@example.com',
    email_verified: true,
    name: 'Ada Lovelace',
    created_at: new Date().toISOString(),
    app_metadata: {},
    user_metadata: {},
    ...user,
  },
  connection: { id: 'con_1', name: 'users', strategy: 'auth0', metadata: {} },
  request: { ip: '192.0.2.1', method: 'POST', hostname: 'login.example.com', language: 'en' },
  tenant: { id: 'tenant' },
  transaction: { locale: 'en', protocol: 'oidc-basic-profile' },
  secrets,
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

# Time that the test sets; what Node.js itself needs to answer requests goes on.
JEST_CLOCK = f"""\
const REAL = [
  'hrtime', 'nextTick', 'performance', 'queueMicrotask', 'requestAnimationFrame',
  'cancelAnimationFrame', 'requestIdleCallback', 'cancelIdleCallback', 'setImmediate',
  'clearImmediate', 'setInterval', 'clearInterval', 'setTimeout', 'clearTimeout',
];

beforeEach(() => jest.useFakeTimers({{ now: {START_MS}, doNotFake: REAL }}));
"""
