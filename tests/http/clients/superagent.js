'use strict';
// The package superagent. It closes each connection unless it is given an agent.

const http = require('node:http');
const https = require('node:https');
const { Readable } = require('node:stream');
const superagent = require('superagent');
const { answer, chunks, decoded, pattern, perform } = require('./shared');

const agents = {
  'http:': new http.Agent({ keepAlive: true }),
  'https:': new https.Agent({ keepAlive: true }),
};

exports.onExecutePostUserRegistration = async (event) => {
  event.seen = await perform(event.case, send);
};

async function send({ url, method, headers, follow, keepAlive, timeout_ms: timeout, ...content }) {
  const request = superagent(method, url)
    .set(headers)
    .redirects(follow ? 5 : 0)
    .ok(() => true)
    .responseType('blob');
  if (timeout) request.timeout(timeout);
  if (keepAlive) request.agent(agents[new URL(url).protocol]);
  const response = await sent(request, content);
  const { status, redirects } = response;
  const body = method === 'HEAD' ? undefined : response.body; // {}, where there can't be one
  return answer({ status, headers: response.headers, body, url: redirects.at(-1) ?? url });
}

function sent(request, { json, form, multipart, bytes_size: bytesSize, stream_size: streamSize }) {
  if (json !== undefined) return request.send(json);
  if (form) return request.type('form').send(form);
  if (multipart) {
    for (const [name, value] of Object.entries(multipart.fields ?? {})) request.field(name, value);
    for (const { name, filename, content_type: contentType, bytes } of decoded(multipart.files)) {
      request.attach(name, bytes, { filename, contentType });
    }
    return request;
  }
  if (bytesSize !== undefined) {
    return request.type('application/octet-stream').send(pattern(bytesSize));
  }
  if (streamSize === undefined) return request;
  return new Promise((resolve, reject) => {
    request.on('response', resolve).on('error', reject);
    Readable.from(chunks(streamSize)).pipe(request.type('application/octet-stream'));
  });
}
