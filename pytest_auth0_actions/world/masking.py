"""Keeps secrets out of what we print."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from pytest_auth0_actions.world.secret_forms import Forms, Reading, forms_of, is_strong

__all__ = ["MIN_SECRET_CHARACTERS", "Mask", "is_strong"]

MIN_SECRET_CHARACTERS: Final = 4

_Span = tuple[int, int, str]


class Mask:
    """Replaces the values of secrets by their names.

    Calling it hides the strong values (see `is_strong`); `from_action` hides the weak ones too. A
    value of fewer than 4 characters is never hidden: it would be found everywhere, and hides
    nothing.

    Args:
        show_secrets: whether to hide nothing; `names_in` still finds values.

    >>> mask = Mask()
    >>> mask.add({"API_KEY": "k3y-of-2025", "STAGE": "test"})
    >>> mask("test_stage.py sends Bearer k3y-of-2025")
    'test_stage.py sends Bearer ***API_KEY***'
    >>> mask.from_action("the test key is k3y-of-2025")
    'the ***STAGE*** key is ***API_KEY***'
    """

    def __init__(self, *, show_secrets: bool = False) -> None:
        self._show_secrets = show_secrets
        self._names: dict[str, str] = {}
        self._forms: list[tuple[str, Forms]] = []  # made when a text is masked
        self._replaced: re.Pattern[str] | None = None

    def add(self, secrets: Mapping[str, object]) -> None:
        """Hide the values of *secrets* from now on; what is no text is left out."""
        for name, value in secrets.items():
            if isinstance(value, str) and len(value.strip()) >= MIN_SECRET_CHARACTERS:
                self._names.setdefault(value, name)

    def add_of_event(self, event: Mapping[str, Any]) -> None:
        """Hide the secrets of an event, which a test can give there too."""
        secrets = event.get("secrets")
        if isinstance(secrets, Mapping):
            self.add(secrets)

    def quoting(self, text: str, values: Iterable[object]) -> str:
        """Return a text of ours in which values from an Action, as Python writes them, are masked.

        >>> mask = Mask()
        >>> mask.add({"STAGE": "text"})
        >>> mask.quoting("no text may be: 'a text'", ["a text"])
        "no text may be: 'a ***STAGE***'"
        """
        for shown in map(repr, values) if self else ():
            text = text.replace(shown, self.from_action(shown))
        return self(text)

    def __bool__(self) -> bool:
        """Whether there is anything to hide."""
        return bool(self._names) and not self._show_secrets

    def __call__(self, text: str) -> str:
        """Return *text* with `***NAME***` in place of each strong value."""
        return self._masked(text, with_weak=False)

    def from_action(self, text: str) -> str:
        """Return *text*, which is from an Action or the network, without any value.

        Where a text of ours quotes one, mask the quoted part alone.
        """
        return self._masked(text, with_weak=True)

    def names_in(self, text: str) -> list[str]:
        """Return the names of the strong values in *text*, in order of their first place.

        >>> mask = Mask()
        >>> mask.add({"API_KEY": "k3y-of-2025"})
        >>> mask.names_in("{ key: 'k3y-of-2025' }")
        ['API_KEY']
        """
        spans = sorted(self._spans(text, with_weak=False)) if self._names else []
        return list(dict.fromkeys(name for _, _, name in spans))

    def _masked(self, text: str, *, with_weak: bool) -> str:
        if not self:
            return text
        parts: list[str] = []
        kept_until = 0
        for start, end, names in _merged(self._spans(text, with_weak=with_weak)):
            parts += [text[kept_until:start], *(f"***{name}***" for name in names)]
            kept_until = end
        return "".join([*parts, text[kept_until:]]) if parts else text

    def _spans(self, text: str, *, with_weak: bool) -> Iterator[_Span]:
        """Yield where values are, and their names; they may overlap."""
        reading = Reading(text)
        done = [match.span() for match in self._masks().finditer(text)] if "***" in text else []
        for name, forms in self._all_forms():
            if forms.is_strong or with_weak:
                for start, end in forms.found_in(reading):
                    if not any(first <= start and end <= last for first, last in done):
                        yield start, end, name

    def _all_forms(self) -> list[tuple[str, Forms]]:
        if len(self._forms) < len(self._names):
            news = list(self._names.items())[len(self._forms) :]
            self._forms += [(name, forms_of(value)) for value, name in news]
            self._replaced = None
        return self._forms

    def _masks(self) -> re.Pattern[str]:
        """Match what we have put in place of values, which may look like one itself."""
        self._all_forms()
        if self._replaced is None:
            names = "|".join(map(re.escape, dict.fromkeys(self._names.values())))
            self._replaced = re.compile(rf"\*\*\*(?:{names})\*\*\*")
        return self._replaced


def _merged(spans: Iterator[_Span]) -> Iterator[tuple[int, int, list[str]]]:
    """Yield spans that don't overlap: of two that do, the union, with the names of both."""
    merged: tuple[int, int, list[str]] | None = None
    for start, end, name in sorted(spans, key=lambda span: (span[0], -span[1])):
        if merged is None or start >= merged[1]:
            if merged is not None:
                yield merged
            merged = start, end, [name]
        elif end > merged[1]:
            names = merged[2] if merged[2][-1] == name else [*merged[2], name]
            merged = merged[0], end, names
    if merged is not None:
        yield merged
