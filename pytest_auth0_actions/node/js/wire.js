'use strict';
// Messages to and from Python: lines of JSON, some with bytes behind them. Commands come in on
// one pipe and everything else goes out on another, so that stdout and stderr stay the Action's.

const fs = require('node:fs');
const path = require('node:path');
const util = require('node:util');
const { performance } = require('node:perf_hooks');

const [inFd, outFd, counterFd, spinMs, coverageFd] = process.argv.splice(1).slice(-5).map(Number);
const hasProcessor = spinMs > 0; // one of its own, whatever Python does meanwhile

// An Action may change what it likes; messages still get through.
const { parse, stringify } = JSON;
const { inspect } = util;
const { readSync, writeSync } = fs;
const { assign, create, defineProperty, getOwnPropertyDescriptor, hasOwn } = Object;
const { allocUnsafe, from } = Buffer;
const { min } = Math;
const [asciiOf, copy, indexOf, toText] = ['latin1Slice', 'copy', 'indexOf', 'toString'].map(
  (name) => Function.prototype.call.bind(Buffer.prototype[name]),
);
const now = performance.now.bind(performance); // really
const reallyExit = process.reallyExit.bind(process);
const NONE = from('');
const endings = []; // what is called when there are no more commands
const MAX_AT_ONCE = 1024; // characters, of 3 bytes at most: a pipe takes up to 4,096 whole

// `body`, if given, follows the line as bytes.
function send(message, body = NONE) {
  if (body.length > 0) message.body_bytes = body.length;
  const line = `${safely(message)}\n`;
  if (line.length <= MAX_AT_ONCE) writeSync(outFd, line);
  else write(from(line));
  if (body.length > 0) write(body);
}

// What an Action put on Object.prototype shall not speak in our messages.
function safely(message) {
  const polluted = getOwnPropertyDescriptor(Object.prototype, 'toJSON');
  if (polluted === undefined) return stringify(message);
  delete Object.prototype.toJSON;
  try {
    return stringify(message);
  } finally {
    attempt(() => defineProperty(Object.prototype, 'toJSON', polluted));
  }
}

function write(bytes, fd = outFd) {
  for (let sent = 0; sent < bytes.length; ) {
    sent += writeSync(fd, bytes, sent);
  }
}

// What has come, of which the part from `next` to `until` is unread.
const chunk = allocUnsafe(65536);
let next = 0;
let until = 0;
let receivedBytes = 0;

// How many bytes Python has sent, as it tells in a file that both can see.
const sentBytes = new Float64Array(1);
const counter = from(sentBytes.buffer);

// `act()` is called when there are no more commands.
function beforeEnd(act) {
  endings[endings.length] = act;
}

// Blocks, and nothing else in this process moves meanwhile: an api call is synchronous, and
// between two runs the process is as frozen as a container that has no request.
function receive() {
  let line = ''; // Python writes ASCII
  if (next === until) read();
  for (let end = endOfLine(); ; end = endOfLine()) {
    line += asciiOf(chunk, next, end);
    next = end + 1;
    if (end < until) break;
    read();
  }
  const message = assign(create(null), parse(line));
  if (message.body_bytes) message.body = receiveBytes(message.body_bytes);
  return message;
}

// Where the line ends that begins at `next`; `until` if its end has not come yet.
function endOfLine() {
  const end = indexOf(chunk, 10, next);
  return end < 0 || end > until ? until : end;
}

function receiveBytes(size) {
  const body = allocUnsafe(size);
  for (let filled = 0; filled < size; ) {
    if (next === until) read();
    const end = min(next + size - filled, until);
    filled += copy(chunk, body, filled, next, end);
    next = end;
  }
  return body;
}

function read() {
  spin();
  next = 0;
  until = readSync(inFd, chunk, 0, chunk.length, null);
  if (until === 0) leave();
  receivedBytes += until;
}

// Pytest has closed its end of the pipe, or is gone.
function leave() {
  for (let at = 0; at < endings.length; at += 1) attempt(endings[at]);
  reallyExit(0);
}

// Whether Python has sent what is not read yet.
function hasUnreadCommands() {
  readSync(counterFd, counter, 0, counter.length, 0);
  return sentBytes[0] > receivedBytes;
}

// To be woken takes longer than most answers, so look for one before going to sleep.
function spin() {
  const untilMs = now() + spinMs;
  while (!hasUnreadCommands() && now() < untilMs);
}

// ---------------------------------------------------------------- values

