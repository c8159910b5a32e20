'use strict';
// Loads Actions and forwards their api calls to Python, which holds every rule of Auth0's.

const fs = require('node:fs');
const path = require('node:path');
const util = require('node:util');
const vm = require('node:vm');
const Module = require('node:module');
const { AsyncLocalStorage } = require('node:async_hooks');
const { Console } = require('node:console');

const time = require('./time.js');
const wire = require('./wire.js');
const network = require('./network.js');

const {
  asciiOf, attempt, describeError, encode, isSpokenTo, parse, reallyExit, send, toldAhead,
  wellFormed, THREW,
} = wire;
const { receive } = time;
const { setImmediate } = time.real;
const { inspect } = util;
const { assign, freeze, hasOwn } = Object;

// ---------------------------------------------------------------- console

// What a run writes after it is over belongs to no run.
const runs = new AsyncLocalStorage();
const stream = {
  write(text) {
    if (current !== null && (runs.getStore() ?? current) === current) keep(Buffer.from(text));
  },
};

function keep(bytes) {
  const { logBytesLeft } = current;
  if (logBytesLeft < 0) return;
  current.logBytesLeft -= bytes.length;
  send({ log: wellFormed(bytes.subarray(0, logBytesLeft)), cut: current.logBytesLeft < 0 });
}

globalThis.console = new Console({ stdout: stream, stderr: stream, ignoreErrors: false });
const { groupEnd } = console;

// ---------------------------------------------------------------- loading

// The files of an Action, compiled.
class Scripts {
  constructor({ file, source, modules }) {
    this.main = { file, script: compile(source, file, []) };
    this.modules = Object.entries(modules).map(([name, { file, source, secrets }]) =>
      ({ name, file, secrets, script: compile(source, file, ['actions']) }));
  }
}

class Action {
  constructor(scripts) {
    this.loaded = new Map();
    this.exports = once(() => this.evaluate(scripts.main, [], true));
    this.modules = new Map();
    for (const each of scripts.modules) {
      const globals = [{ secrets: { ...each.secrets } }];
      this.modules.set(each.name, once(() => this.evaluate(each, globals, false)));
    }
  }

  evaluate({ file, script }, globals, mayRequireModules) {
    const module = new Module(file, null);
    const folder = module.path;
    module.filename = file;
    module.paths = [...pathsOf(folder)];
    this.loaded.set(file, module);
    const require = this.requireFrom(file, mayRequireModules);
    try {
      script.call(module.exports, module.exports, require, module, file, folder, ...globals);
    } catch (thrown) {
      this.loaded.delete(file);
      throw thrown;
    }
    module.loaded = true;
    return module.exports;
  }

  // The user's own files are evaluated afresh for each load; npm packages and Node's own modules
  // stay loaded.
  requireFrom(parent, mayRequireModules) {
    const require = (request) => {
      if (mayRequireModules && typeof request === 'string' && request.startsWith('actions:')) {
        return this.requireModule(request.slice('actions:'.length));
      }
      const native = nativeRequire(parent);
      const file = native.resolve(request);
      if (!isOwn(file)) return native(request);
      const known = this.loaded.get(file);
      if (known) return known.exports;
      const source = fs.readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
      if (file.endsWith('.json')) return this.keep(file, parseFile(file, source));
      let script;
      try {
        script = compile(source, file, []);
      } catch (thrown) {
        if (isModuleSyntax(thrown)) return native(request);
        throw thrown;
      }
      return this.evaluate({ file, script }, [], mayRequireModules);
    };
    const resolve = (...args) => nativeRequire(parent).resolve(...args);
    resolve.paths = (...args) => nativeRequire(parent).resolve.paths(...args);
    const { _cache: cache, _extensions: extensions } = Module;
    return assign(require, { resolve, cache, extensions, main: undefined });
  }

  keep(file, exports) {
    this.loaded.set(file, { exports });
    return exports;
  }

  requireModule(name) {
    if (this.modules.has(name)) return this.modules.get(name)();
    const error = new Error(`Cannot find module 'actions:${name}'`);
    error.code = 'MODULE_NOT_FOUND';
    throw error;
  }
}

// Node.js takes its time to make one, and most Actions need few.
const nativeRequires = new Map();

