// The Actions Module `messages`: posts a message to our gateway, with a key of its own.
const { GATEWAY_URL, GATEWAY_KEY } = actions.secrets;

exports.send = async (message) => {
  const response = await fetch(GATEWAY_URL, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': GATEWAY_KEY },
    body: JSON.stringify(message),
    signal: AbortSignal.timeout(5000),
  });
  if (!response.ok) throw new Error(`The gateway answered ${response.status}`);
};
