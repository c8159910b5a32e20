"""A call that does not fit a function of ours says what to write."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from pytest_auth0_actions import (
    CacheRules,
    CacheStore,
    Clock,
    Group,
    LoadAction,
    MakeFlow,
    Role,
    UsageError,
    event_variants,
)
from pytest_auth0_actions.calls import called_as
from tests.conftest import WriteAction

LOGIN = """
exports.onExecutePostLogin = async (event, api) => {
  api.cache.set('token', 'abc');
  if (event.user.name === 'Eve') api.redirect.sendUserTo('https://shop.example/');
};
exports.onContinuePostLogin = async () => {};
"""
OWN_API = "The Action gets the `api` of the test by itself."


@pytest.fixture
def names(
    load_action: LoadAction,
    write_action: WriteAction,
    flow: MakeFlow,
    make_event: Any,
    clock: Clock,
    cache_store: CacheStore,
    api: Any,
    tenant_at: Any,
    auth0_snapshot: Any,
) -> dict[str, Any]:
    """What a line of a test may use."""
    action = load_action(write_action(LOGIN), trigger="post-login")
    return {
        "Clock": Clock,
        "CacheRules": CacheRules,
        "CacheStore": CacheStore,
        "Group": Group,
        "Role": Role,
        "action": action,
        "api": api,
        "auth0_snapshot": auth0_snapshot,
        "cache_store": cache_store,
        "clock": clock,
        "event_variants": event_variants,
        "flow": flow,
        "load_action": load_action,
        "make_event": make_event,
        "tenant_at": tenant_at,
        "away": flow(action).run(user={"name": "Eve"}),
        "event": action.make_event(),
    }


def refused(call: str, names: dict[str, Any]) -> UsageError:
    with pytest.raises(UsageError) as caught:
        eval(call, dict(names))
    return caught.value


@pytest.mark.parametrize(
    ("call", "why", "given", "advice"),
    [
        (
            "action.run(event, api)",
            "action.run() does not take these arguments: it takes one without a name, and got 2.",
            "action.run({...}, ...)",
            f"Write action.run(event). {OWN_API}",
        ),
        (
            "action.resume(event, api)",
            "action.resume() does not take these arguments: it takes one without a name, and got "
            "2.",
            "action.resume({...}, ...)",
            f"Write action.resume(event). {OWN_API}",
        ),
        (
            "flow(action).run(event, api)",
            "flow(...).run() does not take these arguments: it takes one without a name, and got "
            "2.",
            "flow(...).run({...}, ...)",
            f"Write flow(...).run(event). {OWN_API}",
        ),
        (
            "clock.tick(hour=1)",
            "clock.tick() does not take these arguments: it has no 'hour'.",
            "clock.tick(hour=1)",
            "Did you mean hours=1?",
        ),
        (
            "clock.tick(ms=1)",
            "clock.tick() does not take these arguments: it has no 'ms'.",
            "clock.tick(ms=1)",
            "It takes delta, milliseconds, seconds, minutes, hours, days. Write "
            "clock.tick(minutes=15).",
        ),
        (
            "clock.move_to()",
            "clock.move_to() does not take these arguments: 'instant' is missing.",
            "clock.move_to()",
            "Write clock.move_to('2025-06-01T12:00:00Z').",
        ),
        (
            "clock.move_to('2025-01-01', instant='2025-01-02')",
            "clock.move_to() does not take these arguments: it got 'instant' twice.",
            "clock.move_to('2025-01-01', instant='2025-01-02')",
            "Write clock.move_to('2025-06-01T12:00:00Z').",
        ),
        (
            "make_event('post-login', {})",
            "make_event() does not take these arguments: it takes one without a name, and got 2.",
            "make_event('post-login', {...})",
            "Write make_event('post-login', user={...}). It takes others by name: variant=.",
        ),
        (
            "load_action('a.js', {'KEY': 'k3y-of-2025'})",
            "load_action() does not take these arguments: it takes one without a name, and got 2.",
            "load_action('a.js', {...})",
            "Write load_action('actions/plan/code.js'). It takes others by name: trigger=, "
            "secrets=, modules=, packages=, time_limit_s=.",
        ),
        (
            "away.sign({'plan': 'gold'}, 'k3y-of-2025')",
            "sign() does not take these arguments: it takes one without a name, and got 2.",
            "sign({...}, '...')",
            "Write sign({'plan': 'gold'}, secret='...'). It takes others by name: secret=.",
        ),
        (
            "away.fail_challenge(1, 2, 3)",
            "fail_challenge() does not take these arguments: it takes none without a name, and got "
            "3.",
            "fail_challenge(1, 2, 3)",
            "Write fail_challenge().",
        ),
        (
            "flow(action, factors=['otp'])",
            "flow() does not take these arguments: it has no 'factors'.",
            "flow(..., factors=[...])",
            "Did you mean enabled_factors=[...]?",
        ),
        (
            "flow(action, user={'name': 'Ada'})",
            "flow() does not take these arguments: it has no 'user'.",
            "flow(..., user={...})",
            "Write flow(load_action(...), ...). Secrets go to load_action(), fields of the event "
            "to flow(...).run().",
        ),
        (
            "cache_store.fail_next('set', times=None)",
            "cache_store.fail_next() does not take these arguments: it has no 'times'.",
            "cache_store.fail_next('set', times=None)",
            "Write cache_store.fail_next('set'). For several writes, call it as often.",
        ),
        (
            "api.cache.set('k', 'v', tll=3)",
            "api.cache.set() does not take these arguments: it has no 'tll'.",
            "api.cache.set('k', 'v', tll=3)",
            "Did you mean ttl=3?",
        ),
        (
            "api.cache.set('k', 'v', TTL=3)",
            "api.cache.set() does not take these arguments: it has no 'TTL'.",
            "api.cache.set('k', 'v', TTL=3)",
            "Did you mean ttl=3?",
        ),
        (
            "api.cache.set('k' * 61)",
            "api.cache.set() does not take these arguments: 'value' is missing.",
            "api.cache.set('...')",
            "Write api.cache.set(key, value).",
        ),
        (
            "api.cache.set(1, 2, 3, 4)",
            "api.cache.set() does not take these arguments: it takes three without a name, and got "
            "4.",
            "api.cache.set(1, 2, 3, 4)",
            "Write api.cache.set(key, value). It takes others by name: ttl=, expires_at=.",
        ),
        (
            "Role('editor')",
            "Role() does not take these arguments: it takes none without a name, and got 1.",
            "Role('editor')",
            "Write Role(id='rol_1', name='editor'). It takes others by name: id=, name=, type=.",
        ),
        (
            "CacheRules.documented(max_entries=2)",
            "CacheRules.documented() does not take these arguments: it has no 'max_entries'.",
            "CacheRules.documented(max_entries=2)",
            "Write CacheRules.documented(). Rules of your own: CacheRules(max_entries=2); the "
            "others are as documented.",
        ),
    ],
)
def test_what_to_write(names: dict[str, Any], call: str, why: str, given: str, advice: str) -> None:
    error = refused(call, names)
    assert str(error) == f"[A229] {why}\nGiven: {given}.\n{advice}"
    assert error.__context__ is None or error.__suppress_context__


@pytest.mark.parametrize(
    ("call", "right"),
    [
        ("action.run(event, api)", "action.run(event)"),
        ("action.make_event(event)", "action.make_event(user={})"),
        ("action.restart(True)", "action.restart()"),
        ("away.resume({}, {}, {})", "away.resume(query={})"),
        ("clock.tick(1, 'hour')", "clock.tick(minutes=15)"),
        ("clock.move_to(year=2025)", "clock.move_to('2025-06-01T12:00:00Z')"),
        ("Clock(now=0)", "Clock('2025-01-01T00:00:00Z')"),
        ("cache_store.evict()", "cache_store.evict('token')"),
        ("cache_store.clear('token')", "cache_store.clear()"),
        ("cache_store.of()", "cache_store.of('post-login')"),
        ("cache_store.fail_next()", "cache_store.fail_next('set')"),
        ("CacheStore()", "CacheStore(lambda: 0)"),
        ("CacheRules(records=2)", "CacheRules(max_entries=2)"),
        ("CacheRules.runtime(2)", "CacheRules.runtime()"),
        ("Group('editors')", "Group(id='grp_1', name='editors')"),
        ("event_variants()", "event_variants('post-login')"),
        ("auth0_snapshot(1, 2)", "auth0_snapshot(action.run().outcome)"),
        ("api.cache.get()", "api.cache.get('token')"),
    ],
)
def test_the_advice_works(names: dict[str, Any], call: str, right: str) -> None:
    """As it is written, but for what stands for the test's own values."""
    advice = str(refused(call, names)).rpartition("\n")[2]
    shown = right.removeprefix("away.").replace("{}", "{...}").replace("action.run()", "run")
    shown = shown.replace("get('token')", "get(key)")
    assert f"Write {shown}." in advice
    eval(right, names)


