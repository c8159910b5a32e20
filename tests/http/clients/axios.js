'use strict';

const axios = require('axios');
const { answer, bodyOf, packageForm, perform } = require('./shared');

exports.onExecutePostUserRegistration = async (event) => {
  event.seen = await perform(event.case, send);
};

async function send({ url, method, headers, follow, timeout_ms: timeout, json, ...content }) {
  const response = await axios.request({
    url,
    method,
    headers,
    data: json ?? bodyOf(content, { makeForm: packageForm }),
    timeout,
    responseType: 'arraybuffer',
    validateStatus: () => true,
    ...(follow ? {} : { maxRedirects: 0 }),
  });
  return answer({
    status: response.status,
    headers: response.headers.toJSON(),
    body: response.data,
    url: response.request.res.responseUrl,
  });
}
