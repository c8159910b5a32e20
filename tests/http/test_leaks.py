"""After a test no thread, socket or file is left, neither here nor in Node.js."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import STRICT_INI

TESTS = 200

# Asks over connections that are kept, by an agent of its own and by Node.js's; and tells what its
# process holds.
ACTION = """
const fs = require('fs');
const https = require('https');
const v8 = require('v8');
const vm = require('vm');
const agent = new https.Agent({ keepAlive: true });
agent.payload = Buffer.alloc(1000000);
v8.setFlagsFromString('--expose-gc');

exports.onExecutePostUserRegistration = async (event) => {
  const get = (path) => new Promise((resolve) => {
    const request = https.get(`https://api.test/${path}`, { agent }, (response) => {
      response.on('data', () => {}).on('end', resolve).on('error', resolve);
    });
    request.on('error', resolve);
  });
  await Promise.all([get('a'), get('b'), fetch('https://api.test/c')]);
  if (!event.looks) return;
  vm.runInNewContext('gc')();
  const { heapUsed, external } = process.memoryUsage();
  event.seen = {
    fds: fs.readdirSync('/proc/self/fd').length,
    threads: fs.readdirSync('/proc/self/task').length,
    bytes: heapUsed + external,
    pid: process.pid,
  };
};
"""

PROJECT = """
import json
import os
import pathlib

import pytest

from tests.conftest import STRICT_INI

@pytest.mark.parametrize("number", range({tests}))
def test_it(load_action, http_mock, number):
    http_mock.get(host="api.test").respond(json={{"number": number}})
    looks = number in {looks}
    node = load_action("code.js").run({{"looks": looks}}).event.get("seen")
    if not looks:
        return
    here = {{
        "fds": len(os.listdir("/proc/self/fd")),
        "threads": len(os.listdir("/proc/self/task")),
    }}
    with pathlib.Path("seen.jsonl").open("a", encoding="utf-8") as file:
        print(json.dumps({{"here": here, "node": node}}), file=file)
"""


@pytest.mark.slow
def test_two_hundred_tests_hold_no_more_than_a_few(pytester: pytest.Pytester) -> None:
    pytester.makeini(STRICT_INI)
    (pytester.path / "code.js").write_text(ACTION, encoding="utf-8")
    pytester.makepyfile(PROJECT.format(tests=TESTS, looks=(9, TESTS // 2, TESTS - 1)))
    result = pytester.runpytest_subprocess("-q")
    result.assert_outcomes(passed=TESTS)
    lines = Path(pytester.path / "seen.jsonl").read_text(encoding="utf-8").splitlines()
    seen: list[dict[str, Any]] = [json.loads(line) for line in lines]
    early, _, last = seen
    assert len({each["node"].pop("pid") for each in seen}) == 1
    assert last["here"] == early["here"]
    _, bytes_half, bytes_last = (each["node"].pop("bytes") for each in seen)
    assert last["node"] == early["node"]
    # Connections may be kept from test to test, and Actions with them, but not a hundred.
    assert bytes_last < bytes_half + 20_000_000
