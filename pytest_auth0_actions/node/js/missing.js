'use strict';
// Tells which names of an object are read that it does not have, and of secrets, which of them an
// Action asks for by `name in secrets`.

const { notice } = require('./run.js');
const { callerOf } = require('./places.js');
const { makeStandIn, watch } = require('./standins.js');
const { attempt } = require('./wire.js');

// What npm packages ask any object for is no name of a secret's.
const SECRET_NAME = /^[A-Z][A-Z0-9_]*$/;

const standIns = Object.create(null); // by kind and path

function standInOf(kind, path) {
  const isSecret = kind === 'missing_secret';
  return (standIns[`${kind} ${path}`] ??= makeStandIn(onMiss, isSecret ? onAsked : undefined));

  function onMiss(object, name) {
    // Promises and JSON.stringify() ask any object for theirs.
    const isAskedOfAll = typeof name === 'symbol' || name === 'then' || name === 'toJSON';
    if (!isAskedOfAll) attempt(() => tell(kind, name, onMiss));
  }

  function onAsked(name) {
    if (typeof name !== 'symbol') attempt(() => tell('asked_secret', name, onAsked));
  }

  function tell(what, name, inner) {
    const { place, isOwn } = callerOf(inner);
    if (place !== null && (isOwn || !isSecret || SECRET_NAME.test(name))) {
      notice(what, `${path}.${name}`, place);
    }
  }
}

// `kind` is that of the notice, and `path` how an Action writes the object.
function watchMissing(object, kind, path) {
  return watch(object, standInOf(kind, path));
}

module.exports = { watchMissing };
