'use strict';
// Where in the files of an Action something is done.

const path = require('node:path');
const { fileURLToPath } = require('node:url');

const { attempt } = require('./wire.js');

const { captureStackTrace } = Error;
const MAX_FRAMES = 40;
const OF_PACKAGE = `${path.sep}node_modules${path.sep}`;

// The stack at this place, without `below` and what it called: [file, line, column] from the top.
function framesBelow(below) {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = MAX_FRAMES;
  const holder = traceBelow(below);
  Error.stackTraceLimit = stackTraceLimit;
  return framesOf(holder);
}

// The same stack, to be looked at when it is needed, which is what takes long.
function traceBelow(below) {
  const holder = {};
  captureStackTrace(holder, below);
  return holder;
}

function framesOf(holder) {
  const { prepareStackTrace } = Error;
  Error.prepareStackTrace = (error, frames) => frames;
  const frames = holder.stack;
  Error.prepareStackTrace = prepareStackTrace;
  return frames.map((frame) => ({ file: fileOf(frame.getFileName()), frame })).filter(isNotOurs);
}

function fileOf(name) {
  return name?.startsWith('file:') ? fileURLToPath(name) : name ?? '';
}

function isNotOurs({ file }) {
  return path.dirname(file) !== __dirname;
}

function isOnDisk({ file }) {
  return path.isAbsolute(file);
}

// Code of the user's own, and no npm package's.
function isOwn({ file }) {
  return path.isAbsolute(file) && !file.includes(OF_PACKAGE);
}

function placeOfFrame(found) {
  if (!found) return null;
  return [found.file, found.frame.getLineNumber(), found.frame.getColumnNumber()];
}

// The file, the line and the column of the Action's that called `below`, if need be by way of npm packages;
// null if nobody but Node.js did.
function placeOf(below) {
  const frames = framesBelow(below);
  return placeOfFrame(frames.find(isOwn) ?? frames.find(isOnDisk));
}

// The same, and whether nothing lies between.
function callerOf(below) {
  const frames = framesBelow(below);
  const caller = frames.find(isOnDisk);
  return { place: placeOfFrame(frames.find(isOwn) ?? caller), isOwn: caller && isOwn(caller) };
}

// The topmost line of the user's own; null if there is none on the stack.
function ownPlaceOf(below) {
  return attempt(() => placeOfFrame(framesBelow(below).find(isOwn)), null);
}

// The topmost line of the user's own in a trace; null if there is none, or Node.js lies between.
function ownPlaceIn(trace) {
  return attempt(() => {
    const frames = framesOf(trace);
    const caller = frames.find(({ file }) => file !== ''); // V8 itself has none
    return isOnDisk(caller) ? placeOfFrame(frames.find(isOwn)) : null;
  }, null);
}

module.exports = { callerOf, ownPlaceIn, ownPlaceOf, placeOf, traceBelow };
