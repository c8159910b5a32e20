'use strict';
// Tells which names of an object are read that it does not have.

const { notice } = require('./run.js');
const { callerOf } = require('./places.js');
const { makeStandIn, watch } = require('./standins.js');
const { attempt } = require('./wire.js');

// What npm packages ask any object for is no name of a secret's.
const SECRET_NAME = /^[A-Z][A-Z0-9_]*$/;

const standIns = Object.create(null); // by kind and path

function standInOf(kind, path) {
  return (standIns[`${kind} ${path}`] ??= makeStandIn(onMiss));

  function onMiss(object, name) {
    // Promises and JSON.stringify() ask any object for theirs.
    const isAskedOfAll = typeof name === 'symbol' || name === 'then' || name === 'toJSON';
    if (!isAskedOfAll) attempt(() => tell(name));
  }

  function tell(name) {
    const { place, isOwn } = callerOf(onMiss);
    if (place !== null && (isOwn || kind !== 'missing_secret' || SECRET_NAME.test(name))) {
      notice(kind, `${path}.${name}`, place);
    }
  }
}

// `kind` is that of the notice, and `path` how an Action writes the object.
function watchMissing(object, kind, path) {
  return watch(object, standInOf(kind, path));
}

module.exports = { watchMissing };
