"""In which order Terraform appends Actions to the list of a trigger, by a resource for each."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Final, Generic, TypeVar

from pytest_auth0_actions.project.tenant.findings import Reading
from pytest_auth0_actions.project.tenant.model import Place

LISTS: Final = ("auth0_trigger_actions", "auth0_trigger_binding")
"""The resources that have the whole list of a trigger."""

ONE: Final = "auth0_trigger_action"
"""The resource that appends one Action to it."""

IdT = TypeVar("IdT", bound=Hashable)


class ApplyOrder(Generic[IdT]):
    """The order of resources, as far as it is certain.

    Args:
        depends: what each depends on, in the order of the files; others are left out.

    >>> order = ApplyOrder({"a": ["c"], "b": [], "c": []})
    >>> order.ids, order.beside("a")
    (['b', 'c', 'a'], ['b'])
    """

    def __init__(self, depends: Mapping[IdT, Iterable[IdT]]) -> None:
        self._before = {each: {*on}.intersection(depends) for each, on in depends.items()}
        for _ in depends:  # until what those depend on is in, too
            for own in self._before.values():
                own.update(*(self._before[each] for each in own))
        # What is before another has fewer before itself.
        self.ids = sorted(depends, key=lambda each: len(self._before[each]))

    def beside(self, own: IdT) -> list[IdT]:
        """Return those that may be applied before one as well as after it."""
        return [
            each
            for each in self.ids
            if each != own and each not in self._before[own] and own not in self._before[each]
        ]


def warn_of_order(reading: Reading, place: Place, trigger: str) -> None:
    """Write down that the order of an Action in the list of a trigger is not certain."""
    reading.warn(
        place,
        f"[A867] It appends to the list of {trigger!r}, as others do, and Terraform may apply them "
        "in any order.",
        "Use one auth0_trigger_actions, which has an order, or depends_on.",
    )
