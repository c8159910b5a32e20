'use strict';
// Runs a program that says itself what of it was run, and writes down what V8 has counted.

const fs = require('node:fs');
const vm = require('node:vm');
const { Session } = require('node:inspector');

const session = new Session();
session.connect();
session.post('Profiler.enable');
session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });

const seen = new Set();
const turns = new Map();

function turn(line) {
  turns.set(line, (turns.get(line) ?? -1) + 1);
  return turns.get(line);
}

const world = {
  hit: (line) => seen.add(`${line}`),
  when: (line, every) => {
    const is = turn(line) % every === 0;
    seen.add(`${line} ${is}`);
    return is;
  },
  later: async (line, every) => world.when(line, every),
  left: (line, every) => {
    const is = turn(line) % every === 0;
    if (is) seen.add(`${line} right`);
    return is;
  },
  pick: (line, cases) => {
    const chosen = turn(line) % (cases + 1);
    seen.add(`${line} ${chosen === cases ? 'none' : chosen}`);
    return chosen;
  },
};

async function main() {
  const source = fs.readFileSync(0, 'utf8');
  const run = vm.compileFunction(source, Object.keys(world), { filename: '/program.js' });
  await run(...Object.values(world));
  session.post('Profiler.takePreciseCoverage', (error, { result }) => {
    const { functions } = result.find(({ url }) => url === 'file:///program.js');
    const ranges = functions.flatMap((each) => each.ranges);
    const flat = ranges.flatMap(({ startOffset, endOffset, count }) => [startOffset, endOffset, count]);
    console.log(JSON.stringify({ seen: [...seen], ranges: flat }));
  });
}

main();
