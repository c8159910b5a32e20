'use strict';
// Whether the process is as good as new: whether an Action has left a change where the Action of
// the next test would meet it. What npm packages keep to themselves does not count.

const fs = require('node:fs');
const util = require('node:util');
const Module = require('node:module');
const { AsyncLocalStorage } = require('node:async_hooks');

const { threads } = require('./closed.js');

// What an Action may have changed shall not say whether it has.
const {
  getOwnPropertyDescriptor, getOwnPropertySymbols, getPrototypeOf, hasOwn, is, isExtensible, keys,
} = Object;
const { apply, ownKeys } = Reflect;
const { cwd, getActiveResourcesInfo } = process;
const sizeOf = getOwnPropertyDescriptor(Map.prototype, 'size').get;

// Most classes of the web are loaded when they are first looked at, which takes long.
const GLOBALS = new Set([
  'AbortController', 'AbortSignal', 'AggregateError', 'Array', 'ArrayBuffer', 'Atomics', 'BigInt',
  'BigInt64Array', 'BigUint64Array', 'Boolean', 'Buffer', 'DOMException', 'DataView', 'Date',
  'Error', 'EvalError', 'Event', 'EventTarget', 'FinalizationRegistry', 'Float32Array',
  'Float64Array', 'Function', 'Int16Array', 'Int32Array', 'Int8Array', 'Intl', 'Iterator', 'JSON',
  'Map', 'Math', 'Number', 'Object', 'Promise', 'Proxy', 'RangeError', 'ReferenceError', 'Reflect',
  'RegExp', 'Set', 'SharedArrayBuffer', 'String', 'Symbol', 'SyntaxError', 'TextDecoder',
  'TextEncoder', 'TypeError', 'URIError', 'URL', 'URLSearchParams', 'Uint16Array', 'Uint32Array',
  'Uint8Array', 'Uint8ClampedArray', 'WeakMap', 'WeakRef', 'WeakSet', 'WebAssembly',
]);
const NAMESPACES = [Atomics, Intl, JSON, Math, Reflect];
const NAMELESS = [
  Uint8Array, [].values(), new Map().values(), new Set().values(), ''[Symbol.iterator](),
  function* () {}, async function () {}, async function* () {}, // not reported: not called
].map(getPrototypeOf);

const watched = [];
const seen = new Set();

// Notes down what an object has of its own, and what its classes have.
function watch(object) {
  if (seen.has(object)) return;
  seen.add(object);
  const record = {
    object,
    prototype: getPrototypeOf(object),
    extensible: isExtensible(object),
    keys: keysOf(object),
    names: keys(object),
    symbols: symbolsOf(object),
    hasStack: hasOwn(object, 'stack'),
    own: [],
    values: [], // keys and what they lead to, in turn
    getters: [], // likewise; Node.js itself defines some classes when they are first looked at
    present: [], // keys of what can't be told by either
  };
  watched.push(record);
  for (const key of record.keys) {
    if (object === globalThis && /^[A-Z]/.test(key) && !GLOBALS.has(key)) {
      record.present.push(key);
      continue;
    }
    const { value, get, writable } = getOwnPropertyDescriptor(object, key);
    record.own.push({ key, value, get, writable });
    if (writable === undefined) record.getters.push(key, get);
    else if (isFoundWithout(record, key, value)) record.present.push(key);
    else record.values.push(key, value);
    if (isClass(value) || (key === 'prototype' && isObject(value))) watch(value);
  }
}

// Whether a key may lead to the same value where an object has no such property of its own.
function isFoundWithout({ prototype }, key, value) {
  for (let owner = prototype; owner !== null; owner = getPrototypeOf(owner)) {
    const found = getOwnPropertyDescriptor(owner, key);
    if (found) return found.get !== undefined || is(found.value, value);
  }
  return false;
}

function isClass(value) {
  return typeof value === 'function' && isObject(value.prototype) &&
    ownKeys(value.prototype).length > 1;
}

// Function.prototype is a function itself.
function isObject(value) {
  return typeof value === 'function' || (typeof value === 'object' && value !== null);
}

// Node.js's fetch keeps something behind a symbol of the global object.
function keysOf(object) {
  const found = ownKeys(object);
  return object === globalThis ? found.filter((key) => typeof key === 'string') : found;
}

