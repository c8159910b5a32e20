'use strict';
// Whose request each is, which line has led to it, and whether its run has waited for it.

const { channel } = require('node:diagnostics_channel');

const { origin } = require('./origins.js');
const { current, isLeft, noticeOf, ofCaller } = require('./run.js');
const { isSomethingElseRunning, nowMs, real } = require('./time.js');

// A client writes to a connection: what follows is a request of the run that does, unless it is
// more of the one before.
function begin(link) {
  const { request, begun } = link;
  if ((request && !request.isResponded) || (begun?.isKnown && !begun.isHeard)) return;
  const isFirst = !begun || begun.isHeard;
  const place = isFirst ? origin(begin) : begun.place;
  link.begun = { run: ofCaller(), place, isHeard: false, isKnown: false };
}

// Undici may write a request while it closes an earlier connection, which another run has opened:
// it says itself which request was made when, and which is about to be written.
const made = new WeakMap(); // by whom, by undici's request
const linksByNear = new WeakMap();
const whenMade = channel('undici:request:create');
const whenWritten = channel('undici:client:sendHeaders');

whenMade.subscribe(function create({ request }) {
  made.set(request, { run: ofCaller(), place: origin(create), isHeard: false, isKnown: true });
});

whenWritten.subscribe(({ request, socket }) => {
  const link = linksByNear.get(socket);
  if (link && made.has(request)) link.begun = made.get(request);
});

function open(link) {
  linksByNear.set(link.near, link);
  begin(link);
}

// A TLS socket goes over the one that the connection was opened with.
function watchWrites(secure, link) {
  linksByNear.set(secure, link);
  for (const name of ['_write', '_writev']) {
    const write = secure[name];
    secure[name] = function (...args) {
      begin(link);
      return write.apply(this, args);
    };
  }
}

// The head of a request has arrived; `what` it asks for.
function hear(link, what, response) {
  const { run, place } = link.begun;
  link.begun.isHeard = true;
  const request = {
    link, run, what, place, atMs: nowMs(), isLate: run?.hasReturned, isSent: false,
    isResponded: false, isAnswered: false, isDelivered: false,
  };
  link.request = request;
  if (run !== null) run.requests[run.requests.length] = request;
  response.on('close', () => {
    request.isResponded = true;
    request.isAnswered ||= response.writableFinished; // or else the Action has ended the connection
    request.overMs = nowMs();
  });
}

// It reaches the test; those that do are numbered in order.
function sent({ request }) {
  request.isSent = true;
  const { sent: all } = request.run;
  all[all.length] = request;
}

// The line that has led to it.
function placeOf({ request: { place } }) {
  return place;
}

// Its answer reaches the Action.
function deliver({ request }) {
  request.isAnswered = true;
  request.isDelivered = true;
}

// There is no answer to it.
function refuse({ request }) {
  if (request) request.isRefused = true;
}

// Whether a connection carries a request of the run under way.
function isCurrent({ begun }) {
  return current() !== null && begun.run === current();
}

// Whether the Action itself has ended the connection: by a time-out of its own, say.
function isGivenUp({ isAnswered, isRefused, link }) {
  return !isAnswered && !isRefused && link.near.destroyed;
}

// Whether the Action has its answer, or knows that there is none.
function isOver({ isAnswered, link }) {
  return isAnswered || link.near.destroyed;
}

// Whether it was sent for certain: time has passed since.
function isLongSent({ atMs, isSent }) {
  return isSent && nowMs() > atMs;
}

// Whether it carries one that an earlier run of the same test has left.
function isLeftOn({ begun }) {
  return begun.run !== null && isLeft(begun.run);
}

// An earlier run asks, while another one is under way.
function noticeLeft({ request: { what, place } }) {
  noticeOf(current(), 'left_request', what, place);
}

// ---------------------------------------------------------------- the end of a run

const QUIET_TURNS = 3;
const MAX_TURNS = 500;
const MAX_POOL_MS = 250; // really
let onEmpty = null; // what goes on when the event loop is empty

// After the handler has returned, what is under way gets what it takes to reach the test, and no
// time of the test's clock; then `done` is called.
function settle(run, isMoving, done) {
  for (let at = 0; at < run.requests.length; at += 1) {
    run.requests[at].isLate = !isOver(run.requests[at]) && !isLongSent(run.requests[at]);
  }
  run.hasReturned = true;
  let turns = 0;
  let quietTurns = 0;
  const turn = () => {
    if (run !== current()) return; // given up meanwhile
    turns += 1;
    quietTurns = isMoving() ? 0 : quietTurns + 1;
    if (quietTurns < QUIET_TURNS && turns < MAX_TURNS) real.setImmediate(turn);
    else waitForPool(run, done);
  };
  real.setImmediate(turn);
}

// Files are read, and much of crypto and zlib is done, by threads that a turn does not wait for.
function waitForPool(run, done) {
  if (isSomethingElseRunning()) {
    done(); // the event loop may never be empty
    return;
  }
  const end = () => {
    if (onEmpty !== end) return; // not reported: the run was given up
    onEmpty = null;
    real.clearTimeout(timer);
    real.setImmediate(() => run === current() && done());
  };
  const timer = real.setTimeout(end, MAX_POOL_MS).unref();
  onEmpty = end;
}

// Takes note that the event loop is empty, if that is waited for.
function emptied() {
  if (onEmpty === null) return false;
  onEmpty();
  return true;
}

// Notes down what the run has not waited for.
function end(run) {
  for (let at = 0; at < run.requests.length; at += 1) {
    const { isLate, isSent, what, place } = run.requests[at];
    if (isLate && !isGivenUp(run.requests[at])) {
      noticeOf(run, isSent ? 'late_request' : 'cut_request', what, place);
    }
  }
}

// Those whose answer never reached the Action: the number, and when the connection ended, if it did.
function undelivered({ sent: all }) {
  const ends = [];
  for (let at = 0; at < all.length; at += 1) {
    const { isDelivered, overMs } = all[at];
    if (!isDelivered) ends[ends.length] = [at, overMs ?? null];
  }
  return ends;
}

module.exports = {
  begin, deliver, emptied, end, hear, isCurrent, isLeft: isLeftOn, noticeLeft, placeOf, refuse,
  open, sent, settle, undelivered, watchWrites,
};
