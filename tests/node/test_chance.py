"""Random numbers of Actions: those of a test are the same in each session, and good ones."""

from __future__ import annotations

import json
import re
import subprocess

import httpx
import pytest
import respx

from pytest_auth0_actions import LoadAction
from pytest_auth0_actions.node.runtime import NodeRuntime
from tests.conftest import WriteAction

PROMISED = "const p = require('util').promisify;"
HEX = ".toString('hex')"

# Each draws something of at least 40 bits, as text.
DRAWS = {
    "Math.random": "Math.random()",
    "randomBytes": f"crypto.randomBytes(8){HEX}",
    "pseudoRandomBytes": f"crypto.pseudoRandomBytes(8){HEX}",
    "randomBytes, called back": f"(await p(crypto.randomBytes)(8)){HEX}",
    "randomFillSync": f"crypto.randomFillSync(Buffer.alloc(8)){HEX}",
    "randomFillSync of a part": f"crypto.randomFillSync(Buffer.alloc(12), 2, 8){HEX}",
    "randomFill": f"(await p(crypto.randomFill)(Buffer.alloc(8))){HEX}",
    "randomInt": "crypto.randomInt(2 ** 47)",
    "randomInt, called back": "await p(crypto.randomInt)(1000, 2 ** 47)",
    "randomUUID": "crypto.randomUUID()",
    "randomUUID of the web": "webcrypto.randomUUID()",
    "getRandomValues": "webcrypto.getRandomValues(new Uint32Array(2)).join()",
    "getRandomValues of node:crypto": "crypto.getRandomValues(new BigUint64Array(1)).join()",
    "a key of AES": f"crypto.generateKeySync('aes', {{ length: 128 }}).export(){HEX}",
    "a key of HMAC": f"(await p(crypto.generateKey)('hmac', {{ length: 64 }})).export(){HEX}",
    "a key of the web": "Buffer.from(await webcrypto.subtle.exportKey('raw', await webcrypto.subtle"
    f".generateKey({{ name: 'AES-GCM', length: 256 }}, true, ['encrypt']))){HEX}",
    "a key of HMAC of the web": "Buffer.from(await webcrypto.subtle.exportKey('raw', await "
    f"webcrypto.subtle.generateKey({{ name: 'HMAC', hash: 'SHA-256' }}, true, ['sign']))){HEX}",
    "an import": f"(await import('node:crypto')).randomBytes(8){HEX}",
    "a realm of its own": "require('vm').runInNewContext('Math.random()')",
    "a realm that was made before": "require('vm').runInContext('Math.random()', realm)",
    "a thread": "await new Promise((r) => new (require('worker_threads').Worker)('require("
    "`worker_threads`).parentPort.postMessage(Math.random() + crypto.randomUUID())', "
    "{ eval: true }).on('message', r))",
}
HEAD = (
    "const crypto = require('crypto'); const { webcrypto } = crypto;\n"
    f"{PROMISED} const realm = require('vm').createContext({{}});\n"
)


@pytest.mark.parametrize("how", DRAWS)
def test_a_test_draws_the_same_each_time(
    load_action: LoadAction, write_handler: WriteAction, _auth0_node: NodeRuntime, how: str
) -> None:
    """In the process of the test before, and in a new one; and never the same twice."""
    source = f"{HEAD}event.drawn = [];\n" + f"event.drawn.push(String({DRAWS[how]}));\n" * 3
    path = write_handler(source)

    def drawn() -> list[str]:
        found: list[str] = load_action(path).run({}).event["drawn"]
        return found

    first = drawn()
    assert len({*first, *drawn()}) == 6  # a second Action of the test draws on
    _auth0_node.end_test()
    assert drawn() == first
    _auth0_node.discard()
    assert drawn() == first


@pytest.mark.parametrize("other", [name for name in DRAWS if "thread" not in name])
def test_what_one_function_draws_depends_on_no_other(
    load_action: LoadAction, write_handler: WriteAction, _auth0_node: NodeRuntime, other: str
) -> None:
    draw = "crypto.randomInt(2 ** 47)" if other == "Math.random" else "Math.random()"
    if "realm" in other:
        draw = "crypto.randomUUID()"
    seen = []
    for before in ("", f"void ({DRAWS[other]});" * 5):
        _auth0_node.end_test()
        path = write_handler(f"{HEAD}{before} event.drawn = String({draw});")
        seen.append(load_action(path).run({}).event["drawn"])
    if "randomInt" not in other or draw == "Math.random()":
        assert seen[0] == seen[1]


def test_a_process_that_takes_over_draws_others(
    load_action: LoadAction, write_handler: WriteAction
) -> None:
    """A UUID that is stored before a crash must not come again."""
    action = load_action(
        write_handler("console.log(crypto.randomUUID()); if (event.crash) process.exit();")
    )
    seen = [action.run({}).logs, action.run({}).logs]
    for _ in range(2):
        with pytest.raises(Exception, match="ended its process"):
            action.run({"crash": True})
        seen.append(action.run({}).logs)
    assert len(set(seen)) == 4


