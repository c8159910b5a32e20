// The Actions Module `crm`: what our Actions ask of the CRM. Its credentials are its own.
const { BASE_URL, CLIENT_ID, CLIENT_SECRET } = actions.secrets;

exports.fetchToken = async () => {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: CLIENT_ID,
    client_secret: CLIENT_SECRET,
  });
  return (await post('/oauth/token', body)).json();
};

exports.createAccount = async (token, account) => {
  await post('/accounts', JSON.stringify(account), {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
  });
};

async function post(path, body, headers = {}) {
  const signal = AbortSignal.timeout(5000);
  const response = await fetch(BASE_URL + path, { method: 'POST', body, headers, signal });
  if (response.ok) return response;
  throw Object.assign(new Error(`The CRM answered ${response.status}`), { status: response.status });
}
