"""ES modules, written as CommonJS: run in Node.js, they export what they exported."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

from pytest_auth0_actions.node.find import find_node
from pytest_auth0_actions.project.javascript.commonjs import decorator_in, to_commonjs

# What the modules of the tests import.
MODULES = """{
  plans: { free: 0, gold: 5, default: 'no default' },
  compiled: Object.defineProperty({ default: 'its default', a: 1 }, '__esModule', { value: true }),
  function: Object.assign(() => 'called', { b: 2 }),
}"""
RUNNER = f"""
const modules = {MODULES};
const asked = [];
const require = (name) => {{ asked.push(name); return modules[name]; }};
console.log(JSON.stringify(JSON.parse(process.argv[1]).map((code) => {{
  asked.length = 0;
  const exports = {{}};
  new Function('exports', 'require', code)(exports, require);
  const found = Object.fromEntries(Object.entries(exports).map(([name, value]) =>
    [name, /^class/.test(value) ? value.name : typeof value === 'function' ? value() : value]));
  return [found, [...asked]];
}})));
"""
CASES: dict[str, tuple[str, dict[str, Any], list[str]]] = {
    "constants": ("export const a = 1, b = a + 1;", {"a": 1, "b": 2}, []),
    "variables that change": (
        "export let a = 1; a = 2;\nexport var b;\nb = 3",
        {"a": 2, "b": 3},
        [],
    ),
    "patterns": (
        "export const { a, b: [c, , ...d], 'e f': g = 7, ...h } = { a: 1, b: [2, 3, 4], i: 5 };",
        {"a": 1, "c": 2, "d": [4], "g": 7, "h": {"i": 5}},
        [],
    ),
    "functions": (
        "export function a() { return 1 }\nexport async function b() {}\nexport function* c() {}",
        {"a": 1, "b": {}, "c": {}},
        [],
    ),
    "classes": ("export class A {}\nexport { A as B };", {"A": "A", "B": "A"}, []),
    "a list": (
        "const a = 1;\nlet b = 2\nexport { a, b as c, b as 'd e' }\n;[b] = [3]",
        {"a": 1, "c": 3, "d e": 3},
        [],
    ),
    "a default value": ("export default 40 + 2", {"default": 42}, []),
    "a default object": ("export default{ a: 1 }\n", {"default": {"a": 1}}, []),
    "a default arrow": ("export default async () => 1;", {"default": {}}, []),
    "a default function": (
        "a.b = 1\nexport default function a() { return a.b }",
        {"default": 1},
        [],
    ),
    "a default function without a name": (
        "export default function () { return 1 }",
        {"default": 1},
        [],
    ),
    "a default class without a name": (
        "export default class extends Array {}",
        {"default": "$default"},
        [],
    ),
    "what is called async": ("const async = 1;\nexport default async;", {"default": 1}, []),
    "named imports": (
        "import { free, gold as paid } from 'plans';\nexport const a = free + paid;",
        {"a": 5},
        ["plans"],
    ),
    "an import over lines": (
        'import {\n  free,\n  gold, // both\n} from "plans"\nexport const a = [free, gold]',
        {"a": [0, 5]},
        ["plans"],
    ),
    "a default import of CommonJS": (
        "import plans, { free } from 'plans'\nexport const a = [plans.gold, free];",
        {"a": [5, 0]},
        ["plans", "plans"],
    ),
    "a default import by name": (
        "import { default as plans } from 'plans';\nexport const a = plans.gold;",
        {"a": 5},
        ["plans"],
    ),
    "a default import of what was an ES module": (
        "import its from 'compiled'; export { its };",
        {"its": "its default"},
        ["compiled"],
    ),
    "a namespace": (
        "import * as plans from 'plans';\nexport const a = plans.gold;",
        {"a": 5},
        ["plans"],
    ),
    "a namespace of what was an ES module": (
        "import its, * as all from 'compiled';\nexport const a = [its, all.a, all.default];",
        {"a": ["its default", 1, "its default"]},
        ["compiled", "compiled"],
    ),
    "an import for what it does": ("import 'plans';", {}, ["plans"]),
    "an import of nothing": ("import {} from 'plans';", {}, ["plans"]),
    "an import with attributes": (
        "import plans from 'plans' with { type: 'json' };\nexport const a = plans.gold;",
        {"a": 5},
        ["plans"],
    ),
    "an import of types alone": (
        "import { Event, API, } from 'types'; // Event\nimport Only from 'only';\n"
        "export const a = 'Event'; // Only\nconst b = { c: 1 }.Event;",
        {"a": "Event"},
        [],
    ),
    "an import that is spread": (
        "import * as plans from 'plans'; export const a = Object.keys({...plans})[0];",
        {"a": "free"},
        ["plans"],
    ),
    "exports of another module": (
        "export { free, gold as paid, default as all } from 'plans';\nexport const a = 1;",
        {"free": 0, "paid": 5, "all": {"free": 0, "gold": 5, "default": "no default"}, "a": 1},
        ["plans"],
    ),
    "all of another module": (
        "export * from 'plans';\nexport const free = 'own';",
        {"free": "own", "gold": 5},
        ["plans"],
    ),
    "a module under a name": (
        "export * as its from 'compiled'",
        {"its": {"a": 1, "default": "its default"}},
        ["compiled"],
    ),
    "both ways": ("import { gold } from 'plans';\nexports.a = gold;", {"a": 5}, ["plans"]),
    "only CommonJS": (
        "exports.a = 1; // import\nconst b = import('x').catch(() => {});",
        {"a": 1},
        [],
    ),
    "text that looks like it": (
        "exports.a = `\nimport a from 'b';\nexport `;",
        {"a": "\nimport a from 'b';\nexport "},
        [],
    ),
    "names that we use": (
        "import plans from 'plans'; const $interop = 1, $default = 2;\n"
        "export const a = [$interop, plans.gold, $default];\nexport default 3;",
        {"a": [1, 5, 2], "default": 3},
        ["plans"],
    ),
}


@pytest.fixture(scope="module")
def results() -> dict[str, Any]:
    codes = []
    for source, _, _ in CASES.values():
        written = to_commonjs(source)
        assert written is not None, source
        codes.append(written.head + written.body)
    command = [find_node(None).path, "-e", RUNNER, json.dumps(codes)]
    ended = subprocess.run(command, check=False, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    return dict(zip(CASES, json.loads(ended.stdout), strict=True))


@pytest.mark.parametrize("name", CASES)
def test_it_exports_and_requires(results: dict[str, Any], name: str) -> None:
    _, exported, required = CASES[name]
    assert results[name] == [exported, required]


def test_all_else_stays_where_it_is() -> None:
    source = (
        "import {\n  free,\n} from 'plans';\n\n"
        "export const a = free;  export default (b) => b;\n"
        "export { a as c };  a.d();\n"
    )
    written = to_commonjs(source)
    assert written is not None
    assert written.body.split("\n") == [
        "const {free}=require('plans');",
        "       ",
        "               ",
        "",
        "       const a = free;  const $default=(b) => b;",
        ";                   a.d();",
        "",
    ]
    assert "\n" not in written.head


@pytest.mark.parametrize(
    "source",
    [
        "export @logged class A {}",
        "import a from 'b'; class A { @logged b() {} }",
        "@logged class A {}",
    ],
)
def test_decorators_are_refused(source: str) -> None:
    assert to_commonjs(source) is None
    assert decorator_in(source) == source.index("@")


@pytest.mark.parametrize(
    "source",
    [
        "import",
        "import a",
        "import 1 from 'a'",
        "import a from b",
        "import { a b } from 'c'",
        "import * from 'a'",
        "export",
        "export { 1 }",
        "export const 1 = 2",
        "export const { [",
        "export a;",
        "export )",
    ],
)
def test_what_is_not_understood_is_refused(source: str) -> None:
    assert to_commonjs(source) is None
    assert decorator_in(source) is None


def test_what_is_no_module_may_be_what_it_likes() -> None:
    source = "const a = '@'; )"
    written = to_commonjs(source)
    assert written is not None
    assert (written.head, written.body) == ("", source)
