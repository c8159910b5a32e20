'use strict';
// Scripts that say in which order they do things, on a real Node.js and on ours. What is due at
// different times is at least a GAP apart where real time decides.

const util = require('node:util');
const promised = require('node:timers/promises');

const GAP = 15;
const sleep = promised.setTimeout;
const told = ({ constructor, name, code, message }) =>
  `${constructor.name} ${name} ${code} ${message} `;

const scripts = {
  'by due time and not by creation': async (say) => {
    setTimeout(say, 3 * GAP, 'third');
    setTimeout(say, GAP, 'first');
    setTimeout(say, 2 * GAP, 'second');
    await sleep(4 * GAP);
  },

  'same due time in order of creation': async (say) => {
    for (const name of ['a', 'b', 'c', 'd']) setTimeout(say, GAP, name);
    await sleep(2 * GAP);
  },

  'no delay is a delay of one': async (say) => {
    setTimeout(say, 1, 'one'); setTimeout(say, 0, 'zero'); setTimeout(say, undefined, 'none');
    setTimeout(say, -5, 'negative'); setTimeout(say, NaN, 'no number');
    setTimeout(say, 2 ** 31, 'too long'); setTimeout(say, 1.9, 'a fraction');
    await sleep(GAP);
  },

  'promises and ticks between timers': async (say) => {
    for (const name of ['a', 'b']) {
      setTimeout(() => {
        say(name);
        Promise.resolve().then(() => say(name + ' micro')).then(() => say(name + ' more'));
        process.nextTick(() => { say(name + ' tick'); queueMicrotask(() => say(name + ' q')); });
      }, GAP);
    }
    await sleep(2 * GAP);
  },

  'immediates after all timers that are due': async (say) => {
    for (const name of ['a', 'b']) {
      setTimeout(() => {
        setImmediate(say, name + ' immediate');
        setTimeout(say, 0, name + ' timeout');
        say(name);
      }, GAP);
    }
    await sleep(2 * GAP);
  },

  'immediates before a timer of their callback': async (say) => {
    setImmediate(() => {
      setTimeout(say, 0, 'timeout');
      setImmediate(() => { say('inner'); setImmediate(say, 'innermost'); });
      process.nextTick(say, 'tick');
      say('outer');
    });
    await sleep(GAP);
  },

  'an immediate can be cleared, and clears others': async (say) => {
    const late = [];
    const first = setImmediate(() => { say('first'); clearImmediate(late[0]); });
    late.push(setImmediate(say, 'never'));
    const never = setImmediate(say, 'never either');
    clearImmediate(never);
    say(first.hasRef());
    await sleep(GAP);
  },

  'clearTimeout in time and too late': async (say) => {
    const cleared = setTimeout(say, 2 * GAP, 'cleared');
    const late = setTimeout(say, GAP, 'late');
    setTimeout(() => { clearTimeout(cleared); clearTimeout(late); say('clears'); }, GAP);
    clearTimeout(undefined); clearTimeout(null); clearTimeout({}); clearTimeout(987654321);
    await sleep(3 * GAP);
  },

  'a timer clears one that is due with it': async (say) => {
    let second;
    setTimeout(() => { say('first'); clearTimeout(second); }, GAP);
    second = setTimeout(say, GAP, 'second');
    setTimeout(say, GAP, 'third');
    await sleep(2 * GAP);
  },

  'an interval that clears itself': async (say) => {
    let count = 0;
    const timer = setInterval(() => {
      say(count += 1);
      if (count === 3) clearInterval(timer);
    }, GAP);
    await sleep(6 * GAP);
  },

  'an interval closes itself through this, and through clearTimeout': async (say) => {
    let first = 0, second = 0;
    setInterval(function () { say('this'); if (first++) this.close(); }, GAP);
    const timer = setInterval(() => { say('clear'); if (second++) clearTimeout(timer); }, GAP);
    await sleep(5 * GAP);
  },

  'two intervals beside each other': async (say) => {
    let fast = 0, slow = 0;
    const a = setInterval(() => { say('fast'); if (++fast === 4) clearInterval(a); }, 2 * GAP);
    const b = setInterval(() => { say('slow'); if (++slow === 2) clearInterval(b); }, 3 * GAP + 8);
    await sleep(10 * GAP);
  },

  'nesting': async (say) => {
    setTimeout(() => {
      say('one');
      setTimeout(() => {
        say('two');
        setTimeout(say, GAP, 'three');
        setTimeout(say, 0, 'two and a bit');
      }, GAP);
    }, GAP);
    setTimeout(say, 2 * GAP + GAP / 2, 'between');
    await sleep(5 * GAP);
  },

  'refresh counts from now': async (say) => {
    const timer = setTimeout(say, 3 * GAP, 'refreshed');
    setTimeout(() => { say('refreshes'); timer.refresh(); }, 2 * GAP);
    setTimeout(say, 4 * GAP, 'between');
    await sleep(6 * GAP);
  },

  'refresh wakes what has fired, and not what was cleared': async (say) => {
    const fired = setTimeout(say, GAP, 'again');
    const cleared = setTimeout(say, GAP, 'never');
    clearTimeout(cleared);
    say(cleared.refresh() === cleared);
    setTimeout(() => fired.refresh(), 2 * GAP);
    await sleep(4 * GAP);
  },

  'a timer refreshes one that is due with it': async (say) => {
    const others = [];
    setTimeout(() => { say('refreshes'); others[0].refresh(); others[1].refresh(); }, 2 * GAP);
    others.push(setTimeout(say, 2 * GAP, 'later'), setInterval(say, 2 * GAP, 'later too'));
    setTimeout(say, 3 * GAP, 'between');
    await sleep(5 * GAP);
    clearInterval(others[1]);
  },
  'refresh in a callback': async (say) => {
    let count = 0;
    const timer = setTimeout(() => { say(count += 1); if (count < 3) timer.refresh(); }, GAP);
    let ticks = 0;
    const other = setInterval(() => {
      say('tick'); ticks += 1; other.refresh();
      if (ticks === 2) clearInterval(other);
    }, GAP + GAP / 2);
    await sleep(6 * GAP);
  },

  'a timer can be unreferenced and referenced': async (say) => {
    const timer = setTimeout(say, GAP, 'fired');
    say(timer.hasRef()); say(timer.unref() === timer); say(timer.hasRef());
    say(timer.ref() === timer); say(timer.hasRef()); timer.unref();
    await new Promise((resolve) => setTimeout(resolve, 2 * GAP));
  },

  'a timer is a number to those who want one': async (say) => {
    const timer = setTimeout(say, GAP, 'never');
    const number = +timer;
    say(typeof number); say(number === Number(`${timer}`));
    clearTimeout(number);
    const other = setTimeout(say, GAP, 'never either');
    clearTimeout(String(+other));
    const interval = setInterval(say, GAP, 'nor this');
    clearInterval(+interval);
    await sleep(2 * GAP);
  },

  'a number is forgotten with its timer': async (say) => {
    const timer = setTimeout(say, GAP, 'fired');
    const number = +timer;
    await sleep(2 * GAP);
    timer.refresh();
    clearTimeout(number);
    await sleep(2 * GAP);
  },

  'a timer can be disposed of': async (say) => {
    const timer = setTimeout(say, GAP, 'never');
    const interval = setInterval(say, GAP, 'nor this');
    if (Symbol.dispose) { timer[Symbol.dispose](); interval[Symbol.dispose](); }
    else { clearTimeout(timer); clearInterval(interval); }
    say(timer.constructor.name);
    await sleep(2 * GAP);
    say('end');
  },

  'arguments and this': async (say) => {
    function fire(...args) { say(args.join()); say(this === timer); }
    const timer = setTimeout(fire, GAP, 1, 2, 3);
    const every = setInterval(function (...args) {
      say(args.join()); say(this === every); clearInterval(this);
    }, GAP, 4, 5);
    setImmediate((...args) => say(args.join()), 6, 7);
    await sleep(2 * GAP);
  },

  "what can't be a timer": async (say) => {
    const attempt = (act) => { try { act(); say('fine'); } catch (error) { say(told(error)); } };
    for (const callback of [undefined, null, 'text', 5, {}]) {
      attempt(() => setTimeout(callback, GAP));
      attempt(() => setInterval(callback, GAP));
      attempt(() => setImmediate(callback));
    }
    attempt(() => setTimeout(() => {}, Symbol('s')));
    attempt(() => setTimeout(() => {}, 5n));
    for (const delay of [-1, NaN, 1.5, '5', undefined, null, 2 ** 32]) {
      attempt(() => AbortSignal.timeout(delay));
    }
    for (const delay of ['5', null, [2], true, {}]) setTimeout(say, delay, String(delay));
    await sleep(GAP);
  },

  'what is warned of': async (say) => {
    process.on('warning', (warning) => say(told(warning)));
    clearTimeout(setTimeout(() => {}, 2 ** 31));
    clearInterval(setInterval(() => {}, Infinity));
    clearTimeout(setTimeout(() => {}, 2 ** 31 - 1));
    await sleep(GAP);
    process.removeAllListeners('warning');
  },

  'sleeps as promises': async (say) => {
    say(await sleep(GAP, 'value'));
    const all = [3, 1, 2].map((steps) => sleep(steps * GAP, steps).then(say));
    await Promise.all(all);
    say(await promised.setImmediate('immediate'));
    say(await Promise.race([sleep(GAP, 'short'), sleep(3 * GAP, 'long')]));
    await promised.scheduler.wait(GAP);
    say(await promised.scheduler.yield());
    say(util.promisify(setTimeout) === promised.setTimeout);
    say(await util.promisify(setTimeout)(GAP, 'promisified'));
    say(await util.promisify(setImmediate)('promisified too'));
  },

  "what sleeps can't take": async (say) => {
    const attempts = [
      ['5'], [null], [GAP, 1, null], [GAP, 1, 5], [GAP, 1, { signal: 5 }], [GAP, 1, { ref: 5 }],
      [undefined, 'undefined'], [NaN, 'NaN'], [-1, 'negative'], [GAP, 'unref', { ref: false }],
    ];
    for (const given of attempts) await sleep(...given).then(say, (e) => say(told(e)));
    for (const options of [null, 5, { signal: 5 }, { ref: 5 }, { ref: true }]) {
      await promised.setImmediate('v', options).then(say, (e) => say(told(e)));
    }
    for (const given of attempts.slice(0, 6)) {
      const iterator = promised.setInterval(...given);
      say('lazy');
      await iterator.next().then(say, (e) => say(told(e)));
    }
  },

  'a sleep that is aborted': async (say) => {
    const controller = new AbortController();
    setTimeout(() => { say('aborts'); controller.abort(new Error('why')); }, GAP);
    const { signal } = controller;
    const ends = [sleep(3 * GAP, 1, { signal }), promised.scheduler.wait(3 * GAP, { signal })];
    for (const end of ends) await end.catch((error) => say(told(error) + error.cause.message));
    await sleep(1, 1, { signal }).catch((error) => say(told(error)));
    await promised.setImmediate(1, { signal }).catch((error) => say(told(error)));
    const other = new AbortController();
    const immediate = promised.setImmediate('never', { signal: other.signal });
    other.abort();
    await immediate.then(say, (error) => say(told(error) + error.cause.name));
    say(await sleep(GAP, 'in time', { signal: new AbortController().signal }));
  },

  'the order of a sleep with a signal': async (say) => {
    const { signal } = new AbortController();
    sleep(GAP, 'with', { signal }).then(say);
    sleep(GAP, 'without').then(say);
    setTimeout(() => {
      let micros = Promise.resolve();
      for (let i = 0; i < 6; i++) micros = micros.then(() => say(i));
    }, GAP);
    await sleep(2 * GAP);
    const { getEventListeners } = require('node:events');
    say(getEventListeners(signal, 'abort').length);
    const immediate = promised.setImmediate('v', { signal });
    say(getEventListeners(signal, 'abort').length);
    await immediate;
    for await (const value of promised.setInterval(GAP, 'v', { signal })) {
      say(getEventListeners(signal, 'abort').length + value);
      break;
    }
    say(getEventListeners(signal, 'abort').length);
  },

  'an interval to iterate over': async (say) => {
    let count = 0;
    for await (const value of promised.setInterval(GAP, 'value')) {
      say(value + count);
      if ((count += 1) === 3) break;
    }
    for await (const value of promised.setInterval(GAP)) { say(value); break; }
    await sleep(2 * GAP);
  },

  'an interval to iterate over slowly': async (say) => {
    let count = 0;
    setTimeout(say, 3 * GAP + GAP / 2, 'meanwhile');
    for await (const value of promised.setInterval(GAP, 'value')) {
      say(value);
      if (count === 0) await sleep(4 * GAP);
      if ((count += 1) === 3) break;
    }
  },

  'an iteration that is aborted': async (say) => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 2 * GAP + GAP / 2);
    try {
      const options = { signal: controller.signal, ref: false };
      for await (const value of promised.setInterval(GAP, 'value', options)) say(value);
    } catch (error) { say(told(error)); }
    const early = promised.setInterval(GAP, 'never', { signal: controller.signal });
    await early.next().catch((error) => say(told(error)));
    const busy = new AbortController();
    try {
      for await (const value of promised.setInterval(GAP, 'tick', { signal: busy.signal })) {
        say(value);
        await sleep(2 * GAP + GAP / 2);
        busy.abort();
        await sleep(2 * GAP);
      }
    } catch (error) { say(told(error)); }
  },

  'AbortSignal.timeout': async (say) => {
    const signal = AbortSignal.timeout(2 * GAP);
    say(signal instanceof AbortSignal); say(signal.aborted);
    setTimeout(() => say(signal.aborted), GAP);
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    say(signal.aborted); say(told(signal.reason)); say(signal.reason instanceof DOMException);
    await sleep(GAP, 1, { signal: AbortSignal.timeout(2 * GAP) }).then(say);
    await sleep(3 * GAP, 1, { signal: AbortSignal.timeout(GAP) }).catch(
      (error) => say(told(error) + error.cause.name));
    const any = AbortSignal.any?.([AbortSignal.timeout(3 * GAP), AbortSignal.timeout(GAP)]);
    if (any) await new Promise((resolve) => any.addEventListener('abort', resolve));
    say(any?.reason.code ?? 23);
  },

  'polling with immediates': async (say) => {
    let ready = false;
    setTimeout(() => { ready = true; }, GAP);
    let polls = 0;
    while (!ready) { polls += 1; await new Promise((resolve) => setImmediate(resolve)); }
    say(polls > 1000);
    const started = Date.now();
    while (Date.now() < started + 3) await promised.setImmediate();
    say(Date.now() - started < 3 + GAP);
  },

  'an async callback, and one that waits for another': async (say) => {
    let release;
    const gate = new Promise((resolve) => { release = resolve; });
    setTimeout(async () => { say('waits'); await gate; say('released'); }, GAP);
    setTimeout(async () => {
      say('sleeps');
      await sleep(2 * GAP);
      say('releases');
      release();
    }, GAP);
    await gate;
    say('end');
  },

  'what measures time': async (say) => {
    const before = [
      Date.now(), performance.now(), process.hrtime(), process.hrtime.bigint(), process.uptime(),
    ];
    performance.mark('start');
    await sleep(4 * GAP);
    const [seconds, nanoseconds] = process.hrtime(before[2]);
    const measured = [
      Date.now() - before[0], performance.now() - before[1], seconds * 1e3 + nanoseconds / 1e6,
      Number(process.hrtime.bigint() - before[3]) / 1e6, (process.uptime() - before[4]) * 1e3,
      performance.measure('a', 'start').duration, performance.mark('end').startTime - before[1],
      performance.measure('b', 'start', 'end').duration,
      performance.measure('c', { start: 'start' }).duration,
    ];
    for (const ms of measured) say(ms > 3 * GAP && ms < 1000);
    say(performance.measure('d', { start: 5, duration: 7 }).duration);
    say(performance.measure('e').startTime);
    say(Math.abs(performance.timeOrigin + performance.now() - Date.now()) < 50);
    performance.clearMarks(); performance.clearMeasures();
  },

  'a context is carried along': async (say) => {
    const { AsyncLocalStorage } = require('node:async_hooks');
    const storage = new AsyncLocalStorage();
    storage.run('inner', () => {
      setTimeout(() => say(storage.getStore()), GAP);
      const timer = setInterval(() => { say(storage.getStore()); clearInterval(timer); }, 2 * GAP);
      sleep(3 * GAP).then(() => say(storage.getStore()));
      setImmediate(() => say(storage.getStore()));
    });
    storage.run('outer', () => setTimeout(() => say(storage.getStore()), GAP));
    await sleep(4 * GAP);
    say(storage.getStore() === undefined);
  },
};

async function follow(name) {
  const said = [];
  await scripts[name]((what) => said.push(String(what)));
  return said;
}

module.exports = { GAP, follow, names: Object.keys(scripts) };
