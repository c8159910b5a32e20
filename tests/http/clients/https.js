'use strict';
// node:https the other way: options in place of a URL, an abort signal, and the body iterated over.
// It follows no redirects.

const https = require('node:https');
const { pipeline } = require('node:stream/promises');
const { answer, bodyOf, decode, headersOf, packageForm, perform } = require('./shared');

exports.onExecutePostUserRegistration = async (event) => {
  event.seen = await perform(event.case, send);
};

async function send({ url, method, timeout_ms: timeout, ...content }) {
  const { hostname, port, pathname, search } = new URL(url);
  const headers = headersOf(content);
  let body = bodyOf(content, { makeForm: packageForm });
  if (body instanceof URLSearchParams) {
    headers['content-type'] = 'application/x-www-form-urlencoded';
    body = body.toString();
  }
  if (content.multipart) {
    Object.assign(headers, body.getHeaders(), { 'content-length': body.getLengthSync() });
  }
  const signal = timeout && AbortSignal.timeout(timeout);
  const path = `${pathname}${search}`;
  const request = https.request({ hostname, port, path, method, headers, signal });
  const response = await new Promise((resolve, reject) => {
    request.on('response', resolve);
    request.on('error', reject);
    if (body?.pipe) pipeline(body, request).catch(reject);
    else request.end(body);
  });
  const chunks = [];
  for await (const chunk of response) chunks.push(chunk);
  return answer({
    status: response.statusCode,
    headers: response.headers,
    body: decode(Buffer.concat(chunks), response.headers['content-encoding']),
  });
}
