/**
 * Tells sales when three people of one company register within an hour.
 *
 * The hour starts with the first of them. Each count is stored until the end of that hour, so a
 * later registration does not prolong it.
 */
const messages = require('actions:messages');

const WINDOW_MS = 60 * 60 * 1000;
const ENOUGH = 3;
const NO_COMPANY = new Set(['example.net', 'example.org']); // mail for everyone

exports.onExecutePostUserRegistration = async (event, api) => {
  const domain = (event.user.email || '').split('@').pop().toLowerCase();
  if (!domain || NO_COMPANY.has(domain)) return;

  const key = `signups:${domain}`;
  const record = api.cache.get(key);
  const count = record ? Number(record.value) + 1 : 1;
  const windowEnd = record ? record.expires_at : Date.now() + WINDOW_MS;

  const stored = api.cache.set(key, String(count), { expires_at: windowEnd });
  if (stored.type === 'error') console.warn(`${domain} not counted: ${stored.code}`);
  if (count === ENOUGH) {
    const text = `${count} registrations from ${domain} since ${clockTime(windowEnd - WINDOW_MS)}`;
    await messages.send({ to: event.secrets.SALES_CHANNEL, text });
  }
};

function clockTime(ms) {
  return new Date(ms).toISOString().slice(11, 16);
}
