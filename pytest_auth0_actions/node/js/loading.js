'use strict';
// Compiles and evaluates Actions and what they require.

const fs = require('node:fs');
const path = require('node:path');
const vm = require('node:vm');
const Module = require('node:module');

const { OwnModules, nativeImport } = require('./esm.js');
const { watchMissing } = require('./missing.js');
const { Packages } = require('./packages.js');
const { current, ofCaller } = require('./run.js');
const { receive } = require('./time.js');
const { parse, send } = require('./wire.js');

const { assign, freeze } = Object;

// The files of an Action, compiled.
class Scripts {
  constructor({ file, source, head, packages, modules }) {
    this.main = { file, packages, script: compile(source, file, [], head) };
    this.modules = Object.entries(modules).map(([name, { file, source, head, packages, secrets }]) =>
      ({ name, file, packages, secrets, script: compile(source, file, ['actions'], head) }));
  }
}

class Action {
  // `replaced` are the npm packages that the test replaces.
  constructor(scripts, replaced = []) {
    this.loaded = new Map();
    this.packages = new Map(); // by file: the folder whose packages it finds first
    const { file: main, packages: folder } = scripts.main;
    this.replaced = replaced.length === 0 ? null : new Packages(replaced, main, {
      parentOf: (request, parent) => requirer(request, parent, this.packages.get(parent)),
      requireOwn: (file) => this.requireFrom(main, true, folder)(file),
    });
    this.esModules = new OwnModules({
      isModule,
      parentOf: (request, parent) => requirer(request, parent, this.packages.get(parent)),
      typescriptOf,
      onFile: tellLoaded,
      onLoad: (text, file) => onCompile(text, file),
      require: (parent, file) => this.requireFrom(parent, true, this.packages.get(parent))(file),
      replaced: this.replaced,
    });
    this.exports = once(() => this.evaluate(scripts.main, [], true));
    this.modules = new Map();
    this.secrets = []; // of the modules
    for (const each of scripts.modules) {
      const secrets = watchMissing({ ...each.secrets }, 'missing_secret', 'actions.secrets');
      this.secrets.push(...Object.values(secrets));
      const globals = [{ secrets }];
      this.modules.set(each.name, once(() => this.evaluate(each, globals, false)));
    }
  }

