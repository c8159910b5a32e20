"""What a run of an Action does, and what its Execution tells."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pytest_auth0_actions import (
    UNDEFINED,
    ActionCrashedError,
    ActionTimeoutError,
    ApiCall,
    CacheError,
    CacheRecord,
    CacheSetSuccess,
    CacheStore,
    Clock,
    JSObject,
    JSValue,
    LoadAction,
    MakeEvent,
    PendingWorkWarning,
    PostUserRegistrationAPI,
    UsageError,
)
from pytest_auth0_actions.node.runtime import NodeRuntime
from tests.conftest import WriteAction

NOW_MS = 1_735_689_600_000


def answer(execution: Any) -> Any:
    """Return what the Action left in the user's metadata."""
    return execution.event["user"]["user_metadata"]["answer"]


@pytest.fixture
def ask(load_action: LoadAction, write_action: WriteAction) -> Any:
    """Evaluate a JavaScript expression in an Action; return its JSON."""

    def ask(expression: str) -> Any:
        action = load_action(
            write_action(
                "exports.onExecutePostUserRegistration = async (event, api) => {\n"
                f"  event.user.user_metadata.answer = {expression};\n"
                "};\n"
            )
        )
        return answer(action.run())

    return ask


def test_an_execution_tells_the_calls_in_order(
    load_action: LoadAction, write_handler: WriteAction, clock: Clock
) -> None:
    path = write_handler(
        """
        api.cache.get('token');
        api.cache.set('token', 'abc', { ttl: 60000 });
        api.cache.get('token');
        api.cache.delete('other');
        """
    )
    clock.tick(milliseconds=7)
    execution = load_action(path).run()
    record = CacheRecord("abc", NOW_MS + 60_007)
    assert execution.calls == (
        ApiCall("cache.get", ("token",), None, NOW_MS + 7),
        ApiCall(
            "cache.set", ("token", "abc", {"ttl": 60_000}), CacheSetSuccess(record), NOW_MS + 7
        ),
        ApiCall("cache.get", ("token",), record, NOW_MS + 7),
        ApiCall("cache.delete", ("other",), CacheError("CacheKeyDoesNotExist"), NOW_MS + 7),
    )
    assert execution.started_at_ms == NOW_MS + 7
    assert execution.duration_ms == 0


def test_a_value_of_the_tests_is_what_the_action_reads_and_the_other_way_round(
    load_action: LoadAction,
    write_handler: WriteAction,
    api: PostUserRegistrationAPI,
    cache_store: CacheStore,
    clock: Clock,
) -> None:
    action = load_action(
        write_handler(
            """
            const record = api.cache.get('count');
            const count = record === undefined ? 0 : Number(record.value);
            api.cache.set('count', String(count + 1));
            """
        )
    )
    api.cache.set("count", "41")
    action.run()
    assert api.cache.get("count") == CacheRecord("42", NOW_MS + 900_000)
    clock.tick(milliseconds=900_001)
    action.run()
    assert cache_store.records["count"].value == "1"
    cache_store.evict("count")
    action.run()
    assert cache_store.records["count"].value == "1"


def test_the_api_has_exactly_the_documented_members(ask: Any) -> None:
    assert ask("[Object.keys(api), Object.keys(api.cache).sort()]") == [
        ["cache"],
        ["delete", "get", "set"],
    ]


def test_results_are_plain_objects_and_a_miss_is_undefined(ask: Any) -> None:
    plain = "((o) => Object.getPrototypeOf(o) === Object.prototype)"
    assert ask("api.cache.get('nothing') === undefined") is True
    assert ask(f"[{plain}(api.cache.set('k', 'v')), {plain}(api.cache.get('k'))]") == [True, True]
    assert ask("JSON.stringify(api.cache.set('k', 'v'))") == (
        '{"type":"success","record":{"value":"v","expires_at":1735690500000}}'
    )
    assert ask("JSON.stringify(api.cache.get('k'))") == '{"value":"v","expires_at":1735690500000}'
    assert ask("JSON.stringify(api.cache.delete('k'))") == '{"type":"success"}'
    assert ask("JSON.stringify(api.cache.delete('k'))") == (
        '{"type":"error","code":"CacheKeyDoesNotExist"}'
    )


def test_calls_are_synchronous(ask: Any) -> None:
    assert ask("api.cache.set('k', 'v') instanceof Promise") is False


