"""Random logins of small Actions in the real Node.js, against the model."""

from __future__ import annotations

import itertools
import os
import warnings
from collections import Counter
from pathlib import Path
from typing import ClassVar

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from pytest_auth0_actions import Auth0ActionsWarning, LoadAction
from pytest_auth0_actions.plugin.flow_type import MakeFlow
from pytest_auth0_actions.world.elapsed import real_monotonic_s
from pytest_auth0_actions.world.testbed import Testbed
from tests.node.flow_machine import PLACES, FlowMachine

PLAYER = Path(__file__).with_name("flow_player.js")
EXAMPLES = int(os.environ.get("FLOW_EXAMPLES", "60"))


def test_transactions_come_to_what_the_model_says(
    flow: MakeFlow, load_action: LoadAction, _auth0_testbed: Testbed
) -> None:
    """FLOW_EXAMPLES=4000 runs over 20,000 flows; --hypothesis-seed repeats them."""
    numbers = itertools.count()

    def new_session() -> str:
        _auth0_testbed.journal.entries.clear()
        return f"ses_{next(numbers)}"

    class Machine(FlowMachine):
        count: ClassVar[Counter[str]] = Counter()

    Machine.flow = staticmethod(flow)
    Machine.actions = [
        load_action(PLAYER, secrets={"PLACE": str(place)}) for place in range(PLACES)
    ]
    Machine.query = Machine.actions[0].make_event()["request"]["query"]
    Machine.new_session = staticmethod(new_session)
    started_s = real_monotonic_s()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Auth0ActionsWarning)
        run_state_machine_as_test(
            Machine,
            settings=settings(
                max_examples=EXAMPLES,
                stateful_step_count=12,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
    print(f"{real_monotonic_s() - started_s:.1f} s", dict(Machine.count))
    assert Machine.count["flows"] > EXAMPLES
