"""What one test holds, and what of it is made when."""

from __future__ import annotations

import pytest

from pytest_auth0_actions import (
    CacheOptionsWarning,
    CacheRules,
    Clock,
    UnansweredRequestError,
    UsageError,
)
from pytest_auth0_actions.auth0.explanation import Trace
from pytest_auth0_actions.auth0.triggers import TRIGGERS
from pytest_auth0_actions.world.network import Network
from pytest_auth0_actions.world.seed import Seed
from pytest_auth0_actions.world.testbed import Testbed

START_MS = 1_735_689_600_000
LOGIN = TRIGGERS["post-login"]


class Networks:
    """Makes networks, and counts them."""

    made = 0

    def __call__(self) -> Network:
        self.made += 1
        return Network(lambda host: {})


@pytest.fixture
def networks() -> Networks:
    return Networks()


@pytest.fixture
def testbed(clock: Clock, networks: Networks) -> Testbed:
    return Testbed(clock, CacheRules.documented, networks, None)


def test_a_call_of_the_tests_own_is_an_entry_with_what_there_is_to_know(testbed: Testbed) -> None:
    testbed.api.cache.set("k", "v", ttl=5_000)  # type: ignore[attr-defined]
    testbed.api.cache.delete("other")  # type: ignore[attr-defined]
    first, second = testbed.journal.entries
    assert (first.kind, first.at_ms, second.kind) == ("call", START_MS, "call")
    assert first.details["call"].path == "cache.set"
    assert (first.details["by"], first.details["ok"], second.details["ok"]) == ("test", True, False)
    assert first.details["trace"] == Trace(lane="k", ends_at_ms=START_MS + 5_000, hit=None)


def test_a_warning_of_the_tests_own_call_is_an_entry_without_secrets(testbed: Testbed) -> None:
    testbed.mask.add({"KEY": "s3cr3t-k3y"})
    with pytest.warns(CacheOptionsWarning) as told:
        testbed.api.cache.set("k", "v", "s3cr3t-k3y")  # type: ignore[attr-defined]
    kinds = [entry.kind for entry in testbed.journal.entries]
    assert kinds == ["call", "warning"]
    text = testbed.journal.entries[-1].details["text"]
    assert text == str(told[0].message)
    assert text == (
        "[A707] api.cache.set() ignores options that are not an object: '***KEY***'. "
        "Pass { ttl: ... } in milliseconds."
    )


def test_the_tests_own_calls_are_about_the_triggers_default_event_of_now(
    testbed: Testbed,
) -> None:
    testbed.clock.move_to(START_MS + 60_000)
    api = testbed.api_of(LOGIN)
    assert api is testbed.api_of(LOGIN)
    expected = testbed.make_event(LOGIN, {})
    assert api.context.event.fields == expected
    assert testbed.journal.entries == []


def test_the_api_of_no_trigger_yet_looks_like_that_of_the_default_one(testbed: Testbed) -> None:
    assert repr(testbed.api).startswith("<pytest_auth0_actions.auth0.triggers.post_user_registr")
    assert dir(testbed.api) == ["cache"]


def test_an_api_that_was_used_too_early_is_named(testbed: Testbed) -> None:
    testbed.api.cache.get("k")  # type: ignore[attr-defined]
    with pytest.raises(UsageError) as caught:
        testbed.loads(LOGIN)
    assert str(caught.value) == (
        "[A426] The test has used `api` before it loaded an Action of post-login.\n"
        "Given: the api of post-user-registration, as no trigger was named.\n"
        "Name it: @pytest.mark.auth0(trigger='post-login')."
    )


def test_what_was_asked_in_vain_fails_the_test(testbed: Testbed, networks: Networks) -> None:
    """Where nothing was asked, no network is made for that."""
    testbed.check()
    assert networks.made == 0
    testbed.network.refuse("GET", "https://api.test/")
    with pytest.raises(UnansweredRequestError, match="does not answer: GET https"):
        testbed.check()
    assert networks.made == 1


def test_the_seed_is_the_given_one(clock: Clock, networks: Networks) -> None:
    seed = Seed("7", "test_a.py::test_x")
    given = Testbed(clock, CacheRules.documented, networks, None, seed=seed)
    assert given.seed is seed
    plain = Testbed(clock, CacheRules.documented, networks, None)
    assert plain.seed.digits() == Seed("0", "").digits()