def test_an_action_that_another_one_starts_draws_others(
    load_action: LoadAction, write_handler: WriteAction, http_mock: respx.MockRouter
) -> None:
    inner = load_action(write_handler("console.log(crypto.randomUUID());", "inner.js"))
    seen = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(inner.run().logs)
        return httpx.Response(200)

    http_mock.get().mock(side_effect=answer)
    outer = write_handler("console.log(crypto.randomUUID()); await fetch('http://a.test');")
    seen.append(load_action(outer).run().logs)
    assert len(set(seen)) == 2


STATISTICS = """
const crypto = require('crypto');
const bits = (n, draw) => { const counts = Array(n).fill(0);
  for (let i = 0; i < 4000 * n; i++) counts[draw()] += 1; return counts; };
event.counts = {
  random: bits(10, () => Math.floor(Math.random() * 10)),
  low: bits(8, () => Math.floor(Math.random() * 2 ** 53) % 8),
  int: bits(6, () => crypto.randomInt(6)),
  range: bits(3, () => crypto.randomInt(-1, 2) + 1),
  bytes: (() => { const c = Array(16).fill(0);
    for (const b of crypto.randomBytes(64000)) c[b & 15] += 1; return c; })(),
  web: (() => { const c = Array(16).fill(0);
    for (const b of crypto.webcrypto.getRandomValues(new Uint8Array(64000))) c[b >> 4] += 1;
    return c; })(),
};
const numbers = Array.from({ length: 5000 }, Math.random);
event.inside = numbers.every((each) => each >= 0 && each < 1);
event.distinct = new Set(numbers).size;
event.uuids = Array.from({ length: 50 }, () => crypto.randomUUID());
event.wide = [crypto.randomInt(0, 2 ** 48 - 1), crypto.randomInt(2 ** 53 - 5, 2 ** 53 - 1)];
"""


def test_they_are_spread_evenly(load_action: LoadAction, write_handler: WriteAction) -> None:
    """Each of many equally likely outcomes comes about 4,000 times: within 6 deviations."""
    event = load_action(write_handler(STATISTICS)).run({}).event
    for name, counts in event["counts"].items():
        assert len(counts) > 2
        assert all(abs(count - 4_000) < 6 * 4_000**0.5 for count in counts), name
    assert event["inside"] is True
    assert event["distinct"] == 5_000
    uuid = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
    assert all(re.fullmatch(uuid, each) for each in event["uuids"])
    assert len(set(event["uuids"])) == 50
    assert 2**53 - 5 <= event["wide"][1] < 2**53 - 1


# Calls that Node.js refuses, and some that it takes; `real` is Node.js's own.
ARGUMENTS = [
    "randomBytes()", "randomBytes('5')", "randomBytes(-1)", "randomBytes(2 ** 40)",
    "randomBytes(5, 5)", "randomBytes(5, null)", "randomBytes(0)", "randomBytes(2.9)",
    "randomFillSync()", "randomFillSync('x')", "randomFillSync(Buffer.alloc(4), 5)",
    "randomFillSync(Buffer.alloc(4), 1, 4)", "randomFillSync(Buffer.alloc(4), 'a')",
    "randomFillSync(Buffer.alloc(4), 1, null)", "randomFillSync(new Uint16Array(4), 3, 1)",
    "randomFillSync(new Uint16Array(4), 4, 1)", "randomFillSync(new DataView(new ArrayBuffer(3)))",
    "randomFillSync(new SharedArrayBuffer(3))", "randomFillSync(new Float64Array(2), 1)",
    "randomFill()", "randomFill(Buffer.alloc(3))", "randomFill(5, () => {})",
    "randomFill(null, () => {})", "randomFill(Buffer.alloc(3), 9, () => {})",
    "randomFill(Buffer.alloc(3), 1, 3, () => {})", "randomFill(Buffer.alloc(3), 1, 1, 5)",
    "randomFill(new DataView(new ArrayBuffer(3)), () => {})",
    "randomFill(new DataView(new ArrayBuffer(3)), 1, () => {})",
    "randomInt()", "randomInt(0)", "randomInt(-1)", "randomInt('5')", "randomInt(1.5)",
    "randomInt(5, 5)", "randomInt(5, 4)", "randomInt(0, 2 ** 48)", "randomInt(-(2 ** 53), 1)",
    "randomInt(1, 5, 5)", "randomInt(() => {})", "randomInt(1, '5', () => {})",
    "randomInt(0, () => {})", "randomInt(5, undefined)", "randomInt(1, 5, undefined)",
    "randomUUID(5)", "randomUUID({ disableEntropyCache: 5 })", "randomUUID(null)",
    "randomUUID({ disableEntropyCache: true })", "getRandomValues()", "getRandomValues([])",
    "getRandomValues(new Float32Array(1))", "getRandomValues(new Uint8Array(70000))",
    "webcrypto.getRandomValues(new DataView(new ArrayBuffer(1)))",
    "webcrypto.getRandomValues.call({}, new Uint8Array(1))", "webcrypto.randomUUID.call({})",
    "generateKeySync()", "generateKeySync('aes')", "generateKeySync('aes', { length: 5 })",
    "generateKeySync('des', { length: 64 })", "generateKeySync('hmac', { length: 4 })",
    "generateKeySync('hmac', { length: 9 })", "generateKey('aes', { length: 128 })",
    "generateKey('aes', { length: 5 }, () => {})", "generateKey('aes', { length: 128 }, 5)",
    "webcrypto.subtle.generateKey('AES-GCM', true, [])",
    "webcrypto.subtle.generateKey({ name: 'AES-GCM', length: 5 }, true, ['encrypt'])",
    "webcrypto.subtle.generateKey({ name: 'HMAC', hash: 'MD5' }, true, ['sign'])",
    "webcrypto.subtle.generateKey({ name: 'AES-GCM', length: 128 }, true, ['sign'])",
    "webcrypto.subtle.generateKey.call({}, {}, true, [])",
    "webcrypto.subtle.generateKey({ name: 'Ed25519' }, true, ['sign'])",
    "webcrypto.subtle.generateKey({ name: 'AES-CBC', length: 192 }, false, ['decrypt'])",
    "webcrypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-1', length: 40 }, true, ['verify'])",
]  # fmt: skip

