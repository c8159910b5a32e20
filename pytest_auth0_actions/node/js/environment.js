'use strict';
// `process.env` as an Action finds it: empty, but for what the test's settings pass on. Node.js
// itself has read its own by now.

const { keys } = Object;
const { NODE_V8_COVERAGE: coverageFolder } = process.env;

let given = {}; // what is passed on
let held = {};

// As in Node.js, every value becomes text.
const env = new Proxy({}, {
  defineProperty: (target, name, descriptor) =>
    Reflect.defineProperty(held, name, { ...descriptor, value: `${descriptor.value}` }),
  deleteProperty: (target, name) => Reflect.deleteProperty(held, name),
  get: (target, name) => held[name],
  getOwnPropertyDescriptor: (target, name) => Reflect.getOwnPropertyDescriptor(held, name),
  has: (target, name) => name in held,
  ownKeys: () => Reflect.ownKeys(held),
  set: (target, name, value) => {
    held[name] = `${value}`;
    return true;
  },
});

Object.defineProperty(process, 'env', { value: env, writable: true, enumerable: true });

function pass(values) {
  given = values;
  held = { ...values };
}

// The name of a variable that an Action has set, changed or deleted; undefined if there is none.
function changed() {
  return keys({ ...given, ...held }).find((name) => given[name] !== held[name]);
}

module.exports = { changed, coverageFolder, pass };
