'use strict';
// The timers of node:timers/promises, made of ours.

const { EventEmitter } = require('node:events');

// What they can't take, Node.js's own reject.
function isUnfit(options, delayMs) {
  const { signal, ref } = Object(options);
  return typeof options !== 'object' || options === null ||
    !['number', 'undefined'].includes(typeof delayMs) ||
    !(signal === undefined || signal instanceof AbortSignal) ||
    !['boolean', 'undefined'].includes(typeof ref);
}

function promisedTimers(real, ours) {
  function after(delayMs, value, options = {}) {
    if (isUnfit(options, delayMs)) return real.promises.setTimeout(delayMs, value, options);
    return abortable(options.signal, (resolve) => {
      const timer = ours.setTimeout(resolve, delayMs, value);
      if (options.ref === false) timer.unref();
      return () => timer.close();
    });
  }

  function immediately(value, options = {}) {
    if (isUnfit(options)) return real.promises.setImmediate(value, options);
    return abortable(options.signal, (resolve) => {
      const immediate = ours.setImmediate(resolve, value);
      return () => real.clearImmediate(immediate);
    });
  }

  async function* repeatedly(delayMs, value, options = {}) {
    if (isUnfit(options, delayMs)) await real.promises.setInterval(delayMs, value, options).next();
    const { signal, ref } = options;
    let ticks = 0;
    let wake;
    const timer = ours.setInterval(() => wake((ticks += 1)), delayMs);
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

  return { after, immediately, repeatedly };
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

module.exports = { promisedTimers };
