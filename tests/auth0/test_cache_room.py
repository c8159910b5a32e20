"""Which records take room, over several writes and expiries."""

from __future__ import annotations

import pytest

from pytest_auth0_actions import CacheAPI, CacheRules, CacheStore


class Cache:
    def __init__(self, rules: CacheRules) -> None:
        self.now_ms = 0
        self.store = CacheStore(lambda: self.now_ms, rules)
        self.api = CacheAPI(self.store)

    def set(self, key: str, value: str = "v", ttl: int = 10_000) -> str:
        answer = self.api.set(key, value, ttl=ttl)
        return "success" if answer.type == "success" else answer.code


@pytest.mark.parametrize("order", ["abc", "acb", "bac", "bca", "cab", "cba"])
def test_each_record_gives_its_room_back_at_its_own_end(order: str) -> None:
    """One that ends later than another, too, whichever was set first."""
    cache = Cache(CacheRules(max_entries=3, max_total_bytes=6))
    ends_ms = {"a": 1_000, "b": 2_000, "c": 3_000}
    for key in order:
        assert cache.set(key, ttl=ends_ms[key]) == "success"
    for number, end_ms in enumerate(ends_ms.values()):
        cache.now_ms = end_ms
        assert cache.set("new", "") == "CacheSizeExceeded"
        cache.now_ms = end_ms + 1
        assert cache.set(f"{number}") == "success"
        assert cache.set("new", "") == "CacheSizeExceeded"
    assert list(cache.store.records) == ["0", "1", "2"]


def test_a_record_that_lives_shorter_than_what_was_there_gives_its_room_back() -> None:
    cache = Cache(CacheRules(max_entries=2))
    cache.set("long", ttl=9_000)
    cache.set("short", ttl=1_000)
    cache.now_ms = 1_001
    assert cache.set("next", ttl=500) == "success"
    assert cache.set("more") == "CacheSizeExceeded"
    cache.now_ms = 1_502
    assert cache.set("more") == "success"


def test_a_record_that_was_replaced_ends_when_the_new_one_does() -> None:
    cache = Cache(CacheRules(max_entries=1))
    cache.set("a", ttl=1_000)
    cache.set("a", ttl=5_000)
    cache.now_ms = 1_001
    assert cache.set("b") == "CacheSizeExceeded"
    cache.now_ms = 5_001
    assert cache.set("b") == "success"


@pytest.mark.parametrize("counts", [False, True])
def test_whether_what_is_replaced_takes_room_meanwhile_to_the_byte(counts: bool) -> None:
    cache = Cache(CacheRules(max_total_bytes=20, counts_replaced_record=counts))
    assert cache.set("k", "x" * 9) == "success"
    assert cache.set("k", "x" * 9) == "success"  # 10 bytes beside 10
    assert cache.set("k", "x" * 10) == ("CacheSizeExceeded" if counts else "success")
    assert cache.set("k", "x" * 20) == "CacheSizeExceeded"
    assert cache.set("k", "x" * 19) == ("CacheSizeExceeded" if counts else "success")


@pytest.mark.parametrize("keeps", [False, True])
def test_whether_what_has_ended_takes_room(keeps: bool) -> None:
    cache = Cache(CacheRules(max_entries=1, keeps_expired_records=keeps))
    cache.set("a", ttl=1_000)
    cache.now_ms = 1_001
    assert cache.set("b") == ("CacheSizeExceeded" if keeps else "success")
    assert cache.api.delete("a").type == ("success" if keeps else "error")
    assert cache.set("b") == "success"