  evaluate({ file, packages, script }, globals, mayRequireModules) {
    const module = new Module(file, null);
    const folder = module.path;
    module.filename = file;
    module.paths = [...pathsOf(folder)];
    this.loaded.set(file, module);
    this.packages.set(file, packages);
    const require = this.requireFrom(file, mayRequireModules, packages);
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
  requireFrom(parent, mayRequireModules, packages) {
    const require = (request) => {
      if (mayRequireModules && typeof request === 'string' && request.startsWith('actions:')) {
        return this.requireModule(request.slice('actions:'.length));
      }
      const given = this.replaced?.given(request, parent);
      if (given) return given.exports;
      const native = nativeRequire(requirer(request, parent, packages));
      const file = resolve(request, parent, native);
      const known = this.loaded.get(file);
      if (known) return known.exports;
      tellLoaded(file);
      if (!isOwn(file)) return whileLoading(() => native(request));
      if (isTypeScript(file)) {
        const { source, head } = javascriptOf(file);
        const script = compile(source, file, [], head);
        return this.evaluate({ file, packages, script }, [], mayRequireModules);
      }
      const source = fs.readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
      if (file.endsWith('.json')) return this.keep(file, parseFile(file, source));
      let script;
      try {
        script = compile(source, file, []);
      } catch (thrown) {
        if (isModuleSyntax(thrown)) return native(request);
        throw thrown;
      }
      return this.evaluate({ file, packages, script }, [], mayRequireModules);
    };
    const itsResolve = (request, ...rest) =>
      resolve(request, parent, nativeRequire(requirer(request, parent, packages)), ...rest);
    itsResolve.paths = (...args) => nativeRequire(parent).resolve.paths(...args);
    const { _cache: cache, _extensions: extensions } = Module;
    return assign(require, { resolve: itsResolve, cache, extensions, main: undefined });
  }

  // The Action's own files that were evaluated so far.
  files() {
    return [...this.loaded.keys()];
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

// The file that a request leads to. As for compilers, TypeScript may leave the ending out, or have that
// of what it will be compiled to; in TypeScript it goes before what it was compiled to.
function resolve(request, parent, { resolve: native }, ...rest) {
  if (!/^\.{0,2}\//.test(request)) return native(request, ...rest);
  const isFirst = isTypeScript(parent);
  const typescript = isFirst ? typescriptOf(request, parent) : null;
  if (typescript !== null) return typescript;
  try {
    return native(request, ...rest);
  } catch (error) {
    const file = isFirst ? null : typescriptOf(request, parent);
    if (error.code !== 'MODULE_NOT_FOUND' || file === null) throw error;
    return file;
  }
}

const COMPILED = { '.js': ['.ts'], '.cjs': ['.cts'], '.mjs': ['.mts'] };

function typescriptOf(request, parent) {
  const file = path.resolve(path.dirname(parent), request);
  const ending = path.extname(file);
  if (isTypeScript(file)) return isFile(file) ? file : null;
  const bare = COMPILED[ending] ? file.slice(0, -ending.length) : file;
  const endings = COMPILED[ending] ?? ['.ts', '.cts', '.mts', '/index.ts', '/index.cts', '/index.mts'];
  return endings.map((each) => bare + each).find(isFile) ?? null;
}

function isFile(file) {
  return fs.statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
}

function isTypeScript(file) {
  return /(?<!\.d)\.[cm]?ts$/.test(file) && !isInstalled(file);
}

// Python has TypeScript turned into JavaScript.
function javascriptOf(file) {
  if (current() === null) throw new Error(`${file} was required between two runs`); // not reported: as it says
  send({ typescript: file });
  const made = receive();
  if (made.problem === undefined) return made;
  throw new SyntaxError(made.problem);
}

// Python notes down which files of the user's own a test has loaded.
function tellLoaded(file) {
  if (current() !== null && path.isAbsolute(file) && !isInstalled(file)) send({ loaded: file });
}

// Node.js takes its time to make one, and most Actions need few.
const nativeRequires = new Map();

function nativeRequire(parent) {
  if (!nativeRequires.has(parent)) nativeRequires.set(parent, Module.createRequire(parent));
  return nativeRequires.get(parent);
}

// The file from where what is required is looked for: one in the folder `packages`, if it, or the
// folder that it shares with those of other Actions, has it.
function requirer(request, parent, packages) {
  if (!packages || typeof request !== 'string' || /^(\.{0,2}\/|file:)/.test(request)) return parent;
  const first = path.join(packages, 'package.json');
  const shared = path.resolve(packages, '../..') + path.sep;
  try {
    return nativeRequire(first).resolve(request).startsWith(shared) ? first : parent;
  } catch (error) {
    return error.code === 'MODULE_NOT_FOUND' ? parent : first;
  }
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
  return path.isAbsolute(file) && /\.(c?js|json|[cm]?ts)$/.test(file) && !isInstalled(file);
}

function isInstalled(file) {
  return file.includes(`${path.sep}node_modules${path.sep}`);
}

function isModuleSyntax(error) {
  return error instanceof SyntaxError &&
    /import statement|import\.meta|Unexpected token 'export'/.test(error.message);
}

// Whether Node.js would take a file for an ES module.
function isModule(file, source) {
  if (isTypeScript(file)) return false; // it is turned into CommonJS
  if (/\.[cm]js$/.test(file)) return file.endsWith('.mjs');
  if (packageType(path.dirname(file)) === 'module') return true;
  try {
    compile(source, file, []);
    return false;
  } catch (error) {
    return isModuleSyntax(error);
  }
}

// The `type` that the nearest package.json names.
function packageType(folder) {
  const file = path.join(folder, 'package.json');
  if (fs.existsSync(file)) return parseFile(file, fs.readFileSync(file, 'utf8')).type;
  const outer = path.dirname(folder);
  return outer === folder ? undefined : packageType(outer);
}

// `import()` in a file of the user's, which may run for any Action that has loaded it.
function importFrom(filename) {
  return (specifier, script, attributes) => {
    const given = Object.keys(attributes).length > 0 ? attributes : undefined;
    const run = ofCaller();
    if (run === null) return nativeImport(filename, specifier, given); // not reported: between runs
    return run.esModules.import(specifier, filename, given);
  };
}

let onCompile; // set before anything is compiled
let whileLoading; // `whileLoading(load)` loads a package

// `head` is how many characters stand before the first line that are none of the file's.
function compile(source, filename, globals, head = 0) {
  onCompile(source, filename);
  const names = ['exports', 'require', 'module', '__filename', '__dirname', ...globals];
  const importModuleDynamically = importFrom(filename);
  const options = { filename, importModuleDynamically };
  // With a debugger attached, V8 may crash over a column below 0.
  if (head > 0 && require('node:inspector').url() === undefined) options.columnOffset = -head;
  const script = vm.compileFunction(source, names, options);
  // It may be called for many tests; in sloppy mode, code reaches it by `arguments.callee`.
  freeze(script.prototype);
  return freeze(script);
}

// Node.js puts the place, the line and a caret before a syntax error's own stack.
function loadProblem(error) {
  const [at, ...shown] = error.stack.split('\n\n')[0].split('\n');
  return {
    at: error instanceof SyntaxError ? at : null,
    shown: error instanceof SyntaxError ? shown : [],
    message: error.message,
    is_module: isModuleSyntax(error),
  };
}

// `act(source, file)` is called for each file of the user's before it is compiled.
function beforeCompiling(act) {
  onCompile = act;
}

// `act(load)` is called to load each npm package.
function aroundPackages(act) {
  whileLoading = act;
}

module.exports = { Action, Scripts, aroundPackages, beforeCompiling, loadProblem };
