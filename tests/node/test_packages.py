"""Files and values that stand for npm packages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pytest_auth0_actions import ActionError, ActionLoadError, LoadAction
from tests.conftest import WriteAction

COUNTER = "let count = 0; exports.next = () => (count += 1);"
NEXT = "console.log(require('counter').next());"

Install = Callable[..., None]


@pytest.fixture
def install(write_action: WriteAction) -> Install:
    """Put an npm package beside the Action, or into a folder of another package."""

    def install(name: str, source: str, *, into: str = "", manifest: str = "{}") -> None:
        folder = f"{into}node_modules/{name}"
        write_action(source, f"{folder}/index.js")
        write_action(manifest, f"{folder}/package.json")

    return install


def logs(load_action: LoadAction, path: Path, **packages: Any) -> str:
    return load_action(path, packages=packages).run().logs


@pytest.mark.parametrize("installed", [True, False])
def test_a_file_stands_for_a_package(
    load_action: LoadAction, write_action: WriteAction, write_handler: WriteAction,
    install: Install, installed: bool,
) -> None:  # fmt: skip
    if installed:
        install("stripe", "throw new Error('real');")
    fake = write_action("exports.charge = async (amount) => amount * 2;", "fakes/stripe.js")
    action = write_handler("console.log(await require('stripe').charge(5));")
    assert logs(load_action, action, stripe=fake) == "10\n"
    assert logs(load_action, action, stripe=str(fake)) == "10\n"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ({"a": {"b": [1, None, True]}}, "{ a: { b: [ 1, null, true ] } }"),
        ([1.5, "x"], "[ 1.5, 'x' ]"),
        ((), "[]"),
        (5, "5"),
        (None, "null"),
        (False, "false"),
        ({}, "{}"),
    ],
)
def test_a_value_is_what_require_gives(
    load_action: LoadAction, write_handler: WriteAction, value: Any, shown: str
) -> None:
    action = write_handler("console.log(require('config'));")
    assert logs(load_action, action, config=value) == f"{shown}\n"


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("fakes/p.cjs", "exports.n = 7;"),
        ("fakes/p.json", '{"n": 7}'),
        ("fakes/p.js", "exports.n = require('./seven.js');"),
    ],
)
def test_the_file_may_be_what_node_requires(
    load_action: LoadAction, write_action: WriteAction, write_handler: WriteAction,
    name: str, source: str,
) -> None:  # fmt: skip
    write_action("module.exports = 7;", "fakes/seven.js")
    fake = write_action(source, name)
    action = write_handler(
        "const { n } = require('p'); const { default: p, n: m } = await import('p');"
        "console.log(n, m, p.n, p === require('p'));"
    )
    assert logs(load_action, action, p=fake) == "7 7 7 true\n"


def test_a_file_may_be_an_es_module(
    load_action: LoadAction, write_action: WriteAction, write_handler: WriteAction
) -> None:
    fake = write_action("import { n } from 'other'; export default () => n;", "fakes/p.mjs")
    action = write_handler("const { default: p } = await import('p'); console.log(p());")
    assert logs(load_action, action, p=fake, other={"n": 8}) == "8\n"


def test_files_of_the_actions_own_get_it_too(
    load_action: LoadAction, write_action: WriteAction, write_handler: WriteAction
) -> None:
    write_action("exports.n = require('p').n;", "lib/helper.js")
    write_action("import { n } from 'p'; import p from 'p'; export default [n, p.n];", "lib/m.mjs")
    write_action("exports.n = async () => require('p').n + (await import('p')).n;", "module.js")
    action = write_handler(
        """
        console.log(require('./lib/helper').n, (await import('./lib/m.mjs')).default,
          await require('actions:m').n(), module.require('p').n,
          require('node:module').createRequire(__filename)('p').n);
        """
    )
    loaded = load_action(
        action, modules={"m": action.parent / "module.js"}, packages={"p": {"n": 3}}
    )
    assert loaded.run().logs == "3 [ 3, 3 ] 6 3 3\n"


def test_an_import_gives_the_same_each_time(
    load_action: LoadAction, write_handler: WriteAction
) -> None:
    action = write_handler(
        """
        const [one, other] = [await import('p'), await import('p')];
        console.log(one === other, one.default === require('p'), Object.keys(one));
        """
    )
    assert logs(load_action, action, p={"n": 1}) == "true true [ 'default', 'n' ]\n"


@pytest.mark.parametrize(
    ("value", "shown"),
    [({"default": 5, "n": 1}, "5 1"), (5, "5 undefined"), ([7], "[ 7 ] undefined")],
)
def test_what_an_import_names_default(
    load_action: LoadAction, write_handler: WriteAction, value: Any, shown: str
) -> None:
    action = write_handler("const p = await import('p'); console.log(p.default, p.n);")
    assert logs(load_action, action, p=value) == f"{shown}\n"


def test_a_subpath_is_a_name_of_its_own(
    load_action: LoadAction, write_action: WriteAction, write_handler: WriteAction, install: Install
) -> None:
    install("@acme/sdk", "module.exports = 'sdk';")
    write_action("module.exports = 'legacy';", "node_modules/@acme/sdk/legacy.js")
    action = write_handler("console.log(require('@acme/sdk'), require('@acme/sdk/legacy'));")
    assert load_action(action, packages={"@acme/sdk": 1}).run().logs == "1 legacy\n"
    assert load_action(action, packages={"@acme/sdk/legacy": 2}).run().logs == "sdk 2\n"


def test_the_real_package_is_there_for_its_own_replacement(
    load_action: LoadAction, write_action: WriteAction, write_handler: WriteAction, install: Install
) -> None:
    """The fake lies where the real one can't be found from."""
    install("tax", "exports.rate = () => 19; exports.name = 'real';", into="actions/")
    fake = write_action("module.exports = { ...require('tax'), rate: () => 7 };", "fakes/tax.js")
    action = write_handler(
        "const tax = require('tax'); console.log(tax.rate(), tax.name);", "actions/code.js"
    )
    assert logs(load_action, action, tax=fake) == "7 real\n"


