'use strict';
// Which run is under way. What an earlier run left behind belongs to none.

const { AsyncLocalStorage } = require('node:async_hooks');
const { inspect } = require('node:util');

const runs = new AsyncLocalStorage();
const getStore = runs.getStore.bind(runs);
let current = null;

function begin(run) {
  current = run;
  run.test = tests;
}

function end() {
  current = null;
}

let tests = 0; // that have ended

function endTest() {
  tests += 1;
}

// Whether a run is an earlier one of the test whose run is under way.
function isLeft(run) {
  return current !== null && run !== current && run.test === tests;
}

// Whether a run is one of a test that is over.
function isOfEndedTest(run) {
  return run !== null && run.test !== tests;
}

// The run that the calling code belongs to, which may be over.
function ofCaller() {
  return getStore() ?? current;
}

// Whether the handler of a run has returned: its promise is settled before we are told.
const DETAILS = { customInspect: false, depth: 0, maxArrayLength: 0, maxStringLength: 0 };

function hasReturned({ handled }) {
  return handled !== undefined && !inspect(handled, DETAILS).startsWith('Promise { <pending>');
}

const MAX_NOTICES = 100;

// Notes down for Python what a run does that is odd, and where: [file, line, column] or null.
function noticeOf({ notices }, kind, what, place) {
  if (notices.length < MAX_NOTICES) notices[notices.length] = [kind, what, place];
}

// Likewise for the run under way, if it is the caller's.
function notice(kind, what, place) {
  if (current !== null && ofCaller() === current) noticeOf(current, kind, what, place);
}

module.exports = {
  begin, end, endTest, hasReturned, isLeft, isOfEndedTest, notice, noticeOf, ofCaller, runs, current: () => current,
};
