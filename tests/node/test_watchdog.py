"""The watchdog measures what JavaScript takes, and nothing else."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
import respx

from pytest_auth0_actions import ActionTimeoutError, LoadAction
from pytest_auth0_actions.node import process, run
from pytest_auth0_actions.world.elapsed import real_monotonic_s
from tests.conftest import WriteAction


class Waiting:
    """Real time as it would be if the test had waited."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.waited_s = 0.0
        for module in (process, run):
            monkeypatch.setattr(
                module, "real_monotonic_s", lambda: real_monotonic_s() + self.waited_s
            )

    def wait(self, *args: Any) -> httpx.Response:
        self.waited_s += 11
        return httpx.Response(204)


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> Waiting:
    return Waiting(monkeypatch)


def test_what_the_tests_code_takes_is_not_measured(
    load_action: LoadAction,
    write_handler: WriteAction,
    http_mock: respx.MockRouter,
    waiting: Waiting,
) -> None:
    """Whether it answers a request or stands in for an api method, and however often."""
    path = write_handler(
        """
        for (let i = 0; i < 3; i++) console.log((await fetch('https://api.test/')).status);
        """
    )
    http_mock.get("https://api.test/").mock(side_effect=waiting.wait)
    assert load_action(path).run().logs == "204\n204\n204\n"


def test_what_a_replaced_method_takes_is_not_measured(
    load_action: LoadAction,
    write_handler: WriteAction,
    api: Any,
    monkeypatch: pytest.MonkeyPatch,
    waiting: Waiting,
) -> None:
    monkeypatch.setattr(api.cache, "get", lambda key: waiting.wait() and None)
    path = write_handler("console.log(api.cache.get('a')); api.cache.get('b');")
    assert load_action(path).run().logs == "undefined\n"


def test_what_javascript_takes_is_measured_after_that_too(
    load_action: LoadAction,
    write_handler: WriteAction,
    http_mock: respx.MockRouter,
    waiting: Waiting,
    _auth0_node_runtime: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(_auth0_node_runtime, "watchdog_s", 0.2)
    http_mock.get("https://api.test/").mock(side_effect=waiting.wait)
    path = write_handler("await fetch('https://api.test/'); while (true) {}")
    with pytest.raises(ActionTimeoutError):
        load_action(path).run()


@pytest.mark.parametrize(
    ("argument", "call"),
    [
        ("{ get ttl() { for (;;); } }", "cache.set('k', 'v', "),
        ("{ deep: { get ttl() { for (;;); } } }", "cache.set('k', 'v', "),
        ("new Proxy({}, { ownKeys() { for (;;); } })", "cache.get("),
    ],
)
def test_an_argument_that_never_ends_is_blamed_with_its_call_and_line(
    load_action: LoadAction, write_handler: WriteAction, argument: str, call: str
) -> None:
    path = write_handler(f"api.cache.get('a');\napi.{call}{argument});")
    action = load_action(path)
    action.loaded._runtime.watchdog_s = 0.3
    with pytest.raises(ActionTimeoutError) as caught:
        action.run()
    member = call.split("(")[0]
    assert str(caught.value) == (
        "[A412] The Action did not come to an end within 0.3 s of real time. "
        f"It was reading an argument of api.{member}().\n"
        f"Given: {path}:3. Its api calls until then: cache.get.\n"
        "Look for a getter, or a Proxy, in that argument that never returns."
    )


def test_a_getter_that_returns_is_no_reason(
    load_action: LoadAction, write_handler: WriteAction
) -> None:
    """The loop after such a call is blamed as ever."""
    path = write_handler("api.cache.set('k', 'v', { get ttl() { return 5; } });\nfor (;;);")
    action = load_action(path)
    action.loaded._runtime.watchdog_s = 0.3
    with pytest.raises(ActionTimeoutError, match="Look for a loop that never ends"):
        action.run()
    action = load_action(write_handler("api.cache.set('k', 'v', { get ttl() { return 5; } });"))
    [call] = action.run().calls
    assert call.args == ("k", "v", {"ttl": 5})
