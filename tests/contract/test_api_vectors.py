"""Calls of every api with what must come of them, through the Python `api` and through Node.js."""

from __future__ import annotations

import base64
import copy
import functools
import hashlib
import hmac
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pytest_auth0_actions import UNDEFINED, CacheStore, JSValue
from pytest_auth0_actions.auth0.context import Answers, Context, Turn
from pytest_auth0_actions.auth0.namespace import call_member, members
from pytest_auth0_actions.auth0.namespaces.redirect import RedirectRequest
from pytest_auth0_actions.auth0.triggers import TRIGGERS
from pytest_auth0_actions.errors import ApiThrow

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

# What the cases say where their files have no event of their own: complete enough for every call.
EVENT: dict[str, Any] = {
    "accessToken": {"customClaims": {}, "scope": []},
    "request": {"hostname": "tenant.example", "ip": "203.0.113.1", "query": {}, "body": {}},
    "transaction": {"requested_scopes": []},
    "user": {"user_id": "auth0|1", "app_metadata": {}, "user_metadata": {}},
}


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
    event = copy.deepcopy(read(file).get("base_event") or EVENT)
    return lay_over(event, case.get("event", {}))


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
    error: dict[str, Any] | None = None
    abort: str | None = None
    redirect_url: str | None = None


@dataclass
class Played:
    """What came of a case."""

    results: list[Result]
    event: dict[str, Any]


def play_in_python(file: str, case: dict[str, Any]) -> Played:
    trigger = TRIGGERS[file]
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
        turn.abort = None
        args = tuple(value_of(arg) for arg in step["args"])
        call = call_member(api, step["path"], args)
        result = Result(value=call.result, abort=turn.abort)
        if isinstance(call.result, ApiThrow):
            error = call.result
            result.error = {"name": error.name, "message": str(error), "code": error.code}
        else:
            result.is_api = methods[step["path"]].returns == "api"
        url = turn.state.of(RedirectRequest).url
        result.redirect_url = None if url is None else str(url)
        results.append(result)
    return Played(results, turn.event.fields)


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


def assert_step(step: dict[str, Any], result: Result, *, says_aborts: bool) -> None:
    refusal = step.get("throws") or step.get("rejects")
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
    if says_aborts:
        assert result.abort == step.get("aborts")
    if "redirect_url" in step:
        assert result.redirect_url == step["redirect_url"]
    wanted = step.get("returns", step.get("resolves"))
    if "returns_jwt" in step:
        assert_token(result.value, step["returns_jwt"])
    elif isinstance(wanted, dict) and wanted.get("$") == "jwt":
        assert_token(result.value, wanted)
    else:
        assert result.is_api is (wanted == "api")
        if wanted != "api":
            assert plain(result.value) == value_of(wanted)
            assert type(plain(result.value)) is type(value_of(wanted))


def differences(file: str) -> Iterator[str]:
    for case in cases(file):
        played = play_in_python(file, case)
        try:
            for step, result in zip(case["steps"], played.results, strict=True):
                assert_step(step, result, says_aborts="encodings" in read(file))
            assert played.event == event_after(event_of(file, case), case)
        except AssertionError as error:
            yield f"{case['id']}: {error}"


@pytest.mark.parametrize("file", FILES)
def test_every_call_comes_to_what_it_must(file: str) -> None:
    assert not list(differences(file))


def test_there_are_as_many_cases_as_ever() -> None:
    assert sum(len(read(file)["cases"]) for file in FILES) == 1_206
