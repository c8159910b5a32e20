'use strict';
// The answer to a write that was refused: tells whether anybody reads it, and looks like any
// other object.

const { inspect } = require('node:util');

const { defineProperty, getOwnPropertyDescriptor, hasOwn } = Object;

// Makes accessors of those fields of `result` that `names` has; the first read turns them back
// into what they were, and calls `onRead`.
function watchReads(result, names, onRead) {
  const values = { ...result };
  const watched = names.filter((name) => hasOwn(result, name));
  const restore = () => {
    const { configurable } = getOwnPropertyDescriptor(result, watched[0]) ?? {};
    if (configurable === false) return false; // frozen: its fields stay as they are
    for (const name of watched) {
      if (getOwnPropertyDescriptor(result, name)?.get === undefined) continue; // gone, or replaced
      defineProperty(result, name, { value: values[name], writable: true });
    }
    delete result[inspect.custom];
    return true;
  };
  for (const name of watched) {
    defineProperty(result, name, {
      enumerable: true,
      configurable: true,
      get() {
        restore();
        onRead();
        return values[name];
      },
      set(value) {
        if (restore()) this[name] = value;
      },
    });
  }
  defineProperty(result, inspect.custom, {
    configurable: true,
    value() {
      restore();
      onRead();
      return this; // to be shown as the plain object that it is by now
    },
  });
  return result;
}

module.exports = { watchReads };
