"""What a timeline says of each call, and why."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_auth0_actions.auth0.namespaces.cache import CacheRules
from pytest_auth0_actions.values import UNDEFINED
from pytest_auth0_actions.world.masking import Mask
from tests.reporting.story import DAY, HOUR, MINUTE, SECOND, START_MS, Story

S3CR3T = Mask()
S3CR3T.add({"KEY": "s3cr3t"})


@pytest.fixture
def story() -> Story:
    return Story()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (None, "lives 15m, until +1h 15m"),
        ({"ttl": 3_600}, "lives 3.6s, until +1h 3.6s"),
        ({"ttl": HOUR}, "lives 1h, until +2h"),
        ({"expires_at": START_MS + 2 * HOUR}, "lives 1h, until +2h"),
        ({"ttl": 2 * HOUR, "expires_at": START_MS + 2 * HOUR}, "lives 1h, until +2h"),
        ({"ttl": DAY}, "lives 1d, until +1d 1h"),
        ({"ttl": 2 * DAY}, "lives 1d, until +1d 1h; 2d asked for"),
        ({"ttl": 1.9}, "lives 0.001s, until +1h 0.001s"),
    ],
)
def test_a_set_tells_how_long_the_record_lives(
    story: Story, options: dict[str, Any] | None, told: str
) -> None:
    story.tick(HOUR)
    story.set("token", "abc", options)
    assert story.reason() == told


def test_a_hit_tells_the_value_and_its_end(story: Story) -> None:
    story.set("token", "abc", {"ttl": HOUR})
    story.tick(MINUTE)
    story.get("token")
    assert story.reason() == "hit: 'abc', until +1h"


def test_a_long_value_is_cut_after_its_secrets_are_hidden(story: Story) -> None:
    story.set("token", "x" * 15 + "s3cr3t" + "x" * 20)
    story.get("token")
    told = story.reason(mask=S3CR3T)
    assert told == "hit: 'xxxxxxxxxxxxxxx***… +27, until +15m"


def test_a_miss_of_what_was_never_set(story: Story) -> None:
    story.set("other", "abc")
    story.get("token")
    assert story.reason() == "miss: never set"


def test_a_miss_of_an_expired_record(story: Story) -> None:
    story.set("token", "abc", {"ttl": 3_600})
    story.tick(59 * MINUTE)
    story.get("token")
    assert story.reason() == "miss: expired 58m 56.4s ago, having lived 3.6s"


def test_a_record_expires_one_millisecond_after_its_end(story: Story) -> None:
    story.set("token", "abc", {"ttl": SECOND})
    story.tick(SECOND)
    story.get("token")
    assert story.reason() == "hit: 'abc', until +1s"
    story.tick(1)
    story.get("token")
    assert story.reason() == "miss: expired 0.001s ago, having lived 1s"


def test_a_miss_of_an_evicted_record(story: Story) -> None:
    story.set("token", "abc", {"ttl": HOUR})
    story.tick(10 * MINUTE)
    story.store.evict("token")
    assert story.told()[-1] == "  evicted 'token', 50m before its end"
    story.get("token")
    assert story.reason() == "miss: evicted just now"
    story.tick(2 * MINUTE)
    story.get("token")
    assert story.reason() == "miss: evicted 2m ago"


def test_a_miss_after_the_cache_was_cleared(story: Story) -> None:
    story.set("token", "abc", {"ttl": HOUR})
    story.store.clear()
    assert story.told()[-1] == "  evicted 'token' with the whole cache, 1h before its end"
    story.get("token")
    assert story.reason() == "miss: evicted with the whole cache just now"


def test_a_miss_of_what_had_ended_before_the_cache_was_cleared(story: Story) -> None:
    story.set("token", "abc", {"ttl": HOUR})
    story.tick(2 * HOUR)
    before = story.told()
    story.store.clear()
    assert story.told() == before  # nobody has lost anything by it
    story.tick(MINUTE)
    story.get("token")
    assert story.reason() == "miss: evicted with the whole cache 1m ago"


def test_a_miss_that_chaos_made(story: Story) -> None:
    story.set("token", "abc")
    story.store.drop("token", "chaos")
    assert story.told()[-1] == "  evicted 'token' by chaos, 15m before its end"
    story.get("token")
    assert story.reason() == "miss: evicted by chaos just now"


def test_a_miss_of_a_deleted_record(story: Story) -> None:
    story.set("token", "abc")
    story.delete("token")
    assert story.reason() == "success"
    story.tick(1)
    story.get("token")
    assert story.reason() == "miss: deleted 0.001s ago"


def test_a_miss_of_what_was_refused(story: Story) -> None:
    story.set("k" * 65, "abc")
    story.tick(MINUTE)
    story.get("k" * 65)
    assert story.reason(width=200) == "miss: its write was refused (CacheKeySizeExceeded) 1m ago"


def test_a_refused_write_leaves_the_record_there_is(story: Story) -> None:
    story.set("token", "abc", {"ttl": SECOND})
    story.store.fail_next("set")
    story.set("token", "def")
    assert story.reason() == "refused: FailedToSetCacheRecord"
    story.tick(2 * SECOND)
    story.get("token")
    assert story.reason() == "miss: expired 1s ago, having lived 1s"


BAD_WRITES = [("token", 5), ("token", None), ("token", {"a": 1}), (5, "abc"), (None, None), ()]


@pytest.mark.parametrize("args", BAD_WRITES, ids=repr)
def test_a_write_that_threw_has_changed_nothing(story: Story, args: tuple[Any, ...]) -> None:
    """Whatever was the reason for a miss before is so after it."""

    def throws() -> None:
        with pytest.raises(TypeError):
            story.throw("set", args)

    throws()
    story.get("token")
    assert story.reason() == "miss: never set"
    story.set("token", "abc", {"ttl": MINUTE})
    throws()
    story.get("token")
    assert story.reason() == "hit: 'abc', until +1m"
    story.tick(MINUTE + 1)
    throws()
    story.get("token")
    assert story.reason() == "miss: expired 0.001s ago, having lived 1m"
    story.set("token", "x" * 5_000)
    throws()
    story.get("token")
    told = "miss: its write was refused (CacheValueSizeExceeded) just now"
    assert story.reason(width=200) == told
    story.set("token", "abc")
    story.store.evict("token")
    throws()
    story.get("token")
    assert story.reason() == "miss: evicted just now"
    story.set("token", "abc")
    story.delete("token")
    story.tick(SECOND)
    throws()
    story.get("token")
    assert story.reason() == "miss: deleted 1s ago"


def test_a_delete_of_nothing_is_no_reason_for_a_miss(story: Story) -> None:
    story.delete("token")
    story.get("token")
    assert story.reason() == "miss: never set"
    story.set("token", "abc", {"ttl": SECOND})
    story.store.fail_next("delete")
    story.delete("token")
    story.get("token")
    assert story.reason() == "hit: 'abc', until +1s"
    story.tick(2 * SECOND)
    story.delete("token")
    story.get("token")
    assert story.reason() == "miss: expired 1s ago, having lived 1s"


def test_a_later_write_counts(story: Story) -> None:
    story.set("token", "abc")
    story.store.evict("token")
    story.set("token", "def")
    story.get("token")
    assert story.reason() == "hit: 'def', until +15m"


@pytest.mark.parametrize("key", [None, 5, UNDEFINED])
def test_a_key_that_is_no_string(story: Story, key: object) -> None:
    with story.run():
        story.get(key)
    assert story.told()[-2].endswith("-> miss: the key is no string")


def test_no_reason_is_given_that_the_journal_does_not_tell(story: Story) -> None:
    """A set drops what has expired; if the clock goes back then, nothing comes back with it."""
    story.set("token", "abc")
    story.tick(HOUR)
    story.set("other", "abc")
    story.tick(-HOUR)
    story.get("token")
    assert story.reason() == "miss"


def test_the_time_since_is_left_out_where_the_clock_went_back(story: Story) -> None:
    story.tick(HOUR)
    story.set("token", "abc")
    story.store.evict("token")
    story.tick(-HOUR)
    story.get("token")
    assert story.reason() == "miss: evicted"


def test_a_key_or_value_that_is_too_large_tells_its_bytes(story: Story) -> None:
    story.set("ключ" * 9, "abc")
    assert story.reason() == "refused: CacheKeySizeExceeded: the key has 72 bytes, at most 64"
    story.set("token", "日" * 1_366)
    assert story.reason() == (
        "refused: CacheValueSizeExceeded: the value has 4,098 bytes, at most 4,096"
    )
    story.set("\ud800" * 22, "abc")
    assert story.reason(width=200).endswith("the key has 66 bytes, at most 64")


def test_a_limit_that_is_off_is_not_told() -> None:
    story = Story(CacheRules(max_entries=None, max_total_bytes=100))
    story.set("token", "x" * 99)
    assert story.reason() == "refused: CacheSizeExceeded: it held 0 records; 0 bytes, at most 100"


def test_a_full_cache_tells_what_it_holds(story: Story) -> None:
    story.set("gone", "abc", {"ttl": SECOND})
    story.tick(MINUTE)
    for number in range(20):
        story.set(f"key-{number:02}", "abcd")
    story.store.evict("key-19")
    story.set("key-19", "abcd")
    story.set("one-more", "abcd")
    assert story.reason() == (
        "refused: CacheSizeExceeded: it held 20 records, at most 20; 200 bytes, at most 8,192"
    )


def test_under_the_rules_of_the_runtime_expired_records_take_room() -> None:
    story = Story(CacheRules.runtime())
    for number in range(4):
        story.set(f"{number}", "x" * 4_000, {"ttl": SECOND})
    story.tick(MINUTE)
    story.set("token", "x" * 1_000)
    assert story.reason() == (
        "refused: CacheSizeExceeded: it held 4 records; 16,004 bytes, at most 16,640"
    )


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"ttl": 0}, "ItemAlreadyExpired: it would have ended just now"),
        ({"ttl": -SECOND}, "ItemAlreadyExpired: it would have ended 1s ago"),
        (
            {"expires_at": START_MS // 1_000},
            "ItemAlreadyExpired: it would have ended 20068d 21h 51m 50.4s ago",
        ),
        ({"ttl": "soon"}, "InvalidExpiry"),
        ({"ttl": float("nan")}, "InvalidExpiry"),
        ({"ttl": True}, "InvalidExpiry"),
    ],
)
def test_a_lifetime_that_is_refused(story: Story, options: dict[str, Any], told: str) -> None:
    story.set("token", "abc", options)
    assert story.reason() == f"refused: {told}"


def test_a_delete_of_nothing_tells_why_it_is_nothing(story: Story) -> None:
    story.delete("token")
    assert story.reason() == "refused: CacheKeyDoesNotExist: never set"
    story.set("token", "abc")
    story.tick(HOUR)
    story.delete("token")
    assert story.reason() == ("refused: CacheKeyDoesNotExist: expired 45m ago, having lived 15m")


@pytest.mark.parametrize(
    ("result", "told"),
    [(TypeError("no\nstring"), r"threw: no\nstring"), (UNDEFINED, ""), ("s3cr3t", "'***KEY***'")],
)
def test_what_is_no_answer_of_the_cache_is_told_as_it_is(
    story: Story, result: Any, told: str
) -> None:
    story.called("cache.set", ("token",), result)
    assert story.reason(mask=S3CR3T) == told
