"""Calls of every api with what must come of them, through the Python `api` and through Node.js."""

from __future__ import annotations

import base64
import copy
import functools
import hashlib
import hmac
import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pytest_auth0_actions import (
    UNDEFINED,
    ActionAbortedError,
    CacheStore,
    Clock,
    JSValue,
    LoadAction,
)
from pytest_auth0_actions.auth0.context import Answers, Context, Turn
from pytest_auth0_actions.auth0.events import build_event
from pytest_auth0_actions.auth0.namespace import call_member, members
from pytest_auth0_actions.auth0.triggers import TRIGGERS
from pytest_auth0_actions.errors import ApiThrow
from tests.conftest import WriteAction

pytestmark = pytest.mark.filterwarnings("ignore::pytest_auth0_actions.Auth0ActionsWarning")

FOLDER = Path(__file__).parent.parent / "conformance" / "api"
FILES = sorted(path.stem for path in FOLDER.glob("*.json"))

SPECIAL = {
    "undefined": UNDEFINED,
    "function": JSValue("function", "[Function: f]", "function f"),
    "NaN": math.nan,
    "Infinity": math.inf,
    "-Infinity": -math.inf,
    "-0": -0.0,
}
ANY_NOW_MS = 1_735_689_600_000
NOW_ISO = "2025-01-01T00:00:00.000Z"


