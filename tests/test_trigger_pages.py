"""Each trigger has its page, and what the pages show of the code is that of today's code."""

from __future__ import annotations

import dataclasses
import importlib
import re
from pathlib import Path
from typing import Any

import pytest

import pytest_auth0_actions
from pytest_auth0_actions import CacheStore
from pytest_auth0_actions.auth0.context import Context
from pytest_auth0_actions.auth0.events import build_event
from pytest_auth0_actions.auth0.namespace import methods, namespaces
from pytest_auth0_actions.auth0.outcome import Outcome
from pytest_auth0_actions.auth0.triggers import TRIGGERS
from tests.markdown import Block, blocks

DOCS = Path(__file__).parent.parent / "docs"
FOLDER = DOCS / "triggers"
WRITTEN = re.compile(
    r"^<!-- (\w+) ([\w-]+): written by python docs/declared.py.*? -->\n(.*?)^<!-- end -->$",
    re.MULTILINE | re.DOTALL,
)
HEADINGS = ["## The event", "## The api", "## The outcome", "## What is not simulated"]

declared: Any = importlib.import_module("docs.declared")  # mypy takes that for the folder


def page_of(trigger_id: str) -> str:
    return (FOLDER / f"{trigger_id}.md").read_text(encoding="utf-8")


def test_there_is_a_page_for_each_trigger_and_for_nothing_else() -> None:
    assert {path.stem for path in FOLDER.glob("*.md")} == {*TRIGGERS, "index"}


@pytest.mark.parametrize("trigger_id", TRIGGERS)
def test_a_page_shows_what_is_declared_of_its_trigger(trigger_id: str) -> None:
    page = page_of(trigger_id)
    shown = [(kind, named) for kind, named, _ in WRITTEN.findall(page)]
    assert shown == [(kind, trigger_id) for kind in ("event", "variants", "methods", "outcome")]
    assert page.startswith(f"# {trigger_id}\n")
    places = [page.index(f"\n{heading}\n") for heading in HEADINGS]
    assert places == sorted(places)
    for handler in TRIGGERS[trigger_id].handlers:
        assert f"`{handler}`" in page


@pytest.mark.parametrize("trigger_id", TRIGGERS)
def test_what_a_page_shows_of_an_event_is_no_file_of_its_project(trigger_id: str) -> None:
    shown = Block("js", declared.event(trigger_id) + "\n")
    assert shown in blocks(FOLDER / f"{trigger_id}.md")
    assert shown.file is None


@pytest.mark.parametrize("trigger_id", TRIGGERS)
def test_a_page_describes_the_variants_of_its_event_and_no_others(trigger_id: str) -> None:
    [table] = [said for kind, _, said in WRITTEN.findall(page_of(trigger_id)) if kind == "variants"]
    words = declared.words_of_variants(table)
    assert all(map(str.strip, words.values()))
    assert declared.variants(trigger_id, words) == table.strip()
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
    assert declared._plain("a ``b``\n    or | c") == r"a `b` or \| c"


@pytest.mark.parametrize("page", ["reference.md", *(f"triggers/{each}.md" for each in TRIGGERS)])
def test_what_is_written_from_the_code_is_up_to_date(page: str) -> None:
    """If it is not any more, `python docs/declared.py` writes it anew."""
    text = (DOCS / page).read_text(encoding="utf-8")
    assert "written by python docs/declared.py" in text
    assert declared.rewritten(text) == text


def test_what_is_out_of_date_is_written_anew_and_nothing_else() -> None:
    page = page_of("post-login")
    for shown, before in {
        r"^\| `api\.access\.deny\(.*\n": "",
        r"^\| `denied\.by` .*\n": "",
        r"^(\| `social` \| [^|]+ \|).*\n": r"\1\n",
        r'^  "user": \{': '  "person": {',
    }.items():
        old, count = re.subn(shown, before, page, flags=re.MULTILINE)
        assert count == 1, shown
        assert declared.rewritten(old) == page


def test_what_a_variant_is_stays_as_it_was_written_by_hand() -> None:
    page = page_of("post-login").replace("a login with Google", r"a [login](x.md) \| Google")
    assert r"| `social` | a [login](x.md) \| Google | `" in page
    assert declared.rewritten(page) == page


def test_each_fixture_has_a_row_in_the_reference() -> None:
    index = (DOCS / "index.md").read_text(encoding="utf-8").partition("| fixture |")[2]
    rows = re.findall(r"^\| `(\w+)` \| [A-Z][^|]+\. \|$", declared.fixtures(), re.MULTILINE)
    assert rows == list(declared.fixture_functions())
    first_column = " ".join(re.findall(r"^\|([^|]+)\|", index, re.MULTILINE))
    assert {*rows} - {*re.findall(r"`(\w+)`", first_column)} == {"auth0_snapshot"}


def test_each_public_name_is_in_a_table_of_the_reference() -> None:
    """So that who reads the page without a build finds it."""
    reference = (DOCS / "reference.md").read_text(encoding="utf-8")
    rows = "\n".join(re.findall(r"^\|.*\|$", reference, re.MULTILINE))
    shown = {*re.findall(r"\| \[?`(\w+)`", rows)}
    assert {*pytest_auth0_actions.__all__} - shown == set()


def test_a_table_of_types_says_what_each_is_and_has() -> None:
    table = declared.described(
        ".. autoclass:: pytest_auth0_actions.CacheAPI\n"
        "   :exclude-members: explain_call, is_refusal, lose_some, refuse_next, trace_call\n\n"
        ".. autoclass:: pytest_auth0_actions.Clock\n\n"
        ".. autoclass:: pytest_auth0_actions.HttpHeaders\n   :no-members:\n\n"
        ".. py:type:: Name\n   :canonical: str | Path\n\n   A name,\n   or a path.\n"
    )
    assert table.splitlines() == [
        "| name | what it is | what it has |",
        "| --- | --- | --- |",
        "| `CacheAPI` | `api.cache` as an Action sees it. | `get()`, `set()`, `delete()` |",
        "| `Clock` | The time of a test: it stands still until the test moves it. "
        "| `now_ms`, `now`, `tick()`, `move_to()` |",
        "| `HttpHeaders` | Headers: a dict whose names are in lower case, and are found in any "
        "case. | |",
        "| `Name` | A name, or a path. | |",
    ]


def test_a_table_of_types_that_have_nothing_has_no_column_for_it() -> None:
    assert declared.described(".. autoexception:: pytest_auth0_actions.UsageError\n") == (
        "| name | what it is |\n| --- | --- |\n"
        "| `UsageError` | A call, marker or setting of ours was given something that it can't "
        "take. |"
    )
