'use strict';
// Whether the process is as good as new: whether an Action has left a change where the Action of
// the next test would meet it. What npm packages keep to themselves does not count.

const fs = require('node:fs');
const util = require('node:util');
const Module = require('node:module');
const { AsyncLocalStorage } = require('node:async_hooks');

const { threads } = require('./closed.js');

// What an Action may have changed shall not say whether it has.
const { getOwnPropertyDescriptor, getPrototypeOf, is, isExtensible } = Object;
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
  const record = { object, prototype: getPrototypeOf(object), keys: keysOf(object), own: [] };
  record.extensible = isExtensible(object);
  watched.push(record);
  for (const key of record.keys) {
    if (object === globalThis && /^[A-Z]/.test(key) && !GLOBALS.has(key)) continue;
    const { value, get, writable } = getOwnPropertyDescriptor(object, key);
    record.own.push({ key, value, get, writable });
    if (isClass(value) || (key === 'prototype' && isObject(value))) watch(value);
  }
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
  const keys = ownKeys(object);
  if (object !== globalThis) return keys;
  let kept = 0;
  for (let index = 0; index < keys.length; index += 1) {
    if (typeof keys[index] === 'string') keys[kept++] = keys[index];
  }
  keys.length = kept;
  return keys;
}

function isUnchanged({ object, prototype, extensible, keys, own }) {
  if (getPrototypeOf(object) !== prototype || isExtensible(object) !== extensible) return false;
  const now = keysOf(object);
  if (now.length !== keys.length) return false;
  for (let index = 0; index < keys.length; index += 1) {
    if (now[index] !== keys[index]) return false;
  }
  for (let index = 0; index < own.length; index += 1) {
    const { key, value, get, writable } = own[index];
    const found = getOwnPropertyDescriptor(object, key);
    if (!is(found.value, value) || found.get !== get || found.writable !== writable) return false;
  }
  return true;
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
  }
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
