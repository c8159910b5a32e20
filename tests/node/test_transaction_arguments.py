"""What a test can get wrong about the way back, and what it is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pytest_auth0_actions import UNDEFINED, LoadAction, MakeFlow, Transaction, UsageError
from tests.conftest import WriteAction

Wait = Callable[[str], Transaction[Any]]


@pytest.fixture
def wait(flow: MakeFlow, load_action: LoadAction, write_action: WriteAction) -> Wait:
    """Run one Action until it waits, and return the transaction."""

    def wait(body: str) -> Transaction[Any]:
        source = f"exports.onExecutePostLogin = async (event, api) => {{ {body} }};"
        log = "console.log(JSON.stringify([event.request.query, event.request.body]));"
        source += f"exports.onContinuePostLogin = async (event) => {{ {log} }};"
        return flow(load_action(write_action(source, "asks.js"))).run()

    return wait


@pytest.fixture
def away(wait: Wait) -> Transaction[Any]:
    return wait("api.redirect.sendUserTo('https://a.example/');")


@pytest.fixture
def asked(wait: Wait) -> Transaction[Any]:
    return wait("api.prompt.render('ap_1');")


def told(call: Callable[[], object]) -> str:
    with pytest.raises(UsageError) as caught:
        call()
    return str(caught.value)


@pytest.mark.parametrize("name", ["query", "body"])
@pytest.mark.parametrize("value", [1, True, None, {"a": "b"}, ["a", 1]])
def test_a_browser_brings_text(away: Transaction[Any], name: str, value: object) -> None:
    parameters: Any = {name: {"verified": value}}
    assert told(lambda: away.resume(**parameters)) == (
        f"[A509] A browser brings text back, and the Action finds text in event.request.{name}.\n"
        f"Given: {name}={{'verified': {value!r}}}.\n"
        "Write it as the Action will find it, such as '1' or 'true', or leave it out."
    )
    assert away.resume().status == "completed"  # the refused one was no return


def test_text_may_come_several_times_or_not_at_all(away: Transaction[Any]) -> None:
    done = away.resume(query={"tag": ["a", "b"], "gone": UNDEFINED})
    query, body = json.loads(done.executions[-1].logs)
    assert query == {"tag": ["a", "b"], "state": away.outcome.redirect.query["state"]}
    assert body == {}


def test_the_wrong_way_on_names_the_right_one(away: Transaction[Any]) -> None:
    assert told(away.submit) == (
        "[A517] The transaction is redirected, and submit() is for one that is prompted.\n"
        "Given: submit(), when these have run: asks.\n"
        "Use resume(query={...}), as the page does that the user was sent to."
    )


def test_a_parameter_is_no_keyword_of_resume(away: Transaction[Any]) -> None:
    assert told(lambda: away.resume(session_token="abc")) == (
        "[A510] A keyword is a field of the event, and the event has no 'session_token'.\n"
        "Given: session_token='abc'.\n"
        "Pass what the user brings as query: resume(query={'session_token': 'abc'})."
    )
    assert away.resume().status == "completed"


def test_a_field_of_a_form_is_no_keyword_of_submit(asked: Transaction[Any]) -> None:
    assert told(lambda: asked.submit(stars="5")) == (
        "[A510] A keyword is a field of the event, and the event has no 'stars'.\n"
        "Given: stars='5'.\n"
        "Did you mean stats? If not, pass what the user brings as fields: "
        "submit(fields={'stars': '5'})."
    )


@pytest.mark.parametrize(("name", "meant"), [("usr", "user"), ("field", "fields")])
def test_a_keyword_with_a_typo_is_named(asked: Transaction[Any], name: str, meant: str) -> None:
    advice = told(lambda: asked.submit(**{name: {}})).splitlines()[2]
    assert advice.startswith(f"Did you mean {meant}? If not, pass what the user brings as fields: ")


@pytest.mark.parametrize("path", ["actions/a.js", Path("actions/a.js")])
def test_a_path_is_no_action(flow: MakeFlow, path: Any) -> None:
    assert told(lambda: flow(path)) == (
        "[A503] A flow takes Actions.\n"
        f"Given: {path!r}.\n"
        "Load each one, and pass them in order: flow(load_action('actions/a.js'), ...). The "
        "Actions of a tenant: tenant.flow(trigger)."
    )
