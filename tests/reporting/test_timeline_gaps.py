"""What the timeline of a long test leaves out."""

from __future__ import annotations

from tests.reporting.story import MINUTE, SECOND, Story


def a_long_story(runs: int) -> Story:
    story = Story()
    for number in range(runs):
        with story.run():
            story.log(f"run {number}")
        story.tick(MINUTE)
    return story


def test_a_long_story_is_told_from_its_start_and_near_its_end() -> None:
    story = a_long_story(50)
    told = story.told(failure=(story.now_ms, "the test failed: no"))
    gap = told.index("... 160 events left out; -vv shows all ...")
    assert told[:gap] == [
        "+0s",
        "  run code.js",
        "    log: run 0",
        "  end of run -> done",
        "  clock moved by 1m",
        "+1m",
        "  run code.js",
        "    log: run 1",
        "  end of run -> done",
        "  clock moved by 1m",
    ]
    assert told[gap + 1 : gap + 5] == ["+42m", "  run code.js", "    ...", "    log: run 42"]
    assert told[-5:] == [
        "    log: run 49",
        "  end of run -> done",
        "  clock moved by 1m",
        "+50m",
        "  the test failed: no",
    ]


def test_all_of_it_is_told_on_request() -> None:
    story = a_long_story(50)
    told = story.told(full=True)
    assert [line for line in told if "log: " in line] == [f"    log: run {n}" for n in range(50)]
    assert not any("left out" in line for line in told)


def test_a_story_that_is_as_long_as_its_two_ends_is_told_whole() -> None:
    story = Story()
    for number in range(41):
        story.get(str(number))
    assert len(story.told()) == 1 + 41
    story.get("one more")
    assert len(story.told()) == 1 + 8 + 1 + 32
    assert story.told()[9] == "... 2 events left out; -vv shows all ..."


def test_a_run_whose_start_would_be_left_out_is_named() -> None:
    story = Story()
    for number in range(20):
        story.get(str(number))
    story.tick(MINUTE)
    with story.run("actions/provision/code.js"):
        for number in range(100):
            story.get(str(number))
    told = story.told()
    assert told[8:14] == [
        "  test: cache.get('7') -> miss: never set",
        "... 82 events left out; -vv shows all ...",
        "+1m",
        "  run actions/provision/code.js",
        "    ...",
        "    cache.get('69') -> miss: never set",
    ]


def test_what_is_left_out_stands_at_the_times_of_what_is_shown_around_it() -> None:
    """The gap belongs to the time before it, and what a run did first to the start of that."""
    story = Story()
    for number in range(10):
        story.tick(SECOND)
        story.get(str(number))
    with story.run():
        for _ in range(40):
            story.wait(SECOND)
    told = story.told()
    gap = told.index("... 21 events left out; -vv shows all ...")
    assert told[gap - 3 : gap + 6] == [
        "  clock moved by 1s",
        "+4s",
        "  test: cache.get('3') -> miss: never set",
        "... 21 events left out; -vv shows all ...",
        "+10s",
        "  run code.js",
        "    ...",
        "+19s",
        "    waited 1s",
    ]
    times = [int(line[1:-1]) for line in told if line.startswith("+")]
    assert times == sorted(set(times))


def test_a_run_whose_start_is_shown_anyway_is_not_named_again() -> None:
    story = Story()
    with story.run():
        for number in range(100):
            story.get(str(number))
    told = story.told()
    assert [line for line in told if "run code.js" in line] == ["  run code.js"]
    assert told[9] == "... 62 events left out; -vv shows all ..."
