"""Two faults that Auth0 does not report, and how a test finds them."""

import pytest

from pytest_auth0_actions import IgnoredResultWarning, TtlUnitWarning


def refused_writes(run):
    """Returns the codes of a run's cache calls that were refused."""
    return [call.result.code for call in run.calls if getattr(call.result, "type", "") == "error"]


def test_ttl_in_seconds_ends_a_thousand_times_too_early(load_action, api, clock):
    """`ttl` counts milliseconds: an `expires_in` of 3,600 s given as it is lasts for 3.6 s."""
    modules = {"crm": ("tests/fakes/crm.js", {"EXPIRES_IN": "3600"})}
    action = load_action("tests/faulty/ttl_in_seconds.js", modules=modules)
    with pytest.warns(TtlUnitWarning, match=r"1 h in seconds\. Multiply by 1000"):
        assert refused_writes(action.run()) == []
    assert api.cache.get("crm:access-token").expires_at == clock.now_ms + 3_600
    clock.tick(seconds=4)
    with pytest.warns(TtlUnitWarning):
        assert [call.path for call in action.run().calls] == ["cache.get", "cache.set"]


def test_key_of_more_than_64_bytes_stores_nothing(load_action, make_event, cache_store):
    """The refusal is a return value: an Action that does not look at it never caches."""
    modules = {"messages": "tests/fakes/messages.js"}
    action = load_action("tests/faulty/long_key.js", modules=modules)
    longest_good = make_event(user={"email": "a" * 44 + "@example.com"})
    one_too_long = make_event(user={"email": "a" * 45 + "@example.com"})
    assert refused_writes(action.run(longest_good)) == []
    with pytest.warns(IgnoredResultWarning, match="CacheKeySizeExceeded"):
        assert refused_writes(action.run(one_too_long)) == ["CacheKeySizeExceeded"]
    assert len(cache_store.records) == 1
    with pytest.warns(IgnoredResultWarning):
        assert "Welcome!" in action.run(one_too_long).logs
