'use strict';
// Whose request each is, which line has led to it, and whether its run has waited for it.

const { follow, origin, unfollow } = require('./origins.js');
const { current, notice, ofCaller } = require('./run.js');

// A client writes to a connection: what follows is a request of the run that does, unless it is
// more of the one before.
function begin(link) {
  const { request } = link;
  if (!request || request.isResponded) link.begun = { run: ofCaller(), place: origin() };
}

// The head of a request has arrived.
function hear(link, what) {
  const { run, place } = link.begun;
  link.request = {
    link, run, place, what, isLate: run?.hasReturned, isSent: false, isAnswered: false,
    isDelivered: false,
  };
  run?.requests.push(link.request);
  return link.request;
}

// It reaches the test; those that do are numbered in order.
function sent({ request }) {
  request.isSent = true;
  request.run.sent.push(request);
}

// Its answer reaches the Action.
function deliver({ request }) {
  request.isAnswered = true;
  request.isDelivered = true;
}

// Whose request a connection is for, or has carried last.
function runOf({ begun, request }) {
  return (request && !request.isResponded ? request : begun).run;
}

// Whether it is of the run under way. What an earlier one has left is of none.
function isCurrent(link) {
  return current() !== null && runOf(link) === current();
}

// ---------------------------------------------------------------- the end of a run

const QUIET_TURNS = 2;
const MAX_TURNS = 500;

function start(run, mayRequest) {
  if (mayRequest) follow();
  run.requests = [];
  run.sent = [];
}

// After the handler has returned, what is under way gets the turns of the event loop that it takes
// to reach the test, and no time; then `done` is called.
function settle(run, isMoving, nextTurn, done) {
  run.requests.forEach((request) => (request.isLate = !request.isAnswered && !isGivenUp(request)));
  run.hasReturned = true;
  let turns = 0;
  let quiet = 0;
  const turn = () => {
    if (run !== current()) return; // given up meanwhile
    turns += 1;
    quiet = isMoving() ? 0 : quiet + 1;
    if (quiet < QUIET_TURNS && turns < MAX_TURNS) nextTurn(turn);
    else done();
  };
  nextTurn(turn);
}

// Whether the Action itself has ended the connection: by a time-out of its own, say.
function isGivenUp({ link, isAnswered }) {
  return !isAnswered && link.near.destroyed;
}

// Notes down what the run has not waited for.
function end(run) {
  for (const request of run.requests) {
    const { isLate, isSent, what, place } = request;
    if (isLate && !isGivenUp(request)) notice(isSent ? 'late_request' : 'cut_request', what, place);
  }
  unfollow();
}

// The numbers of those whose answer never reached the Action.
function undelivered(run) {
  const numbers = run.sent.map(({ isDelivered }, number) => (isDelivered ? -1 : number));
  return numbers.filter((number) => number >= 0);
}

module.exports = {
  begin, deliver, end, hear, isCurrent, runOf, sent, settle, start, undelivered,
};
