"""Names that other libraries have for what ours have too lead to ours."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_auth0_actions import CacheStore, Clock, HttpRequest, UsageError
from pytest_auth0_actions.values import ApiCall

CALL = ApiCall("cache.get", ("token",), None, at_ms=0)
REQUEST = HttpRequest("GET", "https://api.test/", 200, at_ms=0)
STORE = CacheStore(lambda: 0)


@pytest.mark.parametrize(
    ("owner", "name", "message"),
    [
        (CALL, "name", "ApiCall has no 'name'. Did you mean path?"),
        (CALL, "arguments", "ApiCall has no 'arguments'. Did you mean args?"),
        (CALL, "return_value", "ApiCall has no 'return_value'. Did you mean result?"),
        (CALL, "pth", "ApiCall has no 'pth'. Did you mean 'path'?"),
        (CALL, "zzz", "ApiCall has no 'zzz'."),
        (REQUEST, "body", "HttpRequest has no 'body'. Did you mean json(), form() or text?"),
        (REQUEST, "path", "HttpRequest has no 'path'. Did you mean url?"),
        (REQUEST, "status_code", "HttpRequest has no 'status_code'. Did you mean 'status'?"),
        (REQUEST, "timestamp", "HttpRequest has no 'timestamp'. Did you mean at_ms?"),
        (
            STORE,
            "get",
            "A cache store has no 'get'. Did you mean records, a dict, or api.cache.get(key)?",
        ),
        (STORE, "set", "A cache store has no 'set'. Did you mean api.cache.set(key, value)?"),
        (STORE, "delete", "A cache store has no 'delete'. Did you mean evict(key)?"),
        (STORE, "flush", "A cache store has no 'flush'. Did you mean clear()?"),
        (STORE, "record", "A cache store has no 'record'. Did you mean 'records'?"),
    ],
)
def test_what_is_meant(owner: Any, name: str, message: str) -> None:
    with pytest.raises(AttributeError) as caught:
        getattr(owner, name)
    assert str(caught.value) == f"[A225] {message}"
    assert not hasattr(owner, "_private")


def test_the_clock_of_another_library() -> None:
    with Clock(0) as clock:
        asked: Any = clock
        for name in ("advance", "sleep", "forward"):
            with pytest.raises(AttributeError, match=r"^\[A225\].*Did you mean tick\(minutes=15\)"):
                getattr(asked, name)
        for name in ("set", "travel_to", "freeze"):
            with pytest.raises(AttributeError, match=r"mean move_to\('2025-06-01T12:00:00Z'\)\?"):
                getattr(asked, name)
        with pytest.raises(AttributeError, match=r"has no 'utcnow'. Did you mean now or now_ms\?"):
            _ = asked.utcnow
        clock.tick(minutes=15)
        clock.move_to("2025-06-01T12:00:00Z")


def test_arguments_that_load_action_does_not_have(load_action: Any) -> None:
    for name, meant in (("secret", "secrets"), ("module", "modules"), ("timeout_s", None)):
        with pytest.raises(UsageError) as caught:
            load_action("gone.js", **{name: {"API_KEY": "k3y-of-2025"}})
        assert caught.value.what_happened == f"[A122] load_action() has no argument {name!r}."
        assert caught.value.what_was_given == f"Given: {name}=..."
        if meant is not None:
            assert caught.value.what_to_do == f"Did you mean {meant}=...?"


TAKEN = "It takes trigger, secrets, modules, packages, time_limit_s."


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        *(
            (each, f"{TAKEN} What differs in the event goes to the run: load_action(...).{run}.")
            for each in ("user", "stats", "event", "variant", "roles")
            for run in [f"run({each}=...)"]
        ),
        ("timeout", "Did you mean time_limit_s=...?"),
        ("now", "It is a keyword of the marker: @pytest.mark.auth0(now=...)."),
        ("allow_hosts", "It is a keyword of the marker: @pytest.mark.auth0(allow_hosts=...)."),
        ("mocks", TAKEN),
        ("color", TAKEN),
    ],
)
def test_where_another_argument_goes(load_action: Any, name: str, advice: str) -> None:
    with pytest.raises(UsageError) as caught:
        load_action("gone.js", **{name: None})
    assert caught.value.what_to_do == advice
