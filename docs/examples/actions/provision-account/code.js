/**
 * Creates an account in the CRM for each user who registers.
 *
 * The CRM's access token is good for an hour, so it is cached and shared by the runs of this
 * trigger. The last minute of its life is not used: the token must outlive the request.
 */
const crm = require('actions:crm');

const TOKEN_KEY = 'crm:access-token';
const MARGIN_S = 60;

exports.onExecutePostUserRegistration = async (event, api) => {
  const account = {
    id: event.user.user_id,
    email: event.user.email,
    team: event.secrets.CRM_TEAM,
  };
  const cached = api.cache.get(TOKEN_KEY);
  try {
    await crm.createAccount(cached ? cached.value : await newToken(api), account);
  } catch (error) {
    if (!cached || error.status !== 401) throw error;
    // The CRM took the token back before its time.
    api.cache.delete(TOKEN_KEY);
    await crm.createAccount(await newToken(api), account);
  }
};

async function newToken(api) {
  const { access_token: token, expires_in: expiresInS } = await crm.fetchToken();
  const stored = api.cache.set(TOKEN_KEY, token, { ttl: (expiresInS - MARGIN_S) * 1000 });
  if (stored.type === 'error') console.warn(`token not cached: ${stored.code}`);
  return token;
}
