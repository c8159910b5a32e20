/**
 * Links the account of who logs in to an older one with the same verified address.
 *
 * The older account has to be proved first: a page of ours has the user log in to it, and sends a
 * token back. Whatever goes wrong with the Management API, the user is logged in, without a link.
 */
const PAGE = 'https://accounts.shop.example.com/link';

exports.onExecutePostLogin = async (event, api) => {
  const { user, secrets } = event;
  const isLinked = user.identities.length > 1;
  if (isLinked || !user.email_verified || user.app_metadata.keep_apart) return;
  if (!api.redirect.canRedirect()) return;

  const older = await olderAccount(event, api);
  if (!older) return;
  const token = api.redirect.encodeToken({ secret: secrets.LINK_SECRET, payload: { older } });
  api.redirect.sendUserTo(PAGE, { query: { session_token: token } });
};

exports.onContinuePostLogin = async (event, api) => {
  let answer;
  try {
    answer = api.redirect.validateToken({ secret: event.secrets.LINK_SECRET });
  } catch (error) {
    api.access.deny(`The accounts can not be linked: ${error.message}`);
    return;
  }
  if (!answer.proved) {
    api.user.setAppMetadata('keep_apart', true);
    return;
  }
  const [{ provider, user_id }] = event.user.identities;
  const path = `users/${encodeURIComponent(answer.proved)}/identities`;
  try {
    await management(event, api, 'POST', path, { provider, user_id });
    api.authentication.setPrimaryUser(answer.proved);
  } catch (error) {
    console.warn(`not linked: ${error.message}`);
  }
};

async function olderAccount(event, api) {
  const { email, user_id: ownId, created_at: since } = event.user;
  try {
    const path = `users-by-email?email=${encodeURIComponent(email)}`;
    const others = await management(event, api, 'GET', path);
    const older = others.filter((each) => each.user_id !== ownId && each.email_verified);
    return older.find((each) => each.created_at < since)?.user_id;
  } catch (error) {
    console.warn(`not looked up: ${error.message}`);
    return undefined;
  }
}

async function management({ secrets }, api, method, path, body) {
  const url = `https://${secrets.DOMAIN}/api/v2/${path}`;
  const token = api.cache.get('management-token')?.value ?? (await newToken(secrets, api));
  return request(url, method, body, { authorization: `Bearer ${token}` });
}

async function newToken({ DOMAIN, CLIENT_ID, CLIENT_SECRET }, api) {
  const { access_token: token, expires_in: expiresInS } = await request(
    `https://${DOMAIN}/oauth/token`,
    'POST',
    {
      grant_type: 'client_credentials',
      client_id: CLIENT_ID,
      client_secret: CLIENT_SECRET,
      audience: `https://${DOMAIN}/api/v2/`,
    },
  );
  const stored = api.cache.set('management-token', token, { ttl: (expiresInS - 60) * 1000 });
  if (stored.type === 'error') console.warn(`token not cached: ${stored.code}`);
  return token;
}

async function request(url, method, body, headers = {}) {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(5000),
  });
  if (!response.ok) throw new Error(`${new URL(url).pathname} answered ${response.status}`);
  return response.json();
}
