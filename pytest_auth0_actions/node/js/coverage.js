'use strict'; // not reported from here: V8 forgets it when it starts to count for us
// What of the user's own files was run, as V8 counts it. Python reads it from a file, so that what
// was written there is kept, however the process ends.

const fs = require('node:fs');
const inspector = require('node:inspector');
const path = require('node:path');
const { createHash } = require('node:crypto');
const { fileURLToPath, pathToFileURL } = require('node:url');

const { coverageFolder } = require('./environment.js');
const { safely, write } = require('./wire.js');

const OURS = pathToFileURL(__dirname + path.sep).href;
const { from } = Buffer;
const session = new inspector.Session();
const post = session.post.bind(session);
const hashes = new Map(); // of the sources of files; null if a file had several
let copies = 0;
let fd;

function start(into) {
  fd = into;
  session.connect();
  post('Profiler.enable');
  post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
}

// reported from here

// The source of a file that is about to be compiled.
function note(source, file) {
  const hash = createHash('sha1').update(source).digest('hex');
  if (!hashes.has(file)) {
    hashes.set(file, hash);
  } else if (hashes.get(file) !== hash) {
    take();
    hashes.set(file, null);
  }
}

// Writes down what was run since the last time.
function take() {
  post('Profiler.takePreciseCoverage', (error, taken) => {
    const files = [];
    for (let at = 0; at < taken.result.length; at += 1) {
      const { url, functions } = taken.result[at];
      if (isOwn(url)) {
        const file = fileURLToPath(url);
        files[files.length] = { file, source: hashes.get(file), ranges: rangesOf(functions) };
      }
    }
    if (files.length > 0) write(from(`${safely(files)}\n`), fd);
    passOn(taken);
  });
}

// V8 counts from 0 after each time. If NODE_V8_COVERAGE is set, what was taken goes there, too.
function passOn(taken) {
  if (coverageFolder === undefined) return; // not reported: it is set while this is measured
  copies += 1;
  fs.mkdirSync(coverageFolder, { recursive: true });
  const name = `coverage-${process.pid}-taken-${copies}.json`;
  fs.writeFileSync(path.resolve(coverageFolder, name), safely(taken));
}

function isOwn(url) {
  return url.startsWith('file:') && !url.startsWith(OURS) && !url.includes('/node_modules/');
}

// Start, end and count of each, outer ones before inner ones.
function rangesOf(functions) {
  const flat = [];
  for (let at = 0; at < functions.length; at += 1) {
    const { ranges } = functions[at];
    for (let inner = 0; inner < ranges.length; inner += 1) {
      const { startOffset, endOffset, count } = ranges[inner];
      flat[flat.length] = startOffset;
      flat[flat.length] = endOffset;
      flat[flat.length] = count;
    }
  }
  return flat;
}

module.exports = { note, start, take }; // not reported: as the first lines
