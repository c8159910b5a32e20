'use strict';
// The answer to a write that was refused: tells whether anybody reads it, and looks like any
// other object.

const { inspect } = require('node:util');

const { makeStandIn, unwatch, watch } = require('./standins.js');

const { defineProperty, getOwnPropertyDescriptor, hasOwn } = Object;

const unread = new WeakMap(); // what is known of a result until it is read

const standIn = makeStandIn((result, name) => {
  const known = unread.get(result);
  if (known === undefined) return undefined;
  if (name === inspect.custom) return showRead;
  if (known.names.includes(name)) read(result, known);
  return undefined;
});

function showRead() {
  read(this, unread.get(this));
  return this; // to be shown as the plain object that it is by now
}

// Turns a result back into what it was.
function read(result, { values, onRead }) {
  restore(result, values);
  unread.delete(result);
  onRead();
}

function restore(result, values) {
  for (const name of Object.keys(values)) {
    const { configurable, get } = getOwnPropertyDescriptor(result, name) ?? {};
    if (get !== undefined && configurable) {
      defineProperty(result, name, { value: values[name], writable: true });
    }
  }
  if (Object.isExtensible(result)) unwatch(result);
}

// Calls `onRead` at the first read of a field that `names` has, whether `result` has it or not.
function watchReads(result, names, onRead) {
  const values = {};
  for (const name of names) {
    if (!hasOwn(result, name)) continue;
    values[name] = result[name];
    defineProperty(result, name, {
      get() {
        const known = unread.get(result);
        if (known !== undefined) read(result, known);
        return values[name];
      },
      set(value) {
        restore(result, values);
        if (getOwnPropertyDescriptor(result, name)?.get === undefined) this[name] = value;
      },
    });
  }
  unread.set(result, { names, values, onRead });
  return watch(result, standIn);
}

module.exports = { watchReads };