@pytest.mark.parametrize(
    "call", ["tenant_at()", "tenant_at('tenant', {})", "tenant_at(folder='x')"]
)
def test_a_tenant(names: dict[str, Any], call: str) -> None:
    assert "Write tenant_at('tenant')." in str(refused(call, names))


@pytest.mark.parametrize(
    ("asked", "kind", "message"),
    [
        ("flow(action).status", AttributeError, "A flow has no 'status'. Did you mean "
         "flow(...).run().status?"),
        ("flow(action).resume", AttributeError, "A flow has no 'resume'. Did you mean "
         "flow(...).run().resume?"),
        ("flow(action).executions", AttributeError, "A flow has no 'executions'. Did you mean "
         "flow(...).run().executions?"),
        ("flow(action).thn", AttributeError, "A flow has no 'thn'. Did you mean 'then'?"),
        ("action.onExecutePostLogin", AttributeError, "An Action has no 'onExecutePostLogin'. Did "
         "you mean run(event)?"),
        ("action.onContinuePostLogin", AttributeError, "An Action has no 'onContinuePostLogin'. "
         "Did you mean resume(event)?"),
        ("action.run().outcome['denied']", TypeError, "PostLoginOutcome has no ['denied']: it has "
         "attributes. Write .denied"),
        ("action.run()['logs']", TypeError, "Execution has no ['logs']: it has attributes. Write "
         ".logs"),
        ("away['status']", TypeError, "Transaction has no ['status']: it has attributes. Write "
         ".status"),
        ("action.run().calls[0][0]", TypeError, "ApiCall has no [0]: it has attributes. They are "
         "args, at_ms, is_of_package, path, result."),
        ("cache_store['token']", TypeError, "A cache store has no ['token']. Write "
         "records['token']."),
    ],
)  # fmt: skip
def test_what_is_there_in_another_way(
    names: dict[str, Any], asked: str, kind: type[Exception], message: str
) -> None:
    with pytest.raises(kind) as caught:
        eval(asked, names)
    assert str(caught.value) == f"[A225] {message}"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            "action(event, api)",
            "An Action is not a function.\nGiven: action(...).\nWrite action.run(event).",
        ),
        (
            "flow(action)()",
            "A flow is not a function.\nGiven: flow(...)(...).\nWrite flow(...).run(event).",
        ),
    ],
)
def test_what_is_no_function(names: dict[str, Any], call: str, message: str) -> None:
    assert str(refused(call, names)) == f"[A231] {message}"


@pytest.mark.parametrize("asked", ["action.run()", "away", "cache_store"])
def test_what_has_no_items_is_no_sequence(names: dict[str, Any], asked: str) -> None:
    """Python would ask for the item 0, and others take it for a list."""
    with pytest.raises(TypeError, match="is not iterable"):
        iter(eval(asked, names))


def test_an_error_from_inside_stays() -> None:
    """One that the function raises itself, or what it calls."""

    @called_as("double(2)")
    def double(value: Any) -> Any:
        """Double it."""
        return value + value.wrong(1, 2)

    class Odd:
        def __add__(self, other: object) -> object: ...

        def wrong(self) -> None: ...

    with pytest.raises(TypeError, match=r"wrong\(\) takes 1 positional argument"):
        double(Odd())
    assert double.__doc__ == "Double it."
    assert list(inspect.signature(double).parameters) == ["value"]


def test_many_arguments_are_counted_in_digits() -> None:
    @called_as("four(1, 2, 3, 4)")
    def four(a: int, b: int, c: int, d: int) -> None: ...

    wrong: Callable[..., None] = four
    with pytest.raises(UsageError, match="it takes 4 without a name, and got 5"):
        wrong(1, 2, 3, 4, 5)
