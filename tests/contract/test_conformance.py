"""Scripted sequences with the right answers, through the Python `api` and through Node.js."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pytest_auth0_actions import (
    UNDEFINED,
    CacheRules,
    CacheStore,
    Clock,
    LoadAction,
    MakeEvent,
    PostUserRegistrationAPI,
)
from tests.conftest import WriteAction

pytestmark = pytest.mark.filterwarnings("ignore::pytest_auth0_actions.Auth0ActionsWarning")

FOLDER = Path(__file__).parent.parent / "conformance"
JS_NUMBERS = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": -float("inf"), "-0": -0.0}

Play = Callable[[dict[str, Any]], Any]


def python_value(written: Any) -> Any:
    """Return what a step writes as {"repeat": ...} or {"js": ...}."""
    if isinstance(written, dict) and "repeat" in written:
        text, times = written["repeat"]
        return text * times
    if isinstance(written, dict) and "js" in written:
        return JS_NUMBERS.get(written["js"], UNDEFINED)
    return written


def play_in_python(api: PostUserRegistrationAPI) -> Play:
    def play(step: dict[str, Any]) -> Any:
        key = python_value(step["key"])
        if step["op"] == "get":
            record = api.cache.get(key)
            if record is None:
                return None
            return {"expires_at": record.expires_at, "value_bytes": len(record.value.encode())}
        if step["op"] == "delete":
            deleted = api.cache.delete(key)
            if deleted.type == "success":
                return {"type": "success"}
            return {"type": "error", "code": deleted.code}
        options = step.get("options")
        if options is not None:
            options = {name: python_value(value) for name, value in options.items()}
        answer = api.cache.set(key, python_value(step["value"]), options)
        if answer.type == "success":
            return {"type": "success", "expires_at": answer.record.expires_at}
        return {"type": "error", "code": answer.code}

    return play


PLAYER = """
const value = (written) => {
  if (written === null || typeof written !== 'object') return written;
  if (written.repeat) return written.repeat[0].repeat(written.repeat[1]);
  if (written.js) return eval(written.js);
  return written;
};
exports.onExecutePostUserRegistration = async (event, api) => {
  const { step } = event.user.user_metadata;
  const key = value(step.key);
  let answer;
  if (step.op === 'get') {
    const record = api.cache.get(key);
    answer = record === undefined ? null
      : { expires_at: record.expires_at, value_bytes: Buffer.byteLength(record.value) };
  } else if (step.op === 'delete') {
    answer = api.cache.delete(key);
  } else {
    const args = [key, value(step.value)];
    if (step.options !== undefined) {
      const options = {};
      for (const name in step.options) options[name] = value(step.options[name]);
      args.push(options);
    }
    const { record, ...rest } = api.cache.set(...args);
    answer = record ? { ...rest, expires_at: record.expires_at } : rest;
  }
  event.user.user_metadata.answer = answer;
};
"""


@pytest.fixture(params=["python", "node"])
def play(
    request: pytest.FixtureRequest,
    api: PostUserRegistrationAPI,
    load_action: LoadAction,
    make_event: MakeEvent,
    write_action: WriteAction,
) -> Play:
    if request.param == "python":
        return play_in_python(api)
    action = load_action(write_action(PLAYER))

    def play(step: dict[str, Any]) -> Any:
        execution = action.run(make_event(user={"user_metadata": {"step": step}}))
        return execution.event["user"]["user_metadata"]["answer"]

    return play


def steps(profile: str) -> Iterator[tuple[int, int, dict[str, Any]]]:
    cases = json.loads((FOLDER / f"cache-{profile}.json").read_text(encoding="utf-8"))["cases"]
    for number, case in enumerate(cases):
        for step in case["steps"]:
            yield number, case["now"], step


@pytest.mark.parametrize(
    "profile",
    [
        pytest.param(profile, marks=pytest.mark.auth0(cache_rules=profile))
        for profile in ("documented", "runtime")
    ],
)
def test_every_step_is_answered_as_it_must_be(
    profile: str, play: Play, clock: Clock, cache_store: CacheStore
) -> None:
    case, asked = -1, 0
    for number, now_ms, step in steps(profile):
        if number != case:
            case = number
            cache_store.clear()
            clock.move_to(now_ms)
        if step["op"] == "advance":
            clock.tick(milliseconds=step["ms"])
        else:
            asked += 1
            assert play(step) == step["result"], f"case {case}: {step}"
    assert asked > 2_000


@pytest.mark.parametrize("profile", ["documented", "runtime"])
def test_the_limits_are_the_profiles(profile: str) -> None:
    limits = json.loads((FOLDER / f"cache-{profile}.json").read_text(encoding="utf-8"))["limits"]
    rules = getattr(CacheRules, profile)()
    assert {name: getattr(rules, name) for name in limits} == limits
