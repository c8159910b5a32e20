"""Each trigger has its page, whose tables come from the declarations."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import re
from pathlib import Path
from typing import Any

import pytest

from pytest_auth0_actions import CacheStore
from pytest_auth0_actions.auth0.context import Context
from pytest_auth0_actions.auth0.events import build_event
from pytest_auth0_actions.auth0.namespace import methods, namespaces
from pytest_auth0_actions.auth0.outcome import Outcome
from pytest_auth0_actions.auth0.triggers import TRIGGERS

DOCS = Path(__file__).parent.parent / "docs"
FOLDER = DOCS / "triggers"
DIRECTIVE = re.compile(r"^```\{(\w+)\} ([\w-]+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
HEADINGS = ["## The event", "## The api", "## The outcome", "## What is not simulated"]

declared: Any = importlib.import_module("docs.declared")  # mypy takes that for the folder


def page_of(trigger_id: str) -> str:
    return (FOLDER / f"{trigger_id}.md").read_text(encoding="utf-8")


def test_there_is_a_page_for_each_trigger_and_for_nothing_else() -> None:
    assert {path.stem for path in FOLDER.glob("*.md")} == {*TRIGGERS, "index"}


@pytest.mark.parametrize("trigger_id", TRIGGERS)
def test_a_page_shows_what_is_declared_of_its_trigger(trigger_id: str) -> None:
    page = page_of(trigger_id)
    shown = [(kind, named) for kind, named, _ in DIRECTIVE.findall(page)]
    assert shown == [(kind, trigger_id) for kind in ("event", "variants", "methods", "outcome")]
    assert page.startswith(f"# {trigger_id}\n")
    places = [page.index(f"\n{heading}\n") for heading in HEADINGS]
    assert places == sorted(places)
    for handler in TRIGGERS[trigger_id].handlers:
        assert f"`{handler}`" in page


@pytest.mark.parametrize("trigger_id", TRIGGERS)
def test_a_page_describes_the_variants_of_its_event_and_no_others(trigger_id: str) -> None:
    [content] = [
        said for kind, _, said in DIRECTIVE.findall(page_of(trigger_id)) if kind == "variants"
    ]
    words = declared.parsed_words(content.splitlines())
    assert all(words.values())
    assert declared.variants(trigger_id, words).count("\n") == len(words) + 1
    with pytest.raises(ValueError, match=r"no variants: \['other'\]"):
        declared.variants(trigger_id, {**words, "other": "none"})
    words.pop("minimal")
    with pytest.raises(ValueError, match=r"not described: \['minimal'\]"):
        declared.variants(trigger_id, words)


@pytest.mark.parametrize("trigger_id", TRIGGERS)
def test_each_method_has_an_example_that_calls_it(trigger_id: str) -> None:
    """In its own docstring or in its namespace's, which `test_examples.py` runs."""
    api = TRIGGERS[trigger_id].api(CacheStore(lambda: 0), Context(lambda: 0))
    for name, namespace in namespaces(api).items():
        for method in methods(type(namespace)):
            docstrings = [method.function.__doc__, type(namespace).__doc__]
            examples = re.findall(
                r"^\s*(?:>>>|\.\.\.) (.*)$", "\n".join(map(str, docstrings)), re.M
            )
            assert any(f".{method.name}(" in line for line in examples), f"{name}.{method.name}"


@pytest.mark.parametrize("trigger_id", TRIGGERS)
def test_the_table_of_methods_has_a_full_row_for_each(trigger_id: str) -> None:
    rows = declared.methods(trigger_id).splitlines()[2:]
    paths = declared.declared_methods(trigger_id)
    assert [row.split("(")[0] for row in rows] == [f"| `api.{path}" for path in paths]
    for row in rows:
        assert re.fullmatch(r"\| `[^|`]+` \| [^|]+ \| [A-Z][^|]+\.\*? \|", row), row
        assert "returns the api" not in row


def test_the_table_of_methods_says_what_comes_back_and_who_has_it() -> None:
    table = declared.methods("post-login")
    assert "| `api.access.deny(reason)` | `api` | Deny the login. |" in table
    assert "| `api.redirect.canRedirect()` | a boolean |" in table
    assert "| `api.redirect.encodeToken(options)` | a string |" in table
    assert "| `api.groups.getUserGroups(params?)` | a promise |" in table
    assert "| `api.cache.get(key)` | an object or nothing |" in table
    assert "| `api.session.revoke(reason?, options?)` | nothing | End" in table
    assert "*Enterprise Customers.* |" in table


@pytest.mark.parametrize("trigger_id", TRIGGERS)
def test_the_table_of_an_outcome_has_each_field_and_those_of_its_parts(trigger_id: str) -> None:
    table = declared.outcome(trigger_id)
    outcome: type[Outcome] = declared.outcome_type(trigger_id)
    names = [field.name for field in dataclasses.fields(outcome)]  # type: ignore[arg-type]
    rows = re.findall(r"^\| `(\w+)` \| [^|]+ \| [^|]+ \|$", table, re.MULTILINE)
    assert rows == names
    if not names:
        assert table == "It has no fields."


def test_the_fields_of_parts_are_named_by_their_paths() -> None:
    table = declared.outcome("post-login")
    assert "| `denied` | an object or `None` | " in table
    assert "| `denied.by` | `str` | the method that denied it. |" in table
    assert "| `access_token.scopes.added` | `tuple[str, ...]` | " in table
    assert "| `validation_errors` | a tuple of objects | " in table
    assert "| `validation_errors[].code` | `str` | " in table
    assert "| `saml_response.audience` | | see `setAudience`; likewise `recipient`, " in table


@pytest.mark.parametrize("trigger_id", TRIGGERS)
def test_the_event_on_a_page_has_the_fields_of_the_default_event(trigger_id: str) -> None:
    shown = declared.event(trigger_id)
    event = build_event(TRIGGERS[trigger_id].event, declared.NOW_ISO, {})
    assert re.findall(r'^  "(\w+)": ', shown, re.MULTILINE) == list(event)
    assert max(map(len, shown.splitlines())) <= declared.WIDTH
    for name, value in event.items():
        if isinstance(value, dict):
            assert all(f'"{inner}": ' in shown for inner in value), name


def test_a_table_says_where_a_variant_differs() -> None:
    words = dict.fromkeys(TRIGGERS["send-phone-message"].event.variants, "x")
    table = declared.variants("send-phone-message", words)
    assert "| `sms` | x | nothing: it is the default event |" in table
    assert "| `enrollment` | x | `message_options.action` |" in table


def test_every_handler_is_found_by_the_pages_of_triggers() -> None:
    index = (FOLDER / "index.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| \[([\w-]+)\]\(\1\.md\)", index, re.MULTILINE)
    for trigger_id in TRIGGERS:
        assert f"[{trigger_id}]({trigger_id}.md)" in index
        assert re.search(rf"^{trigger_id}$", index, re.MULTILINE)  # in its toctree


def test_docstrings_are_made_plain_for_a_cell() -> None:
    assert inspect.getdoc(declared.parsed_words)
    assert declared._plain("a ``b``\n    or | c") == r"a `b` or \| c"
