const crm = require('actions:crm');

exports.onExecutePostUserRegistration = async (event, api) => {
  if (!api.cache.get('crm:token')) {
    const { token } = await crm.fetchToken();
    api.cache.set('crm:token', token, { ttl: 60 * 60 * 1000 });
  }
  const { value } = api.cache.get('crm:token');
  console.log(`${event.user.email} created with ${value}`);
};
