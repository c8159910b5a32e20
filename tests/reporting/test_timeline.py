"""The timeline of a failed test: its lines, what is cut and what is left out."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_auth0_actions.reporting.columns import columns
from pytest_auth0_actions.reporting.durations import instant
from pytest_auth0_actions.reporting.timeline import colored, render_timeline
from pytest_auth0_actions.world.masking import Mask
from tests.reporting.story import HOUR, MINUTE, SECOND, START_MS, Story


@pytest.fixture
def story() -> Story:
    return Story()


def test_seconds_for_milliseconds_as_the_terminal_shows_it(story: Story) -> None:
    for _ in range(2):
        with story.run("actions/provision/code.js"):
            story.get("token")
            story.set("token", "t0ken", {"ttl": 3_600})
        story.tick(59 * MINUTE)
    story.journal.record_clock()
    lines = render_timeline(
        story.journal.entries,
        start_ms=START_MS,
        failure=(story.now_ms, "the test failed: AssertionError: assert 'cache hit' in ''"),
    )
    assert lines == [
        "+0s      2025-01-01T00:00:00Z",
        "  run actions/provision/code.js",
        "    cache.get('token') -> miss: never set",
        "    cache.set('token', 't0ken', {'ttl': 3600}) -> lives 3.6s, until +3.6s",
        "  end of run -> done",
        "  clock moved by 59m",
        "+59m     2025-01-01T00:59:00Z",
        "  run actions/provision/code.js",
        "    cache.get('token') -> miss: expired 58m 56.4s ago, having lived 3.6s",
        "    cache.set('token', 't0ken', {'ttl': 3600}) -> lives 3.6s, until +59m 3.6s",
        "  end of run -> done",
        "  clock moved by 59m",
        "+1h 58m  2025-01-01T01:58:00Z",
        "  the test failed: AssertionError: assert 'cache hit' in ''",
    ]


def test_nothing_happened() -> None:
    assert render_timeline([], start_ms=START_MS) == []


def test_calls_of_the_test_stand_beside_runs_and_those_of_an_action_under_its_run(
    story: Story,
) -> None:
    story.set("token", "abc")
    with story.run():
        story.get("token")
    story.get("token")
    assert story.told() == [
        "+0s",
        "  test: cache.set('token', 'abc') -> lives 15m, until +15m",
        "  run code.js",
        "    cache.get('token') -> hit: 'abc', until +15m",
        "  end of run -> done",
        "  test: cache.get('token') -> hit: 'abc', until +15m",
    ]


def test_a_run_in_which_nothing_happened_is_one_line(story: Story) -> None:
    with story.run():
        pass
    with story.run("broken.js", outcome="ActionError: [A403] The Action threw Error: no"):
        pass
    assert story.told() == [
        "+0s",
        "  run code.js -> done",
        "  run broken.js -> failed: ActionError: [A403] The Action threw Error: no",
    ]


def test_what_an_action_waits_for_and_how_its_run_ends(story: Story) -> None:
    with story.run(outcome="ActionTimeoutError: It did not settle within 20 s."):
        story.log("waiting\n")
        story.wait(20 * SECOND)
    story.tick(-SECOND)
    assert story.told() == [
        "+0s",
        "  run code.js",
        "    log: waiting",
        "    waited 20s",
        "+20s",
        "  end of run -> failed after 20s: ActionTimeoutError: It did not settle within 20 s.",
        "  clock moved back by 1s",
    ]


def test_a_run_that_waited_tells_how_long(story: Story) -> None:
    with story.run():
        story.wait(1_200)
        story.get("token")
    assert story.told()[-1] == "  end of run -> done after 1.2s"


def test_what_comes_between_two_runs_is_in_neither(story: Story) -> None:
    """A clock that the test moves, evictions and warnings; but not those amid a run."""
    story.set("token", "abc")
    with story.run():
        story.evicted("token", "evict", ())
        story.log("after it")
    story.log("Multiply by 1000.", kind="warning")
    story.tick(MINUTE)
    with story.run():
        story.log("again")
    assert story.told() == [
        "+0s",
        "  test: cache.set('token', 'abc') -> lives 15m, until +15m",
        "  run code.js",
        "    evicted 'token'",
        "    log: after it",
        "  end of run -> done",
        "  warning at code.js:3: Multiply by 1000.",
        "  clock moved by 1m",
        "+1m",
        "  run code.js",
        "    log: again",
        "  end of run -> done",
    ]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({}, "200"),
        ({"takes_ms": 1_200}, "200 after 1.2s"),
        ({"takes_ms": 1.5}, "200 after 0.001s"),
        ({"status": 502, "error": "cut"}, "502, cut"),
        ({"status": None, "error": "ECONNREFUSED"}, "failed: ECONNREFUSED"),
        ({"status": None}, "failed: no answer"),
    ],
)
def test_requests(story: Story, answer: dict[str, Any], told: str) -> None:
    with story.run():
        story.http("https://crm.example.com/oauth/token", **answer)
    assert story.told()[2] == f"    POST https://crm.example.com/oauth/token -> {told}"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("stored\n", "log: stored"),
        ("one\ntwo\n", "log: one (and 1 more line)"),
        ("one\ntwo\nthree\n", "log: one (and 2 more lines)"),
        ("", "log: "),
        ("\n", "log: "),
        ("\x1b[31mred\x1b[0m\tone", r"log: \x1b[31mred\x1b[0m\tone"),
    ],
)
def test_logs(story: Story, text: str, told: str) -> None:
    with story.run():
        story.log(text)
    assert story.told()[2] == f"    {told}"


def test_times_count_from_the_start_of_the_clock_wherever_the_events_begin(story: Story) -> None:
    story.tick(-MINUTE)
    story.get("token")
    story.tick(16 * MINUTE + 1)
    story.get("token")
    lines = render_timeline(story.journal.entries, start_ms=START_MS)
    assert [line for line in lines if not line.startswith(" ")] == [
        "+0s          2025-01-01T00:00:00Z",
        "-1m          2024-12-31T23:59:00Z",
        "+15m 0.001s  2025-01-01T00:15:00.001Z",
    ]


def test_only_keys_and_values_are_cut_and_the_longest_first(story: Story) -> None:
    story.set("key-with-some-length", "x" * 100, {"ttl": HOUR})
    assert story.told(width=100)[1:] == [
        "  test: cache.set('key-with-some… +8, 'xxxxxxxxxxxx… +89, {'ttl': 3600000})"
        " -> lives 1h, until +1h",
    ]
    assert story.told(width=64)[1:] == [
        "  test: cache.set('key-with-s…, 'xxxxxxxxxx…, {'ttl': 3600000})",
        "    -> lives 1h, until +1h",
    ]
    story.set("key", "x" * 100, {"ttl": HOUR})
    assert story.told(width=64)[3:] == [
        "  test: cache.set('key', 'xxxxxxxxxxxxx… +88, {'ttl': 3600000})",
        "    -> lives 1h, until +1h",
    ]


def test_options_that_are_too_long_are_cut_too(story: Story) -> None:
    with story.run():
        story.set("key", "abc", {"ttl": HOUR, "more": "x" * 100})
    assert story.told(width=64)[2:4] == [
        "    cache.set('key', 'abc', {'ttl': 3600000, 'more': 'xxx… +99)",
        "      -> lives 1h, until +1h",
    ]


def test_a_result_that_is_too_long_goes_on_in_more_lines(story: Story) -> None:
    with story.run(
        outcome="ActionError: [A403] The Action threw TypeError: no property (reading 'value')"
    ):
        story.log("x" * 100)
    assert story.told(width=40)[2:] == [
        "    log: xxxxxxxxxxxxxxxxxxxxxxxxx… +75",
        "  end of run",
        "    -> failed: ActionError: [A403] The",
        "      Action threw TypeError: no",
        "      property (reading 'value')",
    ]


def test_a_failure_is_cut(story: Story) -> None:
    lines = story.told(width=40, failure=(START_MS, "the test failed: " + "x" * 100))
    assert lines == ["+0s", "  the test failed:", "    xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…"]


def test_secrets_are_hidden_before_anything_is_cut(story: Story) -> None:
    secret = "-----BEGIN KEY-----\ns3cr3ts3cr3ts3cr3t\n-----END"
    mask = Mask()
    mask.add({"KEY": secret, "NAME": "t0pt0pt0pt0p"})
    story.set("token", secret)
    story.get("token")
    with story.run("actions/t0pt0pt0pt0p.js", outcome=f"ActionError: {secret}"):
        story.get("t0pt0pt0pt0p")
        story.http("https://crm.example.com/?key=t0pt0pt0pt0p")
        story.log(f"key {secret} and more")
    story.log("t0pt0pt0pt0p", kind="warning")
    story.set("t0pt0pt0pt0p", "abc")
    story.store.evict("t0pt0pt0pt0p")
    failure = (story.now_ms, f"the test failed: {secret}")
    for width in range(40, 120):
        told = "\n".join(story.told(width=width, mask=mask, failure=failure))
        assert "t0p" not in told
        assert "s3cr3t" not in told
        assert "BEGIN" not in told


EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("tick"), st.integers(-(10**9), 10**9)),
        st.tuples(st.just("get"), st.text(max_size=90)),
        st.tuples(st.just("set"), st.text(max_size=90), st.text(max_size=90)),
        st.tuples(st.just("delete"), st.text(max_size=5)),
        st.tuples(st.just("http"), st.text(max_size=90)),
        st.tuples(st.just("log"), st.text(max_size=90)),
        st.tuples(st.just("wait"), st.integers(1, 10**6)),
    ),
    max_size=30,
)


@given(st.lists(EVENTS, max_size=4), st.integers(50, 130))
def test_every_line_fits_and_the_times_are_in_the_order_of_the_events(
    runs: list[Any], width: int
) -> None:
    story = Story()
    for number, events in enumerate(runs):
        if number % 2:
            with story.run("a" * number * 30):
                for name, *args in events:
                    getattr(story, name)(*args)
        else:
            for name, *args in events:
                getattr(story, name)(*args)
    story.journal.record_clock()
    lines = render_timeline(
        story.journal.entries,
        start_ms=START_MS,
        width=width,
        failure=(story.now_ms, "the test failed: x"),
    )
    assert max(map(columns, lines)) <= width
    assert all(line.isprintable() for line in lines)
    told = [line.rpartition("  ")[2] for line in lines if line[0] in "+-"]
    times = {entry.at_ms for entry in story.journal.entries} | {story.now_ms}
    assert set(told) <= set(map(instant, times))


def markup(text: str, **how: bool) -> str:
    [color] = how
    return f"<{color}>{text}</>"


def test_colors_tell_good_from_bad_and_go_on_with_the_text() -> None:
    timeline = """\
