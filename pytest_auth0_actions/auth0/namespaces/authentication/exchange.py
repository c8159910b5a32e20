"""`api.authentication` in custom-token-exchange: whose tokens are issued."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pytest_auth0_actions.auth0.checks import (
    NO_OTHERS,
    Fields,
    Flag,
    OneOf,
    Text,
    check_arguments,
)
from pytest_auth0_actions.auth0.context import State
from pytest_auth0_actions.auth0.javascript import as_json, is_number, utf16_units
from pytest_auth0_actions.auth0.method import method
from pytest_auth0_actions.auth0.namespace import ApiT, Namespace
from pytest_auth0_actions.auth0.namespaces.user import saved_metadata
from pytest_auth0_actions.auth0.outcome import Outcome, owned
from pytest_auth0_actions.errors import ApiThrow, hides_our_frames
from pytest_auth0_actions.values import UNDEFINED

__tracebackhide__ = hides_our_frames

MAX_LEVELS: Final = 5
MAX_OWN_FIELDS: Final = 5
MAX_OWN_UNITS: Final = 64
MAX_SUB_UNITS: Final = 512
_KNOWN: Final = ("sub", "act", "type")


@dataclass(frozen=True, slots=True, repr=False)
class ExchangeUser(Outcome):
    """The user that the tokens are for.

    Attributes:
        id: where the user was chosen by id; None otherwise.
        connection: where the user was chosen by connection, its name; None otherwise.
        attributes: likewise, what is known of the user.
        options: likewise, whether the user may be created and changed.
        user_metadata: what the Action sets of it.
        app_metadata: what the Action sets of it.
    """

    id: str | None = None
    connection: str | None = None
    attributes: dict[str, Any] | None = None
    options: dict[str, Any] | None = None
    user_metadata: dict[str, Any] = field(default_factory=dict)
    app_metadata: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class ExchangeChoice:
    """What an Action has chosen.

    Attributes:
        id: the user's id; None if not chosen by it.
        connection: the user's connection; None if not chosen by it.
        attributes: what is known of the user there.
        options: whether the user may be created and changed.
        users: how often a user was chosen.
        organization: the organization's id or name; None for none.
        actor: who acts for the user; None for nobody.
    """

    id: str | None = None
    connection: str | None = None
    attributes: dict[str, Any] | None = None
    options: dict[str, Any] | None = None
    users: int = 0
    organization: str | None = None
    actor: dict[str, Any] | None = None


def exchange_user(state: State, event: Mapping[str, Any]) -> ExchangeUser | None:
    """Return the user that the tokens are for; None if none was chosen."""
    choice = state.of(ExchangeChoice)
    if not choice.users:
        return None
    return ExchangeUser(
        choice.id,
        choice.connection,
        owned(choice.attributes),
        owned(choice.options),
        saved_metadata(state, event, "user_metadata"),
        saved_metadata(state, event, "app_metadata"),
    )


_TEXT: Final = Text()
_SET_USER_BY_ID: Final = Fields({"user_id": Text(most=512, least=1)}, required=("user_id",))
_SET_ORGANIZATION: Final = Fields(
    {"organization_id_or_name": Text(most=50, least=1)}, required=("organization_id_or_name",)
)
_SET_USER_BY_CONNECTION: Final = Fields(
    {
        "connection_name": Text(most=512, least=1),
        "options": Fields(
            {
                "creationBehavior": OneOf(("create_if_not_exists", "none")),
                "updateBehavior": OneOf(("none", "replace")),
            },
            required=("creationBehavior", "updateBehavior"),
            others=NO_OTHERS,
        ),
        "user_attributes": Fields(
            {
                "email": _TEXT,
                "email_verified": Flag(),
                "family_name": Text(most=150, least=1),
                "given_name": Text(most=150, least=1),
                "name": Text(most=300, least=1),
                "nickname": Text(most=300, least=1),
                "phone_number": _TEXT,
                "phone_verified": Flag(),
                "picture": _TEXT,
                "user_id": Text(most=255, least=1),
                "username": Text(most=128, least=1),
                "verify_email": Flag(),
            },
            required=("user_id",),
            most=24,
        ),
    },
    required=("connection_name", "user_attributes", "options"),
)


class ExchangeAuthenticationAPI(Namespace[ApiT]):
    """`api.authentication` in custom-token-exchange.

    Source: https://auth0.com/docs/actions/reference/custom-token-exchange/custom-token-exchange-api-object
    """

    path = "authentication"

    @method(returns="nothing")
    def setUserById(self, user_id: str) -> None:
        """Choose the user that the tokens are for, who has to exist.

        Args:
            user_id: the id: 1 to 512 characters.

        Raises:
            ApiThrow: it is missing, no string, or not of that length.

        >>> from pytest_auth0_actions import CacheStore, CustomTokenExchangeAPI
        >>> CustomTokenExchangeAPI(CacheStore(lambda: 0)).authentication.setUserById("auth0|1")

        Source: https://auth0.com/docs/actions/reference/custom-token-exchange/custom-token-exchange-api-object
        """
        check_arguments(_SET_USER_BY_ID, "Invalid setUserById arguments", user_id=user_id)
        choice = self.context.state.of(ExchangeChoice)
        choice.users += 1
        choice.id, choice.connection, choice.attributes, choice.options = user_id, None, None, None

    @method(returns="nothing")
    def setUserByConnection(
        self,
        connection_name: str,
        user_attributes: Mapping[str, Any],
        options: Mapping[str, Any],
    ) -> None:
        """Choose the user that the tokens are for by a connection, and say what is known of them.

        Args:
            connection_name: the connection's name: 1 to 512 characters.
            user_attributes: `user_id` and up to 23 others, such as `email` and `email_verified`.
            options: `creationBehavior` (``"create_if_not_exists"`` or ``"none"``) and
                `updateBehavior` (``"replace"`` or ``"none"``).

        Raises:
            ApiThrow: one of them is missing, of a wrong type, or over its limit.

        >>> from pytest_auth0_actions import CacheStore, CustomTokenExchangeAPI
        >>> api = CustomTokenExchangeAPI(CacheStore(lambda: 0))
        >>> options = {"creationBehavior": "none", "updateBehavior": "none"}
        >>> api.authentication.setUserByConnection("partners", {"user_id": "p-7"}, options)

        Source: https://auth0.com/docs/actions/reference/custom-token-exchange/custom-token-exchange-api-object
        """
        check_arguments(
            _SET_USER_BY_CONNECTION,
            "Invalid setUserByConnection arguments",
            connection_name=connection_name,
            user_attributes=user_attributes,
            options=options,
        )
        choice = self.context.state.of(ExchangeChoice)
        choice.users += 1
        choice.id, choice.connection = None, connection_name
        choice.attributes, choice.options = as_json(user_attributes), as_json(options)

    @method(returns="nothing")
    def setOrganization(self, organization_id_or_name: str) -> None:
        """Choose the organization that the user logs in to.

        Args:
            organization_id_or_name: 1 to 50 characters.

        Raises:
            ApiThrow: it is missing, no string, or not of that length.

        >>> from pytest_auth0_actions import CacheStore, CustomTokenExchangeAPI
        >>> CustomTokenExchangeAPI(CacheStore(lambda: 0)).authentication.setOrganization("acme")

        Source: https://auth0.com/docs/actions/reference/custom-token-exchange/custom-token-exchange-api-object
        """
        check_arguments(
            _SET_ORGANIZATION,
            "Invalid setOrganization arguments",
            organization_id_or_name=organization_id_or_name,
        )
        self.context.state.of(ExchangeChoice).organization = organization_id_or_name

    @method(returns="nothing")
    def setActor(self, actor: Mapping[str, Any]) -> None:
        """Say who acts for the user: the claim `act` of the tokens.

        Args:
            actor: `sub`, 1 to 512 characters; up to five others, of up to 64 characters; and
                `act`, the next actor of the chain, which has up to five levels.

        Raises:
            ApiThrow: it is another.

        >>> from pytest_auth0_actions import CacheStore, CustomTokenExchangeAPI
        >>> CustomTokenExchangeAPI(CacheStore(lambda: 0)).authentication.setActor({"sub": "agt_1"})

        Source: https://auth0.com/docs/actions/reference/custom-token-exchange/custom-token-exchange-api-object
        """
        if not isinstance(actor, Mapping):
            raise ApiThrow("The actor must be a plain object.")
        _check_chain(actor, level=1)
        self.context.state.of(ExchangeChoice).actor = as_json(actor)


def _check_chain(actor: Mapping[str, Any], level: int) -> None:
    """Refuse a chain of actors, of which the first one is at a level.

    Raises:
        ApiThrow: it does not keep to the rules.
    """
    _check_actor(actor)
    act = actor.get("act", UNDEFINED)
    if act is UNDEFINED:
        return
    if level == MAX_LEVELS:
        raise ApiThrow(f"Actor nesting must not exceed {MAX_LEVELS} levels.")
    if not isinstance(act, Mapping):
        raise ApiThrow("The act claim must be a plain object.")
    _check_chain(act, level + 1)


def _check_actor(actor: Mapping[str, Any]) -> None:
    """Refuse one level of a chain of actors.

    Raises:
        ApiThrow: it does not keep to the rules.
    """
    sub = actor.get("sub")
    if not isinstance(sub, str) or not sub:
        raise ApiThrow("The actor object must contain a sub claim.")
    if utf16_units(sub) > MAX_SUB_UNITS:
        raise ApiThrow(
            f"Invalid setActor arguments: sub must NOT have more than {MAX_SUB_UNITS} characters"
        )
    own = {name: value for name, value in actor.items() if name not in _KNOWN}
    if len(own) > MAX_OWN_FIELDS:
        raise ApiThrow(
            f"No more than {MAX_OWN_FIELDS} custom properties are allowed in the actor object."
        )
    for name, value in own.items():
        if not (isinstance(value, str | bool) or is_number(value)):
            raise ApiThrow(
                "Custom property in an actor object must be a string, number, or boolean."
            )
        if utf16_units(name) > MAX_OWN_UNITS:
            raise ApiThrow(
                "Custom property key in an actor object must NOT have more than "
                f"{MAX_OWN_UNITS} characters."
            )
        if isinstance(value, str) and utf16_units(value) > MAX_OWN_UNITS:
            raise ApiThrow(
                "Custom string property value in an actor object must NOT have more than "
                f"{MAX_OWN_UNITS} characters."
            )
