'use strict';
// The `api` that an Action gets: forwards each call to Python, which holds every rule of Auth0's.

const path = require('node:path');
const vm = require('node:vm');
const { types } = require('node:util');

const { watchMissing } = require('./missing.js');
const { receive } = require('./time.js');
const { placeOf } = require('./places.js');
const { watchReads } = require('./results.js');
const { current, hasReturned, isLeft, noticeOf } = require('./run.js');
const { encode, send } = require('./wire.js');

// What a method gives back, by its kind; `sent` is the call, which gives the value or throws.
const RETURNS = {
  value: (sent) => `return ${sent};`,
  api: (sent) => `${sent}; return api;`,
  nothing: (sent) => `${sent};`,
  promise: (sent) => `try { return Promise.resolve(${sent}); } catch (error) { return Promise.reject(error); }`,
};

// Makes what makes the api of one run, from [member, kind] pairs: an object of namespaces of
// methods, as the source of one.
function apiMaker(members) {
  const methods = members.map(([member, kind], at) => {
    const [namespace, name] = member.split('.');
    const variable = `method${at}`;
    const body = RETURNS[kind](`forward(thisRun, '${member}', args, ${variable})`);
    return { namespace, name, variable, source: `{ ${name}(...args) { ${body} } }.${name}` };
  });
  const namespaces = [...new Set(methods.map(({ namespace }) => namespace))].map((namespace) => {
    const own = methods.filter((each) => each.namespace === namespace);
    return `${namespace}: { ${own.map(({ name, variable }) => `${name}: ${variable}`)} }`;
  });
  const source = [
    ...methods.map((each) => `const ${each.variable} = ${each.source};`),
    `const api = { ${namespaces} };`,
    'return api;',
  ];
  return vm.compileFunction(source.join('\n'), ['thisRun', 'forward'], {
    filename: path.join(__dirname, 'api.js'),
  });
}

const apiMakers = new Map();

function apiMakerOf(members) {
  const key = members.join();
  if (!apiMakers.has(key)) {
    const make = apiMaker(members);
    apiMakers.set(key, (...args) => watchMembers(make(...args)));
  }
  return apiMakers.get(key);
}

function watchMembers(api) {
  watchMissing(api, 'missing_member', 'api');
  for (const [name, namespace] of Object.entries(api)) {
    watchMissing(namespace, 'missing_member', `api.${name}`);
  }
  return api;
}

function forward(thisRun, member, args, method) {
  if (isLeft(thisRun)) noticeOf(current(), 'left_call', `api.${member}`, placeOf(method));
  if (thisRun !== current()) return undefined;
  if (hasReturned(thisRun)) noticeOf(thisRun, 'late_call', `api.${member}`, placeOf(method));
  return call(member, args, method);
}

// Whether to read a value is to run code of the Action's, which may never come to an end.
function runsCode(value, depth = 0) {
  if (typeof value !== 'object' || value === null || depth > 3) return false;
  if (types.isProxy(value)) return true;
  return Object.values(Object.getOwnPropertyDescriptors(value)).some(
    ({ get, value: inner }) => get !== undefined || runsCode(inner, depth + 1),
  );
}

function call(member, args, method) {
  if (args.some((argument) => runsCode(argument))) {
    send({ reads_arguments_of: member, place: placeOf(method) });
  }
  const place = current().withPlaces ? placeOf(method) : undefined;
  send({ call: member, args: args.map((argument) => encode(argument)), place });
  const { value, thrown, edits, watch: number, reads } = receive();
  edits?.forEach((edit) => applyEdit(current(), ...edit));
  if (number !== undefined) current().places.push([number, placeOf(method)]);
  if (reads) {
    const { unread } = current();
    unread.add(number);
    return watchReads(value, reads, () => unread.delete(number));
  }
  if (thrown === undefined) return value;
  const error = new { Error, TypeError }[thrown.name](thrown.message);
  // As Node.js does: the code stands in the stack's first line, and not in the name.
  if (thrown.code) error.name = `${thrown.name} [${thrown.code}]`;
  Error.captureStackTrace(error, method);
  void error.stack;
  delete error.name;
  if (thrown.code) error.code = thrown.code;
  throw error;
}

// Puts into the Action's own event what a method has changed there; without a value, it is gone.
function applyEdit({ event }, keys, value) {
  const name = `event.${keys.join('.')}`;
  const last = keys.pop();
  const place = keys.reduce((object, key) => {
    if (typeof object[key] !== 'object' || object[key] === null) object[key] = {};
    return object[key];
  }, event);
  if (value === undefined) delete place[last];
  else place[last] = value;
  if (name === 'event.transaction.metadata') watchMissing(value, 'missing_name', name);
}

module.exports = { apiMakerOf, forward };
