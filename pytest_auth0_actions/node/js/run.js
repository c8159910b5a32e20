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

const MAX_NOTICES = 100;

// Notes down for Python what the run under way does that is odd, and where: [file, line] or null.
// What an earlier run still does belongs to none.
function notice(kind, what, place) {
  if (current !== null && ofCaller() === current && current.notices.length < MAX_NOTICES) {
    current.notices.push([kind, what, place]);
  }
}

module.exports = { begin, end, ofCaller, notice, runs, current: () => current };
