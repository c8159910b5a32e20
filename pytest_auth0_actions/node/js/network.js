'use strict';
// The network as an Action meets it: every connection ends in this process, where Node.js's own
// HTTP server reads the request and Python answers it. Only named hosts are really reached.

const http = require('node:http');
const https = require('node:https');
const net = require('node:net');
const tls = require('node:tls');
const { Duplex } = require('node:stream');

const run = require('./run.js');
require('./idle.js');
const time = require('./time.js');
const work = require('./work.js');
const { close, systemError } = require('./closed.js');
const { hop } = require('./hops.js');
const { mapSize } = require('./natives.js');
const { send } = require('./wire.js');

const { receive } = time;
const TLS_HANDSHAKE = 22;
const HTTP_REQUEST_LINE = /^[A-Z][A-Z-]* \S/;
const MAX_IDLE_LINKS = 64;

let allowed = []; // hosts, and their ports if not all, to which connections are real
const reached = new Map(); // the sockets of those
const links = new Map(); // the connections that end here, by the Action's socket
const requests = new Map(); // those that wait for an answer: what they are, by response

function allow(hosts) {
  allowed = hosts.map((text) => {
    const [, host, port] = net.isIPv6(text) ? [text, text] : /^\[?(.*?)\]?(?::(\d+))?$/.exec(text);
    return { host, port };
  });
}

// Whether a host is really reached: at this port, or, for the look-up of its name, at any.
function isAllowed(host, port) {
  return allowed.some(
    (each) => each.host === host && (!each.port || port === undefined || each.port === `${port}`)
  );
}

// ---------------------------------------------------------------- connections

// The far end of a connection; the near one is the Action's socket.
class Link extends Duplex {
  constructor(socket, host, port) {
    super({ allowHalfOpen: true });
    this.near = socket; // what an error of the connection is thrown at: TLS goes over it
    this.socket = socket;
    this.host = host;
    this.port = port;
    this.silent = true; // no request was read yet
    this.isSecure = false;
    this.opened = false;
    work.open(this);
  }

  take(chunk, done) {
    hop(() => {
      if (!this.destroyed) {
        if (!this.opened) this.open(chunk);
        this.push(chunk);
      }
      done();
    });
  }

  // The first bytes tell what is spoken here.
  open(chunk) {
    this.opened = true;
    if (chunk[0] === TLS_HANDSHAKE) {
      const secureContext = certificateOf(this.host)?.secureContext;
      const secure = new tls.TLSSocket(this, {
        isServer: true,
        secureContext,
        ALPNProtocols: ['http/1.1'],
        SNICallback: (name, done) => done(null, certificateAt(this.host, name)?.secureContext),
      });
      secure.link = this;
      secure.on('secure', () => server.emit('connection', secure));
      secure.on('error', () => refuse(this));
    } else if (HTTP_REQUEST_LINE.test(chunk.toString('latin1', 0, 32))) {
      this.link = this;
      server.emit('connection', this);
    } else {
      refuse(this);
    }
  }

  _read() {}

  _write(chunk, encoding, done) {
    hop(() => {
      if (!this.socket.destroyed) {
        this.socket._unrefTimer();
        if (this.request?.isResponded) work.deliver(this);
        this.socket.push(chunk);
      }
      done();
    });
  }

  _final(done) {
    hop(() => {
      if (!this.socket.destroyed) this.socket.push(null);
      done();
    });
  }

  _destroy(error, done) {
    links.delete(this.socket);
    hop(() => this.socket.destroy());
    done(error);
  }

  // Ends the connection as the world would.
  fail(error) {
    this.near.destroy(error);
    this.destroy();
  }
}

// Makes a socket of the Action's the near end.
function connectHere(socket, host, port) {
  const link = new Link(socket, host, port);
  links.set(socket, link);
  dropIdleLinks();
  const whenConnected = (act) => (socket.connecting ? socket.once('connect', act) : act());
  const address = net.isIP(host) ? host : '192.0.2.1';
  const family = net.isIP(address);
  socket.connecting = true;
  socket._host = host; // whom a certificate is checked against
  socket._peername = { address, family: `IPv${family}`, port };
  socket._read = () => {};
  socket._writev = null;
  socket._write = (chunk, encoding, done) => {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk;
    if (!link.isSecure) work.begin(link);
    socket._unrefTimer();
    whenConnected(() => link.take(bytes, done));
  };
  socket._final = (done) => {
    whenConnected(() => {
      hop(() => link.destroyed || link.push(null));
      done();
    });
  };
  const { _destroy } = socket;
  socket._destroy = (error, done) => {
    hop(() => link.destroy());
    _destroy.call(socket, error, done);
  };
  socket.ref = socket.unref = () => socket; // nothing here keeps the process alive
  hop(() => {
    if (socket.destroyed) return;
    if (address !== host) link.near.emit('lookup', null, address, family, host);
    socket.connecting = false;
    socket.emit('connect');
    socket.emit('ready');
    socket.read(0);
  });
}