+0s  2025-01-01T00:00:00Z
  run code.js
    cache.get('token') -> miss: never set
    cache.set('token', 'abc')
      -> refused: CacheSizeExceeded: it held
        20 records
    cache.get('token') -> hit: 'abc', until +1h
    log: stored
  end of run -> done
  warning at my actions/a.js:5: [A709] ttl is 3,600 ms:
    that looks like 1 h in seconds
  POST https://example.com/ -> failed: ECONNREFUSED
  the setup failed at test_it.py:5: Error: no
  the test failed: Error: no"""
    assert (
        colored(timeline, markup)
        == """\
+0s  2025-01-01T00:00:00Z
  run code.js
    cache.get('token') <yellow>-> miss: never set</>
    cache.set('token', 'abc')
      <red>-> refused: CacheSizeExceeded: it held</>
        <red>20 records</>
    cache.get('token') <green>-> hit: 'abc', until +1h</>
    log: stored
  end of run -> done
  <yellow>warning at my actions/a.js:5: [A709] ttl is 3,600 ms:</>
    <yellow>that looks like 1 h in seconds</>
  POST https://example.com/ <red>-> failed: ECONNREFUSED</>
  <red>the setup failed at test_it.py:5: Error: no</>
  <red>the test failed: Error: no</>"""
    )


@pytest.mark.parametrize("full", [False, True])
def test_all_of_it_is_not_cut(story: Story, full: bool) -> None:
    mask = Mask()
    mask.add({"KEY": "k3y-of-2025-x"})
    long, url = f"{'x' * 200} k3y-of-2025-x", f"https://a.test/{'y' * 200}"
    with story.run("code.js", outcome=f"Error: {'z ' * 300}end"):
        story.journal.add("log", text=f"{long}\nnext\n", place=None)
        story.http(url)
        story.journal.add("warning", text=f"odd: {'w ' * 300}end", place=("code.js", 4))
    lines = render_timeline(story.journal.entries, start_ms=START_MS, mask=mask, full=full)
    shown = [line.strip() for line in lines]
    assert ("next" in shown) is full
    assert (f"log: {'x' * 200} ***KEY***" in shown) is full
    assert (f"POST {url} -> 200" in shown) is full
    assert (f"warning at code.js:4: odd: {'w ' * 300}end" in shown) is full
    assert (max(map(len, lines)) <= 80) is not full
