'use strict';
// Which run is under way. What an earlier run left behind belongs to none.

const { AsyncLocalStorage } = require('node:async_hooks');

const runs = new AsyncLocalStorage();
let current = null;

function begin(run) {
  current = run;
}

function end() {
  current = null;
}

// The run that the calling code belongs to, which may be over.
function ofCaller() {
  return runs.getStore() ?? current;
}

module.exports = { begin, end, ofCaller, runs, current: () => current };
