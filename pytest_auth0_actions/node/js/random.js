'use strict';
// Chance, the same in each session: what a test draws depends on its seed and on what it drew
// before, by the same function.

const crypto = require('node:crypto');

const { replace, replaceGetter, standIn } = require('./natives.js');

const {
  createCipheriv, createHash, createSecretKey, KeyObject, randomFillSync, webcrypto,
} = crypto;
const { importKey } = webcrypto.subtle;
const { setImmediate } = globalThis;
const { getPrototypeOf } = Object;
const { alloc } = Buffer;

// ---------------------------------------------------------------- streams of bytes

const FIRST_BLOCK = alloc(16);

let seed = '';
let drawn = null; // numbers for Math.random
const streams = new Map(); // by what draws from them
let keys = 0; // that the web's crypto was asked for

function streamOf(name) {
  const key = createHash('sha256').update(`${seed}\n${name}`).digest();
  return createCipheriv('aes-256-ctr', key, FIRST_BLOCK);
}

function draw(name, bytes) {
  if (!streams.has(name)) streams.set(name, streamOf(name));
  return streams.get(name).update(alloc(bytes));
}

// Starts anew, unless this is the seed already: a test may load several Actions.
function reseed(text) {
  if (text === seed) return;
  seed = text;
  streams.clear();
  drawn = null;
  keys = 0;
}

// Ends a test; the next one has a seed of its own, or begins with its own once more.
function forget() {
  reseed('');
}

// For what runs beside, such as a worker thread.
function drawSeed() {
  return draw('seeds', 16).toString('hex');
}

// ---------------------------------------------------------------- Math.random

const NUMBERS_AT_ONCE = 512;

function random() {
  if (drawn === null || drawn.next === NUMBERS_AT_ONCE) drawn = { numbers: drawNumbers(), next: 0 };
  return drawn.numbers[drawn.next++];
}

// As many of all multiples of 2 ** -53 below 1 that are equally likely.
function drawNumbers() {
  const bytes = draw('Math.random', 8 * NUMBERS_AT_ONCE);
  return Float64Array.from({ length: NUMBERS_AT_ONCE }, (_, at) =>
    Number(bytes.readBigUInt64LE(8 * at) >> 11n) / 2 ** 53);
}

// Has the Math of a realm draw from `random`, and returns what stands for what. It is evaluated
// inside of the realm, so it uses nothing from around it.
function installChance(random) {
  'use strict';
  const real = Math.random;
  Math.random = { random: () => random() }.random;
  return [[Math.random, real]];
}

for (const [ours, original] of installChance(random)) standIn(ours, original);

// ---------------------------------------------------------------- node:crypto

// Node.js itself says first what it thinks of the arguments. Answers come in the order of the
// calls, which it leaves to its threads.

replace(crypto, 'randomBytes', (real) => function randomBytes(size, callback) {
  if (callback !== undefined && !isFunction(callback)) return real(size, callback); // which throws
  const bytes = fill('randomBytes', real(size));
  return callback ? answer(callback, null, bytes) : bytes;
});
for (const alias of ['prng', 'pseudoRandomBytes', 'rng']) {
  replaceGetter(crypto, alias, () => () => crypto.randomBytes);
}

replace(crypto, 'randomFillSync', () => function randomFillSync(buffer, offset, size) {
  return fillPart(buffer, offset, size);
});

replace(crypto, 'randomFill', (real) => function randomFill(buffer, ...rest) {
  const at = rest.findIndex(isFunction);
  if (at < 0) return real(buffer, ...rest); // which throws
  const [offset = 0, given] = rest.slice(0, at);
  const size = [buffer?.length, buffer?.length - offset, given][at];
  return answer(rest[at], null, fillPart(buffer, offset, size));
});

replace(crypto, 'randomInt', (real) => function randomInt(...args) {
  const at = args.findIndex(isFunction);
  if (at === 0 || at > 2 || args[2] !== undefined && at < 0) return real(...args); // which throws
  const range = args.slice(0, at < 0 ? 2 : at);
  real(...range);
  const [min, max] = range[1] === undefined ? [0, range[0]] : range;
  const drawn = drawBelow(max - min) + min;
  return at < 0 ? drawn : answer(args[at], undefined, drawn);
});

replace(crypto, 'randomUUID', (real) => function randomUUID(options) {
  real(options);
  return drawUuid();
});

replace(crypto, 'generateKeySync', (real) => function generateKeySync(type, options) {
  const { symmetricKeySize: bytes } = real(type, options);
  return createSecretKey(draw('generateKey', bytes));
});

replace(crypto, 'generateKey', (real) => function generateKey(type, options, callback) {
  if (!isFunction(callback)) return real(type, options, callback); // which throws
  return answer(callback, null, crypto.generateKeySync(type, options));
});

function isFunction(value) {
  return typeof value === 'function';
}

function answer(callback, ...args) {
  setImmediate(callback, ...args);
}

function fill(name, bytes) {
  bytes.set(draw(name, bytes.length));
  return bytes;
}

// Offset and size count elements.
function fillPart(buffer, offset, size) {
  randomFillSync(buffer, offset, size);
  const elementBytes = buffer.BYTES_PER_ELEMENT ?? 1;
  const start = Math.trunc((offset ?? 0) * elementBytes);
  const bytes = size === undefined ? buffer.byteLength - start : Math.trunc(size * elementBytes);
  fill('randomFill', bytesOf(buffer).subarray(start, start + bytes));
  return buffer;
}

function bytesOf(buffer) {
  const { buffer: whole = buffer, byteOffset = 0, byteLength } = buffer;
  return new Uint8Array(whole, byteOffset, byteLength);
}

const RANDOM_INTS = 2 ** 48;

// What is above the last multiple of the range would make small numbers likelier.
function drawBelow(range) {
  for (;;) {
    const number = draw('randomInt', 6).readUIntBE(0, 6);
    if (number < RANDOM_INTS - (RANDOM_INTS % range)) return number % range;
  }
}

function drawUuid() {
  const bytes = draw('randomUUID', 16);
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

// ---------------------------------------------------------------- the web's crypto

const Crypto = getPrototypeOf(webcrypto);

replace(Crypto, 'getRandomValues', (real) => ({
  getRandomValues(array) {
    real.call(this, array);
    fill('getRandomValues', bytesOf(array));
    return array;
  },
}).getRandomValues);

replace(Crypto, 'randomUUID', (real) => ({
  randomUUID() {
    real.call(this);
    return drawUuid();
  },
}).randomUUID);

// Keys of AES and HMAC; others come in pairs.
replace(getPrototypeOf(webcrypto.subtle), 'generateKey', (real) => ({
  async generateKey(...args) {
    const name = `generateKey ${(keys += 1)}`;
    const key = await real.apply(this, args);
    if (!/^(AES-|HMAC$)/.test(key.algorithm?.name)) return key;
    const bytes = draw(name, KeyObject.from(key).symmetricKeySize);
    const { algorithm: { name: algorithm, hash }, extractable, usages } = key;
    return importKey.call(this, 'raw', bytes, { name: algorithm, hash }, extractable, usages);
  },
}).generateKey);

module.exports = { drawSeed, forget, installChance, random, reseed };
