const crm = require('actions:crm');

exports.onExecutePostUserRegistration = async (event, api) => {
  if (api.cache.get('crm:token')) return;
  const { token, expires_in } = await crm.fetchToken();
  api.cache.set('crm:token', token, { ttl: expires_in });
};