// An agent that is never used again would hold its Action for good.
function dropIdleLinks() {
  const busy = new Set([...requests.values()].map(({ link }) => link));
  const idle = [...links.values()].filter((link) => !link.silent && !busy.has(link));
  for (const link of idle.slice(0, -MAX_IDLE_LINKS)) link.near.destroy();
}

const { connect: realConnect } = net.Socket.prototype;
net.Socket.prototype.connect = function connect(...args) {
  const [options, listener] = Array.isArray(args[0]) ? args[0] : net._normalizeArgs(args);
  const { host = 'localhost', port, path } = options;
  if (path ? isAllowed(path) : isAllowed(host, port)) {
    reached.set(this, { host: path ?? host, port });
    this.once('close', () => reached.delete(this));
    return realConnect.apply(this, args);
  }
  if (listener) this.once('connect', listener);
  if (path) {
    this.connecting = true;
    hop(() => this.destroy(systemError('connect', 'ECONNREFUSED', { address: path })));
    tellRefused('a connection to', path);
    return this;
  }
  connectHere(this, host, Number(port));
  return this;
};

const { connect: realTlsConnect } = tls;
tls.connect = function connect(...args) {
  const [given, listener] = net._normalizeArgs(args);
  const options = Object.assign({}, given, ...args.slice(1).filter((arg) => isObject(arg)));
  const { host = 'localhost', port, path } = options;
  if (options.socket ? !links.has(options.socket) : path || isAllowed(host, port)) {
    return realTlsConnect(options, listener);
  }
  const { timeout } = options.socket ? {} : options;
  options.socket ??= net.connect({ host, port });
  const link = links.get(options.socket);
  const certificate = certificateAt(link.host, options.servername);
  if (certificate) options.ca = certificate.authority;
  else hop(() => refuse(link, 'a TLS connection to'));
  delete options.secureContext;
  options.checkServerIdentity ??= (name, cert) => checkIdentity(link.host, name, cert);
  const secure = realTlsConnect(options, listener);
  if (timeout) secure.setTimeout(timeout);
  secure._peername = options.socket._peername;
  link.near = secure;
  link.isSecure = true;
  work.watchWrites(secure, link);
  return secure;
};

function isObject(value) {
  return typeof value === 'object' && value !== null;
}

// ---------------------------------------------------------------- certificates

const certificates = new Map();

// A certificate for `host` of the session's authority; null if none can be made.
function certificateOf(host) {
  if (!certificates.has(host)) {
    if (run.current() === null) return null; // not reported: nobody answers between two runs
    send({ certificate: host });
    const { authority, key, cert } = receive();
    const made = cert && { authority, secureContext: tls.createSecureContext({ key, cert }) };
    certificates.set(host, made || null);
  }
  return certificates.get(host);
}

// What a server shows: it has the name that it is reached by and no other, but at an address
// there may be a server of any name.
function certificateAt(host, name) {
  return certificateOf(net.isIP(host) && name ? name : host);
}

// Node.js 24.19 finds no address of IPv6 in any certificate; this one was made for it.
function checkIdentity(host, name, cert) {
  return net.isIPv6(name) && name === host ? undefined : tls.checkServerIdentity(name, cert);
}

// ---------------------------------------------------------------- requests

const asked = new Set(); // the "host:port" of each server that this test's requests went to

// What other servers find too long, or a header too many, is for the test's routes to judge.
const lenient = { maxHeaderSize: 2 ** 24, requireHostHeader: false };
const unhurried = { headersTimeout: 0, keepAliveTimeout: 0, requestTimeout: 0, timeout: 0 };
const server = Object.assign(http.createServer(lenient, hear), unhurried, { maxHeadersCount: 0 });
server.on('checkExpectation', hear);
server.on('clientError', (error, socket) => refuse(socket.link));
server.on('connect', (request, socket) => refuse(socket.link));

function hear(request, response) {
  const { link } = request.socket;
  link.silent = false;
  asked.add(`${link.host}:${link.port}`);
  work.hear(link, `${request.method} ${urlOf(request)}`, response);
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => ask(request, response, Buffer.concat(chunks)));
}

