const crm = require('actions:crm');

exports.onExecutePostUserRegistration = async (event, api) => {
  const cached = api.cache.get('crm:access-token');
  if (cached) return;
  const { access_token, expires_in } = await crm.fetchToken();
  api.cache.set('crm:access-token', access_token, { ttl: expires_in }); // seconds
};
