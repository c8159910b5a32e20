'use strict';
// Where in the files of an Action something is done.

const path = require('node:path');
const { fileURLToPath } = require('node:url');

const { captureStackTrace } = Error;
const MAX_FRAMES = 50;
const OF_PACKAGE = `${path.sep}node_modules${path.sep}`;

// The stack at this place, without `below` and what it called, as [file, line] from the top.
function framesBelow(below) {
  const { prepareStackTrace, stackTraceLimit } = Error;
  const holder = {};
  Error.stackTraceLimit = MAX_FRAMES;
  Error.prepareStackTrace = (error, frames) =>
    frames.map((frame) => [fileOf(frame.getFileName()), frame.getLineNumber()]);
  captureStackTrace(holder, below);
  const frames = holder.stack;
  Error.prepareStackTrace = prepareStackTrace;
  Error.stackTraceLimit = stackTraceLimit;
  return frames.filter(([file]) => path.isAbsolute(file) && path.dirname(file) !== __dirname);
}

function fileOf(name) {
  return name?.startsWith('file:') ? fileURLToPath(name) : name ?? '';
}

// The file and the line of the Action's that called `below`, if need be by way of npm packages;
// null if nobody but Node.js did.
function placeOf(below) {
  const frames = framesBelow(below);
  return frames.find(([file]) => !isOfPackage(file)) ?? frames[0] ?? null;
}

// The place that a value is read at, and whether code of the Action's own reads it.
function readerOf(below) {
  const [frame = null] = framesBelow(below);
  return { place: placeOf(below), isOwn: frame !== null && !isOfPackage(frame[0]) };
}

function isOfPackage(file) {
  return file.includes(OF_PACKAGE);
}

module.exports = { placeOf, readerOf };