function symbolsOf(object) {
  return object === globalThis ? [] : getOwnPropertySymbols(object);
}

function isSame(some, others) {
  if (some.length !== others.length) return false;
  for (let index = 0; index < some.length; index += 1) {
    if (some[index] !== others[index]) return false;
  }
  return true;
}

// Whether nothing was assigned to, deleted or made rigid; nor given a stack, which no list shows.
function isUnchanged({
  object, prototype, extensible, names, symbols, hasStack, values, getters, present,
}) {
  if (getPrototypeOf(object) !== prototype || isExtensible(object) !== extensible) return false;
  if (!isSame(keys(object), names) || !isSame(symbolsOf(object), symbols)) return false;
  if (hasOwn(object, 'stack') !== hasStack) return false;
  for (let index = 0; index < values.length; index += 2) {
    if (!is(object[values[index]], values[index + 1])) return false;
  }
  for (let index = 0; index < getters.length; index += 2) {
    if (getOwnPropertyDescriptor(object, getters[index])?.get !== getters[index + 1]) return false;
  }
  for (let index = 0; index < present.length; index += 1) {
    if (!hasOwn(object, present[index])) return false;
  }
  return true;
}

// Whether nothing was defined either.
function isAsDefined({ object, keys: expected, own }) {
  if (!isSame(keysOf(object), expected)) return false;
  for (let index = 0; index < own.length; index += 1) {
    const { key, value, get, writable } = own[index];
    const found = getOwnPropertyDescriptor(object, key);
    if (!is(found.value, value) || found.get !== get || found.writable !== writable) return false;
  }
  return true;
}

// To look at what only a definition changes takes long. Most Actions define nothing.
let hasDefined = false;

for (const [owner, name] of [
  [Object, 'defineProperties'], [Object, 'defineProperty'], [Reflect, 'defineProperty'],
  [Object.prototype, '__defineGetter__'],
]) {
  const descriptor = getOwnPropertyDescriptor(owner, name);
  const value = new Proxy(descriptor.value, {
    apply(target, self, args) {
      hasDefined = true;
      return apply(target, self, args);
    },
  });
  Object.defineProperty(owner, name, { ...descriptor, value });
}

// Of what changes by itself, that which only an Action changes.
function surroundings() {
  let text = `${apply(cwd, process, [])} ${process.exitCode}`;
  for (let index = 0; index < OUTPUTS.length; index += 1) {
    text += ` ${getOwnPropertyDescriptor(OUTPUTS[index], 'write')}`;
  }
  for (let index = 0; index < counts.length; index += 1) {
    text += ` ${apply(sizeOf, counts[index], [])}`;
  }
  const names = ownKeys(process.env);
  for (let index = 0; index < names.length; index += 1) {
    text += `\n${names[index]}=${process.env[names[index]]}`;
  }
  return text;
}

// `busy` is how much may be under way.
function isPristine(busy) {
  if (apply(getActiveResourcesInfo, process, []).length > busy || threads() > 0) return false;
  for (let index = 0; index < watched.length; index += 1) {
    if (!isUnchanged(watched[index])) return false;
    if (hasDefined && !isAsDefined(watched[index])) return false;
  }
  hasDefined = false;
  return surroundings() === before;
}

// Whether anything was loaded that stays: an npm package, or what Node.js's fetch keeps.
function hasPackages() {
  return ownKeys(Module._cache).length !== modules || ownKeys(globalThis).length !== globals;
}

// Node.js's own modules are watched from when they are loaded.
const { _load: load } = Module;
Module._load = function (request, ...rest) {
  const exported = load.call(this, request, ...rest);
  if (Module.isBuiltin(request)) watch(exported);
  return exported;
};

for (const name of Module.builtinModules) {
  if (process.moduleLoadList.includes(`NativeModule ${name}`)) watch(require(name));
}
[
  globalThis, ...NAMESPACES, ...NAMELESS, AsyncLocalStorage, Module._extensions, console,
  fs.promises, performance, process, process._events, util.inspect.defaultOptions,
].forEach(watch);

const OUTPUTS = [process.stdout, process.stderr];
const counts = ownKeys(console).map((key) => console[key]).filter(util.types.isMap);
const before = surroundings();
const modules = ownKeys(Module._cache).length;
const globals = ownKeys(globalThis).length;

module.exports = { hasPackages, isPristine };
