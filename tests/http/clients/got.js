'use strict';
// The package got 11, the last that can be required.

const got = require('got');
const { answer, bodyOf, packageForm, perform } = require('./shared');

exports.onExecutePostUserRegistration = async (event) => {
  event.seen = await perform(event.case, send);
};

async function send({ url, method, headers, follow, timeout_ms: timeout, json, form, ...content }) {
  const response = await got(url, {
    method,
    headers,
    json,
    form,
    body: bodyOf(content, { makeForm: packageForm }),
    timeout,
    retry: 0, // it would hide an error
    followRedirect: follow,
    throwHttpErrors: false,
    responseType: 'buffer',
  });
  const { statusCode: status, body } = response;
  return answer({ status, headers: response.headers, body, url: response.url });
}
