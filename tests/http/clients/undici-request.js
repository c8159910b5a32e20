'use strict';
// request() of the package undici. It follows no redirects and decodes nothing of its own accord.

const { Agent, FormData, interceptors, request: ask } = require('undici');
const { answer, bodyOf, decode, headersOf, perform, webForm } = require('./shared');

exports.onExecutePostUserRegistration = async (event) => {
  event.seen = await perform(event.case, send);
};

const agent = new Agent();
const following = agent.compose(interceptors.redirect({ maxRedirections: 5 }));

async function send({ url, method, follow, timeout_ms: timeout, ...request }) {
  const headers = headersOf(request);
  let body = bodyOf(request, { makeForm: (multipart) => webForm(multipart, FormData) });
  if (body instanceof URLSearchParams) {
    headers['content-type'] ??= 'application/x-www-form-urlencoded';
    body = body.toString();
  }
  const response = await ask(url, {
    method,
    headers,
    body,
    dispatcher: follow ? following : agent,
    headersTimeout: timeout,
    bodyTimeout: timeout,
  });
  const bytes = Buffer.from(await response.body.arrayBuffer());
  return answer({
    status: response.statusCode,
    headers: response.headers,
    body: decode(bytes, response.headers['content-encoding']),
    url: response.context?.history?.at(-1),
  });
}
