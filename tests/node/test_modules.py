"""The user's own files are fresh for each load of an Action; packages stay."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_auth0_actions import ActionError, LoadAction
from tests.conftest import WriteAction

COUNTER = "let count = 0; export const next = () => (count += 1); export default next;"


def seen(load_action: LoadAction, path: Any, times: int = 2) -> list[Any]:
    action = load_action(path)
    return [action.run({}).logs.strip() for _ in range(times)]


@pytest.mark.parametrize(
    ("name", "source", "body"),
    [
        ("lib/n.mjs", COUNTER, "const { next } = await import('./lib/n.mjs');"),
        ("lib/n.mjs", COUNTER, "const { default: next } = await import('./lib/n.mjs');"),
        ("lib/n.js", COUNTER, "const { next } = await import('./lib/n.js');"),
        (
            "lib/n.cjs",
            "let count = 0; exports.next = () => (count += 1);",
            "const { next } = await import('./lib/n.cjs');",
        ),
        (
            "lib/n.js",
            "let count = 0; exports.next = () => (count += 1);",
            "const { default: { next } } = await import('./lib/n.js');",
        ),
        (
            "lib/n.js",
            "let count = 0; exports.next = () => (count += 1);",
            "const { next } = require('./lib/n.js');",
        ),
    ],
)
def test_a_file_of_the_users_own_is_fresh_for_each_load(
    load_action: LoadAction, write_action: WriteAction, write_handler: WriteAction,
    name: str, source: str, body: str,
) -> None:  # fmt: skip
    write_action(source, name)
    path = write_handler(f"{body} console.log(next());")
    assert seen(load_action, path) == ["1", "2"]
    assert seen(load_action, path) == ["1", "2"]
    action = load_action(path)
    action.run({})
    action.restart()
    assert action.run({}).logs == "1\n"


def test_modules_import_one_another_and_are_made_once(
    load_action: LoadAction, write_action: WriteAction, write_handler: WriteAction
) -> None:
    write_action("import { b } from './b.mjs'; export function a() { return 'a' + b; }", "a.mjs")
    write_action(
        "import { a } from './a.mjs'; import { join } from 'node:path'; import c from './c.cjs';"
        "export const b = join('b', c.name) + (typeof a);",
        "b.mjs",
    )
    write_action("exports.name = 'c';", "c.cjs")
    path = write_handler(
        "const one = await import('./a.mjs'); const other = await import('./a.mjs');"
        "console.log(one.a(), one === other);"
    )
    assert load_action(path).run({}).logs == "ab/cfunction true\n"


def test_a_module_knows_where_it_is_and_imports_from_there(
    load_action: LoadAction, write_action: WriteAction, write_handler: WriteAction
) -> None:
    write_action(
        "export default [import.meta.url, import.meta.filename, (await import('./x.mjs')).x];",
        "lib/here.mjs",
    )
    write_action("export const x = 5;", "lib/x.mjs")
    path = write_handler("console.log(JSON.stringify((await import('./lib/here.mjs')).default));")
    folder = path.parent / "lib"
    assert load_action(path).run({}).logs == (
        f'["file://{folder}/here.mjs","{folder}/here.mjs",5]\n'
    )


def test_the_nearest_package_json_may_say_that_a_file_is_a_module(
    load_action: LoadAction, write_action: WriteAction, write_handler: WriteAction
) -> None:
    write_action('{"type": "module"}', "lib/package.json")
    write_action("globalThis.process; export {};", "lib/deep/m.js")
    write_action("globalThis.process;", "lib/deep/bare.js")
    write_action('{"name": "x"}', "other/package.json")
    write_action("module.exports = this === module.exports;", "other/c.js")
    path = write_handler(
        "console.log(Object.keys(await import('./lib/deep/m.js')).length,"
        " Object.keys(await import('./lib/deep/bare.js')).length,"
        " (await import('./other/c.js')).default);"
    )
    assert load_action(path).run({}).logs == "0 0 true\n"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("await import('./gone.mjs');", "Cannot find module"),
        ("await import('not-installed');", "Cannot find package 'not-installed'"),
        ("await import('./bad.mjs');", "Unexpected end of input"),
        ("await import('./throws.mjs');", "mine"),
        ("await import('./wrong.mjs');", "does not provide an export named 'y'"),
    ],
)
def test_what_goes_wrong_in_an_import_is_an_error_of_the_actions(
    load_action: LoadAction, write_action: WriteAction, write_handler: WriteAction,
    body: str, message: str,
) -> None:  # fmt: skip
    write_action("export {", "bad.mjs")
    write_action("throw new Error('mine');", "throws.mjs")
    write_action("import { y } from './x.mjs';", "wrong.mjs")
    write_action("export const x = 1;", "x.mjs")
    with pytest.raises(ActionError, match=message):
        load_action(write_handler(body)).run({})
    caught = write_handler(f"try {{ {body} }} catch (error) {{ console.log('caught'); }}", "c.js")
    assert load_action(caught).run({}).logs == "caught\n"


def test_packages_and_modules_of_node_are_imported_as_they_are(
    load_action: LoadAction, write_action: WriteAction, write_handler: WriteAction
) -> None:
    write_action(
        '{"name": "counter", "exports": {"import": "./m.mjs", "require": "./c.js"}}',
        "node_modules/counter/package.json",
    )
    write_action(COUNTER, "node_modules/counter/m.mjs")
    write_action("exports.next = () => 'required';", "node_modules/counter/c.js")
    write_action('{"answer": 42}', "data.json")
    path = write_handler(
        "const { next } = await import('counter'); const fs = await import('node:fs');"
        "const data = await import('./data.json', { with: { type: 'json' } });"
        "console.log(next(), require('counter').next(), fs.default === require('fs'),"
        " data.default.answer);"
    )
    assert seen(load_action, path, times=1) == ["1 required true 42"]
    assert seen(load_action, path, times=1) == ["2 required true 42"]


def test_no_warning_of_ours_reaches_the_action(
    load_action: LoadAction, write_action: WriteAction, write_handler: WriteAction
) -> None:
    write_action("export const x = 1;", "x.mjs")
    path = write_handler(
        "process.on('warning', (warning) => console.log(warning.name));"
        "await import('./x.mjs'); await new Promise((done) => setImmediate(done));"
    )
    assert load_action(path).run({}).logs == ""
