from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from pytest_auth0_actions import Clock
from tests.auth0.cache_machine import CacheMachine


def test_cache_and_clock_answer_as_the_model_does(clock: Clock) -> None:
    """Random sequences, in both profiles; the clock around them makes each freeze a cheap one."""
    run_state_machine_as_test(
        CacheMachine,
        settings=settings(
            max_examples=100,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
