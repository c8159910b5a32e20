'use strict';
// What the clients have in common: how a case is performed, what a body is made of, and what is
// told of an answer.

const { isUtf8 } = require('node:buffer');
const { createHash } = require('node:crypto');
const { Readable } = require('node:stream');
const zlib = require('node:zlib');

// ---------------------------------------------------------------- cases

// Sends the request of a case as often as the case says; tells what each gave.
exports.perform = async ({ repeat, parallel, ...request }, send) => {
  const defaults = { method: 'GET', headers: {}, follow: true, keepAlive: Boolean(repeat) };
  const once = (url) => attempt(() => send({ ...defaults, ...request, url }));
  if (parallel) {
    const urls = Array.from({ length: parallel }, (_, index) => numbered(request.url, index));
    return Promise.all(urls.map(once));
  }
  if (!repeat) return once(request.url);
  const seen = [];
  while (seen.length < repeat) seen.push(await once(request.url));
  return seen;
};

const numbered = (url, index) => `${url}${url.includes('?') ? '&' : '?'}n=${index}`;

// ---------------------------------------------------------------- requests

// The body of a request as most clients take it; a client's own forms and streams are made by
// what it passes.
exports.bodyOf = (
  { json, form, multipart, bytes_size: bytesSize, stream_size: streamSize },
  { makeForm = exports.webForm, makeStream = Readable.from } = {}
) => {
  if (json !== undefined) return JSON.stringify(json);
  if (form) return new URLSearchParams(form);
  if (multipart) return makeForm(multipart);
  if (bytesSize !== undefined) return exports.pattern(bytesSize);
  if (streamSize !== undefined) return makeStream(exports.chunks(streamSize));
  return undefined;
};

// The headers of a request, for a client that does not know JSON when it sees it.
exports.headersOf = ({ json, headers }) => ({
  ...(json === undefined ? {} : { 'content-type': 'application/json' }),
  ...headers,
});

// A multipart form as the web platform has it.
exports.webForm = ({ fields, files }, FormData = globalThis.FormData) => {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields ?? {})) form.append(name, value);
  for (const { name, filename, content_type: type, bytes } of decoded(files)) {
    form.append(name, new Blob([bytes], { type }), filename);
  }
  return form;
};

// A multipart form as the package form-data has it.
exports.packageForm = ({ fields, files }) => {
  const FormData = require('form-data');
  const form = new FormData();
  for (const [name, value] of Object.entries(fields ?? {})) form.append(name, value);
  for (const { name, filename, content_type: contentType, bytes } of decoded(files)) {
    form.append(name, bytes, { filename, contentType });
  }
  return form;
};

const decoded = (files) =>
  (files ?? []).map(({ base64, ...file }) => ({ ...file, bytes: Buffer.from(base64, 'base64') }));
exports.decoded = decoded;

// Byte i of the pattern is i % 251, which is a prime: no chunk looks like the next.
const PERIOD = Buffer.from(Array.from({ length: 251 }, (_, index) => index));
exports.pattern = (size) => Buffer.alloc(size, PERIOD);

const CHUNK_SIZE = 64 * 1024;
exports.chunks = async function* (size) {
  const bytes = exports.pattern(size);
  for (let start = 0; start < size; start += CHUNK_SIZE) {
    yield bytes.subarray(start, start + CHUNK_SIZE);
  }
};

// ---------------------------------------------------------------- answers

const MAX_TEXT_SIZE = 64 * 1024;

// What is told of an answer; *body* is all of it, decoded.
exports.answer = ({ status, headers, body, url }) => {
  const bytes = Buffer.from(body ?? '');
  return {
    status,
    headers: lowerCase(headers),
    text: bytes.length <= MAX_TEXT_SIZE && isUtf8(bytes) ? bytes.toString() : null,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    size: bytes.length,
    url: url === undefined ? null : String(url),
  };
};

// The headers of the web platform, or of Node.js, as an object. Cookies are a list in both.
function lowerCase(headers) {
  if (!headers.getSetCookie) return mapKeys(Object.entries(headers));
  const lower = mapKeys(headers.entries());
  if ('set-cookie' in lower) lower['set-cookie'] = headers.getSetCookie();
  return lower;
}
const mapKeys = (entries) =>
  Object.fromEntries(Array.from(entries, ([name, value]) => [name.toLowerCase(), value]));
exports.lowerCase = lowerCase;

// For the clients that hand out a body as it came.
exports.decode = (body, encoding = 'identity') => {
  const decoders = {
    gzip: zlib.gunzipSync,
    deflate: zlib.inflateSync,
    br: zlib.brotliDecompressSync,
    identity: (bytes) => bytes,
  };
  return body.length === 0 ? body : decoders[encoding](body);
};

// What *ask* gives, or else the error that it threw.
async function attempt(ask) {
  try {
    return await ask();
  } catch (thrown) {
    return { error: describe(thrown) };
  }
}
exports.attempt = attempt;

function describe({ name, code, message, cause }) {
  const causedBy = cause instanceof Error ? describe(cause) : null;
  return { name, code: code ?? null, message, cause: causedBy };
}