@pytest.mark.parametrize(
    "call",
    [
        "set()",
        "set('k')",
        "set('k', 5)",
        "set(null, 'v')",
        "set('k', true)",
        "set('k', 10n)",
        "set('k', Symbol('s'))",
        "set('k', {})",
        "set('k', [1])",
        "set('k', -0)",
        "set('k', NaN)",
        "set('k', 1.5)",
        "set('k', () => 1)",
        "set('k', function retry() {})",
        "set('k', new (class Token {})())",
        "set('k', new Map())",
        "set('k', new Date())",
        "set('k', Promise.resolve())",
    ],
)
def test_a_wrong_type_throws_the_type_error_of_node(ask: Any, call: str) -> None:
    """Name, message, code and the first line of the stack are those of Buffer.byteLength."""
    value = call[len("set(") : -1].removeprefix("'k', ").replace("null, 'v'", "null")
    value = "undefined" if value in {"", "'k'"} else value
    caught = "(f) => { try { f(); } catch (e) { return e; } }"
    shown = "(e) => [e instanceof TypeError, e.name, e.message, e.code, e.stack.split('\\n')[0]]"
    theirs, ours = ask(
        f"[() => Buffer.byteLength({value}), () => api.cache.{call}].map({caught}).map({shown})"
    )
    assert ours == theirs
    assert ours[0] is True
    assert ours[3] == "ERR_INVALID_ARG_TYPE"


def test_the_stack_of_a_type_error_begins_in_the_action(ask: Any) -> None:
    stack = ask("(() => { try { api.cache.set(5, 'v'); } catch (e) { return e.stack; } })()")
    assert "code.js:2:" in stack.splitlines()[1]


@pytest.mark.filterwarnings("ignore:.A742")
def test_what_is_too_much_is_ignored(ask: Any) -> None:
    assert ask("api.cache.set('k', 'v', {}, 'more', 5).type") == "success"
    assert ask("api.cache.get('k', 'more').value") == "v"


@pytest.mark.filterwarnings("ignore:.A742")
def test_arguments_arrive_as_they_were(load_action: LoadAction, write_handler: WriteAction) -> None:
    """What Python can't represent is a JSValue that shows it."""
    path = write_handler(
        """
        class Token { constructor() { this.ttl = 5; } }
        const round = { name: 'round' };
        round.self = round;
        api.cache.get('k', undefined, null, true, 1.5, [1, [2]], { a: { b: NaN } });
        api.cache.get('k', -0, Infinity, -Infinity);
        api.cache.get('k', new Token(), new Map([[1, 2]]), 10n, Symbol('s'), () => 1, round);
        const bare = Object.assign(Object.create(null), { x: 1 });
        api.cache.get('k', bare, new Proxy(new Token(), {}));
        api.cache.get('k', Buffer.from('hi'));
        """
    )
    first, second, third, fourth, fifth = (call.args[1:] for call in load_action(path).run().calls)
    assert first[:5] == (UNDEFINED, None, True, 1.5, [1, [2]])
    assert first[0] is UNDEFINED
    assert repr(first[5]) == "{'a': {'b': nan}}"
    assert repr(second) == "(-0.0, inf, -inf)"
    token, *others, round_ = third
    assert token == {"ttl": 5}
    assert isinstance(token, JSObject)
    assert token.received == "an instance of Token"
    assert [(other.type, repr(other)) for other in others] == [
        ("object", "Map(1) { 1 => 2 }"),
        ("bigint", "10n"),
        ("symbol", "Symbol(s)"),
        ("function", "[Function (anonymous)]"),
    ]
    assert round_ == {
        "name": "round",
        "self": JSValue("object", "[Circular]", "an instance of Object"),
    }
    assert fourth[0] == {"x": 1}
    assert type(fourth[0]) is dict  # as any plain object
    assert isinstance(fourth[1], JSValue)
    assert repr(fifth[0]) == "<Buffer 68 69>"
    assert fifth[0].received == "an instance of Buffer"


