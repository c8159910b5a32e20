'use strict';
// Loads the ES modules of the user's own afresh for each load of an Action; Node.js itself would
// keep them, with their state, until the process ends.

const fs = require('node:fs');
const path = require('node:path');
const vm = require('node:vm');
const { fileURLToPath, pathToFileURL } = require('node:url');

const { constants = {} } = vm; // not reported: Node.js 20.12 and newer have them
const { USE_MAIN_CONTEXT_DEFAULT_LOADER } = constants;

// Node.js's own `import()`, as seen from a file.
function nativeImport(parent, specifier, attributes) {
  const options = { filename: parent, importModuleDynamically: USE_MAIN_CONTEXT_DEFAULT_LOADER };
  const source = 'return attributes ? import(name, { with: attributes }) : import(name);';
  return vm.compileFunction(source, ['name', 'attributes'], options)(specifier, attributes);
}

// The path of a file that is the user's own; null for a package or a module of Node.js's.
function ownPath(specifier, parent) {
  const isUrl = specifier.startsWith('file:');
  if (!isUrl && !/^\.{0,2}\//.test(specifier)) return null;
  const [name] = specifier.split(/[?#]/);
  const file = isUrl ? fileURLToPath(name) : path.resolve(path.dirname(parent), decodeURI(name));
  return file.includes(`${path.sep}node_modules${path.sep}`) ? null : file;
}

// Node.js says so each time that a module is made; it is us who use what is experimental.
function withoutWarning(make) {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return make();
  } finally {
    process.emitWarning = emitWarning;
  }
}

class OwnModules {
  #modules = new Map();
  #isModule;
  #parentOf;
  #require;
  #onFile;
  #onLoad;
  #replaced;
  #typescriptOf;

  // `isModule(file, source)` says whether a file is an ES module; `require(parent, file)` gives
  // one that is not; `onFile(file)` is called for each file, and `onLoad(source, file)` before a
  // module is compiled; `parentOf(specifier, parent)` says from which file a package is looked for;
  // `replaced` are those that the test replaces, or null; `typescriptOf(file, parent)` is the file of
  // TypeScript that a path leads to, or null.
  constructor({ isModule, parentOf, require, onFile, onLoad, replaced, typescriptOf }) {
    this.#typescriptOf = typescriptOf;
    this.#isModule = isModule;
    this.#parentOf = parentOf;
    this.#require = require;
    this.#onFile = onFile;
    this.#onLoad = onLoad;
    this.#replaced = replaced;
  }

  // What `import(specifier)` gives in the file `parent`.
  async import(specifier, parent, attributes) {
    const module = this.#found(String(specifier), parent);
    if (module === null) {
      return nativeImport(this.#parentOf(String(specifier), parent), specifier, attributes);
    }
    await this.#evaluated(module);
    return module.namespace;
  }

  async #evaluated(module) {
    if (module.status === 'unlinked') {
      await module.link((specifier, { identifier }, { attributes, assert }) => {
        const given = attributes ?? assert; // not reported: Node.js 20 has the latter
        return this.#linked(specifier, identifier, given);
      });
    }
    await module.evaluate();
  }

  async #linked(specifier, parent, attributes) {
    const module = this.#found(specifier, parent);
    if (module !== null) return module;
    const given = Object.keys(attributes).length > 0 ? attributes : undefined;
    return synthetic(
      await nativeImport(this.#parentOf(specifier, parent), specifier, given),
      specifier,
    );
  }

  // A module of the user's own, or what the test has given for one; null for any other.
  #found(specifier, parent) {
    if (this.#replaced?.replaces(specifier, parent)) return this.#replacement(specifier, parent);
    const file = ownPath(specifier, parent);
    if (file === null) return null;
    const isThere = fs.statSync(file, { throwIfNoEntry: false })?.isFile();
    return this.#own(isThere ? file : this.#typescriptOf(file, parent) ?? file, parent);
  }

  #replacement(name, parent) {
    const file = this.#replaced.fileOf(name);
    const module = file ? this.#own(file, parent) : null;
    if (module !== null) return module;
    if (!this.#modules.has(name)) {
      const exported = this.#replaced.exports(name);
      this.#modules.set(name, synthetic({ default: exported, ...exported }, name));
    }
    return this.#modules.get(name);
  }

  // A module of the user's own; null for what only Node.js can load, such as JSON, or say is missing.
  #own(file, parent) {
    if (this.#modules.has(file)) return this.#modules.get(file);
    this.#onFile(file);
    if (!/\.[cm]?[jt]s$/.test(file) || !fs.existsSync(file)) return null;
    const source = fs.readFileSync(file, 'utf8');
    const module = this.#isModule(file, source)
      ? this.#compiled(file, source)
      : fromCommonJS(this.#require(parent, file), file);
    this.#modules.set(file, module);
    return module;
  }

  #compiled(file, source) {
    this.#onLoad(source, file);
    return withoutWarning(() => new vm.SourceTextModule(source, {
      identifier: file,
      initializeImportMeta: (meta) => {
        meta.dirname = path.dirname(file);
        meta.filename = file;
        meta.url = pathToFileURL(file).href;
      },
      importModuleDynamically: (specifier, referrer, attributes) =>
        this.import(specifier, file, attributes),
    }));
  }
}

// What was an ES module before it was compiled has a default of its own.
function fromCommonJS(exported, file) {
  return synthetic({ default: exported, ...exported }, file);
}

function synthetic(exported, identifier) {
  const names = Object.keys(exported);
  return withoutWarning(() => new vm.SyntheticModule(names, function () {
    for (const name of names) this.setExport(name, exported[name]);
  }, { identifier }));
}

module.exports = { OwnModules, nativeImport };
