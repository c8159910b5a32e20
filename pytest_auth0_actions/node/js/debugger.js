'use strict';
// Has a debugger attach to this process. Loaded only if that is asked for.

const inspector = require('node:inspector');

const { beforeEnd, send } = require('./wire.js');

const TEMPORARY = 'theScriptToStopIn';
let breaksAtStart = false;
let session = null; // that has set the breakpoint at the start

// Listens on loopback, and waits until a debugger is attached and has set its breakpoints.
function open({ port, brk }) {
  const { debugPort } = process;
  inspector.open(port, '127.0.0.1'); // which writes to stderr if the port is taken
  const url = inspector.url() ?? null; // not reported: Python kills it if the port is taken
  process.debugPort = debugPort; // an Action finds it as ever
  send({ debugger_url: url });
  if (url === null) return; // not reported: likewise
  beforeEnd(inspector.close); // Node.js does not end before the debugger has left
  inspector.waitForDebugger();
  breaksAtStart = brk;
  send({ debugger_attached: true });
}

// Has the debugger stop at the first line of a compiled file when that is first evaluated.
function stopIn(script) {
  if (!breaksAtStart) return;
  breaksAtStart = false;
  session = new inspector.Session();
  session.connect();
  session.post('Debugger.enable');
  globalThis[TEMPORARY] = script;
  session.post('Runtime.evaluate', { expression: TEMPORARY }, (error, { result }) => {
    session.post('Debugger.setBreakpointOnFunctionCall', result);
  });
  delete globalThis[TEMPORARY];
}

// Leaves only the breakpoints of the debugger.
function endRun() {
  session?.disconnect();
  session = null;
}

// Shows in the debugger's own console what the Action's console writes.
function show(text) {
  inspector.console.log(text.replace(/\n$/, ''));
}

module.exports = { endRun, open, show, stopIn };
