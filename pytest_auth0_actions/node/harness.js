'use strict';
// Loads Actions and forwards their api calls to Python, which holds every rule of Auth0's.
// Messages are lines of JSON: commands come in on one pipe and everything else goes out on
// another, so that stdout and stderr stay the Action's own.

const fs = require('node:fs');
const path = require('node:path');
const util = require('node:util');
const vm = require('node:vm');
const Module = require('node:module');
const { AsyncLocalStorage } = require('node:async_hooks');
const { Console } = require('node:console');

const [inFd, outFd] = process.argv.splice(1).slice(-2).map(Number);
const { parse, stringify } = JSON;
const { inspect } = util;
const { setImmediate } = globalThis;
const reallyExit = process.reallyExit.bind(process);

// ---------------------------------------------------------------- the wire

function send(message) {
  const bytes = Buffer.from(stringify(message) + '\n');
  for (let sent = 0; sent < bytes.length; ) {
    sent += fs.writeSync(outFd, bytes, sent);
  }
}

const chunk = Buffer.allocUnsafe(65536);
let unread = Buffer.alloc(0);

// Blocks, and nothing else in this process moves meanwhile: an api call is synchronous, and
// between two runs the process is as frozen as a container that has no request.
function receive() {
  const parts = [unread];
  for (let end = unread.indexOf(10); ; ) {
    const last = parts.length - 1;
    if (end >= 0) {
      unread = Buffer.from(parts[last].subarray(end + 1));
      parts[last] = parts[last].subarray(0, end);
      const message = parse(Buffer.concat(parts).toString());
      if (message.now_ms !== undefined) nowMs = message.now_ms;
      return message;
    }
    const size = fs.readSync(inFd, chunk, 0, chunk.length, null);
    if (size === 0) reallyExit(0); // pytest is gone
    parts.push(Buffer.from(chunk.subarray(0, size)));
    end = parts[parts.length - 1].indexOf(10);
  }
}

// What JSON can't say travels as a tagged array; so do arrays. The budget ends what would never
// end: an object that is reached by a million ways.
const MAX_NODES = 100000;

function encode(value, path = [], budget = { nodes: MAX_NODES }) {
  budget.nodes -= 1;
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      if (Number.isFinite(value) && !Object.is(value, -0)) return value;
      return ['number', String(Object.is(value, -0) ? '-0' : value)];
    case 'object': {
      if (value === null) return null;
      if (path.includes(value)) return ['value', 'object', '[Circular]', received(value)];
      if (budget.nodes < 0) return ['value', 'object', '[Too large]', received(value)];
      const inside = [...path, value];
      if (Array.isArray(value)) {
        return ['array', ...Array.from(value, (item) => encode(item, inside, budget))];
      }
      const prototype = Object.getPrototypeOf(value);
      const plain = prototype === Object.prototype || prototype === null;
      if (!plain && (util.types.isProxy(value) || !isRecord(value))) break;
      const fields = Object.create(null);
      for (const key of Object.keys(value)) {
        fields[key] = attempt(() => encode(value[key], inside, budget), THREW);
      }
      return plain ? fields : ['instance', received(value), fields];
    }
  }
  return ['value', typeof value, wellFormed(inspect(value)), received(value)];
}

// What reading a field gave where that threw.
const THREW = ['value', 'object', '[Threw]', 'an instance of Object'];

function attempt(read, otherwise) {
  try {
    return read();
  } catch {
    return otherwise;
  }
}

// An instance of a user's class is its fields; a Date, a Map or an Error is more than those.
function isRecord(value) {
  return Object.prototype.toString.call(value) === '[object Object]';
}

// How Node.js itself would name the value in a TypeError.
function received(value) {
  try {
    Buffer.byteLength(value);
    return 'an instance of Buffer';
  } catch (error) {
    return error.message.slice(error.message.indexOf('Received ') + 'Received '.length);
  }
}

