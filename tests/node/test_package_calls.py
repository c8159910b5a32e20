"""Functions of a test's that stand for those of a package."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any
from unittest import mock

import pytest

from pytest_auth0_actions import (
    ActionAbortedError,
    ActionError,
    ActionTimeoutError,
    ApiCall,
    Clock,
    LoadAction,
    PendingWorkWarning,
    UnansweredRequestError,
)
from pytest_auth0_actions.values import UNDEFINED, JSValue
from pytest_auth0_actions.world.elapsed import real_monotonic_s
from pytest_auth0_actions.world.testbed import Testbed
from tests.conftest import WriteAction

NOW_MS = 1_735_689_600_000


@pytest.fixture
def run(load_action: LoadAction, write_handler: WriteAction) -> Any:
    """Run an Action in which `p` is what the test gives."""

    def run(body: str, package: Any) -> Any:
        return load_action(
            write_handler(f"const p = require('p');\n{body}"), packages={"p": package}
        ).run()

    return run


def of_package(path: str, args: tuple[Any, ...], result: Any, at_ms: int = NOW_MS) -> ApiCall:
    return ApiCall(path, args, result, at_ms, is_of_package=True)


def test_it_is_an_async_function_that_is_recorded(run: Any) -> None:
    seen = []

    def charge(amount: int, options: dict[str, Any]) -> dict[str, Any]:
        seen.append((amount, options))
        return {"id": "ch_1"}

    execution = run(
        """
        const { charge } = p.charges;
        console.log(charge.constructor.name, charge.name, charge(1, {}) instanceof Promise);
        console.log(await charge(5, { currency: 'eur' }));
        """,
        {"charges": {"charge": charge}},
    )
    assert execution.logs == "AsyncFunction charge true\n{ id: 'ch_1' }\n"
    assert seen == [(1, {}), (5, {"currency": "eur"})]
    assert execution.calls == (
        of_package("p.charges.charge", (1, {}), {"id": "ch_1"}),
        of_package("p.charges.charge", (5, {"currency": "eur"}), {"id": "ch_1"}),
    )
    assert repr(execution.calls[1]) == (
        "p.charges.charge(5, {'currency': 'eur'}) -> {'id': 'ch_1'}"
    )


@pytest.mark.parametrize(
    ("package", "call", "path"),
    [
        (lambda: 5, "p()", "p"),
        ({"a": {"b": {"c": lambda: 5}}}, "p.a.b.c()", "p.a.b.c"),
        ([lambda: 4, lambda: 5], "p[1]()", "p.1"),
        ({"get": mock.Mock(return_value=5)}, "p.get()", "p.get"),
        ({"get": mock.MagicMock(side_effect=[5])}, "p.get()", "p.get"),
        ({"get": int("5").__index__}, "p.get()", "p.get"),
        ({"n.x": lambda: 5}, "p['n.x']()", "p.n.x"),
        (mock.MagicMock(return_value=5), "p()", "p"),
    ],
)
def test_a_function_may_stand_anywhere(run: Any, package: Any, call: str, path: str) -> None:
    execution = run(f"console.log(await {call});", package)
    assert execution.logs == "5\n"
    assert [each.path for each in execution.calls] == [path]


@pytest.mark.parametrize(
    ("passed", "arrives"),
    [
        ("1, 'a', null, [true], { b: { c: 1.5 } }", (1, "a", None, [True], {"b": {"c": 1.5}})),
        ("undefined, { gone: undefined, kept: null }", (None, {"kept": None})),
        ("new Date(0), { at: new Date(0) }",
         ("1970-01-01T00:00:00.000Z", {"at": "1970-01-01T00:00:00.000Z"})),
        ("NaN, [Infinity]", (None, [None])),
        ("new (class { constructor() { this.a = 1; } })()", ({"a": 1},)),
        ("new (class { toJSON() { return 'mine'; } })()", ("mine",)),
        ("'\\u00e9\\ud83d\\ude00', '\\u2028'", ("é😀", "\u2028")),
        ("{ f() {}, a: 1 }", ({"a": 1},)),
        ("", ()),
    ],
)  # fmt: skip
def test_arguments_arrive_as_json_has_them(run: Any, passed: str, arrives: tuple[Any, ...]) -> None:
    spy = mock.Mock(return_value=None)
    execution = run(f"await p({passed});", spy)
    assert spy.call_args_list == [mock.call(*arrives)]
    assert execution.calls[0].args == arrives


def test_a_callback_does_not_arrive_but_shows(run: Any) -> None:
    spy = mock.Mock(return_value=None)
    execution = run("await p('k', function done() {}, Symbol('s'));", spy)
    assert execution.calls[0].args[1:] == (
        JSValue("function", "[Function: done]", "function done"),
        JSValue("symbol", "Symbol(s)", "type symbol (Symbol(s))"),
    )


@dataclasses.dataclass
class Charge:
    id: str


@pytest.mark.parametrize(
    ("result", "shown"),
    [
        ({"a": [1, None]}, "{ a: [ 1, null ] }"),
        (None, "null"),
        (UNDEFINED, "undefined"),
        ((1, 2), "[ 1, 2 ]"),
        (Charge("ch"), "{ id: 'ch' }"),
        (0, "0"),
        ("", "''"),
    ],
)
def test_results_arrive_as_json_has_them(run: Any, result: Any, shown: str) -> None:
    assert run("console.log([await p()]);", lambda: result).logs == f"[ {shown} ]\n"


def test_what_is_recorded_does_not_change_later(run: Any) -> None:
    result: dict[str, Any] = {"ids": []}

    def get(options: dict[str, Any]) -> dict[str, Any]:
        options["more"] = True
        result["ids"].append(len(result["ids"]))
        return result

    execution = run("await p({ n: 1 }); await p({ n: 2 });", get)
    assert [call.args for call in execution.calls] == [({"n": 1},), ({"n": 2},)]
    assert [call.result for call in execution.calls] == [{"ids": [0]}, {"ids": [0, 1]}]


# ---------------------------------------------------------------- errors


class CardError(Exception):
    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.code = "card_declined"
        self.details = {"retry": False}
        self.when = dt.date(2025, 1, 1)
        self._own = 1


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        (
            CardError("no"),
            "[true,'CardError','no','card_declined',{'retry':false},'CardError: no']",
        ),
        (RuntimeError("down"), "[true,'Error','down',null,null,'Error: down']"),
        (ValueError, "[true,'Error','',null,null,'Error']"),
        (KeyError("k"), "[true,'Error',\"'k'\",null,null,\"Error: 'k'\"]"),
    ],
)
def test_what_it_raises_is_a_rejection(run: Any, error: Any, shown: str) -> None:
    """The attributes that JSON can represent are fields, as packages have them."""
    execution = run(
        """
        const failed = await p().then(() => 'fulfilled', (e) => [
          e instanceof Error, e.name, e.message, e.code, e.details, e.stack.split('\\n')[0],
        ]);
        console.log(JSON.stringify(failed));
        """,
        mock.Mock(side_effect=error),
    )
    assert (
        execution.logs.strip()
        .replace('"', "'")
        .replace("''k''", "\"'k'\"")
        .replace("'Error: 'k''", "\"Error: 'k'\"")
        == shown
    )
    assert isinstance(execution.calls[0].result, error if isinstance(error, type) else type(error))


def test_an_error_has_the_line_that_called_and_its_fields_alone(run: Any) -> None:
    execution = run(
        """
        const error = await p().catch((error) => error);
        console.log(error.stack.split('\\n')[1].match(/code.js:\\d+/)[0], Object.keys(error));
        """,
        mock.Mock(side_effect=CardError("no")),
    )
    assert execution.logs == "code.js:4 [ 'code', 'details' ]\n"


def test_one_that_ends_the_run_is_its_cause(run: Any) -> None:
    error = CardError("no")
    with pytest.raises(ActionError) as caught:
        run("await p();", mock.Mock(side_effect=error))
    assert (caught.value.name, caught.value.message, caught.value.code) == (
        "CardError", "no", "card_declined",
    )  # fmt: skip
    assert caught.value.__cause__ is error
    with pytest.raises(ActionError) as caught:
        run("await p().catch(() => {}); throw new Error('other');", mock.Mock(side_effect=error))
    assert caught.value.__cause__ is None


def test_one_without_a_signature_is_called(run: Any) -> None:
    assert run("console.log(await p('7'));", int).logs == "7\n"


# ---------------------------------------------------------------- time


def test_it_may_move_the_clock(run: Any, clock: Clock) -> None:
    """What was due before its answer goes first, as it does with a request."""
    execution = run(
        """
        const begun = Date.now();
        const said = [];
        setTimeout(() => said.push('timer'), 1000);
        setTimeout(() => said.push('later'), 3000);
        said.push(await p(), Date.now() - begun);
        console.log(said);
        """,
        lambda: clock.tick(seconds=2),
    )
    assert execution.logs == "[ 'timer', null, 2000 ]\n"
    assert execution.duration_ms == 2_000


@pytest.mark.parametrize(("seconds", "ends"), [(20, "done"), (20.001, "timed out")])
def test_the_runs_limit_holds_in_it(run: Any, clock: Clock, seconds: float, ends: str) -> None:
    def slow() -> str:
        clock.tick(seconds=seconds)
        return "done"

    if ends == "done":
        assert run("console.log(await p.get());", {"get": slow}).logs == "done\n"
        return
    with pytest.raises(ActionTimeoutError, match=r"within 20 s.*\n.* It waited for p\.get\(\)\."):
        run("console.log(await p.get());", {"get": slow})


def test_after_the_runs_limit_it_is_not_called(run: Any, clock: Clock) -> None:
    called = []

    def slow(name: str) -> None:
        called.append(name)
        clock.tick(seconds=21)

    source = """
        const timer = new Promise((resolve) => setTimeout(resolve, 5));
        await Promise.race([p.get('first'), timer]);
        await Promise.race([p.get('second'), timer]);
        console.log('late');
    """
    with pytest.raises(ActionTimeoutError) as caught:
        run(source, {"get": slow})
    execution = caught.value.execution
    assert (called, len(execution.calls), execution.logs) == (["first"], 1, "")


def test_its_real_time_is_free(
    run: Any, _auth0_node_runtime: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The watchdog does not count what the test's own code takes."""
    monkeypatch.setattr(_auth0_node_runtime, "watchdog_s", 0.3)

    def slow() -> int:
        until_s = real_monotonic_s() + 0.5
        while real_monotonic_s() < until_s:
            pass
        return 5

    assert run("console.log(await p(), await p());", slow).logs == "5 5\n"


