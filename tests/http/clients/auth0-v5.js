'use strict';
// The package auth0 5, with the options that keep it from sending a request again.

const { ManagementClient } = require('auth0-v5');
const { attempt, lowerCase } = require('./shared');

exports.onExecutePostUserRegistration = async (event) => {
  const { DOMAIN, CLIENT_ID, CLIENT_SECRET } = event.secrets;
  const { app_metadata: metadata, timeout_ms: timeout } = event.case;
  const { user_id: id } = event.user;
  event.seen = await attempt(async () => {
    const auth0 = new ManagementClient({
      domain: DOMAIN,
      clientId: CLIENT_ID,
      clientSecret: CLIENT_SECRET,
      timeoutInSeconds: timeout && timeout / 1000, // of the API
      timeoutDuration: timeout, // of the token
      maxRetries: 0, // of the API; the token is asked for once anyway
    });
    const read = await auth0.users.get(id).withRawResponse();
    const patched = await auth0.users.update(id, { app_metadata: metadata }).withRawResponse();
    return [read, patched].map(({ rawResponse: { status, headers }, data }) => ({
      status,
      headers: lowerCase(headers),
      json: data,
    }));
  });
};
