"""What a report says of a test that reads an attribute of None, or of what it has not called."""

from __future__ import annotations

import re

import pytest

ACTION = """
exports.onExecutePostLogin = async (event, api) => {
  api.cache.get('token');
  if (!event.user.email_verified) {
    api.access.deny('Verify your email');
    api.redirect.sendUserTo('https://shop.example/verify');
  }
};
"""
HINT = "Auth0 hint"


@pytest.fixture
def login(project: pytest.Pytester) -> pytest.Pytester:
    (project.path / "login.js").write_text(ACTION, encoding="utf-8")
    return project


def hint_of(project: pytest.Pytester, body: str) -> list[str]:
    """Return the lines of the hint about a test that fails; empty if there is none."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    project.makepyfile(
        test_it=f"def test_it(load_action, flow, api):\n"
        f"    action = load_action('login.js')\n{lines}"
    )
    result = project.runpytest("-p", "no:xdist", "-W", "ignore")
    result.assert_outcomes(failed=1)
    titles = [
        at for at, line in enumerate(result.outlines) if line.startswith("---") or "===" in line
    ]
    for at in titles:
        if HINT in result.outlines[at]:
            return result.outlines[at + 1 : next(each for each in titles if each > at)]
    return []


def why_none(field: str, method: str, calls: str = "cache.get") -> list[str]:
    return [
        f"[A228] outcome.{field} is None: the Action did not call {method}.",
        f"Given: a run of login. Its api calls: {calls}.",
        "Give the run the event that leads there, or correct the Action; that there is none, "
        f"`assert outcome.{field} is None` tests.",
    ]


DENY = why_none("denied", "api.access.deny")
SEND = why_none("redirect", "api.redirect.sendUserTo")
FACTOR = "api.authentication.challengeWith or api.authentication.challengeWithAny"


@pytest.mark.parametrize(
    ("body", "hint"),
    [
        ("assert action.run().outcome.denied.reason == 'x'", DENY),
        ("run = action.run()\nassert run.outcome.denied.reason == 'x'", DENY),
        ("outcome = action.run().outcome\nassert outcome . denied . by == 'x'", DENY),
        ("denied = action.run().outcome.denied\nassert denied.reason == 'x'", DENY),
        ("runs = [action.run()]\nassert runs[0].outcome.denied.reason", DENY),
        (
            "first = action.run()\naction.run(user={'email_verified': False})\n"
            "assert first.outcome.denied.reason",
            DENY,
        ),
        ("done = flow(action).run()\nassert done.outcome.redirect.url", SEND),
        ("assert flow(action).run().outcome.redirect.url", SEND),
        ("action.run().outcome.challenge.factors", why_none("challenge", FACTOR)),
        (
            "run = action.run(user={'email_verified': False})\n"
            "assert run.outcome.denied.reason and (\n    run.outcome.prompt.id\n)",
            why_none("prompt", "api.prompt.render", "cache.get, access.deny, redirect.sendUserTo"),
        ),
        (
            "run = action.run(user={'email_verified': False})\nassert run.outcome.redirect.url",
            [
                "[A228] outcome.redirect is None: the Action called api.redirect.sendUserTo, and "
                "it did not come to that.",
                "Given: a run of login. Its api calls: cache.get, access.deny, "
                "redirect.sendUserTo.",
                *SEND[2:],
            ],
        ),
        (
            "outcome = action.run().outcome\naction.run(user={'email_verified': False})\n"
            "assert outcome.denied.reason",
            ["[A228] outcome.denied is None.", "Given: the outcome of an earlier run.", DENY[2]],
        ),
        (
            "run = action.run()\nassert run.outcome.user.primary_user.name",
            [
                "[A228] outcome.primary_user is None.",
                "Given: a run of login. Its api calls: cache.get.",
                "Give the run the event that leads there, or correct the Action; that there is "
                "none, `assert outcome.primary_user is None` tests.",
            ],
        ),
    ],
)
def test_none_of_an_outcome(login: pytest.Pytester, body: str, hint: list[str]) -> None:
    assert hint_of(login, body) == hint


@pytest.mark.parametrize(
    ("body", "called"),
    [
        ("assert action.run.outcome", "action.run"),
        ("assert flow(action).run.status", "flow.run"),
        ("assert load_action.run", "load_action"),
        ("assert api.cache.get.value", "api.cache.get"),
        ("login = action\nassert 'x' in login.run . outcome", "login.run"),
        ("assert getattr(action.run, 'outcome')", "action.run"),  # which is not written out
    ],
)
def test_what_was_not_called(login: pytest.Pytester, body: str, called: str) -> None:
    name = re.findall(r"\w+", body)[-1]
    assert hint_of(login, body) == [
        f"[A428] {called} is a function, and the test has not called it.",
        f"Given: {called}.{name}.",
        f"Call it: {called}(...).{name}",
    ]


@pytest.mark.parametrize(
    ("body", "what", "name"),
    [
        ("assert action.make_event().user", "An event", "user"),
        ("event = action.make_event()\nassert event['user'].email", "A dict", "email"),
        ("assert action.run().event.user", "A dict", "user"),
    ],
)
def test_what_is_an_item(login: pytest.Pytester, body: str, what: str, name: str) -> None:
    assert hint_of(login, body) == [
        f"[A225] {what} has no {name!r}: it has items.",
        f"Given: .{name}.",
        f"Write [{name!r}]",
    ]
    assert hint_of(login, body.replace(f".{name}", f"[{name!r}]") + " == 5") == []


def test_what_an_event_holds_is_no_attribute(login: pytest.Pytester) -> None:
    hint = hint_of(login, "assert action.make_event.user")
    assert hint[2] == "Call it: action.make_event(...)['user']"
    assert hint_of(login, "assert not action.make_event()['user']") == []


@pytest.mark.parametrize(
    "body",
    [
        "nothing = None\naction.run()\nnothing.reason",
        "denied = None\ndenied.reason",  # before any run
        "run = action.run()\nassert run.denied",  # which has words of its own
        "action.run()\nassert [].denied",
        "assert action.make_event().usr",
        "assert {}.user",
        "action.run()\nraise AttributeError('by hand')",
        "action.run()\nassert hint_of.denied.reason",
        "action.run()\nassert (lambda: None).outcome",
        "run = action.run()\ngetattr(run.outcome.denied, 'reason')",
        "action.run()\nassert api.cache.get('token').value",
        "run = action.run()\nassert run.outcome.denied",
    ],
)
def test_other_failures_have_no_hint(login: pytest.Pytester, body: str) -> None:
    assert hint_of(login, body) == []


def test_secrets_are_masked_in_a_hint(login: pytest.Pytester) -> None:
    hint = hint_of(
        login,
        "action = load_action('login.js', secrets={'A': 'login'})\n"
        "assert action.run().outcome.denied.by",
    )
    assert hint[1] == "Given: a run of ***A***. Its api calls: cache.get."
