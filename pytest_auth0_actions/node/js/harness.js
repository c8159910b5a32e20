'use strict';
// Takes Python's commands: compiles, loads and runs Actions, and cleans up after a test.

const util = require('node:util');
const { syncBuiltinESMExports } = require('node:module');

const environment = require('./environment.js');
const run = require('./run.js');
const time = require('./time.js');
const wire = require('./wire.js');
const work = require('./work.js');
const { hops } = require('./hops.js');
const network = require('./network.js');
const chance = require('./random.js');
const { apiMakerOf, forward } = require('./api.js');
const { settleThreads } = require('./closed.js');
const { endGroups, headsOf, showLogs } = require('./console.js');
const { forgetWatched } = require('./standins.js');
const { watchMissing } = require('./missing.js');
const { Action, Scripts, aroundPackages, beforeCompiling, loadProblem } = require('./loading.js');
const { callOf } = require('./packages.js');

const {
  asciiOf, attempt, coverageFd, describeError, encode, hasProcessor, hasUnreadCommands, parse,
  reallyExit, send, wellFormed, THREW,
} = wire;
const { receive } = time;
const { setImmediate } = time.real;
const { inspect } = util;
const { nextTick } = process;

// ---------------------------------------------------------------- running

const scripts = new Map();
const actions = new Map();

let debug = null; // ./debugger.js, if a debugger is wanted

function startDebugger(options) {
  debug = require('./debugger.js');
  showLogs(debug.show);
  debug.open(options);
}

function compileFiles({ compile: id, body }) {
  const files = parse(body.toString());
  try {
    scripts.set(id, new Scripts(files));
  } catch (error) {
    send({ unreadable: loadProblem(error) });
    return;
  }
  debug?.stopIn(scripts.get(id).main.script);
  send({ compiled: id });
}

function load({
  load: id, scripts: from, seed, packages, api, log_bytes: logBytes, allow_hosts: hosts, env,
}) {
  network.allow(hosts);
  environment.pass(env);
  chance.reseed(seed);
  const action = new Action(scripts.get(from), packages);
  actions.set(id, { action, makeApi: apiMakerOf(api), logBytes });
}

// Drops what can be dropped of a test.
function dropAll() {
  actions.clear();
  time.dropTimers();
  network.endTest();
  endGroups();
  forgetWatched();
  run.endTest();
  chance.forget();
}

function whatChanged() {
  const path = change();
  return path === null ? null : `changed ${path}`;
}

const MAX_TURNS = 50;
let isCleaning = false;

// Ends a test: what settles by itself may, and then the process is as good as new, or not. If not,
// the next test must not come here; its first commands may be on their way already, and Python
// sends them again to another process.
function clean(turns = 0) {
  isCleaning = true;
  if (turns === 0) attempt(takeCoverage);
  attempt(dropAll);
  const going = underWay(hops()) ?? network.closing();
  if (going !== null && turns < MAX_TURNS) {
    setImmediate(clean, turns + 1);
    compareAgain();
    return;
  }
  const left = going === null ? attempt(whatChanged, 'changed what tells changes') : `left ${going} under way`;
  if (left !== null) {
    send({ spoilt: left });
    for (;;) receive(); // until Python ends this process
  }
  isCleaning = false;
  serve();
}

const AsyncFunction = play.constructor;

function begin({ run: id, handler, with_places: withPlaces, body }) {
  const text = asciiOf(body);
  const loaded = actions.get(id);
  const event = parse(text);
  const { secrets } = event;
  if (kindOf(secrets) === 'object') watchMissing(secrets, 'missing_secret', 'event.secrets');
  watchNamed(event);
  const thisRun = {
    esModules: loaded.action.esModules,
    event,
    logBytesLeft: loaded.logBytes,
    places: [],
    unread: new Set(),
    notices: [],
    replaced: loaded.action.replaced,
    requests: [],
    sent: [],
    silenced: [], // calls of functions of the test's that come to no end
    handled: undefined, // what the handler gave back
    hasReturned: false,
    withPlaces, // whether Python is sent the line that made each call and each log
    secrets: headsOf([...Object.values(secrets), ...loaded.action.secrets]),
  };
  run.runs.run(thisRun, () => play(loaded, handler, event, text));
}

// Where names are the user's own: the test, or an earlier Action of the flow, may have set one that
// is slightly different.
function watchNamed({ user, client, transaction, prompt, request }) {
  for (const [object, path] of [
    [user?.user_metadata, 'event.user.user_metadata'],
    [user?.app_metadata, 'event.user.app_metadata'],
    [client?.metadata, 'event.client.metadata'],
    [transaction?.metadata, 'event.transaction.metadata'],
    [prompt?.fields, 'event.prompt.fields'],
    [request?.query, 'event.request.query'],
    [request?.body, 'event.request.body'],
  ]) {
    if (kindOf(object) === 'object') watchMissing(object, 'missing_name', path);
  }
}

async function play({ action, makeApi }, handler, event, text) {
  const thisRun = run.runs.getStore();
  run.begin(thisRun);
  compareAgain();
  let stage = 'top level';
  let outcome;
  time.beginRun();
  try {
    const exported = action.exports();
    const chosen = kindOf(exported) === 'object' ? exported[handler] : undefined;
    if (kindOf(chosen) === 'async function') {
      stage = 'handler';
      thisRun.handled = chosen(event, makeApi(thisRun, forward));
      await thisRun.handled;
      outcome = { done: true };
    } else {
      const found = exported instanceof Object ? Object.entries(exported) : [];
      outcome = {
        no_handler: kindOf(exported),
        exports: found.map(([name, value]) => [name, kindOf(value)]),
      };
    }
  } catch (thrown) {
    outcome = { threw: describeError(thrown), stage, raised_by: callOf(thrown) };
  }
  const changed = !attempt(() => isAlike(event, parse(text), MAX_DEPTH), false);
  if (changed) outcome.event = attempt(() => encode(event), THREW);
  // A few turns of the event loop first: a rejection that nobody handled ends this run and not the
  // next one, and what nobody waited for may still be told.
  work.settle(thisRun, () => hops() > 0, () => {
    settleThreads(() => finish(thisRun, outcome, action));
  });
}

