"""The text of a first test, and which runs go into it."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_auth0_actions.auth0.namespaces.access import LoginDenial
from pytest_auth0_actions.auth0.triggers import TRIGGERS
from pytest_auth0_actions.auth0.triggers.post_login import PostLoginOutcome
from pytest_auth0_actions.errors import UsageError
from pytest_auth0_actions.first_test.cases import Case, cases_of, pairs_of
from pytest_auth0_actions.first_test.literals import laid_out, literal
from pytest_auth0_actions.first_test.probe import Seen
from pytest_auth0_actions.first_test.seen import write_seen
from pytest_auth0_actions.first_test.text import Loaded, first_test, that_show_more, worth_a_test
from pytest_auth0_actions.project.usage import ApiUse, action_use

USUAL = Case("the_usual_event", "With the usual event.")
OTHER = Case("another", "With another.", arguments='user={"name": "x"}')
OUTAGE = Case("outage", "With status 500.", status=500)
ASKED = (("GET", "https://a.example/x?y=z"),)
THROWN = ("ActionError", "[A403] The Action threw Error: x\nGiven: a\nDo b.", "x")


def arguments(code: str, trigger: str = "post-login") -> dict[str, str]:
    cases = cases_of(TRIGGERS[trigger], action_use(code), TRIGGERS[trigger].handlers)
    assert len({each.name for each in cases}) == len(cases)
    return {each.name: each.arguments for each in cases}


@pytest.mark.parametrize(
    ("code", "name", "given"),
    [
        (
            "event.user.email_verified",
            "user_email_verified_false",
            'user={"email_verified": False}',
        ),
        ("event.user.email_verified === true", "user_email_verified_false", None),
        ("event.user.name === 'Bo'", "user_name_bo", 'user={"name": "Bo"}'),
        ("event.user.email.endsWith('@a')", "user_email_ada_a", 'user={"email": "ada@a"}'),
        ("event.user.email.includes('a')", "user_email_a", 'user={"email": "a"}'),
        ("event.transaction.acr_values.includes('a')", "transaction_acr_values_listed", None),
        ("event.authentication.methods", "authentication_methods_empty", None),
        ("event.user.email", "without_user_email", 'user={"email": UNDEFINED}'),
        ("event.user.user_metadata.a", "user_user_metadata_a", None),
        ("event.user.name.first", "user_name_first", None),
        ("event['a-b']", "a_b", '**{"a-b": "some text"}'),
        ("event.stats.logins_count < 0", "stats_logins_count_minus_1", None),
        (
            "event.client.metadata.limit > 4",
            "client_metadata_limit_5",
            'client={"metadata": {"limit": "5"}}',
        ),
        (
            "event.user.app_metadata.n > 4",
            "user_app_metadata_n_5",
            'user={"app_metadata": {"n": 5}}',
        ),
    ],
)
def test_what_is_tried(code: str, name: str, given: str | None) -> None:
    tried = arguments(code)
    assert name in tried
    assert given is None or tried[name] == given


def pairs(code: str) -> dict[str, Case]:
    trigger = TRIGGERS["post-login"]
    made = pairs_of(cases_of(trigger, action_use(code), trigger.handlers))
    return {each.name: each for each in made}


def test_two_fields_differ_at_once() -> None:
    made = pairs("event.client.name === 'Bo' && !event.user.email_verified && event.user.email")
    case = made["client_name_bo_and_user_email_verified_false"]
    assert case.arguments == 'client={"name": "Bo"}, user={"email_verified": False}'
    assert case.about == '`event.client.name` is "Bo", and `event.user.email_verified` is false.'
    both = made["without_user_email_verified_and_without_user_email"]
    assert both.arguments == 'user={"email_verified": UNDEFINED, "email": UNDEFINED}'
    assert both.about == "Without `event.user.email_verified`, and without `event.user.email`."


def test_a_pair_is_of_two_fields_and_says_little_if_it_is_long() -> None:
    made = pairs(f"event.user && event.user.name === '{'x' * 50}' && event.client.name === 'Bo'")
    assert not any("without_user_and_user_name" in name for name in made)
    assert made[f"user_name_{'x' * 50}_and_client_name_bo"].about == (
        "Two fields of the event differ."
    )
    assert pairs("event.user.email_verified") == {}


def test_each_handler_and_variant_is_tried() -> None:
    assert {"the_usual_event", "coming_back", "variant_silent"} <= arguments("").keys()
    assert "coming_back" not in arguments("", "pre-user-registration")


def test_a_long_value_is_not_said_twice() -> None:
    [about] = [
        each.about
        for each in cases_of(
            TRIGGERS["post-login"], action_use(f"event.user.name === '{'x' * 99}'"), ()
        )
        if each.name.startswith("user_name")
    ]
    assert about == "`event.user.name` differs."


def test_one_test_for_each_way() -> None:
    usual = Seen(USUAL, ("access.deny",), ("No",))
    runs = [
        usual,
        Seen(OTHER, ("access.deny",), ("No",)),  # as usual
        Seen(Case("text", ""), ("access.deny",), ("Never",)),  # of the code
        Seen(Case("value", ""), ("access.deny",), ("ada",)),  # of the event
        Seen(Case("value_2", ""), ("access.deny",), ("bo",)),
        Seen(Case("fatal", ""), is_fatal=True, error=THROWN),
        Seen(Case("thrown", ""), ("cache.get",), error=THROWN, is_thrown=True),
        Seen(OUTAGE, ("access.deny",), ("No",)),  # asked nobody
    ]
    kept = worth_a_test(runs, "'No' 'Never'")
    assert [each.case.name for each in kept] == ["the_usual_event", "text", "value"]


def test_an_outage_counts_if_it_changes_something() -> None:
    usual = Seen(USUAL, ("cache.get",), requests=ASKED)
    alike = Seen(OUTAGE, ("cache.get",), requests=ASKED)
    thrown = Seen(OUTAGE, ("cache.get",), requests=ASKED, error=THROWN, is_thrown=True)
    assert worth_a_test([usual, alike], "") == [usual]
    assert worth_a_test([usual, thrown], "") == [usual, thrown]


def written(*seen: Seen, **given: Any) -> str:
    loaded = Loaded("code.js", given.get("secrets", {}), {}, given.get("trigger", ""))
    unreached = [ApiUse("access.deny", 3)]
    text = first_test("code", "post-login", loaded, seen, unreached)
    assert text.endswith("\n\n# No test here leads to:\n# - api.access.deny in line 3\n")
    ast.parse(text)
    assert all(len(line) <= 100 for line in text.splitlines())
    return text


def test_values_are_compared() -> None:
    facts = (("outcome.a", True), ("outcome.b", ("x",)), ("len(outcome.c)", 2))
    text = written(Seen(USUAL, ("access.deny",), facts=facts))
    assert 'assert [call.path for call in run.calls] == ["access.deny"]' in text
    assert "assert run.outcome.a is True" in text
    assert 'assert run.outcome.b == ("x",)' in text
    assert "assert len(run.outcome.c) == 2" in text


def test_long_lines_are_broken() -> None:
    seen = Seen(
        Case("a", "b", arguments=f"user={literal({'name': 'x' * 70})}"),
        ("cache.get",) * 9,
        requests=(("PUT", f"https://a.example/{'x' * 60}"), ("PURGE", "https://a.example/")),
        facts=(("outcome.a", {"b": "c" * 60, "d": {"e": "f" * 60}}),),
    )
    text = written(seen, secrets={"A": "x" * 50, "B": "y" * 50}, trigger="post-login")
    assert 'http_mock.route(method="PURGE", url="https://a.example/")' in text
    assert 'trigger="post-login",\n' in text


def test_what_fails_says_why() -> None:
    text = written(Seen(USUAL, error=THROWN, is_thrown=True))
    assert (
        "    # When this was written: [A403] The Action threw Error: x\n    action.run()\n" in text
    )
    outage = Seen(OUTAGE, requests=ASKED, error=THROWN, is_thrown=True)
    text = written(Seen(USUAL), outage)
    assert 'http_mock.get("https://a.example/x").respond(500)' in text
    assert 'assert caught.value.message == "x"' in text


def test_values_as_python() -> None:
    value = {"a": [1, None, True], "b": (1,), "c": "it's \n", "d": 1.5, "e": ()}
    assert ast.literal_eval(literal(value)) == value
    assert ast.literal_eval(laid_out(value, 4, 90)) == value
    assert laid_out([], 0, 200) == "[]"


@pytest.fixture
def seen_of(tmp_path: Path) -> Callable[[Any], Any]:
    """Return what is written down of a run that gives a value, or raises."""

    def seen_of(outcome: Any) -> Any:
        def run(action: Any) -> Any:
            if isinstance(outcome, Exception):
                raise outcome
            event = {"user": {"user_metadata": {"a": 1}, "app_metadata": {}}}
            return SimpleNamespace(calls=(), requests=(), logs="", outcome=outcome, event=event)

        action = SimpleNamespace(trigger="post-login")
        write_seen(tmp_path / "seen.json", lambda: action, run, None, 200)
        return json.loads((tmp_path / "seen.json").read_text(encoding="utf-8"))

    return seen_of


def test_what_is_seen_of_an_outcome(seen_of: Callable[[Any], Any]) -> None:
    denied = LoginDenial("No", "access.deny")
    outcome = PostLoginOutcome(
        denied=denied,
        recorded_methods=("https://a.example/",),
        transaction_metadata={"a": [1], "b": object()},
    )
    assert seen_of(outcome)["facts"] == [
        ["outcome.denied.reason", "No"],
        ["outcome.denied.by", "access.deny"],
        ["outcome.recorded_methods", {"$tuple": ["https://a.example/"]}],
    ]


def test_several_parts_of_an_outcome_are_counted(seen_of: Callable[[Any], Any]) -> None:
    from pytest_auth0_actions.auth0.namespaces.validation import ValidationError

    outcome = PostLoginOutcome(validation_errors=(ValidationError("a", "b"),))
    assert seen_of(outcome)["facts"] == [
        ["len(outcome.validation_errors)", 1],
        ["outcome.validation_errors[0].code", "a"],
        ["outcome.validation_errors[0].message", "b"],
    ]


def test_an_error_before_the_run_is_fatal(seen_of: Callable[[Any], Any]) -> None:
    seen = seen_of(UsageError("a", "b", "c"))
    assert (seen["is_fatal"], seen["error"]) == (True, ["UsageError", "a\nb\nc", ""])


def test_a_pair_is_kept_if_it_shows_a_call_or_a_text_that_no_run_before_it_did() -> None:
    usual = Seen(USUAL, calls=("a.b",), texts=("one",))
    same = Seen(OTHER, calls=("a.b", "a.b"), texts=("one", "of no code"))
    failed = Seen(OTHER, calls=("c.d",), error=THROWN)
    text = Seen(OTHER, calls=("a.b",), texts=("two",))
    call = Seen(OTHER, calls=("c.d",))
    source = "one two"
    assert that_show_more([same, failed, text, text, call, call], [usual], source) == [text, call]