def test_any_string_comes_through(
    load_action: LoadAction, write_handler: WriteAction, api: PostUserRegistrationAPI
) -> None:
    strings = ["", "\0\n\r\u2028", "é🔑", "\ud83d", '"\\', "x" * 200_000]
    for string in strings:
        path = write_handler(
            "event.user.user_metadata.answer = event.user.nickname;\n"
            "api.cache.get(event.user.nickname);"
        )
        event = {"user": {"nickname": string, "user_metadata": {}}}
        execution = load_action(path).run(event)
        assert answer(execution) == string
        assert execution.calls[-1].args == (string,)


@pytest.mark.filterwarnings("ignore::pytest_auth0_actions.CacheOptionsWarning")
def test_a_class_instance_serves_as_options(ask: Any) -> None:
    assert ask("api.cache.set('k', 'v', new (class { ttl = 5 })()).record.expires_at") == NOW_MS + 5
    assert ask("api.cache.set('k', 'v', 'ttl').record.expires_at") == NOW_MS + 900_000


class TestLogs:
    def test_all_console_output_of_the_run_is_there(
        self, load_action: LoadAction, write_handler: WriteAction
    ) -> None:
        action = load_action(
            write_handler(
                """
                console.log('plain %s %d', 'text', 5, { a: 1 });
                console.error('to stderr');
                console.warn('warned'); console.info('told'); console.debug('debugged');
                console.group('group'); console.log('inside'); console.groupEnd();
                console.table([{ a: 1 }]);
                console.log(event.user.email);
                """
            )
        )
        assert action.run({"user": {"email": "ada@example.com"}}).logs == (
            "plain text 5 { a: 1 }\nto stderr\nwarned\ntold\ndebugged\ngroup\n  inside\n"
            "┌─────────┬───┐\n│ (index) │ a │\n├─────────┼───┤\n│ 0       │ 1 │\n└─────────┴───┘\n"
            "ada@example.com\n"
        )
        assert "ada" not in action.run({"user": {"email": "bob@example.com"}}).logs

    def test_half_a_surrogate_pair_is_shown_as_node_would(
        self, load_action: LoadAction, write_handler: WriteAction
    ) -> None:
        assert load_action(write_handler("console.log('\\ud83d');")).run().logs == "\ufffd\n"

    def test_output_to_stdout_neither_breaks_nor_blocks(
        self, load_action: LoadAction, write_handler: WriteAction, capfd: pytest.CaptureFixture[str]
    ) -> None:
        """A pipe would take 64 kB; 20 MB to each leave no trace."""
        action = load_action(
            write_handler(
                """
                process.stdout.write('{"done":true}\\n');
                const mega = 'x'.repeat(1 << 20);
                for (let i = 0; i < 20; i++) {
                  process.stdout.write(mega);
                  require('fs').writeSync(2, mega);
                }
                console.log('through');
                """
            )
        )
        for _ in range(2):
            assert action.run().logs == "through\n"
        assert capfd.readouterr() == ("", "")


