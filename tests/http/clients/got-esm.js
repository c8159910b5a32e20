'use strict';
// A got that is an ES module.

const { answer, bodyOf, perform } = require('./shared');

exports.onExecutePostUserRegistration = async (event) => {
  event.seen = await perform(event.case, send);
};

async function send({ url, method, headers, follow, timeout_ms: timeout, json, form, ...content }) {
  const { got } = await import('got-esm');
  const response = await got(url, {
    method,
    headers,
    json,
    form,
    body: bodyOf(content, { makeStream: (chunks) => chunks }),
    timeout: { request: timeout },
    retry: { limit: 0 }, // it would hide an error
    followRedirect: follow,
    throwHttpErrors: false,
    responseType: 'buffer',
  });
  const { statusCode: status, body } = response;
  return answer({ status, headers: response.headers, body, url: response.url });
}
