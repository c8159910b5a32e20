"""Each call of an Action's is answered by Python, and recorded as it was answered."""

from __future__ import annotations

import dataclasses
import random
from typing import Any

import pytest

from pytest_auth0_actions import (
    CacheRecord,
    CacheStore,
    LoadAction,
    MakeEvent,
    PostUserRegistrationAPI,
)
from pytest_auth0_actions.node.runtime import NodeRuntime
from tests.conftest import WriteAction

NOW_MS = 1_735_689_600_000

PLAYER = """
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
event.seen = [];
for (const [member, ...args] of event.program) {
  if (member === 'sleep') await sleep(...args);
  else if (member === 'log') console.log(...args);
  else event.seen.push(api.cache[member](...args) ?? null);
}
"""


def plain(result: Any) -> Any:
    return dataclasses.asdict(result) if dataclasses.is_dataclass(result) else result  # type: ignore[arg-type]


@pytest.mark.filterwarnings("ignore::pytest_auth0_actions.Auth0ActionsWarning")
@pytest.mark.parametrize("value", ["v", "v" * 400], ids=["short", "long"])
def test_an_action_sees_what_its_journal_has(
    load_action: LoadAction,
    write_handler: WriteAction,
    make_event: MakeEvent,
    cache_store: CacheStore,
    value: str,
) -> None:
    """Programs at random: sets, gets and deletes of few keys, waits, logs, several runs of each."""
    action = load_action(write_handler(PLAYER))
    chance = random.Random(value)
    hits = 0
    for _ in range(60):
        cache_store.clear()
        for _ in range(3):
            event = make_event() | {"program": [step(chance, value) for _ in range(12)]}
            execution = action.run(event)
            seen = execution.event["seen"]
            assert seen == [plain(call.result) for call in execution.calls]
            asked_for = [s for s in event["program"] if s[0] not in {"sleep", "log"}]
            assert [[c.path.split(".")[1], *c.args] for c in execution.calls] == asked_for
            hits += sum(isinstance(call.result, CacheRecord) for call in execution.calls)
    assert hits > 100


def step(chance: random.Random, value: str) -> list[Any]:
    key = chance.choice("abc")
    kind = chance.choice(["get", "get", "get", "set", "set", "delete", "sleep", "log"])
    if kind == "set":
        return ["set", key, value, {"ttl": chance.choice([1, 20, 300, 5_000])}]
    if kind in {"sleep", "log"}:
        return [kind, chance.choice([1, 19, 20, 21, 301])]
    return [kind, key]


def test_what_the_cache_holds_can_not_be_changed_by_the_action(
    api: PostUserRegistrationAPI, load_action: LoadAction, write_handler: WriteAction
) -> None:
    api.cache.set("token", "t0ken")
    action = load_action(
        write_handler(
            """
            const record = api.cache.get('token');
            record.value = 'mine';
            const { get } = api.cache;
            event.seen = [get('token').value, get('token') === get('token')];
            event.names = ['__proto__', 'constructor', 'toString'].map((key) => typeof get(key));
            event.types = [Object.keys(record), Object.getPrototypeOf(record) === Object.prototype];
            """
        )
    )
    seen = action.run({}).event
    assert seen["seen"] == ["t0ken", False]
    assert seen["names"] == ["undefined"] * 3
    assert seen["types"] == [["value", "expires_at"], True]
    assert action.run({}).event["seen"] == ["t0ken", False]


def test_a_key_that_json_must_escape_is_found(
    api: PostUserRegistrationAPI, load_action: LoadAction, write_handler: WriteAction
) -> None:
    for key in ("__proto__", 'a"b\\c\n', "schlüssel", "\ud83d"):
        api.cache.set(key, key)
    action = load_action(
        write_handler(
            "event.seen = ['__proto__', 'a\"b\\\\c\\n', 'schlüssel', '\\ud83d']"
            ".map((key) => api.cache.get(key)?.value === key);"
        )
    )
    execution = action.run({})
    assert execution.event["seen"] == [True] * 4
    assert all(call.result.value == call.args[0] for call in execution.calls)


def test_calls_reach_the_journal_in_order_with_logs_and_requests(
    load_action: LoadAction, write_handler: WriteAction, _auth0_node_runtime: NodeRuntime
) -> None:
    action = load_action(
        write_handler("api.cache.get('a'); console.log(1); api.cache.get('b'); process.exit(3);")
    )
    with pytest.raises(Exception, match=r"process\.exit") as caught:
        action.run()
    assert "Its api calls until then: cache.get, cache.get." in str(caught.value)
    kinds = [entry.kind for entry in action.loaded.testbed.journal.entries]
    assert kinds == ["run", "call", "log", "call", "end"]
