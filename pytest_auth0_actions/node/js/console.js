'use strict';
// `console` as an Action has it: what it writes goes to Python.

const { Console } = require('node:console');
const { inspect } = require('node:util');

const { placeOf } = require('./places.js');
const { current, ofCaller } = require('./run.js');
const { send, wellFormed } = require('./wire.js');

// What a run writes after it is over belongs to no run.
const stream = {
  write(text) {
    const run = current();
    if (run !== null && ofCaller() === run) keep(run, text);
  },
};

function keep(run, text) {
  const { logBytesLeft, secrets } = run;
  if (logBytesLeft < 0) return;
  const bytes = Buffer.from(text);
  run.logBytesLeft -= bytes.length;
  const hasSecret = secrets.some((secret) => text.includes(secret));
  send({
    log: wellFormed(bytes.subarray(0, logBytesLeft)),
    cut: run.logBytesLeft < 0,
    place: hasSecret ? placeOf(stream.write) : undefined,
  });
}

// What may be the beginning of a secret; Python knows which is one.
const HEAD_LENGTH = 8;

function headsOf(secrets) {
  const heads = secrets.map((value) => String(value).trim().slice(0, HEAD_LENGTH));
  return heads.filter((head) => head.length === HEAD_LENGTH);
}

globalThis.console = new Console({ stdout: stream, stderr: stream, ignoreErrors: false });
const { dir, groupEnd } = console;

// Node.js's own shows an object without asking it how, so that nobody would see it being read.
console.dir = {
  dir(value, options) {
    if (current()?.unread.size > 0) inspect(value, { ...options, customInspect: true });
    return dir(value, options);
  },
}.dir;

const MAX_DEPTH = 100;

// Ends what console.group() of a test has begun.
function endGroups() {
  for (let depth = 0; depth < MAX_DEPTH; depth += 1) groupEnd();
}

module.exports = { endGroups, headsOf };
