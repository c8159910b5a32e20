"""What console shows of values: as a plain Node.js does, with nothing of ours in it."""

from __future__ import annotations

import json
import re
import subprocess

import pytest

from pytest_auth0_actions import LoadAction
from pytest_auth0_actions.node.runtime import NodeRuntime
from tests.conftest import WriteAction

# What has no instant and no number in it that depends on the process.
VALUES = {
    "a resolved promise": "Promise.resolve(1)",
    "a pending promise": "new Promise(() => {})",
    "the promise of an async function": "(async () => 'a')()",
    "a handled rejection": (
        "(() => { const p = Promise.reject(1); p.catch(() => {}); return p; })()"
    ),
    "a promise of a class": "new (class Later extends Promise {})(() => {})",
    "a promise that was chained": "Promise.resolve({ a: [1] }).then((value) => value)",
    "all of several promises": "Promise.all([1, Promise.resolve(2)])",
    "symbols of a promise": "Reflect.ownKeys(Object.assign({}, Promise.resolve(1)))",
    "a signal": "AbortSignal.timeout(5)",
    "a controller": "new AbortController()",
    "Date": "Date",
    "a date": "new Date(0)",
    "a class of dates": "new (class Day extends Date {})(0)",
    "File": "new File(['a'], 'a.txt', { type: 'text/plain', lastModified: 5 })",
    "functions of chance": "[Math.random, require('crypto').randomBytes, crypto.randomUUID]",
    "timers": "[setTimeout, clearTimeout, setImmediate]",
}
WITH_NUMBERS = {
    "a timeout": "setTimeout(function late(a) {}, 5, 'a')",
    "a timeout that was cleared": "(() => { const t = setTimeout(() => {}, 7); clearTimeout(t); "
    "return t; })()",
    "an interval": "setInterval(() => {}, 9).unref()",
    "a timeout with a number": "(() => { const t = setTimeout(() => {}, 6); +t; return t; })()",
    "an immediate": "setImmediate((b) => {}, 'b')",
}


def plain(runtime: NodeRuntime, values: list[str]) -> list[str]:
    """Return what a Node.js without us shows."""
    shown = ", ".join(f"inspect({value})" for value in values)
    code = f"const {{ inspect }} = require('util'); console.log(JSON.stringify([{shown}]))"
    node = runtime.process().node.path
    output = subprocess.run([node, "-e", code + "; process.exit()"], stdout=-1, check=True).stdout
    texts: list[str] = json.loads(output)
    return texts


@pytest.mark.parametrize("kind", [VALUES, WITH_NUMBERS], ids=["values", "timers"])
def test_values_are_shown_as_a_plain_node_js_shows_them(
    load_action: LoadAction,
    write_handler: WriteAction,
    _auth0_node: NodeRuntime,
    kind: dict[str, str],
) -> None:
    logs = "\n".join(f"console.log({value}); console.log('--');" for value in kind.values())
    ended = load_action(write_handler(logs)).run().logs
    shown = ended.removesuffix("\n--\n").split("\n--\n")
    expected = plain(_auth0_node, list(kind.values()))
    if kind is WITH_NUMBERS:
        shown, expected = [
            [_without_numbers(text) for text in texts] for texts in (shown, expected)
        ]
    assert dict(zip(kind, shown, strict=True)) == dict(zip(kind, expected, strict=True))


def _without_numbers(text: str) -> str:
    return re.sub(r"(_idleStart|asyncId\)\]?|triggerId\)\]?): \d+", r"\1: N", text)


def test_a_timer_is_shown_in_colors_on_request(
    load_action: LoadAction, write_handler: WriteAction
) -> None:
    source = """
    const { inspect, stripVTControlCharacters } = require('util');
    const timer = setTimeout(() => {}, 5);
    const [plain, colored] = [{}, { colors: true }].map((options) => inspect(timer, options));
    event.seen = [colored === plain, stripVTControlCharacters(colored) === plain];
    """
    assert load_action(write_handler(source)).run({}).event["seen"] == [False, True]


DATES = """
  const nativeText = (f) => Function.prototype.toString.call(f);
  const late = new Date();
  event.result = {
    isProxy: require('util').types.isProxy(Date), isDate: require('util').types.isDate(late),
    name: Date.name, length: Date.length, text: nativeText(Date), now: nativeText(Date.now),
    text_of_text: nativeText(Function.prototype.toString), string: String(Date),
    keys: Reflect.ownKeys(Date).map(String),
    prototype: Object.getPrototypeOf(Date) === Function.prototype,
    constructor: Date.prototype.constructor === Date, of_instance: late.constructor === Date,
    instance: late instanceof Date, clone: structuredClone(late) instanceof Date,
    copy: structuredClone(late).getTime() === late.getTime(),
    tag: Object.prototype.toString.call(late),
    called: typeof Date(), parsed: Date.parse('1970-01-01T00:00:01Z'), utc: Date.UTC(1970, 0, 1),
    writable: Object.getOwnPropertyDescriptor(Date, 'prototype').writable,
    invalid: String(new Date(undefined)),
    extended: new (class extends Date { a() { return 1; } })().a(),
    format: (() => { const f = new Intl.DateTimeFormat(); return f.format === f.format; })(),
    file: [File.name, File.length, new File([], 'a') instanceof Blob,
      File.prototype.constructor === File],
    parts: [(f) => f.name, (f) => f.length, nativeText].map((look) =>
      look(Intl.DateTimeFormat.prototype.formatToParts)),
    stamp: nativeText(Object.getOwnPropertyDescriptor(Event.prototype, 'timeStamp').get).length,
  };
"""


def test_what_stands_for_date_and_others_is_as_they_are(
    load_action: LoadAction, write_handler: WriteAction, _auth0_node: NodeRuntime
) -> None:
    result = load_action(write_handler(DATES)).run({}).event["result"]
    code = f"const event = {{}}; {DATES}; console.log(JSON.stringify(event.result))"
    node = _auth0_node.process().node.path
    output = subprocess.run([node, "-e", code], stdout=-1, check=True).stdout
    assert result == json.loads(output)


def test_a_shown_error_ends_where_the_action_does(
    load_action: LoadAction, write_handler: WriteAction
) -> None:
    """With no line of ours or of the Node.js below, the same in a process's first run and later."""
    path = write_handler(
        "const error = new Error('a', { cause: new RangeError('b') }); error.code = 'A';\n"
        "console.log(error);"
    )
    action = load_action(path)
    first, second = action.run().logs, action.run().logs
    at = f"at exports.onExecutePostUserRegistration ({path}"
    assert [line.strip() for line in first.splitlines()] == [
        "Error: a",
        f"{at}:2:17) {{",
        "code: 'A',",
        "[cause]: RangeError: b",
        f"{at}:2:41)",
        "}",
    ]
    assert "node:" not in first
    assert second == first
