'use strict';
// The Action's time is the test's clock: it stands still while code runs, and jumps to the next
// timer when the Action can do nothing but wait for it.

const timers = require('node:timers');
const promises = require('node:timers/promises');
const util = require('node:util');
const { AsyncResource } = require('node:async_hooks');
const { performance } = require('node:perf_hooks');

const wire = require('./wire.js');

const real = { setImmediate, setTimeout, setInterval };

let nowMs = 0;

// Each message from Python that follows a move of the test's clock tells where it is.
function receive() {
  const message = wire.receive();
  if (message.now_ms !== undefined) nowMs = message.now_ms;
  return message;
}

// ---------------------------------------------------------------- reading it

const RealDate = Date;
RealDate.now = function now() {
  return nowMs;
};
globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [nowMs] : args, newTarget),
  apply: () => new RealDate(nowMs).toString(),
});
RealDate.prototype.constructor = globalThis.Date;

// Intl formats the real time when it is given none.
const dateTimeFormat = Intl.DateTimeFormat.prototype;
const boundFormat = Object.getOwnPropertyDescriptor(dateTimeFormat, 'format').get;
const { formatToParts } = dateTimeFormat;
Object.defineProperty(dateTimeFormat, 'format', {
  get() {
    const format = boundFormat.call(this);
    return (date = nowMs) => format(date);
  },
});
dateTimeFormat.formatToParts = function (date = nowMs) {
  return formatToParts.call(this, date);
};

// What measures durations starts at any instant; ours starts at the epoch.
performance.now = () => nowMs;
process.hrtime = Object.assign(
  function hrtime([seconds, nanoseconds] = [0, 0]) {
    const sinceNs = BigInt(nowMs) * 1000000n - BigInt(seconds) * 1000000000n - BigInt(nanoseconds);
    return [Number(sinceNs / 1000000000n), Number(sinceNs % 1000000000n)];
  },
  { bigint: () => BigInt(nowMs) * 1000000n },
);

// ---------------------------------------------------------------- timers

const LONGEST_MS = 2 ** 31 - 1;
const waiting = []; // by due time, and then in order of creation
const byNumber = new Map();
let created = 0;

class Timeout extends AsyncResource {
  #callback;
  #args;
  #repeats;
  #ref = true;
  #number = 0;
  #closed = false;
  queued = false;

  constructor(callback, delayMs, args, repeats) {
    super('Timeout');
    this.#callback = callback;
    this.#args = args;
    this.#repeats = repeats;
    this.delayMs = delayOf(delayMs);
    this.start();
  }

  start() {
    this.dueMs = nowMs + this.delayMs;
    this.order = created += 1;
    let place = waiting.length;
    while (place > 0 && waiting[place - 1].dueMs > this.dueMs) place -= 1;
    waiting.splice(place, 0, this);
    return this;
  }

