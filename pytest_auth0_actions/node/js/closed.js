'use strict';
// Closes the ways round a connection: look-ups of names, datagrams, and worker threads. A thread
// has no network at all; it runs this file before its own.

const dgram = require('node:dgram');
const dns = require('node:dns');
const net = require('node:net');
const os = require('node:os');
const threads = require('node:worker_threads');

const { setSize } = require('./natives.js');
const { drawSeed, reseed } = require('./random.js');

const NAME_ERRORS = { EAI_AGAIN: 3001, ENOTFOUND: 3008 };

// An error as the system's; `place` is what it tells of where, and `more` ends its text.
function systemError(syscall, code, place = {}, more = '') {
  const parts = [syscall, code, Object.values(place).join(':'), more];
  const error = new Error(parts.filter(Boolean).join(' '));
  const errno = -(os.constants.errno[code] ?? NAME_ERRORS[code]);
  return Object.assign(error, { errno, code, syscall }, place);
}

// What is tried and not allowed, `refuse(kind, target)` is told of.
function close(isAllowed, refuse) {
  closeLookups(dns, false, isAllowed, refuse);
  closeLookups(dns.promises, true, isAllowed, refuse);
  closeLookups(dns.Resolver.prototype, false, isAllowed, refuse);
  closeLookups(dns.promises.Resolver.prototype, true, isAllowed, refuse);
  closeDatagrams('connect', 0, isAllowed, refuse);
  closeDatagrams('send', 1, isAllowed, refuse);
  closeThreads(refuse);
}

function closeLookups(functions, isPromise, isAllowed, refuse) {
  for (const name of Object.keys(functions)) {
    if (!/^(lookup|lookupService|resolve\w*|reverse)$/.test(name)) continue;
    const original = functions[name];
    functions[name] = function (hostname, ...rest) {
      const callback = rest.at(-1);
      const isAddress = name === 'lookup' && net.isIP(hostname) > 0;
      const isCalledBack = isPromise || isFunction(callback);
      if (isAddress || !isCalledBack || isAllowed(hostname)) {
        return original.call(this, hostname, ...rest); // which throws, if nobody is called back
      }
      refuse('a look-up of', hostname);
      const syscall = name === 'lookup' ? 'getaddrinfo' : name;
      const error = systemError(syscall, 'ENOTFOUND', { hostname });
      if (isPromise) return Promise.reject(error);
      process.nextTick(callback, error);
      return undefined;
    };
  }
}

// connect(port[, address][, callback]), and send(msg[, offset, length][, port][, address][, callback])
function closeDatagrams(name, first, isAllowed, refuse) {
  const original = dgram.Socket.prototype[name];
  dgram.Socket.prototype[name] = function (...args) {
    const callback = args.find(isFunction);
    const given = args.slice(typeof args[3] === 'number' ? 3 : first);
    const [port, address = 'localhost'] = given.filter((arg) => !isFunction(arg));
    if (isAllowed(address, port)) return original.apply(this, args);
    refuse('a datagram to', `${address}:${port}`);
    const error = systemError(name, 'ECONNREFUSED', { address, port });
    process.nextTick(() => (callback ? callback(error) : this.emit('error', error)));
    return undefined;
  };
}

function isFunction(value) {
  return typeof value === 'function';
}

// ---------------------------------------------------------------- threads

const running = new Set(); // the threads that have not ended
const awaited = new WeakSet(); // those that a run has waited for
const TELL = Symbol('tell');
const POLL_MS = 5;
const MAX_POLLS = 200;
const { setTimeout } = globalThis; // in real time, as threads are

function closeThreads(refuse) {
  threads.Worker = class Worker extends threads.Worker {
    #tried;

    constructor(file, options = {}) {
      const { port1, port2 } = new threads.MessageChannel();
      super(file, {
        ...options,
        execArgv: ['--require', __filename, ...(options.execArgv ?? [])],
        workerData: { tried: port2, seed: drawSeed(), given: options.workerData },
        transferList: [port2, ...(options.transferList ?? [])],
      });
      this.#tried = port1;
      running.add(this);
    }

    [TELL]() {
      while (#tried in this) {
        const tried = threads.receiveMessageOnPort(this.#tried);
        if (!tried) break;
        refuse(...tried.message);
      }
    }

    // What a thread has tried is told before anything else that the Action hears of it.
    emit(...args) {
      this[TELL]();
      if (args[0] === 'exit') running.delete(this);
      return super.emit(...args);
    }
  };
}

// Waits a moment for the threads that a run has left, once for each, and tells what they try
// meanwhile.
function settleThreads(done, polls = 0) {
  let isWaiting = false;
  running.forEach((thread) => {
    if (awaited.has(thread)) return;
    thread[TELL]();
    if (polls < MAX_POLLS) isWaiting = true;
    else awaited.add(thread);
  });
  if (isWaiting) setTimeout(settleThreads, POLL_MS, done, polls + 1);
  else done();
}

if (!threads.isMainThread) {
  const { tried, seed, given } = threads.workerData;
  reseed(seed);
  const refuse = (kind, target) => {
    tried.postMessage([kind.replace(/^a (?!worker)/, "a worker thread's "), target]);
  };
  threads.workerData = given;
  close(() => false, refuse);
  net.Socket.prototype.connect = function connect(...args) {
    const [{ host = 'localhost', port, path }] = Array.isArray(args[0]) ? args[0] : net._normalizeArgs(args);
    this.connecting = true;
    refuse('a connection to', path ?? `${host}:${port}`);
    const place = path ? { address: path } : { address: host, port };
    process.nextTick(() => this.destroy(systemError('connect', 'ECONNREFUSED', place)));
    return this;
  };
}

module.exports = { close, settleThreads, systemError, threads: () => setSize(running) };
