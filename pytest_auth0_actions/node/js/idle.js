'use strict';
// A socket's own time-out is a timer like any other; Node.js would count it in real time.

const net = require('node:net');

const time = require('./time.js');

const idle = new WeakMap();

net.Socket.prototype.setTimeout = function setTimeout(timeoutMs, callback) {
  if (this.destroyed) return this;
  idle.get(this)?.close();
  idle.delete(this);
  this.timeout = timeoutMs;
  if (callback !== undefined) {
    if (timeoutMs === 0) this.removeListener('timeout', callback);
    else this.once('timeout', callback);
  }
  if (timeoutMs > 0) {
    const expire = () => !this.destroyed && this.emit('timeout');
    idle.set(this, time.setTimeout(expire, timeoutMs));
  }
  return this;
};

net.Socket.prototype._unrefTimer = function () {
  for (let socket = this; socket; socket = socket._parent) idle.get(socket)?.refresh();
};