SHAPES = """
const crypto = require('crypto');
const { inspect } = require('util');
const shapeOf = (value) => value === undefined || value === null ? String(value)
  : typeof value !== 'object' ? typeof value
  : [value.constructor.name, value.length, value.byteLength, value.symmetricKeySize,
     value.algorithm && Object.entries(value.algorithm).sort().map((each) => inspect(each)),
     value.usages, value.extractable, value.type];
const outcome = async (act) => {
  try {
    const made = act(crypto);
    return [made instanceof Promise, shapeOf(await made)];
  } catch (error) {
    return [error.name, error.code, error.message];
  }
};
event.seen = [];
for (const call of event.calls) {
  event.seen.push(await outcome(new Function('c', `return c.${call}`)));
}
event.names = Object.entries(crypto).filter(([, f]) => typeof f === 'function')
  .map(([key, { name, length }]) => [key, name, length]);
event.seen = JSON.parse(JSON.stringify(event.seen));
"""


def test_arguments_and_results_are_node_js_own(
    load_action: LoadAction, write_handler: WriteAction, _auth0_node: NodeRuntime
) -> None:
    event = load_action(write_handler(SHAPES)).run({"calls": ARGUMENTS}).event
    code = (
        f"const event = {{ calls: {json.dumps(ARGUMENTS)} }};"
        f"(async () => {{ {SHAPES}; console.log(JSON.stringify(event)); }})()"
    )
    node = _auth0_node.process().node.path
    real = json.loads(subprocess.run([node, "--no-warnings", "-e", code], stdout=-1).stdout)
    for call, ours, theirs in zip(ARGUMENTS, event["seen"], real["seen"], strict=True):
        assert (call, ours) == (call, theirs)
    assert event["names"] == real["names"]


def test_answers_come_in_the_order_of_the_calls(
    load_action: LoadAction, write_handler: WriteAction
) -> None:
    """Node.js leaves that to its threads."""
    source = """
    const crypto = require('crypto');
    const order = [];
    await Promise.all([9, 100000, 1, 50000, 2].map((bytes) => new Promise((resolve) => {
      crypto.randomBytes(bytes, () => resolve(order.push(bytes)));
    })));
    event.order = order;
    """
    for _ in range(3):
        event = load_action(write_handler(source)).run({}).event
        assert event["order"] == [9, 100_000, 1, 50_000, 2]


def test_only_the_part_that_was_asked_for_is_filled(
    load_action: LoadAction, write_handler: WriteAction
) -> None:
    source = """
    const { randomFillSync, randomFill } = require('crypto');
    const span = (numbers) => {
      const places = Array.from(numbers, (each, at) => (each ? at : -1)).filter((at) => at >= 0);
      return [places[0], places.at(-1)];
    };
    const whole = new Uint32Array(1000);
    randomFillSync(new Uint32Array(whole.buffer, 400, 500), 100, 300);
    const bytes = new Uint8Array(3000);
    await new Promise((resolve) => randomFill(bytes, 2000, 500, resolve));
    event.filled = [span(whole), span(bytes)];
    """
    whole, part = load_action(write_handler(source)).run({}).event["filled"]
    assert whole == [200, 499]
    assert 2_000 <= part[0] < 2_005
    assert 2_495 < part[1] < 2_500
