"""`api.rules`: tells which rules have run, as the test has it."""

from __future__ import annotations

from pytest_auth0_actions.auth0.method import method
from pytest_auth0_actions.auth0.namespace import ApiT, Namespace


class RulesAPI(Namespace[ApiT]):
    """`api.rules`.

    Source: https://auth0.com/docs/actions/reference/post-login/post-login-api-object
    """

    path = "rules"

    @method(returns="value")
    def wasExecuted(self, ruleId: str) -> bool:
        """Return whether a rule has run in this login.

        Args:
            ruleId: the rule's id.

        >>> from pytest_auth0_actions import CacheStore, PostLoginAPI
        >>> PostLoginAPI(CacheStore(lambda: 0)).rules.wasExecuted("rul_1")
        False

        Source: https://auth0.com/docs/actions/reference/post-login/post-login-api-object
        """
        return isinstance(ruleId, str) and ruleId in self.context.turn.answers.rules
