'use strict';
// The Action's timers wait on the test's clock: it stands still while code runs, and jumps to the
// next timer when the Action can do nothing but wait for it.

const timers = require('node:timers');
const promises = require('node:timers/promises');
const util = require('node:util');
const { AsyncResource } = require('node:async_hooks');
const { performance } = require('node:perf_hooks');

const real = {
  clearImmediate, clearTimeout, setImmediate, setInterval, setTimeout,
  abortSignalTimeout: AbortSignal.timeout,
  now: performance.now.bind(performance),
  promises: { ...promises },
};

const wire = require('./wire.js'); // first, for it measures real time
const clock = require('./clock.js');
const closed = require('./closed.js');
const { standIn } = require('./natives.js');
const { ownPlaceIn, traceBelow } = require('./places.js');
const { promisedTimers } = require('./promised.js');

const { nowMs } = clock;
const { getActiveResourcesInfo } = process;

// Each message from Python that follows a move of the test's clock tells where it is.
function receive() {
  const message = wire.receive();
  if (message.now_ms !== undefined) {
    clock.moveTo(message.now_ms);
    if (kept.length > 0) kept.splice(0).forEach(([timer, restMs]) => timer.resume(restMs));
  }
  return message;
}

// ---------------------------------------------------------------- timers

const LONGEST_MS = 2 ** 31 - 1;
const waiting = []; // by due time, and then in order of creation
const byNumber = new Map();
const kept = []; // from one test to the next, with the time that they have left

// npm packages and Node.js's fetch stay loaded, and count on the timers that serve them all.
const OF_PACKAGE = /[\\/]node_modules[\\/]|node:internal/;

// When a timer is due, and what is done then.
class Alarm {
  queued = false;
  isOfPackage = false;

  constructor(timer, delayMs, isUnhurried, fire) {
    this.timer = timer;
    this.delayMs = delayMs;
    this.isUnhurried = isUnhurried; // asked for no delay at all
    this.resource = new AsyncResource('Timeout');
    this.trace = traceBelow(Timeout); // of what has set it
    this.fire = fire;
  }

  start(afterMs = this.delayMs) {
    this.dueMs = nowMs() + afterMs;
    this.reallyDueMs = real.now() + afterMs;
    let place = waiting.length;
    while (place > 0 && waiting[place - 1].dueMs > this.dueMs) place -= 1;
    waiting.splice(place, 0, this);
  }

  isWaiting() {
    return waiting.includes(this);
  }

  stop() {
    const place = waiting.indexOf(this);
    if (place >= 0) waiting.splice(place, 1);
    return place >= 0;
  }

  // Fires in another turn of the event loop, unless it is stopped or started again meanwhile.
  queue() {
    this.queued = true;
    this.resource.runInAsyncScope(real.setImmediate, undefined, () => {
      this.queued = false;
      if (this.dueMs <= nowMs() && this.stop()) this.fire();
    });
  }
}

// A timer as Node.js has it, and as it is shown.
class TimersList {
  msecs = 0;
}

const list = new TimersList();
const shown = real.setTimeout(() => {}); // not reported: not called
real.clearTimeout(shown);
const [refed, hasPrimitive, asyncId, ...others] = Object.getOwnPropertySymbols(shown);
const FIRST_ID = 2; // after that of the script itself
let nextId = FIRST_ID;

class Timeout {
  #alarm;

  constructor(callback, delayMs, args, repeats, isUnhurried) {
    this._idleTimeout = delayMs;
    this._idlePrev = list;
    this._idleNext = list;
    this._idleStart = nowMs();
    this._onTimeout = callback;
    this._timerArgs = args.length > 0 ? args : undefined;
    this._repeat = repeats ? delayMs : null;
    this._destroyed = false;
    this[refed] = true;
    this[hasPrimitive] = false;
    this[asyncId] = nextId++;
    for (const symbol of others) this[symbol] = shown[symbol];
    this.#alarm = new Alarm(this, delayMs, isUnhurried, () => this.#fire());
    this.#alarm.start();
  }

  #fire() {
    this._idlePrev = this._idleNext = null;
    try {
      this._onTimeout(...(this._timerArgs ?? []));
    } finally {
      if (!this.#alarm.isWaiting()) {
        if (this._repeat !== null && !this.#isCleared()) this.#start();
        else this.#end();
      }
    }
  }

