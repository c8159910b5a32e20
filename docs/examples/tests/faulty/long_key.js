const messages = require('actions:messages');

exports.onExecutePostUserRegistration = async (event, api) => {
  const key = `welcome:${event.user.email}`; // as long as the address
  if (api.cache.get(key)) return;
  await messages.send({ to: event.user.email, text: 'Welcome!' });
  api.cache.set(key, 'sent');
};