// An error as it is, or as it tries to be: old code makes its own without the Error constructor.
function describeError(thrown) {
  const text = (name) => attempt(() => wellFormed(thrown[name]), '');
  const isError = attempt(() => thrown instanceof Error || typeof thrown.stack === 'string', false);
  if (!isError) {
    return { name: null, message: wellFormed(inspect(thrown)), code: null, stack: '', causes: [] };
  }
  const code = attempt(() => thrown.code, undefined);
  return {
    name: text('name'),
    message: text('message'),
    code: code === undefined ? null : attempt(() => wellFormed(code), null),
    stack: text('stack'),
    causes: attempt(() => causesOf(thrown), []),
  };
}

Error.stackTraceLimit = 30; // deep packages shall not push the Action out of its stack
const MAX_CAUSES = 5;

function causesOf(error) {
  const causes = [];
  for (let next = [error]; next.length > 0 && causes.length < MAX_CAUSES; ) {
    const { cause, errors } = next.shift();
    const inner = [cause, ...(Array.isArray(errors) ? errors : [])].filter(Boolean);
    causes.push(...inner.map((each) => wellFormed(each).split('\n')[0]));
    next.push(...inner.filter((each) => each instanceof Error));
  }
  return causes.slice(0, MAX_CAUSES);
}

// Half a surrogate pair can't be written to a file or a terminal, and frames of ours are noise.
function wellFormed(value) {
  const text = Buffer.from(String(value)).toString();
  if (!text.includes(__filename)) return text;
  return text.split('\n').filter((line) => !line.includes(__filename)).join('\n');
}

// ---------------------------------------------------------------- time

let nowMs = 0;
const RealDate = Date;
RealDate.now = function now() {
  return nowMs;
};
globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [nowMs] : args, newTarget),
  apply: () => new RealDate(nowMs).toString(),
});
RealDate.prototype.constructor = globalThis.Date;

// Intl formats the real time when it is given none.
const dateTimeFormat = Intl.DateTimeFormat.prototype;
const boundFormat = Object.getOwnPropertyDescriptor(dateTimeFormat, 'format').get;
const { formatToParts } = dateTimeFormat;
Object.defineProperty(dateTimeFormat, 'format', {
  get() {
    const format = boundFormat.call(this);
    return (date = nowMs) => format(date);
  },
});
dateTimeFormat.formatToParts = function (date = nowMs) {
  return formatToParts.call(this, date);
};

// ---------------------------------------------------------------- console

// What a run writes after it is over belongs to no run.
const runs = new AsyncLocalStorage();
const stream = {
  write(text) {
    if ((runs.getStore() ?? current) === current) send({ log: wellFormed(text) });
  },
};
globalThis.console = new Console({ stdout: stream, stderr: stream, ignoreErrors: false });

// ---------------------------------------------------------------- loading

class Action {
  constructor({ file, source, secrets, modules }) {
    this.loaded = new Map();
    const script = compile(source, file, []);
    this.exports = once(() => this.evaluate(file, script, [], true));
    this.modules = new Map();
    for (const [name, module] of Object.entries(modules)) {
      const script = compile(module.source, module.file, ['actions']);
      const globals = [{ secrets: module.secrets }];
      this.modules.set(name, once(() => this.evaluate(module.file, script, globals, false)));
    }
  }

