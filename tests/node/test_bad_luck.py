"""What Auth0 may do to an Action at any time: refuse its writes, drop its records, restart it."""

from __future__ import annotations

import pytest

from pytest_auth0_actions import (
    ActionError,
    CacheError,
    CacheStore,
    LoadAction,
    PostUserRegistrationAPI,
)
from tests.conftest import WriteAction

COUNTS = """
let runs = 0;
const dep = require('./state');
exports.onExecutePostUserRegistration = async (event, api) => {
  event.seen = [runs += 1, dep.runs += 1, require('actions:shared').runs += 1];
  event.cached = api.cache.get('k')?.value;
  api.cache.set('k', String(runs));
};
"""


def test_a_refused_write_is_an_answer_like_others(
    load_action: LoadAction, write_handler: WriteAction, cache_store: CacheStore
) -> None:
    path = write_handler(
        """
        event.answers = [
          api.cache.set('k', 'v'), api.cache.set('k', 'v').type, api.cache.delete('k'),
          api.cache.delete('k'),
        ];
        """
    )
    cache_store.fail_next("set", "MaxSideEffectsExceeded")
    cache_store.fail_next("delete")
    execution = load_action(path).run({})
    assert execution.event["answers"] == [
        {"type": "error", "code": "MaxSideEffectsExceeded"},
        "success",
        {"type": "error", "code": "FailedToDeleteCacheRecord"},
        {"type": "success"},
    ]
    assert [call.result for call in execution.calls if isinstance(call.result, CacheError)] == [
        CacheError("MaxSideEffectsExceeded"),
        CacheError("FailedToDeleteCacheRecord"),
    ]
    assert dict(cache_store.records) == {}


def test_an_action_that_trusts_its_write_is_found(
    load_action: LoadAction, write_handler: WriteAction, cache_store: CacheStore
) -> None:
    action = load_action(
        write_handler("const { record } = api.cache.set('k', 'v'); event.end = record.expires_at;")
    )
    action.run({})
    cache_store.fail_next("set")
    with pytest.raises(ActionError, match="Cannot read properties of undefined"):
        action.run({})
    action.run({})


def test_restart_makes_the_next_run_a_cold_start_and_keeps_the_cache(
    load_action: LoadAction, write_action: WriteAction, api: PostUserRegistrationAPI
) -> None:
    write_action("exports.runs = 0;", "state.js")
    shared = write_action("exports.runs = 0;", "shared.js")
    path = write_action(COUNTS)
    action, bystander = (load_action(path, modules={"shared": shared}) for _ in range(2))
    assert [action.run({}).event["seen"] for _ in range(2)] == [[1, 1, 1], [2, 2, 2]]
    assert bystander.run({}).event["seen"] == [1, 1, 1]
    api.cache.set("k", "kept")
    action.restart()
    event = action.run({}).event
    assert event["seen"] == [1, 1, 1]
    assert event["cached"] == "kept"
    assert action.run({}).event["seen"] == [2, 2, 2]
    assert bystander.run({}).event["seen"] == [2, 2, 2]


def test_restart_can_be_asked_for_twice_and_before_the_first_run(
    load_action: LoadAction, write_action: WriteAction
) -> None:
    write_action("exports.runs = 0;", "state.js")
    shared = write_action("exports.runs = 0;", "shared.js")
    action = load_action(write_action(COUNTS), modules={"shared": shared})
    for _ in range(3):
        action.restart()
        action.restart()
        assert action.run({}).event["seen"] == [1, 1, 1]
