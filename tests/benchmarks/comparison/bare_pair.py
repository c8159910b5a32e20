"""The least that a blocking call from Node.js to Python can cost: one line of JSON each way."""

from __future__ import annotations

import json
import os
import subprocess
import time

from tests.benchmarks.comparison.running import BrokenCommandError, environment

_WARM_UP = 500

_CALLER = """\
const fs = require('node:fs');
const [inFd, outFd, count] = process.argv.slice(1).map(Number);
const chunk = Buffer.allocUnsafe(65536);
for (let number = 0; number < count; number++) {
  fs.writeSync(outFd, JSON.stringify({ call: 'cache.get', args: ['token'] }) + '\\n');
  let text = '';
  while (!text.endsWith('\\n')) text += chunk.toString('utf8', 0, fs.readSync(inFd, chunk));
  JSON.parse(text);
}
"""

_ANSWER = {
    "value": {"value": "t0ken", "expires_at": 1_735_690_500_000},
    "now_ms": 1_735_689_600_000,
}


def seconds_per_pair(node: str, count: int) -> float:
    """Return what one call and its answer take."""
    answers_in, answers = os.pipe()
    calls, calls_out = os.pipe()
    with subprocess.Popen(
        [node, "-e", _CALLER, str(answers_in), str(calls_out), str(_WARM_UP + count)],
        pass_fds=(answers_in, calls_out),
        env=environment(),
    ):
        os.close(answers_in)
        os.close(calls_out)
        for _ in range(_WARM_UP):
            _answer(calls, answers)
        started_s = time.perf_counter()
        for _ in range(count):
            _answer(calls, answers)
        taken_s = time.perf_counter() - started_s
    os.close(calls)
    os.close(answers)
    return taken_s / count


def _answer(calls: int, answers: int) -> None:
    line = b""
    while not line.endswith(b"\n"):
        part = os.read(calls, 65_536)
        if not part:
            raise BrokenCommandError("Node.js ended in the middle of its calls.")
        line += part
    json.loads(line)
    os.write(answers, json.dumps(_ANSWER).encode() + b"\n")
