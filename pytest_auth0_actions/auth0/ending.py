"""How Auth0 itself ends a transaction that no Action denies."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_auth0_actions.auth0.outcome import Outcome


@dataclass(frozen=True, slots=True, repr=False)
class TransactionError(Outcome):
    """Why Auth0 ended a transaction.

    Attributes:
        code: what the application gets as `error`, such as ``"interaction_required"``.
        description: why, in words.
    """

    code: str
    description: str


@dataclass(slots=True)
class Ending:
    """Why Auth0 has ended the transaction; None if it has not."""

    error: TransactionError | None = None
