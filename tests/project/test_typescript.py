from __future__ import annotations

import json
import subprocess

import pytest

from pytest_auth0_actions import ActionLoadError, LoadAction
from pytest_auth0_actions.node.find import find_node
from pytest_auth0_actions.project.typescript import is_typescript
from tests.conftest import WriteAction

TYPESCRIPT = [
    "const limit: number = 64;",
    "let names: string[];",
    "const cache: Map<string, number> = new Map();",
    "let either: string | undefined = undefined;",
    "const { a }: Options = read();",
    "const f = (event: Event, api: PostLoginAPI) => {};",
    "const f = async (event: Event): Promise<void> => {};",
    "exports.onExecutePostLogin = async (event, api: PostLoginAPI) => {};",
    "function f(a?: string) {}",
    "function f(...rest: string[]) {}",
    "function f(a = 1, b: number = 2) {}",
    "const f = ({ a, b }: Options) => a;",
    "function f(a): asserts b { }",
    "function first<T>(list) { return list[0]; }",
    "interface Options { a: string }",
    "export interface Options extends Base { a: string }",
    "type Name = string;",
    "export type Names<T> = T[];",
    "enum Plan { Free, Pro }",
    "const enum Plan { Free }",
    "declare const secret: string;",
    "abstract class A {}",
    "import type { Event } from './types';",
    "import fs = require('fs');",
    "const a = b as string;",
    "const a = f(b as Options);",
    "const a = { b: 1 } as const;",
    "const a = { b: 1 } satisfies Options;",
    "const a = b!.c;",
    "const a = f(b!);",
    "class A {\n  private count = 0;\n}",
    "class A {\n  readonly name;\n}",
]
BROKEN_JAVASCRIPT = [
    "const limit = ;",
    "const a = { b: c, d: e, f: g }; (",
    "f({ a: b, c: d }); }",
    "const a = b ? (c) : d => e; )",
    "const a = b ? f(c) : g; (",
    "switch (a) { case f(b): { break; } default: { } ",
    "switch (a) { case 'x': return b; case 'y': ",
    "import { a as b } from 'c'; (",
    "import * as a from 'b'; const = 1;",
    "export { a as b }; (",
    "export const handler = 1; (",
    "const a = 'const limit: number = 64;'; (",
    "// const limit: number = 64;\n(",
    "/* interface A { } */ (",
    "const a = `type A = ${b}`; (",
    "if (a != b) { (",
    "const a = !b; const c = !(d); (",
    "label: for (;;) { continue label; } (",
    "const f = async (event, api) => { ",
    "const type = 1, enum_ = 2; type = 3; (",
    "const { a: b, c: d = 1 } = e; (",
    "x.as = y; z.is = w; (",
    "a?.b?.[c] ?? d; (",
    "const a = { async b() {}, get c() { return 1; } }; (",
    "exports.onExecutePostLogin = async (event: ) => {};",
]


@pytest.mark.parametrize("source", TYPESCRIPT)
def test_typescript_is_told(source: str) -> None:
    assert is_typescript(source)
    assert is_typescript(f"const a = require('b');\n\n{source}\nconst c = {{ d: e, f: g }};\n")


@pytest.mark.parametrize("source", BROKEN_JAVASCRIPT)
def test_javascript_with_a_mistake_is_not_taken_for_it(source: str) -> None:
    assert not is_typescript(source)


def test_node_js_agrees() -> None:
    """All of the samples are no JavaScript; and TypeScript, where a Node.js can tell."""
    code = """
    const { stripTypeScriptTypes } = require('module');
    const isScript = (source) => { try { new (require('vm').Script)(source); return true; }
      catch { return false; } };
    const isModule = (source) => /^\\s*(import|export)\\b/.test(source);
    const isTyped = (source) => { try { stripTypeScriptTypes(source, { mode: 'transform' });
      return true; } catch { return false; } };
    const [typed, broken] = JSON.parse(require('fs').readFileSync(0));
    console.log(JSON.stringify([
      typed.filter((each) => isScript(each)), broken.filter((each) => isScript(each)),
      stripTypeScriptTypes ? broken.filter(isTyped) : [],
      stripTypeScriptTypes ? typed.filter((each) => !isTyped(each)) : [],
    ]));
    """
    told = subprocess.run(
        [find_node(None).path, "--no-warnings", "-e", code],
        input=json.dumps([TYPESCRIPT, BROKEN_JAVASCRIPT]).encode(),
        stdout=subprocess.PIPE,
        check=True,
    ).stdout
    assert json.loads(told) == [[], [], [], []]


@pytest.mark.parametrize("name", ["code.js", "code.cjs"])
def test_a_module_in_typescript_is_named(
    load_action: LoadAction, write_handler: WriteAction, write_action: WriteAction,
    name: str,
) -> None:  # fmt: skip
    module = write_action("let a: string = '';", f"module/{name}")
    with pytest.raises(ActionLoadError) as caught:
        load_action(write_handler("require('actions:m');"), modules={"m": module})
    assert caught.value.what_happened == "[A312] The Action is written in TypeScript."
    assert str(module) in caught.value.what_was_given