# ---------------------------------------------------------------- packages of packages


def test_packages_get_what_stands_for_those_that_they_require(
    load_action: LoadAction, write_handler: WriteAction, install: Install
) -> None:
    """As with jest.mock(); also when they ask late, and one for another."""
    install("http-client", "exports.who = 'real';")
    install("middle", "exports.who = () => require('http-client').who;")
    install("sdk", "const m = require('middle'); exports.who = async () => m.who();")
    action = write_handler("console.log(await require('sdk').who());")
    assert load_action(action).run().logs == "real\n"
    for who in ("mine", "another"):
        packages = {"http-client": {"who": who}}
        assert load_action(action, packages=packages).run().logs == f"{who}\n"
    assert load_action(action).run().logs == "real\n"


def test_a_package_keeps_a_copy_of_its_own(
    load_action: LoadAction, write_handler: WriteAction, install: Install
) -> None:
    """As with jest.mock(), which replaces the file that the Action would find."""
    install("client", "exports.who = 'real';")
    install("sdk", "exports.who = require('client').who;")
    install("client", "exports.who = 'old';", into="node_modules/sdk/")
    action = write_handler("console.log(require('sdk').who, require('client').who);")
    assert logs(load_action, action, client={"who": "mine"}) == "old mine\n"


def test_a_package_may_require_what_is_not_installed(
    load_action: LoadAction, write_handler: WriteAction, install: Install
) -> None:
    install(
        "knox",
        "exports.who = require('driver').who;",
        manifest='{"peerDependencies": {"driver": "*"}}',
    )
    action = write_handler("console.log(require('knox').who);")
    assert logs(load_action, action, driver={"who": "mine"}) == "mine\n"


def test_other_packages_are_evaluated_anew_and_work(
    load_action: LoadAction, write_action: WriteAction, write_handler: WriteAction, install: Install
) -> None:
    """With all that Node.js gives a module: JSON, its own modules, its parent and its cache."""
    install("counter", COUNTER)
    install(
        "deep",
        "module.exports = [require('./data.json').n, typeof require('fs').readFileSync, "
        "module.parent.filename === __filename, require.cache[__filename] === module, "
        "require('counter').next()];",
    )
    write_action('{"n": 1}', "node_modules/deep/data.json")
    action = write_handler("console.log(require('deep'), require('counter').next(), require('p'));")
    shown = "[ 1, 'function', false, true, 1 ] 2 5\n"
    assert [logs(load_action, action, p=5) for _ in range(2)] == [shown, shown]


