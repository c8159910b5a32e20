"""Every way in which a run can fail, with the whole message; and that the next run works."""

from __future__ import annotations

import os
import pickle
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pytest_auth0_actions import (
    ActionCrashedError,
    ActionError,
    ActionLoadError,
    ActionTimeoutError,
    LoadAction,
    PostUserRegistrationAPI,
    UsageError,
)
from pytest_auth0_actions.auth0.triggers.post_user_registration import POST_USER_REGISTRATION
from pytest_auth0_actions.node.action import Action
from pytest_auth0_actions.node.find import find_node
from pytest_auth0_actions.node.pool import NodePool
from pytest_auth0_actions.node.process import NodeProcess
from pytest_auth0_actions.node.runtime import NodeRuntime
from tests.conftest import WriteAction

SIGNATURE = "exports.onExecutePostUserRegistration = async (event, api) => { ... }"
LOOK_THERE = (
    "Look there; if the test means it to throw, wrap the run in `with pytest.raises(ActionError):`,"
    " and add `from pytest_auth0_actions import ActionError`."
)


@pytest.fixture(autouse=True)
def the_next_run_works(load_action: LoadAction, write_handler: WriteAction) -> Iterator[None]:
    """Have each test end with a well-behaved run, in whatever process it has left."""
    yield
    assert load_action(write_handler("console.log('well')", "well.js")).run().logs == "well\n"


