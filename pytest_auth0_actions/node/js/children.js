'use strict';
// Notes down which line starts a child process: what it does, nobody sees here.

const children = require('node:child_process');

const { replace } = require('./natives.js');
const { placeOf } = require('./places.js');
const { notice } = require('./run.js');

replace(children.ChildProcess.prototype, 'spawn', (spawn) => function ours(options) {
  notice('child_process', String(options?.file), placeOf(ours));
  return spawn.call(this, options);
});

for (const name of ['execFileSync', 'execSync', 'spawnSync']) {
  replace(children, name, (real) => function ours(file, ...rest) {
    notice('child_process', String(file), placeOf(ours));
    return real(file, ...rest);
  });
}
