'use strict';
// What a test gives in the place of npm packages. Packages that are not replaced are evaluated anew
// for an Action that has such, since they may require what is.

const path = require('node:path');
const Module = require('node:module');

const time = require('./time.js');
const { callerOf, placeOf } = require('./places.js');
const { current, hasReturned, isLeft, notice, noticeOf, ofCaller } = require('./run.js');
const { attempt, encode, send } = require('./wire.js');

const { stringify } = JSON;
const { assign, create, defineProperty, setPrototypeOf } = Object;
const { captureStackTrace } = Error;
const { constructor: AsyncFunction } = call;
const { receive } = time;
const { setImmediate } = time.real;
const { _cache: shared, _load: load } = Module;

const OF_PACKAGE = `${path.sep}node_modules${path.sep}`;

class Packages {
  #given = new Map();
  #made = new Map(); // what a name gives, once it was asked for
  #cache = create(null); // as Module._cache, of the packages that were evaluated for this Action
  #main;
  #parentOf;
  #requireOwn;

  // `given` are `{ name, file }`, or `{ name, value, functions }`: the number of each function of
  // the test's, how a call of it is shown, and where in the value it belongs. `main` is the
  // Action's file; `parentOf(name, parent)` says from which file a package is looked for, and
  // `requireOwn(file)` evaluates a file of the user's own.
  constructor(given, main, { parentOf, requireOwn }) {
    const { resolve } = Module.createRequire(main);
    for (const each of given) {
      if (each.file) each.file = attempt(() => resolve(each.file), each.file);
      this.#given.set(each.name, each);
    }
    this.#main = main;
    this.#parentOf = parentOf;
    this.#requireOwn = requireOwn;
  }

