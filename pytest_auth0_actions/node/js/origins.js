'use strict';
// Which line of the Action has started what happens now: noted down where one calls for a request,
// and taken along through what Node.js and npm packages put off.

const http = require('node:http');
const https = require('node:https');
const { AsyncLocalStorage } = require('node:async_hooks');

const { ownPlaceOf } = require('./places.js');

const lines = new AsyncLocalStorage();
const getStore = lines.getStore.bind(lines);

// Has what `owner[name]()` leads to know the line that it was called at, if that is the user's own.
function note(owner, name) {
  const original = owner[name];
  owner[name] = {
    [name](...args) {
      const place = ownPlaceOf(owner[name]);
      const call = () => original.apply(this, args);
      return place === null ? call() : lines.run(place, call);
    },
  }[name];
  Object.defineProperty(owner[name], 'length', { value: original.length });
}

note(globalThis, 'fetch');
for (const module of [http, https]) {
  note(module, 'request');
  note(module, 'get');
}

// The file and the line; null if they can't be told. `below` is the function of ours that asks.
function origin(below) {
  return getStore() ?? ownPlaceOf(below);
}

module.exports = { origin };
