"""Compiled and bundled Actions: errors and warnings speak of the files they were made of."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from pytest_auth0_actions import ActionCrashedError, ActionError, ActionLoadError, LoadAction
from pytest_auth0_actions.errors import ChangedEventWarning, MissingSecretWarning
from tests.compilers import run_node
from tests.conftest import WriteAction
from tests.project.javascript.test_source_map import mappings

SOURCE = """\
interface Check { reason: string }

import { refuse } from './refuse';
enum Level { Low, High }

export const onExecutePostLogin = async (event: any, api: any): Promise<void> => {
  event.secrets.KEY as string;
  event.user.name = Level[Level.High];
  const check: Check = { reason: 'Oh' };
  if (event.user.email_verified) refuse(check);
};

export const onContinuePostLogin = async (event: any): Promise<void> => {
  (async () => {
    refuse({ reason: 'nobody waits for it' });
  })();
};
"""
REFUSE = """\
type Reason = { reason: string };

export const refuse = ({ reason }: Reason): never => {
  throw new Error(reason);
};
"""
TSC = """
const fs = require('node:fs');
const ts = require('typescript');
fs.mkdirSync('dist');
for (const name of ['code', 'refuse']) {
  const source = fs.readFileSync(`src/${name}.ts`, 'utf8');
  const { outputText, sourceMapText } = ts.transpileModule(source, {
    fileName: `${name}.ts`,
    compilerOptions: { module: 'commonjs', target: 'TARGET', sourceMap: true },
  });
  const map = { ...JSON.parse(sourceMapText), sourceRoot: '../src' };
  fs.writeFileSync(`dist/${name}.js`, outputText);
  fs.writeFileSync(`dist/${name}.js.map`, JSON.stringify(map));
}
"""
ESBUILD = """
require('esbuild').buildSync({
  entryPoints: ['src/code.ts'], outdir: 'dist', bundle: true, format: 'cjs', platform: 'node',
  OPTIONS,
});
"""
TOOLS = {
    "tsc": TSC.replace("TARGET", "es2022"),
    "a bundle": ESBUILD.replace("OPTIONS", "sourcemap: true"),
    "a bundle with its map inside": ESBUILD.replace("OPTIONS", "sourcemap: 'inline'"),
    "a bundle on one line": ESBUILD.replace("OPTIONS", "sourcemap: true, minify: true"),
}


@pytest.fixture(params=TOOLS)
def compiled(
    request: pytest.FixtureRequest, npm_packages: Path, write_action: WriteAction, tmp_path: Path
) -> Path:
    """Compile the Action, and return what that gives."""
    write_action(SOURCE, "src/code.ts")
    write_action(REFUSE, "src/refuse.ts")
    run_node(npm_packages, TOOLS[request.param], tmp_path)
    return tmp_path / "dist/code.js"


def test_errors_name_the_source(load_action: LoadAction, compiled: Path) -> None:
    source, refuse = compiled.parents[1] / "src/code.ts", compiled.parents[1] / "src/refuse.ts"
    with pytest.warns(), pytest.raises(ActionError) as caught:
        load_action(compiled).run()
    assert f"Given: {refuse}:4:9." in str(caught.value)
    first, second = caught.value.stack.splitlines()[1:]
    assert f"{refuse}:4:9" in first
    assert f"{source}:10:" in second
    assert "dist" not in caught.value.stack


def test_warnings_name_the_source(load_action: LoadAction, compiled: Path) -> None:
    source = compiled.parents[1] / "src/code.ts"
    with pytest.warns() as caught:
        load_action(compiled).run(user={"email_verified": False})
    found = {each.category: (each.filename, each.lineno) for each in caught}
    assert found == {MissingSecretWarning: (str(source), 7), ChangedEventWarning: (str(source), 8)}


def test_crashes_name_the_source(load_action: LoadAction, compiled: Path) -> None:
    refuse = compiled.parents[1] / "src/refuse.ts"
    with pytest.raises(ActionCrashedError) as caught:
        load_action(compiled).resume()
    assert f"Given: {refuse}:4:9." in str(caught.value)


@pytest.mark.parametrize("target", ["es2015", "es2016"])
def test_a_target_without_async_functions_is_named(
    load_action: LoadAction,
    npm_packages: Path,
    write_action: WriteAction,
    tmp_path: Path,
    target: str,
) -> None:
    write_action(SOURCE, "src/code.ts")
    write_action(REFUSE, "src/refuse.ts")
    run_node(npm_packages, TSC.replace("TARGET", target), tmp_path)
    with pytest.raises(ActionLoadError) as caught:
        load_action(tmp_path / "dist/code.js").run()
    assert str(caught.value) == (
        "[A301] The Action's handler is not an async function: it was compiled for a target "
        "below ES2017, which has none.\n"
        f"Given: {tmp_path / 'dist/code.js'}, whose onExecutePostLogin is of type function.\n"
        'Auth0 calls async functions only; compile with "target": "ES2022" in tsconfig.json, or '
        "--target=es2022 of esbuild."
    )


# What webpack makes: a name of its own for the file, and code of its own above, with no source.
PACKED = """\
const __webpack_modules__ = {};
exports.onExecutePostLogin = async (event) => {
  throw new Error('Oh'); const after = 1;
};
"""
ORIGINAL = """\
// One more line
export const onExecutePostLogin = async (event) => {
  throw new Error('Oh');
};
"""
PLACES = [(1, 0, 0, 1, 13), (2, 2, 0, 2, 2), (2, 8, 0, 2, 8), (2, 25, 1, 0, 0)]


def packed(write_action: WriteAction, **changes: object) -> Path:
    told = {
        "version": 3,
        "sources": ["webpack://shop/./src/code.js", "webpack://shop/webpack/runtime"],
        "sourcesContent": [ORIGINAL, "made up"],
        "mappings": mappings(PLACES),
        **changes,
    }
    url = base64.b64encode(json.dumps(told).encode()).decode()
    write_action(ORIGINAL, "src/code.js")
    comment = f"//# sourceMappingURL=data:application/json;base64,{url}\n"
    return write_action(PACKED + comment, "dist/code.js")


def place(load_action: LoadAction, path: Path) -> str:
    with pytest.raises(ActionError) as caught:
        load_action(path).run()
    return str(caught.value).split("\n")[1].split(" ")[1].rstrip(".")


def test_names_of_webpack_lead_to_files(
    load_action: LoadAction, write_action: WriteAction, tmp_path: Path
) -> None:
    path = packed(write_action)
    assert place(load_action, path) == f"{tmp_path / 'src/code.js'}:3:9"


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"sourcesContent": ["// changed since", None]}, id="changed"),
        pytest.param({"sources": ["gone.ts", None]}, id="gone"),
        pytest.param({"mappings": "!"}, id="mappings"),
        pytest.param({"mappings": mappings([(2, 2, 5, 0, 0)])}, id="too few sources"),
        pytest.param({"mappings": mappings(PLACES[:1])}, id="not this line"),
        pytest.param({"mappings": mappings([(2, 25, 0, 0, 0)])}, id="only behind it"),
        pytest.param({"mappings": mappings([(2, 2, 1, 0, 0)])}, id="of nothing that is there"),
    ],
)
def test_what_can_not_be_followed_is_left(
    load_action: LoadAction, write_action: WriteAction, changes: dict[str, object]
) -> None:
    path = packed(write_action, **changes)
    assert place(load_action, path) == f"{path}:3:9"


def test_es_modules_are_followed(
    load_action: LoadAction, write_action: WriteAction, tmp_path: Path
) -> None:
    told = {"version": 3, "sources": ["../src/helper.ts"], "mappings": mappings([(0, 20, 0, 6, 2)])}
    write_action(json.dumps(told), "dist/helper.mjs.map")
    write_action("", "src/helper.ts")
    write_action(
        "export const f = () => { throw new Error('Oh'); };\n//# sourceMappingURL=helper.mjs.map\n",
        "dist/helper.mjs",
    )
    path = write_action(
        "exports.onExecutePostLogin = async () => (await import('./helper.mjs')).f();\n",
        "dist/code.js",
    )
    assert place(load_action, path) == f"{tmp_path / 'src/helper.ts'}:7:3"


def test_a_syntax_error_of_what_was_compiled_is_where_that_came_from(
    load_action: LoadAction, write_action: WriteAction, tmp_path: Path
) -> None:
    told = {"version": 3, "sources": ["../src/code.ts"], "mappings": mappings([(0, 0, 0, 6, 2)])}
    write_action(json.dumps(told), "dist/code.js.map")
    write_action("", "src/code.ts")
    path = write_action("const a = ;\n//# sourceMappingURL=code.js.map\n", "dist/code.js")
    with pytest.raises(ActionLoadError) as caught:
        load_action(path)
    assert f"Given: {tmp_path / 'src/code.ts'}:7\n" in str(caught.value)
