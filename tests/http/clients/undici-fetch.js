'use strict';
// The fetch of the package undici, which may be newer than the one that Node.js has.

const { FormData, fetch } = require('undici');
const { answer, bodyOf, headersOf, perform, webForm } = require('./shared');

exports.onExecutePostUserRegistration = async (event) => {
  event.seen = await perform(event.case, send);
};

async function send({ url, method, follow, timeout_ms: timeout, ...request }) {
  const response = await fetch(url, {
    method,
    headers: headersOf(request),
    body: bodyOf(request, { makeForm: (multipart) => webForm(multipart, FormData) }),
    duplex: 'half',
    redirect: follow ? 'follow' : 'manual',
    signal: timeout && AbortSignal.timeout(timeout),
  });
  const body = await response.bytes();
  return answer({ status: response.status, headers: response.headers, body, url: response.url });
}
