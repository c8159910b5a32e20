"""welcome-message: one message per address in ten minutes."""

import pytest

TEN_MINUTES_MS = 600_000


@pytest.fixture
def action(load_action):
    return load_action(
        "actions/welcome-message/code.js", modules={"messages": "tests/fakes/messages.js"}
    )


def test_new_user_is_welcomed_by_name(action, make_event):
    """The message goes to the user's address and says the given name."""
    run = action.run(make_event(user={"email": "ada@example.com", "given_name": "Ada"}))
    assert run.logs == "to ada@example.com: Welcome, Ada!\n"


def test_user_without_an_address_gets_no_message(action, make_event):
    """A user of an SMS connection has no e-mail address; the Action neither sends nor fails."""
    event = make_event()
    del event["user"]["email"]
    run = action.run(event)
    assert (run.logs, run.calls) == ("no address, no message\n", ())


@pytest.mark.parametrize(
    ("after_ms", "logs"),
    [
        pytest.param(TEN_MINUTES_MS - 1, "welcomed lately\n", id="one ms before"),
        pytest.param(TEN_MINUTES_MS, "welcomed lately\n", id="at expiry"),
        pytest.param(TEN_MINUTES_MS + 1, "to ADA@example.com: Welcome, Ada!\n", id="one ms after"),
    ],
)
def test_same_address_is_welcomed_once_in_ten_minutes(action, make_event, clock, after_ms, logs):
    """A second registration within 10 minutes is silent, however the address is capitalized."""
    action.run(make_event(user={"email": "ada@example.com"}))
    clock.tick(milliseconds=after_ms)
    assert action.run(make_event(user={"email": "ADA@example.com"})).logs == logs


def test_longest_address_fits_into_a_key(action, make_event, cache_store):
    """An address of 254 bytes is remembered under a key of 40 bytes."""
    email = "a" * 64 + "@" + "b" * 185 + ".com"
    assert len(email) == 254
    action.run(make_event(user={"email": email}))
    assert [len(key) for key in cache_store.records] == [40]


def test_evicted_record_costs_a_second_message(action, cache_store):
    """Auth0 may drop a record before its end: then the user is welcomed twice, and no error."""
    action.run()
    cache_store.clear()
    assert action.run().logs == "to ada@example.com: Welcome, Ada!\n"


def test_full_cache_is_logged(action, api):
    """With 20 records present the message is sent, and the log says that it is not remembered."""
    for number in range(20):
        api.cache.set(f"other:{number}", "x")
    assert action.run().logs == (
        "to ada@example.com: Welcome, Ada!\nnot remembered: CacheSizeExceeded\n"
    )
