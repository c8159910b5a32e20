"""The type of the fixture `flow`, for annotations."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol, TypeVar

from pytest_auth0_actions.node.action import Action
from pytest_auth0_actions.node.flow import Flow
from pytest_auth0_actions.node.time_outs import TIME_LIMIT_S

_OutcomeT = TypeVar("_OutcomeT")


class MakeFlow(Protocol):
    """The type of the fixture `flow`.

    Example::

        def test_two_actions_run(flow, load_action):
            login = flow(load_action("actions/plan/code.js"), load_action("actions/claims/code.js"))
            assert login.run().status == "completed"
    """

    def __call__(
        self,
        *actions: Action[_OutcomeT],
        time_limit_s: float = TIME_LIMIT_S,
        enabled_factors: Collection[str] | None = None,
    ) -> Flow[_OutcomeT]:
        """Return the flow of *actions*, all of one trigger, in order.

        Args:
            actions: the Actions.
            time_limit_s: how long they may take together on the test's clock, in seconds; before
                and after a suspension apart.
            enabled_factors: the types of factors that the tenant has enabled, such as
                ``["otp", "phone"]``; None for all.

        Raises:
            UsageError: they are none, too many, or of several triggers; or an argument is of a
                wrong type.
        """