  fire() {
    this.queued = false;
    if (this.dueMs > nowMs || !this.stop()) return; // a timer before it changed that
    this.#closed = false;
    try {
      this.#callback.apply(this, this.#args);
    } finally {
      if (this.#repeats && !this.#closed && !waiting.includes(this)) this.start();
    }
  }

  stop() {
    const place = waiting.indexOf(this);
    if (place >= 0) waiting.splice(place, 1);
    return place >= 0;
  }

  close() {
    this.#closed = true;
    this.stop();
    byNumber.delete(this.#number);
    return this;
  }

  refresh() {
    this.stop();
    return this.start();
  }

  ref() {
    this.#ref = true;
    return this;
  }

  // Nothing else would end a process that waits for its next request.
  unref() {
    this.#ref = false;
    return this;
  }

  hasRef() {
    return this.#ref;
  }

  [Symbol.toPrimitive]() {
    this.#number = this.asyncId();
    byNumber.set(this.#number, this);
    return this.#number;
  }
}

if (Symbol.dispose) {
  Timeout.prototype[Symbol.dispose] = Timeout.prototype.close;
}

function delayOf(given) {
  const delayMs = Number(given);
  if (delayMs > LONGEST_MS) {
    process.emitWarning(
      `${given} does not fit into a 32-bit signed integer.\nTimeout duration was set to 1.`,
      'TimeoutOverflowWarning',
    );
  }
  return delayMs >= 1 && delayMs <= LONGEST_MS ? Math.ceil(delayMs) : 1;
}

function setTimeoutHere(callback, delayMs, ...args) {
  if (typeof callback !== 'function') return real.setTimeout(callback); // which throws
  return new Timeout(callback, delayMs, args, false);
}

function setIntervalHere(callback, delayMs, ...args) {
  if (typeof callback !== 'function') return real.setInterval(callback);
  return new Timeout(callback, delayMs, args, true);
}

function clear(timer) {
  if (timer instanceof Timeout) timer.close();
  else if (['number', 'string'].includes(typeof timer)) byNumber.get(Number(timer))?.close();
}

// An Action that polls with setImmediate would never let the clock move.
const IMMEDIATES_PER_MS = 1000;
let immediates = 0;

function setImmediateHere(callback, ...args) {
  immediates += 1;
  if (immediates % IMMEDIATES_PER_MS === 0 && waiting.length > 0) {
    real.setImmediate(() => polled(nowMs + 1));
  }
  return real.setImmediate(callback, ...args);
}

let polled = () => {};

function onPolling(moveTo) {
  polled = moveTo;
}

// ---------------------------------------------------------------- timers as promises

function after(delayMs, value, { signal, ref = true } = {}) {
  return abortable(signal, (resolve) => {
    const timer = setTimeoutHere(resolve, delayMs, value);
    if (!ref) timer.unref();
    return () => timer.close();
  });
}

function immediately(value, { signal } = {}) {
  return abortable(signal, (resolve) => {
    const immediate = setImmediateHere(resolve, value);
    return () => clearImmediate(immediate);
  });
}

async function* repeatedly(delayMs, value, { signal, ref = true } = {}) {
  let ticks = 0;
  let wake = () => {};
  const timer = setIntervalHere(() => wake((ticks += 1)), delayMs);
  if (!ref) timer.unref();
  try {
    for (;;) {
      if (ticks === 0) {
        await abortable(signal, (resolve) => {
          wake = resolve;
          return () => {};
        });
      }
      ticks -= 1;
      yield value;
    }
  } finally {
    timer.close();
  }
}

function abortable(signal, start) {
  return new Promise((resolve, reject) => {
    const fail = () => {
      const error = new Error('The operation was aborted', { cause: signal.reason });
      reject(Object.assign(error, { name: 'AbortError', code: 'ABORT_ERR' }));
    };
    if (signal?.aborted) {
      fail();
      return;
    }
    const abort = () => {
      stop();
      fail();
    };
    const stop = start((value) => {
      signal?.removeEventListener('abort', abort);
      resolve(value);
    });
    signal?.addEventListener('abort', abort, { once: true });
  });
}

// ---------------------------------------------------------------- in place of Node's own

for (const [name, ours, promised] of [
  ['setTimeout', setTimeoutHere, after],
  ['setInterval', setIntervalHere, null],
  ['setImmediate', setImmediateHere, immediately],
  ['clearTimeout', clear, null],
  ['clearInterval', clear, null],
]) {
  Object.defineProperty(ours, 'name', { value: name });
  if (promised) ours[util.promisify.custom] = promised;
  globalThis[name] = timers[name] = ours;
}
Object.assign(promises, {
  setTimeout: after,
  setImmediate: immediately,
  setInterval: repeatedly,
  scheduler: { wait: (delayMs, options) => after(delayMs, undefined, options), yield: immediately },
});

AbortSignal.timeout = function timeout(delayMs) {
  const controller = new AbortController();
  setTimeoutHere(() => {
    const message = 'The operation was aborted due to timeout';
    controller.abort(new DOMException(message, 'TimeoutError'));
  }, delayMs);
  return controller.signal;
};

// ---------------------------------------------------------------- for the harness

// The instant of the next timer, or undefined.
function nextDueMs() {
  return waiting[0]?.dueMs;
}

// Runs all timers that are due: in one turn of the event loop and before any immediate that they
// set, with their promises in between, as Node.js does.
function fireDue() {
  for (const timer of waiting.filter(({ dueMs, queued }) => dueMs <= nowMs && !queued)) {
    timer.queued = true;
    timer.runInAsyncScope(real.setImmediate, undefined, () => timer.fire());
  }
}

function dropTimers() {
  waiting.length = 0;
  byNumber.clear();
}

module.exports = {
  dropTimers, fireDue, nextDueMs, onPolling, real, receive, setTimeout: setTimeoutHere,
  nowMs: () => nowMs,
};
