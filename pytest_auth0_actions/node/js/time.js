'use strict';
// The Action's time is the test's clock: it stands still while code runs, and jumps to the next
// timer when the Action can do nothing but wait for it.

const timers = require('node:timers');
const promises = require('node:timers/promises');
const util = require('node:util');
const { AsyncResource } = require('node:async_hooks');
const { EventEmitter } = require('node:events');
const { performance } = require('node:perf_hooks');

const closed = require('./closed.js');
const wire = require('./wire.js');

const real = {
  clearImmediate, clearTimeout, setImmediate, setInterval, setTimeout,
  abortSignalTimeout: AbortSignal.timeout,
  now: performance.now.bind(performance),
  promises: { ...promises },
};

let nowMs = 0;

// Each message from Python that follows a move of the test's clock tells where it is.
function receive() {
  const message = wire.receive();
  if (message.now_ms !== undefined) {
    nowMs = message.now_ms;
    if (kept.length > 0) kept.splice(0).forEach(([timer, restMs]) => timer.resume(restMs));
  }
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
const { mark, measure } = performance;
Object.defineProperty(performance, 'timeOrigin', { value: 0, enumerable: true });
Object.assign(performance, {
  now: () => nowMs,
  mark: (name, options) => mark.call(performance, name, { startTime: nowMs, ...options }),
  measure(name, start, end) {
    const span = isObject(start) ? { ...start } : { start, end };
    if (span.duration === undefined) span.end ??= nowMs;
    return measure.call(performance, name, span);
  },
});
process.uptime = () => nowMs / 1000;
process.hrtime = Object.assign(
  function hrtime([seconds, nanoseconds] = [0, 0]) {
    const sinceNs = BigInt(nowMs) * 1000000n - BigInt(seconds) * 1000000000n - BigInt(nanoseconds);
    return [Number(sinceNs / 1000000000n), Number(sinceNs % 1000000000n)];
  },
  { bigint: () => BigInt(nowMs) * 1000000n },
);

function isObject(value) {
  return typeof value === 'object' && value !== null;
}

// ---------------------------------------------------------------- timers

const LONGEST_MS = 2 ** 31 - 1;
const waiting = []; // by due time, and then in order of creation
const byNumber = new Map();
const kept = []; // from one test to the next, with the time that they have left

// npm packages and Node.js's fetch stay loaded, and count on the timers that serve them all.
const OF_PACKAGE = /[\\/]node_modules[\\/]|node:internal/;

class Timeout extends AsyncResource {
  #callback;
  #args;
  #repeats;
  #ref = true;
  #number = null;
  #closed = false;
  queued = false;
  isOfPackage = false;

  constructor(callback, delayMs, args, repeats) {
    super('Timeout');
    this.#callback = callback;
    this.#args = args;
    this.#repeats = repeats;
    this.delayMs = delayMs;
    this.start();
  }

  start(afterMs = this.delayMs) {
    this.dueMs = nowMs + afterMs;
    this.reallyDueMs = real.now() + afterMs;
    let place = waiting.length;
    while (place > 0 && waiting[place - 1].dueMs > this.dueMs) place -= 1;
    waiting.splice(place, 0, this);
  }

  // Unless it was cleared or started again meanwhile.
  resume(restMs) {
    if (!this.#closed && !waiting.includes(this)) this.start(restMs);
  }

  fire() {
    this.queued = false;
    if (this.dueMs > nowMs || !this.stop()) return; // a timer before it changed that
    try {
      this.#callback.apply(this, this.#args);
    } finally {
      if (!waiting.includes(this)) {
        if (this.#repeats && !this.#closed) this.start();
        else byNumber.delete(this.#number);
      }
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
    if (this.#closed) return this;
    this.stop();
    this.start();
    return this;
  }

  ref() {
    this.#ref = true;
    return this;
  }

  // Nothing else would end a process that waits for its next request.
  unref() {
    this.#ref = false;
    this.isOfPackage = OF_PACKAGE.test(String(new Error().stack).split('\n')[2]);
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

if (Symbol.dispose) Timeout.prototype[Symbol.dispose] = Timeout.prototype.close;

// What is no callback or no delay, Node.js itself refuses or warns of.
function makeTimer(callback, given, args, repeats) {
  let delayMs = given;
  const isPlain = typeof callback === 'function' && Number.isInteger(given);
  if (!isPlain || given < 1 || given > LONGEST_MS) {
    const timer = real.setTimeout(callback, given);
    delayMs = Math.trunc(timer._idleTimeout);
    real.clearTimeout(timer);
  }
  return new Timeout(callback, delayMs, args, repeats);
}

function setTimeoutHere(callback, delayMs, ...args) {
  return makeTimer(callback, delayMs, args, false);
}

function setIntervalHere(callback, delayMs, ...args) {
  return makeTimer(callback, delayMs, args, true);
}

function clear(timer) {
  if (timer instanceof Timeout) timer.close();
  else if (['number', 'string'].includes(typeof timer)) byNumber.get(Number(timer))?.close();
}

// An Action that polls with setImmediate would never let the clock move.
const IMMEDIATES_PER_MS = 1000;
let runs = 0;
let immediates = 0; // of this run
let moveTo;

function setImmediateHere(callback, ...args) {
  const immediate = real.setImmediate(callback, ...args);
  immediates += 1;
  if (immediates % IMMEDIATES_PER_MS === 0) {
    const run = runs;
    real.setImmediate(() => run === runs && moveTo(nowMs + 1));
  }
  return immediate;
}

// Nor would one with a real connection: beside that, timers take as long as they say.
const LASTING = /^(?:TCP|TLS|Pipe|UDP|TTY|Process)/;
const PULSE_MS = 10;

real.setInterval(() => {
  const isDue = waiting.length > 0 && waiting[0].reallyDueMs <= real.now();
  if (isDue && isSomethingElseRunning()) moveTo(waiting[0].dueMs);
}, PULSE_MS).unref();

function isSomethingElseRunning() {
  return closed.threads() > 0 ||
    process.getActiveResourcesInfo().some((name) => LASTING.test(name));
}

// ---------------------------------------------------------------- timers as promises

// What they can't take, Node.js's own reject.
function isUnfit(options, delayMs) {
  const { signal, ref } = Object(options);
  return !isObject(options) || !['number', 'undefined'].includes(typeof delayMs) ||
    !(signal === undefined || signal instanceof AbortSignal) ||
    !['boolean', 'undefined'].includes(typeof ref);
}

function after(delayMs, value, options = {}) {
  if (isUnfit(options, delayMs)) return real.promises.setTimeout(delayMs, value, options);
  return abortable(options.signal, (resolve) => {
    const timer = setTimeoutHere(resolve, delayMs, value);
    if (options.ref === false) timer.unref();
    return () => timer.close();
  });
}

function immediately(value, options = {}) {
  if (isUnfit(options)) return real.promises.setImmediate(value, options);
  return abortable(options.signal, (resolve) => {
    const immediate = setImmediateHere(resolve, value);
    return () => real.clearImmediate(immediate);
  });
}

async function* repeatedly(delayMs, value, options = {}) {
  if (isUnfit(options, delayMs)) await real.promises.setInterval(delayMs, value, options).next();
  const { signal, ref } = options;
  let ticks = 0;
  let wake;
  const timer = setIntervalHere(() => wake((ticks += 1)), delayMs);
  if (ref === false) timer.unref();
  const abort = () => wake(timer.close());
  signal?.addEventListener('abort', abort, { once: true });
  try {
    while (!signal?.aborted) {
      if (ticks === 0) await new Promise((resolve) => (wake = resolve));
      for (; ticks > 0; ticks -= 1) yield value;
    }
    throw abortError(signal);
  } finally {
    timer.close();
    signal?.removeEventListener('abort', abort);
  }
}

function abortable(signal, start) {
  if (signal?.aborted) return Promise.reject(abortError(signal));
  let abort;
  const promise = new Promise((resolve, reject) => {
    const stop = start(resolve);
    abort = () => {
      stop();
      reject(abortError(signal));
    };
    signal?.addEventListener('abort', abort, { once: true });
  });
  return signal ? promise.finally(() => signal.removeEventListener('abort', abort)) : promise;
}

// Node.js keeps the class to itself, but throws one.
function abortError(signal) {
  try {
    return EventEmitter.on(new EventEmitter(), 'event', { signal });
  } catch (error) {
    return error;
  }
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
Object.assign(promises, { setTimeout: after, setImmediate: immediately, setInterval: repeatedly });
Object.assign(promises.scheduler, {
  wait: (delayMs, options) => after(delayMs, undefined, options),
  yield: () => immediately(),
});

AbortSignal.timeout = function timeout(delayMs) {
  if (!Number.isInteger(delayMs) || delayMs < 0 || delayMs >= 2 ** 32) {
    return real.abortSignalTimeout.call(this, delayMs); // which throws
  }
  const controller = new AbortController();
  setTimeoutHere(() => {
    const message = 'The operation was aborted due to timeout';
    controller.abort(new DOMException(message, 'TimeoutError'));
  }, delayMs).unref();
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

// An earlier run may have left timers that the test's clock has passed since.
function beginRun() {
  runs += 1;
  immediates = 0;
  if (waiting.length > 0) fireDue();
}

function dropTimers() {
  kept.push(
    ...waiting.filter((timer) => timer.isOfPackage).map((timer) => [timer, timer.dueMs - nowMs]),
  );
  waiting.length = 0;
  byNumber.clear();
}

// `act(dueMs)` has the test's clock move there.
function onWait(act) {
  moveTo = act;
}

module.exports = {
  beginRun, dropTimers, fireDue, nextDueMs, onWait, real, receive, setTimeout: setTimeoutHere,
  nowMs: () => nowMs,
};