class TestEvent:
    def test_the_event_is_what_the_action_left(
        self, load_action: LoadAction, write_handler: WriteAction, make_event: MakeEvent
    ) -> None:
        given = make_event(user={"nickname": "ada"})
        before = json.dumps(given)
        execution = load_action(
            write_handler(
                """
                event.user.nickname = 'bob';
                delete event.user.email;
                event.added = { when: new Date(), list: [1, undefined] };
                """
            )
        ).run(given)
        assert execution.event["user"]["nickname"] == "bob"
        assert "email" not in execution.event["user"]
        assert (
            repr(execution.event["added"])
            == "{'when': 2025-01-01T00:00:00.000Z, 'list': [1, undefined]}"
        )
        assert json.dumps(given) == before

    @pytest.mark.parametrize("left", ["null", "'ada'", "7", "[]"])
    def test_an_object_may_give_way_to_anything(
        self, load_action: LoadAction, write_handler: WriteAction, left: str
    ) -> None:
        path = write_handler(f"event.user = {left};")
        user = load_action(path).run({"user": {}}).event["user"]
        assert json.dumps(user) == left.replace("'", '"')

    def test_without_an_event_it_is_make_events(
        self, load_action: LoadAction, write_handler: WriteAction, make_event: MakeEvent
    ) -> None:
        assert load_action(write_handler("")).run().event == make_event()

    def test_secrets_lie_under_those_of_the_event(
        self, load_action: LoadAction, write_handler: WriteAction, make_event: MakeEvent
    ) -> None:
        action = load_action(write_handler(""), secrets={"A": "loaded", "B": "loaded"})
        assert action.run().event["secrets"] == {"A": "loaded", "B": "loaded"}
        event = make_event(secrets={"B": "given", "C": "given"})
        assert action.run(event).event["secrets"] == {"A": "loaded", "B": "given", "C": "given"}
        assert action.run({"secrets": None}).event == {"secrets": {"A": "loaded", "B": "loaded"}}
        assert action.run({}).event == {"secrets": {"A": "loaded", "B": "loaded"}}

    def test_secrets_may_have_any_shape(
        self, load_action: LoadAction, make_event: MakeEvent, write_handler: WriteAction
    ) -> None:
        action = load_action(write_handler("console.log(event.secrets);"), secrets={"A": "own"})
        for secrets in (5, "", ["a"], True):
            event = make_event()
            event["secrets"] = secrets
            assert action.run(event).event["secrets"] == secrets

    def test_an_event_must_be_json(
        self, load_action: LoadAction, write_handler: WriteAction
    ) -> None:
        action = load_action(write_handler(""))
        round_: dict[str, Any] = {}
        round_["self"] = round_
        for event, given in (
            ({"user": {"tags": ["a", {"b"}]}}, "event.user.tags[1] = {'b'}"),
            ({"user": {"born": NOW_MS, "score": float("nan")}}, "event.user.score = nan"),
            ({"user": (1, b"2")}, "event.user[1] = b'2'"),
            ({"user": round_}, "event.user.self = {'self': {...}}"),
        ):
            with pytest.raises(UsageError) as caught:
                action.run(event)
            assert str(caught.value) == (
                "[A416] The event holds something that can't be sent to an Action.\n"
                f"Given: {given}.\n"
                "Events are JSON: use text (for times, too), finite numbers, booleans, None, lists "
                "and dicts."
            )
        assert action.run({}).logs == ""


class TestClock:
    def test_dates_in_the_action_are_the_tests(self, ask: Any, clock: Clock) -> None:
        clock.move_to("2031-02-03T04:05:06.789Z")
        now_ms = clock.now_ms
        assert ask("Date.now()") == now_ms
        assert ask("new Date().getTime()") == now_ms
        assert ask("Date()") == "Mon Feb 03 2031 04:05:06 GMT+0000 (Coordinated Universal Time)"
        assert ask("new Intl.DateTimeFormat('en-GB').format()") == "03/02/2031"
        assert ask("new Intl.DateTimeFormat('en-GB').formatToParts()[4].value") == "2031"
        assert ask("new Intl.DateTimeFormat('en-GB').format(new Date(0))") == "01/01/1970"
        assert ask("new Date().toLocaleString()") == "2/3/2031, 4:05:06 AM"

    def test_dates_are_otherwise_as_ever(self, ask: Any) -> None:
        assert ask("new Date(5).getTime()") == 5
        assert ask("new Date('2020-01-01').toISOString()") == "2020-01-01T00:00:00.000Z"
        assert ask("new Date(2020, 1).getMonth()") == 1
        assert ask("Date.parse('1970-01-01T00:00:01Z')") == 1_000
        assert ask("Date.UTC(1970, 0, 1, 0, 0, 2)") == 2_000
        assert ask("isNaN(new Date(undefined))") is True
        assert ask(
            "[new Date() instanceof Date, new Date().constructor === Date, Date.name, Date.length]"
        ) == [True, True, "Date", 7]
        assert ask("Object.prototype.toString.call(new Date())") == "[object Date]"
        assert ask("structuredClone(new Date()).toISOString()") == "2025-01-01T00:00:00.000Z"
        assert ask(
            "(() => { class Day extends Date {} const d = new Day(); "
            "return [d instanceof Day, d instanceof Date, d.getTime()]; })()"
        ) == [True, True, NOW_MS]

    def test_time_that_passes_in_a_run_is_its_duration(
        self, load_action: LoadAction, write_handler: WriteAction
    ) -> None:
        from freezegun import freeze_time

        action = load_action(
            write_handler("api.cache.get('a'); event.first = Date.now(); api.cache.get('b');")
        )
        with freeze_time("2030-01-01", auto_tick_seconds=1):
            execution = action.run({})
        assert execution.duration_ms > 0
        first, second = execution.calls
        assert execution.started_at_ms < first.at_ms < execution.event["first"] < second.at_ms

    def test_the_actions_are_in_utc_and_english(
        self, ask: Any, monkeypatch: pytest.MonkeyPatch, _auth0_node_runtime: NodeRuntime
    ) -> None:
        """Wherever the tests run: here in New York, with a German locale."""
        monkeypatch.setenv("TZ", "America/New_York")
        monkeypatch.setenv("LANG", "de_DE.UTF-8")
        monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
        _auth0_node_runtime.close()
        assert ask("Intl.DateTimeFormat().resolvedOptions().timeZone") == "UTC"
        assert ask("new Date().getTimezoneOffset()") == 0
        assert ask("(1234.5).toLocaleString()") == "1,234.5"


