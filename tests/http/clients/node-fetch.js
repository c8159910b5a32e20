'use strict';
// The package node-fetch 2, the last that can be required.

const fetch = require('node-fetch');
const { answer, bodyOf, headersOf, packageForm, perform } = require('./shared');

exports.onExecutePostUserRegistration = async (event) => {
  event.seen = await perform(event.case, send);
};

async function send({ url, method, follow, timeout_ms: timeout, ...request }) {
  const response = await fetch(url, {
    method,
    headers: headersOf(request),
    body: bodyOf(request, { makeForm: packageForm }),
    redirect: follow ? 'follow' : 'manual',
    timeout,
  });
  const headers = Object.fromEntries(response.headers);
  const cookies = response.headers.raw()['set-cookie'];
  if (cookies) headers['set-cookie'] = cookies;
  const body = await response.buffer();
  return answer({ status: response.status, headers, body, url: response.url });
}
