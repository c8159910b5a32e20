"""What the report's page is told of each event."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest

from pytest_auth0_actions import UNDEFINED, ApiCall, CacheError, CacheRecord, JSValue
from pytest_auth0_actions.auth0.namespace import Namespace
from pytest_auth0_actions.reporting.html.events import page_events
from pytest_auth0_actions.world.masking import Mask
from pytest_auth0_actions.world.testbed import record_call
from tests.reporting.story import MINUTE, SECOND, START_MS, Story


@pytest.fixture
def story() -> Story:
    return Story()


def events_of(story: Story, mask: Mask | None = None) -> list[dict[str, Any]]:
    """Return the events, which must be plain JSON."""
    events = page_events(story.journal.entries, START_MS, story.now_ms, mask or Mask())
    assert json.loads(json.dumps(events, allow_nan=False)) == events
    return events


CALL = {
    "kind": "call", "at_ms": START_MS, "args": "", "key": None, "expires_at": None, "hit": None,
    "ok": True, "by": "test", "place": None, "passed": None, "gave": None,
}  # fmt: skip


@pytest.mark.parametrize(
    ("path", "args", "result", "told"),
    [
        ("get", (), None, {"result": "miss: the key is no string", "hit": False}),
        (
            "delete",
            (),
            CacheError("CacheKeyDoesNotExist"),
            {
                "result": "refused: CacheKeyDoesNotExist: the key is no string",
                "ok": False,
                "gave": '{\n  "type": "error",\n  "code": "CacheKeyDoesNotExist"\n}',
            },
        ),
        ("set", (), TypeError("no"), {"result": "threw: no", "ok": False}),
        (
            "get",
            (UNDEFINED,),
            UNDEFINED,
            {"result": "miss: the key is no string", "hit": False, "args": "undefined"},
        ),
        (
            "get",
            (["k"],),
            None,
            {
                "result": "miss: the key is no string",
                "hit": False,
                "args": "['k']",
                "passed": '[\n  "k"\n]',
            },
        ),
        (
            "get",
            ("k", "more"),
            CacheRecord("abc", START_MS + MINUTE),
            {
                "result": "hit: 'abc', until +1m",
                "hit": True,
                "args": "'k', 'more'",
                "key": "k",
                "expires_at": START_MS + MINUTE,
                "gave": f'{{\n  "value": "abc",\n  "expires_at": {START_MS + MINUTE}\n}}',
            },
        ),
        (
            "get",
            (JSValue("function", "[Function: retry]", "function retry"),),
            None,
            {"result": "miss: the key is no string", "hit": False, "args": "[Function: retry]"},
        ),
    ],
)
def test_a_call_with_any_arguments_is_told(
    story: Story, path: str, args: tuple[Any, ...], result: Any, told: dict[str, Any]
) -> None:
    """An Action may leave out what it has to pass."""
    story.called(f"cache.{path}", args, result)
    assert events_of(story) == [{**CALL, "path": f"cache.{path}", **told}]


@pytest.mark.parametrize("method", ["get", "set", "delete"])
@pytest.mark.parametrize("args", [(), (UNDEFINED,), (None, None), ("k",), ("k", "v", "x", "y")])
def test_what_an_action_passes_to_a_method_breaks_no_report(
    story: Story, method: str, args: tuple[Any, ...]
) -> None:
    for _ in range(2):
        with story.run(), contextlib.suppress(TypeError):
            story.throw(method, args)
        story.tick(MINUTE)
    calls = [event for event in events_of(story) if event["kind"] == "call"]
    assert [call["args"] for call in calls] == [", ".join(map(repr, args))] * 2
    assert story.told()


def test_a_write_and_what_became_of_it(story: Story) -> None:
    story.set("k", "abc", {"ttl": MINUTE})
    story.tick(SECOND)
    story.get("k")
    story.store.evict("k")
    story.delete("k")
    set_, clock, get, evict, delete = events_of(story)
    assert (set_["key"], set_["expires_at"], set_["hit"]) == ("k", START_MS + MINUTE, None)
    assert clock == {
        "kind": "clock", "at_ms": START_MS, "to_ms": START_MS + SECOND, "by": "test",
    }  # fmt: skip
    assert (get["expires_at"], get["hit"], get["ok"]) == (START_MS + MINUTE, True, True)
    assert evict == {"kind": "evict", "at_ms": START_MS + SECOND, "key": "k", "why": "evict"}
    assert (delete["ok"], delete["expires_at"], delete["hit"]) == (False, None, None)


def test_a_run_ends_where_its_end_is_and_one_without_at_the_last_instant(story: Story) -> None:
    with story.run("one.js", outcome="ActionError: no"):
        story.wait(SECOND)
        with story.run("inner.js"):
            story.wait(SECOND)
        story.wait(SECOND)
    story.journal.add("run", action="two.js")
    story.tick(MINUTE)
    runs = [event for event in events_of(story) if event["kind"] == "run"]
    assert [
        (run["action"], run["at_ms"] - START_MS, run["end_ms"] - START_MS, run["outcome"])
        for run in runs
    ] == [
        ("one.js", 0, 3 * SECOND, "ActionError: no"),
        ("inner.js", SECOND, 2 * SECOND, "done"),
        ("two.js", 3 * SECOND, MINUTE + 3 * SECOND, "interrupted"),
    ]


@pytest.mark.parametrize("length", [999, 1_000, 1_001])
def test_a_long_text_is_cut(story: Story, length: int) -> None:
    long, cut = "x" * length, "x" * min(length, 1_000) + "… +1 character" * (length > 1_000)
    with story.run(long, outcome=long):
        story.log(long)
        story.http(long, error=long)
    story.called("cache.get", (JSValue("object", long, long),), None)
    run, log, http, call = events_of(story)
    assert (run["action"], run["outcome"], log["text"]) == (cut, cut, cut)
    assert (http["url"], http["error"], call["args"]) == (cut, cut, cut)


def test_a_call_of_what_does_not_last_is_in_no_lane(story: Story) -> None:
    call = ApiCall("access.deny", ("no",), UNDEFINED, START_MS)
    record_call(story.journal, Namespace(story.api.context), call, "action")
    assert events_of(story) == [
        {**CALL, "path": "access.deny", "args": "'no'", "result": "", "by": "action"}
    ]


def test_secrets_are_hidden_in_every_text_and_plain_words_in_what_an_action_gave(
    story: Story,
) -> None:
    """A word such as `code` is a secret in what an Action has passed, and a word elsewhere."""
    mask = Mask()
    mask.add({"KEY": "s3cr3t-of-2025", "WORD": "code"})
    both = "code s3cr3t-of-2025"
    with story.run(f"actions/{both}.js", outcome=f"ActionError: {both}"):
        story.set(both, both)
        story.http("https://example.com/code/s3cr3t-of-2025", error=both)
        story.log(both)
    story.log(both, kind="warning")
    story.store.evict(both)
    run, set_, http, log, warning, evict = events_of(story, mask)
    hidden, word_is_shown = "***WORD*** ***KEY***", "code ***KEY***"
    assert run["action"] == f"actions/{word_is_shown}.js"
    assert run["outcome"] == f"ActionError: {word_is_shown}"
    assert (set_["args"], set_["key"]) == (f"'{hidden}', '{hidden}'", hidden)
    assert (http["url"], http["error"]) == (
        "https://example.com/***WORD***/***KEY***", word_is_shown
    )  # fmt: skip
    assert log["text"] == hidden
    assert warning["text"] == word_is_shown
    assert (evict["key"], evict["why"]) == (hidden, "evict")


def test_a_secret_is_hidden_before_a_text_is_cut(story: Story) -> None:
    mask = Mask()
    mask.add({"KEY": "s3cr3t-of-2025"})
    story.log("x" * 995 + "s3cr3t-of-2025")
    [log] = events_of(story, mask)
    assert log["text"] == "x" * 995 + "***KE… +4 characters"