class TestThrows:
    def test_an_error_tells_name_message_and_place(
        self, load_action: LoadAction, write_handler: WriteAction
    ) -> None:
        path = write_handler(
            """
            console.log('before');
            api.cache.get('k');
              event.user.missing.name;
            """
        )
        with pytest.raises(ActionError) as caught:
            load_action(path).run()
        assert str(caught.value) == (
            "[A403] The Action threw TypeError: Cannot read properties of undefined (reading "
            "'name')\n"
            f"Given: {path}:4:24.\n"
            "    TypeError: Cannot read properties of undefined (reading 'name')\n"
            f"        at exports.onExecutePostUserRegistration ({path}:4:24)\n"
            "    it logged:\n"
            "      before\n"
            "event.user.missing is not in the event of this run. Give it, as by "
            "action.run(user={'missing': {'name': ...}}); if it may be absent, read "
            "event.user.missing?.name.\n"
            "Look there."
        )
        error = caught.value
        assert error.name == "TypeError"
        assert error.message == "Cannot read properties of undefined (reading 'name')"
        assert error.code is None
        assert error.stack.splitlines()[1:] == [
            f"    at exports.onExecutePostUserRegistration ({path}:4:24)"
        ]
        assert error.execution.logs == "before\n"
        assert [call.path for call in error.execution.calls] == ["cache.get"]

    def test_a_path_under_the_root_is_shown_as_it_was_given(
        self, load_action: LoadAction, write_handler: WriteAction, pytestconfig: pytest.Config
    ) -> None:
        path = write_handler("throw new RangeError('far');")
        shown = os.path.relpath(path, pytestconfig.rootpath)
        with pytest.raises(ActionError, match="RangeError: far") as caught:
            load_action(shown).run()
        assert caught.value.what_was_given.splitlines()[0] == f"Given: {shown}:2:9."

    def test_a_rejection_after_an_await_tells_its_place(
        self, load_action: LoadAction, write_handler: WriteAction, write_action: WriteAction
    ) -> None:
        helper = write_action("exports.fail = async () => { throw new Error('no'); };", "lib.js")
        path = write_handler("await 1;\nawait require('./lib').fail();")
        with pytest.raises(ActionError) as caught:
            load_action(path).run()
        assert str(caught.value) == (
            "[A403] The Action threw Error: no\n"
            f"Given: {helper}:1:36.\n"
            "    Error: no\n"
            f"        at exports.fail ({helper}:1:36)\n"
            f"        at exports.onExecutePostUserRegistration ({path}:3:26)\n"
            f"{LOOK_THERE}"
        )

    def test_an_error_of_a_package_is_placed_in_the_users_file(
        self, load_action: LoadAction, write_handler: WriteAction, write_action: WriteAction
    ) -> None:
        write_action(
            "module.exports = () => { throw new Error('deep'); };", "node_modules/p/index.js"
        )
        path = write_handler("require('p')();")
        with pytest.raises(ActionError) as caught:
            load_action(path).run()
        assert caught.value.what_was_given.splitlines()[0] == f"Given: {path}:2:15."

    def test_a_code_of_the_error_is_kept(
        self, load_action: LoadAction, write_handler: WriteAction
    ) -> None:
        with pytest.raises(ActionError) as caught:
            load_action(write_handler("api.cache.set(5, 'v');")).run()
        assert caught.value.name == "TypeError"
        assert caught.value.code == "ERR_INVALID_ARG_TYPE"
        [call] = caught.value.execution.calls
        assert isinstance(call.result, TypeError)

    @pytest.mark.parametrize(
        ("thrown", "shown"),
        [
            ("'text'", "'text'"),
            ("null", "null"),
            ("undefined", "undefined"),
            ("{ status: 500 }", "{ status: 500 }"),
        ],
    )
    def test_what_is_no_error_can_be_thrown_too(
        self, load_action: LoadAction, write_handler: WriteAction, thrown: str, shown: str
    ) -> None:
        path = write_handler(f"throw {thrown};")
        with pytest.raises(ActionError) as caught:
            load_action(path).run()
        assert str(caught.value) == f"[A403] The Action threw {shown}\nGiven: {path}.\n{LOOK_THERE}"
        assert (caught.value.name, caught.value.message) == (None, shown)

    def test_an_error_pickles(self, load_action: LoadAction, write_handler: WriteAction) -> None:
        """As it must to cross between processes."""
        with pytest.raises(ActionError) as caught:
            load_action(write_handler("throw new Error('x');")).run()
        copy = pickle.loads(pickle.dumps(caught.value))
        assert (str(copy), copy.name, copy.stack) == (
            str(caught.value),
            "Error",
            caught.value.stack,
        )
        crash = ActionCrashedError("a", "b", "c", copy.execution)
        assert pickle.loads(pickle.dumps(crash)).execution == copy.execution

    def test_top_level_code_that_throws_does_so_in_each_run(
        self, load_action: LoadAction, write_action: WriteAction
    ) -> None:
        path = write_action("console.log('top');\nthrow new Error('at the top');")
        action = load_action(path)
        messages = []
        for _ in range(2):
            with pytest.raises(ActionError) as caught:
                action.run()
            messages.append(str(caught.value))
        assert messages == [
            "[A403] The Action threw Error: at the top\n"
            f"Given: {path}:2:7 while it was loaded.\n"
            "    Error: at the top\n"
            f"        at Object.<anonymous> ({path}:2:7)\n"
            f"{logged}{LOOK_THERE}"
            for logged in ("    it logged:\n      top\n", "")
        ]
        assert caught.value.execution.logs == ""

    def test_a_user_can_catch_what_the_api_throws(
        self, load_action: LoadAction, write_handler: WriteAction
    ) -> None:
        path = write_handler("try { api.cache.set(); } catch (e) { console.log(e.name); }")
        assert load_action(path).run().logs == "TypeError\n"

    def test_a_member_that_the_api_has_not_is_a_type_error(
        self, load_action: LoadAction, write_handler: WriteAction
    ) -> None:
        with pytest.raises(ActionError) as caught:
            load_action(write_handler("api.access.deny('no');")).run()
        assert caught.value.message == "Cannot read properties of undefined (reading 'deny')"

    def test_what_caused_the_error_is_told(
        self, load_action: LoadAction, write_handler: WriteAction
    ) -> None:
        """`fetch failed` says nothing; its cause does."""
        path = write_handler(
            """
            const inner = new Error('connect ECONNREFUSED', { cause: 'the network\\nis down' });
            const all = new AggregateError([new RangeError('one'), inner], '');
            throw new TypeError('fetch failed', { cause: all });
            """
        )
        with pytest.raises(ActionError) as caught:
            load_action(path).run()
        assert str(caught.value) == (
            "[A403] The Action threw TypeError: fetch failed\n"
            f"Given: {path}:4:9.\n"
            "    TypeError: fetch failed\n"
            f"        at exports.onExecutePostUserRegistration ({path}:4:9)\n"
            "    caused by AggregateError\n"
            "    caused by RangeError: one\n"
            "    caused by Error: connect ECONNREFUSED\n"
            "    caused by the network\n"
            f"{LOOK_THERE}"
        )

    def test_an_endless_chain_of_causes_is_cut(
        self, load_action: LoadAction, write_handler: WriteAction
    ) -> None:
        path = write_handler("const e = new Error('round'); e.cause = e; throw e;")
        with pytest.raises(ActionError) as caught:
            load_action(path).run()
        assert str(caught.value).count("caused by Error: round") == 5

    @pytest.mark.parametrize(
        ("thrown", "name", "message"),
        [
            ("Object.assign(Object.create(Old.prototype), { message: 'old' })", "Old", "old"),
            ("{ name: 'Bare', message: 'm', stack: 'Bare: m\\n    at x' }", "Bare", "m"),
            ("{ stack: 's', get name() { throw 1; }, message: Symbol('m') }", "", "Symbol(m)"),
            ("Object.assign(new Error('coded'), { code: 5 })", "Error", "coded"),
            (
                "Object.defineProperty(Error('c'), 'cause', { get() { throw 1; } })",
                "Error",
                "c",
            ),
        ],
    )
    def test_errors_of_other_makes_are_told_as_well(
        self,
        load_action: LoadAction,
        write_handler: WriteAction,
        thrown: str,
        name: str,
        message: str,
    ) -> None:
        path = write_handler(
            "function Old() {}\n"
            "Old.prototype = Object.assign(Object.create(Error.prototype), { name: 'Old' });\n"
            f"throw {thrown};"
        )
        with pytest.raises(ActionError) as caught:
            load_action(path).run()
        assert (caught.value.name, caught.value.message) == (name, message)

    def test_of_many_log_lines_the_last_are_shown(
        self, load_action: LoadAction, write_handler: WriteAction
    ) -> None:
        path = write_handler("for (let i = 0; i < 12; i++) console.log(i);\nthrow new Error('x');")
        with pytest.raises(ActionError) as caught:
            load_action(path).run()
        shown = caught.value.what_was_given.split("it logged:\n")[1]
        assert [line.strip() for line in shown.splitlines()] == ["...", *map(str, range(2, 12))]


