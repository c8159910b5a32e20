"""announce-user: each registration is posted to the chat, and none fails for want of that."""

import json

import httpx
import pytest

URL = "https://chat.example.com/hooks/t0ps3cret"


@pytest.fixture
def action(load_action):
    return load_action("actions/announce-user/code.js", secrets={"WEBHOOK_URL": URL})


@pytest.fixture
def hook(http_mock):
    """The chat's webhook; a test says what it answers."""
    return http_mock.post(URL).respond(204)


def busy(pause_s):
    """Returns the answer of a chat that asks to wait."""
    return httpx.Response(429, headers={"Retry-After": str(pause_s)})


def test_user_is_announced_by_name(action, make_event, hook):
    """The chat gets one message, and the log stays empty."""
    run = action.run(make_event(user={"name": "Ada Lovelace"}))
    assert json.loads(hook.calls.last.request.content) == {"text": "Ada Lovelace has registered"}
    assert (len(run.requests), run.logs) == (1, "")


def test_busy_chat_is_asked_once_more_after_its_pause(action, hook):
    """A pause of 5 s is waited for, on the test's clock."""
    hook.side_effect = [busy(5), httpx.Response(204)]
    run = action.run()
    first, second = run.requests
    assert (first.status, second.status) == (429, 204)
    assert (second.at_ms - first.at_ms, run.logs) == (5_000, "")


def test_longer_pause_is_not_waited_for(action, hook):
    """A pause of 6 s would take too much of the 20 s that Auth0 gives."""
    hook.side_effect = [busy(6)]
    run = action.run()
    assert (run.duration_ms, run.logs) == (0, "not announced: the chat answered 429\n")


@pytest.mark.parametrize(
    ("failure", "why"),
    [
        pytest.param(httpx.ConnectError, "ECONNREFUSED", id="down"),
        pytest.param(httpx.ReadError, "ECONNRESET", id="reset"),
        pytest.param(httpx.ReadTimeout, "TimeoutError", id="silent"),
    ],
)
def test_registration_survives_an_outage(action, hook, failure, why):
    """The failure is logged, and the Action does not throw."""
    hook.side_effect = failure
    assert action.run().logs == f"not announced: {why}\n"


@pytest.mark.parametrize(
    ("delay_ms", "logs"),
    [
        pytest.param(2_999, "", id="one ms before"),
        pytest.param(3_001, "not announced: TimeoutError\n", id="one ms after"),
    ],
)
def test_chat_has_three_seconds(action, http_mock, delay_ms, logs):
    """An answer after more than 3 s is not waited for."""
    http_mock.post(URL).respond(204, extensions={"delay_ms": delay_ms})
    assert action.run().logs == logs
