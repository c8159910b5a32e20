/**
 * Sends a welcome message, once in ten minutes per address: who registers twice, say with a
 * password and again with a code by e-mail, is welcomed once.
 */
const { createHash } = require('node:crypto');
const messages = require('actions:messages');

const QUIET_MS = 10 * 60 * 1000;

exports.onExecutePostUserRegistration = async (event, api) => {
  const { email, given_name: name } = event.user;
  if (!email) {
    console.log('no address, no message');
    return;
  }
  // An address has up to 254 bytes, a cache key up to 64: a digest of 32 takes its place.
  const digest = createHash('sha256').update(email.toLowerCase()).digest('hex').slice(0, 32);
  const key = `welcome:${digest}`;
  if (api.cache.get(key)) {
    console.log('welcomed lately');
    return;
  }
  await messages.send({ to: email, text: `Welcome, ${name || 'and good to see you'}!` });
  const stored = api.cache.set(key, 'sent', { ttl: QUIET_MS });
  if (stored.type === 'error') console.warn(`not remembered: ${stored.code}`);
};
