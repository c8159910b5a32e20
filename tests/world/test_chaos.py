"""What bad luck does to a store, and that a seed decides it."""

from __future__ import annotations

import pytest

from pytest_auth0_actions import (
    CacheDeleteSuccess,
    CacheError,
    CacheSetSuccess,
    CacheStore,
    PostUserRegistrationAPI,
)
from pytest_auth0_actions.world.chaos import KINDS, Chaos

KEYS = [f"k{number}" for number in range(16)]


@pytest.fixture
def store() -> CacheStore:
    store = CacheStore(lambda: 0)
    for key in KEYS:
        PostUserRegistrationAPI(store).cache.set(key, "v")
    return store


def code(answer: CacheSetSuccess | CacheDeleteSuccess | CacheError) -> str:
    return answer.code if isinstance(answer, CacheError) else answer.type


class Restarts:
    count = 0

    def __call__(self) -> None:
        self.count += 1


@pytest.mark.parametrize(
    ("kind", "left", "codes"),
    [
        ("evict", [], ["success", "CacheKeyDoesNotExist"]),
        ("refuse", KEYS, ["FailedToSetCacheRecord", "FailedToDeleteCacheRecord"]),
        ("cold", KEYS, ["success", "success"]),
    ],
)
def test_each_kind_does_one_thing(
    store: CacheStore, kind: str, left: list[str], codes: list[str]
) -> None:
    chaos, restart = Chaos(kind, 1, "test"), Restarts()
    api = PostUserRegistrationAPI(store)
    chaos.before_run(api, restart)
    assert (list(store.records), restart.count) == (KEYS, 0)  # nothing has run yet
    chaos.before_run(api, restart)
    assert list(store.records) == left
    assert restart.count == (kind == "cold")
    for path in ("cache.get", "cache.set", "cache.delete"):
        chaos.before_call(api, path)
    answers = [code(api.cache.set("k0", "w")), code(api.cache.delete("k1"))]
    assert answers == codes
    assert code(api.cache.set("k0", "w")) == "success"


def mixed(seed: int, test: str) -> tuple[list[str], int, list[bool]]:
    """Return what mixed luck leaves: records, restarts, and which of many writes were refused."""
    store, restart = CacheStore(lambda: 0), Restarts()
    api = PostUserRegistrationAPI(store)
    for key in KEYS:
        api.cache.set(key, "v")
    chaos = Chaos("mixed", seed, test)
    for _ in range(2):
        chaos.before_run(api, restart)
    left = list(store.records)
    refused = []
    for _ in range(40):
        chaos.before_call(api, "cache.set")
        refused.append(api.cache.set("new", "v").type == "error")
        chaos.before_run(api, restart)
    return left, restart.count, refused


def test_mixed_does_each_now_and_then() -> None:
    left, restarts, refused = mixed(1, "test")
    assert 2 < len(left) < 14
    assert 8 < restarts < 33
    assert 8 < sum(refused) < 32


def test_the_seed_and_the_test_decide() -> None:
    assert mixed(1, "test") == mixed(1, "test")
    assert mixed(1, "test") != mixed(2, "test")
    assert mixed(1, "test") != mixed(1, "other")
    assert mixed(1, "1_test") != mixed(11, "_test")


def test_the_kinds_are_told_by_name() -> None:
    assert KINDS == ("evict", "refuse", "cold", "mixed")