class TestModules:
    def test_runs_of_one_load_share_state_and_loads_do_not(
        self, load_action: LoadAction, write_action: WriteAction
    ) -> None:
        write_action("exports.count = 0;", "state.js")
        path = write_action(
            """
            const state = require('./state');
            let count = 0;
            exports.onExecutePostUserRegistration = async (event) => {
              count += 1;
              state.count += 1;
              event.counts = [count, state.count, require('./state.js').count];
            };
            """
        )
        first, second = load_action(path), load_action(path)
        assert first.run({}).event["counts"] == [1, 1, 1]
        assert first.run({}).event["counts"] == [2, 2, 2]
        assert second.run({}).event["counts"] == [1, 1, 1]
        assert first.run({}).event["counts"] == [3, 3, 3]
        assert load_action(path).run({}).event["counts"] == [1, 1, 1]

    def test_loading_reads_the_file_afresh(
        self, load_action: LoadAction, write_handler: WriteAction
    ) -> None:
        assert load_action(write_handler("console.log('one')")).run().logs == "one\n"
        assert load_action(write_handler("console.log('two')")).run().logs == "two\n"

    def test_top_level_code_runs_once_and_in_the_first_run(
        self, load_action: LoadAction, write_action: WriteAction, clock: Clock
    ) -> None:
        action = load_action(
            write_action(
                """
                console.log('top level at', Date.now());
                exports.onExecutePostUserRegistration = async () => { console.log('handler'); };
                """
            )
        )
        clock.tick(milliseconds=5)
        assert action.run().logs == f"top level at {NOW_MS + 5}\nhandler\n"
        assert action.run().logs == "handler\n"

    def test_what_can_be_required(
        self, load_action: LoadAction, write_action: WriteAction, tmp_path: Path
    ) -> None:
        """Node's modules, the user's files, JSON, and packages beside and above the Action."""
        for name, source in {
            "node_modules/above/index.js": "exports.now = () => new Date().toISOString();",
            "actions/node_modules/@scope/beside/package.json": '{"main": "lib/main.js"}',
            "actions/node_modules/@scope/beside/lib/main.js": "module.exports = 'beside';",
            "actions/data.json": '{"list": [1, 2]}',
            "actions/lib/index.js": "exports.up = require('../data.json').list;"
            "exports.dir = __dirname;",
            "actions/lib/esm.mjs": "export default 'esm';",
            "actions/ring_a.js": "exports.early = 1; exports.b = require('./ring_b').seen;",
            "actions/ring_b.js": "exports.seen = require('./ring_a').early;",
        }.items():
            write_action(source, name)
        path = write_action(
            """
            const { createHash } = require('node:crypto');
            const os = require('os');
            const data = require('./data.json');
            data.list.push(3);
            exports.onExecutePostUserRegistration = async (event) => {
              event.found = {
                sha: createHash('sha256').update('a').digest('hex').slice(0, 8),
                eol: os.EOL,
                above: require('above').now(),
                beside: require('@scope/beside'),
                data: data.list,
                lib: require('./lib'),
                esm: (await import('./lib/esm.mjs')).default,
                ring: require('./ring_a').b,
                resolved: require.resolve('above'),
                looked_in: require.resolve.paths('above').slice(0, 2),
                paths: module.paths.slice(0, 2),
                main: require.main === module,
                file: [__filename, module.filename, module.loaded, module.exports === exports],
                self: this === undefined,
              };
            };
            """,
            "actions/code.js",
        )
        found = load_action(path).run({}).event["found"]
        assert found == {
            "sha": "ca978112",
            "eol": "\n",
            "above": "2025-01-01T00:00:00.000Z",
            "beside": "beside",
            "data": [1, 2, 3],
            "lib": {"up": [1, 2, 3], "dir": str(tmp_path / "actions/lib")},
            "esm": "esm",
            "ring": 1,
            "resolved": str(tmp_path / "node_modules/above/index.js"),
            "looked_in": [str(tmp_path / "actions/node_modules"), str(tmp_path / "node_modules")],
            "paths": [str(tmp_path / "actions/node_modules"), str(tmp_path / "node_modules")],
            "main": False,
            "file": [str(path), str(path), True, True],
            "self": False,
        }

    def test_a_package_json_of_type_module_changes_nothing(
        self, load_action: LoadAction, write_action: WriteAction, write_handler: WriteAction
    ) -> None:
        """At Auth0 an Action is CommonJS whatever stands beside it in the repository."""
        write_action('{"type": "module"}', "package.json")
        write_action("exports.name = 'helper';", "helper.js")
        assert load_action(write_handler("console.log(require('./helper').name)")).run().logs == (
            "helper\n"
        )

    def test_a_byte_order_mark_is_no_code(
        self, load_action: LoadAction, write_action: WriteAction
    ) -> None:
        write_action("\ufeffexports.name = 'helper';", "helper.js")
        path = write_action(
            "\ufeffconst { name } = require('./helper');\n"
            "exports.onExecutePostUserRegistration = async () => { console.log(name); };"
        )
        assert load_action(path).run().logs == "helper\n"

    def test_a_helper_may_be_an_es_module(
        self, load_action: LoadAction, write_action: WriteAction, write_handler: WriteAction
    ) -> None:
        write_action('{"type": "module"}', "package.json")
        write_action("export const name = 'modern';", "helper.js")
        assert load_action(write_handler("console.log(require('./helper').name)")).run().logs == (
            "modern\n"
        )

    def test_module_exports_is_as_good_as_exports(
        self, load_action: LoadAction, write_action: WriteAction
    ) -> None:
        path = write_action(
            "module.exports = { async onExecutePostUserRegistration() { console.log('ran'); } };"
        )
        assert load_action(path).run().logs == "ran\n"