// What JSON can't say travels as a tagged array; so do arrays. The budget ends what would never
// end: an object that is reached by a million ways. Nobody reads what lies too deep, either.
const MAX_NODES = 100000;
const MAX_DEPTH = 100;

function encode(value, path = [], budget = { nodes: MAX_NODES }) {
  budget.nodes -= 1;
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      if (Number.isFinite(value) && !Object.is(value, -0)) return value;
      return ['number', String(Object.is(value, -0) ? '-0' : value)];
    case 'object': {
      if (value === null) return null;
      if (path.includes(value)) return ['value', 'object', '[Circular]', received(value)];
      if (budget.nodes < 0) return TOO_LARGE;
      if (path.length >= MAX_DEPTH) return TOO_DEEP;
      const inside = [...path, value];
      if (Array.isArray(value)) {
        return ['array', ...Array.from(value, (item) => encode(item, inside, budget))];
      }
      const prototype = Object.getPrototypeOf(value);
      const plain = prototype === Object.prototype || prototype === null;
      if (!plain && (util.types.isProxy(value) || !isRecord(value))) break;
      const fields = Object.create(null);
      for (const key of Object.keys(value)) {
        fields[key] = attempt(() => encode(value[key], inside, budget), THREW);
      }
      return plain ? fields : ['instance', received(value), fields];
    }
  }
  return ['value', typeof value, wellFormed(inspect(value)), received(value)];
}

const [TOO_DEEP, TOO_LARGE, THREW] = ['[Too deep]', '[Too large]', '[Threw]'].map((shown) =>
  ['value', 'object', shown, 'an instance of Object'],
);

function attempt(read, otherwise) {
  try {
    return read();
  } catch {
    return otherwise;
  }
}

// An instance of a user's class is its fields; a Date, a Map or an Error is more than those.
function isRecord(value) {
  return Object.prototype.toString.call(value) === '[object Object]';
}

// How Node.js itself would name the value in a TypeError.
function received(value) {
  try {
    Buffer.byteLength(value);
    return 'an instance of Buffer';
  } catch (error) {
    return error.message.slice(error.message.indexOf('Received ') + 'Received '.length);
  }
}

// ---------------------------------------------------------------- errors

// An error as it is, or as it tries to be: old code makes its own without the Error constructor.
function describeError(thrown) {
  const text = (name) => attempt(() => wellFormed(thrown[name]), '');
  const isError = attempt(() => thrown instanceof Error || typeof thrown.stack === 'string', false);
  if (!isError) {
    return { name: null, message: wellFormed(inspect(thrown)), code: null, stack: '', causes: [] };
  }
  const code = attempt(() => thrown.code, undefined);
  return {
    name: text('name'),
    message: text('message'),
    code: code === undefined ? null : attempt(() => wellFormed(code), null),
    stack: text('stack'),
    causes: attempt(() => causesOf(thrown), []),
  };
}

Error.stackTraceLimit = 30; // deep packages shall not push the Action out of its stack
const MAX_CAUSES = 5;

function causesOf(error) {
  const causes = [];
  for (let next = [error]; next.length > 0 && causes.length < MAX_CAUSES; ) {
    const { cause, errors } = next.shift();
    const inner = [cause, ...(Array.isArray(errors) ? errors : [])].filter(Boolean);
    causes.push(...inner.map((each) => wellFormed(each).split('\n')[0]));
    next.push(...inner.filter((each) => each instanceof Error));
  }
  return causes.slice(0, MAX_CAUSES);
}

// Half a surrogate pair can't be written to a file or a terminal, and frames of ours are noise, as
// are those of Node.js that called them.
const OURS = __dirname + path.sep;
const NODES_FRAME = /^\s+at .*\(?node:/;
const SAME_FRAMES = /^\s+\.\.\. \d+ lines matching cause stack trace \.\.\.$/; // shown with the cause

function wellFormed(value) {
  const text = toText(from(String(value)));
  if (!text.includes(OURS)) return text;
  const kept = [];
  let isBelowOurs = false;
  for (const line of text.split('\n')) {
    isBelowOurs = line.includes(OURS) || SAME_FRAMES.test(line) ||
      (isBelowOurs && NODES_FRAME.test(line));
    if (!isBelowOurs) kept.push(line);
    else if (line.endsWith(' {') && kept.length > 0) kept.push(`${kept.pop()} {`); // more to come
  }
  return kept.join('\n');
}

module.exports = {
  asciiOf, attempt, beforeEnd, coverageFd, describeError, encode, hasProcessor, hasUnreadCommands,
  parse, reallyExit, receive, safely, send, wellFormed, write, THREW,
};
