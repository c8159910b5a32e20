'use strict';
// What node:vm makes a global object of has the test's clock and the test's chance, too.

const path = require('node:path');
const vm = require('node:vm');

const { installClock, nowMs } = require('./clock.js');
const { installChance, random } = require('./random.js');
const { replace } = require('./natives.js');

const { createContext, isContext, runInContext } = vm;
const filename = path.join(__dirname, 'contexts.js');
const installers = [
  { install: `(${installClock})`, source: nowMs, changed: ['Date', 'Intl', 'Reflect', 'WeakMap'] },
  { install: `(${installChance})`, source: random, changed: ['Math'] },
];

function contextOf(object, options) {
  const isNew = !isContextified(object);
  const context = createContext(object, options);
  for (const { install, source, changed } of isNew ? installers : []) {
    // What the object brings along is of another realm, and has the test's clock already.
    if (changed.some((name) => name in Object(object))) continue;
    runInContext(install, context, { filename })(source);
  }
  return context;
}

function isContextified(object) {
  return typeof object === 'object' && object !== null && isContext(object);
}

// The context of a run, some of whose options are the context's.
function contextOfRun(object, options) {
  const { contextName: name, contextOrigin: origin } = Object(options);
  const { contextCodeGeneration: codeGeneration, microtaskMode } = Object(options);
  try {
    return contextOf(object, { name, origin, codeGeneration, microtaskMode });
  } catch {
    return object; // what is wrong with it, the run says
  }
}

replace(vm, 'createContext', () => function createContext(object = {}, options = undefined) {
  return contextOf(object, options);
});
replace(vm, 'runInNewContext', (run) => function runInNewContext(code, object = {}, options) {
  return run(code, contextOfRun(object, options), options);
});
replace(vm.Script.prototype, 'runInNewContext', (run) => function runInNewContext(
  object = {}, options = undefined,
) {
  return run.call(this, contextOfRun(object, options), options);
});