class TestActionsModules:
    def test_a_module_reads_its_own_secrets(
        self, load_action: LoadAction, write_action: WriteAction, write_handler: WriteAction
    ) -> None:
        plain = write_action("exports.name = 'plain'; exports.s = actions.secrets;", "plain.js")
        keyed = write_action("exports.key = actions.secrets.KEY;", "modules/keyed.js")
        path = write_handler(
            """
            const plain = require('actions:plain');
            event.found = [plain.name, plain.s, require('actions:keyed').key,
                           require('actions:plain') === plain, typeof actions];
            """
        )
        action = load_action(
            path,
            secrets={"KEY": "action's"},
            modules={"plain": plain, "keyed": (keyed, {"KEY": "k"})},
        )
        assert action.run({}).event["found"] == ["plain", {}, "k", True, "undefined"]

    def test_a_helper_of_the_action_can_require_it_and_a_module_can_not(
        self, load_action: LoadAction, write_action: WriteAction, write_handler: WriteAction
    ) -> None:
        other = write_action("exports.name = 'other';", "other.js")
        nested = write_action("exports.name = require('actions:other').name;", "nested.js")
        write_action("exports.other = require('actions:other').name;", "helper.js")
        path = write_handler(
            """
            event.helper = require('./helper').other;
            const tries = [];
            for (let i = 0; i < 2; i++) {
              try { require('actions:nested'); } catch (error) { tries.push(error); }
            }
            event.nested = [tries[0].code, tries[0] === tries[1]];
            """
        )
        action = load_action(path, modules={"other": other, "nested": nested})
        event = action.run({}).event
        assert event["helper"] == "other"
        assert event["nested"] == ["MODULE_NOT_FOUND", True]


def test_a_run_that_was_given_up_can_not_disturb_a_later_one(
    load_action: LoadAction, write_action: WriteAction
) -> None:
    """The second run settles what the first one waited for in vain."""
    action = load_action(
        write_action(
            """
            exports.onExecutePostUserRegistration = async (event) => {
              event.order = [];
              if (globalThis.release === undefined) {
                await new Promise((resolve) => { globalThis.release = resolve; });
                console.log('released');
              } else {
                globalThis.release();
                await 1;
                event.order.push('done');
              }
            };
            """
        )
    )
    with pytest.raises(ActionTimeoutError, match="never settles"):
        action.run({})
    for _ in range(2):
        assert action.run({}).event["order"] == ["done"]


