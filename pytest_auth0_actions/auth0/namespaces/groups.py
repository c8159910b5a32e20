"""`api.groups`: looks up the user's groups, as the test has them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pytest_auth0_actions.auth0.javascript import fields_of, is_number, text_of
from pytest_auth0_actions.auth0.method import MISSING, method
from pytest_auth0_actions.auth0.namespace import ApiT, Namespace
from pytest_auth0_actions.calls import called_as
from pytest_auth0_actions.errors import ApiThrow, ApiTypeThrow, hides_our_frames
from pytest_auth0_actions.values import UNDEFINED, Value

__tracebackhide__ = hides_our_frames

_PAGE_SIZE = 50


@called_as("Group(id='grp_1', name='editors')")
@dataclass(frozen=True, slots=True, kw_only=True)
class Group(Value):
    """A group of a user, for `run(groups=[...])`.

    Attributes:
        id: such as ``"grp_1"``.
        name: the group's name.
        external_id: its id at the identity provider; None for none.
        connection_id: the connection that it is from; None for none.
        tenant_name: the tenant.
        created_at: when it was made, in ISO 8601.
        updated_at: when it was last changed.
        membership_created_at: when the user came to be in it.
        assignment: how the user is in it.

    >>> Group(id="grp_1", name="editors").assignment
    'direct'
    """

    id: str
    name: str
    external_id: str | None = None
    connection_id: str | None = None
    tenant_name: str = "example-tenant"
    created_at: str = "2024-01-01T00:00:00.000Z"
    updated_at: str = "2024-01-01T00:00:00.000Z"
    membership_created_at: str = "2024-01-01T00:00:00.000Z"
    assignment: str = "direct"


def as_fields(value: Any) -> dict[str, Any]:
    """Return a dict, or the fields of one of our dataclasses that are not None."""
    if isinstance(value, Mapping):
        return dict(value)
    fields = dataclasses.asdict(value)
    return {name: field for name, field in fields.items() if field is not None}


def page_of(things: Sequence[Any], name: str, params: object) -> dict[str, Any]:
    """Return a page of things under *name*, and where the next one begins, if there is one.

    Raises:
        ApiThrow: `from` is no string, or `take` no positive integer.

    >>> page_of([{"id": 1}, {"id": 2}], "groups", {"take": 1})
    {'groups': [{'id': 1}], 'next': '1'}
    >>> page_of([{"id": 1}, {"id": 2}], "groups", {"from": "1"})
    {'groups': [{'id': 2}]}
    """
    if params is None:
        raise ApiTypeThrow("Cannot read properties of null (reading 'from')")
    fields = fields_of(params)
    first, take = fields.get("from", UNDEFINED), fields.get("take", UNDEFINED)
    if first is not UNDEFINED and not isinstance(first, str):
        raise ApiThrow('The "from" parameter must be a string if provided.')
    if take is UNDEFINED:
        take = _PAGE_SIZE
    elif not is_number(take) or not 0 < take < float("inf") or take != int(take):
        raise ApiThrow('The "take" parameter must be a positive integer if provided.')
    start = int(first) if isinstance(first, str) and first.isdecimal() else 0
    end = start + int(take)
    page: dict[str, Any] = {name: [as_fields(each) for each in things[start:end]]}
    if end < len(things):
        page["next"] = str(end)
    return page


def checked_list(values: object, name: str) -> list[str]:
    """Return what an Action asks about.

    Raises:
        ApiThrow: it is no array, or an empty one.
    """
    if not isinstance(values, list) or not values:
        raise ApiThrow(f'The "{name}" parameter must be a non-empty array of strings.')
    return [text_of(value) for value in values]


class GroupsAPI(Namespace[ApiT]):
    """`api.groups`.

    Source: https://auth0.com/docs/actions/reference/post-login/post-login-api-object
    """

    path = "groups"

    @method(returns="promise")
    def getUserGroups(self, params: Mapping[str, Any] = MISSING) -> dict[str, Any]:
        """Return a page of the user's groups, as `groups`; `next` is there if there are more.

        Args:
            params: `take`, how many at most, and `from`, the `next` of the page before.

        Raises:
            ApiThrow: one of them is of a wrong type.

        >>> from pytest_auth0_actions import CacheStore, PostLoginAPI
        >>> PostLoginAPI(CacheStore(lambda: 0)).groups.getUserGroups()
        {'groups': []}

        Source: https://auth0.com/docs/actions/reference/post-login/post-login-api-object
        """
        return page_of(self.context.turn.answers.groups, "groups", params)

    @method(returns="promise")
    def hasGroupMembership(self, groups: Sequence[str]) -> dict[str, Any]:
        """Return for each group whether the user is in it, by `memberships`.

        It is empty if the test gives no groups.

        Args:
            groups: ids or names of groups.

        Raises:
            ApiThrow: it is no list, or an empty one.

        >>> from pytest_auth0_actions import CacheStore, PostLoginAPI
        >>> PostLoginAPI(CacheStore(lambda: 0)).groups.hasGroupMembership(["grp_1"])
        {'memberships': {}}

        Source: https://auth0.com/docs/actions/reference/post-login/post-login-api-object
        """
        asked = checked_list(groups, "groups")
        known = [as_fields(each) for each in self.context.turn.answers.groups]
        return {"memberships": {each: _membership(each, known) for each in asked if known}}


def _membership(asked: str, known: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    found = [each for each in known if asked in {each.get("id"), each.get("name")}]
    if not found:
        return {"is_member": False}
    matches = [
        {
            "id": each.get("id"),
            "name": each.get("name"),
            "group_type": "connection" if each.get("connection_id") else "tenant",
        }
        for each in found
    ]
    return {"is_member": True, "matches": matches}