function nativeRequire(parent) {
  if (!nativeRequires.has(parent)) nativeRequires.set(parent, Module.createRequire(parent));
  return nativeRequires.get(parent);
}

// Where npm packages may lie, seen from a folder.
const paths = new Map();

function pathsOf(folder) {
  if (!paths.has(folder)) paths.set(folder, Module._nodeModulePaths(folder));
  return paths.get(folder);
}

function parseFile(file, source) {
  try {
    return parse(source);
  } catch (error) {
    error.message = `${file}: ${error.message}`;
    throw error;
  }
}

// Evaluates once; what that threw, it throws each time.
function once(evaluate) {
  let outcome;
  return () => {
    if (outcome === undefined) {
      try {
        outcome = { value: evaluate() };
      } catch (thrown) {
        outcome = { thrown };
      }
    }
    if ('thrown' in outcome) throw outcome.thrown;
    return outcome.value;
  };
}

function isOwn(file) {
  return path.isAbsolute(file) && /\.(c?js|json)$/.test(file) &&
    !file.includes(`${path.sep}node_modules${path.sep}`);
}

function isModuleSyntax(error) {
  return error instanceof SyntaxError &&
    /import statement|import\.meta|Unexpected token 'export'/.test(error.message);
}

let mayImport = false; // a module of the other kind, which stays loaded and is not to be seen

function compile(source, filename, globals) {
  mayImport ||= /\bimport\b/.test(source);
  const names = ['exports', 'require', 'module', '__filename', '__dirname', ...globals];
  const importModuleDynamically = vm.constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER;
  const script = vm.compileFunction(source, names, { filename, importModuleDynamically });
  // It may be called for many tests; in sloppy mode, code reaches it by `arguments.callee`.
  freeze(script.prototype);
  return freeze(script);
}

// Node.js puts the place, the line and a caret before a syntax error's own stack.
function loadProblem(error, files) {
  const [at, ...shown] = error.stack.split('\n\n')[0].split('\n');
  const { source } = files.find(({ file }) => at.startsWith(`${file}:`)) ?? files[0];
  return {
    at: error instanceof SyntaxError ? at : null,
    shown: error instanceof SyntaxError ? shown : [],
    message: error.message,
    is_module: isModuleSyntax(error),
    is_typescript: isTypeScript(source),
  };
}

function isTypeScript(source) {
  const { emitWarning } = process;
  process.emitWarning = () => {}; // the function is marked as experimental
  try {
    const stripped = Module.stripTypeScriptTypes(source);
    if (stripped === source) return false;
    compile(stripped, 'stripped.js', []);
    return true;
  } catch (error) {
    return isModuleSyntax(error); // and false where this Node.js can't tell
  } finally {
    process.emitWarning = emitWarning;
  }
}

// ---------------------------------------------------------------- running

const scripts = new Map();
const actions = new Map();
let current = null; // the run under way

function compileFiles({ compile: id, body }) {
  const files = parse(body.toString());
  try {
    scripts.set(id, new Scripts(files));
  } catch (error) {
    send({ unreadable: loadProblem(error, [files, ...Object.values(files.modules)]) });
    return;
  }
  send({ compiled: id });
}

function load({ load: id, scripts: from, handler, api, log_bytes: logBytes, allow_hosts: hosts }) {
  network.allow(hosts);
  const action = new Action(scripts.get(from));
  actions.set(id, { action, handler, makeApi: apiMakerOf(api), logBytes });
}

// Drops what can be dropped; tells whether that was all.
function dropAll() {
  actions.clear();
  time.dropTimers();
  network.endTest();
  for (let depth = 0; depth < MAX_DEPTH; depth += 1) groupEnd();
  return isPristine(network.hops());
}

// Whether something was loaded that stays, so that tests of other files shall not come here.
let stays = false;

// Ends a test. If something of it is left that can't be dropped, the next one shall not come here;
// its first commands may be on their way already, and Python says them again to another process.
function clean() {
  if (!attempt(dropAll, false)) {
    send({ spoilt: true });
    for (;;) receive(); // until Python ends this process
  }
  if (!stays && (mayImport || hasPackages())) {
    stays = true;
    send({ stays });
  }
  prepareEvents();
}

