"""Corners of runs: what is given twice or too late, and code that is loaded in unusual ways."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import respx

from pytest_auth0_actions import (
    ActionError,
    CacheStore,
    IgnoredResultWarning,
    LoadAction,
    MissingSecretWarning,
    NodeNotFoundError,
    PendingWorkWarning,
    UsageError,
)
from pytest_auth0_actions.auth0.events.model import EventModel
from pytest_auth0_actions.auth0.triggers import TRIGGERS
from pytest_auth0_actions.node.missing_field import advice_on_missing
from pytest_auth0_actions.node.process import NodeGoneError
from pytest_auth0_actions.node.runtime import NodeRuntime
from pytest_auth0_actions.world.seed import without_variant
from tests.conftest import WriteAction

URL = "https://crm.example.com/lead"


@pytest.fixture
def write_package(tmp_path: Path) -> Callable[[str], None]:
    """Write the one file of the npm package `dep`."""

    def write(source: str) -> None:
        folder = tmp_path / "node_modules/dep"
        folder.mkdir(parents=True)
        (folder / "index.js").write_text(source, encoding="utf-8")

    return write


# ---------------------------------------------------------------- mistakes in the test


@pytest.mark.parametrize(
    ("use", "what_happened"),
    [
        (
            lambda action, _: action.resume(),
            "[A401] Actions of post-user-registration have no continue handler.",
        ),
        (
            lambda action, event: action.run(event, user={"name": "Ada"}),
            "[A414] A run takes an event, or fields to make one from, but not both.",
        ),
        (
            lambda action, event: action.run(event, variant="database"),
            "[A414] A run takes an event, or fields to make one from, but not both.",
        ),
    ],
    ids=["resume", "an override", "a variant"],
)
def test_what_a_run_does_not_take(
    load_action: LoadAction,
    write_handler: WriteAction,
    make_event: Any,
    use: Callable[[Any, Any], object],
    what_happened: str,
) -> None:
    action = load_action(write_handler(""))
    with pytest.raises(UsageError) as caught:
        use(action, make_event())
    assert caught.value.what_happened == what_happened


def test_the_event_of_another_trigger(
    load_action: LoadAction, write_action: WriteAction, write_handler: WriteAction
) -> None:
    other = write_action("exports.onExecutePostLogin = async () => {};", "login.js")
    event = load_action(other).make_event()
    with pytest.raises(UsageError, match=r"made for post-login.*is for post-user-registration"):
        load_action(write_handler("")).run(event)


def test_an_api_that_was_used_before_its_trigger_is_known(
    load_action: LoadAction, write_action: WriteAction, api: Any
) -> None:
    api.cache.get("k")
    with pytest.raises(UsageError, match="used `api` before it loaded an Action of post-login"):
        load_action(write_action("exports.onExecutePostLogin = async () => {};"))


def test_a_store_of_the_tests_own_knows_no_other() -> None:
    with pytest.raises(UsageError, match="Only the fixture cache_store"):
        CacheStore(lambda: 0).of("post-login")


def test_the_store_of_another_trigger_is_the_one_behind_its_api(
    load_action: LoadAction, write_action: WriteAction, cache_store: CacheStore
) -> None:
    for handler in ("onExecutePostUserRegistration", "onExecutePostLogin"):
        body = f"exports.{handler} = async (event, api) => {{ api.cache.set('{handler}', 'v'); }};"
        load_action(write_action(body, f"{handler}.js")).run()
    assert list(cache_store.records) == ["onExecutePostUserRegistration"]
    other = cache_store.of("post-login")
    assert list(other.records) == ["onExecutePostLogin"]
    assert (other.of("post-user-registration"), other.of("post-login")) == (cache_store, other)


def test_a_trigger_that_there_is_not() -> None:
    assert len(TRIGGERS) == len(list(TRIGGERS)) == 12
    assert "post-logout" not in TRIGGERS
    with pytest.raises(KeyError, match="post-logout"):
        TRIGGERS["post-logout"]


def test_an_id_without_parameters_has_no_variant() -> None:
    assert without_variant("test_a.py::test_x", "calm") == "test_a.py::test_x"


# ---------------------------------------------------------------- a process that is lost


def test_a_runtime_whose_test_is_over(_auth0_node_runtime: NodeRuntime) -> None:
    runtime = NodeRuntime(_auth0_node_runtime._pool, 60)
    over = "The test is over, and its Action is still running"
    with pytest.raises(UsageError, match=over), runtime.serving():
        runtime.end_test()  # before it has a process
    with pytest.raises(UsageError, match=over):
        runtime.process()


def test_node_ends_each_time_that_it_compiles(
    load_action: LoadAction, write_handler: WriteAction, monkeypatch: pytest.MonkeyPatch
) -> None:
    def send(self: NodeRuntime, line: bytes) -> None:
        raise NodeGoneError(1, "")

    monkeypatch.setattr(NodeRuntime, "send", send)
    with pytest.raises(NodeNotFoundError, match="and another one did too"):
        load_action(write_handler("")).run()


def test_an_interrupt_while_it_compiles(
    load_action: LoadAction,
    write_handler: WriteAction,
    monkeypatch: pytest.MonkeyPatch,
    _auth0_node_runtime: NodeRuntime,
) -> None:
    def receive(self: NodeRuntime, deadline_s: float) -> Any:
        raise KeyboardInterrupt

    process = _auth0_node_runtime.process()
    with monkeypatch.context() as patch:
        patch.setattr(NodeRuntime, "receive", receive)
        with pytest.raises(KeyboardInterrupt):
            load_action(write_handler("")).run()
    assert _auth0_node_runtime.process() is not process


# ---------------------------------------------------------------- where an undefined value is from


@pytest.mark.parametrize(
    ("source", "line", "column"),
    [
        ("exports.onExecutePostLogin = async (event) => {\nconst u = make();\nu.a.x;\n}", 3, 5),
        ("exports.onExecutePostLogin = async ({ user }) => {\nother.a.x;\n}", 2, 9),
        (
            "exports.onExecutePostLogin = async (event) => {\nconst { a } = event;\nb.c.x;\n}",
            3,
            5,
        ),
        ("exports.onExecutePostLogin = async (event) => {\nconst u = v;\nu.a.x;\n}", 3, 5),
        ("exports.onExecutePostLogin = async (event) => {\nevent.user.name.a.x;\n}", 2, 19),
        ("exports.onExecutePostLogin = async (event) => {\nevent.user.name.x;\n}", 2, 17),
    ],
)
def test_nothing_is_said_of_what_is_not_the_events(source: str, line: int, column: int) -> None:
    message = "Cannot read properties of undefined (reading 'x')"
    event = {"user": {"name": "Ada"}}
    given = (message, source, line, column, "onExecutePostLogin", event, EventModel("post-login"))
    assert advice_on_missing(*given) is None


def test_what_is_missing_may_lie_above_what_was_read() -> None:
    """As where the Action has put something into the event that it was given."""
    source = "exports.onExecutePostLogin = async (event) => {\nevent.user.a.x;\n}"
    message = "Cannot read properties of undefined (reading 'x')"
    model = EventModel("post-login")
    advice = advice_on_missing(message, source, 2, 14, "onExecutePostLogin", {}, model)
    assert advice is not None
    assert advice.startswith("event.user is not in the event of this run.")
    assert advice.endswith("read event.user?.a.")


@pytest.mark.parametrize("where", ["a package", "no file"])
def test_no_advice_for_code_that_is_not_the_users(
    load_action: LoadAction,
    write_handler: WriteAction,
    write_package: Callable[[str], None],
    where: str,
) -> None:
    write_package("exports.read = (event) => event.user.nope.x;")
    code = "(event) => event.user.nope.x\\n//# sourceURL=/nowhere/else.js"
    read = "require('dep').read" if where == "a package" else f'eval("{code}")'
    with pytest.raises(ActionError, match="Cannot read properties of undefined") as caught:
        load_action(write_handler(f"({read})(event);")).run()
    assert "event.user.nope" not in str(caught.value)


# ---------------------------------------------------------------- packages and modules


def test_a_package_asks_after_the_return(
    load_action: LoadAction,
    write_handler: WriteAction,
    write_package: Callable[[str], None],
    http_mock: respx.MockRouter,
) -> None:
    """The line that calls it is found by its text."""
    http_mock.get(URL).respond(204)
    write_package("exports.send = (url) => { setImmediate(() => fetch(url).catch(() => {})); };")
    path = write_handler(f"const dep = require('dep');\ndep.send('{URL}');")
    with pytest.warns(PendingWorkWarning, match=URL) as told:
        load_action(path).run()
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [lines[each.lineno - 1].strip() for each in told] == [f"dep.send('{URL}');"]


def test_a_package_calls_the_api_after_the_return(
    load_action: LoadAction, write_handler: WriteAction, write_package: Callable[[str], None]
) -> None:
    """The line is the Action's own that has called the package."""
    write_package("exports.get = (api) => {\n\n\n  api.cache.get('k');\n};")
    path = write_handler("const dep = require('dep');\nsetImmediate(() => dep.get(api));")
    with pytest.warns(PendingWorkWarning, match=r"api\.cache\.get") as told:
        load_action(path).run()
    assert [(each.filename, each.lineno) for each in told] == [(str(path), 3)]


