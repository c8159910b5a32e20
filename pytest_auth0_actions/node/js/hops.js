'use strict';
// Bytes travel for one turn of the event loop, so that nobody is answered while still asking.

const { setImmediate } = require('./time.js').real;

let hops = 0;

function hop(arrive) {
  hops += 1;
  setImmediate(() => {
    hops -= 1;
    arrive();
  });
}

module.exports = { hop, hops: () => hops };