def test_what_a_run_does_after_its_end_is_in_no_execution(
    load_action: LoadAction, write_action: WriteAction, cache_store: CacheStore
) -> None:
    """As Auth0's runtime has it: what is logged or stored too late is lost."""
    action = load_action(
        write_action(
            """
            let late;
            exports.onExecutePostUserRegistration = async (event, api) => {
              if (late === undefined) {
                late = new Promise((resolve) => setTimeout(() => {
                  console.log('late');
                  resolve([api.cache.get('late'), api.cache.set('late', 'v')]);
                }, 20));
              } else {
                event.answers = await late;
                console.log('in time');
              }
            };
            """
        )
    )
    action.run({})
    with pytest.warns(PendingWorkWarning) as told:
        execution = action.run({})
    left = "[A726] An earlier run of the Action had left code behind that called api.cache"
    pending = [str(each.message) for each in told if each.category is PendingWorkWarning]
    assert [text[: len(left) + 4] for text in pending] == [f"{left}.get", f"{left}.set"]
    assert execution.logs == "in time\n"
    assert execution.calls == ()
    assert execution.event["answers"] == [UNDEFINED, UNDEFINED]
    assert dict(cache_store.records) == {}


def test_what_belongs_to_no_run_belongs_to_the_present_one(
    load_action: LoadAction, write_handler: WriteAction
) -> None:
    """Node.js itself calls a listener of the process, outside of any run, when its time is over."""
    path = write_handler(
        """
        process.once('beforeExit', () => {
          console.log('idle');
          throw new Error('in a listener');
        });
        await new Promise(() => {});
        """
    )
    with pytest.raises(ActionCrashedError) as caught:
        load_action(path).run()
    assert caught.value.execution.logs == ""
    assert caught.value.what_happened == (
        "[A405] An error that nothing handled ended the Action's process: Error: in a listener"
    )


def test_an_error_that_is_logged_has_no_frames_of_ours(
    load_action: LoadAction, write_handler: WriteAction
) -> None:
    logs = load_action(write_handler("console.error(new Error('logged'));")).run().logs
    assert logs.splitlines()[0] == "Error: logged"
    assert "harness" not in logs


def test_an_object_that_is_reached_by_a_million_ways_is_cut(
    load_action: LoadAction, write_handler: WriteAction
) -> None:
    path = write_handler(
        "let tree = { leaf: 1 };\n"
        "for (let i = 0; i < 22; i++) tree = { left: tree, right: [tree] };\n"
        "event.tree = tree;"
    )
    execution = load_action(path).run({})
    assert repr(execution.event["tree"]).count("leaf") < 100_000
    assert "[Too large]" in repr(execution.event["tree"])


def test_a_field_that_can_not_be_read_spoils_no_other(
    load_action: LoadAction, write_handler: WriteAction
) -> None:
    path = write_handler(
        "Object.defineProperty(event, 'bad', { enumerable: true, get() { throw 1; } });\n"
        "event.good = 1;"
    )
    assert repr(load_action(path).run({}).event) == "{'secrets': {}, 'bad': [Threw], 'good': 1}"
    path = write_handler("Object.setPrototypeOf(event, new Proxy({}, { get() { throw 1; } }));")
    assert repr(load_action(path).run({}).event) == "[Threw]"


def test_the_domain_module_can_be_loaded(
    load_action: LoadAction, write_handler: WriteAction
) -> None:
    """Which Node.js refuses to a process that captures uncaught exceptions."""
    path = write_handler("console.log(typeof require('domain').create)")
    assert load_action(path).run().logs == "function\n"


def test_relative_paths_start_at_the_root(
    load_action: LoadAction, write_handler: WriteAction, pytestconfig: pytest.Config
) -> None:
    import os

    path = write_handler("console.log(__filename)")
    relative = os.path.relpath(path, pytestconfig.rootpath)
    action = load_action(relative)
    assert repr(action) == f"Action({relative!r})"
    assert Path(action.run().logs.strip()).resolve() == path