// Makes what makes the api of one run: an object of namespaces of methods, as the source of one.
function apiMaker(members) {
  const methods = members.map((member, at) => [...member.split('.'), `method${at}`, member]);
  const namespaces = [...new Set(methods.map(([namespace]) => namespace))].map((namespace) => {
    const own = methods.filter(([each]) => each === namespace);
    return `${namespace}: { ${own.map(([, name, method]) => `${name}: ${method}`)} }`;
  });
  const source = [
    ...methods.map(([, name, method, member]) =>
      `const ${method} = {
        ${name}(...args) { return forward(thisRun, '${member}', args, ${method}); }
      }.${name};`),
    `return { ${namespaces} };`,
  ];
  return vm.compileFunction(source.join('\n'), ['thisRun', 'forward'], {
    filename: path.join(__dirname, 'api.js'),
  });
}

const apiMakers = new Map();

function apiMakerOf(members) {
  const key = members.join();
  if (!apiMakers.has(key)) apiMakers.set(key, apiMaker(members));
  return apiMakers.get(key);
}

function forward(thisRun, member, args, method) {
  return thisRun === current ? call(member, args, method) : undefined;
}

function call(member, args, method) {
  const answers = args.length === 1 && typeof args[0] === 'string' && toldAhead(member);
  if (answers) {
    send({ call: member, args, answered: true });
    return hasOwn(answers, args[0]) ? { ...answers[args[0]] } : undefined;
  }
  send({ call: member, args: args.map((argument) => encode(argument)) });
  const { value, thrown, watch: number } = receive();
  if (number !== undefined) {
    current.places.push([number, placeOf(method)]);
    if (value.type === 'error') return watched(value, number);
  }
  if (thrown === undefined) return value;
  const error = new { Error, TypeError }[thrown.name](thrown.message);
  // As Node.js does: the code stands in the stack's first line, and not in the name.
  if (thrown.code) error.name = `${thrown.name} [${thrown.code}]`;
  Error.captureStackTrace(error, method);
  void error.stack;
  delete error.name;
  if (thrown.code) error.code = thrown.code;
  throw error;
}

// The file and the line of the Action's that called `method`; null if nobody but Node.js did.
function placeOf(method) {
  const { prepareStackTrace } = Error;
  Error.prepareStackTrace = (error, frames) => {
    const frame = frames.find((each) => isUsers(each.getFileName()));
    return frame ? [frame.getFileName(), frame.getLineNumber()] : null;
  };
  const holder = {};
  Error.captureStackTrace(holder, method);
  const place = holder.stack;
  Error.prepareStackTrace = prepareStackTrace;
  return place;
}

function isUsers(file) {
  return path.isAbsolute(file ?? '') && path.dirname(file) !== __dirname;
}

// The answer to a write that was refused; tells whether anybody reads it.
function watched(value, number) {
  const { unread } = current;
  unread.add(number);
  const look = (read) => (...args) => {
    unread.delete(number);
    return read(...args);
  };
  return new Proxy(value, {
    get: look(Reflect.get),
    has: look(Reflect.has),
    ownKeys: look(Reflect.ownKeys),
    getOwnPropertyDescriptor: look(Reflect.getOwnPropertyDescriptor),
  });
}

const AsyncFunction = run.constructor;

// Events as they were given, by their text: those of a suite are few, but for what a test changes.
const givenEvents = new Map();
const MAX_GIVEN_EVENTS = 16;

function givenAs(text) {
  let given = givenEvents.get(text);
  if (given === undefined) {
    if (givenEvents.size === MAX_GIVEN_EVENTS) givenEvents.clear();
    given = { event: parse(text), copy: null };
    givenEvents.set(text, given);
  }
  return given;
}

// Parses what the next test may be given, while there is time.
function prepareEvents() {
  for (const [text, given] of givenEvents) given.copy ??= parse(text);
}

function begin({ run: id, body }) {
  const text = asciiOf(body);
  const given = givenAs(text);
  const event = given.copy ?? parse(text);
  given.copy = null;
  const loaded = actions.get(id);
  const thisRun = { logBytesLeft: loaded.logBytes, places: [], unread: new Set() };
  runs.run(thisRun, () => run(loaded, event, given.event));
}