def test_a_package_that_asks_for_secrets(
    load_action: LoadAction, write_handler: WriteAction, write_package: Callable[[str], None]
) -> None:
    """It may look for any property; what is named like a secret is told."""
    write_package("exports.read = (from) => [from.length, from.default, from.API_KEY];")
    path = write_handler("require('dep').read(event.secrets);")
    with pytest.warns(MissingSecretWarning) as told:
        load_action(path).run()
    assert [(each.filename, each.lineno) for each in told] == [(str(path), 2)]
    assert [str(each.message).partition(",")[0] for each in told] == [
        "[A734] The Action read event.secrets.API_KEY"
    ]


def test_a_module_reads_a_secret_that_it_was_not_given(
    load_action: LoadAction, write_action: WriteAction, write_handler: WriteAction
) -> None:
    module = write_action("exports.key = () => actions.secrets.KEY;", "crm.js")
    path = write_handler("require('actions:crm').key();")
    with pytest.warns(MissingSecretWarning, match="The Action read actions.secrets.KEY"):
        load_action(path, modules={"crm": module}).run()


@pytest.mark.parametrize(
    "source",
    [
        "const { value } = await import('./data.json', { with: { type: 'json' } }).then("
        "({ default: data }) => data);",
        "const { value } = await import(require('url').pathToFileURL(__dirname + '/own.mjs'));",
        "const { value } = await import('./node_modules/dep/index.js');",
        "const { value } = await import('./outer.mjs');",
    ],
)
def test_what_is_imported(
    load_action: LoadAction,
    write_action: WriteAction,
    write_handler: WriteAction,
    write_package: Callable[[str], None],
    source: str,
) -> None:
    write_action('{"value": 7}', "data.json")
    write_action("export const value = 7;", "own.mjs")
    write_action(
        "import data from './data.json' with { type: 'json' };\n"
        "import { value as other } from './node_modules/dep/index.js';\n"
        "export const value = data.value === other ? other : 0;",
        "outer.mjs",
    )
    write_package("exports.value = 7;")
    assert load_action(write_handler(f"{source}\nevent.value = value;")).run().event["value"] == 7


