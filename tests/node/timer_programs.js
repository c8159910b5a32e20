'use strict';
// Runs a generated program of timers, and tells in which order it did what. Delays are in steps
// of GAP_MS, so that a real Node.js has the same order even when it is somewhat late.

module.exports = function play(program, gapMs) {
  const order = [];
  const timers = new Map();

  function act({ kind, label, steps = 0, times = 1, target, then = [] }) {
    const go = () => {
      order.push(label);
      then.forEach(act);
    };
    const delayMs = steps * gapMs;
    switch (kind) {
      case 'timeout':
        timers.set(label, setTimeout(go, delayMs));
        break;
      case 'interval': {
        let left = times;
        const timer = setInterval(() => {
          left -= 1;
          if (left === 0) clearInterval(timer);
          go();
        }, delayMs);
        timers.set(label, timer);
        break;
      }
      case 'sleep':
        require('node:timers/promises').setTimeout(delayMs).then(go);
        break;
      case 'immediate':
        setImmediate(go);
        break;
      case 'tick':
        process.nextTick(go);
        break;
      case 'micro':
        Promise.resolve().then(go);
        break;
      case 'clear':
        clearTimeout(timers.get(target));
        go();
    }
  }

  program.actions.forEach(act);
  return new Promise((resolve) => {
    setTimeout(resolve, program.steps * gapMs, order);
  });
};
