'use strict';
// The package @slack/webhook. Its retries are off unless asked for.

const { IncomingWebhook } = require('@slack/webhook');
const { attempt } = require('./shared');

exports.onExecutePostUserRegistration = async (event) => {
  const { url, text, timeout_ms: timeout } = event.case;
  event.seen = await attempt(async () => {
    const webhook = new IncomingWebhook(url, { timeout });
    const result = await webhook.send({ text });
    return { text: result.text };
  });
};