  evaluate(file, script, globals, mayRequireModules) {
    const module = new Module(file, null);
    const folder = path.dirname(file);
    module.filename = file;
    module.paths = Module._nodeModulePaths(folder);
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
    const native = Module.createRequire(parent);
    const require = (request) => {
      if (mayRequireModules && typeof request === 'string' && request.startsWith('actions:')) {
        return this.requireModule(request.slice('actions:'.length));
      }
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
      return this.evaluate(file, script, [], mayRequireModules);
    };
    const { resolve, cache, extensions } = native;
    return Object.assign(require, { resolve, cache, extensions, main: undefined });
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

function compile(source, filename, globals) {
  const names = ['exports', 'require', 'module', '__filename', '__dirname', ...globals];
  const importModuleDynamically = vm.constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER;
  return vm.compileFunction(source, names, { filename, importModuleDynamically });
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

const actions = new Map();
let current = null; // the run under way

function load({ action: id, drop, needs_clean: needsClean, ...files }) {
  if (needsClean && !attempt(isClean, false)) return { unclean: true };
  for (const old of drop) actions.delete(old);
  try {
    actions.set(id, new Action(files));
    return { loaded: id };
  } catch (error) {
    return { unreadable: loadProblem(error, [files, ...Object.values(files.modules)]) };
  }
}

function buildApi(members, thisRun) {
  const api = {};
  for (const member of members) {
    const names = member.split('.');
    const name = names.pop();
    let namespace = api;
    for (const step of names) namespace = namespace[step] ||= {};
    const method = {
      [name](...args) {
        return thisRun === current ? call(member, args, method) : undefined;
      },
    }[name];
    namespace[name] = method;
  }
  return api;
}

function call(member, args, method) {
  send({ call: member, args: args.map((argument) => encode(argument)) });
  const { value, thrown } = receive();
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

const AsyncFunction = run.constructor;

async function run({ action: id, handler, event, api }) {
  const thisRun = (current = runs.getStore());
  let stage = 'top level';
  let outcome;
  try {
    const exported = actions.get(id).exports();
    const chosen = kindOf(exported) === 'object' ? exported[handler] : undefined;
    if (kindOf(chosen) === 'async function') {
      stage = 'handler';
      await chosen(event, buildApi(api, thisRun));
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
  outcome.event = attempt(() => encode(event), THREW);
  // A turn of the event loop first, so that a rejection that nobody handled ends this run and
  // not the next one.
  setImmediate(() => finish(thisRun, outcome));
}

function kindOf(value) {
  if (value instanceof AsyncFunction) return 'async function';
  return value === null ? 'null' : typeof value;
}

function finish(thisRun, outcome) {
  if (thisRun !== current) return; // given up before
  current = null;
  send(outcome);
  serve();
}

function serve() {
  while (current === null) {
    const message = receive();
    if (message.run) runs.run({}, () => run(message.run));
    else send(load(message.load));
  }
}

// ---------------------------------------------------------------- untimely ends

// With nothing left to wait for, a handler that has not settled never will.
process.on('beforeExit', () => {
  const stalled = current;
  setImmediate(() => finish(stalled, { stalled: true }));
});

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

// ---------------------------------------------------------------- what a run leaves behind

// Where an Action may leave a change that the Action of the next test would see.
const CLASSES = [
  Object, Function, Array, String, Number, Boolean, Symbol, Promise, RegExp, Date, Map, Set, Error,
];
const SHARED = [
  globalThis, console, process, JSON, Math, Reflect, Intl,
  ...CLASSES, ...CLASSES.map(({ prototype }) => prototype),
];

function snapshot() {
  return SHARED.map((object) => {
    const own = (key) => [key, Object.getOwnPropertyDescriptor(object, key)];
    return new Map(Reflect.ownKeys(object).map(own));
  });
}

// Whether the process is as good as new: nothing under way, and nothing shared changed.
function isClean() {
  if (process.getActiveResourcesInfo().length > 0) return false;
  return snapshot().every((now, index) => {
    const before = pristine[index];
    const same = ([key, { value }]) => {
      const old = before.get(key);
      // Node.js makes some globals when they are asked for, and its fetch hides one of its own.
      if (old === undefined) return typeof key === 'symbol' && SHARED[index] === globalThis;
      return old.get !== undefined || Object.is(old.value, value);
    };
    return [...before.keys()].every((key) => now.has(key)) && [...now].every(same);
  });
}

const pristine = snapshot();

send({ ready: process.version });
serve();
