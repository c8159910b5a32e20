'use strict';
// `console` as an Action has it: what it writes goes to Python.

const { createHook } = require('node:async_hooks');
const { Console } = require('node:console');
const { inspect } = require('node:util');

const { setSize } = require('./natives.js');
const { placeOf } = require('./places.js');
const { current, ofCaller, runs } = require('./run.js');
const { send, wellFormed } = require('./wire.js');

// What a run writes after it is over belongs to no run.
function streamOf(isError) {
  const stream = {
    write(text) {
      const run = current();
      if (run !== null && ofCaller() === run) keep(run, text, isError, stream.write);
    },
  };
  return stream;
}

function keep(run, text, isError, writer) {
  const { logBytesLeft, secrets } = run;
  if (logBytesLeft < 0) return;
  show?.(text);
  const bytes = Buffer.from(text);
  run.logBytesLeft -= bytes.length;
  const hasSecret = secrets.some((secret) => text.includes(secret));
  send({
    log: wellFormed(bytes.subarray(0, logBytesLeft)),
    cut: run.logBytesLeft < 0,
    is_error: isError,
    place: hasSecret || run.withPlaces ? placeOf(writer) : undefined,
  });
}

let show = null;

// `act` is called with all that is written.
function showLogs(act) {
  show = act;
}

// What may be the beginning of a secret; Python knows which is one.
const HEAD_LENGTH = 8;

function headsOf(secrets) {
  const heads = secrets.map((value) => String(value).trim().slice(0, HEAD_LENGTH));
  return heads.filter((head) => head.length === HEAD_LENGTH);
}

// To know which run code belongs to, Node.js notes down a few things in promises and immediates,
// which must not be shown. In a promise, some versions set them like any property; what is defined
// instead does not show.
const {
  create, defineProperty, getOwnPropertyDescriptors, getOwnPropertySymbols, getPrototypeOf,
} = Object;

const immediate = setImmediate(() => {}); // not reported: not called
clearImmediate(immediate);
const plain = Promise.resolve();
const hook = createHook({ init() {} }).enable();
const noted = runs.run({}, () => Promise.resolve());
hook.disable();
for (const note of notesIn(plain, noted)) {
  defineProperty(Promise.prototype, note, {
    set(value) {
      defineProperty(this, note, { value, writable: true, configurable: true });
    },
    configurable: true,
  });
}

function notesIn(bare, made) {
  const known = getOwnPropertySymbols(bare);
  return getOwnPropertySymbols(made).filter((symbol) => !known.includes(symbol));
}

const Immediate = getPrototypeOf(immediate);
defineProperty(Immediate, inspect.custom, {
  value(depth, options) {
    const shown = create(Immediate, getOwnPropertyDescriptors(this));
    notesIn(immediate, this).forEach((note) => delete shown[note]);
    for (const symbol of getOwnPropertySymbols(immediate)) {
      if (immediate[symbol] === undefined) shown[symbol] = undefined; // where others note things
    }
    shown._idleNext = shown._idlePrev = null; // others that wait
    return inspect(shown, { ...options, customInspect: false });
  },
});

globalThis.console = new Console({
  stdout: streamOf(undefined),
  stderr: streamOf(true),
  ignoreErrors: false,
});
const { dir, groupEnd } = console;

// Node.js's own shows an object without asking it how, so that nobody would see it being read.
console.dir = {
  dir(value, options) {
    const run = current();
    if (run !== null && setSize(run.unread) > 0) inspect(value, { ...options, customInspect: true });
    return dir(value, options);
  },
}.dir;

const MAX_DEPTH = 100;

// Ends what console.group() of a test has begun.
function endGroups() {
  for (let depth = 0; depth < MAX_DEPTH; depth += 1) groupEnd();
}

module.exports = { endGroups, headsOf, showLogs };