class TestLoading:
    def test_no_such_file(self, load_action: LoadAction, pytestconfig: pytest.Config) -> None:
        root = pytestconfig.rootpath
        with pytest.raises(ActionLoadError) as caught:
            load_action("actions/missing.js")
        assert str(caught.value) == (
            "[A321] The Action can't be read: No such file or directory.\n"
            f"Given: 'actions/missing.js', looked for at {root}/actions/missing.js.\n"
            f"Check the path; a relative one starts at {root} (ini auth0_actions_root)."
        )

    @pytest.mark.parametrize(
        "path",
        [
            "action/plan/code.js",
            "actions/plan/kode.js",
            "Actions/plans/code.ts",
            "actions\\plan\\code.js",
            "actions/plan/code",
        ],
    )
    def test_a_path_that_is_almost_right(
        self, load_action: LoadAction, tmp_path: Path, write_action: WriteAction, path: str
    ) -> None:
        write_action("", "actions/plan/code.js")
        with pytest.raises(ActionLoadError) as caught:
            load_action(tmp_path / path)
        right = tmp_path / "actions/plan/code.js"
        assert caught.value.what_to_do.startswith(
            f"Did you mean {str(right)!r}? If not, check the path; a relative one starts at "
        )

    def test_a_path_from_the_folder_of_the_test(
        self, pytester: pytest.Pytester, write_action: WriteAction
    ) -> None:
        """They start at the rootdir."""
        pytester.mkdir("tests")
        pytester.mkdir("actions").joinpath("code.js").write_text("", encoding="utf-8")
        pytester.makepyfile(
            """
            import pytest

            @pytest.mark.parametrize("path", ["../actions/code.js", "./action/code.js"])
            def test_it(load_action, path):
                with pytest.raises(Exception, match="Did you mean 'actions/code.js'[?] If not"):
                    load_action(path)

            @pytest.mark.parametrize("path", ["action", "action/code.js/more"])
            def test_no_file(load_action, path):
                with pytest.raises(Exception, match="Check the path; a relative one"):
                    load_action(path)
            """
        )
        pytester.runpytest().assert_outcomes(passed=4)

    def test_the_name_of_an_action(self, load_action: LoadAction) -> None:
        with pytest.raises(ActionLoadError) as caught:
            load_action("Ask Consent")
        assert caught.value.what_to_do.endswith(
            "(ini auth0_actions_root). An Action of a tenant goes by its name in "
            "tenant.action(...)."
        )

    def test_a_directory(self, load_action: LoadAction, tmp_path: Path) -> None:
        with pytest.raises(ActionLoadError) as caught:
            load_action(tmp_path)
        assert str(caught.value) == (
            "[A320] The Action must be a file, and this is a directory.\n"
            f"Given: {str(tmp_path)!r}, which is {tmp_path}.\n"
            "Name the file, with its ending."
        )

    @pytest.mark.parametrize(
        ("files", "named"), [("b.js code.js a.js", "code.js"), ("b.ts a.cjs a.json", "a.cjs")]
    )
    def test_a_directory_with_code(
        self, load_action: LoadAction, write_action: WriteAction, files: str, named: str
    ) -> None:
        """The path that is named can be passed as it is."""
        for each in files.split():
            path = write_action("exports.onExecutePostLogin = async () => {};", f"greet/{each}")
        with pytest.raises(ActionLoadError) as caught:
            load_action(path.parent)
        right = path.with_name(named)
        assert caught.value.what_to_do == f"Name the file in it, such as {str(right)!r}."
        load_action(right).run()

    def test_no_such_file_of_a_module(
        self, load_action: LoadAction, write_handler: WriteAction, tmp_path: Path
    ) -> None:
        with pytest.raises(
            ActionLoadError, match="The module 'crm' can't be read: No such file or directory"
        ):
            load_action(write_handler(""), modules={"crm": tmp_path / "missing.js"})

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (
                {"path": 5},
                "[A317] The Action must be the path of a JavaScript file.\n"
                "Given: 5.\n"
                "Write the code to a file, and pass its path as a str or a Path.",
            ),
            (
                {"modules": {"crm": {"fetchToken": 5}}},
                "[A317] The module 'crm' must be the path of a JavaScript file.\n"
                "Given: {'fetchToken': 5}.\n"
                "Write the code to a file, and pass its path as a str or a Path. What stands for "
                "an npm package goes into packages=.",
            ),
            (
                {"modules": {"crm": ("crm.js",)}},
                "[A317] The module 'crm' must be the path of a JavaScript file.\n"
                "Given: ('crm.js',).\n"
                "Write the code to a file, and pass its path as a str or a Path. With secrets, "
                "pass (path, {'NAME': 'value'}).",
            ),
            (
                {"path": "exports.onExecutePostLogin = async (event, api) => {};"},
                "[A317] The Action must be the path of a JavaScript file.\n"
                "Given: 'exports.onExecutePostLogin = async (event, api) => {};'.\n"
                "Write the code to a file, and pass its path as a str or a Path.",
            ),
            (
                {"path": f"{'x' * 400}\n"},
                "[A317] The Action must be the path of a JavaScript file.\n"
                f"Given: '{'x' * 119}....\n"
                "Write the code to a file, and pass its path as a str or a Path.",
            ),
            *(
                (
                    {"modules": {name: "crm.js"}},
                    "[A316] A module is named without its prefix.\n"
                    f"Given: {name!r}.\n"
                    "Pass {'crm': 'path/to/crm.js'} for require('actions:crm').",
                )
                for name in (5, "")
            ),
            (
                {"modules": ["crm.js"]},
                "[A315] modules must be a mapping.\n"
                "Given: ['crm.js'].\n"
                "Pass {'name': 'path/to/file.js'}, or {'name': ('path/to/file.js', secrets)}.",
            ),
            (
                {"modules": {"actions:crm": "crm.js"}},
                "[A316] A module is named without its prefix.\n"
                "Given: 'actions:crm'.\n"
                "Leave the prefix out: 'crm'.",
            ),
            (
                {"secrets": ["API_KEY"]},
                "[A322] secrets must be a mapping.\nGiven: an object of type list.\n"
                "Pass secrets={'NAME': 'value'}.",
            ),
            (
                {"modules": {"crm": (__file__, ["KEY"])}},
                "[A322] secrets must be a mapping.\nGiven: an object of type list.\n"
                "Pass modules={'crm': ('path/to/file.js', {'NAME': 'value'})}.",
            ),
            (
                {"secrets": {"PORT": 5432}},
                "[A324] A secret must be text.\nGiven: PORT, of type int.\nPass a str, as Auth0 "
                "stores it.",
            ),
        ],
    )
    def test_what_load_action_can_not_take(
        self,
        load_action: LoadAction,
        write_handler: WriteAction,
        arguments: dict[str, Any],
        message: str,
    ) -> None:
        with pytest.raises(UsageError) as caught:
            load_action(**{"path": write_handler("")} | arguments)
        assert str(caught.value) == message

    @pytest.mark.parametrize("event", ["text", [1], 5])
    def test_what_run_can_not_take(
        self, load_action: LoadAction, write_handler: WriteAction, event: Any
    ) -> None:
        with pytest.raises(UsageError) as caught:
            load_action(write_handler("")).run(event)
        assert str(caught.value) == (
            "[A413] An event must be a mapping.\n"
            f"Given: {event!r}.\n"
            "Pass what make_event() returns, or nothing."
        )

    def test_not_utf8(self, load_action: LoadAction, tmp_path: Path) -> None:
        path = tmp_path / "code.js"
        path.write_bytes(b"// caf\xe9\n")
        with pytest.raises(ActionLoadError) as caught:
            load_action(path)
        assert str(caught.value) == (
            f"[A319] The Action is not UTF-8.\nGiven: {str(path)!r}, byte 0xe9 at 6.\nSave it as "
            "UTF-8."
        )

    def test_a_syntax_error(self, load_action: LoadAction, write_action: WriteAction) -> None:
        path = write_action("const a = 1;\nconst b = ;\n")
        with pytest.raises(ActionLoadError) as caught:
            load_action(path)
        assert str(caught.value) == (
            "[A314] The Action has a syntax error: Unexpected token ';'\n"
            f"Given: {path}:2\n"
            "    const b = ;\n"
            "              ^\n"
            "Correct it there."
        )

    def test_a_syntax_error_in_a_module(
        self, load_action: LoadAction, write_handler: WriteAction, write_action: WriteAction
    ) -> None:
        module = write_action("exports.a = (;", "module.js")
        with pytest.raises(ActionLoadError) as caught:
            load_action(write_handler("require('actions:m')"), modules={"m": module})
        assert str(caught.value) == (
            "[A314] The Action has a syntax error: Unexpected token ';'\n"
            f"Given: {module}:1\n"
            "    exports.a = (;\n"
            "                 ^\n"
            "Correct it there."
        )

    def test_a_syntax_error_in_a_helper_is_met_in_the_run(
        self, load_action: LoadAction, write_handler: WriteAction, write_action: WriteAction
    ) -> None:
        helper = write_action("exports.a = (;", "helper.js")
        with pytest.raises(ActionLoadError, match="syntax error: Unexpected token ';'") as caught:
            load_action(write_handler("require('./helper')")).run()
        assert caught.value.what_was_given.splitlines()[0] == f"Given: {helper}:1"

    def test_broken_json_is_named(
        self, load_action: LoadAction, write_handler: WriteAction, write_action: WriteAction
    ) -> None:
        data = write_action("{", "data.json")
        with pytest.raises(ActionError) as caught:
            load_action(write_handler("require('./data')")).run()
        assert caught.value.message.startswith(f"{data}: Expected property name")

    def test_a_source_url_misleads_nobody(
        self, load_action: LoadAction, write_action: WriteAction
    ) -> None:
        path = write_action("const a = ;\n//# sourceURL=webpack://other.js\n")
        with pytest.raises(ActionLoadError, match="has a syntax error: Unexpected token ';'"):
            load_action(path)

    def test_code_that_v8_can_not_parse_is_refused(
        self, load_action: LoadAction, write_action: WriteAction
    ) -> None:
        path = write_action("(" * 60_000)
        with pytest.raises(ActionLoadError) as caught:
            load_action(path)
        assert str(caught.value) == (
            "[A314] The Action has a syntax error: Maximum call stack size exceeded\n"
            f"Given: {path}\n"
            "Correct it there."
        )

    @pytest.mark.parametrize(
        ("source", "shown"),
        [
            ("import x from 'y';\n", "import x from 'y';\n    ^^^^^^"),
            ("export const handler = 1;\n", "export const handler = 1;\n    ^^^^^^"),
        ],
    )
    def test_an_es_module(
        self, load_action: LoadAction, write_action: WriteAction, source: str, shown: str
    ) -> None:
        path = write_action(source)
        with pytest.raises(ActionLoadError) as caught:
            load_action(path)
        assert str(caught.value) == (
            "[A313] The Action is written as an ES module.\n"
            f"Given: {path}:1\n"
            f"    {shown}\n"
            "Auth0 runs CommonJS: use require(...) for import, and exports.name = for export."
        )

    def test_typescript_with_imports_is_typescript(
        self, load_action: LoadAction, write_action: WriteAction
    ) -> None:
        path = write_action("import type { Event } from './types';\nconst limit: number = 64;\n")
        with pytest.raises(ActionLoadError, match="The Action is written in TypeScript"):
            load_action(path)

    def test_typescript_that_is_called_javascript(
        self, load_action: LoadAction, write_action: WriteAction
    ) -> None:
        path = write_action("const limit: number = 64;\n")
        with pytest.raises(ActionLoadError) as caught:
            load_action(path)
        assert str(caught.value) == (
            "[A312] The Action is written in TypeScript.\n"
            f"Given: {path}:1\n"
            "    const limit: number = 64;\n"
            "          ^^^^^\n"
            "Let its name end in .ts, as TypeScript, or load the JavaScript it is compiled to."
        )

    @pytest.mark.parametrize(
        ("source", "exported", "renamed"),
        [
            ("", "an empty object", ""),
            (
                "exports.run = async () => {};",
                "an object with run",
                " If that is run, rename it to onExecutePostUserRegistration.",
            ),
            ("exports.a = () => {}; exports.b = () => {};", "an object with a, b", ""),
            ("module.exports = async () => {};", "async function", ""),
            ("module.exports = () => {};", "function", ""),
            ("module.exports = null;", "null", ""),
            ("module.exports = 'text';", "string", ""),
        ],
    )
    def test_nothing_to_run_is_exported(
        self,
        load_action: LoadAction,
        write_action: WriteAction,
        source: str,
        exported: str,
        renamed: str,
    ) -> None:
        path = write_action(source)
        with pytest.raises(ActionLoadError) as caught:
            load_action(path, trigger="post-user-registration").run()
        assert str(caught.value) == (
            "[A302] The Action exports no onExecutePostUserRegistration.\n"
            f"Given: {path}, which exports {exported}.\n"
            f"Export the handler: {SIGNATURE}{renamed}"
        )

    def test_a_misspelled_handler_of_another_trigger(
        self, load_action: LoadAction, write_action: WriteAction
    ) -> None:
        action = load_action(write_action("exports.onExecutePostLogn = async () => {};"))
        with pytest.raises(ActionLoadError, match="Rename onExecutePostLogn to onExecutePostLogin"):
            action.run(authorization={"roles": ["editor"]})

    def test_a_misspelled_handler(self, load_action: LoadAction, write_action: WriteAction) -> None:
        path = write_action("exports.onExecutePostUserRegistraton = async () => {};")
        with pytest.raises(ActionLoadError) as caught:
            load_action(path).run()
        assert str(caught.value) == (
            "[A302] The Action exports no onExecutePostUserRegistration.\n"
            f"Given: {path}, which exports an object with onExecutePostUserRegistraton.\n"
            "Rename onExecutePostUserRegistraton to onExecutePostUserRegistration."
        )

    @pytest.mark.parametrize("missing", ["", "require('jose'); "])
    def test_the_handler_of_another_trigger(
        self, load_action: LoadAction, write_action: WriteAction, missing: str
    ) -> None:
        """Told before a package that is missing: to install it would not help."""
        path = write_action(
            f"{missing}exports.onExecutePostLogin = async () => {{}};\nexports.onOther = 1;"
        )
        with pytest.raises(ActionLoadError) as caught:
            load_action(path, trigger="post-user-registration").run()
        assert str(caught.value) == (
            "[A305] The Action is for another trigger: post-login.\n"
            f"Given: {path}, which exports onExecutePostLogin, onOther.\n"
            "Pass load_action(..., trigger='post-login')."
        )

    @pytest.mark.parametrize(
        ("handler", "kind"), [("() => {}", "function"), ("null", "null"), ("5", "number")]
    )
    def test_a_handler_that_is_no_async_function(
        self, load_action: LoadAction, write_action: WriteAction, handler: str, kind: str
    ) -> None:
        path = write_action(f"exports.onExecutePostUserRegistration = {handler};")
        with pytest.raises(ActionLoadError) as caught:
            load_action(path).run()
        assert str(caught.value) == (
            "[A301] The Action's handler is not an async function.\n"
            f"Given: {path}, whose onExecutePostUserRegistration is of type {kind}.\n"
            f"Auth0 calls async functions only; write {SIGNATURE}"
        )

    @pytest.mark.parametrize(
        ("modules", "names"), [({}, "none"), ({"mail": "m.js", "log": "m.js"}, "'mail', 'log'")]
    )
    def test_an_unknown_module(
        self,
        load_action: LoadAction,
        write_action: WriteAction,
        modules: dict[str, str],
        names: str,
    ) -> None:
        module = write_action("", "m.js")
        path = write_action(
            "const { send } = require('actions:email');\n"
            "const others = () => [require('actions:mail'), require('actions:log')];"
        )
        with pytest.raises(ActionLoadError) as caught:
            load_action(path, modules=dict.fromkeys(modules, module)).run()
        assert str(caught.value) == (
            "[A303] The Action requires a module that the test did not give: actions:email.\n"
            f"Given: {path}:1:18, with modules: {names}.\n"
            "Pass load_action(..., modules={'email': 'path/to/email.js'})."
        )

    def test_a_module_that_is_missing_when_the_handler_runs(
        self, load_action: LoadAction, write_handler: WriteAction
    ) -> None:
        path = write_handler("require('actions:' + 'email');")
        with pytest.raises(ActionError) as caught:
            load_action(path).run()
        assert caught.value.what_to_do == (
            "Pass load_action(..., modules={'email': 'path/to/email.js'})."
        )

    @pytest.mark.parametrize(
        ("request_", "package"),
        [("axios", "axios"), ("@slack/webhook/dist/x.js", "@slack/webhook")],
    )
    def test_a_missing_package(
        self, load_action: LoadAction, write_action: WriteAction, request_: str, package: str
    ) -> None:
        path = write_action(f"const client = require('{request_}');")
        with pytest.raises(ActionLoadError) as caught:
            load_action(path).run()
        assert str(caught.value) == (
            f"[A304] The Action requires a package that is not there: {request_}.\n"
            f"Given: {path}:1:16.\n"
            f"Run `npm install {package}` in the Action's folder or in one above it."
        )

    def test_a_missing_file(self, load_action: LoadAction, write_action: WriteAction) -> None:
        path = write_action("\nconst lib = require('./lib');")
        with pytest.raises(ActionLoadError) as caught:
            load_action(path).run()
        assert str(caught.value) == (
            "[A304] The Action requires a file that is not there: ./lib.\n"
            f"Given: {path}:2:13.\n"
            "Check the path; it is taken from the requiring file's folder."
        )

    def test_a_package_that_the_handler_misses_is_an_error_of_the_action(
        self, load_action: LoadAction, write_handler: WriteAction
    ) -> None:
        """The handler might have caught it, so it is not the loading that failed."""
        with pytest.raises(ActionError, match="Cannot find module 'axios'") as caught:
            load_action(write_handler("require('axios');")).run()
        assert caught.value.code == "MODULE_NOT_FOUND"
        assert caught.value.what_to_do == (
            "Run `npm install axios` in the Action's folder or in one above it."
        )

    @pytest.mark.parametrize(
        ("request_", "name"), [("jose@5.1.0", "jose"), ("@slack/webhook@7", "@slack/webhook")]
    )
    def test_a_version_in_a_request_can_not_be_installed(
        self, load_action: LoadAction, write_action: WriteAction, request_: str, name: str
    ) -> None:
        with pytest.raises(ActionLoadError) as caught:
            load_action(write_action(f"require('{request_}');")).run()
        assert caught.value.what_to_do == (
            f"Write require('{name}'); which version it is, package.json says."
        )


