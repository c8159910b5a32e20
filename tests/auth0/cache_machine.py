"""A Hypothesis state machine that plays cache and clock against the model."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from pytest_auth0_actions import CacheAPI, CacheError, CacheRules, CacheStore, Clock
from pytest_auth0_actions.world.instants import iso_at
from tests.auth0.cache_model import CacheModel

KEYS = st.one_of(
    st.sampled_from(["a", "b", "c", "token", "__proto__", ""]),
    st.integers(0, 25).map("k{}".format),
    st.integers(62, 66).map(lambda size: "x" * size),
    st.integers(30, 34).map(lambda size: "é" * size),
)
VALUES = st.one_of(
    st.sampled_from(["", "v", "🔑"]),
    st.sampled_from([1, 400, 2_048, 4_095, 4_096, 4_097]).map(lambda size: "v" * size),
)
LIFETIMES_MS = st.one_of(
    st.sampled_from([0, -1, 1, 900_000, 86_400_000, 86_400_001, 2**53 - 1, 0.5, 1.9]),
    st.integers(1, 200_000),
    st.sampled_from([None, "1000", float("nan"), float("inf"), True]),
)
TICKS_MS = st.one_of(
    st.sampled_from([0, 1, 899_999, 900_000, 900_001, 86_400_000, 86_400_001]),
    st.integers(0, 200_000),
)


class CacheMachine(RuleBasedStateMachine):
    """Every step asks both; every answer must be the same."""

    @initialize(
        profile=st.sampled_from(["documented", "runtime"]), now_ms=st.integers(0, 4 * 10**12)
    )
    def start(self, profile: str, now_ms: int) -> None:
        self.clock = Clock(iso_at(now_ms)).__enter__()
        rules = {"documented": CacheRules.documented(), "runtime": CacheRules.runtime()}[profile]
        self.store = CacheStore(lambda: self.clock.now_ms, rules)
        self.cache = CacheAPI(self.store)
        self.model = CacheModel(profile, now_ms)

    @rule(by_ms=TICKS_MS)
    def tick(self, by_ms: int) -> None:
        self.clock.tick(milliseconds=by_ms)
        self.model.now_ms += by_ms
        assert self.clock.now_ms == self.model.now_ms

    @rule(
        key=KEYS,
        value=VALUES,
        options=st.fixed_dictionaries(
            {}, optional={"ttl": LIFETIMES_MS, "expires_at": LIFETIMES_MS}
        ),
        from_now=st.booleans(),
    )
    def set(self, key: str, value: str, options: dict[str, Any], from_now: bool) -> None:
        at = options.get("expires_at")
        if from_now and type(at) is int and at < 2**40:
            options["expires_at"] = at + self.model.now_ms
        expected = self.model.set(key, value, options)
        result = self.cache.set(key, value, options)
        assert expected == (
            result.code if isinstance(result, CacheError) else result.record.expires_at
        )

    @rule(key=KEYS)
    def get(self, key: str) -> None:
        record = self.cache.get(key)
        assert self.model.get(key) == (record and (record.value, record.expires_at))

    @rule(key=KEYS)
    def delete(self, key: str) -> None:
        result = self.cache.delete(key)
        assert self.model.delete(key) == (
            result.code if isinstance(result, CacheError) else result.type
        )

    @rule(chance=st.randoms(use_true_random=False))
    def evict(self, chance: Any) -> None:
        live = {key for key in self.model.in_the_way() if self.model.get(key)}
        assert set(self.store.records) == live
        if live:
            key = chance.choice(sorted(live))
            self.store.evict(key)
            self.model.forget(key)

    def teardown(self) -> None:
        if hasattr(self, "clock"):
            self.clock.__exit__(None, None, None)
