"""Finds names that are almost those of a manifest, or of a resource of Terraform's."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from pytest_auth0_actions.auth0.events.model import SLIP_RATIO, nearest
from pytest_auth0_actions.project.tenant.findings import Reading
from pytest_auth0_actions.project.tenant.model import Place

# A name that has to be there may be less like the one that is meant: "nmae" is.
_ALIKE: Final = 0.75


def slips_in(given: Collection[str], read: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield the names that are almost one of those that are read, each with that one.

    Args:
        given: the names that are there; one that is there is not meant by another.
        read: the names that are read.

    >>> list(slips_in(["name", "dependancies"], ["name", "dependencies"]))
    [('dependancies', 'dependencies')]
    """
    missing = [each for each in read if each not in given]
    for name in given:
        meant = None if name in read else nearest(name, missing, SLIP_RATIO)
        if meant is not None:
            yield name, meant


def rename(given: Collection[str], missing: str) -> str:
    """Return what to do if a name that has to be there is, with a slip; empty if it is not.

    >>> rename(["Name", "code"], "name")
    "Rename its 'Name' to 'name'."
    """
    slip = None if missing in given else nearest(missing, given, _ALIKE)
    return "" if slip is None else f"Rename its {slip!r} to {missing!r}."


def warn_of_slips(
    reading: Reading,
    place: Place,
    what: str,
    given: Collection[str],
    read: Collection[str],
    owner: str = "",
) -> None:
    """Write down the names that are not read, and seem to be slips.

    Args:
        reading: the tenant.
        place: where they are.
        what: what has them, for people: ``"The Action 'a'"``.
        given: the names that it has.
        read: those that are read.
        owner: the Action or module that they are about.
    """
    for name, meant in slips_in(given, read):
        reading.warn(
            place,
            f"[A876] {what} has {name!r}, which is not read.",
            f"Did you mean {meant!r}? Rename it.",
            owner,
        )
