'use strict';
// Whether the process is as good as new: whether an Action has left a change where the Action of
// the next test would meet it. All that can be reached from the global object and from Node.js's
// own modules, by properties and prototypes, is compared with how it was at the start.

const fs = require('node:fs');
const http = require('node:http');
const https = require('node:https');
const util = require('node:util');
const vm = require('node:vm');
const Module = require('node:module');

const { threads } = require('./closed.js');
const environment = require('./environment.js');
const { mapSize } = require('./natives.js');
const { getPrototypeOf } = require('./standins.js');
const { attempt } = require('./wire.js');

// Use the originals, captured before any Action ran.
const { defineProperty, getOwnPropertyDescriptor, is, isExtensible, isFrozen } = Object;
const { apply, ownKeys } = Reflect;
const { min } = Math;
const { promisify } = util;
const { cwd, getActiveResourcesInfo } = process;

// What changes by itself while Node.js works, and is not looked into.
const AGENT_STATE = ['requests', 'sockets', 'freeSockets', '_sessionCache'];
const UNSTEADY = new Set([
  require('_http_common').parsers, process.env, process.moduleLoadList, process.stdout, process.stderr, Module._cache, Module._pathCache,
  ...[http, https].flatMap(({ globalAgent }) => AGENT_STATE.map((name) => globalAgent[name])),
]);
const UNSTEADY_KEYS = new Set(['totalSocketCount', 'stdin']);
// Where fetch, and npm's undici, keep the agent that they make when they are first used; versions
// of undici differ in the number, and some keep it in two places.
const OLDER_DISPATCHER = Symbol.for('undici.globalDispatcher.1');
const DISPATCHER = /^undici\.globalDispatcher\.\d+$/;

// Classes that Node.js may define when they are first looked at, which takes long. They are watched
// from when a file is compiled that names them, or names what gives them.
const LANGUAGE = new Set(ownKeys(vm.runInNewContext('this')));
const unnamed = new Set(
  ownKeys(globalThis).filter((key) => /^[A-Z]/.test(String(key)) && !LANGUAGE.has(key)),
);
const GIVEN_BY = new Map([
  ['fetch', ['FormData', 'Headers', 'Request', 'Response']],
  ['crypto', ['Crypto', 'CryptoKey', 'SubtleCrypto']],
  ['performance', ['PerformanceEntry', 'PerformanceMark', 'PerformanceMeasure']],
]);

function expect(source) {
  for (const word of new Set(source.match(/[A-Za-z]\w+/g))) {
    for (const name of GIVEN_BY.get(word) ?? [word]) {
      if (!unnamed.delete(name)) continue;
      const value = globalThis[name];
      note(recordOfGlobal(), name, []);
      watch([value, name]);
    }
  }
}

const records = [];
const recordOfGlobal = () => records.find(({ object }) => object === globalThis);
const lazyOwners = new Set([globalThis, process]); // and the modules
const seen = new Set();

function isObject(value) {
  return typeof value === 'function' || (typeof value === 'object' && value !== null);
}

// Modules that are being loaded, ours among them, are no place to leave something in.
function isUnsteady(object) {
  return UNSTEADY.has(object) || getPrototypeOf(object) === Module.prototype;
}

function pathTo(path, key) {
  if (typeof key === 'symbol') return `${path}[${String(key)}]`;
  const name = /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
  return path === 'globalThis' && name.startsWith('.') ? name.slice(1) : path + name;
}

// Notes down objects, and all that they lead to: the shortest way to each is its path.
function watch(...roots) {
  for (let places = roots, prototypes = []; places.length > 0; places = prototypes) {
    prototypes = [];
    for (let next = 0; next < places.length; next += 1) {
      const { 0: object, 1: path } = places[next]; // an Action may have broken iteration
      if (!isObject(object) || seen.has(object) || isUnsteady(object)) continue;
      seen.add(object);
      const record = {
        object, path, keys: ownKeys(object), prototype: getPrototypeOf(object),
        extensible: isExtensible(object), values: [], accessors: [],
      };
      if (!isFrozen(object)) records.push(record); // nothing of it can change
      prototypes.push([record.prototype, `the prototype of ${path}`]);
      for (let at = 0; at < record.keys.length; at += 1) note(record, record.keys[at], places);
    }
  }
}

