"""`api.roles`: looks up the user's roles, as the test has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pytest_auth0_actions.auth0.method import MISSING, method
from pytest_auth0_actions.auth0.namespace import ApiT, Namespace
from pytest_auth0_actions.auth0.namespaces.groups import as_fields, checked_list, page_of
from pytest_auth0_actions.calls import called_as
from pytest_auth0_actions.errors import hides_our_frames
from pytest_auth0_actions.values import Value

__tracebackhide__ = hides_our_frames


@called_as("Role(id='rol_1', name='editor')")
@dataclass(frozen=True, slots=True, kw_only=True)
class Role(Value):
    """A role of a user, for `run(roles=[...])`.

    Attributes:
        id: such as ``"rol_1"``.
        name: the role's name.
        type: what kind of role it is.

    >>> Role(id="rol_1", name="editor").name
    'editor'
    """

    id: str
    name: str
    type: str = "tenant"


class RolesAPI(Namespace[ApiT]):
    """`api.roles`.

    Source: https://auth0.com/docs/actions/reference/post-login/post-login-api-object
    """

    path = "roles"

    @method(returns="promise")
    def getUserEffectiveRoles(self, params: Mapping[str, Any] = MISSING) -> dict[str, Any]:
        """Return a page of the user's roles, as `roles`; `next` is there if there are more.

        Args:
            params: `take`, how many at most, and `from`, the `next` of the page before.

        Raises:
            ApiThrow: one of them is of a wrong type.

        >>> from pytest_auth0_actions import CacheStore, PostLoginAPI
        >>> PostLoginAPI(CacheStore(lambda: 0)).roles.getUserEffectiveRoles()
        {'roles': []}

        Source: https://auth0.com/docs/actions/reference/post-login/post-login-api-object
        """
        return page_of(self.context.turn.answers.roles, "roles", params)

    @method(returns="promise")
    def getUserEffectiveRolesByIds(self, ids: Sequence[str]) -> dict[str, Any]:
        """Return those of the user's roles that have one of some ids, as `roles`.

        Args:
            ids: the ids.

        Raises:
            ApiThrow: it is no list, or an empty one.

        >>> from pytest_auth0_actions import CacheStore, PostLoginAPI
        >>> PostLoginAPI(CacheStore(lambda: 0)).roles.getUserEffectiveRolesByIds(["rol_1"])
        {'roles': []}

        Source: https://auth0.com/docs/actions/reference/post-login/post-login-api-object
        """
        return self._with("id", checked_list(ids, "ids"))

    @method(returns="promise")
    def getUserEffectiveRolesByNames(self, names: Sequence[str]) -> dict[str, Any]:
        """Return those of the user's roles that have one of some names, as `roles`.

        Args:
            names: the names.

        Raises:
            ApiThrow: it is no list, or an empty one.

        >>> from pytest_auth0_actions import CacheStore, PostLoginAPI
        >>> PostLoginAPI(CacheStore(lambda: 0)).roles.getUserEffectiveRolesByNames(["editor"])
        {'roles': []}

        Source: https://auth0.com/docs/actions/reference/post-login/post-login-api-object
        """
        return self._with("name", checked_list(names, "names"))

    def _with(self, name: str, wanted: Sequence[str]) -> dict[str, Any]:
        roles = [as_fields(each) for each in self.context.turn.answers.roles]
        return {"roles": [each for each in roles if each.get(name) in wanted]}