# ---------------------------------------------------------------- runs


def test_it_may_use_what_the_test_has(
    run: Any, api: Any, load_action: LoadAction, write_handler: WriteAction, _auth0_testbed: Testbed
) -> None:
    """Its own calls are the test's; another Action may run meanwhile."""
    inner = load_action(write_handler("api.cache.set('k', 'inner'); console.log('in');", "in.js"))

    def get() -> str:
        return str(inner.run().logs + api.cache.get("k").value)

    execution = run("console.log(await p()); api.cache.get('k');", get)
    assert execution.logs == "in\ninner\n"
    assert [call.path for call in execution.calls] == ["p", "cache.get"]
    told = [
        (entry.details["by"], entry.details["call"].path)
        for entry in _auth0_testbed.journal.entries
        if entry.kind == "call"
    ]
    assert told == [("action", "p"), ("action", "cache.set"), ("test", "cache.get"),
                    ("action", "cache.get")]  # fmt: skip


def test_calls_at_once_are_answered_in_order(run: Any) -> None:
    execution = run("console.log(await Promise.all([1, 2, 3].map((n) => p(n))));", lambda n: n * n)
    assert execution.logs == "[ 1, 4, 9 ]\n"
    assert [call.args for call in execution.calls] == [(1,), (2,), (3,)]


