'use strict';
// A process of its own, which turns TypeScript into JavaScript: Actions see nothing of it, and it
// may load compilers. Takes lines of JSON, and answers each with one.

const fs = require('node:fs');
const path = require('node:path');
const readline = require('node:readline');
const Module = require('node:module');
const { inspect } = require('node:util');

// What Node.js warns of, such as that to strip types is experimental, goes nowhere.
const answersFd = Number(process.argv[2]);

// Types as blanks: all else stays where it is.
function strip({ source }) {
  const { stripTypeScriptTypes } = Module;
  if (stripTypeScriptTypes === undefined) return { unable: process.version }; // not reported: Node.js 20
  try {
    return { code: stripTypeScriptTypes(source) };
  } catch (error) {
    // Its stack starts with `:LINE`, the line, and carets below it.
    const [at, ...shown] = error.stack.split('\n\nSyntaxError')[0].split('\n');
    const needsCompiler = error.code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX';
    return {
      needs_compiler: needsCompiler,
      error: { message: error.message, line: Number(at.slice(at.lastIndexOf(':') + 1)), shown: shownFrom(shown) },
    };
  }
}

// The line with the carets, and the one above.
function shownFrom(lines) {
  const carets = lines.findIndex((line) => /^\s*\^+\s*$/.test(line));
  return lines.slice(Math.max(0, carets - 1), carets + 1);
}

let tried = null; // the compiler that was looked for last

function found(name, file) {
  tried = name;
  try {
    return Module.createRequire(file)(name);
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND') throw error;
    return null;
  }
}

// By the compiler that is found from the file's folder.
function compile({ file, source }) {
  const typescript = found('typescript', file);
  if (typescript?.transpileModule) return withTypescript(typescript, file, source);
  const esbuild = found('esbuild', file);
  // From 7 on, TypeScript is a program that can't be called for one file.
  return esbuild ? withEsbuild(esbuild, file, source) : { missing: true, not_callable: typescript?.version };
}

function withTypescript(ts, file, source) {
  const config = ts.findConfigFile(path.dirname(file), ts.sys.fileExists);
  const options = config ? optionsOf(ts, config) : {};
  const { target, noEmit } = options;
  Object.assign(options, {
    target: target === undefined || noEmit ? ts.ScriptTarget.ES2022 : target,
    module: ts.ModuleKind.CommonJS,
    esModuleInterop: options.esModuleInterop ?? true,
    verbatimModuleSyntax: false,
    inlineSourceMap: false,
    inlineSources: true,
    sourceMap: true,
    noEmit: false,
  });
  for (const name of ['sourceRoot', 'mapRoot', 'outDir', 'outFile', 'rootDir', 'moduleResolution']) {
    delete options[name];
  }
  const { outputText, sourceMapText, diagnostics } = ts.transpileModule(source, {
    compilerOptions: options,
    fileName: file.replace(/\.[cm]ts$/, '.ts'), // of .mts it would make an ES module
    reportDiagnostics: true,
  });
  const error = diagnostics.find(({ category, start }) =>
    category === ts.DiagnosticCategory.Error && start !== undefined);
  if (error === undefined) return { code: withMap(outputText, JSON.parse(sourceMapText), file) };
  const { line, character } = error.file.getLineAndCharacterOfPosition(error.start);
  const message = ts.flattenDiagnosticMessageText(error.messageText, '\n').replace(/\.$/, '');
  return { error: { message, line: line + 1, shown: pointed(source, line, character) } };
}

function withMap(code, map, file) {
  const text = JSON.stringify({ ...map, sources: [path.basename(file)] });
  const url = `data:application/json;base64,${Buffer.from(text).toString('base64')}`;
  return `${code.replace(/\/\/# sourceMappingURL=.*\s*$/, '')}//# sourceMappingURL=${url}\n`;
}

function optionsOf(ts, config) {
  const { config: read } = ts.readConfigFile(config, ts.sys.readFile);
  const host = { ...ts.sys, readDirectory: () => [] };
  return ts.parseJsonConfigFileContent(read, host, path.dirname(config)).options;
}

function withEsbuild(esbuild, file, source) {
  const config = nearest('tsconfig.json', path.dirname(file));
  const name = path.basename(file);
  try {
    const { code } = esbuild.transformSync(source, {
      format: 'cjs',
      loader: 'ts',
      logLevel: 'silent',
      platform: 'node',
      sourcefile: name,
      sourcemap: 'inline',
      target: 'es2022',
      tsconfigRaw: config ? fs.readFileSync(config, 'utf8') : undefined,
    });
    return { code };
  } catch (error) {
    const first = error.errors?.[0];
    if (first?.location?.file !== name) throw error; // it is wrong with tsconfig.json, say
    const { line, column } = first.location;
    return { error: { message: first.text, line, shown: pointed(source, line - 1, column) } };
  }
}

function nearest(name, folder) {
  const file = path.join(folder, name);
  if (fs.existsSync(file)) return file;
  const outer = path.dirname(folder);
  return outer === folder ? null : nearest(name, outer);
}

function pointed(source, line, column) {
  return [source.split(/\r\n|\n|\r/)[line], `${' '.repeat(column)}^`];
}

const DEEDS = { compile, strip };

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const { deed, ...given } = JSON.parse(line);
  let answer;
  try {
    answer = DEEDS[deed](given);
  } catch (error) {
    answer = { broken: inspect(error), compiler: tried };
  }
  const bytes = Buffer.from(`${JSON.stringify(answer)}\n`);
  for (let sent = 0; sent < bytes.length; ) sent += fs.writeSync(answersFd, bytes, sent);
});