const MAX_DEPTH = 100;

// Whether `value` is as JSON has it, and the same as `given`, which came from there.
function isAlike(value, given, depth) {
  if (typeof given !== 'object' || given === null) return Object.is(value, given);
  if (typeof value !== 'object' || value === null || depth === 0) return false;
  if (Object.getPrototypeOf(value) !== Object.getPrototypeOf(given)) return false;
  const keys = Object.keys(value);
  const same = (key) => Object.hasOwn(given, key) && isAlike(value[key], given[key], depth - 1);
  return keys.length === Object.keys(given).length && keys.every(same);
}

function kindOf(value) {
  if (value instanceof AsyncFunction) return 'async function';
  return value === null ? 'null' : typeof value;
}

function finish(thisRun, outcome, action) {
  if (thisRun !== run.current()) return; // not reported: given up before
  work.end(thisRun);
  run.end();
  debug?.endRun();
  if (thisRun.places.length > 0) {
    Object.assign(outcome, { places: thisRun.places, unread: [...thisRun.unread] });
  }
  if (thisRun.notices.length > 0) outcome.notices = thisRun.notices;
  outcome.undelivered = work.undelivered(thisRun);
  if (outcome.notices || outcome.event !== undefined) outcome.files = action?.files();
  send(outcome);
  serve();
}

// Compares ahead while Python works, unless Python would have to wait for the processor.
function serve() {
  for (;;) {
    while (hasProcessor && !hasUnreadCommands() && attempt(compareMore, false));
    const message = receive();
    // With nothing else on the stack, so that stacks end alike, whatever was done before.
    if (message.run) return void nextTick(begin, message);
    if (message.load) load(message);
    else if (message.compile) compileFiles(message);
    else if (message.debug) startDebugger(message.debug);
    else return void clean();
  }
}

// ---------------------------------------------------------------- untimely ends

// The event loop is empty: the Action waits for a timer, for an answer that is late, or in vain.
process.on('beforeExit', () => {
  if (network.refuseSilent()) return;
  const waitingFor = [...network.unanswered(), ...run.current().silenced];
  const stalled = time.nextDueMs() === undefined && waitingFor.length === 0;
  moveTo(time.nextDueMs() ?? null, stalled ? { stalled } : { timed_out: waitingFor });
});

// After the handler has returned, it is no matter of the Action's listeners.
const { emit } = process;
const { apply } = Reflect;
process.emit = function (name) {
  return (name === 'beforeExit' && work.emptied()) || apply(emit, this, arguments);
};

time.onWait(moveTo);

function moveTo(dueMs, otherwise = { timed_out: [] }) {
  if (run.current()?.hasReturned) return undefined; // no time is left for what nobody waits for
  if (dueMs === null || dueMs > time.nowMs()) {
    send({ wait_until_ms: dueMs, is_step: time.isNextOfPackage() });
    if (receive().give_up) return giveUp({ ...otherwise, timers: time.places() });
  }
  return time.fireDue();
}

function giveUp(outcome) {
  const given = run.current();
  time.dropTimers();
  network.dropRequests();
  setImmediate(() => finish(given, outcome));
}

process.on('uncaughtException', (thrown) => {
  if (isCleaning || run.isOfEndedTest(run.ofCaller())) return; // nobody is there to be told
  const late = run.current() === null || run.ofCaller() !== run.current();
  sayLast({ uncaught: describeError(thrown), late });
  reallyExit(7);
});

// What is still to be known of a run that ends with its process goes along.
function sayLast(words) {
  attempt(takeCoverage);
  const thisRun = run.current();
  if (thisRun !== null) {
    work.end(thisRun);
    Object.assign(words, { notices: thisRun.notices, undelivered: work.undelivered(thisRun) });
  }
  send(words);
}

// Tell who ended the process, and from where.
for (const name of ['exit', 'reallyExit', 'abort']) {
  const original = process[name];
  process[name] = function (...args) {
    const shown = args.map((argument) => inspect(argument)).join(', ');
    sayLast({ exit: `process.${name}(${shown})`, stack: wellFormed(new Error().stack) });
    if (name === 'abort') original(); // not reported: nothing is, after it
    reallyExit(Number(args[0] ?? process.exitCode ?? 0));
  };
}

require('./children.js');
require('./contexts.js');
syncBuiltinESMExports(); // so that ES modules import what stands in for Node.js's own

// Last, for it looks at what is there by now.
const { change, compareAgain, compareMore, expect, underWay, whileLoading } = require('./pristine.js');

aroundPackages(whileLoading);
let takeCoverage = () => {}; // only if asked for
if (coverageFd > 0) {
  const coverage = require('./coverage.js');
  coverage.start(coverageFd);
  takeCoverage = coverage.take;
  wire.beforeEnd(takeCoverage);
  beforeCompiling((source, file) => {
    expect(source);
    coverage.note(source, file);
  });
} else {
  beforeCompiling(expect);
}
send({ ready: process.version });
// V8 is slow with what it has not run yet, and until the first command there is time.
for (let turn = 0; hasProcessor && turn < 24 && !hasUnreadCommands(); turn += 1) {
  compareAgain();
  change();
}
serve();
