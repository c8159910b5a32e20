"""Plays cache and clock against the model for a given number of steps.

``python -m tests.benchmarks.model_steps [STEPS]``, a million by default, prints how many steps it
took and fails at the first difference; then it checks the clock at random instants from 1970 to
2100.
"""

from __future__ import annotations

import random
import sys
import time

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import invariant, run_state_machine_as_test

from pytest_auth0_actions import Clock
from tests.auth0.cache_machine import CacheMachine
from tests.world.test_clock import LAST_MICROSECOND, assert_exact

STEPS_PER_GAME = 200
INSTANTS = 100_000


class Counting(CacheMachine):
    """Counts the steps that are really taken."""

    steps = 0

    @invariant()
    def count(self) -> None:
        Counting.steps += 1


def main() -> None:
    """Play, and print the totals."""
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    started_s = time.perf_counter()
    with Clock():  # around each game's own, which are cheap then
        while Counting.steps < wanted:
            run_state_machine_as_test(
                Counting,
                settings=settings(
                    max_examples=max(1, min(500, (wanted - Counting.steps) // STEPS_PER_GAME)),
                    stateful_step_count=STEPS_PER_GAME,
                    deadline=None,
                    database=None,
                    phases=[Phase.generate],
                    suppress_health_check=list(HealthCheck),
                ),
            )
    taken_s = time.perf_counter() - started_s
    print(f"{Counting.steps:,} steps against the model, no difference ({taken_s:.0f} s)")
    chance = random.Random(2025)
    with Clock():
        for _ in range(INSTANTS):
            assert_exact(chance.randrange(LAST_MICROSECOND), chance.randrange(-(10**12), 10**12))
    print(f"{INSTANTS:,} instants from 1970 to 2100, each exact to the millisecond")


if __name__ == "__main__":
    main()