function ask(request, response, body) {
  const { link } = request.socket;
  const isLeft = work.isLeft(link);
  if (!isLeft && !work.isCurrent(link)) { // nobody is there any more to answer it
    return void fail(link, { syscall: 'read', code: 'ECONNRESET' }); // not reported: between runs
  }
  const url = urlOf(request);
  if (isLeft) work.noticeLeft(link);
  else work.sent(link);
  const { method, rawHeaders: headers } = request;
  send({ request: { method, url, headers }, left: isLeft, place: work.placeOf(link) }, body);
  const before = time.nowMs();
  const answer = receive();
  response.on('close', () => requests.delete(response));
  requests.set(response, { link, what: `${request.method} ${url}` });
  const delayMs = answer.delay_ms ?? 0;
  if (delayMs > 0) time.setTimeout(() => respond(link, response, answer), delayMs);
  else if (before !== time.nowMs()) waitForEarlierTimers(() => respond(link, response, answer));
  else respond(link, response, answer);
}

// A proxy is asked for a whole URL; anybody else for a path, or for `*`.
function urlOf({ url, socket: { link, encrypted } }) {
  if (/^[a-z]+:\/\//i.test(url)) return url;
  const host = net.isIPv6(link.host) ? `[${link.host}]` : link.host;
  const port = link.port === (encrypted ? 443 : 80) ? '' : `:${link.port}`;
  return `http${encrypted ? 's' : ''}://${host}${port}${url.startsWith('/') ? '' : '/'}${url}`;
}

// The test moved the clock while it answered: what was due before goes first.
function waitForEarlierTimers(act) {
  time.fireDue();
  hop(act);
}

function respond(link, response, answer) {
  link.request.isResponded = true;
  if (answer.status === undefined) {
    fail(link, answer);
    return;
  }
  response.sendDate = false;
  response.writeHead(answer.status, answer.reason, answer.headers);
  if (answer.cut) response.write(answer.body ?? '', () => hop(() => fail(link, answer.cut)));
  else response.end(answer.body);
}

// Ends a connection as the world would, or lets the Action wait forever.
function fail(link, { silent, hang_up: hangUp, ...failure }) {
  if (!silent) work.refuse(link);
  if (hangUp) link.end();
  else if (!silent) link.fail(errorOf(link, failure));
}

function errorOf({ host, port }, { syscall, code, message }) {
  if (!syscall) return Object.assign(new Error(message), { code });
  // What it tells of the place, if there was no connection yet.
  const places = { connect: { address: host, port }, getaddrinfo: { hostname: host } };
  return systemError(syscall, code, places[syscall], message);
}

// Has the test fail.
function tellRefused(kind, target, by = run.ofCaller()) {
  if (by !== null && (by === run.current() || run.isLeft(by))) send({ refused: kind, target });
}

close(isAllowed, tellRefused);

// Ends a connection over which no HTTP is spoken.
function refuse(link, kind = 'a connection to') {
  if (link.destroyed) return;
  tellRefused(kind, `${link.host}:${link.port}`, link.begun.run);
  fail(link, { syscall: 'connect', code: 'ECONNREFUSED' });
}

// Whether there were connections on which the Action waits for the other side to speak first. A
// client of HTTP may keep one ready that it has no request for.
function refuseSilent() {
  const isStuck = time.nextDueMs() === undefined && unanswered().length === 0;
  const isReady = ({ host, port }) => !isStuck && asked.has(`${host}:${port}`);
  const silent = [...links.values()].filter(
    (link) => link.silent && work.isCurrent(link) && !isReady(link)
  );
  silent.forEach((link) => refuse(link));
  return silent.length > 0;
}

// What the Action waits for.
function unanswered() {
  return [...requests.values()].filter(({ link }) => work.isCurrent(link)).map(({ what }) => what);
}

const ending = new Map(); // the Action's ends of connections whose listeners are still to be told

function drop({ near }) {
  if (!near.closed) {
    ending.set(near, true);
    near.once('close', () => ending.delete(near));
  }
  near.destroy();
}

// Ends what is under way.
function dropRequests() {
  for (const { link } of requests.values()) drop(link);
  requests.clear();
}

// Connections end with their test, also those that wait for a next request, and what TLS has
// learned of its servers goes.
function endTest() {
  dropRequests();
  asked.clear();
  for (const link of links.values()) drop(link);
  for (const socket of reached.keys()) socket.destroy();
  const { _sessionCache: sessions } = https.globalAgent;
  sessions.map = {};
  sessions.list = [];
}

// What of a test that is over is still closing; null if nothing is.
function closing() {
  return mapSize(reached) + mapSize(ending) > 0 ? 'a connection' : null;
}

module.exports = { allow, closing, dropRequests, endTest, refuseSilent, unanswered };
