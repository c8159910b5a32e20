"""notify-sales: one message when three of a company register within an hour."""

import pytest

HOUR_MS = 3_600_000


@pytest.fixture
def register(load_action, make_event):
    action = load_action(
        "actions/notify-sales/code.js",
        secrets={"SALES_CHANNEL": "#sales"},
        modules={"messages": "tests/fakes/messages.js"},
    )
    return lambda email: action.run(make_event(user={"email": email}))


@pytest.mark.auth0(now="2025-03-03T09:30:00Z")
def test_third_registration_within_the_hour_is_announced(register, clock):
    """The third one sends the message; the first, second and fourth send none."""
    logs = []
    for name in ("ann", "ben", "cyd", "dan"):
        logs.append(register(f"{name}@example.com").logs)
        clock.tick(minutes=19)
    assert logs == ["", "", "to #sales: 3 registrations from example.com since 09:30\n", ""]


def test_later_registrations_do_not_prolong_the_hour(register, api, clock):
    """The count ends one hour after the first registration, whenever the second came."""
    first_ms = clock.now_ms
    register("ann@example.com")
    clock.tick(minutes=59)
    register("ben@example.com")
    record = api.cache.get("signups:example.com")
    assert (record.value, record.expires_at) == ("2", first_ms + HOUR_MS)


@pytest.mark.parametrize(
    ("after_ms", "count"),
    [
        pytest.param(HOUR_MS - 1, "2", id="one ms before"),
        pytest.param(HOUR_MS + 1, "1", id="one ms after"),
    ],
)
def test_count_starts_anew_after_the_hour(register, api, clock, after_ms, count):
    """A registration 1 ms after the hour is the first of a new hour."""
    register("ann@example.com")
    clock.tick(milliseconds=after_ms)
    register("ben@example.com")
    assert api.cache.get("signups:example.com").value == count


def test_registration_at_the_very_end_of_the_hour_is_not_counted(register, clock):
    """At `expires_at` itself a record can be read, but none can be set that ends then."""
    register("ann@example.com")
    clock.tick(milliseconds=HOUR_MS)
    assert register("ben@example.com").logs == "example.com not counted: ItemAlreadyExpired\n"


def test_companies_are_counted_apart(register, cache_store):
    """Each domain has a record of its own, and mail for everyone has none."""
    for email in ("ann@example.com", "ben@corp.example.com", "cyd@example.org"):
        register(email)
    assert list(cache_store.records) == ["signups:example.com", "signups:corp.example.com"]