function note(record, key, places) {
  const { object, path } = record;
  if (key === promisify.custom) settlePromisified(object);
  const at = pathTo(path, key);
  if (UNSTEADY_KEYS.has(key) || (object === globalThis && unnamed.has(key))) return;
  const { value, writable, get, set, configurable } = getOwnPropertyDescriptor(object, key);
  if (writable === undefined) {
    const accessor = { key, get, set, given: undefined };
    // Many a getter makes what it gives when it is first looked at: that is watched from then on.
    if (get && configurable && lazyOwners.has(object)) {
      accessor.get = watchedGetter(accessor, object, at);
    }
    record.accessors.push(accessor);
    places.push([get, `${at} (get)`], [set, `${at} (set)`]);
  } else if (writable || configurable) {
    // Of a function, nobody changes what takes a definition to change.
    if (typeof object === 'function' && !writable && !isObject(value)) return;
    record.values.push(key, value, writable);
    places.push([value, at]);
  } else {
    places.push([value, at]);
  }
}

// What `util.promisify(object)` gives is marked by Node.js when it is first given, as no change of an
// Action's.
function settlePromisified(object) {
  if (!seen.has(object[promisify.custom])) promisify(object);
}

function watchedGetter(accessor, object, path) {
  const { get, set } = accessor;
  const watched = {
    get() {
      const value = apply(get, this, []);
      if (this === object) {
        accessor.given = value;
        watch([value, path]);
      }
      return value;
    },
  }.get;
  defineProperty(watched, 'name', { value: get.name });
  const { enumerable } = getOwnPropertyDescriptor(object, accessor.key);
  defineProperty(object, accessor.key, { get: watched, set, enumerable, configurable: true });
  return watched;
}

// The path of what has changed in one object; null if nothing has.
function changeIn({ object, path, keys, prototype, extensible, values, accessors }) {
  if (getPrototypeOf(object) !== prototype) return `the prototype of ${path}`;
  if (extensible !== isExtensible(object)) return path;
  const found = keysOf(object);
  for (let index = 0; index < keys.length || index < found.length; index += 1) {
    if (found[index] !== keys[index]) return changedKey(path, found, keys);
  }
  for (let index = 0; index < values.length; index += 3) {
    const descriptor = getOwnPropertyDescriptor(object, values[index]);
    if (!is(descriptor.value, values[index + 1]) || descriptor.writable !== values[index + 2]) {
      return pathTo(path, values[index]);
    }
  }
  for (let index = 0; index < accessors.length; index += 1) {
    const { key, get, set, given } = accessors[index];
    const descriptor = getOwnPropertyDescriptor(object, key);
    const isAsGiven = given !== undefined && descriptor.value === given;
    if (!isAsGiven && (descriptor.get !== get || descriptor.set !== set)) return pathTo(path, key);
  }
  return null;
}

// What an object has, without the agents that fetch makes: they may come, and be made anew.
function keysOf(object) {
  const keys = ownKeys(object);
  return object === globalThis ? keys.filter((key) => !isDispatcher(key)) : keys;
}

function isDispatcher(key) {
  if (typeof key !== 'symbol' || !DISPATCHER.test(key.description)) return false;
  const agent = globalThis[key];
  const isForOlder = key === OLDER_DISPATCHER && agent?.constructor?.name === 'Dispatcher1Wrapper';
  return isForOlder || isMadeByItself(agent); // the one for older versions is made around the other
}

// An agent that an Action has made, with options of its own, is a change.
function isMadeByItself(agent) {
  if (agent?.constructor?.name !== 'Agent') return false;
  const key = Object.getOwnPropertySymbols(agent).find(({ description }) => description === 'options');
  const isDefault = (option) => option === undefined || option === Infinity;
  return key !== undefined && Object.values(agent[key]).every(isDefault);
}

// Loads an npm package. It stays loaded for the tests of the file, and so does what it adds to the
// global object meanwhile, such as the helpers of a compiler.
function whileLoading(load) {
  const before = attempt(() => new Set(keysOf(globalThis)), null);
  const exported = load();
  if (before !== null) attempt(() => adoptGlobals(before));
  return exported;
}

