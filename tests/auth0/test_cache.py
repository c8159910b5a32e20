"""Each limit of the cache has its last good and its first bad value here."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import Any

import pytest

from pytest_auth0_actions import (
    UNDEFINED,
    CacheAPI,
    CacheDeleteSuccess,
    CacheError,
    CacheRecord,
    CacheRules,
    CacheSetSuccess,
    CacheStore,
    JSObject,
    JSValue,
    UsageError,
)

DAY_MS = 24 * 60 * 60 * 1_000


class Time:
    """A clock for tests that need no other."""

    def __init__(self) -> None:
        self.now_ms = 1_000_000

    def __call__(self) -> int:
        return self.now_ms


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def store(time: Time) -> CacheStore:
    return CacheStore(time)


@pytest.fixture
def cache(store: CacheStore) -> CacheAPI:
    return CacheAPI(store)


def code(result: object) -> str:
    assert isinstance(result, CacheError)
    assert result.type == "error"
    return result.code


def end_ms(result: object) -> int:
    assert isinstance(result, CacheSetSuccess)
    assert result.type == "success"
    return result.record.expires_at


@pytest.mark.parametrize(
    ("after_ms", "alive"),
    [
        pytest.param(899_999, True, id="one ms before"),
        pytest.param(900_000, True, id="at expiry"),
        pytest.param(900_001, False, id="one ms after"),
    ],
)
def test_value_without_lifetime_lasts_fifteen_minutes(
    cache: CacheAPI, time: Time, after_ms: int, alive: bool
) -> None:
    """A value set without a lifetime is there for 15 minutes, to the millisecond."""
    cache.set("k", "v")
    time.now_ms += after_ms
    assert (cache.get("k") is not None) is alive


@pytest.mark.parametrize(
    ("options", "ends_after_ms"),
    [
        ({}, 900_000),
        ({"ttl": 1}, 1),
        ({"ttl": 1.9}, 1),
        ({"ttl": DAY_MS}, DAY_MS),
        ({"ttl": DAY_MS + 1}, DAY_MS),
        ({"expires_at": 1_000_001}, 1),
        ({"expires_at": 1_000_001.9}, 1),
        ({"ttl": 60_000, "expires_at": 1_031_000}, 31_000),
        ({"ttl": 31_000, "expires_at": 1_060_000}, 31_000),
        ({"ttl": UNDEFINED, "expires_at": UNDEFINED}, 900_000),
        ({"ttl": UNDEFINED, "expires_at": 1_031_000}, 31_000),
        ({"other": 1}, 900_000),
    ],
)
def test_end_of_a_record(cache: CacheAPI, options: dict[str, Any], ends_after_ms: int) -> None:
    """The earlier lifetime counts, fractions are dropped, and nothing outlives a day."""
    assert end_ms(cache.set("k", "v", options)) == 1_000_000 + ends_after_ms
    assert end_ms(cache.set("k", "v", **{k: v for k, v in options.items() if k != "other"})) == (
        1_000_000 + ends_after_ms
    )


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"ttl": 0}, "ItemAlreadyExpired"),
        ({"ttl": -0.0}, "ItemAlreadyExpired"),
        ({"ttl": 0.9}, "ItemAlreadyExpired"),
        ({"ttl": -1}, "ItemAlreadyExpired"),
        ({"expires_at": 1_000_000}, "ItemAlreadyExpired"),
        ({"expires_at": 0}, "ItemAlreadyExpired"),
        ({"ttl": 60_000, "expires_at": 5}, "ItemAlreadyExpired"),
        ({"ttl": None}, "InvalidExpiry"),
        ({"expires_at": None}, "InvalidExpiry"),
        ({"ttl": float("nan")}, "InvalidExpiry"),
        ({"ttl": float("inf")}, "InvalidExpiry"),
        ({"ttl": float("-inf")}, "InvalidExpiry"),
        ({"ttl": "1000"}, "InvalidExpiry"),
        ({"ttl": True}, "InvalidExpiry"),
        ({"ttl": JSValue("bigint", "10n", "type bigint (10n)")}, "InvalidExpiry"),
        ({"ttl": 0, "expires_at": "soon"}, "InvalidExpiry"),
        ({"expires_at": 2**53}, "InvalidExpiry"),
        ({"expires_at": 1e300}, "InvalidExpiry"),
    ],
)
def test_lifetime_that_is_refused(cache: CacheAPI, options: dict[str, Any], expected: str) -> None:
    """A lifetime that is over, or no finite number, is answered with a code."""
    cache.set("k", "before")
    assert code(cache.set("k", "v", options)) == expected
    assert code(cache.set("k", "v", **options)) == expected
    assert cache.get("k") == CacheRecord("before", 1_900_000)


def test_last_safe_integer_is_an_end_where_no_limit_shortens_it(time: Time) -> None:
    cache = CacheAPI(CacheStore(time, CacheRules.runtime()))
    assert end_ms(cache.set("k", "v", expires_at=2**53 - 1)) == 2**53 - 1
    assert code(cache.set("k", "v", expires_at=2**53)) == "InvalidExpiry"


@pytest.mark.parametrize("options", [None, UNDEFINED, 5, "ttl", [1], JSValue("function", "f", "f")])
def test_options_that_are_no_mapping_are_ignored(cache: CacheAPI, options: object) -> None:
    assert end_ms(cache.set("k", "v", options)) == 1_900_000


def test_an_instance_of_a_class_serves_as_options(cache: CacheAPI) -> None:
    assert end_ms(cache.set("k", "v", JSObject(ttl=5))) == 1_000_005


def test_options_and_keywords_exclude_each_other(cache: CacheAPI) -> None:
    with pytest.raises(UsageError) as caught:
        cache.set("k", "v", {"ttl": 1}, expires_at=5)
    assert str(caught.value) == (
        "[A207] api.cache.set() takes options or keywords, not both.\n"
        "Given: {'ttl': 1} and ttl= or expires_at=.\n"
        "Put both into the options, or both into keywords."
    )


def test_arguments_may_be_keywords(cache: CacheAPI) -> None:
    assert end_ms(cache.set(value="v", key="k", ttl=5)) == 1_000_005
    assert end_ms(cache.set("k", value="v", options={"ttl": 7})) == 1_000_007
    record = cache.get(key="k")
    assert record is not None
    assert (record.value, record.expires_at) == ("v", 1_000_007)


@pytest.mark.parametrize("wrong", [{"tll": 5}, {"TTL": 5}, {"expires": 5}, {"key": "other"}])
def test_a_keyword_that_is_no_option_is_an_error(cache: CacheAPI, wrong: dict[str, Any]) -> None:
    """A misspelled one would else be a record that lives for 15 minutes."""
    with pytest.raises(UsageError, match=next(iter(wrong))):
        cache.set("k", "v", **wrong)
    assert cache.get("k") is None


@pytest.mark.parametrize(
    ("key", "fits"),
    [
        ("x" * 64, True),
        ("x" * 65, False),
        ("é" * 32, True),
        ("é" * 32 + "x", False),
        ("🔑" * 16, True),
        ("🔑" * 16 + "x", False),
        ("\ud83d" * 21 + "x", True),  # half a pair counts 3 bytes, as U+FFFD does
        ("\ud83d" * 21 + "xx", False),
        ("\ud83d\udd11" * 16, True),  # two halves make a pair
        ("\ud83d\udd11" * 16 + "x", False),
        ("", True),
    ],
)
def test_a_key_has_up_to_64_bytes(cache: CacheAPI, key: str, fits: bool) -> None:
    result = cache.set(key, "v")
    assert result.type == ("success" if fits else "error")
    assert (cache.get(key) is not None) is fits
    if not fits:
        assert code(result) == "CacheKeySizeExceeded"


def test_a_value_has_up_to_4096_bytes(cache: CacheAPI) -> None:
    assert cache.set("k", "é" * 2_048).type == "success"
    assert code(cache.set("k", "é" * 2_048 + "x")) == "CacheValueSizeExceeded"


def test_all_records_have_up_to_8192_bytes_together(cache: CacheAPI) -> None:
    cache.set("a", "x" * 4_095)
    assert code(cache.set("b", "x" * 4_096)) == "CacheSizeExceeded"
    assert cache.set("b", "x" * 4_095).type == "success"
    assert code(cache.set("", "x")) == "CacheSizeExceeded"
    assert cache.set("", "").type == "success"


def test_a_replaced_record_leaves_the_total_only_as_documented(time: Time) -> None:
    for counts, answer in ((False, "success"), (True, "error")):
        rules = CacheRules(counts_replaced_record=counts, max_total_bytes=8)
        cache = CacheAPI(CacheStore(time, rules))
        cache.set("k", "12345")
        assert cache.set("k", "54321").type == answer


def test_an_expired_record_takes_room_only_in_the_runtime(time: Time) -> None:
    """The runtime keeps it: it takes room and can be deleted, though it is not found."""
    for keeps in (False, True):
        rules = CacheRules(keeps_expired_records=keeps, max_total_bytes=8)
        store = CacheStore(time, rules)
        cache = CacheAPI(store)
        cache.set("k", "12345", ttl=1)
        time.now_ms += 2
        assert cache.get("k") is None
        assert dict(store.records) == {}
        assert cache.set("j", "12345").type == ("error" if keeps else "success")
        assert cache.delete("k").type == ("success" if keeps else "error")


def test_there_are_up_to_20_records(cache: CacheAPI) -> None:
    for number in range(20):
        assert cache.set(f"k{number}", "v").type == "success"
    assert code(cache.set("one more", "v")) == "CacheSizeExceeded"
    assert cache.set("k0", "again").type == "success"
    cache.delete("k1")
    assert cache.set("one more", "v").type == "success"


def test_a_limit_that_is_none_is_off(time: Time) -> None:
    rules = CacheRules(
        max_key_bytes=None,
        max_value_bytes=None,
        max_total_bytes=None,
        max_entries=None,
        max_lifetime_ms=None,
    )
    cache = CacheAPI(CacheStore(time, rules))
    for number in range(30):
        assert cache.set(f"{number}" * 100, "x" * 10_000, ttl=DAY_MS * 2).type == "success"
    assert end_ms(cache.set("k", "v", ttl=DAY_MS * 2)) == 1_000_000 + DAY_MS * 2


def test_the_order_of_the_checks(time: Time) -> None:
    """Key, value, total, number of records, lifetime: the first that fails gives the code."""
    rules = CacheRules(max_total_bytes=10, max_entries=1)
    cache = CacheAPI(CacheStore(time, rules))
    cache.set("a", "b")
    assert code(cache.set("x" * 65, "x" * 4_097, ttl=0)) == "CacheKeySizeExceeded"
    assert code(cache.set("x" * 64, "x" * 4_097, ttl=0)) == "CacheValueSizeExceeded"
    assert code(cache.set("x" * 64, "x" * 4_096, ttl=0)) == "CacheSizeExceeded"
    assert code(cache.set("c", "d", ttl=0)) == "CacheSizeExceeded"
    assert code(cache.set("a", "d", ttl="0", expires_at=0)) == "InvalidExpiry"
    assert code(cache.set("a", "d", ttl=0, expires_at="0")) == "InvalidExpiry"
    assert code(cache.set("a", "d", ttl=0, expires_at=1e300)) == "ItemAlreadyExpired"


def test_what_the_two_profiles_hold() -> None:
    assert CacheRules.documented() == CacheRules(
        64, 4_096, 8_192, 20, DAY_MS, 900_000, False, False
    )
    assert CacheRules.runtime() == CacheRules(64, 4_096, 16_640, None, None, 900_000, True, True)
    with pytest.raises(FrozenInstanceError):
        CacheRules.documented().max_entries = 5  # type: ignore[misc]


@pytest.mark.parametrize(
    ("value", "received"),
    [
        (5, "type number (5)"),
        (1.5, "type number (1.5)"),
        (5.0, "type number (5)"),
        (-0.0, "type number (-0)"),
        (0.0, "type number (0)"),
        (float("nan"), "type number (NaN)"),
        (float("inf"), "type number (Infinity)"),
        (float("-inf"), "type number (-Infinity)"),
        (True, "type boolean (true)"),
        (None, "null"),
        (UNDEFINED, "undefined"),
        ({}, "an instance of Object"),
        ([], "an instance of Array"),
        (object(), "an instance of object"),
        (JSValue("function", "[Function: f]", "function f"), "function f"),
    ],
)
def test_a_key_or_value_that_is_no_string_raises_as_in_node(
    cache: CacheAPI, value: Any, received: str
) -> None:
    expected = (
        'The "string" argument must be of type string or an instance of Buffer or ArrayBuffer. '
        f"Received {received}"
    )
    for key_and_value in ((value, "v"), ("k", value), (value, value)):
        with pytest.raises(TypeError) as caught:
            cache.set(*key_and_value)
        assert str(caught.value) == expected
        assert vars(caught.value) == {"code": "ERR_INVALID_ARG_TYPE"}


def test_a_buffer_is_no_string(cache: CacheAPI) -> None:
    """Where Node.js would take one for a string; Auth0 documents strings only."""
    with pytest.raises(TypeError) as caught:
        cache.set("k", b"v")  # type: ignore[arg-type]
    assert str(caught.value) == (
        'The "string" argument must be of type string. Received an instance of Buffer'
    )


@pytest.mark.parametrize("key", [5, None, [], {}, b"k", UNDEFINED])
def test_a_key_that_is_no_string_is_not_found(cache: CacheAPI, key: object) -> None:
    cache.set("k", "v")
    assert cache.get(key) is None
    assert code(cache.delete(key)) == "CacheKeyDoesNotExist"


def test_delete_removes_a_record_once(cache: CacheAPI) -> None:
    cache.set("k", "v")
    assert cache.delete("k") == CacheDeleteSuccess()
    assert cache.delete("k") == CacheError("CacheKeyDoesNotExist")
    assert cache.get("k") is None


def test_the_words_of_objects_are_keys_like_others(cache: CacheAPI) -> None:
    for key in ("__proto__", "constructor", "toString", "", "\0"):
        assert cache.get(key) is None
        cache.set(key, key)
        record = cache.get(key)
        assert record is not None
        assert record.value == key


def test_records_are_the_live_ones_and_read_only(
    store: CacheStore, cache: CacheAPI, time: Time
) -> None:
    cache.set("short", "1", ttl=10)
    cache.set("long", "2", ttl=20)
    assert list(store.records) == ["short", "long"]
    time.now_ms += 11
    assert dict(store.records) == {"long": CacheRecord("2", 1_000_020)}
    with pytest.raises(TypeError):
        store.records["long"] = CacheRecord("3", 5)  # type: ignore[index]


def test_a_store_shows_its_records(store: CacheStore, cache: CacheAPI) -> None:
    cache.set("k", "v", ttl=1)
    assert repr(store) == "CacheStore({'k': CacheRecord(value='v', expires_at=1000001)})"


def test_a_refused_write_says_so_when_its_record_is_asked_for(cache: CacheAPI) -> None:
    with pytest.raises(AttributeError) as caught:
        _ = cache.set("k" * 65, "v").record  # type: ignore[union-attr]
    assert str(caught.value) == (
        "[A209] The write was refused with 'CacheKeySizeExceeded', so its answer has no 'record'."
    )


def test_evict_drops_one_record_and_clear_all(store: CacheStore, cache: CacheAPI) -> None:
    for key in ("a", "b", "c"):
        cache.set(key, "v")
    store.evict("a")
    assert list(store.records) == ["b", "c"]
    with pytest.raises(UsageError) as caught:
        store.evict("a")
    assert str(caught.value) == (
        "[A211] No record to evict.\n"
        "Given: 'a'; the cache holds 'b', 'c'.\n"
        "Set it first, or use clear() to empty the cache whatever it holds."
    )
    store.clear()
    assert dict(store.records) == {}


def test_an_expired_record_can_not_be_evicted(
    store: CacheStore, cache: CacheAPI, time: Time
) -> None:
    cache.set("k", "v", ttl=1)
    time.now_ms += 2
    with pytest.raises(UsageError, match="the cache holds nothing"):
        store.evict("k")


@pytest.mark.parametrize(
    ("operation", "given", "answered"),
    [
        ("set", None, "FailedToSetCacheRecord"),
        ("set", "FailedToSetCacheRecord", "FailedToSetCacheRecord"),
        ("set", "MaxSideEffectsExceeded", "MaxSideEffectsExceeded"),
        ("delete", None, "FailedToDeleteCacheRecord"),
        ("delete", "FailedToDeleteCacheRecord", "FailedToDeleteCacheRecord"),
        ("delete", "MaxSideEffectsExceeded", "MaxSideEffectsExceeded"),
    ],
)
def test_fail_next_refuses_one_write_and_changes_nothing(
    store: CacheStore, cache: CacheAPI, operation: Any, given: Any, answered: str
) -> None:
    cache.set("k", "old")
    store.fail_next(operation, given)
    other = cache.delete("other") if operation == "set" else cache.set("other", "v")
    assert getattr(other, "code", "success") in {"CacheKeyDoesNotExist", "success"}
    refused = cache.set("k", "new") if operation == "set" else cache.delete("k")
    assert code(refused) == answered
    assert store.records["k"].value == "old"
    again = cache.set("k", "new") if operation == "set" else cache.delete("k")
    assert again.type == "success"


def test_fail_next_refuses_as_many_writes_as_it_was_called_for_in_order(
    store: CacheStore, cache: CacheAPI
) -> None:
    store.fail_next("set", "MaxSideEffectsExceeded")
    store.fail_next("delete")
    store.fail_next("set")
    assert [code(cache.set("k", "v")) for _ in range(2)] == [
        "MaxSideEffectsExceeded",
        "FailedToSetCacheRecord",
    ]
    assert cache.set("k", "v").type == "success"
    assert code(cache.delete("k")) == "FailedToDeleteCacheRecord"
    assert cache.delete("k").type == "success"


def test_fail_next_comes_before_every_rule(store: CacheStore, cache: CacheAPI) -> None:
    """The platform does not get to look at a write that it refuses."""
    for key, value, options in (
        ("k" * 65, "v", None),
        ("k", "v" * 4_097, None),
        ("k", "v", {"ttl": 0}),
        ("k", "v", {"ttl": "soon"}),
    ):
        store.fail_next("set")
        assert code(cache.set(key, value, options)) == "FailedToSetCacheRecord"
    store.fail_next("delete")
    assert code(cache.delete("nothing")) == "FailedToDeleteCacheRecord"


def test_a_write_that_throws_is_the_next_one_all_the_same(
    store: CacheStore, cache: CacheAPI
) -> None:
    store.fail_next("set")
    with pytest.raises(TypeError):
        cache.set(5, "v")  # type: ignore[arg-type]
    assert cache.set("k", "v").type == "success"


def test_fail_next_touches_no_get(store: CacheStore, cache: CacheAPI) -> None:
    cache.set("k", "v")
    store.fail_next("set")
    store.fail_next("delete")
    record = cache.get("k")
    assert record is not None
    assert record.value == "v"


@pytest.mark.parametrize(
    ("operation", "given"),
    [
        ("get", None),
        ("clear", "FailedToSetCacheRecord"),
        ("set", "FailedToDeleteCacheRecord"),
        ("delete", "FailedToSetCacheRecord"),
        ("set", "CacheKeySizeExceeded"),
        ("delete", "CacheKeyDoesNotExist"),
        ("set", ""),
        (["set"], None),
    ],
)
def test_what_fail_next_can_not_take(
    store: CacheStore, cache: CacheAPI, operation: Any, given: Any
) -> None:
    with pytest.raises(UsageError) as caught:
        store.fail_next(operation, given)
    assert str(caught.value) == (
        "[A212] fail_next() takes a write and a code that only the platform answers with.\n"
        f"Given: {operation!r}, {given!r}.\n"
        "Write fail_next('set', 'FailedToSetCacheRecord') or fail_next('set', "
        "'MaxSideEffectsExceeded') or fail_next('delete', 'FailedToDeleteCacheRecord') or "
        "fail_next('delete', 'MaxSideEffectsExceeded')."
    )
    assert cache.set("k", "v").type == "success"
    assert cache.delete("k").type == "success"