async function run({ action, handler, makeApi }, event, given) {
  const thisRun = (current = runs.getStore());
  let stage = 'top level';
  let outcome;
  time.beginRun();
  try {
    const exported = action.exports();
    const chosen = kindOf(exported) === 'object' ? exported[handler] : undefined;
    if (kindOf(chosen) === 'async function') {
      stage = 'handler';
      await chosen(event, makeApi(thisRun, forward));
      outcome = { done: true };
    } else {
      const found = exported instanceof Object ? Object.entries(exported) : [];
      outcome = {
        unfit: kindOf(exported),
        exports: found.map(([name, value]) => [name, kindOf(value)]),
      };
    }
  } catch (thrown) {
    outcome = { threw: describeError(thrown), stage };
  }
  const changed = !attempt(() => isAlike(event, given, MAX_DEPTH), false);
  if (changed) outcome.event = attempt(() => encode(event), THREW);
  // A turn of the event loop first, so that a rejection that nobody handled ends this run and
  // not the next one.
  setImmediate(() => finish(thisRun, outcome));
}

const MAX_DEPTH = 100;

// Whether `value` is as JSON has it, and the same as `given`, which came from there.
function isAlike(value, given, depth) {
  if (typeof given !== 'object' || given === null) return Object.is(value, given);
  if (typeof value !== 'object' || value === null || depth === 0) return false;
  if (Object.getPrototypeOf(value) !== Object.getPrototypeOf(given)) return false;
  const keys = Object.keys(value);
  const same = (key) => Object.hasOwn(given, key) && isAlike(value[key], given[key], depth - 1);
  return keys.length === Object.keys(given).length && keys.every(same);
}

function kindOf(value) {
  if (value instanceof AsyncFunction) return 'async function';
  return value === null ? 'null' : typeof value;
}

function finish(thisRun, outcome) {
  if (thisRun !== current) return; // given up before
  current = null;
  if (thisRun.places.length > 0) {
    Object.assign(outcome, { places: thisRun.places, unread: [...thisRun.unread] });
  }
  send(outcome);
  serve();
}

function serve() {
  while (current === null) {
    const message = receive();
    if (message.run) begin(message);
    else if (message.load) load(message);
    else if (message.compile) compileFiles(message);
    else clean();
  }
}

// ---------------------------------------------------------------- untimely ends

// The event loop is empty: the Action waits for a timer, for an answer that is late, or in vain.
process.on('beforeExit', () => {
  if (network.refuseSilent()) return;
  const waitingFor = network.unanswered();
  const stalled = time.nextDueMs() === undefined && waitingFor.length === 0;
  moveTo(time.nextDueMs() ?? null, stalled ? { stalled } : { timed_out: waitingFor });
});

time.onWait(moveTo);

function moveTo(dueMs, otherwise = { timed_out: [] }) {
  if (dueMs === null || dueMs > time.nowMs()) {
    send({ wait_until_ms: dueMs });
    if (receive().give_up) return giveUp(otherwise);
  }
  return time.fireDue();
}

function giveUp(outcome) {
  const given = current;
  time.dropTimers();
  network.dropRequests();
  setImmediate(() => finish(given, outcome));
}

process.on('uncaughtException', (thrown) => {
  const late = (runs.getStore() ?? current) !== current;
  send({ uncaught: describeError(thrown), late });
  reallyExit(7);
});

// Tell who ended the process, and from where.
for (const name of ['exit', 'reallyExit', 'abort']) {
  const original = process[name];
  process[name] = function (...args) {
    const shown = args.map((argument) => inspect(argument)).join(', ');
    send({ exit: `process.${name}(${shown})`, stack: wellFormed(new Error().stack) });
    if (name === 'abort') original(); // not reported: nothing is, after it
    reallyExit(Number(args[0] ?? process.exitCode ?? 0));
  };
}

// Last, for it looks at what is there by now.
const { hasPackages, isPristine } = require('./pristine.js');

send({ ready: process.version });
// V8 is slow with what it has not run yet, and until the first command there is time.
for (let turn = 0; turn < 24 && !isSpokenTo(); turn += 1) dropAll();
serve();