  // Whether `require(name)` in a file gives what the test has given. As with jest.mock(), a package
  // that comes with a copy of its own of another one keeps that.
  replaces(name, parent) {
    if (!this.#given.has(name) || this.#given.get(name).file === parent) return false;
    if (!parent.includes(OF_PACKAGE)) return true;
    const itsOwn = resolved(name, parent);
    return itsOwn === null || itsOwn === resolved(name, this.#parentOf(name, this.#main));
  }

  // The file that stands for a name, if one does.
  fileOf(name) {
    return this.#given.get(name).file;
  }

  exports(name) {
    if (!this.#made.has(name)) this.#made.set(name, this.#make(this.#given.get(name)));
    return this.#made.get(name);
  }

  #make({ file, value, functions }) {
    if (file) return this.#requireOwn(file);
    const holder = { exports: value };
    for (const [number, shown, keys] of functions) {
      const owner = ['exports', ...keys.slice(0, -1)].reduce((object, key) => object[key], holder);
      if (keys.length === 0) holder.exports = functionOf(number, shown, shown);
      else owner[keys.at(-1)] = functionOf(number, shown, keys.at(-1));
    }
    return holder.exports;
  }

  // Whether what a module requires comes from here.
  #serves(parent) {
    const file = parent?.filename;
    return file && (!file.includes(OF_PACKAGE) || this.#cache[file] === parent);
  }

  // What `require(name)` in a file gives, if the test has given that: `{ exports }`. In the file that
  // stands for a package, its name is that of the real one, where the Action finds it.
  given(name, parent) {
    if (this.replaces(name, parent)) return { exports: this.exports(name) };
    if (this.#given.get(name)?.file !== parent) return undefined;
    return { exports: this.#evaluate(name, moduleAt(this.#parentOf(name, this.#main))) };
  }

  // What `require(request)` gives a module; undefined if that is as without us.
  load(request, parent) {
    if (!this.#serves(parent) || Module.isBuiltin(request)) return undefined;
    const given = this.given(request, parent.filename);
    if (given !== undefined) return given;
    // What is no JavaScript can often be loaded but once.
    const isAddon = Module._resolveFilename(request, parent).endsWith('.node');
    return { exports: this.#evaluate(request, parent, isAddon ? shared : this.#cache) };
  }

  #evaluate(request, parent, modules = this.#cache) {
    const { _cache: before } = Module;
    Module._cache = modules;
    try {
      return load.call(Module, request, parent, false);
    } finally {
      Module._cache = before;
    }
  }
}

function moduleAt(file) {
  const paths = Module._nodeModulePaths(path.dirname(file));
  return assign(new Module(file, null), { filename: file, paths });
}

function resolved(name, parent) {
  return attempt(() => Module.createRequire(parent).resolve(name), null);
}

Module._load = function (request, parent, ...rest) {
  const found = ofCaller()?.replaced?.load(request, parent);
  return found === undefined ? load.call(this, request, parent, ...rest) : found.exports;
};

// ---------------------------------------------------------------- functions of the test's

function functionOf(number, shown, name) {
  const { [name]: ours } = {
    [name](...args) {
      const answer = { of: shown, value: undefined };
      const promise = call(number, shown, args, ours, answer);
      answers.set(promise, answer);
      return setPrototypeOf(promise, watchedPromise);
    },
  };
  return setPrototypeOf(ours, AsyncFunction.prototype); // as it was given, but for what it returns
}

const answers = new WeakMap(); // what a promise comes to, and of which function

// Sees what an Action reads of a promise as if it were what that comes to: a forgotten await, or a
// function that returns no promise in the real package. A name that this lacks, too, is asked of a
// promise: whether it can be cancelled, say.
const watchedPromise = new Proxy(create(Promise.prototype), {
  get: function onRead(target, name, promise) {
    const isConverted = name === Symbol.toPrimitive;
    if (isConverted || (typeof name === 'string' && !(name in target))) {
      const answer = answers.get(promise); // undefined for what has a promise as its prototype
      const isMeant = isConverted || name === 'toJSON' || name in Object(answer?.value);
      const { place, isOwn } = callerOf(onRead);
      if (answer && isMeant && isOwn) {
        notice('promise_read', `${answer.of} ${isConverted ? '' : name}`, place);
      }
    }
    return Reflect.get(target, name, promise);
  },
});

const raised = new WeakMap(); // the numbers of calls, by the errors that they gave

async function call(number, shown, args, below, answer) {
  const thisRun = ofCaller();
  if (isLeft(thisRun)) noticeOf(current(), 'left_call', shown, placeOf(below));
  if (thisRun === null || thisRun !== current()) return undefined;
  if (hasReturned(thisRun)) noticeOf(thisRun, 'late_call', shown, placeOf(below));
  const beforeMs = time.nowMs();
  const place = thisRun.withPlaces ? placeOf(below) : undefined;
  send({ calls: number, place, ...asJson(args) });
  const { value, thrown, silent } = receive();
  answer.value = value;
  const error = thrown && errorOf(thrown, below);
  if (beforeMs !== time.nowMs()) { // what was due before goes first
    time.fireDue();
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (silent) {
    thisRun.silenced.push(`${shown}()`);
    await new Promise(() => {}); // not reported: as it says
  }
  if (error) throw error;
  return value;
}

// Each argument as a text of JSON, or as it is shown if JSON leaves it out.
function asJson(args) {
  try {
    return { args: args.map((argument) => stringify(argument) ?? encode(argument)) };
  } catch (thrown) { // not reported: Python ends this process
    return { unjson: String(attempt(() => thrown.message, thrown)).split('\n')[0] }; // not reported: likewise
  }
}

function errorOf({ number, name, message, fields }, below) {
  const error = new Error(message);
  if (name !== 'Error') defineProperty(error, 'name', { value: name, writable: true, configurable: true });
  captureStackTrace(error, below);
  raised.set(error, number);
  return assign(error, fields);
}

// The number of the call that has given an error; undefined if none has.
function callOf(error) {
  return raised.get(error);
}

module.exports = { Packages, callOf };