# ---------------------------------------------------------------- connections


def test_a_request_whose_body_never_ends(
    load_action: LoadAction, write_handler: WriteAction, http_mock: respx.MockRouter
) -> None:
    path = write_handler(
        f"const request = require('https').request('{URL}', {{ method: 'POST' }});\n"
        "request.on('error', () => {}); request.write('x');"
    )
    with pytest.warns(
        PendingWorkWarning,
        match=rf"^\[A728\] POST {URL} was still under way when the handler returned, "
        r"and was cut off: .* One of http or https is sent by its end\(\)\.$",
    ):
        load_action(path).run()
    assert not http_mock.calls


def test_a_request_whose_body_ends_is_sent_as_advised(
    load_action: LoadAction, write_handler: WriteAction, http_mock: respx.MockRouter
) -> None:
    route = http_mock.post(URL).respond(200)
    path = write_handler(
        f"const request = require('https').request('{URL}', {{ method: 'POST' }});\n"
        "request.write('x'); request.end();\n"
        "await new Promise((resolve) => request.on('response', resolve));"
    )
    load_action(path).run()
    assert route.call_count == 1


def test_many_agents_that_are_never_used_again(
    load_action: LoadAction, write_handler: WriteAction, http_mock: respx.MockRouter
) -> None:
    http_mock.get(URL).mock(return_value=httpx.Response(204))
    path = write_handler(
        f"""
        const https = require('https');
        const sockets = [];
        for (let i = 0; i < 80; i += 1) {{
          const agent = new https.Agent({{ keepAlive: true }});
          await new Promise((done) => https.get('{URL}', {{ agent }}, (response) => {{
            sockets.push(response.socket);
            response.resume().on('end', done);
          }}));
        }}
        await new Promise((done) => setTimeout(done, 1));
        event.open = sockets.filter((socket) => !socket.destroyed).length;
        """
    )
    assert 1 <= load_action(path).run().event["open"] < 80


# ---------------------------------------------------------------- results


def test_what_inherits_from_a_result_is_a_plain_object(
    load_action: LoadAction, write_handler: WriteAction
) -> None:
    path = write_handler(
        "const result = api.cache.set('k'.repeat(5000), 'v');\n"
        "event.other = Object.create(result).other === undefined;"
    )
    with pytest.warns(IgnoredResultWarning):
        execution = load_action(path).run()
    assert execution.event["other"] is True


def test_secrets_that_nobody_on_disk_reads(
    load_action: LoadAction, write_handler: WriteAction
) -> None:
    source = "queueMicrotask(Reflect.get.bind(null, event.secrets, 'API_KEY'));"
    assert load_action(write_handler(source)).run().calls == ()


def test_secrets_that_are_null_are_none_at_all(
    load_action: LoadAction, write_handler: WriteAction
) -> None:
    execution = load_action(write_handler("event.seen = event.secrets;")).run({"secrets": None})
    assert execution.event["seen"] == {}
