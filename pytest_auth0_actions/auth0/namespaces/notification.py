"""`api.notification`: says that a message could not be delivered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from pytest_auth0_actions.auth0.method import method
from pytest_auth0_actions.auth0.namespace import ApiT, Namespace
from pytest_auth0_actions.auth0.namespaces.access import text_or_none
from pytest_auth0_actions.auth0.outcome import Outcome

MAX_REASON: Final = 1024


@dataclass(frozen=True, slots=True, repr=False)
class Notification(Outcome):
    """A message that was not delivered.

    Attributes:
        kind: ``"drop"`` if it is not sent again, ``"retry"`` if it is, up to five times.
        reason: why, cut after 1,024 characters; None if the Action did not say.
    """

    kind: Literal["drop", "retry"]
    reason: str | None = None


@dataclass(slots=True)
class Delivery:
    """The last call; None if there was none."""

    last: Notification | None = None


class NotificationAPI(Namespace[ApiT]):
    """`api.notification`: of several calls, the last one counts.

    Source: https://auth0.com/docs/actions/reference/custom-phone-provider/custom-phone-provider-api-object
    """

    path = "notification"

    @method(returns="nothing")
    def drop(self, reason: str) -> None:
        """Give the message up.

        Args:
            reason: why; cut after 1,024 characters.

        >>> from pytest_auth0_actions import CacheStore, CustomPhoneProviderAPI
        >>> CustomPhoneProviderAPI(CacheStore(lambda: 0)).notification.drop("No such number")

        Source: https://auth0.com/docs/actions/reference/custom-phone-provider/custom-phone-provider-api-object
        """
        self._end("drop", reason)

    @method(returns="nothing")
    def retry(self, reason: str) -> None:
        """Have the message sent again, up to five times.

        Args:
            reason: why; cut after 1,024 characters.

        >>> from pytest_auth0_actions import CacheStore, CustomEmailProviderAPI
        >>> CustomEmailProviderAPI(CacheStore(lambda: 0)).notification.retry("Busy")

        Source: https://auth0.com/docs/actions/reference/custom-phone-provider/custom-phone-provider-api-object
        """
        self._end("retry", reason)

    def _end(self, kind: Literal["drop", "retry"], reason: object) -> None:
        text = text_or_none(reason)
        cut = None if text is None else text[:MAX_REASON]
        self.context.state.of(Delivery).last = Notification(kind, cut)
