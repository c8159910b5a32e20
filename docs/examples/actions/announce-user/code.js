/**
 * Announces each user who registers in the team's chat.
 *
 * The chat's webhook may be busy or down. One that is busy says for how long, and is asked once
 * more if that is short; a registration does not fail for want of an announcement.
 */
const { setTimeout: sleep } = require('node:timers/promises');

const LONGEST_PAUSE_S = 5;

exports.onExecutePostUserRegistration = async (event) => {
  const text = `${event.user.name || event.user.user_id} has registered`;
  try {
    let response = await post(event.secrets.WEBHOOK_URL, text);
    const pauseS = Number(response.headers.get('retry-after'));
    if (response.status === 429 && pauseS <= LONGEST_PAUSE_S) {
      await sleep(pauseS * 1000);
      response = await post(event.secrets.WEBHOOK_URL, text);
    }
    if (!response.ok) console.warn(`not announced: the chat answered ${response.status}`);
  } catch (error) {
    console.warn(`not announced: ${error.cause?.code ?? error.name}`);
  }
};

function post(url, text) {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text }),
    signal: AbortSignal.timeout(3000),
  });
}