class TestCrashes:
    @pytest.mark.parametrize(
        ("call", "column"),
        [("process.exit(3)", 11), ("process.exit()", 11), ("process.abort()", 11)],
    )
    def test_ending_the_process(
        self, load_action: LoadAction, write_handler: WriteAction, call: str, column: int
    ) -> None:
        path = write_handler(f"api.cache.get('k');\n{call};")
        with pytest.raises(ActionCrashedError) as caught:
            load_action(path).run()
        assert str(caught.value) == (
            f"[A406] The Action ended its process with {call}.\n"
            f"Given: {path}:3:{column}. Its api calls until then: cache.get.\n"
            f"        at exports.onExecutePostUserRegistration ({path}:3:{column})\n"
            "Return from the handler, or throw; at Auth0 the process is not yours to end."
        )
        assert [call.path for call in caught.value.execution.calls] == ["cache.get"]

    def test_being_killed(self, load_action: LoadAction, write_handler: WriteAction) -> None:
        path = write_handler("process.kill(process.pid, 'SIGKILL'); await new Promise(() => {});")
        with pytest.raises(ActionCrashedError) as caught:
            load_action(path).run()
        assert str(caught.value) == (
            "[A408] The Action's process was killed by SIGKILL.\n"
            f"Given: {path}. Its api calls until then: none.\n"
            "Look for endless memory, native crashes, and who else kills processes here."
        )

    def test_an_exit_code_without_a_word(
        self, load_action: LoadAction, write_handler: WriteAction
    ) -> None:
        """A native exit; what it wrote last is shown."""
        path = write_handler(
            "process.binding = undefined; require('fs').writeSync(2, 'last words\\n');\n"
            "process.removeAllListeners('beforeExit'); process.exitCode = 5;\n"
            "await new Promise(() => {});"
        )
        with pytest.raises(ActionCrashedError) as caught:
            load_action(path).run()
        assert str(caught.value) == (
            "[A409] The Action's process ended with exit code 5.\n"
            f"Given: {path}. Its api calls until then: none.\n"
            "    last words\n"
            "What it wrote at the end is above."
        )

    @pytest.mark.parametrize(
        "body",
        [
            "setTimeout(() => { throw new Error('boom'); }, 1); await new Promise(() => {});",
            "Promise.reject(new Error('boom'));",
        ],
    )
    def test_an_error_that_nothing_handles(
        self, load_action: LoadAction, write_handler: WriteAction, body: str
    ) -> None:
        path = write_handler(body)
        with pytest.raises(ActionCrashedError) as caught:
            load_action(path).run()
        assert caught.value.what_happened == (
            "[A405] An error that nothing handled ended the Action's process: Error: boom"
        )
        assert caught.value.what_was_given.startswith(f"Given: {path}:2:")
        assert caught.value.what_to_do == (
            "Await each promise that the handler starts, and catch inside of callbacks."
        )

    def test_a_rejection_that_is_no_error(
        self, load_action: LoadAction, write_handler: WriteAction
    ) -> None:
        path = write_handler("process.nextTick(() => { throw 'text'; }); await 1;")
        with pytest.raises(ActionCrashedError) as caught:
            load_action(path).run()
        assert str(caught.value) == (
            "[A405] An error that nothing handled ended the Action's process: 'text'\n"
            f"Given: {path}. Its api calls until then: none.\n"
            "Await each promise that the handler starts, and catch inside of callbacks."
        )

    def test_an_error_that_an_earlier_run_left_behind_is_called_so(
        self, load_action: LoadAction, write_action: WriteAction
    ) -> None:
        action = load_action(
            write_action(
                """
                let runs = 0;
                exports.onExecutePostUserRegistration = async () => {
                  runs += 1;
                  if (runs === 1) setTimeout(() => { throw new Error('late'); }, 20);
                  else await new Promise((resolve) => setTimeout(resolve, 1000));
                };
                """
            )
        )
        action.run()
        with pytest.raises(ActionCrashedError) as caught:
            action.run()
        assert caught.value.what_happened == (
            "[A405] An error that nothing handled, left over from an earlier run, ended the "
            "Action's process: Error: late"
        )

    def test_after_a_crash_the_action_starts_cold_and_the_cache_is_kept(
        self, load_action: LoadAction, write_action: WriteAction, api: PostUserRegistrationAPI
    ) -> None:
        action = load_action(
            write_action(
                """
                let runs = 0;
                exports.onExecutePostUserRegistration = async (event, api) => {
                  runs += 1;
                  if (api.cache.get('crash')) { api.cache.delete('crash'); process.exit(1); }
                  event.runs = runs;
                };
                """
            )
        )
        assert [action.run({}).event["runs"] for _ in range(2)] == [1, 2]
        api.cache.set("crash", "now")
        with pytest.raises(ActionCrashedError):
            action.run({})
        assert api.cache.get("crash") is None
        assert action.run({}).event["runs"] == 1

    def test_a_process_that_died_between_two_runs_is_a_crash_of_the_next(
        self,
        load_action: LoadAction,
        write_handler: WriteAction,
        _auth0_node_runtime: NodeRuntime,
    ) -> None:
        action = load_action(write_handler(""))
        for is_known_to_be_dead in (False, True):
            process = _auth0_node_runtime.process()
            os.kill(process._process.pid, signal.SIGKILL)
            if is_known_to_be_dead:
                process._process.wait()
            with pytest.raises(ActionCrashedError, match="was killed by SIGKILL"):
                action.run()
            action.run()

    def test_a_process_that_died_between_two_tests_is_replaced(
        self,
        load_action: LoadAction,
        write_handler: WriteAction,
        _auth0_node_runtime: NodeRuntime,
    ) -> None:
        os.kill(_auth0_node_runtime.process()._process.pid, signal.SIGKILL)
        path = write_handler("console.log(1)")
        assert load_action(path).run().logs == "1\n"
        _auth0_node_runtime.end_test()
        died = _auth0_node_runtime.process()
        os.kill(died._process.pid, signal.SIGKILL)
        died._process.wait()
        assert load_action(path).run().logs == "1\n"
        assert _auth0_node_runtime.process() is not died

    def test_a_process_that_died_before_its_test_ended_is_replaced(
        self,
        load_action: LoadAction,
        write_handler: WriteAction,
        _auth0_node_runtime: NodeRuntime,
    ) -> None:
        """That a test has ended is no moment to fail for what it has left behind."""
        path = write_handler("console.log(1)")
        load_action(path).run()
        died = _auth0_node_runtime.process()
        os.kill(died._process.pid, signal.SIGKILL)
        died._process.wait()
        _auth0_node_runtime.end_test()
        assert load_action(path).run().logs == "1\n"
        assert _auth0_node_runtime.process() is not died

    def test_a_process_that_died_after_its_last_test_is_not_kept(
        self, load_action: LoadAction, write_handler: WriteAction, tmp_path: Path
    ) -> None:
        action = load_action(write_handler("console.log(1)"))
        pool = NodePool(lambda: find_node(None), tmp_path, heap_mb=50)
        runtime = NodeRuntime(pool, watchdog_s=10)
        Action(runtime, action.loaded.testbed, POST_USER_REGISTRATION, action.loaded.file, {}).run()
        died = runtime.process()
        os.kill(died._process.pid, signal.SIGSTOP)  # so that it does not answer before
        runtime.end_test()
        os.kill(died._process.pid, signal.SIGKILL)
        runtime.close()
        assert (
            Action(runtime, action.loaded.testbed, POST_USER_REGISTRATION, action.loaded.file, {})
            .run()
            .logs
            == "1\n"
        )
        assert runtime.process() is not died
        runtime.close()
        pool.close()

    def test_an_action_of_a_dead_process_is_loaded_into_the_next(
        self, load_action: LoadAction, write_handler: WriteAction
    ) -> None:
        bystander = load_action(write_handler("console.log('here')"))
        with pytest.raises(ActionCrashedError):
            load_action(write_handler("process.exit(1)", "exits.js")).run()
        assert bystander.run().logs == "here\n"


