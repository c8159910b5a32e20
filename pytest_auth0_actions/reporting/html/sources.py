"""Reads the files of the user's that a test's events come from, for the page to show them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from pytest_auth0_actions.world.journal import Entry
from pytest_auth0_actions.world.masking import Mask

_MOST_CHARACTERS: Final = 100_000  # of one file: more is a bundle


def sources_of(
    entries: Sequence[Entry], shown_path: Callable[[str], str], mask: Mask
) -> dict[str, str]:
    """Return the text of each file in which something was done, by its path as it is shown.

    What can't be read is left out, and so is a file that the page could not show line by line
    without a secret.

    Args:
        entries: a journal's.
        shown_path: returns how a path is shown.
        mask: hides secrets.
    """
    places = [entry.details.get("place") for entry in entries]
    sources = {}
    for file in dict.fromkeys(place[0] for place in places if place is not None):
        try:
            source = Path(file).read_text(encoding="utf-8", errors="replace")
        except (OSError, ValueError):
            continue
        masked = mask(source)
        if masked.count("\n") == source.count("\n") and len(source) <= _MOST_CHARACTERS:
            sources[mask(shown_path(file))] = masked
    return sources
