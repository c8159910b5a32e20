'use strict';
// `console` as an Action has it: what it writes goes to Python.

const { Console } = require('node:console');

const { current, ofCaller } = require('./run.js');
const { send, wellFormed } = require('./wire.js');

// What a run writes after it is over belongs to no run.
const stream = {
  write(text) {
    const run = current();
    if (run !== null && ofCaller() === run) keep(run, Buffer.from(text));
  },
};

function keep(run, bytes) {
  const { logBytesLeft } = run;
  if (logBytesLeft < 0) return;
  run.logBytesLeft -= bytes.length;
  send({ log: wellFormed(bytes.subarray(0, logBytesLeft)), cut: run.logBytesLeft < 0 });
}

globalThis.console = new Console({ stdout: stream, stderr: stream, ignoreErrors: false });
const { groupEnd } = console;

const MAX_DEPTH = 100;

// Ends what console.group() of a test has begun.
function endGroups() {
  for (let depth = 0; depth < MAX_DEPTH; depth += 1) groupEnd();
}

module.exports = { endGroups };