def test_what_is_no_javascript_is_loaded_once(
    load_action: LoadAction, write_action: WriteAction, write_handler: WriteAction, install: Install
) -> None:
    """Many an addon can't be loaded twice; here, what loads one only counts."""
    install("native", "module.exports = require('./x.node');")
    write_action("no addon", "node_modules/native/x.node")
    action = write_handler(
        """
        require.extensions['.node'] = (module) => {
          globalThis.count = (globalThis.count ?? 0) + 1;
          module.exports = globalThis.count;
        };
        console.log(require('native'), require('p'));
        """
    )
    assert [logs(load_action, action, p=n) for n in (5, 6)] == ["1 5\n", "1 6\n"]


# ---------------------------------------------------------------- what may not leak


def test_each_load_has_its_own(
    load_action: LoadAction, write_action: WriteAction, write_handler: WriteAction, install: Install
) -> None:
    install("counter", "exports.next = () => 'real';")
    action = write_handler(NEXT)
    fake = write_action(COUNTER, "fakes/counter.js")
    one, other = (load_action(action, packages={"counter": fake}) for _ in range(2))
    real = load_action(action)
    runs = [one.run().logs, one.run().logs, other.run().logs, real.run().logs, one.run().logs]
    assert runs == ["1\n", "2\n", "1\n", "real\n", "3\n"]


def test_a_cold_start_has_a_fresh_one(
    load_action: LoadAction, write_action: WriteAction, write_handler: WriteAction
) -> None:
    fake = write_action(COUNTER, "fakes/counter.js")
    action = load_action(write_handler(NEXT), packages={"counter": fake})
    assert [action.run().logs, action.run().logs] == ["1\n", "2\n"]
    action.restart()
    assert action.run().logs == "1\n"


def test_what_an_action_changes_in_a_value_lasts_until_a_cold_start(
    load_action: LoadAction, write_handler: WriteAction
) -> None:
    value = {"seen": [1]}
    action = load_action(
        write_handler("require('p').seen.push(2); console.log(require('p').seen.length);"),
        packages={"p": value},
    )
    value["seen"].append(9)  # which comes too late
    assert [action.run().logs, action.run().logs] == ["2\n", "3\n"]
    action.restart()
    assert action.run().logs == "2\n"
    assert value == {"seen": [1, 9]}


def test_no_test_meets_that_of_another(pytester: pytest.Pytester) -> None:
    (pytester.path / "code.js").write_text(
        "const { n } = require('p');\n"
        "exports.onExecutePostLogin = async () => { console.log(n); };\n"
    )
    package = pytester.path / "node_modules/p/index.js"
    package.parent.mkdir(parents=True)
    package.write_text("exports.n = 'real';")
    pytester.makeini("[pytest]")
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("n", [1, None, 2, None])
        def test_it(load_action, n):
            packages = None if n is None else {"p": {"n": n}}
            logs = load_action("code.js", packages=packages).run().logs
            assert logs == f"{n or 'real'}\\n"
        """
    )
    result = pytester.runpytest_subprocess("-v", "-n0")
    result.assert_outcomes(passed=4)
    assert "needed a new Node.js" not in result.stdout.str()


# ---------------------------------------------------------------- what goes wrong


def test_what_a_file_throws_is_an_error_of_the_run(
    load_action: LoadAction, write_action: WriteAction, write_handler: WriteAction
) -> None:
    fake = write_action("\nthrow new Error('mine');", "fakes/p.js")
    with pytest.raises(ActionError, match=r"mine\nGiven: .*fakes/p\.js:2"):
        logs(load_action, write_handler("require('p');"), p=fake)


def test_a_file_that_is_not_there_is_an_error_when_it_is_loaded(
    load_action: LoadAction, write_handler: WriteAction
) -> None:
    with pytest.raises(ActionLoadError) as caught:
        load_action(write_handler("require('p');"), packages={"p": "fakes/gone.js"})
    assert caught.value.what_happened == (
        "[A321] What stands for the package 'p' can't be read: No such file or directory."
    )


def test_a_file_that_can_not_be_parsed_is_an_error_of_the_run(
    load_action: LoadAction, write_action: WriteAction, write_handler: WriteAction
) -> None:
    fake = write_action("exports.n = ;", "fakes/p.js")
    with pytest.raises(ActionLoadError, match=r"Unexpected token ';'\nGiven: .*fakes/p\.js:1"):
        logs(load_action, write_handler("require('p');"), p=fake)


def test_what_is_not_replaced_and_not_there_is_told_as_ever(
    load_action: LoadAction, write_action: WriteAction
) -> None:
    action = write_action("require('p'); require('q'); exports.onExecutePostLogin = 1;")
    with pytest.raises(ActionLoadError, match="requires a package that is not there: q"):
        logs(load_action, action, p=1)