function adoptGlobals(before) {
  const record = recordOfGlobal();
  const after = keysOf(globalThis);
  const added = after.filter((key) => !before.has(key));
  if (added.length === 0) return;
  record.keys = after.filter((key) => record.keys.includes(key) || added.includes(key));
  for (const key of added) note(record, key, []); // what is inside is the package's
}

// The path of what was added or taken away, or has changed places.
function changedKey(path, found, keys) {
  const added = found.find((key) => !keys.includes(key));
  if (added === undefined) return pathTo(path, keys.find((key, index) => found[index] !== key));
  const at = pathTo(path, added);
  return at.startsWith(path) ? at : `${path}.${at}`;
}

// What stands in no property.
function surroundings() {
  const outputs = OUTPUTS.map((output) => getOwnPropertyDescriptor(output, 'write'));
  const counts = COUNTS.map(mapSize);
  return [apply(cwd, process, []), process.exitCode, ...outputs, ...counts];
}

const PLACES = ['process.cwd()', 'process.exitCode', 'process.stdout.write', 'process.stderr.write'];

function changeAround() {
  const now = surroundings();
  const index = now.findIndex((value, at) => !is(value, before[at]));
  if (index >= 0) return PLACES[index] ?? 'console';
  const name = environment.changed();
  return name === undefined ? null : pathTo('process.env', name);
}

// What is under way, of which `expected` may be.
function underWay(expected) {
  const active = apply(getActiveResourcesInfo, process, []);
  if (threads() > 0) return 'a worker thread';
  if (active.length <= expected) return null;
  return /^[AEIOU]/.test(active.at(-1)) ? `an ${active.at(-1)}` : `a ${active.at(-1)}`;
}

// How many objects are as they were; those after them are still to be compared.
let compared = 0;
const AT_ONCE = 100; // some 30 microseconds

// Compares a few more objects, and returns whether there are any left: while Python works, for
// nothing else runs in this process meanwhile.
function compareMore() {
  if (compared === 0) watchNewModules();
  const end = min(compared + AT_ONCE, records.length);
  while (compared < end && changeIn(records[compared]) === null) compared += 1;
  return compared === end && end < records.length;
}

// Code of an Action's has run since.
function compareAgain() {
  compared = 0;
}

// What has changed, as a path such as `Response.prototype.json`; null if nothing has.
function change() {
  watchNewModules();
  while (compareMore());
  return compared < records.length ? changeIn(records[compared]) : changeAround();
}

// Node.js's own modules are watched from when they are loaded.
const watchedModules = new Set();
let loadedModules = 0;

function watchModule(name, exported) {
  watchedModules.add(name);
  lazyOwners.add(exported);
  watch([exported, name]);
}

function watchNewModules() {
  const { length } = process.moduleLoadList;
  if (length === loadedModules) return;
  loadedModules = length;
  for (const name of Module.builtinModules) {
    if (!watchedModules.has(name) && process.moduleLoadList.includes(`NativeModule ${name}`)) {
      watchModule(name, require(name));
    }
  }
}

const { _load: load } = Module;
Module._load = function (request, ...rest) {
  const exported = load.call(this, request, ...rest);
  if (Module.isBuiltin(request)) {
    const name = request.replace(/^node:/, '');
    if (!watchedModules.has(name)) watchModule(name, exported);
  }
  return exported;
};

const OUTPUTS = [process.stdout, process.stderr];
const COUNTS = ownKeys(console).map((key) => console[key]).filter(util.types.isMap);
// What no property leads to.
const NAMELESS = {
  'the prototype of iterators of arrays': [].values(),
  'the prototype of iterators of maps': new Map().values(),
  'the prototype of iterators of sets': new Set().values(),
  'the prototype of iterators of strings': ''[Symbol.iterator](),
  'the prototype of generators': function* () {}, // not reported: not called
  'the prototype of async functions': async function () {}, // not reported: not called
  'the prototype of async generators': async function* () {}, // not reported: not called
};
process.mainModule = undefined; // it is ours
watch([globalThis, 'globalThis']);
watchNewModules();
watch([util.inspect.defaultOptions, 'util.inspect.defaultOptions']);
watch(...Object.entries(NAMELESS).map(([name, value]) => [getPrototypeOf(value), name]));
void fs.promises;
const before = surroundings();

module.exports = { change, compareAgain, compareMore, expect, underWay, whileLoading };