  #start(afterMs = undefined) {
    this._idlePrev = this._idleNext = list;
    this._idleStart = nowMs();
    this._destroyed = false;
    this.#alarm.start(afterMs);
  }

  #end() {
    this._idlePrev = this._idleNext = null;
    this._destroyed = true;
    byNumber.delete(this[asyncId]);
  }

  #isCleared() {
    return this._onTimeout === null;
  }

  // For one that was waiting when its test ended, unless it was cleared or started meanwhile.
  resume(restMs) {
    if (!this.#isCleared() && !this.#alarm.isWaiting()) this.#start(restMs);
  }

  close() {
    this.#alarm.stop();
    this.#end();
    this._onTimeout = null;
    this._idleTimeout = -1;
    return this;
  }

  refresh() {
    if (this.#isCleared()) return this;
    this.#alarm.stop();
    this.#start();
    return this;
  }

  ref() {
    this[refed] = true;
    return this;
  }

  // Nothing else would end a process that waits for its next request.
  unref() {
    this[refed] = false;
    this.#alarm.isOfPackage = OF_PACKAGE.test(String(new Error().stack).split('\n')[2]);
    if (this.#alarm.isUnhurried && this.#alarm.stop()) {
      this.#start(0); // nobody waits for it, so the clock has not to move
      this.#alarm.queue();
    }
    return this;
  }

  hasRef() {
    return this[refed];
  }

  [Symbol.toPrimitive]() {
    this[hasPrimitive] = true;
    byNumber.set(this[asyncId], this);
    return this[asyncId];
  }

  [util.inspect.custom](_, options) {
    return util.inspect(this, { ...options, depth: 0, customInspect: false });
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
  return new Timeout(callback, delayMs, args, repeats, (given ?? 0) === 0);
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
    real.setImmediate(() => run === runs && moveTo(nowMs() + 1));
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
  const active = getActiveResourcesInfo();
  for (let at = 0; at < active.length; at += 1) if (LASTING.test(active[at])) return true;
  return closed.threads() > 0;
}

// ---------------------------------------------------------------- in place of Node's own

const { after, immediately, repeatedly } = promisedTimers(real, {
  setImmediate: setImmediateHere, setInterval: setIntervalHere, setTimeout: setTimeoutHere,
});

for (const [name, ours, promised] of [
  ['setTimeout', setTimeoutHere, after],
  ['setInterval', setIntervalHere, null],
  ['setImmediate', setImmediateHere, immediately],
  ['clearTimeout', clear, null],
  ['clearInterval', (timer) => clear(timer), null],
]) {
  standIn(ours, timers[name]);
  if (promised) {
    const descriptor = { get: () => promised, enumerable: true };
    Object.defineProperty(ours, util.promisify.custom, descriptor);
  }
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

// The lines of the Action that have set those that wait, as far as they are known.
function places() {
  return waiting.map(({ trace }) => ownPlaceIn(trace)).filter((place) => place !== null);
}

// Whether it is one by which a client looks after its connections.
function isNextOfPackage() {
  return waiting[0]?.isOfPackage === true;
}

// Runs all timers that are due: in one turn of the event loop and before any immediate that they
// set, with their promises in between, as Node.js does.
function fireDue() {
  const due = waiting.filter(({ dueMs, queued }) => dueMs <= nowMs() && !queued);
  due.forEach((alarm) => alarm.queue());
}

// An earlier run may have left timers that the test's clock has passed since.
function beginRun() {
  runs += 1;
  immediates = 0;
  if (waiting.length > 0) fireDue();
}

function dropTimers() {
  const ofPackages = waiting.filter(({ isOfPackage }) => isOfPackage);
  kept.push(...ofPackages.map((alarm) => [alarm.timer, alarm.dueMs - nowMs()]));
  waiting.length = 0;
  byNumber.clear();
  nextId = FIRST_ID;
  clock.forgetMoves();
}

// `act(dueMs)` has the test's clock move there.
function onWait(act) {
  moveTo = act;
}

module.exports = {
  beginRun, dropTimers, fireDue, isNextOfPackage, isSomethingElseRunning, nextDueMs, nowMs, onWait,
  places, real, receive,
  setTimeout: setTimeoutHere,
};
