"""Numbers that are no milliseconds since the epoch, though they look like an instant."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_auth0_actions import Clock, UsageError

JUNE_MS = 1_748_779_200_000  # 2025-06-01T12:00:00Z


@pytest.mark.parametrize(
    ("given", "meant_ms"),
    [
        (JUNE_MS / 1_000 + 0.25, JUNE_MS + 250),  # as of time.time()
        (float(JUNE_MS), JUNE_MS),
        (JUNE_MS * 1_000_000, JUNE_MS),  # as of time.time_ns()
        (float(JUNE_MS * 1_000), JUNE_MS),
        (f"{JUNE_MS} ", JUNE_MS),
        (f"{JUNE_MS // 1_000}.0", JUNE_MS),
    ],
)
def test_the_milliseconds_that_are_meant_are_named(given: Any, meant_ms: int) -> None:
    with Clock() as clock:
        with pytest.raises(UsageError) as caught:
            clock.move_to(given)
        with pytest.raises(UsageError, match=f"Pass whole milliseconds: {meant_ms}, "):
            Clock(given)
        clock.move_to(meant_ms)
        shown = clock.now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        assert str(caught.value) == (
            f"[A221] The clock can't be set to that.\nGiven: {given!r}.\n"
            f"Pass whole milliseconds: {meant_ms}, which is {shown}; or a datetime, or ISO 8601 "
            "text."
        )


@pytest.mark.parametrize("given_ms", [0, 1, -1, 946_684_799, 4_102_444_801, JUNE_MS])
def test_other_numbers_are_milliseconds(given_ms: int) -> None:
    with Clock(given_ms) as clock:
        assert clock.now_ms == given_ms
        clock.move_to("2025-01-01")
        clock.move_to(given_ms)
        assert clock.now_ms == given_ms


@pytest.mark.parametrize(
    "given", [True, None, "today", float("inf"), float("nan"), 10**400, 1.5, "5", [JUNE_MS]]
)
def test_of_others_nothing_is_guessed(given: Any) -> None:
    with pytest.raises(UsageError) as caught:
        Clock(given)
    assert caught.value.what_to_do == (
        "Pass a datetime, ISO 8601 text such as '2025-01-01T00:00:00Z', or whole milliseconds "
        "since the epoch."
    )