def test_a_call_after_the_handler_is_told(run: Any) -> None:
    with pytest.warns(
        PendingWorkWarning, match=r"called p\.get\(\) after its handler had returned"
    ):
        execution = run("setImmediate(() => p.get(1));", {"get": lambda n: n})
    assert [call.path for call in execution.calls] == ["p.get"]


def test_what_an_earlier_run_left_is_told_and_not_done(
    load_action: LoadAction, write_handler: WriteAction
) -> None:
    spy = mock.Mock(return_value=None)
    body = """
        const p = require('p');
        globalThis.runs = (globalThis.runs ?? 0) + 1;
        if (globalThis.runs === 1) setTimeout(() => p.get(1), 1000);
        else await new Promise((resolve) => setTimeout(resolve, 2000));
    """
    action = load_action(write_handler(body), packages={"p": {"get": spy}})
    action.run()
    with pytest.warns(PendingWorkWarning, match=r"An earlier run .* that called p\.get\(\)"):
        execution = action.run()
    assert execution.calls == ()
    spy.assert_not_called()


def test_a_package_may_have_the_name_of_a_namespace(
    load_action: LoadAction, write_handler: WriteAction
) -> None:
    action = load_action(
        write_handler("await require('cache').get('k'); api.cache.get('k');"),
        packages={"cache": {"get": lambda key: key}},
    )
    mine, auth0s = action.run().calls
    assert (mine.path, mine.is_of_package, mine.result) == ("cache.get", True, "k")
    assert (auth0s.path, auth0s.is_of_package, auth0s.result) == ("cache.get", False, None)


def test_a_package_is_not_taken_for_what_ended_a_run(
    load_action: LoadAction, write_action: WriteAction
) -> None:
    action = write_action(
        """
        exports.onExecutePostLogin = async (event, api) => {
          await require('prompt').render('a');
          api.redirect.sendUserTo('https://r.example.com/');
          api.prompt.render('ap_1');
        };
        """
    )
    loaded = load_action(action, packages={"prompt": {"render": lambda name: name}})
    with pytest.raises(ActionAbortedError) as caught:
        loaded.run()
    assert caught.value.what_was_given.endswith("which called redirect.sendUserTo, prompt.render.")


def test_an_error_names_the_api_calls_alone(run: Any) -> None:
    with pytest.raises(ActionTimeoutError, match=r"Its api calls until then: cache\.get\."):
        run("api.cache.get('k'); await p(); await new Promise(() => {});", lambda: 1)


def test_a_real_package_gets_functions_too(
    load_action: LoadAction, write_action: WriteAction, write_handler: WriteAction
) -> None:
    write_action("exports.who = () => require('p').get('k');", "node_modules/sdk/index.js")
    write_action('{"dependencies": {"p": "1"}}', "node_modules/sdk/package.json")
    action = write_handler("console.log(await require('sdk').who());")
    execution = load_action(action, packages={"p": {"get": lambda key: key * 2}}).run()
    assert execution.logs == "kk\n"
    assert [call.path for call in execution.calls] == ["p.get"]


def test_a_request_that_nobody_answers_still_fails(run: Any, _auth0_testbed: Testbed) -> None:
    with pytest.raises(UnansweredRequestError):
        run("await p(); await fetch('https://x.example.com/').catch(() => {});", lambda: 1)
    _auth0_testbed.network._refused.clear()
