'use strict';
// The test's clock as JavaScript reads it: Date, Intl, performance, process, and what notes down
// when it was made. Only messages from Python move it.

const buffer = require('node:buffer');
const os = require('node:os');
const { performance } = require('node:perf_hooks');

const { replace, replaceGetter, standIn } = require('./natives.js');

const {
  assign, create, defineProperty, getOwnPropertyDescriptor, getPrototypeOf, setPrototypeOf,
} = Object;
const { construct } = Reflect;
const elapsedMs = performance.now.bind(performance); // really

let nowMs = 0;
const moves = [{ realMs: 0, toMs: 0 }]; // of the clock, and when each really was

function moveTo(toMs) {
  if (toMs === nowMs) return;
  nowMs = toMs;
  moves.push({ realMs: elapsedMs(), toMs });
}

function forgetMoves() {
  moves.splice(0, moves.length - 1);
}

// Where the clock was at a real instant.
function at(realMs) {
  return moves.filter((move, place) => place === 0 || move.realMs <= realMs).at(-1).toMs;
}

// ---------------------------------------------------------------- Date and Intl

// Has the Date and the Intl of a realm tell the time of `now`, and returns what stands for what.
// It is evaluated inside of the realm, so it uses nothing from around it.
function installClock(now) {
  'use strict';
  const { construct, defineProperty, getOwnPropertyDescriptor, ownKeys } = Reflect;
  const RealDate = Date;
  const ourNow = { now: () => now() }.now;
  const pairs = [[ourNow, RealDate.now]];
  RealDate.now = ourNow; // for what holds on to the real Date
  const OurDate = function (...args) {
    if (new.target === undefined) return new RealDate(now()).toString();
    return construct(RealDate, args.length === 0 ? [now()] : args, new.target);
  };
  for (const key of ownKeys(RealDate)) {
    defineProperty(OurDate, key, getOwnPropertyDescriptor(RealDate, key));
  }
  RealDate.prototype.constructor = OurDate;
  pairs.push([OurDate, RealDate]);
  const descriptor = { value: OurDate, writable: true, enumerable: false, configurable: true };
  defineProperty(globalThis, 'Date', descriptor);

  // It formats the real time when it is given none.
  const { prototype } = Intl.DateTimeFormat;
  const format = getOwnPropertyDescriptor(prototype, 'format');
  const bound = new WeakMap();
  const ourFormat = {
    get() {
      const real = format.get.call(this);
      if (!bound.has(real)) bound.set(real, (date) => real(date === undefined ? now() : date));
      return bound.get(real);
    },
  }.get;
  pairs.push([ourFormat, format.get]);
  defineProperty(prototype, 'format', { ...format, get: ourFormat });
  const { formatToParts } = prototype;
  const ourFormatToParts = {
    formatToParts(date) {
      return formatToParts.call(this, date === undefined ? now() : date);
    },
  }.formatToParts;
  pairs.push([ourFormatToParts, formatToParts]);
  prototype.formatToParts = ourFormatToParts;
  return pairs;
}

for (const [ours, original] of installClock(() => nowMs)) standIn(ours, original);

// ---------------------------------------------------------------- performance and process

// What measures durations starts at any instant; ours starts at the epoch.
const Performance = getPrototypeOf(performance);
replaceGetter(Performance, 'timeOrigin', () => () => 0);
replace(Performance, 'now', (now) => ({
  now() {
    now.call(this); // which throws if that is no performance
    return nowMs;
  },
}).now);
replace(Performance, 'mark', (mark) => ({
  mark(...args) {
    if (isGiven(args, 1)) args[1] = { startTime: nowMs, ...args[1] };
    return mark.apply(this, args);
  },
}).mark);
replace(Performance, 'measure', (measure) => ({
  measure(name, start, end) {
    const span = isObject(start) ? { ...start } : { start, end };
    if (span.duration === undefined) span.end ??= nowMs;
    return measure.call(this, name, span);
  },
}).measure);

const uptime = () => nowMs / 1000;
replace(process, 'uptime', () => () => uptime());
replace(os, 'uptime', () => assign(() => uptime(), { [Symbol.toPrimitive]: uptime }));
replace(process, 'hrtime', (real) => {
  const hrtime = (since) => {
    if (since !== undefined) real(since); // which throws if it is no time
    const [seconds, nanoseconds] = since ?? [0, 0];
    const sinceNs = BigInt(nowMs) * 1000000n - BigInt(seconds) * 1000000000n - BigInt(nanoseconds);
    return [Number(sinceNs / 1000000000n), Number(sinceNs % 1000000000n)];
  };
  return assign(hrtime, { bigint: standIn(() => BigInt(nowMs) * 1000000n, real.bigint) });
});

// ---------------------------------------------------------------- what notes down when it was made

replaceGetter(Event.prototype, 'timeStamp', (timeStamp) => ({
  get() {
    return at(timeStamp.call(this));
  },
}).get);

const { File: RealFile } = buffer;
const OurFile = standIn(function (...args) {
  if (new.target === undefined) return RealFile(); // which throws
  if (isGiven(args, 2) && args[2]?.lastModified === undefined) {
    args[2] = assign(create(args[2] ?? null), { lastModified: nowMs });
  }
  return construct(RealFile, args, new.target);
}, RealFile);
defineProperty(OurFile, 'prototype', getOwnPropertyDescriptor(RealFile, 'prototype'));
setPrototypeOf(OurFile, getPrototypeOf(RealFile));
RealFile.prototype.constructor = OurFile;
for (const owner of [buffer, globalThis]) {
  const { enumerable } = getOwnPropertyDescriptor(owner, 'File');
  const descriptor = { value: OurFile, writable: true, enumerable, configurable: true };
  defineProperty(owner, 'File', descriptor);
}

function isObject(value) {
  return typeof value === 'object' && value !== null;
}

// Whether options may be added to these arguments; what else they are, Node.js refuses.
function isGiven(args, place) {
  return args.length >= place && (isObject(args[place]) || (args[place] ?? null) === null);
}

module.exports = { forgetMoves, installClock, moveTo, nowMs: () => nowMs };
