'use strict';
// Tells which names of an object are read that it does not have. The object stays a plain one: what
// sees such a read stands where its prototype is, and is shown to nobody.

const assert = require('node:assert');
const util = require('node:util');

const { notice } = require('./run.js');
const { callerOf } = require('./places.js');

const { getPrototypeOf, setPrototypeOf } = Object;
const plain = Object.prototype;

// Promises and JSON.stringify() ask any object for these.
const ASKED_OF_ALL = new Set(['then', 'toJSON']);
// What npm packages ask any object for is no name of a secret's.
const SECRET_NAME = /^[A-Z][A-Z0-9_]*$/;

const prototypes = new Map(); // by kind and path
const standIns = new WeakSet();

// `kind` is that of the notice, and `path` how an Action writes the object.
function prototypeOf(kind, path) {
  const key = `${kind} ${path}`;
  if (!prototypes.has(key)) {
    const standIn = new Proxy(Object.create(plain), { get });
    prototypes.set(key, standIn);
    standIns.add(standIn);
  }
  return prototypes.get(key);

  function get(target, name, object) {
    if (name === '__proto__') return Object.getPrototypeOf(object);
    if (typeof name === 'string' && !ASKED_OF_ALL.has(name) && !(name in plain)) {
      tell(name);
      return undefined;
    }
    return Reflect.get(target, name, object);
  }

  function tell(name) {
    const { place, isOwn } = callerOf(get);
    if (place !== null && (isOwn || kind !== 'missing_secret' || SECRET_NAME.test(name))) {
      notice(kind, `${path}.${name}`, place);
    }
  }
}

const watched = new Set(); // of the present test

function watchMissing(object, kind, path) {
  setPrototypeOf(object, prototypeOf(kind, path));
  watched.add(object);
  return object;
}

// ---------------------------------------------------------------- what compares prototypes

for (const owner of [Object, Reflect]) {
  const name = 'getPrototypeOf';
  const original = owner[name];
  owner[name] = {
    getPrototypeOf(object) {
      const prototype = original(object);
      return standIns.has(prototype) ? plain : prototype;
    },
  }[name];
}

// These look for themselves.
for (const [owner, names] of [
  [assert, ['deepStrictEqual', 'notDeepStrictEqual', 'partialDeepStrictEqual']],
  [assert.strict, ['deepEqual', 'notDeepEqual', 'deepStrictEqual', 'notDeepStrictEqual']],
  [util, ['isDeepStrictEqual']],
]) {
  for (const name of names) if (owner[name]) owner[name] = unwatched(owner[name]);
}

function unwatched(compare) {
  const wrapper = function (...args) {
    const objects = [...watched].filter((object) => standIns.has(getPrototypeOf(object)));
    const prototypes = objects.map(getPrototypeOf);
    objects.forEach((object) => setPrototypeOf(object, plain));
    try {
      return compare.apply(this, args);
    } finally {
      objects.forEach((object, at) => setPrototypeOf(object, prototypes[at]));
    }
  };
  Object.defineProperty(wrapper, 'name', { value: compare.name });
  return wrapper;
}

module.exports = { forgetWatched: () => watched.clear(), watchMissing };
