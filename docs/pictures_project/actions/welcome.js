exports.onExecutePostUserRegistration = async (event, api) => {
  const key = `welcome:${event.connection.name}:${event.user.email}`;
  if (api.cache.get(key)) return;
  console.log(`Welcome, ${event.user.given_name}!`);
  api.cache.set(key, 'sent', { ttl: 10 * 60 * 1000 });
};
