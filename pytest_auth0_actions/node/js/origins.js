'use strict';
// Which line of the Action has led to what happens now, through whatever npm packages and Node.js
// have put off meanwhile.

const { createHook, executionAsyncId } = require('node:async_hooks');

const { makerOf } = require('./places.js');

const origins = new Map(); // of what is put off, by its id

// What packages and Node.js put off leads on to more of theirs: there, nobody looks for a line.
function init(id) {
  const outer = origins.get(executionAsyncId());
  if (outer !== undefined && !outer.isOwn) {
    origins.set(id, outer);
    return;
  }
  const { place, isOwn } = makerOf(init);
  origins.set(id, { place: place ?? outer?.place ?? null, isOwn });
}

const hook = createHook({ init });

function follow() {
  hook.enable();
}

function unfollow() {
  hook.disable();
  origins.clear();
}

// The file and the line; null if they can't be told.
function origin() {
  return origins.get(executionAsyncId())?.place ?? null;
}

module.exports = { follow, origin, unfollow };
