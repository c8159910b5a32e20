'use strict';
// The fetch that every Node.js has.

const { answer, bodyOf, headersOf, perform } = require('./shared');

exports.onExecutePostUserRegistration = async (event) => {
  event.seen = await perform(event.case, send);
};

async function send({ url, method, follow, timeout_ms: timeout, ...request }) {
  const response = await fetch(url, {
    method,
    headers: headersOf(request),
    body: bodyOf(request, { makeStream: ReadableStream.from }),
    duplex: 'half',
    redirect: follow ? 'follow' : 'manual',
    signal: timeout && AbortSignal.timeout(timeout),
  });
  const body = await response.arrayBuffer();
  return answer({ status: response.status, headers: response.headers, body, url: response.url });
}