@functools.cache
def read(file: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((FOLDER / f"{file}.json").read_text(encoding="utf-8"))
    return content


def cases(file: str) -> list[dict[str, Any]]:
    """Return the cases of a file; what its pages and the published code disagree about as well."""
    content = read(file)
    return [*content["cases"], *content.get("undecided", ())]


def value_of(written: Any) -> Any:
    """Return the value that a case writes."""
    if isinstance(written, list):
        return [value_of(each) for each in written]
    if not isinstance(written, dict):
        return written
    if written.get("$") == "repeat":
        return written["text"] * written["times"]
    if "$" in written:
        return SPECIAL[written["$"]]
    return {name: value_of(each) for name, each in written.items()}


def lay_over(event: dict[str, Any], overrides: dict[str, Any]) -> dict[str, Any]:
    for name, value in overrides.items():
        if isinstance(value, dict) and value.get("$") == "absent":
            event.pop(name, None)
        elif isinstance(value, dict) and value.get("$") == "replace":
            event[name] = copy.deepcopy(value["value"])
        elif isinstance(value, dict) and isinstance(event.get(name), dict):
            lay_over(event[name], value)
        else:
            event[name] = lay_over({}, value) if isinstance(value, dict) else copy.deepcopy(value)
    return event


def event_of(file: str, case: dict[str, Any]) -> dict[str, Any]:
    base = read(file).get("base_event") or build_event(TRIGGERS[file].event, NOW_ISO, {})
    return lay_over(copy.deepcopy(base), case.get("event", {}))


def event_after(event: dict[str, Any], case: dict[str, Any]) -> dict[str, Any]:
    after = copy.deepcopy(event)
    for path, value in case.get("event_after", {}).items():
        place = after
        *outer, last = path.split(".")
        for name in outer:
            place = place.setdefault(name, {})
        place[last] = value
    return after


@dataclass
class Result:
    """What came of one step."""

    value: Any = UNDEFINED
    is_api: bool = False
    is_promise: bool = False
    error: dict[str, Any] | None = None


@dataclass
class Played:
    """What came of a case."""

    results: list[Result]
    event: dict[str, Any]
    abort: str | None
    redirect_url: str | None


Play = Callable[[dict[str, Any]], Played]


def play_in_python(file: str) -> Play:
    trigger = TRIGGERS[file]

    def play(case: dict[str, Any]) -> Played:
        now_ms = case.get("now_ms", ANY_NOW_MS)
        event = event_of(file, case)
        turn = Turn(
            make_event=lambda: event,
            handler=case.get("handler", trigger.handlers[0]),
            answers=Answers(rules=case.get("rules", ())),
        )
        context = Context(lambda: now_ms, turn)
        api = trigger.api(CacheStore(lambda: now_ms), context)
        methods = members(api)
        results = []
        for step in case["steps"]:
            args = tuple(value_of(arg) for arg in step["args"])
            call, kind = call_member(api, step["path"], args), methods[step["path"]].returns
            result = Result(plain(call.result), is_promise=kind == "promise")
            if isinstance(call.result, ApiThrow):
                error = call.result
                result.error = {"name": error.name, "message": str(error), "code": error.code}
            else:
                result.is_api = kind == "api"
            results.append(result)
        outcome = trigger.outcome(turn.state, turn.event.fields)
        return Played(results, turn.event.fields, turn.abort, redirect_of(outcome))

    return play


def redirect_of(outcome: Any) -> str | None:
    redirect = getattr(outcome, "redirect", None)
    return None if redirect is None else redirect.url


PLAYER = """
const value = (written) => {
  if (Array.isArray(written)) return written.map(value);
  if (written === null || typeof written !== 'object') return written;
  if (written.$ === 'repeat') return written.text.repeat(written.times);
  if (written.$ === 'function') return () => {};
  if ('$' in written) return eval(written.$);
  return Object.fromEntries(Object.entries(written).map(([name, each]) => [name, value(each)]));
};
const failed = ({ name, message, code }) => ({ error: { name, message, code: code ?? null } });
const handler = async (event, api) => {
  const steps = JSON.parse(event.secrets.steps);
  delete event.secrets.steps;
  const results = [];
  let previous;
  for (const { path, args, on } of steps) {
    const [namespace, name] = path.split('.');
    let result;
    try {
      previous = (on === 'previous' ? previous : api)[namespace][name](...args.map(value));
      if (previous === api) result = { is_api: true };
      else if (previous instanceof Promise) {
        result = { is_promise: true };
        try {
          result.value = await previous;
        } catch (error) {
          Object.assign(result, failed(error));
        }
      } else result = { value: previous };
    } catch (error) {
      result = failed(error);
    }
    results.push(result);
  }
  event.results = results;
};
"""


def play_in_node(
    file: str, load_action: LoadAction, write_action: WriteAction, clock: Clock, store: CacheStore
) -> Play:
    handlers = TRIGGERS[file].handlers
    exports = "".join(f"exports.{name} = handler;\n" for name in handlers)
    action = load_action(write_action(PLAYER + exports))
    assert action.trigger == file

    def play(case: dict[str, Any]) -> Played:
        store.clear()
        clock.move_to(case.get("now_ms", ANY_NOW_MS))
        event = event_of(file, case)
        event["secrets"] = {**event["secrets"], "steps": json.dumps(case["steps"])}
        run = action.run if case.get("handler", handlers[0]) == handlers[0] else action.resume
        abort = None
        try:
            execution = run(event, rules=case.get("rules", ()))
        except ActionAbortedError as error:
            execution, abort = error.execution, error.what_happened.partition(": ")[2]
        event = dict(execution.event)
        results = [Result(**result) for result in event.pop("results")]
        return Played(results, event, abort, redirect_of(execution.outcome))

    return play


@pytest.fixture(params=["python", "node"])
def play(
    request: pytest.FixtureRequest,
    file: str,
    load_action: LoadAction,
    write_action: WriteAction,
    clock: Clock,
    cache_store: CacheStore,
) -> Play:
    if request.param == "python":
        return play_in_python(file)
    return play_in_node(file, load_action, write_action, clock, cache_store)


def plain(value: Any) -> Any:
    """Return a result as JavaScript has it: a dataclass is an object, None nothing."""
    if value is None:
        return UNDEFINED
    if hasattr(value, "__dataclass_fields__") and not isinstance(value, JSValue):
        return {name: plain(getattr(value, name)) for name in value.__dataclass_fields__}
    return value


def assert_token(token: str, wanted: dict[str, Any]) -> None:
    """Check a token by the standard alone."""
    header, claims, signature = token.split(".")
    signed = f"{header}.{claims}".encode()
    digest = hmac.new(wanted["secret"].encode(), signed, hashlib.sha256).digest()
    assert base64.urlsafe_b64encode(digest).decode().rstrip("=") == signature
    assert json.loads(padded(header))["alg"] == wanted["alg"]
    found = json.loads(padded(claims))
    if "lifetime" in wanted:
        assert found["exp"] - found["iat"] == wanted["lifetime"]
        assert found.items() >= wanted["claims"].items()
    else:
        assert found == wanted["claims"]


def padded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def assert_step(step: dict[str, Any], result: Result) -> None:
    refusal = step.get("throws") or step.get("rejects")
    assert result.is_promise is ("rejects" in step or "resolves" in step)
    if refusal is not None:
        assert result.error is not None
        assert result.error["name"] == refusal["name"]
        if "message" in refusal:
            assert result.error["message"] == refusal["message"]
        assert result.error["message"].startswith(refusal.get("message_prefix", ""))
        if "code" in refusal:
            assert result.error["code"] == refusal["code"]
        return
    assert result.error is None
    wanted = step.get("returns", step.get("resolves"))
    if "returns_jwt" in step:
        assert_token(result.value, step["returns_jwt"])
    elif isinstance(wanted, dict) and wanted.get("$") == "jwt":
        assert_token(result.value, wanted)
    else:
        assert result.is_api is (wanted == "api")
        if wanted != "api":
            assert result.value == value_of(wanted)
            assert type(result.value) is type(value_of(wanted))


def assert_case(file: str, case: dict[str, Any], played: Played) -> None:
    for step, result in zip(case["steps"], played.results, strict=True):
        assert_step(step, result)
    assert played.event == event_after(event_of(file, case), case)
    if "encodings" in read(file):  # which says that all aborts are there
        aborts = [step["aborts"] for step in case["steps"] if "aborts" in step]
        assert played.abort == (aborts[0] if aborts else None)
    urls = [step["redirect_url"] for step in case["steps"] if "redirect_url" in step]
    assert played.redirect_url in urls[-1:] or not urls


def differences(file: str, play: Play) -> Iterator[str]:
    for case in cases(file):
        try:
            assert_case(file, case, play(case))
        except AssertionError as error:
            yield f"{case['id']}: {error}"


@pytest.mark.parametrize("file", FILES)
def test_every_call_comes_to_what_it_must(file: str, play: Play) -> None:
    assert not list(differences(file, play))


def test_there_are_as_many_cases_as_ever() -> None:
    assert sum(len(read(file)["cases"]) for file in FILES) == 1_206


def test_a_wrong_answer_is_a_difference() -> None:
    """Each thing that a case says is looked at: with another one, the case fails."""
    file, play = "post-login", play_in_python("post-login")
    by_id = {case["id"]: case for case in cases(file)}

    def fails(case_id: str, **changes: Any) -> bool:
        case = copy.deepcopy(by_id[case_id])
        step = case["steps"][-1]
        for name, value in changes.items():
            (case if name in case else step)[name] = value
        try:
            assert_case(file, case, play(case))
        except AssertionError:
            return True
        return False

    assert fails("redirect.canRedirect/login", returns=False)
    assert fails("redirect.sendUserTo/url", redirect_url="https://app.example.com/")
    assert fails("accessToken.addScope/inner-tab", throws={"name": "Error", "message": "No."})
    assert fails("prompt.render/twice-bad-arguments", aborts="No.")
    assert fails("session.deleteMetadata/present", event_after={"session.metadata": {}})
    assert fails("roles.getUserEffectiveRoles/take", resolves={"roles": [1]})
    assert not fails("redirect.canRedirect/login")
