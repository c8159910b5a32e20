'use strict';
// node:http the classic way: a URL, a callback and listeners. It follows no redirects.

const http = require('node:http');
const { answer, bodyOf, decode, headersOf, packageForm, perform } = require('./shared');

exports.onExecutePostUserRegistration = async (event) => {
  event.seen = await perform(event.case, send);
};

const send = ({ url, method, timeout_ms: timeout, ...content }) =>
  new Promise((resolve, reject) => {
    const request = http.request(
      url,
      { method, headers: headersOf(content), timeout },
      (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const { statusCode: status, headers } = response;
          const body = decode(Buffer.concat(chunks), headers['content-encoding']);
          resolve(answer({ status, headers, body }));
        });
      }
    );
    request.on('timeout', () => request.destroy());
    request.on('error', reject);

    const body = bodyOf(content, { makeForm: packageForm });
    if (body instanceof URLSearchParams) {
      request.setHeader('content-type', 'application/x-www-form-urlencoded');
      request.end(body.toString());
    } else if (body?.pipe) {
      if (content.multipart) request.setHeader('content-type', body.getHeaders()['content-type']);
      body.pipe(request);
    } else {
      request.end(body);
    }
  });
