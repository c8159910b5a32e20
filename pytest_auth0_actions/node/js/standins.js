'use strict';
// Lets a plain object have a stand-in for a prototype, which sees what is read that the object does
// not have. The stand-in itself is never shown: to code that asks, it is Object.prototype.

const assert = require('node:assert');
const util = require('node:util');

const { create, defineProperty, getPrototypeOf, setPrototypeOf } = Object;
const plain = Object.prototype;
const standIns = new WeakSet();
const watched = new Set(); // the objects of the present test that have one

// `onMiss(object, name)` is called for a read of what neither the object nor any plain object has;
// what it returns is what is read. `onAsked(name)` is called for `name in object` of such a name.
function makeStandIn(onMiss, onAsked = () => {}) {
  const standIn = new Proxy(create(plain), {
    get(target, name, object) {
      if (name === '__proto__') return Object.getPrototypeOf(object);
      return name in plain ? Reflect.get(target, name, object) : onMiss(object, name);
    },
    has(target, name) {
      if (!(name in plain)) onAsked(name);
      return name in plain;
    },
  });
  standIns.add(standIn);
  return standIn;
}

function watch(object, standIn) {
  setPrototypeOf(object, standIn);
  watched.add(object);
  return object;
}

function unwatch(object) {
  if (watched.delete(object)) setPrototypeOf(object, plain);
}

// ---------------------------------------------------------------- what looks at prototypes

for (const owner of [Object, Reflect]) {
  const original = owner.getPrototypeOf;
  owner.getPrototypeOf = {
    getPrototypeOf(object) {
      const prototype = original(object);
      return standIns.has(prototype) ? plain : prototype;
    },
  }.getPrototypeOf;
}

// These look for themselves.
const comparisons = new Map();
for (const [owner, names] of [
  [assert, ['deepStrictEqual', 'notDeepStrictEqual', 'partialDeepStrictEqual']],
  [assert.strict, ['deepEqual', 'notDeepEqual', 'deepStrictEqual', 'notDeepStrictEqual']],
  [util, ['isDeepStrictEqual']],
]) {
  for (const name of names) if (owner[name]) owner[name] = amongPlain(owner[name]);
}

function amongPlain(compare) {
  if (comparisons.has(compare)) return comparisons.get(compare);
  const wrapper = function (...args) {
    const objects = [...watched].map((object) => [object, getPrototypeOf(object)]);
    objects.forEach(([object]) => setPrototypeOf(object, plain));
    try {
      return compare.apply(this, args);
    } finally {
      for (const [object, standIn] of objects) {
        if (watched.has(object)) setPrototypeOf(object, standIn);
      }
    }
  };
  defineProperty(wrapper, 'name', { value: compare.name });
  comparisons.set(compare, wrapper).set(wrapper, wrapper);
  return wrapper;
}

module.exports = {
  forgetWatched: () => watched.clear(), getPrototypeOf, makeStandIn, unwatch, watch,
};
