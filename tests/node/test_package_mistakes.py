"""What a test does wrong with the functions that stand for a package's; its Node.js is ended."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from unittest import mock

import pytest

from pytest_auth0_actions import (
    ActionCrashedError,
    ActionError,
    LoadAction,
    PendingWorkWarning,
    UsageError,
)
from pytest_auth0_actions.node.runtime import NodeRuntime
from tests.conftest import WriteAction


@pytest.fixture
def run(load_action: LoadAction, write_handler: WriteAction) -> Any:
    """Run an Action in which `p` is what the test gives."""

    def run(body: str, package: Any) -> Any:
        return load_action(
            write_handler(f"const p = require('p');\n{body}"), packages={"p": package}
        ).run()

    return run


def test_an_assertion_fails_the_test(run: Any) -> None:
    def get(key: str) -> None:
        assert key == "other", "asked for the wrong key"

    with pytest.raises(AssertionError, match="asked for the wrong key"):
        run("await p('k').catch(() => {});", get)


@pytest.mark.parametrize("end", [pytest.fail, pytest.skip, UsageError])
def test_so_does_what_ends_a_test(run: Any, end: Any) -> None:
    def get() -> None:
        raise end("a", "b", "c") if end is UsageError else end.Exception("mine")

    with pytest.raises(UsageError if end is UsageError else end.Exception):
        run("await p().catch(() => {});", get)


def raises(run: Any, body: str, package: Any) -> str:
    with pytest.raises(UsageError) as caught:
        run(body, package)
    return str(caught.value)


FILE = "have a JavaScript file stand for it: packages={'p': 'path/to/file.js'}."


@pytest.mark.parametrize("result", [{1, 2}, dt.date(2025, 1, 1), float("nan"), mock.sentinel.thing])
def test_a_result_that_json_can_not_represent_is_a_usage_error(run: Any, result: Any) -> None:
    assert raises(run, "await p.get().catch(() => {});", {"get": lambda: result}) == (
        "[A421] The function for p.get() returned something that can't be sent to an Action.\n"
        f"Given: {result!r}.\n"
        f"Have it return text, numbers, booleans, None, lists or dicts, or {FILE}"
    )


def test_a_coroutine_is_a_usage_error(run: Any) -> None:
    async def get() -> None:
        pass

    text = raises(run, "await p.get();", {"get": lambda: get()})
    assert "returned something that can't be sent to an Action.\nGiven: <coroutine" in text


@pytest.mark.parametrize(
    ("passed", "why"),
    [
        ("5n", "Do not know how to serialize a BigInt"),
        ("(() => { const a = {}; a.a = a; return a; })()", "Converting circular structure to JSON"),
        ("{ get a() { throw new Error('mine'); } }", "mine"),
    ],
)
def test_an_argument_that_json_can_not_represent_is_a_usage_error(
    run: Any, passed: str, why: str
) -> None:
    spy = mock.Mock()
    assert raises(run, f"await p.get({passed}).catch(() => {{}});", {"get": spy}) == (
        "[A418] The Action passed p.get() something that JSON cannot represent.\n"
        f"Given: {why}.\n"
        f"Have it pass text, numbers, booleans, lists or objects, or {FILE}"
    )
    spy.assert_not_called()


def test_arguments_that_it_does_not_take_are_a_usage_error(run: Any) -> None:
    def get(key: str, *, more: int = 0) -> None:
        raise AssertionError

    assert raises(run, "await p.get('k', 5).catch(() => {});", {"get": get}) == (
        "[A420] The function for p.get() does not take what the Action passes: "
        "too many positional arguments.\n"
        "Given: p.get('k', 5), for a function of (key: 'str', *, more: 'int' = 0) -> 'None'.\n"
        "Give it the parameters that the Action passes, or *args."
    )


def test_an_exhausted_mock_is_a_usage_error(run: Any) -> None:
    spy = mock.Mock(side_effect=[1])
    assert raises(run, "await p(); await p().catch(() => {});", spy) == (
        "[A419] The function for p() has no answer left: its side_effect is used up.\n"
        f"Given: {spy!r}.\n"
        "Give side_effect one more, or one callable that answers each time."
    )


def test_a_process_that_is_lost_is_replaced_by_another(
    load_action: LoadAction, write_action: WriteAction, write_handler: WriteAction,
    _auth0_node_runtime: NodeRuntime,
) -> None:  # fmt: skip
    fake = write_action("let count = 0; exports.next = () => (count += 1);", "fakes/counter.js")
    body = "console.log(require('counter').next(), await require('p')());"
    packages = {"counter": fake, "p": mock.Mock(side_effect=["a", "b", "c"])}
    action = load_action(write_handler(body), packages=packages)
    assert [action.run().logs, action.run().logs] == ["1 a\n", "2 b\n"]
    _auth0_node_runtime.discard()
    assert action.run().logs == "1 c\n"


@pytest.mark.parametrize("package", [mock.Mock(), mock.MagicMock(), len])
def test_a_function_has_no_methods(run: Any, package: Any) -> None:
    with pytest.raises(ActionError, match=r"p\.get is not a function") as caught:
        run("await p.get('k');", package)
    assert caught.value.what_to_do.splitlines()[0] == (
        "A function stands for 'p', and has no methods: pass packages={'p': {'get': ...}}."
    )
    assert run("await p.get('k');", {"get": lambda key: key}).calls[0].result == "k"


@pytest.mark.parametrize("package", [mock.Mock(), {"get": len}])
def test_a_function_is_no_class(run: Any, package: Any) -> None:
    body = "const P = p.get ?? p;\nnew P();"
    with pytest.raises(ActionError, match="P is not a constructor") as caught:
        run(body, package)
    assert caught.value.what_to_do.splitlines()[0] == (
        "A function of Python is no class: if that is of a package that the test replaces, give a "
        "JavaScript file in its place."
    )


@pytest.mark.parametrize("package", [{"get": 5}, {"get": len}])
def test_another_error_has_no_advice_of_packages(run: Any, package: Any) -> None:
    with pytest.raises(ActionError, match="is not a function") as caught:
        run("await p.put('k');", package)
    assert caught.value.what_to_do.startswith("Look there")


def test_a_mock_without_a_return_value(run: Any) -> None:
    assert raises(run, "await p.get();", {"get": mock.Mock()}).splitlines()[-1] == (
        "A Mock returns a Mock unless it has a return_value. Have it return text, numbers, "
        f"booleans, None, lists or dicts, or {FILE}"
    )
    assert run("await p.get();", {"get": mock.Mock(return_value={})}).calls[0].result == {}


@pytest.mark.parametrize("module", [mock.Mock(), mock.MagicMock(), {"get": len}])
def test_what_stands_for_a_package_is_no_module(
    load_action: LoadAction, write_handler: WriteAction, module: Any
) -> None:
    with pytest.raises(UsageError) as caught:
        load_action(write_handler("require('actions:p');"), modules={"p": module})
    assert str(caught.value) == (
        "[A317] The module 'p' must be the path of a JavaScript file.\n"
        f"Given: {module!r}.\n"
        "Write the code to a file, and pass its path as a str or a Path. What stands for an npm "
        "package goes into packages=."
    )


@pytest.mark.parametrize(
    ("use", "value", "said"),
    [
        ("const badge = p.get(); badge.role;", {"role": "admin"}, "read .role of"),
        ("const { length } = p.get(); length;", "admin", "read .length of"),
        ("p.get().toFixed?.();", 5, "read .toFixed of"),
        ("p.get()[0];", ["admin"], "read .0 of"),
        ("const late = p.get(); await late; late.role;", {"role": None}, "read .role of"),
        ("JSON.stringify(p.get());", {"role": "admin"}, "read .toJSON of"),
        ("`${p.get()}`;", {"role": "admin"}, "made a text or a number of"),
        ("p.get() + 1;", None, "made a text or a number of"),
    ],
)
def test_a_promise_that_is_used_as_a_value_is_warned_of(
    run: Any, use: str, value: object, said: str
) -> None:
    text = (
        f"[A745] The Action {said} the promise that p.get() returned. Await it; or, if the real "
        "one returns no promise, have a JavaScript file stand for the package: "
        "packages={'name': 'path/to/file.js'}."
    )
    with pytest.warns(PendingWorkWarning, match=f"^{re.escape(text)}$"):
        run(use, {"get": lambda: value})


@pytest.mark.parametrize(
    "use",
    [
        "(await p.get()).role;",
        "const [user] = await Promise.all([p.get()]); user.role;",
        "await p.get().then((user) => user.role).catch(() => {}).finally(() => {});",
        "console.log(p.get());",
        "const got = p.get(); if (typeof got.then === 'function') (await got).role;",
        "const got = p.get(); console.log(got instanceof Promise, got.constructor === Promise);",
        "return p.get();",
        "const got = { user: p.get() }; (await got.user).role;",
        "for await (const user of [p.get()]) user.role;",
        "await Promise.race([p.get(), p.get()]); await Promise.allSettled([p.get()]);",
        "require('util').inspect(p.get()); require('util').types.isPromise(p.get());",
        "const got = p.get(); if (got.cancel) got.cancel(); (await got).role;",
        "const got = p.get(); got.abort?.(); if (typeof got.pipe === 'function') got.pipe();",
        "Object.getPrototypeOf(p.get()).role; Object.create(p.get()).role;",
    ],
)
def test_a_promise_that_is_used_as_one_is_right(run: Any, use: str) -> None:
    run(use, {"get": lambda: {"role": "admin"}})


def test_a_call_that_fails_has_no_names_and_is_not_handled_by_them(run: Any) -> None:
    package = {"get": mock.Mock(side_effect=ValueError("no role"))}
    run("const got = p.get(); got.role; await got.catch(() => {});", package)
    with pytest.raises(ActionCrashedError, match="no role"):
        run("p.get().role;", package)


def test_what_is_returned_is_a_promise_to_whoever_asks(run: Any) -> None:
    body = """const got = p.get();
      console.log(got instanceof Promise, got.constructor === Promise, got);
      console.log(Object.prototype.toString.call(got), Promise.resolve(got) === got);"""
    assert run(body, {"get": lambda: 5}).logs == (
        "true true Promise { 5 }\n[object Promise] true\n"
    )