class TestTimeouts:
    def test_a_handler_that_can_never_settle_fails_at_once(
        self, load_action: LoadAction, write_handler: WriteAction
    ) -> None:
        path = write_handler("api.cache.get('k');\nawait new Promise(() => {});")
        for _ in range(2):
            with pytest.raises(ActionTimeoutError) as caught:
                load_action(path).run()
            assert str(caught.value) == (
                "[A410] The Action's handler never settles: nothing is left that could settle its "
                "promise.\n"
                f"Given: {path}. Its api calls until then: cache.get.\n"
                "See that each promise it awaits is resolved or rejected; Auth0 would stop it "
                "after 20 s."
            )
            assert [call.path for call in caught.value.execution.calls] == ["cache.get"]

    @pytest.mark.parametrize(
        ("body", "calls"),
        [
            ("while (true) {}", "none"),
            (
                "const spin = () => process.nextTick(spin); spin(); await new Promise(() => {});",
                "none",
            ),
        ],
    )
    def test_a_loop_that_never_yields_is_stopped(
        self,
        load_action: LoadAction,
        write_handler: WriteAction,
        monkeypatch: pytest.MonkeyPatch,
        _auth0_node_runtime: NodeRuntime,
        body: str,
        calls: str,
    ) -> None:
        path = write_handler(body)
        action = load_action(path)
        monkeypatch.setattr(_auth0_node_runtime, "watchdog_s", 0.2)
        with pytest.raises(ActionTimeoutError) as caught:
            action.run()
        assert str(caught.value) == (
            "[A412] The Action did not come to an end within 0.2 s of real time.\n"
            f"Given: {path}. Its api calls until then: {calls}.\n"
            "Look for a loop that never ends (the clock stands still in a loop), or set ini "
            "auth0_watchdog to more seconds."
        )

    def test_a_loop_that_keeps_calling_is_stopped_too(
        self,
        load_action: LoadAction,
        write_handler: WriteAction,
        monkeypatch: pytest.MonkeyPatch,
        _auth0_node_runtime: NodeRuntime,
    ) -> None:
        action = load_action(write_handler("while (true) api.cache.get('k');"))
        monkeypatch.setattr(_auth0_node_runtime, "watchdog_s", 0.2)
        with pytest.raises(ActionTimeoutError) as caught:
            action.run()
        calls = len(caught.value.execution.calls)
        assert calls > 5
        assert caught.value.what_was_given.endswith(
            f"Its api calls until then: {calls - 5} more, {', '.join(['cache.get'] * 5)}."
        )


def test_an_interrupt_in_a_run_ends_its_process(
    load_action: LoadAction,
    write_handler: WriteAction,
    monkeypatch: pytest.MonkeyPatch,
    _auth0_node_runtime: NodeRuntime,
) -> None:
    """Ctrl-C comes through, and the process that was left in the middle is not used again."""
    action = load_action(write_handler("api.cache.get('k');"))
    process = _auth0_node_runtime.process()
    receive: Callable[..., object] = NodeProcess.receive

    def interrupted(self: NodeProcess, deadline_s: float) -> object:
        receive(self, deadline_s)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(NodeProcess, "receive", interrupted)
        with pytest.raises(KeyboardInterrupt):
            action.run()
    assert process._process.returncode == -signal.SIGKILL
    assert [call.path for call in action.run().calls] == ["cache.get"]
